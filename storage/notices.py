"""The shelf of notices: who has to be told of a change, and the receipts for those who made it."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has to be told: since which revision he knows nothing new of a meeting (0 = of none)."""

    notice_id: int
    person_id: int
    meeting_id: int
    from_revision: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """An author who wants to know how many were told."""

    receipt_id: int
    author_id: int
    meeting_id: int
    revision: int
    touched: tuple[int, ...]
    due_at: datetime


def await_notice(
    db: sqlite3.Connection, person_ids: Iterable[int], meeting_id: int, from_revision: int, due_at: datetime
) -> None:
    """These people have to be told; who waits already is told of all of it at once, at the first one's time."""
    db.executemany(
        "INSERT INTO notice (person_id, meeting_id, from_revision, due_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person_id, meeting_id) WHERE settled_at IS NULL DO NOTHING",
        [(person_id, meeting_id, from_revision, as_text(due_at)) for person_id in person_ids],
    )


def await_missed(db: sqlite3.Connection, person_id: int, since: datetime, now: datetime) -> None:
    """He is to be told after all of what he could not be told since then, or what was refused to him.

    Of each meeting that is all since the last notice of it that went to him.
    """
    db.execute(
        "INSERT INTO notice (person_id, meeting_id, from_revision, due_at)"
        " SELECT n.person_id, n.meeting_id, min(n.from_revision), :now FROM notice AS n"
        " LEFT JOIN outbox AS o ON o.id = n.letter_id WHERE n.person_id = :person"
        " AND (n.outcome = 'cannot' AND n.settled_at >= :since OR n.outcome = 'told' AND o.state = 'refused')"
        " AND NOT EXISTS (SELECT 1 FROM notice AS l JOIN outbox AS w ON w.id = l.letter_id WHERE l.outcome = 'told'"
        "  AND w.state <> 'refused' AND l.meeting_id = n.meeting_id AND l.person_id = n.person_id"
        "  AND l.to_revision >= n.to_revision) GROUP BY n.person_id, n.meeting_id"
        " ON CONFLICT (person_id, meeting_id) WHERE settled_at IS NULL"
        " DO UPDATE SET from_revision = min(from_revision, excluded.from_revision)",
        {"person": person_id, "since": as_text(since), "now": as_text(now)},
    )


def note_own(db: sqlite3.Connection, person_id: int, meeting_id: int, revision: int, now: datetime) -> None:
    """He made this revision himself; worth a row only while he has yet to be told of earlier ones."""
    db.execute(
        "INSERT INTO notice (person_id, meeting_id, from_revision, to_revision, due_at, settled_at, outcome)"
        " SELECT person_id, meeting_id, ?1 - 1, ?1, ?2, ?2, 'unchanged' FROM notice"
        " WHERE person_id = ?3 AND meeting_id = ?4 AND settled_at IS NULL",
        (revision, as_text(now), person_id, meeting_id),
    )


def list_own(db: sqlite3.Connection, waiting: Waiting) -> set[int]:
    """Revisions that he has made himself since he began to wait: what `note_own` wrote, nothing that waited."""
    rows = db.execute(
        "SELECT to_revision FROM notice WHERE meeting_id = ? AND to_revision > ? AND person_id = ?"
        " AND outcome = 'unchanged' AND from_revision = to_revision - 1 AND due_at = settled_at",
        (waiting.meeting_id, waiting.from_revision, waiting.person_id),
    )
    return {row[0] for row in rows}


def list_due_notices(db: sqlite3.Connection, now: datetime) -> list[Waiting]:
    """Everything that people who have something due wait for, by person: one notice tells a person all of it."""
    rows = db.execute(
        "SELECT id, person_id, meeting_id, from_revision, due_at FROM notice WHERE settled_at IS NULL AND person_id IN"
        " (SELECT person_id FROM notice WHERE settled_at IS NULL AND due_at <= ?) ORDER BY person_id, meeting_id",
        (as_text(now),),
    )
    return [
        Waiting(row["id"], row["person_id"], row["meeting_id"], row["from_revision"], as_moment(row["due_at"]))
        for row in rows
    ]


def settle_notice(
    db: sqlite3.Connection, notice_id: int, to_revision: int, outcome: str, now: datetime, letter_id: int | None = None
) -> None:
    """He was told how the meeting stands at this revision, or why not."""
    db.execute(
        "UPDATE notice SET to_revision = ?, outcome = ?, settled_at = ?, letter_id = ? WHERE id = ?",
        (to_revision, outcome, as_text(now), letter_id, notice_id),
    )


def outcomes(db: sqlite3.Connection, meeting_id: int, revision: int) -> dict[int, tuple[str, str | None]]:
    """By person: what became of his notice that tells of this revision or a later one, and of its letter's state."""
    rows = db.execute(
        "SELECT n.person_id, n.outcome, o.state FROM notice AS n LEFT JOIN outbox AS o ON o.id = n.letter_id"
        " WHERE n.meeting_id = ? AND n.to_revision >= ? ORDER BY n.id DESC",
        (meeting_id, revision),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def count_waiting(db: sqlite3.Connection, meeting_id: int) -> int:
    """How many have yet to be told of this meeting."""
    row = db.execute(
        "SELECT count(*) FROM notice WHERE meeting_id = ? AND settled_at IS NULL", (meeting_id,)
    ).fetchone()
    return int(row[0])


def is_waiting(db: sqlite3.Connection, meeting_id: int) -> bool:
    """Whether anybody has yet to be told of this meeting."""
    return count_waiting(db, meeting_id) > 0


def await_group_notice(
    db: sqlite3.Connection, chat_ids: Iterable[int], meeting_id: int, from_revision: int, due_at: datetime
) -> None:
    """These groups have to be told, as `await_notice` has it for people."""
    db.executemany(
        "INSERT INTO group_notice (chat_id, meeting_id, from_revision, due_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(chat_id, meeting_id, from_revision, as_text(due_at)) for chat_id in chat_ids],
    )


def list_groups_due(db: sqlite3.Connection, now: datetime) -> list[int]:
    """Chat ids of the groups for which a notice is due."""
    rows = db.execute("SELECT DISTINCT chat_id FROM group_notice WHERE due_at <= ? ORDER BY 1", (as_text(now),))
    return [row[0] for row in rows]


def take_group_notices(db: sqlite3.Connection, chat_id: int) -> list[tuple[int, int]]:
    """(meeting, revision it knows) of all that a group is to be told, due or not; it waits no longer."""
    rows = db.execute("DELETE FROM group_notice WHERE chat_id = ? RETURNING meeting_id, from_revision", (chat_id,))
    return sorted((row[0], row[1]) for row in rows)


def await_receipt(
    db: sqlite3.Connection, author_id: int, meeting_id: int, revision: int, touched: Iterable[int], due_at: datetime
) -> None:
    """The author hears how many of these were told."""
    db.execute(
        "INSERT INTO change_receipt (author_id, meeting_id, revision, touched, due_at) VALUES (?, ?, ?, ?, ?)",
        (author_id, meeting_id, revision, json.dumps(sorted(touched)), as_text(due_at)),
    )


def list_due_receipts(db: sqlite3.Connection, now: datetime) -> list[Receipt]:
    """Everything that authors who have something due wait for, by author: one receipt tells him all of it."""
    rows = db.execute(
        "SELECT id, author_id, meeting_id, revision, touched, due_at FROM change_receipt WHERE settled_at IS NULL"
        " AND author_id IN (SELECT author_id FROM change_receipt WHERE settled_at IS NULL AND due_at <= ?)"
        " ORDER BY author_id, id",
        (as_text(now),),
    )
    return [Receipt(row[0], row[1], row[2], row[3], tuple(json.loads(row[4])), as_moment(row[5])) for row in rows]


def list_waiting(db: sqlite3.Connection) -> list[tuple[str, int, int, datetime]]:
    """All that waits for its minute: notice, group or receipt; for whom (a person, a chat); of which meeting; when."""
    rows = db.execute(
        "SELECT 'notice', person_id, meeting_id, due_at FROM notice WHERE settled_at IS NULL"
        " UNION ALL SELECT 'group', chat_id, meeting_id, due_at FROM group_notice"
        " UNION ALL SELECT 'receipt', author_id, meeting_id, due_at FROM change_receipt WHERE settled_at IS NULL"
        " ORDER BY 4"
    )
    return [(row[0], row[1], row[2], as_moment(row[3])) for row in rows]


def settle_receipt(db: sqlite3.Connection, receipt_id: int, now: datetime) -> None:
    """He was told."""
    db.execute("UPDATE change_receipt SET settled_at = ? WHERE id = ?", (as_text(now), receipt_id))
