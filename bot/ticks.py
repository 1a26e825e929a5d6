"""What the clock asks for at every tick, and in which order."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.config import Config
from bot.upkeep import Upkeep
from bot.watch import Watch
from bot.writer import StorageTroubleError, Writer, is_storage_trouble
from domain.fault import Fault, Task
from services import copies, digests, groups, ladder, live, log_questions, notices, postroom, reminders, standing, watch
from services.desk import Desk
from services.faults import alert
from storage import notes, postponed
from storage.database import as_moment, connect

log = logging.getLogger(__name__)
DUE: tuple[tuple[Task, Callable[[Desk], int]], ...] = (
    (Task.NOTICES, notices.queue_due),
    (Task.OVERDUE, ladder.queue_steps),
    (Task.UNREACHABLE, postroom.queue_more),
    (Task.REMINDERS, reminders.queue_due),
    (Task.LOGS, log_questions.queue_due),
    (Task.BOARDS, live.queue_refreshes),
    (Task.ANNOUNCEMENTS, copies.queue_scheduled),
    (Task.PROGRAMMES, standing.queue_refreshes),
    (Task.TIDYING, groups.tidy_up),
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
        self._logged: set[Fault] = set()
        """What has failed today (UTC): where it failed is not told again at every tick, but again the next day."""
        self._logged_on: date | None = None
        self._untold: set[Fault] = set()
        """What coordinators do not know of yet."""

    async def tick(self) -> None:
        """Ask the database what is due."""
        if not await self._ask(((Task.CLOCK, self._mind_the_clock),)):
            return
        self._latest = self._looked_at  # what was undone by a commit that failed is found again
        if await self._ask((*DUE, (Task.WATCH, self._watch_over))):
            await self._write_digests()
            await self._tell_faults()
            await self._upkeep.tick(self._clock.now())

    async def _write_digests(self) -> None:
        """One after another, each worded on a thread: taps are answered meanwhile. One that fails holds up no other."""
        ahead: digests.Composer | None = None
        failed, more = set[int](), True
        try:
            while more:
                try:
                    wrote, more = await self._writer.act(partial(self._queue_digests, ahead=ahead, failed=failed))
                    if wrote:
                        self._wake()
                    more = more and (wrote > 0 or ahead is None)
                    if more:
                        ahead = await asyncio.to_thread(self._word_ahead, failed)
                except digests.NotMadeError as error:
                    self._note(Fault(Task.DIGESTS, error, error.person_id))
                    failed.add(error.person_id)
                    ahead = None
        except (StorageTroubleError, sqlite3.Error) as error:
            log.error("digests: %s", error)  # noqa: TRY400 - asked again at the next tick

    def _word_ahead(self, failed: set[int]) -> digests.Composer:
        with closing(connect(self._path, read_only=True)) as db:
            return digests.word_ahead(self._desk_of(db), failed)

    def _queue_digests(
        self, db: sqlite3.Connection, ahead: digests.Composer | None, failed: set[int]
    ) -> tuple[int, bool]:
        """Those that were worded ahead; to how many, and whether others are due that have to be worded first."""
        desk = self._desk_of(db)
        composer = ahead.at(desk) if ahead is not None else digests.Composer(desk, most=0)
        return digests.queue_due(desk, composer, failed), composer.full

    async def attend(self) -> None:
        """Look after announcements that are on their way."""
        await self._ask(((Task.ANNOUNCEMENTS, copies.attend),))

    async def _ask(self, questions: tuple[tuple[Task, Callable[[Desk], int]], ...]) -> bool:
        """Each in its own transaction; False if the database is in trouble: then they are asked again.

        One that fails holds up no other.
        """
        written = 0
        for task, due in questions:
            try:
                wrote, faults = await self._writer.act(partial(self._answer, due))
                written += wrote
            except Exception as error:
                if is_storage_trouble(error):
                    log.error("tick: %s", error)  # noqa: TRY400 - asked again at the next tick
                    return False
                faults = [Fault(task, error)]
            for fault in faults:
                self._note(fault)
        if written:
            self._wake()
        return True

    def _answer(self, due: Callable[[Desk], int], db: sqlite3.Connection) -> tuple[int, list[Fault]]:
        desk = self._desk_of(db)
        return due(desk), desk.faults

    def _note(self, fault: Fault) -> None:
        today = self._clock.now().date()
        if today != self._logged_on:
            self._logged.clear()
            self._logged_on = today
        if fault in self._logged:
            return
        log.error("%s failed for %s", fault.task, fault.person_id or "all", exc_info=fault.error)
        self._logged.add(fault)
        self._untold.add(fault)

    async def _tell_faults(self) -> None:
        if self._untold:
            try:
                self._untold -= await self._writer.act(lambda db: alert(self._desk_of(db), self._untold))
            except Exception as error:
                if not is_storage_trouble(error):
                    self._untold.clear()  # the log has told of them
                log.exception("nobody could be told what failed")
            self._wake()

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
