"""The digest on a real database: once a local day, late rather than never, with everything that was stored."""

import html
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.button import Presence
from domain.digest_button import View
from domain.meeting import Interlocutor, Meeting
from domain.mission import Mission
from services import asked_digests, day, digests
from services.desk import Desk, Said
from storage import accounts, checkins, logs, meetings, people, wishes
from storage.database import as_text, connect, migrate
from texts.tongue import Tongues

BERLIN = Mission("Mission <1> & Co", "Europe/Berlin", ("en",), (time(20),))
DAY = date(2019, 6, 8)
DUE = datetime(2019, 6, 8, 18, 0, tzinfo=UTC)
NASTY = "Ам&р <b>{x}</b> 😀"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fieldpost.db"
    with closing(connect(path)) as db:
        migrate(db)
        people.ensure_teams(db, ["T"])
        for n, role in enumerate(("coordinator", "head_of_mission", "observer", "observer"), 1):
            team = 1 if role == "observer" else None
            row = {"reference": f"p{n}", "name": f"{NASTY} {n}", "role": role, "team_id": team, "delegation": ""}
            rest = {"language": "en", "time_zone": "UTC", "zone_known": 1, "phone": "", "extra": "{}"}
            people.add(db, [{**row, **rest}], DUE)
        accounts.bind(db, 1001, 1, "", datetime(2019, 1, 1, tzinfo=UTC))
    return path


@pytest.fixture
def db(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(file)) as db:
        yield db


def desk(db: sqlite3.Connection, now: datetime) -> Desk:
    return Desk(db, now, BERLIN, Tongues(("en",)))


def letters(db: sqlite3.Connection) -> list[str]:
    return [json.loads(row[0])["text"] for row in db.execute("SELECT payload FROM outbox ORDER BY id")]


def days(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT day FROM digest ORDER BY local_at")]


def answer(db: sqlite3.Connection) -> bool:
    """Word and answer what was asked for first; whether nothing else is wanted."""
    wish = wishes.find_first(db, tuple(View))
    assert wish is not None
    asked_digests.answer(desk(db, DUE), wish, asked_digests.word(desk(db, DUE), wish))
    return wishes.find_first(db, tuple(View)) is None


def add_meeting(db: sqlite3.Connection, zone: str = "Asia/Almaty") -> int:
    start = datetime(2019, 6, 8, 4, 0, tzinfo=UTC)
    who = (Interlocutor("A & B", "Chair"),)
    host = f"Host {NASTY}"
    meeting = Meeting(
        0, "M1", start, start + timedelta(hours=1), zone, "visit", host, "City", "Hall", None, None, who, (), False, 1
    )
    number = meetings.save(db, meeting, author_id=None, source="test", reason="", now=DUE)
    meetings.set_participants(db, number, [1], [3])
    return number


def add_points(db: sqlite3.Connection, number: int, part: str, bodies: list[str], author: int = 3) -> None:
    for body in bodies:
        row: dict[str, object] = {"meeting_id": number, "author_id": author, "part": part, "body": body}
        logs.add(db, {**row, "said_at": as_text(DUE), "processed_at": as_text(DUE)})
    logs.submit(db, number, author, DUE)


def test_written_once_though_ticked_and_started_twice(file: Path) -> None:
    written = []
    for _ in range(2):
        with closing(connect(file)) as db:
            written += [digests.queue_due(desk(db, DUE + timedelta(seconds=n))) for n in (-1, 0, 1, 60)]
            assert days(db) == ["2019-06-08"]
            assert len(letters(db)) == 1
    assert sum(written) == 1


def test_after_downtime_once_and_late(db: sqlite3.Connection) -> None:
    digests.queue_due(desk(db, DUE - timedelta(hours=3)))
    back = DUE + timedelta(hours=3)
    assert [digests.queue_due(desk(db, back + timedelta(minutes=n))) for n in (0, 1)] == [1, 0]
    assert letters(db)[0].startswith("late, as of 23:00\n")
    assert days(db) == ["2019-06-08"]


def test_too_late_is_skipped_and_the_next_says_so(db: sqlite3.Connection) -> None:
    for moment in (DUE - timedelta(hours=3), DUE):
        digests.queue_due(desk(db, moment))
    late = DUE + timedelta(days=1, hours=12, seconds=1)
    assert [digests.queue_due(desk(db, late + timedelta(minutes=n))) for n in (0, 1)] == [0, 0]
    assert len(letters(db)) == 1
    outcomes = [tuple(row) for row in db.execute("SELECT local_at, outcome FROM digest ORDER BY local_at")]
    assert outcomes == [("2019-06-08T20:00", "sent"), ("2019-06-09T20:00", "skipped")]
    assert digests.queue_due(desk(db, DUE + timedelta(days=2))) == 1
    assert "1 digest came too late and was not sent: Jun 9 20:00" in letters(db)[1]
    digests.queue_due(desk(db, DUE + timedelta(days=3)))
    assert "too late" not in letters(db)[2]


@pytest.mark.parametrize("start", [date(2019, 3, 29), date(2019, 10, 25)])
def test_once_a_local_day_across_the_change_of_clocks(db: sqlite3.Connection, start: date) -> None:
    now = datetime(start.year, start.month, start.day, 12, 0, tzinfo=UTC)
    until = now + timedelta(days=4)
    while now < until:
        digests.queue_due(desk(db, now))
        now += timedelta(minutes=30)
    assert days(db) == [(start + timedelta(days=n)).isoformat() for n in range(4)]
    assert len(letters(db)) == 4
    assert not any("late, as of" in text for text in letters(db))


def test_nothing_is_lost(db: sqlite3.Connection) -> None:
    number = add_meeting(db)
    figures = [f"{n} 345,6 <ballots> & {{seals}} at station №{n} 😀 " + "x" * 60 for n in range(300)]
    add_points(db, number, "f", figures)
    add_points(db, number, "w", ['Ms <Q> & Sons, Deputy "Chair"'], author=4)
    checkins.add(db, number, 3, Presence.ARRIVED, DUE, DUE)
    late = checkins.add(db, number, 4, Presence.CANNOT_ATTEND, DUE, DUE)
    checkins.add_reason(db, late, "flu & <fever>")
    digests.queue_due(desk(db, DUE - timedelta(seconds=1)))
    assert digests.queue_due(desk(db, DUE)) == 1
    parts = letters(db)
    whole = html.unescape("\n".join(parts))
    for text in (*figures, 'Received by: Ms <Q> & Sons, Deputy "Chair"', f"Host {NASTY}", "(Asia/Almaty)"):
        assert text.strip() in whole
    for text in (f"From us: {NASTY} 3", f"{NASTY} 4 (flu & <fever>)", f"— {NASTY} 3, 00:00", BERLIN.name):
        assert text in whole
    assert len(parts) > 1
    assert all(part.endswith(f"\n\n({n}/{len(parts)})") for n, part in enumerate(parts, 1))
    assert "People checked in: 1, expected: 2" in whole


def test_the_silent_are_named(db: sqlite3.Connection) -> None:
    number = add_meeting(db, "Europe/Berlin")
    checkins.add(db, number, 3, Presence.ARRIVED, DUE, DUE)
    one = day.report(desk(db, DUE), DAY).meetings[0]
    assert (one.silent.count, one.silent.names) == (1, (f"{NASTY} 4",))
    text = "".join(digests.compose(desk(db, DUE), people.read(db, 1), DAY))
    assert "No word from 1 person" in text
    assert "Europe/Berlin" not in text


def test_on_demand(db: sqlite3.Connection) -> None:
    add_meeting(db)
    said = Said(1001, 1001, 1, DUE)
    for wanted in (None, date(2019, 6, 1)):
        asked_digests.ask_for_day(desk(db, DUE), said, people.read(db, 1), wanted)
        assert answer(db)
    today, empty = letters(db)
    assert "Digest, Saturday" in today
    assert "8 June 2019" in empty or "June 8, 2019" in empty
    assert days(db) == []


def test_asked_for_again_while_it_is_worded_it_is_the_same_wish(db: sqlite3.Connection) -> None:
    add_meeting(db)
    said = Said(1001, 1001, 1, DUE)
    for view in (View.MISSION, View.WEEK, View.MISSION, View.MISSION):
        asked_digests.ask(desk(db, DUE), said, people.read(db, 1), None, view)
    assert [answer(db), answer(db)] == [False, True]
    mission, week = letters(db)
    assert "The mission, " in mission
    assert "The week, " in week


def test_who_loses_his_role_while_it_is_worded_does_not_get_it(db: sqlite3.Connection) -> None:
    add_meeting(db)
    asked_digests.ask_for_day(desk(db, DUE), Said(1001, 1001, 1, DUE), people.read(db, 1), None)
    wish = wishes.find_first(db, tuple(View))
    assert wish is not None
    worded = asked_digests.word(desk(db, DUE), wish)
    db.execute("UPDATE person SET role = 'observer' WHERE id = 1")
    asked_digests.answer(desk(db, DUE), wish, worded)
    assert letters(db) == []
    assert wishes.find_first(db, tuple(View)) is None


def test_whose_scope_becomes_another_while_it_is_worded_gets_his_own_meetings(db: sqlite3.Connection) -> None:
    add_meeting(db)
    asked_digests.ask_for_day(desk(db, DUE), Said(1001, 1001, 1, DUE), people.read(db, 1), None)
    wish = wishes.find_first(db, tuple(View))
    assert wish is not None
    worded = asked_digests.word(desk(db, DUE), wish)
    people.ensure_teams(db, ["Elsewhere"])
    db.execute("INSERT INTO scope (person_id, team_id) VALUES (1, 2)")
    asked_digests.answer(desk(db, DUE), wish, worded)
    assert letters(db) == [], "worded for all meetings, it is no longer his to read"
    assert answer(db)
    assert "There are no meetings on" in letters(db)[0]
