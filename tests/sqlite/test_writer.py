"""The one writer: what shares a commit, and what a commit waits for."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

from bot.writer import StorageTroubleError, Writer
from storage.database import connect, migrate

FULL, NORMAL = 2, 1


@asynccontextmanager
async def writing(folder: Path) -> AsyncIterator[Writer]:
    with closing(connect(folder / "mission.sqlite")) as db:
        migrate(db)
        writer = Writer(db)
        writer.start()
        yield writer
        await writer.stop()


def put(name: str) -> Callable[[sqlite3.Connection], int]:
    """An act that writes, and answers how its commit will wait for the disk."""

    def act(db: sqlite3.Connection) -> int:
        db.execute("INSERT INTO note (name, value) VALUES (?, 'x')", (name,))
        return int(db.execute("PRAGMA synchronous").fetchone()[0])

    return act


async def test_what_is_sent_again_after_a_power_cut_waits_for_no_disk_and_everything_else_does(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer:
        assert await writer.act(put("an update")) == FULL
        assert await writer.submit(put("an answer went"), durable=False) == NORMAL
        assert await writer.act(put("another update")) == FULL
        together = [writer.submit(put("a third answer went"), durable=False), writer.submit(put("a third update"))]
        assert await asyncio.gather(*together) == [FULL, FULL]


async def test_an_update_that_comes_while_an_answer_is_recorded_waits_for_the_disk_all_the_same(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer:
        later: list[asyncio.Future[int]] = []

        def record(db: sqlite3.Connection) -> int:
            later.append(writer.submit(put("an update")))
            later.append(writer.submit(put("a claim"), last=True))
            return put("an answer went")(db)

        assert await writer.submit(record, durable=False) == NORMAL
        assert await asyncio.gather(*later) == [FULL, FULL]
        assert await writer.act(lambda db: db.execute("SELECT count(*) FROM note").fetchone()[0]) >= 3


async def test_what_ends_its_batch_is_committed_before_what_is_queued_behind_it(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer:
        order: list[str] = []

        def seen(name: str) -> Callable[[sqlite3.Connection], None]:
            def act(db: sqlite3.Connection) -> None:
                with closing(connect(tmp_path / "mission.sqlite", read_only=True)) as other:
                    committed = other.execute("SELECT count(*) FROM note WHERE value = 'x'").fetchone()[0]
                order.append(f"{name}, {committed} committed")
                put(name)(db)

            return act

        acts = [
            writer.submit(seen("beside it")),
            writer.submit(seen("the end"), ends=True),
            writer.submit(seen("behind it")),
            writer.submit(seen("last"), last=True),
        ]
        await asyncio.gather(*acts)
        assert order == [
            "beside it, 0 committed",
            "the end, 0 committed",
            "last, 0 committed",
            "behind it, 3 committed",
        ]


async def test_a_commit_that_fails_undoes_the_whole_batch_and_the_next_one_is_made(tmp_path: Path) -> None:
    """A reference that is checked only at the commit stands for whatever may go wrong there."""

    def dangle(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA defer_foreign_keys = ON")
        db.execute("INSERT INTO scope (person_id, team_id) VALUES (404, 404)")

    async with writing(tmp_path) as writer:
        together = await asyncio.gather(writer.act(put("beside it")), writer.act(dangle), return_exceptions=True)
        assert [type(one) for one in together] == [StorageTroubleError, StorageTroubleError]
        assert await writer.act(put("afterwards")) == FULL
        kept = await writer.act(lambda db: [row[0] for row in db.execute("SELECT name FROM note WHERE value = 'x'")])
        assert kept == ["afterwards"]


async def test_what_is_not_durable_outlives_the_process_that_wrote_it(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer:
        await writer.submit(put("an answer went"), durable=False)
        with closing(connect(tmp_path / "mission.sqlite", read_only=True)) as other:
            assert other.execute("SELECT count(*) FROM note WHERE name = 'an answer went'").fetchone()[0] == 1
