"""The state of the house in numbers: what an operator looks at first."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

from domain.attachment import AttachmentState
from domain.finding import BACKUP_EVERY
from domain.letter import LetterState
from domain.person import Person
from services.coming import Due, count_coming
from services.desk import Desk, Said, show, tongue_of
from services.watch import LATE
from storage import attachments, chats, inbox, notes, outbox, people
from storage.database import as_moment
from texts import status as words

MOST_DOUBTED, MOST_COMING = 3, 4
LOOKS_AHEAD = timedelta(hours=6)
"""So far ahead reminders are counted."""
_KINDS = {
    Due.LEADER: Due.ASKED, Due.COORDINATOR: Due.ASKED, Due.UNACCOUNTED: Due.ASKED,
    Due.GROUP: Due.NOTICE, Due.RECEIPT: Due.NOTICE,
}  # fmt: skip
"""What a coordinator need not tell apart."""


def show_status(desk: Desk, said: Said, person: Person) -> None:
    """/status: what needs somebody, what waits, what is due next; to who coordinates the whole mission."""
    t = tongue_of(desk, person)
    if not person.sees_all:
        show(desk, said, words.only_for_all(t))
        return
    waiting, since = outbox.backlog(desk.db, desk.now)
    unread, parked = inbox.count_troubled(desk.db)
    in_doubt, refused = outbox.count_troubled(desk.db, desk.now - timedelta(days=1))
    copied_at = _noted(desk.db, "backed_up_at")
    state = words.State(
        now=desk.now,
        heard_at=_noted(desk.db, "heard_at"),
        waiting=waiting,
        oldest_minutes=(_age(since, desk.now) or 0) // 60,
        unread=max(0, unread - 1),  # the command itself is one
        parked=parked,
        in_doubt=in_doubt,
        doubted=_doubted(desk.db),
        refused=refused,
        coming=_coming(desk),
        copied_at=copied_at,
        late=since is not None and desk.now - since >= LATE,
        copy_is_old=copied_at is not None and desk.now - copied_at > BACKUP_EVERY,
    )
    show(desk, said, words.status(t, state, person.zone))


def _noted(db: sqlite3.Connection, name: str) -> datetime | None:
    value = notes.read(db, name)
    return as_moment(value) if value else None


def _doubted(db: sqlite3.Connection) -> tuple[str, ...]:
    letters = outbox.list_in_state(db, LetterState.IN_DOUBT, MOST_DOUBTED)
    return tuple(chats.name_of(db, letter["chat_id"]) or "?" for letter in letters)


def _coming(desk: Desk) -> tuple[tuple[datetime, str, int], ...]:
    """The next few moments at which something is due by the clock."""
    found: dict[tuple[datetime, str], int] = {}
    for (at, kind), people_concerned in count_coming(desk, LOOKS_AHEAD).items():
        key = (at, str(_KINDS.get(kind, kind)))
        if key not in found and len(found) == MOST_COMING:
            break
        found[key] = found.get(key, 0) + people_concerned
    return tuple((at, kind, count) for (at, kind), count in found.items())


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
        "backed_up_at": notes.read(desk.db, "backed_up_at"),
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
