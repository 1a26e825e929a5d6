"""The audit shelf: who did what to whom. Ids only, no names: it outlives those who are forgotten."""

import json
import sqlite3
from datetime import datetime

from storage.database import as_text


def note(db: sqlite3.Connection, act: str, now: datetime, by: int | None, **detail: object) -> None:
    """Remember an act; `by` is a person's id, None for the command line. `detail` holds ids and figures only."""
    db.execute(
        "INSERT INTO audit (at, person_id, act, detail) VALUES (?, ?, ?, ?)",
        (as_text(now), by, act, json.dumps(detail, sort_keys=True)),
    )
