"""The log shelf: points of meeting logs, drafts included, and submissions."""

import sqlite3
from datetime import date, datetime, timedelta

from domain.button import Part
from domain.checkin import LogEntry
from domain.log import LogQuestion
from storage.database import as_moment, as_text

_SELECT = (
    "SELECT e.id, e.meeting_id, e.author_id, p.name AS author, e.part, e.body, e.position, e.said_at, e.processed_at,"
    " e.submitted_at, e.file_id IS NOT NULL AS has_file, e.internal, e.after_final"
    " FROM log_entry AS e JOIN person AS p ON p.id = e.author_id"
)


def _entry(row: sqlite3.Row) -> LogEntry:
    return LogEntry(
        entry_id=row["id"],
        meeting_id=row["meeting_id"],
        author_id=row["author_id"],
        author=row["author"],
        part=Part(row["part"]),
        body=row["body"],
        position=row["position"],
        said_at=as_moment(row["said_at"]),
        processed_at=as_moment(row["processed_at"]),
        submitted=row["submitted_at"] is not None,
        has_file=bool(row["has_file"]),
        internal=bool(row["internal"]),
        after_final=bool(row["after_final"]),
    )


def add(db: sqlite3.Connection, values: dict[str, object]) -> int:
    """A point of somebody's draft; `values` are columns. Its id."""
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    return int(db.execute(f"INSERT INTO log_entry ({names}) VALUES ({marks})", values).lastrowid or 0)


def list_draft(db: sqlite3.Connection, meeting_id: int, author_id: int) -> list[LogEntry]:
    """What this person has given and not yet submitted, in the order he said it."""
    rows = db.execute(
        f"{_SELECT} WHERE e.meeting_id = ? AND e.author_id = ? AND e.submitted_at IS NULL"
        " AND e.withdrawn_at IS NULL ORDER BY e.said_at, e.id",
        (meeting_id, author_id),
    )
    return [_entry(row) for row in rows]


def list_submitted(db: sqlite3.Connection, meeting_id: int) -> list[LogEntry]:
    """All submitted points of a meeting, in the order they were said."""
    rows = db.execute(
        f"{_SELECT} WHERE e.meeting_id = ? AND e.submitted_at IS NOT NULL AND e.withdrawn_at IS NULL"
        " ORDER BY e.said_at, e.id",
        (meeting_id,),
    )
    return [_entry(row) for row in rows]


def list_first_submitted(db: sqlite3.Connection, meeting_id: int, part: Part, limit: int) -> list[LogEntry]:
    """The first submitted points of one part of a meeting's log, in the order they were said."""
    rows = db.execute(
        f"{_SELECT} WHERE e.meeting_id = ? AND e.part = ? AND e.submitted_at IS NOT NULL AND e.withdrawn_at IS NULL"
        " ORDER BY e.said_at, e.id LIMIT ?",
        (meeting_id, part, limit),
    )
    return [_entry(row) for row in rows]


def list_submitted_of_day(db: sqlite3.Connection, day: date) -> list[LogEntry]:
    """All submitted points of a local day's meetings, in the order they were said."""
    rows = db.execute(
        f"{_SELECT} JOIN meeting AS m ON m.id = e.meeting_id WHERE m.local_day = ?"
        " AND e.submitted_at IS NOT NULL AND e.withdrawn_at IS NULL ORDER BY e.said_at, e.id",
        (day.isoformat(),),
    )
    return [_entry(row) for row in rows]


def find(db: sqlite3.Connection, entry_id: int) -> LogEntry | None:
    """The point with this id, unless it was taken back."""
    row = db.execute(f"{_SELECT} WHERE e.id = ? AND e.withdrawn_at IS NULL", (entry_id,)).fetchone()
    return _entry(row) if row else None


def find_ever(db: sqlite3.Connection, entry_id: int) -> LogEntry | None:
    """The point with this id, taken back or not."""
    row = db.execute(f"{_SELECT} WHERE e.id = ?", (entry_id,)).fetchone()
    return _entry(row) if row else None


def find_by_message(db: sqlite3.Connection, chat_id: int, message_id: int) -> LogEntry | None:
    """The point that this message made."""
    row = db.execute(
        f"{_SELECT} WHERE e.chat_id = ? AND e.message_id = ? AND e.withdrawn_at IS NULL", (chat_id, message_id)
    ).fetchone()
    return _entry(row) if row else None


def rewrite(db: sqlite3.Connection, entry_id: int, body: str) -> None:
    """Other words for a point of a draft."""
    db.execute("UPDATE log_entry SET body = ? WHERE id = ? AND submitted_at IS NULL", (body, entry_id))


def withdraw(db: sqlite3.Connection, entry_id: int, now: datetime) -> None:
    """Take a point of a draft back."""
    db.execute("UPDATE log_entry SET withdrawn_at = ? WHERE id = ? AND submitted_at IS NULL", (as_text(now), entry_id))


def move(db: sqlite3.Connection, entry_id: int, part: Part, now: datetime) -> None:
    """Take a point of a draft back and put the same words into another part; its message goes with them."""
    db.execute(
        "INSERT INTO log_entry"
        " (meeting_id, author_id, part, body, internal, said_at, processed_at, chat_id, message_id)"
        " SELECT meeting_id, author_id, ?, body, internal, said_at, ?, chat_id, message_id FROM log_entry"
        " WHERE id = ? AND submitted_at IS NULL AND withdrawn_at IS NULL",
        (part, as_text(now), entry_id),
    )
    withdraw(db, entry_id, now)


def is_internal(db: sqlite3.Connection, meeting_id: int, author_id: int) -> bool:
    """Whether what this person adds to the log is internal: as his last point there was, taken back or not."""
    row = db.execute(
        "SELECT internal FROM log_entry WHERE meeting_id = ? AND author_id = ? ORDER BY id DESC LIMIT 1",
        (meeting_id, author_id),
    ).fetchone()
    return row is not None and bool(row["internal"])


def set_internal(db: sqlite3.Connection, meeting_id: int, author_id: int, internal: bool) -> None:
    """All of this person's draft, what he took back included: what he adds next follows it."""
    db.execute(
        "UPDATE log_entry SET internal = ? WHERE meeting_id = ? AND author_id = ? AND submitted_at IS NULL",
        (int(internal), meeting_id, author_id),
    )


def submit(db: sqlite3.Connection, meeting_id: int, author_id: int, now: datetime, *, after_final: bool = False) -> int:
    """This person's draft is part of the mission's log from now on; how many points it had."""
    count = db.execute(
        "UPDATE log_entry SET submitted_at = ?, after_final = ? WHERE meeting_id = ? AND author_id = ?"
        " AND submitted_at IS NULL AND withdrawn_at IS NULL",
        (as_text(now), int(after_final), meeting_id, author_id),
    ).rowcount
    db.execute(
        "INSERT INTO log_submission (meeting_id, author_id, submitted_at, entries) VALUES (?, ?, ?, ?)",
        (meeting_id, author_id, as_text(now), count),
    )
    return count


def is_submitted(db: sqlite3.Connection, meeting_id: int) -> bool:
    """Whether anybody submitted a log of this meeting."""
    return db.execute("SELECT 1 FROM log_submission WHERE meeting_id = ? LIMIT 1", (meeting_id,)).fetchone() is not None


def has_submitted(db: sqlite3.Connection, meeting_id: int, author_id: int) -> bool:
    """Whether this person submitted anything about this meeting."""
    row = db.execute(
        "SELECT 1 FROM log_submission WHERE meeting_id = ? AND author_id = ? LIMIT 1", (meeting_id, author_id)
    ).fetchone()
    return row is not None


def list_submissions_of_day(db: sqlite3.Connection, day: date) -> list[tuple[int, datetime]]:
    """(meeting, first submission) of a local day's logged meetings."""
    rows = db.execute(
        "SELECT s.meeting_id, min(s.submitted_at) FROM log_submission AS s JOIN meeting AS m ON m.id = s.meeting_id"
        " WHERE m.local_day = ? GROUP BY s.meeting_id",
        (day.isoformat(),),
    )
    return [(row[0], as_moment(row[1])) for row in rows]


def list_logged_of_day(db: sqlite3.Connection, day: date) -> set[int]:
    """Meetings of a local day that have a submitted log."""
    rows = db.execute(
        "SELECT DISTINCT s.meeting_id FROM log_submission AS s JOIN meeting AS m ON m.id = s.meeting_id"
        " WHERE m.local_day = ?",
        (day.isoformat(),),
    )
    return {row[0] for row in rows}


def list_open_questions(db: sqlite3.Connection, ended_after: datetime, ended_until: datetime) -> list[LogQuestion]:
    """Whom to ask, who was not asked yet, for the logs of meetings that ended in this span of time.

    Meetings at which somebody arrived and of which nobody submitted a log. Their teams' leaders who can be reached
    are asked; where there is none, those who arrived. Days narrow it to a few meetings first: none lasts three.
    """
    rows = db.execute(
        "WITH silent AS MATERIALIZED ("
        " SELECT m.id, m.starts_at FROM meeting AS m WHERE m.local_day BETWEEN :first AND :last"
        " AND m.ends_at > :after AND m.ends_at <= :until AND m.cancelled_at IS NULL AND m.postponed = 0"
        " AND EXISTS (SELECT 1 FROM standing_checkin AS c WHERE c.meeting_id = m.id AND c.presence IN ('a', 'l'))"
        " AND NOT EXISTS (SELECT 1 FROM log_submission AS s WHERE s.meeting_id = m.id)),"
        " leader AS (SELECT s.id AS meeting_id, p.id AS person_id, s.starts_at FROM silent AS s"
        " JOIN participation AS x ON x.meeting_id = s.id JOIN person AS p ON p.team_id = x.team_id"
        " AND p.role = 'team_leader' AND p.active = 1"
        " JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL AND a.unreachable_since IS NULL),"
        " asked AS (SELECT * FROM leader"
        " UNION SELECT s.id, p.id, s.starts_at FROM silent AS s"
        " JOIN standing_checkin AS c ON c.meeting_id = s.id AND c.presence IN ('a', 'l')"
        " JOIN person AS p ON p.id = c.person_id AND p.active = 1"
        " JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
        " WHERE s.id NOT IN (SELECT meeting_id FROM leader)),"
        " keyed AS (SELECT meeting_id, person_id,"
        " 'ask-log:' || meeting_id || ':' || person_id || ':' || starts_at AS once_key FROM asked)"
        " SELECT * FROM keyed AS k WHERE NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.once_key = k.once_key)"
        " ORDER BY meeting_id, person_id",
        {
            "first": (ended_after - timedelta(days=3)).date().isoformat(),
            "last": (ended_until + timedelta(days=1)).date().isoformat(),
            "after": as_text(ended_after),
            "until": as_text(ended_until),
        },
    )
    return [LogQuestion(row["meeting_id"], row["person_id"], row["once_key"]) for row in rows]
