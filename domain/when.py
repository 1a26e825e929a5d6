"""What a typed time means, or why that cannot be known."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum


class WhenFault(StrEnum):
    """Why a typed time is not taken."""

    NOT_A_TIME = "not_a_time"
    """Nothing that is understood, or what can be read in more than one way."""
    NO_SUCH_DAY = "no_such_day"
    """31 June."""
    NO_SUCH_TIME = "no_such_time"
    """25:00."""
    NONEXISTENT = "nonexistent"
    """The clocks of the place skip it."""
    AMBIGUOUS = "ambiguous"
    """The clocks of the place show it twice: `moments` are both, the earlier first."""
    PAST = "past"
    """Before now; `moments` is the one, unless it was long ago."""
    TOO_FAR = "too_far"
    """More than a year ahead."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A moment (aware, UTC), and what the clocks and the calendar of the place show then."""

    starts_at: datetime
    day: date
    clock: time


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Why not, and the moments (UTC) that may have been meant."""

    code: WhenFault
    moments: tuple[datetime, ...] = ()
