"""The one writer: acts are queued, run one after another, and share a commit (docs/decisions/0003).

An act is a function of the connection. Each runs in a SAVEPOINT of its own: one that raises is undone alone.
Statements run here, on the loop, because they cost microseconds and a thread hop costs more; only the COMMIT of what
changed something, which waits for the disk, runs on the writer's thread. Another process's lock is waited for at BEGIN
and nowhere else, without holding up the loop.

What may be lost when the power fails, because then it is simply done again, need not wait for the disk: alone it is
committed with synchronous=NORMAL, which survives whatever becomes of this process.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from inspect import isawaitable
from time import monotonic
from typing import Any, TypeVar

from bot.points import reach
from storage.database import is_trouble

T = TypeVar("T")
Act = Callable[[sqlite3.Connection], T | Awaitable[T]]
_Queued = tuple[Act[Any], "asyncio.Future[Any]", bool, bool]
"""An act, whom it answers, whether it waits for the disk, whether the commit waits for nothing behind it."""
_Between = tuple[Callable[[sqlite3.Connection], Any], "asyncio.Future[Any]"]
_Done = tuple["asyncio.Future[Any]", Any, BaseException | None]

MOST_ACTS = 256
LONGEST_BATCH = 0.05
"""Seconds after which a batch is committed even if more acts wait."""
LONGEST_WAIT = 10.0
"""Seconds for which another process may keep the database locked before that counts as trouble."""
LOOK_AGAIN = 0.005


class StorageTroubleError(Exception):
    """The database could not begin or commit (full disk, lock, I/O error): nothing of the batch happened."""


def is_storage_trouble(error: Exception) -> bool:
    """Whether a commit failed, or an act for no fault of its own."""
    return isinstance(error, StorageTroubleError) or is_trouble(error)


class Writer:
    """Owns the writing connection. Use `act` from any task; call `start` first and `stop` last."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.execute("PRAGMA busy_timeout = 0")
        self._queue: deque[_Queued] = deque()
        self._last: deque[_Queued] = deque()
        self._between: deque[_Between] = deque()
        self._news = asyncio.Event()
        self._ending = False
        self._busy_since: float | None = None
        self._syncs: bool | None = None
        """Whether a commit waits for the disk now; None before it was said."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._work(), name="writer")

    async def stop(self) -> None:
        """Finish what is queued, then end."""
        self._ending = True
        self._news.set()
        if self._task is not None:
            await self._task
        self._thread.shutdown()

    def waited(self) -> float:
        """Seconds since which the batch under way has been waiting for the disk or a lock."""
        return monotonic() - self._busy_since if self._busy_since is not None else 0.0

    async def act(self, act: Act[T]) -> T:
        """Run the act in a transaction; returns after the commit. Raises what the act raised, its effects undone."""
        return await self.submit(act)

    def submit(
        self, act: Act[T], *, last: bool = False, durable: bool = True, ends: bool = False
    ) -> "asyncio.Future[T]":
        """Queue the act now, in order, or `last` behind whatever shares its commit; done after the commit.

        One that is not `durable` may be undone by a power cut, and by nothing else. One that `ends` its batch is
        committed without what is queued behind it.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._last if last else self._queue).append((act, future, durable, ends))
        self._news.set()
        return future

    async def between(self, do: Callable[[sqlite3.Connection], T]) -> T:
        """Run this outside of any transaction, on the writer's thread: nobody of ours writes meanwhile."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._between.append((do, future))
        self._news.set()
        return await future

    async def _work(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._queue or self._last or self._between:
                self._busy_since = monotonic()
                await self._rest()
                if self._queue or self._last:
                    await self._batch()
                self._busy_since = None
                # Whoever waited hears of it, and may queue or hold back something, before more is done.
                await asyncio.sleep(0)
            if self._ending:
                return

    async def _rest(self) -> None:
        """What is to be done between two transactions."""
        while self._between:
            do, future = self._between.popleft()
            try:
                result = await asyncio.get_running_loop().run_in_executor(self._thread, do, self._db)
            except sqlite3.Error as error:
                _settle(future, None, error)
            else:
                _settle(future, result, None)

    async def _batch(self) -> None:
        """One transaction."""
        done: list[_Done] = []
        durable = any(queued[2] for queued in (*self._queue, *self._last))
        try:
            await self._begin(durable=durable)
            until, before = monotonic() + LONGEST_BATCH, self._db.total_changes
            ended = False
            while not ended and _may_share(self._queue, durable) and len(done) < MOST_ACTS and monotonic() < until:
                ended = await self._take(self._queue, done)
            while _may_share(self._last, durable):
                await self._take(self._last, done)
            reach("inside_transaction")
            await self._commit(changed=self._db.total_changes != before)
        except sqlite3.Error as error:
            self._roll_back()
            trouble = StorageTroubleError(str(error))
            if not done:
                done = [(queued[1], None, None) for queued in (*self._queue, *self._last)]
                self._queue.clear()
                self._last.clear()
            done = [(future, None, trouble) for future, _, _ in done]
        reach("after_commit")
        for future, result, raised in done:
            _settle(future, result, raised)

    async def _take(self, queue: "deque[_Queued]", done: "list[_Done]") -> bool:
        """Do one; whether it is the last of its batch."""
        act, future, _, ends = queue.popleft()
        done.append((future, None, None))  # so that its caller hears of whatever ends the whole transaction
        done[-1] = (future, *await self._one(act))
        return ends

    async def _one(self, act: Act[Any]) -> tuple[Any, BaseException | None]:
        self._db.execute("SAVEPOINT act")
        try:
            result = act(self._db)
            if isawaitable(result):
                result = await result
        except Exception as error:
            if isinstance(error, sqlite3.OperationalError) and not self._db.in_transaction:
                raise
            self._db.execute("ROLLBACK TO act")
            self._db.execute("RELEASE act")
            return None, error
        self._db.execute("RELEASE act")
        return result, None

    async def _begin(self, *, durable: bool) -> None:
        if self._syncs is not durable:  # it cannot be said inside a transaction
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._syncs = durable
        patience = monotonic() + LONGEST_WAIT
        while True:
            try:
                self._db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > patience:
                    raise
                await asyncio.sleep(LOOK_AGAIN)
            else:
                return

    async def _commit(self, *, changed: bool) -> None:
        if changed:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._db.execute, "COMMIT")
        else:
            self._db.execute("COMMIT")

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


def _may_share(queue: "deque[_Queued]", durable: bool) -> bool:
    """Whether the next act may be in a commit that waits for the disk, or does not."""
    return bool(queue) and (durable or not queue[0][2])


def _settle(future: "asyncio.Future[Any]", result: object, raised: BaseException | None) -> None:
    if future.done():
        return
    if raised is None:
        future.set_result(result)
    else:
        future.set_exception(raised)
