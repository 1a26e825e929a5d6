"""What the rehearsal shows of the house while it runs: read only, and never in the bot's own process."""

import sqlite3
from datetime import datetime
from typing import Any

from storage.database import as_text


def busy(db: sqlite3.Connection, now: datetime) -> int:
    """How many updates wait to be processed, letters to be sent that are due, and digests to be worded."""
    row = db.execute(
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'open')"
        " + (SELECT count(*) FROM outbox WHERE state = 'queued' AND due_at <= ?)"
        " + (SELECT count(*) FROM outbox WHERE state = 'sending')"
        " + (SELECT count(*) FROM wish)",
        (as_text(now),),
    ).fetchone()
    return int(row[0])


def list_latest_letters(db: sqlite3.Connection, limit: int) -> list[dict[str, Any]]:
    """The newest letters, newest first."""
    rows = db.execute(
        "SELECT id, kind, policy, chat_id, method, payload, state, cause, queued_at, due_at, attempts, settled_at,"
        " error FROM outbox ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [dict(row) for row in rows]


def list_unsettled_letters(db: sqlite3.Connection, limit: int) -> list[dict[str, Any]]:
    """Letters on their way, in doubt or refused, newest first."""
    rows = db.execute(
        "SELECT id, kind, policy, chat_id, method, payload, state, cause, queued_at, due_at, attempts, settled_at,"
        " error FROM outbox WHERE state IN ('sending', 'in_doubt', 'refused') ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [dict(row) for row in rows]


def list_coming_letters(db: sqlite3.Connection, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Letters that are written and wait for their hour, the next first."""
    rows = db.execute(
        "SELECT id, kind, chat_id, method, due_at FROM outbox WHERE state = 'queued' AND due_at > ?"
        " ORDER BY due_at LIMIT ?",
        (as_text(now), limit),
    )
    return [dict(row) for row in rows]


def list_latest_updates(db: sqlite3.Connection, limit: int) -> list[dict[str, Any]]:
    """The newest updates, newest first."""
    rows = db.execute(
        "SELECT update_id, received_at, raw, state, attempts, settled_at, error FROM inbox"
        " ORDER BY arrived DESC LIMIT ?",
        (limit,),
    )
    return [dict(row) for row in rows]


def read_update(db: sqlite3.Connection, update_id: int) -> dict[str, Any] | None:
    """One update, and the letters that it caused."""
    row = db.execute(
        "SELECT update_id, received_at, raw, state, attempts, settled_at, error FROM inbox WHERE update_id = ?",
        (update_id,),
    ).fetchone()
    if row is None:
        return None
    caused = db.execute(
        "SELECT id, kind, policy, chat_id, method, payload, state, cause, queued_at, due_at, attempts, settled_at,"
        " error FROM outbox WHERE cause = ? ORDER BY id",
        (update_id,),
    )
    return {**dict(row), "letters": [dict(one) for one in caused]}


def list_cast(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Everybody who may be played, in the order of the roster, with the account they have."""
    rows = db.execute(
        "SELECT p.reference, p.name, p.role, coalesce(t.name, '') AS team,"
        " coalesce(p.own_language, p.language) AS language, coalesce(p.own_time_zone, p.time_zone) AS time_zone,"
        " a.telegram_id, coalesce(a.username, '') AS username"
        " FROM person AS p LEFT JOIN team AS t ON t.id = p.team_id"
        " LEFT JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL WHERE p.active = 1 ORDER BY p.id"
    )
    return [dict(row) for row in rows]


def list_places(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Where meetings are, by their start; of a place that is visited often, the first."""
    rows = db.execute(
        "SELECT min(starts_at) AS starts_at, reference, host, city, time_zone, latitude, longitude FROM meeting"
        " WHERE latitude IS NOT NULL AND cancelled_at IS NULL GROUP BY latitude, longitude ORDER BY 1 LIMIT 300"
    )
    return [dict(row) for row in rows]


def list_groups(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Group chats that the bot is in."""
    rows = db.execute(
        "SELECT chat_id, kind, title, status FROM chat WHERE chat_id < 0 AND migrated_to IS NULL"
        " AND status IN ('member', 'administrator')"
    )
    return [dict(row) for row in rows]
