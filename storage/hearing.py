"""The shelf of what the bot could not hear: spans of time without Telegram."""

import sqlite3
from datetime import datetime, timedelta

from domain.alarm import Span
from storage import notes
from storage.database import as_moment, as_text

POLLED_AT = "polled_at"


def note_heard(db: sqlite3.Connection, now: datetime) -> None:
    """Telegram answered."""
    notes.write(db, POLLED_AT, as_text(now))


def fall_deaf(db: sqlite3.Connection, now: datetime) -> None:
    """Telegram cannot be heard, since it last was; nothing changes if that is known."""
    if not is_deaf(db):
        heard_at = min(notes.read(db, POLLED_AT) or as_text(now), as_text(now))
        db.execute(
            "INSERT INTO deaf (from_at) VALUES (?) ON CONFLICT (from_at) DO UPDATE SET until_at = NULL", (heard_at,)
        )


def hear_again(db: sqlite3.Connection, now: datetime, unless_shorter: timedelta) -> None:
    """Everything that was waiting at Telegram has come in. A span shorter than that is not worth keeping."""
    db.execute("DELETE FROM deaf WHERE until_at IS NULL AND from_at > ?", (as_text(now - unless_shorter),))
    db.execute("UPDATE deaf SET until_at = ? WHERE until_at IS NULL", (as_text(now),))


def is_deaf(db: sqlite3.Connection) -> bool:
    """Whether Telegram cannot be heard now."""
    return db.execute("SELECT 1 FROM deaf WHERE until_at IS NULL").fetchone() is not None


def list_deaf(db: sqlite3.Connection, since: datetime) -> list[Span]:
    """Closed spans that ended after that moment."""
    rows = db.execute("SELECT from_at, until_at FROM deaf WHERE until_at > ? ORDER BY from_at", (as_text(since),))
    return [(as_moment(row[0]), as_moment(row[1])) for row in rows]
