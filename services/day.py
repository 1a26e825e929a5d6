"""A day as it stands: all that a digest tells of it, in a handful of queries however many meetings it has."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.button import Part, Presence
from domain.checkin import CheckInFact, LogEntry
from domain.day import (
    MOST_SILENT_NAMES,
    Absence,
    Change,
    Coverage,
    DayReport,
    MeetingReport,
    Silence,
    Totals,
    totals_of,
)
from domain.live import PATIENCE
from domain.meeting import Meeting, Status, status_of
from services.desk import Desk
from storage import checkins, logs, meetings, people
from storage.meetings import Whose

WAS_THERE = (Presence.ARRIVED, Presence.LEFT)
NOTHING: dict[int, str] = {}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is stored of the meetings of a local day that are somebody's business."""

    planned: list[Meeting]
    words: dict[int, list[CheckInFact]]
    expected: dict[int, dict[int, str]]
    logged: dict[int, datetime]
    """When the first log came in, by meeting."""
    now: datetime

    def status(self, meeting: Meeting) -> Status:
        """What became of it."""
        number = meeting.meeting_id
        there = sum(1 for word in self.words.get(number, ()) if word.presence in WAS_THERE)
        return status_of(meeting, arrivals=there, logged=number in self.logged, now=self.now)

    def totals(self, authors: set[int]) -> Totals:
        """The day in numbers; `authors` were heard of besides those who said where they are."""
        alive = [meeting for meeting in self.planned if not meeting.off]
        begun = [meeting for meeting in alive if self.now - meeting.starts_at >= PATIENCE]
        words = [word for meeting in alive for word in self.words.get(meeting.meeting_id, ())]
        heard = {word.person_id for word in words} | authors
        return totals_of(
            [self.status(meeting) for meeting in self.planned],
            moved=sum(1 for meeting in alive if meeting.first_starts_at not in {None, meeting.starts_at}),
            expected_people=len(self.expected_at(alive)),
            checked_in_people=len({word.person_id for word in words if word.presence in WAS_THERE}),
            silent_people=len(self.expected_at(begun) - heard),
        )

    def expected_at(self, found: list[Meeting]) -> set[int]:
        """Whoever is expected at any of these."""
        return {person for meeting in found for person in self.expected.get(meeting.meeting_id, NOTHING)}


def report(desk: Desk, day: date, whose: Whose | None = None, *, alone: bool = False) -> DayReport:
    """A local day as it stands now. `whose` narrows it to the meetings of somebody's scope.

    `alone`: nothing of the days around it, which costs half as much.
    """
    facts = _read(desk, day, whose)
    points: dict[int, list[LogEntry]] = defaultdict(list)
    numbers = {meeting.meeting_id for meeting in facts.planned}
    for entry in logs.list_submitted_of_day(desk.db, day):
        if entry.meeting_id in numbers:
            points[entry.meeting_id].append(entry)
    authors = {entry.author_id for entries in points.values() for entry in entries}
    return DayReport(
        day,
        desk.now,
        tuple(_meeting(facts, meeting, points[meeting.meeting_id]) for meeting in facts.planned),
        facts.totals(authors),
        () if alone else tuple(meetings.list_day(desk.db, day + timedelta(days=1), whose)),
        yesterday=None if alone else totals(desk, day - timedelta(days=1), whose),
        changes=tuple(_changes(desk, day, numbers, whose)),
        teams=tuple(_coverage(desk, facts, whose)),
        by_hour=_by_hour(facts, ZoneInfo(desk.mission.time_zone)),
    )


def totals(desk: Desk, day: date, whose: Whose | None) -> Totals | None:
    """The numbers of a local day alone; None if there is nothing on it."""
    facts = _read(desk, day, whose)
    return facts.totals(set()) if facts.planned else None


def list_silent(desk: Desk, day: date, whose: Whose | None) -> list[tuple[str, str]]:
    """(team, name) of those expected at what has begun on this day, of whom nothing was heard there; by team."""
    facts = _read(desk, day, whose)
    teams = people.list_teams(desk.db)
    found: dict[int, str] = {}
    for meeting in facts.planned:
        if not meeting.off and desk.now - meeting.starts_at >= PATIENCE:
            heard = {word.person_id for word in facts.words.get(meeting.meeting_id, ())}
            expected = facts.expected.get(meeting.meeting_id, NOTHING)
            found |= {person: name for person, name in expected.items() if person not in heard}
    return sorted((teams[person][1] if person in teams else "", name) for person, name in found.items())


def _read(desk: Desk, day: date, whose: Whose | None) -> _Facts:
    planned = meetings.list_day(desk.db, day, whose)
    words: dict[int, list[CheckInFact]] = defaultdict(list)
    expected: dict[int, dict[int, str]] = defaultdict(dict)
    if planned:
        numbers = {meeting.meeting_id for meeting in planned}
        for word in checkins.list_latest_of_day(desk.db, day):
            if word.meeting_id in numbers:
                words[word.meeting_id].append(word)
        for meeting_id, person_id, name in meetings.list_expected_of_day(desk.db, day):
            if meeting_id in numbers:
                expected[meeting_id][person_id] = name
    logged = dict(logs.list_submissions_of_day(desk.db, day)) if planned else {}
    return _Facts(planned, words, expected, logged, desk.now)


def _meeting(facts: _Facts, meeting: Meeting, points: list[LogEntry]) -> MeetingReport:
    words = facts.words.get(meeting.meeting_id, [])
    heard = {word.person_id for word in words} | {entry.author_id for entry in points}
    expected = facts.expected.get(meeting.meeting_id, NOTHING)
    silent = [name for person_id, name in expected.items() if person_id not in heard]
    return MeetingReport(
        meeting,
        facts.status(meeting),
        _names(words, *WAS_THERE),
        _names(words, Presence.ON_MY_WAY),
        tuple(Absence(word.person, word.reason) for word in words if word.presence is Presence.CANNOT_ATTEND),
        {part: found for part in Part if (found := tuple(entry for entry in points if entry.part is part))},
        Silence(len(silent), tuple(silent[:MOST_SILENT_NAMES])),
    )


def _names(words: list[CheckInFact], *presence: Presence) -> tuple[str, ...]:
    return tuple(word.person for word in words if word.presence in presence)


def _changes(desk: Desk, day: date, numbers: set[int], whose: Whose | None) -> list[Change]:
    """What changed on this day, of whatever day the meeting is; of somebody's business only."""
    zone = ZoneInfo(desk.mission.time_zone)
    since = datetime.combine(day, time.min, zone).astimezone(UTC)
    until = datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
    found = meetings.list_changes(desk.db, since, until)
    if whose is None:
        return found
    return [
        change
        for change in found
        if change.after.meeting_id in numbers or meetings.is_of(desk.db, change.after.meeting_id, whose)
    ]


def _coverage(desk: Desk, facts: _Facts, whose: Whose | None) -> list[Coverage]:
    """The teams in the order of their names; of a scope only its own."""
    team_of = people.list_teams(desk.db)
    only = whose.overseen if whose else None
    on_duty: dict[tuple[str, int], set[int]] = defaultdict(set)
    there: dict[tuple[str, int], set[int]] = defaultdict(set)
    visited: Counter[tuple[str, int]] = Counter()
    logged: Counter[tuple[str, int]] = Counter()
    for meeting in (meeting for meeting in facts.planned if not meeting.off):
        present = {w.person_id for w in facts.words.get(meeting.meeting_id, ()) if w.presence in WAS_THERE}
        concerned = set()
        for person in facts.expected.get(meeting.meeting_id, NOTHING):
            number, name = team_of.get(person, (0, ""))
            if number and (only is None or number in only):
                concerned.add((name, number))
                on_duty[name, number].add(person)
                if person in present:
                    there[name, number].add(person)
        visited.update(concerned)
        logged.update(concerned if meeting.meeting_id in facts.logged else ())
    return [
        Coverage(team[0], visited[team], len(on_duty[team]), len(there[team]), logged[team]) for team in sorted(on_duty)
    ]


def _by_hour(facts: _Facts, zone: ZoneInfo) -> tuple[tuple[int, int, int, int], ...]:
    numbers = {meeting.meeting_id for meeting in facts.planned}
    planned = Counter(m.starts_at.astimezone(zone).hour for m in facts.planned if not m.off)
    arrived = Counter(
        word.said_at.astimezone(zone).hour
        for words in facts.words.values()
        for word in words
        if word.presence in WAS_THERE
    )
    logged = Counter(at.astimezone(zone).hour for number, at in facts.logged.items() if number in numbers)
    return tuple(
        (hour, planned[hour], arrived[hour], logged[hour])
        for hour in range(24)
        if planned[hour] or arrived[hour] or logged[hour]
    )
