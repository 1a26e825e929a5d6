"""The programme as files: each person's own as a calendar, the whole of it as a workbook."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePath
from urllib.parse import quote

from domain.meeting import Meeting
from domain.person import Person
from services import programme
from services.desk import Desk
from storage import meetings, notes
from storage.taken_off import TakenOff, list_taken_off

_ID = "calendar_id"


KEPT_OFF = timedelta(days=30)
"""So long after its start a meeting that somebody was taken off stays in his calendar, as cancelled."""


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What a calendar file is made of: meetings with the moment of their last revision. May travel to a process."""

    meetings: tuple[tuple[Meeting, datetime], ...]
    name: str
    mission_id: str
    taken_off: tuple[tuple[Meeting, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Revised:
    """What is asked once for the calendars of many people."""

    at: dict[int, datetime]
    """By meeting: when its latest revision was made."""
    taken_off: dict[str, list[TakenOff]]
    """By the name that was listed before."""


def read_revised(desk: Desk) -> Revised:
    """As the revisions have it now."""
    return Revised(meetings.list_revised(desk.db), list_taken_off(desk.db, desk.now - KEPT_OFF))


def calendar_facts(desk: Desk, person: Person, revised: Revised | None = None) -> CalendarFacts:
    """A person's own programme, cancelled meetings too, and those that he was taken off."""
    revised = read_revised(desk) if revised is None else revised
    own = meetings.list_all(desk.db, programme.own(person))
    off = _taken_off(desk, person, revised, {meeting.meeting_id for meeting in own})
    told = tuple((meeting, revised.at[meeting.meeting_id]) for meeting in own)
    return CalendarFacts(told, desk.mission.name, mission_id(desk), off)


def _taken_off(
    desk: Desk, person: Person, revised: Revised, own: Collection[int]
) -> tuple[tuple[Meeting, datetime], ...]:
    """As he knew them last; nothing of what became of them later. The revision's number is the one that did it."""
    names = [name for name in (person.team, person.reference) if name]
    last = {off.meeting_id: off for off in sorted(
        (off for name in names for off in revised.taken_off.get(name, ())), key=lambda off: off.revision
    )}  # fmt: skip
    found = []
    for off in sorted(last.values(), key=lambda off: off.meeting_id):
        known = meetings.find_revision(desk.db, off.meeting_id, off.revision - 1)
        if off.meeting_id not in own and known is not None:
            found.append((replace(known.meeting, revision=off.revision), off.at))
    return tuple(found)


def calendar(facts: CalendarFacts) -> bytes:
    """The file's bytes: the same for the same facts."""
    from services.calendar_writing import write_calendar  # noqa: PLC0415 - with it comes icalendar

    return write_calendar(facts.meetings, name=facts.name, host_of=facts.mission_id, taken_off=facts.taken_off)


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
