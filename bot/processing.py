"""One stored update becomes facts, conversation state, letters and its own "done", in one transaction."""

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from telegram import Update
from telegram.ext import Application

from bot.clock import Clock
from bot.flood import Flood, Pace
from bot.parsing import Parser
from bot.shapes import Id, PersonId, UnfitError, fits
from bot.writer import StorageTroubleError, is_storage_trouble
from domain.person import Person
from handlers.here import Ctx, Here
from services import people
from services.desk import Desk
from storage import accounts, inbox
from storage.inbox import StoredUpdate

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
App = Application[Any, Ctx, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tap that is processed: its query wants an answer, best effort, after the commit."""

    query_id: str
    toast: str


class Processor:
    """Drives the handlers; holds the last error that the library swallowed."""

    def __init__(
        self,
        app: App,
        here: Here,
        bot_id: int,
        clock: Clock,
        desk_of: Callable[[sqlite3.Connection], Desk],
        flood: Flood,
    ) -> None:
        self._app = app
        self._here = here
        self._parser = Parser(app.bot)
        self._bot_id = bot_id
        self._clock = clock
        self._desk_of = desk_of
        self._flood = flood
        self._raised: Exception | None = None
        app.add_error_handler(self._note_error)

    async def process(self, db: sqlite3.Connection, update_id: int) -> Tapped | None:
        """Process a stored update if it is open; what fails MOST_ATTEMPTS times is parked and its sender told.

        What is not as Telegram documents it is parked at once.
        """
        stored = inbox.read_open(db, self._bot_id, update_id)
        if stored is None:
            return None
        for _ in range(stored.attempts, MOST_ATTEMPTS):
            db.execute("SAVEPOINT attempt")
            try:
                tapped = await self._handle(db, stored)
                inbox.mark_done(db, self._bot_id, update_id, self._clock.now())
            except Exception as error:
                if is_storage_trouble(error):
                    raise StorageTroubleError(str(error)) from error
                db.execute("ROLLBACK TO attempt")
                db.execute("RELEASE attempt")
                inbox.count_failure(db, self._bot_id, update_id, _name(error))
                if isinstance(error, UnfitError):
                    log.warning("update %d is not as Telegram documents it: %s", update_id, error)
                    break
                log.exception("update %d failed", update_id, exc_info=error)
            else:
                db.execute("RELEASE attempt")
                return tapped
        return self._park(db, stored)

    async def _handle(self, db: sqlite3.Connection, stored: StoredUpdate) -> Tapped | None:
        update = self._parser.parse(stored.raw)
        desk = self._desk_of(db)
        desk.cause = stored.update_id
        person = self._sender(desk, update)
        if self._is_heard(desk, update, person):
            self._here.enter(desk, person, update)
            self._raised = None
            await self._app.process_update(update)
            if self._raised is not None:
                raise self._raised
        query = update.callback_query
        return Tapped(query.id, desk.toast) if query else None

    def _is_heard(self, desk: Desk, update: Update, person: Person | None) -> bool:
        """False for what comes faster than anybody can speak; who is aboard is told so, once a minute."""
        user = update.effective_user
        if user is None:
            return True
        known = person is not None and person.active
        pace = self._flood.look(user.id, known=known)
        if pace is Pace.TOO_FAST:
            log.warning("account %d says too much at once", user.id)
            if known and person is not None:
                people.tell_slow_down(desk, person)
        return pace is Pace.FINE

    def _sender(self, desk: Desk, update: Update) -> Person | None:
        user = update.effective_user
        if user is None:
            return None
        if update.my_chat_member is not None:  # blocking the bot is no sign of life
            return accounts.find_person(desk.db, user.id)
        return people.sender(desk, user.id, user.username or "")

    def _park(self, db: sqlite3.Connection, stored: StoredUpdate) -> Tapped | None:
        desk = self._desk_of(db)
        desk.cause = stored.update_id
        inbox.park(db, self._bot_id, stored.update_id, desk.now)
        sender, chat_id, query_id = _origin(stored.raw)
        db.execute("SAVEPOINT telling")
        try:
            if sender is not None:
                user_id, language = sender
                people.tell_parked(desk, chat_id, language, accounts.find_person(db, user_id))
        except Exception as error:
            if is_storage_trouble(error):
                raise StorageTroubleError(str(error)) from error
            db.execute("ROLLBACK TO telling")
            log.exception("nobody could be told that update %d was set aside", stored.update_id)
        db.execute("RELEASE telling")
        return Tapped(query_id, "") if query_id else None

    async def _note_error(self, _update: object, context: Ctx) -> None:
        self._raised = context.error


def _name(error: Exception) -> str:
    """As `status` tells it. Only of what does not fit the words are known to quote nothing."""
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, UnfitError) else name


def _origin(raw: bytes) -> tuple[tuple[int, str | None] | None, int | None, str | None]:
    """Sender (id, language), chat and callback query of an update that could not be dealt with, as far as it tells.

    Whose sender is no sender has nobody who could be told.
    """
    try:
        update = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None, None, None
    for value in update.values() if isinstance(update, dict) else ():
        if not isinstance(value, dict):
            continue
        sender = value.get("from")
        message = value if "chat" in value else value.get("message")
        chat = message.get("chat") if isinstance(message, dict) else None
        chat_id = chat.get("id") if isinstance(chat, dict) else None
        query_id = value.get("id") if "data" in value else None
        if isinstance(sender, dict) and fits(sender.get("id"), PersonId):
            language = sender.get("language_code")
            return (
                (sender["id"], language if isinstance(language, str) else None),
                chat_id if fits(chat_id, Id) else sender["id"],
                query_id if isinstance(query_id, str) else None,
            )
    return None, None, None
