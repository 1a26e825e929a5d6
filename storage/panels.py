"""The panel shelf: which message of a chat is edited in place."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """`message_id` is None until Telegram has told it."""

    letter_id: int | None
    message_id: int | None


def read(db: sqlite3.Connection, chat_id: int) -> Panel | None:
    """The chat's panel."""
    row = db.execute("SELECT letter_id, message_id FROM panel WHERE chat_id = ?", (chat_id,)).fetchone()
    return Panel(row["letter_id"], row["message_id"]) if row else None


def forget(db: sqlite3.Connection, chat_id: int) -> None:
    """The chat's panel is no panel any more: it stays where it is."""
    db.execute("DELETE FROM panel WHERE chat_id = ?", (chat_id,))


def write(db: sqlite3.Connection, chat_id: int, letter_id: int | None, message_id: int | None) -> None:
    """From now on this message is the chat's panel."""
    db.execute(
        "INSERT INTO panel (chat_id, letter_id, message_id) VALUES (?, ?, ?) ON CONFLICT (chat_id)"
        " DO UPDATE SET letter_id = excluded.letter_id, message_id = excluded.message_id",
        (chat_id, letter_id, message_id),
    )
