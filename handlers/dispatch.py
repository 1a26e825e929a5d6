"""The one table as one handler of the library: of its lines only those are asked that could fit."""

from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.ext import Application, BaseHandler, CommandHandler, MessageHandler

from domain.payload import Payload
from handlers.conversation import AnyHandler, Conversation, Tap, payload_of
from handlers.here import Ctx


class Table(BaseHandler[Update, Ctx, Any]):
    """The first line that fits takes the update, as in the library; of a tap no line for other things is asked.

    A line that is none of the kinds known here is asked about every update.
    """

    def __init__(self, lines: Sequence[AnyHandler]) -> None:
        super().__init__(self._unused)
        self._lines = tuple(lines)
        self._of_taps: dict[type[Payload] | None, tuple[AnyHandler, ...]] = {}
        self._of_others = tuple(line for line in lines if not isinstance(line, Tap))

    def check_update(self, update: object) -> tuple[AnyHandler, object] | None:
        """The line that takes the update, and what it found in it."""
        if not isinstance(update, Update):
            return None
        for line in self._candidates(update):
            check = line.check_update(update)
            if check is not None and check is not False:
                return line, check
        return None

    async def handle_update(
        self, update: Update, application: Application[Any, Ctx, Any, Any, Any, Any], check_result: Any, context: Ctx
    ) -> Any:
        """Let it act."""
        line, check = check_result
        return await line.handle_update(update, application, check, context)

    def _candidates(self, update: Update) -> tuple[AnyHandler, ...]:
        if update.callback_query is None:
            return self._of_others
        payload = payload_of(update)
        kind = type(payload) if payload is not None else None
        if kind not in self._of_taps:
            self._of_taps[kind] = tuple(line for line in self._lines if _may_take_tap(line, kind))
        return self._of_taps[kind]

    async def _unused(self, _update: Update, _context: Ctx) -> None:
        """BaseHandler wants a callback; ours are the lines'."""


def _may_take_tap(line: AnyHandler, kind: type[Payload] | None) -> bool:
    if isinstance(line, Tap):
        return line.takes(kind)
    if isinstance(line, Conversation):
        return any(_may_take_tap(inner, kind) for inner in line.inner())
    return not isinstance(line, MessageHandler | CommandHandler)
