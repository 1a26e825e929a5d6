"""The coordinators' board of a day: who is where, what is under way, what needs a look. Facts, in no language."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from domain.attendance import Attendance, attendance_of
from domain.checkin import CheckInFact
from domain.meeting import Meeting, Status, status_of

PATIENCE = timedelta(minutes=15)
"""How long after the start of a meeting silence is nothing to worry about."""
AHEAD = timedelta(hours=2)
"""How far the board looks ahead."""
MOST = 15
"""What is named one by one in each section; of the rest one message only says how many."""
T = TypeVar("T")
WAS_THERE = frozenset({Attendance.ARRIVED, Attendance.LEFT})


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What was stored about a local day: everybody's, whoever will look at it."""

    words: tuple[CheckInFact, ...]
    """The last word about each person at each meeting."""
    expected: dict[int, dict[int, str]]
    """By meeting: names of those whom it is for, by their ids."""
    logged: Collection[int]
    """Meetings with a submitted log."""
    teams: dict[int, str]
    """Team names by person."""


@dataclass(frozen=True, slots=True)
class Attended:
    """A meeting and how many of ours are there, or on the way to it."""

    meeting: Meeting
    there: int
    on_the_way: int
    expected: int
    logged: bool


@dataclass(frozen=True, slots=True)
class Excused:
    """Somebody who cannot attend what is not over yet."""

    meeting: Meeting
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class First(Generic[T]):
    """The first MOST of something, and how many there are."""

    named: tuple[T, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Board:
    """The day as one coordinator may see it. Two equal boards look the same; what is not shown is not in it."""

    day: date
    on_duty: int
    checked_in: int
    on_the_way: int
    cannot: int
    statuses: tuple[tuple[Status, int], ...]
    """How many meetings stand where, in the order of Status."""
    logs_in: int
    logs_open: int
    under_way: First[Attended]
    soon: First[Attended]
    deserted: First[Meeting]
    """Begun a while ago, and nobody of ours is there."""
    without_log: First[Meeting]
    silent: First[tuple[str, str]]
    """(team, name) of those who gave no sign where they are expected, by team."""
    excused: First[Excused]


def board_of(day: date, meetings: Sequence[Meeting], facts: DayFacts, now: datetime) -> Board:
    """The board over these meetings of the day. A pure rule: what is shown follows from the facts and the moment."""
    alive = {meeting.meeting_id: meeting for meeting in meetings if not meeting.off}
    off = [Status.CANCELLED if meeting.cancelled else Status.POSTPONED for meeting in meetings if meeting.off]
    words = [word for word in facts.words if word.meeting_id in alive]
    stands = {(word.meeting_id, word.person_id): attendance_of((word,), alive[word.meeting_id], now) for word in words}
    there: dict[int, set[int]] = defaultdict(set)
    coming: dict[int, set[int]] = defaultdict(set)
    for (meeting_id, person_id), stand in stands.items():
        if stand in WAS_THERE:
            there[meeting_id].add(person_id)
        elif stand is Attendance.ON_MY_WAY:
            coming[meeting_id].add(person_id)
    status = {
        number: status_of(meeting, arrivals=len(there[number]), logged=number in facts.logged, now=now)
        for number, meeting in alive.items()
    }

    def attended(meeting: Meeting) -> Attended:
        number = meeting.meeting_id
        expected = len(facts.expected.get(number, {}))
        return Attended(meeting, len(there[number]), len(coming[number]), expected, number in facts.logged)

    def has_people(meeting: Meeting) -> bool:
        return bool(there[meeting.meeting_id])

    under_way = [m for m in alive.values() if now < _end(m) and (m.starts_at <= now or has_people(m))]
    excused = [word for word in words if stands[word.meeting_id, word.person_id] is Attendance.CANNOT_ATTEND]
    return Board(
        day=day,
        on_duty=len({person for number in alive for person in facts.expected.get(number, {})}),
        checked_in=len(set().union(*there.values())),
        on_the_way=len(set().union(*coming.values())),
        cannot=len({word.person_id for word in excused}),
        statuses=_counted([*status.values(), *off]),
        logs_in=sum(1 for number in alive if number in facts.logged),
        logs_open=sum(1 for number in alive if there[number] and number not in facts.logged),
        under_way=_first(map(attended, under_way)),
        soon=_first(attended(m) for m in alive.values() if now < m.starts_at <= now + AHEAD and not has_people(m)),
        deserted=_first(
            m
            for m in alive.values()
            if now - m.starts_at >= PATIENCE and not has_people(m) and m.meeting_id not in facts.logged
        ),
        without_log=_first(m for number, m in alive.items() if status[number] is Status.HELD),
        silent=_first(_silent(alive.values(), words, facts, now)),
        excused=_first(
            Excused(alive[word.meeting_id], word.person, word.reason)
            for word in excused
            if now < _end(alive[word.meeting_id])
        ),
    )


def _silent(
    meetings: Iterable[Meeting], words: Iterable[CheckInFact], facts: DayFacts, now: datetime
) -> list[tuple[str, str]]:
    """Who is expected at what has begun and said nothing of it; when it is over, only who said nothing all day."""
    heard_there = {(word.meeting_id, word.person_id) for word in words}
    heard = {person_id for _, person_id in heard_there}
    found: dict[int, str] = {}
    for meeting in meetings:
        if now - meeting.starts_at < PATIENCE:
            continue
        over = now >= _end(meeting)
        found |= {
            person_id: name
            for person_id, name in facts.expected.get(meeting.meeting_id, {}).items()
            if (person_id not in heard if over else (meeting.meeting_id, person_id) not in heard_there)
        }
    return sorted((facts.teams.get(person_id, ""), name) for person_id, name in found.items())


def _first(found: Iterable[T]) -> First[T]:
    listed = tuple(found)
    return First(listed[:MOST], len(listed))


def _end(meeting: Meeting) -> datetime:
    return meeting.ends_at or meeting.starts_at


def _counted(statuses: Collection[Status]) -> tuple[tuple[Status, int], ...]:
    return tuple((one, count) for one in Status if (count := sum(1 for status in statuses if status is one)))
