"""What an observer lives through when he checks in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import turn
from services import erasure
from services.desk import Desk
from storage import meetings
from tests.house import MORNING, House, Phone

VENUE = (51.128, 71.43)
FAR_AWAY = (51.16, 71.43)
HALL = (51.126, 71.447)


async def at(house: House, hour: int, minute: int = 0, day: int = 8) -> None:
    """The clock shows this time in Nur-Sultan."""
    turn(house.clock_file, datetime(2019, 6, day, hour, minute, tzinfo=UTC) - timedelta(hours=6), 1.0)


async def card(phone: Phone, start: str = "09:30") -> None:
    """A meeting's card on the phone."""
    await phone.say("/programme 2019-06-08")
    await phone.tap(f"Check in: {start}")


async def forge(phone: Phone, data: str) -> str:
    """A tap with this data; the toast that answers it."""
    phone.telegram.tap(phone.user_id, phone.last["message_id"], data=data)
    await phone.house.settle()
    return str(phone.telegram.toasts[-1].get("text") or "")


def sent(house: House, phone: Phone) -> int:
    """New messages that the bot has written to this phone."""
    rows = house.rows(
        "SELECT count(*) FROM outbox WHERE chat_id = ? AND method = 'sendMessage' AND state = 'sent'", phone.user_id
    )
    return int(rows[0][0])


def words(house: House) -> list[tuple[str, str]]:
    """(who, what) of every word that counts."""
    return house.rows(
        "SELECT p.reference, c.presence FROM standing_checkin AS c JOIN person AS p ON p.id = c.person_id ORDER BY c.id"
    )


def well(house: House) -> bool:
    """Nothing of ours failed and Telegram refused nothing."""
    return house.rows(
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'parked'),"
        " (SELECT count(*) FROM outbox WHERE state = 'refused'), (SELECT coalesce(sum(attempts), 0) FROM inbox)"
    ) == [(0, 0, 0)]


async def cancel(house: House, reference: str) -> None:
    """The meeting does not take place."""

    def do(desk: Desk) -> None:
        desk.db.execute("UPDATE meeting SET cancelled_at = ? WHERE reference = ?", (str(desk.now), reference))

    await house.act(do)


async def lead(house: House, reference: str) -> None:
    """This person leads his team."""
    await house.act(
        lambda desk: desk.db.execute("UPDATE person SET role = 'team_leader' WHERE reference = ?", (reference,))
    )


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
        assert observer.labels == ["I am here", "On my way", "Cannot attend", "Write the log", "Programme"]
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
        last = await observer.tap("Yes, I am here")
        assert "you arrived at 09:31" in last["text"]
        assert "reached us later, at 13:00" in last["text"]
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


async def test_whoever_is_forgotten_leaves_no_place_behind(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.locate(*VENUE)
        assert house.rows("SELECT count(*) FROM stray WHERE latitude IS NOT NULL") == [(1,)]
        await house.act(lambda desk: erasure)
