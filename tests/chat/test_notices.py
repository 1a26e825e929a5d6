"""Several people change a meeting within a minute: each hears of what the others did, and of that only."""

from pathlib import Path

from tests.chat.checking_in import well
from tests.chat.test_changes import a_minute_later, heard, menu
from tests.house import House, Phone


async def change(phone: Phone, start: str, *steps: str, why: str) -> None:
    """Tap, or write after "!"; say why; confirm."""
    await menu(phone, start)
    for step in steps:
        await (phone.say(step[1:]) if step.startswith("!") else phone.tap(step))
    await phone.say(why)
    assert "Changed." in (await phone.tap("Change it"))["text"]


async def test_who_changes_a_meeting_himself_still_hears_what_others_changed_just_before(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, lead = await house.enrol("C003"), await house.enrol("C001", "en")
        observer = await house.enrol("O001", "en")
        await change(lead, "09:30", "Another place", "!Dostyk 5", why="Water in the cellar")
        await change(press, "09:30", "Another time", "+30", why="They asked for it")
        await change(lead, "10:00", "Note", "!Bring passports", why="The guards are strict")
        await a_minute_later(house)
        (told,) = heard(press)
        for words in ("Dostyk 5", "Water in the cellar", "Bring passports", "The guards are strict"):
            assert words in told
        assert "Time:" not in told
        assert "They asked for it" not in told
        (told,) = heard(lead)
        assert "Time: 09:30–10:30 → 10:00–11:00" in told
        assert "Dostyk 5" not in told
        assert "Water in the cellar" not in told
        (told,) = heard(observer)
        assert "Dostyk 5" in told
        assert "10:00–11:00" in told
        assert "Bring passports" in told
        assert well(house)


async def test_who_does_not_take_part_any_more_hears_nothing_of_what_is_changed_afterwards(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001", "en")
        await change(press, "11:00", "Who of ours", "✓ HQ", "Done", why="Team 1 will do")
        await change(press, "11:00", "Another time", "+30", why="A confidential matter")
        await a_minute_later(house)
        (told,) = heard(observer)
        assert "You are not expected there any more." in told
        assert "Team 1 will do" in told
        assert "A confidential matter" not in told
        assert "11:30" not in told
        assert well(house)


async def test_a_coordinator_who_accepted_a_proposal_is_told_of_other_changes_without_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, lead = await house.enrol("C003"), await house.enrol("C001", "en")
        observer = await house.enrol("O001", "en")
        await menu(observer)
        await observer.tap("Another time")
        await observer.say("15:00")
        await observer.say("They are late")
        await observer.tap("Propose it")
        await change(lead, "09:30", "Another place", "!Dostyk 5", why="Water in the cellar")
        await press.tap("✓ Accept")
        await press.tap("✓ Accept")
        await a_minute_later(house)
        (told,) = heard(press)
        assert "Dostyk 5" in told
        assert "They are late" not in told
        assert "15:00–16:00 →" not in told
        (told,) = heard(observer)
        assert "Dostyk 5" in told
        assert "They are late" not in told
        assert well(house)


async def test_who_had_blocked_the_bot_learns_when_he_is_back_what_changed_meanwhile(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001", "en")
        house.telegram.block(observer.user_id)
        await house.settle()
        await change(press, "09:30", "Another place", "!Dostyk 5", why="Water in the cellar")
        await a_minute_later(house)
        assert heard(observer) == []
        house.telegram.block(observer.user_id, False)
        await house.settle()
        await a_minute_later(house)
        (told,) = heard(observer)
        assert "Dostyk 5" in told
        assert "Water in the cellar" in told
        assert well(house)
