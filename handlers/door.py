"""The door: strangers, /start, /help, /cancel, groups, and what leads nowhere."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler

from handlers.here import Ctx, Here, said
from services import conversations, people


class Stranger(BaseHandler[Update, Ctx, Any]):
    """Whoever is not on the roster, or no longer."""

    def __init__(self, here: Here) -> None:
        super().__init__(meet_stranger)
        self._here = here

    def check_update(self, update: object) -> bool:
        """Whether nobody accredited speaks."""
        return isinstance(update, Update) and (self._here.person is None or not self._here.person.active)


class InGroup(BaseHandler[Update, Ctx, Any]):
    """Whatever comes from a group."""

    def __init__(self) -> None:
        super().__init__(answer_group)

    def check_update(self, update: object) -> bool:
        """Whether it comes from a group (or a channel)."""
        return isinstance(update, Update) and update.effective_chat is not None and update.effective_chat.id < 0


async def meet_stranger(update: Update, ctx: Ctx) -> None:
    """An invitation's token opens the door; all else gets one polite sentence."""
    desk = ctx.here.desk
    where = said(update, desk)
    message = update.message
    if where.in_group or update.effective_user is None or (message is None and update.callback_query is None):
        return
    token = _start_token(message.text if message else None)
    person = ctx.here.person
    if token is not None:
        people.start(desk, where, person if person and person.active else None, token)
    elif person is not None:
        people.tell_access_ended(desk, where, person)
    else:
        people.turn_away(desk, where)


async def start(update: Update, ctx: Ctx) -> None:
    """/start from somebody who is aboard: leaves any question."""
    desk = ctx.here.desk
    where = said(update, desk)
    conversations.end(desk, where)
    token = _start_token(update.message.text if update.message else None)
    people.start(desk, where, ctx.here.observer, token or "")


async def show_help(update: Update, ctx: Ctx) -> None:
    """/help."""
    people.show_help(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


async def cancel(update: Update, ctx: Ctx) -> None:
    """/cancel, from everywhere."""
    conversations.cancel(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


async def answer_group(update: Update, ctx: Ctx) -> None:
    """In a group a command is led to the private chat; all else is not for the bot."""
    message = update.message
    if message is not None and message.text and message.text.startswith("/"):
        conversations.use_private_chat(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


async def not_understood(update: Update, ctx: Ctx) -> None:
    """The last line of the table."""
    if update.message is not None:
        conversations.not_understood(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


def _start_token(text: str | None) -> str | None:
    """The token behind /start; "" for a bare /start; None if it is something else."""
    words = (text or "").split()
    if not words or words[0].partition("@")[0] != "/start":
        return None
    return words[1] if len(words) > 1 else ""
