"""Files that were sent to be imported are fetched and read beside the chat, one at a time.

A file is `wanted` in the database until what came of it is written, in one act: a bot that is killed meanwhile does it
again at the next start. As in the outbox, pauses are this process's own real seconds, whatever clock the stage shows.
"""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TypeVar

from telegram import Bot
from telegram.error import BadRequest

from bot.reading import Reading, TooHeavyError, read_roster_file
from bot.transport import Transport
from bot.writer import StorageTroubleError, Writer
from domain.mission import Mission
from domain.upload import MAX_UPLOAD, Trouble, Upload
from services import uploads
from services.desk import Desk
from storage import uploads as shelf
from storage.database import connect

log = logging.getLogger(__name__)
T = TypeVar("T")

POLL = 2.0
"""Seconds after which the shelf is looked at again, news aside."""
PAUSES = (2.0, 8.0, 30.0, 60.0)
"""Seconds after the first, second … attempt in vain."""


class Fetcher:
    """Use `start`, `wake` whenever something was committed, and `stop`."""

    def __init__(
        self,
        writer: Writer,
        bot: Bot,
        path: Path,
        mission: Mission,
        desk_of: Callable[[sqlite3.Connection], Desk],
        posted: Callable[[], None],
    ) -> None:
        """`path` is the database's; `posted` is called when letters were written."""
        if not isinstance(bot.request, Transport):
            raise TypeError("the bot must be built with bot.transport.Transport")
        self._writer, self._bot, self._transport = writer, bot, bot.request
        self._path, self._mission, self._desk_of, self._posted = path, mission, desk_of, posted
        self._news = asyncio.Event()
        self._not_before: dict[int, float] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with what the last process left."""
        for left in self._path.parent.glob(f"{self._path.name}.upload-*"):
            left.unlink(missing_ok=True)
        self._task = asyncio.create_task(self._work(), name="fetcher")

    def wake(self) -> None:
        """Something may be wanted."""
        self._news.set()

    async def stop(self) -> None:
        """Leave off, in the middle of a file if need be: it stays wanted."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        with closing(connect(self._path, read_only=True)) as db:
            while True:
                self._news.clear()
                try:
                    await self._round(db)
                except Exception:
                    log.exception("a file could not be taken in")
                    await asyncio.sleep(POLL)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), POLL)

    async def _round(self, db: sqlite3.Connection) -> None:
        """Everything that is wanted now and may be tried."""
        while ready := [u for u in shelf.list_wanted(db) if self._not_before.get(u.upload_id, 0.0) <= monotonic()]:
            upload = ready[0]
            # Whatever goes wrong, it is not tried again at once.
            self._not_before[upload.upload_id] = monotonic() + PAUSES[0]
            await self._take(upload)

    async def _take(self, upload: Upload) -> None:
        number = upload.upload_id
        file = self._path.with_name(f"{self._path.name}.upload-{number}")
        try:
            outcome = await self._fetch(upload, file) or await self._read(upload, file)
            await self._report(number, outcome)
        except StorageTroubleError:
            raise
        except Exception as error:
            attempts = await self._write(partial(uploads.report_failure, upload_id=number))
            log.warning("file %d: %s, attempt %d", number, type(error).__name__, attempts)
            self._not_before[number] = monotonic() + PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
        finally:
            file.unlink(missing_ok=True)

    async def _fetch(self, upload: Upload, file: Path) -> Trouble | None:
        """The file, for nobody's eyes but ours. Raises TelegramError or OSError if it may work another time."""
        try:
            told = await self._bot.get_file(upload.file_id)
        except BadRequest as error:
            log.warning("file %d is not to be had: %s", upload.upload_id, error.message)
            return Trouble.TOO_LARGE if "too big" in error.message.lower() else Trouble.GONE
        if not told.file_path:
            return Trouble.GONE
        descriptor = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as into:
            whole = await self._transport.download(told.file_path, into, MAX_UPLOAD)
        return None if whole else Trouble.TOO_LARGE

    async def _read(self, upload: Upload, file: Path) -> Reading | Trouble:
        try:
            reading = await read_roster_file(file, upload.file_name, self._mission)
        except TooHeavyError as error:
            log.warning("file %d could not be read: %s", upload.upload_id, error)
            return Trouble.TOO_HEAVY
        log.info("file %d: %d sound rows, %d KiB at most", upload.upload_id, reading.sound, reading.peak)
        return reading

    async def _report(self, number: int, outcome: Trouble | Reading) -> None:
        """One act: what came of it."""
        if isinstance(outcome, Trouble):
            await self._write(partial(uploads.report_trouble, upload_id=number, why=outcome))
        elif outcome.faults:
            told = partial(uploads.report_faults, upload_id=number, faults=outcome.faults, sound=outcome.sound)
            await self._write(told)
        else:
            rows, content, aside = outcome.rows, outcome.content, outcome.aside
            await self._write(partial(uploads.report_rows, upload_id=number, content=content, rows=rows, aside=aside))

    async def _write(self, act: Callable[[Desk], T]) -> T:
        result = await self._writer.act(lambda db: act(self._desk_of(db)))
        self._posted()
        return result
