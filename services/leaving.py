"""What the mission holds on somebody, for himself to read; and leaving it."""

from domain.person import Person
from services import conversations, menus
from services.desk import Desk, Said, show, tell, tell_leads, tongue_of
from storage import audit, holdings, people
from texts import settings as words


def show_me(desk: Desk, said: Said, person: Person) -> None:
    """/me: everything, in as many messages as it takes; the last one has the way out."""
    t = tongue_of(desk, person)
    chosen = people.read_settings(desk.db, person.person_id)
    *before, last = words.about_me(t, person, chosen, holdings.read(desk.db, person.person_id))
    for message in before:
        tell(desk, said.chat_id, message)
    show(desk, said, last)


def leave(desk: Desk, said: Said, person: Person, *, sure: bool) -> bool:
    """He wants to leave: asked first, done when he is sure. True if he has left.

    The last who coordinates the whole mission from a phone cannot: nobody could let anybody in again.
    """
    t = tongue_of(desk, person)
    if person.sees_all and not _others_lead(desk, person):
        show(desk, said, words.last_coordinator(t))
        return False
    if not sure:
        show(desk, said, words.sure_to_leave(t, leads=person.role.leads))
        return False
    if not people.end_access(desk.db, person.person_id, "left", desk.now):
        return False
    audit.note(desk.db, "left", desk.now, person.person_id, person=person.person_id)
    conversations.end(desk, said)
    menus.withdraw(desk, said.chat_id)
    show(desk, said, words.goodbye(t))
    tell_leads(
        desk,
        lambda t: words.somebody_left(t, person),
        f"left:{person.person_id}:{desk.cause}",
        about=person.person_id,
        team_id=person.team_id,
    )
    return True


def _others_lead(desk: Desk, person: Person) -> bool:
    leads = people.list_leads(desk.db)
    return any(p.sees_all and p.chat_id is not None and p.person_id != person.person_id for p in leads)
