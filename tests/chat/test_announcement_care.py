"""After the sending: confirmed, corrected, withdrawn, replied to; in doubt, stopped, approved, at its time."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import turn
from demo.telegram import Fault
from tests.chat.announcing import aboard, announce, bring, compose, page, report, texts
from tests.house import House, Phone


def phone(house: House, user_id: int) -> Phone:
    """Somebody's phone."""
    return Phone(house, user_id)


async def pass_time(house: House, hours: float) -> None:
    """So many hours later."""
    turn(house.clock_file, house.clock.now() + timedelta(hours=hours), 1.0)
    await house.rest()
    await house.settle()


async def send_with(coordinator: Phone, text: str, options: list[str], *choices: str) -> str:
    """Announce with options."""
    await compose(coordinator, text, *choices)
    await coordinator.tap("Options")
    for option in options:
        await coordinator.tap(option)
    await coordinator.tap("Back")
    await coordinator.tap("Preview")
    await coordinator.tap("Send to")
    return await report(coordinator)


async def test_reading_is_confirmed_counted_by_team_and_the_rest_are_reminded(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 6)
        group = await bring(house, coordinator, "All")
        await send_with(coordinator, "Read me", ["Ask to confirm"], "Roles…", "observer", "Back", "All groups")
        for user_id in people[:2]:
            await phone(house, user_id).tap("I have read it")
            await phone(house, user_id).tap("✓ You have read it")
        message = house.telegram.last(group)
        house.telegram.join(group, people[2])
        house.telegram.tap(people[2], message["message_id"], data=house.telegram.buttons(message)[0][1], chat_id=group)
        await house.settle()
        assert "Confirmed: 3 of" in await report(coordinator)
        await house.telegram.wait_for(lambda m: "I have read it · " in str(m.get("reply_markup")), group, 10)
        await coordinator.tap("By team")
        assert "Confirmed by team" in coordinator.last["text"]
        await coordinator.tap("Back")
        await coordinator.tap("Remind those")
        assert "4 people have not confirmed" in coordinator.last["text"]
        await coordinator.tap("Remind them")
        await report(coordinator)
        got = ["Please confirm" in texts(house, user_id)[-1] for user_id in people]
        assert got == [False, False, False, True, True, True]
        reminded = house.telegram.last(people[3])
        assert reminded["reply_to_message"]["text"] == "Read me"
        await phone(house, people[3]).tap("I have read it")
        assert "Confirmed: 4 of" in await report(coordinator)


async def test_a_correction_reaches_every_copy_and_keeps_the_button(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 5)
        group = await bring(house, coordinator, "All")
        await send_with(coordinator, "Bus at 8", ["Ask to confirm"], "Roles…", "observer", "Back", "All groups")
        await phone(house, people[0]).tap("I have read it")
        house.telegram.erase(house.telegram.last(people[1])["message_id"], chat_id=people[1])
        house.telegram.block(people[2])
        await coordinator.tap("Correct")
        await coordinator.say("Bus at 9")
        said = await report(coordinator)
        assert "Corrected: 4 · waiting 0 · not 2" in said
        assert [texts(house, chat)[-1] for chat in (group, people[0], people[3])] == ["Bus at 9"] * 3
        assert [label for label, _ in house.telegram.buttons(house.telegram.last(people[0]))] == ["✓ You have read it"]
        assert [label for label, _ in house.telegram.buttons(house.telegram.last(people[3]))] == ["I have read it"]
        assert house.rows("SELECT version, language FROM announcement_text ORDER BY 1") == [(1, ""), (2, "")]


async def test_who_lost_his_role_while_he_was_asked_for_the_new_words_corrects_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        (reader,) = await aboard(house, 1)
        await announce(coordinator, "Bus at 8", "Roles…", "observer", "Back")
        await coordinator.tap("Correct")
        await house.act(lambda desk: desk.db.execute("UPDATE person SET role = 'observer' WHERE reference = 'C001'"))
        await coordinator.say("Bus at 9")
        assert texts(house, reader)[-1] == "Bus at 8"
        assert house.rows("SELECT count(*) FROM announcement_text") == [(1,)]


async def test_withdrawing_deletes_what_is_young_and_strikes_through_the_rest(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 3)
        await announce(coordinator, "A mistake", "Roles…", "observer", "Back")
        await coordinator.tap("Withdraw")
        await coordinator.tap("Yes, withdraw")
        assert "Deleted: 3 · waiting 0 · not 0" in await report(coordinator)
        assert [texts(house, user_id) for user_id in people] == [[]] * 3
        await announce(coordinator, "An old mistake", "Roles…", "observer", "Back")
        await pass_time(house, 49)
        await coordinator.tap("Withdraw")
        await coordinator.tap("Yes, withdraw")
        assert "Struck through: 3 · waiting 0 · not 0" in await report(coordinator)
        message = house.telegram.last(people[0])
        assert message["text"] == "Withdrawn\nAn old mistake"
        assert [entity["type"] for entity in message["entities"]] == ["bold", "strikethrough"]


@pytest.mark.parametrize(("answer", "copies"), [("Send again", 2), ("It arrived", 1)])
async def test_a_copy_in_doubt_is_shown_to_its_author_who_decides(tmp_path: Path, answer: str, copies: int) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 3)
        house.telegram.faults.add(Fault("cut_after", method="sendMessage", chat_id=people[1]))
        said = await announce(coordinator, "Maybe", "Roles…", "observer", "Back")
        assert "Sent 2 · waiting 0 · in doubt 1 · failed 0" in said
        await coordinator.tap("In doubt: 1")
        await coordinator.tap(answer)
        assert "Sent 3 · waiting 0 · in doubt 0 · failed 0" in await report(coordinator)
        assert texts(house, people[1]).count("Maybe") == copies


async def test_a_reply_reaches_the_author_and_his_answer_the_reader(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        (user_id,) = await aboard(house, 1)
        await announce(coordinator, "Questions?", "Roles…", "observer", "Back")
        reader = phone(house, user_id)
        await reader.say("Where is it?", reply_to=house.telegram.last(user_id)["message_id"])
        assert "Passed on to" in reader.last["text"]
        asked = next(m for m in reversed(coordinator.messages) if "Where is it?" in str(m.get("text")))
        await coordinator.say("In the hall", reply_to=asked["message_id"])
        answered = next(m for m in reversed(reader.messages) if "In the hall" in str(m.get("text")))
        assert answered["reply_to_message"]["text"] == "Where is it?"
        await reader.say("Thanks", reply_to=answered["message_id"])
        assert "Thanks" in coordinator.read()
        assert "2 replies came" in await report(coordinator)


async def test_an_answer_that_is_a_picture_reaches_the_reader_below_its_words(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        (user_id,) = await aboard(house, 1)
        await announce(coordinator, "Questions?", "Roles…", "observer", "Back")
        reader = phone(house, user_id)
        await reader.say("Where is it?", reply_to=house.telegram.last(user_id)["message_id"])
        asked = next(m for m in reversed(coordinator.messages) if "Where is it?" in str(m.get("text")))
        house.telegram.photo(coordinator.user_id, b"picture", "See the plan", reply_to=asked["message_id"])
        await house.settle()
        words, picture = reader.messages[-2:]
        assert "See the plan" in words["text"]
        assert picture["photo"]
        assert words["reply_to_message"]["text"] == "Where is it?"


async def test_paused_it_waits_and_stopped_it_never_goes(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 4)
        house.telegram.faults.add(Fault("429", method="sendMessage", retry_after=1, times=None, chat_id=people[0]))
        await compose(coordinator, "Wait", "Roles…", "observer", "Back")
        await coordinator.tap("Preview")
        message = coordinator.last
        data = next(data for label, data in house.telegram.buttons(message) if label.startswith("Send to"))
        house.telegram.tap(coordinator.user_id, message["message_id"], data=data)
        await house.telegram.wait_for(lambda m: "Sent 3 · waiting 1" in str(m.get("text")), coordinator.user_id, 10)
        pause = next(data for label, data in house.telegram.buttons(coordinator.last) if label == "Pause")
        house.telegram.tap(coordinator.user_id, message["message_id"], data=pause)
        await house.telegram.wait_for(lambda m: "paused" in str(m.get("text")), coordinator.user_id, 10)
        house.telegram.faults.clear()
        await coordinator.tap("Stop")
        assert "1 copy was stopped" in await report(coordinator)
        assert [texts(house, user_id).count("Wait") for user_id in people] == [0, 1, 1, 1]


async def test_who_did_not_get_it_is_listed_with_the_reason(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 3)
        house.telegram.deactivate(people[1])
        assert "failed 1" in await announce(coordinator, "Hear", "Roles…", "observer", "Back")
        await coordinator.tap("Who did not get it")
        listed = [line for line in page(coordinator, "Who did not get it").splitlines() if line.startswith("–")]
        assert listed == ["– Observer 002 (HQ): account is gone"]
        await coordinator.tap("Back")
        assert "failed 1" in page(coordinator, "Announcement")


async def test_the_group_sees_how_many_have_read_it_and_not_an_edit_for_each(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        readers = await aboard(house, 3)
        group = await bring(house, coordinator, "Mission")
        await send_with(coordinator, "Read this", ["Ask to confirm"], "Groups…", "Mission", "Back")
        copy = next(m for m in house.telegram.bot_messages(group) if "Read this" in str(m.get("text")))

        def button() -> str:
            now = next(m for m in house.telegram.bot_messages(group) if m["message_id"] == copy["message_id"])
            return house.telegram.buttons(now)[0][0]

        seen = [button()]
        for hours, reader in ((0.0, readers[0]), (0.0, readers[1]), (0.1, readers[2])):
            await pass_time(house, hours)
            house.telegram.tap(reader, copy["message_id"], data=house.telegram.buttons(copy)[0][1], chat_id=group)
            await house.settle()
            await house.rest()
            await house.settle()
            seen.append(button())
        await pass_time(house, 0.1)
        assert [*seen, button()] == [
            "I have read it", "I have read it · 1", "I have read it · 1", "I have read it · 2", "I have read it · 3",
        ]  # fmt: skip


async def test_what_goes_to_everyone_waits_for_another_coordinator(tmp_path: Path) -> None:
    async with House(tmp_path, second_person="true") as house:
        author, other = await house.enrol("C001"), await house.enrol("C002")
        people = await aboard(house, 3)
        await compose(author, "To all", "Everyone in private")
        await author.tap("Preview")
        await author.tap("Ask for approval")
        assert "waits for another coordinator" in author.last["text"]
        assert [texts(house, user_id) for user_id in people] == [[]] * 3
        await other.tap("Send to 5 people")
        await house.settle()
        assert [texts(house, user_id) for user_id in people] == [["To all"]] * 3
        assert "approved “To all”" in author.read()
        assert "Sent 5" in await report(author)


async def test_at_its_time_it_goes_out_and_again_the_next_day(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        (user_id,) = await aboard(house, 1)
        await compose(coordinator, "Good morning", "Roles…", "observer", "Back")
        await coordinator.tap("When")
        await coordinator.say("10:00")
        await coordinator.tap("When")
        await coordinator.tap("Every day")
        await coordinator.tap("Back")
        await coordinator.tap("Preview")
        await coordinator.tap("Schedule for 1 person")
        assert texts(house, user_id) == []
        for hours, copies in ((1, 1), (2, 1), (24, 2), (72, 3)):
            await pass_time(house, hours)
            assert texts(house, user_id) == ["Good morning"] * copies
        (row,) = house.rows("SELECT send_at FROM announcement WHERE repeats = 'daily'")
        assert datetime.fromisoformat(row[0]).hour == 4
        assert datetime.fromisoformat(row[0]) > house.clock.now()


async def test_of_an_author_who_lost_his_role_nothing_goes(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, other = await house.enrol("C001"), await house.enrol("C002")
        (user_id,) = await aboard(house, 1)
        await compose(coordinator, "Later", "Roles…", "observer", "Back")
        await coordinator.tap("When")
        await coordinator.say("10:00")
        await coordinator.tap("Preview")
        await coordinator.tap("Schedule")
        demote = "UPDATE person SET role = 'observer' WHERE reference = 'C001'"
        await house.act(lambda desk: desk.db.execute(demote))
        await pass_time(house, 1)
        assert texts(house, user_id) == []
        assert "no longer coordinates" in other.last["text"]


async def test_quiet_hours_hold_back_what_is_not_urgent(tmp_path: Path) -> None:
    async with House(tmp_path, overdue="false") as house:
        coordinator = await house.enrol("C001")
        quiet, loud = await aboard(house, 2)
        hush = "UPDATE person SET quiet_from = '09:00', quiet_until = '11:00' WHERE id = ?"
        await house.act(lambda desk: desk.db.execute(hush, (quiet - 50_000,)))
        await compose(coordinator, "No hurry", "Roles…", "observer", "Back")
        await coordinator.tap("Preview")
        await coordinator.tap("Send to")
        await house.settle()
        assert (texts(house, quiet), texts(house, loud)) == ([], ["No hurry"])
        await send_with(coordinator, "Hurry", ["Urgent"], "Roles…", "observer", "Back")  # settles what is due
        assert (texts(house, quiet)[0], texts(house, loud)[-1]) == ("Hurry", "Hurry")
        await pass_time(house, 2)
        assert texts(house, quiet) == ["Hurry", "No hurry"]


async def test_the_export_lists_every_copy(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        await aboard(house, 3)
        await announce(coordinator, "List", "Roles…", "observer", "Back")
        await coordinator.tap("Export")
        sent = next(m for m in reversed(coordinator.messages) if m.get("document"))
        assert sent["document"]["file_name"].startswith("announcement-")
        assert sent["caption"] == "3 copies"
        await coordinator.tap("All announcements")
        assert "“List”: sent, 3 of 3" in page(coordinator, "Announcements")
