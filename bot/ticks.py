"""What the clock asks for at every tick, and in which order."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.config import Config
from bot.upkeep import Upkeep
from bot.watch import Watch
from bot.writer import StorageTroubleError, Writer, is_storage_trouble
from services import copies, digests, groups, ladder, live, logs, notices, reminders, standing, watch
from services.desk import Desk
from storage import notes, postponed
from storage.database import as_moment, connect

log = logging.getLogger(__name__)
DUE = (
    notices.queue_due,
    ladder.queue_steps,
    reminders.queue_due,
    logs.queue_open_log_questions,
    live.queue_refreshes,
    copies.queue_scheduled,
    standing.queue_refreshes,
    groups.tidy_up,
)
"""What the clock asks for at every tick, each in its own transaction: how many letters it wrote. Then digests."""
PUT_BACK = timedelta(seconds=1)
"""A clock that is slewed goes back by less."""


class Ticks:
    """Call `tick` and `attend` every so often. `wake` is called when letters were written."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        writer: Writer,
        desk_of: Callable[[sqlite3.Connection], Desk],
        watching: Watch,
        wake: Callable[[], None],
    ) -> None:
        self._path, self._is_real = config.storage.path, config.clock.file is None
        self._clock, self._writer, self._desk_of, self._watch, self._wake = clock, writer, desk_of, watching, wake
        self._upkeep = Upkeep(config, writer, desk_of)
        self._latest: datetime | None = None
        """What the clock told at the last tick."""
        self._looked_at: datetime | None = None
        self._told: set[object] = set()
        """What has failed before: where it failed is not told again at every tick."""

    async def tick(self) -> None:
        """Ask the database what is due."""
        if not await self._ask((self._mind_the_clock,)):
            return
        self._latest = self._looked_at  # what was undone by a commit that failed is found again
        if await self._ask((*DUE, self._watch_over)):
            await self._write_digests()
            await self._upkeep.tick(self._clock.now())

    async def _write_digests(self) -> None:
        """One after another, each worded on a thread: taps are answered meanwhile. One that fails holds up no other."""
        wrote, failed = 1, set[int]()
        try:
            while wrote:
                try:
                    ahead = await asyncio.to_thread(self._word_ahead, failed)
                    act = partial(self._queue_digests, ahead=ahead, failed=failed)
                    wrote = await self._writer.act(act)
                except digests.NotMadeError as error:
                    self._failed("the digest for person %d failed", error.person_id)
                    failed.add(error.person_id)
                self._wake()
        except (StorageTroubleError, sqlite3.Error) as error:
            log.error("digests: %s", error)  # noqa: TRY400 - asked again at the next tick

    def _word_ahead(self, failed: set[int]) -> digests.Composer:
        with closing(connect(self._path, read_only=True)) as db:
            return digests.word_ahead(self._desk_of(db), failed)

    def _queue_digests(self, db: sqlite3.Connection, ahead: digests.Composer, failed: set[int]) -> int:
        return digests.queue_due(self._desk_of(db), ahead, failed)

    async def attend(self) -> None:
        """Look after announcements that are on their way."""
        await self._ask((copies.attend,))

    async def _ask(self, questions: tuple[Callable[[Desk], int], ...]) -> bool:
        """Each in its own transaction; False if the database is in trouble: then they are asked again.

        One that fails holds up no other.
        """
        written = 0
        for due in questions:
            try:
                wrote = await self._writer.act(lambda db, due=due: due(self._desk_of(db)))  # type: ignore[misc]
                written += wrote
            except Exception as error:
                if is_storage_trouble(error):
                    log.error("tick: %s", error)  # noqa: TRY400 - asked again at the next tick
                    return False
                self._failed("tick: %s failed", f"{due.__module__}.{due.__name__}")
        if written:
            self._wake()
        return True

    def _failed(self, message: str, what: object) -> None:
        log.error(message, what, exc_info=what not in self._told)
        self._told.add(what)

    def _mind_the_clock(self, desk: Desk) -> int:
        """Put back by an hour, it would make everything that waits wait an hour longer."""
        before, self._looked_at = self._latest, desk.now
        if before is None:  # the first tick: what the last run heard of
            heard_at = notes.read(desk.db, "heard_at")
            before = as_moment(heard_at) if heard_at else desk.now
        if desk.now >= before - PUT_BACK:
            return 0
        log.warning("the clock was put back by %d s", (before - desk.now).total_seconds())
        return postponed.bring_near(desk.db, before, desk.now)

    def _watch_over(self, desk: Desk) -> int:
        """Note that Telegram answers; alarms, but for a rehearsal, whose hours are not real ones."""
        real = self._is_real
        self._watch.tell_operator()
        heard = self._watch.heard_at(desk.now)
        written = watch.note_heard(desk, heard, tells=real) if heard is not None else 0
        return written + (watch.alert_backlog(desk) if real else 0)
