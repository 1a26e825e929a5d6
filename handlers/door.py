"""The door: strangers, /start, /help, /cancel, groups, and what leads nowhere."""

from typing import Any

from telegram import ChatMember, Update
from telegram.ext import BaseHandler

from domain.access import COMMANDS
from domain.people_button import AnswerIdentity
from handlers import enrolment as coming_aboard
from handlers import group, request
from handlers.conversation import payload_of
from handlers.here import Ctx, Here, said
from services import conversations, enrolment, groups, people, programme


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
    """An invitation opens the door, and one may ask to be let in; all else gets one polite sentence."""
    desk, person = ctx.here.desk, ctx.here.person
    where = said(update, desk)
    message = update.message
    if where.in_group or update.effective_user is None:
        return
    if message is None and update.callback_query is None:
        _meet_edit(update, ctx)
        return
    if enrolment.is_shut_out(desk, where):
        return
    token = _start_token(message.text if message else None)
    if token is not None:
        conversations.end(desk, where)
    if token and token not in COMMANDS:  # such a link in a group is for those who are aboard
        enrolment.open_link(desk, where, None, token)
    elif isinstance(payload_of(update), AnswerIdentity):
        await coming_aboard.answer(update, ctx)
    elif token is not None and enrolment.ask_again(desk, where):
        return
    elif person is not None:
        people.tell_access_ended(desk, where, person)
    elif not request.handle(update, ctx):
        people.turn_away(desk, where)


async def start(update: Update, ctx: Ctx) -> None:
    """/start from somebody who is aboard: repeats a question of his enrolment, leaves any other."""
    desk = ctx.here.desk
    where = said(update, desk)
    token = _start_token(update.message.text if update.message else None)
    if token in COMMANDS:  # a link in a group led here
        conversations.end(desk, where)
        programme.follow_link(desk, where, ctx.here.observer, token)
    elif token:
        enrolment.open_link(desk, where, ctx.here.observer, token)
    elif not enrolment.repeat_question(desk, where, ctx.here.observer):
        conversations.end(desk, where)
        people.greet(desk, where, ctx.here.observer)


async def show_help(update: Update, ctx: Ctx) -> None:
    """/help."""
    people.show_help(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


async def cancel(update: Update, ctx: Ctx) -> None:
    """/cancel, from everywhere."""
    conversations.cancel(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


async def answer_group(update: Update, ctx: Ctx) -> None:
    """In a group few commands are answered, others are led to the private chat; all else is not for the bot."""
    name = _command_for_us(update.message.text or "", ctx.bot.username) if update.message else ""
    if name and COMMANDS[name].in_group:
        groups.answer(ctx.here.desk, said(update, ctx.here.desk), name)
    elif name:
        groups.use_private_chat(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, name)
    elif update.callback_query is not None:
        conversations.button_in_group(ctx.here.desk, ctx.here.observer)


async def not_understood(update: Update, ctx: Ctx) -> None:
    """The last line of the table."""
    if update.message is not None:
        conversations.not_understood(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


def _meet_edit(update: Update, ctx: Ctx) -> None:
    """Whose access has ended learns that his old messages change nothing any more; a location that moves is silent."""
    edited, here = update.edited_message, ctx.here
    if here.person is not None and edited is not None and (edited.text or edited.caption):
        people.tell_access_ended(here.desk, said(update, here.desk), here.person)


def _command_for_us(text: str, username: str) -> str:
    """Which of our commands it is; "" if it is none, or called by another bot's name."""
    command, _, called = text.partition(" ")[0].lower().partition("@")
    ours = command.startswith("/") and command[1:] in COMMANDS and called in {"", username.lower()}
    return command[1:] if ours else ""


def _start_token(text: str | None) -> str | None:
    """The token behind /start; "" for a bare /start; None if it is something else."""
    words = (text or "").split()
    if not words or words[0].lower().partition("@")[0] != "/start":
        return None
    return words[1] if len(words) > 1 else ""


async def membership(update: Update, ctx: Ctx) -> None:
    """A person blocked the bot, or let it in again; or somebody put it into a group, or out of it."""
    change = update.my_chat_member
    if change is not None and change.chat.id < 0:
        group.membership(change, ctx)
    elif change is not None:
        blocked = change.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
        people.note_reach(ctx.here.desk, change.chat.id, blocked=blocked)
