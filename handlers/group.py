"""Groups: the bot is put in and out, groups change; commands there; their board in the private chat."""

from typing import Any

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.ext import BaseHandler

from domain.announcement_button import ActOnGroup, BindGroup, ShowGroups
from domain.group import HERE, Rights
from handlers.conversation import AnyHandler, Tap, tapped
from handlers.here import Ctx, Here, said
from services import groups, postroom


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    del here
    return [Tap(ShowGroups, show_page), Tap(ActOnGroup, act), Tap(BindGroup, bind)]


class Service(BaseHandler[Update, Ctx, Any]):
    """What Telegram itself says in a group: it has another name, became a supergroup, a topic was closed."""

    def __init__(self) -> None:
        super().__init__(take_note)

    def check_update(self, update: object) -> bool:
        """Whether it is such a message."""
        message = update.message if isinstance(update, Update) else None
        if message is None or message.chat.id > 0:
            return False
        told = (message.new_chat_title, message.migrate_to_chat_id, message.migrate_from_chat_id)
        return any(told) or message.forum_topic_closed is not None


async def take_note(update: Update, ctx: Ctx) -> None:
    """Note it."""
    desk, message = ctx.here.desk, update.message
    if message is None:
        return
    if message.new_chat_title:
        groups.renamed(desk, message.chat.id, message.new_chat_title)
    elif message.migrate_to_chat_id:
        postroom.migrated(desk, message.chat.id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id:
        postroom.migrated(desk, message.migrate_from_chat_id, message.chat.id)
    elif message.message_thread_id:
        groups.topic_closed(desk, message.chat.id, message.message_thread_id)


def membership(change: ChatMemberUpdated, ctx: Ctx) -> None:
    """The bot was put into a group, out of it, or may do other things there."""
    desk, chat = ctx.here.desk, change.chat
    new, was_here = change.new_chat_member, change.old_chat_member.status in HERE
    title, forum = chat.title or "", bool(chat.is_forum)
    if new.status not in HERE or (isinstance(new, ChatMemberRestricted) and not new.is_member):
        groups.left(desk, chat.id, title, new.status)
    elif was_here:
        groups.changed(desk, chat.id, title, new.status, _rights(new), forum=forum)
    else:
        groups.joined(desk, chat.id, title, new.status, _rights(new), ctx.here.person, forum=forum)


def _rights(member: ChatMember) -> Rights:
    if isinstance(member, ChatMemberAdministrator):
        return Rights(True, bool(member.can_pin_messages), bool(member.can_manage_topics))
    if isinstance(member, ChatMemberRestricted):
        return Rights(member.can_send_messages, member.can_pin_messages, member.can_manage_topics)
    return Rights(True, False, False)


async def show_all(update: Update, ctx: Ctx) -> None:
    """/groups."""
    here = ctx.here
    groups.show_all(here.desk, said(update, here.desk), here.observer, 0)


async def show_page(update: Update, ctx: Ctx) -> None:
    """A page of them."""
    payload, here = tapped(update, ShowGroups), ctx.here
    groups.show_all(here.desk, said(update, here.desk), here.observer, payload.page)


async def act(update: Update, ctx: Ctx) -> None:
    """A button of a group's card."""
    payload, here = tapped(update, ActOnGroup), ctx.here
    groups.act(here.desk, said(update, here.desk), here.observer, payload)


async def bind(update: Update, ctx: Ctx) -> None:
    """This group is this team's."""
    payload, here = tapped(update, BindGroup), ctx.here
    groups.bind_to_team(here.desk, said(update, here.desk), here.observer, payload)
