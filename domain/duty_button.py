"""Buttons about duty: who is overdue, and how he is accounted for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.payload import Payload


class How(StrEnum):
    """How somebody is accounted for, as a colleague says it."""

    ASK = "a"
    """Not an answer: show the choices."""
    PHONE = "p"
    SEEN = "s"
    NO_BOT = "n"
    """He is well and cannot use the bot."""
    WORDS = "w"
    """In words that were typed."""


@dataclass(frozen=True, slots=True)
class AnswerAlarm(Payload):
    """I am all right, though I said nothing about the meeting."""

    code: ClassVar[str] = "ok"
    alarm_id: int = 0


@dataclass(frozen=True, slots=True)
class ResolveAlarm(Payload):
    """A leader or a coordinator knows how somebody is."""

    code: ClassVar[str] = "al"
    alarm_id: int = 0
    how: How = How.ASK
