"""The composition root: builds the engine, runs it, stops it. Knows everyone; only the command line knows it."""

import asyncio
import logging
import signal
import sqlite3
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from telegram import Bot, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes

import handlers
from bot.asked import AskedDigests
from bot.attachments import Attachments
from bot.budgets import Budgets
from bot.clock import clock_of
from bot.config import Config
from bot.fetcher import Fetcher, Hands
from bot.flood import Flood
from bot.inbox import Keeper, Poller, Pump
from bot.locking import lock
from bot.outbox import OutboxWorker
from bot.processing import App, Processor, Tapped
from bot.scheduler import alarm_clock, until_the_end
from bot.secrets import webhook_secret
from bot.sent_files import SentFiles
from bot.systemd import notify, watchdog_seconds
from bot.ticks import Ticks
from bot.transport import Transport
from bot.watch import Watch
from bot.writer import Writer
from domain.wish import LONG, SHORT
from handlers.dispatch import Table
from handlers.here import Ctx, Here
from services.desk import Desk
from services.status import status
from storage import hearing, notes
from storage.database import carry_over, checkpoint, connect, migrate
from storage.files import Files
from texts.commands import stranger_commands
from texts.tongue import Tongues

log = logging.getLogger(__name__)
CHECKPOINT_SECONDS = 5
LONG_LOG = 1000
"""Pages (4 MB) of the write-ahead log from which on the writer waits, for some milliseconds, until it begins anew."""
ATTEND_SECONDS = 3.0
"""How often announcements under way are looked after; what their authors see changes no more often."""
WEBHOOK_SECONDS = 60.0
"""How often the webhook is looked after: somebody may have taken it away."""
STOP_WITHIN = 4.0
"""Seconds that letters under way and updates being processed are given at SIGTERM."""


class WrongTokenError(Exception):
    """Telegram does not know the token."""


async def run(config: Config, stop: asyncio.Event | None = None) -> int:
    """Run the bot until SIGTERM, SIGINT or `stop`; 0.

    Raises AlreadyRunningError, WrongTokenError, NewerDatabaseError.
    """
    held = lock(config.storage.path)
    db = connect(config.storage.path)
    try:
        migrate(db)
        db.execute("PRAGMA wal_autocheckpoint = 0")
        await _Engine(config, db).run(stop or _signalled())
    finally:
        with suppress(sqlite3.Error):  # a full disk is no reason to end with an error
            db.execute("PRAGMA optimize")
        db.close()
        held.close()
    return 0


def _signalled() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


class _Engine:
    """One run of the bot."""

    def __init__(self, config: Config, db: sqlite3.Connection) -> None:
        self._config = config
        self._mission = config.mission_facts()
        self._tongues = Tongues(self._mission.languages)
        self._clock = clock_of(config.clock.file)
        self._writer = Writer(db)
        self._here = Here()
        self._requests, self._polls, self._answers = Transport(), Transport(), Transport()
        self._watch = Watch(self._writer, self._requests, self._polls, self._answers)
        self._doors: list[Any] = []
        self._app = self._application()
        self._background: set[asyncio.Task[Any]] = set()
        self._outbox: OutboxWorker | None = None
        self._beside: list[Fetcher] = []
        """What is done beside the chat."""

    def _desk(self, db: sqlite3.Connection) -> Desk:
        return Desk(db, self._clock.now(), self._mission, self._tongues)

    def _application(self) -> App:
        base = self._config.telegram.api_base_url.rstrip("/")
        app = (
            Application.builder()
            .token(self._config.token())
            .base_url(f"{base}/bot")
            .base_file_url(f"{base}/file/bot")
            .request(self._requests)
            .get_updates_request(self._polls)
            .updater(None)
            .context_types(ContextTypes(context=Ctx))
            .build()
        )
        app.bot_data["here"] = self._here
        labels = (self._labels("Programme"), self._labels("Check in"))
        app.add_handler(Table(handlers.table(self._here, labels)))
        return app

    def _labels(self, text: str) -> frozenset[str]:
        return frozenset(tongue.label(text) for tongue in self._tongues.all())

    async def run(self, stop: asyncio.Event) -> None:
        """Everything, in order, and back."""
        if not await self._reach_telegram(stop):
            return
        self._writer.start()
        bot: Bot = self._app.bot
        await self._writer.act(lambda db: self._begin(db, bot.username))
        budgets = self._config.sending
        self._outbox = OutboxWorker(
            self._writer,
            bot,
            self._clock,
            Budgets(budgets.overall_per_second, budgets.chat_per_second, budgets.group_per_minute),
            self._desk,
        )
        limits = self._config.limits
        flood = Flood(limits.person_per_minute, limits.stranger_per_minute)
        processor = Processor(self._app, self._here, bot.id, self._clock, self._desk, flood)
        pump = Pump(bot.id, self._writer, processor.process, self._outbox.join, self._after)
        keeper = Keeper(bot.id, self._writer, self._clock, pump)
        await self._outbox.start()
        path, hands = self._config.storage.path, Hands(self._writer, bot, self._desk, self._outbox.wake)
        files = Files(self._config.storage.files_folder)
        self._beside = [
            Fetcher(path, [SentFiles(hands, path, self._mission), Attachments(hands, files)]),
            *(Fetcher(path, [AskedDigests(hands, path, views)]) for views in (SHORT, LONG)),
        ]
        for fetcher in self._beside:
            fetcher.start()
        ticks = Ticks(self._config, self._clock, self._writer, self._desk, self._watch, self._outbox.wake)
        alarm = alarm_clock(ticks.tick, self._config.schedule.tick_seconds)
        attend_every = min(ATTEND_SECONDS, self._config.schedule.tick_seconds)
        alarm.add_job(until_the_end(ticks.attend), "interval", seconds=attend_every, coalesce=True, max_instances=1)
        if self._config.storage.checkpoints:
            alarm.add_job(
                until_the_end(self._checkpoint), "interval", seconds=CHECKPOINT_SECONDS, coalesce=True, max_instances=1
            )
        if (seconds := watchdog_seconds()) is not None:
            alarm.add_job(
                until_the_end(self._tell_watchdog), "interval", seconds=seconds, coalesce=True, max_instances=1
            )
        alarm.start()
        await self._open_doors(keeper)
        work = [
            asyncio.create_task(pump.run(), name="pump"),
            asyncio.create_task(self._listen(bot, keeper), name="poller"),
            asyncio.create_task(ticks.tick(), name="first tick"),
            asyncio.create_task(self._register_commands(bot), name="commands"),
        ]
        log.info("running as @%s", bot.username)
        notify("READY=1")
        await self._until(stop, work)
        alarm.shutdown(wait=False)
        await self._stop(work)

    def _begin(self, db: sqlite3.Connection, username: str) -> None:
        """What is known at every start: whom we speak for, and that nothing was heard since we last ran."""
        notes.write(db, "bot_username", username)
        if self._config.webhook.url is None:
            hearing.fall_deaf(db, self._clock.now())

    async def _until(self, stop: asyncio.Event, work: list[asyncio.Task[None]]) -> None:
        """Wait for the signal; if the pump or the poller dies, that is the end as well."""
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait([waiting, *work[:2]], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def _open_doors(self, keeper: Keeper) -> None:
        section, port = self._config.webhook, self._config.monitoring.port
        if section.url is None and port is None:
            return
        from bot.doors import Door, monitoring, webhook  # noqa: PLC0415 - most missions have neither

        if section.url is not None:
            app = webhook(section, self._config.token(), keeper)
            self._doors.append(Door(app, section.host, section.port))
        if port is not None:
            facts = monitoring(self._config.storage.path, lambda db: status(self._desk(db)), self._watch.ailments)
            self._doors.append(Door(facts, "127.0.0.1", port))
        for door in self._doors:
            log.info("listening at port %d", await door.open())

    async def _listen(self, bot: Bot, keeper: Keeper) -> None:
        """Ask for updates, or see to it that Telegram calls."""
        section = self._config.webhook
        if section.url is None:
            await Poller(bot, keeper, self._writer, self._clock).run()
            return
        known = False
        while True:
            with suppress(TelegramError):
                if not known or (await bot.get_webhook_info()).url != section.url:
                    known = await bot.set_webhook(
                        section.url,
                        secret_token=webhook_secret(self._config.token()),
                        allowed_updates=list(handlers.ALLOWED_UPDATES),
                        max_connections=section.connections,
                    )
            await asyncio.sleep(WEBHOOK_SECONDS)

    async def _tell_watchdog(self) -> None:
        """systemd restarts us if we stop saying so; that Telegram is away is no reason for it."""
        if "database" not in self._watch.ailments():
            notify("WATCHDOG=1")

    async def _stop(self, work: list[asyncio.Task[None]]) -> None:
        died = [task for task in work if task.done() and not task.cancelled() and task.exception()]
        notify("STOPPING=1")
        for door in self._doors:
            await door.close()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await asyncio.gather(*(fetcher.stop() for fetcher in self._beside))
        if self._outbox is not None:
            await self._outbox.stop(STOP_WITHIN - 1)
        await self._writer.stop()
        with suppress(TelegramError):
            await asyncio.wait_for(self._app.shutdown(), 1)
        await self._answers.shutdown()
        for task in died:
            error = task.exception()
            if isinstance(error, InvalidToken):
                raise WrongTokenError from error
            if error is not None:
                raise error

    async def _reach_telegram(self, stop: asyncio.Event) -> bool:
        """getMe until it is answered; False if we are stopped meanwhile."""
        wait = 0.5
        while not stop.is_set():
            try:
                await self._app.initialize()
                if self._config.webhook.url is None:
                    await self._app.bot.delete_webhook()
            except InvalidToken as error:
                raise WrongTokenError from error
            except TelegramError as error:
                log.warning("Telegram is out of reach (%s); again in %.1f s", type(error).__name__, wait)
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await stop.wait()
                wait = min(wait * 2, 20.0)
            else:
                return True
        return False

    async def _checkpoint(self) -> None:
        """Beside the writer; then, if the log is long, the rest of it, while the writer waits.

        The log begins anew only at a write before which it was carried over as a whole. Where people write all the
        time something always came in meanwhile, and the log would grow without end.
        """
        try:
            if await asyncio.to_thread(checkpoint, self._config.storage.path) > LONG_LOG:
                await self._writer.between(carry_over)
        except sqlite3.Error as error:
            log.warning("checkpoint: %s", error)

    def _after(self, tapped: Tapped | None) -> None:
        """After an update's commit: what takes its time is begun; a tap is answered, best effort.

        Letters are claimed already.
        """
        for fetcher in self._beside:
            fetcher.wake()
        if tapped is not None:
            self._in_background(self._answer(tapped))

    async def _answer(self, tapped: Tapped) -> None:
        answer = {"callback_query_id": tapped.query_id, **({"text": tapped.toast[:200]} if tapped.toast else {})}
        with suppress(TelegramError):
            await self._answers.call(f"{self._app.bot.base_url}/answerCallbackQuery", answer)

    async def _register_commands(self, bot: Bot) -> None:
        """What a stranger's command menu shows, in each language; best effort. Everybody else has his own."""
        for tongue in self._tongues.all():
            code = "" if tongue is self._tongues.default else tongue.language
            with suppress(TelegramError):
                await bot.set_my_commands(
                    stranger_commands(tongue), scope=BotCommandScopeAllPrivateChats(), language_code=code or None
                )

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
