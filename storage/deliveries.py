"""The delivery shelf: the copies of announcements. Where a copy stands is where its letter in the outbox stands."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.announcement import Tally
from domain.letter import BULK, PRIORITY, LetterKind, Policy, cost_of
from storage import outbox
from storage.database import as_moment, as_text

NEVER = "9999-12-31T00:00:00.000Z"
"""When a letter is due that is paused."""
Call = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy. `state` is its letter's, 'stopped' if it was taken from the queue."""

    delivery_id: int
    announcement_id: int
    chat_id: int | None
    person_id: int | None
    name: str
    """Of the person, or the group's title."""
    team: str
    state: str
    error: str
    message_id: int | None
    settled_at: datetime | None
    read_at: datetime | None


_STATE = "coalesce(o.state, 'stopped')"
_COPY = (
    "SELECT d.id, d.announcement_id, d.chat_id, d.person_id, coalesce(p.name, g.title, '') AS name,"
    f" coalesce(t.name, '') AS team, {_STATE} AS state, coalesce(o.error, '') AS error, o.message_id, o.settled_at,"
    " r.read_at FROM delivery AS d LEFT JOIN outbox AS o ON o.id = d.letter_id"
    " LEFT JOIN person AS p ON p.id = d.person_id"
    " LEFT JOIN chat AS g ON g.chat_id = d.chat_id LEFT JOIN team AS t ON t.id = coalesce(p.team_id, g.team_id)"
    " LEFT JOIN reading AS r ON r.announcement_id = d.announcement_id AND r.person_id = d.person_id"
)


def _copy(row: sqlite3.Row) -> Copy:
    return Copy(
        row["id"], row["announcement_id"], row["chat_id"], row["person_id"], row["name"], row["team"], row["state"],
        row["error"], row["message_id"], as_moment(row["settled_at"]) if row["settled_at"] else None,
        as_moment(row["read_at"]) if row["read_at"] else None,
    )  # fmt: skip


def queue_copies(
    db: sqlite3.Connection, announcement_id: int, calls: Mapping[str, Call], *, urgent: bool, now: datetime
) -> int:
    """A letter for every delivery that has none, in its reader's language: (method, payload) by language; how many.

    One statement a language, so that a thousand copies cost a few milliseconds. In a forum the copy goes to the topic.
    """
    queued = 0
    for language, (method, payload) in calls.items():
        queued += db.execute(
            "INSERT INTO outbox (once_key, kind, policy, priority, chat_id, method, payload, shared_id, queued_at,"
            " due_at, cost)"
            " SELECT 'delivery:' || d.id || ':' || d.attempt, :kind, :policy, :priority, d.chat_id, :method,"
            "  CASE WHEN f.thread_id IS NULL THEN '{}' ELSE json_object('message_thread_id', f.thread_id) END,"
            "  :shared, :now, :now, :cost"
            " FROM delivery AS d LEFT JOIN topic AS f ON f.chat_id = d.chat_id AND f.purpose = 'announcements'"
            " WHERE d.announcement_id = :id AND d.language = :language AND d.letter_id IS NULL ORDER BY d.id",
            {
                "id": announcement_id,
                "language": language,
                "kind": LetterKind.ANNOUNCEMENT,
                "policy": Policy.HOLD,
                "priority": BULK if urgent else PRIORITY[LetterKind.ANNOUNCEMENT],
                "method": method,
                "shared": outbox.share(db, payload, now),
                "now": as_text(now),
                "cost": cost_of(method, payload),
            },
        ).rowcount
    db.execute(
        "UPDATE delivery SET letter_id = (SELECT id FROM outbox WHERE once_key = 'delivery:' || delivery.id || ':'"
        " || delivery.attempt) WHERE announcement_id = ? AND letter_id IS NULL",
        (announcement_id,),
    )
    return queued


def list_quiet(db: sqlite3.Connection, announcement_id: int) -> list[tuple[int, str, str, str]]:
    """(letter, from, until, time zone) of waiting copies whose readers have quiet hours."""
    rows = db.execute(
        "SELECT o.id, p.quiet_from, p.quiet_until, coalesce(p.own_time_zone, p.time_zone) FROM delivery AS d"
        " JOIN person AS p ON p.id = d.person_id JOIN outbox AS o ON o.id = d.letter_id"
        " WHERE d.announcement_id = ? AND p.quiet_from IS NOT NULL AND o.state = 'queued'",
        (announcement_id,),
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def delay(db: sqlite3.Connection, letter_id: int, until: datetime) -> None:
    """The letter waits until then."""
    db.execute("UPDATE outbox SET due_at = ? WHERE id = ? AND state = 'queued'", (as_text(until), letter_id))


def delay_groups(db: sqlite3.Connection, announcement_id: int, until: datetime) -> None:
    """The copies that wait for groups wait until then."""
    db.execute(
        f"UPDATE outbox SET due_at = :until WHERE state = 'queued' AND id IN ({_LETTERS} AND person_id IS NULL)",
        {"id": announcement_id, "until": as_text(until)},
    )


def count_held(db: sqlite3.Connection, announcement_id: int, after: datetime) -> tuple[int, datetime | None]:
    """How many copies wait for a moment later than `after`, and for which at most; those that are paused aside."""
    row = db.execute(
        f"SELECT count(*), max(due_at) FROM outbox WHERE state = 'queued' AND id IN ({_LETTERS})"
        " AND due_at > :after AND due_at < :never",
        {"id": announcement_id, "after": as_text(after), "never": NEVER},
    ).fetchone()
    return row[0], as_moment(row[1]) if row[1] else None


_LETTERS = "SELECT letter_id FROM delivery WHERE announcement_id = :id AND letter_id IS NOT NULL"


def pause(db: sqlite3.Connection, announcement_id: int) -> None:
    """Nothing more of it goes until `resume`."""
    db.execute(
        f"UPDATE outbox SET due_at = :never WHERE state = 'queued' AND id IN ({_LETTERS})",
        {"id": announcement_id, "never": NEVER},
    )


def resume(db: sqlite3.Connection, announcement_id: int, now: datetime) -> None:
    """What waits goes on."""
    db.execute(
        f"UPDATE outbox SET due_at = :now WHERE state = 'queued' AND id IN ({_LETTERS})",
        {"id": announcement_id, "now": as_text(now)},
    )


def stop(db: sqlite3.Connection, announcement_id: int) -> int:
    """Take what waits from the queue for good; how many copies."""
    taken = db.execute(
        f"DELETE FROM outbox WHERE state = 'queued' AND id IN ({_LETTERS})", {"id": announcement_id}
    ).rowcount
    db.execute(
        "UPDATE delivery SET letter_id = NULL WHERE announcement_id = ? AND letter_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.id = delivery.letter_id)",
        (announcement_id,),
    )
    return taken


def tally(db: sqlite3.Connection, announcement_id: int) -> Tally:
    """Where the copies stand."""
    found = dict(
        db.execute(
            f"SELECT {_STATE}, count(*) FROM delivery AS d LEFT JOIN outbox AS o ON o.id = d.letter_id"
            " WHERE d.announcement_id = ? GROUP BY 1",
            (announcement_id,),
        ).fetchall()
    )
    return Tally(
        sent=found.get("sent", 0),
        waiting=found.get("queued", 0) + found.get("sending", 0),
        in_doubt=found.get("in_doubt", 0),
        failed=found.get("refused", 0),
        stopped=found.get("stopped", 0),
    )


def is_going(db: sqlite3.Connection, announcement_id: int, now: datetime) -> bool:
    """Whether copies go out now: some are due, or on their way."""
    row = db.execute(
        f"SELECT 1 FROM outbox WHERE state IN ('queued', 'sending') AND due_at <= :now AND id IN ({_LETTERS}) LIMIT 1",
        {"id": announcement_id, "now": as_text(now)},
    ).fetchone()
    return row is not None


def count_kinds(db: sqlite3.Connection, announcement_id: int) -> tuple[int, int]:
    """(groups, people) among the copies."""
    row = db.execute(
        "SELECT coalesce(sum(person_id IS NULL), 0), coalesce(sum(person_id IS NOT NULL), 0) FROM delivery"
        " WHERE announcement_id = ?",
        (announcement_id,),
    ).fetchone()
    return row[0], row[1]


def list_errors(db: sqlite3.Connection, announcement_id: int) -> list[tuple[str, int]]:
    """(what Telegram said, how often) of copies that were refused."""
    rows = db.execute(
        "SELECT coalesce(o.error, ''), count(*) FROM delivery AS d JOIN outbox AS o ON o.id = d.letter_id"
        " WHERE d.announcement_id = ? AND o.state = 'refused' GROUP BY 1",
        (announcement_id,),
    )
    return [(row[0], row[1]) for row in rows]


def list_page(
    db: sqlite3.Connection, announcement_id: int, states: tuple[str, ...], *, limit: int, offset: int
) -> list[Copy]:
    """A page of copies that stand so, groups first."""
    marks = ", ".join("?" for _ in states)
    rows = db.execute(
        f"{_COPY} WHERE d.announcement_id = ? AND {_STATE} IN ({marks}) ORDER BY d.id LIMIT ? OFFSET ?",
        (announcement_id, *states, limit, offset),
    )
    return [_copy(row) for row in rows]


def list_all(db: sqlite3.Connection, announcement_id: int) -> list[Copy]:
    """Every copy, groups first."""
    return [_copy(row) for row in db.execute(f"{_COPY} WHERE d.announcement_id = ? ORDER BY d.id", (announcement_id,))]


def find(db: sqlite3.Connection, delivery_id: int) -> Copy | None:
    """The copy with this id."""
    row = db.execute(f"{_COPY} WHERE d.id = ?", (delivery_id,)).fetchone()
    return _copy(row) if row else None


def find_by_message(db: sqlite3.Connection, chat_id: int, message_id: int) -> Copy | None:
    """The copy that is this message of this chat."""
    row = db.execute(
        f"{_COPY} WHERE d.chat_id = :chat AND (o.message_id = :message OR EXISTS (SELECT 1 FROM json_each(o.album)"
        "  WHERE value = :message) OR EXISTS (SELECT 1 FROM delivery_step AS s JOIN outbox AS so ON so.id = s.letter_id"
        "  WHERE s.delivery_id = d.id AND so.message_id = :message AND so.method = 'sendMessage'))",
        {"chat": chat_id, "message": message_id},
    ).fetchone()
    return _copy(row) if row else None


def settle_doubt(db: sqlite3.Connection, copy: Copy, *, arrived: bool, now: datetime) -> None:
    """Its author says that it arrived; or it shall be sent again, for which `queue_copies` makes the letter."""
    if arrived:
        db.execute(
            "UPDATE outbox SET state = 'sent', settled_at = ?, error = 'its author says it arrived'"
            " WHERE id = (SELECT letter_id FROM delivery WHERE id = ?) AND state = 'in_doubt'",
            (as_text(now), copy.delivery_id),
        )
        return
    db.execute(
        "UPDATE outbox SET state = 'refused', settled_at = ?, error = 'in doubt; sent again by its author'"
        " WHERE id = (SELECT letter_id FROM delivery WHERE id = ?) AND state = 'in_doubt'",
        (as_text(now), copy.delivery_id),
    )
    db.execute("UPDATE delivery SET attempt = attempt + 1, letter_id = NULL WHERE id = ?", (copy.delivery_id,))


def rewrite_waiting(
    db: sqlite3.Connection, announcement_id: int, version: int, calls: Mapping[str, Call], now: datetime
) -> int:
    """Copies that nobody has taken yet say this version at once; how many."""
    changed = 0
    for language, (method, payload) in calls.items():
        values = {
            "id": announcement_id,
            "language": language,
            "method": method,
            "version": version,
            "shared": outbox.share(db, payload, now),
            "cost": cost_of(method, payload),
        }
        changed += db.execute(
            "UPDATE outbox SET method = :method, cost = :cost, shared_id = :shared"
            " WHERE state = 'queued' AND shared_id IS NOT NULL AND id IN (SELECT letter_id FROM delivery"
            "  WHERE announcement_id = :id AND language = :language AND letter_id IS NOT NULL)",
            values,
        ).rowcount
        db.execute(
            "UPDATE delivery SET carries = :version WHERE announcement_id = :id AND language = :language"
            " AND (letter_id IS NULL OR EXISTS (SELECT 1 FROM outbox AS o WHERE o.id = delivery.letter_id"
            "  AND o.state = 'queued' AND o.shared_id = :shared))",
            values,
        )
    return changed


def note_carried(db: sqlite3.Connection, announcement_id: int, language: str, version: int) -> None:
    """Copies in this language that carry the version before say what this version says."""
    db.execute(
        "UPDATE delivery SET carries = ?1 WHERE announcement_id = ?2 AND language = ?3 AND carries = ?1 - 1",
        (version, announcement_id, language),
    )


def move_chat(db: sqlite3.Connection, old: int, new: int) -> None:
    """A group became a supergroup: its copies are there."""
    db.execute("UPDATE OR IGNORE delivery SET chat_id = ? WHERE chat_id = ?", (new, old))


def mark_changed(db: sqlite3.Connection, letter_id: int) -> None:
    """A letter settled in a way its announcement's author must see."""
    db.execute(
        "UPDATE announcement SET dirty = 1 WHERE id = (SELECT announcement_id FROM delivery WHERE letter_id = ?)",
        (letter_id,),
    )
