"""The shelf of wishes: digests that were asked for, until they are answered."""

import sqlite3
from collections.abc import Sequence
from datetime import date

from domain.digest_button import View
from domain.wish import Wish


def add(db: sqlite3.Connection, chat_id: int, person_id: int, day: date, view: View, cause: int | None) -> None:
    """He wants this; nothing is added while he waits for it already."""
    db.execute(
        "INSERT INTO wish (chat_id, person_id, day, view, cause) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (chat_id, person_id, day.isoformat(), view, cause),
    )


def find_first(db: sqlite3.Connection, views: Sequence[View]) -> Wish | None:
    """The oldest wish for one of these views."""
    row = db.execute(
        f"SELECT id, chat_id, person_id, day, view, cause FROM wish WHERE view IN ({', '.join('?' * len(views))})"
        " ORDER BY id LIMIT 1",
        tuple(views),
    ).fetchone()
    return Wish(row[0], row[1], row[2], date.fromisoformat(row[3]), View(row[4]), row[5]) if row else None


def settle(db: sqlite3.Connection, wish_id: int) -> bool:
    """It is answered; False if it was already."""
    return db.execute("DELETE FROM wish WHERE id = ?", (wish_id,)).rowcount == 1
