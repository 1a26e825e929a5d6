"""The state of the house in numbers: what an operator looks at first."""

import sqlite3
from datetime import datetime
from typing import Any

from domain.attachment import AttachmentState
from domain.letter import LetterState
from services.desk import Desk
from storage import attachments, inbox, notes, outbox, people


def status(desk: Desk) -> dict[str, Any]:
    """Everything `fieldpost status --json` prints. What people wrote, and their names, are not in it."""
    incoming = inbox.count_by_state(desk.db)
    on_roster, enrolled = people.count_enrolment(desk.db)
    oldest = outbox.oldest_queued(desk.db)
    letters = outbox.count_by_state(desk.db)
    return {
        "schema_version": desk.db.execute("PRAGMA user_version").fetchone()[0],
        "bot_username": notes.read(desk.db, "bot_username") or desk.mission.bot_username or None,
        "heard_at": notes.read(desk.db, "heard_at"),
        "inbox": {
            "open": incoming.get("open", 0),
            "parked": incoming.get("parked", 0),
            "parked_updates": [_parked(row) for row in inbox.list_parked(desk.db)],
        },
        "outbox": {
            **{state.value: letters.get(state.value, 0) for state in LetterState},
            "oldest_queued_seconds": _age(oldest, desk.now),
            "in_doubt_letters": _letters(desk.db, LetterState.IN_DOUBT),
            "refused_letters": _letters(desk.db, LetterState.REFUSED),
        },
        "people": {
            "on_roster": on_roster,
            "enrolled": enrolled,
            "unreachable": [person.reference for person in people.list_unreachable(desk.db)],
        },
        "attachments": _attachments(desk.db),
        "database_bytes": _bytes(desk.db),
    }


def _age(since: datetime | None, now: datetime) -> int | None:
    """Whole seconds; a letter that is due only later has waited for none."""
    return None if since is None else max(0, round((now - since).total_seconds()))


def _parked(row: sqlite3.Row) -> dict[str, Any]:
    error = row["error"] or ""
    return {
        "update_id": row["update_id"],
        "attempts": row["attempts"],
        "parked_at": row["settled_at"],
        "error": error.partition(":")[0].partition("(")[0].strip()[:100],
    }


def _letters(db: sqlite3.Connection, state: LetterState) -> list[dict[str, Any]]:
    return [
        {key: row[key] for key in ("id", "kind", "chat_id", "method", "error", "settled_at")}
        for row in outbox.list_in_state(db, state)
    ]


def _attachments(db: sqlite3.Connection) -> dict[str, int]:
    """How many files of meeting logs stand where, and the bytes of those that are stored."""
    counts = attachments.count_by_state(db)
    told = {state.value: counts.get(state, (0, 0))[0] for state in AttachmentState}
    return {**told, "bytes": counts.get(AttachmentState.STORED, (0, 0))[1]}


def _bytes(db: sqlite3.Connection) -> int:
    pages, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages) * int(size)
