"""The shelf of chronicles: every version that was handed out."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its language and number, when and by whom it was asked for first."""

    language: str
    number: int
    made_at: datetime
    author: str


def list_versions(db: sqlite3.Connection, day: date, scope: str) -> list[Version]:
    """All versions of a day in all languages, the latest first."""
    rows = db.execute(
        "SELECT c.language, c.version, c.made_at, p.name FROM chronicle AS c JOIN person AS p ON p.id = c.person_id"
        " WHERE c.day = ? AND c.scope = ? ORDER BY c.made_at DESC, c.language, c.version DESC",
        (day.isoformat(), scope),
    )
    return [Version(row[0], row[1], as_moment(row[2]), row[3]) for row in rows]


def find_newest(db: sqlite3.Connection, day: date, scope: str, language: str) -> tuple[int, str] | None:
    """(number, what it says as JSON) of the latest version in this language."""
    row = db.execute(
        "SELECT version, content FROM chronicle WHERE day = ? AND scope = ? AND language = ?"
        " ORDER BY version DESC LIMIT 1",
        (day.isoformat(), scope, language),
    ).fetchone()
    return (row[0], row[1]) if row else None


def find_content(db: sqlite3.Connection, day: date, scope: str, language: str, number: int) -> str | None:
    """What this version says, as JSON; None if there is no such version."""
    row = db.execute(
        "SELECT content FROM chronicle WHERE day = ? AND scope = ? AND language = ? AND version = ?",
        (day.isoformat(), scope, language, number),
    ).fetchone()
    return row[0] if row else None


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
