"""The account shelf: which Telegram account speaks for whom."""

import sqlite3
from datetime import datetime

from domain.person import Person
from storage.database import as_text
from storage.people import SELECT, person_of


def find_person(db: sqlite3.Connection, telegram_id: int) -> Person | None:
    """The person for whom this account speaks, ended access included (`active` tells)."""
    row = db.execute(f"{SELECT} WHERE a.telegram_id = ?", (telegram_id,)).fetchone()
    return person_of(row) if row else None


def bind(db: sqlite3.Connection, telegram_id: int, person_id: int, username: str, now: datetime) -> None:
    """From now on this account speaks for this person."""
    db.execute(
        "INSERT INTO account (telegram_id, person_id, bound_at, last_heard_at, username) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (telegram_id) DO UPDATE SET person_id = excluded.person_id, bound_at = excluded.bound_at,"
        " last_heard_at = excluded.last_heard_at, username = excluded.username, ended_at = NULL,"
        " unreachable_since = NULL",
        (telegram_id, person_id, as_text(now), as_text(now), username),
    )


def end(db: sqlite3.Connection, person_id: int, now: datetime) -> int | None:
    """This person's account speaks for him no longer; its id, None if he had none."""
    row = db.execute(
        "UPDATE account SET ended_at = ? WHERE person_id = ? AND ended_at IS NULL RETURNING telegram_id",
        (as_text(now), person_id),
    ).fetchone()
    return row[0] if row else None


def note_sign_of_life(db: sqlite3.Connection, telegram_id: int, username: str, now: datetime) -> None:
    """The account was heard, and so can be written to."""
    db.execute(
        "UPDATE account SET last_heard_at = ?, username = ?, unreachable_since = NULL WHERE telegram_id = ?",
        (as_text(now), username, telegram_id),
    )


def mark_unreachable(db: sqlite3.Connection, telegram_id: int, now: datetime) -> Person | None:
    """Telegram refuses to deliver; the person, if this was not known before."""
    cursor = db.execute(
        "UPDATE account SET unreachable_since = ? WHERE telegram_id = ? AND unreachable_since IS NULL",
        (as_text(now), telegram_id),
    )
    return find_person(db, telegram_id) if cursor.rowcount else None


def note_reachable(db: sqlite3.Connection, telegram_id: int) -> None:
    """Telegram delivers to it again."""
    db.execute("UPDATE account SET unreachable_since = NULL WHERE telegram_id = ?", (telegram_id,))
