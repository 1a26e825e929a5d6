"""Digests: to every coordinator at his own hours, once for each local day and hour; and to whoever of them asks."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.day import DayReport
from domain.digest import LATE, REMEMBERS, Depth, Due, Plan, Slot, day_told, open_since, slots_between, what_is_due
from domain.digest_button import View
from domain.letter import LetterKind
from domain.message import Message
from domain.missing import Missing
from domain.person import Person
from services import chart, conflicts, incidents, ladder, periods, proposals
from services import day as days
from services.desk import Desk, post, tell, tongue_of
from services.programme import business, mission_day
from storage import digests as shelf
from storage import people
from storage.database import is_trouble
from storage.meetings import Whose
from texts import conflicts as conflict_words
from texts import digests as words
from texts import proposals as proposal_words
from texts.digests import Frame, Needs
from texts.tongue import Html

MOST_AT_ONCE = 1
"""Different digests that are made in one transaction: each may take a tenth of a second or two, and people tap."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which digest it is: `late` says so in its head, `skipped` are the keys of those that never came."""

    day: date
    late: bool = False
    skipped: tuple[str, ...] = ()
    week: bool = False
    """The week's comes with it."""


@dataclass(slots=True)
class Composer:
    """Digests of one moment: what several coordinators share is read and worded once.

    `most` different ones are worded at most; `full` once one more was due.
    """

    desk: Desk
    most: int = MOST_AT_ONCE
    full: bool = False
    _reports: dict[tuple[date, Whose | None], DayReport] = field(default_factory=dict)
    _parts: dict[tuple[object, ...], list[Message]] = field(default_factory=dict)
    _missing: list[Missing] | None = None

    def at(self, desk: Desk) -> "Composer":
        """The same digests at another desk, and no more than these."""
        return Composer(desk, 0, _reports=self._reports, _parts=self._parts)

    def has_room(self, person: Person, plan: Plan, edition: Edition) -> bool:
        """Whether this digest may be made as well: it is worded already, or few were made so far."""
        room = len(self._parts) < self.most or self._key(person, plan, edition) in self._parts
        self.full = self.full or not room
        return room

    def report(self, day: date, whose: Whose | None) -> DayReport:
        """The facts of a day."""
        if (day, whose) not in self._reports:
            self._reports[day, whose] = days.report(self.desk, day, whose)
        return self._reports[day, whose]

    def parts(self, person: Person, plan: Plan, edition: Edition) -> list[Message]:
        """The digest in this person's language, as deep as he wants it."""
        desk, t = self.desk, tongue_of(self.desk, person)
        whose = narrowed(person, plan)
        key = self._key(person, plan, edition)
        if key not in self._parts:
            zone = ZoneInfo(desk.mission.time_zone)
            frame = Frame(desk.mission.name, zone, late=edition.late, skipped=edition.skipped)
            report = self.report(edition.day, whose)
            render = words.headlines if plan.depth is Depth.HEADLINES else words.full
            parts = render(t, report, self.needs(person, edition.day), frame)
            week = periods.compose(desk, person, whose, edition.day, View.WEEK) if edition.week else []
            self._parts[key] = [*parts, *week]
        return self._parts[key]

    def _key(self, person: Person, plan: Plan, edition: Edition) -> tuple[object, ...]:
        """Two whose keys are equal read the same words."""
        language = tongue_of(self.desk, person).language
        return (edition, language, narrowed(person, plan), plan.depth, person.scope)

    def needs(self, person: Person, day: date) -> Needs:
        """What needs him now; of a day that is over, nothing does.

        `proposals` and `conflicts` are lines in his language: what waits for a decision, and what collides tomorrow.
        """
        desk = self.desk
        if day < mission_day(desk) - timedelta(days=1):
            return Needs()
        if self._missing is None:
            self._missing = ladder.list_missing(desk)
        unreachable = people.list_unreachable(desk.db)
        return Needs(
            incidents=incidents.list_open(desk, person),
            missing=tuple(one for one in self._missing if person.oversees(one.person.team_id)),
            proposals=self._proposals(person),
            unreachable=tuple(one for one in unreachable if person.oversees(one.team_id)),
            conflicts=self._conflicts(person, day + timedelta(days=1)),
        )

    def _proposals(self, person: Person) -> tuple[Html, ...]:
        t = tongue_of(self.desk, person)
        return tuple(proposal_words.waiting(t, meeting, n) for meeting, n in proposals.list_waiting(self.desk, person))

    def _conflicts(self, person: Person, day: date) -> tuple[Html, ...]:
        t = tongue_of(self.desk, person)
        found = conflicts.of_day(self.desk, day, business(person))
        return tuple(conflict_words.listed(t, one, meeting, other) for one, meeting, other in found)


def narrowed(person: Person, plan: Plan) -> Whose | None:
    """The meetings that his digest tells of: his business, or of it the teams that he chose."""
    teams = frozenset(team for team in plan.team_ids if person.oversees(team))
    return Whose(person.person_id, teams, teams) if teams else business(person)


def compose(desk: Desk, person: Person, day: date) -> list[str]:
    """The digest of a day as he would get it: messages of Telegram HTML."""
    plan = shelf.read_plan(desk.db, person, desk.mission)
    return [part.text for part in Composer(desk).parts(person, plan, Edition(day))]


class NotMadeError(Exception):
    """Of all digests that are due this person's could not be made; the cause is no trouble of the disk."""

    def __init__(self, person_id: int) -> None:
        super().__init__(person_id)
        self.person_id = person_id


def word_ahead(desk: Desk, but: Collection[int] = ()) -> Composer:
    """Word one of the digests that are due, on a connection that only reads: beside whoever taps meanwhile.

    `but`: people whose digests are left for another time. Raises NotMadeError.
    """
    composer = Composer(desk)
    for lead in _leads(desk, but):
        with _made_for(lead):
            due = _due(desk, lead)
            if due is not None and due.edition is not None:
                composer.parts(lead, due.plan, due.edition)
                break
    return composer


def queue_due(desk: Desk, composer: Composer | None = None, but: Collection[int] = ()) -> int:
    """Write digests that are due; to how many. One and its like at a time: ask until nobody is left.

    The row is the promise: it is written in the same transaction as the letters, so a second tick, a second start or a
    day of downtime never makes two of one local day and hour. What came too late is recorded as skipped. `but`: people
    whose digests are left for another time. Raises NotMadeError.
    """
    composer, written = composer or Composer(desk), 0
    for lead in _leads(desk, but):
        with _made_for(lead):
            written += _queue_for(composer, lead)
    return written


def _leads(desk: Desk, but: Collection[int]) -> list[Person]:
    return [lead for lead in people.list_leads(desk.db) if lead.chat_id is not None and lead.person_id not in but]


@contextmanager
def _made_for(lead: Person) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if is_trouble(error):
            raise
        raise NotMadeError(lead.person_id) from error


def settle(desk: Desk, lead: Person) -> None:
    """Whatever is due to him by now, before he chooses other hours."""
    _queue_for(Composer(desk), lead)


def _queue_for(composer: Composer, lead: Person) -> int:
    """Since he was first seen as a coordinator, each of his hours brings a digest or a record of none.

    The bot may have been away when he became one, so what is not too late to be sent is promised as well.
    """
    desk = composer.desk
    shelf.begin_plan(desk.db, lead.person_id, desk.now - desk.mission.digest_max_late)
    due = _due(desk, lead)
    if due is None or (due.edition is not None and not composer.has_room(lead, due.plan, due.edition)):
        return 0
    shelf.mark_checked(desk.db, lead.person_id, due.plan.zone, desk.now)
    for slot in due.slots.skip:
        told = day_told(slot.due, desk.mission.time_zone)
        shelf.add(desk.db, lead.person_id, slot, day=told, now=desk.now, outcome="skipped", parts=[])
    return _queue(composer, lead, due)


@dataclass(frozen=True, slots=True)
class _Due:
    """What is due to somebody: `edition` of the slot that is to be sent, if one is."""

    plan: Plan
    slots: Due
    edition: Edition | None


def _due(desk: Desk, lead: Person) -> _Due | None:
    """None if none of his hours has passed since he was last looked at."""
    plan = shelf.read_plan(desk.db, lead, desk.mission)
    slots = slots_between(plan, open_since(plan, desk.now), desk.now)
    if not slots:
        return None
    made = shelf.list_made(desk.db, lead.person_id, min(slot.day for slot in slots))
    due = what_is_due(slots, made, desk.now, desk.mission.digest_max_late)
    return _Due(plan, due, _edition(desk, lead, plan, due))


def _edition(desk: Desk, lead: Person, plan: Plan, due: Due) -> Edition | None:
    if due.send is None:
        return None
    untold = shelf.list_untold(desk.db, lead.person_id, due.send.day - REMEMBERS)
    skipped = sorted({*untold, *(slot.key for slot in due.skip)})
    day = day_told(due.send.due, desk.mission.time_zone)
    late = desk.now - due.send.due > LATE
    return Edition(day, late, tuple(skipped), week=_brings_week(desk, lead, plan, due.send, day))


def _queue(composer: Composer, lead: Person, due: _Due) -> int:
    """Row and letters of one digest; 0 if none is to be sent, or its row is there already."""
    desk, edition, slot = composer.desk, due.edition, due.slots.send
    if lead.chat_id is None or edition is None or slot is None:
        return 0
    parts = composer.parts(lead, due.plan, edition)
    texts = [part.text for part in parts]
    if not shelf.add(desk.db, lead.person_id, slot, day=edition.day, now=desk.now, outcome="sent", parts=texts):
        return 0
    shelf.mark_told(desk.db, lead.person_id, edition.skipped, desk.now)
    for n, part in enumerate(parts, 1):
        tell(desk, lead.chat_id, part, LetterKind.DIGEST, f"digest:{lead.person_id}:{slot.key}:{n}")
    key = f"digest:{lead.person_id}:{slot.key}:chart"
    offer_chart(desk, lead.chat_id, lead, composer.report(edition.day, narrowed(lead, due.plan)).by_hour, key)
    return 1


def _brings_week(desk: Desk, lead: Person, plan: Plan, slot: Slot, day: date) -> bool:
    """With the last digest of the week comes the week's."""
    if slot.at != max(plan.hours) or day.isoweekday() != desk.mission.weekly_on:
        return False
    return bool(periods.days_of(desk, narrowed(lead, plan), day, View.WEEK))


def offer_chart(desk: Desk, chat_id: int, person: Person, by_hour: chart.Rows, once_key: str | None = None) -> None:
    """A picture, where it tells more than words."""
    if chart.tells_more(by_hour):
        kind = LetterKind.DIGEST if once_key else LetterKind.ANSWER
        post(desk, chart.letter(kind, chat_id, person, by_hour, once_key))
