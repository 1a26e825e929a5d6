"""Many reminders are written a tick at a time; and which meetings a coordinator of some teams means."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from services import changes, coming, programme, reminders
from services.changes import Source
from services.coming import Due
from storage import meetings
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen


def expected(duty: Duty, count: int, team: str = "Team 1") -> list[int]:
    return [duty.person(f"{team[-1]}O{n}", team=team) for n in range(count)]


def test_of_many_who_are_due_so_many_are_reminded_at_a_tick_and_the_rest_at_the_next(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "MOST_AT_ONCE", 2)
    people = expected(duty, 5)
    duty.meeting("M1", NOON + timedelta(minutes=15), ["Team 1"])
    assert [reminders.queue_due(duty.desk(NOON)) for _ in range(4)] == [2, 2, 1, 0]
    assert [len(duty.letters(person)) for person in people] == [1] * 5


def test_the_evenings_programmes_get_what_is_left_of_a_ticks_letters(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "MOST_AT_ONCE", 2)
    duty.mission = replace(duty.mission, eve_at=time(12))
    reminded, told = expected(duty, 1), expected(duty, 3, "Team 2")
    duty.meeting("M1", NOON + timedelta(minutes=15), ["Team 1"])
    duty.meeting("M2", NOON + timedelta(days=1), ["Team 2"])
    assert [reminders.queue_due(duty.desk(NOON)) for _ in range(3)] == [2, 2, 0]
    assert [len(duty.letters(person)) for person in (*reminded, *told)] == [1, 1, 1, 1]


def test_what_is_withdrawn_is_counted_once(duty: Duty) -> None:
    people = expected(duty, 2)
    number = duty.meeting("M1", NOON + timedelta(minutes=15), ["Team 1"])
    reminders.queue_due(duty.desk(NOON))
    duty.deliver()
    meeting = meetings.find(duty.db, number)
    assert meeting is not None
    assert reminders.withdraw(duty.desk(NOON), number) == 0
    meetings.save(
        duty.db, replace(meeting, cancelled=True, revision=2), author_id=None, source="test", reason="", now=NOON
    )
    assert reminders.withdraw(duty.desk(NOON), number, people[0]) == 1
    duty.deliver()
    assert reminders.withdraw(duty.desk(NOON), number) == 1
    duty.deliver()
    assert reminders.withdraw(duty.desk(NOON), number) == 0
    assert reminders.withdraw(duty.desk(NOON), 99) == 0


def test_a_coordinator_of_some_teams_means_their_meetings_and_no_others(duty: Duty) -> None:
    expected(duty, 1)
    expected(duty, 1, "Team 2")
    scoped = Screen(duty, duty.person("S1", "coordinator"), NOON)
    duty.db.execute(
        "INSERT INTO scope (person_id, team_id) SELECT ?, id FROM team WHERE name = 'Team 1'", (scoped.person_id,)
    )
    mine = duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    duty.meeting("M2", NOON + timedelta(minutes=5), ["Team 2"])
    found = programme.candidates(duty.desk(NOON), scoped.person, NOON)
    assert [one.meeting_id for one in found] == [mine]
    whole = Screen(duty, duty.person("C1", "coordinator"), NOON)
    assert len(programme.candidates(duty.desk(NOON), whole.person, NOON)) == 2


def test_what_comes_is_told_with_how_many_it_concerns_and_of_how_many_meetings(duty: Duty) -> None:
    author = Screen(duty, duty.person("C1", "coordinator"), NOON)
    people = expected(duty, 5)
    for reference in ("M1", "M2"):
        number = duty.meeting(reference, NOON + timedelta(hours=2), ["Team 1"])
        meeting = meetings.find(duty.db, number)
        assert meeting is not None
        changes.make(duty.desk(NOON), author.person, meeting, replace(meeting, venue="Dostyk 5"), source=Source.CHAT)
    found = coming.list_coming(duty.desk(NOON))
    (notice,) = [one for one in found if one.kind is Due.NOTICE]
    assert (notice.at, notice.names, notice.people) == (
        NOON + timedelta(minutes=1), ("Person 1O0", "Person 1O1", "Person 1O2"), len(people),
    )  # fmt: skip
    assert (notice.meeting, notice.meetings) == (None, 2)
    counts = coming.count_coming(duty.desk(NOON), timedelta(hours=3))
    assert counts[NOON + timedelta(minutes=1), Due.NOTICE] == len(people)
    assert list(counts) == sorted(counts)
