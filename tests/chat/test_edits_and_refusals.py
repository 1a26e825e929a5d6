"""Old messages that get other words, and refusals that nothing takes the place of."""

from pathlib import Path

from domain.button import encode
from domain.people_button import ActOnPerson, PersonAct
from tests.chat.checking_in import card, lead, well
from tests.house import House

POINTS = "SELECT body FROM log_entry WHERE withdrawn_at IS NULL"


async def test_the_reason_of_an_absence_follows_the_message_that_told_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await lead(house, "O002")
        observer, leader = await house.enrol("O001"), await house.enrol("O002")
        await card(observer)
        await observer.tap("Cannot attend")
        why = house.telegram.say(observer.user_id, "Il at home")
        await house.settle()
        house.telegram.edit(observer.user_id, why["message_id"], "Ill at home")
        await house.settle()
        assert house.rows("SELECT reason FROM checkin") == [("Ill at home",)]
        assert "Reason: Ill at home" in observer.last["text"]
        assert house.rows(
            "SELECT count(*) FROM outbox WHERE chat_id = ? AND payload LIKE '%Ill at home%'", leader.user_id
        ) == [(1,)]
        assert well(house)


async def test_an_unplanned_meetings_host_follows_the_message_that_named_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        named = house.telegram.say(observer.user_id, "/meeting Ombusman")
        await house.settle()
        house.telegram.edit(observer.user_id, named["message_id"], "/meeting Ombudsman")
        await house.settle()
        assert house.rows("SELECT host, revision FROM meeting WHERE unplanned = 1") == [("Ombudsman", 2)]
        assert "the meeting is now with Ombudsman" in observer.last["text"]
        house.telegram.edit(observer.user_id, named["message_id"], "/meeting ?")
        await house.settle()
        assert "keeps its name: Ombudsman" in observer.last["text"]
        assert house.rows("SELECT host, revision FROM meeting WHERE unplanned = 1") == [("Ombudsman", 2)]
        assert well(house)


async def test_a_correction_follows_the_message_that_made_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("Turnout 30 percent")
        await observer.tap("Write the log")
        await observer.tap("Submit")
        await observer.tap("Correct")
        await observer.tap("Key points" if "Key points" in observer.labels else observer.labels[0])
        right = house.telegram.say(observer.user_id, "Turnout 33 percnt")
        await house.settle()
        house.telegram.edit(observer.user_id, right["message_id"], "Turnout 33 percent")
        await house.settle()
        assert house.rows(POINTS) == [("Turnout 33 percent",)]
        assert "The point is now: Turnout 33 percent" in observer.last["text"]
        assert house.rows("SELECT count(*) FROM log_entry_version") == [(3,)]
        assert well(house)


async def test_whose_access_has_ended_learns_that_an_edit_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, coordinator = await house.enrol("O001"), await house.enrol("C003")
        point = house.telegram.say(observer.user_id, "Turnout 30 percent")
        await house.settle()
        person = house.rows("SELECT id FROM person WHERE reference = 'O001'")[0][0]
        await coordinator.press(encode(ActOnPerson(person, PersonAct.END_ACCESS_SURE)))
        before = len(observer.messages)
        house.telegram.edit(observer.user_id, point["message_id"], "Turnout 33 percent")
        await house.settle()
        assert len(observer.messages) == before + 1
        assert "Your access to this mission has ended" in observer.last["text"]
        assert house.rows(POINTS) == [("Turnout 30 percent",)]


async def test_that_a_file_was_not_kept_is_told_even_if_the_programme_is_asked_for_at_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O061")
        house.telegram.document(observer.user_id, "protocol.pdf", b"%PDF")
        house.telegram.sticker(observer.user_id)
        house.telegram.say(observer.user_id, "/programme 2019-06-08")
        await house.settle()
        assert house.rows("SELECT count(*) FROM log_entry") == [(0,)]
        refused, programme = observer.messages[-2:]
        assert "I did not understand that" in refused["text"]
        assert programme["text"].startswith("Programme")
        assert observer.read().count("I did not understand that") in {1, 2}  # two, if the first had gone already


async def test_a_button_under_a_file_is_answered_below_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        house.telegram.photo(observer.user_id, b"\xff\xd8\xff", caption="At the door")
        await house.settle()
        await observer.tap("Write the log")
        await observer.tap("Submit")
        await observer.tap("Show the log")
        last = await observer.tap("📎")
        assert "photo" in last
        last = await observer.press("1:mt:1", last["message_id"])
        assert "Status:" in last["text"]
        assert well(house)
