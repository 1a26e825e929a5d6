"""The shelf of replies to announcements: threads between a reader and the author."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import as_text


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of a thread; `message_id` is the writer's own, which an answer refers to."""

    reply_id: int
    announcement_id: int
    person_id: int
    by_author: bool
    chat_id: int | None
    message_id: int | None


def add(
    db: sqlite3.Connection,
    announcement_id: int,
    person_id: int,
    body: str,
    *,
    by_author: bool,
    chat_id: int,
    message_id: int,
    to_chat: int,
    letter_id: int | None,
    now: datetime,
) -> None:
    """Somebody of a thread wrote; `letter_id` carries it to the other side. `person_id` is the reader in any case."""
    db.execute(
        "INSERT INTO announcement_reply (announcement_id, person_id, by_author, body, chat_id, message_id, to_chat,"
        " letter_id, said_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (announcement_id, person_id, int(by_author), body, chat_id, message_id, to_chat, letter_id, as_text(now)),
    )


def find_by_message(db: sqlite3.Connection, chat_id: int, message_id: int) -> Reply | None:
    """The message of a thread that was delivered as this message of this chat."""
    row = db.execute(
        "SELECT r.* FROM announcement_reply AS r JOIN outbox AS o ON o.id = r.letter_id"
        " WHERE r.to_chat = ? AND o.message_id = ?",
        (chat_id, message_id),
    ).fetchone()
    if row is None:
        return None
    return Reply(
        row["id"], row["announcement_id"], row["person_id"], bool(row["by_author"]), row["chat_id"], row["message_id"]
    )


def count(db: sqlite3.Connection, announcement_id: int) -> int:
    """How many replies its readers sent."""
    row = db.execute(
        "SELECT count(*) FROM announcement_reply WHERE announcement_id = ? AND by_author = 0", (announcement_id,)
    ).fetchone()
    return int(row[0])
