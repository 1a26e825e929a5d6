"""What was changed of a meeting, how the programme stood, what was published; and which meeting somebody means."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.person import Person
from services import changes, history, programme
from services.changes import Source
from storage import meetings
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen

TODAY = date(2019, 6, 8)


@pytest.fixture
def lead(duty: Duty) -> Screen:
    made = Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    duty.person("O1", team="Team 1")
    duty.person("O2", team="Team 2")
    return made


def observer(duty: Duty, reference: str = "O1") -> Screen:
    return Screen(duty, duty.rows("SELECT id FROM person WHERE reference = ?", reference)[0][0], NOON)


def change(
    duty: Duty, number: int, by: Person | None, after: timedelta, source: Source = Source.CHAT, **values: object
) -> None:
    """At that moment after noon the meeting became another one."""
    meeting = meetings.find(duty.db, number)
    assert meeting is not None
    reason = str(values.pop("reason", ""))
    desk = duty.desk(NOON + after)
    changes.make(desk, by, meeting, replace(meeting, **values), source=source, reason=reason)  # type: ignore[arg-type]


def test_who_has_no_meeting_one_or_several_gets_the_history_he_can_mean(duty: Duty, lead: Screen) -> None:
    mine = observer(duty)
    mine.do(history.offer, tapped=False)
    assert mine.text() == "You have no meetings. /programme shows them when there are any."
    number = duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    mine.do(history.offer, tapped=False)
    assert mine.text() == (
        "<b>14:00–15:00 Host of M1</b>\n<i>1 version</i>\n\n<b>1.</b> Jun 8, 12:00, the command line\n"
        "Planned for Jun 8, 14:00–15:00."
    )
    assert mine.buttons() == ["Show the meeting"]
    lead.do(history.offer, tapped=False)
    assert "Host of M1" in lead.text(), "who coordinates has none of his own, and means those of his people"
    duty.meeting("M2", NOON + timedelta(hours=4), ["Team 1"])
    mine.do(history.offer, tapped=False)
    assert mine.text() == "The history of which meeting?"
    assert len(mine.buttons()) == 2
    observer(duty, "O2").do(history.show_history, number, 0)
    assert "Host of M1" not in observer(duty, "O2").text()


def test_a_history_tells_the_latest_first_with_who_why_and_whence(duty: Duty, lead: Screen) -> None:
    number = duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    for n in range(1, 6):
        change(duty, number, lead.person, timedelta(minutes=n), venue=f"Hall {n}", reason=f"Reason {n}")
    change(duty, number, None, timedelta(minutes=6), Source.IMPORT, venue="Hall 6")
    change(duty, number, lead.person, timedelta(minutes=7), Source.PROPOSAL, venue="Hall 7")
    lead.do(history.show_history, number, 0)
    told = lead.text()
    assert "<i>8 versions</i>" in told
    assert "<b>8.</b> Jun 8, 12:07, Person C1 (by a proposal)" in told
    assert "<b>7.</b> Jun 8, 12:06, the command line (from a file)" in told
    assert "<b>4.</b> Jun 8, 12:03, Person C1\n" in told
    assert "Place: <s>Hall 2, City</s> → <b>Hall 3, City</b>" in told
    assert "Why: Reason 3" in told
    assert "<b>3.</b>" not in told
    assert lead.buttons() == ["Earlier ▶", "Show the meeting"]
    lead.do(history.show_history, number, 9)
    assert "<b>3.</b>" in lead.text()
    assert "Planned for Jun 8, 14:00–15:00." in lead.text()
    assert "<b>4.</b>" not in lead.text()
    assert lead.buttons() == ["◀ Later", "Show the meeting"]


def test_the_programme_is_told_as_it_stood_at_a_moment_to_each_his_part(duty: Duty, lead: Screen) -> None:
    number = duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    duty.meeting("M2", NOON + timedelta(hours=3), ["Team 2"])
    duty.meeting("M3", NOON + timedelta(days=1), ["Team 1"])
    change(duty, number, lead.person, timedelta(hours=1), venue="Dostyk 5")
    lead.now = NOON + timedelta(hours=2)
    lead.do(history.show_as_of, "2019-06-08 12:30", tapped=False)
    assert lead.text().startswith("<b>Programme of Saturday, June 8, 2019, as it stood at 12:30</b> (UTC)")
    assert "Host of M1" in lead.text()
    assert "Host of M2" in lead.text()
    assert "Host of M3" not in lead.text()
    assert "<i>Changed since:</i>" in lead.text()
    assert "Place: <s>Hall, City</s> → <b>Dostyk 5, City</b>" in lead.text()
    assert lead.buttons() == ["The programme now"]
    lead.do(history.show_as_of, "13:30", tapped=False)
    assert "as it stood at 13:30</b>" in lead.text()
    assert "Changed since" not in lead.text()
    lead.do(history.show_as_of, "2019-06-08 11:59", tapped=False)
    assert lead.text().endswith("There was no meeting on this day then.")
    mine = observer(duty)
    mine.now = lead.now
    mine.do(history.show_as_of, "2019-06-08 12:30", tapped=False)
    assert "Host of M1" in mine.text()
    assert "Host of M2" not in mine.text()
    for given in ("", "  "):
        lead.do(history.show_as_of, given, tapped=False)
        assert lead.text() == "Write the moment behind the command, like: /asof 2019-06-08 14:00"
    lead.do(history.show_as_of, "the <day> before", tapped=False)
    assert lead.text().startswith("I did not understand “the &lt;day&gt; before” as a time. Write the moment")


def test_a_day_is_published_once_and_again_only_when_it_has_changed(duty: Duty, lead: Screen) -> None:
    lead.do(history.show_day_to_publish, TODAY)
    assert lead.text() == "<b>Programme of Saturday, June 8, 2019</b>\n\n0 meetings"
    assert lead.buttons() == ["Programme"]
    number = duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    lead.do(history.show_day_to_publish, None)
    assert lead.buttons() == ["Publish as version 1", "Programme"]
    lead.do(history.publish, "2019-06-08", 2)
    assert lead.toast == "Version 0 is the published one; nothing else was published."
    lead.do(history.publish, "2019-06-08", 1)
    assert lead.toast == "Published as version 1."
    assert duty.rows("SELECT local_day, number, author_id FROM released_day") == [("2019-06-08", 1, lead.person_id)]
    lead.do(history.publish, "2019-06-08", 1)
    assert lead.toast == "Version 1 is the published one; nothing else was published."
    lead.do(history.publish, "2019-06-08", 2)
    assert lead.toast == "Version 1 is the published one; nothing else was published."
    assert "Version 1 was published Jun 8, 12:00 by Person C1." in lead.text()
    assert lead.text().endswith("Nothing has changed since.")
    change(duty, number, lead.person, timedelta(minutes=5), venue="Dostyk 5")
    duty.meeting("M2", NOON + timedelta(hours=3), ["Team 2"])
    lead.do(history.show_day_to_publish, TODAY)
    assert "Place: <s>Hall, City</s> → <b>Dostyk 5, City</b>" in lead.text()
    assert "Host of M2</b>\n<b>New in the programme.</b>" in lead.text()
    assert lead.buttons()[0] == "Publish as version 2"
    mine = observer(duty)
    mine.do(history.publish, "2019-06-08", 2)
    lead.do(history.publish, "yesterday", 2)
    assert duty.rows("SELECT max(number) FROM released_day") == [(1,)]
    lead.do(history.publish, "2019-06-08", 2)
    assert duty.rows("SELECT max(number) FROM released_day") == [(2,)]


def test_what_comes_next_is_the_meeting_that_is_on_or_the_first_to_come_else_the_day(duty: Duty, lead: Screen) -> None:
    mine = observer(duty)
    mine.do(programme.show_next, tapped=False)
    assert mine.text().startswith("<b>Programme, Saturday, June 8, 2019</b>")
    duty.meeting("M0", NOON - timedelta(hours=3), ["Team 1"])
    mine.do(programme.show_next, tapped=False)
    assert mine.text().startswith("<b>Programme, "), "it is over"
    duty.meeting("M2", NOON + timedelta(hours=4), ["Team 1"])
    duty.meeting("M1", NOON - timedelta(minutes=30), ["Team 1"])
    mine.do(programme.follow_link, "next", tapped=False)
    assert "Status:" in mine.text()
    assert "Host of M1" in mine.text()
    mine.do(programme.follow_link, "programme", tapped=False)
    assert mine.text().startswith("<b>Programme, ")
    lead.do(programme.show_next, tapped=False)
    assert "Host of M1" in lead.text()


def test_who_checks_in_gets_the_card_a_choice_or_the_word_that_there_is_none(duty: Duty, lead: Screen) -> None:
    mine = observer(duty)
    mine.do(programme.offer_checkin, tapped=False)
    nothing = mine.text()
    assert "Host of" not in nothing
    first = duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    mine.do(programme.offer_checkin, tapped=False)
    assert "Status:" in mine.text()
    duty.meeting("M2", NOON + timedelta(hours=4), ["Team 1"])
    mine.do(programme.offer_checkin, tapped=False)
    assert len([label for label in mine.buttons() if "Host of" in label]) == 2
    change(duty, first, None, timedelta(), cancelled=True)
    mine.do(programme.offer_checkin, tapped=False)
    assert "Host of M2" in mine.text()
    assert "Status:" in mine.text(), "what is cancelled is no choice"
    other = observer(duty, "O2")
    other.do(programme.offer_checkin, tapped=False)
    assert other.text() == nothing
    lead.do(programme.offer_checkin, tapped=False)
    assert "Host of M2" in lead.text()
