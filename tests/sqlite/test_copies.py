"""Copies of the database: what is no sound copy, and what becomes of the database in whose place one is put."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from storage import backups
from storage.backups import BrokenCopyError, WouldOverwriteError
from storage.database import MIGRATIONS, connect, migrate

NOON = datetime(2019, 6, 8, 12, tzinfo=UTC)
ALMATY = timezone(timedelta(hours=5))


def database(path: Path, *teams: str) -> Path:
    """A database of ours with these teams."""
    with closing(connect(path)) as db:
        migrate(db)
        db.executemany("INSERT INTO team (name) VALUES (?)", [(name,) for name in teams])
    return path


def teams(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT name FROM team ORDER BY name")]


def changed(path: Path, *statements: str) -> Path:
    """The same file after somebody meddled with it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_copy_is_named_by_its_moment_and_holds_what_was_there(tmp_path: Path) -> None:
    source = database(tmp_path / "mission.sqlite", "One", "Two")
    copy = backups.make(source, tmp_path / "copies", NOON.astimezone(ALMATY))
    assert copy == tmp_path / "copies" / "fieldpost-20190608T120000Z.sqlite"
    assert teams(copy) == ["One", "Two"]
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert files(copy.parent) == {copy.name}


def test_a_recipient_that_is_none_leaves_no_copy_at_all(tmp_path: Path) -> None:
    source = database(tmp_path / "mission.sqlite", "One")
    with pytest.raises(BrokenCopyError, match=r"^age recipient: "):
        backups.make(source, tmp_path / "copies", NOON, ["age1nobody"])
    assert files(tmp_path / "copies") == set()


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (["PRAGMA user_version = 0"], "schema 0"),
        (["PRAGMA user_version = -1"], "schema -1"),
        ([f"PRAGMA user_version = {backups.newest_version() + 1}"], f"schema {backups.newest_version() + 1}"),
        (
            ["PRAGMA foreign_keys = OFF", "INSERT INTO scope (person_id, team_id) VALUES (7, 7)"],
            "a reference leads nowhere",
        ),
    ],
)
def test_a_copy_that_is_not_sound_is_neither_made_nor_put_in_place(
    tmp_path: Path, statements: list[str], why: str
) -> None:
    broken = changed(database(tmp_path / "broken.sqlite", "Copied"), *statements)
    with pytest.raises(BrokenCopyError) as caught:
        backups.prove(broken)
    assert str(caught.value) == why
    with pytest.raises(BrokenCopyError):
        backups.make(broken, tmp_path / "copies", NOON)
    assert files(tmp_path / "copies") == set()
    target = database(tmp_path / "place" / "mission.sqlite", "Stood")
    with pytest.raises(BrokenCopyError):
        backups.restore(broken, target, None, NOON, replace=True)
    assert teams(target) == ["Stood"]
    assert files(target.parent) == {"mission.sqlite"}


def test_the_oldest_and_the_newest_schema_are_sound(tmp_path: Path) -> None:
    copy = database(tmp_path / "mission.sqlite")
    backups.prove(copy)
    backups.prove(changed(copy, "PRAGMA user_version = 1"))
    assert backups.newest_version() == max(int(path.name[:4]) for path in MIGRATIONS.iterdir() if path.suffix == ".sql")


def test_a_file_that_is_no_database_is_no_copy(tmp_path: Path) -> None:
    (tmp_path / "copy.sqlite").write_bytes(b"nothing of ours" * 100)
    with pytest.raises(BrokenCopyError, match=r"^file is not a database$"):
        backups.prove(tmp_path / "copy.sqlite")


def test_a_healthy_database_is_replaced_only_when_told_and_kept_beside_with_all_of_its_log(tmp_path: Path) -> None:
    copy = backups.make(database(tmp_path / "old.sqlite", "Copied"), tmp_path / "copies", NOON)
    target = database(tmp_path / "place" / "mission.sqlite", "Stood")
    with pytest.raises(WouldOverwriteError, match=r"mission\.sqlite$"):
        backups.restore(copy, target, None, NOON, replace=False)
    assert teams(target) == ["Stood"]
    assert files(target.parent) == {"mission.sqlite"}
    aside = backups.restore(copy, target, None, NOON.astimezone(ALMATY), replace=True)
    assert aside == target.with_name("mission.sqlite.replaced-20190608T120000Z")
    assert (teams(target), teams(aside)) == (["Copied"], ["Stood"])
    assert files(target.parent) == {target.name, aside.name}
    assert teams(copy) == ["Copied"], "the copy stays"


def test_what_only_the_log_held_is_kept_with_the_database_that_was_replaced(tmp_path: Path) -> None:
    copy = backups.make(database(tmp_path / "old.sqlite", "Copied"), tmp_path / "copies", NOON)
    running, target = database(tmp_path / "running.sqlite", "Stood"), tmp_path / "place" / "mission.sqlite"
    target.parent.mkdir()
    with closing(connect(running)) as db:
        db.execute("INSERT INTO team (name) VALUES ('Logged')")
        for end in ("", "-wal"):  # as a kill leaves them
            target.with_name(f"{target.name}{end}").write_bytes(running.with_name(f"{running.name}{end}").read_bytes())
    aside = backups.restore(copy, target, None, NOON, replace=True)
    assert aside is not None
    assert (teams(target), teams(aside)) == (["Copied"], ["Logged", "Stood"])


def test_a_broken_database_is_replaced_too_and_nothing_of_its_log_gets_into_the_new_one(tmp_path: Path) -> None:
    copy = backups.make(database(tmp_path / "old.sqlite", "Copied"), tmp_path / "copies", NOON)
    target = tmp_path / "place" / "mission.sqlite"
    target.parent.mkdir()
    for end in ("", "-wal", "-shm"):
        target.with_name(f"{target.name}{end}").write_bytes(b"broken" * 1000)
    aside = backups.restore(copy, target, None, NOON, replace=True)
    assert aside is not None
    assert aside.read_bytes() == b"broken" * 1000
    assert files(target.parent) == {target.name, aside.name}
    assert teams(target) == ["Copied"]


def test_where_nothing_stood_nothing_is_moved_aside(tmp_path: Path) -> None:
    copy = backups.make(database(tmp_path / "old.sqlite", "Copied"), tmp_path / "copies", NOON)
    target = tmp_path / "new" / "place" / "mission.sqlite"
    assert backups.restore(copy, target, None, NOON, replace=False) is None
    assert teams(target) == ["Copied"]
    assert files(target.parent) == {target.name}


def test_only_the_newest_copies_are_kept_and_other_files_are_left_alone(tmp_path: Path) -> None:
    names = [f"fieldpost-2019060{day}T120000Z.sqlite{'.age' if day % 2 else ''}" for day in range(1, 5)]
    others = {"fieldpost-20190601T120000Z.sqlite.part", "fieldpost-notes.txt", "mission.sqlite"}
    for name in (*names, *others):
        (tmp_path / name).touch()
    assert [path.name for path in backups.list_copies(tmp_path)] == names[::-1]
    assert [path.name for path in backups.thin_out(tmp_path, 3)] == names[:1]
    assert files(tmp_path) == {*names[1:], *others}
