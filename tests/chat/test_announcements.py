"""A coordinator tells people and groups something, and knows who got it."""

from pathlib import Path

from tests.chat.announcing import aboard, announce, bring, compose, report, texts
from tests.house import House


async def test_everyone_and_every_group_gets_it_once_and_the_author_sees_the_count(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 20)
        groups = [await bring(house, coordinator, f"Group {n}") for n in range(3)]
        said = await announce(coordinator, "Bring your badges.", "Everyone in private", "All groups")
        for chat_id in (*people, *groups, coordinator.user_id):
            assert texts(house, chat_id).count("Bring your badges.") == (2 if chat_id == coordinator.user_id else 1)
        assert "3 groups and 21 people" in said
        assert "Sent 24 · waiting 0 · in doubt 0 · failed 0" in said
        assert not house.telegram.surprises


async def test_a_double_tap_sends_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 5)
        await compose(coordinator, "Once.", "Everyone in private")
        await coordinator.tap("Preview")
        message = coordinator.last
        data = next(data for label, data in house.telegram.buttons(message) if label.startswith("Send to"))
        for _ in range(3):
            house.telegram.tap(coordinator.user_id, message["message_id"], data=data)
        await report(coordinator)
        assert [texts(house, user_id).count("Once.") for user_id in people] == [1] * 5


async def test_an_audience_of_nobody_is_not_sent(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        await coordinator.say("/announce")
        await coordinator.say("Hello")
        assert "Preview" not in coordinator.labels
        await coordinator.tap("For whom")
        await coordinator.tap("All groups")
        await coordinator.tap("Back")
        await coordinator.tap("Preview")
        assert "Nobody would get it" in coordinator.last["text"]
        assert not any(label.startswith("Send") for label in coordinator.labels)
