"""Asking once for a log that did not come."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import turn
from tests.house import House


@pytest.mark.parametrize("leader_aboard", [True, False])
async def test_the_leader_is_asked_once_for_a_log_that_did_not_come(tmp_path: Path, leader_aboard: bool) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await house.act(lambda desk: desk.db.execute("UPDATE person SET role = 'team_leader' WHERE reference = 'O002'"))
        leader = await house.enrol("O002") if leader_aboard else observer
        bystander = await house.enrol("O003")
        await observer.say("/programme 2019-06-08")
        await observer.tap("Check in: 09:30")
        await observer.tap("I am here")
        turn(house.clock_file, datetime(2019, 6, 8, 4, 45, tzinfo=UTC), 1.0)
        await asyncio.sleep(0.6)
        await house.settle()
        assert "there is no log of it yet" not in leader.read()
        turn(house.clock_file, datetime(2019, 6, 8, 4, 51, tzinfo=UTC), 1.0)
        await house.telegram.wait_for(lambda m: "there is no log of it yet" in m.get("text", ""), leader.user_id, 10)
        await asyncio.sleep(0.6)
        await house.settle()
        asked = "SELECT chat_id FROM outbox WHERE once_key LIKE 'ask-log:%'"
        assert house.rows(asked) == [(leader.user_id,)]
        assert "no log of it yet" not in bystander.read()
        assert "Who received us" in (await leader.tap("Write the log"))["text"]


async def test_nobody_is_asked_for_a_log_that_came_or_of_a_meeting_nobody_went_to(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/programme 2019-06-08")
        await observer.tap("Check in: 09:30")
        await observer.tap("I am here")
        await observer.tap("Write the log")
        await observer.say("Host A")
        await observer.tap("Submit")
        turn(house.clock_file, datetime(2019, 6, 8, 6, 30, tzinfo=UTC), 1.0)
        await asyncio.sleep(0.6)
        await house.settle()
        assert house.rows("SELECT count(*) FROM outbox WHERE once_key LIKE 'ask-log:%'") == [(0,)]
