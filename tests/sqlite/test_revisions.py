"""Revisions on a real database: how the programme stood at any moment is their replay, and nobody can alter them."""

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.change import Change, Field, apply, diff
from domain.meeting import Meeting
from domain.mission import Mission
from services import changes
from services.changes import Source
from services.desk import Desk
from storage import meetings, people
from storage.database import connect, migrate
from texts.tongue import Tongues

START = datetime(2019, 6, 8, 3, 30, tzinfo=UTC)
MISSION = Mission("Mission", "Asia/Almaty", ("en",), (time(20),))


def meeting(number: int) -> Meeting:
    return Meeting(
        meeting_id=0,
        reference=f"M{number:02}",
        starts_at=START + timedelta(hours=number),
        ends_at=START + timedelta(hours=number + 1),
        time_zone="Asia/Almaty",
        kind="",
        host=f"Host {number}",
        city="",
        venue="",
        latitude=None,
        longitude=None,
        interlocutors=(),
        participants=("T",),
        cancelled=False,
        revision=1,
    )


CHANGES = st.one_of(
    st.integers(-600, 600).map(lambda n: {Field.STARTS_AT: START + timedelta(minutes=n), Field.ENDS_AT: None}),
    st.sampled_from(["", "Dostyk 5", "Мәңгілік Ел 8"]).map(lambda text: {Field.VENUE: text}),
    st.booleans().map(lambda flag: {Field.CANCELLED: flag}),
    st.booleans().map(lambda flag: {Field.POSTPONED: flag}),
    st.sampled_from([("T",), (), ("T", "U"), ("p1",)]).map(lambda names: {Field.PARTICIPANTS: names}),
    st.text(max_size=20).map(lambda text: {Field.NOTE: text}),
)
STEPS = st.lists(st.tuples(st.integers(0, 3), CHANGES, st.integers(0, 90)), max_size=25)


def opened(folder: Path) -> sqlite3.Connection:
    db = connect(folder / "mission.sqlite")
    migrate(db)
    people.ensure_teams(db, ["T", "U"])
    return db


def desk(db: sqlite3.Connection, now: datetime) -> Desk:
    return Desk(db, now, MISSION, Tongues(("en",)))


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_how_the_programme_stood_at_any_moment_is_the_replay_of_its_changes(
    steps: list[tuple[int, dict[Field, object], int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(opened(Path(folder))) as db:
        now = START - timedelta(days=1)
        current = [changes.add(desk(db, now), None, meeting(n), source=Source.IMPORT) for n in range(4)]
        stood = [(now, tuple(current))]
        for which, values, minutes in steps:
            now += timedelta(minutes=minutes, milliseconds=1)
            wanted = apply(current[which], Change.of(values))  # type: ignore[arg-type]
            made = changes.make(desk(db, now), None, current[which], wanted, source=Source.CHAT)
            assert diff(current[which], made) == diff(current[which], wanted)
            current[which] = made
            stood.append((now, tuple(current)))
        for moment, programme in stood:
            found = meetings.list_as_of(db, moment)
            assert {one.meeting_id for one in found} == {one.meeting_id for one in programme}
            for one in found:
                then = next(p for p in programme if p.meeting_id == one.meeting_id)
                assert diff(one, then) == ()
                assert one.revision == then.revision
        assert meetings.list_as_of(db, START - timedelta(days=2)) == []
        for one in meetings.list_all(db):
            assert diff(one, current[one.meeting_id - 1]) == ()
            states = [step.meeting for step in meetings.list_revisions(db, one.meeting_id)]
            assert all(diff(a, b) for a, b in pairwise(states))


def test_the_database_itself_refuses_to_alter_a_revision_or_a_published_day(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as db:
        changes.add(desk(db, START), None, meeting(1), source=Source.IMPORT)
        row = {
            "reference": "c",
            "name": "C",
            "role": "coordinator",
            "team_id": None,
            "delegation": "",
            "language": "en",
        }
        people.add(db, [{**row, "time_zone": "UTC", "zone_known": 1, "phone": "", "extra": "{}"}], START)
        db.execute("INSERT INTO released_day VALUES ('2019-06-08', 1, '2019-06-08T00:00:00.000Z', 1, '{}')")
        for table in ("meeting_revision", "released_day"):
            for statement in (f"UPDATE {table} SET made_at = 'x'", f"DELETE FROM {table}"):
                with pytest.raises(sqlite3.IntegrityError):
                    db.execute(statement)
