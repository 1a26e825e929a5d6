"""Everything at once, in a short form: `make torture SEED=n` is the long one."""

from pathlib import Path

import pytest

from bot.points import POINTS
from tests.e2e.ordeal import Ordeal, small_disk

PEOPLE = 60


async def test_a_day_with_everything_that_can_go_wrong_ends_with_books_that_balance(tmp_path: Path) -> None:
    with small_disk(48) as disk:
        if disk is None:
            pytest.skip("no right to mount a small disk")
        async with Ordeal(tmp_path, disk, people_aboard=PEOPLE, seed=8, kills=8) as ordeal:
            book = await ordeal.play()
    print(book.told())
    assert book.faults == []
    assert set(POINTS) | {"torn tail"} <= set(book.kills)
    assert {"full disk", "second bot", "clock put", "Telegram away for an hour"} <= set(book.troubles)
    assert set(book.wrong) >= {"cut_after", "status"}
