"""Coming aboard: the link, "are you …?", language, time zone if nobody knows it, and the first programme."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from domain.faults import is_zone
from domain.person import Person
from domain.step import EnrolmentStep, Flow
from services import conversations, invitations, menus, people, programme
from services.desk import Desk, Said, show, tell, tell_leads, tongue_of
from services.invitations import Seen
from storage import access_requests, audit, enrolments, meetings
from storage import people as shelf
from texts import enrolment as words
from texts.tongue import Tongue
from texts.zones import find_zones

LONGEST_CITY = 60
"""Characters; the longest name of a zone has half of them."""


def is_shut_out(desk: Desk, said: Said) -> bool:
    """Whether this account gets no answer at the door: it guessed too often, or coordinators blocked it."""
    return invitations.is_silenced(desk, said.user_id) or access_requests.is_blocked(desk.db, said.user_id)


def open_link(desk: Desk, said: Said, person: Person | None, token: str) -> None:
    """/start with a token; `person` is who speaks, None for a stranger."""
    if is_shut_out(desk, said):
        return
    seen = invitations.look(desk, token, said.user_id)
    if seen.outcome == "good" and seen.person is not None:
        enrolments.begin(desk.db, said.user_id, seen.invitation_id, desk.now)
        t = desk.tongues.of(seen.person.language, said.language_code)
        show(desk, said, words.are_you(t, seen.person, seen.invitation_id))
        return
    _refuse(desk, said, person, seen)


def ask_again(desk: Desk, said: Said) -> bool:
    """A bare /start from somebody who opened a link and has not answered; False if he has not."""
    pending = enrolments.find(desk.db, said.user_id)
    if pending is None or not pending.usable or desk.now >= pending.expires_at:
        return False
    person = shelf.read(desk.db, pending.person_id)
    if not person.active or person.chat_id is not None:
        return False
    show(desk, said, words.are_you(desk.tongues.of(person.language), person, pending.invitation_id))
    return True


def answer(desk: Desk, said: Said, person: Person | None, invitation_id: int, *, yes: bool, username: str) -> bool:
    """He is the one, or not; only the account that opened this very invitation is asked. True: language comes next.

    `person` is who speaks, perhaps one whose access has ended; None for a stranger.
    """
    pending = enrolments.find(desk.db, said.user_id)
    if pending is None or pending.invitation_id != invitation_id:
        _nothing_to_answer(desk, said, person)
        return False
    enrolments.end(desk.db, said.user_id)
    owner = shelf.read(desk.db, pending.person_id)
    if not yes:
        show(desk, said, words.not_me(desk.tongues.of(owner.language)))
        key = f"not-me:{invitation_id}:{said.user_id}"
        tell_leads(desk, lambda t: words.somebody_else(t, owner), key, team_id=owner.team_id)
        return False
    seen = invitations.redeem(desk, invitation_id, said.user_id, username)
    if seen.outcome != "good" or seen.person is None:
        _refuse(desk, said, person if person and person.active else None, seen)
        return False
    come_aboard(desk, said, seen.person, tongue_of(desk, seen.person))
    return True


def come_aboard(desk: Desk, said: Said, person: Person, t: Tongue) -> None:
    """The account is his now: the language is asked, in this one."""
    audit.note(desk.db, "enrolled", desk.now, person.person_id)
    access_requests.settle(desk.db, said.user_id, desk.now)
    menus.offer(desk, person)
    ask_language(desk, said, t)


def ask_language(desk: Desk, said: Said, t: Tongue) -> None:
    """One tap, even where the roster tells a language: somebody else typed that."""
    show(desk, said, words.which_language(t, desk.mission.languages))


def repeat_question(desk: Desk, said: Said, person: Person) -> bool:
    """The question of his enrolment at which he stands, once more; False if there is none."""
    standing = conversations.standing(desk, said)
    if standing is None or standing.flow != Flow.ENROLMENT:
        return False
    if standing.step == EnrolmentStep.ZONE:
        _ask_zone(desk, said, person)
    else:
        ask_language(desk, said, tongue_of(desk, person))
    return True


def choose_language(desk: Desk, said: Said, person: Person, language: str) -> EnrolmentStep | None:
    """His language; the question that follows, None when he is done."""
    if language not in desk.mission.languages:
        ask_language(desk, said, tongue_of(desk, person))
        return EnrolmentStep.LANGUAGE
    shelf.choose_language(desk.db, person.person_id, language)
    if language != person.language:
        person = shelf.read(desk.db, person.person_id)
        menus.offer(desk, person)
    if shelf.read_settings(desk.db, person.person_id).zone_known:
        _finish(desk, said, person)
        return None
    _ask_zone(desk, said, person)
    return EnrolmentStep.ZONE


def choose_zone(desk: Desk, said: Said, person: Person, zone: str) -> EnrolmentStep | None:
    """His clock."""
    if not is_zone(zone):
        return type_zone(desk, said, person, zone)
    shelf.choose_time_zone(desk.db, person.person_id, zone)
    _finish(desk, said, shelf.read(desk.db, person.person_id))
    return None


def type_zone(desk: Desk, said: Said, person: Person, text: str) -> EnrolmentStep | None:
    """A city, typed."""
    found = find_zones(desk.mission.languages, text)
    if len(found) == 1:
        return choose_zone(desk, said, person, found[0])
    t = tongue_of(desk, person)
    if found:
        show(desk, said, words.which_of_zones(t, found, desk.now))
    else:
        show(desk, said, words.no_such_zone(t, text, likely_zones(desk), desk.now))
    return EnrolmentStep.ZONE


def may_be_city(text: str) -> bool:
    """Whether somebody who was asked for a city may mean one; else he speaks of something else."""
    return len(text) <= LONGEST_CITY and "\n" not in text.strip()


def likely_zones(desk: Desk) -> list[str]:
    """The mission's zone and those of its meetings, one for each distance from UTC."""
    zones = dict.fromkeys((desk.mission.time_zone, *meetings.list_zones(desk.db)))
    by_offset = {desk.now.astimezone(ZoneInfo(zone)).utcoffset(): zone for zone in reversed(zones)}
    return [zone for zone in zones if zone in by_offset.values()]


def _ask_zone(desk: Desk, said: Said, person: Person) -> None:
    show(desk, said, words.which_zone(tongue_of(desk, person), likely_zones(desk), desk.now))


def _nothing_to_answer(desk: Desk, said: Said, person: Person | None) -> None:
    if person is None:
        people.turn_away(desk, said)
    elif not person.active:
        people.tell_access_ended(desk, said, person)
    elif not repeat_question(desk, said, person):
        programme.show_day(desk, said, person, None)


def _finish(desk: Desk, said: Said, person: Person) -> None:
    """The welcome brings the keyboard; the programme below it takes the place of the question."""
    tell(desk, said.chat_id, words.welcome(tongue_of(desk, person), person, desk.mission.name))
    programme.show_day(desk, replace(said, tapped=False), person, None)


def _refuse(desk: Desk, said: Said, person: Person | None, seen: Seen) -> None:
    """Each failure its own answer; to somebody aboard in his language."""
    owner = seen.person
    t = tongue_of(desk, person) if person else desk.tongues.of(said.language_code)
    match seen.outcome:
        case "again" if person:
            if not repeat_question(desk, said, person):
                people.greet(desk, said, person)
        case "other" if person:
            tell(desk, said.chat_id, words.link_of_another(t, person))
        case "used" if owner:
            tell(desk, said.chat_id, words.link_used(t))
            key = f"link-twice:{owner.person_id}:{said.user_id}"
            tell_leads(desk, lambda t: words.link_opened_twice(t, owner), key, team_id=owner.team_id)
        case "expired":
            tell(desk, said.chat_id, words.link_expired(t))
        case "revoked":
            tell(desk, said.chat_id, words.link_revoked(t))
        case _:
            if not invitations.count_wrong(desk, said.user_id):
                tell(desk, said.chat_id, words.link_wrong(t))
