"""The attachment shelf: files of meeting logs, and what became of their bytes."""

import sqlite3
from dataclasses import replace
from datetime import date, datetime

from domain.attachment import Attachment, AttachmentState, FileKind, GivenFile, base_name
from domain.erasure import Traces
from storage.database import as_text

_SELECT = (
    "SELECT a.id, a.entry_id, a.kind, a.file_id, a.file_name, a.state, a.attempts, a.path, m.local_day,"
    " m.reference, e.author_id FROM attachment AS a JOIN log_entry AS e ON e.id = a.entry_id"
    " JOIN meeting AS m ON m.id = e.meeting_id"
)
_STANDS = "(e.withdrawn_at IS NULL OR e.submitted_at IS NOT NULL)"
"""What somebody took back from his draft is nobody's any more."""


def _attachment(row: sqlite3.Row) -> Attachment:
    return Attachment(
        attachment_id=row["id"],
        entry_id=row["entry_id"],
        author_id=row["author_id"],
        kind=FileKind(row["kind"]) if row["kind"] in set(FileKind) else FileKind.DOCUMENT,
        file_id=row["file_id"],
        file_name=row["file_name"],
        state=AttachmentState(row["state"]),
        attempts=row["attempts"],
        path=row["path"],
        meeting_day=date.fromisoformat(row["local_day"]),
        meeting_reference=row["reference"],
    )


def add(db: sqlite3.Connection, entry_id: int, file: GivenFile, state: AttachmentState, now: datetime) -> int:
    """A file of this point; its id."""
    wanted = state is AttachmentState.WANTED
    row = db.execute(
        "INSERT INTO attachment (entry_id, kind, file_id, file_unique_id, file_name, file_size, state, due_at,"
        " settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            entry_id, file.kind, file.file_id, file.file_unique_id, file.name, file.size, state, as_text(now),
            None if wanted else as_text(now),
        ),
    ).fetchone()  # fmt: skip
    return int(row[0])


def find(db: sqlite3.Connection, attachment_id: int) -> Attachment | None:
    """The attachment with this id."""
    row = db.execute(f"{_SELECT} WHERE a.id = ?", (attachment_id,)).fetchone()
    return _attachment(row) if row else None


def list_of_entry(db: sqlite3.Connection, entry_id: int) -> list[Attachment]:
    """Files of one point, in the order they came."""
    rows = db.execute(f"{_SELECT} WHERE a.entry_id = ? ORDER BY a.id", (entry_id,))
    return [_attachment(row) for row in rows]


def next_wanted(db: sqlite3.Connection, now: datetime) -> Attachment | None:
    """The one to be fetched next, if any may be tried at this moment."""
    row = db.execute(
        f"{_SELECT} WHERE a.state = 'wanted' AND a.due_at <= ? AND {_STANDS} ORDER BY a.due_at, a.id LIMIT 1",
        (as_text(now),),
    ).fetchone()
    return _attachment(row) if row else None


def list_wanted_ids(db: sqlite3.Connection) -> set[int]:
    """Those whose bytes are not stored yet."""
    return {row[0] for row in db.execute("SELECT id FROM attachment WHERE state = 'wanted'")}


def mark_stored(db: sqlite3.Connection, attachment_id: int, path: str, sha256: str, size: int, now: datetime) -> None:
    """The bytes are on the disk: `path` within the folder of files, `sha256` in hexadecimal, `size` in bytes."""
    db.execute(
        "UPDATE attachment SET state = 'stored', path = ?, sha256 = ?, file_size = ?, settled_at = ? WHERE id = ?",
        (path, sha256, size, as_text(now), attachment_id),
    )


def settle(db: sqlite3.Connection, attachment_id: int, state: AttachmentState, now: datetime) -> None:
    """Its bytes will not be fetched."""
    db.execute("UPDATE attachment SET state = ?, settled_at = ? WHERE id = ?", (state, as_text(now), attachment_id))


def try_again(db: sqlite3.Connection, attachment_id: int, due_at: datetime) -> None:
    """One attempt in vain more; the next one not before `due_at`."""
    db.execute(
        "UPDATE attachment SET attempts = attempts + 1, due_at = ? WHERE id = ?", (as_text(due_at), attachment_id)
    )


def put_off(db: sqlite3.Connection, attachment_id: int, due_at: datetime) -> None:
    """Not before `due_at`; nothing was tried."""
    db.execute("UPDATE attachment SET due_at = ? WHERE id = ?", (as_text(due_at), attachment_id))


def count_by_state(db: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """How many attachments stand where, and their bytes as far as they are known."""
    rows = db.execute(
        "SELECT a.state, count(*), coalesce(sum(a.file_size), 0) FROM attachment AS a"
        f" JOIN log_entry AS e ON e.id = a.entry_id WHERE {_STANDS} GROUP BY a.state"
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def list_paths(db: sqlite3.Connection) -> dict[int, str]:
    """Where the stored ones are, by id, within the folder of files."""
    rows = db.execute("SELECT id, path FROM attachment WHERE state = 'stored' AND path IS NOT NULL")
    return {row[0]: row[1] for row in rows}


def erase_names(db: sqlite3.Connection, author_id: int | None = None, traces: Traces | None = None) -> None:
    """Names of files: this author's, and those in which he is named; all of them if nobody is given.

    The files themselves stay the mission's; they are still to be moved to their new paths (storage/files.py).
    """
    for row in db.execute(_SELECT).fetchall():
        attachment = _attachment(row)
        named = traces is not None and traces.found_in(f"{attachment.file_name} {attachment.path or ''}")
        if author_id is None or attachment.author_id == author_id or named:
            bare = replace(attachment, file_name="")
            folder = (attachment.path or "").rpartition("/")[0]
            db.execute(
                "UPDATE attachment SET file_name = '', path = ? WHERE id = ?",
                (f"{folder}/{base_name(bare)}" if attachment.path else None, attachment.attachment_id),
            )


def list_old_photos(db: sqlite3.Connection, before: datetime, limit: int) -> list[tuple[int, str]]:
    """(id, path) of stored photos that were stored before that moment, the oldest first."""
    rows = db.execute(
        "SELECT id, path FROM attachment WHERE kind = 'photo' AND state = 'stored' AND settled_at < ?"
        " ORDER BY settled_at LIMIT ?",
        (as_text(before), limit),
    )
    return [(row[0], row[1]) for row in rows]


def let_go(db: sqlite3.Connection, attachment_id: int, now: datetime) -> None:
    """Its bytes were deleted, as they are kept no longer; what they were (their hash) stays."""
    db.execute(
        "UPDATE attachment SET state = 'lost', path = NULL, settled_at = ? WHERE id = ?", (as_text(now), attachment_id)
    )
