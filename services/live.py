"""The coordinators' board: one message that is edited in place as facts arrive, at most once a tick."""

import hashlib
from datetime import UTC, date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from domain.fault import Task
from domain.letter import Letter, LetterKind
from domain.live import Board, DayFacts, board_of
from domain.message import Message
from domain.missing import Missing
from domain.person import Person
from services import ladder
from services.desk import Desk, Said, post, tongue_of
from services.faults import apart
from services.programme import business, mission_day
from storage import checkins, logs, meetings, outbox, people
from storage import live as shelf
from storage.live import LiveBoard
from storage.meetings import Whose
from texts import live as words


def show_live(desk: Desk, said: Said, person: Person) -> None:
    """/live: the board at the bottom of the chat, the old one goes. [Refresh]: the board where it stands."""
    boards = _Boards(desk, mission_day(desk))
    message, shown = boards.message(person), boards.digest(person)
    before = shelf.read(desk.db, said.chat_id)
    if said.tapped:
        _edit_at_once(desk, said, message)
        desk.toast = words.refreshed(tongue_of(desk, person), desk.now, ZoneInfo(desk.mission.time_zone))
        letter_id, message_id = None, said.message_id
    else:
        letter_id, message_id = _send(desk, said, before, message), None
    shelf.write(
        desk.db, said.chat_id, person.person_id, letter_id=letter_id, message_id=message_id, shown=shown, now=desk.now
    )
    if before and before.message_id not in {None, message_id}:
        post(desk, Letter(LetterKind.TIDYING, said.chat_id, "deleteMessage", {"message_id": before.message_id}))


def queue_refreshes(desk: Desk) -> int:
    """Bring today's boards up to date where they would say something else by now; how many letters were written.

    A board has at most one edit waiting, which is reworded and costs nothing; and the letters are of the kind that
    every other goes before. So what the boards cost is one edit a tick and board, and they delay nobody.
    """
    day = mission_day(desk)
    boards = [board for board in shelf.list_since(desk.db, _start(desk, day)) if board.message_id is not None]
    if not boards:
        return 0
    leads = {lead.chat_id: lead for lead in people.list_leads(desk.db)}
    current = _Boards(desk, day)
    written = 0
    for standing in boards:
        lead = leads.get(standing.chat_id)
        if lead is not None and lead.person_id == standing.person_id:
            written += apart(desk, Task.BOARDS, partial(_refresh, desk, standing, lead, current), lead.person_id)
    return written


class _Boards:
    """Boards of one moment: what all coordinators share is read once, and equal boards are made once."""

    def __init__(self, desk: Desk, day: date) -> None:
        self._desk, self._day = desk, day
        self._facts: DayFacts | None = None
        self._missing: list[Missing] | None = None
        self._made: dict[Whose | None, Board] = {}
        self._digests: dict[tuple[str, Whose | None], str] = {}
        self._messages: dict[tuple[str, Whose | None], Message] = {}

    def of(self, person: Person) -> Board:
        """The board of what is this coordinator's business."""
        whose = business(person)
        if whose not in self._made:
            if self._facts is None:
                self._facts = _read(self._desk, self._day)
            planned = meetings.list_day(self._desk.db, self._day, whose)
            self._made[whose] = board_of(self._day, planned, self._facts, self._desk.now)
        return self._made[whose]

    def missing(self, person: Person) -> tuple[Missing, ...]:
        """Those unaccounted for who are this coordinator's business."""
        if self._missing is None:
            self._missing = ladder.list_missing(self._desk)
        return ladder.unaccounted(self._missing, person)

    def message(self, person: Person) -> Message:
        """What he is shown."""
        desk, t = self._desk, tongue_of(self._desk, person)
        key = (t.language, business(person))
        if key not in self._messages:
            zone = ZoneInfo(desk.mission.time_zone)
            self._messages[key] = words.board(t, self.of(person), desk.now, zone, self.missing(person))
        return self._messages[key]

    def digest(self, person: Person) -> str:
        """Tells apart what he is shown: the hour at which a board was made is no difference."""
        key = (tongue_of(self._desk, person).language, business(person))
        if key not in self._digests:
            looked_for = [one.alarm for one in self.missing(person)]
            seen = repr((key[0], self.of(person), looked_for))
            self._digests[key] = hashlib.sha256(seen.encode()).hexdigest()
        return self._digests[key]


def _read(desk: Desk, day: date) -> DayFacts:
    expected: dict[int, dict[int, str]] = {}
    for meeting_id, person_id, name in meetings.list_expected_of_day(desk.db, day):
        expected.setdefault(meeting_id, {})[person_id] = name
    return DayFacts(
        tuple(checkins.list_latest_of_day(desk.db, day)),
        expected,
        logs.list_logged_of_day(desk.db, day),
        shelf.list_teams(desk.db),
    )


def _refresh(desk: Desk, standing: LiveBoard, lead: Person, boards: _Boards) -> int:
    shown = boards.digest(lead)
    if standing.waiting is None and shown == standing.shown:
        return 0
    body = {**boards.message(lead).payload(), "message_id": standing.message_id}
    shelf.note_shown(desk.db, standing.chat_id, shown)
    if standing.waiting is not None:
        outbox.rewrite_queued(desk.db, standing.waiting, body)
        return 0
    post(desk, Letter(LetterKind.TIDYING, standing.chat_id, "editMessageText", body))
    return 1


def _edit_at_once(desk: Desk, said: Said, message: Message) -> None:
    """Somebody waits for it: an edit that the clock had put aside is his now."""
    body = {**message.payload(), "message_id": said.message_id}
    waiting = outbox.find_queued_edit(desk.db, said.chat_id, said.message_id)
    if waiting is not None and outbox.rewrite_queued(desk.db, waiting, body):
        outbox.hurry(desk.db, waiting, LetterKind.ANSWER)
    else:
        post(desk, Letter(LetterKind.ANSWER, said.chat_id, "editMessageText", body))


def _send(desk: Desk, said: Said, before: LiveBoard | None, message: Message) -> int | None:
    """The letter with the new board; one that is still unsent is reworded."""
    unsent = before.letter_id if before else None
    if unsent is not None and outbox.rewrite_queued(desk.db, unsent, message.payload()):
        return unsent
    return post(desk, Letter(LetterKind.ANSWER, said.chat_id, "sendMessage", message.payload()))


def _start(desk: Desk, day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(desk.mission.time_zone)).astimezone(UTC)
