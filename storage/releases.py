"""The shelf of published programmes: which revision of which meeting a day's numbered version has."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class Release:
    """A published version of a day: `meetings` are revisions by meeting id."""

    day: date
    number: int
    made_at: datetime
    author: str
    meetings: Mapping[int, int]


def latest(db: sqlite3.Connection, day: date) -> Release | None:
    """The version of a day that was published last."""
    row = db.execute(
        "SELECT r.local_day, r.number, r.made_at, p.name, r.meetings FROM released_day AS r"
        " JOIN person AS p ON p.id = r.author_id WHERE r.local_day = ? ORDER BY r.number DESC LIMIT 1",
        (day.isoformat(),),
    ).fetchone()
    if row is None:
        return None
    revisions = {int(number): revision for number, revision in json.loads(row[4]).items()}
    return Release(date.fromisoformat(row[0]), row[1], as_moment(row[2]), row[3], revisions)


def add(
    db: sqlite3.Connection, day: date, number: int, author_id: int, revisions: Mapping[int, int], now: datetime
) -> bool:
    """Publish; False if this number is published already."""
    cursor = db.execute(
        "INSERT INTO released_day (local_day, number, made_at, author_id, meetings) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (day.isoformat(), number, as_text(now), author_id, json.dumps(dict(revisions))),
    )
    return cursor.rowcount == 1
