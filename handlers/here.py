"""What a handler is given: the desk of this update's transaction, who speaks, and what exactly was said."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from telegram import Message, Update
from telegram.ext import CallbackContext, ExtBot

from domain.person import Person
from domain.step import Standing
from services import conversations
from services.desk import Desk, Said


@dataclass(slots=True)
class Here:
    """Filled by the engine before each update; handlers read it."""

    _desk: Desk | None = None
    person: Person | None = None
    _update: Update | None = None
    _standing: Standing | None = None
    _standing_known: bool = False

    def enter(self, desk: Desk, person: Person | None, update: Update) -> None:
        """A new update begins."""
        self._desk, self.person, self._update = desk, person, update
        self._standing, self._standing_known = None, False

    @property
    def standing(self) -> Standing | None:
        """At which question he stood when the update came; looked up once, if anybody wants to know."""
        if not self._standing_known and self.person is not None and self._update is not None:
            self._standing = conversations.standing(self.desk, said(self._update, self.desk))
            self._standing_known = True
        return self._standing

    @property
    def desk(self) -> Desk:
        """The desk of the update under way; RuntimeError outside one."""
        if self._desk is None:
            raise RuntimeError("no update is being processed")
        return self._desk

    @property
    def observer(self) -> Person:
        """The accredited person who speaks; the stranger's handler stands before all that use this."""
        if self.person is None or not self.person.active:
            raise PermissionError("a stranger got past the door")
        return self.person


class Ctx(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[str, Any]]):
    """A context that carries `here`."""

    @property
    def here(self) -> Here:
        """The update's surroundings."""
        return self.application.bot_data["here"]  # type: ignore[no-any-return]


def said(update: Update, desk: Desk) -> Said:
    """Where and when: Telegram's own time of a message; for a tap, which carries none, the desk's."""
    user = update.effective_user
    chat = update.effective_chat
    message = update.effective_message
    tapped = update.callback_query is not None
    at = desk.now
    if isinstance(message, Message) and not tapped:
        at = (message.edit_date or message.date).astimezone(UTC)
    return Said(
        chat_id=chat.id if chat else (user.id if user else 0),
        user_id=user.id if user else 0,
        message_id=message.message_id if message else 0,
        at=at,
        language_code=user.language_code if user else None,
        tapped=tapped,
        in_group=chat is not None and chat.id < 0,
    )
