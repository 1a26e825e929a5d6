"""Files of meeting logs: their bytes are fetched into the mission's folder.

An attempt in vain is written down with the moment of the next, by the mission's clock; while the disk or the database
is in trouble, or Telegram asks to wait, all of them rest for some of this process's own seconds.
"""

import asyncio
import logging
import sqlite3
from datetime import timedelta
from functools import partial
from time import monotonic

from telegram.error import RetryAfter

from bot.fetcher import Hands, Refusal
from bot.writer import StorageTroubleError
from domain.attachment import MOST_BYTES, Attachment, AttachmentState, path_of
from services import attachments
from storage import attachments as shelf
from storage.files import DiskTroubleError, Files, Incoming

log = logging.getLogger(__name__)

REST = 10.0
"""Seconds between two looks at a disk that is full."""
UNSURE_TRIES = 3
"""Attempts after which a file that is "wrong or temporarily unavailable" counts as gone."""


class Attachments:
    """A kind of work for the fetcher."""

    def __init__(self, hands: Hands, files: Files) -> None:
        self._hands, self._files = hands, files
        self._rest_until = 0.0
        self._troubled = False
        """The disk was in trouble when last written to: told once in the log."""

    def start(self, db: sqlite3.Connection) -> None:
        """Remove what a killed process left."""
        self._files.drop_leftovers(shelf.list_wanted_ids(db))

    async def take_one(self, db: sqlite3.Connection) -> bool:
        """Take the first that is due; False if there is none."""
        if monotonic() < self._rest_until:
            return False
        attachment = shelf.next_wanted(db, self._hands.desk_of(db).now)
        if attachment is None:
            return False
        try:
            await self._take(attachment)
        except DiskTroubleError as error:
            await self._disk_trouble(attachment, error)
        except StorageTroubleError as error:
            self._rest(error)
        return True

    async def _take(self, attachment: Attachment) -> None:
        number = attachment.attachment_id
        try:
            refusal = await self._fetch(attachment)
        except (DiskTroubleError, StorageTroubleError):
            raise
        except RetryAfter as error:
            seconds = error.retry_after
            wait = seconds if isinstance(seconds, int) else seconds / timedelta(seconds=1)
            self._rest_until = monotonic() + wait
        except Exception as error:
            log.warning("attachment %d: %s, attempt %d", number, type(error).__name__, attachment.attempts + 1)
            await self._hands.write(partial(attachments.report_failure, attachment_id=number))
        else:
            if refusal is Refusal.UNSURE and attachment.attempts + 1 < UNSURE_TRIES:
                await self._hands.write(partial(attachments.report_failure, attachment_id=number))
            elif refusal is not None:
                state = AttachmentState.TOO_LARGE if refusal is Refusal.TOO_LARGE else AttachmentState.LOST
                await self._hands.write(partial(attachments.report_refusal, attachment_id=number, state=state))

    async def _fetch(self, attachment: Attachment) -> Refusal | None:
        address = await self._hands.find(attachment.file_id)
        if isinstance(address, Refusal):
            return address
        incoming = self._files.open(attachment.attachment_id)
        try:
            refusal = await self._hands.download(address, incoming, MOST_BYTES)
            if refusal is None:
                await self._keep(attachment, incoming)
        finally:
            self._files.discard(incoming)
        return refusal

    async def _keep(self, attachment: Attachment, incoming: Incoming) -> None:
        """First the bytes are safe, then it is written down. If its name was erased meanwhile, it is done again."""
        path = path_of(attachment)
        await asyncio.to_thread(self._files.keep, incoming, path)
        stored = partial(
            attachments.report_stored,
            attachment_id=attachment.attachment_id,
            path=path,
            sha256=incoming.sha256,
            size=incoming.size,
        )
        if not await self._hands.write(stored):
            self._files.remove(path)
        if self._troubled:
            log.info("files can be stored again")
            self._troubled = False

    async def _disk_trouble(self, attachment: Attachment, error: DiskTroubleError) -> None:
        """No attempt of this file's: it goes behind the others, in case the trouble is its own, and all wait."""
        self._rest(error)
        try:
            await self._hands.write(partial(attachments.put_off, attachment_id=attachment.attachment_id))
        except StorageTroubleError:
            log.debug("it stays the first, then")

    def _rest(self, error: Exception) -> None:
        self._rest_until = monotonic() + REST
        if not self._troubled:
            self._troubled = True
            log.error("files cannot be stored: %s; they wait", error)
