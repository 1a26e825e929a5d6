"""Asking the table of domain/access.py at the moment of the act."""

from domain.access import BUTTONS, COMMANDS, Rule, may
from domain.payload import Payload
from domain.person import Person
from services.desk import Desk, Said, show, tongue_of
from texts import answers

CLOSED = Rule(frozenset())
"""What stands in no table is for nobody."""


def command_allowed(desk: Desk, said: Said, person: Person, name: str) -> bool:
    """Whether he may give this command, here and now; if not, he is told so."""
    if may(person.role, COMMANDS.get(name, CLOSED), in_group=said.in_group):
        return True
    t = tongue_of(desk, person)
    show(desk, said, answers.use_private_chat(t) if said.in_group else answers.not_for_your_role(t))
    return False


def tap_allowed(desk: Desk, said: Said, person: Person, payload: type[Payload]) -> bool:
    """Whether he may press this button, here and now; if not, a toast tells him."""
    if may(person.role, BUTTONS.get(payload, CLOSED), in_group=said.in_group):
        return True
    t = tongue_of(desk, person)
    desk.toast = answers.button_in_group(t) if said.in_group else answers.button_not_for_your_role(t)
    return False
