"""The check-in shelf."""

import sqlite3
from datetime import date, datetime

from domain.button import Presence
from domain.checkin import CheckInFact
from storage.database import as_moment, as_text

_SELECT = (
    "SELECT c.id, c.meeting_id, c.person_id, p.name AS person, c.presence, c.said_at, c.processed_at, c.reason,"
    " c.distance_m, c.accuracy_m, c.latitude IS NOT NULL AS located"
    " FROM checkin AS c JOIN person AS p ON p.id = c.person_id"
)


def _fact(row: sqlite3.Row) -> CheckInFact:
    return CheckInFact(
        checkin_id=row["id"],
        meeting_id=row["meeting_id"],
        person_id=row["person_id"],
        person=row["person"],
        presence=Presence(row["presence"]),
        said_at=as_moment(row["said_at"]),
        processed_at=as_moment(row["processed_at"]),
        reason=row["reason"],
        distance_m=row["distance_m"],
        accuracy_m=row["accuracy_m"],
        located=bool(row["located"]),
    )


def add(
    db: sqlite3.Connection, meeting_id: int, person_id: int, presence: Presence, said_at: datetime, now: datetime
) -> int:
    """A person's word about himself; its id."""
    cursor = db.execute(
        "INSERT INTO checkin (meeting_id, person_id, presence, said_at, processed_at) VALUES (?, ?, ?, ?, ?)",
        (meeting_id, person_id, presence, as_text(said_at), as_text(now)),
    )
    return int(cursor.lastrowid or 0)


def add_place(
    db: sqlite3.Connection,
    checkin_id: int,
    place: tuple[float, float, float | None],
    distance_m: int | None,
    said_at: datetime,
) -> None:
    """Where he was: latitude, longitude, accuracy in metres; and the distance from the venue."""
    db.execute(
        "UPDATE checkin SET latitude = ?, longitude = ?, accuracy_m = ?, distance_m = ?, located_at = ? WHERE id = ?",
        (*place, distance_m, as_text(said_at), checkin_id),
    )


def add_reason(db: sqlite3.Connection, checkin_id: int, reason: str) -> None:
    """Why he cannot attend; said in several messages, it is kept in several lines."""
    db.execute(
        "UPDATE checkin SET reason = CASE reason WHEN '' THEN ?1 ELSE reason || char(10) || ?1 END WHERE id = ?2",
        (reason, checkin_id),
    )


def find_latest(db: sqlite3.Connection, meeting_id: int, person_id: int) -> CheckInFact | None:
    """The last word of this person about this meeting, by the time he said it."""
    row = db.execute(
        f"{_SELECT} WHERE c.meeting_id = ? AND c.person_id = ? ORDER BY c.said_at DESC, c.id DESC LIMIT 1",
        (meeting_id, person_id),
    ).fetchone()
    return _fact(row) if row else None


def find_latest_arrival(db: sqlite3.Connection, person_id: int, since: datetime) -> CheckInFact | None:
    """This person's last arrival anywhere since then."""
    row = db.execute(
        f"{_SELECT} WHERE c.person_id = ? AND c.presence = 'a' AND c.said_at >= ? ORDER BY c.said_at DESC LIMIT 1",
        (person_id, as_text(since)),
    ).fetchone()
    return _fact(row) if row else None


def list_latest_of_day(db: sqlite3.Connection, day: date) -> list[CheckInFact]:
    """The last word of each person about each meeting of a local day, in the order they were said."""
    rows = db.execute(
        f"{_SELECT} JOIN meeting AS m ON m.id = c.meeting_id WHERE m.local_day = ? AND NOT EXISTS"
        " (SELECT 1 FROM checkin AS n WHERE n.meeting_id = c.meeting_id AND n.person_id = c.person_id"
        "  AND (n.said_at, n.id) > (c.said_at, c.id)) ORDER BY c.said_at, c.id",
        (day.isoformat(),),
    )
    return [_fact(row) for row in rows]


def count_arrivals(db: sqlite3.Connection, meeting_id: int) -> int:
    """How many people's last word about this meeting is that they arrived."""
    row = db.execute(
        "SELECT count(*) FROM checkin AS c WHERE c.meeting_id = ? AND c.presence = 'a' AND NOT EXISTS"
        " (SELECT 1 FROM checkin AS n WHERE n.meeting_id = c.meeting_id AND n.person_id = c.person_id"
        "  AND (n.said_at, n.id) > (c.said_at, c.id))",
        (meeting_id,),
    ).fetchone()
    return int(row[0])
