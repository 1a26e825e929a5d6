"""Who is told that somebody cannot attend: his team's leaders, else the coordinators who oversee the team."""

from datetime import timedelta

from domain.checkin import CheckInFact
from domain.letter import Letter, LetterKind
from domain.meeting import Meeting
from domain.message import Message
from domain.person import Person
from services.desk import Desk, leads_of, post, reached_of, tongue_of
from storage import outbox, people, teams
from texts import absences as words

WAIT = timedelta(seconds=60)
"""How long a notice waits for the reason, or for the word to be taken back."""


def announce(desk: Desk, person: Person, meeting: Meeting, fact: CheckInFact) -> None:
    """The notice is written now and goes in a minute, so that a reason typed meanwhile is in it."""
    for reader in _readers(desk, person):
        letter = words.cannot_attend(tongue_of(desk, reader), meeting, fact)
        _write(desk, reader, letter, _key(fact, reader), wait=True)


def give_reason(desk: Desk, person: Person, meeting: Meeting, fact: CheckInFact) -> None:
    """He told why (`fact` has it): it goes into what waits; who was told already is told again."""
    for reader in _readers(desk, person):
        message = words.cannot_attend(tongue_of(desk, reader), meeting, fact)
        waiting = outbox.find_by_key(desk.db, _key(fact, reader))
        if waiting is None or not outbox.rewrite_queued(desk.db, waiting[0], message.payload()):
            _write(desk, reader, message, f"why:{_key(fact, reader)}:{desk.cause}", wait=False)


def withdraw(desk: Desk, meeting: Meeting, fact: CheckInFact) -> None:
    """The word does not stand any more: what waits is not sent, who was told already is told so."""
    person = people.read(desk.db, fact.person_id)
    for reader in _readers(desk, person):
        waiting = outbox.find_by_key(desk.db, _key(fact, reader))
        if waiting is not None and not outbox.drop_queued(desk.db, waiting[0]):
            message = words.after_all(tongue_of(desk, reader), meeting, fact)
            _write(desk, reader, message, f"after-all:{_key(fact, reader)}", wait=False)


def _readers(desk: Desk, person: Person) -> list[Person]:
    """Those of them whom a message reaches; not himself."""
    leaders = teams.list_leaders(desk.db, person.team_id) if person.team_id else []
    return reached_of(leaders, person) or leads_of(desk, person.team_id, person.person_id)


def _key(fact: CheckInFact, reader: Person) -> str:
    return f"cannot:{fact.checkin_id}:{reader.person_id}"


def _write(desk: Desk, reader: Person, message: Message, once_key: str, *, wait: bool) -> None:
    if reader.chat_id is not None:
        due = desk.now + WAIT if wait else None
        post(desk, Letter(LetterKind.NOTICE, reader.chat_id, "sendMessage", message.payload(), once_key, due))
