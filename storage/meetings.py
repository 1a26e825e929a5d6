"""The meeting shelf: the programme as it stands, its revisions, and whom each meeting is for."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from domain.day import Change
from domain.meeting import Interlocutor, Meeting
from storage.database import as_moment, as_text

_COLUMNS = (
    "m.id, m.reference, m.starts_at, m.ends_at, m.time_zone, m.kind, m.host, m.city, m.venue, m.latitude,"
    " m.longitude, m.interlocutors, m.participants, m.cancelled_at, m.revision, m.first_starts_at, m.unplanned,"
    " m.postponed, m.note"
)

_TOLD = (
    f"SELECT {_COLUMNS}, r.author_id, r.made_at FROM meeting AS m JOIN meeting_revision AS r"
    " ON r.meeting_id = m.id AND r.revision = 1 WHERE m.unplanned = 1 AND r.author_id IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Told:
    """An unplanned meeting, who told of it first, and when we heard of it."""

    meeting: Meeting
    author_id: int
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Whose:
    """Narrows the programme to the meetings of a person and of these teams.

    `overseen` are teams whose people's own meetings count as well.
    """

    person_id: int
    team_ids: frozenset[int]
    overseen: frozenset[int] = frozenset()

    @property
    def values(self) -> dict[str, object]:
        """What `_THEIRS` asks for. Bound, so that the statement is the same for everybody and compiled once."""
        return {
            "person": self.person_id,
            "teams": orjson.dumps(sorted(self.team_ids)).decode(),
            "overseen": orjson.dumps(sorted(self.overseen)).decode(),
        }


_THEIRS = (
    "m.id IN (SELECT meeting_id FROM participation WHERE person_id = :person"
    " UNION SELECT meeting_id FROM participation WHERE team_id IN (SELECT value FROM json_each(:teams))"
    " UNION SELECT x.meeting_id FROM json_each(:overseen) AS t JOIN person AS o ON o.team_id = t.value"
    " JOIN participation AS x ON x.person_id = o.id)"
)


def _meeting(row: sqlite3.Row | Mapping[str, Any]) -> Meeting:
    return Meeting(
        meeting_id=row["id"],
        reference=row["reference"],
        starts_at=as_moment(row["starts_at"]),
        ends_at=as_moment(row["ends_at"]) if row["ends_at"] else None,
        time_zone=row["time_zone"],
        kind=row["kind"],
        host=row["host"],
        city=row["city"],
        venue=row["venue"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        interlocutors=tuple(Interlocutor(name, title) for name, title in orjson.loads(row["interlocutors"])),
        participants=tuple(orjson.loads(row["participants"])),
        cancelled=row["cancelled_at"] is not None,
        revision=row["revision"],
        first_starts_at=as_moment(row["first_starts_at"]) if row["first_starts_at"] else None,
        unplanned=bool(row["unplanned"]),
        postponed=bool(row["postponed"]),
        note=row["note"],
    )


def find(db: sqlite3.Connection, meeting_id: int) -> Meeting | None:
    """The meeting with this id."""
    row = db.execute(f"SELECT {_COLUMNS} FROM meeting AS m WHERE m.id = ?", (meeting_id,)).fetchone()
    return _meeting(row) if row else None


def find_by_reference(db: sqlite3.Connection, reference: str) -> Meeting | None:
    """The meeting with this reference in the programme."""
    row = db.execute(f"SELECT {_COLUMNS} FROM meeting AS m WHERE m.reference = ?", (reference,)).fetchone()
    return _meeting(row) if row else None


def list_day(db: sqlite3.Connection, day: date, whose: Whose | None = None) -> list[Meeting]:
    """Meetings of a local day in order; all of them, or those that are somebody's."""
    mine = f" AND {_THEIRS}" if whose else ""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM meeting AS m WHERE m.local_day = :day{mine} ORDER BY m.starts_at, m.id",
        {"day": day.isoformat(), **(whose.values if whose else {})},
    )
    return [_meeting(row) for row in rows]


def list_days(db: sqlite3.Connection, whose: Whose | None = None) -> list[date]:
    """Local days on which there is a meeting (one that is somebody's, if `whose` is given)."""
    mine = f" WHERE {_THEIRS}" if whose else ""
    sql = f"SELECT DISTINCT m.local_day FROM meeting AS m{mine} ORDER BY m.local_day"
    rows = db.execute(sql, whose.values if whose else {})
    return [date.fromisoformat(row[0]) for row in rows]


def list_zones(db: sqlite3.Connection) -> list[str]:
    """Time zones of the programme's places, the most frequent first."""
    rows = db.execute("SELECT time_zone FROM meeting GROUP BY time_zone ORDER BY count(*) DESC, time_zone LIMIT 6")
    return [row[0] for row in rows]


def is_of(db: sqlite3.Connection, meeting_id: int, whose: Whose) -> bool:
    """Whether the meeting is theirs, by name or by team."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM participation WHERE person_id = :person AND meeting_id = :meeting)"
        " OR EXISTS (SELECT 1 FROM json_each(:teams) AS t JOIN participation AS x ON x.team_id = t.value"
        "  AND x.meeting_id = :meeting)"
        " OR EXISTS (SELECT 1 FROM participation AS x JOIN person AS o ON o.id = x.person_id"
        "  WHERE x.meeting_id = :meeting AND x.person_id IS NOT NULL"
        "  AND o.team_id IN (SELECT value FROM json_each(:overseen)))",
        {"meeting": meeting_id, **whose.values},
    ).fetchone()
    return bool(row[0])


def list_expected_of_day(db: sqlite3.Connection, day: date) -> list[tuple[int, int, str]]:
    """(meeting id, person id, name) of those whom the meetings of a local day are for, by name.

    Who has gone since, or was forgotten, was expected all the same: a past day still counts as it did.
    """
    aboard = "(p.active = 1 OR coalesce(p.ended_at, p.changed_at) > m.starts_at)"
    rows = db.execute(
        "SELECT x.meeting_id, p.id, p.name FROM meeting AS m JOIN participation AS x ON x.meeting_id = m.id"
        f" JOIN person AS p ON p.id = x.person_id WHERE m.local_day = :day AND {aboard}"
        " UNION SELECT x.meeting_id, p.id, p.name FROM meeting AS m JOIN participation AS x ON x.meeting_id = m.id"
        f" JOIN person AS p ON p.team_id = x.team_id WHERE m.local_day = :day AND {aboard} ORDER BY 1, 3, 2",
        {"day": day.isoformat()},
    )
    return [(row[0], row[1], row[2]) for row in rows]


def list_all(db: sqlite3.Connection, whose: Whose | None = None) -> list[Meeting]:
    """The whole programme in order; or what of it is somebody's."""
    mine = f" WHERE {_THEIRS}" if whose else ""
    sql = f"SELECT {_COLUMNS} FROM meeting AS m{mine} ORDER BY m.starts_at, m.id"
    rows = db.execute(sql, whose.values if whose else {})
    return [_meeting(row) for row in rows]


def save(
    db: sqlite3.Connection, meeting: Meeting, *, author_id: int | None, source: str, reason: str, now: datetime
) -> int:
    """Write the meeting as it is from now on and append its revision; its id.

    `meeting.meeting_id` 0 makes a new one. `meeting.revision` is the new revision's number.
    """
    values = _values(meeting, now)
    if meeting.meeting_id:
        sets = ", ".join(f"{name} = :{name}" for name in values)
        db.execute(f"UPDATE meeting SET {sets} WHERE id = :id", {**values, "id": meeting.meeting_id})
        meeting_id = meeting.meeting_id
    else:
        names = ", ".join((*values, "first_starts_at"))
        marks = ", ".join(f":{name}" for name in (*values, "starts_at"))
        meeting_id = int(db.execute(f"INSERT INTO meeting ({names}) VALUES ({marks})", values).lastrowid or 0)
    db.execute(
        "INSERT INTO meeting_revision (meeting_id, revision, made_at, author_id, source, content, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            meeting_id,
            meeting.revision,
            as_text(now),
            author_id,
            source,
            json.dumps(values, ensure_ascii=False, sort_keys=True),
            reason,
        ),
    )
    return meeting_id


@dataclass(frozen=True, slots=True)
class Revision:
    """The meeting as it was from a revision on, who made it, when, where from and why."""

    meeting: Meeting
    made_at: datetime
    author_id: int | None
    author: str
    source: str
    reason: str


_REVISION = (
    "SELECT r.meeting_id, r.content, r.made_at, r.author_id, coalesce(p.name, '') AS author, r.source, r.reason"
    " FROM meeting_revision AS r LEFT JOIN person AS p ON p.id = r.author_id"
)


def _revision(row: sqlite3.Row) -> Revision:
    meeting = _as_revised(row["meeting_id"], row["content"])
    return Revision(meeting, as_moment(row["made_at"]), row["author_id"], row["author"], row["source"], row["reason"])


def find_revision(db: sqlite3.Connection, meeting_id: int, revision: int) -> Revision | None:
    """The meeting as it was from this revision on; None if there is no such revision (0: before it was planned)."""
    row = db.execute(f"{_REVISION} WHERE r.meeting_id = ? AND r.revision = ?", (meeting_id, revision)).fetchone()
    return _revision(row) if row else None


def list_revisions(db: sqlite3.Connection, meeting_id: int) -> list[Revision]:
    """The history of a meeting, the first revision first."""
    rows = db.execute(f"{_REVISION} WHERE r.meeting_id = ? ORDER BY r.revision", (meeting_id,))
    return [_revision(row) for row in rows]


def list_imported(db: sqlite3.Connection) -> set[int]:
    """Ids of meetings that a file brought or changed at some time."""
    return {row[0] for row in db.execute("SELECT DISTINCT meeting_id FROM meeting_revision WHERE source = 'import'")}


def list_revised(db: sqlite3.Connection) -> dict[int, datetime]:
    """By meeting: when its latest revision was made."""
    rows = db.execute(
        "SELECT r.meeting_id, r.made_at FROM meeting AS m JOIN meeting_revision AS r"
        " ON r.meeting_id = m.id AND r.revision = m.revision"
    )
    return {row[0]: as_moment(row[1]) for row in rows}


def list_revisions_since(db: sqlite3.Connection, since: datetime, until: datetime) -> list[Revision]:
    """Every revision made in this time, the first one first."""
    rows = db.execute(
        f"{_REVISION} WHERE r.made_at >= ? AND r.made_at < ? ORDER BY r.made_at, r.meeting_id, r.revision",
        (as_text(since), as_text(until)),
    )
    return [_revision(row) for row in rows]


def list_as_of(db: sqlite3.Connection, moment: datetime) -> list[Meeting]:
    """The whole programme as it stood at this moment, in its order then."""
    rows = db.execute(
        f"{_REVISION} WHERE (r.meeting_id, r.revision) IN (SELECT meeting_id, max(revision) FROM meeting_revision"
        " WHERE made_at <= ? GROUP BY meeting_id)",
        (as_text(moment),),
    )
    found = [_revision(row).meeting for row in rows]
    return sorted(found, key=lambda meeting: (meeting.starts_at, meeting.meeting_id))


def list_between(db: sqlite3.Connection, since: datetime, until: datetime) -> list[Meeting]:
    """Meetings that start from `since` on and before `until`, in order."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM meeting AS m WHERE m.starts_at >= ? AND m.starts_at < ? ORDER BY m.starts_at, m.id",
        (as_text(since), as_text(until)),
    )
    return [_meeting(row) for row in rows]


def list_people_of(db: sqlite3.Connection, meeting_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """By meeting: ids of those aboard whom it is for, by name or as members of a team."""
    found: dict[int, set[int]] = {number: set() for number in meeting_ids}
    for number, people in found.items():
        rows = db.execute(
            "SELECT x.person_id FROM participation AS x JOIN person AS p ON p.id = x.person_id"
            " WHERE x.meeting_id = :id AND p.active = 1 UNION SELECT p.id FROM participation AS x"
            " JOIN person AS p ON p.team_id = x.team_id WHERE x.meeting_id = :id AND p.active = 1",
            {"id": number},
        )
        people.update(row[0] for row in rows)
    return {number: frozenset(people) for number, people in found.items()}


def list_teams_of(db: sqlite3.Connection, meeting_id: int) -> frozenset[int]:
    """Ids of the teams that the meeting is for, those of people listed by name among them."""
    rows = db.execute(
        "SELECT team_id FROM participation WHERE meeting_id = :id AND team_id IS NOT NULL UNION"
        " SELECT p.team_id FROM participation AS x JOIN person AS p ON p.id = x.person_id"
        " WHERE x.meeting_id = :id AND p.team_id IS NOT NULL",
        {"id": meeting_id},
    )
    return frozenset(row[0] for row in rows)


def list_changes(db: sqlite3.Connection, since: datetime, until: datetime) -> list[Change]:
    """What became of meetings in this span of time, in the order of the last change of each.

    What a file brought in is a programme and no change of it; what somebody told of in the chat is.
    """
    rows = db.execute(
        "SELECT r.meeting_id, r.revision, r.made_at, r.source, r.content, r.reason, coalesce(p.name, '') AS author,"
        " (SELECT content FROM meeting_revision AS o WHERE o.meeting_id = r.meeting_id AND o.revision < r.revision"
        "  ORDER BY o.revision DESC LIMIT 1) AS earlier, m.first_starts_at"
        " FROM meeting_revision AS r JOIN meeting AS m ON m.id = r.meeting_id"
        " LEFT JOIN person AS p ON p.id = r.author_id WHERE r.made_at >= ? AND r.made_at < ?"
        " AND (r.revision > 1 OR r.source = 'chat') ORDER BY r.made_at, r.meeting_id",
        (as_text(since), as_text(until)),
    )
    found: dict[int, Change] = {}
    for row in rows:
        number = row["meeting_id"]
        known = found.pop(number, None)
        before = (
            known.before
            if known
            else (_as_revised(number, row["earlier"], row["first_starts_at"]) if row["earlier"] else None)
        )
        after = _as_revised(number, row["content"], row["first_starts_at"])
        found[number] = Change(before, after, as_moment(row["made_at"]), row["author"], row["reason"])
    return list(found.values())


def _as_revised(meeting_id: int, content: str, first_starts_at: str | None = None) -> Meeting:
    """The meeting as a revision has it; earlier ones do not have every column."""
    earlier = {"postponed": 0, "note": "", "unplanned": 0, "first_starts_at": first_starts_at}
    return _meeting({**earlier, **json.loads(content), "id": meeting_id})


def set_participants(
    db: sqlite3.Connection, meeting_id: int, team_ids: Iterable[int], person_ids: Iterable[int]
) -> None:
    """Whom the meeting is for from now on."""
    db.execute("DELETE FROM participation WHERE meeting_id = ?", (meeting_id,))
    db.executemany(
        "INSERT OR IGNORE INTO participation (meeting_id, team_id) VALUES (?, ?)", [(meeting_id, t) for t in team_ids]
    )
    db.executemany(
        "INSERT OR IGNORE INTO participation (meeting_id, person_id) VALUES (?, ?)",
        [(meeting_id, p) for p in person_ids],
    )


def add_participant(db: sqlite3.Connection, meeting_id: int, person_id: int) -> None:
    """The meeting is for this person too."""
    db.execute("INSERT OR IGNORE INTO participation (meeting_id, person_id) VALUES (?, ?)", (meeting_id, person_id))


def next_unplanned_reference(db: sqlite3.Connection) -> str:
    """U001, U002 …: a reference that no meeting has."""
    number = db.execute("SELECT count(*) FROM meeting WHERE unplanned = 1").fetchone()[0] + 1
    while find_by_reference(db, f"U{number:03}") is not None:
        number += 1
    return f"U{number:03}"


def list_told(db: sqlite3.Connection, since: datetime) -> list[Told]:
    """Unplanned meetings that began since then and were not taken back, the latest first."""
    rows = db.execute(f"{_TOLD} AND m.starts_at >= ? AND m.cancelled_at IS NULL ORDER BY m.id DESC", (as_text(since),))
    return [Told(_meeting(row), row["author_id"], as_moment(row["made_at"])) for row in rows]


def find_told(db: sqlite3.Connection, meeting_id: int) -> Told | None:
    """The unplanned meeting with this id."""
    row = db.execute(f"{_TOLD} AND m.id = ?", (meeting_id,)).fetchone()
    return Told(_meeting(row), row["author_id"], as_moment(row["made_at"])) if row else None


def has_points(db: sqlite3.Connection, meeting_id: int) -> bool:
    """Whether anybody has begun or submitted a log of it."""
    row = db.execute(
        "SELECT 1 FROM log_entry WHERE meeting_id = ? AND withdrawn_at IS NULL LIMIT 1", (meeting_id,)
    ).fetchone()
    return row is not None


def _values(meeting: Meeting, now: datetime) -> dict[str, object]:
    return {
        "reference": meeting.reference,
        "starts_at": as_text(meeting.starts_at),
        "ends_at": as_text(meeting.ends_at) if meeting.ends_at else None,
        "time_zone": meeting.time_zone,
        "local_day": meeting.local_day.isoformat(),
        "kind": meeting.kind,
        "host": meeting.host,
        "city": meeting.city,
        "venue": meeting.venue,
        "latitude": meeting.latitude,
        "longitude": meeting.longitude,
        "interlocutors": json.dumps([[i.name, i.title] for i in meeting.interlocutors], ensure_ascii=False),
        "participants": json.dumps(list(meeting.participants), ensure_ascii=False),
        "cancelled_at": as_text(now) if meeting.cancelled else None,
        "revision": meeting.revision,
        "unplanned": int(meeting.unplanned),
        "postponed": int(meeting.postponed),
        "note": meeting.note,
    }
