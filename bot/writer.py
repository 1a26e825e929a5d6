"""The one writer: acts are queued, run one after another, and share a commit (docs/decisions/0003).

An act is a function of the connection. Each runs in a SAVEPOINT of its own: one that raises is undone alone.
Statements run here, on the loop, because they cost microseconds and a thread hop costs more; BEGIN and COMMIT,
which may wait for another process or for the disk, run on the writer's thread.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from inspect import isawaitable
from time import monotonic
from typing import Any, TypeVar

from bot.points import reach

T = TypeVar("T")
Act = Callable[[sqlite3.Connection], T | Awaitable[T]]

MOST_ACTS = 256
LONGEST_BATCH = 0.05
"""Seconds after which a batch is committed even if more acts wait."""


class StorageTroubleError(Exception):
    """The database could not begin or commit (full disk, lock, I/O error): nothing of the batch happened."""


class Writer:
    """Owns the writing connection. Use `act` from any task; call `start` first and `stop` last."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._queue: asyncio.Queue[tuple[Act[Any], asyncio.Future[Any]] | None] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._work(), name="writer")

    async def stop(self) -> None:
        """Finish what is queued, then end."""
        await self._queue.put(None)
        if self._task is not None:
            await self._task
        self._thread.shutdown()

    async def act(self, act: Act[T]) -> T:
        """Run the act in a transaction; returns after the commit. Raises what the act raised, its effects undone."""
        return await self.submit(act)

    def submit(self, act: Act[T]) -> "asyncio.Future[T]":
        """Queue the act now, in order; the future is done after the commit."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((act, future))
        return future

    async def _work(self) -> None:
        while True:
            first = await self._queue.get()
            if first is None:
                return
            if await self._batch(first):
                return

    async def _batch(self, first: tuple[Act[Any], asyncio.Future[Any]]) -> bool:
        """One transaction; True if the end of the queue was seen."""
        done: list[tuple[asyncio.Future[Any], Any, BaseException | None]] = []
        ending = False
        try:
            await self._in_thread("BEGIN IMMEDIATE")
            until = monotonic() + LONGEST_BATCH
            item: tuple[Act[Any], asyncio.Future[Any]] | None = first
            while item is not None:
                done.append((item[1], *await self._one(item[0])))
                if len(done) >= MOST_ACTS or monotonic() > until or self._queue.empty():
                    break
                item = self._queue.get_nowait()
                ending = item is None
            reach("inside_transaction")
            await self._in_thread("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            trouble = StorageTroubleError(str(error))
            if not done:
                done.append((first[1], None, None))
            done = [(future, None, trouble) for future, _, _ in done]
        reach("after_commit")
        for future, result, raised in done:
            _settle(future, result, raised)
        return ending

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

    async def _in_thread(self, statement: str) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._db.execute, statement)

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


def _settle(future: "asyncio.Future[Any]", result: object, raised: BaseException | None) -> None:
    if future.done():
        return
    if raised is None:
        future.set_result(result)
    else:
        future.set_exception(raised)
