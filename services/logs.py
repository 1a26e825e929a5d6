"""The meeting log: each answer is stored as it comes; the draft is rows, and survives anything."""

from dataclasses import dataclass

from domain.button import Part
from domain.meeting import Meeting
from domain.person import Person
from services import programme
from services.desk import Desk, Said, show, tongue_of
from storage import logs
from storage.database import as_text
from texts import checkins as checkin_words
from texts import logs as words
from texts import programme as programme_words
from texts.programme import interlocutor

MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave: words, and the file they came with (Telegram's file_id)."""

    text: str
    file_id: str | None = None


def offer(desk: Desk, said: Said, person: Person) -> int | None:
    """/log: the draft's or the one likely meeting's log (its id), else a choice (None)."""
    found = programme.candidates(desk, person, said.at)
    drafts = [m for m in found if logs.list_draft(desk.db, m.meeting_id, person.person_id)]
    chosen = drafts or found
    t = tongue_of(desk, person)
    if not chosen:
        show(desk, said, checkin_words.no_meetings(t))
        return None
    if len(chosen) == 1:
        return chosen[0].meeting_id
    show(desk, said, programme_words.choose_log(t, [programme.line_of(desk, person, m) for m in chosen]))
    return None


def open_part(desk: Desk, said: Said, person: Person, meeting_id: int, part: Part, note: str = "") -> Part | None:
    """Show a part of the log; where the person stands now, None if the meeting is not his."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    t = tongue_of(desk, person)
    message = words.panel(t, meeting, part, logs.list_draft(desk.db, meeting_id, person.person_id))
    if meeting.cancelled:
        note = "\n".join(filter(None, (note, words.meeting_gone(t, meeting))))
    show(desk, said, words.with_note(note, message) if note else message)
    return part


def give(desk: Desk, said: Said, person: Person, meeting_id: int, part: Part, given: Given) -> Part | None:
    """Words or a file for the part at which the person stands."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    t = tongue_of(desk, person)
    note = ""
    if given.text.strip() or given.file_id:
        _store(desk, said, person, meeting, Part.POINT if part is Part.REVIEW else part, given)
    else:
        note = words.empty_words(t)
    return open_part(desk, said, person, meeting_id, part, note)


def refuse_kind(desk: Desk, said: Said, person: Person, meeting_id: int, part: Part) -> Part | None:
    """A sticker, a poll, a die: nothing a log can hold."""
    return open_part(desk, said, person, meeting_id, part, words.cannot_keep(tongue_of(desk, person)))


def toggle_met(desk: Desk, said: Said, person: Person, meeting_id: int, position: int) -> Part | None:
    """An interlocutor of the programme received us, or did not after all."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None or position >= len(meeting.interlocutors):
        programme.refuse(desk, said, person)
        return None
    draft = logs.list_draft(desk.db, meeting_id, person.person_id)
    there = next((entry for entry in draft if entry.position == position), None)
    if there is not None:
        logs.withdraw(desk.db, there.entry_id, desk.now)
    else:
        given = Given(interlocutor(meeting.interlocutors[position]))
        _store(desk, said, person, meeting, Part.WHO, given, position=position)
    return open_part(desk, said, person, meeting_id, Part.WHO)


def no_concerns(desk: Desk, said: Said, person: Person, meeting_id: int) -> Part | None:
    """One tap: none. Stored as a point without words, since "asked, nothing" is not "not asked"."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    draft = logs.list_draft(desk.db, meeting_id, person.person_id)
    if not any(entry.part is Part.CONCERN for entry in draft):
        _store(desk, said, person, meeting, Part.CONCERN, Given(""))
    return open_part(desk, said, person, meeting_id, Part.DOCUMENT)


def remove(desk: Desk, said: Said, person: Person, entry_id: int) -> tuple[int, Part] | None:
    """Take a point of one's own draft back; its meeting and part, None if there is nothing to take back."""
    entry = logs.find(desk.db, entry_id)
    if entry is None or entry.author_id != person.person_id or entry.submitted:
        programme.refuse(desk, said, person)
        return None
    logs.withdraw(desk.db, entry_id, desk.now)
    open_part(desk, said, person, entry.meeting_id, entry.part)
    return entry.meeting_id, entry.part


def submit(desk: Desk, said: Said, person: Person, meeting_id: int) -> bool:
    """The draft becomes part of the mission's log; False if there was nothing to submit."""
    t = tongue_of(desk, person)
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return False
    if not logs.list_draft(desk.db, meeting_id, person.person_id):
        if logs.is_submitted(desk.db, meeting_id):
            desk.toast = words.nothing_new(t)
            return True
        desk.toast = words.nothing_to_submit(t)
        open_part(desk, said, person, meeting_id, Part.WHO)
        return False
    count = logs.submit(desk.db, meeting_id, person.person_id, desk.now)
    show(desk, said, words.submitted(t, meeting, count))
    return True


def keep_point(desk: Desk, said: Said, person: Person, meeting: Meeting, text: str) -> None:
    """Words that came unasked, kept as a point of the draft."""
    _store(desk, said, person, meeting, Part.POINT, Given(text))


def keep_stray(desk: Desk, said: Said, person: Person, given: Given) -> bool:
    """Words or a file out of the blue while a meeting is on: kept in its draft. False if no meeting is on."""
    meeting = programme.current(desk, person, said.at)
    if meeting is None or not (given.text.strip() or given.file_id):
        return False
    _store(desk, said, person, meeting, Part.POINT, given)
    show(desk, said, words.kept_out_of_place(tongue_of(desk, person), meeting))
    return True


def rewrite(desk: Desk, said: Said, person: Person, text: str) -> bool:
    """An edited message changes the draft point it made; False if it made none that can still change."""
    entry = logs.find_by_message(desk.db, said.chat_id, said.message_id)
    if entry is None or entry.author_id != person.person_id or entry.submitted or not text.strip():
        return False
    logs.rewrite(desk.db, entry.entry_id, _clean(text))
    return True


def count_draft(desk: Desk, person: Person, meeting_id: int) -> int:
    """How many points this person's draft has."""
    return len(logs.list_draft(desk.db, meeting_id, person.person_id))


def _store(
    desk: Desk, said: Said, person: Person, meeting: Meeting, part: Part, given: Given, position: int | None = None
) -> None:
    logs.add(
        desk.db,
        {
            "meeting_id": meeting.meeting_id,
            "author_id": person.person_id,
            "part": part,
            "body": _clean(given.text),
            "position": position,
            "file_id": given.file_id,
            "said_at": as_text(said.at),
            "processed_at": as_text(desk.now),
            "chat_id": None if said.tapped else said.chat_id,
            "message_id": None if said.tapped else said.message_id,
        },
    )


def _clean(text: str) -> str:
    return text.strip()[:MOST_CHARACTERS]
