"""A person's card, and what a coordinator does about a person: link, new account, end of access."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.aboard import standing_of
from domain.message import Message
from domain.people_button import PersonAct
from domain.person import Person
from services import directory, invitations, menus, programme
from services.desk import Desk, Said, show, tell, tongue_of
from storage import accounts, audit, conversations, meetings, outbox, people
from storage import directory as shelf
from storage import invitations as invitation_shelf
from texts import answers
from texts import card as words
from texts import people as door

MOST_MEETINGS = 12
"""Meetings of today that a card lists."""


def show_person(desk: Desk, said: Said, viewer: Person, person_id: int) -> None:
    """A person's card, as things stand now."""
    person = _find(desk, viewer, person_id)
    if person is None:
        directory.refuse(desk, said, viewer)
        return
    show(desk, said, _card(desk, viewer, person))


def act(desk: Desk, said: Said, viewer: Person, person_id: int, wanted: PersonAct) -> None:
    """A button of a card. What no longer fits shows the card as it is now."""
    person = _find(desk, viewer, person_id)
    if person is None:
        directory.refuse(desk, said, viewer)
    elif person.person_id == viewer.person_id:
        _not_oneself(desk, said, viewer)
    elif not _may_act(viewer, person) or not _fits(desk, person, wanted):
        desk.toast = answers.old_button(tongue_of(desk, viewer))
        show(desk, said, _card(desk, viewer, person))
    else:
        show(desk, said, _do(desk, viewer, person, wanted))


def _do(desk: Desk, viewer: Person, person: Person, wanted: PersonAct) -> Message:
    """Do it; what the coordinator sees then."""
    t = tongue_of(desk, viewer)
    match wanted:
        case PersonAct.INVITE:
            audit.note(desk.db, "invitation", desk.now, viewer.person_id, person=person.person_id)
            return _fresh_link(desk, viewer, person)
        case PersonAct.NEW_ACCOUNT:
            return words.sure_new_account(t, person)
        case PersonAct.NEW_ACCOUNT_SURE:
            _cut_off(desk, viewer, person)
            return _fresh_link(desk, viewer, person)
        case PersonAct.END_ACCESS:
            return words.sure_end_access(t, person)
        case PersonAct.END_ACCESS_SURE:
            _end_access(desk, viewer, person)
        case PersonAct.RESTORE:
            _restore(desk, viewer, person)
    return _card(desk, viewer, people.read(desk.db, person.person_id))


def _fits(desk: Desk, person: Person, wanted: PersonAct) -> bool:
    """Whether the act makes sense as things stand now."""
    if wanted is PersonAct.INVITE:
        return person.active and person.chat_id is None
    if wanted in {PersonAct.NEW_ACCOUNT, PersonAct.NEW_ACCOUNT_SURE}:
        return person.active and person.chat_id is not None
    if wanted is PersonAct.RESTORE:
        access = shelf.list_access(desk.db, [person.person_id], desk.now)[person.person_id]
        return access.ended_how is not None
    return person.active


def _find(desk: Desk, viewer: Person, person_id: int) -> Person | None:
    """The person, if he exists, was not forgotten, and is the viewer's business."""
    person = people.find(desk.db, person_id)
    if person is None or not directory.may_see(viewer, person):
        return None
    return person if shelf.list_access(desk.db, [person_id], desk.now) else None


def _may_act(viewer: Person, person: Person) -> bool:
    """Only who coordinates the whole mission may act on coordinators.

    As nobody acts on himself, there always is one left who coordinates the whole mission.
    """
    return viewer.oversees(person.team_id) and (viewer.sees_all or not person.role.leads)


def _card(desk: Desk, viewer: Person, person: Person) -> Message:
    access = shelf.list_access(desk.db, [person.person_id], desk.now)[person.person_id]
    today = meetings.list_day(desk.db, programme.mission_day(desk), programme.own(person))
    return words.card(
        tongue_of(desk, viewer),
        person,
        standing_of(person, access, desk.now),
        [programme.line_of(desk, person, meeting) for meeting in today[:MOST_MEETINGS]],
        desk.now,
        zone=directory.zone_of(viewer),
        mission_zone=ZoneInfo(desk.mission.time_zone),
        may_act=_may_act(viewer, person),
        is_oneself=person.person_id == viewer.person_id,
    )


def _not_oneself(desk: Desk, said: Said, viewer: Person) -> None:
    desk.toast = words.not_about_yourself(tongue_of(desk, viewer))
    show(desk, said, _card(desk, viewer, viewer))


def _fresh_link(desk: Desk, viewer: Person, person: Person) -> Message:
    """The link is shown to this coordinator only, in his own chat; older ones end."""
    ((_, token),) = invitations.issue(desk, [person])
    link = invitations.link(invitations.bot_username(desk), token)
    until = desk.now + timedelta(days=desk.mission.invitation_days)
    zone = directory.zone_of(viewer)
    return words.fresh_link(tongue_of(desk, viewer), tongue_of(desk, person), person, link, until, zone=zone)


def _cut_off(desk: Desk, viewer: Person, person: Person) -> None:
    """The old account is a stranger's from now on; all that he reported and drafted is the person's and stays."""
    chat_id = accounts.end(desk.db, person.person_id, desk.now)
    if chat_id is not None:
        _silence(desk, chat_id)
    audit.note(desk.db, "new_account", desk.now, viewer.person_id, person=person.person_id)


def _end_access(desk: Desk, viewer: Person, person: Person) -> None:
    """His account stays his, so that the bot can tell him what happened, and he needs no link to come back."""
    people.end_access(desk.db, person.person_id, "ended", desk.now)
    invitation_shelf.revoke(desk.db, person.person_id, desk.now)
    if person.chat_id is not None:
        _silence(desk, person.chat_id)
        tell(desk, person.chat_id, door.access_ended(tongue_of(desk, person)))
    audit.note(desk.db, "end_access", desk.now, viewer.person_id, person=person.person_id)


def _restore(desk: Desk, viewer: Person, person: Person) -> None:
    people.restore_access(desk.db, person.person_id, desk.now)
    person = people.read(desk.db, person.person_id)
    if person.active and person.chat_id is not None:
        menus.offer(desk, person)
        tell(desk, person.chat_id, words.access_restored(tongue_of(desk, person)))
    audit.note(desk.db, "restore_access", desk.now, viewer.person_id, person=person.person_id)


def _silence(desk: Desk, chat_id: int) -> None:
    """Nothing that still waits for this chat goes out, no question is open there, and no menu offers anything."""
    outbox.withdraw_queued(desk.db, chat_id, desk.now)
    conversations.end(desk.db, chat_id, chat_id)
    menus.withdraw(desk, chat_id)
