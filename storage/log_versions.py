"""The shelf of a log's history: earlier wordings of submitted points, and whether the log is complete."""

import sqlite3
from datetime import datetime

from domain.checkin import LogEntry
from domain.log import Completion, Version
from storage.database import as_moment, as_text


def reword(db: sqlite3.Connection, entry: LogEntry, body: str, author_id: int, made_at: datetime) -> None:
    """A submitted point has these words from now on; the earlier ones stay among its versions."""
    _keep(db, entry, body, author_id, made_at, withdrawn=False)
    db.execute("UPDATE log_entry SET body = ? WHERE id = ?", (body, entry.entry_id))


def take_out(db: sqlite3.Connection, entry: LogEntry, author_id: int, made_at: datetime) -> None:
    """A submitted point does not count any more; its wording stays among its versions."""
    _keep(db, entry, entry.body, author_id, made_at, withdrawn=True)
    db.execute("UPDATE log_entry SET withdrawn_at = ? WHERE id = ?", (as_text(made_at), entry.entry_id))


def list_versions(db: sqlite3.Connection, entry_id: int) -> list[Version]:
    """Every wording of a point, the first one first; nothing if it was never corrected."""
    rows = db.execute(
        "SELECT v.version, v.body, v.withdrawn, p.name AS author, v.made_at FROM log_entry_version AS v"
        " JOIN person AS p ON p.id = v.author_id WHERE v.entry_id = ? ORDER BY v.version",
        (entry_id,),
    )
    return [
        Version(row["version"], row["body"], bool(row["withdrawn"]), row["author"], as_moment(row["made_at"]))
        for row in rows
    ]


def list_corrected(db: sqlite3.Connection, meeting_id: int) -> set[int]:
    """Ids of a meeting's points that have earlier wordings."""
    rows = db.execute(
        "SELECT DISTINCT v.entry_id FROM log_entry AS e JOIN log_entry_version AS v ON v.entry_id = e.id"
        " WHERE e.meeting_id = ?",
        (meeting_id,),
    )
    return {row[0] for row in rows}


def mark(db: sqlite3.Connection, meeting_id: int, person_id: int, final: bool, said_at: datetime) -> None:
    """The log is complete, or open again."""
    db.execute(
        "INSERT INTO log_final (meeting_id, person_id, final, said_at) VALUES (?, ?, ?, ?)",
        (meeting_id, person_id, int(final), as_text(said_at)),
    )


def find_completion(db: sqlite3.Connection, meeting_id: int) -> Completion | None:
    """Who marked the log as complete, by the last word about it; None while it is open."""
    row = db.execute(
        "SELECT f.person_id, p.name AS person, f.final, f.said_at FROM log_final AS f"
        " JOIN person AS p ON p.id = f.person_id WHERE f.meeting_id = ? ORDER BY f.id DESC LIMIT 1",
        (meeting_id,),
    ).fetchone()
    if row is None or not row["final"]:
        return None
    return Completion(row["person_id"], row["person"], as_moment(row["said_at"]))


def _keep(
    db: sqlite3.Connection, entry: LogEntry, body: str, author_id: int, made_at: datetime, *, withdrawn: bool
) -> None:
    """Append a version; before the first one, the point as its author gave it."""
    db.execute(
        "INSERT INTO log_entry_version (entry_id, version, body, author_id, made_at) VALUES (?, 1, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (entry.entry_id, entry.body, entry.author_id, as_text(entry.said_at)),
    )
    db.execute(
        "INSERT INTO log_entry_version (entry_id, version, body, withdrawn, author_id, made_at)"
        " SELECT ?1, max(version) + 1, ?2, ?3, ?4, ?5 FROM log_entry_version WHERE entry_id = ?1",
        (entry.entry_id, body, int(withdrawn), author_id, as_text(made_at)),
    )
