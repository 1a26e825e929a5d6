"""Digests that are asked for, worded beside the chat, in the order in which they were asked for."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Event

from bot.apart import apart
from bot.fetcher import Hands
from domain.digest_button import View
from domain.wish import LONG, Wish
from services import asked_digests
from services.asked_digests import Answer
from services.desk import Desk
from storage import wishes

log = logging.getLogger(__name__)

MOST_SECONDS = 900
GIVES_WAY = 10


class AskedDigests:
    """A kind of work for the fetcher: wishes for these views."""

    def __init__(self, hands: Hands, path: Path, views: Sequence[View]) -> None:
        """`path` is the database's."""
        self._hands, self._path, self._views = hands, path, views

    def start(self, db: sqlite3.Connection) -> None:
        """A killed process leaves nothing but the wish."""

    async def take_one(self, db: sqlite3.Connection) -> bool:
        """Answer the oldest wish; False if there is none."""
        wish = wishes.find_first(db, self._views)
        if wish is None:
            return False
        try:
            worded = await self._word(wish, self._hands.desk_of(db))
        except sqlite3.Error:
            raise
        except Exception:
            log.exception("a digest that was asked for could not be worded")
            await self._hands.write(partial(asked_digests.give_up, wish=wish))
        else:
            await self._hands.write(partial(asked_digests.answer, wish=wish, worded=worded))
        return True

    async def _word(self, wish: Wish, desk: Desk) -> Answer | None:
        """A day is a tenth of a second, for which no process is worth beginning."""
        job = partial(asked_digests.word_from, self._path, desk.now, desk.mission, wish)
        if wish.view in LONG:
            return await apart(job, MOST_SECONDS, nice=GIVES_WAY)
        left = Event()
        try:
            return await asyncio.to_thread(job, left.is_set)
        finally:
            left.set()
