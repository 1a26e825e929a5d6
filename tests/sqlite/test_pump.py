"""Updates are stored first and looked at in order, whatever the disk does meanwhile."""

import asyncio
import gc
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.clock import StageClock, turn
from bot.inbox import MANY, Keeper, Poller, Pump, _wait_after
from bot.writer import StorageTroubleError, Writer
from storage import inbox
from storage.database import connect, migrate
from tests.sqlite.test_writer import put

BOT = 5
NOW = datetime(2019, 6, 8, 3, tzinfo=UTC)


class Counter:
    """Looks at updates as the bot does; `fails` are the numbers of the looks at which the disk makes trouble."""

    def __init__(self, fails: tuple[int, ...]) -> None:
        self.fails = fails
        self.looks = 0
        self.seen: list[int] = []
        self.after: list[int] = []
        self.joined = 0

    async def process(self, db: sqlite3.Connection, update_id: int) -> int | None:
        self.looks += 1
        if self.looks in self.fails:
            raise StorageTroubleError("disk full")
        if inbox.read_open(db, BOT, update_id) is None:
            return None
        inbox.mark_done(db, BOT, update_id, NOW)
        self.seen.append(update_id)
        return update_id

    def join(self) -> None:
        self.joined += 1


@asynccontextmanager
async def pumping(
    folder: Path, *fails: int, before: tuple[int, ...] = ()
) -> AsyncIterator[tuple[Keeper, Counter, Any]]:
    with closing(connect(folder / "mission.sqlite")) as db:
        migrate(db)
        if before:
            db.execute("BEGIN")
            inbox.keep(db, BOT, [(number, b"{}") for number in before], NOW)
            db.execute("COMMIT")
        turn(folder / "clock.json", NOW, 0.0)
        writer, counter = Writer(db), Counter(fails)
        writer.start()
        pump = Pump(BOT, writer, counter.process, counter.join, counter.after.append)
        keeper = Keeper(BOT, writer, StageClock(folder / "clock.json"), pump)
        running = asyncio.create_task(pump.run())
        await writer.act(put("begun"))
        yield keeper, counter, writer
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await writer.stop()


async def until_done(counter: Counter, count: int) -> None:
    async with asyncio.timeout(10):
        while len([number for number in counter.after if number]) < count:
            await asyncio.sleep(0.01)


def updates(*numbers: int) -> list[dict[str, Any]]:
    return [{"update_id": number, "message": {}} for number in numbers]


async def test_each_is_looked_at_once_in_order_and_what_follows_waits_for_the_commit(tmp_path: Path) -> None:
    async with pumping(tmp_path) as (keeper, counter, writer):
        await keeper.keep(updates(1, 2, 3))
        await keeper.keep(updates(3, 4))
        await until_done(counter, 4)
        assert counter.seen == [1, 2, 3, 4]
        assert [number for number in counter.after if number] == [1, 2, 3, 4]
        assert counter.joined >= 2
        rows = await writer.act(lambda db: db.execute("SELECT update_id, raw, state FROM inbox").fetchall())
        assert bytes(rows[0][1]) == b'{"update_id":1,"message":{}}'
        assert {row[2] for row in rows} == {"done"}


async def test_what_an_earlier_run_left_open_comes_before_what_is_new(tmp_path: Path) -> None:
    async with pumping(tmp_path, before=(7, 8)) as (keeper, counter, _):
        await keeper.keep(updates(9))
        await until_done(counter, 3)
        assert counter.seen == [7, 8, 9]


@pytest.mark.parametrize("fails", [(2,), (1, 3)])
async def test_after_trouble_of_the_disk_no_later_one_goes_before_the_one_that_waits(
    tmp_path: Path, fails: tuple[int, ...], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep = asyncio.sleep
    monkeypatch.setattr("bot.inbox.asyncio.sleep", lambda seconds: sleep(seconds / 100))
    async with pumping(tmp_path, *fails) as (keeper, counter, _):
        await keeper.keep(updates(1, 2, 3))
        await keeper.keep(updates(4))
        await until_done(counter, 4)
        assert counter.seen == [1, 2, 3, 4]
        assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(("count", "looked_at"), [(MANY - 1, MANY - 1), (MANY, 0)])
async def test_where_many_wait_the_next_are_asked_for_before_these_are_looked_at(
    tmp_path: Path, count: int, looked_at: int
) -> None:
    async with pumping(tmp_path) as (keeper, counter, _):
        await keeper.keep(updates(1))
        await until_done(counter, 1)
        await keeper.keep(updates(*range(2, count + 2)))
        assert len(counter.seen) - 1 == looked_at
        await until_done(counter, count + 1)
        assert counter.seen == list(range(1, count + 2))


async def test_what_nests_too_deep_is_kept_as_nothing_and_set_aside_later(tmp_path: Path) -> None:
    deep: Any = []
    for _ in range(400):
        deep = [deep]
    async with pumping(tmp_path) as (keeper, counter, writer):
        await keeper.keep([{"update_id": 1, "message": deep}])
        await until_done(counter, 1)
        assert bytes(await writer.act(lambda db: db.execute("SELECT raw FROM inbox").fetchone()[0])) == b""


@pytest.mark.parametrize(
    ("error", "failures", "seconds"),
    [
        (RetryAfter(7), 1, 7.0),
        (Conflict("two"), 9, 5.0),
        (NetworkError("cut"), 1, 0.5),
        (NetworkError("cut"), 3, 2.0),
        (NetworkError("cut"), 30, 8.0),
        (TelegramError("bad"), 1, 2.0),
        (TelegramError("bad"), 4, 16.0),
        (TelegramError("bad"), 5, 20.0),
        (StorageTroubleError("full"), 1, 2.0),
        (BadRequest("bad"), 2, 1.0),
    ],
)
def test_how_long_the_poller_waits_hangs_on_what_went_wrong(error: Exception, failures: int, seconds: float) -> None:
    assert _wait_after(error, failures) == seconds


class Once:
    """Telegram, for one question: an update waits, and it fails from then on."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    async def do_api_request(self, method: str, *, api_kwargs: dict[str, Any], **_: Any) -> list[dict[str, Any]]:
        self.asked.append(api_kwargs)
        if method != "getUpdates" or len(self.asked) > 1:
            raise InvalidToken("no more")
        return updates(7)


async def test_updates_that_the_disk_does_not_keep_are_asked_for_again_with_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep = asyncio.sleep
    monkeypatch.setattr("bot.inbox.asyncio.sleep", lambda seconds: sleep(seconds / 100))

    def fails_at_the_commit(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA defer_foreign_keys = ON")
        db.execute("INSERT INTO scope (person_id, team_id) VALUES (404, 404)")

    async with pumping(tmp_path) as (keeper, counter, writer):
        telegram = Once()
        poller = Poller(telegram, keeper, writer, StageClock(tmp_path / "clock.json"))  # type: ignore[arg-type]
        broken = writer.submit(fails_at_the_commit)
        with pytest.raises(InvalidToken):
            await poller.run()
        with pytest.raises(StorageTroubleError):
            await broken
        del poller
        gc.collect()
        await sleep(0)
        assert [asked.get("offset") for asked in telegram.asked] == [None, None], "it was not confirmed"
        assert counter.seen == []
    told = [record.getMessage() for record in caplog.records if record.name in {"asyncio", "bot.inbox"}]
    assert [line for line in told if "getUpdates" in line] == ["getUpdates: StorageTroubleError; again in 2.0 s"]
    assert not [record for record in caplog.records if record.name == "asyncio" or record.exc_info]
