"""The upload shelf: files that were sent to be imported, and what was read in them until it is applied."""

import sqlite3
from datetime import datetime

from domain.upload import Purpose, Upload, UploadState
from storage.database import as_text

_SELECT = "SELECT id, purpose, person_id, chat_id, file_id, file_name, state, attempts FROM upload"
_SETTLED = "settled_at = ?, content = NULL, change = NULL, file_name = '', file_id = ''"
"""What was in the file, and what it was called, are names of people: they go when the matter is settled."""


def _upload(row: sqlite3.Row) -> Upload:
    state = UploadState(row["state"])
    return Upload(row[0], Purpose(row[1]), row[2], row[3], row[4], row[5], state, row["attempts"])


def add(
    db: sqlite3.Connection,
    person_id: int,
    chat_id: int,
    file_id: str,
    file_name: str,
    file_size: int,
    now: datetime,
) -> int:
    """A file is wanted; its id."""
    row = db.execute(
        "INSERT INTO upload (purpose, person_id, chat_id, file_id, file_name, file_size, state, due_at, created_at)"
        " VALUES ('unread', ?1, ?2, ?3, ?4, ?5, 'wanted', ?6, ?6) RETURNING id",
        (person_id, chat_id, file_id, file_name, file_size, as_text(now)),
    ).fetchone()
    return int(row[0])


def find(db: sqlite3.Connection, upload_id: int) -> Upload | None:
    """The upload with this id."""
    row = db.execute(f"{_SELECT} WHERE id = ?", (upload_id,)).fetchone()
    return _upload(row) if row else None


def list_wanted(db: sqlite3.Connection) -> list[Upload]:
    """Those to be fetched, the oldest first."""
    return [_upload(row) for row in db.execute(f"{_SELECT} WHERE state = 'wanted' ORDER BY due_at, id")]


def count_attempt(db: sqlite3.Connection, upload_id: int, now: datetime) -> int:
    """It was tried in vain once more, and is to be tried again behind the others; how often by now."""
    row = db.execute(
        "UPDATE upload SET attempts = attempts + 1, due_at = ? WHERE id = ? AND state = 'wanted' RETURNING attempts",
        (as_text(now), upload_id),
    ).fetchone()
    return int(row[0]) if row else 0


def keep_preview(db: sqlite3.Connection, upload_id: int, purpose: Purpose, content: str, change: str) -> None:
    """It was read and waits for a tap: what it is, its rows, and what was shown of them."""
    db.execute(
        "UPDATE upload SET state = 'read', purpose = ?, content = ?, change = ? WHERE id = ?",
        (purpose, content, change, upload_id),
    )


def read_preview(db: sqlite3.Connection, upload_id: int) -> tuple[str, str]:
    """(rows, what was shown) of an upload that waits for a tap; KeyError if there is none."""
    row = db.execute("SELECT content, change FROM upload WHERE id = ? AND state = 'read'", (upload_id,)).fetchone()
    if row is None:
        raise KeyError(upload_id)
    return row["content"], row["change"]


def settle(db: sqlite3.Connection, upload_id: int, state: UploadState, now: datetime) -> None:
    """Nothing more will come of it."""
    db.execute(f"UPDATE upload SET state = ?, {_SETTLED} WHERE id = ?", (state, as_text(now), upload_id))


def cancel_open(db: sqlite3.Connection, person_id: int, created_before: datetime, now: datetime) -> None:
    """Whatever this person still had open, and what anybody left untouched since `created_before`, is given up."""
    db.execute(
        f"UPDATE upload SET state = 'cancelled', {_SETTLED} WHERE state IN ('wanted', 'read')"
        " AND (person_id = ? OR created_at < ?)",
        (as_text(now), person_id, as_text(created_before)),
    )
