"""The shelf of places that came out of the blue, until their sender says what they are."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class Stray:
    """A place, and the meeting it may belong to. `place` is None once it is settled: it is not kept here."""

    stray_id: int
    person_id: int
    meeting_id: int
    place: tuple[float, float, float | None] | None
    """Latitude, longitude, accuracy in metres."""
    said_at: datetime
    settled: bool


def add(
    db: sqlite3.Connection, person_id: int, meeting_id: int, place: tuple[float, float, float | None], said_at: datetime
) -> int:
    """A place that somebody sent, and the likeliest meeting; its id."""
    cursor = db.execute(
        "INSERT INTO stray (person_id, meeting_id, latitude, longitude, accuracy_m, said_at) VALUES (?, ?, ?, ?, ?, ?)",
        (person_id, meeting_id, *place, as_text(said_at)),
    )
    return int(cursor.lastrowid or 0)


def find(db: sqlite3.Connection, stray_id: int, person_id: int) -> Stray | None:
    """This person's stray with this id."""
    row = db.execute("SELECT * FROM stray WHERE id = ? AND person_id = ?", (stray_id, person_id)).fetchone()
    if row is None:
        return None
    known = row["latitude"] is not None and row["longitude"] is not None
    return Stray(
        row["id"],
        row["person_id"],
        row["meeting_id"],
        (row["latitude"], row["longitude"], row["accuracy_m"]) if known else None,
        as_moment(row["said_at"]),
        row["settled_at"] is not None,
    )


def settle(db: sqlite3.Connection, stray_id: int, now: datetime) -> None:
    """Its sender has answered; the place is wherever it belongs, and no longer here."""
    db.execute(
        "UPDATE stray SET latitude = NULL, longitude = NULL, accuracy_m = NULL, settled_at = ? WHERE id = ?",
        (as_text(now), stray_id),
    )


def forget_places(db: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Take the coordinates from at most `limit` that were said before that moment; how many."""
    return db.execute(
        "UPDATE stray SET latitude = NULL, longitude = NULL, accuracy_m = NULL WHERE id IN"
        " (SELECT id FROM stray WHERE latitude IS NOT NULL AND said_at < ? LIMIT ?)",
        (as_text(before), limit),
    ).rowcount
