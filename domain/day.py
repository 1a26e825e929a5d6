"""What is to be reported of a day: facts put together, in no language yet."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from domain.button import Part
from domain.checkin import LogEntry
from domain.meeting import Meeting, Status

MOST_SILENT_NAMES = 30
TOOK_PLACE = (Status.UNDER_WAY, Status.HELD, Status.LOGGED)


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody who said that he cannot attend, and why if he said so."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Silence:
    """People who were expected and of whom nothing was heard: how many, and the first of them by name."""

    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeetingReport:
    """One meeting of the day."""

    meeting: Meeting
    status: Status
    present: tuple[str, ...]
    on_the_way: tuple[str, ...]
    cannot: tuple[Absence, ...]
    entries: dict[Part, tuple[LogEntry, ...]]
    """Submitted points, everybody's, by part in the order they were said."""
    silent: Silence


@dataclass(frozen=True, slots=True)
class Totals:
    """The day in numbers; `meetings` counts all, cancelled ones included."""

    meetings: int
    planned: int
    took_place: int
    """Under way, held or logged."""
    logged: int
    log_open: int
    """Took place, somebody was there, and there is no log yet."""
    moved: int
    """Not at the time of which the programme spoke first."""
    missed: int
    cancelled: int
    expected_people: int
    checked_in_people: int
    silent_people: int
    """Expected at what has begun, and not heard of all day."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a team did on a day."""

    team: str
    meetings: int
    on_duty: int
    checked_in: int
    logged: int
    """Meetings of which there is a log."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a meeting on a day; several changes are one, from the first to the last. `before` None = new."""

    before: Meeting | None
    after: Meeting
    made_at: datetime
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class DayReport:
    """A local day as it stood at `made_at` (aware, UTC)."""

    day: date
    made_at: datetime
    meetings: tuple[MeetingReport, ...]
    totals: Totals
    tomorrow: tuple[Meeting, ...]
    yesterday: Totals | None = None
    """None if there was nothing on that day."""
    changes: tuple[Change, ...] = ()
    teams: tuple[Coverage, ...] = ()
    by_hour: tuple[tuple[int, int, int, int], ...] = ()
    """(hour, meetings planned, people arrived, logs submitted) on the mission's clock, where there is anything."""


def totals_of(
    statuses: list[Status], *, moved: int, expected_people: int, checked_in_people: int, silent_people: int
) -> Totals:
    """The numbers of a day whose meetings have these statuses."""
    by = Counter(statuses)
    return Totals(
        meetings=len(statuses),
        planned=by[Status.PLANNED] + by[Status.MOVED],
        took_place=sum(by[status] for status in TOOK_PLACE),
        logged=by[Status.LOGGED],
        log_open=by[Status.HELD],
        moved=moved,
        missed=by[Status.MISSED],
        cancelled=by[Status.CANCELLED],
        expected_people=expected_people,
        checked_in_people=checked_in_people,
        silent_people=silent_people,
    )
