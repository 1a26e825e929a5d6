"""Whether somebody is aboard, and since when not: derived from what is stored, never set by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.button import Presence
from domain.person import Person

SILENT_AFTER = timedelta(hours=24)
"""Whoever was not heard for so long counts as silent."""


class State(StrEnum):
    """How a person stands with the mission and its bot."""

    NEVER_ENROLLED = "never_enrolled"
    LINK_OPENED = "link_opened"
    ACTIVE = "active"
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    LEFT = "left"
    ENDED = "ended"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Access:
    """What the roster, a coordinator or the person himself decided about his access."""

    listed: bool
    ended_how: str | None
    """"left" or "ended"; None while nobody ended it."""
    ended_at: datetime | None
    link_opened: bool
    """An invitation of his was opened, still works, and has not been answered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A state and since when; None where there is nothing to tell."""

    state: State
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """The last word of a person about a meeting of a day. `time_zone` is the meeting's place's."""

    presence: Presence
    said_at: datetime
    host: str
    time_zone: str


def standing_of(person: Person, access: Access, now: datetime) -> Standing:
    """The one rule for a person's state."""
    if not person.active:
        if access.ended_how is None:
            return Standing(State.UNLISTED)
        return Standing(State.LEFT if access.ended_how == "left" else State.ENDED, access.ended_at)
    if person.chat_id is None:
        return Standing(State.LINK_OPENED if access.link_opened else State.NEVER_ENROLLED)
    if person.unreachable_since is not None:
        return Standing(State.UNREACHABLE, person.unreachable_since)
    heard = person.last_heard_at
    if heard is None or now - heard >= SILENT_AFTER:
        return Standing(State.SILENT, heard)
    return Standing(State.ACTIVE)
