"""Forgetting down to the bytes: another account whose number begins alike, bytes that are no text, a file in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from domain.erasure import Subject, Traces
from storage import erasure
from storage.database import as_text, connect
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty

AIGUL = Subject(1, "Aigul Bekova", "O1", "Person 1", telegram_ids=(777,))


def update(duty: Duty, number: int, raw: bytes, state: str) -> None:
    duty.db.execute(
        "INSERT INTO inbox (bot_id, update_id, arrived, received_at, raw, state) VALUES (1, ?, ?, ?, ?, ?)",
        (number, number, as_text(NOON), raw, state),
    )


def test_an_account_whose_number_begins_alike_keeps_its_updates(duty: Duty) -> None:
    mine = b'{"message":{"from":{"id":777,"first_name":"A"}}}'
    longer = b'{"message":{"from":{"id":7770,"first_name":"B"}}}'
    both = b'{"message":{"from":{"id":7770},"to":{"id":777}}}'
    waits = b'{"message":{"from":{"id":7770},"to":{"id":777,"first_name":"A"}}}'
    for number, (raw, state) in enumerate([(mine, "open"), (longer, "done"), (both, "done"), (waits, "open")], 1):
        update(duty, number, raw, state)
    counts = erasure.erase_transport(duty.db, AIGUL, Traces(), Traces(), NOON)
    assert counts == {"updates": 3, "letters": 0}
    hidden = b'{"message": {"from": {"id": 7770}, "to": {"id": 777, "first_name": "Person 1"}}}'
    assert duty.rows("SELECT raw, state, settled_at FROM inbox ORDER BY update_id") == [
        (b"{}", "done", as_text(NOON)),
        (longer, "done", None),
        (b"{}", "done", None),
        (hidden, "open", None),
    ]


def test_texts_and_bytes_that_are_text_are_rewritten_and_other_bytes_are_left(duty: Duty) -> None:
    traces = Traces()
    traces.add(AIGUL.name, AIGUL.neutral)
    no_text = b"\xff\xfe" + AIGUL.name.encode()
    duty.db.execute("CREATE TABLE later (id INTEGER PRIMARY KEY, body TEXT, content BLOB, seen_at TEXT)")
    rows = [
        (1, "Aigul Bekova came", b"of Aigul Bekova", "Aigul Bekova"),
        (2, None, no_text, None),
        (3, "Nobody", b"else", None),
    ]
    duty.db.executemany("INSERT INTO later VALUES (?, ?, ?, ?)", rows)
    assert erasure.sweep(duty.db, traces) == (1, 0)
    assert duty.rows("SELECT * FROM later ORDER BY id") == [
        (1, "Person 1 came", b"of Person 1", "Aigul Bekova"),
        *rows[1:],
    ]


def test_a_row_that_cannot_be_rewritten_is_counted_and_triggers_stand_again(duty: Duty) -> None:
    traces = Traces()
    traces.add(AIGUL.name, AIGUL.neutral)
    duty.db.execute("CREATE TABLE later (id INTEGER PRIMARY KEY, body TEXT UNIQUE)")
    duty.db.execute(
        "CREATE TRIGGER later_is_kept BEFORE UPDATE ON later BEGIN SELECT raise(ABORT, 'never rewritten'); END"
    )
    bodies = ["Person 1", "Aigul Bekova", "Aigul Bekova spoke", "With Aigul Bekova"]
    duty.db.executemany("INSERT INTO later (body) VALUES (?)", [(body,) for body in bodies])
    assert erasure.sweep(duty.db, traces) == (2, 1)
    told = [(body,) for body in ("Person 1", "Aigul Bekova", "Person 1 spoke", "With Person 1")]
    assert duty.rows("SELECT body FROM later ORDER BY id") == told
    with pytest.raises(sqlite3.IntegrityError, match="never rewritten"):
        duty.db.execute("UPDATE later SET body = ''")


def test_a_file_that_somebody_holds_is_compacted_later(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    def impatient(path: Path) -> sqlite3.Connection:
        """The same connection; the ten seconds for which it waits are not waited for."""
        db = connect(path)
        db.execute("PRAGMA busy_timeout = 0")
        return db

    monkeypatch.setattr(erasure, "connect", impatient)
    duty.db.execute("CREATE TABLE later (body TEXT)")
    log = duty.path.with_name(f"{duty.path.name}-wal")
    with closing(connect(duty.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not erasure.compact(duty.path), "somebody writes"
        other.execute("ROLLBACK")
        other.execute("BEGIN")
        other.execute("SELECT * FROM later").fetchall()
        assert not erasure.compact(duty.path), "somebody reads what was there"
        assert log.stat().st_size > 0
        other.execute("ROLLBACK")
        assert erasure.compact(duty.path)
        assert log.stat().st_size == 0


def test_trouble_that_is_nobodys_holding_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened_to_read(path: Path) -> sqlite3.Connection:
        return connect(path, read_only=True)

    with closing(connect(tmp_path / "mission.sqlite")) as db:
        db.execute("CREATE TABLE later (body TEXT)")
    monkeypatch.setattr(erasure, "connect", opened_to_read)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        erasure.compact(tmp_path / "mission.sqlite")


def test_other_copies_beside_the_database_are_found_by_what_they_are(duty: Duty) -> None:
    folder = duty.path.parent
    (folder / "copy.bin").write_bytes(b"SQLite format 3\x00rest")
    (folder / "mission.sqlite.before-3").write_bytes(b"half")
    (folder / "notes.txt").write_bytes(b"SQLite format 3 is what we use")
    (folder / "mission.sqlite.lock").write_bytes(b"SQLite format 3\x00")
    (folder / "folder.sqlite").mkdir()
    assert [path.name for path in erasure.list_copies(duty.path)] == ["copy.bin", "mission.sqlite.before-3"]
