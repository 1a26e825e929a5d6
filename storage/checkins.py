"""The check-in shelf: words are added and never changed, but for the details that follow one (place, reason, ETA)."""

import sqlite3
from collections import defaultdict
from datetime import date, datetime

from domain.button import Presence
from domain.checkin import CheckInFact
from storage.database import as_moment, as_text

_SELECT = (
    "SELECT c.id, c.meeting_id, c.person_id, p.name AS person, c.said_by, c.presence, c.said_at, c.processed_at,"
    " c.reason, c.eta_at, c.distance_m, c.accuracy_m, c.latitude IS NOT NULL AS located"
    " FROM standing_checkin AS c JOIN person AS p ON p.id = c.person_id"
)
_LAST_WORD = (
    "NOT EXISTS (SELECT 1 FROM standing_checkin AS n WHERE n.meeting_id = c.meeting_id AND n.person_id = c.person_id"
    " AND (n.said_at, n.id) > (c.said_at, c.id))"
)


def _fact(row: sqlite3.Row) -> CheckInFact:
    return CheckInFact(
        checkin_id=row["id"],
        meeting_id=row["meeting_id"],
        person_id=row["person_id"],
        person=row["person"],
        said_by=row["said_by"],
        presence=Presence(row["presence"]),
        said_at=as_moment(row["said_at"]),
        processed_at=as_moment(row["processed_at"]),
        reason=row["reason"],
        eta_at=as_moment(row["eta_at"]) if row["eta_at"] else None,
        distance_m=row["distance_m"],
        accuracy_m=row["accuracy_m"],
        located=bool(row["located"]),
    )


def add(
    db: sqlite3.Connection,
    meeting_id: int,
    person_id: int,
    presence: Presence,
    said_at: datetime,
    now: datetime,
    said_by: int | None = None,
) -> int:
    """A word about a person, his own or (`said_by`) his leader's; its id."""
    cursor = db.execute(
        "INSERT INTO checkin (meeting_id, person_id, said_by, presence, said_at, processed_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (meeting_id, person_id, said_by or person_id, presence, as_text(said_at), as_text(now)),
    )
    return int(cursor.lastrowid or 0)


def take_back(db: sqlite3.Connection, fact: CheckInFact, said_by: int, said_at: datetime, now: datetime) -> None:
    """The word does not count any more; it stays, and so does the taking back."""
    db.execute(
        "INSERT INTO checkin (meeting_id, person_id, said_by, presence, undoes, said_at, processed_at)"
        " VALUES (?, ?, ?, 'u', ?, ?, ?)",
        (fact.meeting_id, fact.person_id, said_by, fact.checkin_id, as_text(said_at), as_text(now)),
    )


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


def set_reason(db: sqlite3.Connection, checkin_id: int, reason: str) -> None:
    """Why, in other words."""
    db.execute("UPDATE checkin SET reason = ? WHERE id = ?", (reason, checkin_id))


def set_eta(db: sqlite3.Connection, checkin_id: int, eta_at: datetime) -> None:
    """When he expects to arrive."""
    db.execute("UPDATE checkin SET eta_at = ? WHERE id = ?", (as_text(eta_at), checkin_id))


def find(db: sqlite3.Connection, checkin_id: int) -> CheckInFact | None:
    """The word with this id, unless it was taken back."""
    row = db.execute(f"{_SELECT} WHERE c.id = ?", (checkin_id,)).fetchone()
    return _fact(row) if row else None


def find_latest(db: sqlite3.Connection, meeting_id: int, person_id: int) -> CheckInFact | None:
    """The last word about this person at this meeting, by the time it was said."""
    row = db.execute(
        f"{_SELECT} WHERE c.meeting_id = ? AND c.person_id = ? ORDER BY c.said_at DESC, c.id DESC LIMIT 1",
        (meeting_id, person_id),
    ).fetchone()
    return _fact(row) if row else None


def find_last_of_person(db: sqlite3.Connection, person_id: int) -> CheckInFact | None:
    """The last word about this person anywhere, by the time it was said."""
    row = db.execute(
        f"{_SELECT} WHERE c.person_id = ? ORDER BY c.said_at DESC, c.id DESC LIMIT 1", (person_id,)
    ).fetchone()
    return _fact(row) if row else None


def find_author_and_meeting(db: sqlite3.Connection, checkin_id: int) -> tuple[int, int] | None:
    """(who said it, meeting id) of a word, even if it was taken back."""
    row = db.execute(
        "SELECT said_by, meeting_id FROM checkin WHERE id = ? AND presence <> 'u'", (checkin_id,)
    ).fetchone()
    return (row[0], row[1]) if row else None


def find_latest_arrival(db: sqlite3.Connection, person_id: int, since: datetime, until: datetime) -> CheckInFact | None:
    """This person's last arrival anywhere between these moments."""
    row = db.execute(
        f"{_SELECT} WHERE c.person_id = ? AND c.presence = 'a' AND c.said_at BETWEEN ? AND ?"
        " ORDER BY c.said_at DESC, c.id DESC LIMIT 1",
        (person_id, as_text(since), as_text(until)),
    ).fetchone()
    return _fact(row) if row else None


def find_located(db: sqlite3.Connection, person_id: int, located_at: datetime) -> CheckInFact | None:
    """The word about this person to which the place that was sent at this moment belongs."""
    row = db.execute(
        f"{_SELECT} WHERE c.person_id = ? AND c.located_at = ? AND c.latitude IS NOT NULL ORDER BY c.id DESC LIMIT 1",
        (person_id, as_text(located_at)),
    ).fetchone()
    return _fact(row) if row else None


def list_of_meeting(db: sqlite3.Connection, meeting_id: int) -> dict[int, list[CheckInFact]]:
    """Every word that counts about this meeting, by person, in the order they were said."""
    found: dict[int, list[CheckInFact]] = defaultdict(list)
    for row in db.execute(f"{_SELECT} WHERE c.meeting_id = ? ORDER BY c.said_at, c.id", (meeting_id,)):
        fact = _fact(row)
        found[fact.person_id].append(fact)
    return found


def list_latest_of_day(db: sqlite3.Connection, day: date) -> list[CheckInFact]:
    """The last word about each person at each meeting of a local day, in the order they were said."""
    rows = db.execute(
        f"{_SELECT} JOIN meeting AS m ON m.id = c.meeting_id WHERE m.local_day = ? AND {_LAST_WORD}"
        " ORDER BY c.said_at, c.id",
        (day.isoformat(),),
    )
    return [_fact(row) for row in rows]


def count_arrivals(db: sqlite3.Connection, meeting_id: int) -> int:
    """How many people were at this meeting: their last word is that they arrived, or that they left again."""
    row = db.execute(
        "SELECT count(*) FROM last_word WHERE meeting_id = ? AND presence IN ('a', 'l')", (meeting_id,)
    ).fetchone()
    return int(row[0])


def list_expected(db: sqlite3.Connection, meeting_id: int) -> list[tuple[int, str, int | None]]:
    """(person id, name, team id) of the active people whom the meeting is for, by name."""
    rows = db.execute(
        "SELECT p.id, p.name, p.team_id FROM person AS p WHERE p.active = 1 AND (p.id IN"
        " (SELECT person_id FROM participation WHERE meeting_id = ?1 AND person_id IS NOT NULL) OR p.team_id IN"
        " (SELECT team_id FROM participation WHERE meeting_id = ?1 AND team_id IS NOT NULL)) ORDER BY p.name, p.id",
        (meeting_id,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def count_expected(db: sqlite3.Connection, meeting_id: int) -> int:
    """How many active people the meeting is for: its teams', and those named beside them."""
    row = db.execute(
        "SELECT (SELECT count(*) FROM participation AS x JOIN person AS p ON p.team_id = x.team_id"
        " WHERE x.meeting_id = ?1 AND x.team_id IS NOT NULL AND p.active = 1)"
        " + (SELECT count(*) FROM participation AS x JOIN person AS p ON p.id = x.person_id"
        " WHERE x.meeting_id = ?1 AND x.person_id IS NOT NULL AND p.active = 1 AND NOT EXISTS"
        " (SELECT 1 FROM participation AS y WHERE y.meeting_id = ?1 AND y.team_id = p.team_id))",
        (meeting_id,),
    ).fetchone()
    return int(row[0])


def forget_places(db: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Take the coordinates from at most `limit` words said before that moment; how many. The distance stays."""
    return db.execute(
        "UPDATE checkin SET latitude = NULL, longitude = NULL, accuracy_m = NULL WHERE id IN"
        " (SELECT id FROM checkin WHERE latitude IS NOT NULL AND said_at < ? LIMIT ?)",
        (as_text(before), limit),
    ).rowcount
