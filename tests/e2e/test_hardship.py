"""What a machine does to a bot: a full disk, a torn write-ahead log, a second process, Telegram away, old databases."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot import app
from bot.locking import AlreadyRunningError
from demo.telegram.faults import Fault
from storage.database import MIGRATIONS, connect, migrate
from tests.e2e.conftest import Fieldpost
from tests.e2e.ordeal import small_disk as mounted_disk
from tests.house import House

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 12 MB; skipped where we may not mount one."""
    with mounted_disk(12) as disk:
        if disk is None:
            pytest.skip("no right to mount")
        yield disk


async def test_a_full_disk_loses_nothing_that_was_told_meanwhile(small_disk: Path) -> None:
    async with House(small_disk) as house:
        observer = await house.enrol("O001")
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"\0" * 4096):
                pass
        for n in range(200):
            house.telegram.say(observer.user_id, f"/programme {'x' * 2000} {n}")
        await asyncio.sleep(2)  # it cannot be waited for: the bot gets nowhere
        ballast.unlink()
        for _ in range(900):
            if house.rows("SELECT count(*) FROM inbox WHERE state = 'done'")[0][0] >= 203:
                break
            await asyncio.sleep(0.1)
        await house.settle()
        assert house.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", 203)]
        assert house.rows("PRAGMA integrity_check") == [("ok",)]
        assert "Programme" in (await observer.say("/programme"))["text"]


def test_whoever_starts_the_bot_on_a_full_disk_reads_what_is_wrong(small_disk: Path, fieldpost: Fieldpost) -> None:
    with (small_disk / "ballast").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    path = str(small_disk / "mission.sqlite")
    done = fieldpost("run", FIELDPOST_STORAGE__PATH=path, FIELDPOST_TELEGRAM__TOKEN="1:TEST")
    assert done.returncode == 1
    assert path in done.stderr.replace("\n", "")
    assert "whether the disk is full" in " ".join(done.stderr.split())


async def test_a_torn_end_of_the_log_costs_the_last_commits_and_nothing_else(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/programme")
        torn = tmp_path / "torn.sqlite"
        shutil.copy(house.path, torn)
        shutil.copy(house.path.with_name(house.path.name + "-wal"), torn.with_name("torn.sqlite-wal"))
        wal = torn.with_name("torn.sqlite-wal")
        size = wal.stat().st_size
        with wal.open("r+b") as file:
            file.truncate(size - 1000)
            file.seek(size - 9000)
            file.write(b"\xff" * 2000)
        with closing(sqlite3.connect(torn)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            assert db.execute("SELECT count(*) FROM person").fetchone()[0] == 432
            assert db.execute("SELECT count(*) FROM inbox").fetchone()[0] >= 1


async def test_a_second_bot_keeps_off_the_database(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        with pytest.raises(AlreadyRunningError):
            await app.run(house.config())
        observer = await house.enrol("O001")
        assert "Programme" in (await observer.say("/programme"))["text"]


async def test_telegram_is_away_and_everything_said_meanwhile_is_answered(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observers = [await house.enrol(f"O00{n}") for n in range(1, 4)]
        for method in ("getUpdates", "sendMessage", "answerCallbackQuery", "deleteMessage"):
            house.telegram.faults.add(Fault("cut_before", method, times=4))
        for phone in observers:
            house.telegram.say(phone.user_id, "/programme")
        for phone in observers:
            await house.telegram.wait_for(lambda m: "Programme," in m.get("text", ""), phone.user_id, 60)
        await house.settle()
        assert house.rows("SELECT count(*) FROM outbox WHERE state <> 'sent'") == [(0,)]


RELEASED = sorted(int(script.name[:4]) for script in MIGRATIONS.glob("[0-9]*.sql"))


@pytest.mark.parametrize("version", RELEASED[:-1])
def test_a_database_of_every_earlier_schema_is_copied_and_then_brought_up_to_date(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.sqlite"
    db = connect(path)
    for script in sorted(MIGRATIONS.glob("[0-9]*.sql")):
        if int(script.name[:4]) <= version:
            db.executescript(script.read_text(encoding="utf-8"))
    db.execute(f"PRAGMA user_version = {version}")
    db.execute("INSERT INTO team (id, name) VALUES (1, 'Team 1')")
    db.execute(
        "INSERT INTO person (id, reference, name, role, team_id, language, time_zone, created_at, changed_at)"
        " VALUES (1, 'O001', 'Aida', 'observer', 1, 'en', 'UTC', '', '')"
    )
    db.execute(
        "INSERT INTO meeting (id, reference, starts_at, time_zone, local_day, kind, host, revision)"
        " VALUES (1, 'M01', '2019-06-08T03:30:00.000Z', 'UTC', '2019-06-08', 'visit', 'CEC', 1)"
    )
    db.execute(
        "INSERT INTO meeting_revision (meeting_id, revision, made_at, source, content)"
        " VALUES (1, 1, '', 'import', '{\"starts_at\": \"2019-06-08T03:30:00.000Z\"}')"
    )
    said_by = ", said_by" if version >= 3 else ""
    for n, presence in enumerate("wa"):
        db.execute(
            f"INSERT INTO checkin (meeting_id, person_id, presence, said_at, processed_at{said_by})"
            f" VALUES (1, 1, ?, ?, ''{', 1' if said_by else ''})",
            (presence, f"2019-06-08T03:3{n}:00.000Z"),
        )
    assert migrate(db)
    assert (tmp_path / f"old.sqlite.before-{version + 1:04}").exists()
    assert [row[0] for row in db.execute("SELECT presence FROM checkin ORDER BY id")] == ["w", "a"]
    assert [tuple(row) for row in db.execute("SELECT meeting_id, person_id, presence FROM last_word")] == [(1, 1, "a")]
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert migrate(db) == []
    db.close()
    with closing(sqlite3.connect(tmp_path / f"old.sqlite.before-{version + 1:04}")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (version,)
        assert copy.execute("SELECT count(*) FROM checkin").fetchone() == (2,)
