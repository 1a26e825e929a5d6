"""The audience shelf: whom an announcement is for, as people and groups, each once."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from domain.announcement import Reach
from domain.announcement_button import Choice
from domain.person import Role
from storage.database import as_text


@dataclass(frozen=True, slots=True)
class Among:
    """Whom an author may speak to at all: people and groups of these teams, None = everybody."""

    team_ids: frozenset[int] | None
    now: datetime
    languages: tuple[str, ...]
    """The mission's, its own first."""

    def values(self, announcement_id: int) -> dict[str, object]:
        """What the queries want bound."""
        return {
            "id": announcement_id,
            "teams": None if self.team_ids is None else json.dumps(sorted(self.team_ids)),
            "now": as_text(self.now),
            "languages": json.dumps(self.languages),
            "default": self.languages[0],
        }


_MINE = "(:teams IS NULL OR {} IN (SELECT value FROM json_each(:teams)))"
_MEETINGS_OF = (
    "SELECT 1 FROM participation AS y JOIN meeting AS m ON m.id = y.meeting_id"
    " WHERE (y.person_id = p.id OR y.team_id = p.team_id)"
)
_PEOPLE = (
    "FROM person AS p LEFT JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
    f" WHERE p.active = 1 AND {_MINE.format('p.team_id')}"
    " AND EXISTS (SELECT 1 FROM announcement_audience AS x WHERE x.announcement_id = :id AND CASE x.kind"
    " WHEN 'e' THEN 1"
    " WHEN 't' THEN p.team_id = CAST(x.value AS INTEGER)"
    " WHEN 'd' THEN p.delegation = x.value"
    " WHEN 'r' THEN p.role = x.value"
    f" WHEN 'm' THEN EXISTS ({_MEETINGS_OF} AND m.id = CAST(x.value AS INTEGER))"
    f" WHEN 'c' THEN EXISTS ({_MEETINGS_OF} AND m.local_day = x.value AND m.starts_at <= :now"
    "  AND m.cancelled_at IS NULL AND NOT EXISTS (SELECT 1 FROM standing_checkin AS c"
    "   WHERE c.meeting_id = m.id AND c.person_id = p.id))"
    f" WHEN 'l' THEN EXISTS ({_MEETINGS_OF} AND m.local_day = x.value AND coalesce(m.ends_at, m.starts_at) <= :now"
    "  AND m.cancelled_at IS NULL AND NOT EXISTS (SELECT 1 FROM log_submission AS s WHERE s.meeting_id = m.id))"
    " WHEN 'n' THEN EXISTS (SELECT 1 FROM delivery AS d WHERE d.announcement_id = CAST(x.value AS INTEGER)"
    "  AND d.person_id = p.id) AND NOT EXISTS (SELECT 1 FROM reading AS r"
    "   WHERE r.announcement_id = CAST(x.value AS INTEGER) AND r.person_id = p.id)"
    " ELSE 0 END)"
)
_REACHED = "a.telegram_id IS NOT NULL AND a.unreachable_since IS NULL"
_GROUPS = (
    "FROM chat AS g WHERE g.purpose <> '' AND g.status IN ('member', 'administrator', 'restricted')"
    f" AND {_MINE.format('g.team_id')}"
    " AND EXISTS (SELECT 1 FROM announcement_audience AS x WHERE x.announcement_id = :id AND CASE x.kind"
    " WHEN 'G' THEN 1 WHEN 'g' THEN g.chat_id = CAST(x.value AS INTEGER) ELSE 0 END)"
)
_LANGUAGE = (
    "CASE WHEN lower(substr({0}, 1, 2)) IN (SELECT value FROM json_each(:languages))"
    " THEN lower(substr({0}, 1, 2)) ELSE :default END"
)


def list_choices(db: sqlite3.Connection, announcement_id: int) -> list[tuple[Choice, str]]:
    """What was chosen."""
    rows = db.execute(
        "SELECT kind, value FROM announcement_audience WHERE announcement_id = ? ORDER BY kind, value",
        (announcement_id,),
    )
    return [(Choice(row["kind"]), row["value"]) for row in rows]


def toggle(db: sqlite3.Connection, announcement_id: int, choice: Choice, value: str) -> None:
    """Choose it, or not after all."""
    gone = db.execute(
        "DELETE FROM announcement_audience WHERE announcement_id = ? AND kind = ? AND value = ?",
        (announcement_id, choice, value),
    ).rowcount
    if not gone:
        db.execute(
            "INSERT INTO announcement_audience (announcement_id, kind, value) VALUES (?, ?, ?)",
            (announcement_id, choice, value),
        )


def count(db: sqlite3.Connection, announcement_id: int, among: Among) -> Reach:
    """Whom it reaches as things stand, each person and group once."""
    values = among.values(announcement_id)
    reached, unreached = db.execute(
        f"SELECT coalesce(sum({_REACHED}), 0), coalesce(sum(NOT ({_REACHED})), 0) {_PEOPLE}", values
    ).fetchone()
    groups = db.execute(f"SELECT count(*) {_GROUPS}", values).fetchone()[0]
    return Reach(groups, reached, unreached)


def count_reachable(db: sqlite3.Connection) -> int:
    """Everybody to whom the bot can write."""
    row = db.execute(
        "SELECT count(*) FROM person AS p JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
        " WHERE p.active = 1 AND a.unreachable_since IS NULL"
    ).fetchone()
    return int(row[0])


def list_languages(db: sqlite3.Connection, announcement_id: int, among: Among) -> list[str]:
    """In which of the mission's languages its readers are spoken to."""
    person = _LANGUAGE.format("coalesce(p.own_language, p.language)")
    rows = db.execute(
        f"SELECT DISTINCT {person} {_PEOPLE} AND {_REACHED}"
        f" UNION SELECT DISTINCT {_LANGUAGE.format('g.language')} {_GROUPS}",
        among.values(announcement_id),
    )
    return sorted(row[0] for row in rows)


def make_deliveries(db: sqlite3.Connection, announcement_id: int, among: Among) -> int:
    """A delivery for each person and group that has none yet; how many. Groups come first, then its author."""
    values = among.values(announcement_id)
    person = _LANGUAGE.format("coalesce(p.own_language, p.language)")
    groups = db.execute(
        "INSERT INTO delivery (announcement_id, chat_id, language)"
        f" SELECT :id, g.chat_id, {_LANGUAGE.format('g.language')} {_GROUPS} ORDER BY g.chat_id ON CONFLICT DO NOTHING",
        values,
    ).rowcount
    people = db.execute(
        "INSERT INTO delivery (announcement_id, chat_id, person_id, language)"
        f" SELECT :id, a.telegram_id, p.id, {person} {_PEOPLE} AND {_REACHED}"
        " ORDER BY p.id <> (SELECT author_id FROM announcement WHERE id = :id), p.id ON CONFLICT DO NOTHING",
        values,
    ).rowcount
    return groups + people


def list_delegations(db: sqlite3.Connection, team_ids: Collection[int] | None) -> list[tuple[int, str, int]]:
    """(a person of it, name, members) of each delegation."""
    rows = db.execute(
        "SELECT min(id), delegation, count(*) FROM person AS p WHERE active = 1 AND delegation <> ''"
        f" AND {_MINE.format('p.team_id')} GROUP BY delegation ORDER BY delegation",
        {"teams": None if team_ids is None else json.dumps(sorted(team_ids))},
    )
    return [(row[0], row[1], row[2]) for row in rows]


def count_roles(db: sqlite3.Connection) -> dict[Role, int]:
    """Active people by role."""
    rows = db.execute("SELECT role, count(*) FROM person WHERE active = 1 GROUP BY role")
    return {Role(row[0]): row[1] for row in rows}
