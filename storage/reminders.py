"""The shelf of reminders: who has to be reminded of what, what was told, and "tomorrow's programme"."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.reminder import LAST_CALL
from storage.database import as_moment, as_text


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody aboard whom Telegram reaches, as far as reminding him needs it."""

    person_id: int
    chat_id: int
    language: str
    time_zone: str
    leads: tuple[int, ...]
    quiet_from: time | None
    quiet_until: time | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may have to be reminded of a meeting now; `already` as domain.reminder wants it."""

    reader: Reader
    meeting_id: int
    starts_at: datetime
    already: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A reminder that was told, and what became of its letter."""

    person_id: int
    starts_at: datetime
    minutes: int
    withdrawn: bool
    letter_id: int
    state: str
    """As domain.letter.LetterState."""
    chat_id: int
    message_id: int | None
    language: str
    time_zone: str
    expected: bool
    """The meeting is for him, by name or by team."""
    editable: bool
    """He still reads that chat, has not been at the meeting, and the message is not the one he is working in."""


_ZONE = "coalesce(p.own_time_zone, p.time_zone)"
_READER = (
    "p.id AS person_id, a.telegram_id AS chat_id, coalesce(p.own_language, p.language) AS language,"
    f" {_ZONE} AS time_zone, p.reminder_minutes, p.quiet_from, p.quiet_until"
)
_ALIVE = "m.cancelled_at IS NULL AND m.postponed = 0"
_FOR = " CROSS JOIN person AS p ON p.active = 1 AND (p.id = x.person_id OR p.team_id = x.team_id)"
"""Those aboard for whom a line of participation `x` is; who is listed by name and by team comes twice."""
_REACHED = " JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL AND a.unreachable_since IS NULL"
_LAST_WORD = (
    "coalesce((SELECT c.presence FROM standing_checkin AS c WHERE c.meeting_id = {meeting} AND c.person_id = p.id"
    " ORDER BY c.said_at DESC, c.id DESC LIMIT 1), '')"
)
_LEADS = f"p.reminder_minutes || CASE WHEN p.quiet_from IS NULL THEN '' ELSE ',{LAST_CALL}' END"
"""All leads that somebody may be told of, the longest of his own first."""
_CANDIDATES = (
    # Many people have few different leads: what is due of a meeting is found for each of these, and then for whom.
    f"WITH wanted (leads) AS MATERIALIZED (SELECT DISTINCT {_LEADS} FROM person AS p WHERE p.active = 1"
    "  AND p.reminder_minutes <> ''),"
    " soon AS MATERIALIZED (SELECT m.id, m.starts_at, unixepoch(m.starts_at) - :clock AS seconds FROM meeting AS m"
    f" WHERE m.starts_at > :now AND {_ALIVE} AND m.starts_at <= strftime('%Y-%m-%dT%H:%M:%fZ', :clock"
    f"  + 60 * max({LAST_CALL}, (SELECT max(CAST(leads AS INTEGER)) FROM wanted)), 'unixepoch')),"
    " due AS MATERIALIZED (SELECT s.id, w.leads, min(lead.value) AS smallest FROM soon AS s, wanted AS w,"
    "  json_each('[' || w.leads || ']') AS lead WHERE 60 * lead.value >= s.seconds GROUP BY s.id, w.leads)"
    f" SELECT {_READER}, s.id AS meeting_id, s.starts_at, (SELECT group_concat(r.minutes) FROM reminder AS r WHERE"
    " r.person_id = p.id AND r.meeting_id = s.id AND r.starts_at = s.starts_at) AS told"
    f" FROM soon AS s CROSS JOIN participation AS x ON x.meeting_id = s.id{_FOR}"
    f" CROSS JOIN due AS d ON d.id = s.id AND d.leads = {_LEADS}{_REACHED}"
    " WHERE NOT EXISTS (SELECT 1 FROM reminder AS r WHERE r.person_id = p.id AND r.meeting_id = s.id"
    "  AND r.starts_at = s.starts_at AND r.minutes <= d.smallest)"
    f" AND {_LAST_WORD.format(meeting='s.id')} NOT IN ('a', 'l', 'c') ORDER BY s.starts_at, s.id, p.id"
)
_TOLD = (
    "SELECT r.person_id, r.starts_at, r.minutes, r.withdrawn_at IS NOT NULL AS withdrawn, o.id AS letter_id, o.state,"
    f" o.chat_id, o.message_id, coalesce(p.own_language, p.language) AS language, {_ZONE} AS time_zone,"
    " (EXISTS (SELECT 1 FROM participation AS x WHERE x.person_id = p.id AND x.meeting_id = r.meeting_id)"
    "  OR EXISTS (SELECT 1 FROM participation AS x WHERE x.team_id = p.team_id AND x.meeting_id = r.meeting_id))"
    " AS expected,"
    " (p.active = 1 AND EXISTS (SELECT 1 FROM account AS a WHERE a.person_id = p.id AND a.ended_at IS NULL"
    "   AND a.telegram_id = o.chat_id)"
    "  AND NOT EXISTS (SELECT 1 FROM panel WHERE panel.chat_id = o.chat_id AND panel.message_id = o.message_id)"
    f"  AND {_LAST_WORD.format(meeting='r.meeting_id')} NOT IN ('a', 'l')) AS editable"
    " FROM reminder AS r JOIN person AS p ON p.id = r.person_id JOIN outbox AS o ON o.id = r.letter_id"
    " WHERE r.meeting_id = :meeting AND r.starts_at >= :since"
)


def _reader(row: sqlite3.Row) -> Reader:
    return Reader(
        row["person_id"],
        row["chat_id"],
        row["language"],
        row["time_zone"],
        tuple(int(text) for text in row["reminder_minutes"].split(",") if text),
        time.fromisoformat(row["quiet_from"]) if row["quiet_from"] else None,
        time.fromisoformat(row["quiet_until"]) if row["quiet_until"] else None,
    )


def list_candidates(db: sqlite3.Connection, now: datetime) -> list[Candidate]:
    """Who may have to be reminded now, of the next meeting first; the rule says whether he has to be.

    Not among them: who was told of this start as late as a lead of his wants, who is there or cannot attend, and
    meetings beyond the longest lead that anybody has.
    """
    return _candidates(db.execute(_CANDIDATES, {"now": as_text(now), "clock": now.timestamp()}))


def list_ahead(db: sqlite3.Connection, now: datetime, until: datetime) -> list[Candidate]:
    """Who may have to be reminded of a meeting that begins in this span of time, of the next meeting first.

    For who wants to know what is to come; of many people it is many times what `list_candidates` finds.
    """
    rows = db.execute(
        f"SELECT {_READER}, m.id AS meeting_id, m.starts_at, (SELECT group_concat(r.minutes) FROM reminder AS r WHERE"
        " r.person_id = p.id AND r.meeting_id = m.id AND r.starts_at = m.starts_at) AS told"
        f" FROM meeting AS m CROSS JOIN participation AS x ON x.meeting_id = m.id{_FOR}{_REACHED}"
        f" WHERE m.starts_at > :now AND m.starts_at <= :until AND {_ALIVE} AND p.reminder_minutes <> ''"
        f" AND {_LAST_WORD.format(meeting='m.id')} NOT IN ('a', 'l', 'c') ORDER BY m.starts_at, m.id, p.id",
        {"now": as_text(now), "until": as_text(until)},
    )
    return _candidates(rows)


def _candidates(rows: Iterable[sqlite3.Row]) -> list[Candidate]:
    found: dict[tuple[int, int], Candidate] = {}
    for row in rows:
        starts_at = as_moment(row["starts_at"])
        already = tuple((starts_at, int(minutes)) for minutes in (row["told"] or "").split(",") if minutes)
        key = (row["meeting_id"], row["person_id"])
        found.setdefault(key, Candidate(_reader(row), row["meeting_id"], starts_at, already))
    return list(found.values())


def note_told(db: sqlite3.Connection, candidate: Candidate, minutes: int, letter_id: int | None, now: datetime) -> None:
    """He was reminded of this start."""
    db.execute(
        "INSERT INTO reminder (person_id, meeting_id, starts_at, minutes, told_at, letter_id) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (
            candidate.reader.person_id,
            candidate.meeting_id,
            as_text(candidate.starts_at),
            minutes,
            as_text(now),
            letter_id,
        ),
    )


def list_told(db: sqlite3.Connection, meeting_id: int, since: datetime, person_id: int | None = None) -> list[Told]:
    """Reminders of a meeting for starts from `since` on; to this person or to all."""
    his = "" if person_id is None else " AND r.person_id = :person"
    values = {"meeting": meeting_id, "since": as_text(since), "person": person_id}
    return [
        Told(
            row["person_id"],
            as_moment(row["starts_at"]),
            row["minutes"],
            bool(row["withdrawn"]),
            row["letter_id"],
            row["state"],
            row["chat_id"],
            row["message_id"],
            row["language"],
            row["time_zone"],
            bool(row["expected"]),
            bool(row["editable"]),
        )
        for row in db.execute(_TOLD + his, values)
    ]


def forget(db: sqlite3.Connection, meeting_id: int, told: Told) -> None:
    """It was never sent: if the meeting comes back to this start, he is reminded after all."""
    db.execute(
        "DELETE FROM reminder WHERE person_id = ? AND meeting_id = ? AND starts_at = ? AND minutes = ?",
        (told.person_id, meeting_id, as_text(told.starts_at), told.minutes),
    )


def mark(db: sqlite3.Connection, meeting_id: int, told: Told, withdrawn_at: datetime | None) -> None:
    """The reminder does not stand any more since then; None = it stands again."""
    db.execute(
        "UPDATE reminder SET withdrawn_at = ? WHERE person_id = ? AND meeting_id = ? AND starts_at = ? AND minutes = ?",
        (as_text(withdrawn_at) if withdrawn_at else None, told.person_id, meeting_id, as_text(told.starts_at),
         told.minutes),
    )  # fmt: skip


def list_zones(db: sqlite3.Connection) -> list[str]:
    """The clocks by which people aboard live."""
    return [row[0] for row in db.execute(f"SELECT DISTINCT {_ZONE} FROM person AS p WHERE p.active = 1")]


def list_untold(db: sqlite3.Connection, day: date, zones: Collection[str], now: datetime) -> list[Reader]:
    """Who of those zones has meetings on this day that are still ahead, and was not told of them."""
    rows = db.execute(
        "WITH called AS MATERIALIZED (SELECT DISTINCT x.team_id, x.person_id FROM meeting AS m JOIN participation AS x"
        f" ON x.meeting_id = m.id WHERE m.local_day = :day AND m.starts_at > :now AND {_ALIVE})"
        f" SELECT DISTINCT {_READER} FROM called AS x{_FOR}{_REACHED}"
        f" WHERE {_ZONE} IN (SELECT value FROM json_each(:zones))"
        " AND NOT EXISTS (SELECT 1 FROM eve WHERE eve.person_id = p.id AND eve.local_day = :day) ORDER BY p.id",
        {"day": day.isoformat(), "now": as_text(now), "zones": json.dumps(sorted(zones))},
    )
    return [_reader(row) for row in rows]


def note_eve(db: sqlite3.Connection, person_id: int, day: date, now: datetime) -> None:
    """He was told this day's programme."""
    db.execute(
        "INSERT INTO eve (person_id, local_day, told_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (person_id, day.isoformat(), as_text(now)),
    )
