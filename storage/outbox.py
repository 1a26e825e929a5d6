"""The outbox shelf: letters, what became of them, and when Telegram asked us to wait."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

import orjson

from domain.letter import PRIORITY, Letter, LetterKind, LetterState, Policy, QueuedLetter, cost_of, policy_of
from storage.database import as_moment, as_text

_WITHDRAWN = "account ended"
"""Why a letter was not sent that nobody refused."""


def queue(db: sqlite3.Connection, letter: Letter, now: datetime, cause: int | None) -> int | None:
    """Put a letter into the outbox; its id, or None if one with the same once_key is there already."""
    cursor = db.execute(
        "INSERT INTO outbox (once_key, kind, policy, priority, chat_id, method, payload, cause, queued_at,"
        " due_at, cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (once_key) DO NOTHING",
        (
            letter.once_key,
            letter.kind,
            letter.policy or policy_of(letter.kind, letter.method),
            PRIORITY[letter.kind],
            letter.chat_id,
            letter.method,
            _json(letter.payload),
            cause,
            as_text(now),
            as_text(letter.due_at or now),
            cost_of(letter.method, letter.payload),
        ),
    )
    return cursor.lastrowid if cursor.rowcount else None


def rewrite_queued(db: sqlite3.Connection, letter_id: int, payload: dict[str, object]) -> bool:
    """Replace what a letter says while nobody has taken it; False if it is on its way or gone."""
    cursor = db.execute(
        "UPDATE outbox SET payload = ? WHERE id = ? AND state = 'queued'",
        (_json(payload), letter_id),
    )
    return cursor.rowcount == 1


def is_waiting(db: sqlite3.Connection, chat_id: int, payload: dict[str, object]) -> bool:
    """Whether a message that says just this is still unsent."""
    row = db.execute(
        "SELECT 1 FROM outbox WHERE chat_id = ? AND state = 'queued' AND method = 'sendMessage' AND payload = ?",
        (chat_id, _json(payload)),
    ).fetchone()
    return row is not None


def find_by_key(db: sqlite3.Connection, once_key: str) -> tuple[int, bool] | None:
    """(id, whether nobody has taken it yet) of the letter under this key."""
    row = db.execute("SELECT id, state = 'queued' FROM outbox WHERE once_key = ?", (once_key,)).fetchone()
    return (row[0], bool(row[1])) if row else None


def find_message(db: sqlite3.Connection, letter_id: int) -> int | None:
    """The message that a letter became; None before Telegram has told it."""
    row = db.execute("SELECT message_id FROM outbox WHERE id = ?", (letter_id,)).fetchone()
    return row[0] if row else None


def find_message_by_key(db: sqlite3.Connection, once_key: str) -> tuple[int, int] | None:
    """(chat, message) of the letter under this key, once it was sent."""
    row = db.execute(
        "SELECT chat_id, message_id FROM outbox WHERE once_key = ? AND state = 'sent' AND message_id IS NOT NULL",
        (once_key,),
    ).fetchone()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter under a key, when it was written and what became of it."""

    letter_id: int
    state: LetterState
    queued_at: datetime
    message_id: int | None


def find_latest(db: sqlite3.Connection, prefix: str) -> Posted | None:
    """The last letter whose once_key begins with this; it must end with a colon."""
    row = db.execute(
        "SELECT id, state, queued_at, message_id FROM outbox WHERE once_key > ? AND once_key < ?"
        " ORDER BY id DESC LIMIT 1",
        (prefix, f"{prefix[:-1]};"),
    ).fetchone()
    return Posted(row[0], LetterState(row[1]), as_moment(row[2]), row[3]) if row else None


def says(db: sqlite3.Connection, letter_id: int, payload: dict[str, object]) -> bool:
    """Whether a letter says just this."""
    row = db.execute("SELECT payload FROM outbox WHERE id = ?", (letter_id,)).fetchone()
    return row is not None and row[0] == _json(payload)


def find_key(db: sqlite3.Connection, letter_id: int) -> str | None:
    """The once_key of a letter."""
    row = db.execute("SELECT once_key FROM outbox WHERE id = ?", (letter_id,)).fetchone()
    return row[0] if row else None


def drop_queued(db: sqlite3.Connection, letter_id: int) -> bool:
    """The letter shall not be sent after all; False if it is on its way or gone."""
    return db.execute("DELETE FROM outbox WHERE id = ? AND state = 'queued'", (letter_id,)).rowcount == 1


def hurry(db: sqlite3.Connection, letter_id: int, kind: LetterKind) -> None:
    """A letter that could wait is somebody's answer now: it goes when letters of this kind go."""
    db.execute("UPDATE outbox SET kind = ?, priority = ? WHERE id = ?", (kind, PRIORITY[kind], letter_id))


def find_queued_edit(db: sqlite3.Connection, chat_id: int, message_id: int) -> int | None:
    """A letter that waits to edit the same message."""
    row = db.execute(
        "SELECT id FROM outbox WHERE chat_id = ? AND state = 'queued' AND method = 'editMessageText'"
        " AND json_extract(payload, '$.message_id') = ? ORDER BY id DESC LIMIT 1",
        (chat_id, message_id),
    ).fetchone()
    return row[0] if row else None


def list_sendable(db: sqlite3.Connection, now: datetime, limit: int) -> list[tuple[int, int, int, int]]:
    """(id, chat_id, priority, cost) of due letters, first to go first; one at most for each chat that is not paused.

    A chat with a letter on its way waits, and so its letters arrive in the order they were written. What keeps a
    message true goes behind what has waited longer for the same chat: edited every second, it would let nothing pass.
    """
    paused = {row[0] for row in db.execute("SELECT scope FROM send_pause WHERE until_at > ?", (as_text(now),))}
    if "all" in paused:
        return []
    rows = db.execute(
        "SELECT id, chat_id, priority, cost FROM outbox AS o WHERE state = 'queued' AND due_at <= ?"
        " AND NOT EXISTS (SELECT 1 FROM outbox AS s WHERE s.chat_id = o.chat_id AND s.state = 'sending')"
        " AND (kind <> 'progress' OR NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.chat_id = o.chat_id"
        "  AND e.state = 'queued' AND e.id < o.id AND e.due_at <= ?))"
        " ORDER BY priority, id LIMIT ?",
        (as_text(now), as_text(now), limit),
    )
    seen: set[int] = set()
    letters = []
    for row in rows:
        if row["chat_id"] not in seen and str(row["chat_id"]) not in paused:
            seen.add(row["chat_id"])
            letters.append((row["id"], row["chat_id"], row["priority"], row["cost"]))
    return letters


def claim(db: sqlite3.Connection, letter_ids: list[int], now: datetime) -> list[QueuedLetter]:
    """Mark letters as on their way. This must be committed before Telegram is called.

    One that cannot be read is refused here: it would keep all others waiting.
    """
    claimed = []
    for letter_id in letter_ids:
        row = db.execute(
            "UPDATE outbox SET state = 'sending', claimed_at = ?, attempts = attempts + 1"
            " WHERE id = ? AND state = 'queued' RETURNING kind, policy, chat_id, method, payload, attempts, cost,"
            " (SELECT s.payload FROM shared_payload AS s WHERE s.id = shared_id) AS shared",
            (as_text(now), letter_id),
        ).fetchone()
        if row is not None:
            try:
                claimed.append(_queued(letter_id, row))
            except (ValueError, TypeError) as error:
                mark_settled(db, letter_id, LetterState.REFUSED, f"unreadable: {type(error).__name__}", now)
    return claimed


def _queued(letter_id: int, row: sqlite3.Row) -> QueuedLetter:
    return QueuedLetter(
        letter_id,
        LetterKind(row["kind"]),
        Policy(row["policy"]),
        row["chat_id"],
        row["method"],
        {**(orjson.loads(row["shared"]) if row["shared"] else {}), **orjson.loads(row["payload"])},
        row["attempts"],
        row["cost"],
    )


def share(db: sqlite3.Connection, payload: dict[str, object], now: datetime) -> int:
    """Keep once what many letters will say; its id."""
    cursor = db.execute(
        "INSERT INTO shared_payload (payload, made_at) VALUES (?, ?)",
        (_json(payload), as_text(now)),
    )
    return int(cursor.lastrowid or 0)


def mark_sent(
    db: sqlite3.Connection, letter_id: int, message_id: int | None, now: datetime, album: tuple[int, ...] = ()
) -> None:
    """Telegram took it; a panel or a board that waited for its message id learns it. No invitation's link is kept."""
    db.execute(
        "UPDATE outbox SET state = 'sent', settled_at = ?, message_id = ?, album = ?, error = NULL,"
        " payload = CASE WHEN instr(payload, '?start=') THEN '{}' ELSE payload END WHERE id = ?",
        (as_text(now), message_id, _json(album) if album else None, letter_id),
    )
    if message_id is not None:
        db.execute("UPDATE panel SET message_id = ? WHERE letter_id = ?", (message_id, letter_id))
        db.execute("UPDATE live SET message_id = ?, letter_id = NULL WHERE letter_id = ?", (message_id, letter_id))


def mark_again(db: sqlite3.Connection, letter_id: int, due_at: datetime, error: str) -> None:
    """Not taken this time; to be tried again at `due_at`."""
    db.execute(
        "UPDATE outbox SET state = 'queued', due_at = ?, error = ? WHERE id = ?",
        (as_text(due_at), error[:500], letter_id),
    )


def mark_settled(db: sqlite3.Connection, letter_id: int, state: LetterState, error: str, now: datetime) -> None:
    """In doubt or refused, and why."""
    db.execute(
        "UPDATE outbox SET state = ?, settled_at = ?, error = ? WHERE id = ?",
        (state, as_text(now), error[:500], letter_id),
    )


def turn_into(db: sqlite3.Connection, letter_id: int, method: str, payload: dict[str, object]) -> None:
    """The same words by another call (an edit whose message is gone becomes a message)."""
    db.execute(
        "UPDATE outbox SET method = ?, payload = ?, shared_id = NULL, state = 'queued' WHERE id = ?",
        (method, _json(payload), letter_id),
    )


def settle_unknown(db: sqlite3.Connection, now: datetime) -> tuple[int, int]:
    """After a crash: letters that were on their way are repeated or held, as each declared.

    Returns how many are repeated and how many are in doubt from now on.
    """
    repeated = db.execute(
        "UPDATE outbox SET state = 'queued', due_at = ?, error = 'crash while sending: repeated'"
        " WHERE state = 'sending' AND policy = 'repeat'",
        (as_text(now),),
    ).rowcount
    held = db.execute(
        "UPDATE outbox SET state = 'in_doubt', settled_at = ?, error = 'crash while sending'"
        " WHERE state = 'sending' AND policy = 'hold'",
        (as_text(now),),
    ).rowcount
    return repeated, held


def pause(db: sqlite3.Connection, scope: str, until: datetime) -> None:
    """Telegram asked to wait; the later word counts."""
    db.execute(
        "INSERT INTO send_pause (scope, until_at) VALUES (?, ?)"
        " ON CONFLICT (scope) DO UPDATE SET until_at = max(until_at, excluded.until_at)",
        (scope, as_text(until)),
    )


def lift_pauses(db: sqlite3.Connection, now: datetime) -> None:
    """Drop what is over."""
    db.execute("DELETE FROM send_pause WHERE until_at <= ?", (as_text(now),))


def sent_since(db: sqlite3.Connection, since: datetime) -> list[tuple[int, datetime, int]]:
    """(chat, moment, cost) of what was sent or may have been: what a new process owes the budgets."""
    rows = db.execute(
        "SELECT chat_id, claimed_at, cost FROM outbox WHERE state = 'sent' AND settled_at >= ?"
        " UNION ALL SELECT chat_id, claimed_at, cost FROM outbox"
        " WHERE state IN ('sending', 'in_doubt') AND claimed_at >= ?",
        (as_text(since), as_text(since)),
    )
    return [(row[0], as_moment(row[1]), row[2]) for row in rows]


def withdraw_queued(db: sqlite3.Connection, chat_id: int, now: datetime) -> None:
    """Whatever still waits for this chat is not sent: nobody of ours reads there any more."""
    db.execute(
        "UPDATE outbox SET state = 'refused', settled_at = ?, error = ? WHERE chat_id = ? AND state = 'queued'",
        (as_text(now), _WITHDRAWN, chat_id),
    )


def withdraw_keyed(db: sqlite3.Connection, chat_id: int, prefix: str, now: datetime) -> None:
    """Whatever still waits for this chat under a key that begins so is not sent: it may not be read there any more."""
    db.execute(
        "UPDATE outbox SET state = 'refused', settled_at = ?, error = 'not for this chat any more'"
        " WHERE chat_id = ? AND state = 'queued' AND substr(once_key, 1, length(?)) = ?",
        (as_text(now), chat_id, prefix, prefix),
    )


def move_chat(db: sqlite3.Connection, old: int, new: int) -> None:
    """A group became a supergroup: whatever waits for the old id goes to the new one."""
    db.execute("UPDATE outbox SET chat_id = ? WHERE chat_id = ? AND state IN ('queued', 'in_doubt')", (new, old))


def reached_since(db: sqlite3.Connection, chat_id: int, kind: LetterKind, since: datetime) -> bool:
    """Whether a letter of this kind has reached this chat since then."""
    row = db.execute(
        "SELECT 1 FROM outbox WHERE state = 'sent' AND settled_at > ? AND chat_id = ? AND kind = ?",
        (as_text(since), chat_id, kind),
    ).fetchone()
    return row is not None


def count_by_state(db: sqlite3.Connection) -> dict[str, int]:
    """How many letters stand where."""
    return dict(db.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())


def oldest_queued(db: sqlite3.Connection) -> datetime | None:
    """Since when the oldest waiting letter has been due."""
    row = db.execute("SELECT min(due_at) FROM outbox WHERE state = 'queued'").fetchone()
    return as_moment(row[0]) if row[0] else None


def count_queued(db: sqlite3.Connection) -> int:
    """How many letters wait."""
    return int(db.execute("SELECT count(*) FROM outbox WHERE state = 'queued'").fetchone()[0])


def backlog(db: sqlite3.Connection, now: datetime) -> tuple[int, datetime | None]:
    """How many letters are due and wait, and since when the oldest does."""
    count, since = db.execute(
        "SELECT count(*), min(due_at) FROM outbox WHERE state = 'queued' AND due_at <= ?", (as_text(now),)
    ).fetchone()
    return count, as_moment(since) if since else None


def count_troubled(db: sqlite3.Connection, since: datetime) -> tuple[int, int]:
    """How many letters are in doubt, and how many Telegram refused since then."""
    found = dict(
        db.execute(
            "SELECT state, count(*) FROM outbox WHERE state IN ('sending', 'in_doubt', 'refused')"
            " AND (state <> 'refused' OR (settled_at >= ? AND error <> ?)) GROUP BY state",
            (as_text(since), _WITHDRAWN),
        ).fetchall()
    )
    return found.get("in_doubt", 0), found.get("refused", 0)


def list_in_state(db: sqlite3.Connection, state: LetterState, limit: int = 50) -> list[sqlite3.Row]:
    """Letters in doubt or refused, newest first: id, kind, chat_id, method, error, settled_at."""
    return db.execute(
        "SELECT id, kind, chat_id, method, error, settled_at FROM outbox WHERE state = ? ORDER BY id DESC LIMIT ?",
        (state, limit),
    ).fetchall()


def prune_shared(db: sqlite3.Connection, before: datetime) -> int:
    """Empty what many letters said together that were written before that moment; how many texts."""
    return db.execute(
        "UPDATE shared_payload SET payload = '{}' WHERE payload <> '{}' AND made_at < ?", (as_text(before),)
    ).rowcount


def prune_payloads(db: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Empty what at most `limit` letters said that were sent before that moment; how many.

    How far this has come is a note, so that nobody walks through years of emptied letters at every tick.
    """
    emptied = db.execute(
        "UPDATE outbox SET payload = '{}' WHERE id IN (SELECT id FROM outbox WHERE state = 'sent' AND settled_at < ?1"
        " AND settled_at >= coalesce((SELECT value FROM note WHERE name = 'letters_emptied'), '')"
        " AND payload <> '{}' ORDER BY settled_at LIMIT ?2) RETURNING settled_at",
        (as_text(before), limit),
    ).fetchall()
    if emptied:
        db.execute(
            "INSERT INTO note (name, value) VALUES ('letters_emptied', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (max(row[0] for row in emptied),),
        )
    return len(emptied)


def _json(payload: dict[str, object] | tuple[int, ...]) -> str:
    return orjson.dumps(payload).decode()
