"""Who may read and correct a submitted meeting log, and how its points were worded before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.button import Part
from domain.checkin import LogEntry
from domain.meeting import Meeting
from domain.person import Person

ASK_AFTER = timedelta(minutes=20)
"""So long after a meeting's end its log is asked for, if there is none."""
ASK_UNTIL = timedelta(hours=6)
"""So long after the end it is no longer asked for: the coordinator sees it as open."""


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a point: the first is its author's own, each later one somebody's correction."""

    number: int
    body: str
    withdrawn: bool
    author: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Completion:
    """Somebody who may marked a meeting's log as complete."""

    person_id: int
    person: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class LogQuestion:
    """A person to be asked once for the log of a meeting that is over; `once_key` is the letter's."""

    meeting_id: int
    person_id: int
    once_key: str


def panel_part(part: Part) -> Part:
    """The question under which a point of this part is shown: who was not there belongs to who received us."""
    return Part.WHO if part is Part.NOT_THERE else part


def host_is_known(meeting: Meeting, draft: list[LogEntry], *, told_already: bool) -> bool:
    """Whether anybody is named who may have received us: by the programme, in this draft, or by a colleague.

    Then a name is a tap away or told, and who received us is asked together with what was said.
    """
    return bool(meeting.interlocutors) or told_already or any(panel_part(entry.part) is Part.WHO for entry in draft)


def may_read(entry: LogEntry, person: Person) -> bool:
    """Whether somebody who sees the meeting may read this submitted point: internal ones are for coordinators."""
    return not entry.internal or entry.author_id == person.person_id or person.role.leads


def may_correct(entry: LogEntry, person: Person, *, answers_for_it: bool) -> bool:
    """Whether he may word it anew or take it out: his own, or all if the meeting's log is his to answer for."""
    return entry.author_id == person.person_id or (answers_for_it and may_read(entry, person))
