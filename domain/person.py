"""People of the mission."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the mission; decides what he may do (domain/access.py)."""

    OBSERVER = "observer"
    TEAM_LEADER = "team_leader"
    COORDINATOR = "coordinator"
    HEAD_OF_MISSION = "head_of_mission"

    @property
    def leads(self) -> bool:
        """Sees the whole mission and gets its digests."""
        return self in {Role.COORDINATOR, Role.HEAD_OF_MISSION}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the roster. `chat_id` is his private chat with the bot, None before he enrolled."""

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
