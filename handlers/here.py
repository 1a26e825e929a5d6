"""What a handler is given: the desk of this update's transaction, who speaks, and what exactly was said."""

from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from telegram import Message, Update
from telegram.ext import CallbackContext, ExtBot

from domain.person import Person
from domain.step import Standing
from services.desk import Desk, Said


@dataclass(slots=True)
class Here:
    """Filled by the engine before each update; handlers read it."""

    _desk: Desk | None = None
    person: Person | None = None
    standing: Standing | None = field(default=None)

    def enter(self, desk: Desk, person: Person | None) -> None:
        """A new update begins."""
        self._desk, self.person, self.standing = desk, person, None

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
        thread_id=message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None,
    )
