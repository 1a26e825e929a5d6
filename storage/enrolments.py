"""The enrolment shelf: who opened an invitation and has not yet confirmed that it is his; and wrong tokens."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class Pending:
    """An account that opened an invitation."""

    telegram_id: int
    invitation_id: int
    person_id: int
    usable: bool
    """The invitation is neither spent nor revoked. Whether it has expired, `expires_at` tells."""
    expires_at: datetime


_SELECT = (
    "SELECT e.telegram_id, e.invitation_id, i.person_id, i.used_at IS NULL AND i.revoked_at IS NULL AS usable,"
    " i.expires_at FROM enrolment AS e JOIN invitation AS i ON i.id = e.invitation_id"
)


def _pending(row: sqlite3.Row) -> Pending:
    return Pending(
        row["telegram_id"], row["invitation_id"], row["person_id"], bool(row["usable"]), as_moment(row["expires_at"])
    )


def begin(db: sqlite3.Connection, telegram_id: int, invitation_id: int, now: datetime) -> None:
    """This account opened this invitation; the latest one counts."""
    db.execute(
        "INSERT INTO enrolment (telegram_id, invitation_id, opened_at) VALUES (?, ?, ?) ON CONFLICT (telegram_id)"
        " DO UPDATE SET invitation_id = excluded.invitation_id, opened_at = excluded.opened_at, reminded_at = NULL",
        (telegram_id, invitation_id, as_text(now)),
    )


def find(db: sqlite3.Connection, telegram_id: int) -> Pending | None:
    """What this account has opened and not answered."""
    row = db.execute(f"{_SELECT} WHERE e.telegram_id = ?", (telegram_id,)).fetchone()
    return _pending(row) if row else None


def list_usable(db: sqlite3.Connection, now: datetime) -> list[Pending]:
    """Everybody who opened an invitation that still works and did not answer, by person."""
    rows = db.execute(
        f"{_SELECT} WHERE i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ? ORDER BY i.person_id",
        (as_text(now),),
    )
    return [_pending(row) for row in rows]


def note_reminder(db: sqlite3.Connection, telegram_id: int, now: datetime) -> None:
    """He was reminded."""
    db.execute("UPDATE enrolment SET reminded_at = ? WHERE telegram_id = ?", (as_text(now), telegram_id))


def end(db: sqlite3.Connection, telegram_id: int) -> None:
    """He answered."""
    db.execute("DELETE FROM enrolment WHERE telegram_id = ?", (telegram_id,))


def silent_until(db: sqlite3.Connection, telegram_id: int) -> datetime | None:
    """Until when this account gets no answer, if it tried too many wrong tokens."""
    row = db.execute("SELECT silent_until FROM wrong_token WHERE telegram_id = ?", (telegram_id,)).fetchone()
    return as_moment(row[0]) if row and row[0] else None


def count_wrong_token(db: sqlite3.Connection, telegram_id: int, now: datetime, since: datetime) -> int:
    """One wrong token more; how many there were since `since` (older ones are forgotten)."""
    row = db.execute(
        "INSERT INTO wrong_token (telegram_id, tries, since) VALUES (?1, 1, ?2) ON CONFLICT (telegram_id) DO UPDATE"
        " SET tries = CASE WHEN since < ?3 THEN 1 ELSE tries + 1 END,"
        " since = CASE WHEN since < ?3 THEN ?2 ELSE since END, silent_until = NULL RETURNING tries",
        (telegram_id, as_text(now), as_text(since)),
    ).fetchone()
    return int(row[0])


def silence(db: sqlite3.Connection, telegram_id: int, until: datetime) -> None:
    """No answers to this account before then; it starts anew afterwards."""
    db.execute(
        "UPDATE wrong_token SET silent_until = ?, tries = 0 WHERE telegram_id = ?", (as_text(until), telegram_id)
    )
