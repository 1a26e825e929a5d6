"""A mission whose people do anything at all, whose bot dies between any two inputs, and which keeps the books.

Each step hands some inputs to the stand-in, lets the bot come to rest (or kills it on the way and starts it again),
and then balances the books.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import app, points
from bot.clock import turn
from bot.scheduler import alarm_clock
from demo.telegram.journal import Call
from domain.mission import Mission
from domain.person import Person, Role
from domain.step import Standing
from services.desk import Desk
from storage import accounts, conversations, people
from storage.database import as_text, connect
from tests.house import MORNING, House, Message
from tests.wander.books import TONGUES, Books
from tests.wander.given import Actor, Given
from tests.wander.killing import Fuse, Guarded, bury_quietly
from texts.tongue import Tongue

CAST = {
    "O001": (Role.OBSERVER, "en"),
    "O002": (Role.TEAM_LEADER, "ru"),
    "O060": (Role.OBSERVER, "kk"),
    "O120": (Role.TEAM_LEADER, "en"),
    "C003": (Role.COORDINATOR, "en"),
}
"""Of two teams, HQ and Team 1, which share a meeting; each with a leader, and a coordinator."""
COORDINATOR = "C003"
LOOK = 0.002
"""Seconds between two looks at a bot that does not come to rest."""


def _guarded(path: Path, *, read_only: bool = False) -> "sqlite3.Connection | Guarded":
    """Whoever only reads needs no guard: nothing of his is to be taken back."""
    return connect(path, read_only=True) if read_only else Guarded(connect(path))


class Wandering(House):
    """A house on a hand-turned clock, with a cast that is aboard already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.at = MORNING
        turn(self.clock_file, self.at, 0.0)
        self.actors = {name: Actor(name, 1000 + n) for n, name in enumerate(CAST)}
        self.books = Books(self)
        self.errors: list[str] = []
        self._facts: Mission | None = None
        self._seams = ExitStack()
        self._eyes: sqlite3.Connection | None = None
        self._alarms: list[tuple[AsyncIOScheduler, Callable[[], Any]]] = []
        self._bystanders: set[asyncio.Task[Any]] = set()
        self._ear = _Ear(self.errors)

    # --- opening and closing

    async def begin(self) -> None:
        """Everybody aboard, the bot running."""
        self._seams.enter_context(patch.object(app, "alarm_clock", self._set_alarm))
        self._seams.enter_context(patch.object(app, "Tongues", lambda _: TONGUES))  # read once: it takes a while
        self._seams.enter_context(patch.object(app, "connect", _guarded))
        logging.getLogger().addHandler(self._ear)
        asyncio.get_running_loop().set_exception_handler(bury_quietly)
        await self.telegram.start()
        await self.load_day()
        await self.act(self._bring_aboard)
        self._eyes = connect(self.path, read_only=True)
        for actor in self.actors.values():
            self.telegram.add_user(actor.user_id, actor.reference, language_code="en", started=True)
        await self.open()

    async def end(self) -> None:
        """The doors are closed, whatever happened."""
        try:
            await self.close()
            await self.telegram.stop()
        finally:
            logging.getLogger().removeHandler(self._ear)
            if self._eyes is not None:
                self._eyes.close()
            self._seams.close()

    async def open(self) -> None:
        """Start the bot."""
        self._bystanders = asyncio.all_tasks()
        self._alarms.clear()
        await super().open()
        while not self._alarms:  # the poll that was seen may have been the dead bot's
            await asyncio.sleep(0.002)
        await self.tick()

    def _set_alarm(self, tick: Callable[[], Any], _seconds: float) -> AsyncIOScheduler:
        """The alarm rings when the test says so."""
        alarm = alarm_clock(tick, 3600)
        self._alarms.append((alarm, tick))
        return alarm

    async def tick(self) -> None:
        """The alarm rings."""
        ((_, tick),) = self._alarms
        await tick()

    def _bring_aboard(self, desk: Desk) -> None:
        others = "team_id NOT IN (SELECT id FROM team WHERE name IN ('HQ', 'Team 1'))"
        desk.db.execute(f"UPDATE person SET active = 0, listed = 0 WHERE {others}")
        for name, (role, language) in CAST.items():
            actor = self.actors[name]
            person = people.find_by_reference(desk.db, name)
            assert person is not None
            actor.person_id = person.person_id
            accounts.bind(desk.db, actor.user_id, person.person_id, "", desk.now)
            desk.db.execute("UPDATE person SET role = ?, language = ? WHERE reference = ?", (role, language, name))

    # --- looking

    @property
    def eyes(self) -> sqlite3.Connection:
        """A reader of the database."""
        assert self._eyes is not None
        return self._eyes

    def look(self) -> Desk:
        """A desk that can only read."""
        return self.desk(self.eyes)

    def desk(self, db: sqlite3.Connection) -> Desk:
        """A desk outside the bot's process."""
        if self._facts is None:
            self._facts = self.config().mission_facts()
        return Desk(db, self.at, self._facts, TONGUES)

    def person(self, actor: Actor) -> Person | None:
        """For whom his account speaks now."""
        return accounts.find_person(self.eyes, actor.user_id)

    def tongue(self, actor: Actor) -> Tongue:
        """In which language he is spoken to."""
        person = self.person(actor)
        return TONGUES.of(person.language if person else "en")

    def standing(self, actor: Actor) -> Standing | None:
        """The question that is open for him."""
        return conversations.read(self.eyes, actor.user_id, actor.user_id)

    def shown(self, actor: Actor) -> list[Message]:
        """The bot's messages on his phone, the latest first."""
        return self.telegram.bot_messages(actor.user_id)[::-1]

    def buttons(self, actor: Actor) -> list[tuple[int, str, str]]:
        """(message id, label, data) of every button on his phone, those of the latest message first."""
        return [
            (message["message_id"], label, data)
            for message in self.shown(actor)
            if "inline_keyboard" in (message.get("reply_markup") or {})
            for label, data in self.telegram.buttons(message)
            if data and not data.startswith("http")
        ]

    def one(self, sql: str, *values: object) -> Any:
        """The one value that this asks for."""
        row = self.eyes.execute(sql, values).fetchone()
        return row[0] if row else None

    # --- a step

    async def step(self, acts: Sequence[Callable[[], Given]], die_at: str = "") -> list[Call]:
        """Do this all at once; die on the way if so wanted; balance the books. What the bot called."""
        mark = self.telegram.calls.n
        fuse = self._arm(die_at) if die_at else None
        before = {actor.user_id: self.standing(actor) for actor in self.actors.values()}
        given = [act() for act in acts]
        for one in given:
            one.standing = before[one.actor.user_id]
        self.books.steps += 1
        self.books.inputs += len(given)
        await self.settle(fuse=fuse)
        if fuse is not None:
            await self._bury(fuse)
            await self.open()
            await self.settle()
        calls = self.telegram.calls.since(mark)
        await self.books.balance(given, calls, killed=fuse is not None)
        return calls

    async def settle(self, seconds: float = 60, fuse: Fuse | None = None) -> None:
        """Until all is processed and sent, or the bot is dead."""
        for _ in range(int(seconds / LOOK)):
            if fuse is not None and fuse.blown:
                return
            if not any(self._busy().values()):
                return
            await asyncio.sleep(LOOK)
        hangs = [task for task in self._of_the_bot() if not task.done()]
        stacks = "\n".join(f"{task.get_name()}: {task.get_stack()}" for task in hangs)
        raise AssertionError(f"the bot does not come to rest: {self._busy()}\n{stacks}")

    def _busy(self) -> dict[str, int]:
        """What is not done yet, by what it is."""
        waiting = {
            "open": "inbox WHERE state = 'open'",
            "sending": "outbox WHERE state = 'sending'",
            "queued": "outbox WHERE state = 'queued' AND due_at <= :at",
            "wished": "wish",
        }
        counts = ", ".join(f"(SELECT count(*) FROM {what})" for what in waiting.values())
        found = self.eyes.execute(f"SELECT {counts}", {"at": as_text(self.at)}).fetchone()
        return {
            **dict(zip(waiting, found, strict=True)),
            "pending": int(self.telegram.world.updates.pending),
            "in flight": int(self.telegram.in_flight),
        }

    def _arm(self, die_at: str) -> Fuse:
        fuse = Fuse(die_at, self._blow)
        self._seams.enter_context(patch.object(points, "_FUSE", fuse))
        self.books.kills += 1
        return fuse

    def _blow(self) -> None:
        """Nothing of the bot's takes another step."""
        for task in self._of_the_bot():
            task.cancel()

    def _of_the_bot(self) -> list[asyncio.Task[Any]]:
        here = str(Path(app.__file__).parent)
        return [
            task
            for task in asyncio.all_tasks() - self._bystanders
            if (code := getattr(task.get_coro(), "cr_code", None)) is not None
            and code.co_filename.startswith((here, asyncio.locks.__file__))
        ]

    async def _bury(self, fuse: Fuse) -> None:
        """Wait until the dead bot's database is closed, as the system does with a killed process's files."""
        if not fuse.blown:
            fuse.blown = True
            self._blow()
        for alarm, _ in self._alarms:
            if alarm.running:
                alarm.shutdown(wait=False)
        for _ in range(100):  # a wait that has just ended swallows the first blow
            tasks = self._of_the_bot()
            if not tasks:
                break
            self._blow()
            await asyncio.wait(tasks, timeout=0.05)
        else:
            raise AssertionError(f"the dead go on: {self._of_the_bot()}")
        patch.object(points, "_FUSE", None).start()
        self.errors.clear()

    def step_clock(self, by: timedelta) -> None:
        """The clock goes on by so much."""
        self.at += by
        turn(self.clock_file, self.at, 0.0)


class _Ear(logging.Handler):
    """Whoever logs an error is heard."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        """Written down."""
        self._errors.append(f"{record.name}: {record.getMessage()} {record.exc_info and record.exc_info[1]!r}")
