"""kill -9 at any moment and at each named point: nothing is lost, nothing happens twice."""

from pathlib import Path

from bot.points import POINTS
from tests.e2e.torture import Torture, verdict

OBSERVERS = 100
KILLS = 21


async def test_a_bot_that_is_killed_again_and_again_loses_nothing_its_observers_said(tmp_path: Path) -> None:
    async with Torture(tmp_path, observers=OBSERVERS, kills=KILLS, seed=8) as torture:
        book = await torture.run()
    assert verdict(book, OBSERVERS) == []
    assert book.updates >= 1000
    assert book.kills >= KILLS
    assert set(POINTS) <= set(book.killed_at)
