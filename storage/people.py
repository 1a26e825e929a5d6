"""The people shelf: the roster and its teams."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, time

from domain.person import Person, Role, Settings
from storage.database import as_moment, as_text

SELECT = (
    "SELECT p.id, p.reference, p.name, p.role, p.team_id, coalesce(t.name, '') AS team, p.delegation,"
    " coalesce(p.own_language, p.language) AS language, coalesce(p.own_time_zone, p.time_zone) AS time_zone,"
    " p.active, p.phone, a.telegram_id, coalesce(a.username, '') AS username, a.last_heard_at, a.unreachable_since,"
    " (SELECT group_concat(s.team_id) FROM scope AS s WHERE s.person_id = p.id) AS scope"
    " FROM person AS p LEFT JOIN team AS t ON t.id = p.team_id"
    " LEFT JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
)
"""Everything that `person_of` needs; p is the person, t his team, a his account."""
_ROSTER_COLUMNS = ("name", "role", "team_id", "delegation", "language", "time_zone", "zone_known", "phone", "extra")


def person_of(row: sqlite3.Row) -> Person:
    """The person in a row of SELECT."""
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
        phone=row["phone"],
        username=row["username"],
        last_heard_at=as_moment(row["last_heard_at"]) if row["last_heard_at"] else None,
        unreachable_since=as_moment(row["unreachable_since"]) if row["unreachable_since"] else None,
        scope=frozenset(map(int, row["scope"].split(","))) if row["scope"] else frozenset(),
    )


def find(db: sqlite3.Connection, person_id: int) -> Person | None:
    """The person with this id, active or not."""
    row = db.execute(f"{SELECT} WHERE p.id = ?", (person_id,)).fetchone()
    return person_of(row) if row else None


def read(db: sqlite3.Connection, person_id: int) -> Person:
    """The person with this id; KeyError if there is none."""
    person = find(db, person_id)
    if person is None:
        raise KeyError(person_id)
    return person


def find_by_reference(db: sqlite3.Connection, reference: str) -> Person | None:
    """The person with this reference on the roster."""
    row = db.execute(f"{SELECT} WHERE p.reference = ?", (reference,)).fetchone()
    return person_of(row) if row else None


def list_all(db: sqlite3.Connection, *, active_only: bool = True) -> list[Person]:
    """Everyone on the roster by reference."""
    where = " WHERE p.active = 1" if active_only else ""
    return [person_of(row) for row in db.execute(f"{SELECT}{where} ORDER BY p.reference")]


def list_leads(db: sqlite3.Connection) -> list[Person]:
    """Active coordinators and heads of mission."""
    rows = db.execute(f"{SELECT} WHERE p.active = 1 AND p.role IN ('coordinator', 'head_of_mission') ORDER BY p.id")
    return [person_of(row) for row in rows]


def list_team_ids(db: sqlite3.Connection) -> dict[str, int]:
    """Team ids by name."""
    return dict(db.execute("SELECT name, id FROM team").fetchall())


def ensure_teams(db: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    """Make the teams that are missing; ids of all by name."""
    db.executemany("INSERT INTO team (name) VALUES (?) ON CONFLICT (name) DO NOTHING", [(n,) for n in names])
    return list_team_ids(db)


def add(db: sqlite3.Connection, rows: Iterable[dict[str, object]], now: datetime) -> None:
    """New people; each row has `reference` and the columns of the roster."""
    names = ", ".join(("reference", *_ROSTER_COLUMNS))
    marks = ", ".join(f":{name}" for name in ("reference", *_ROSTER_COLUMNS))
    moment = as_text(now)
    db.executemany(
        f"INSERT INTO person ({names}, created_at, changed_at) VALUES ({marks}, :now, :now)",
        [{**row, "now": moment} for row in rows],
    )


def change(db: sqlite3.Connection, rows: Iterable[dict[str, object]], now: datetime) -> None:
    """What the roster now says of the people with these references; they are on the list (again).

    Whoever left, or whose access a coordinator ended, stays out: only a coordinator lets him in again.
    """
    sets = ", ".join(f"{name} = :{name}" for name in _ROSTER_COLUMNS)
    moment = as_text(now)
    db.executemany(
        f"UPDATE person SET {sets}, listed = 1, active = ended_how IS NULL AND forgotten_at IS NULL, changed_at = :now"
        " WHERE reference = :reference",
        [{**row, "now": moment} for row in rows],
    )


def unlist(db: sqlite3.Connection, references: Iterable[str], now: datetime) -> None:
    """They are no longer listed: their facts stay, their access ends."""
    db.executemany(
        "UPDATE person SET listed = 0, active = 0, changed_at = ? WHERE reference = ? AND listed = 1",
        [(as_text(now), reference) for reference in references],
    )


def end_access(db: sqlite3.Connection, person_id: int, how: str, now: datetime) -> bool:
    """He left ("left") or a coordinator ended his access ("ended"); False if it had ended before."""
    cursor = db.execute(
        "UPDATE person SET active = 0, ended_how = ?, ended_at = ?, changed_at = ? WHERE id = ? AND ended_how IS NULL",
        (how, as_text(now), as_text(now), person_id),
    )
    return cursor.rowcount == 1


def restore_access(db: sqlite3.Connection, person_id: int, now: datetime) -> None:
    """He may come in again, if he is listed and was not forgotten."""
    db.execute(
        "UPDATE person SET ended_how = NULL, ended_at = NULL, active = listed AND forgotten_at IS NULL, changed_at = ?"
        " WHERE id = ?",
        (as_text(now), person_id),
    )


def list_values(db: sqlite3.Connection) -> dict[str, dict[str, object]]:
    """The roster as it stands: its columns and `listed`, `forgotten` (0 or 1) and `scope` (team ids) by reference."""
    rows = db.execute(
        f"SELECT p.reference, {', '.join(f'p.{name}' for name in _ROSTER_COLUMNS)}, p.listed,"
        " p.forgotten_at IS NOT NULL AS forgotten,"
        " (SELECT group_concat(team_id) FROM (SELECT team_id FROM scope WHERE person_id = p.id ORDER BY team_id))"
        " AS scope FROM person AS p"
    )
    return {row["reference"]: dict(row) for row in rows}


def list_aboard_teams(db: sqlite3.Connection) -> dict[str, tuple[int, int | None]]:
    """By reference: id and team id of everybody active who has an account."""
    rows = db.execute(
        "SELECT p.reference, p.id, p.team_id FROM account AS a JOIN person AS p ON p.id = a.person_id"
        " WHERE a.ended_at IS NULL AND p.active = 1"
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def set_scope(db: sqlite3.Connection, reference: str, team_ids: Iterable[int]) -> None:
    """The teams that this coordinator answers for; none = the whole mission."""
    db.execute("DELETE FROM scope WHERE person_id = (SELECT id FROM person WHERE reference = ?)", (reference,))
    db.executemany(
        "INSERT OR IGNORE INTO scope (person_id, team_id) SELECT id, ? FROM person WHERE reference = ?",
        [(team_id, reference) for team_id in team_ids],
    )


def list_scoped(db: sqlite3.Connection) -> set[str]:
    """References of those who answer for some teams only."""
    return {row[0] for row in db.execute("SELECT DISTINCT reference FROM scope JOIN person ON person.id = person_id")}


def list_enrolled(db: sqlite3.Connection, *, active_only: bool = True) -> list[Person]:
    """Everyone who has an account, by reference."""
    active = " AND p.active = 1" if active_only else ""
    rows = db.execute(f"{SELECT} WHERE a.telegram_id IS NOT NULL{active} ORDER BY p.reference")
    return [person_of(row) for row in rows]


def read_settings(db: sqlite3.Connection, person_id: int) -> Settings:
    """What a person chose for himself."""
    row = db.execute(
        "SELECT own_language, own_time_zone, zone_known, reminder_minutes, quiet_from, quiet_until FROM person"
        " WHERE id = ?",
        (person_id,),
    ).fetchone()
    return Settings(
        row["own_language"],
        row["own_time_zone"],
        bool(row["zone_known"]) or row["own_time_zone"] is not None,
        tuple(int(text) for text in row["reminder_minutes"].split(",") if text),
        time.fromisoformat(row["quiet_from"]) if row["quiet_from"] else None,
        time.fromisoformat(row["quiet_until"]) if row["quiet_until"] else None,
    )


def choose_language(db: sqlite3.Connection, person_id: int, language: str) -> None:
    """He wants to be spoken to like this, whatever the roster says."""
    db.execute("UPDATE person SET own_language = ? WHERE id = ?", (language, person_id))


def choose_time_zone(db: sqlite3.Connection, person_id: int, zone: str) -> None:
    """His own clock, whatever the roster says."""
    db.execute("UPDATE person SET own_time_zone = ? WHERE id = ?", (zone, person_id))


def choose_reminders(db: sqlite3.Connection, person_id: int, minutes: Iterable[int]) -> None:
    """How long before a meeting he wants to be reminded."""
    text = ",".join(str(n) for n in sorted(set(minutes), reverse=True))
    db.execute("UPDATE person SET reminder_minutes = ? WHERE id = ?", (text, person_id))


def choose_quiet_hours(db: sqlite3.Connection, person_id: int, hours: tuple[time, time] | None) -> None:
    """From when until when, on his own clock, only what is urgent may ring; None = never."""
    since, until = (moment.strftime("%H:%M") for moment in hours) if hours else (None, None)
    db.execute("UPDATE person SET quiet_from = ?, quiet_until = ? WHERE id = ?", (since, until, person_id))


def list_teams(db: sqlite3.Connection) -> dict[int, tuple[int, str]]:
    """(team id, name) of everybody who is in a team, by person."""
    rows = db.execute("SELECT p.id, t.id, t.name FROM person AS p JOIN team AS t ON t.id = p.team_id")
    return {row[0]: (row[1], row[2]) for row in rows}


def list_unreachable(db: sqlite3.Connection) -> list[Person]:
    """Active people to whom Telegram does not deliver."""
    rows = db.execute(f"{SELECT} WHERE p.active = 1 AND a.unreachable_since IS NOT NULL ORDER BY p.reference")
    return [person_of(row) for row in rows]


def list_fallen_silent(
    db: sqlite3.Connection, since: datetime, lead: Person, others: frozenset[int] | None, most: int
) -> tuple[int, list[Person]]:
    """(how many, the first `most` of them) of those to whom Telegram delivers no more since then.

    Those whom this coordinator oversees, and not himself; besides, unless `others` is None, those of no team that is
    among `others`.
    """
    which = (
        "p.active = 1 AND a.unreachable_since >= :since AND p.id <> :lead AND (:scope = '[]'"
        " OR p.team_id IN (SELECT value FROM json_each(:scope)) OR (:others IS NOT NULL"
        " AND (p.team_id IS NULL OR p.team_id NOT IN (SELECT value FROM json_each(:others)))))"
    )
    values = {
        "since": as_text(since),
        "lead": lead.person_id,
        "scope": json.dumps(sorted(lead.scope)),
        "others": None if others is None else json.dumps(sorted(others)),
        "most": most,
    }
    accounts = "person AS p JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
    count: int = db.execute(f"SELECT count(*) FROM {accounts} WHERE {which}", values).fetchone()[0]
    rows = db.execute(f"{SELECT} WHERE {which} ORDER BY a.unreachable_since, p.id LIMIT :most", values)
    return count, [person_of(row) for row in rows]


def count_enrolment(db: sqlite3.Connection) -> tuple[int, int]:
    """(people on the roster, of these enrolled)."""
    row = db.execute(
        "SELECT count(*), count(a.telegram_id) FROM person AS p LEFT JOIN account AS a"
        " ON a.person_id = p.id AND a.ended_at IS NULL WHERE p.active = 1"
    ).fetchone()
    return row[0], row[1]
