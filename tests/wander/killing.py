"""kill -9 inside the test's own process: at a named point of the engine nothing of the bot's takes another step."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from bot import points


class KilledError(BaseException):
    """What the killed process's code sees; no handler of ours may catch it."""


class Fuse(points._Fuse):
    """Instead of killing the test's own process: everything of the bot's stops where it stands."""

    def __init__(self, setting: str, blow: Callable[[], None]) -> None:
        super().__init__(setting)
        self.blown = False
        self._blow = blow

    def burn(self, point: str) -> None:
        """At the nth passage, and at every later one: nothing of the dead goes on."""
        if point == self.point:
            self.left -= 1
        if self.left <= 0 and not self.blown:
            self.blown = True
            self._blow()
        if self.blown:
            raise KilledError


class Guarded:
    """The bot's connection, which closes only when the writer's thread has done with it.

    A killed process has nobody who goes on with a connection that is closed; a library that has crashes.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self._lock = db, threading.Lock()

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """One after the other."""
        with self._lock:
            return self._db.execute(*statement)

    def close(self) -> None:
        """After the last."""
        with self._lock:
            self._db.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


def bury_quietly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """No obituaries for the killed; everything else is told as ever."""
    if not isinstance(context.get("exception"), KilledError) and "Unclosed" not in context["message"]:
        loop.default_exception_handler(context)
