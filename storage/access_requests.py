"""The shelf of strangers who ask to be let in; one row an account."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.person import Person
from storage.database import as_moment, as_text
from storage.people import SELECT, person_of


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What somebody asked and what became of it. `language` is his phone's, as Telegram tells it; empty = unknown."""

    request_id: int
    telegram_id: int
    name: str
    username: str
    language: str
    state: str
    """open, bound, refused or blocked."""
    times: int
    """How often he has asked, with refusals between."""
    asked_at: datetime
    decided_at: datetime | None
    decided_by: int | None
    """A person's id; None while it is open, and if the account came aboard by a link of its own."""


def _request(row: sqlite3.Row) -> AccessRequest:
    return AccessRequest(
        row["id"],
        row["telegram_id"],
        row["name"],
        row["username"],
        row["language"],
        row["state"],
        row["times"],
        as_moment(row["asked_at"]),
        as_moment(row["decided_at"]) if row["decided_at"] else None,
        row["decided_by"],
    )


def find(db: sqlite3.Connection, request_id: int) -> AccessRequest | None:
    """The request with this id."""
    row = db.execute("SELECT * FROM access_request WHERE id = ?", (request_id,)).fetchone()
    return _request(row) if row else None


def find_of_account(db: sqlite3.Connection, telegram_id: int) -> AccessRequest | None:
    """What this account has asked."""
    row = db.execute("SELECT * FROM access_request WHERE telegram_id = ?", (telegram_id,)).fetchone()
    return _request(row) if row else None


def find_oldest_open(db: sqlite3.Connection) -> AccessRequest | None:
    """Who has waited longest."""
    row = db.execute("SELECT * FROM access_request WHERE state = 'open' ORDER BY asked_at, id LIMIT 1").fetchone()
    return _request(row) if row else None


def count_open(db: sqlite3.Connection) -> int:
    """How many wait."""
    return int(db.execute("SELECT count(*) FROM access_request WHERE state = 'open'").fetchone()[0])


def count_asked_since(db: sqlite3.Connection, since: datetime) -> int:
    """How many asked after this moment, whatever became of them."""
    row = db.execute("SELECT count(*) FROM access_request WHERE asked_at > ?", (as_text(since),)).fetchone()
    return int(row[0])


def ask(
    db: sqlite3.Connection, telegram_id: int, name: str, username: str, language: str, now: datetime
) -> AccessRequest:
    """This account asks; after a refusal it counts as once more, after having been aboard it starts anew."""
    row = db.execute(
        "INSERT INTO access_request (telegram_id, name, username, language, state, asked_at)"
        " VALUES (?, ?, ?, ?, 'open', ?) ON CONFLICT (telegram_id) DO UPDATE SET name = excluded.name,"
        " username = excluded.username, language = excluded.language, asked_at = excluded.asked_at,"
        " times = CASE WHEN state = 'refused' THEN times + 1 ELSE 1 END,"
        " state = 'open', decided_at = NULL, decided_by = NULL RETURNING *",
        (telegram_id, name, username, language, as_text(now)),
    ).fetchone()
    return _request(row)


def decide(db: sqlite3.Connection, request_id: int, state: str, decided_by: int, now: datetime) -> None:
    """Bound, refused or blocked, by this person; only what is open is decided."""
    db.execute(
        "UPDATE access_request SET state = ?, decided_by = ?, decided_at = ? WHERE id = ? AND state = 'open'",
        (state, decided_by, as_text(now), request_id),
    )


def list_candidates(db: sqlite3.Connection, words: Sequence[str], limit: int) -> list[Person]:
    """Active people without an account whose name or reference has most of these words in it, in any case."""
    if not words:
        return []
    score = " + ".join("(instr(fold(p.name || ' ' || p.reference), fold(?)) > 0)" for _ in words)
    rows = db.execute(
        f"WITH candidate AS MATERIALIZED (SELECT p.id, {score} AS score FROM person AS p WHERE p.active = 1"
        " AND NOT EXISTS (SELECT 1 FROM account WHERE person_id = p.id AND ended_at IS NULL))"
        f" {SELECT} JOIN candidate AS c ON c.id = p.id"
        " WHERE c.score > 0 AND c.score = (SELECT max(score) FROM candidate) ORDER BY p.name, p.reference LIMIT ?",
        (*words, limit),
    )
    return [person_of(row) for row in rows]


def is_blocked(db: sqlite3.Connection, telegram_id: int) -> bool:
    """Whether a coordinator wants to hear nothing of this account."""
    row = db.execute("SELECT state FROM access_request WHERE telegram_id = ?", (telegram_id,)).fetchone()
    return row is not None and row[0] == "blocked"


def settle(db: sqlite3.Connection, telegram_id: int, now: datetime) -> None:
    """The account came aboard: its request is answered."""
    db.execute(
        "UPDATE access_request SET state = 'bound', decided_at = ? WHERE telegram_id = ?"
        " AND state IN ('naming', 'open')",
        (as_text(now), telegram_id),
    )
