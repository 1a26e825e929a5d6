"""The queue of updates: numbered, confirmed by offset, fetched by one poller at a time or posted to a webhook."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import orjson

from .errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .errors import Json

_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_LONGEST_POLL = 50
_KEPT = timedelta(hours=24)
_TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_ON = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


def kind_of(update: Json) -> str:
    """The name of the one field an update carries beside its number."""
    return next((k for k in update if k != "update_id"), "")


class Updates:
    """Updates that the bot has not confirmed yet. They are forgotten after 24 hours of the stand-in's clock."""

    def __init__(self, clock: Callable[[], datetime], seed: int) -> None:
        self._clock = clock
        self._next = random.Random(seed).randrange(100_000_000, 900_000_000)  # noqa: S311
        self._queue: deque[tuple[datetime, Json]] = deque()
        self._waiting: asyncio.Future[str] | None = None
        self._allowed: frozenset[str] | None = None
        self._news: asyncio.Event | None = None
        self._poster: asyncio.Task[None] | None = None
        self.webhook: Json = {"url": ""}
        self.pushed = 0
        self.conflicts = 0

    @property
    def pending(self) -> int:
        """How many updates are not confirmed."""
        return len(self._queue)

    @property
    def waiting(self) -> bool:
        """Whether a poll waits for news."""
        return self._waiting is not None

    def unconfirmed(self) -> list[Json]:
        """The updates that wait, oldest first."""
        return [u for _, u in self._queue]

    def push(self, update: Json, *, anyway: bool = False) -> int | None:
        """Number an update and queue it; None when the bot did not ask for its kind (`anyway` does not look)."""
        kind = kind_of(update)
        unasked = kind in _NOT_BY_DEFAULT if self._allowed is None else kind not in self._allowed
        if unasked and not anyway:
            return None
        number = self._next
        self._next += 1
        self.pushed += 1
        self._queue.append((self._clock(), {**update, "update_id": number}))
        if self._waiting and not self._waiting.done():
            self._waiting.set_result("news")
        if self._news:
            self._news.set()
        return number

    def allow(self, kinds: object) -> None:
        """Take allowed_updates of a call; an empty list is the default set. Updates queued before stay."""
        if isinstance(kinds, list):
            names = frozenset(k for k in kinds if isinstance(k, str))
            self._allowed = names or None

    def skip_numbers(self, count: int) -> None:
        """Leave a gap in the numbers, as happens when a bot rests for a week."""
        self._next += count

    async def fetch(self, offset: int, limit: int, timeout: int) -> list[Json]:  # noqa: ASYNC109
        """getUpdates: confirm all below offset, answer what waits, or wait up to `timeout` seconds for the first."""
        if self.webhook["url"]:
            raise ApiError(409, _WEBHOOK_ON)
        self._end_poll("taken")
        self._confirm(offset)
        found = self._from(offset, limit)
        if found or timeout <= 0:
            return found
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        try:
            why = await asyncio.wait_for(waiting, min(timeout, _LONGEST_POLL))
        except TimeoutError:
            return []
        finally:
            if self._waiting is waiting:
                self._waiting = None
        if why == "news":
            return self._from(offset, limit)
        if why == "webhook":
            raise ApiError(409, "Conflict: terminated by setWebhook request")
        if why == "closed":
            return []
        self.conflicts += 1
        raise ApiError(409, _TERMINATED)

    def _end_poll(self, why: str) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(why)

    def _confirm(self, offset: int) -> None:
        queue = self._queue
        if offset < 0:
            while len(queue) > -offset:
                queue.popleft()
        elif queue and offset <= self._next:
            while queue and queue[0][1]["update_id"] < offset:
                queue.popleft()
        oldest = self._clock() - _KEPT
        while queue and queue[0][0] < oldest:
            queue.popleft()

    def _from(self, offset: int, limit: int) -> list[Json]:
        found: list[Json] = []
        for _, update in self._queue:
            if len(found) >= limit:
                break
            if update["update_id"] >= offset or offset > self._next:
                found.append(update)
        return found

    def set_webhook(self, url: str, secret: str, *, drop: bool, max_connections: int = 40) -> None:
        """Post updates to this address from now on, one after another; an empty address ends that."""
        if drop:
            self._queue.clear()
        if self._poster:
            self._poster.cancel()
            self._poster = None
        self.webhook = {"url": url, "secret": secret, "max_connections": max_connections, "last_error": None}
        if url:
            self._end_poll("webhook")
            self._news = asyncio.Event()
            self._news.set()
            self._poster = asyncio.get_running_loop().create_task(self._post_all(url, secret, self._news))

    def webhook_info(self) -> Json:
        """The WebhookInfo object."""
        told: Json = {
            "url": self.webhook["url"], "has_custom_certificate": False, "pending_update_count": len(self._queue),
        }  # fmt: skip
        if self.webhook["url"]:
            told |= {"max_connections": self.webhook["max_connections"], "ip_address": "127.0.0.1"}
            if self.webhook["last_error"]:
                told |= self.webhook["last_error"]
        if self._allowed is not None:
            told["allowed_updates"] = sorted(self._allowed)
        return told

    async def _post_all(self, url: str, secret: str, news: asyncio.Event) -> None:
        headers = {"Content-Type": "application/json"}
        if secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
            while True:
                await news.wait()
                news.clear()
                while self._queue:
                    update = self._queue[0][1]
                    wrong = await self._post(session, url, headers, update)
                    if wrong is None:
                        if self._queue and self._queue[0][1] is update:
                            self._queue.popleft()
                        continue
                    at = int(datetime.now(UTC).timestamp())
                    self.webhook["last_error"] = {"last_error_date": at, "last_error_message": wrong}
                    await asyncio.sleep(1)

    @staticmethod
    async def _post(session: aiohttp.ClientSession, url: str, headers: dict[str, str], update: Json) -> str | None:
        try:
            async with session.post(url, data=orjson.dumps(update), headers=headers) as answer:
                if 200 <= answer.status < 300:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"Connection failed: {type(error).__name__}"

    async def close(self) -> None:
        """End the waiting poll and the webhook's task."""
        self._end_poll("closed")
        if self._poster:
            self._poster.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._poster
            self._poster = None
