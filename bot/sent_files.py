"""Files that were sent to be imported: fetched, read in a process of their own, told to services/uploads.py
or services/programme_files.py.

As in the outbox, pauses are this process's own real seconds, whatever clock the stage shows.
"""

import logging
import os
import sqlite3
from functools import partial
from pathlib import Path
from time import monotonic

from bot.fetcher import Hands, Refusal
from bot.reading import Reading, TooHeavyError, read_sent_file
from bot.writer import StorageTroubleError
from domain.mission import Mission
from domain.upload import MAX_UPLOAD, Trouble, Upload
from services import programme_files, uploads
from storage import uploads as shelf

log = logging.getLogger(__name__)

PAUSES = (2.0, 8.0, 30.0, 60.0)
"""Seconds after the first, second … attempt in vain."""


class SentFiles:
    """A kind of work for the fetcher."""

    def __init__(self, hands: Hands, path: Path, mission: Mission) -> None:
        """`path` is the database's: the file is beside it while it is read."""
        self._hands, self._path, self._mission = hands, path, mission
        self._not_before: dict[int, float] = {}

    def start(self, db: sqlite3.Connection) -> None:
        """Remove what a killed process left."""
        del db
        for left in self._path.parent.glob(f"{self._path.name}.upload-*"):
            left.unlink(missing_ok=True)

    async def take_one(self, db: sqlite3.Connection) -> bool:
        """Take the first that may be tried now; False if there is none."""
        now = monotonic()
        upload = next((u for u in shelf.list_wanted(db) if self._not_before.get(u.upload_id, 0.0) <= now), None)
        if upload is None:
            return False
        self._not_before[upload.upload_id] = now + PAUSES[0]
        await self._take(upload)
        return True

    async def _take(self, upload: Upload) -> None:
        number = upload.upload_id
        file = self._path.with_name(f"{self._path.name}.upload-{number}")
        try:
            outcome = await self._fetch(upload, file) or await self._read(upload, file)
            await self._report(number, outcome)
        except StorageTroubleError:
            raise
        except Exception as error:
            attempts = await self._hands.write(partial(uploads.report_failure, upload_id=number))
            log.warning("file %d: %s, attempt %d", number, type(error).__name__, attempts)
            self._not_before[number] = monotonic() + PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
        finally:
            file.unlink(missing_ok=True)

    async def _fetch(self, upload: Upload, file: Path) -> Trouble | None:
        """The file, for nobody's eyes but ours. Raises TelegramError or OSError if it may work another time."""
        address = await self._hands.find(upload.file_id)
        if isinstance(address, Refusal):
            return _trouble(address)
        descriptor = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as into:
            refusal = await self._hands.download(address, into, MAX_UPLOAD)
        return _trouble(refusal) if refusal else None

    async def _read(self, upload: Upload, file: Path) -> Reading | Trouble:
        try:
            reading = await read_sent_file(file, upload.file_name, self._mission)
        except TooHeavyError as error:
            log.warning("file %d could not be read: %s", upload.upload_id, error)
            return Trouble.TOO_HEAVY
        log.info("file %d: %d sound rows, %d KiB at most", upload.upload_id, reading.sound, reading.peak)
        return reading

    async def _report(self, number: int, outcome: Trouble | Reading) -> None:
        """One act: what came of it."""
        write = self._hands.write
        if isinstance(outcome, Trouble):
            await write(partial(uploads.report_trouble, upload_id=number, why=outcome))
        elif outcome.faults:
            await write(partial(uploads.report_faults, upload_id=number, faults=outcome.faults, sound=outcome.sound))
        elif outcome.meetings is not None:
            content, file = outcome.content, outcome.meetings
            await write(partial(programme_files.report_meetings, upload_id=number, content=content, file=file))
        else:
            rows, content, aside = outcome.rows, outcome.content, outcome.aside
            await write(partial(uploads.report_rows, upload_id=number, content=content, rows=rows, aside=aside))


def _trouble(refusal: Refusal) -> Trouble:
    return Trouble.TOO_LARGE if refusal is Refusal.TOO_LARGE else Trouble.GONE
