"""Who somebody is, and what happens at the door."""

from domain.letter import Letter, LetterKind
from domain.message import Message
from domain.person import Person
from services import invitations
from services.desk import Desk, Said, post, tell, tell_leads, tongue_of
from storage import people
from texts import answers
from texts import people as words
from texts.commands import lead_commands


def sender(desk: Desk, telegram_id: int) -> Person | None:
    """The person for whom this account speaks, noting that he was heard; None for a stranger."""
    person = people.find_by_account(desk.db, telegram_id)
    if person is not None:
        people.note_sign_of_life(desk.db, telegram_id, desk.now)
    return person


def start(desk: Desk, said: Said, person: Person | None, token: str) -> None:
    """/start, with or without an invitation's token."""
    if not token:
        _greet(desk, said, person)
        return
    result = invitations.redeem(desk, token, said.user_id)
    t = desk.tongues.of(result.person.language if result.person else None, said.language_code)
    match result.outcome:
        case "bound" if result.person:
            tell(desk, said.chat_id, words.welcome(t, result.person, desk.mission.name))
            _offer_commands(desk, said.chat_id, result.person)
        case "again" if result.person:
            tell(desk, said.chat_id, words.already_enrolled(t, result.person))
        case "other" if person:
            tell(desk, said.chat_id, words.link_of_another(tongue_of(desk, person), person))
        case "used":
            _used_link(desk, said, result.person)
        case "expired":
            tell(desk, said.chat_id, words.link_expired(desk.tongues.of(said.language_code)))
        case _:
            _greet(desk, said, person)


def turn_away(desk: Desk, said: Said) -> None:
    """To a stranger, in private only: a group learns nothing at all."""
    if not said.in_group:
        tell(desk, said.chat_id, words.not_accredited(desk.tongues.of(said.language_code)))


def tell_access_ended(desk: Desk, said: Said, person: Person) -> None:
    """To somebody who left the list."""
    if not said.in_group:
        tell(desk, said.chat_id, words.access_ended(tongue_of(desk, person)))


def show_help(desk: Desk, said: Said, person: Person) -> None:
    """/help."""
    tell(desk, said.chat_id, words.help_text(tongue_of(desk, person), person))


def _offer_commands(desk: Desk, chat_id: int, person: Person) -> None:
    """A coordinator's command menu holds more than an observer's."""
    if person.role.leads:
        commands = [{"command": name, "description": text} for name, text in lead_commands(tongue_of(desk, person))]
        payload = {"commands": commands, "scope": {"type": "chat", "chat_id": chat_id}}
        post(desk, Letter(LetterKind.TIDYING, chat_id, "setMyCommands", payload))


def _greet(desk: Desk, said: Said, person: Person | None) -> None:
    if person is None:
        turn_away(desk, said)
    else:
        tell(desk, said.chat_id, words.already_enrolled(tongue_of(desk, person), person))


def _used_link(desk: Desk, said: Said, owner: Person | None) -> None:
    tell(desk, said.chat_id, words.link_used(desk.tongues.of(said.language_code)))
    if owner is not None:
        key = f"link-twice:{owner.person_id}:{said.user_id}"
        tell_leads(desk, lambda t: words.link_opened_twice(t, owner), key)


def tell_parked(desk: Desk, chat_id: int | None, language_code: str | None, person: Person | None) -> None:
    """An update was set aside: its sender and, once an hour, the coordinators are told."""
    t = tongue_of(desk, person) if person else desk.tongues.of(language_code)
    if chat_id is not None and chat_id > 0:
        message: Message = answers.kept_aside(t)
        tell(desk, chat_id, message, LetterKind.ANSWER, f"parked:{desk.cause}")
    hour = desk.now.strftime("%Y-%m-%dT%H")
    tell_leads(desk, lambda t: answers.update_parked(t, 1), f"parked:{hour}")
