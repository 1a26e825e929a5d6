"""Inbound: raw updates are stored and committed before Telegram's offset moves, then processed one by one in order."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import orjson
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.clock import Clock
from bot.points import reach
from bot.writer import StorageTroubleError, Writer
from handlers import ALLOWED_UPDATES
from storage import inbox, notes
from storage.database import as_text

log = logging.getLogger(__name__)
POLL_SECONDS = 25
BATCH = 100
Process = Callable[[sqlite3.Connection, int], Awaitable[Any]]
After = Callable[[Any], None]
"""What is done with the result of each update as soon as its commit is made."""


class Poller:
    """Asks Telegram for updates and keeps them."""

    def __init__(self, bot: Bot, writer: Writer, clock: Clock, wake: Callable[[], None]) -> None:
        self._bot = bot
        self._writer = writer
        self._clock = clock
        self._wake = wake
        self._offset: int | None = None

    async def run(self) -> None:
        """Until cancelled. Network trouble and conflicts are waited out; only a wrong token ends it."""
        failures = 0
        while True:
            try:
                await self._once()
                failures = 0
            except InvalidToken:
                raise
            except (TelegramError, StorageTroubleError) as error:
                failures += 1
                wait = _wait_after(error, failures)
                log.warning("getUpdates: %s; again in %.1f s", type(error).__name__, wait)
                await asyncio.sleep(wait)

    async def _once(self) -> None:
        raw: list[dict[str, Any]] = await self._bot.do_api_request(
            "getUpdates",
            api_kwargs={
                "timeout": POLL_SECONDS,
                "limit": BATCH,
                "allowed_updates": list(ALLOWED_UPDATES),
                **({} if self._offset is None else {"offset": self._offset}),
            },
            read_timeout=POLL_SECONDS + 10,
        )
        if not raw:
            return
        updates = [(update["update_id"], orjson.dumps(update)) for update in raw]
        reach("before_store")
        await self._writer.act(lambda db: self._keep(db, updates))
        reach("after_store")
        self._offset = updates[-1][0] + 1
        self._wake()

    def _keep(self, db: sqlite3.Connection, updates: list[tuple[int, bytes]]) -> None:
        now = self._clock.now()
        inbox.keep(db, self._bot.id, updates, now)
        notes.write(db, "heard_at", as_text(now))


def _wait_after(error: Exception, failures: int) -> float:
    if isinstance(error, RetryAfter):
        seconds = error.retry_after
        return float(seconds if isinstance(seconds, int) else seconds.total_seconds())
    if isinstance(error, Conflict):
        return 5.0
    quick = isinstance(error, NetworkError)
    return float(min(2 ** min(failures, 5) * (0.25 if quick else 1.0), 20.0))


class Pump:
    """Turns stored updates into facts and letters: one update, one transaction."""

    def __init__(self, bot_id: int, writer: Writer, process: Process, after: After) -> None:
        self._bot_id = bot_id
        self._after = after
        self._writer = writer
        self._process = process
        self._awake = asyncio.Event()
        self._awake.set()

    def wake(self) -> None:
        """There is something new in the inbox."""
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled. What is open at the start is replayed first."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            try:
                while await self._batch():
                    pass
            except StorageTroubleError as error:
                log.error("storage: %s; again in 2 s", error)  # noqa: TRY400 - the trace says nothing more
                await asyncio.sleep(2)
                self._awake.set()

    async def _batch(self) -> int:
        ids = await self._writer.act(lambda db: inbox.open_ids(db, self._bot_id, BATCH))
        futures = [self._writer.submit(partial(self._one, update_id)) for update_id in ids]
        trouble: Exception | None = None
        for future in futures:
            try:
                result = await future
            except Exception as error:  # the others are in, or have their own
                trouble = trouble or error
            else:
                self._after(result)
        if trouble is not None:
            raise trouble
        return len(ids)

    def _one(self, update_id: int, db: sqlite3.Connection) -> Awaitable[Any]:
        return self._process(db, update_id)


def parse(raw: bytes, bot: Bot) -> Update:
    """A stored update as the library's object; raises whatever the library finds wrong with it."""
    update = Update.de_json(orjson.loads(raw), bot)
    if update is None:
        raise ValueError("an empty update")
    return update
