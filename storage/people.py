"""The people shelf: the roster, teams, and the Telegram accounts that speak for people."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from domain.person import Person, Role
from storage.database import as_text

_SELECT = (
    "SELECT p.id, p.reference, p.name, p.role, p.team_id, coalesce(t.name, '') AS team, p.delegation, p.language,"
    " p.time_zone, p.active, a.telegram_id FROM person AS p LEFT JOIN team AS t ON t.id = p.team_id"
    " LEFT JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
)


def _person(row: sqlite3.Row) -> Person:
    return Person(
        person_id=row["id"],
        reference=row["reference"],
        name=row["name"],
        role=Role(row["role"]),
        team_id=row["team_id"],
        team=row["team"],
        delegation=row["delegation"],
        language=row["language"],
        time_zone=row["time_zone"],
        active=bool(row["active"]),
        chat_id=row["telegram_id"],
    )


def find_by_account(db: sqlite3.Connection, telegram_id: int) -> Person | None:
    """The person for whom this account speaks, ended access included (`active` tells)."""
    row = db.execute(f"{_SELECT} WHERE a.telegram_id = ?", (telegram_id,)).fetchone()
    return _person(row) if row else None


def read(db: sqlite3.Connection, person_id: int) -> Person:
    """The person with this id; KeyError if there is none."""
    row = db.execute(f"{_SELECT} WHERE p.id = ?", (person_id,)).fetchone()
    if row is None:
        raise KeyError(person_id)
    return _person(row)


def find_by_reference(db: sqlite3.Connection, reference: str) -> Person | None:
    """The person with this reference on the roster."""
    row = db.execute(f"{_SELECT} WHERE p.reference = ?", (reference,)).fetchone()
    return _person(row) if row else None


def list_all(db: sqlite3.Connection, *, active_only: bool = True) -> list[Person]:
    """Everyone on the roster by reference."""
    where = " WHERE p.active = 1" if active_only else ""
    return [_person(row) for row in db.execute(f"{_SELECT}{where} ORDER BY p.reference")]


def list_leads(db: sqlite3.Connection) -> list[Person]:
    """Active coordinators and heads of mission."""
    rows = db.execute(f"{_SELECT} WHERE p.active = 1 AND p.role IN ('coordinator', 'head_of_mission') ORDER BY p.id")
    return [_person(row) for row in rows]


def list_team_ids(db: sqlite3.Connection) -> dict[str, int]:
    """Team ids by name."""
    return dict(db.execute("SELECT name, id FROM team").fetchall())


def ensure_teams(db: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    """Make the teams that are missing; ids of all by name."""
    db.executemany("INSERT INTO team (name) VALUES (?) ON CONFLICT (name) DO NOTHING", [(n,) for n in names])
    return list_team_ids(db)


def add(db: sqlite3.Connection, values: dict[str, object], now: datetime) -> None:
    """A new person; `values` are columns."""
    row = {**values, "created_at": as_text(now), "changed_at": as_text(now)}
    db.execute(
        "INSERT INTO person (reference, name, role, team_id, delegation, language, time_zone, extra, created_at,"
        " changed_at) VALUES (:reference, :name, :role, :team_id, :delegation, :language, :time_zone, :extra,"
        " :created_at, :changed_at)",
        row,
    )


def change(db: sqlite3.Connection, values: dict[str, object], now: datetime) -> None:
    """What the roster now says of the person with this reference; he is on the list (again)."""
    db.execute(
        "UPDATE person SET name = :name, role = :role, team_id = :team_id, delegation = :delegation,"
        " language = :language, time_zone = :time_zone, extra = :extra, active = 1, changed_at = :changed_at"
        " WHERE reference = :reference",
        {**values, "changed_at": as_text(now)},
    )


def end_access(db: sqlite3.Connection, references: Iterable[str], now: datetime) -> None:
    """They are no longer listed: their facts stay, their access ends."""
    db.executemany(
        "UPDATE person SET active = 0, changed_at = ? WHERE reference = ? AND active = 1",
        [(as_text(now), reference) for reference in references],
    )


def list_values(db: sqlite3.Connection) -> dict[str, dict[str, object]]:
    """The roster as it stands: columns by reference, `active` among them."""
    rows = db.execute(
        "SELECT reference, name, role, team_id, delegation, language, time_zone, extra, active FROM person"
    )
    return {row["reference"]: dict(row) for row in rows}


def bind_account(db: sqlite3.Connection, telegram_id: int, person_id: int, now: datetime) -> None:
    """From now on this account speaks for this person."""
    db.execute(
        "INSERT INTO account (telegram_id, person_id, bound_at, last_heard_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (telegram_id) DO UPDATE SET person_id = excluded.person_id, bound_at = excluded.bound_at,"
        " last_heard_at = excluded.last_heard_at, ended_at = NULL, unreachable_since = NULL",
        (telegram_id, person_id, as_text(now), as_text(now)),
    )


def note_sign_of_life(db: sqlite3.Connection, telegram_id: int, now: datetime) -> None:
    """The account was heard, and so can be written to."""
    db.execute(
        "UPDATE account SET last_heard_at = ?, unreachable_since = NULL WHERE telegram_id = ?",
        (as_text(now), telegram_id),
    )


def mark_unreachable(db: sqlite3.Connection, telegram_id: int, now: datetime) -> Person | None:
    """Telegram refuses to deliver; the person, if this was not known before."""
    cursor = db.execute(
        "UPDATE account SET unreachable_since = ? WHERE telegram_id = ? AND unreachable_since IS NULL",
        (as_text(now), telegram_id),
    )
    return find_by_account(db, telegram_id) if cursor.rowcount else None


def list_unreachable(db: sqlite3.Connection) -> list[Person]:
    """Active people to whom Telegram does not deliver."""
    rows = db.execute(f"{_SELECT} WHERE p.active = 1 AND a.unreachable_since IS NOT NULL ORDER BY p.reference")
    return [_person(row) for row in rows]


def count_enrolment(db: sqlite3.Connection) -> tuple[int, int]:
    """(people on the roster, of these enrolled)."""
    row = db.execute(
        "SELECT count(*), count(a.telegram_id) FROM person AS p LEFT JOIN account AS a"
        " ON a.person_id = p.id AND a.ended_at IS NULL WHERE p.active = 1"
    ).fetchone()
    return row[0], row[1]
