"""The shelf of the live boards: which message of a coordinator's chat is kept up to date, and what it shows."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class LiveBoard:
    """`letter_id` until Telegram has told the `message_id`. `shown` is a digest of what the board says."""

    chat_id: int
    person_id: int
    letter_id: int | None
    message_id: int | None
    shown: str
    opened_at: datetime
    waiting: int | None
    """The letter with an edit of this board that nobody has taken yet."""


_SELECT = (
    "SELECT l.chat_id, l.person_id, l.letter_id, l.message_id, l.shown, l.opened_at,"
    " (SELECT max(o.id) FROM outbox AS o WHERE o.chat_id = l.chat_id AND o.state = 'queued'"
    "  AND o.method = 'editMessageText'"
    "  AND json_extract(o.payload, '$.message_id') = l.message_id) AS waiting FROM live AS l"
)


def _board(row: sqlite3.Row) -> LiveBoard:
    return LiveBoard(
        chat_id=row["chat_id"],
        person_id=row["person_id"],
        letter_id=row["letter_id"],
        message_id=row["message_id"],
        shown=row["shown"],
        opened_at=as_moment(row["opened_at"]),
        waiting=row["waiting"],
    )


def read(db: sqlite3.Connection, chat_id: int) -> LiveBoard | None:
    """The chat's board."""
    row = db.execute(f"{_SELECT} WHERE l.chat_id = ?", (chat_id,)).fetchone()
    return _board(row) if row else None


def is_board(db: sqlite3.Connection, chat_id: int, message_id: int) -> bool:
    """Whether this message is the chat's board."""
    row = db.execute("SELECT 1 FROM live WHERE chat_id = ? AND message_id = ?", (chat_id, message_id)).fetchone()
    return row is not None


def list_since(db: sqlite3.Connection, since: datetime) -> list[LiveBoard]:
    """Boards that were opened since then, by chat."""
    rows = db.execute(f"{_SELECT} WHERE l.opened_at >= ? ORDER BY l.chat_id", (as_text(since),))
    return [_board(row) for row in rows]


def write(
    db: sqlite3.Connection,
    chat_id: int,
    person_id: int,
    *,
    letter_id: int | None,
    message_id: int | None,
    shown: str,
    now: datetime,
) -> None:
    """From now on this message is the chat's board."""
    db.execute(
        "INSERT INTO live (chat_id, person_id, letter_id, message_id, shown, opened_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (chat_id) DO UPDATE SET person_id = excluded.person_id, letter_id = excluded.letter_id,"
        " message_id = excluded.message_id, shown = excluded.shown, opened_at = excluded.opened_at",
        (chat_id, person_id, letter_id, message_id, shown, as_text(now)),
    )


def note_shown(db: sqlite3.Connection, chat_id: int, shown: str) -> None:
    """The board will say this once its letter has gone."""
    db.execute("UPDATE live SET shown = ? WHERE chat_id = ?", (shown, chat_id))


def note_turned(db: sqlite3.Connection, chat_id: int, message_id: object, letter_id: int) -> None:
    """The board's message is gone and this letter sends it anew."""
    db.execute(
        "UPDATE live SET letter_id = ?, message_id = NULL WHERE chat_id = ? AND message_id = ?",
        (letter_id, chat_id, message_id),
    )


def drop(db: sqlite3.Connection, chat_id: int, message_id: object) -> None:
    """The board's message is gone: nothing is kept up to date there any more."""
    db.execute("DELETE FROM live WHERE chat_id = ? AND message_id = ?", (chat_id, message_id))


def list_teams(db: sqlite3.Connection) -> dict[int, str]:
    """Names of the teams by person."""
    rows = db.execute("SELECT p.id, t.name FROM person AS p JOIN team AS t ON t.id = p.team_id")
    return {row[0]: row[1] for row in rows}
