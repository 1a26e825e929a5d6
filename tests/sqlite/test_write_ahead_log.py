"""The write-ahead log begins anew, even where somebody writes all the time."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.writer import Writer
from storage.database import carry_over, checkpoint, connect, migrate

ROUNDS = 12
WRITTEN = 45 * 4120
"""Bytes of the log that `write` fills at most: about thirty pages and what they leave free."""


def write(db: sqlite3.Connection) -> None:
    """Some thirty pages."""
    db.execute("INSERT OR REPLACE INTO note (name, value) VALUES ('x', hex(randomblob(60000)))")


async def test_a_log_is_not_longer_than_what_came_since_the_last_rest(tmp_path: Path) -> None:
    path = tmp_path / "mission.sqlite"
    with closing(connect(path)) as db:
        migrate(db)
        db.execute("PRAGMA wal_autocheckpoint = 0")
        checkpoint(path)
        writer = Writer(db)
        writer.start()
        writes, rests = 0, [0]

        async def go_on_writing() -> None:
            nonlocal writes
            while True:
                await writer.act(write)
                writes += 1

        busy = asyncio.create_task(go_on_writing())
        for _ in range(ROUNDS):
            for _ in range(3):
                await writer.act(write)
            await asyncio.to_thread(checkpoint, path)
            await writer.act(write)  # what comes in before the writer rests
            await writer.between(carry_over)
            writes += 4
            rests.append(writes)
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        await writer.stop()
        size = path.with_name("mission.sqlite-wal").stat().st_size
    most = max(later - earlier for earlier, later in zip(rests, rests[2:], strict=False))
    assert size <= (most + 2) * WRITTEN, rests


async def test_trouble_at_rest_is_told_and_the_writer_goes_on(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "mission.sqlite")) as db:
        migrate(db)
        writer = Writer(db)
        writer.start()
        told = await asyncio.gather(
            writer.between(lambda db: db.execute("SELECT nothing")), writer.act(write), return_exceptions=True
        )
        assert isinstance(told[0], sqlite3.Error)
        assert told[1] is None
        await writer.stop()
