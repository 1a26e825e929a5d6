"""The note shelf: single remembered values (the bot's username, when Telegram was last heard)."""

import sqlite3


def read(db: sqlite3.Connection, name: str) -> str | None:
    """The value under this name."""
    row = db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def write(db: sqlite3.Connection, name: str, value: str) -> None:
    """Remember a value."""
    db.execute(
        "INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def drop(db: sqlite3.Connection, name: str) -> None:
    """Forget a value."""
    db.execute("DELETE FROM note WHERE name = ?", (name,))
