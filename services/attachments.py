"""Files of meeting logs: noted at once, fetched beside the chat (bot/attachments.py), shown to whom they concern."""

from dataclasses import replace
from datetime import timedelta

from domain.attachment import MOST_BYTES, Attachment, AttachmentState, FileKind, GivenFile, path_of
from domain.checkin import LogEntry
from domain.faults import tidy
from domain.letter import Letter, LetterKind
from domain.meeting import Meeting
from domain.person import Person
from services import programme
from services.desk import Desk, Said, post, tell, tongue_of
from storage import attachments as shelf
from storage import logs, meetings, people
from texts import answers
from texts import attachments as words

MOST_OF_A_NAME = 500
"""Characters that are kept of what a file calls itself: long enough for its ending."""
PAUSES = tuple(timedelta(minutes=n) for n in (0.5, 2, 10, 30, 60, 120, 240, 480, 480))
"""After the first, second … attempt in vain; together a day. Then the file is given up."""
PUT_OFF = timedelta(minutes=1)
MOST_SHOWN = 10
_MOST_SIZE = 2**53
"""Nobody's file is larger than this; a larger number would not be one the database holds."""
_METHODS = {
    FileKind.PHOTO: "sendPhoto",
    FileKind.DOCUMENT: "sendDocument",
    FileKind.VOICE: "sendVoice",
    FileKind.VIDEO: "sendVideo",
    FileKind.AUDIO: "sendAudio",
}


def note(desk: Desk, entry_id: int, file: GivenFile) -> bool:
    """This file belongs to that point: its bytes are wanted. False if it is too large for a bot to fetch.

    Then its author should be told: it stays in the chat, and it can be looked at all the same.
    """
    size = None if file.size is None else min(max(file.size, 0), _MOST_SIZE)
    fits = size is None or size <= MOST_BYTES
    state = AttachmentState.WANTED if fits else AttachmentState.TOO_LARGE
    shelf.add(desk.db, entry_id, replace(file, name=tidy(file.name)[:MOST_OF_A_NAME], size=size), state, desk.now)
    return fits


def report_stored(desk: Desk, attachment_id: int, path: str, sha256: str, size: int) -> bool:
    """Its bytes are in the folder; False if that is no longer where they belong, and they are to be fetched again."""
    attachment = _wanted(desk, attachment_id)
    if attachment is None or path_of(attachment) != path:
        return False
    shelf.mark_stored(desk.db, attachment_id, path, sha256, size, desk.now)
    return True


def report_failure(desk: Desk, attachment_id: int) -> None:
    """It could not be fetched this time: later again, until a day has passed."""
    attachment = _wanted(desk, attachment_id)
    if attachment is None:
        return
    if attachment.attempts < len(PAUSES):
        shelf.try_again(desk.db, attachment_id, desk.now + PAUSES[attachment.attempts])
    else:
        report_refusal(desk, attachment_id, AttachmentState.LOST)


def report_refusal(desk: Desk, attachment_id: int, state: AttachmentState) -> None:
    """Its bytes are not to be had: written down, and its author is told once."""
    attachment = _wanted(desk, attachment_id)
    if attachment is None:
        return
    shelf.settle(desk.db, attachment_id, state, desk.now)
    entry = logs.find(desk.db, attachment.entry_id)
    author = people.read(desk.db, attachment.author_id)
    meeting = meetings.find(desk.db, entry.meeting_id) if entry else None
    if author.active and author.chat_id is not None and meeting is not None:
        t = tongue_of(desk, author)
        message = words.not_fetched(t, meeting, attachment.file_name, large=state is AttachmentState.TOO_LARGE)
        tell(desk, author.chat_id, message, LetterKind.NOTICE, f"attachment:{attachment_id}")


def put_off(desk: Desk, attachment_id: int) -> None:
    """Nothing was tried; the others go first."""
    shelf.put_off(desk.db, attachment_id, desk.now + PUT_OFF)


def show(desk: Desk, said: Said, person: Person, entry_id: int) -> None:
    """The file of a point, sent again to whom it concerns; for others there is none."""
    t = tongue_of(desk, person)
    entry = logs.find(desk.db, entry_id)
    meeting = programme.find(desk, person, entry.meeting_id) if entry else None
    found = shelf.list_of_entry(desk.db, entry_id)[:MOST_SHOWN]
    if entry is None or meeting is None or not found or not _may_read(person, entry):
        desk.toast = answers.old_button(t)
        return
    for attachment in found:
        if attachment.state is AttachmentState.LOST and attachment.attempts < len(PAUSES):
            desk.toast = words.gone(t)
        else:
            _send(desk, said, person, meeting, entry, attachment)


def _send(desk: Desk, said: Said, person: Person, meeting: Meeting, entry: LogEntry, attachment: Attachment) -> None:
    method = _METHODS[attachment.kind]
    payload = {
        method.removeprefix("send").lower(): attachment.file_id,
        "caption": words.caption(tongue_of(desk, person), meeting, entry),
        "parse_mode": "HTML",
    }
    post(desk, Letter(LetterKind.ANSWER, said.chat_id, method, payload))


def _may_read(person: Person, entry: LogEntry) -> bool:
    """A draft is its author's alone; what is internal is the coordinators' besides."""
    if entry.author_id == person.person_id:
        return True
    return entry.submitted and (person.role.leads or not entry.internal)


def _wanted(desk: Desk, attachment_id: int) -> Attachment | None:
    attachment = shelf.find(desk.db, attachment_id)
    return attachment if attachment is not None and attachment.state is AttachmentState.WANTED else None
