"""Who hears of a change, and of what of it: nobody of what was none of his business when it happened."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.group import Purpose, Rights
from services import changes, notices
from services.changes import Source
from storage import chats, meetings, people
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import calls

LATER = NOON + timedelta(minutes=2)


@pytest.fixture
def duty(duty: Duty) -> Duty:
    duty.person("C1", "coordinator", "HQ")
    for number in (1, 2):
        duty.person(f"O{number}", team=f"Team {number}")
        duty.person(f"L{number}", "team_leader", f"Team {number}")
        duty.person(f"S{number}", "coordinator", "HQ")
        scope = "INSERT INTO scope (person_id, team_id) SELECT p.id, t.id FROM person AS p, team AS t"
        duty.db.execute(f"{scope} WHERE p.reference = ? AND t.name = ?", (f"S{number}", f"Team {number}"))
    duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    return duty


def change(duty: Duty, after: timedelta = timedelta(), reason: str = "", by: str = "C1", **values: object) -> None:
    meeting = meetings.find(duty.db, 1)
    author = people.find_by_reference(duty.db, by)
    assert meeting is not None
    desk = duty.desk(NOON + after)
    changes.make(desk, author, meeting, replace(meeting, **values), source=Source.CHAT, reason=reason)  # type: ignore[arg-type]


def heard(duty: Duty, at: datetime = LATER) -> dict[str, str]:
    """What each was told by then."""
    notices.queue_due(duty.desk(at))
    found = {}
    for reference, number in duty.rows("SELECT reference, id FROM person"):
        if letters := duty.letters(number):
            found[reference] = letters[-1][1]
    duty.deliver()
    return found


def test_a_change_is_told_to_its_people_their_leader_and_their_coordinators(duty: Duty) -> None:
    change(duty, venue="Dostyk 5", reason="Water in the cellar")
    told = heard(duty)
    assert set(told) == {"O1", "L1", "S1"}, "its author knows, and nobody else is concerned"
    for words in told.values():
        assert "Place: <s>Hall, City</s> → <b>Dostyk 5, City</b>" in words
        assert "Water in the cellar" in words
        assert "Person C1" in words


def test_a_meeting_that_goes_over_to_another_team_is_news_to_both_and_what_follows_to_the_new_one(duty: Duty) -> None:
    change(duty, participants=("Team 2",), reason="Team 2 is nearer")
    change(duty, timedelta(seconds=20), venue="Dostyk 5", reason="A matter of Team 2")
    told = heard(duty)
    assert set(told) == {"O1", "L1", "S1", "O2", "L2", "S2"}
    for reference in ("O1", "L1", "S1"):
        assert "Team 2 is nearer" in told[reference]
        assert "A matter of Team 2" not in told[reference]
        assert "Dostyk 5" not in told[reference]
    for reference in ("O2", "L2", "S2"):
        assert "A matter of Team 2" in told[reference]
        assert "Dostyk 5" in told[reference]
    assert "You are not expected there any more." in told["O1"]
    assert "You are not expected there any more." not in told["O2"]


def test_what_is_taken_back_within_the_minute_is_told_to_nobody(duty: Duty) -> None:
    change(duty, venue="Dostyk 5")
    change(duty, timedelta(seconds=30), venue="Hall")
    assert heard(duty) == {}
    assert {row[0] for row in duty.rows("SELECT outcome FROM notice WHERE settled_at IS NOT NULL")} == {"unchanged"}


def test_what_is_over_by_then_and_who_cannot_be_reached_are_told_apart(duty: Duty) -> None:
    silent = "UPDATE account SET unreachable_since = '2019-06-08' WHERE person_id IN"
    duty.db.execute(f"{silent} (SELECT id FROM person WHERE reference = 'O1')")
    change(duty, venue="Dostyk 5")
    assert set(heard(duty)) == {"L1", "S1"}
    outcomes = dict(duty.rows("SELECT p.reference, n.outcome FROM notice AS n JOIN person AS p ON p.id = n.person_id"))
    assert outcomes == {"O1": "cannot", "L1": "told", "S1": "told"}
    change(duty, timedelta(minutes=5), venue="Dostyk 7")
    heard(duty, NOON + timedelta(days=2))
    rows = duty.rows("SELECT DISTINCT outcome FROM notice WHERE from_revision = 2")
    assert rows == [("past",)]


def test_somebody_who_is_listed_by_name_hears_and_his_leader_and_coordinator_with_him(duty: Duty) -> None:
    change(duty, participants=("Team 1", "O2"), reason="He speaks Kazakh")
    told = heard(duty)
    assert "He speaks Kazakh" in told["O2"]
    change(duty, timedelta(minutes=5), venue="Dostyk 5")
    told = heard(duty, NOON + timedelta(minutes=7))
    assert "Dostyk 5" in told["O2"]
    assert "Dostyk 5" in told["O1"]


def test_a_teams_group_reads_what_changed_without_names_and_reasons(duty: Duty) -> None:
    for chat_id, team in ((-1, "Team 1"), (-2, "Team 2"), (-3, "Team 1")):
        chats.note_status(duty.db, chat_id, "group", team, "member", NOON)
        chats.note_rights(duty.db, chat_id, Rights(chat_id != -3, can_pin=True, can_topics=False), forum=False)
        number = duty.rows("SELECT id FROM team WHERE name = ?", team)[0][0]
        chats.bind(duty.db, chat_id, Purpose.TEAM, number)
    change(duty, venue="Dostyk 5", reason="A confidential matter")
    notices.queue_due(duty.desk(LATER))
    ((method, fields),) = calls(duty, -1)
    assert method == "sendMessage"
    assert "Dostyk 5" in fields["text"]
    assert "confidential" not in fields["text"]
    assert "Person" not in fields["text"]
    assert calls(duty, -2) == []
    assert calls(duty, -3) == [], "where the bot may not write nothing is sent"
    assert duty.rows("SELECT count(*) FROM group_notice") == [(0,)]
    change(duty, timedelta(minutes=5), venue="Hall")
    change(duty, timedelta(minutes=5, seconds=20), venue="Dostyk 5")
    notices.queue_due(duty.desk(NOON + timedelta(minutes=7)))
    assert len(calls(duty, -1)) == 1, "nothing is new there"


def test_the_author_gets_a_receipt_once_his_notices_have_arrived(duty: Duty) -> None:
    silent = "UPDATE account SET unreachable_since = '2019-06-08' WHERE person_id IN"
    duty.db.execute(f"{silent} (SELECT id FROM person WHERE reference = 'O1')")
    change(duty, venue="Dostyk 5")
    author = duty.rows("SELECT id FROM person WHERE reference = 'C1'")[0][0]
    notices.queue_due(duty.desk(NOON + timedelta(seconds=76)))
    assert duty.letters(author) == [], "they are on their way"
    duty.deliver()
    notices.queue_due(duty.desk(NOON + timedelta(seconds=77)))
    ((_, receipt),) = duty.letters(author)
    assert "Person O1" in receipt
    assert "2 people" in receipt
    notices.queue_due(duty.desk(NOON + timedelta(seconds=78)))
    assert len(duty.letters(author)) == 1
