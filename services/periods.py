"""A week, or the whole mission: the facts of its days put together."""

from datetime import date, timedelta

from domain.day import Totals
from domain.digest_button import View
from domain.message import Message
from domain.period import PeriodReport, summed
from domain.person import Person
from services import day as days
from services.desk import Desk, tongue_of
from storage import meetings
from storage.meetings import Whose
from texts import periods as words


def compose(desk: Desk, person: Person, whose: Whose | None, day: date, view: View) -> list[Message]:
    """The week up to this day (Monday to Sunday), or the mission up to today, in this person's language."""
    listed = days_of(desk, whose, day, view)
    before: list[Totals] = []
    if view is View.WEEK:
        monday = _monday(day)
        earlier = (days.totals(desk, monday - timedelta(days=n), whose) for n in range(1, 8))
        before = [totals for totals in earlier if totals is not None]
    report = PeriodReport.of(days.report(desk, one, whose, alone=True) for one in listed)
    change = summed(before) if before else None
    return words.period(tongue_of(desk, person), report, change, desk.mission.name, whole=view is View.MISSION)


def days_of(desk: Desk, whose: Whose | None, day: date, view: View) -> list[date]:
    """The days of the period on which there is anything."""
    listed = meetings.list_days(desk.db, whose)
    if view is not View.WEEK:
        return listed
    monday = _monday(day)
    return [one for one in listed if monday <= one < monday + timedelta(days=7)]


def _monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)
