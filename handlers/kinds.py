"""Kinds of messages, as filters of the library."""

from telegram import Update
from telegram.ext import filters


class _Service(filters.UpdateFilter):
    """What Telegram itself says in a chat. Never with words: of most messages nothing else is asked."""

    def filter(self, update: Update) -> bool:
        message = update.message
        return message is not None and message.text is None and bool(filters.StatusUpdate.ALL.check_update(update))


SAID = filters.UpdateType.MESSAGE & ~_Service()
"""What a person says anew: no edit, and nothing that Telegram says itself."""
ANSWER = SAID & ~filters.COMMAND
"""The same where something is asked: a command is not the answer."""
