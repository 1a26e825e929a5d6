"""The shelf of standing messages: each group's pinned programme of the day."""

import sqlite3
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Standing:
    """`stamp` tells whether the day has changed since, `shown` what the message says (a digest)."""

    chat_id: int
    day: date
    stamp: str
    shown: str
    letter_id: int | None
    message_id: int | None
    state: str
    """Of the letter that brought it."""
    pinned: bool


def list_all(db: sqlite3.Connection) -> dict[int, Standing]:
    """Every group's."""
    rows = db.execute(
        "SELECT s.*, o.message_id, coalesce(o.state, 'refused') AS state FROM standing AS s"
        " LEFT JOIN outbox AS o ON o.id = s.letter_id"
    )
    return {
        row["chat_id"]: Standing(
            row["chat_id"], date.fromisoformat(row["day"]), row["stamp"], row["shown"], row["letter_id"],
            row["message_id"], row["state"], row["pin_id"] is not None,
        )
        for row in rows
    }  # fmt: skip


def write(db: sqlite3.Connection, chat_id: int, day: date, stamp: str, shown: str, letter_id: int | None) -> None:
    """A new message for a new day."""
    db.execute(
        "INSERT INTO standing (chat_id, day, stamp, shown, letter_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT (chat_id)"
        " DO UPDATE SET day = excluded.day, stamp = excluded.stamp, shown = excluded.shown,"
        " letter_id = excluded.letter_id, pin_id = NULL",
        (chat_id, day.isoformat(), stamp, shown, letter_id),
    )


def note_shown(db: sqlite3.Connection, chat_id: int, stamp: str, shown: str) -> None:
    """The message is up to date with this once its letter has gone."""
    db.execute("UPDATE standing SET stamp = ?, shown = ? WHERE chat_id = ?", (stamp, shown, chat_id))


def note_pin(db: sqlite3.Connection, chat_id: int, letter_id: int | None) -> None:
    """It is pinned by this letter."""
    db.execute("UPDATE standing SET pin_id = ? WHERE chat_id = ?", (letter_id, chat_id))


def drop(db: sqlite3.Connection, chat_id: int, message_id: object) -> None:
    """Somebody deleted the message: the next look at the day makes another."""
    db.execute(
        "DELETE FROM standing WHERE chat_id = ? AND (SELECT o.message_id FROM outbox AS o WHERE o.id = letter_id) = ?",
        (chat_id, message_id),
    )


def forget(db: sqlite3.Connection, chat_id: int) -> None:
    """Nothing is kept up to date there any more."""
    db.execute("DELETE FROM standing WHERE chat_id = ?", (chat_id,))


def stamp_of(db: sqlite3.Connection, day: date) -> str:
    """Changes whenever a meeting comes to the day, leaves it, or gets a revision."""
    row = db.execute(
        "SELECT count(*), coalesce(sum(revision), 0), coalesce(sum(id), 0) FROM meeting WHERE local_day = ?",
        (day.isoformat(),),
    ).fetchone()
    return f"{day.isoformat()}:{row[0]}:{row[1]}:{row[2]}"


def list_litter(db: sqlite3.Connection, before: str, limit: int) -> list[tuple[int, int]]:
    """(chat, message) of the bot's answers in groups that were sent before then and served their turn."""
    rows = db.execute(
        "SELECT p.chat_id, p.message_id FROM panel AS p JOIN outbox AS o ON o.id = p.letter_id"
        " WHERE p.chat_id < 0 AND p.message_id IS NOT NULL AND o.settled_at < ? LIMIT ?",
        (before, limit),
    )
    return [(row[0], row[1]) for row in rows]
