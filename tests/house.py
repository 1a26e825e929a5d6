"""A mission for tests: a real database file, the real application, real HTTP to the stand-in."""

import asyncio
import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Self

from bot import app
from bot.clock import StageClock, turn
from bot.config import Config, load
from demo.telegram import Limits, StandIn
from domain.mission import Mission
from domain.programme import read_programme
from domain.roster import read_roster
from services import invitations, programmes, rosters
from services.desk import Desk
from services.sheets import read_table
from storage.database import as_text, connect, migrate
from texts.enrolment import language_name
from texts.tongue import Tongues

DATA = Path(__file__).parent.parent / "demo" / "data"
MORNING = datetime(2019, 6, 8, 3, 25, tzinfo=UTC)
"""09:25 in Nur-Sultan on the day of the chronicle."""
TOKEN = "1:TEST"

Message = dict[str, Any]


class House:
    """Stand-in, bot and database of one test. Use as `async with House(tmp_path) as house`."""

    def __init__(self, folder: Path, *, now: datetime = MORNING, limits: Limits | None = None, **keys: str) -> None:
        self.folder = folder
        self.clock_file = folder / "clock.json"
        turn(self.clock_file, now, 1.0)
        self.clock = StageClock(self.clock_file)
        self.telegram = StandIn(token=TOKEN, clock=self.clock.now, limits=limits)
        self.path = folder / "mission.sqlite"
        self._keys = keys
        self._task: asyncio.Task[int] | None = None
        self._stop = asyncio.Event()
        self._ids: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        await self.telegram.start()
        await self.load_day()
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
        await self.telegram.stop()

    def config(self) -> Config:
        """The configuration, as a file would give it."""
        lines = {
            "telegram": f'token = "{TOKEN}"\napi_base_url = "{self.telegram.url}"\nusername = "fieldpost_bot"',
            "storage": f'path = "{self.path}"',
            "mission": 'name = "Mission"\ntime_zone = "Asia/Almaty"\nlanguages = ["en", "ru", "kk"]',
            "announcements": f"second_person = {self._keys.get('second_person', 'false')}\n"
            f'groups_quiet_from = "{self._keys.get("groups_quiet_from", "never")}"',
            "digest": f'at = "{self._keys.get("digest_at", "20:00")}"',
            "programme": f'eve_at = "{self._keys.get("eve_at", "never")}"',
            "overdue": f"on = {self._keys.get('overdue', 'true')}",
            "schedule": "tick_seconds = 0.2",
            "sending": "overall_per_second = 10000\nchat_per_second = 10000\ngroup_per_minute = 10000",
            "limits": "".join(f"{key} = {value}\n" for key, value in self._keys.items() if key.endswith("_per_minute")),
            "clock": f'file = "{self.clock_file}"',
        }
        path = self.folder / "config.toml"
        path.write_text("".join(f"[{name}]\n{body}\n" for name, body in lines.items()), encoding="utf-8")
        path.chmod(0o600)
        return load(path)

    def desk(self, db: sqlite3.Connection) -> Desk:
        """A desk outside the bot's process."""
        config = self.config()
        mission: Mission = config.mission_facts()
        return Desk(db, self.clock.now(), mission, Tongues(mission.languages))

    async def act(self, do: Callable[[Desk], Any]) -> Any:
        """One transaction from outside, as the command line makes it; off the loop, for it may wait for the bot's."""
        return await asyncio.to_thread(self._act, do)

    def _act(self, do: Callable[[Desk], Any]) -> Any:
        db = connect(self.path)
        try:
            migrate(db)
            db.execute("BEGIN IMMEDIATE")
            result = do(self.desk(db))
            db.execute("COMMIT")
        finally:
            db.close()
        return result

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds."""
        db = sqlite3.connect(self.path)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    async def load_day(self) -> None:
        """Roster and programme of 8 June 2019. Nobody wants reminders unless the test says so: `reminders="60,15"`."""

        def load_all(desk: Desk) -> None:
            table = read_table((DATA / "roster.csv").read_bytes(), "roster.csv")
            people, faults, _ = read_roster(
                table.header,
                table.rows,
                languages=desk.mission.languages,
                default_time_zone="Asia/Almaty",
                default_language="en",
            )
            assert not faults
            rosters.apply(desk, people, rosters.preview(desk, people))
            table = read_table((DATA / "programme-2019-06-08.csv").read_bytes(), "programme.csv")
            meetings, faults, _ = read_programme(
                table.header, table.rows, default_time_zone="Asia/Almaty", known_participants=None
            )
            assert not faults
            programmes.apply(desk, programmes.compare(desk, meetings))
            desk.db.execute("UPDATE person SET reminder_minutes = ?", (self._keys.get("reminders", ""),))

        await self.act(load_all)

    async def open(self) -> None:
        """Start the bot and wait until it listens."""
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(app.run(self.config(), self._stop))
        await self.telegram.polled(10)

    async def close(self) -> None:
        """Stop the bot."""
        self._stop.set()
        if self._task is not None:
            await asyncio.wait_for(self._task, 10)

    async def invite(self, reference: str) -> str:
        """A fresh invitation token for this person."""
        issued: list[tuple[Any, str]] = await self.act(lambda desk: invitations.issue_all(desk, only={reference}))
        return issued[0][1]

    async def enrol(self, reference: str, language: str = "en") -> "Phone":
        """A phone whose owner is aboard."""
        user_id = 1000 + len(self._ids)
        self._ids[reference] = user_id
        speaks = "UPDATE person SET language = ? WHERE reference = ?"
        await self.act(lambda desk: desk.db.execute(speaks, (language, reference)))
        self.telegram.add_user(user_id, reference, language_code=language)
        phone = Phone(self, user_id)
        await phone.say(f"/start {await self.invite(reference)}")
        await phone.tap(Tongues((language,)).default.label("Yes, that is me"))
        await phone.tap(language_name(language))
        return phone

    async def stranger(self, user_id: int = 666) -> "Phone":
        """A phone of nobody the mission knows."""
        self.telegram.add_user(user_id, "Stranger", language_code="en")
        return Phone(self, user_id)

    async def told(self) -> None:
        """Until every notice of a change, and every receipt for one, that is due by now has gone."""
        due = (
            "SELECT (SELECT count(*) FROM notice WHERE settled_at IS NULL AND due_at <= ?1)"
            " + (SELECT count(*) FROM change_receipt WHERE settled_at IS NULL AND due_at <= ?1)"
        )
        for _ in range(400):
            await self.settle()
            if self.rows(due, as_text(self.clock.now())) == [(0,)]:
                break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError("a notice is due and does not come")
        await self.settle()

    async def settle(self, seconds: float = 60) -> None:
        """Until every update is processed and every letter that can go has gone.

        The stand-in has a quiet moment then, unless other people go on meanwhile.
        """
        end = monotonic() + seconds
        while monotonic() < end:
            with suppress(TimeoutError):
                await self.telegram.settle(0.3)
            if self.telegram.world.updates.pending:
                continue
            busy = self.rows(
                "SELECT (SELECT count(*) FROM inbox WHERE state = 'open')"
                " + (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending') AND due_at <= ?)"
                " + (SELECT count(*) FROM wish)",
                as_text(self.clock.now()),
            )
            if busy[0][0] == 0:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the bot does not come to rest")

    async def rest(self) -> None:
        """A tick of the bot's clock."""
        await asyncio.sleep(0.25)


class Phone:
    """One person's phone."""

    def __init__(self, house: House, user_id: int) -> None:
        self.house = house
        self.user_id = user_id

    @property
    def telegram(self) -> StandIn:
        """The stand-in."""
        return self.house.telegram

    async def say(self, text: str, **more: Any) -> Message:
        """Type a message; the bot's latest message afterwards."""
        self.telegram.say(self.user_id, text, **more)
        await self.house.settle()
        return self.last

    async def tap(self, label: str) -> Message:
        """Tap the button whose label begins so, on the latest message that has it."""
        for message in reversed(self.messages):
            for text, data in self.telegram.buttons(message):
                if text.startswith(label):
                    return await self.press(data, message["message_id"])
        raise AssertionError(f"no button {label!r} in {[self.telegram.buttons(m) for m in self.messages]}")

    async def send_file(self, name: str, data: bytes, mime: str = "application/octet-stream") -> Message:
        """Send a file; the bot's latest message once it was read, or at once if it is nothing to be imported."""
        self.telegram.document(self.user_id, name, data, mime)
        await self.house.settle()
        for _ in range(9000):
            if self.house.rows("SELECT count(*) FROM upload WHERE state = 'wanted'") == [(0,)]:
                break
            await asyncio.sleep(0.02)
        await self.house.settle()
        return self.last

    async def press(self, data: str, message_id: int | None = None) -> Message:
        """Press a button with this data, on the latest message if no other is named; until it stops turning."""
        number = self.last.get("message_id", 1) if message_id is None else message_id
        query = self.telegram.tap(self.user_id, number, data=data)
        await self.house.settle()
        for _ in range(100):  # the answer to a tap goes beside the outbox, after the commit
            if any(toast["callback_query_id"] == query for toast in self.telegram.toasts):
                break
            await asyncio.sleep(0.02)
        return self.last

    async def locate(self, latitude: float, longitude: float) -> Message:
        """Send a location."""
        self.telegram.location(self.user_id, latitude, longitude, accuracy=12.0)
        await self.house.settle()
        return self.last

    @property
    def messages(self) -> list[Message]:
        """The bot's messages that are still there."""
        return [m for m in self.telegram.bot_messages(self.user_id) if not m.get("deleted")]

    @property
    def last(self) -> Message:
        """The bot's latest message."""
        return self.messages[-1] if self.messages else {}

    @property
    def labels(self) -> list[str]:
        """Labels of the latest message's buttons."""
        return [label for label, _ in self.telegram.buttons(self.last)]

    def read(self) -> str:
        """Everything the bot has said here, plain."""
        return "\n".join(str(m.get("text", "")) for m in self.messages)


def figures(text: str) -> set[str]:
    """All numbers in a text, thousands separators taken out."""
    return set(re.findall(r"\d+", re.sub(r"(?<=\d)[ ,](?=\d{3})", "", text)))
