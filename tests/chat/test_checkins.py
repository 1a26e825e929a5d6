"""What an observer lives through when he checks in."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.desk import Desk
from storage import meetings
from tests.chat.checking_in import VENUE, at, card, forge, lead, sent, well, words
from tests.house import MORNING, House


async def test_an_observer_checks_in_with_one_tap_and_no_new_message(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        before = sent(house, observer)
        last = await observer.tap("I am here")
        assert sent(house, observer) == before
        assert "Stored: you arrived at 09:25." in last["text"]
        assert words(house) == [("O001", "a")]
        last = await observer.locate(*VENUE)
        assert "0 m from the venue (± 12 m)" in last["text"]
        assert sent(house, observer) == before
        assert well(house)


async def test_the_card_tells_how_he_stands_and_offers_what_makes_sense(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        assert "You: expected." in observer.last["text"]
        assert "Checked in: 0 of 9." in observer.last["text"]
        offered = ["I am here", "On my way", "Cannot attend", "Write the log", "Change", "Map", "Programme"]
        assert observer.labels == offered
        await observer.tap("I am here")
        last = await observer.tap("The meeting")
        assert "You said at 09:25: arrived." in last["text"]
        assert "Checked in: 1 of 9." in last["text"]
        assert observer.labels[0] == "I have left"
        last = await observer.tap("I have left")
        assert "you have left" in last["text"]
        assert words(house) == [("O001", "a"), ("O001", "l")]
        assert (await observer.tap("The meeting"))["text"].count("left again") == 1
        assert observer.labels[0] == "I am here"


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(-25, "That is 25 minutes before the start."), (12, "That is 12 minutes after the start."), (2, "")],
)
async def test_the_receipt_tells_how_early_or_late_he_was(tmp_path: Path, minutes: int, told: str) -> None:
    async with House(tmp_path, now=MORNING + timedelta(minutes=5 + minutes)) as house:
        observer = await house.enrol("O001")
        await card(observer)
        last = await observer.tap("I am here")
        assert told in last["text"]
        assert ("That is" in last["text"]) == bool(told)


async def test_an_arrival_five_hours_early_is_asked_about_and_stored_only_with_his_answer(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O060")
        await card(observer, "14:30")
        last = await observer.tap("I am here")
        assert "It starts only at 14:30, in 5 hours." in last["text"]
        assert words(house) == []
        await observer.tap("Back")
        assert words(house) == []
        await observer.tap("I am here")
        last = await observer.tap("Yes, I am here")
        assert "That is 5 hours before the start." in last["text"]
        assert words(house) == [("O060", "a")]


async def test_a_tap_on_yesterdays_card_is_asked_about(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await at(house, 9, 0, day=9)
        last = await observer.tap("I am here")
        assert "Nothing is stored yet" in last["text"]
        assert "10:30" in last["text"]
        assert words(house) == []
        await observer.tap("Yes, I was there")
        assert words(house) == [("O001", "a")]


async def test_somebody_on_his_way_tells_when_he_will_be_there(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("On my way")
        assert observer.labels[:4] == ["10 min", "20 min", "30 min", "60 min"]
        last = await observer.tap("20 min")
        assert "You expect to be there at 09:45." in last["text"]
        assert "You expect to be there at 09:45." in (await observer.tap("The meeting"))["text"]
        await forge(observer, "1:et:1:999999999999999999")
        assert house.rows("SELECT count(DISTINCT eta_at) FROM checkin") == [(1,)]
        await observer.tap("I am here")
        assert "has changed" in await forge(observer, "1:et:1:10")
        assert words(house) == [("O001", "w"), ("O001", "a")]
        assert well(house)


async def test_a_word_can_be_undone_for_ten_minutes_and_nothing_is_deleted(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("On my way")
        await observer.tap("I am here")
        last = await observer.tap("Undo")
        assert "on the way" in last["text"]
        assert house.telegram.toasts[-1]["text"] == "Taken back."
        assert words(house) == [("O001", "w")]
        assert house.rows("SELECT count(*) FROM checkin") == [(3,)]
        for data in ("1:un:2", "1:un:3", "1:un:999999999999999999", "1:un:0", "1:ci:1:u"):
            await forge(observer, data)
        assert words(house) == [("O001", "w")]
        assert house.rows("SELECT count(*) FROM checkin") == [(3,)]
        assert well(house)


async def test_after_ten_minutes_he_is_told_to_say_what_is_right(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        await at(house, 9, 36)
        last = await observer.tap("Undo")
        assert "Say instead what is right" in house.telegram.toasts[-1]["text"]
        assert "You said at 09:25: arrived." in last["text"]
        await observer.tap("On my way")
        assert words(house) == [("O001", "a"), ("O001", "w")]


async def test_nobody_undoes_what_somebody_else_said(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, other = await house.enrol("O001"), await house.enrol("O002")
        await card(observer)
        await observer.tap("I am here")
        await card(other)
        assert "has changed" in await forge(other, "1:un:1")
        assert words(house) == [("O001", "a")]


async def test_the_same_word_again_is_harmless(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        first = await observer.tap("I am here")
        await forge(observer, "1:ci:1:a")
        assert observer.last["text"] == first["text"]
        assert words(house) == [("O001", "a")]


async def test_the_teams_leader_is_told_who_cannot_attend_and_why(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader, observer = await house.enrol("O001"), await house.enrol("O002")
        coordinator = await house.enrol("C003")
        await lead(house, "O001")
        await card(observer)
        told, others = sent(house, leader), sent(house, coordinator)
        await observer.tap("Cannot attend")
        await observer.say("Ill <b>today</b>")
        assert "Reason: Ill &lt;b&gt;today" in str(
            house.rows("SELECT payload FROM outbox WHERE once_key LIKE 'cannot%'")
        )
        assert sent(house, leader) == told
        await at(house, 9, 27)
        await house.telegram.wait_for(lambda m: "cannot attend" in m.get("text", ""), leader.user_id, 10)
        await house.settle()
        assert "Observer 002 cannot attend" in leader.last["text"]
        assert "Reason: Ill <b>today</b>" in leader.last["text"]
        assert sent(house, leader) == told + 1
        assert sent(house, coordinator) == others


async def test_a_word_undone_within_the_minute_is_told_to_nobody(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer = await house.enrol("C003"), await house.enrol("O002")
        await card(observer)
        told = sent(house, coordinator)
        await observer.tap("Cannot attend")
        assert house.rows("SELECT count(*) FROM outbox WHERE state = 'queued'") == [(1,)]
        await observer.tap("Undo")
        assert house.rows("SELECT count(*) FROM outbox WHERE state = 'queued'") == [(0,)]
        await at(house, 9, 30)
        await house.settle()
        assert sent(house, coordinator) == told
        assert words(house) == []


async def test_without_a_leader_coordinators_are_told_and_told_again_when_he_comes_after_all(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer = await house.enrol("C003"), await house.enrol("O002")
        await card(observer)
        await observer.tap("Cannot attend")
        await at(house, 9, 28)
        await house.telegram.wait_for(lambda m: "cannot attend (" in m.get("text", ""), coordinator.user_id, 10)
        await observer.say("The car broke down")
        assert "The car broke down" in coordinator.last["text"]
        await observer.tap("I am here")
        assert "no longer says" in coordinator.last["text"]
        assert words(house) == [("O002", "c"), ("O002", "a")]


async def test_a_meeting_moved_in_the_middle_is_told_with_its_new_time(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)

        def move(desk: Desk) -> None:
            meeting = meetings.find_by_reference(desk.db, "M01")
            assert meeting is not None
            desk.db.execute(
                "UPDATE meeting SET starts_at = '2019-06-08T04:00:00.000Z', revision = revision + 1 WHERE id = ?",
                (meeting.meeting_id,),
            )

        await house.act(move)
        last = await observer.tap("I am here")
        assert "10:00" in last["text"]
        assert "That is 35 minutes before the start." in last["text"]


async def test_a_card_of_a_moved_meeting_tells_when_it_was_to_be_at_first(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await house.act(
            lambda desk: desk.db.execute(
                "UPDATE meeting SET starts_at = '2019-06-08T04:00:00.000Z' WHERE reference = 'M01'"
            )
        )
        await card(observer, "10:00")
        assert "09:30 at first." in observer.last["text"]


async def test_an_observer_whose_access_ended_in_the_middle_is_told_so(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await house.act(lambda desk: desk.db.execute("UPDATE person SET active = 0 WHERE reference = 'O001'"))
        await observer.tap("I am here")
        assert words(house) == []
        assert "access" in observer.last["text"].lower()


async def test_a_voice_message_at_the_reason_is_kept_and_the_question_stays(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("Cannot attend")
        house.telegram.voice(observer.user_id)
        await house.settle()
        assert house.rows("SELECT count(*) FROM log_entry WHERE file_id IS NOT NULL") == [(1,)]
        house.telegram.sticker(observer.user_id)
        await house.settle()
        assert "I asked for the reason" in observer.last["text"]
        last = await observer.say("Fever")
        assert "Reason: Fever" in last["text"]
        assert house.rows("SELECT reason FROM checkin") == [("Fever",)]


async def test_a_reason_for_a_word_that_no_longer_stands_is_kept_for_the_log(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("Cannot attend")
        await house.act(
            lambda desk: desk.db.execute(
                "INSERT INTO checkin (meeting_id, person_id, said_by, presence, said_at, processed_at)"
                " SELECT meeting_id, person_id, said_by, 'a', '2019-06-08T03:26:30.000Z', '2019-06-08T03:26:30.000Z'"
                " FROM checkin"
            )
        )
        await observer.say("Traffic")
        assert house.rows("SELECT body FROM log_entry") == [("Traffic",)]
        assert house.rows("SELECT DISTINCT reason FROM checkin") == [("",)]
