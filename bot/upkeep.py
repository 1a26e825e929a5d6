"""What the clock asks for besides letters: the daily copy, and letting go of what is kept no longer."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.writer import StorageTroubleError, Writer
from services import housekeeping
from services.desk import Desk
from storage import attachments, backups, notes
from storage.database import as_moment, as_text
from storage.files import DiskTroubleError, Files

log = logging.getLogger(__name__)
AFTER_FAILURE = timedelta(hours=1)


class Upkeep:
    """Call `tick` every so often; a tick that finds an earlier one at work leaves it at that."""

    def __init__(self, config: Config, writer: Writer, desk_of: Callable[[sqlite3.Connection], Desk]) -> None:
        self._config = config
        self._writer = writer
        self._desk_of = desk_of
        self._files = Files(config.storage.files_folder)
        self._not_before: datetime | None = None
        self._busy = False

    async def tick(self, now: datetime) -> None:
        """Whatever is due."""
        if self._busy:
            return
        self._busy = True
        try:
            await self._let_go()
            if self._config.backup.daily and await self._writer.act(lambda db: self._is_due(db, now)):
                await self._copy(now)
        except StorageTroubleError as error:
            log.error("upkeep: %s", error)  # noqa: TRY400 - asked again at the next tick
        finally:
            self._busy = False

    def _is_due(self, db: sqlite3.Connection, now: datetime) -> bool:
        """Whether the last hour for copies has passed without one; a mission that just began has nothing to copy."""
        if self._not_before is not None and now < self._not_before:
            return False
        since = notes.read(db, "backed_up_at") or notes.read(db, "backups_since")
        if since is None:
            notes.write(db, "backups_since", as_text(now))
            return False
        return as_moment(since) < last_hour(now, self._config.backup.at, ZoneInfo(self._config.mission.time_zone))

    async def _copy(self, now: datetime) -> None:
        folder, keep = self._config.backup_folder, self._config.backup.keep
        try:
            copy = await asyncio.to_thread(
                backups.make, self._config.storage.path, folder, now, self._config.backup.age_recipients
            )
            await asyncio.to_thread(backups.thin_out, folder, keep)
        except (OSError, sqlite3.Error, backups.BrokenCopyError) as error:
            log.error("no backup was made: %s", error)  # noqa: TRY400 - the trace says nothing more
            self._not_before = now + AFTER_FAILURE
            return
        log.info("backup made and verified: %s", copy.name)
        await self._writer.act(lambda db: notes.write(db, "backed_up_at", as_text(now)))

    async def _let_go(self) -> None:
        await self._writer.act(lambda db: housekeeping.prune(self._desk_of(db)))
        old = await self._writer.act(lambda db: housekeeping.list_old_photos(self._desk_of(db)))
        for attachment_id, path in old:
            try:
                await asyncio.to_thread(self._files.remove, path)
            except DiskTroubleError as error:
                log.warning("a photo could not be deleted: %s", error)
                return
            await self._writer.act(lambda db, n=attachment_id: attachments.let_go(db, n, self._desk_of(db).now))  # type: ignore[misc]


def last_hour(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The last moment at which it was this hour there; UTC."""
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), at, zone)
    return (today if today <= local else datetime.combine(local.date() - timedelta(days=1), at, zone)).astimezone(UTC)
