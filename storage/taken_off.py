"""The shelf of those who were taken off meetings: read from the revisions, which forget nothing."""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class TakenOff:
    """This revision of a meeting does not list somebody any more whom the one before did."""

    meeting_id: int
    revision: int
    at: datetime


def list_taken_off(db: sqlite3.Connection, since: datetime) -> dict[str, list[TakenOff]]:
    """By the name that was listed (a team's, else a person's reference), of meetings that start from `since` on."""
    rows = db.execute(
        "SELECT n.meeting_id, n.revision, n.made_at, was.value FROM meeting AS m"
        " JOIN meeting_revision AS r ON r.meeting_id = m.id"
        " JOIN meeting_revision AS n ON n.meeting_id = m.id AND n.revision = r.revision + 1"
        "  AND n.content ->> 'participants' <> r.content ->> 'participants'"
        " JOIN json_each(r.content ->> 'participants') AS was"
        " WHERE m.starts_at >= ? AND m.revision > 1 AND was.value NOT IN"
        "  (SELECT value FROM json_each(n.content ->> 'participants')) ORDER BY n.meeting_id, n.revision",
        (as_text(since),),
    )
    found: dict[str, list[TakenOff]] = defaultdict(list)
    for row in rows:
        found[row[3]].append(TakenOff(row[0], row[1], as_moment(row[2])))
    return found
