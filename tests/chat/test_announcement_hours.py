"""Announcements and the clock: at their time in spite of summer time, held at night, over when they are over."""

from datetime import UTC, datetime
from pathlib import Path

from bot.clock import turn
from tests.chat.announcing import FIRST, aboard, bring, compose, page, report, texts
from tests.chat.checking_in import at, card
from tests.chat.test_groups import pinned
from tests.house import House, Phone

LATE = datetime(2019, 6, 8, 17, 30, tzinfo=UTC)
"""23:30 in Nur-Sultan."""


async def pass_until(house: House, moment: datetime) -> None:
    """The clock shows this moment, and whatever is due goes."""
    turn(house.clock_file, moment, 1.0)
    await house.rest()
    await house.settle()


async def abroad(house: House, zone: str) -> Phone:
    """The coordinator, whose clock is of this zone."""
    coordinator = await house.enrol("C001")
    moves = "UPDATE person SET own_time_zone = ? WHERE reference = 'C001'"
    await house.act(lambda desk: desk.db.execute(moves, (zone,)))
    return coordinator


async def send(coordinator: Phone, label: str = "Send to") -> str:
    """Previewed and sent, or scheduled; what the preview says."""
    await coordinator.tap("Preview")
    said = page(coordinator, "This is how it will look")
    await coordinator.tap(label)
    return said


async def test_what_is_scheduled_across_summer_time_goes_when_the_authors_clock_says_so(tmp_path: Path) -> None:
    async with House(tmp_path, now=datetime(2019, 3, 29, 12, tzinfo=UTC), overdue="false") as house:
        coordinator = await abroad(house, "Europe/Berlin")
        (user_id,) = await aboard(house, 1)
        await compose(coordinator, "Clocks have changed", "Roles…", "observer", "Back")
        await coordinator.tap("When")
        await coordinator.say("2019-04-01 10:00")
        await send(coordinator, "Schedule")
        assert house.rows("SELECT send_at FROM announcement") == [("2019-04-01T08:00:00.000Z",)]  # summer: two hours
        await pass_until(house, datetime(2019, 4, 1, 7, 59, tzinfo=UTC))
        assert texts(house, user_id) == []
        await pass_until(house, datetime(2019, 4, 1, 8, tzinfo=UTC))
        assert texts(house, user_id) == ["Clocks have changed"]


async def test_what_goes_every_week_keeps_its_hour_when_the_clocks_change_and_missed_weeks_come_once(
    tmp_path: Path,
) -> None:
    async with House(tmp_path, now=datetime(2019, 3, 23, 12, tzinfo=UTC), overdue="false") as house:
        coordinator = await abroad(house, "Europe/Berlin")
        (user_id,) = await aboard(house, 1)
        await compose(coordinator, "Weekly report", "Roles…", "observer", "Back")
        await coordinator.tap("When")
        await coordinator.say("2019-03-25 10:00")
        await coordinator.tap("When")
        await coordinator.tap("Every week")
        await coordinator.tap("Back")
        said = await send(coordinator, "Schedule")
        assert "Goes out again every week." in said
        for moment, copies in (
            (datetime(2019, 3, 25, 9, tzinfo=UTC), 1),  # 10:00 in winter
            (datetime(2019, 4, 1, 7, 59, tzinfo=UTC), 1),
            (datetime(2019, 4, 1, 8, tzinfo=UTC), 2),  # 10:00 in summer
            (datetime(2019, 4, 22, 12, tzinfo=UTC), 3),  # the bot slept for three weeks
        ):
            await pass_until(house, moment)
            assert texts(house, user_id) == ["Weekly report"] * copies
        assert house.rows("SELECT send_at FROM announcement WHERE repeats = 'weekly'") == [
            ("2019-04-29T08:00:00.000Z",)
        ]


async def test_when_its_time_is_over_it_is_unpinned_and_what_still_waits_never_goes(tmp_path: Path) -> None:
    async with House(tmp_path, overdue="false") as house:
        coordinator = await house.enrol("C001")
        (sleeper,) = await aboard(house, 1)
        hush = "UPDATE person SET quiet_from = '09:00', quiet_until = '18:00' WHERE id = ?"
        await house.act(lambda desk: desk.db.execute(hush, (sleeper - FIRST,)))
        group = await bring(house, coordinator, "All")
        await compose(coordinator, "Bus at 11", "Roles…", "observer", "Back", "All groups")
        await coordinator.tap("Options")
        await coordinator.tap("Pin")
        await coordinator.tap("Back")
        await coordinator.tap("Valid until")
        await coordinator.say("11:00")
        assert "Valid until: Jun 8 11:00" in coordinator.last["text"]
        await send(coordinator)
        for _ in range(3):
            await house.rest()
            await house.settle()
        assert "Bus at 11" in await pinned(house, group)
        await at(house, 11, 1)
        assert "1 copy was stopped." in await report(coordinator)
        assert "Bus at 11" not in await pinned(house, group)
        await at(house, 18, 1)
        await report(coordinator)
        assert texts(house, sleeper) == []


async def test_what_is_over_before_its_time_never_goes_at_all(tmp_path: Path) -> None:
    async with House(tmp_path, overdue="false") as house:
        coordinator = await house.enrol("C001")
        (user_id,) = await aboard(house, 1)
        await compose(coordinator, "Too late", "Roles…", "observer", "Back")
        await coordinator.tap("When")
        await coordinator.say("12:00")
        await coordinator.tap("Valid until")
        await coordinator.say("11:00")
        await send(coordinator, "Schedule")
        for hour in (11, 12):
            await at(house, hour, 1)
            await house.rest()
            await house.settle()
        assert texts(house, user_id) == []
        assert house.rows("SELECT state FROM announcement") == [("discarded",)]


async def test_at_night_groups_get_what_is_not_urgent_in_the_morning_and_people_at_once(tmp_path: Path) -> None:
    async with House(tmp_path, now=LATE, groups_quiet_from="22:00", overdue="false") as house:
        coordinator = await house.enrol("C001")
        (user_id,) = await aboard(house, 1)
        group = await bring(house, coordinator, "All")
        await compose(coordinator, "No hurry", "Roles…", "observer", "Back", "All groups")
        assert "In groups it waits for the end of their quiet hours: Jun 9 07:00." in await send(coordinator)
        await house.settle()
        assert texts(house, user_id) == ["No hurry"]
        await house.telegram.wait_for(lambda m: "Sent 1 · waiting 1" in str(m.get("text")), coordinator.user_id, 10)
        assert "1 copy waits for the end of quiet hours, until Jun 9 07:00." in page(coordinator, "Announcement")
        await coordinator.tap("Pause")
        await coordinator.tap("Go on")
        await at(house, 6, 59, day=9)
        await house.rest()
        await house.settle()
        assert "No hurry" not in texts(house, group)
        await at(house, 7, 0, day=9)
        assert "Sent 2 · waiting 0" in await report(coordinator)
        assert "No hurry" in texts(house, group)


async def test_an_urgent_announcement_breaks_the_night_of_groups(tmp_path: Path) -> None:
    async with House(tmp_path, now=LATE, groups_quiet_from="22:00", overdue="false") as house:
        coordinator = await house.enrol("C001")
        group = await bring(house, coordinator, "All")
        await compose(coordinator, "Hurry", "All groups")
        await coordinator.tap("Options")
        await coordinator.tap("Urgent")
        await coordinator.tap("Back")
        assert "quiet hours" not in (await send(coordinator)).lower()
        assert "Sent 1 · waiting 0" in await report(coordinator)
        assert "Hurry" in texts(house, group)


async def test_whoever_has_not_checked_in_by_now_is_asked_and_nobody_else(tmp_path: Path) -> None:
    async with House(tmp_path, overdue="false") as house:
        coordinator, prompt = await house.enrol("C001"), await house.enrol("O001")
        missing, elsewhere = await aboard(house, 2)
        moves = "UPDATE person SET team_id = (SELECT id FROM team WHERE name <> 'HQ' LIMIT 1) WHERE id = ?"
        await house.act(lambda desk: desk.db.execute(moves, (elsewhere - FIRST,)))
        await card(prompt)
        await prompt.tap("I am here")
        await at(house, 9, 45)
        await compose(coordinator, "Where are you?", "Not checked in today")
        assert "For: who has not checked in (Jun 8)" in await send(coordinator)
        await report(coordinator)
        got = [texts(house, user_id).count("Where are you?") for user_id in (missing, elsewhere, prompt.user_id)]
        assert got == [1, 0, 0]


async def test_nothing_is_asked_of_whoever_has_blocked_the_bot_since(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 3)
        group = await bring(house, coordinator, "All")
        await compose(coordinator, "A mistake", "Roles…", "observer", "Back", "All groups")
        await send(coordinator)
        await report(coordinator)
        house.telegram.block(people[0])
        house.telegram.remove_bot(group, coordinator.user_id)
        await house.settle()
        before = len(house.telegram.calls)
        await coordinator.tap("Correct")
        await coordinator.say("Another mistake")
        assert "Corrected: 2 · waiting 0 · not 2" in await report(coordinator)
        await coordinator.tap("Withdraw")
        await coordinator.tap("Yes, withdraw")
        assert "Deleted: 2 · waiting 0 · not 2" in await report(coordinator)
        called = {call.params.get("chat_id") for call in list(house.telegram.calls)[before:]}
        assert not called & {str(people[0]), people[0], str(group), group}
        assert {str(chat) for chat in called} >= {str(people[1]), str(people[2])}
