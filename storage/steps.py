"""The shelf of what is done to a copy afterwards: pinned, corrected, taken back; each step once a copy."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_moment


@dataclass(frozen=True, slots=True)
class Arrived:
    """A copy that is at its reader's, with the ids of its messages."""

    delivery_id: int
    chat_id: int
    person_id: int | None
    language: str
    message_ids: tuple[int, ...]
    sent_at: datetime
    read: bool
    reached: bool
    """Whether that chat still takes anything: the bot is not blocked there, nor put out."""


_REACHED = (
    "NOT EXISTS (SELECT 1 FROM account AS c WHERE c.telegram_id = d.chat_id AND c.unreachable_since IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM chat AS g WHERE g.chat_id = d.chat_id AND d.person_id IS NULL"
    "  AND g.status NOT IN ('member', 'administrator', 'restricted'))"
)
_ARRIVED = (
    "SELECT d.id, d.chat_id, d.person_id, d.language, o.message_id, o.album, o.settled_at, EXISTS (SELECT 1"
    " FROM reading AS r WHERE r.announcement_id = d.announcement_id AND r.person_id = d.person_id) AS read,"
    f" {_REACHED} AS reached"
    " FROM delivery AS d JOIN outbox AS o ON o.id = d.letter_id"
    " WHERE d.announcement_id = :id AND o.state = 'sent' AND o.message_id IS NOT NULL AND d.chat_id IS NOT NULL"
)


def _arrived(row: sqlite3.Row) -> Arrived:
    ids = tuple(json.loads(row["album"])) if row["album"] else (row["message_id"],)
    return Arrived(
        row["id"],
        row["chat_id"],
        row["person_id"],
        row["language"],
        ids,
        as_moment(row["settled_at"]),
        bool(row["read"]),
        bool(row["reached"]),
    )


def list_open(
    db: sqlite3.Connection,
    announcement_id: int,
    step: str,
    *,
    limit: int,
    groups_only: bool = False,
    carries_below: int | None = None,
    after: str | None = None,
) -> list[Arrived]:
    """Copies at their readers' for which this step was not taken yet.

    `carries_below`: only those that say an earlier version. `after`: only those of which this step was
    refused, though they are still reached.
    """
    narrowed = " AND d.person_id IS NULL" if groups_only else ""
    narrowed += " AND d.carries < :below" if carries_below is not None else ""
    if after is not None:
        narrowed += (
            f" AND {_REACHED} AND EXISTS (SELECT 1 FROM delivery_step AS b JOIN outbox AS bo ON bo.id = b.letter_id"
            "  WHERE b.delivery_id = d.id AND b.step = :after AND bo.state = 'refused')"
        )
    rows = db.execute(
        f"{_ARRIVED}{narrowed} AND NOT EXISTS (SELECT 1 FROM delivery_step AS s WHERE s.delivery_id = d.id"
        " AND s.step = :step) ORDER BY d.id LIMIT :limit",
        {"id": announcement_id, "step": step, "limit": limit, "below": carries_below, "after": after},
    )
    return [_arrived(row) for row in rows]


def list_groups(db: sqlite3.Connection, announcement_id: int) -> list[Arrived]:
    """The copies that are in groups."""
    rows = db.execute(f"{_ARRIVED} AND d.person_id IS NULL ORDER BY d.id", {"id": announcement_id})
    return [_arrived(row) for row in rows]


def add(db: sqlite3.Connection, delivery_id: int, step: str, letter_id: int | None) -> None:
    """The step is taken, by this letter (None: there was nothing to send)."""
    db.execute(
        "INSERT INTO delivery_step (delivery_id, step, letter_id) VALUES (?, ?, ?) ON CONFLICT (delivery_id, step)"
        " DO UPDATE SET letter_id = excluded.letter_id",
        (delivery_id, step, letter_id),
    )


def find_letter(db: sqlite3.Connection, delivery_id: int, step: str) -> tuple[int, str, datetime | None] | None:
    """(letter, its state, since when) of a step."""
    row = db.execute(
        "SELECT o.id, o.state, o.settled_at FROM delivery_step AS s JOIN outbox AS o ON o.id = s.letter_id"
        " WHERE s.delivery_id = ? AND s.step = ?",
        (delivery_id, step),
    ).fetchone()
    return (row[0], row[1], as_moment(row[2]) if row[2] else None) if row else None


def count(db: sqlite3.Connection, announcement_id: int, step: str) -> dict[str, int]:
    """How many copies stand where with this step, by the letter's state; 'nothing' where there was nothing to send."""
    rows = db.execute(
        "SELECT coalesce(o.state, 'nothing'), count(*) FROM delivery AS d"
        " JOIN delivery_step AS s ON s.delivery_id = d.id AND s.step = ? LEFT JOIN outbox AS o ON o.id = s.letter_id"
        " WHERE d.announcement_id = ? GROUP BY 1",
        (step, announcement_id),
    )
    return dict(rows.fetchall())


def count_unsettled(db: sqlite3.Connection, announcement_id: int) -> int:
    """How many steps are still on their way."""
    row = db.execute(
        "SELECT count(*) FROM delivery AS d JOIN delivery_step AS s ON s.delivery_id = d.id"
        " JOIN outbox AS o ON o.id = s.letter_id WHERE d.announcement_id = ? AND o.state IN ('queued', 'sending')",
        (announcement_id,),
    ).fetchone()
    return int(row[0])


def find_message(db: sqlite3.Connection, delivery_id: int, step: str) -> int | None:
    """The message that a step sent."""
    row = db.execute(
        "SELECT o.message_id FROM delivery_step AS s JOIN outbox AS o ON o.id = s.letter_id"
        " WHERE s.delivery_id = ? AND s.step = ?",
        (delivery_id, step),
    ).fetchone()
    return row[0] if row else None
