"""Several days put together: a week, or the whole mission. Facts, in no language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from domain.button import Part
from domain.checkin import LogEntry
from domain.day import Coverage, DayReport, Totals
from domain.meeting import Meeting, Status


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """The days that had meetings, summed up."""

    days: tuple[tuple[date, Totals], ...]
    totals: Totals
    teams: tuple[Coverage, ...]
    held: tuple[Meeting, ...]
    """Meetings that took place, in their order."""
    concerns: tuple[tuple[Meeting, LogEntry], ...]
    """Ordinary ones."""

    @classmethod
    def of(cls, reports: Sequence[DayReport]) -> "PeriodReport":
        """Of these days in their order."""
        told = [one for report in reports for one in report.meetings]
        return cls(
            tuple((report.day, report.totals) for report in reports),
            summed([report.totals for report in reports]),
            _teams(one for report in reports for one in report.teams),
            tuple(one.meeting for one in told if one.status in {Status.HELD, Status.LOGGED, Status.UNDER_WAY}),
            tuple(
                (one.meeting, entry)
                for one in told
                for entry in one.entries.get(Part.CONCERN, ())
                if not entry.internal and (entry.body or entry.has_file)
            ),
        )


def summed(found: Sequence[Totals]) -> Totals:
    """Day by day together; a person who was there on two days counts twice: these are person-days."""
    return Totals(**{one.name: sum(getattr(totals, one.name) for totals in found) for one in fields(Totals)})


def _teams(found: Iterable[Coverage]) -> tuple[Coverage, ...]:
    by_team: dict[str, Coverage] = {}
    for one in found:
        known = by_team.get(one.team, Coverage(one.team, 0, 0, 0, 0))
        by_team[one.team] = Coverage(
            one.team,
            known.meetings + one.meetings,
            known.on_duty + one.on_duty,
            known.checked_in + one.checked_in,
            known.logged + one.logged,
        )
    return tuple(by_team[name] for name in sorted(by_team))
