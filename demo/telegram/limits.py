"""Telegram's sending budgets as sliding windows."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Limits:
    """How much a bot may send. Sends and edits count, answers to buttons and reading do not; refused calls do not.

    A chat takes `chat_per_second` on average over `chat_window` seconds, so a short burst passes; a group also takes
    `group_per_minute`. `issued` counts the 429s given. `timer` is monotonic seconds.
    """

    overall_per_second: float = 30
    chat_per_second: float = 1
    group_per_minute: int = 20
    chat_window: float = 3.0
    timer: Callable[[], float] = time.monotonic
    issued: int = 0
    _all: deque[float] = field(default_factory=deque, repr=False)
    _chats: dict[int, deque[float]] = field(default_factory=dict, repr=False)

    def take(self, chat_id: int, *, group: bool, cost: int = 1) -> int:
        """Count one call; returns 0, or the seconds to wait when a budget is spent (and then counts nothing)."""
        now = self.timer()
        chat = self._chats.setdefault(chat_id, deque())
        burst = max(1, round(self.chat_per_second * self.chat_window))
        wait = max(
            _wait(self._all, now, 1.0, max(1, round(self.overall_per_second)), cost),
            _wait(chat, now, self.chat_window, burst, cost),
            _wait(chat, now, 60.0, self.group_per_minute, cost) if group else 0.0,
        )
        if wait > 0:
            self.issued += 1
            return max(1, math.ceil(wait))
        for window, keep in ((self._all, 1.0), (chat, 60.0 if group else self.chat_window)):
            while window and window[0] <= now - keep:
                window.popleft()
            window.extend([now] * cost)
        return 0


def _wait(window: deque[float], now: float, span: float, most: int, cost: int) -> float:
    recent = [at for at in window if at > now - span] if window and window[-1] > now - span else []
    over = len(recent) + min(cost, most) - most
    return recent[over - 1] + span - now if over > 0 else 0.0
