"""What takes its time is done beside the chat, one thing at a time: files are fetched, digests worded.

A file is `wanted` in the database until what came of it is written, in one act, and so is a digest that was asked for:
a bot that is killed meanwhile does it again at the next start.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from telegram import Bot
from telegram.error import BadRequest

from bot.transport import NotThereError, Transport
from bot.writer import Writer
from services.desk import Desk
from storage.database import connect

log = logging.getLogger(__name__)
T = TypeVar("T")

POLL = 2.0
"""Seconds after which the shelves are looked at again, news aside."""
LOOK_AFTER = 0.1
"""Seconds from the news to the look: the answers that were committed with it go first, and one look is for many."""


class Refusal(Enum):
    """Why Telegram does not hand out a file."""

    TOO_LARGE = auto()
    GONE = auto()
    UNSURE = auto()
    """It may be there another time, or may be gone: Telegram's words for both are the same."""


class Work(Protocol):
    """One kind of files, or of answers."""

    def start(self, db: sqlite3.Connection) -> None:
        """Remove what a killed process left. It may wait for the disk."""
        ...

    async def take_one(self, db: sqlite3.Connection) -> bool:
        """Take the first that may be tried now; False if there is none. What went wrong is not tried again at once."""
        ...


class Hands:
    """What every kind of work does: acts, and Telegram's two steps to a file."""

    def __init__(
        self, writer: Writer, bot: Bot, desk_of: Callable[[sqlite3.Connection], Desk], posted: Callable[[], None]
    ) -> None:
        """`posted` is called when letters may have been written."""
        if not isinstance(bot.request, Transport):
            raise TypeError("the bot must be built with bot.transport.Transport")
        self._writer, self._bot, self._transport = writer, bot, bot.request
        self._posted = posted
        self.desk_of = desk_of

    async def write(self, act: Callable[[Desk], T]) -> T:
        """One act in one transaction. Raises StorageTroubleError."""
        result = await self._writer.act(lambda db: act(self.desk_of(db)))
        self._posted()
        return result

    async def find(self, file_id: str) -> str | Refusal:
        """The address of the file's bytes, good for an hour. Raises TelegramError if it may work another time."""
        try:
            told = await self._bot.get_file(file_id)
        except BadRequest as error:
            words = error.message.lower()
            log.warning("a file is not to be had: %s", error.message)
            if "too big" in words:
                return Refusal.TOO_LARGE
            return Refusal.UNSURE if "temporarily" in words else Refusal.GONE
        return told.file_path or Refusal.GONE

    async def download(self, address: str, into: BinaryIO, limit: int) -> Refusal | None:
        """Its bytes; None if all is well. Raises TelegramError if it may work another time."""
        try:
            whole = await self._transport.download(address, into, limit)
        except NotThereError:
            return Refusal.GONE
        return None if whole else Refusal.TOO_LARGE


class Fetcher:
    """Use `start`, `wake` whenever something was committed, and `stop`. Several do not wait for each other."""

    def __init__(self, path: Path, works: Sequence[Work]) -> None:
        """`path` is the database's; the first of `works` goes first."""
        self._path, self._works = path, works
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._look: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin, with what the last process left."""
        self._task = asyncio.create_task(self._work(), name="fetcher")

    def wake(self) -> None:
        """Something may be wanted."""
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(LOOK_AFTER, self._hear)

    def _hear(self) -> None:
        self._look = None
        self._news.set()

    async def stop(self) -> None:
        """Leave off, in the middle of a file if need be: it stays wanted."""
        if self._look is not None:
            self._look.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        with closing(connect(self._path, read_only=True)) as db:
            for work in self._works:
                try:
                    await asyncio.to_thread(work.start, db)
                except Exception:
                    log.exception("what an earlier run left could not be removed")
            while True:
                self._news.clear()
                try:
                    while await self._one(db):
                        pass
                except Exception:
                    log.exception("what was wanted could not be done")
                    await asyncio.sleep(POLL)
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL):  # 3.11's wait_for loses a cancellation that comes with the news
                        await self._news.wait()

    async def _one(self, db: sqlite3.Connection) -> bool:
        for work in self._works:
            if await work.take_one(db):
                return True
        return False
