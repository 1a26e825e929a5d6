"""A coordinator's digests on his phone: asked for, edited in place, at his own hours; incidents and the chronicle."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.meeting import Meeting
from services.desk import Desk
from storage import meetings
from storage.database import as_text
from tests.chat.checking_in import at, card, lead, well
from tests.chat.test_live import edits, until
from tests.house import House, Phone


def digests_of(phone: Phone) -> list[str]:
    return [str(m.get("text", "")) for m in phone.messages if "Digest, " in str(m.get("text", ""))]


async def test_asked_for_again_it_is_edited_where_it_stands(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await press.say("/digest")
        assert press.labels == ["Open meeting", "Who is silent", "Chronicle", "Yesterday"]
        (first,) = digests_of(press)
        assert "Logs in: 0, open: 0" in first
        await card(observer)
        await observer.tap("I am here")
        await press.say("/digest")
        assert len(digests_of(press)) == 2, "a name is more than a number"
        before = edits(house, press.user_id)
        last = await press.say("/digest")
        assert "up to date now, as of 09:2" in last["text"]
        assert last["reply_to_message"]["text"].startswith("Digest")
        assert edits(house, press.user_id) == before + 1
        assert len(digests_of(press)) == 2
        assert well(house)


async def test_others_are_answered_while_somebody_waits_for_the_whole_mission(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await house.act(fortnight)
        mark = house.telegram.calls.n
        house.telegram.say(press.user_id, "/digest mission")
        house.telegram.say(observer.user_id, "/help")
        await house.settle()
        told = [call.params["chat_id"] for call in house.telegram.calls.since(mark) if call.method == "sendMessage"]
        assert told[0] == observer.user_id, "who asked later was answered first"
        assert "The mission, " in press.read()
        assert well(house)


def fortnight(desk: Desk) -> None:
    """Forty meetings a day, for fourteen days."""
    for n in range(14 * 40):
        start = desk.now + timedelta(days=n // 40 + 1, minutes=n % 40)
        planned = Meeting(
            0, f"F{n}", start, start + timedelta(hours=1), "Asia/Almaty", "visit", f"Host {n}", "City", "", None, None,
            (), (), False, 1,
        )  # fmt: skip
        number = meetings.save(desk.db, planned, author_id=None, source="test", reason="", now=desk.now)
        meetings.set_participants(desk.db, number, [1, 2, 3], [])


async def test_what_was_asked_for_before_the_bot_was_killed_comes_afterwards(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await house.close()
        (who,) = house.rows("SELECT id FROM person WHERE reference = 'C003'")
        asked = "INSERT INTO wish (chat_id, person_id, day, view) VALUES (?, ?, '2019-06-08', 'd')"
        await house.act(lambda desk: desk.db.execute(asked, (press.user_id, who[0])))
        await house.open()
        await house.settle()
        assert len(digests_of(press)) == 1
        assert house.rows("SELECT count(*) FROM wish") == [(0,)]


async def test_a_digest_that_cannot_be_worded_is_said_so_and_holds_up_no_other(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        broken = "UPDATE meeting SET local_day = '2019-07-01', time_zone = 'Nowhere' WHERE reference = 'M01'"
        await house.act(lambda desk: desk.db.execute(broken))
        await press.say("/digest 2019-07-01")
        assert "That did not work." in press.read()
        await press.say("/digest 2019-06-01")
        assert "There are no meetings on" in press.read()


async def test_of_two_coordinators_the_one_whose_digest_fails_holds_up_neither_the_other_nor_what_comes_after(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with House(tmp_path) as house:
        broken, press = await house.enrol("C001"), await house.enrol("C003")
        await house.act(no_such_zone)
        await at(house, 20, 1)
        await until(lambda: len(digests_of(press)) == 1)
        assert not digests_of(broken)
        (who,) = house.rows("SELECT id, name FROM person WHERE reference = 'C001'")
        assert {record.args for record in caplog.records if "failed" in record.msg} == {("digests", who[0])}
        for told in (broken, press):  # that his does not come he learns as well
            await until(lambda told=told: f"• digests: {who[1]}" in told.read())  # type: ignore[misc]
        await house.act(the_zone_again)
        await until(lambda: len(digests_of(broken)) == 1)
        assert len(digests_of(press)) == 1


def no_such_zone(desk: Desk) -> None:
    """One coordinator has his digest on his own clock, whose zone this machine's zone data lack."""
    desk.db.execute("UPDATE person SET time_zone = 'Asia/Nowhere', zone_known = 1 WHERE reference = 'C001'")
    desk.db.execute(
        "INSERT INTO digest_plan (person_id, changed_at, own_zone) SELECT id, ?, 1 FROM person"
        " WHERE reference = 'C001' ON CONFLICT (person_id) DO UPDATE SET own_zone = 1",
        (as_text(desk.now),),
    )


def the_zone_again(desk: Desk) -> None:
    """The machine has it now."""
    desk.db.execute("UPDATE person SET time_zone = 'Asia/Almaty' WHERE reference = 'C001'")


async def test_the_buttons_under_a_digest_lead_on(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await house.enrol("O001")
        await at(house, 11)
        await press.say("/digest")
        last = await press.tap("Who is silent")
        assert "No word from" in last["text"]
        assert "Observer 001" in press.read()
        last = await press.tap("Yesterday")
        assert "There are no meetings on" in last["text"]
        last = await press.tap("Chronicle")
        assert "there is no log" in last["text"]
        await press.tap("Open meeting")
        assert "Programme" in press.last["text"]
        await press.say("/digest week")
        assert "The week, " in press.last["text"]
        await press.say("/digest mission")
        assert "The mission, " in press.last["text"]
        assert well(house)


async def test_a_coordinator_chooses_hours_days_depth_and_teams(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await press.say("/settings")
        last = await press.tap("Digests")
        assert "Hours: 20:00 (Almaty)" in last["text"]
        await press.tap("Hours")
        assert "cannot read “noon”" in (await press.say("noon"))["text"]
        last = await press.say("9:40, 21")
        assert "Hours: 09:40, 21:00" in last["text"]
        last = await press.tap("Headlines only")
        assert "How much: headlines" in last["text"]
        await press.tap("Weekdays")
        await press.tap("✓ Sun")
        last = await press.tap("Back")
        assert "Mon, Tue, Wed, Thu, Fri, Sat" in last["text"]
        await press.tap("Teams")
        assert "You have no team" in (await press.say("Nobody's"))["text"]
        last = await press.say("team 1; Team 2")
        assert "Of: Team 1; Team 2" in last["text"]
        await at(house, 9, 41)
        await until(lambda: len(digests_of(press)) == 1)
        assert "• Team 1: 0 of" in digests_of(press)[0]
        assert "• Team 3" not in digests_of(press)[0]
        assert house.rows("SELECT local_at, outcome FROM digest") == [("2019-06-08T09:40", "sent")]
        assert well(house)


async def test_an_observer_has_no_digests_to_choose(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/settings")
        assert "Digests" not in observer.labels
        await observer.press("1:ds:h:0900")
        assert house.rows("SELECT count(*) FROM digest_plan") == [(0,)]


async def test_an_incident_is_told_at_once_stands_on_top_and_is_closed_with_words(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await observer.say("/incident")
        last = await observer.say("The bus <broke> down & we wait at km 40")
        assert "Stored: incident 1" in last["text"]
        assert "The bus <broke> down & we wait at km 40" in press.last["text"]
        last = await press.say("/digest")
        assert last["text"].index("Open incidents") < last["text"].index("The day in numbers")
        await press.tap("Close incident 1")
        last = await press.say("Another bus is there")
        assert "Incident 1 is closed" in last["text"]
        await until(lambda: "Another bus is there" in str(observer.last.get("text")))
        last = await press.say("/digest")
        assert "Open incidents" not in digests_of(press)[-1]
        assert well(house)


async def test_the_chronicle_comes_as_a_document(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await lead(house, "O001")
        await card(observer)
        await observer.tap("I am here")
        await observer.tap("Write the log")
        await observer.tap("○ Daniya Espaeva")
        await observer.say("12 regions were visited")
        await observer.tap("Next")
        await observer.tap("None")
        await observer.tap("Submit")
        await observer.tap("Show the log")
        await observer.tap("Mark as complete")
        await press.say("/chronicle")
        assert "They met Daniya Espaeva, candidate for President." in press.read()
        await press.tap("Document: Русский")
        await until(lambda: len(documents(press)) == 1)
        assert documents(press)[0][0] == "chronicle-2019-06-08-ru-v1.docx"
        assert well(house)


async def test_from_the_chronicle_to_a_log_and_back_and_to_an_old_version(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        await observer.tap("Write the log")
        await observer.say("12 regions were visited")
        await observer.tap("Next")
        await observer.tap("None")
        await observer.tap("Submit")
        await press.say("/chronicle")
        chronicle = press.last
        assert "the log is not marked as complete" in chronicle["text"]
        await press.tap("Document: English")
        await until(lambda: len(documents(press)) == 1)
        await press.press(log_button(house, chronicle), chronicle["message_id"])
        await press.tap("Mark as complete")
        assert "Chronicle" in [label for label, _ in house.telegram.buttons(found(press, chronicle))]
        await press.tap("Chronicle")
        again = found(press, chronicle)
        assert "12 regions were visited" in again["text"], "the chronicle stands where it stood"
        assert "the log is not marked as complete" not in again["text"]
        await at(house, 9, 40)
        await press.tap("Document: English")
        await until(lambda: len(documents(press)) == 2)
        await press.tap("Versions: 1")
        listed = found(press, chronicle)
        assert "English, version 2: " in listed["text"]
        await press.tap("English, version 1")
        await until(lambda: len(documents(press)) == 3)
        name, caption = documents(press)[-1]
        assert name == "chronicle-2019-06-08-en-v1.docx"
        assert "There is a newer one: version 2." in caption
        await observer.press("1:ch:2019-06-08:v::0")
        assert "version" not in observer.read()
        assert well(house)


def found(phone: Phone, message: dict[str, Any]) -> dict[str, Any]:
    """The message as it is now."""
    return next(one for one in phone.messages if one["message_id"] == message["message_id"])


def documents(phone: Phone) -> list[tuple[str, str]]:
    return [(m["document"]["file_name"], m["caption"]) for m in phone.messages if "document" in m]


def log_button(house: House, message: dict[str, Any]) -> str:
    """The first that leads to a log."""
    return next(data for _, data in house.telegram.buttons(message) if data.startswith("1:sl:"))
