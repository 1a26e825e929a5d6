"""Something that went wrong and needs a coordinator."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """What somebody told, and what became of it; `closed_by` is empty while it is open."""

    incident_id: int
    author_id: int
    author: str
    team_id: int | None
    team: str
    body: str
    said_at: datetime
    closed_at: datetime | None
    closed_by: str
    ending: str
