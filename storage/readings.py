"""The shelf of confirmations: who said that he has read an announcement, and who was to."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.letter import PRIORITY, LetterKind, Policy
from storage.database import as_text


@dataclass(frozen=True, slots=True)
class TeamCount:
    """How many of a team have confirmed."""

    name: str
    read: int
    expected: int


_EXPECTED = (
    "p.active = 1 AND (EXISTS (SELECT 1 FROM delivery AS d WHERE d.announcement_id = :id AND d.person_id = p.id)"
    " OR EXISTS (SELECT 1 FROM delivery AS d JOIN chat AS g ON g.chat_id = d.chat_id"
    "  WHERE d.announcement_id = :id AND d.person_id IS NULL AND (g.purpose = 'mission'"
    "  OR (g.purpose = 'team' AND g.team_id = p.team_id)"
    "  OR (g.purpose = 'coordinators' AND p.role IN ('coordinator', 'head_of_mission')))))"
)
"""Whom it was sent to, in private or through a group that is his."""
_HAS_READ = "EXISTS (SELECT 1 FROM reading AS r WHERE r.announcement_id = :id AND r.person_id = p.id)"


def add(db: sqlite3.Connection, announcement_id: int, person_id: int, now: datetime) -> bool:
    """He has read it; False if he had said so before."""
    cursor = db.execute(
        "INSERT INTO reading (announcement_id, person_id, read_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (announcement_id, person_id, as_text(now)),
    )
    return cursor.rowcount == 1


def count(db: sqlite3.Connection, announcement_id: int) -> int:
    """How many have confirmed."""
    row = db.execute("SELECT count(*) FROM reading WHERE announcement_id = ?", (announcement_id,)).fetchone()
    return int(row[0])


def count_expected(db: sqlite3.Connection, announcement_id: int) -> int:
    """How many were to confirm."""
    row = db.execute(f"SELECT count(*) FROM person AS p WHERE {_EXPECTED}", {"id": announcement_id}).fetchone()
    return int(row[0])


def is_expected(db: sqlite3.Connection, announcement_id: int, person_id: int) -> bool:
    """Whether it was sent to him."""
    row = db.execute(
        f"SELECT 1 FROM person AS p WHERE p.id = :person AND {_EXPECTED}", {"id": announcement_id, "person": person_id}
    ).fetchone()
    return row is not None


def count_by_team(db: sqlite3.Connection, announcement_id: int) -> list[TeamCount]:
    """By team, in the order of the roster; people of no team last under ''."""
    rows = db.execute(
        f"SELECT coalesce(t.name, ''), sum({_HAS_READ}), count(*) FROM person AS p LEFT JOIN team AS t"
        f" ON t.id = p.team_id WHERE {_EXPECTED} GROUP BY p.team_id ORDER BY p.team_id IS NULL, p.team_id",
        {"id": announcement_id},
    )
    return [TeamCount(row[0], row[1], row[2]) for row in rows]


_MISSING = (
    "FROM person AS p JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL AND a.unreachable_since IS NULL"
    f" WHERE {_EXPECTED} AND NOT {_HAS_READ}"
)


def count_missing(db: sqlite3.Connection, announcement_id: int) -> int:
    """Those who have not confirmed and can be written to."""
    return int(db.execute(f"SELECT count(*) {_MISSING}", {"id": announcement_id}).fetchone()[0])


def queue_reminders(
    db: sqlite3.Connection,
    announcement_id: int,
    number: int,
    payloads: Mapping[str, dict[str, object]],
    default: str,
    now: datetime,
) -> int:
    """A letter to each who has not confirmed, as a reply to his copy if he has one; how many.

    `number` is which reminder it is; payloads by language, `default` for who speaks another one.
    """
    written = 0
    for language, payload in payloads.items():
        written += db.execute(
            "INSERT INTO outbox (once_key, kind, policy, priority, chat_id, method, payload, queued_at, due_at)"
            " SELECT 'reread:' || :id || ':' || :number || ':' || p.id, :kind, :policy, :priority, a.telegram_id,"
            "  'sendMessage', coalesce((SELECT json_set(:payload, '$.reply_parameters', json_object('message_id',"
            "   o.message_id, 'allow_sending_without_reply', json('true'))) FROM delivery AS d"
            "   JOIN outbox AS o ON o.id = d.letter_id WHERE d.announcement_id = :id AND d.person_id = p.id"
            "   AND o.message_id IS NOT NULL), :payload), :now, :now"
            f" {_MISSING} AND CASE WHEN lower(substr(coalesce(p.own_language, p.language), 1, 2)) IN"
            "  (SELECT value FROM json_each(:languages)) THEN lower(substr(coalesce(p.own_language, p.language), 1, 2))"
            "  ELSE :default END = :language ORDER BY p.id ON CONFLICT (once_key) DO NOTHING",
            {
                "id": announcement_id,
                "number": number,
                "kind": LetterKind.ANNOUNCEMENT,
                "policy": Policy.REPEAT,
                "priority": PRIORITY[LetterKind.ANNOUNCEMENT],
                "payload": json.dumps(payload, ensure_ascii=False),
                "now": as_text(now),
                "languages": json.dumps(list(payloads)),
                "language": language,
                "default": default,
            },
        ).rowcount
    return written
