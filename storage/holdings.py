"""The shelf of what is held on one person, for himself to read."""

import json
import sqlite3

from domain.holdings import Holdings
from storage.database import as_moment


def read(db: sqlite3.Connection, person_id: int) -> Holdings:
    """What is held on this person; LookupError if there is none."""
    row = db.execute(
        "SELECT p.extra, a.telegram_id, a.bound_at FROM person AS p LEFT JOIN account AS a"
        " ON a.person_id = p.id AND a.ended_at IS NULL WHERE p.id = ?",
        (person_id,),
    ).fetchone()
    if row is None:
        raise LookupError(person_id)
    checkins = db.execute("SELECT count(*), count(latitude) FROM checkin WHERE person_id = ?", (person_id,)).fetchone()
    entries = db.execute(
        "SELECT count(submitted_at), count(*) - count(submitted_at), count(file_id) FROM log_entry"
        " WHERE author_id = ? AND withdrawn_at IS NULL",
        (person_id,),
    ).fetchone()
    lines = db.execute(
        "SELECT count(*) FROM audit WHERE person_id = ?1"
        " OR ?1 IN (json_extract(detail, '$.person'), json_extract(detail, '$.person_id'))",
        (person_id,),
    ).fetchone()
    teams = db.execute(
        "SELECT name FROM team JOIN scope ON scope.team_id = team.id WHERE scope.person_id = ? ORDER BY name",
        (person_id,),
    ).fetchall()
    return Holdings(
        telegram_id=row["telegram_id"],
        enrolled_at=as_moment(row["bound_at"]) if row["bound_at"] else None,
        extra={str(key): str(value) for key, value in json.loads(row["extra"]).items()},
        checkins=checkins[0],
        located=checkins[1],
        points=entries[0],
        drafts=entries[1],
        files=entries[2],
        updates=_count_updates(db, row["telegram_id"]) if row["telegram_id"] else 0,
        audit_lines=lines[0],
        scope=tuple(team[0] for team in teams),
    )


def _count_updates(db: sqlite3.Connection, telegram_id: int) -> int:
    """Looks for the id as it is written in an update: that costs less than reading each as JSON."""
    found = db.execute("SELECT count(*) FROM inbox WHERE instr(raw, ?)", (f'"id":{telegram_id},'.encode(),))
    return int(found.fetchone()[0])
