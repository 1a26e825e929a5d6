"""What the clock asks for when the disk makes trouble, and the copies that are made of the database by themselves."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import StageClock, turn
from bot.config import Config, load
from bot.ticks import Ticks
from bot.transport import Transport
from bot.upkeep import Upkeep
from bot.watch import Watch
from bot.writer import StorageTroubleError, Writer
from domain.letter import Letter, LetterKind
from services.desk import Desk
from storage import accounts, notes, outbox, people
from storage.database import as_text, connect, migrate
from texts.tongue import Tongues

NOW = datetime(2019, 6, 8, 21, 50, tzinfo=UTC)
"""03:50 in Nur-Sultan, ten minutes before a copy is due."""


class Machine:
    """A database, its writer and a clock on one machine, without Telegram."""

    def __init__(self, folder: Path, db: sqlite3.Connection, config: Config) -> None:
        self.db, self.config = db, config
        self._clock_file = folder / "clock.json"
        self.writer = Writer(db)
        self.clock = StageClock(self._clock_file)
        self.watch = Watch(self.writer, Transport())
        self.woken = 0
        self.ticks = Ticks(config, self.clock, self.writer, self.desk, self.watch, self._wake)
        self.upkeep = Upkeep(config, self.writer, self.desk)

    def set_to(self, now: datetime) -> None:
        turn(self._clock_file, now, 0.0)

    def desk(self, db: sqlite3.Connection) -> Desk:
        mission = self.config.mission_facts()
        return Desk(db, self.clock.now(), mission, Tongues(mission.languages))

    def copies(self) -> list[str]:
        return sorted(path.name for path in self.config.backup_folder.glob("*"))

    async def at(self, now: datetime) -> list[str]:
        """What is there after the upkeep of that moment."""
        self.set_to(now)
        await self.upkeep.tick(now)
        return self.copies()

    def _wake(self) -> None:
        self.woken += 1


@asynccontextmanager
async def machine(folder: Path, toml: str = "") -> AsyncIterator[Machine]:
    turn(folder / "clock.json", NOW, 0.0)
    path = folder / "config.toml"
    path.write_text(
        f"[mission]\ntime_zone = 'Asia/Almaty'\n[clock]\nfile = 'clock.json'\n[storage]\npath = 'm.sqlite'\n{toml}"
    )
    config = load(path)
    with closing(connect(config.storage.path)) as db:
        migrate(db)
        made = Machine(folder, db, config)
        made.writer.start()
        yield made
        await made.writer.stop()


def broken(db: sqlite3.Connection) -> None:
    """A reference that is checked only at the commit stands for whatever may go wrong there."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    db.execute("INSERT INTO scope (person_id, team_id) VALUES (404, 404)")


async def test_a_clock_that_was_put_back_is_noticed_though_the_commit_failed_that_should_have_said_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with machine(tmp_path) as ours:
        later = as_text(NOW + timedelta(minutes=5))

        def put(db: sqlite3.Connection) -> None:
            outbox.queue(db, Letter(LetterKind.NOTICE, 5, "sendMessage", {"text": "x"}), NOW, None)
            db.execute("UPDATE outbox SET due_at = ?", (later,))

        await ours.writer.act(put)
        await ours.ticks.tick()
        ours.set_to(NOW - timedelta(days=1))
        failed = ours.writer.submit(broken)
        await ours.ticks.tick()
        with pytest.raises(StorageTroubleError):
            await failed
        assert [row[0] for row in ours.db.execute("SELECT due_at FROM outbox")] == [later]
        await ours.ticks.tick()
        expected = as_text(NOW - timedelta(days=1))
        assert [row[0] for row in ours.db.execute("SELECT due_at FROM outbox")] == [expected]
        put_back = [record.args for record in caplog.records if "put back" in record.msg]
        assert put_back == [(86400.0,), (86400.0,)]
        await ours.ticks.tick()
        assert [row[0] for row in ours.db.execute("SELECT due_at FROM outbox")] == [expected]


async def test_a_fault_that_stays_is_told_once_a_day_and_one_that_comes_back_days_later_is_told_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with machine(tmp_path, "[backup]\ndaily = false\n") as ours:

        def board(db: sqlite3.Connection) -> None:
            person = {"reference": "C1", "name": "Person C1", "role": "coordinator", "team_id": None, "extra": "{}"}
            rest = {"delegation": "", "language": "en", "time_zone": "UTC", "zone_known": 1, "phone": ""}
            people.add(db, [{**person, **rest}], NOW)
            accounts.bind(db, 5, 1, "", NOW)

        def break_(db: sqlite3.Connection) -> None:
            db.execute("ALTER TABLE reminder RENAME TO elsewhere")

        def mend(db: sqlite3.Connection) -> None:
            db.execute("ALTER TABLE elsewhere RENAME TO reminder")

        async def told(hours: int) -> tuple[int, int]:
            """After a tick so much later: letters to the coordinator, lines of the log."""
            ours.set_to(NOW + timedelta(hours=hours))
            await ours.ticks.tick()
            letters = ours.db.execute("SELECT count(*) FROM outbox WHERE payload LIKE '%does not get done%'")
            lines = [record for record in caplog.records if record.msg == "%s failed for %s"]
            return letters.fetchone()[0], len(lines)

        await ours.writer.act(board)
        await ours.writer.act(break_)
        assert await told(0) == (1, 1)
        assert await told(1) == (1, 1)
        assert await told(3) == (2, 2), "it is another day"
        assert await told(25) == (2, 2)
        await ours.writer.act(mend)
        assert await told(51) == (2, 2)
        await ours.writer.act(break_)
        assert await told(52) == (3, 3)


async def test_a_copy_is_made_once_a_night_and_only_so_many_are_kept(tmp_path: Path) -> None:
    async with machine(tmp_path, "[backup]\nkeep = 2\n") as ours:
        assert await ours.at(NOW) == [], "what has just begun has nothing to lose"
        assert await ours.at(NOW + timedelta(minutes=9)) == []
        first = "fieldpost-20190608T220000Z.sqlite"
        assert await ours.at(NOW + timedelta(minutes=10)) == [first]
        assert notes.read(ours.db, "backed_up_at") == "2019-06-08T22:00:00.000Z"
        assert await ours.at(NOW + timedelta(hours=24)) == [first]
        second, third = [f"fieldpost-201906{day:02}T220000Z.sqlite" for day in (9, 10)]
        assert await ours.at(NOW + timedelta(hours=24, minutes=10)) == [first, second]
        assert await ours.at(NOW + timedelta(hours=48, minutes=10)) == [second, third]


async def test_a_copy_that_fails_is_told_to_the_operator_and_tried_again_an_hour_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with machine(tmp_path, "[backup]\nfolder = 'copies'\n") as ours:
        await ours.at(NOW)
        (tmp_path / "copies").write_text("a file stands where the folder should be")
        due = NOW + timedelta(minutes=10)
        for minutes in (0, 1, 59):
            assert await ours.at(due + timedelta(minutes=minutes)) == []
        told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
        assert len(told) == 1
        assert told[0].startswith("no backup was made: ")
        (tmp_path / "copies").unlink()
        assert await ours.at(due + timedelta(minutes=59)) == []
        assert await ours.at(due + timedelta(minutes=60)) == ["fieldpost-20190608T230000Z.sqlite"]


async def test_where_copies_are_not_wanted_none_is_made(tmp_path: Path) -> None:
    async with machine(tmp_path, "[backup]\ndaily = false\n") as ours:
        await ours.at(NOW)
        assert await ours.at(NOW + timedelta(days=2)) == []


async def test_an_upkeep_that_is_at_work_is_left_to_it(tmp_path: Path) -> None:
    async with machine(tmp_path) as ours:
        await ours.at(NOW)
        due = NOW + timedelta(minutes=10)
        ours.set_to(due)
        await asyncio.gather(*(ours.upkeep.tick(due + timedelta(seconds=n)) for n in range(3)))
        assert ours.copies() == ["fieldpost-20190608T220000Z.sqlite"]


async def test_upkeep_outlives_a_disk_in_trouble(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with machine(tmp_path) as ours:
        await ours.at(NOW)
        failed = ours.writer.submit(broken)
        await ours.upkeep.tick(NOW + timedelta(minutes=10))
        with pytest.raises(StorageTroubleError):
            await failed
        assert [record.name for record in caplog.records if record.levelno == logging.ERROR] == ["bot.upkeep"]
        assert await ours.at(NOW + timedelta(minutes=11)) == ["fieldpost-20190608T220100Z.sqlite"]
