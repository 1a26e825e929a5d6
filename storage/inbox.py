"""The inbox shelf: every update as Telegram gave it, once."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An open row of the inbox."""

    update_id: int
    raw: bytes
    received_at: datetime
    attempts: int


def keep(db: sqlite3.Connection, bot_id: int, updates: list[tuple[int, bytes]], now: datetime) -> int:
    """Store raw updates; one already stored is left as it is. How many were new."""
    arrived: int = db.execute("SELECT coalesce(max(arrived), 0) FROM inbox").fetchone()[0]
    before = db.total_changes
    db.executemany(
        "INSERT INTO inbox (bot_id, update_id, arrived, received_at, raw) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (bot_id, update_id) DO NOTHING",
        [(bot_id, update_id, arrived + n, as_text(now), raw) for n, (update_id, raw) in enumerate(updates, 1)],
    )
    return db.total_changes - before


def open_ids(db: sqlite3.Connection, bot_id: int, limit: int) -> list[int]:
    """Ids of stored updates that are neither done nor parked, in the order of arrival."""
    rows = db.execute(
        "SELECT update_id FROM inbox WHERE bot_id = ? AND state = 'open' ORDER BY arrived LIMIT ?", (bot_id, limit)
    )
    return [row[0] for row in rows]


def has_open(db: sqlite3.Connection) -> bool:
    """Whether anything that came in was not looked at yet."""
    return db.execute("SELECT 1 FROM inbox WHERE state = 'open' LIMIT 1").fetchone() is not None


def read_open(db: sqlite3.Connection, bot_id: int, update_id: int) -> StoredUpdate | None:
    """The stored update if it is still open."""
    row = db.execute(
        "SELECT raw, received_at, attempts FROM inbox WHERE bot_id = ? AND update_id = ? AND state = 'open'",
        (bot_id, update_id),
    ).fetchone()
    if row is None:
        return None
    return StoredUpdate(update_id, row["raw"], as_moment(row["received_at"]), row["attempts"])


def mark_done(db: sqlite3.Connection, bot_id: int, update_id: int, now: datetime) -> None:
    """Its effects are in this same transaction."""
    db.execute(
        "UPDATE inbox SET state = 'done', settled_at = ? WHERE bot_id = ? AND update_id = ?",
        (as_text(now), bot_id, update_id),
    )


def count_failure(db: sqlite3.Connection, bot_id: int, update_id: int, error: str) -> None:
    """One attempt more that raised `error`."""
    db.execute(
        "UPDATE inbox SET attempts = attempts + 1, error = ? WHERE bot_id = ? AND update_id = ?",
        (error[:1000], bot_id, update_id),
    )


def park(db: sqlite3.Connection, bot_id: int, update_id: int, now: datetime) -> None:
    """Set aside what failed too often; it stays, and `status` lists it."""
    db.execute(
        "UPDATE inbox SET state = 'parked', settled_at = ? WHERE bot_id = ? AND update_id = ?",
        (as_text(now), bot_id, update_id),
    )


def prune(db: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Delete at most `limit` rows that were done before that moment; how many. What is parked stays.

    Each bot's newest row stays as well: by it a fresh start knows what came last.
    """
    return db.execute(
        "DELETE FROM inbox WHERE (bot_id, update_id) IN (SELECT bot_id, update_id FROM inbox AS old"
        " WHERE state = 'done' AND settled_at < ?"
        " AND update_id < (SELECT max(update_id) FROM inbox AS new WHERE new.bot_id = old.bot_id)"
        " ORDER BY settled_at LIMIT ?)",
        (as_text(before), limit),
    ).rowcount


def count_by_state(db: sqlite3.Connection) -> dict[str, int]:
    """How many rows stand as open and parked; done ones are counted too."""
    return dict(db.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())


def count_troubled(db: sqlite3.Connection) -> tuple[int, int]:
    """How many updates are open, and how many are set aside."""
    count, parked = db.execute(
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'open'), (SELECT count(*) FROM inbox WHERE state = 'parked')"
    ).fetchone()
    return count, parked


def list_parked(db: sqlite3.Connection, limit: int = 50) -> list[sqlite3.Row]:
    """Parked updates, newest first: update_id, attempts, settled_at, error."""
    return db.execute(
        "SELECT update_id, attempts, settled_at, error FROM inbox WHERE state = 'parked' ORDER BY arrived DESC LIMIT ?",
        (limit,),
    ).fetchall()
