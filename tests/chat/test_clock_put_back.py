"""The machine's clock is put back: what waits does not wait until it has caught up."""

from datetime import timedelta
from pathlib import Path

from bot.clock import turn
from demo.telegram import Fault
from tests.house import House, Phone


async def comes(observer: Phone, last: int) -> None:
    """The programme, below what was there."""
    await observer.telegram.wait_for(lambda m: "Programme, " in m.get("text", ""), observer.user_id, 25, after=last)


async def test_an_answer_that_telegram_did_not_take_comes_soon_though_the_clock_was_put_back_a_day(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        fault = house.telegram.faults.add(Fault("status", "sendMessage", times=None))
        last = observer.last["message_id"]
        house.telegram.say(observer.user_id, "/programme 2019-06-08")
        while not fault.used:
            await house.rest()
        turn(house.clock_file, house.clock.now() - timedelta(days=1), 1.0)
        house.telegram.faults.clear()
        await comes(observer, last)


async def test_a_pause_that_telegram_asked_for_ends_though_the_clock_was_put_back_while_the_bot_was_away(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        fault = house.telegram.faults.add(Fault("429", "sendMessage", times=1, retry_after=30))
        last = observer.last["message_id"]
        house.telegram.say(observer.user_id, "/programme 2019-06-08")
        while not fault.used:
            await house.rest()
        await house.rest()
        await house.close()
        turn(house.clock_file, house.clock.now() - timedelta(hours=6), 1.0)
        await house.open()
        await comes(observer, last)
