"""The announcement shelf: drafts, what they say in each language, and how they stand."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from domain.announcement import Announcement, Content, Repeat, State
from domain.announcement_button import Option
from storage.database import as_moment, as_text

_OPTION_COLUMNS = {
    Option.CONFIRM: "confirm",
    Option.PIN: "pin",
    Option.SILENT: "silent",
    Option.PROTECT: "protect",
    Option.URGENT: "urgent",
}


def _moment(text: str | None) -> datetime | None:
    return as_moment(text) if text else None


def _announcement(row: sqlite3.Row) -> Announcement:
    return Announcement(
        announcement_id=row["id"],
        author_id=row["author_id"],
        state=State(row["state"]),
        version=row["version"],
        edition=row["edition"],
        asked=row["asked"],
        options=frozenset(option for option, name in _OPTION_COLUMNS.items() if row[name]),
        send_at=_moment(row["send_at"]),
        expire_at=_moment(row["expire_at"]),
        repeats=Repeat(row["repeats"]),
        source_id=row["source_id"],
        created_at=as_moment(row["created_at"]),
        content_at=_moment(row["content_at"]),
        approved_by=row["approved_by"],
        started_at=_moment(row["started_at"]),
        ended_at=_moment(row["ended_at"]),
        unreached=row["unreached"],
        chat_id=row["chat_id"],
        message_id=row["message_id"],
        shown=row["shown"],
        reminders=row["reminders"],
        counted=row["counted"],
    )


def add(db: sqlite3.Connection, author_id: int, now: datetime) -> int:
    """A new draft; its id."""
    cursor = db.execute(
        "INSERT INTO announcement (author_id, state, created_at) VALUES (?, 'draft', ?)", (author_id, as_text(now))
    )
    return int(cursor.lastrowid or 0)


def find(db: sqlite3.Connection, announcement_id: int) -> Announcement | None:
    """The announcement with this id."""
    row = db.execute("SELECT * FROM announcement WHERE id = ?", (announcement_id,)).fetchone()
    return _announcement(row) if row else None


def find_draft(db: sqlite3.Connection, author_id: int) -> Announcement | None:
    """The author's open draft, his latest."""
    row = db.execute(
        "SELECT * FROM announcement WHERE author_id = ? AND state = 'draft' ORDER BY id DESC LIMIT 1", (author_id,)
    ).fetchone()
    return _announcement(row) if row else None


def list_page(
    db: sqlite3.Connection, author_id: int | None, *, limit: int, offset: int
) -> tuple[list[Announcement], int]:
    """A page of what is scheduled or was sent, the latest first, and how many there are; an author's, or all."""
    where = "state NOT IN ('draft', 'discarded')" + ("" if author_id is None else " AND author_id = :author")
    values = {"author": author_id, "limit": limit, "offset": offset}
    rows = db.execute(f"SELECT * FROM announcement WHERE {where} ORDER BY id DESC LIMIT :limit OFFSET :offset", values)
    found = [_announcement(row) for row in rows]
    total = db.execute(f"SELECT count(*) FROM announcement WHERE {where}", values).fetchone()[0]
    return found, int(total)


def list_attended(db: sqlite3.Connection) -> list[Announcement]:
    """Those of which something is under way or has changed since it was shown."""
    rows = db.execute("SELECT * FROM announcement WHERE dirty = 1 ORDER BY id")
    return [_announcement(row) for row in rows]


def list_due(db: sqlite3.Connection, now: datetime) -> list[Announcement]:
    """Scheduled ones whose time has come."""
    rows = db.execute(
        "SELECT * FROM announcement WHERE state = 'scheduled' AND send_at <= ? ORDER BY send_at, id", (as_text(now),)
    )
    return [_announcement(row) for row in rows]


def list_waiting(db: sqlite3.Connection) -> list[Announcement]:
    """Those that wait: for their hour, for a second coordinator, or to go on; the next first."""
    rows = db.execute(
        "SELECT * FROM announcement WHERE state IN ('awaiting', 'scheduled', 'paused')"
        " ORDER BY send_at IS NULL, send_at, id"
    )
    return [_announcement(row) for row in rows]


def list_expired(db: sqlite3.Connection, now: datetime) -> list[Announcement]:
    """Those whose time is over and that were not closed yet."""
    rows = db.execute("SELECT * FROM announcement WHERE expire_at IS NOT NULL AND expire_at <= ?", (as_text(now),))
    return [_announcement(row) for row in rows]


def move(db: sqlite3.Connection, announcement_id: int, before: Iterable[State], after: State) -> bool:
    """From one of these states into another; False if it stands elsewhere: somebody was faster."""
    marks = ", ".join(f"'{state}'" for state in before)
    cursor = db.execute(
        f"UPDATE announcement SET state = ?, dirty = 1 WHERE id = ? AND state IN ({marks})", (after, announcement_id)
    )
    return cursor.rowcount == 1


def note_started(db: sqlite3.Connection, announcement_id: int, unreached: int, now: datetime) -> None:
    """Its copies are on their way from now on."""
    db.execute(
        "UPDATE announcement SET started_at = ?, unreached = ?, dirty = 1 WHERE id = ?",
        (as_text(now), unreached, announcement_id),
    )


def note_ended(db: sqlite3.Connection, announcement_id: int, now: datetime) -> None:
    """No copy waits any more."""
    db.execute("UPDATE announcement SET ended_at = coalesce(ended_at, ?) WHERE id = ?", (as_text(now), announcement_id))


def note_panel(
    db: sqlite3.Connection, announcement_id: int, chat_id: int, *, message_id: int | None, letter_id: int | None
) -> None:
    """The message in which its author sees how it stands, or the letter that brings it."""
    db.execute(
        "UPDATE announcement SET chat_id = ?, message_id = ?, letter_id = ? WHERE id = ?",
        (chat_id, message_id, letter_id, announcement_id),
    )


def note_panel_sent(db: sqlite3.Connection, letter_id: int, message_id: int | None) -> None:
    """Telegram has told the message's id."""
    db.execute("UPDATE announcement SET message_id = ?, letter_id = NULL WHERE letter_id = ?", (message_id, letter_id))


def drop_panel(db: sqlite3.Connection, chat_id: int, message_id: object) -> None:
    """Its author deleted that message: nothing is kept up to date there any more."""
    db.execute("UPDATE announcement SET message_id = NULL WHERE chat_id = ? AND message_id = ?", (chat_id, message_id))


def note_shown(db: sqlite3.Connection, announcement_id: int, shown: str) -> None:
    """What its author is shown once the letter has gone."""
    db.execute("UPDATE announcement SET shown = ? WHERE id = ?", (shown, announcement_id))


def note_reminder(db: sqlite3.Connection, announcement_id: int, before: int) -> bool:
    """Those who have not confirmed are reminded once more; False if somebody was faster."""
    cursor = db.execute(
        "UPDATE announcement SET reminders = reminders + 1, dirty = 1 WHERE id = ? AND reminders = ?",
        (announcement_id, before),
    )
    return cursor.rowcount == 1


def note_counted(db: sqlite3.Connection, announcement_id: int, counted: int) -> None:
    """So many confirmations are shown in groups once the letters have gone."""
    db.execute("UPDATE announcement SET counted = ? WHERE id = ?", (counted, announcement_id))


def mark(db: sqlite3.Connection, announcement_id: int, *, dirty: bool) -> None:
    """Whether the clock must look after it."""
    db.execute("UPDATE announcement SET dirty = ? WHERE id = ?", (int(dirty), announcement_id))


def note_asked(db: sqlite3.Connection, announcement_id: int, asked: str) -> None:
    """What the author's next message will be: the text of a language ('' = the original)."""
    db.execute("UPDATE announcement SET asked = ? WHERE id = ?", (asked, announcement_id))


def note_approval(db: sqlite3.Connection, announcement_id: int, person_id: int) -> None:
    """Another coordinator agrees."""
    db.execute("UPDATE announcement SET approved_by = ? WHERE id = ?", (person_id, announcement_id))


def change(db: sqlite3.Connection, announcement_id: int) -> None:
    """The draft changed: what was previewed before is not what would be sent now."""
    db.execute("UPDATE announcement SET edition = edition + 1 WHERE id = ?", (announcement_id,))


def toggle(db: sqlite3.Connection, announcement_id: int, option: Option) -> None:
    """Switch an option."""
    name = _OPTION_COLUMNS[option]
    db.execute(f"UPDATE announcement SET {name} = 1 - {name} WHERE id = ?", (announcement_id,))
    change(db, announcement_id)


def set_times(
    db: sqlite3.Connection,
    announcement_id: int,
    *,
    send_at: datetime | None,
    expire_at: datetime | None,
    repeats: Repeat,
) -> None:
    """When it goes, until when it counts, and how often."""
    db.execute(
        "UPDATE announcement SET send_at = ?, expire_at = ?, repeats = ? WHERE id = ?",
        (
            as_text(send_at) if send_at else None,
            as_text(expire_at) if expire_at else None,
            repeats,
            announcement_id,
        ),
    )
    change(db, announcement_id)


def write_content(
    db: sqlite3.Connection, announcement_id: int, version: int, language: str, content: Content, now: datetime
) -> None:
    """What it says in a language ('' = the original)."""
    db.execute(
        "INSERT INTO announcement_text (announcement_id, version, language, content) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (announcement_id, version, language) DO UPDATE SET content = excluded.content",
        (announcement_id, version, language, content.to_json()),
    )
    db.execute("UPDATE announcement SET content_at = ? WHERE id = ?", (as_text(now), announcement_id))
    change(db, announcement_id)


def drop_content(db: sqlite3.Connection, announcement_id: int, version: int, language: str) -> None:
    """It says nothing in this language any more."""
    db.execute(
        "DELETE FROM announcement_text WHERE announcement_id = ? AND version = ? AND language = ?",
        (announcement_id, version, language),
    )
    change(db, announcement_id)


def read_contents(db: sqlite3.Connection, announcement_id: int, version: int) -> dict[str, Content]:
    """What this version says by language."""
    rows = db.execute(
        "SELECT language, content FROM announcement_text WHERE announcement_id = ? AND version = ? ORDER BY language",
        (announcement_id, version),
    )
    return {row["language"]: Content.from_json(row["content"]) for row in rows}


def begin_version(db: sqlite3.Connection, announcement_id: int) -> int:
    """A correction begins with what was said before; its number."""
    version: int = db.execute("SELECT version + 1 FROM announcement WHERE id = ?", (announcement_id,)).fetchone()[0]
    db.execute(
        "INSERT INTO announcement_text (announcement_id, version, language, content)"
        " SELECT announcement_id, ?, language, content FROM announcement_text"
        " WHERE announcement_id = ? AND version = ?",
        (version, announcement_id, version - 1),
    )
    db.execute("UPDATE announcement SET version = ?, dirty = 1 WHERE id = ?", (version, announcement_id))
    return version


def copy(db: sqlite3.Connection, source: Announcement, send_at: datetime, now: datetime) -> int | None:
    """An occurrence of a repeated announcement, scheduled; its id, None if there is one for this moment already."""
    cursor = db.execute(
        "INSERT INTO announcement (author_id, state, confirm, pin, silent, protect, urgent, send_at, source_id,"
        " created_at, content_at, approved_by)"
        " SELECT author_id, 'scheduled', confirm, pin, silent, protect, urgent, ?, id, ?, content_at, approved_by"
        " FROM announcement WHERE id = ? ON CONFLICT DO NOTHING",
        (as_text(send_at), as_text(now), source.announcement_id),
    )
    if not cursor.rowcount:
        return None
    number = int(cursor.lastrowid or 0)
    db.execute(
        "INSERT INTO announcement_text (announcement_id, version, language, content)"
        " SELECT ?, 1, language, content FROM announcement_text WHERE announcement_id = ? AND version = ?",
        (number, source.announcement_id, source.version),
    )
    db.execute(
        "INSERT INTO announcement_audience (announcement_id, kind, value)"
        " SELECT ?, kind, value FROM announcement_audience WHERE announcement_id = ?",
        (number, source.announcement_id),
    )
    return number


def postpone(db: sqlite3.Connection, announcement_id: int, send_at: datetime) -> None:
    """The next time of a repeated one."""
    db.execute("UPDATE announcement SET send_at = ? WHERE id = ?", (as_text(send_at), announcement_id))


def close(db: sqlite3.Connection, announcement_id: int) -> None:
    """Its time is over, and that was seen to."""
    db.execute("UPDATE announcement SET expire_at = NULL, dirty = 1 WHERE id = ?", (announcement_id,))
