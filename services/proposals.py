"""Changes that somebody wants and may not make himself: asked for, seen side by side, decided once."""

from collections import Counter
from dataclasses import replace

from domain.change import Change, apply, diff, faults_of, from_json
from domain.letter import Letter, LetterKind
from domain.meeting import Meeting
from domain.person import Person
from domain.programme_button import Verdict
from domain.step import Flow
from services import changes, changing, conflicts, conversations, programme
from services.changes import Source
from services.desk import Desk, Said, post, show, tell, tongue_of
from storage import changes as shelf
from storage import meetings, outbox, people
from storage.changes import Draft, Proposal
from texts import proposals as words
from texts.proposals import Side

ACCEPTED, REFUSED, WITHDRAWN = "accepted", "refused", "withdrawn"
MOST_SHOWN = 8


def propose(desk: Desk, said: Said, person: Person, meeting: Meeting, draft: Draft) -> None:
    """The coordinators of the meeting are asked, each with one letter that has every open proposal of it."""
    draft = replace(draft, revision=meeting.revision)
    number = shelf.propose(desk.db, person.person_id, draft, desk.now)
    asked = 0
    for lead in _deciders(desk, meeting):
        if lead.chat_id is not None:
            message = words.asked(tongue_of(desk, lead), meeting, _sides(desk, lead, meeting), lead.zone)
            asked += tell(desk, lead.chat_id, message, LetterKind.ALERT, _key(number, lead)) is not None
    proposal = shelf.find_proposal(desk.db, number)
    if proposal is not None:
        t = tongue_of(desk, person)
        show(desk, said, words.proposed(t, meeting, _side(desk, meeting, proposal), person.zone, asked=asked))


def show_proposals(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    """A meeting's proposals side by side; 0: every meeting that has any."""
    if meeting_id == 0:
        show(desk, said, words.all_waiting(tongue_of(desk, person), list_waiting(desk, person)))
        return
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return
    sides = _sides(desk, person, meeting)
    if not sides:
        programme.show_meeting(desk, said, person, meeting_id)
        return
    show(desk, said, words.asked(tongue_of(desk, person), meeting, sides, person.zone))


def decide(desk: Desk, said: Said, person: Person, proposal_id: int, verdict: Verdict, revision: int) -> None:
    """One tap. The meeting's revision must be the one he saw, else he sees how it stands now."""
    proposal = shelf.find_proposal(desk.db, proposal_id)
    meeting = programme.find(desk, person, proposal.meeting_id) if proposal else None
    if proposal is None or meeting is None or not _may_decide(person, proposal, verdict):
        programme.refuse(desk, said, person)
        return
    t = tongue_of(desk, person)
    if proposal.state != "open":
        by = people.read(desk.db, proposal.decided_by).name if proposal.decided_by else ""
        desk.toast = words.decided_already(t, proposal.state, by)
        show_proposals(desk, said, person, meeting.meeting_id)
    elif verdict is Verdict.WITHDRAW:
        _close(desk, proposal, WITHDRAWN, person, meeting)
        show(desk, said, words.withdrawn(t, meeting))
    elif verdict is Verdict.REFUSE:
        _close(desk, proposal, REFUSED, person, meeting)
        _show_outcome(desk, said, person, proposal, meeting, meeting)
    elif revision != meeting.revision:
        desk.toast = words.meeting_changed(t)
        show_proposals(desk, said, person, meeting.meeting_id)
    elif verdict is Verdict.AMEND:
        _amend(desk, said, person, proposal, meeting)
    else:
        _accept(desk, said, person, proposal, meeting)


def settle_amended(desk: Desk, person: Person, meeting: Meeting, after: Meeting, draft: Draft) -> bool:
    """A coordinator confirms what he made of a proposal; False if it was decided meanwhile."""
    proposal = shelf.find_proposal(desk.db, draft.proposal_id or 0)
    if proposal is None or proposal.state != "open":
        return False
    made = changes.make(
        desk,
        person,
        meeting,
        after,
        source=Source.PROPOSAL,
        reason=draft.reason,
        knowing=(proposal.author_id,),
    )
    _close(desk, proposal, ACCEPTED, person, meeting, made)
    return True


def _accept(desk: Desk, said: Said, person: Person, proposal: Proposal, meeting: Meeting) -> None:
    after = apply(meeting, from_json(proposal.change))
    if not diff(meeting, after) or faults_of(after, desk.now):
        _amend(desk, said, person, proposal, meeting)  # what it asks for is so already, or cannot be: he sees why
        return
    author = people.read(desk.db, proposal.author_id)
    made = changes.make(
        desk,
        author,
        meeting,
        after,
        source=Source.PROPOSAL,
        reason=proposal.reason,
        knowing=(person.person_id,),
    )
    _close(desk, proposal, ACCEPTED, person, meeting, made)
    _show_outcome(desk, said, person, proposal, meeting, made)


def _amend(desk: Desk, said: Said, person: Person, proposal: Proposal, meeting: Meeting) -> None:
    """The proposal becomes the coordinator's own draft; what he confirms is what is made."""
    draft = Draft(meeting.meeting_id, meeting.revision, proposal.change, proposal.reason, proposal.proposal_id)
    shelf.write_draft(desk.db, person.person_id, draft, desk.now)
    changing.show_draft(desk, said, person, meeting)


def _close(
    desk: Desk, proposal: Proposal, state: str, by: Person, meeting: Meeting, made: Meeting | None = None
) -> None:
    """It is decided: its author hears of it, and the other coordinators' letters say so in place."""
    revision = made.revision if made else None
    if not shelf.decide(desk.db, proposal.proposal_id, state, by.person_id, desk.now, revision):
        raise RuntimeError(f"proposal {proposal.proposal_id} was decided in the same transaction")
    for lead in _deciders(desk, meeting):
        _mark(desk, lead, proposal, state, by, meeting)
    author = people.read(desk.db, proposal.author_id)
    if author.person_id != by.person_id and author.chat_id is not None and author.active:
        side = _side(desk, meeting, proposal)
        message = words.outcome(tongue_of(desk, author), state, by.name, side, meeting, made, author.zone)
        tell(desk, author.chat_id, message, LetterKind.NOTICE)


def _mark(desk: Desk, lead: Person, proposal: Proposal, state: str, by: Person, meeting: Meeting) -> None:
    """The letter with which this coordinator was asked: withdrawn while it waits, else edited."""
    key = _key(proposal.proposal_id, lead)
    waiting = outbox.find_by_key(desk.db, key)
    if waiting is not None and outbox.drop_queued(desk.db, waiting[0]):
        return
    sent = outbox.find_message_by_key(desk.db, key)
    if sent is None or lead.person_id == by.person_id:
        return
    chat_id, message_id = sent
    message = words.was_decided(
        tongue_of(desk, lead), state, by.name, _side(desk, meeting, proposal), meeting, lead.zone
    )
    post(desk, Letter(LetterKind.NOTICE, chat_id, "editMessageText", {**message.payload(), "message_id": message_id}))


def _show_outcome(desk: Desk, said: Said, person: Person, proposal: Proposal, meeting: Meeting, made: Meeting) -> None:
    """What was decided, in the place of the letter that asked; further proposals of the meeting follow."""
    standing = conversations.standing(desk, said)
    if standing is not None and standing.flow == Flow.CHANGE:
        conversations.end(desk, said)
    state = ACCEPTED if made is not meeting else REFUSED
    t = tongue_of(desk, person)
    message = words.was_decided(t, state, "", _side(desk, meeting, proposal), made, person.zone)
    sides = _sides(desk, person, made)
    if sides:
        tell(desk, said.chat_id, words.asked(t, made, sides, person.zone))
    show(desk, said, message)


def list_waiting(desk: Desk, person: Person) -> list[tuple[Meeting, int]]:
    """Meetings that have proposals which wait for this coordinator, and how many."""
    counts = Counter(proposal.meeting_id for proposal in shelf.list_open_proposals(desk.db))
    found = ((programme.find(desk, person, number), n) for number, n in counts.items())
    return [(meeting, n) for meeting, n in found if meeting is not None]


def _sides(desk: Desk, lead: Person, meeting: Meeting) -> list[Side]:
    del lead
    return [_side(desk, meeting, one) for one in shelf.list_open_proposals(desk.db, meeting.meeting_id)[:MOST_SHOWN]]


def _side(desk: Desk, meeting: Meeting, proposal: Proposal) -> Side:
    """A proposal against the meeting as it stands, and as it stood when it was proposed if that is something else."""
    change: Change = from_json(proposal.change)
    then = None
    if proposal.revision != meeting.revision:
        revision = meetings.find_revision(desk.db, meeting.meeting_id, proposal.revision)
        then = revision.meeting if revision else None
    after = apply(meeting, change)
    warned = conflicts.around(desk, after) if proposal.state == "open" else []
    return Side(proposal.proposal_id, proposal.author, proposal.made_at, proposal.reason, after, then, warned)


def _deciders(desk: Desk, meeting: Meeting) -> list[Person]:
    """Coordinators whose business the meeting is."""
    touched = changes.concerned(desk, meeting.meeting_id)
    return [lead for lead in people.list_leads(desk.db) if lead.person_id in touched]


def _may_decide(person: Person, proposal: Proposal, verdict: Verdict) -> bool:
    return proposal.author_id == person.person_id if verdict is Verdict.WITHDRAW else person.role.leads


def _key(proposal_id: int, lead: Person) -> str:
    return f"proposal:{proposal_id}:{lead.person_id}"
