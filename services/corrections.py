"""The submitted log of a meeting: reading it, correcting its points, and marking it complete. Nothing is ever lost."""

from dataclasses import replace

from domain.access import COMMANDS, may
from domain.button import Part
from domain.checkin import LogEntry
from domain.log import may_correct, may_read
from domain.meeting import Meeting
from domain.person import Person, Role
from domain.step import Flow
from services import conversations, logs, programme
from services.desk import Desk, Said, refresh, show, tell, tongue_of
from services.logs import Given
from storage import given as memory
from storage import log_versions, meetings
from storage import logs as shelf
from storage.given import What
from storage.meetings import Whose
from texts import answers
from texts import corrections as words
from texts import logs as log_words

LONG_TEXT = 3500
"""Characters from which on a message may be the first piece of a text that Telegram cut (at 4096)."""


def answers_for(desk: Desk, person: Person, meeting: Meeting) -> bool:
    """Whether the meeting's log is his to answer for: a coordinator who sees it, a leader of a team that takes part."""
    if person.role.leads:
        return programme.may_see(desk, person, meeting)
    if person.role is not Role.TEAM_LEADER or person.team_id is None:
        return False
    nobody = 0
    return meetings.is_of(desk.db, meeting.meeting_id, Whose(nobody, frozenset({person.team_id})))


def show_log(desk: Desk, said: Said, person: Person, meeting_id: int, page: int) -> None:
    """The log as it stands, to whom the meeting concerns."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return
    entries = [entry for entry in shelf.list_submitted(desk.db, meeting_id) if may_read(entry, person)]
    completion = log_versions.find_completion(desk.db, meeting_id)
    answers_for_it = answers_for(desk, person, meeting)
    correctable = any(may_correct(entry, person, answers_for_it=answers_for_it) for entry in entries)
    view = words.LogView(
        meeting,
        entries,
        log_versions.list_corrected(desk.db, meeting_id),
        completion,
        may_correct=correctable and completion is None,
        may_complete=answers_for_it and (bool(entries) or completion is not None),
        may_tell=may(person.role, COMMANDS["chronicle"], in_group=said.in_group),
    )
    show(desk, said, words.log_page(tongue_of(desk, person), view, page))


def choose_point(desk: Desk, said: Said, person: Person, meeting_id: int, page: int) -> None:
    """The points that he may correct, if the log is open."""
    t = tongue_of(desk, person)
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return
    answers_for_it = answers_for(desk, person, meeting)
    entries = [
        entry
        for entry in shelf.list_submitted(desk.db, meeting_id)
        if may_correct(entry, person, answers_for_it=answers_for_it)
    ]
    if log_versions.find_completion(desk.db, meeting_id) is not None:
        desk.toast = words.complete_toast(t)
    elif not entries:
        desk.toast = words.nothing_to_correct(t)
    else:
        show(desk, said, words.choose_point(t, meeting, entries, page))
        return
    show_log(desk, said, person, meeting_id, 0)


def open_point(desk: Desk, said: Said, person: Person, entry_id: int, note: str = "") -> bool:
    """A point's card, which asks for the new wording; False if it is not his to correct (any more)."""
    found = _correctable(desk, person, entry_id)
    if found is None:
        _refuse(desk, said, person, entry_id)
        return False
    meeting, entry = found
    versions = log_versions.list_versions(desk.db, entry_id)
    card = words.point_card(tongue_of(desk, person), meeting, entry, versions)
    show(desk, said, log_words.with_note(note, card) if note else card, stays=bool(note))
    return True


def refuse_kind(desk: Desk, said: Said, person: Person, entry_id: int) -> bool:
    """A sticker or the like where the new wording was awaited; False if it is awaited no more."""
    return open_point(desk, said, person, entry_id, words.words_only(tongue_of(desk, person)))


def reword(desk: Desk, said: Said, person: Person, entry_id: int, given: Given) -> int | bool:
    """The new wording: True once it is stored, False if the question stays open.

    After a long text, which Telegram may have cut, the rest comes at once: then it is the meeting's id, at whose log
    the person is to stand so that the rest is kept. What came too late to correct anything is kept in his draft.
    """
    t = tongue_of(desk, person)
    body = logs.clean(given.text)
    found = _correctable(desk, person, entry_id)
    if found is None:
        _keep_instead(desk, said, person, entry_id, given)
        return True
    meeting, entry = found
    if given.file is not None:
        note = logs.keep_given(desk, said, person, meeting, given)
        return not open_point(desk, said, person, entry_id, "\n".join(filter(None, (words.file_kept(t), note))))
    if not body:
        return not open_point(desk, said, person, entry_id, log_words.empty_words(t))
    log_versions.reword(desk.db, entry, body, person.person_id, said.at)
    memory.note(desk.db, said.chat_id, said.message_id, What.WORDING, entry_id)
    receipt = words.corrected(t, meeting, entry, replace(entry, body=body))
    if len(body) < LONG_TEXT:
        show(desk, said, receipt)
        return True
    show(desk, said, log_words.with_note(words.rest_kept(t), receipt))
    return meeting.meeting_id


def take_out(desk: Desk, said: Said, person: Person, entry_id: int, *, sure: bool) -> None:
    """Take a submitted point out, once he said that he is sure."""
    found = _correctable(desk, person, entry_id)
    if found is None:
        _refuse(desk, said, person, entry_id)
        return
    meeting, entry = found
    t = tongue_of(desk, person)
    if not sure:
        show(desk, said, words.sure_to_take_out(t, meeting, entry))
        return
    log_versions.take_out(desk.db, entry, person.person_id, said.at)
    show(desk, said, words.taken_out(t, meeting, entry))


def mark_complete(desk: Desk, said: Said, person: Person, meeting_id: int, *, final: bool) -> None:
    """The log is complete, or open again; pressed twice it says so and changes nothing."""
    t = tongue_of(desk, person)
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None or not answers_for(desk, person, meeting):
        programme.refuse(desk, said, person)
        return
    is_final = log_versions.find_completion(desk.db, meeting_id) is not None
    if final and not is_final and not shelf.is_submitted(desk.db, meeting_id):
        desk.toast = words.nothing_to_complete(t)
    else:
        if final is not is_final:
            log_versions.mark(desk.db, meeting_id, person.person_id, final, said.at)
        desk.toast = words.marked(t, final)
    show_log(desk, said, person, meeting_id, 0)


def rewrite(desk: Desk, said: Said, person: Person, text: str) -> bool:
    """An edited message changes the point it made: a draft in place, a submitted one by a new version.

    False if the message made no point of his that still stands. No new message is sent unless another question is
    open: the panel tells.
    """
    entry = shelf.find_by_message(desk.db, said.chat_id, said.message_id)
    body = logs.clean(text)
    if entry is None or entry.author_id != person.person_id:
        return False
    meeting = meetings.find(desk.db, entry.meeting_id)
    if meeting is None or body == entry.body or not (body or entry.has_file):
        return True
    if not entry.submitted:
        shelf.rewrite(desk.db, entry.entry_id, body)
        _tell_quietly(desk, said, person, meeting, log_words.point_changed(tongue_of(desk, person)))
    else:
        _reword_quietly(desk, said, person, meeting, entry, body)
    return True


def reword_again(desk: Desk, said: Said, person: Person, entry_id: int, text: str) -> None:
    """The message by which he had corrected a point has other words now: the point has them too, if he still may."""
    body = logs.clean(text)
    found = _his(desk, person, entry_id)
    if found is None:
        tell(desk, said.chat_id, words.gone(tongue_of(desk, person)))
    elif body and body != found[1].body:
        _reword_quietly(desk, said, person, *found, body)


def _reword_quietly(desk: Desk, said: Said, person: Person, meeting: Meeting, entry: LogEntry, body: str) -> None:
    """A submitted point's new version, unless its log is complete."""
    t = tongue_of(desk, person)
    completion = log_versions.find_completion(desk.db, entry.meeting_id)
    if completion is not None:
        tell(desk, said.chat_id, words.complete_so_unchanged(t, meeting, completion))
        return
    log_versions.reword(desk.db, entry, body, person.person_id, said.at)
    conversations.tell_aside(desk, said, words.corrected(t, meeting, entry, replace(entry, body=body)))


def _tell_quietly(desk: Desk, said: Said, person: Person, meeting: Meeting, note: str) -> None:
    """The panel shows the draft as it is now, if it is the panel of this log or of no question at all."""
    standing = conversations.standing(desk, said)
    if standing is not None and standing.flow == Flow.LOG and standing.subject == meeting.meeting_id:
        if programme.may_see(desk, person, meeting):
            refresh(desk, said.chat_id, logs.compose_panel(desk, person, meeting, Part(standing.step), note))
    elif standing is None:
        points = logs.count_draft(desk, person, meeting.meeting_id)
        refresh(desk, said.chat_id, log_words.draft_changed(tongue_of(desk, person), meeting, points))


def _correctable(desk: Desk, person: Person, entry_id: int) -> tuple[Meeting, LogEntry] | None:
    """The meeting and the submitted point, if he may correct it now."""
    found = _his(desk, person, entry_id)
    if found is None or log_versions.find_completion(desk.db, found[0].meeting_id) is not None:
        return None
    return found


def _his(desk: Desk, person: Person, entry_id: int) -> tuple[Meeting, LogEntry] | None:
    """The same, were the log open."""
    entry = shelf.find(desk.db, entry_id)
    meeting = programme.find(desk, person, entry.meeting_id) if entry else None
    if entry is None or meeting is None or not entry.submitted:
        return None
    his = may_correct(entry, person, answers_for_it=answers_for(desk, person, meeting))
    return (meeting, entry) if his else None


def _refuse(desk: Desk, said: Said, person: Person, entry_id: int) -> None:
    """A log that is complete says so; of a point that is not his, nothing is said but that the button is old."""
    t = tongue_of(desk, person)
    found = _his(desk, person, entry_id)
    completion = log_versions.find_completion(desk.db, found[0].meeting_id) if found else None
    if found is not None and completion is not None:
        desk.toast = words.complete_toast(t)
        show(desk, said, words.complete_so_unchanged(t, found[0], completion))
    elif said.tapped:
        desk.toast = answers.old_button(t)
    else:
        show(desk, said, words.gone(t), stays=True)


def _keep_instead(desk: Desk, said: Said, person: Person, entry_id: int, given: Given) -> None:
    """The log was completed, the point taken out or the meeting given to others while he wrote.

    At which point he stands we wrote ourselves, so the meeting was his: what he sent stays in his draft.
    """
    t = tongue_of(desk, person)
    entry = shelf.find_ever(desk.db, entry_id)
    meeting = meetings.find(desk.db, entry.meeting_id) if entry else None
    if meeting is None or not (given.text.strip() or given.file):
        show(desk, said, words.gone(t), stays=True)
        return
    note = logs.keep_given(desk, said, person, meeting, given)
    completion = log_versions.find_completion(desk.db, meeting.meeting_id)
    if not programme.may_see(desk, person, meeting):
        message = log_words.kept_without_meeting(t)
    elif completion is not None:
        unchanged = words.complete_so_unchanged(t, meeting, completion)
        message = log_words.with_note(words.kept_in_draft(t), unchanged)
    else:
        message = words.too_late(t, meeting)
    show(desk, said, log_words.with_note(note, message) if note else message, stays=True)
