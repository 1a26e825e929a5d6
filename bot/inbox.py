"""Inbound: raw updates are stored and committed before Telegram's offset moves, and processed one by one in order.

Storing a batch, processing it and claiming the letters that it caused are acts of their own which are queued at once,
and so usually share one commit: one wait for the disk from Telegram's answer to ours. Where many wait, storing them has
a commit of its own.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import orjson
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.clock import Clock
from bot.points import reach
from bot.shapes import Numbered, fits
from bot.writer import Act, StorageTroubleError, Writer
from handlers import ALLOWED_UPDATES
from storage import hearing, inbox

log = logging.getLogger(__name__)
POLL_SECONDS = 25
DEAF_AFTER = 60
"""Seconds without an answer of Telegram that do not matter: shorter silence is nobody's outage."""
BATCH = 100
MANY = 50
"""So many updates at once take longer to look at than Telegram takes to answer."""
Process = Callable[[sqlite3.Connection, int], Awaitable[Any]]
After = Callable[[Any], None]
"""What is done with the result of each update as soon as its commit is made."""


class Keeper:
    """Takes updates in, by whichever way they come."""

    def __init__(self, bot_id: int, writer: Writer, clock: Clock, pump: "Pump") -> None:
        self._bot_id = bot_id
        self._writer = writer
        self._clock = clock
        self._pump = pump

    async def keep(self, raw: list[dict[str, Any]]) -> None:
        """Store them; returns after the commit. Each has a number. Raises StorageTroubleError."""
        updates = [(update["update_id"], _as_bytes(update)) for update in raw]
        reach("before_store")
        keep: Act[int] = lambda db: inbox.keep(db, self._bot_id, updates, self._clock.now())  # noqa: E731
        # Where many wait, the next ones are asked for while these are looked at.
        stored = self._writer.submit(keep, ends=len(raw) >= MANY)
        self._pump.feed([update_id for update_id, _ in updates])
        await stored
        reach("after_store")


def _as_bytes(update: dict[str, Any]) -> bytes:
    """As JSON; nothing of what nests deeper than orjson writes, which nobody could read either: it is set aside."""
    try:
        return orjson.dumps(update)
    except orjson.JSONEncodeError:
        return b""


class Poller:
    """Asks Telegram for updates."""

    def __init__(self, bot: Bot, keeper: Keeper, writer: Writer, clock: Clock) -> None:
        self._bot = bot
        self._keeper = keeper
        self._writer = writer
        self._clock = clock
        self._offset: int | None = None
        self._heard = boot_seconds()
        self._deaf = True
        """As it is at the start, until everything that waits has come in."""

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
                await self._note_silence()
                log.warning("getUpdates: %s; again in %.1f s", type(error).__name__, wait)
                await asyncio.sleep(wait)

    async def _once(self) -> None:
        answer: Any = await self._bot.do_api_request(
            "getUpdates",
            api_kwargs={
                "timeout": 0 if self._deaf else POLL_SECONDS,
                "limit": BATCH,
                "allowed_updates": list(ALLOWED_UPDATES),
                **({} if self._offset is None else {"offset": self._offset}),
            },
            read_timeout=POLL_SECONDS + 10,
        )
        raw, full = _numbered(answer), len(answer) >= BATCH
        slept = boot_seconds() - self._heard > DEAF_AFTER + POLL_SECONDS
        noted = self._writer.submit(lambda db: self._note_heard(db, full=full, slept=slept))
        noted.add_done_callback(_heard_of)  # where storing fails first, nobody asks any more what came of this
        if raw:
            await self._keeper.keep(raw)
            self._offset = raw[-1]["update_id"] + 1
        await noted
        self._heard, self._deaf = boot_seconds(), full

    def _note_heard(self, db: sqlite3.Connection, *, full: bool, slept: bool) -> None:
        """Telegram was heard; once nothing waits there any more, all is heard again."""
        now = self._clock.now()
        if slept:
            hearing.fall_deaf(db, now)
        if not full:
            hearing.hear_again(db, now, timedelta(seconds=DEAF_AFTER))
        hearing.note_heard(db, now)

    async def _note_silence(self) -> None:
        """What could not be heard for a while is remembered: nobody is to be alarmed for it."""
        if not self._deaf and boot_seconds() - self._heard > DEAF_AFTER:
            with suppress(StorageTroubleError):
                await self._writer.act(lambda db: hearing.fall_deaf(db, self._clock.now()))
                self._deaf = True


def _numbered(answer: Any) -> list[dict[str, Any]]:
    """The updates that have a number, by which they are stored and confirmed; a later one confirms those without.

    Raises TelegramError if the answer is nothing like updates, so that the same is not asked for without end.
    """
    numbered = [update for update in answer if fits(update, Numbered)] if isinstance(answer, list) else []
    if numbered or answer == []:
        if len(numbered) < len(answer):
            log.warning("getUpdates: %d without a number left out", len(answer) - len(numbered))
        return numbered
    raise TelegramError("no update has a number")


def _heard_of(done: "asyncio.Future[None]") -> None:
    """Else asyncio logs an exception that nobody has asked for, with its trace, as if it were a fault of ours."""
    if not done.cancelled():
        done.exception()


def boot_seconds() -> float:
    """Seconds on a clock that nobody turns and that goes on while the machine sleeps, where there is such a clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


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

    def __init__(self, bot_id: int, writer: Writer, process: Process, join: Callable[[], None], after: After) -> None:
        """`join` is called when updates were queued for processing, `after` when they were committed."""
        self._bot_id = bot_id
        self._join = join
        self._after = after
        self._writer = writer
        self._process = process
        self._awake = asyncio.Event()
        self._awake.set()
        self._replays = True
        """Stored updates may be open that nobody queued: at the start, and after trouble."""
        self._stumbled = False
        """An update could not be processed: no later one may go before it."""

    def feed(self, update_ids: list[int]) -> None:
        """These are being stored: the act that does it is queued already."""
        if self._replays or self._stumbled:
            self._awake.set()
            return
        self._queue(update_ids)

    async def run(self) -> None:
        """Until cancelled. What is open at the start is replayed first."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            self._replays = True
            try:
                while await self._replay():
                    pass
            except StorageTroubleError as error:
                log.error("storage: %s; again in 2 s", error)  # noqa: TRY400 - the trace says nothing more
                await asyncio.sleep(2)
                self._awake.set()
            self._replays = self._awake.is_set()

    async def _replay(self) -> int:
        """Process what is stored and open, from the first on; how many."""
        ids = await self._writer.act(lambda db: inbox.open_ids(db, self._bot_id, BATCH))
        self._stumbled = False
        results = await asyncio.gather(*self._queue(ids), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return len(ids)

    def _queue(self, update_ids: list[int]) -> list[asyncio.Future[Any]]:
        queued = [self._writer.submit(partial(self._one, update_id)) for update_id in update_ids]
        for future in queued:
            future.add_done_callback(self._look)
        self._join()
        return queued

    async def _one(self, update_id: int, db: sqlite3.Connection) -> Any:
        if self._stumbled:
            raise StorageTroubleError("an earlier update could not be processed")
        try:
            return await self._process(db, update_id)
        except Exception:
            self._stumbled = True
            raise

    def _look(self, future: "asyncio.Future[Any]") -> None:
        """The writer lets this be called before it begins another batch."""
        if future.cancelled() or future.exception() is not None:
            self._stumbled = True
            self._awake.set()
        else:
            self._after(future.result())
