"""A mission's tenth day is as fast as its first: what was sent long ago costs nothing today."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from domain.letter import Letter, LetterKind
from storage import outbox
from storage.database import connect, migrate

NOW = datetime(2019, 6, 8, 12, tzinfo=UTC)
PEOPLE = 50


def with_history(path: Path, letters: int) -> sqlite3.Connection:
    """So many letters sent to fifty people, and one that waits for each of them."""
    db = connect(path)
    migrate(db)
    for number in range(letters + PEOPLE):
        payload = {"text": "Hello", "message_id": 7}
        letter = Letter(LetterKind.ANSWER, 1 + number % PEOPLE, "editMessageText", payload)
        letter_id = outbox.queue(db, letter, NOW, None)
        if letter_id is not None and number < letters:
            outbox.mark_sent(db, letter_id, number, NOW)
    return db


def steps(db: sqlite3.Connection, query: Callable[[], object]) -> int:
    """How much work the query is to SQLite, in steps of its machine."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    db.set_progress_handler(count, 1)
    query()
    db.set_progress_handler(None, 1)
    return taken


def test_neither_sending_nor_editing_looks_through_what_was_sent(tmp_path: Path) -> None:
    young, old = with_history(tmp_path / "young.sqlite", 100), with_history(tmp_path / "old.sqlite", 5_000)
    for db in (young, old):
        assert len(outbox.list_sendable(db, NOW, 128)) == PEOPLE
        assert outbox.find_queued_edit(db, 3, 7) is not None
    sending = [steps(db, lambda db=db: outbox.list_sendable(db, NOW, 128)) for db in (young, old)]  # type: ignore[misc]
    editing = [steps(db, lambda db=db: outbox.find_queued_edit(db, 3, 7)) for db in (young, old)]  # type: ignore[misc]
    assert sending[1] <= sending[0] * 1.2
    assert editing[1] <= editing[0] * 1.2
