"""A change is confirmed: made at once, proposed to the coordinators, or shown anew if the meeting has changed."""

from domain.change import Change, apply, diff, faults_of, from_json
from domain.meeting import Meeting
from domain.person import Person
from services import changes, conversations, programme, proposals
from services.changes import Source
from services.changing import at_once, find, leave, show_draft
from services.desk import Desk, Said, show, tongue_of
from storage import changes as shelf
from storage import meetings, notices
from storage.changes import Draft
from texts import changing as words


def confirm(desk: Desk, said: Said, person: Person, meeting_id: int, revision: int) -> None:
    """Yes: the change is made, or proposed. Not if the meeting is another one than he saw."""
    meeting = find(desk, said, person, meeting_id)
    if meeting is None:
        return
    t = tongue_of(desk, person)
    draft = shelf.read_draft(desk.db, person.person_id)
    if draft is None or draft.meeting_id != meeting_id:
        conversations.old_button(desk, person)
        leave(desk, said)
        programme.show_meeting(desk, said, person, meeting_id)
        return
    change = from_json(draft.change)
    after = apply(meeting, change)
    if meeting.revision != revision:
        known = meetings.find_revision(desk.db, meeting_id, revision)
        latest = meetings.find_revision(desk.db, meeting_id, meeting.revision)
        by = latest.author if latest else ""
        note = words.changed_meanwhile(t, known.meeting if known else meeting, meeting, by, person.zone)
        show_draft(desk, said, person, meeting, note)
    elif not diff(meeting, after) or faults_of(after, desk.now):
        show_draft(desk, said, person, meeting)
    else:
        shelf.drop_draft(desk.db, person.person_id)
        leave(desk, said)
        _settle(desk, said, person, meeting, change, draft)


def _settle(desk: Desk, said: Said, person: Person, meeting: Meeting, change: Change, draft: Draft) -> None:
    if not at_once(desk, person, meeting, change):
        proposals.propose(desk, said, person, meeting, draft)
        return
    after = apply(meeting, change)
    if draft.proposal_id is not None and proposals.settle_amended(desk, person, meeting, after, draft):
        made = meetings.find(desk.db, meeting.meeting_id) or after
    else:
        made = changes.make(desk, person, meeting, after, source=Source.CHAT, reason=draft.reason)
    waiting = notices.count_waiting(desk.db, meeting.meeting_id)
    show(desk, said, words.done(tongue_of(desk, person), meeting, made, waiting, person.zone))
