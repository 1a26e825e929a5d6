"""Whose points of a log may be corrected, and who marks it as complete."""

import pytest

from domain.button import Presence
from services import corrections, logs
from services.logs import Given, Submission
from storage import log_versions, meetings
from storage import logs as shelf
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen

POINTS = {"O1": "Polling stations: 9970", "O2": "Bulletins in two languages"}


@pytest.fixture
def number(duty: Duty) -> int:
    """A meeting of Team 1, with a point of each of its two observers."""
    authors = [Screen(duty, duty.person(reference, team="Team 1"), NOON) for reference in POINTS]
    number = duty.meeting("M1", NOON, ["Team 1"])
    for author, point in zip(authors, POINTS.values(), strict=True):
        duty.say(number, author.person_id, Presence.ARRIVED, NOON)
        write(author, number, point)
        assert author.do(logs.submit, number) is Submission.DONE
    return number


def write(author: Screen, number: int, point: str) -> None:
    meeting = meetings.find(author.duty.db, number)
    author.do(logs.keep_point, meeting, point, tapped=False)


def of(duty: Duty, reference: str) -> Screen:
    ((person_id,),) = duty.rows("SELECT id FROM person WHERE reference = ?", reference)
    return Screen(duty, person_id, NOON)


def choices(reader: Screen, number: int) -> list[str]:
    """The points offered, after a tap on [Correct] of the log."""
    reader.do(corrections.show_log, number, 0)
    if "Correct" not in reader.buttons():
        return []
    reader.do(corrections.choose_point, number, 0)
    return reader.buttons()[:-1]


def test_an_observer_corrects_his_own_points_and_who_answers_for_the_log_all(duty: Duty, number: int) -> None:
    leader = Screen(duty, duty.person("L1", "team_leader", "Team 1"), NOON)
    other = Screen(duty, duty.person("L2", "team_leader", "Team 2"), NOON)
    lead = Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    assert choices(of(duty, "O1"), number) == [POINTS["O1"]]
    assert choices(of(duty, "O2"), number) == [POINTS["O2"]]
    assert choices(leader, number) == choices(lead, number) == list(POINTS.values())
    first, second = shelf.list_submitted(duty.db, number)
    for reader, entry in ((of(duty, "O1"), second), (of(duty, "O2"), first), (other, first)):
        assert reader.do(corrections.open_point, entry.entry_id) is False
        reader.do(corrections.take_out, entry.entry_id, sure=True)
        reader.do(corrections.reword, entry.entry_id, Given("Nothing of the kind"), tapped=False)
    assert [entry.body for entry in shelf.list_submitted(duty.db, number)] == list(POINTS.values())
    for reference in POINTS:
        (kept,) = shelf.list_draft(duty.db, number, of(duty, reference).person_id)
        assert kept.body == "Nothing of the kind", "what somebody wrote is not lost"


def test_who_has_no_point_there_is_offered_none_and_told_so_if_he_taps_an_old_button(duty: Duty, number: int) -> None:
    third = Screen(duty, duty.person("O3", team="Team 1"), NOON)
    assert choices(third, number) == []
    third.do(corrections.choose_point, number, 0)
    assert third.toast == "There is no point in this log that you can correct."


def test_only_who_answers_for_a_log_finals_it_as_complete_and_then_nothing_is_corrected(
    duty: Duty, number: int
) -> None:
    lead = Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    observer = of(duty, "O1")
    observer.do(corrections.show_log, number, 0)
    assert "Mark as complete" not in observer.buttons()
    observer.do(corrections.mark_complete, number, final=True)
    assert duty.rows("SELECT count(*) FROM log_final") == [(0,)]
    lead.do(corrections.show_log, number, 0)
    assert "Mark as complete" in lead.buttons()
    lead.do(corrections.mark_complete, number, final=True)
    assert choices(observer, number) == choices(lead, number) == []
    observer.do(corrections.choose_point, number, 0)
    assert observer.toast
    assert "Open again" in lead.buttons()
    point = shelf.list_submitted(duty.db, number)[0]
    for reader in (observer, lead):
        assert reader.do(corrections.open_point, point.entry_id) is False
        assert reader.toast == "This log is complete. A team leader or coordinator can open it again."
    stranger = Screen(duty, duty.person("O9", team="Team 9"), NOON)
    assert stranger.do(corrections.open_point, point.entry_id) is False
    assert "complete" not in stranger.toast, "of what is not his he learns nothing"


def test_a_log_without_a_point_is_not_complete_and_what_was_taken_out_cannot_be_worded_anew(
    duty: Duty, number: int
) -> None:
    lead = Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    empty = duty.meeting("M2", NOON, ["Team 1"])
    lead.do(corrections.mark_complete, empty, final=True)
    assert lead.toast == "Nobody has submitted a log of this meeting yet."
    assert duty.rows("SELECT count(*) FROM log_final") == [(0,)]
    first, _ = shelf.list_submitted(duty.db, number)
    author = of(duty, "O1")
    author.do(corrections.take_out, first.entry_id, sure=False)
    assert [entry.body for entry in shelf.list_submitted(duty.db, number)] == list(POINTS.values())
    assert author.buttons() == ["Yes, take it out", "Back"]
    author.do(corrections.take_out, first.entry_id, sure=True)
    assert [entry.body for entry in shelf.list_submitted(duty.db, number)] == [POINTS["O2"]]
    author.do(corrections.reword_again, first.entry_id, "Polling stations: 9971", tapped=False)
    assert [entry.body for entry in shelf.list_submitted(duty.db, number)] == [POINTS["O2"]]
    gone = author.text()
    author.do(corrections.reword, first.entry_id, Given("  "), tapped=False)
    assert author.text() == gone
    assert shelf.list_draft(duty.db, number, author.person_id) == []
    author.do(corrections.reword, first.entry_id, Given("Polling stations: 9971"), tapped=False)
    (kept,) = shelf.list_draft(duty.db, number, author.person_id)
    assert kept.body == "Polling stations: 9971"


def test_a_message_that_is_edited_words_its_point_anew_until_the_log_is_complete(duty: Duty, number: int) -> None:
    lead = Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    author, entry = of(duty, "O1"), shelf.list_submitted(duty.db, number)[0]
    assert author.do(corrections.rewrite, "Polling stations: 9971", tapped=False) is True
    assert shelf.list_submitted(duty.db, number)[0].body == "Polling stations: 9971"
    assert author.do(corrections.rewrite, "  ", tapped=False) is True
    author.do(corrections.reword_again, entry.entry_id, "Polling stations: 9972", tapped=False)
    author.do(corrections.reword_again, entry.entry_id, "", tapped=False)
    lead.do(corrections.mark_complete, number, final=True)
    assert author.do(corrections.rewrite, "Polling stations: 9973", tapped=False) is True
    assert shelf.list_submitted(duty.db, number)[0].body == "Polling stations: 9972"
    assert "complete" in author.text()
    assert "Open again" in lead.buttons()
    assert lead.do(corrections.rewrite, "Not mine", tapped=False) is False
    bodies = {version.body for version in log_versions.list_versions(duty.db, entry.entry_id)}
    assert {POINTS["O1"], "Polling stations: 9971"} <= bodies
