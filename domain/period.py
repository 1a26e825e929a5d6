"""Several days put together: a week, or the whole mission. Facts, in no language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from domain.button import Part
from domain.checkin import LogEntry
from domain.day import TOOK_PLACE, Coverage, DayReport, Totals
from domain.meeting import Meeting


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
    def of(cls, reports: Iterable[DayReport]) -> "PeriodReport":
        """Of these days in their order, of which no more than one is held at a time."""
        days: list[tuple[date, Totals]] = []
        teams: list[Coverage] = []
        held: list[Meeting] = []
        concerns: list[tuple[Meeting, LogEntry]] = []
        for report in reports:
            days.append((report.day, report.totals))
            teams = _together(teams, report.teams)
            for one in report.meetings:
                if one.status in TOOK_PLACE:
                    held.append(one.meeting)
                told = (entry for entry in one.entries.get(Part.CONCERN, ()) if not entry.internal)
                concerns += [(one.meeting, entry) for entry in told if entry.body or entry.has_file]
        return cls(tuple(days), summed([totals for _, totals in days]), tuple(teams), tuple(held), tuple(concerns))


def summed(found: Sequence[Totals]) -> Totals:
    """Day by day together; a person who was there on two days counts twice: these are person-days."""
    return Totals(**{one.name: sum(getattr(totals, one.name) for totals in found) for one in fields(Totals)})


def _together(before: Iterable[Coverage], found: Iterable[Coverage]) -> list[Coverage]:
    by_team = {one.team: one for one in before}
    for one in found:
        known = by_team.get(one.team, Coverage(one.team, 0, 0, 0, 0))
        by_team[one.team] = Coverage(
            one.team,
            known.meetings + one.meetings,
            known.on_duty + one.on_duty,
            known.checked_in + one.checked_in,
            known.logged + one.logged,
        )
    return [by_team[name] for name in sorted(by_team)]
