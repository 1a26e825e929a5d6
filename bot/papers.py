"""The printer: makes the papers that letters bring, at the moment of sending and in a process of its own.

A thousand QR codes are seconds of pure Python, so they are made by a child (bot/apart.py).
"""

import logging
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.apart import apart
from bot.transport import Fate, Ruling, backoff
from bot.writer import StorageTroubleError, Writer
from domain.letter import QueuedLetter
from domain.message import Message
from services import papers
from services.desk import Desk
from services.paper import Draft, Paper

log = logging.getLogger(__name__)

BUILD_SECONDS = 120
MOST_FAILURES = 3
"""After so many a person is told that there will be no file."""

Call = Callable[[QueuedLetter, Paper | None], Awaitable[Ruling]]


class Printer:
    """Sends letters that bring a paper. What certainly did not arrive is kept and sent again as it is."""

    def __init__(self, writer: Writer, desk_of: Callable[[sqlite3.Connection], Desk]) -> None:
        self._writer, self._desk_of = writer, desk_of
        self._kept: dict[int, tuple[Draft, Paper]] = {}
        self._failures: Counter[int] = Counter()

    async def send(self, letter: QueuedLetter, call: Call) -> Ruling:
        """Make the paper and call Telegram with it; or another call if there is nothing to hand out."""
        try:
            return await self._send(letter, call)
        except (StorageTroubleError, OSError) as error:
            log.error("letter %d: %s before its paper was made", letter.letter_id, type(error).__name__)  # noqa: TRY400
            return Ruling(Fate.AGAIN, type(error).__name__, backoff(letter.attempts), steps_aside=True)

    async def _send(self, letter: QueuedLetter, call: Call) -> Ruling:
        try:
            draft = await self._prepare(letter)
            if isinstance(draft, Message):
                return _say(draft, "nothing to hand out")
            paper = await self._print(letter, draft)
        except (StorageTroubleError, OSError):
            raise
        except Exception:
            log.exception("letter %d: its paper could not be made", letter.letter_id)
            return await self._fail(letter)
        body = {name: value for name, value in letter.payload.items() if name != "paper"}
        ruling = await call(replace(letter, payload={"caption": draft.caption, **body}), paper)
        if ruling.unsent or ruling.fate is Fate.FLOOD:
            self._kept[letter.letter_id] = draft, paper
        else:
            self._kept.pop(letter.letter_id, None)
        return _with_paper(ruling, letter)

    async def _prepare(self, letter: QueuedLetter) -> Draft | Message:
        spec, kept = letter.payload["paper"], self._kept.get(letter.letter_id)
        earlier = kept[0] if kept else None
        return await self._writer.act(lambda db: papers.prepare(self._desk_of(db), letter.chat_id, spec, earlier))

    async def _print(self, letter: QueuedLetter, draft: Draft) -> Paper:
        kept = self._kept.pop(letter.letter_id, None)
        return kept[1] if kept and kept[0] is draft else await apart(partial(papers.build, draft), BUILD_SECONDS)

    async def _fail(self, letter: QueuedLetter) -> Ruling:
        self._failures[letter.letter_id] += 1
        if self._failures[letter.letter_id] < MOST_FAILURES:
            return Ruling(Fate.AGAIN, "paper not made", backoff(letter.attempts), steps_aside=True)
        spec = letter.payload["paper"]
        del self._failures[letter.letter_id]
        message = await self._writer.act(lambda db: papers.not_made(self._desk_of(db), spec))
        return _say(message, "paper not made")


def _say(message: Message, why: str) -> Ruling:
    return Ruling(Fate.TURNED, why, method="sendMessage", payload=message.payload())


def _with_paper(ruling: Ruling, letter: QueuedLetter) -> Ruling:
    """A letter that goes again without markup still brings its paper."""
    if ruling.fate is Fate.TURNED and ruling.payload is not None:
        return replace(ruling, payload={**ruling.payload, "paper": letter.payload["paper"]})
    return ruling
