"""How the running bot is doing: whether Telegram answers, whether the database takes what we write."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from bot.transport import Transport
from bot.writer import Writer

log = logging.getLogger(__name__)
SILENCE = 120.0
"""Seconds without any answer from Telegram that are no longer a passing trouble: a poll takes 25."""
STUCK = 60.0
HOURS_TOLD = (1, 6, 12, 20, 23)
"""When the operator hears of it in the log: at 24 updates are lost."""


class Watch:
    """Asked by the health page, the watchdog and the tick."""

    def __init__(self, writer: Writer, *transports: Transport, clock: Callable[[], float] = monotonic) -> None:
        """`clock` tells the seconds that transports tell."""
        self._writer, self._transports, self._clock = writer, transports, clock
        self._begun = clock()
        self._told = 0

    def ailments(self) -> list[str]:
        """What is wrong, by name: telegram, database."""
        found = []
        if self._silent() > SILENCE:
            found.append("telegram")
        if self._writer.waited() > STUCK:
            found.append("database")
        return found

    def heard_at(self, now: datetime) -> datetime | None:
        """When Telegram last answered anything."""
        at = self._answered()
        return None if at is None else now - timedelta(seconds=self._clock() - at)

    def tell_operator(self) -> None:
        """A line in the log at the first, sixth, twelfth … hour of silence."""
        hours = self._silent() / 3600
        due = [hour for hour in HOURS_TOLD if hour <= hours]
        if due and due[-1] > self._told:
            log.error("Telegram has been out of reach for %d h; what people write is lost after 24", due[-1])
        self._told = due[-1] if due else 0

    def _answered(self) -> float | None:
        return max((t.answered_at for t in self._transports if t.answered_at is not None), default=None)

    def _silent(self) -> float:
        return self._clock() - (self._answered() or self._begun)
