"""A person looks after himself: settings, what is held on him, and leaving."""

import json
from pathlib import Path

import pytest

from services.desk import Desk
from storage import people
from tests.house import House, Phone


def chosen(house: House, reference: str, column: str) -> object:
    return house.rows(f"SELECT {column} FROM person WHERE reference = ?", reference)[0][0]


async def forge(phone: Phone, data: str) -> None:
    """Tap a button that nobody sent, under the latest message."""
    phone.telegram.tap(phone.user_id, phone.last["message_id"], data=data)
    await phone.house.settle()


async def test_an_observer_chooses_another_language_and_everything_speaks_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        last = await observer.say("/settings")
        assert "English" in last["text"]
        await observer.tap("Language")
        assert observer.labels == ["English", "Русский", "Қазақ тілі", "Back"]
        last = await observer.tap("Русский")
        assert "Русский" in last["text"]
        assert chosen(house, "O001", "own_language") == "ru"
        keyboards = [
            m["reply_markup"]["keyboard"] for m in observer.messages if "keyboard" in m.get("reply_markup", {})
        ]
        assert keyboards[-1][0][0]["text"] == "Программа"
        assert sum("English" in m["text"] for m in observer.messages) == 0
        menus = house.rows(
            "SELECT payload FROM outbox WHERE method = 'setMyCommands' AND chat_id = ?", observer.user_id
        )
        assert "Ваши встречи" in menus[-1][0]


async def test_an_observer_sets_the_clock_by_a_tap_or_by_the_name_of_a_city(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/settings")
        last = await observer.tap("Time zone")
        assert "clock" in last["text"]
        last = await observer.say("Nowhereville <b>")
        assert "no time zone “Nowhereville <b>”" in last["text"]
        last = await observer.say("../../etc/passwd")
        assert "no time zone" in last["text"]
        last = await observer.say("San")
        assert len(observer.labels) > 3
        last = await observer.say("Warsaw")
        assert "Warsaw, it is 05:2" in last["text"]
        assert chosen(house, "O001", "own_time_zone") == "Europe/Warsaw"
        await observer.tap("Time zone")
        await observer.tap(observer.labels[0])
        assert chosen(house, "O001", "own_time_zone") == "Asia/Almaty"
        last = await observer.say("Warsaw")
        assert chosen(house, "O001", "own_time_zone") == "Asia/Almaty", "the question was closed"


async def test_an_observer_says_how_long_before_a_meeting_to_ring(tmp_path: Path) -> None:
    async with House(tmp_path, reminders="60,15") as house:
        observer = await house.enrol("O001")
        last = await observer.say("/settings")
        assert "60 + 15 min" in last["text"]
        await observer.tap("Reminders")
        last = await observer.tap("30 min")
        assert "meeting: 30 min" in last["text"]
        await observer.tap("Reminders")
        for words, complaint in (
            ("soon", "cannot read “soon”"),
            ("0, 5", "1 to 1440"),
            ("1441", "1 to 1440"),
            ("1 2 3 4 5", "Four reminders"),
            ("9" * 300, "cannot read"),
            ("5" + " " * 4000 + "x", "cannot read"),
        ):
            assert complaint in (await observer.say(words))["text"]
            assert chosen(house, "O001", "reminder_minutes") == "30"
        last = await observer.say("30, 90")
        assert "90 + 30 min" in last["text"]
        assert chosen(house, "O001", "reminder_minutes") == "90,30"
        await observer.tap("Reminders")
        await observer.tap("no reminder")
        assert chosen(house, "O001", "reminder_minutes") == ""
        last = await observer.say("45")
        assert chosen(house, "O001", "reminder_minutes") == "", "the question was closed"


async def test_an_observer_wants_to_sleep(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/settings")
        await observer.tap("Quiet hours")
        last = await observer.tap("23:00–07:00")
        assert "Quiet hours: 23:00 to 07:00" in last["text"]
        await observer.tap("Quiet hours")
        for words, complaint in (("25-26", "cannot read"), ("8-8", "another time"), ("at night", "cannot read")):
            assert complaint in (await observer.say(words))["text"]
            assert chosen(house, "O001", "quiet_from") == "23:00"
        last = await observer.say("22:30-7.15")
        assert "22:30 to 07:15" in last["text"]
        await observer.tap("Quiet hours")
        await observer.tap("No quiet hours")
        assert chosen(house, "O001", "quiet_from") is None


async def test_back_changes_nothing_and_keeps_a_log_that_is_open(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/programme")
        await observer.tap("Check in: 09:30")
        await observer.tap("I am here")
        await observer.tap("Write the log")
        await observer.say("/settings")
        await forge(observer, "1:se")
        assert house.rows("SELECT flow FROM conversation") == [("log",)]
        await observer.tap("Quiet hours")
        last = await observer.tap("Back")
        assert "Settings" in last["text"]
        assert house.rows("SELECT count(*) FROM conversation") == [(0,)]


@pytest.mark.parametrize(
    "data",
    [
        "1:st:l:xx",
        "1:st:z:../../etc/passwd",
        "1:st:z:localtime",
        "1:st:r:999999999999999999",
        "1:st:r:-5",
        "1:st:q:2500-0700",
        "1:st:q:0700-0700",
        "1:st:q:'; DROP TABLE person; --",
        "1:st:x:1",
    ],
)
async def test_a_forged_choice_changes_nothing(tmp_path: Path, data: str) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/settings")
        columns = "own_language, own_time_zone, reminder_minutes, quiet_from, quiet_until"
        before = house.rows(f"SELECT {columns} FROM person WHERE reference = 'O001'")
        await forge(observer, data)
        assert house.rows(f"SELECT {columns} FROM person WHERE reference = 'O001'") == before
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)]


async def test_a_person_reads_everything_that_is_held_on_him(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        extra = json.dumps({"Blood <group>": "AB & <b>", "Room": "x" * 5000})
        await house.act(
            lambda desk: desk.db.execute(
                "UPDATE person SET phone = '+7 701', extra = ? WHERE reference = 'O001'", (extra,)
            )
        )
        await observer.say("/programme")
        await observer.tap("Check in: 09:30")
        await observer.tap("I am here")
        await observer.locate(51.13, 71.43)
        await observer.say("/me")
        text = observer.read()
        for words in (
            "Observer 001",
            "O001",
            "+7 701",
            "Blood <group>: AB & <b>",
            f"Account: {observer.user_id}",
            "1 check-in",
            "1 of them with a location",
            "fieldpost forget O001",
        ):
            assert words in text
        assert text.count("x") > 5000
        sent = house.rows("SELECT count(*) FROM inbox WHERE CAST(raw AS TEXT) LIKE '%\"id\":1000,%'")[0][0]
        assert f"{sent} messages as Telegram" in text
        assert "Leave the mission" in observer.labels


async def test_a_person_leaves_and_the_coordinators_hear_of_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        observer = await house.enrol("O001")
        await observer.say("/me")
        await observer.tap("Leave the mission")
        assert chosen(house, "O001", "active") == 1
        await observer.tap("No, stay")
        assert chosen(house, "O001", "active") == 1
        await observer.say("/me")
        await observer.tap("Leave the mission")
        last = await observer.tap("Yes, leave the mission")
        assert "You have left" in last["text"]
        assert "Observer 001" in coordinator.last["text"]
        assert "has left" in coordinator.last["text"]
        assert house.rows("SELECT active, ended_how FROM person WHERE reference = 'O001'") == [(0, "left")]
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'left'") == [(1,)]
        assert house.rows("SELECT count(*) FROM outbox WHERE method = 'deleteMyCommands'") == [(1,)]
        last = await observer.say("/programme")
        assert "has ended" in last["text"]
        await forge(observer, "1:lv:1")
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'left'") == [(1,)]

        def listed_again(desk: Desk) -> None:
            people.change(desk.db, [_as_listed(desk, "O001")], desk.now)

        await house.act(listed_again)
        assert chosen(house, "O001", "active") == 0, "the roster does not bring back who left"


def _as_listed(desk: Desk, reference: str) -> dict[str, object]:
    values = people.list_values(desk.db)[reference]
    return {"reference": reference, **values}


async def test_the_last_coordinator_of_the_whole_mission_cannot_leave(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        first = await house.enrol("C003")
        await first.say("/me")
        last = await first.tap("Leave the mission")
        assert "only coordinator" in last["text"]
        await forge(first, "1:lv:1")
        assert chosen(house, "C003", "active") == 1
        await house.enrol("C002")
        await first.say("/me")
        await first.tap("Leave the mission")
        await first.tap("Yes, leave the mission")
        assert chosen(house, "C003", "active") == 0
