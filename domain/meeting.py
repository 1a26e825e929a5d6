"""A meeting of the programme and what is true of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class Status(StrEnum):
    """What became of a meeting; derived, never set by hand."""

    PLANNED = "planned"
    MOVED = "moved"
    """Planned, at another time than it was at first."""
    UNDER_WAY = "under_way"
    HELD = "held"
    LOGGED = "logged"
    MISSED = "missed"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    """Put off without a date yet."""


@dataclass(frozen=True, slots=True)
class Interlocutor:
    """A person to be met: `name` may be unknown ("members of the Commission")."""

    name: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A planned or ad hoc visit to a host. Instants are UTC; `time_zone` is the place's own."""

    meeting_id: int
    reference: str
    starts_at: datetime
    ends_at: datetime | None
    time_zone: str
    kind: str
    host: str
    city: str
    venue: str
    latitude: float | None
    longitude: float | None
    interlocutors: tuple[Interlocutor, ...]
    participants: tuple[str, ...]
    """Team names and references of people, as the programme lists them."""
    cancelled: bool
    revision: int
    first_starts_at: datetime | None = None
    """When it was to start as first planned; None = as `starts_at`."""
    unplanned: bool = False
    """Somebody met a host without a plan and told of it."""
    postponed: bool = False
    """Put off without a date yet; `starts_at` is when it was to be."""
    note: str = ""
    """What everybody concerned should know of it."""

    @property
    def zone(self) -> ZoneInfo:
        """The place's zone."""
        return ZoneInfo(self.time_zone)

    @property
    def off(self) -> bool:
        """Nobody is awaited at its time: cancelled, or postponed without a date."""
        return self.cancelled or self.postponed

    @property
    def local_day(self) -> date:
        """The day on which it takes place, where it takes place."""
        return self.starts_at.astimezone(self.zone).date()


def status_of(meeting: Meeting, *, arrivals: int, logged: bool, now: datetime) -> Status:
    """The one rule for a meeting's status, from the facts alone.

    `arrivals` counts people who said they arrived, `logged` whether a log was submitted.
    """
    if meeting.cancelled:
        return Status.CANCELLED
    if logged:
        return Status.LOGGED
    if meeting.postponed:
        return Status.POSTPONED
    over = now >= (meeting.ends_at or meeting.starts_at)
    if arrivals:
        return Status.HELD if over else Status.UNDER_WAY
    if over and meeting.ends_at is not None:
        return Status.MISSED
    moved = meeting.first_starts_at not in {None, meeting.starts_at}
    return Status.MOVED if moved else Status.PLANNED


def nearest_days(days: Collection[date], day: date) -> tuple[date | None, date | None]:
    """The last day before `day` and the first after it on which there is a meeting."""
    before = max((d for d in days if d < day), default=None)
    after = min((d for d in days if d > day), default=None)
    return before, after
