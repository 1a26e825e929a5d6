"""Incidents: what went wrong and needs a coordinator, until one of them says what became of it."""

from dataclasses import replace

from domain.group import Group, Purpose, TopicPurpose
from domain.incident import Incident
from domain.letter import Letter, LetterKind
from domain.person import Person
from domain.step import IncidentStep
from services import groups, programme
from services.desk import Desk, Said, edit, leads_of, post, show, tell, tell_leads, tongue_of
from storage import audit, chats, outbox, people
from storage import incidents as shelf
from texts import incidents as words

MOST_CHARACTERS = 2000


def tell_of(desk: Desk, said: Said, person: Person, text: str) -> IncidentStep | None:
    """/incident: it is stored and the coordinators are told at once; the question that is open without words."""
    t, body = tongue_of(desk, person), text.strip()[:MOST_CHARACTERS]
    if not body:
        show(desk, said, words.what_happened(t))
        return IncidentStep.WHAT
    number = shelf.add(desk.db, person.person_id, body, said.at)
    incident = shelf.find(desk.db, number)
    if incident is None:
        raise LookupError(number)
    told = tell_leads(
        desk,
        lambda theirs: words.incident(theirs, incident, person),
        f"incident:{number}",
        about=person.person_id,
        team_id=person.team_id,
    )
    posted = _coordinators_groups(desk)
    for group in posted:
        there = words.in_group(groups.tongue_of_group(desk, group), incident)
        payload = groups.in_topic(desk, group, TopicPurpose.INCIDENTS, there)
        post(desk, Letter(LetterKind.ALERT, group.chat_id, "sendMessage", payload, _key(incident, group)))
    show(desk, said, words.stored(t, incident, told, in_group=bool(posted)))
    return None


def close(desk: Desk, said: Said, viewer: Person, incident_id: int, text: str) -> IncidentStep | None:
    """A coordinator says what became of it; the question that is open without words."""
    t, ending, below = tongue_of(desk, viewer), text.strip()[:MOST_CHARACTERS], replace(said, tapped=False)
    incident = shelf.find(desk.db, incident_id)
    if incident is None or not _may_close(desk, viewer, incident):
        programme.refuse(desk, said, viewer)
        return None
    if incident.closed_at is not None:
        show(desk, below, words.closed(t, incident))
        return None
    if not ending:
        show(desk, below, words.what_became(t, incident))
        return IncidentStep.ENDING
    shelf.close(desk.db, incident_id, viewer.person_id, ending, desk.now)
    audit.note(desk.db, "incident_closed", desk.now, viewer.person_id, incident=incident_id)
    incident = shelf.find(desk.db, incident_id) or incident
    show(desk, below, words.closed(t, incident))
    _show_closed(desk, incident)
    author = people.find(desk.db, incident.author_id)
    if author is not None and author.active and author.chat_id is not None and author.person_id != viewer.person_id:
        tell(desk, author.chat_id, words.closed(tongue_of(desk, author), incident), LetterKind.NOTICE)
    return None


def _may_close(desk: Desk, viewer: Person, incident: Incident) -> bool:
    """Whoever may have been told: who coordinates the team, or stands in for those whom no message reaches."""
    told = leads_of(desk, incident.team_id, incident.author_id)
    return viewer.oversees(incident.team_id) or viewer.person_id in {lead.person_id for lead in told}


def _show_closed(desk: Desk, incident: Incident) -> None:
    """In the coordinators' groups, where it was posted; below everything if it is not known to be there."""
    for group in _coordinators_groups(desk):
        key = _key(incident, group)
        message = words.closed(groups.tongue_of_group(desk, group), incident)
        body = groups.in_topic(desk, group, TopicPurpose.INCIDENTS, message)
        waiting = outbox.find_by_key(desk.db, key)
        if waiting is not None and outbox.rewrite_queued(desk.db, waiting[0], body):
            continue
        posted = outbox.find_message_by_key(desk.db, key)
        if posted is not None and posted[0] == group.chat_id:
            edit(desk, *posted, message.payload(), LetterKind.NOTICE)
        else:
            post(desk, Letter(LetterKind.NOTICE, group.chat_id, "sendMessage", body, f"{key}:closed"))


def _coordinators_groups(desk: Desk) -> list[Group]:
    """Nobody but coordinators reads there: no other group hears of an incident."""
    return [one for one in chats.list_bound(desk.db) if one.purpose is Purpose.COORDINATORS and one.can_write]


def _key(incident: Incident, group: Group) -> str:
    return f"{groups.INTERNAL}{incident.incident_id}:group:{group.chat_id}"


def list_open(desk: Desk, viewer: Person) -> tuple[Incident, ...]:
    """Those that are this coordinator's business, the oldest first."""
    return tuple(one for one in shelf.list_open(desk.db) if viewer.oversees(one.team_id))
