"""How long the digest of a day takes, with ever more history behind it, and how the bot answers taps meanwhile."""

import sqlite3
import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter

from domain.meeting import Meeting
from domain.mission import Mission
from services import day as days
from services import digests, ladder
from services.desk import Desk
from storage import accounts, meetings, people
from storage.database import as_text, connect, migrate
from texts.tongue import Tongues

DAY = date(2019, 6, 8)
NOON = datetime(2019, 6, 8, 12, tzinfo=UTC)
MISSION = Mission("Bench", "UTC", ("en", "ru", "kk"), (time(20),))
PEOPLE, A_DAY, MEETINGS = 500, 5_000, 100
FIRST_CHAT = 1000
DATABASE = "history.sqlite"
HISTORY = (1_000, 10_000, 100_000, 1_000_000)


def measure(folder: Path) -> None:
    """Print one line for each size of the history."""
    db = connect(folder / DATABASE)
    migrate(db)
    db.execute("BEGIN")
    _roster(db)
    _day(db, DAY, A_DAY)
    db.execute("COMMIT")
    had = past = 0
    for size in HISTORY:
        db.execute("BEGIN")
        while had < size:
            past, more = past + 1, min(A_DAY, size - had)
            _day(db, DAY - timedelta(days=past), more)
            had += more
        db.execute("COMMIT")
        _print(had, Desk(db, NOON + timedelta(hours=8), MISSION, Tongues(MISSION.languages)))
    db.close()


def _print(had: int, desk: Desk) -> None:
    lead = people.list_leads(desk.db)[0]
    facts = _timed(lambda: days.report(desk, DAY))
    whole = _timed(lambda: digests.compose(desk, lead, DAY))
    rungs = _timed(lambda: ladder.queue_steps(desk))
    print(
        f"digest      {had:9,} check-ins of history: facts {facts:6.0f} ms, whole digest {whole:6.0f} ms,"
        f" a tick of the ladder {rungs:5.1f} ms"
    )


def _timed(act: Callable[[], object]) -> float:
    """The median of five, in milliseconds."""
    took = []
    for _ in range(5):
        start = perf_counter()
        act()
        took.append((perf_counter() - start) * 1000)
    return statistics.median(took)


def main() -> None:
    """Only this part of the bench."""
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name))


def _roster(db: sqlite3.Connection) -> None:
    people.ensure_teams(db, [f"Team {n}" for n in range(MEETINGS)])
    for n in range(PEOPLE):
        role = "coordinator" if n == 0 else "observer"
        row = {"reference": f"P{n}", "name": f"Person {n}", "role": role, "team_id": n % MEETINGS + 1, "extra": "{}"}
        rest = {"delegation": "", "language": "en", "time_zone": "UTC", "zone_known": 1, "phone": ""}
        people.add(db, [{**row, **rest}], NOON)
        accounts.bind(db, FIRST_CHAT + n, n + 1, "", NOON - timedelta(days=1))


def _day(db: sqlite3.Connection, day: date, checkins: int) -> None:
    """Meetings of one day, each with its check-ins, one log and ten points."""
    start = datetime.combine(day, time(9), UTC)
    for n in range(MEETINGS):
        begins = start + timedelta(minutes=5 * n)
        planned = Meeting(
            0, f"{day}-{n}", begins, begins + timedelta(hours=1), "UTC", "visit", f"Host {n}", "City", "Hall",
            None, None, (), (f"Team {n}",), False, 1,
        )  # fmt: skip
        number = meetings.save(db, planned, author_id=None, source="bench", reason="", now=start - timedelta(days=1))
        meetings.set_participants(db, number, [n + 1], [])
        said = as_text(begins)
        db.executemany(
            "INSERT INTO checkin (meeting_id, person_id, said_by, presence, said_at, processed_at)"
            " VALUES (?1, ?2, ?2, 'a', ?3, ?3)",
            [(number, k % PEOPLE + 1, said) for k in range(n, n + checkins // MEETINGS)],
        )
        db.executemany(
            "INSERT INTO log_entry (meeting_id, author_id, part, body, said_at, processed_at, submitted_at)"
            " VALUES (?1, ?2, 'p', ?4, ?3, ?3, ?3)",
            [(number, n + 1, said, f"Point {k} of meeting {n}") for k in range(10)],
        )
        db.execute(
            "INSERT INTO log_submission (meeting_id, author_id, submitted_at, entries) VALUES (?, ?, ?, 10)",
            (number, n + 1, said),
        )


if __name__ == "__main__":
    main()
