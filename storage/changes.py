"""The shelf of changes that are not made yet: drafts and proposals."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is about to change. `change` is domain.change's JSON; `revision` is what he saw."""

    meeting_id: int
    revision: int
    change: str
    reason: str = ""
    proposal_id: int | None = None
    """The proposal that he is amending."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for a coordinator, or what became of it."""

    proposal_id: int
    meeting_id: int
    revision: int
    author_id: int
    author: str
    change: str
    reason: str
    made_at: datetime
    state: str
    decided_at: datetime | None
    decided_by: int | None


def read_draft(db: sqlite3.Connection, person_id: int) -> Draft | None:
    """What this person is about to change."""
    row = db.execute(
        "SELECT meeting_id, revision, change, reason, proposal_id FROM change_draft WHERE person_id = ?", (person_id,)
    ).fetchone()
    return Draft(*row) if row else None


def write_draft(db: sqlite3.Connection, person_id: int, draft: Draft, now: datetime) -> None:
    """He is about to change this; what he was about to change before is dropped."""
    db.execute(
        "INSERT OR REPLACE INTO change_draft (person_id, meeting_id, revision, change, reason, proposal_id, changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (person_id, draft.meeting_id, draft.revision, draft.change, draft.reason, draft.proposal_id, as_text(now)),
    )


def drop_draft(db: sqlite3.Connection, person_id: int) -> None:
    """He changes nothing."""
    db.execute("DELETE FROM change_draft WHERE person_id = ?", (person_id,))


_PROPOSAL = (
    "SELECT x.id, x.meeting_id, x.revision, x.author_id, p.name AS author, x.change, x.reason, x.made_at, x.state,"
    " x.decided_at, x.decided_by FROM proposal AS x JOIN person AS p ON p.id = x.author_id"
)


def _proposal(row: sqlite3.Row) -> Proposal:
    return Proposal(
        row["id"],
        row["meeting_id"],
        row["revision"],
        row["author_id"],
        row["author"],
        row["change"],
        row["reason"],
        as_moment(row["made_at"]),
        row["state"],
        as_moment(row["decided_at"]) if row["decided_at"] else None,
        row["decided_by"],
    )


def propose(db: sqlite3.Connection, author_id: int, draft: Draft, now: datetime) -> int:
    """Ask the coordinators for a change; the proposal's id."""
    cursor = db.execute(
        "INSERT INTO proposal (meeting_id, revision, author_id, change, reason, made_at) VALUES (?, ?, ?, ?, ?, ?)",
        (draft.meeting_id, draft.revision, author_id, draft.change, draft.reason, as_text(now)),
    )
    return int(cursor.lastrowid or 0)


def find_proposal(db: sqlite3.Connection, proposal_id: int) -> Proposal | None:
    """The proposal with this id."""
    row = db.execute(f"{_PROPOSAL} WHERE x.id = ?", (proposal_id,)).fetchone()
    return _proposal(row) if row else None


def list_open_proposals(db: sqlite3.Connection, meeting_id: int | None = None) -> list[Proposal]:
    """Proposals that wait, of one meeting or of all, the oldest first."""
    where = "" if meeting_id is None else " AND x.meeting_id = ?"
    rows = db.execute(
        f"{_PROPOSAL} WHERE x.state = 'open'{where} ORDER BY x.id", () if meeting_id is None else (meeting_id,)
    )
    return [_proposal(row) for row in rows]


def decide(
    db: sqlite3.Connection, proposal_id: int, state: str, by: int, now: datetime, made: int | None = None
) -> bool:
    """Accepted (as revision `made`), refused or withdrawn; False if it was decided before."""
    cursor = db.execute(
        "UPDATE proposal SET state = ?, decided_by = ?, decided_at = ?, made = ? WHERE id = ? AND state = 'open'",
        (state, by, as_text(now), made, proposal_id),
    )
    return cursor.rowcount == 1
