"""Check-ins and points of a meeting log, as stored facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.button import Part, Presence

LATE_ARRIVAL = timedelta(minutes=10)
"""A message that reached us this long after it was sent is told apart: the network was gone."""


@dataclass(frozen=True, slots=True)
class CheckInFact:
    """One word of one person about one meeting. `said_at` is Telegram's own time of it."""

    checkin_id: int
    meeting_id: int
    person_id: int
    person: str
    said_by: int
    """The person's own id, or that of the leader who checked him in."""
    presence: Presence
    said_at: datetime
    processed_at: datetime
    reason: str
    eta_at: datetime | None
    """When he expects to arrive, if he is on his way and told."""
    distance_m: int | None
    accuracy_m: float | None
    located: bool

    @property
    def came_late(self) -> bool:
        """It was said long before we could hear it."""
        return self.processed_at - self.said_at > LATE_ARRIVAL


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A point of a meeting log; `submitted` tells whether it is the mission's or still a draft."""

    entry_id: int
    meeting_id: int
    author_id: int
    author: str
    part: Part
    body: str
    position: int | None
    """For WHO: the interlocutor's place in the programme's list."""
    said_at: datetime
    processed_at: datetime
    submitted: bool
    has_file: bool
    internal: bool = False
    """Only for coordinators' digests: it goes into nothing that leaves the mission."""
    after_final: bool = False
    """It was submitted after the meeting's log had been marked as complete."""
