"""A schedule change, question by question: what was understood, what was wrong with it, and what the draft says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.meeting import Interlocutor, Meeting
from domain.programme_button import (
    Aspect,
    DropInterlocutor,
    PickDay,
    PutTime,
    PutVenue,
    ShiftTime,
    TogglePerson,
    ToggleTeam,
)
from domain.step import ChangeStep
from services import change_answers, changing
from storage import meetings
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen

HEAD = "<b>14:00–15:00 Host of M1</b>"


class Changer(Screen):
    """Somebody who changes the first meeting."""

    number = 1

    def menu(self) -> None:
        self.do(changing.open_aspect, self.number, Aspect.MENU)

    def write(self, step: ChangeStep, text: str) -> None:
        self.do(change_answers.give_text, self.number, step, text, tapped=False)

    def draft(self) -> Meeting:
        """The meeting as his draft would have it."""
        meeting = meetings.find(self.duty.db, self.number)
        assert meeting is not None
        return changing.drafted(self.duty.desk(self.now), self.person, meeting)

    def stands_at(self) -> str:
        """The question that is open."""
        rows = self.duty.rows("SELECT step FROM conversation WHERE chat_id = ?", self.chat_id)
        return str(rows[0][0]) if rows else ""


@pytest.fixture
def lead(duty: Duty) -> Changer:
    made = Changer(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    duty.person("O1", team="Team 1")
    assert duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"]) == made.number
    return made


def test_who_has_one_meeting_is_asked_what_of_it_and_who_has_several_which(duty: Duty) -> None:
    observer = Screen(duty, duty.person("O1", team="Team 1"), NOON)
    observer.do(changing.offer, tapped=False)
    assert observer.text() == "You have no meeting that could be changed. /programme shows your meetings."
    duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    observer.do(changing.offer, tapped=False)
    assert "What is to be changed?" in observer.text()
    assert "Host of M1" in observer.text()
    duty.meeting("M2", NOON + timedelta(hours=4), ["Team 1"])
    observer.do(changing.offer, tapped=False)
    assert observer.text() == "Which meeting is to be changed?"
    assert len(observer.buttons()) == 2
    observer.do(changing.open_aspect, 99, Aspect.MENU)
    assert observer.text().startswith("<b>Programme, ")


def test_the_menu_offers_what_can_become_of_a_meeting_as_it_stands(lead: Changer) -> None:
    lead.menu()
    assert lead.buttons() == [
        "Another time", "Another place", "Who of ours", "Whom we meet", "Note", "Cancelled", "Postponed",
        "Do not change",
    ]  # fmt: skip
    lead.do(changing.open_aspect, lead.number, Aspect.POSTPONED)
    assert lead.draft().postponed
    assert not lead.draft().cancelled
    assert lead.stands_at() == ChangeStep.REASON
    assert lead.buttons() == ["Change it", "Something else too", "Do not change"]
    lead.do(changing.open_aspect, lead.number, Aspect.CANCELLED)
    assert (lead.draft().cancelled, lead.draft().postponed) == (True, False)
    lead.write(ChangeStep.REASON, "  They \n are ill ")
    assert "Why: They are ill" in lead.text()
    lead.do(changing.open_aspect, lead.number, Aspect.TAKES_PLACE)
    assert lead.text().startswith("❗️ That is how it stands already.")
    lead.do(changing.drop, lead.number)
    assert lead.draft() == meetings.find(lead.duty.db, lead.number)
    assert lead.stands_at() == ""
    assert lead.toast


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("15:30", (15, 30), (16, 30)),
        ("+45", (14, 45), (15, 45)),
        ("15:00–16:30", (15, 0), (16, 30)),
        ("15.00 - 16.30", (15, 0), (16, 30)),
    ],
)
def test_a_time_is_understood_and_the_meeting_lasts_as_long_as_before_unless_its_end_is_said(
    lead: Changer, written: str, start: tuple[int, int], end: tuple[int, int]
) -> None:
    lead.do(changing.open_aspect, lead.number, Aspect.TIME)
    assert lead.stands_at() == ChangeStep.WHEN
    assert "When will it be?" in lead.text()
    lead.write(ChangeStep.WHEN, written)
    assert lead.draft().starts_at == NOON.replace(hour=start[0], minute=start[1])
    assert lead.draft().ends_at == NOON.replace(hour=end[0], minute=end[1])
    assert lead.stands_at() == ChangeStep.REASON


def test_a_time_that_is_none_or_over_is_asked_again(lead: Changer) -> None:
    for written in ("soonish", "15:00–16:75"):
        lead.write(ChangeStep.WHEN, written)
        assert lead.text().startswith("❗️ "), written
        assert "When will it be?" in lead.text()
        assert lead.stands_at() == ChangeStep.WHEN
        assert lead.draft() == meetings.find(lead.duty.db, lead.number)
    lead.write(ChangeStep.WHEN, "11:00")
    assert lead.stands_at() == ChangeStep.WHEN
    assert [label for label in lead.buttons() if "11:00" in label]
    assert lead.draft() == meetings.find(lead.duty.db, lead.number)


def test_time_is_tapped_too_and_what_no_button_says_is_asked_again(lead: Changer) -> None:
    lead.do(change_answers.shift, ShiftTime(lead.number, 30))
    assert lead.draft().starts_at == NOON + timedelta(hours=2, minutes=30)
    lead.do(change_answers.shift, ShiftTime(lead.number, 15, 1))
    assert lead.draft().starts_at == NOON + timedelta(hours=2, minutes=15)
    assert lead.draft().ends_at == NOON + timedelta(hours=3, minutes=15)
    minute = int((NOON + timedelta(hours=5)).timestamp()) // 60
    lead.do(change_answers.put_time, PutTime(lead.number, minute))
    assert lead.draft().starts_at == NOON + timedelta(hours=5)
    for forged in (10**15, 0):
        lead.do(change_answers.put_time, PutTime(lead.number, forged))
        assert "When will it be?" in lead.text()
        assert lead.draft().starts_at == NOON + timedelta(hours=5)


def test_a_day_is_picked_from_a_calendar_and_its_half_hours(lead: Changer) -> None:
    lead.do(change_answers.pick_day, PickDay(lead.number))
    june = lead.text()
    assert "June 2019" in june
    lead.do(change_answers.pick_day, PickDay(lead.number, "", "2019-07"))
    assert "July 2019" in lead.text()
    lead.do(change_answers.pick_day, PickDay(lead.number, "", "2019-99"))
    assert lead.text() == june
    lead.do(change_answers.pick_day, PickDay(lead.number, "2019-06-09"))
    assert {"07:00", "22:30"} <= set(lead.buttons())
    lead.do(change_answers.pick_day, PickDay(99))
    assert lead.text().startswith("<b>Programme, ")


def test_a_place_is_an_address_a_point_or_another_meetings(duty: Duty, lead: Changer) -> None:
    lead.do(changing.open_aspect, lead.number, Aspect.PLACE)
    assert lead.stands_at() == ChangeStep.WHERE
    lead.write(ChangeStep.WHERE, "  Dostyk\n5 ")
    assert (lead.draft().venue, lead.draft().latitude) == ("Dostyk 5", None)
    lead.write(ChangeStep.WHERE, "51.128, 71.43")
    assert (lead.draft().venue, lead.draft().latitude, lead.draft().longitude) == ("Dostyk 5", 51.128, 71.43)
    lead.write(ChangeStep.WHERE, "Dostyk 7")
    assert (lead.draft().venue, lead.draft().latitude) == ("Dostyk 7", 51.128), "the point is new as well"
    lead.do(change_answers.give_location, lead.number, (51.2, 71.5), "", tapped=False)
    assert (lead.draft().venue, lead.draft().latitude, lead.draft().longitude) == ("Dostyk 7", 51.2, 71.5)
    lead.do(change_answers.give_location, lead.number, (51.3, 71.6), "V" * 600, tapped=False)
    assert (lead.draft().venue, lead.draft().latitude) == ("V" * 500, 51.3)
    for written, fault in (("x" * 501, "501"), ("   ", "❗️ ")):
        lead.write(ChangeStep.WHERE, written)
        assert lead.text().startswith("❗️ ")
        assert fault in lead.text()
        assert "Where will it be?" in lead.text()
    other = duty.meeting("M2", NOON + timedelta(hours=4), ["Team 1"])
    duty.db.execute(
        "UPDATE meeting SET venue = 'Town hall', city = 'Taraz', latitude = 1, longitude = 2 WHERE id = ?", (other,)
    )
    lead.do(changing.open_aspect, lead.number, Aspect.PLACE)
    assert [label for label in lead.buttons() if "Town hall" in label]
    lead.do(change_answers.put_venue, PutVenue(lead.number, other))
    after = lead.draft()
    assert (after.venue, after.city, after.latitude, after.longitude) == ("Town hall", "Taraz", 1, 2)
    lead.do(change_answers.put_venue, PutVenue(lead.number, 99))
    assert "Where will it be?" in lead.text()
    lead.do(change_answers.give_location, 99, (0.0, 0.0), "", tapped=False)
    lead.do(change_answers.put_venue, PutVenue(99, other))
    assert lead.draft() == after


def test_the_place_of_a_meeting_that_he_may_not_see_is_not_taken(duty: Duty, lead: Changer) -> None:
    observer = Changer(duty, duty.rows("SELECT id FROM person WHERE reference = 'O1'")[0][0], NOON)
    duty.person("O9", team="Team 9")
    hidden = duty.meeting("M9", NOON + timedelta(hours=4), ["Team 9"])
    duty.db.execute("UPDATE meeting SET venue = 'Secret flat' WHERE id = ?", (hidden,))
    observer.do(change_answers.put_venue, PutVenue(lead.number, hidden))
    assert observer.draft().venue == "Hall"
    assert "Secret flat" not in observer.text()


def test_teams_and_people_are_tapped_or_named_and_those_found_are_his_business(duty: Duty, lead: Changer) -> None:
    for number in range(9):
        duty.person(f"X{number}", team=f"Unit {number}")
    ids = dict(duty.rows("SELECT name, id FROM team"))
    lead.do(change_answers.toggle_team, ToggleTeam(lead.number))
    assert lead.stands_at() == ChangeStep.WHO
    assert "✓ Team 1" in lead.buttons()
    assert "+ HQ" in lead.buttons()
    lead.do(change_answers.toggle_team, ToggleTeam(lead.number, ids["HQ"]))
    assert lead.draft().participants == ("Team 1", "HQ")
    lead.do(change_answers.toggle_team, ToggleTeam(lead.number, ids["Team 1"]))
    assert lead.draft().participants == ("HQ",)
    lead.do(change_answers.toggle_team, ToggleTeam(lead.number, 0, 9))
    assert "+ Unit 8" in lead.buttons()
    assert "HQ" not in " ".join(lead.buttons())
    lead.write(ChangeStep.WHO, " unit  3 ")
    assert lead.draft().participants == ("HQ", "Unit 3")
    lead.write(ChangeStep.WHO, "person x4")
    assert [label for label in lead.buttons() if "Person X4" in label]
    who = duty.rows("SELECT id FROM person WHERE reference = 'X4'")[0][0]
    lead.do(change_answers.toggle_person, TogglePerson(lead.number, who))
    assert lead.draft().participants == ("HQ", "Unit 3", "X4")
    assert lead.buttons()[0] == "✗ Person X4"
    duty.db.execute("UPDATE person SET active = 0 WHERE id = ?", (who,))
    lead.do(change_answers.toggle_person, TogglePerson(lead.number, who))
    assert lead.draft().participants == ("HQ", "Unit 3", "X4"), "who left is not tapped"
    lead.write(ChangeStep.WHO, "Nobody <of> this name")
    assert "Nobody &lt;of&gt; this name" in lead.text()
    observer = Changer(duty, duty.rows("SELECT id FROM person WHERE reference = 'O1'")[0][0], NOON)
    observer.write(ChangeStep.WHO, "Person")
    found = " ".join(observer.buttons())
    assert "Person O1" in found
    assert "Person X" not in found
    assert "Person C1" not in found


def test_whom_we_meet_is_added_in_words_and_dropped_by_a_tap(lead: Changer) -> None:
    lead.write(ChangeStep.MET, "Aigul B., deputy mayor\nBolat C., mayor; Aigul B., deputy mayor")
    both = (Interlocutor("Aigul B.", "deputy mayor"), Interlocutor("Bolat C.", "mayor"))
    assert lead.draft().interlocutors == both
    assert lead.stands_at() == ChangeStep.MET
    assert [label for label in lead.buttons() if label.startswith("✗")] == [
        "✗ Aigul B., deputy mayor", "✗ Bolat C., mayor",
    ]  # fmt: skip
    lead.write(ChangeStep.MET, "Aigul B., deputy mayor")
    assert lead.draft().interlocutors == both
    lead.do(change_answers.drop_interlocutor, DropInterlocutor(lead.number, 2))
    assert lead.draft().interlocutors == both
    lead.do(change_answers.drop_interlocutor, DropInterlocutor(lead.number, 0))
    assert lead.draft().interlocutors == both[1:]
    for written in ("x" * 501, " ; "):
        lead.write(ChangeStep.MET, written)
        assert lead.text().startswith("❗️ ")
        assert "Whom will we meet?" in lead.text()
        assert lead.draft().interlocutors == both[1:]


def test_a_note_is_kept_whole_or_refused_with_its_length(lead: Changer) -> None:
    lead.write(ChangeStep.NOTE, f" {'x' * 1000} ")
    assert lead.draft().note == "x" * 1000
    lead.write(ChangeStep.NOTE, "y" * 1001)
    assert lead.text().startswith("❗️ ")
    assert "1001" in lead.text()
    assert "1000" in lead.text()
    assert "What should everybody concerned know?" in lead.text()
    assert lead.draft().note == "x" * 1000
    lead.do(change_answers.refuse_kind, lead.number, tapped=False)
    assert lead.text().startswith("❗️ ")
    assert "What is to be changed?" in lead.text()
    assert lead.draft().note == "x" * 1000


def test_of_a_meeting_that_is_gone_nothing_is_asked(lead: Changer) -> None:
    stood = meetings.find(lead.duty.db, lead.number)
    assert stood is not None
    lead.number = 99
    lead.write(ChangeStep.NOTE, "for nobody")
    lead.do(change_answers.shift, ShiftTime(99, 30))
    lead.do(change_answers.toggle_team, ToggleTeam(99))
    lead.do(change_answers.drop_interlocutor, DropInterlocutor(99, 0))
    lead.do(change_answers.toggle_person, TogglePerson(99, 1))
    lead.do(change_answers.refuse_kind, 99)
    lead.do(changing.open_draft, 99)
    assert lead.duty.rows("SELECT count(*) FROM change_draft") == [(0,)]
    assert replace(stood) == meetings.find(lead.duty.db, 1)
