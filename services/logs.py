"""The meeting log: each answer is stored as it comes; the draft is rows, and survives anything."""

from dataclasses import dataclass
from enum import StrEnum

from domain.attachment import GivenFile
from domain.button import Part, Presence
from domain.checkin import LogEntry
from domain.figure import is_figure
from domain.letter import LetterKind
from domain.log import host_is_known, may_read, panel_part
from domain.meeting import Meeting
from domain.message import Message, Rows
from domain.person import Person
from services import attachments, programme
from services.desk import Desk, Said, show, tell, tell_leads, tongue_of
from storage import checkins, log_versions, logs, meetings, people
from storage.database import as_text
from texts import answers, log_panel
from texts import attachments as file_words
from texts import checkins as checkin_words
from texts import logs as words
from texts import programme as programme_words
from texts.logs import Told
from texts.programme import interlocutor

MOST_CHARACTERS = 20_000
TOLD_ONCE = {Part.WHO: Part.WHO, Part.POINT: Part.WHO, Part.CONCERN: Part.CONCERN}
"""Questions that need nobody's second answer, by the panels on which they are asked."""
MOST_TOLD = 10
"""Points of a part that are looked at for what is told: a panel has room for a line of each of three people."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave: words, and the file they came with."""

    text: str
    file: GivenFile | None = None


class Submission(StrEnum):
    """What came of pressing Submit."""

    DONE = "done"
    AGAIN = "again"
    """Everything he gave is submitted already."""
    NOT_HIS = "not_his"


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


def lead_to(desk: Desk, said: Said, person: Person, meeting_id: int, part: Part) -> Part | None:
    """Show what a button means: who received us is asked together with what was said, once a name is known."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    asks_who = panel_part(part) is Part.WHO
    if asks_who and _host_is_known(desk, person, meeting):
        part = Part.POINT
    return _open(desk, said, person, meeting, part, names=asks_who)


def open_part(
    desk: Desk,
    said: Said,
    person: Person,
    meeting_id: int,
    part: Part,
    note: str = "",
    rows: Rows = (),
) -> Part | None:
    """Show a part of the log; where the person stands now, None if the meeting is not his.

    `rows` are buttons that belong to the note: what they can still change is found in the draft later, so such a note
    need not stay.
    """
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    return _open(desk, said, person, meeting, part, note, rows)


def compose_panel(
    desk: Desk, person: Person, meeting: Meeting, part: Part, note: str = "", rows: Rows = (), *, names: bool = False
) -> Message:
    """The panel of a part, with what there is to know above it.

    `names`: the programme's interlocutors are asked for, even if they are many.
    """
    t, meeting_id = tongue_of(desk, person), meeting.meeting_id
    part = panel_part(part)
    draft = logs.list_draft(desk.db, meeting_id, person.person_id)
    internal = logs.is_internal(desk.db, meeting_id, person.person_id)
    told = _told_already(desk, person, meeting, part)
    message = log_panel.panel(t, meeting, part, draft, told, internal=internal, names=names)
    notes = [note] if note else []
    if meeting.cancelled:
        notes.append(words.meeting_gone(t, meeting))
    elif meeting.first_starts_at not in {None, meeting.starts_at}:
        notes.append(words.meeting_moved(t, meeting))
    if meeting.local_day != desk.now.astimezone(meeting.zone).date():
        notes.append(words.another_day(t, meeting.local_day))
    completion = log_versions.find_completion(desk.db, meeting_id)
    if completion is not None:
        notes.append(words.complete_already(t, completion.person))
    return words.with_note("\n".join(notes), message, rows) if notes else message


def give(desk: Desk, said: Said, person: Person, meeting_id: int, part: Part, given: Given) -> Part | None:
    """Words or a file for the part at which the person stands.

    Where he stands we wrote ourselves: if the meeting is no longer his, what he gives is kept all the same.
    """
    t = tongue_of(desk, person)
    meeting = meetings.find(desk.db, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    if not (given.text.strip() or given.file):
        return open_part(desk, said, person, meeting_id, part, words.empty_words(t))
    part = panel_part(part)
    if part is Part.CONCERN:
        _withdraw_none(desk, person, meeting_id)
    meant = Part.POINT if part is Part.REVIEW else part
    figured = given.file is None and meant in (Part.POINT, Part.DOCUMENT) and is_figure(given.text)
    entry_id, note = _store(desk, said, person, meeting, Part.FIGURE if figured else meant, given)
    if not programme.may_see(desk, person, meeting):
        show(desk, said, words.kept_without_meeting(t), stays=True)
        return None
    if figured:
        note, rows = words.kept_as_figure(t, clean(given.text)), log_panel.not_a_figure(t, entry_id, meant)
        return _open(desk, said, person, meeting, part, note, rows)
    # Once a name is written, what comes next is what was said; photos of visiting cards come several at a time.
    onward = Part.POINT if part is Part.WHO and given.file is None else part
    return _open(desk, said, person, meeting, onward, note)


def refuse_kind(desk: Desk, said: Said, person: Person, meeting_id: int, part: Part) -> Part | None:
    """A sticker, a poll, a die: nothing a log can hold."""
    return open_part(desk, said, person, meeting_id, part, words.cannot_keep(tongue_of(desk, person)))


def toggle_met(desk: Desk, said: Said, person: Person, meeting_id: int, position: int) -> Part | None:
    """An interlocutor of the programme received us; tapped again, was not there; and again, nothing is said."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None or position >= len(meeting.interlocutors):
        programme.refuse(desk, said, person)
        return None
    name = interlocutor(meeting.interlocutors[position])
    draft = logs.list_draft(desk.db, meeting_id, person.person_id)
    given = next((entry for entry in draft if (entry.position, entry.body) == (position, name)), None)
    if given is not None:
        logs.withdraw(desk.db, given.entry_id, desk.now)
    if given is None:
        _store(desk, said, person, meeting, Part.WHO, Given(name), position=position)
    elif given.part is Part.WHO:
        _store(desk, said, person, meeting, Part.NOT_THERE, Given(name), position=position)
        desk.toast = words.was_not_there(tongue_of(desk, person), name)
    return _open(desk, said, person, meeting, Part.POINT, names=True)


def no_concerns(desk: Desk, said: Said, person: Person, meeting_id: int) -> Part | None:
    """One tap: none. Stored as a point without words, since "asked, nothing" is not "not asked"."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    draft = logs.list_draft(desk.db, meeting_id, person.person_id)
    if not any(entry.part is Part.CONCERN for entry in draft):
        _store(desk, said, person, meeting, Part.CONCERN, Given(""))
    return _open(desk, said, person, meeting, Part.DOCUMENT)


def toggle_internal(desk: Desk, said: Said, person: Person, meeting_id: int) -> Part | None:
    """The whole draft is for coordinators only, or an ordinary log after all; what is added later follows it."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    if logs.list_draft(desk.db, meeting_id, person.person_id):
        internal = logs.is_internal(desk.db, meeting_id, person.person_id)
        logs.set_internal(desk.db, meeting_id, person.person_id, not internal)
    else:
        desk.toast = answers.old_button(tongue_of(desk, person))
    return _open(desk, said, person, meeting, Part.REVIEW)


def remove(desk: Desk, said: Said, person: Person, entry_id: int, at_meeting: int | None) -> Part | None:
    """Take a point of one's own draft back; the part that is shown, None if none is.

    `at_meeting` is the meeting whose log the person is writing; what came out of the blue to another one goes
    without opening that log.
    """
    found = _drafted(desk, person, entry_id)
    if found is None:
        return None
    meeting, entry = found
    logs.withdraw(desk.db, entry_id, desk.now)
    if entry.meeting_id == at_meeting:
        return lead_to(desk, said, person, entry.meeting_id, entry.part)
    points = count_draft(desk, person, entry.meeting_id)
    show(desk, said, words.not_for_the_log(tongue_of(desk, person), meeting, points))
    return None


def keep_as(desk: Desk, said: Said, person: Person, entry_id: int, part: Part) -> tuple[Part, int] | None:
    """What was taken for a figure is a key point or a document; the part and the meeting at which he stands now.

    Tapped twice it is moved once: the point that the button names is taken back by then.
    """
    found = _drafted(desk, person, entry_id)
    if found is None:
        return None
    meeting, entry = found
    if part not in (Part.POINT, Part.DOCUMENT) or entry.part is not Part.FIGURE or entry.has_file:
        desk.toast = answers.old_button(tongue_of(desk, person))
        return None
    logs.move(desk.db, entry_id, part, desk.now)
    _open(desk, said, person, meeting, part)
    return part, meeting.meeting_id


def submit(desk: Desk, said: Said, person: Person, meeting_id: int) -> Submission | Part:
    """The draft becomes part of the mission's log; where there is none, the question at which he stands now."""
    t = tongue_of(desk, person)
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return Submission.NOT_HIS
    if not logs.list_draft(desk.db, meeting_id, person.person_id):
        if logs.has_submitted(desk.db, meeting_id, person.person_id):
            desk.toast = words.nothing_new(t)
            return Submission.AGAIN
        desk.toast = words.nothing_to_submit(t)
        return lead_to(desk, said, person, meeting_id, Part.WHO) or Submission.NOT_HIS
    internal = logs.is_internal(desk.db, meeting_id, person.person_id)
    completion = log_versions.find_completion(desk.db, meeting_id)
    count = logs.submit(desk.db, meeting_id, person.person_id, desk.now, after_final=completion is not None)
    if completion is not None:
        _tell_afterwards(desk, person, meeting, completion.person_id, internal=internal)
    completed_by = completion.person if completion else None
    show(desk, said, words.submitted(t, meeting, count, internal=internal, completed_by=completed_by))
    return Submission.DONE


def keep_point(desk: Desk, said: Said, person: Person, meeting: Meeting, text: str) -> None:
    """Words that came unasked, kept as a point of the draft."""
    _store(desk, said, person, meeting, Part.POINT, Given(text))


def keep_given(desk: Desk, said: Said, person: Person, meeting: Meeting, given: Given) -> str:
    """The same for whatever a log can hold; a note about its file, "" if there is none to make."""
    return _store(desk, said, person, meeting, Part.POINT, given)[1]


def keep_stray(desk: Desk, said: Said, person: Person, given: Given) -> bool:
    """Words or a file out of the blue while a meeting is on: kept in its draft. False if no meeting is on."""
    meeting = programme.current(desk, person, said.at)
    if meeting is None or not (given.text.strip() or given.file):
        return False
    entry_id, note = _store(desk, said, person, meeting, Part.POINT, given)
    fact = checkins.find_latest(desk.db, meeting.meeting_id, person.person_id)
    may_arrive = not meeting.cancelled and (fact is None or fact.presence is not Presence.ARRIVED)
    points = count_draft(desk, person, meeting.meeting_id)
    names = names_to_begin_with(desk, person, meeting)
    kept = words.kept_out_of_place(tongue_of(desk, person), meeting, entry_id, points, names, may_arrive=may_arrive)
    show(desk, said, words.with_note(note, kept) if note else kept, stays=bool(note))
    return True


def names_to_begin_with(desk: Desk, person: Person, meeting: Meeting) -> Rows:
    """Buttons by which a log goes on from words that came unasked; none where it is told who received us."""
    if _told_already(desk, person, meeting, Part.WHO):
        return ()
    draft = logs.list_draft(desk.db, meeting.meeting_id, person.person_id)
    return log_panel.names_to_begin_with(tongue_of(desk, person), meeting, draft)


def count_draft(desk: Desk, person: Person, meeting_id: int) -> int:
    """How many points this person's draft has."""
    return len(logs.list_draft(desk.db, meeting_id, person.person_id))


def clean(text: str) -> str:
    """Words as they are stored."""
    return text.strip()[:MOST_CHARACTERS]


def _drafted(desk: Desk, person: Person, entry_id: int) -> tuple[Meeting, LogEntry] | None:
    """A point that he gave and has not submitted, taken back or not, and its meeting; else a toast says why not."""
    entry = logs.find_ever(desk.db, entry_id)
    meeting = programme.find(desk, person, entry.meeting_id) if entry else None
    if entry is None or meeting is None or entry.author_id != person.person_id:
        desk.toast = answers.old_button(tongue_of(desk, person))
        return None
    if entry.submitted:
        desk.toast = words.submitted_already(tongue_of(desk, person))
        return None
    return meeting, entry


def _open(
    desk: Desk,
    said: Said,
    person: Person,
    meeting: Meeting,
    part: Part,
    note: str = "",
    rows: Rows = (),
    *,
    names: bool = False,
) -> Part:
    """The same of a meeting of which it is known that he may see it."""
    panel = compose_panel(desk, person, meeting, part, note, rows, names=names)
    show(desk, said, panel, stays=bool(note) and not rows)
    return panel_part(part)


def _host_is_known(desk: Desk, person: Person, meeting: Meeting) -> bool:
    draft = logs.list_draft(desk.db, meeting.meeting_id, person.person_id)
    return host_is_known(meeting, draft, told_already=False) or bool(_told_already(desk, person, meeting, Part.WHO))


def _told_already(desk: Desk, person: Person, meeting: Meeting, part: Part) -> list[Told]:
    if part not in TOLD_ONCE:
        return []
    found = [
        entry
        for one in Part
        if panel_part(one) is TOLD_ONCE[part]
        for entry in logs.list_first_submitted(desk.db, meeting.meeting_id, one, MOST_TOLD)
    ]
    by_author: dict[int, list[LogEntry]] = {}
    for entry in sorted(found, key=lambda entry: (entry.said_at, entry.entry_id)):
        if may_read(entry, person):
            by_author.setdefault(entry.author_id, []).append(entry)
    return [Told(entries[0].author, tuple(entries)) for entries in by_author.values()]


def _withdraw_none(desk: Desk, person: Person, meeting_id: int) -> None:
    """Who tells of a concern does not say any more that there was none."""
    for entry in logs.list_draft(desk.db, meeting_id, person.person_id):
        if entry.part is Part.CONCERN and not entry.body and not entry.has_file:
            logs.withdraw(desk.db, entry.entry_id, desk.now)


def _tell_afterwards(desk: Desk, author: Person, meeting: Meeting, marked_by: int, *, internal: bool) -> None:
    """Who marked the log as complete hears that something was added; coordinators, if he is gone.

    Of internal points only a coordinator hears.
    """
    key = f"after-final:{meeting.meeting_id}:{author.person_id}"
    marker = people.find(desk.db, marked_by)
    if marker is None or not marker.active or marker.chat_id is None:
        tell_leads(
            desk,
            lambda t: words.added_afterwards(t, meeting, author.name),
            key,
            about=author.person_id,
            team_id=author.team_id,
        )
    elif marker.person_id != author.person_id and (marker.role.leads or not internal):
        letter = words.added_afterwards(tongue_of(desk, marker), meeting, author.name)
        tell(desk, marker.chat_id, letter, LetterKind.NOTICE, key)


def _store(
    desk: Desk, said: Said, person: Person, meeting: Meeting, part: Part, given: Given, position: int | None = None
) -> tuple[int, str]:
    """The new point's id, and a note for its author if its file is too large to be fetched."""
    entry_id = logs.add(
        desk.db,
        {
            "meeting_id": meeting.meeting_id,
            "author_id": person.person_id,
            "part": part,
            "body": clean(given.text),
            "position": position,
            "file_id": given.file.file_id if given.file else None,
            "internal": int(logs.is_internal(desk.db, meeting.meeting_id, person.person_id)),
            "said_at": as_text(said.at),
            "processed_at": as_text(desk.now),
            "chat_id": None if said.tapped else said.chat_id,
            "message_id": None if said.tapped else said.message_id,
        },
    )
    if given.file is None or attachments.note(desk, entry_id, given.file):
        return entry_id, ""
    return entry_id, file_words.too_large(tongue_of(desk, person))
