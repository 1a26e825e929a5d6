"""Finding people: by name or reference, by team, delegation and state."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.aboard import Access, Word
from domain.button import Presence
from domain.people_button import Filter
from domain.person import Person
from storage.database import as_moment, as_text
from storage.people import SELECT, person_of

MOST_WORDS = 6
_FILTERS = {
    Filter.ALL: "p.active = 1",
    Filter.NEVER_ENROLLED: "p.active = 1 AND a.telegram_id IS NULL",
    Filter.ACTIVE: "p.active = 1 AND a.last_heard_at > :silent_since",
    Filter.SILENT: "p.active = 1 AND a.last_heard_at <= :silent_since",
    Filter.UNREACHABLE: "p.active = 1 AND a.unreachable_since IS NOT NULL",
    Filter.ENDED: "p.active = 0",
}
_FROM = "FROM person AS p LEFT JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Among whom is looked: people of these teams (None = everybody), of this delegation (None = of any)."""

    team_ids: frozenset[int] | None = None
    delegation: str | None = None

    def where(self) -> str:
        """The condition for `p`; whoever was forgotten is in no list."""
        teams = "" if self.team_ids is None else " AND p.team_id IN (SELECT value FROM json_each(:team_ids))"
        delegation = "" if self.delegation is None else " AND p.delegation = :delegation"
        return f"p.forgotten_at IS NULL{teams}{delegation}"

    def values(self) -> dict[str, object]:
        """What `where` wants bound."""
        return {"team_ids": json.dumps(sorted(self.team_ids or ())), "delegation": self.delegation}


def search(
    db: sqlite3.Connection, text: str, *, team_ids: Collection[int] = (), limit: int = 20, ended_too: bool = False
) -> list[Person]:
    """Active people whose name or reference has every word of `text` in it, in any case; of these teams if given.

    `ended_too`: also those whose access has ended, behind the active ones.
    """
    words = text.split()[:MOST_WORDS]
    if not words:
        return []
    matches = " AND ".join("instr(fold(p.name || ' ' || p.reference), fold(?)) > 0" for _ in words)
    narrowed = f" AND p.team_id IN ({', '.join(str(int(n)) for n in team_ids)})" if team_ids else ""
    whom = "p.forgotten_at IS NULL" if ended_too else "p.active = 1"
    rows = db.execute(
        f"{SELECT} WHERE {whom} AND {matches}{narrowed} ORDER BY p.active DESC, p.name, p.reference LIMIT ?",
        (*words, limit),
    )
    return [person_of(row) for row in rows]


def count_by_filter(db: sqlite3.Connection, among: Narrowing, silent_since: datetime) -> dict[Filter, int]:
    """How many people each filter shows; `silent_since`: whoever was last heard then or before is silent."""
    sums = ", ".join(f"coalesce(sum({condition}), 0)" for condition in _FILTERS.values())
    values = {**among.values(), "silent_since": as_text(silent_since)}
    row = db.execute(f"SELECT {sums} {_FROM} WHERE {among.where()}", values).fetchone()
    return dict(zip(_FILTERS, row, strict=True))


def list_page(
    db: sqlite3.Connection, chosen: Filter, among: Narrowing, silent_since: datetime, *, limit: int, offset: int
) -> list[Person]:
    """A page of the people whom a filter shows, by name."""
    values = {**among.values(), "silent_since": as_text(silent_since), "limit": limit, "offset": offset}
    rows = db.execute(
        f"{SELECT} WHERE p.id IN (SELECT p.id {_FROM} WHERE {_FILTERS[chosen]} AND {among.where()}"
        " ORDER BY p.name, p.reference LIMIT :limit OFFSET :offset) ORDER BY p.name, p.reference",
        values,
    )
    return [person_of(row) for row in rows]


def list_access(db: sqlite3.Connection, person_ids: Iterable[int], now: datetime) -> dict[int, Access]:
    """What was decided about the access of these people, by person; those who were forgotten are left out."""
    rows = db.execute(
        "SELECT p.id, p.listed, p.ended_how, p.ended_at, EXISTS (SELECT 1 FROM invitation AS i"
        "  JOIN enrolment AS e ON e.invitation_id = i.id WHERE i.person_id = p.id AND i.used_at IS NULL"
        "  AND i.revoked_at IS NULL AND i.expires_at > ?) AS link_opened"
        " FROM person AS p WHERE p.forgotten_at IS NULL AND p.id IN (SELECT value FROM json_each(?))",
        (as_text(now), json.dumps(list(person_ids))),
    )
    return {
        row["id"]: Access(
            bool(row["listed"]),
            row["ended_how"],
            as_moment(row["ended_at"]) if row["ended_at"] else None,
            bool(row["link_opened"]),
        )
        for row in rows
    }


def list_words(db: sqlite3.Connection, person_ids: Iterable[int], day: date) -> dict[int, Word]:
    """The last word of each of these people about any meeting of a local day, by person."""
    rows = db.execute(
        "SELECT c.person_id, c.presence, c.said_at, m.host, m.time_zone FROM standing_checkin AS c"
        " JOIN meeting AS m ON m.id = c.meeting_id"
        " WHERE m.local_day = ? AND c.person_id IN (SELECT value FROM json_each(?)) ORDER BY c.said_at, c.id",
        (day.isoformat(), json.dumps(list(person_ids))),
    )
    return {
        row["person_id"]: Word(Presence(row["presence"]), as_moment(row["said_at"]), row["host"], row["time_zone"])
        for row in rows
    }
