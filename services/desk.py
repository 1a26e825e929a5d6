"""The desk: what an act needs to know and where it puts what it decides."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.fault import Fault
from domain.letter import Letter, LetterKind
from domain.message import Message
from domain.mission import Mission
from domain.person import Person
from storage import live, outbox, panels, people
from storage.panels import Panel
from texts.tongue import Tongue, Tongues


@dataclass(slots=True)
class Desk:
    """One transaction's view: the database inside it, the moment it counts as, and the mission.

    `now` is aware and UTC. `cause` is the id of the update that is being processed, None for the clock's acts.
    """

    db: sqlite3.Connection
    now: datetime
    mission: Mission
    tongues: Tongues
    cause: int | None = None
    toast: str = field(default="")
    """What the tapped button answers in passing; sent after the commit, best effort."""
    faults: list[Fault] = field(default_factory=list)
    """What failed for one and was undone alone (services.faults)."""


@dataclass(frozen=True, slots=True)
class Said:
    """Where and when something was said: Telegram's ids and its own time of the message (aware, UTC)."""

    chat_id: int
    user_id: int
    message_id: int
    at: datetime
    language_code: str | None = None
    tapped: bool = False
    """True if a button was pressed: then `message_id` is the message that carries the button."""
    in_group: bool = False
    thread_id: int | None = None
    """The forum topic in which it was said."""


def tongue_of(desk: Desk, person: Person) -> Tongue:
    """The person's own language."""
    return desk.tongues.of(person.language)


def post(desk: Desk, letter: Letter) -> int | None:
    """Put a letter into the outbox, in this transaction; None if its once_key is taken."""
    return outbox.queue(desk.db, letter, desk.now, desk.cause)


def tell(
    desk: Desk, chat_id: int, message: Message, kind: LetterKind = LetterKind.ANSWER, once_key: str | None = None
) -> int | None:
    """Send a message of its own."""
    return post(desk, Letter(kind, chat_id, "sendMessage", message.payload(), once_key))


def tell_leads(
    desk: Desk,
    compose: Callable[[Tongue], Message],
    once_key: str,
    *,
    about: int | None = None,
    team_id: int | None = None,
    kind: LetterKind = LetterKind.ALERT,
) -> int:
    """Tell every coordinator in his own language, once for each under this key; how many letters were written.

    `about` is a person who is not told about himself. `team_id` is whose affair it is: coordinators of other teams
    are not told, unless nobody else can be; None = the whole mission's: those who coordinate all of it are told.
    """
    written = 0
    for lead in leads_of(desk, team_id, about):
        if lead.chat_id is not None:
            key = f"{once_key}:{lead.person_id}"
            letter = compose(tongue_of(desk, lead))
            written += tell(desk, lead.chat_id, letter, kind, key) is not None
    return written


def leads_of(desk: Desk, team_id: int | None, about: int | None = None) -> list[Person]:
    """Coordinators who are told of a team's affairs (None: of the whole mission's), but for the one it is about.

    They are those of the team whom a message reaches. Where it reaches none of them all others are told, rather than
    nobody, and where it reaches nobody at all whoever was aboard: he may be back.
    """
    aboard = [lead for lead in people.list_leads(desk.db) if lead.chat_id is not None and lead.person_id != about]
    reached = [lead for lead in aboard if lead.unreachable_since is None] or aboard
    return [lead for lead in reached if lead.oversees(team_id)] or reached


def reached_of(found: Iterable[Person], about: Person) -> list[Person]:
    """Those of them whom a message reaches; not the one it is about."""
    return [
        one
        for one in found
        if one.chat_id is not None and one.unreachable_since is None and one.person_id != about.person_id
    ]


def show(desk: Desk, said: Said, message: Message, *, stays: bool = False) -> None:
    """Show the chat's panel: in place if a button of it was tapped, else below what the person wrote.

    An edit costs less of the send budget than a message; a panel that is still unsent, or an edit still waiting,
    is rewritten and costs nothing. A live board is no panel: what its buttons lead to is shown below it.

    `stays` is for what nothing else will tell again, such as that something was not kept: whatever is shown next
    comes below it and does not take its place, not even while it is unsent. Of several alike one is enough.
    """
    payload = message.payload()
    if said.tapped and not live.is_board(desk.db, said.chat_id, said.message_id):
        edit(desk, said.chat_id, said.message_id, payload)
        panels.write(desk.db, said.chat_id, None, said.message_id)
        return
    current = panels.read(desk.db, said.chat_id)
    if outbox.is_waiting(desk.db, said.chat_id, payload) if stays else _replaced(desk, said, current, payload):
        return
    there = {"message_thread_id": said.thread_id} if said.thread_id else {}
    letter_id = post(desk, Letter(LetterKind.ANSWER, said.chat_id, "sendMessage", {**payload, **there}))
    if current and current.message_id:
        post(desk, Letter(LetterKind.TIDYING, said.chat_id, "deleteMessage", {"message_id": current.message_id}))
    panels.write(desk.db, said.chat_id, None if stays else letter_id, None)


def show_below(desk: Desk, said: Said, message: Message) -> None:
    """Show the chat's panel below everything that is there."""
    show(desk, replace(said, tapped=False, message_id=0), message)


def refresh(desk: Desk, chat_id: int, message: Message) -> None:
    """Edit the chat's panel where it stands (nothing was written below it that asks for an answer)."""
    current = panels.read(desk.db, chat_id)
    payload = message.payload()
    if current is None:
        tell(desk, chat_id, message)
    elif current.message_id is not None:
        edit(desk, chat_id, current.message_id, payload)
    elif current.letter_id is None or not outbox.rewrite_queued(desk.db, current.letter_id, payload):
        panels.write(desk.db, chat_id, tell(desk, chat_id, message), None)


def _replaced(desk: Desk, said: Said, current: Panel | None, payload: dict[str, object]) -> bool:
    """Whether the panel that is there already could say it: it stands below what was written, or is unsent."""
    if current is None:
        return False
    if current.message_id is None:
        return current.letter_id is not None and outbox.rewrite_queued(desk.db, current.letter_id, payload)
    if not current.message_id > said.message_id > 0:
        return False
    edit(desk, said.chat_id, current.message_id, payload)  # one of an album, or late news
    return True


def edit(
    desk: Desk,
    chat_id: int,
    message_id: int,
    payload: dict[str, object],
    kind: LetterKind = LetterKind.ANSWER,
    once_key: str | None = None,
) -> bool:
    """Let a message say something else; False if its once_key is taken. An edit that still waits is reworded."""
    body = {**payload, "message_id": message_id}
    waiting = outbox.find_queued_edit(desk.db, chat_id, message_id)
    if waiting is not None and outbox.rewrite_queued(desk.db, waiting, body):
        return True
    return post(desk, Letter(kind, chat_id, "editMessageText", body, once_key)) is not None
