"""Asking for the log of a meeting that is over and has none."""

from functools import partial

from domain.fault import Task
from domain.letter import LetterKind
from domain.log import ASK_AFTER, ASK_UNTIL, LogQuestion
from services.desk import Desk, tell, tongue_of
from services.faults import apart
from services.logs import count_draft, names_to_begin_with
from storage import logs, meetings, people
from texts import logs as words


def queue_due(desk: Desk) -> int:
    """Ask once for the log of each meeting that is over and has none; to how many."""
    asked = 0
    for question in logs.list_open_questions(desk.db, desk.now - ASK_UNTIL, desk.now - ASK_AFTER):
        asked += apart(desk, Task.LOGS, partial(_ask, desk, question), question.person_id)
    return asked


def _ask(desk: Desk, question: LogQuestion) -> bool:
    person = people.find(desk.db, question.person_id)
    meeting = meetings.find(desk.db, question.meeting_id)
    if person is None or person.chat_id is None or meeting is None:
        return False
    points = count_draft(desk, person, meeting.meeting_id)
    names = names_to_begin_with(desk, person, meeting)
    letter = words.ask_for_log(tongue_of(desk, person), meeting, points, names)
    return tell(desk, person.chat_id, letter, LetterKind.REMINDER, question.once_key) is not None
