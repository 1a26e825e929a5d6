"""Where an observer is: asked for, out of the blue, far away, on the move."""

from datetime import UTC, datetime
from pathlib import Path

from services import erasure
from services.desk import Desk
from storage import people
from tests.chat.checking_in import FAR_AWAY, HALL, VENUE, at, cancel, card, forge, sent, well, words
from tests.house import House


async def test_a_place_far_from_the_venue_is_stored_and_asked_about(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        last = await observer.locate(*FAR_AWAY)
        assert "3.6 km from the venue (± 12 m)" in last["text"]
        assert "Is that right?" in last["text"]
        assert house.rows("SELECT distance_m > 3000 FROM checkin") == [(1,)]
        last = await observer.tap("Yes, I am there")
        assert "Is that right?" not in last["text"]
        await observer.tap("The meeting")
        await observer.tap("On my way")
        assert words(house) == [("O001", "a"), ("O001", "w")]


async def test_a_live_location_that_comes_nearer_answers_the_question_itself(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        point = house.telegram.location(observer.user_id, *FAR_AWAY, accuracy=10.0, live_period=900)
        await house.settle()
        assert "Is that right?" in observer.last["text"]
        letters = house.rows("SELECT count(*) FROM outbox")[0][0]
        for latitude in (51.158, 51.15, 51.17, 51.14):
            house.telegram.move(observer.user_id, point["message_id"], latitude, 71.43)
            await house.settle()
        assert house.rows("SELECT count(*) FROM outbox")[0][0] == letters
        house.telegram.move(observer.user_id, point["message_id"], 51.129, 71.43)
        await house.settle()
        assert "111 m from the venue" in observer.last["text"]
        assert "Is that right?" not in observer.last["text"]
        house.telegram.move(observer.user_id, point["message_id"], 51.1281, 71.43, stop=True)
        await house.settle()
        assert house.rows("SELECT count(*) FROM outbox")[0][0] == letters + 1
        assert house.rows("SELECT distance_m FROM checkin") == [(11,)]
        assert well(house)


async def test_a_moving_location_that_gave_no_place_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        first = house.telegram.location(observer.user_id, *FAR_AWAY, live_period=900)
        await house.settle()
        await at(house, 9, 40)
        await observer.locate(51.135, 71.43)
        house.telegram.move(observer.user_id, first["message_id"], *VENUE)
        await house.settle()
        assert house.rows("SELECT distance_m FROM checkin") == [(778,)]


async def test_a_place_out_of_the_blue_is_asked_about_and_one_tap_makes_it_a_check_in(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        before = sent(house, observer)
        last = await observer.locate(51.129, 71.43)
        assert sent(house, observer) == before + 1
        assert "Is this your check-in to Campaign office of the Ak Zhol party, 09:30?" in last["text"]
        assert "You are 111 m from it." in last["text"]
        assert observer.labels[0] == "Yes, I am here"
        assert observer.labels[1].startswith("11:00")
        assert words(house) == []
        await at(house, 9, 28)
        last = await observer.tap("Yes, I am here")
        assert "Stored: you arrived at 09:25." in last["text"]
        assert "111 m from the venue" in last["text"]
        assert sent(house, observer) == before + 1
        assert house.rows("SELECT latitude, settled_at IS NOT NULL FROM stray") == [(None, 1)]
        assert "has changed" in await forge(observer, "1:cs:1:1")
        assert words(house) == [("O001", "a")]
        assert well(house)


async def test_the_second_candidate_and_no_are_answers_too(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, other = await house.enrol("O001"), await house.enrol("O002")
        await observer.locate(*HALL)
        await observer.tap("11:00")
        assert house.rows("SELECT meeting_id, distance_m FROM checkin") == [(2, 0)]
        last = await other.locate(*HALL)
        last = await other.tap("No")
        assert "not kept" in last["text"]
        assert house.rows("SELECT count(*) FROM stray WHERE latitude IS NOT NULL") == [(0,)]
        for data in ("1:cs:1:1", "1:cs:99:1", "1:cs:2:0", "1:cs:2:999999999999999999"):
            await forge(other, data)
        assert words(house) == [("O001", "a")]
        assert well(house)


async def test_a_place_in_the_night_is_not_kept_and_he_is_told_what_to_do(tmp_path: Path) -> None:
    async with House(tmp_path, now=datetime(2019, 6, 7, 19, 0, tzinfo=UTC)) as house:
        observer = await house.enrol("O001")
        last = await observer.locate(*VENUE)
        assert "none of your meetings is near this hour" in last["text"]
        assert house.rows("SELECT count(*) FROM stray") == [(0,)]


async def test_a_place_sent_without_network_is_put_where_it_belongs_in_the_day(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await at(house, 12, 31)
        await card(observer, "12:30")
        await observer.tap("I am here")
        await at(house, 13, 0)
        half_past = datetime(2019, 6, 8, 3, 31, tzinfo=UTC)
        house.telegram.location(observer.user_id, *VENUE, date=half_past)
        await house.settle()
        assert "Ak Zhol" in observer.last["text"]
        await observer.tap("Yes, I am here")
        assert "you arrived at 09:31" in observer.read()
        assert "reached us later, at 13:00" in observer.read()
        assert house.rows("SELECT meeting_id, located_at IS NOT NULL FROM checkin ORDER BY id") == [(3, 0), (1, 1)]


async def test_a_place_while_he_writes_the_log_leaves_the_log_before_his_eyes(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        await observer.tap("Write the log")
        panel = observer.last
        before = sent(house, observer)
        await observer.locate(*VENUE)
        assert "Location stored" in observer.last["text"]
        assert sent(house, observer) == before + 1
        assert any(m["message_id"] == panel["message_id"] and m["text"] == panel["text"] for m in observer.messages)


async def test_a_meeting_cancelled_in_the_middle_keeps_what_he_gave(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, other = await house.enrol("O001"), await house.enrol("O002")
        await card(observer)
        await card(other)
        await observer.tap("I am here")
        await other.locate(*VENUE)
        await cancel(house, "M01")
        last = await observer.locate(*VENUE)
        assert "cancelled meanwhile. What you said is kept." in last["text"]
        assert house.rows("SELECT distance_m FROM checkin") == [(0,)]
        last = await other.tap("Yes, I am here")
        assert "is cancelled" in house.telegram.toasts[-1]["text"]
        assert "I am here" not in other.labels
        assert words(house) == [("O001", "a")]
        assert house.rows("SELECT count(*) FROM stray WHERE latitude IS NOT NULL") == [(1,)]
        await other.say("/checkin")
        assert not any("09:30" in label for label in other.labels)


async def test_a_panel_that_he_deleted_comes_back_with_the_receipt(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        house.telegram.erase(observer.last["message_id"], chat_id=observer.user_id)
        last = await observer.locate(*VENUE)
        assert "0 m from the venue" in last["text"]
        assert well(house)


async def test_a_venue_counts_as_a_location_and_a_die_is_answered(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        house.telegram.dice(observer.user_id)
        await house.settle()
        assert "I asked for your location" in observer.last["text"]
        house.telegram.contact(observer.user_id, "+7000")
        await house.settle()
        assert "I asked for your location" in observer.last["text"]
        assert await observer.say("We wait in the lobby")
        assert "kept as a point" in observer.last["text"]
        house.telegram.venue(observer.user_id, *VENUE, "Office", "Street 1")
        await house.settle()
        assert "0 m from the venue" in observer.last["text"]
        assert house.rows("SELECT body FROM log_entry") == [("We wait in the lobby",)]
        assert well(house)


async def test_whoever_is_forgotten_leaves_no_place_behind(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.locate(*VENUE)
        assert house.rows("SELECT count(*) FROM stray WHERE latitude IS NOT NULL") == [(1,)]

        def forget(desk: Desk) -> None:
            person = people.find_by_reference(desk.db, "O001")
            assert person is not None
            erasure.forget(desk, person, lambda number: f"Person {number}")

        await house.act(forget)
        assert house.rows("SELECT latitude, longitude, accuracy_m FROM stray") == [(None, None, None)]


async def test_a_place_sent_at_the_next_meeting_is_not_taken_for_the_last_ones(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        await at(house, 11, 5)
        await observer.locate(*HALL)
        await observer.tap("Yes")
        assert "11:00–12:00 Central Election Commission" in observer.read()
        located = (
            "SELECT m.reference, c.latitude IS NOT NULL FROM checkin AS c JOIN meeting AS m ON m.id = c.meeting_id"
        )
        assert house.rows(f"{located} ORDER BY c.id") == [("M01", 0), ("M02", 1)]
        assert well(house)
