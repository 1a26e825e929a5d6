"""The overdue ladder: whom nobody has heard since a meeting began, and who is told of it when. Pure rules.

start ─ 15 ─▶ asked ─ 30 ─▶ leader ─ 45 ─▶ coordinator ─ 60 ─▶ unaccounted   (minutes in which the bot could hear)
  any sign of life, or somebody who knows how he is, closes it at whatever rung it stands
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.button import Presence
from domain.duty_button import How

SIGN_BEFORE = timedelta(minutes=30)
"""What was heard of somebody this long before the moment that counts is still a sign that he is well."""
LOOKS_BACK = timedelta(hours=4)
"""Meetings that began longer ago ask nobody any more."""
SLACK = timedelta(minutes=1)
"""By how much the clock's tick may come late: the next rung does not wait for that as well."""
LASTS = timedelta(hours=1)
"""How long a meeting without an end is taken to last."""
Span = tuple[datetime, datetime]


class Rung(StrEnum):
    """How far an alarm has climbed."""

    ASKED = "asked"
    LEADER = "leader"
    COORDINATOR = "coordinator"
    UNACCOUNTED = "unaccounted"


class Outcome(StrEnum):
    """How an alarm ended."""

    SIGN = "sign"
    """He was heard, or somebody said of him that he is there, or cannot come."""
    RESOLVED = "resolved"
    """A leader or a coordinator told how he is."""
    VOID = "void"
    """There was nothing to expect of him any more: cancelled, moved, access ended."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """After how long without a sign each step comes, counted from the start of the meeting, in rising order."""

    ask: timedelta = timedelta(minutes=15)
    leader: timedelta = timedelta(minutes=30)
    coordinator: timedelta = timedelta(minutes=45)
    unaccounted: timedelta = timedelta(minutes=60)
    on: bool = True

    def after(self, rung: Rung) -> timedelta:
        """When this rung comes."""
        return {
            Rung.ASKED: self.ask,
            Rung.LEADER: self.leader,
            Rung.COORDINATOR: self.coordinator,
            Rung.UNACCOUNTED: self.unaccounted,
        }[rung]


@dataclass(frozen=True, slots=True)
class Overdue:
    """Somebody who may be overdue at a meeting: what is known of both."""

    meeting_id: int
    person_id: int
    starts_at: datetime
    heard_at: datetime
    """When he was last heard, or a colleague last said something of him."""
    presence: Presence | None
    """His last word at this meeting."""
    eta_at: datetime | None
    last_alarm: datetime | None
    """What the last alarm about him at this meeting counted from; it is not raised twice."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm as it is stored. `since` is the moment from which silence counts, `moved_at` when it last climbed."""

    alarm_id: int
    meeting_id: int
    person_id: int
    since: datetime
    rung: Rung
    moved_at: datetime
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    how: How | None = None
    words: str = ""
    closed_by: int | None = None


def counts_from(starts_at: datetime, placed_at: datetime | None, eta_at: datetime | None) -> datetime:
    """From when silence counts: the start, or when the programme came to say so, or when he wanted to be there."""
    return max(filter(None, (starts_at, placed_at, eta_at)))


def is_alive(heard_at: datetime, presence: Presence | None, since: datetime) -> bool:
    """Whether there is a sign of life. Whoever said that he is there, was there or cannot come needs no other.

    Who is on his way gives a sign by saying so, and owes another once he should have arrived.
    """
    settled = presence in {Presence.ARRIVED, Presence.LEFT, Presence.CANNOT_ATTEND}
    return settled or heard_at >= since - SIGN_BEFORE


def came_too_late(placed_at: datetime | None, starts_at: datetime, ends_at: datetime | None) -> bool:
    """Whether the programme told of the meeting only when it was over: then nobody was expected there."""
    return placed_at is not None and placed_at >= (ends_at or starts_at + LASTS)


def listened(since: datetime, until: datetime, deaf: Iterable[Span]) -> timedelta:
    """How much of this span of time the bot could hear. `deaf` spans do not overlap."""
    lost = timedelta()
    for begun, ended in deaf:
        lost += max(min(ended, until) - max(begun, since), timedelta())
    return until - since - lost


def first_rung(ladder: Ladder, since: datetime, now: datetime, deaf: Sequence[Span]) -> Rung | None:
    """The rung at which an alarm begins now; None if it is too early, or too late to begin one at all.

    After an outage there is nothing to ask: what was to be heard then was not.
    """
    if listened(since, now, deaf) < ladder.ask or now - since > ladder.unaccounted:
        return None
    return Rung.ASKED


def next_climb(ladder: Ladder, alarm: Alarm, now: datetime, deaf: Sequence[Span]) -> tuple[Rung, datetime] | None:
    """To which rung an open alarm climbs next, and when it does unless there is a sign of life or an outage."""
    rungs = list(Rung)
    place = rungs.index(alarm.rung) + 1
    if place == len(rungs):
        return None
    following = rungs[place]
    wait = ladder.after(following) - ladder.after(alarm.rung) - SLACK
    left = max(ladder.after(following) - listened(alarm.since, now, deaf), wait - listened(alarm.moved_at, now, deaf))
    return following, now + max(left, timedelta())


def next_rung(ladder: Ladder, alarm: Alarm, now: datetime, deaf: Sequence[Span]) -> Rung | None:
    """The rung that an open alarm climbs to now. One at a time, so that each who is told has his time to answer."""
    climb = next_climb(ladder, alarm, now, deaf)
    return climb[0] if climb is not None and climb[1] <= now else None
