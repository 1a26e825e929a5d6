"""Whoever says more in a minute than a person can is not read for the rest of it; nobody else notices."""

from collections.abc import Callable
from enum import Enum, auto
from time import monotonic

MINUTE = 60.0
MOST_REMEMBERED = 20_000


class Pace(Enum):
    """How an account speaks."""

    FINE = auto()
    TOO_FAST = auto()
    """From here on he is not read; the first time in this minute."""
    STILL_TOO_FAST = auto()


class Flood:
    """Counts by account, in memory: a restart forgives."""

    def __init__(
        self, person_per_minute: int, stranger_per_minute: int, clock: Callable[[], float] = monotonic
    ) -> None:
        """`clock` tells seconds."""
        self._clock = clock
        self._most = {True: person_per_minute, False: stranger_per_minute}
        self._counts: dict[int, tuple[float, int]] = {}

    def look(self, account: int, *, known: bool) -> Pace:
        """One more from this account."""
        now = self._clock()
        since, count = self._counts.get(account, (now, 0))
        if now - since >= MINUTE:
            since, count = now, 0
        if len(self._counts) >= MOST_REMEMBERED and account not in self._counts:
            self._forget(now)
        self._counts[account] = (since, count + 1)
        excess = count + 1 - self._most[known]
        if excess <= 0:
            return Pace.FINE
        return Pace.TOO_FAST if excess == 1 else Pace.STILL_TOO_FAST

    def _forget(self, now: float) -> None:
        self._counts = {a: entry for a, entry in self._counts.items() if now - entry[0] < MINUTE}
        if len(self._counts) >= MOST_REMEMBERED:
            self._counts.clear()
