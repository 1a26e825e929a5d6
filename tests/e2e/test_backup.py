"""Copies of the database: made while people talk, proved, encrypted, thinned out, and put back."""

import asyncio
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pyrage  # type: ignore[import-untyped]
import pytest

from bot.clock import turn
from bot.upkeep import last_hour
from storage import backups
from storage.database import connect, migrate
from storage.erasure import list_copies
from tests.e2e.ledgers import is_beginning_of, is_sound, ledger, story
from tests.house import House

ROOT = Path(__file__).parent.parent.parent


async def fieldpost(house: House, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", *arguments, "--config", str(house.folder / "config.toml")]
    return await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True
    )


async def test_a_copy_made_while_observers_talk_is_restored_elsewhere_with_the_same_ledger(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")

        copied = asyncio.Event()

        async def talk() -> None:
            await observer.say("/log")
            number = 0
            while not copied.is_set():
                number += 1
                house.telegram.say(observer.user_id, f"What was said, number {number}")
                await asyncio.sleep(0.01)

        async def copy() -> None:
            try:
                made = await fieldpost(house, "backup")
                assert made.returncode == 0, made.stderr
            finally:
                copied.set()

        await asyncio.gather(talk(), copy())
        first = backups.list_copies(tmp_path / "backups")[0]
        assert first.stat().st_mode & 0o077 == 0
        await house.settle()
        await house.close()
        amid = tmp_path / "amid" / "mission.sqlite"
        moved = {"FIELDPOST_STORAGE__PATH": str(amid)}
        assert (await fieldpost(house, "restore", str(first), **moved)).returncode == 0
        assert is_sound(amid)
        assert is_beginning_of(story(amid), story(house.path))
        assert 0 < len(story(amid)["log_entry"]) < len(story(house.path)["log_entry"])
        assert (await fieldpost(house, "backup")).returncode == 0
        last = backups.list_copies(tmp_path / "backups")[0]
        elsewhere = tmp_path / "standby" / "mission.sqlite"
        moved = {"FIELDPOST_STORAGE__PATH": str(elsewhere)}
        assert (await fieldpost(house, "restore", str(last), **moved)).returncode == 0
        assert ledger(elsewhere) == ledger(house.path)
        await house.open()


async def test_a_database_is_replaced_only_when_told_and_never_under_a_running_bot(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.enrol("O001")
        assert (await fieldpost(house, "backup")).returncode == 0
        copy = str(backups.list_copies(tmp_path / "backups")[0])
        running = await fieldpost(house, "restore", copy, "--replace")
        assert running.returncode == 1
        assert "is running" in running.stderr
        await house.close()
        untold = await fieldpost(house, "restore", copy)
        assert untold.returncode == 1
        assert "--replace" in untold.stderr
        before = ledger(house.path)
        told = await fieldpost(house, "restore", copy, "--replace")
        assert told.returncode == 0, told.stderr
        (aside,) = [path for path in list_copies(house.path) if "replaced" in path.name]
        assert ledger(aside) == before
        await house.open()
        assert (await house.enrol("O002")).last


async def test_an_encrypted_copy_is_read_with_the_key_and_with_nothing_else(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.close()
        key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
        made = await fieldpost(house, "backup", FIELDPOST_BACKUP__AGE_RECIPIENTS=str(key.to_public()))
        assert made.returncode == 0, made.stderr
        (copy,) = backups.list_copies(tmp_path / "backups")
        assert copy.name.endswith(".age")
        assert b"SQLite" not in copy.read_bytes()
        before = ledger(house.path)
        for name, secret in (("wrong", other), ("right", key)):
            (tmp_path / name).write_text(f"# created by a test\n{secret}\n")
        assert (await fieldpost(house, "restore", str(copy), "--replace")).returncode == 1
        wrong = await fieldpost(house, "restore", str(copy), "--replace", "--identity", str(tmp_path / "wrong"))
        assert wrong.returncode == 1
        assert ledger(house.path) == before
        right = await fieldpost(house, "restore", str(copy), "--replace", "--identity", str(tmp_path / "right"))
        assert right.returncode == 0, right.stderr
        assert ledger(house.path) == before
        await house.open()


async def test_the_clock_makes_one_copy_a_day_and_keeps_the_newest(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.enrol("O001")
        folder = tmp_path / "backups"
        assert not folder.exists()
        for day in (9, 10, 11):
            turn(house.clock_file, datetime(2019, 6, day, 1, 0, tzinfo=UTC), 1.0)
            for _ in range(500):
                if len(backups.list_copies(folder)) >= day - 8:
                    break
                await asyncio.sleep(0.02)
        names = [copy.name[:18] for copy in backups.list_copies(folder)]
        assert names == ["fieldpost-20190611", "fieldpost-20190610", "fieldpost-20190609"]
        assert [p.name[:18] for p in backups.thin_out(folder, 2)] == ["fieldpost-20190609"]


def test_a_damaged_copy_is_not_put_in_place(tmp_path: Path) -> None:
    now = datetime(2019, 6, 8, 12, tzinfo=UTC)
    source, target = tmp_path / "source.sqlite", tmp_path / "target.sqlite"
    with closing(connect(source)) as db:
        migrate(db)
        db.execute("INSERT INTO note (name, value) VALUES ('a', ?)", ("x" * 100_000,))
    copy = backups.make(source, tmp_path / "backups", now)
    whole = bytearray(copy.read_bytes())
    whole[8192:40960] = b"\xff" * (40960 - 8192)
    copy.write_bytes(whole)
    with pytest.raises(backups.BrokenCopyError):
        backups.restore(copy, target, None, now, replace=False)
    assert not target.exists()
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2019, 6, 8, 23, 30, tzinfo=UTC), datetime(2019, 6, 8, 22, 0, tzinfo=UTC)),
        (datetime(2019, 6, 8, 21, 59, tzinfo=UTC), datetime(2019, 6, 7, 22, 0, tzinfo=UTC)),
    ],
)
def test_the_hour_of_copies_is_the_missions(now: datetime, due: datetime) -> None:
    assert last_hour(now, time(4), ZoneInfo("Asia/Almaty")) == due
