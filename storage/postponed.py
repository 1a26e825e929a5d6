"""What waits for a moment: brought nearer where the clock by which that moment was set was put back."""

import sqlite3
from datetime import datetime, timedelta

from storage.database import as_text

MARGIN = timedelta(minutes=5)
"""What was to be tried again soon, by the clock as it was; what waits longer (a morning, an hour chosen) stays."""
_WAITING = (
    "UPDATE outbox SET due_at = :now WHERE state = 'queued' AND due_at > :now AND due_at <= :then",
    "UPDATE notice SET due_at = :now WHERE settled_at IS NULL AND due_at > :now AND due_at <= :then",
    "UPDATE change_receipt SET due_at = :now WHERE settled_at IS NULL AND due_at > :now AND due_at <= :then",
    "UPDATE upload SET due_at = :now WHERE state = 'wanted' AND due_at > :now AND due_at <= :then",
    "UPDATE attachment SET due_at = :now WHERE state = 'wanted' AND due_at > :now AND due_at <= :then",
    "DELETE FROM send_pause WHERE until_at > :now AND until_at <= :then",
)


def bring_near(db: sqlite3.Connection, before: datetime, now: datetime) -> int:
    """It was `before` and is `now`, which is earlier. How many things are due at once that would have waited."""
    span = {"now": as_text(now), "then": as_text(before + MARGIN)}
    return sum(db.execute(statement, span).rowcount for statement in _WAITING)
