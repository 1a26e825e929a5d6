"""People of the mission."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class Role(StrEnum):
    """What somebody is in the mission; decides what he may do (domain/access.py)."""

    OBSERVER = "observer"
    TEAM_LEADER = "team_leader"
    COORDINATOR = "coordinator"
    HEAD_OF_MISSION = "head_of_mission"

    @property
    def leads(self) -> bool:
        """Coordinates: the whole mission, or the teams of his scope."""
        return self in {Role.COORDINATOR, Role.HEAD_OF_MISSION}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the roster. `chat_id` is his private chat with the bot, None before he enrolled.

    `language` and `time_zone` are what he chose himself, else what the roster says.
    """

    person_id: int
    reference: str
    name: str
    role: Role
    team_id: int | None
    team: str
    delegation: str
    language: str
    time_zone: str
    active: bool
    chat_id: int | None = None
    phone: str = ""
    username: str = ""
    """At Telegram, without @; empty if he has none."""
    last_heard_at: datetime | None = None
    unreachable_since: datetime | None = None
    scope: frozenset[int] = frozenset()
    """Ids of the teams that a coordinator answers for; empty = all of them."""

    @property
    def zone(self) -> ZoneInfo:
        """His own clock."""
        return ZoneInfo(self.time_zone)

    @property
    def sees_all(self) -> bool:
        """Coordinates the whole mission."""
        return self.role.leads and not self.scope

    def oversees(self, team_id: int | None) -> bool:
        """Coordinates this team (None: people of no team, who belong to the whole mission)."""
        return self.role.leads and (not self.scope or team_id in self.scope)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose for himself. Times of day are in his own time zone."""

    own_language: str | None
    own_time_zone: str | None
    zone_known: bool
    """Whether the roster or the person himself told the time zone; else it is the mission's."""
    reminder_minutes: tuple[int, ...]
    """Minutes before a meeting at which he is reminded, the longest first; empty = never."""
    quiet_from: time | None
    quiet_until: time | None
