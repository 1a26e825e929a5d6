"""An incident from its telling to its end: who hears of it, and what the coordinators' group shows then."""

from datetime import timedelta
from typing import Any

import pytest

from domain.group import Rights
from domain.step import IncidentStep
from services import incidents
from services.desk import Said
from services.groups import joined
from storage import incidents as shelf
from storage.database import as_text
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen, calls

GROUP = -5
TOLD = "A box <without> a seal"
CLOSED = "<b>Incident 1 is closed (Person C1).</b>\nA box &lt;without&gt; a seal\n→ Sealed again."


@pytest.fixture
def lead(duty: Duty) -> Screen:
    made = Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON + timedelta(minutes=5))
    joined(duty.desk(NOON), GROUP, "Office", "member", Rights(True, True, True), made.person, forum=False)
    duty.db.execute("UPDATE chat SET purpose = 'coordinators'")
    return made


@pytest.fixture
def observer(duty: Duty) -> Screen:
    return Screen(duty, duty.person("O1", team="Team 1"), NOON)


def in_group(duty: Duty) -> list[tuple[Any, ...]]:
    return duty.rows(
        "SELECT kind, method, once_key, payload ->> 'text', payload ->> 'message_id' FROM outbox WHERE chat_id = ?"
        " ORDER BY id",
        GROUP,
    )


def test_it_is_asked_for_stored_and_told_to_coordinators_and_their_group(
    duty: Duty, lead: Screen, observer: Screen
) -> None:
    assert observer.do(incidents.tell_of, "  ", tapped=False) is IncidentStep.WHAT
    assert observer.text().startswith("What happened, and where?")
    assert duty.rows("SELECT * FROM incident") == []
    assert observer.do(incidents.tell_of, f" {TOLD} ", tapped=False) is None
    assert observer.text() == (
        "<b>Stored: incident 1.</b>\nA box &lt;without&gt; a seal\n1 coordinator is told."
    )  # fmt: skip
    text = "<b>Incident 1</b>\nA box &lt;without&gt; a seal\nFrom: Person O1, Team 1"
    assert lead.text().startswith(text)
    assert lead.buttons() == ["Close incident 1"]
    assert in_group(duty) == [("alert", "sendMessage", "incident:1:group:-5", text, None)]
    assert duty.rows("SELECT * FROM incident") == [(1, observer.person_id, TOLD, as_text(NOON), None, None, "")]
    observer.do(incidents.tell_of, "x" * 2001, tapped=False)
    assert duty.rows("SELECT length(body) FROM incident WHERE id = 2") == [(2000,)]


def test_it_is_closed_once_with_words_and_its_post_says_so(duty: Duty, lead: Screen, observer: Screen) -> None:
    observer.do(incidents.tell_of, TOLD, tapped=False)
    assert lead.do(incidents.close, 1, " ") is IncidentStep.ENDING
    assert lead.text() == "What became of incident 1? Write it.\nA box &lt;without&gt; a seal"
    assert lead.do(incidents.close, 1, " Sealed again. ", tapped=False) is None
    found = shelf.find(duty.db, 1)
    assert found is not None
    assert (found.closed_at, found.closed_by, found.ending) == (lead.now, "Person C1", "Sealed again.")
    assert lead.text() == observer.text() == CLOSED
    posted = duty.rows("SELECT message_id FROM outbox WHERE once_key = 'incident:1:group:-5'")[0][0]
    assert in_group(duty)[1:] == [("notice", "editMessageText", None, CLOSED, posted)]
    detail = (as_text(lead.now), lead.person_id, '{"incident": 1}')
    audited = "SELECT at, person_id, detail FROM audit WHERE act = 'incident_closed'"
    assert duty.rows(audited) == [detail]
    before, heard = len(in_group(duty)), len(duty.letters(observer.person_id))
    lead.now += timedelta(hours=1)
    assert lead.do(incidents.close, 1, "Once more", tapped=False) is None
    assert lead.text() == CLOSED
    assert (len(in_group(duty)), len(duty.letters(observer.person_id))) == (before, heard)
    assert duty.rows(audited) == [detail]
    shelf.close(duty.db, 1, observer.person_id, "Again", lead.now)
    assert shelf.find(duty.db, 1) == found


@pytest.mark.parametrize("state", ["queued", "in_doubt", "sent"])
def test_a_post_that_waits_is_reworded_and_one_that_may_not_be_there_is_followed_by_another(
    duty: Duty, lead: Screen, observer: Screen, state: str
) -> None:
    observer.do(incidents.tell_of, TOLD, tapped=False)
    duty.deliver()
    duty.db.execute("UPDATE outbox SET state = ?, message_id = NULL WHERE chat_id = ?", (state, GROUP))
    incidents.close(duty.desk(lead.now), said(lead), lead.person, 1, "Sealed again.")
    rows = in_group(duty)
    if state == "queued":
        assert rows == [("alert", "sendMessage", "incident:1:group:-5", CLOSED, None)]
    else:
        assert rows[1:] == [("notice", "sendMessage", "incident:1:group:-5:closed", CLOSED, None)]


def test_every_group_of_coordinators_shows_its_end(duty: Duty, lead: Screen, observer: Screen) -> None:
    joined(duty.desk(NOON), -6, "Second office", "member", Rights(True, True, True), lead.person, forum=False)
    duty.db.execute("UPDATE chat SET purpose = 'coordinators'")
    observer.do(incidents.tell_of, TOLD, tapped=False)
    incidents.close(duty.desk(lead.now), said(lead), lead.person, 1, "Sealed again.")
    texts = [[fields["text"] for _, fields in calls(duty, chat)] for chat in (GROUP, -6)]
    assert texts == [[CLOSED], [CLOSED]], "both waited and are reworded"


def said(screen: Screen) -> Said:
    """A message of his at that moment, with nothing delivered before it."""
    return Said(screen.chat_id, screen.chat_id, 1, screen.now)


def test_a_group_of_others_or_one_that_hears_nothing_gets_none(duty: Duty, lead: Screen, observer: Screen) -> None:
    for change in ("purpose = 'mission'", "purpose = 'coordinators', can_write = 0"):
        duty.db.execute(f"UPDATE chat SET {change}")
        observer.do(incidents.tell_of, TOLD, tapped=False)
    lead.do(incidents.close, 1, "Sealed again.", tapped=False)
    assert in_group(duty) == []


def test_a_coordinator_of_another_team_neither_sees_nor_closes_it(duty: Duty, lead: Screen, observer: Screen) -> None:
    other = Screen(duty, duty.person("C2", "coordinator", "Team 2"), NOON)
    duty.db.execute(
        "INSERT INTO scope (person_id, team_id) SELECT ?, id FROM team WHERE name = 'Team 2'", (other.person_id,)
    )
    observer.do(incidents.tell_of, TOLD, tapped=False)
    lead.do(incidents.tell_of, "Earlier", tapped=False)
    duty.db.execute("UPDATE incident SET said_at = ? WHERE id = 2", (as_text(NOON - timedelta(hours=1)),))
    assert [one.incident_id for one in incidents.list_open(duty.desk(NOON), lead.person)] == [2, 1]
    assert incidents.list_open(duty.desk(NOON), other.person) == ()
    for number in (1, 99):
        assert other.do(incidents.close, number, "Mine") is None
        assert other.toast
    assert duty.rows("SELECT closed_at FROM incident") == [(None,), (None,)]
    lead.do(incidents.close, 2, "Fine", tapped=False)
    assert [one.incident_id for one in shelf.list_open(duty.db)] == [1]
    assert sum("is closed" in fields.get("text", "") for _, fields in calls(duty, lead.chat_id)) == 1


def scoped(duty: Duty, reference: str, team: str) -> Screen:
    made = Screen(duty, duty.person(reference, "coordinator", "HQ"), NOON + timedelta(minutes=5))
    scope = "INSERT INTO scope (person_id, team_id) SELECT ?, id FROM team WHERE name = ?"
    duty.db.execute(scope, (made.person_id, team))
    return made


def test_where_none_of_his_coordinators_can_be_reached_others_are_told_and_may_close_it(
    duty: Duty, observer: Screen
) -> None:
    duty.person("O2", team="Team 2")
    own, other = scoped(duty, "S1", "Team 1"), scoped(duty, "S2", "Team 2")
    observer.do(incidents.tell_of, "First", tapped=False)
    assert [len(duty.letters(who.person_id)) for who in (own, other)] == [1, 0]
    assert other.do(incidents.close, 1, "Not mine", tapped=False) is None
    assert shelf.find(duty.db, 1).closed_at is None  # type: ignore[union-attr]
    for number, why in ((2, "unreachable_since"), (3, "ended_at")):
        duty.db.execute(f"UPDATE account SET {why} = ? WHERE person_id = ?", (as_text(NOON), own.person_id))
        observer.do(incidents.tell_of, "Again", tapped=False)
        assert observer.text().endswith("1 coordinator is told.")
        assert f"Incident {number}" in duty.letters(other.person_id)[-1][1]
        assert len(duty.letters(own.person_id)) == 1
        other.do(incidents.close, number, "Seen to", tapped=False)
        assert shelf.find(duty.db, number).closed_at is not None  # type: ignore[union-attr]


def test_where_nobody_can_be_told_he_reads_that_he_has_to_call(duty: Duty, observer: Screen) -> None:
    observer.do(incidents.tell_of, TOLD, tapped=False)
    assert observer.text().endswith("⚠️ No message of mine reaches a coordinator now. Please call one.")
    joined(duty.desk(NOON), GROUP, "Office", "member", Rights(True, True, True), observer.person, forum=False)
    duty.db.execute("UPDATE chat SET purpose = 'coordinators'")
    observer.do(incidents.tell_of, TOLD, tapped=False)
    assert observer.text().endswith("It stands in the coordinators' group.")
    lead = Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    duty.db.execute("UPDATE account SET unreachable_since = ? WHERE person_id = ?", (as_text(NOON), lead.person_id))
    observer.do(incidents.tell_of, TOLD, tapped=False)
    assert "Incident 3" in duty.letters(lead.person_id)[-1][1], "he may be back"
    lead.do(incidents.tell_of, TOLD, tapped=False)
    assert "Please call" not in lead.text()
    assert all("Incident 4" not in text for _, text in duty.letters(lead.person_id)[:-1])
