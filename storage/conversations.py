"""The conversation shelf: at which question a person stands."""

import sqlite3
from datetime import datetime

from domain.step import Standing
from storage.database import as_text


def read(db: sqlite3.Connection, chat_id: int, user_id: int) -> Standing | None:
    """Where this person stands in this chat."""
    row = db.execute(
        "SELECT flow, step, subject FROM conversation WHERE chat_id = ? AND user_id = ?", (chat_id, user_id)
    ).fetchone()
    return Standing(row["flow"], row["step"], row["subject"]) if row else None


def write(db: sqlite3.Connection, chat_id: int, user_id: int, standing: Standing, now: datetime) -> None:
    """He stands here now."""
    db.execute(
        "INSERT INTO conversation (chat_id, user_id, flow, step, subject, changed_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (chat_id, user_id) DO UPDATE SET flow = excluded.flow, step = excluded.step,"
        " subject = excluded.subject, changed_at = excluded.changed_at",
        (chat_id, user_id, standing.flow, standing.step, standing.subject, as_text(now)),
    )


def end(db: sqlite3.Connection, chat_id: int, user_id: int) -> None:
    """No question is open."""
    db.execute("DELETE FROM conversation WHERE chat_id = ? AND user_id = ?", (chat_id, user_id))
