"""The programme as files: each person's own as a calendar, the whole of it as a workbook."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from urllib.parse import quote

from domain.meeting import Meeting
from domain.person import Person
from services import programme
from services.desk import Desk
from storage import meetings, notes

_ID = "calendar_id"


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What a calendar file is made of: meetings with the moment of their last revision. May travel to a process."""

    meetings: tuple[tuple[Meeting, datetime], ...]
    name: str
    mission_id: str


def calendar_facts(desk: Desk, person: Person, revised: dict[int, datetime] | None = None) -> CalendarFacts:
    """A person's own programme, cancelled meetings too. `revised` spares asking for each of many people."""
    revised = meetings.list_revised(desk.db) if revised is None else revised
    own = meetings.list_all(desk.db, programme.own(person))
    return CalendarFacts(tuple((m, revised[m.meeting_id]) for m in own), desk.mission.name, mission_id(desk))


def calendar(facts: CalendarFacts) -> bytes:
    """The file's bytes: the same for the same facts."""
    from services.calendar_writing import write_calendar  # noqa: PLC0415 - with it comes icalendar

    return write_calendar(facts.meetings, name=facts.name, host_of=facts.mission_id)


def file_name(person: Person) -> str:
    """Under which a person's calendar is kept in a folder, whatever his reference has in it."""
    return PurePath(quote(person.reference, safe="") + ".ics").name


def workbook_meetings(desk: Desk, person: Person | None = None) -> Sequence[Meeting]:
    """The whole programme; or what of it is a coordinator's business."""
    return meetings.list_all(desk.db, programme.business(person) if person else None)


def mission_id(desk: Desk) -> str:
    """By which calendars tell this mission's meetings from another's; made once and kept for good."""
    found = notes.read(desk.db, _ID)
    if found is None:
        found = secrets.token_hex(6)
        notes.write(desk.db, _ID, found)
    return found
