"""The digest shelf: what each coordinator chose, what he was told when, and what came too late."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, datetime, time

from domain.digest import Depth, Plan, Slot
from domain.mission import Mission
from domain.person import Person
from storage.database import as_moment, as_text

_CHOICES = ("hours", "weekdays", "own_zone", "depth", "team_ids")


def read_plan(db: sqlite3.Connection, person: Person, mission: Mission) -> Plan:
    """What this coordinator chose, and what the mission's configuration says of the rest."""
    row = db.execute(
        "SELECT p.hours, p.weekdays, p.own_zone, p.depth, p.team_ids, p.changed_at, p.checked_at,"
        " p.checked_in, a.bound_at FROM person AS o"
        " LEFT JOIN digest_plan AS p ON p.person_id = o.id"
        " LEFT JOIN account AS a ON a.person_id = o.id AND a.ended_at IS NULL WHERE o.id = ?",
        (person.person_id,),
    ).fetchone()
    hours = [time.fromisoformat(text) for text in row["hours"].split(",")] if row["hours"] else mission.digest_hours
    since = max(filter(None, (row["changed_at"], row["bound_at"])), default=None)
    return Plan(
        tuple(hours),
        person.time_zone if row["own_zone"] else mission.time_zone,
        frozenset(map(int, row["weekdays"])) if row["weekdays"] else mission.digest_weekdays,
        Depth(row["depth"]) if row["depth"] else mission.digest_depth,
        frozenset(map(int, row["team_ids"].split(","))) if row["team_ids"] else frozenset(),
        as_moment(since) if since else None,
        as_moment(row["checked_at"]) if row["checked_at"] else None,
        row["checked_in"] or "",
    )


def begin_plan(db: sqlite3.Connection, person_id: int, since: datetime) -> None:
    """Since then, or since he came aboard if that is later, digests are promised to him, unless they are already."""
    db.execute("INSERT OR IGNORE INTO digest_plan (person_id, changed_at) VALUES (?, ?)", (person_id, as_text(since)))


def mark_checked(db: sqlite3.Connection, person_id: int, zone: str, now: datetime) -> None:
    """All that was due to him up to now, on the clock of this zone, has its row."""
    db.execute(
        "UPDATE digest_plan SET checked_at = ?, checked_in = ? WHERE person_id = ?", (as_text(now), zone, person_id)
    )


def choose(db: sqlite3.Connection, person_id: int, now: datetime, **chosen: object) -> None:
    """One or more of his choices; `hours`, `weekdays` and `team_ids` as text, None = as the configuration says."""
    if not set(chosen) <= set(_CHOICES):
        raise ValueError(chosen)
    db.execute(
        "INSERT INTO digest_plan (person_id, changed_at) VALUES (?, ?)"
        " ON CONFLICT (person_id) DO UPDATE SET changed_at = excluded.changed_at",
        (person_id, as_text(now)),
    )
    sets = ", ".join(f"{name} = :{name}" for name in chosen)
    db.execute(f"UPDATE digest_plan SET {sets} WHERE person_id = :person_id", {**chosen, "person_id": person_id})


def list_made(db: sqlite3.Connection, person_id: int, since: date) -> set[str]:
    """Keys of the digests since that local day that were sent or recorded as skipped."""
    rows = db.execute(
        "SELECT local_at FROM digest WHERE person_id = ? AND local_at >= ?", (person_id, since.isoformat())
    )
    return {row[0] for row in rows}


def add(
    db: sqlite3.Connection, person_id: int, slot: Slot, *, day: date, now: datetime, outcome: str, parts: list[str]
) -> bool:
    """Record it; False if this local day and hour has its row already."""
    cursor = db.execute(
        "INSERT INTO digest (person_id, local_at, day, due_at, made_at, outcome, parts) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (
            person_id,
            slot.key,
            day.isoformat(),
            as_text(slot.due),
            as_text(now),
            outcome,
            json.dumps(parts, ensure_ascii=False),
        ),
    )
    return cursor.rowcount == 1


def list_untold(db: sqlite3.Connection, person_id: int, since: date) -> list[str]:
    """Keys of digests that were skipped and of which he does not know yet."""
    rows = db.execute(
        "SELECT local_at FROM digest WHERE person_id = ? AND local_at >= ? AND outcome = 'skipped' AND told_at IS NULL"
        " ORDER BY local_at",
        (person_id, since.isoformat()),
    )
    return [row[0] for row in rows]


def mark_told(db: sqlite3.Connection, person_id: int, keys: Iterable[str], now: datetime) -> None:
    """He knows of these that they were skipped."""
    db.executemany(
        "UPDATE digest SET told_at = ? WHERE person_id = ? AND local_at = ?",
        [(as_text(now), person_id, key) for key in keys],
    )


def read_shown(db: sqlite3.Connection, chat_id: int) -> tuple[date, str, list[int]] | None:
    """(day, shape, letters) of the digest that was last asked for in this chat."""
    row = db.execute("SELECT day, shape, letters FROM digest_shown WHERE chat_id = ?", (chat_id,)).fetchone()
    return (date.fromisoformat(row["day"]), row["shape"], json.loads(row["letters"])) if row else None


def write_shown(db: sqlite3.Connection, chat_id: int, day: date, shape: str, letters: list[int]) -> None:
    """This digest stands in the chat now."""
    db.execute(
        "INSERT INTO digest_shown (chat_id, day, shape, letters) VALUES (?, ?, ?, ?) ON CONFLICT (chat_id) DO UPDATE"
        " SET day = excluded.day, shape = excluded.shape, letters = excluded.letters",
        (chat_id, day.isoformat(), shape, json.dumps(letters)),
    )
