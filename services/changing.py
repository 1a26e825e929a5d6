"""Changing a meeting in chat: what somebody is about to change is kept until he confirms it.

A draft is one a person, and of one meeting. It is shown as a difference from the meeting as it stands; when it is
confirmed, the meeting's revision must be the one he saw, else he is shown what became of it meanwhile.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from domain.access import BUTTONS, may
from domain.change import Change, Field, Value, apply, as_json, diff, faults_of, from_json, may_apply_at_once
from domain.meeting import Meeting
from domain.person import Person, Role
from domain.programme_button import Aspect, ShowProposals
from domain.step import ChangeStep, Flow
from services import changes, conflicts, conversations, programme
from services.desk import Desk, Said, show, tongue_of
from storage import changes as shelf
from storage import meetings
from storage.changes import Draft
from texts import changing as words
from texts.changing import Shown

REASON_MOST = 500
"""Characters of a reason that are kept."""
MOST_VENUES = 6
NEIGHBOURS = timedelta(hours=36)
"""How far around a meeting others are looked at for conflicts."""
_STEPS = {
    Aspect.TIME: ChangeStep.WHEN,
    Aspect.PLACE: ChangeStep.WHERE,
    Aspect.TEAMS: ChangeStep.WHO,
    Aspect.INTERLOCUTORS: ChangeStep.MET,
    Aspect.NOTE: ChangeStep.NOTE,
}
_FLAGS: dict[Aspect, dict[Field, Value]] = {
    Aspect.CANCELLED: {Field.CANCELLED: True, Field.POSTPONED: False},
    Aspect.POSTPONED: {Field.POSTPONED: True},
    Aspect.TAKES_PLACE: {Field.CANCELLED: False},
}


def offer(desk: Desk, said: Said, person: Person) -> None:
    """/change: what of the meeting, if there is one candidate, else which."""
    found = programme.candidates(desk, person, said.at, off_too=True)
    if len(found) == 1:
        open_aspect(desk, said, person, found[0].meeting_id, Aspect.MENU)
    else:
        show(desk, said, words.choose_meeting(tongue_of(desk, person), found))


def open_aspect(desk: Desk, said: Said, person: Person, meeting_id: int, aspect: Aspect) -> None:
    """The menu, or the question about one thing."""
    meeting = find(desk, said, person, meeting_id)
    if meeting is None:
        return
    if aspect in _FLAGS:
        put(desk, said, person, meeting, _FLAGS[aspect])
    else:
        ask(desk, said, person, meeting, aspect)


def ask(desk: Desk, said: Said, person: Person, meeting: Meeting, aspect: Aspect, fault: str = "") -> None:
    """One question, below what was wrong with the last answer; the conversation stands at it."""
    if aspect in _STEPS:
        conversations.stand(desk, said, Flow.CHANGE, _STEPS[aspect], meeting.meeting_id)
    else:
        leave(desk, said)
    shown = _shown(desk, person, meeting)
    if aspect is Aspect.PLACE:
        shown = replace(shown, venues=_venues(desk, person, meeting))
    show(desk, said, words.question(tongue_of(desk, person), shown, aspect, fault))


def put(desk: Desk, said: Said, person: Person, meeting: Meeting, values: Mapping[Field, Value]) -> None:
    """These values go into the draft; then all of it is shown, and what is written next is the reason."""
    keep(desk, person, meeting, values)
    show_draft(desk, said, person, meeting)


def keep(desk: Desk, person: Person, meeting: Meeting, values: Mapping[Field, Value]) -> None:
    """These values go into the draft, and nothing is shown."""
    draft, change = draft_of(desk, person, meeting)
    merged = Change.of({**dict(change.values), **values})
    shelf.write_draft(desk.db, person.person_id, replace(draft, change=as_json(merged)), desk.now)


def stand(desk: Desk, said: Said, step: ChangeStep, meeting: Meeting) -> None:
    """This question about the meeting is open."""
    conversations.stand(desk, said, Flow.CHANGE, step, meeting.meeting_id)


def show_draft(desk: Desk, said: Said, person: Person, meeting: Meeting, note: str = "") -> None:
    """What would change, what is wrong with it, what it gets in the way of; to be confirmed."""
    draft, change = draft_of(desk, person, meeting)
    after = apply(meeting, change)
    t = tongue_of(desk, person)
    if not diff(meeting, after):
        ask(desk, said, person, meeting, Aspect.MENU, note or words.nothing_changes(t))
        return
    conversations.stand(desk, said, Flow.CHANGE, ChangeStep.REASON, meeting.meeting_id)
    shelf.write_draft(desk.db, person.person_id, replace(draft, revision=meeting.revision), desk.now)
    view = words.Preview(
        _shown(desk, person, meeting),
        after,
        draft.reason,
        faults_of(after, desk.now),
        conflicts.around(desk, after),
        at_once=at_once(desk, person, meeting, change),
        told=len(changes.concerned(desk, meeting.meeting_id) - {person.person_id}),
        amends=draft.proposal_id is not None,
    )
    show(desk, said, words.preview(t, view, note))


def open_draft(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    """The draft's button."""
    meeting = find(desk, said, person, meeting_id)
    if meeting is not None:
        show_draft(desk, said, person, meeting)


def give_reason(desk: Desk, said: Said, person: Person, meeting: Meeting, text: str) -> None:
    """Written while the draft is shown: why."""
    draft, _ = draft_of(desk, person, meeting)
    reason = " ".join(text.split())[:REASON_MOST]
    shelf.write_draft(desk.db, person.person_id, replace(draft, reason=reason), desk.now)
    show_draft(desk, said, person, meeting)


def drop(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    """Change nothing after all."""
    shelf.drop_draft(desk.db, person.person_id)
    leave(desk, said)
    desk.toast = words.dropped(tongue_of(desk, person))
    programme.show_meeting(desk, said, person, meeting_id)


def draft_of(desk: Desk, person: Person, meeting: Meeting) -> tuple[Draft, Change]:
    """What he is about to change of this meeting; nothing yet, if he is not."""
    draft = shelf.read_draft(desk.db, person.person_id)
    if draft is None or draft.meeting_id != meeting.meeting_id:
        draft = Draft(meeting.meeting_id, meeting.revision, as_json(Change.of({})))
    return draft, from_json(draft.change)


def drafted(desk: Desk, person: Person, meeting: Meeting) -> Meeting:
    """The meeting as the draft would have it."""
    return apply(meeting, draft_of(desk, person, meeting)[1])


def at_once(desk: Desk, person: Person, meeting: Meeting, change: Change) -> bool:
    """Whether he makes this change himself; else a coordinator decides."""
    leads = may(person.role, BUTTONS[ShowProposals], in_group=False)
    own = meetings.is_of(desk.db, meeting.meeting_id, programme.own(person))
    if own and desk.mission.observers_apply:
        return True
    window = desk.mission.apply_within
    return may_apply_at_once(meeting, change, desk.now, own=own, leads=leads, window=window)


def _shown(desk: Desk, person: Person, meeting: Meeting) -> Shown:
    draft, change = draft_of(desk, person, meeting)
    waiting = shelf.list_open_proposals(desk.db, meeting.meeting_id) if person.role is not Role.OBSERVER else []
    return Shown(
        meeting,
        apply(meeting, change),
        person.zone,
        desk.now,
        drafting=bool(change.values) or draft.proposal_id is not None,
        proposals=len(waiting),
        leads=person.role.leads,
    )


def _venues(desk: Desk, person: Person, meeting: Meeting) -> tuple[tuple[int, str], ...]:
    """Places of other meetings that are his business around this one, each once."""
    around = meetings.list_between(desk.db, meeting.starts_at - NEIGHBOURS, meeting.starts_at + NEIGHBOURS)
    found = {
        (other.city, other.venue): (other.meeting_id, ", ".join(filter(None, (other.venue, other.city))))
        for other in around
        if other.venue and other.venue != meeting.venue and programme.may_see(desk, person, other)
    }
    return tuple(found.values())[:MOST_VENUES]


def find(desk: Desk, said: Said, person: Person, meeting_id: int) -> Meeting | None:
    """The meeting, if it is his business; else he is shown his own programme."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
    return meeting


def leave(desk: Desk, said: Said) -> None:
    """No question of a change is open any more; another conversation's question stays."""
    standing = conversations.standing(desk, said)
    if standing is not None and standing.flow == Flow.CHANGE:
        conversations.end(desk, said)
