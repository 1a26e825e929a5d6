"""The team shelf."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from domain.person import Person
from storage.people import SELECT, person_of


@dataclass(frozen=True, slots=True)
class Team:
    """A team and how it stands."""

    team_id: int
    name: str
    area: str
    """Its area of responsibility; empty if nobody told."""
    members: int
    enrolled: int
    leader_ids: tuple[int, ...]


_SELECT = (
    "SELECT t.id, t.name, t.area, count(p.id) AS members, count(a.telegram_id) AS enrolled,"
    " group_concat(CASE WHEN p.role = 'team_leader' THEN p.id END) AS leaders FROM team AS t"
    " LEFT JOIN person AS p ON p.team_id = t.id AND p.active = 1"
    " LEFT JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
)


def _team(row: sqlite3.Row) -> Team:
    leaders = tuple(sorted(map(int, row["leaders"].split(",")))) if row["leaders"] else ()
    return Team(row["id"], row["name"], row["area"], row["members"], row["enrolled"], leaders)


def find(db: sqlite3.Connection, team_id: int) -> Team | None:
    """The team with this id."""
    row = db.execute(f"{_SELECT} WHERE t.id = ? GROUP BY t.id", (team_id,)).fetchone()
    return _team(row) if row else None


def list_all(db: sqlite3.Connection) -> list[Team]:
    """Teams that have members, in the order of the roster."""
    return [_team(row) for row in db.execute(f"{_SELECT} GROUP BY t.id HAVING count(p.id) > 0 ORDER BY t.id")]


def count(db: sqlite3.Connection, only: Collection[int] | None) -> int:
    """How many teams have members; of these ids, None = of all."""
    row = db.execute(f"SELECT count(*) FROM team AS t WHERE {_with_members(only)}", _ids(only)).fetchone()
    return int(row[0])


def list_page(db: sqlite3.Connection, only: Collection[int] | None, *, limit: int, offset: int) -> list[Team]:
    """A page of the teams that have members, in the order of the roster; of these ids, None = of all."""
    rows = db.execute(
        f"{_SELECT} WHERE t.id IN (SELECT t.id FROM team AS t WHERE {_with_members(only)}"
        " ORDER BY t.id LIMIT :limit OFFSET :offset) GROUP BY t.id ORDER BY t.id",
        {**_ids(only), "limit": limit, "offset": offset},
    )
    return [_team(row) for row in rows]


def list_members(db: sqlite3.Connection, team_id: int, *, limit: int, offset: int) -> list[Person]:
    """A page of a team's active members, its leaders first, then by name."""
    rows = db.execute(
        f"{SELECT} WHERE p.team_id = ? AND p.active = 1"
        " ORDER BY p.role = 'team_leader' DESC, p.name, p.reference LIMIT ? OFFSET ?",
        (team_id, limit, offset),
    )
    return [person_of(row) for row in rows]


def list_leaders(db: sqlite3.Connection, team_id: int) -> list[Person]:
    """The active leaders of a team."""
    rows = db.execute(
        f"{SELECT} WHERE p.team_id = ? AND p.active = 1 AND p.role = 'team_leader' ORDER BY p.id", (team_id,)
    )
    return [person_of(row) for row in rows]


def _with_members(only: Collection[int] | None) -> str:
    narrowed = "" if only is None else " AND t.id IN (SELECT value FROM json_each(:ids))"
    return f"EXISTS (SELECT 1 FROM person AS m WHERE m.team_id = t.id AND m.active = 1){narrowed}"


def _ids(only: Collection[int] | None) -> dict[str, object]:
    return {"ids": json.dumps(sorted(only or ()))}


def list_areas(db: sqlite3.Connection) -> dict[str, str]:
    """Areas of responsibility by team name."""
    return dict(db.execute("SELECT name, area FROM team").fetchall())


def set_areas(db: sqlite3.Connection, areas: Mapping[str, str]) -> None:
    """What these teams cover, by team name."""
    pairs: Iterable[tuple[str, str]] = ((area, name) for name, area in areas.items())
    db.executemany("UPDATE team SET area = ? WHERE name = ?", list(pairs))
