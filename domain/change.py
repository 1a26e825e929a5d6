"""What can be changed of a meeting, what a change makes of it, and what differs between two programmes.

A `Change` says what shall become; a `Difference` says what became, before and after. Both are facts without words.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.faults import is_zone
from domain.meeting import Interlocutor, Meeting
from domain.programme import LIST_LIMIT, TEXT_LIMIT

TEXT_MOST = 4_000
"""Characters of any one text of a change. What a programme takes is less, see `faults_of`."""
LIST_MOST = 1_000
"""Entries of a list of a change."""
LIST_TEXT_MOST = 20_000
"""Characters of all entries of such a list together."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Beyond these a moment is a slip of the pen that cannot even be shown; arithmetic stays safe within them."""
JSON_MOST = 500_000
"""Characters of a change as JSON; the largest that can be is shorter."""
NOTE_LIMIT = 1_000
MOST_PARTICIPANTS = 200
EARLIEST_YEAR = 2000
FARTHEST = timedelta(days=1827)
"""Five years."""
LONGEST = timedelta(hours=24)
UNTIL_PAST = timedelta(hours=12)
"""A meeting whose end nobody told is past so long after its start."""

Value = datetime | str | float | bool | tuple[str, ...] | tuple[Interlocutor, ...] | None


class Field(StrEnum):
    """What can be changed, in the order in which changes are told. The values are the attributes of Meeting."""

    STARTS_AT = "starts_at"
    ENDS_AT = "ends_at"
    TIME_ZONE = "time_zone"
    CITY = "city"
    VENUE = "venue"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    PARTICIPANTS = "participants"
    INTERLOCUTORS = "interlocutors"
    KIND = "kind"
    HOST = "host"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    NOTE = "note"


TIME = frozenset({Field.STARTS_AT, Field.ENDS_AT, Field.TIME_ZONE})
PLACE = frozenset({Field.CITY, Field.VENUE, Field.LATITUDE, Field.LONGITUDE})

_MOMENTS = frozenset({Field.STARTS_AT, Field.ENDS_AT})
_DEGREES = frozenset({Field.LATITUDE, Field.LONGITUDE})
_FLAGS = frozenset({Field.CANCELLED, Field.POSTPONED})
_MAY_BE_NONE = frozenset({Field.ENDS_AT, *_DEGREES})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was."""

    field: Field
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Change:
    """What shall become: only the fields that are to change, each with its new value, in the order of `Field`.

    Moments are aware and kept in UTC. ValueError for what is no such value at all (another type, a naive moment, no
    number, not a zone, beyond all measure); whether a programme should have it is another question (`faults_of`).
    """

    values: tuple[tuple[Field, Value], ...]
    exact: bool = False
    """Nothing else follows: a new start does not move the end along, a cancelled meeting may stay postponed."""

    def __post_init__(self) -> None:
        named = dict(self.values)
        if len(named) < len(self.values):
            raise ValueError("a field is named twice")
        checked = tuple((name, _checked(name, named[name])) for name in Field if name in named)
        object.__setattr__(self, "values", checked)

    @classmethod
    def of(cls, values: Mapping[Field, Value], *, exact: bool = False) -> "Change":
        """The change that names these fields."""
        return cls(tuple(values.items()), exact)


def touches(change: Change) -> set[Field]:
    """The fields that a change names; what follows from them depends on the meeting (`settled`)."""
    return {name for name, _ in change.values}


def diff(before: Meeting, after: Meeting) -> tuple[Difference, ...]:
    """What differs, in the order of `Field`. Number, reference and revision are not part of it."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in Field)
    return tuple(Difference(name, old, new) for name, old, new in pairs if old != new)


def change_of(differences: Iterable[Difference]) -> Change:
    """The change that makes exactly these differences, and nothing that would follow from them otherwise."""
    return Change.of({each.field: each.after for each in differences}, exact=True)


def settled(meeting: Meeting, change: Change) -> dict[Field, Value]:
    """The values that the meeting gets: those named, and those that follow.

    - A start that moves takes the end along, unless an end is named.
    - Who names a start for a postponed meeting plans it again, even if it is the start it once had.
    - What ends up cancelled is not postponed as well. A new time does not undo that it was cancelled: that is said.
    """
    values = dict(change.values)
    if change.exact:
        return values
    starts_at = values.get(Field.STARTS_AT)
    if isinstance(starts_at, datetime):
        if meeting.ends_at is not None and starts_at != meeting.starts_at:
            values.setdefault(Field.ENDS_AT, meeting.ends_at + (starts_at - meeting.starts_at))
        values.setdefault(Field.POSTPONED, False)
    if _FLAGS & values.keys() and values.get(Field.CANCELLED, meeting.cancelled):
        values[Field.POSTPONED] = False
    return values


def apply(meeting: Meeting, change: Change) -> Meeting:
    """The meeting as it is after the change; its revision is one more if anything differs. Twice is as once."""
    values: dict[str, Any] = {name.value: value for name, value in settled(meeting, change).items()}
    if all(getattr(meeting, name) == value for name, value in values.items()):
        return meeting
    return replace(meeting, **values, revision=meeting.revision + 1)


def as_json(change: Change) -> str:
    """The change as text that `from_json` reads back; equal changes give equal texts."""
    facts: dict[str, object] = {name.value: _plain(value) for name, value in change.values}
    if change.exact:
        facts["exact"] = True
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Change:
    """What `as_json` wrote. ValueError for everything that it would not have written, bounded in time and memory."""
    if len(text) > JSON_MOST:
        raise ValueError("no change is so large")
    try:
        facts = json.loads(text, object_pairs_hook=_once_each)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(facts, dict) or facts.get("exact", True) is not True:
        raise ValueError("not a change")
    exact = facts.pop("exact", False)
    return Change.of({Field(name): _from_plain(Field(name), value) for name, value in facts.items()}, exact=exact)


@dataclass(frozen=True, slots=True)
class ProgrammeDiff:
    """What differs between two programmes, by reference."""

    new: tuple[Meeting, ...] = ()
    """In the order of the later programme."""
    changed: Mapping[str, tuple[Difference, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """In the earlier programme and not in the later one, in the earlier one's order."""

    @property
    def empty(self) -> bool:
        """Nothing is new or different; something may be missing."""
        return not (self.new or self.changed)

    @property
    def keeping(self) -> "ProgrammeDiff":
        """The same, with the missing meetings let be: only a person takes a meeting off a programme."""
        return replace(self, missing=())


def diff_programme(before: Sequence[Meeting], after: Sequence[Meeting]) -> ProgrammeDiff:
    """What makes `before` into `after`. ValueError if a reference is used twice in either."""
    old, new = _by_reference(before), _by_reference(after)
    differing = {ref: diff(old[ref], meeting) for ref, meeting in new.items() if ref in old}
    return ProgrammeDiff(
        new=tuple(meeting for ref, meeting in new.items() if ref not in old),
        changed={ref: differences for ref, differences in differing.items() if differences},
        missing=tuple(ref for ref in old if ref not in new),
    )


def apply_programme(programme: Sequence[Meeting], difference: ProgrammeDiff) -> tuple[Meeting, ...]:
    """The programme after the difference, in its own order and the new meetings last.

    What is `missing` is left out; to keep it apply `difference.keeping`. ValueError if a meeting is not there to be
    changed or left out, or is there although it is new.
    """
    old = _by_reference(programme)
    if not {*difference.changed, *difference.missing} <= old.keys():
        raise ValueError("the difference is one of another programme")
    kept = [
        apply(meeting, change_of(difference.changed.get(ref, ())))
        for ref, meeting in old.items()
        if ref not in difference.missing
    ]
    return tuple(_by_reference([*kept, *difference.new]).values())


def may_apply_at_once(
    old: Meeting, change: Change, now: datetime, *, own: bool, leads: bool, window: timedelta = timedelta(hours=2)
) -> bool:
    """Whether a change is made at once; if not, it becomes a proposal that a coordinator decides.

    Who coordinates the meeting (`leads`) makes any change. A participant (`own`) makes changes of its time, none of
    start and end by more than `window` from where it stands now, while it is planned and not past, and not into the
    past. Everything else is proposed. What changes nothing is at once for everybody.
    """
    after = apply(old, change)
    differences = diff(old, after)
    if leads or not differences:
        return True
    if not own or old.cancelled or old.postponed or is_past(old, now) or after.starts_at < min(now, old.starts_at):
        return False
    return all(each.field in _MOMENTS for each in differences) and all(
        _moved_by(old, each) <= window for each in differences
    )


def is_past(meeting: Meeting, now: datetime) -> bool:
    """Its end lies behind: changes of it make no notices. What is postponed has no time that could be past."""
    return not meeting.postponed and now >= (meeting.ends_at or meeting.starts_at + UNTIL_PAST)


class ChangeFault(StrEnum):
    """Why a meeting cannot be as a change would have it, in the order in which faults are told."""

    EMPTY_HOST = "empty_host"
    UNKNOWN_ZONE = "unknown_zone"
    YEAR_OUT_OF_RANGE = "year_out_of_range"
    """Before EARLIEST_YEAR or more than FARTHEST ahead."""
    END_BEFORE_START = "end_before_start"
    TOO_LONG = "too_long"
    """More than LONGEST."""
    BAD_COORDINATES = "bad_coordinates"
    """Outside the globe, or one of the two without the other."""
    TOO_MANY_PARTICIPANTS = "too_many_participants"
    TEXT_TOO_LONG = "text_too_long"
    """A text, or a list altogether, is longer than a file of the programme may have it; the note, than NOTE_LIMIT."""


def faults_of(meeting: Meeting, now: datetime) -> list[ChangeFault]:
    """Everything that is wrong with the meeting as it stands or would stand; nothing = it can be stored."""
    place = meeting.latitude, meeting.longitude
    on_the_globe = None not in place and abs(place[0] or 0) <= 90 and abs(place[1] or 0) <= 180
    length = (meeting.ends_at or meeting.starts_at + LONGEST) - meeting.starts_at
    found = {
        ChangeFault.EMPTY_HOST: not meeting.host.strip(),
        ChangeFault.UNKNOWN_ZONE: not is_zone(meeting.time_zone),
        ChangeFault.YEAR_OUT_OF_RANGE: meeting.starts_at.year < EARLIEST_YEAR or meeting.starts_at > now + FARTHEST,
        ChangeFault.END_BEFORE_START: length <= timedelta(0),
        ChangeFault.TOO_LONG: length > LONGEST,
        ChangeFault.BAD_COORDINATES: place != (None, None) and not on_the_globe,
        ChangeFault.TOO_MANY_PARTICIPANTS: len(meeting.participants) > MOST_PARTICIPANTS,
        ChangeFault.TEXT_TOO_LONG: _too_long(meeting),
    }
    return [fault for fault in ChangeFault if found[fault]]


def _too_long(meeting: Meeting) -> bool:
    people = [f"{who.name or ''}{who.title}" for who in meeting.interlocutors]
    texts = [meeting.kind, meeting.host, meeting.city, meeting.venue, *people, *meeting.participants]
    longest_list = max(sum(map(len, entries)) for entries in (people, meeting.participants))
    return len(meeting.note) > NOTE_LIMIT or max(map(len, texts)) > TEXT_LIMIT or longest_list > LIST_LIMIT


def _moved_by(old: Meeting, difference: Difference) -> timedelta:
    """How far a moment moves; an end that is new or taken away counts by its distance from the start."""
    before, after = difference.before or old.starts_at, difference.after or old.starts_at
    if not isinstance(before, datetime) or not isinstance(after, datetime):
        return timedelta.max
    return abs(after - before)


def _by_reference(programme: Iterable[Meeting]) -> dict[str, Meeting]:
    found: dict[str, Meeting] = {}
    for meeting in programme:
        if found.setdefault(meeting.reference, meeting) is not meeting:
            raise ValueError(f"{meeting.reference!r} is used twice")
    return found


def _checked(name: Field, value: object) -> Value:
    """The value if it is one that this field can have at all."""
    if value is None and name in _MAY_BE_NONE:
        return None
    check = _CHECKS.get(name, _checked_text)
    return check(name, value)


def _checked_moment(name: Field, value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None or not FIRST_YEAR < value.year < LAST_YEAR:
        raise ValueError(f"{name}: not a moment that can be")
    return value.astimezone(UTC)


def _checked_degrees(name: Field, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1_000:  # nor NaN
        raise ValueError(f"{name}: not degrees")
    return float(value)


def _checked_flag(name: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name}: neither true nor false")  # noqa: TRY004  one error for every bad change
    return value


def _checked_text(name: Field, value: object) -> str:
    if not isinstance(value, str) or len(value) > TEXT_MOST:
        raise ValueError(f"{name}: not a text, or beyond measure")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{name}: half a character") from error
    if name is Field.TIME_ZONE and not is_zone(value):
        raise ValueError(f"{name}: not a zone")
    return value


def _checked_list(name: Field, value: object, of: type) -> tuple[Any, ...]:
    if not isinstance(value, tuple) or len(value) > LIST_MOST or not all(isinstance(each, of) for each in value):
        raise ValueError(f"{name}: not a list of these, or beyond measure")
    if of is str and sum(map(len, value)) > LIST_TEXT_MOST:
        raise ValueError(f"{name}: beyond measure")
    return value


def _checked_names(name: Field, value: object) -> tuple[str, ...]:
    return tuple(_checked_text(name, each) for each in _checked_list(name, value, str))


def _checked_people(name: Field, value: object) -> tuple[Interlocutor, ...]:
    people = _checked_list(name, value, Interlocutor)
    texts = [text for who in people for text in (who.name, who.title) if text is not None]
    if sum(len(_checked_text(name, text)) for text in texts) > LIST_TEXT_MOST:
        raise ValueError(f"{name}: beyond measure")
    if any(who.title is None for who in people):
        raise ValueError(f"{name}: somebody has no title")
    return people


_CHECKS: dict[Field, Callable[[Field, object], Value]] = {
    **dict.fromkeys(_MOMENTS, _checked_moment),
    **dict.fromkeys(_DEGREES, _checked_degrees),
    **dict.fromkeys(_FLAGS, _checked_flag),
    Field.PARTICIPANTS: _checked_names,
    Field.INTERLOCUTORS: _checked_people,
}


def _plain(value: Value) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [[each.name, each.title] if isinstance(each, Interlocutor) else each for each in value]
    return value


def _from_plain(name: Field, value: object) -> Value:
    """The value as `Change` takes it; that it is a sound one is checked there."""
    if name in _MOMENTS and isinstance(value, str):
        return datetime.fromisoformat(value)
    if name is Field.INTERLOCUTORS and isinstance(value, list):
        if not all(isinstance(each, list) and len(each) == 2 for each in value):
            raise ValueError(f"{name}: not people")
        return tuple(Interlocutor(*each) for each in value)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        raise ValueError(f"{name}: not a value")  # noqa: TRY004  one error for every bad change
    return value  # type: ignore[return-value]


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(named := dict(pairs)) < len(pairs):
        raise ValueError("a field is named twice")
    return named
