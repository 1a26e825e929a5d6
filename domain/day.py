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
    missed: int
    cancelled: int
    expected_people: int
    checked_in_people: int


@dataclass(frozen=True, slots=True)
class DayReport:
    """A local day as it stood at `made_at` (aware, UTC)."""

    day: date
    made_at: datetime
    meetings: tuple[MeetingReport, ...]
    totals: Totals
    tomorrow: tuple[Meeting, ...]


def totals_of(statuses: list[Status], *, expected_people: int, checked_in_people: int) -> Totals:
    """The numbers of a day whose meetings have these statuses."""
    by = Counter(statuses)
    return Totals(
        meetings=len(statuses),
        planned=by[Status.PLANNED] + by[Status.MOVED],
        took_place=sum(by[status] for status in TOOK_PLACE),
        logged=by[Status.LOGGED],
        missed=by[Status.MISSED],
        cancelled=by[Status.CANCELLED],
        expected_people=expected_people,
        checked_in_people=checked_in_people,
    )
