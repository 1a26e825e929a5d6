"""The digest of a day: once a local day to every coordinator, and to whoever of them asks."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.button import Part, Presence
from domain.checkin import CheckInFact, LogEntry
from domain.day import MOST_SILENT_NAMES, Absence, DayReport, MeetingReport, Silence, totals_of
from domain.due import last_due
from domain.letter import LetterKind
from domain.meeting import Meeting, nearest_days, status_of
from domain.message import Message
from domain.person import Person
from services.desk import Desk, Said, tell, tongue_of
from services.programme import business, mission_day
from storage import checkins, logs, meetings, people
from storage import digests as shelf
from storage.meetings import Whose
from texts import digests as words

WAS_THERE = (Presence.ARRIVED, Presence.LEFT)
LATE = timedelta(minutes=10)
"""A digest made this long after its moment says as of when it speaks."""


def report(desk: Desk, day: date, whose: Whose | None = None) -> DayReport:
    """A local day as it stands now, in a handful of queries however many meetings it has.

    `whose` narrows it to the meetings of a coordinator's scope.
    """
    planned = meetings.list_day(desk.db, day, whose)
    facts: dict[int, list[CheckInFact]] = defaultdict(list)
    points: dict[int, list[LogEntry]] = defaultdict(list)
    expected: dict[int, dict[int, str]] = defaultdict(dict)
    for fact in checkins.list_latest_of_day(desk.db, day):
        facts[fact.meeting_id].append(fact)
    for entry in logs.list_submitted_of_day(desk.db, day):
        points[entry.meeting_id].append(entry)
    for meeting_id, person_id, name in meetings.list_expected_of_day(desk.db, day):
        expected[meeting_id][person_id] = name
    logged = logs.list_logged_of_day(desk.db, day)
    reports = tuple(
        _meeting(m, facts[m.meeting_id], points[m.meeting_id], expected[m.meeting_id], m.meeting_id in logged, desk.now)
        for m in planned
    )
    alive = {m.meeting_id for m in planned if not m.off}
    totals = totals_of(
        [one.status for one in reports],
        expected_people=len({person for meeting_id in alive for person in expected[meeting_id]}),
        checked_in_people=len(
            {f.person_id for meeting_id in alive for f in facts[meeting_id] if f.presence in WAS_THERE}
        ),
    )
    return DayReport(day, desk.now, reports, totals, tuple(meetings.list_day(desk.db, day + timedelta(days=1), whose)))


def compose(desk: Desk, person: Person, day: date, *, late: bool = False) -> list[str]:
    """The digest of a day in this person's language: messages of Telegram HTML."""
    return _render(desk, person, report(desk, day, business(person)), late=late)


def queue_due(desk: Desk) -> int:
    """Write the digest that is due to every coordinator who has not had it; to how many.

    The row in `digest` is the promise: it is written in the same transaction as the letters, so a second tick,
    a second start or a day of downtime never makes two of one day. One that is too late is not sent at all.
    """
    day, due = last_due(desk.mission.digest_at, desk.mission.time_zone, desk.now)
    if desk.now - due > desk.mission.digest_max_late:
        return 0
    waiting = [
        lead
        for lead in people.list_leads(desk.db)
        if lead.chat_id is not None and not shelf.exists(desk.db, lead.person_id, day)
    ]
    if not waiting:
        return 0
    facts: dict[Whose | None, DayReport] = {}
    rendered: dict[tuple[str, Whose | None], list[str]] = {}
    for lead in waiting:
        whose = business(lead)
        if whose not in facts:
            facts[whose] = report(desk, day, whose)
        same = (tongue_of(desk, lead).language, whose)
        if same not in rendered:
            rendered[same] = _render(desk, lead, facts[whose], late=desk.now - due > LATE)
        _queue(desk, lead, day, due, rendered[same])
    return len(waiting)


def send_on_demand(desk: Desk, said: Said, person: Person, day: date | None) -> None:
    """/digest: the day's digest at once, None = today where the mission is; for coordinators."""
    t = tongue_of(desk, person)
    wanted = day or mission_day(desk)
    whose = business(person)
    facts = report(desk, wanted, whose)
    if not facts.meetings:
        around = nearest_days(meetings.list_days(desk.db, whose), wanted)
        tell(desk, said.chat_id, words.no_meetings(t, wanted, around))
        return
    for part in _render(desk, person, facts, late=False):
        tell(desk, said.chat_id, Message(part))


def _render(desk: Desk, person: Person, facts: DayReport, *, late: bool) -> list[str]:
    t, zone = tongue_of(desk, person), ZoneInfo(desk.mission.time_zone)
    return words.render(t, facts, desk.mission.name, zone, t.time(facts.made_at, zone) if late else None)


def _queue(desk: Desk, lead: Person, day: date, due: datetime, parts: list[str]) -> None:
    if lead.chat_id is None:
        return
    if not shelf.add(desk.db, lead.person_id, day, due_at=due, now=desk.now, outcome="sent", parts=parts):
        return
    for n, part in enumerate(parts, 1):
        tell(desk, lead.chat_id, Message(part), LetterKind.DIGEST, f"digest:{lead.person_id}:{day}:{n}")


def _meeting(
    meeting: Meeting,
    facts: list[CheckInFact],
    points: list[LogEntry],
    expected: dict[int, str],
    logged: bool,
    now: datetime,
) -> MeetingReport:
    present = _names(facts, *WAS_THERE)
    heard = {fact.person_id for fact in facts} | {entry.author_id for entry in points}
    silent = [name for person_id, name in expected.items() if person_id not in heard]
    return MeetingReport(
        meeting,
        status_of(meeting, arrivals=len(present), logged=logged, now=now),
        present,
        _names(facts, Presence.ON_MY_WAY),
        tuple(Absence(fact.person, fact.reason) for fact in facts if fact.presence is Presence.CANNOT_ATTEND),
        {part: found for part in Part if (found := tuple(entry for entry in points if entry.part is part))},
        Silence(len(silent), tuple(silent[:MOST_SILENT_NAMES])),
    )


def _names(facts: list[CheckInFact], *presence: Presence) -> tuple[str, ...]:
    return tuple(fact.person for fact in facts if fact.presence in presence)
