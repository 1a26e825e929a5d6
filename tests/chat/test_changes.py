"""A meeting is moved, elsewhere, cancelled: by whom it may be, and who hears of it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import turn
from tests.chat.checking_in import at, well
from tests.house import MORNING, House, Message, Phone


async def menu(phone: Phone, start: str = "09:30") -> Message:
    """The menu of changes of a meeting."""
    await phone.say("/programme 2019-06-08")
    await phone.tap(f"Check in: {start}")
    return await phone.tap("Change")


async def a_minute_later(house: House, minutes: int = 2) -> None:
    """The clock goes on, and what is due has gone."""
    turn(house.clock_file, house.clock.now() + timedelta(minutes=minutes), 1.0)
    await house.told()


def starts(house: House, reference: str = "M01") -> str:
    return str(house.rows("SELECT starts_at FROM meeting WHERE reference = ?", reference)[0][0])


def heard(phone: Phone, word: str = "The programme has changed") -> list[str]:
    """Notices on a phone."""
    return [str(m["text"]) for m in phone.messages if word in str(m.get("text", ""))]


async def test_a_coordinator_moves_a_meeting_and_everybody_concerned_hears_it_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, lead = await house.enrol("C003"), await house.enrol("C001")
        observer, outsider = await house.enrol("O001", "ru"), await house.enrol("O060")
        await menu(press)
        await press.tap("Another time")
        last = await press.tap("+30")
        assert "09:30–10:30" in last["text"]
        assert "10:00–11:00" in last["text"]
        last = await press.tap("Change it")
        assert "Changed." in last["text"]
        assert starts(house) == "2019-06-08T04:00:00.000Z"
        assert heard(lead) == []
        await menu(press, "10:00")
        await press.tap("Another place")
        await press.say("Dostyk 5")
        await press.tap("Change it")
        await a_minute_later(house)
        assert len(heard(lead)) == 1
        (told,) = heard(observer, "Программа изменилась")
        assert "10:00–11:00" in told
        assert "Dostyk 5" in told
        assert "Press officer" in told
        assert heard(outsider) == []
        assert heard(press) == []
        (receipt,) = heard(press, "Your change of")
        assert "2 people were told" in receipt
        assert "could not be told" in receipt
        assert well(house)


async def test_the_teams_group_hears_of_a_change_without_a_name_and_other_groups_do_not(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        chats = {team: house.telegram.add_group(f"Group {team}", [press.user_id]) for team in ("HQ", "Team 5")}
        for chat_id in chats.values():
            house.telegram.add_bot(chat_id, press.user_id)
        await house.settle()
        bind = (
            "UPDATE chat SET purpose = 'team', language = 'ru', team_id = (SELECT id FROM team WHERE name = ?)"
            " WHERE chat_id = ?"
        )
        await house.act(lambda desk: desk.db.executemany(bind, list(chats.items())))
        await menu(press)
        await press.tap("Another time")
        await press.tap("+30")
        await press.tap("Change it")
        await a_minute_later(house)
        told = {
            team: [m["text"] for m in house.telegram.bot_messages(chat) if "Программа изменилась" in m["text"]]
            for team, chat in chats.items()
        }
        assert told["Team 5"] == []
        (text,) = told["HQ"]
        assert "10:00–11:00" in text
        assert "Press officer" not in text


async def test_an_observer_moves_his_own_meeting_a_little_and_asks_for_more(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await menu(observer)
        await observer.tap("Another time")
        last = await observer.say("10:15")
        assert "Change it" in observer.labels
        last = await observer.tap("Change it")
        assert starts(house) == "2019-06-08T04:15:00.000Z"
        await menu(observer, "10:15")
        await observer.tap("Cancelled")
        last = await observer.say("The host is ill")
        assert "Why: The host is ill" in last["text"]
        assert "Propose it" in observer.labels
        last = await observer.tap("Propose it")
        assert "1 coordinator was asked" in last["text"]
        assert "The host is ill" in press.last["text"]
        assert house.rows("SELECT cancelled_at FROM meeting WHERE reference = 'M01'") == [(None,)]
        await press.tap("✓ Accept")
        assert house.rows("SELECT cancelled_at IS NULL FROM meeting WHERE reference = 'M01'") == [(0,)]
        assert "accepted your proposal" in observer.last["text"]
        revisions = house.rows(
            "SELECT revision, source, reason, p.reference FROM meeting_revision AS r JOIN person AS p"
            " ON p.id = author_id WHERE meeting_id = 1 ORDER BY revision"
        )
        assert revisions == [(2, "chat", "", "O001"), (3, "proposal", "The host is ill", "O001")]
        await a_minute_later(house)
        assert heard(observer) == []
        assert well(house)


async def test_two_proposals_stand_side_by_side_and_the_one_on_the_old_state_says_so(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, second = await house.enrol("C003"), await house.enrol("C001", "en")
        one, two = await house.enrol("O001"), await house.enrol("O002", "en")
        for phone, time in ((one, "15:00"), (two, "16:00")):
            await menu(phone)
            await phone.tap("Another time")
            await phone.say(time)
            await phone.tap("Propose it")
        assert "2 proposals wait" in press.last["text"]
        assert "15:00–16:00" in press.last["text"]
        assert "16:00–17:00" in press.last["text"]
        await press.tap("✓ Accept 2")
        assert starts(house) == "2019-06-08T10:00:00.000Z"
        assert "accepted" in two.last["text"]
        side = press.messages[-1]["text"]
        assert "The meeting has changed since this was proposed" in side
        await second.tap("✓ Accept")
        toast = house.telegram.toasts[-1].get("text") or ""
        assert "changed since you saw it" in toast
        assert starts(house) == "2019-06-08T10:00:00.000Z"
        await second.tap("✗ Refuse")
        assert "did not accept" in one.last["text"]
        assert house.rows("SELECT state FROM proposal ORDER BY id") == [("refused",), ("accepted",)]
        assert well(house)


async def test_a_coordinator_makes_something_else_of_a_proposal_and_its_author_learns_what(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, second = await house.enrol("C003"), await house.enrol("C001", "en")
        observer, other = await house.enrol("O001"), await house.enrol("O002", "en")
        for phone, time in ((observer, "15:00"), (other, "16:00")):
            await menu(phone)
            await phone.tap("Another time")
            await phone.say(time)
            await phone.tap("Propose it")
        last = await press.tap("✎ Amend 1")
        assert "15:00–16:00" in last["text"]
        await press.tap("Something else too")
        await press.tap("Another time")
        last = await press.say("15:30")
        assert "15:30–16:30" in last["text"]
        await press.tap("Change it")
        assert starts(house) == "2019-06-08T09:30:00.000Z"
        assert house.rows("SELECT state FROM proposal ORDER BY id") == [("accepted",), ("open",)]
        assert house.rows(
            "SELECT r.source, p.reference FROM meeting_revision AS r JOIN person AS p ON p.id = r.author_id"
            " WHERE r.meeting_id = 1 AND r.revision = 2"
        ) == [("proposal", "C003")]
        assert "15:30" in observer.read()
        assert "accepted" in observer.read()
        last = await second.tap("✎ Amend")
        last = await second.tap("✎ Amend")
        assert "16:00–17:00" in last["text"], "the other one waits for him as it is"
        assert well(house)


async def test_a_change_on_a_meeting_that_changed_meanwhile_is_shown_anew(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, lead = await house.enrol("C003"), await house.enrol("C001", "en")
        for phone in (press, lead):
            await menu(phone)
            await phone.tap("Another time")
            await phone.tap("+30" if phone is press else "+15")
        await press.tap("Change it")
        last = await lead.tap("Change it")
        assert "Press officer has changed this meeting meanwhile" in last["text"]
        assert starts(house) == "2019-06-08T04:00:00.000Z"
        await lead.tap("Change it")
        assert starts(house) == "2019-06-08T03:45:00.000Z"
        assert house.rows("SELECT max(revision) FROM meeting_revision WHERE meeting_id = 1") == [(3,)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("25:00", "no such time of day"),
        ("31 June", "no such day"),
        ("banana", "did not understand"),
        ("15:00-14:00", "end before it begins"),
        ("1919-06-08 10:00", "has passed already"),
    ],
)
async def test_a_time_that_cannot_be_is_explained_and_nothing_changes(tmp_path: Path, typed: str, said: str) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await menu(press)
        await press.tap("Another time")
        last = await press.say(typed)
        assert said in last["text"]
        assert "Change it" not in press.labels
        last = await press.say("завтра в 10")
        if said != "end before it begins":
            assert "10:00–11:00" in last["text"]
            assert "Jun 9" in last["text"]
        assert house.rows("SELECT max(revision) FROM meeting_revision") == [(1,)]


async def test_everything_of_a_meeting_can_be_changed_and_its_history_told(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await menu(press)
        await press.tap("Who of ours")
        await press.say("team 1")
        last = await press.say("Observer 060")
        await press.tap("+ Observer 060")
        await press.tap("Done")
        await press.tap("Something else too")
        await press.tap("Whom we meet")
        await press.say("Aigul B., deputy; Serik A., secretary")
        await press.tap("✗ Daniya")
        await press.tap("Done")
        await press.tap("Something else too")
        await press.tap("Note")
        await press.say("Bring <passports> & badges")
        last = await press.say("The host asked for it")
        assert "Bring &lt;passports&gt; &amp; badges" in last["text"] or "Bring <passports> & badges" in last["text"]
        await press.tap("Change it")
        assert house.rows("SELECT participants, note, revision FROM meeting WHERE reference = 'M01'") == [
            ('["HQ", "Team 1", "O060"]', "Bring <passports> & badges", 2)
        ]
        await press.tap("Show the meeting")
        last = await press.tap("History")
        for word in ("2 versions", "Aigul B., deputy", "Team 1", "The host asked for it", "from a file"):
            assert word in last["text"]
        await menu(press)
        last = await press.tap("Postponed")
        await press.tap("Change it")
        last = await press.tap("Show the meeting")
        assert "postponed" in last["text"]
        assert "I am here" not in press.labels
        await press.tap("Change")
        await press.tap("Another time")
        await press.say("16:00")
        await press.tap("Change it")
        assert house.rows("SELECT postponed, starts_at FROM meeting WHERE reference = 'M01'") == [
            (0, "2019-06-08T10:00:00.000Z")
        ]
        assert well(house)


async def test_half_hours_a_calendar_and_the_venue_of_another_meeting_are_a_tap_away(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await house.act(lambda desk: desk.db.execute("UPDATE meeting SET venue = 'House 7' WHERE reference = 'M02'"))
        await menu(press)
        await press.tap("Another time")
        await press.tap("Another day")
        await press.tap("30")
        last = await press.tap("08:30")
        assert "Jun 30, 08:30–09:30" in last["text"]
        await press.tap("Something else too")
        await press.tap("Another place")
        last = await press.tap("House 7")
        await press.tap("Change it")
        assert starts(house) == "2019-06-30T02:30:00.000Z"
        assert house.rows("SELECT venue, latitude FROM meeting WHERE reference = 'M01'") == [("House 7", 51.126)]
        last = await press.tap("Show the meeting")
        await press.tap("Map")
        assert house.rows("SELECT method, state FROM outbox WHERE method = 'sendVenue'") == [("sendVenue", "sent")]


async def test_a_sticker_in_the_middle_of_a_change_loses_nothing_and_cancel_leaves(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await menu(press)
        await press.tap("Another time")
        await press.tap("+30")
        house.telegram.photo(press.user_id, b"\xff\xd8\xff" + bytes(50))
        await house.settle()
        assert "cannot use that" in press.last["text"]
        last = await press.tap("Done")
        assert "10:00–11:00" in last["text"]
        await press.say("/cancel")
        await press.say("/programme")
        assert starts(house) == "2019-06-08T03:30:00.000Z"
        assert well(house)


async def test_a_past_meeting_is_corrected_quietly(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await at(house, 20)
        await menu(press)
        await press.tap("Another place")
        await press.say("Dostyk 5")
        await press.tap("Change it")
        await a_minute_later(house)
        assert heard(observer) == []
        assert house.rows("SELECT count(*) FROM notice") == [(0,)]


async def test_a_coordinator_publishes_the_day_and_asks_how_it_stood(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await press.say("/publish 2019-06-08")
        await press.tap("Publish as version 1")
        turn(house.clock_file, MORNING + timedelta(minutes=20), 1.0)
        await menu(press)
        await press.tap("Another time")
        await press.tap("+30")
        await press.tap("Change it")
        last = await press.say("/asof 2019-06-08 09:30")
        assert "09:30–10:30" in last["text"]
        assert "Changed since" in last["text"]
        last = await press.say("/asof 2019-06-08 09:50")
        assert "Changed since" not in last["text"]
        last = await press.say("/publish")
        assert "10:00–11:00" in last["text"]
        await press.tap("Publish as version 2")
        assert house.rows("SELECT number FROM released_day ORDER BY number") == [(1,), (2,)]
        assert well(house)
