"""Who somebody is, and what is said to those who are nobody here."""

from datetime import datetime, timedelta

from domain.access import COMMANDS, may
from domain.letter import LetterKind
from domain.message import Message
from domain.person import Person
from services import invitations, notices, postroom
from services.desk import Desk, Said, tell, tell_leads, tongue_of
from storage import access_requests, accounts
from texts import answers, operations
from texts import people as words
from texts.commands import describe

HEARD_ANEW = timedelta(seconds=10)
"""A sign of life is noted no more often: nobody looks at it more closely, and each is a write."""


def sender(desk: Desk, telegram_id: int, username: str) -> Person | None:
    """The person for whom this account speaks, noting that he was heard; None for a stranger."""
    person = accounts.find_person(desk.db, telegram_id)
    if person is not None and not _just_heard(person, username, desk.now):
        notices.tell_missed(desk, person)
        accounts.note_sign_of_life(desk.db, telegram_id, username, desk.now)
    return person


def _just_heard(person: Person, username: str, now: datetime) -> bool:
    """Nothing new is to be noted: he was heard a moment ago, under the same name."""
    heard = person.last_heard_at
    known = heard is not None and timedelta(0) <= now - heard < HEARD_ANEW
    return known and person.unreachable_since is None and person.username == username


def turn_away(desk: Desk, said: Said) -> None:
    """To a stranger, in private only: a group learns nothing at all, and neither does who guessed or was blocked."""
    if (
        said.in_group
        or invitations.is_silenced(desk, said.user_id)
        or access_requests.is_blocked(desk.db, said.user_id)
    ):
        return
    tell(desk, said.chat_id, words.not_accredited(desk.tongues.of(said.language_code)))


def tell_access_ended(desk: Desk, said: Said, person: Person) -> None:
    """To somebody who left the list."""
    if not said.in_group:
        tell(desk, said.chat_id, words.access_ended(tongue_of(desk, person)))


def greet(desk: Desk, said: Said, person: Person) -> None:
    """A bare /start from somebody who is aboard."""
    tell(desk, said.chat_id, words.already_enrolled(tongue_of(desk, person), person))


def show_help(desk: Desk, said: Said, person: Person) -> None:
    """/help."""
    t = tongue_of(desk, person)
    allowed = [name for name, rule in COMMANDS.items() if may(person.role, rule, in_group=False)]
    tell(desk, said.chat_id, words.help_text(t, describe(t, allowed)))


def note_reach(desk: Desk, chat_id: int, *, blocked: bool) -> None:
    """Telegram says that a person blocked the bot, or let it in again."""
    if blocked:
        postroom.undeliverable(desk, chat_id)
        return
    person = accounts.find_person(desk.db, chat_id)
    if person is not None:
        notices.tell_missed(desk, person)
        accounts.note_reachable(desk.db, chat_id)


def tell_slow_down(desk: Desk, person: Person) -> None:
    """He says more at once than anybody can."""
    if person.chat_id is not None:
        tell(desk, person.chat_id, operations.slow_down(tongue_of(desk, person)))


def tell_parked(desk: Desk, chat_id: int | None, language_code: str | None, person: Person | None) -> None:
    """An update was set aside: its sender and, once an hour, the coordinators are told."""
    t = tongue_of(desk, person) if person else desk.tongues.of(language_code)
    if chat_id is not None and chat_id > 0:
        message: Message = answers.kept_aside(t)
        tell(desk, chat_id, message, LetterKind.ANSWER, f"parked:{desk.cause}")
    hour = desk.now.strftime("%Y-%m-%dT%H")
    tell_leads(desk, lambda t: answers.update_parked(t, 1), f"parked:{hour}")
