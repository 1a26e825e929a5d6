"""A group chat: what it is for, and what the bot may do there."""

from dataclasses import dataclass
from enum import StrEnum

HERE = ("member", "administrator", "restricted")
"""What the bot is in a group that it can write to."""


class Purpose(StrEnum):
    """What a group is for."""

    NONE = ""
    MISSION = "mission"
    TEAM = "team"
    COORDINATORS = "coordinators"


class TopicPurpose(StrEnum):
    """What a forum's topic is for."""

    ANNOUNCEMENTS = "announcements"
    PROGRAMME = "programme"
    INCIDENTS = "incidents"


@dataclass(frozen=True, slots=True)
class Group:
    """A group as we know it."""

    chat_id: int
    title: str
    status: str
    purpose: Purpose
    team_id: int | None
    team: str
    language: str
    forum: bool
    can_write: bool
    can_pin: bool
    can_topics: bool
    migrated_to: int | None
    lost_topics: int
    """Topics that were closed or deleted under us."""

    @property
    def here(self) -> bool:
        """The bot is in it."""
        return self.status in HERE


@dataclass(frozen=True, slots=True)
class Rights:
    """What the bot may do in a group."""

    can_write: bool
    can_pin: bool
    can_topics: bool
