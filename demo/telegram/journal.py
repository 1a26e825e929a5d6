"""What happened on the stand-in: every call of the bot, and every event a page or a test may want to follow."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from .errors import Json


@dataclass(slots=True)
class Call:
    """One call of the bot. `at` is monotonic seconds, `when` the stand-in's clock, `fault` what was done to it."""

    n: int
    method: str
    params: Json
    status: int
    result: Any
    description: str | None
    at: float
    when: datetime
    unknown_params: tuple[str, ...] = ()
    fault: str | None = None

    @property
    def ok(self) -> bool:
        """Whether Telegram did what was asked."""
        return self.status == 200

    def told(self) -> Json:
        """The call as plain JSON."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return {**told, "when": self.when.isoformat(), "unknown_params": list(self.unknown_params)}


class Calls:
    """The last calls, oldest first; iterable, indexable. `totals` counts all of them by (method, status)."""

    def __init__(self, keep: int) -> None:
        self._kept: deque[Call] = deque(maxlen=keep)
        self.n = 0
        self.totals: Counter[tuple[str, int]] = Counter()

    def add(self, call: Call) -> None:
        """Remember one."""
        self._kept.append(call)
        self.totals[call.method, call.status] += 1

    def of(self, method: str) -> list[Call]:
        """The remembered calls of one method, oldest first."""
        return [c for c in self._kept if c.method.lower() == method.lower()]

    def since(self, n: int) -> list[Call]:
        """The remembered calls with a number above n."""
        return [c for c in self._kept if c.n > n]

    def clear(self) -> None:
        """Forget the calls and the totals; numbers go on."""
        self._kept.clear()
        self.totals.clear()

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, index: int) -> Call:
        return self._kept[index]


class Events:
    """Numbered events, the last `keep` of them; followers wait for news."""

    def __init__(self, keep: int) -> None:
        self._kept: deque[Json] = deque(maxlen=keep)
        self.n = 0
        self._news: set[asyncio.Future[None]] = set()

    def emit(self, kind: str, chat_id: int | None = None, **what: Any) -> None:
        """Add an event and wake those who wait."""
        self.n += 1
        self._kept.append({"n": self.n, "kind": kind, "chat_id": chat_id, **what})
        if self._news:
            for future in self._news:
                if not future.done():
                    future.set_result(None)
            self._news.clear()

    def since(self, n: int) -> list[Json]:
        """The kept events after number n; a first event above n + 1 tells that some were forgotten."""
        missing = self.n - n
        if missing <= 0:
            return []
        if missing >= len(self._kept):
            return list(self._kept)
        kept = self._kept
        return [kept[i] for i in range(len(kept) - missing, len(kept))]

    async def news(self, timeout: float | None) -> bool:  # noqa: ASYNC109
        """Wait for the next event; False when `timeout` seconds passed without one."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._news.add(future)
        try:
            await asyncio.wait_for(future, timeout)
        except TimeoutError:
            return False
        finally:
            self._news.discard(future)
        return True
