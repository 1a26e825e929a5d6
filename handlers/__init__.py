"""Who talks to whom: the one ordered table. The first line that fits takes the update."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from domain.button import Payload, ShowDay, ShowMeeting
from handlers import checkin, digest, door, log, programme
from handlers.conversation import Tap
from handlers.here import Ctx, Here

COMMANDS = ("start", "help", "cancel", "programme", "checkin", "log", "digest")
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What the bot asks Telegram for, by name."""


def table(here: Here, menu_labels: tuple[frozenset[str], frozenset[str]]) -> list[BaseHandler[Update, Ctx, Any]]:
    """All handlers in order. `menu_labels`: what the keys "Programme" and "Check in" are called, in any language."""
    programme_labels, checkin_labels = menu_labels
    return [
        door.Stranger(here),
        door.InGroup(),
        command("start", door.start),
        command("help", door.show_help),
        command("cancel", door.cancel),
        command("programme", programme.show),
        command("checkin", checkin.offer),
        command("log", log.offer),
        command("digest", digest.show),
        key(programme_labels, programme.show_today),
        key(checkin_labels, checkin.offer),
        Tap(ShowDay, programme.tapped_day),
        Tap(ShowMeeting, programme.tapped_meeting),
        MessageHandler(filters.UpdateType.MESSAGE & filters.COMMAND, door.not_understood),
        checkin.conversation(here),
        log.conversation(here),
        Tap(Payload, programme.old_button),
        OldButton(programme.old_button),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, log.edit),
        MessageHandler(filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL, log.out_of_the_blue),
    ]


def command(name: str, callback: Callable[[Update, Ctx], Coroutine[Any, Any, None]]) -> BaseHandler[Update, Ctx, Any]:
    """A command in a new message; editing an old one gives it no second time."""
    return CommandHandler(name, callback, filters=filters.UpdateType.MESSAGE)


def key(
    labels: frozenset[str], callback: Callable[[Update, Ctx], Coroutine[Any, Any, None]]
) -> BaseHandler[Update, Ctx, Any]:
    """A key of the keyboard below the text field, which arrives as its own label."""
    return MessageHandler(filters.UpdateType.MESSAGE & filters.Text(list(labels)), callback)


class OldButton(BaseHandler[Update, Ctx, Any]):
    """Any tap that nothing else took."""

    def check_update(self, update: object) -> bool:
        """Whether a button was tapped."""
        return isinstance(update, Update) and update.callback_query is not None
