"""The shelf of chronicles: every version that was handed out."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its number, when and by whom it was asked for first, and what it says (JSON)."""

    number: int
    made_at: datetime
    author: str
    content: str


def list_versions(db: sqlite3.Connection, day: date, scope: str, language: str) -> list[Version]:
    """All versions, the first one first."""
    rows = db.execute(
        "SELECT c.version, c.made_at, p.name, c.content FROM chronicle AS c JOIN person AS p ON p.id = c.person_id"
        " WHERE c.day = ? AND c.scope = ? AND c.language = ? ORDER BY c.version",
        (day.isoformat(), scope, language),
    )
    return [Version(row[0], as_moment(row[1]), row[2], row[3]) for row in rows]


def add(
    db: sqlite3.Connection, day: date, scope: str, language: str, person_id: int, content: str, now: datetime
) -> int:
    """Keep a new version; its number."""
    row = db.execute(
        "INSERT INTO chronicle (day, scope, language, version, made_at, person_id, content) VALUES (?1, ?2, ?3, ("
        " SELECT coalesce(max(version), 0) + 1 FROM chronicle WHERE day = ?1 AND scope = ?2 AND language = ?3),"
        " ?4, ?5, ?6) RETURNING version",
        (day.isoformat(), scope, language, as_text(now), person_id, content),
    ).fetchone()
    return int(row[0])
