"""The chat shelf: groups the bot is or was in, and what they became."""

import sqlite3
from datetime import datetime

from storage.database import as_text


def note_status(db: sqlite3.Connection, chat_id: int, kind: str, title: str, status: str, now: datetime) -> None:
    """What the bot is in this group: member, administrator, left, kicked; "" leaves the known title."""
    db.execute(
        "INSERT INTO chat (chat_id, kind, title, status, changed_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (chat_id)"
        " DO UPDATE SET kind = excluded.kind, title = coalesce(nullif(excluded.title, ''), title),"
        " status = excluded.status,"
        " changed_at = excluded.changed_at",
        (chat_id, kind, title, status, as_text(now)),
    )


def note_migration(db: sqlite3.Connection, old: int, new: int, now: datetime) -> None:
    """The group is a supergroup now, under another id."""
    db.execute(
        "INSERT INTO chat (chat_id, kind, status, migrated_to, changed_at) VALUES (?, 'group', 'migrated', ?, ?)"
        " ON CONFLICT (chat_id) DO UPDATE SET status = 'migrated', migrated_to = excluded.migrated_to,"
        " changed_at = excluded.changed_at",
        (old, new, as_text(now)),
    )


def list_groups(db: sqlite3.Connection) -> list[int]:
    """Groups in which the bot was last known to be."""
    rows = db.execute("SELECT chat_id FROM chat WHERE chat_id < 0 AND migrated_to IS NULL ORDER BY chat_id")
    return [row[0] for row in rows]
