"""A button is a type. Its payload travels through Telegram as at most 64 bytes and comes back as the same type.

The wire form is `1:<code>:<field>:<field>…`: a version, the type's code, its fields. Codes are never reused:
an old button is a promise, and a payload that no longer decodes is answered with the current state of things.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, get_type_hints

DATA_LIMIT = 64
"""Bytes of callback_data (Bot API, InlineKeyboardButton)."""
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Payload:
    """What a button means. Fields are integers, dates as text, or one of an enumeration's values."""

    code: ClassVar[str] = ""


class Presence(StrEnum):
    """What a person says of himself at a meeting."""

    ARRIVED = "a"
    ON_MY_WAY = "w"
    CANNOT_ATTEND = "c"


class Part(StrEnum):
    """A part of a meeting log that points are given to."""

    WHO = "w"
    POINT = "p"
    CONCERN = "c"
    DOCUMENT = "d"
    FIGURE = "f"
    QUESTION = "q"
    FOLLOW_UP = "u"
    REVIEW = "r"


@dataclass(frozen=True, slots=True)
class ShowDay(Payload):
    """The programme of a day, `day` as YYYY-MM-DD; empty = today."""

    code: ClassVar[str] = "day"
    day: str = ""


@dataclass(frozen=True, slots=True)
class ShowMeeting(Payload):
    """A meeting's card."""

    code: ClassVar[str] = "mt"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class CheckIn(Payload):
    """I am here, on my way, cannot attend."""

    code: ClassVar[str] = "ci"
    meeting_id: int = 0
    presence: Presence = Presence.ARRIVED


@dataclass(frozen=True, slots=True)
class SkipStep(Payload):
    """Nothing to say to the question that is open at this meeting."""

    code: ClassVar[str] = "sk"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class OpenLog(Payload):
    """The meeting log at one of its parts."""

    code: ClassVar[str] = "lg"
    meeting_id: int = 0
    part: Part = Part.WHO


@dataclass(frozen=True, slots=True)
class Met(Payload):
    """Toggle: this interlocutor of the programme (by place in its list) received us."""

    code: ClassVar[str] = "me"
    meeting_id: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class RemoveEntry(Payload):
    """Take a point of one's own draft back."""

    code: ClassVar[str] = "rm"
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class NoConcerns(Payload):
    """One tap: there was nothing of concern."""

    code: ClassVar[str] = "nc"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class SubmitLog(Payload):
    """The draft is the mission's log from now on."""

    code: ClassVar[str] = "sb"
    meeting_id: int = 0


_TYPES: dict[str, type[Payload]] = {
    cls.code: cls for cls in (ShowDay, ShowMeeting, CheckIn, SkipStep, OpenLog, Met, RemoveEntry, NoConcerns, SubmitLog)
}


def encode(payload: Payload) -> str:
    """The callback_data of a payload; ValueError if it would not fit into DATA_LIMIT bytes."""
    values = (getattr(payload, f.name) for f in fields(payload))
    data = ":".join((VERSION, payload.code, *(str(v) for v in values)))
    if len(data.encode()) > DATA_LIMIT:
        raise ValueError(f"callback data of {len(data.encode())} bytes: {data!r}")
    return data


@lru_cache(maxsize=4096)
def decode(data: str) -> Payload | None:
    """The payload that was sent out, or None for what we never sent or no longer understand."""
    version, _, rest = data.partition(":")
    code, *texts = rest.split(":")
    cls = _TYPES.get(code)
    if version != VERSION or cls is None or len(texts) != len(fields(cls)):
        return None
    hints = get_type_hints(cls)
    try:
        return cls(**{f.name: _value(hints[f.name], text) for f, text in zip(fields(cls), texts, strict=True)})
    except ValueError:
        return None


def _value(kind: type, text: str) -> object:
    if kind is int:
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise ValueError(text)
        return int(text)
    return kind(text)
