"""What is done beside the chat ends when it is told to, whatever comes in at that moment."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.fetcher import Fetcher
from storage.database import connect, migrate


class Nothing:
    """Work of which there never is any."""

    looks = 0

    def start(self, db: sqlite3.Connection) -> None:
        """Nothing was left."""

    async def take_one(self, db: sqlite3.Connection) -> bool:
        del db
        self.looks += 1
        return False


async def test_it_stops_though_news_comes_in_the_same_moment(tmp_path: Path) -> None:
    path = tmp_path / "mission.sqlite"
    with closing(connect(path)) as db:
        migrate(db)
    for _ in range(3):
        work = Nothing()
        fetcher = Fetcher(path, [work])
        fetcher.start()
        while not work.looks:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0)
        fetcher._hear()  # as its timer does
        async with asyncio.timeout(10):
            await fetcher.stop()
