"""Replies to an announcement reach its author, and his answers the reader: a thread in two private chats."""

from domain.announcement import SENT_STATES
from domain.letter import Letter, LetterKind
from domain.person import Person
from services import drafts
from services.desk import Desk, Said, post, tell, tongue_of
from storage import announcements as shelf
from storage import deliveries, people
from storage import replies as threads
from texts import replies as words


def takes(desk: Desk, said: Said, answered: int) -> bool:
    """Whether the message that is answered to is a copy of an announcement, or of a thread about one."""
    return (
        threads.find_by_message(desk.db, said.chat_id, answered) is not None
        or deliveries.find_by_message(desk.db, said.chat_id, answered) is not None
    )


def take(desk: Desk, said: Said, writer: Person, answered: int, text: str, *, is_text: bool) -> None:
    """Somebody answered; to whom it goes depends on what was answered to."""
    thread = threads.find_by_message(desk.db, said.chat_id, answered)
    copy = None if thread else deliveries.find_by_message(desk.db, said.chat_id, answered)
    announcement_id = thread.announcement_id if thread else copy.announcement_id if copy else 0
    a = shelf.find(desk.db, announcement_id)
    if a is None or a.state not in SENT_STATES:
        return
    by_author = thread is not None and not thread.by_author
    reader_id = thread.person_id if thread else writer.person_id
    other = people.find(desk.db, reader_id if by_author else a.author_id)
    t = tongue_of(desk, writer)
    if other is None or not other.active or other.chat_id is None:
        tell(desk, said.chat_id, words.nobody_there(t))
        return
    to = tongue_of(desk, other)
    title = drafts.title_of(desk, to, a)
    message = words.from_author(to, writer, title, text) if by_author else words.from_reader(to, writer, title, text)
    body = message.payload()
    if thread is not None and thread.message_id:
        body["reply_parameters"] = {"message_id": thread.message_id, "allow_sending_without_reply": True}
    letter_id = post(desk, Letter(LetterKind.NOTICE, other.chat_id, "sendMessage", body))
    if not is_text:
        copied = {"from_chat_id": said.chat_id, "message_id": said.message_id}
        post(desk, Letter(LetterKind.NOTICE, other.chat_id, "copyMessage", copied))
    threads.add(
        desk.db,
        announcement_id,
        reader_id,
        text,
        by_author=by_author,
        chat_id=said.chat_id,
        message_id=said.message_id,
        to_chat=other.chat_id,
        letter_id=letter_id,
        now=desk.now,
    )
    shelf.mark(desk.db, announcement_id, dirty=True)
    tell(desk, said.chat_id, words.passed_on(t, other.name))
