"""What in a programme cannot be as it is planned. Conflicts are warned of, they never stop anybody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain, islice

from domain.faults import word_key
from domain.meeting import Meeting
from domain.place import metres_between

WITHOUT_END = timedelta(hours=1)
"""How long a meeting lasts whose end nobody told."""
MOST_CONFLICTS = 5_000
"""Conflicts that are looked for at most: a programme that has more is not read by anybody."""
_NEAR_DEGREES = 0.01
"""Of latitude, more than a kilometre: farther apart nobody needs to measure."""


class ConflictKind(StrEnum):
    """What is wrong, in the order in which the conflicts of one pair are told."""

    TWO_PLACES = "two_places"
    """Somebody, or a team, is expected at two meetings at the same time."""
    TRAVEL = "travel"
    """Nobody gets from the one to the other in time."""
    VENUE = "venue"
    """Two hosts receive in the same venue at the same time."""
    OUTSIDE_MISSION = "outside_mission"
    """On a day before the mission begins or after it ends, as the place counts days."""
    SILENCE = "silence"
    """Touches a day of silence, as the place counts days."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the mission's configuration says of conflicts. Days include the last."""

    speed_kmh: float = 50
    """As the crow flies; 0 or less = travel is not looked at."""
    near_metres: int = 50
    """Places closer than this are one venue, unless both are named and differently."""
    first_day: date | None = None
    last_day: date | None = None
    silent_days: frozenset[date] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One conflict of one meeting, or of a pair; the pair's earlier meeting comes first (then the lower id)."""

    kind: ConflictKind
    meeting_id: int
    other_id: int | None = None
    person_ids: tuple[int, ...] = ()
    """Whom a pair has in common, by name or by team; ascending."""
    names: tuple[str, ...] = ()
    """What both list as participants; in the order of the alphabet."""
    metres: int | None = None
    """TRAVEL: the distance."""
    needed: timedelta | None = None
    """TRAVEL: what the way takes, to the minute above."""
    available: timedelta | None = None
    """TRAVEL: from the end of the first to the start of the other."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """A meeting as far as conflicts are concerned."""

    meeting: Meeting
    starts_at: datetime
    ends_at: datetime
    people: frozenset[int]
    names: frozenset[str]
    venue: tuple[str, str] | None
    host: str

    @property
    def order(self) -> tuple[datetime, int]:
        return self.starts_at, self.meeting.meeting_id

    def shares(self, other: "_Slot") -> bool:
        return not (self.people.isdisjoint(other.people) and self.names.isdisjoint(other.names))


def conflicts(
    meetings: Iterable[Meeting], people: Mapping[int, frozenset[int]], rules: Rules | None = None
) -> list[Conflict]:
    """Every conflict among these meetings, once for each pair and kind; the first MOST_CONFLICTS of them.

    `people` tells by meeting id whom a meeting is for, members of its teams included. Cancelled and postponed meetings
    are in nobody's way. ValueError if an id is used twice: give new meetings negative ones. In the order of the
    earlier meeting, then the other, then the kind.
    """
    rules = rules or Rules()
    slots = _slots(meetings, people)
    every = chain(_of_days(slots, rules), _of_pairs(slots, rules), _of_travel(slots, rules))
    places = {slot.meeting.meeting_id: place for place, slot in enumerate(slots)}
    kinds = {kind: place for place, kind in enumerate(ConflictKind)}
    return sorted(
        islice(every, MOST_CONFLICTS),
        key=lambda c: (places[c.meeting_id], -1 if c.other_id is None else places[c.other_id], kinds[c.kind]),
    )


def conflicts_of(
    meeting: Meeting, others: Iterable[Meeting], people: Mapping[int, frozenset[int]], rules: Rules | None = None
) -> list[Conflict]:
    """The conflicts that this meeting is part of, as it would be; what `others` have of the same id is not looked at.

    The same as those of `conflicts` that name it.
    """
    slots = _slots([meeting, *(other for other in others if other.meeting_id != meeting.meeting_id)], people)
    mine = next((slot for slot in slots if slot.meeting is meeting), None)
    if mine is None:
        return []
    concerned = [slot.meeting for slot in slots if _overlap(mine, slot) or mine.shares(slot)]
    number = meeting.meeting_id
    return [c for c in conflicts(concerned, people, rules) if number in {c.meeting_id, c.other_id}]


def _slots(meetings: Iterable[Meeting], people: Mapping[int, frozenset[int]]) -> list[_Slot]:
    """The meetings that take place, in order."""
    slots: dict[int, _Slot] = {}
    for meeting in meetings:
        if meeting.cancelled or meeting.postponed:
            continue
        if meeting.meeting_id in slots:
            raise ValueError(f"two meetings with the id {meeting.meeting_id}")
        ends_at = meeting.ends_at
        if ends_at is None or ends_at <= meeting.starts_at:
            ends_at = meeting.starts_at + WITHOUT_END
        venue = word_key(meeting.venue)
        slots[meeting.meeting_id] = _Slot(
            meeting=meeting,
            starts_at=meeting.starts_at,
            ends_at=ends_at,
            people=people.get(meeting.meeting_id, frozenset()),
            names=frozenset(meeting.participants),
            venue=(word_key(meeting.city), venue) if venue else None,
            host=word_key(meeting.host),
        )
    return sorted(slots.values(), key=lambda slot: slot.order)


def _of_days(slots: Sequence[_Slot], rules: Rules) -> Iterator[Conflict]:
    for slot in slots:
        number, zone = slot.meeting.meeting_id, slot.meeting.zone
        first = slot.starts_at.astimezone(zone).date()
        last = (slot.ends_at - timedelta.resolution).astimezone(zone).date()
        if (rules.first_day and first < rules.first_day) or (rules.last_day and first > rules.last_day):
            yield Conflict(ConflictKind.OUTSIDE_MISSION, number)
        if any(first <= day <= last for day in rules.silent_days):
            yield Conflict(ConflictKind.SILENCE, number)


def _of_pairs(slots: Sequence[_Slot], rules: Rules) -> Iterator[Conflict]:
    """Sweeps through the day with the meetings that are still on."""
    still_on: list[_Slot] = []
    for slot in slots:
        still_on = [earlier for earlier in still_on if earlier.ends_at > slot.starts_at]
        for earlier in still_on:
            ids = earlier.meeting.meeting_id, slot.meeting.meeting_id
            if earlier.shares(slot):
                yield Conflict(ConflictKind.TWO_PLACES, *ids, *_shared(earlier, slot))
            if earlier.host != slot.host and _same_venue(earlier, slot, rules):
                yield Conflict(ConflictKind.VENUE, *ids)
        still_on.append(slot)


def _of_travel(slots: Sequence[_Slot], rules: Rules) -> Iterator[Conflict]:
    """From each meeting to the next one of the same person or team, as far as it is known where they are."""
    if rules.speed_kmh <= 0:
        return
    ways: dict[int | str, list[_Slot]] = defaultdict(list)
    for slot in slots:
        if slot.meeting.latitude is not None and slot.meeting.longitude is not None:
            somebody: int | str
            for somebody in slot.people:
                ways[somebody].append(slot)
            for somebody in slot.names:
                ways[somebody].append(slot)
    seen: set[tuple[int, int]] = set()
    for way in ways.values():
        for earlier, later in _consecutive(way):
            ids = earlier.meeting.meeting_id, later.meeting.meeting_id
            if ids in seen:
                continue
            seen.add(ids)
            if conflict := _travel(earlier, later, rules.speed_kmh):
                yield conflict


def _consecutive(way: Iterable[_Slot]) -> Iterator[tuple[_Slot, _Slot]]:
    """Each meeting with the one that ended last before it: of meetings at the same time that is not the one before."""
    before: list[_Slot] = []
    for slot in way:
        over = [earlier for earlier in before if earlier.ends_at <= slot.starts_at]
        if over:
            last = max(over, key=lambda earlier: (earlier.ends_at, earlier.order))
            yield last, slot
            before = [earlier for earlier in before if earlier.ends_at > slot.starts_at] + [last]
        before.append(slot)


def _travel(earlier: _Slot, later: _Slot, speed_kmh: float) -> Conflict | None:
    metres = _distance(earlier.meeting, later.meeting)
    if metres is None:
        return None
    available = later.starts_at - earlier.ends_at
    seconds = metres * 3.6 / speed_kmh
    if seconds <= available.total_seconds():
        return None
    needed = timedelta(minutes=-(-seconds // 60))
    ids = earlier.meeting.meeting_id, later.meeting.meeting_id
    people, names = _shared(earlier, later)
    return Conflict(ConflictKind.TRAVEL, *ids, people, names, metres, needed, available)


def _overlap(one: _Slot, other: _Slot) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _shared(one: _Slot, other: _Slot) -> tuple[tuple[int, ...], tuple[str, ...]]:
    return tuple(sorted(one.people & other.people)), tuple(sorted(one.names & other.names))


def _same_venue(one: _Slot, other: _Slot, rules: Rules) -> bool:
    """The same words in the same city; where one of them has none, the same place on the map."""
    if one.venue and other.venue:
        return one.venue == other.venue
    here, there = one.meeting.latitude, other.meeting.latitude
    if here is None or there is None or abs(here - there) > _NEAR_DEGREES:
        return False
    metres = _distance(one.meeting, other.meeting)
    return metres is not None and metres < rules.near_metres


def _distance(one: Meeting, other: Meeting) -> int | None:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    return metres_between(one.latitude, one.longitude, other.latitude, other.longitude)
