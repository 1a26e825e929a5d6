"""A group chat is a good place: little noise, the truth on top, nothing personal."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.clock import turn
from services.desk import Desk
from storage import meetings
from tests.chat.announcing import aboard, announce, bring, texts
from tests.house import House


async def pinned(house: House, chat_id: int) -> list[str]:
    """What is pinned in a group."""
    return [m["text"] for m in house.telegram.chat(chat_id) if m["pinned"] and not m["deleted"]]


async def test_a_coordinator_who_brings_the_bot_says_what_the_group_is_for(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        chat_id = house.telegram.add_group("Team chat", [coordinator.user_id])
        house.telegram.add_bot(chat_id, coordinator.user_id)
        await house.settle()
        assert "What is this group for?" in coordinator.last["text"]
        assert texts(house, chat_id) == []
        await coordinator.tap("A team…")
        await coordinator.tap("Team")
        assert house.rows("SELECT purpose, team_id IS NOT NULL FROM chat") == [("team", 1)]
        assert "I may not pin" in coordinator.last["text"]


async def test_from_a_group_of_anybody_else_the_bot_leaves_politely_and_coordinators_hear_of_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer, stranger = await house.enrol("C001"), await house.enrol("O001"), await house.stranger()
        for phone, title in ((observer, "Friends"), (stranger, "Strangers")):
            chat_id = house.telegram.add_group(title, [phone.user_id])
            house.telegram.add_bot(chat_id, phone.user_id)
            await house.settle()
            assert len(texts(house, chat_id)) == 1
            assert house.telegram.world.chats[chat_id].bot_status == "left"
            assert f"<b>{title}</b>" in coordinator.last["html"]


async def test_in_a_group_few_commands_are_answered_and_the_answers_go_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer = await house.enrol("C001"), await house.enrol("O001")
        chat_id = await bring(house, coordinator, "All")
        house.telegram.join(chat_id, observer.user_id)
        while not texts(house, chat_id):  # the programme of the day comes by itself
            await asyncio.sleep(0.05)
        before = len(texts(house, chat_id))
        for command in ("/programme", "/next", "/help", "/team"):
            house.telegram.say(observer.user_id, command, chat_id=chat_id)
            await house.settle()
            shown = house.telegram.last(chat_id)
            assert len(texts(house, chat_id)) == before + 1  # the answer before is gone
            (label, link), *_ = house.telegram.buttons(shown)
            assert label == "Open the private chat"
            assert link == f"https://t.me/fieldpost_bot?start={command[1:]}"
            assert "Observer" not in shown["text"]
        await observer.say("/start next")
        assert "Status:" in observer.last["text"]
        turn(house.clock_file, house.clock.now() + timedelta(minutes=11), 1.0)
        await house.rest()
        await house.settle()
        assert len(texts(house, chat_id)) == before


async def test_the_pinned_programme_is_edited_as_it_changes_and_new_each_morning(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        chat_id = await bring(house, coordinator, "All")
        await house.rest()
        await house.rest()
        await house.settle()
        (programme,) = await pinned(house, chat_id)
        assert "09:30" in programme

        def move(desk: Desk) -> None:
            meeting = meetings.find_by_reference(desk.db, "M01")
            assert meeting is not None
            later = meeting.starts_at + timedelta(minutes=20)
            changed = meeting.__class__(
                **{name: getattr(meeting, name) for name in meeting.__slots__}
                | {"starts_at": later, "revision": meeting.revision + 1}
            )
            meetings.save(desk.db, changed, author_id=None, source="chat", reason="", now=desk.now)

        await house.act(move)
        await house.rest()
        await house.settle()
        (programme,) = await pinned(house, chat_id)
        assert "09:50" in programme
        assert len([text for text in texts(house, chat_id) if text.startswith("Programme")]) == 1
        quiet = len(house.telegram.calls.of("editMessageText"))
        await house.rest()
        await house.rest()
        assert len(house.telegram.calls.of("editMessageText")) == quiet  # nothing has changed: nothing is sent


async def test_a_kicked_bot_a_lost_right_and_a_new_title_are_noticed(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        kicked = await bring(house, coordinator, "Kicked")
        renamed = await bring(house, coordinator, "Old name")
        house.telegram.remove_bot(kicked, coordinator.user_id)
        house.telegram.rename(renamed, "New name")
        house.telegram.add_bot(renamed, coordinator.user_id, "administrator", rights={"can_pin_messages": False})
        await house.settle()
        assert "no longer in the group Kicked" in coordinator.read()
        board = (await coordinator.say("/groups"))["text"]
        assert "I am not in it any more" in board
        assert "New name" in board
        assert "I may not pin" in board
        await announce(coordinator, "Still here", "All groups")
        assert texts(house, renamed)[-1] == "Still here"


async def test_a_group_that_became_a_supergroup_keeps_its_purpose(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        old = await bring(house, coordinator, "Growing")
        new = house.telegram.migrate(old)
        await house.settle()
        said = await announce(coordinator, "Found you", "All groups")
        assert "Sent 1 · waiting 0 · in doubt 0 · failed 0" in said
        assert texts(house, new)[-1] == "Found you"
        assert house.rows("SELECT chat_id FROM chat WHERE purpose = 'mission'") == [(new,)]


async def test_in_a_forum_each_kind_has_its_topic_and_a_closed_one_is_noticed(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        chat_id = house.telegram.add_group("Forum", [coordinator.user_id], forum=True)
        house.telegram.add_bot(chat_id, coordinator.user_id, "administrator")
        await house.settle()
        await coordinator.tap("The whole mission")
        await house.settle()
        topics = {topic.name: number for number, topic in house.telegram.world.chats[chat_id].topics.items()}
        assert set(topics) == {"Announcements", "Programme", "Incidents"}
        await announce(coordinator, "In its topic", "All groups")
        assert house.telegram.last(chat_id)["message_thread_id"] == topics["Announcements"]
        house.telegram.delete_topic(chat_id, topics["Announcements"])
        said = await announce(coordinator, "Anyway", "All groups")
        assert "Sent 1 ·" in said
        assert "message_thread_id" not in house.telegram.last(chat_id)
        assert "a topic of mine was closed or deleted" in coordinator.read()
        assert "a topic is closed or gone" in (await coordinator.say("/groups"))["text"]


async def test_an_announcement_is_pinned_where_the_bot_may(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        await aboard(house, 1)
        may = await bring(house, coordinator, "May")
        may_not = await bring(house, coordinator, "May not")
        house.telegram.add_bot(may_not, coordinator.user_id, "administrator", rights={"can_pin_messages": False})
        await house.settle()
        await coordinator.say("/announce")
        await coordinator.say("On top")
        await coordinator.tap("Options")
        await coordinator.tap("Pin")
        await coordinator.tap("Back")
        await coordinator.tap("For whom")
        await coordinator.tap("All groups")
        await coordinator.tap("Back")
        await coordinator.tap("Preview")
        await coordinator.tap("Send to 2 groups")
        for _ in range(3):
            await house.rest()
            await house.settle()
        assert "On top" in await pinned(house, may)
        assert "On top" not in await pinned(house, may_not)
        assert "Pinned: 1 · waiting 0 · not 1" in coordinator.read()
