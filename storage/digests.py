"""The digest shelf: what each coordinator was told of each local day."""

import json
import sqlite3
from datetime import date, datetime

from storage.database import as_text


def exists(db: sqlite3.Connection, person_id: int, local_day: date) -> bool:
    """Whether the daily digest of this day was made for this person (or recorded as skipped)."""
    row = db.execute(
        "SELECT 1 FROM digest WHERE person_id = ? AND local_day = ?", (person_id, local_day.isoformat())
    ).fetchone()
    return row is not None


def add(
    db: sqlite3.Connection,
    person_id: int,
    local_day: date,
    *,
    due_at: datetime,
    now: datetime,
    outcome: str,
    parts: list[str],
) -> bool:
    """Record it; False if the day has its row already."""
    cursor = db.execute(
        "INSERT INTO digest (person_id, local_day, due_at, made_at, outcome, parts) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (
            person_id,
            local_day.isoformat(),
            as_text(due_at),
            as_text(now),
            outcome,
            json.dumps(parts, ensure_ascii=False),
        ),
    )
    return cursor.rowcount == 1
