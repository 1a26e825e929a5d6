"""The command menu under the text field: each chat has its person's commands only, in his language."""

from collections.abc import Iterable

from domain.access import COMMANDS, may
from domain.letter import Letter, LetterKind
from domain.person import Person
from services.desk import Desk, post, tongue_of
from storage import people
from texts.commands import describe


def offer(desk: Desk, person: Person) -> None:
    """What this person may use; asked for anew whenever his role or language changes."""
    if person.chat_id is None:
        return
    if not person.active:
        withdraw(desk, person.chat_id)
        return
    t = tongue_of(desk, person)
    allowed = [name for name, rule in COMMANDS.items() if may(person.role, rule, in_group=False)]
    commands = [{"command": name, "description": text} for name, text in describe(t, allowed)]
    payload = {"commands": commands, "scope": {"type": "chat", "chat_id": person.chat_id}}
    post(desk, Letter(LetterKind.TIDYING, person.chat_id, "setMyCommands", payload))


def withdraw(desk: Desk, chat_id: int) -> None:
    """This chat is nobody's any more."""
    payload = {"scope": {"type": "chat", "chat_id": chat_id}}
    post(desk, Letter(LetterKind.TIDYING, chat_id, "deleteMyCommands", payload))


def refresh(desk: Desk, references: Iterable[str]) -> None:
    """After the roster changed for these."""
    wanted = set(references)
    if wanted:
        for person in people.list_enrolled(desk.db, active_only=False):
            if person.reference in wanted:
                offer(desk, person)
