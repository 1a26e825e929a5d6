"""Threads between readers of an announcement and its author."""

from domain.message import Message
from domain.person import Person
from texts.split import shorten
from texts.tongue import Tongue

_ROOM = 3000


def from_reader(t: Tongue, writer: Person, title: str, text: str) -> Message:
    """To the author."""
    return Message(
        t.say(
            "<b>{name}</b> ({team}) on “{title}”:\n{text}\n\n<i>Reply to this message to answer.</i>",
            name=writer.name,
            team=writer.team or writer.reference,
            title=title,
            text=shorten(text, _ROOM),
        )
    )


def from_author(t: Tongue, writer: Person, title: str, text: str) -> Message:
    """To the reader."""
    return Message(
        t.say(
            "<b>{name}</b> answers you on “{title}”:\n{text}\n\n<i>Reply to this message to go on.</i>",
            name=writer.name,
            title=title,
            text=shorten(text, _ROOM),
        )
    )


def passed_on(t: Tongue, name: str) -> Message:
    """To who wrote."""
    return Message(t.say("Passed on to <b>{name}</b>.", name=name))


def nobody_there(t: Tongue) -> Message:
    """The other side is not aboard any more."""
    return Message(t.say("I cannot pass that on: the other side is no longer aboard. Please ask your coordinator."))
