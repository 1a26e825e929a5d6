"""The shelf of what messages gave that are no points of a log; points know their messages themselves."""

import sqlite3
from enum import StrEnum


class What(StrEnum):
    """What a message gave."""

    REASON = "reason"
    """Of an absence; the subject is the check-in."""
    HOST = "host"
    """Of an unplanned meeting; the subject is the meeting."""
    WORDING = "wording"
    """Of a submitted point; the subject is the point."""


def note(db: sqlite3.Connection, chat_id: int, message_id: int, what: What, subject: int) -> None:
    """This message gave that."""
    db.execute(
        "INSERT INTO given (chat_id, message_id, what, subject) VALUES (?, ?, ?, ?) ON CONFLICT (chat_id, message_id)"
        " DO UPDATE SET what = excluded.what, subject = excluded.subject",
        (chat_id, message_id, what, subject),
    )


def find(db: sqlite3.Connection, chat_id: int, message_id: int) -> tuple[What, int] | None:
    """What this message gave, and to which row."""
    row = db.execute(
        "SELECT what, subject FROM given WHERE chat_id = ? AND message_id = ?", (chat_id, message_id)
    ).fetchone()
    return (What(row["what"]), row["subject"]) if row else None
