"""What is true of a person at a meeting, and how early, late or far he was: rules over the facts, nothing stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.button import Presence
from domain.checkin import CheckInFact
from domain.meeting import Meeting

TOO_EARLY = timedelta(hours=2)
"""An arrival this long before the start is asked about: perhaps another meeting is meant."""
FAR_M = 1_000
"""Metres from the venue beyond which a place is asked about. It is never refused: maps and phones err."""
UNDO_WITHIN = timedelta(minutes=10)
"""How long a word can be taken back with one tap; afterwards another word corrects it."""
PUNCTUAL = timedelta(minutes=5)
"""Arrivals within this of the start are neither early nor late."""


TOO_LATE = timedelta(hours=12)
"""An arrival this long after the end is asked about: perhaps an old message was tapped."""
ETA_MINUTES = (10, 20, 30, 60)
"""What somebody on his way is offered to say of his arrival."""


class Attendance(StrEnum):
    """A person at a meeting that is his."""

    EXPECTED = "expected"
    ON_MY_WAY = "on_my_way"
    ARRIVED = "arrived"
    LEFT = "left"
    CANNOT_ATTEND = "cannot_attend"
    NO_SHOW = "no_show"


_SAID: dict[Presence, Attendance] = {
    Presence.ARRIVED: Attendance.ARRIVED,
    Presence.ON_MY_WAY: Attendance.ON_MY_WAY,
    Presence.CANNOT_ATTEND: Attendance.CANNOT_ATTEND,
    Presence.LEFT: Attendance.LEFT,
}


def attendance_of(facts: Iterable[CheckInFact], meeting: Meeting, now: datetime) -> Attendance:
    """The one rule: the last word that was not taken back counts, by the time it was said.

    `facts` are one person's at this meeting, in any order, words taken back left out. Who said nothing, or was only
    on his way, when the meeting is over, did not come.
    """
    last = max(facts, key=lambda fact: (fact.said_at, fact.checkin_id), default=None)
    over = meeting.ends_at is not None and now >= meeting.ends_at
    if last is None:
        return Attendance.NO_SHOW if over and not meeting.off else Attendance.EXPECTED
    said = _SAID[last.presence]
    return Attendance.NO_SHOW if said is Attendance.ON_MY_WAY and over else said


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How an arrival stands to the start: minutes before (negative: after) it; 0 if punctual."""

    minutes_early: int

    @property
    def late(self) -> bool:
        """After the start, by more than PUNCTUAL."""
        return self.minutes_early < 0


def timeliness_of(fact: CheckInFact, meeting: Meeting) -> Timeliness:
    """Early, punctual or late, in whole minutes."""
    early = meeting.starts_at - fact.said_at
    return Timeliness(0 if abs(early) <= PUNCTUAL else round(early.total_seconds() / 60))


def is_too_early(meeting: Meeting, at: datetime) -> bool:
    """Whether an arrival at this moment is to be asked about."""
    return meeting.starts_at - at > TOO_EARLY


def is_too_late(meeting: Meeting, at: datetime) -> bool:
    """Whether an arrival at this moment is to be asked about, for the meeting has been over for long."""
    return at - (meeting.ends_at or meeting.starts_at) > TOO_LATE


def is_far(distance_m: int | None, accuracy_m: float | None) -> bool:
    """Whether a place is to be asked about: beyond FAR_M even if the phone errs in our favour."""
    return distance_m is not None and distance_m - (accuracy_m or 0) > FAR_M


class Question(StrEnum):
    """What a receipt may offer to add to a word."""

    PLACE = "place"
    FAR = "far"
    """Whether the place, far from the venue, is right."""
    REASON = "reason"
    ETA = "eta"


def question_of(fact: CheckInFact) -> Question | None:
    """The one thing worth adding to this word; None if it is all said."""
    match fact.presence:
        case Presence.ARRIVED if not fact.located:
            return Question.PLACE
        case Presence.ARRIVED if is_far(fact.distance_m, fact.accuracy_m):
            return Question.FAR
        case Presence.CANNOT_ATTEND if not fact.reason:
            return Question.REASON
        case Presence.ON_MY_WAY if fact.eta_at is None:
            return Question.ETA
        case _:
            return None


def can_undo(fact: CheckInFact, now: datetime) -> bool:
    """Whether the word can still be taken back with one tap; counted from when it reached us."""
    return now - fact.processed_at <= UNDO_WITHIN


def likeliest(meetings: Iterable[Meeting], at: datetime, distances: dict[int, int]) -> list[Meeting]:
    """Meetings in the order in which somebody may mean them: by time, and by distance where it is known.

    `distances` are metres by meeting id. A kilometre counts like ten minutes: a place says less than a clock,
    for two meetings of a day are often in one street.
    """

    def doubt(meeting: Meeting) -> float:
        end = meeting.ends_at or meeting.starts_at
        away = max(meeting.starts_at - at, at - end, timedelta()).total_seconds() / 60
        return away + distances.get(meeting.meeting_id, 0) / 100

    return sorted(meetings, key=lambda meeting: (doubt(meeting), meeting.starts_at, meeting.meeting_id))
