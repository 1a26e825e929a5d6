"""The board shelf: how many are aboard, by team or by delegation.

Everywhere `scope` is the ids of the teams that are looked at; empty = the whole mission.
"""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_text


@dataclass(frozen=True, slots=True)
class Group:
    """A team or a delegation. `team_id` is None for a delegation, and for people of no team (their name is empty)."""

    name: str
    team_id: int | None
    like_person_id: int
    """One of its people."""
    members: int
    aboard: int


_IN_SCOPE = "(?1 = '[]' OR p.team_id IN (SELECT value FROM json_each(?1)))"
_GROUPS = (
    "SELECT {group}, min(p.id) AS like_id, count(*) AS members, count(a.telegram_id) AS aboard FROM person AS p"
    " LEFT JOIN team AS t ON t.id = p.team_id LEFT JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
    f" WHERE p.active = 1 AND {_IN_SCOPE}"
    " GROUP BY {by} ORDER BY count(*) = count(a.telegram_id), {by} IS NULL OR {by} = '', min(p.id)"
)


def list_teams(db: sqlite3.Connection, scope: Collection[int]) -> list[Group]:
    """Teams with somebody active in them; those not complete first, else in the order of the roster."""
    return _list(db, "coalesce(t.name, '') AS name, t.id AS team_id", "t.id", scope)


def list_delegations(db: sqlite3.Connection, scope: Collection[int]) -> list[Group]:
    """The same for delegations."""
    return _list(db, "p.delegation AS name, NULL AS team_id", "p.delegation", scope)


def _list(db: sqlite3.Connection, group: str, by: str, scope: Collection[int]) -> list[Group]:
    rows = db.execute(_GROUPS.format(group=group, by=by), (_ids(scope),))
    return [Group(row["name"], row["team_id"], row["like_id"], row["members"], row["aboard"]) for row in rows]


def count_ended(db: sqlite3.Connection, scope: Collection[int]) -> int:
    """People who were on the roster and may no longer come in; those who were forgotten left nothing to count."""
    row = db.execute(
        f"SELECT count(*) FROM person AS p WHERE p.active = 0 AND p.forgotten_at IS NULL AND {_IN_SCOPE}",
        (_ids(scope),),
    ).fetchone()
    return int(row[0])


def count_opened(db: sqlite3.Connection, scope: Collection[int], now: datetime) -> int:
    """People not aboard whose link works, was opened and is not answered yet; by a blocked account does not count."""
    row = db.execute(
        "SELECT count(DISTINCT p.id) FROM enrolment AS e JOIN invitation AS i ON i.id = e.invitation_id"
        " JOIN person AS p ON p.id = i.person_id AND p.active = 1"
        f" WHERE i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ?2 AND {_IN_SCOPE}"
        " AND NOT EXISTS (SELECT 1 FROM account AS a WHERE a.person_id = p.id AND a.ended_at IS NULL)"
        " AND e.telegram_id NOT IN (SELECT telegram_id FROM access_request WHERE state = 'blocked')",
        (_ids(scope), as_text(now)),
    ).fetchone()
    return int(row[0])


def list_reminded(db: sqlite3.Connection, since: datetime) -> set[int]:
    """Accounts that were reminded of their open question since then."""
    rows = db.execute("SELECT telegram_id FROM enrolment WHERE reminded_at >= ?", (as_text(since),))
    return {row[0] for row in rows}


def awaits_paper(db: sqlite3.Connection, chat_id: int, kind: str) -> bool:
    """Whether a paper of this kind is being made for this chat."""
    row = db.execute(
        "SELECT 1 FROM outbox WHERE chat_id = ? AND state IN ('queued', 'sending')"
        " AND json_extract(payload, '$.paper.kind') = ? LIMIT 1",
        (chat_id, kind),
    ).fetchone()
    return row is not None


def _ids(scope: Collection[int]) -> str:
    return json.dumps(sorted(scope))
