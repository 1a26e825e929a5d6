"""The shelf of incidents."""

import sqlite3
from datetime import datetime

from domain.incident import Incident
from storage.database import as_moment, as_text

_SELECT = (
    "SELECT i.id, i.author_id, p.name AS author, p.team_id, coalesce(t.name, '') AS team, i.body, i.said_at,"
    " i.closed_at, coalesce(c.name, '') AS closer, i.ending FROM incident AS i JOIN person AS p ON p.id = i.author_id"
    " LEFT JOIN team AS t ON t.id = p.team_id LEFT JOIN person AS c ON c.id = i.closed_by"
)


def _incident(row: sqlite3.Row) -> Incident:
    return Incident(
        row["id"],
        row["author_id"],
        row["author"],
        row["team_id"],
        row["team"],
        row["body"],
        as_moment(row["said_at"]),
        as_moment(row["closed_at"]) if row["closed_at"] else None,
        row["closer"],
        row["ending"],
    )


def add(db: sqlite3.Connection, author_id: int, body: str, said_at: datetime) -> int:
    """Somebody told of it; its id."""
    cursor = db.execute(
        "INSERT INTO incident (author_id, body, said_at) VALUES (?, ?, ?)", (author_id, body, as_text(said_at))
    )
    return int(cursor.lastrowid or 0)


def find(db: sqlite3.Connection, incident_id: int) -> Incident | None:
    """The incident with this id."""
    row = db.execute(f"{_SELECT} WHERE i.id = ?", (incident_id,)).fetchone()
    return _incident(row) if row else None


def list_open(db: sqlite3.Connection) -> list[Incident]:
    """Those that wait for a coordinator, the oldest first."""
    return [_incident(row) for row in db.execute(f"{_SELECT} WHERE i.closed_at IS NULL ORDER BY i.said_at, i.id")]


def close(db: sqlite3.Connection, incident_id: int, person_id: int, ending: str, now: datetime) -> None:
    """What became of it."""
    db.execute(
        "UPDATE incident SET closed_at = ?, closed_by = ?, ending = ? WHERE id = ? AND closed_at IS NULL",
        (as_text(now), person_id, ending, incident_id),
    )
