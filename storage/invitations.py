"""The invitation shelf: hashes of one-time tokens."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class Invitation:
    """One issued token; the token itself is nowhere."""

    invitation_id: int
    person_id: int
    expires_at: datetime
    used_by: int | None
    revoked: bool


_SELECT = "SELECT id, person_id, expires_at, used_by, revoked_at FROM invitation"


def _invitation(row: sqlite3.Row | None) -> Invitation | None:
    if row is None:
        return None
    return Invitation(
        row["id"], row["person_id"], as_moment(row["expires_at"]), row["used_by"], row["revoked_at"] is not None
    )


def issue(db: sqlite3.Connection, person_id: int, token_hash: bytes, now: datetime, expires_at: datetime) -> None:
    """A new token for this person; his unused older ones are revoked."""
    revoke(db, person_id, now)
    db.execute(
        "INSERT INTO invitation (person_id, token_hash, issued_at, expires_at) VALUES (?, ?, ?, ?)",
        (person_id, token_hash, as_text(now), as_text(expires_at)),
    )


def find(db: sqlite3.Connection, token_hash: bytes) -> Invitation | None:
    """The invitation whose token has this hash, whatever became of it."""
    return _invitation(db.execute(f"{_SELECT} WHERE token_hash = ?", (token_hash,)).fetchone())


def read(db: sqlite3.Connection, invitation_id: int) -> Invitation | None:
    """The invitation with this id."""
    return _invitation(db.execute(f"{_SELECT} WHERE id = ?", (invitation_id,)).fetchone())


def revoke(db: sqlite3.Connection, person_id: int, now: datetime) -> None:
    """This person's unused tokens end."""
    db.execute(
        "UPDATE invitation SET revoked_at = ? WHERE person_id = ? AND used_at IS NULL AND revoked_at IS NULL",
        (as_text(now), person_id),
    )


def use(db: sqlite3.Connection, invitation_id: int, telegram_id: int, now: datetime) -> None:
    """The token is spent, by this account."""
    db.execute(
        "UPDATE invitation SET used_at = ?, used_by = ? WHERE id = ?", (as_text(now), telegram_id, invitation_id)
    )
