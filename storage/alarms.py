"""The shelf of alarms: people of whom there is no sign of life, and which letters told of it."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.alarm import Alarm, Outcome, Overdue, Rung
from domain.button import Presence
from domain.duty_button import How
from storage.database import as_moment, as_text

_COLUMNS = (
    "a.id, a.meeting_id, a.person_id, a.since_at, a.rung, a.moved_at, a.closed_at, a.outcome, a.how, a.words,"
    " a.closed_by"
)
_LAST_WORD = (
    "(SELECT c.id FROM standing_checkin AS c WHERE c.meeting_id = f.meeting_id AND c.person_id = f.person_id"
    " ORDER BY c.said_at DESC, c.id DESC LIMIT 1)"
)
_STATE = (
    "SELECT f.meeting_id, f.person_id, f.starts_at, f.last_heard_at, w.presence, w.eta_at,"
    " (SELECT max(c.processed_at) FROM standing_checkin AS c WHERE c.person_id = f.person_id AND c.said_at >= :since"
    "  AND c.said_by <> c.person_id) AS told_at,"
    " (SELECT max(o.since_at) FROM alarm AS o WHERE o.meeting_id = f.meeting_id AND o.person_id = f.person_id)"
    "  AS last_alarm"
    f" FROM found AS f LEFT JOIN checkin AS w ON w.id = {_LAST_WORD}"
)
"""What is known of each of `found` by now; `:since` is before all that can be a sign of life."""


@dataclass(frozen=True, slots=True)
class AlarmLetter:
    """A letter that told somebody of alarms. `message_id` once Telegram has told it."""

    letter_id: int
    reader_id: int
    chat_id: int
    rung: Rung
    queued: bool
    message_id: int | None
    alarm_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """Somebody who could not be told of alarms at this rung; None: that they are over."""

    reader_id: int
    rung: Rung | None
    alarm_ids: tuple[int, ...]


def list_quiet(
    db: sqlite3.Connection, now: datetime, ask: timedelta, looks_back: timedelta, margin: timedelta
) -> list[Overdue]:
    """People aboard who are expected at what has begun, were not heard for long, and are not looked for yet.

    Days narrow it to a few meetings first; what a sign of life is exactly is for the rules to say.
    """
    who = (
        "SELECT m.id AS meeting_id, p.id AS person_id, m.starts_at, a.last_heard_at FROM meeting AS m"
        " JOIN participation AS x ON x.meeting_id = m.id"
        " JOIN person AS p ON {theirs} AND p.active = 1"
        " JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL AND a.last_heard_at < :quiet"
        " WHERE m.local_day BETWEEN :first AND :last AND m.starts_at > :after AND m.starts_at <= :until"
        " AND m.cancelled_at IS NULL AND m.postponed = 0"
        " AND NOT EXISTS (SELECT 1 FROM alarm AS o WHERE o.person_id = p.id AND o.closed_at IS NULL)"
    )
    begun = now - looks_back
    found = f"{who.format(theirs='p.id = x.person_id')} UNION {who.format(theirs='p.team_id = x.team_id')}"
    rows = db.execute(
        f"WITH found AS MATERIALIZED ({found}) {_STATE} ORDER BY f.starts_at, f.meeting_id, f.person_id",
        {
            "quiet": as_text(now - ask - margin),
            "first": (begun - timedelta(days=1)).date().isoformat(),
            "last": (now + timedelta(days=1)).date().isoformat(),
            "after": as_text(begun),
            "until": as_text(now - ask),
            "since": as_text(begun - margin),
        },
    )
    return [_overdue(row) for row in rows]


def read_state(db: sqlite3.Connection, alarm: Alarm, margin: timedelta) -> Overdue | None:
    """What is known by now of the person of an open alarm; None if he is not expected there any more.

    He is not where the meeting is cancelled, his access has ended, or he no longer takes part.
    """
    row = db.execute(
        "WITH found AS (SELECT m.id AS meeting_id, p.id AS person_id, m.starts_at, a.last_heard_at FROM meeting AS m"
        " JOIN person AS p ON p.id = :person AND p.active = 1"
        " JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
        " WHERE m.id = :meeting AND m.cancelled_at IS NULL AND m.postponed = 0"
        " AND EXISTS (SELECT 1 FROM participation AS x"
        f" WHERE x.meeting_id = m.id AND (x.person_id = p.id OR x.team_id = p.team_id))) {_STATE}",
        {"person": alarm.person_id, "meeting": alarm.meeting_id, "since": as_text(alarm.since - margin)},
    ).fetchone()
    return _overdue(row) if row else None


def placed_at(db: sqlite3.Connection, meeting_id: int) -> datetime | None:
    """When the programme came to say that this meeting starts when it does, for those for whom it is."""
    row = db.execute(
        "SELECT min(r.made_at) FROM meeting_revision AS r WHERE r.meeting_id = ?1 AND r.revision > ("
        " SELECT coalesce(max(o.revision), 0) FROM meeting_revision AS o JOIN meeting AS m ON m.id = o.meeting_id"
        " WHERE o.meeting_id = ?1 AND (json_extract(o.content, '$.starts_at') <> m.starts_at"
        " OR json_extract(o.content, '$.participants') <> m.participants))",
        (meeting_id,),
    ).fetchone()
    return as_moment(row[0]) if row[0] else None


def open_alarm(db: sqlite3.Connection, one: Overdue, since: datetime, rung: Rung, now: datetime) -> Alarm:
    """From now on he is looked for."""
    cursor = db.execute(
        "INSERT INTO alarm (meeting_id, person_id, since_at, rung, moved_at, opened_at) VALUES (?, ?, ?, ?, ?, ?)",
        (one.meeting_id, one.person_id, as_text(since), rung, as_text(now), as_text(now)),
    )
    return Alarm(int(cursor.lastrowid or 0), one.meeting_id, one.person_id, since, rung, now)


def climb(db: sqlite3.Connection, alarm_id: int, rung: Rung, now: datetime) -> None:
    """The alarm stands at this rung from now on."""
    db.execute("UPDATE alarm SET rung = ?, moved_at = ? WHERE id = ?", (rung, as_text(now), alarm_id))


def close(
    db: sqlite3.Connection,
    alarm_id: int,
    outcome: Outcome,
    now: datetime,
    *,
    how: How | None = None,
    words: str = "",
    by: int | None = None,
) -> bool:
    """It is over; False if it was before."""
    cursor = db.execute(
        "UPDATE alarm SET closed_at = ?, outcome = ?, how = ?, words = ?, closed_by = ?"
        " WHERE id = ? AND closed_at IS NULL",
        (as_text(now), outcome, how, words, by, alarm_id),
    )
    return cursor.rowcount == 1


def find(db: sqlite3.Connection, alarm_id: int) -> Alarm | None:
    """The alarm with this id."""
    row = db.execute(f"SELECT {_COLUMNS} FROM alarm AS a WHERE a.id = ?", (alarm_id,)).fetchone()
    return _alarm(row) if row else None


def list_open(db: sqlite3.Connection) -> list[Alarm]:
    """Whoever is looked for, the longest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM alarm AS a WHERE a.closed_at IS NULL ORDER BY a.since_at, a.id")
    return [_alarm(row) for row in rows]


def note_letter(db: sqlite3.Connection, letter_id: int, reader_id: int, rung: Rung, alarm_ids: Iterable[int]) -> None:
    """This letter tells this reader of these alarms."""
    db.executemany(
        "INSERT INTO alarm_letter (letter_id, alarm_id, reader_id, rung) VALUES (?, ?, ?, ?)",
        [(letter_id, alarm_id, reader_id, rung) for alarm_id in alarm_ids],
    )


def list_letters(db: sqlite3.Connection, alarm_ids: Iterable[int]) -> list[AlarmLetter]:
    """The letters that told of any of these alarms, each with all alarms it told of."""
    numbers = ", ".join(str(int(n)) for n in alarm_ids)
    rows = db.execute(
        "SELECT l.letter_id, l.reader_id, o.chat_id, l.rung, o.state = 'queued' AS queued, o.message_id,"
        " group_concat(l.alarm_id) AS alarms FROM alarm_letter AS l JOIN outbox AS o ON o.id = l.letter_id"
        f" WHERE l.letter_id IN (SELECT letter_id FROM alarm_letter WHERE alarm_id IN ({numbers}))"
        " GROUP BY l.letter_id ORDER BY l.letter_id"
    )
    return [
        AlarmLetter(
            row["letter_id"],
            row["reader_id"],
            row["chat_id"],
            Rung(row["rung"]),
            bool(row["queued"]),
            row["message_id"],
            tuple(sorted(map(int, row["alarms"].split(",")))),
        )
        for row in rows
    ]


def drop_letter(db: sqlite3.Connection, letter_id: int) -> None:
    """The letter was taken back before anybody saw it."""
    db.execute("DELETE FROM alarm_letter WHERE letter_id = ?", (letter_id,))


def owe(db: sqlite3.Connection, reader_id: int, rung: Rung | None, alarm_ids: Iterable[int]) -> None:
    """He is still to be told of these alarms."""
    db.executemany(
        "INSERT OR IGNORE INTO alarm_owed (reader_id, rung, alarm_id) VALUES (?, ?, ?)",
        [(reader_id, rung or "", alarm_id) for alarm_id in alarm_ids],
    )


def list_owed(db: sqlite3.Connection) -> list[Owed]:
    """Who is still to be told what, by person."""
    rows = db.execute(
        "SELECT reader_id, rung, group_concat(alarm_id) AS alarms FROM alarm_owed GROUP BY reader_id, rung"
        " ORDER BY reader_id, rung"
    )
    return [
        Owed(
            row["reader_id"],
            Rung(row["rung"]) if row["rung"] else None,
            tuple(sorted(map(int, row["alarms"].split(",")))),
        )
        for row in rows
    ]


def settle_owed(db: sqlite3.Connection, owed: Owed) -> None:
    """It is told, or will be owed anew."""
    db.execute("DELETE FROM alarm_owed WHERE reader_id = ? AND rung = ?", (owed.reader_id, owed.rung or ""))


def _alarm(row: sqlite3.Row) -> Alarm:
    return Alarm(
        row["id"],
        row["meeting_id"],
        row["person_id"],
        as_moment(row["since_at"]),
        Rung(row["rung"]),
        as_moment(row["moved_at"]),
        as_moment(row["closed_at"]) if row["closed_at"] else None,
        Outcome(row["outcome"]) if row["outcome"] else None,
        How(row["how"]) if row["how"] else None,
        row["words"],
        row["closed_by"],
    )


def _overdue(row: sqlite3.Row) -> Overdue:
    heard = max(filter(None, (row["last_heard_at"], row["told_at"])))
    return Overdue(
        row["meeting_id"],
        row["person_id"],
        as_moment(row["starts_at"]),
        as_moment(heard),
        Presence(row["presence"]) if row["presence"] else None,
        as_moment(row["eta_at"]) if row["eta_at"] else None,
        as_moment(row["last_alarm"]) if row["last_alarm"] else None,
    )
