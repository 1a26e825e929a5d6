"""What leaves the mission as tables: one query each, read row by row."""

import sqlite3
from collections.abc import Iterator
from enum import StrEnum

Cell = str | int | float | None


class Topic(StrEnum):
    """Which table."""

    PEOPLE = "people"
    MEETINGS = "meetings"
    CHECKINS = "checkins"
    LOGS = "logs"
    CHANGES = "changes"


_QUERIES: dict[Topic, str] = {
    Topic.PEOPLE: (
        "SELECT p.reference, p.name, p.role, coalesce(t.name, '') AS team, p.delegation, p.phone,"
        " coalesce(p.own_language, p.language) AS language, coalesce(p.own_time_zone, p.time_zone) AS time_zone,"
        " p.active, a.telegram_id IS NOT NULL AS enrolled, a.last_heard_at FROM person AS p"
        " LEFT JOIN team AS t ON t.id = p.team_id LEFT JOIN account AS a ON a.person_id = p.id AND a.ended_at IS NULL"
        " ORDER BY p.id"
    ),
    Topic.MEETINGS: (
        "SELECT reference, local_day, starts_at, ends_at, time_zone, kind, host, city, venue, latitude, longitude,"
        " (SELECT group_concat(trim(coalesce(i.value ->> 0, '') || ', ' || coalesce(i.value ->> 1, ''), ', '), '; ')"
        "  FROM json_each(m.interlocutors) AS i) AS interlocutors,"
        " (SELECT group_concat(i.value, '; ') FROM json_each(m.participants) AS i) AS participants,"
        " cancelled_at, unplanned, revision FROM meeting AS m ORDER BY m.id"
    ),
    Topic.CHECKINS: (
        "SELECT m.reference AS meeting, p.reference AS person, p.name, b.reference AS said_by, c.presence, c.said_at,"
        " c.processed_at, c.reason, c.eta_at, c.latitude, c.longitude, c.accuracy_m, c.distance_m, c.undoes"
        " FROM checkin AS c JOIN meeting AS m ON m.id = c.meeting_id JOIN person AS p ON p.id = c.person_id"
        " JOIN person AS b ON b.id = c.said_by ORDER BY c.id"
    ),
    Topic.LOGS: (
        "SELECT m.reference AS meeting, p.reference AS author, p.name, e.part, e.body, e.said_at, e.submitted_at,"
        " e.internal, e.after_final, e.withdrawn_at FROM log_entry AS e JOIN meeting AS m ON m.id = e.meeting_id"
        " JOIN person AS p ON p.id = e.author_id WHERE e.submitted_at IS NOT NULL ORDER BY e.id"
    ),
    Topic.CHANGES: (
        "SELECT m.reference AS meeting, r.revision, r.made_at, coalesce(p.reference, '') AS author, r.source, r.reason,"
        " r.content FROM meeting_revision AS r JOIN meeting AS m ON m.id = r.meeting_id"
        " LEFT JOIN person AS p ON p.id = r.author_id ORDER BY r.meeting_id, r.revision"
    ),
}


def header(db: sqlite3.Connection, topic: Topic) -> list[str]:
    """Names of the columns."""
    cursor = db.execute(f"SELECT * FROM ({_QUERIES[topic]}) LIMIT 0")
    return [column[0] for column in cursor.description]


def rows(db: sqlite3.Connection, topic: Topic) -> Iterator[tuple[Cell, ...]]:
    """One after another, never all of them at once. The order is that of an index: nothing is sorted in memory."""
    cursor = db.cursor()
    cursor.row_factory = None
    yield from cursor.execute(_QUERIES[topic])


def located(db: sqlite3.Connection) -> Iterator[tuple[Cell, ...]]:
    """(longitude, latitude, meeting, person, presence, said at, accuracy) of check-ins with a place that count."""
    cursor = db.cursor()
    cursor.row_factory = None
    yield from cursor.execute(
        "SELECT c.longitude, c.latitude, m.reference, p.reference, c.presence, c.said_at, c.accuracy_m"
        " FROM standing_checkin AS c JOIN meeting AS m ON m.id = c.meeting_id JOIN person AS p ON p.id = c.person_id"
        " WHERE c.latitude IS NOT NULL ORDER BY c.id"
    )
