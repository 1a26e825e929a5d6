"""When a coordinator's digests are due, which of them are sent, and which come too late. Pure rules."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.due import moment_of

DAY_BEGINS = timedelta(hours=6)
"""A digest of the small hours tells of the day before."""
LATE = timedelta(minutes=10)
"""A digest made this long after its moment says as of when it speaks."""
REMEMBERS = timedelta(days=31)
"""So far back it is made sure that each digest was sent or recorded as skipped."""
EVERY_DAY = frozenset(range(1, 8))


class Depth(StrEnum):
    """How much a digest tells."""

    FULL = "f"
    HEADLINES = "h"


@dataclass(frozen=True, slots=True)
class Plan:
    """When, how and of what somebody wants to be told. `zone` is the IANA name of the clock that `hours` are of."""

    hours: tuple[time, ...]
    zone: str
    weekdays: frozenset[int] = EVERY_DAY
    """ISO: Monday is 1."""
    depth: Depth = Depth.FULL
    team_ids: frozenset[int] = frozenset()
    """Narrows it to these teams; empty = everything that is his business."""
    since: datetime | None = None
    """When he chose this: nothing is due before."""
    checked_at: datetime | None = None
    """Up to then each hour has brought its digest or a record of none, on the clock of the zone `checked_in`."""
    checked_in: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest that is due once: by the local day and hour it is known, at the moment `due` (UTC) it comes."""

    day: date
    at: time
    due: datetime

    @property
    def key(self) -> str:
        """As it is stored: 2019-06-08T20:00."""
        return f"{self.day.isoformat()}T{self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now about somebody's digests."""

    send: Slot | None
    skip: tuple[Slot, ...]
    """Too late, or overtaken by the one that is sent: recorded, and told in the next."""


def slots_between(plan: Plan, since: datetime, until: datetime) -> list[Slot]:
    """The digests that come due after `since` and up to `until`, in their order.

    An hour that the clocks skip comes as much later as they jump; of one that comes twice, the first counts.
    """
    zone = ZoneInfo(plan.zone)
    day = since.astimezone(zone).date() - timedelta(days=1)
    last = until.astimezone(zone).date() + timedelta(days=1)
    found = []
    while day <= last:
        if day.isoweekday() in plan.weekdays:
            found += [Slot(day, at, moment_of(day, at, plan.zone)) for at in plan.hours]
        day += timedelta(days=1)
    return sorted((s for s in found if since < s.due <= until), key=lambda slot: (slot.due, slot.key))


def open_since(plan: Plan, now: datetime) -> datetime:
    """From when on it is to be asked what is due. Who has travelled may have hours anew that had passed elsewhere."""
    since = max(plan.since or now, now - REMEMBERS)
    if plan.checked_at is None:
        return since
    return max(since, plan.checked_at if plan.checked_in == plan.zone else plan.checked_at - timedelta(days=1))


def what_is_due(slots: Iterable[Slot], made: Collection[str], now: datetime, max_late: timedelta) -> Due:
    """Of what was not made yet the latest is sent unless it is too late; the others are skipped.

    Two digests at once would tell the same.
    """
    open_slots = [slot for slot in slots if slot.key not in made]
    if not open_slots:
        return Due(None, ())
    latest = open_slots[-1]
    if now - latest.due > max_late:
        return Due(None, tuple(open_slots))
    return Due(latest, tuple(open_slots[:-1]))


def day_told(moment: datetime, mission_zone: str) -> date:
    """The mission's day that a digest of this moment tells of."""
    return (moment.astimezone(ZoneInfo(mission_zone)) - DAY_BEGINS).date()
