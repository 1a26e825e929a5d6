"""Bot API methods about chats, their members and topics, and answers to buttons."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .errors import Json, refused
from .model import ADMIN_RIGHTS, Topic
from .registry import method

if TYPE_CHECKING:
    from .model import Chat
    from .params import Params
    from .world import World

CALLBACK_LIFE = timedelta(minutes=15)
_COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
def answer_callback(world: World, params: Params) -> bool:
    """End the little clock on a button, with a toast or an alert; once per tap, within minutes."""
    asked = world.callbacks.get(params.text("callback_query_id"))
    if asked is None or world.clock() - asked[0] > CALLBACK_LIFE:
        raise refused(_TOO_OLD)
    if len(params.text("text")) > 200:
        raise refused("MESSAGE_TOO_LONG")
    del world.callbacks[params.text("callback_query_id")]
    toast: Json = {
        "callback_query_id": params.text("callback_query_id"),
        "user_id": asked[1],
        "text": params.text("text"),
        "show_alert": params.flag("show_alert"),
        "url": params.text("url") or None,
    }
    world.toasts.append(toast)
    del world.toasts[:-10_000]
    world.events.emit("toast", asked[1], **toast)
    return True


@method("getChat", "chat_id")
def get_chat(world: World, params: Params) -> Json:
    """What the bot may know about a chat."""
    chat = world.chat_of(params.text("chat_id"), write=False)
    told: Json = {
        **chat.told(),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
        ),
    }
    if not chat.private:
        told["permissions"] = {"can_send_messages": True}
    pinned = [m for m in chat.messages.values() if m.pinned]
    if pinned:
        told["pinned_message"] = pinned[-1].body
    return told


def member_told(world: World, chat: Chat, user_id: int) -> Json | None:
    """The ChatMember object of someone, or None for one who is unknown."""
    if user_id == world.bot.id:
        return bot_member(world, chat.bot_status or "left", chat)
    user = world.users.get(user_id)
    if user is None:
        return None
    if chat.private:
        return {"user": user.told(), "status": "member"} if user_id == chat.id else None
    return as_member(user.told(), chat.members.get(user_id, "left"))


def as_member(user: Json, status: str) -> Json:
    """A ChatMember object with all that its status requires."""
    told: Json = {"user": user, "status": status}
    if status == "creator":
        told["is_anonymous"] = False
    elif status == "administrator":
        told |= {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(ADMIN_RIGHTS, True)}
    elif status == "kicked":
        told["until_date"] = 0
    return told


def bot_member(world: World, status: str, chat: Chat) -> Json:
    """The bot's own ChatMember object."""
    told = as_member(world.bot_told, status)
    if status == "administrator":
        told |= {right: chat.bot_rights.get(right, False) for right in ADMIN_RIGHTS}
    return told


@method("getChatMember", "chat_id user_id")
def get_chat_member(world: World, params: Params) -> Json:
    """What someone is in a chat."""
    chat = world.chat_of(params.text("chat_id"), write=False)
    user_id = params.integer("user_id")
    if user_id <= 0:
        raise refused("invalid user_id specified")
    told = member_told(world, chat, user_id)
    if told is None:
        raise refused("member not found" if chat.private else "user not found")
    return told


@method("getChatAdministrators", "chat_id return_bots")
def get_chat_administrators(world: World, params: Params) -> list[Json]:
    """Owner and administrators; of bots only this one."""
    chat = world.chat_of(params.text("chat_id"), write=False)
    if chat.private:
        raise refused("there are no administrators in the private chat")
    told = [
        as_member(world.users[u].told(), status)
        for u, status in chat.members.items()
        if status in ("creator", "administrator")
    ]
    if chat.bot_status == "administrator":
        told.append(bot_member(world, "administrator", chat))
    return told


@method("getChatMemberCount", "chat_id")
def get_chat_member_count(world: World, params: Params) -> int:
    """How many are in a chat, the bot included."""
    chat = world.chat_of(params.text("chat_id"), write=False)
    if chat.private:
        return 2
    here = [s for s in chat.members.values() if s not in ("left", "kicked")]
    return len(here) + (1 if chat.bot_status in ("member", "administrator") else 0)


@method("leaveChat", "chat_id")
def leave_chat(world: World, params: Params) -> bool:
    """The bot goes."""
    chat = world.chat_of(params.text("chat_id"), write=True)
    if chat.private:
        raise refused("chat member status can't be changed in private chats")
    old = bot_member(world, chat.bot_status or "left", chat)
    world.add(chat, {"left_chat_member": world.bot_told}, service=True)
    chat.bot_status = "left"
    world.updates.push(
        {
            "my_chat_member": {
                "chat": chat.told(), "from": world.bot_told, "date": world.stamp(), "old_chat_member": old,
                "new_chat_member": bot_member(world, "left", chat),
            }
        }
    )  # fmt: skip
    return True


@method("banChatMember", "chat_id user_id until_date revoke_messages")
def ban_chat_member(world: World, params: Params) -> bool:
    """Put someone out of a group, where the bot may."""
    chat = world.chat_of(params.text("chat_id"), write=True)
    user_id = params.integer("user_id")
    if chat.private:
        raise refused("can't ban members in private chats")
    if not chat.bot_may("can_restrict_members"):
        raise refused("not enough rights to restrict/unrestrict chat member")
    if user_id not in chat.members:
        raise refused("PARTICIPANT_ID_INVALID")
    if chat.members[user_id] in ("creator", "administrator"):
        raise refused("user is an administrator of the chat")
    chat.members[user_id] = "kicked"
    return True


def _forum(world: World, params: Params) -> Chat:
    chat = world.chat_of(params.text("chat_id"), write=True)
    if not chat.forum:
        raise refused("the chat is not a forum")
    if not chat.bot_may("can_manage_topics"):
        raise refused(
            "not enough rights to create a topic" if not params.has("message_thread_id") else "not enough rights"
        )
    return chat


def _topic(chat: Chat, params: Params) -> Topic:
    topic = chat.topics.get(params.integer("message_thread_id"))
    if topic is None:
        raise refused("TOPIC_ID_INVALID")
    return topic


@method("createForumTopic", "chat_id name icon_color icon_custom_emoji_id")
def create_forum_topic(world: World, params: Params) -> Json:
    """Open a topic in a forum."""
    chat = _forum(world, params)
    name = params.text("name").strip()
    if not name:
        raise refused("Title must be non-empty")
    colour = params.integer("icon_color") or _COLOURS[0]
    if colour not in _COLOURS:
        raise refused("Invalid icon color specified")
    created = {"name": name[:128], "icon_color": colour}
    message = world.add(chat, {"forum_topic_created": created, "is_topic_message": True}, service=True)
    message.body = {**message.body, "message_thread_id": message.id}
    chat.topics[message.id] = Topic(message.id, created["name"], colour)  # type: ignore[arg-type]
    return {"message_thread_id": message.id, **created}


def _close(world: World, params: Params, *, closed: bool) -> bool:
    chat = _forum(world, params)
    topic = _topic(chat, params)
    if topic.closed == closed:
        raise refused("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    what = "forum_topic_closed" if closed else "forum_topic_reopened"
    world.add(chat, {what: {}, "message_thread_id": topic.id, "is_topic_message": True}, service=True)
    return True


@method("closeForumTopic", "chat_id message_thread_id")
def close_forum_topic(world: World, params: Params) -> bool:
    """Nobody but administrators writes there any more."""
    return _close(world, params, closed=True)


@method("reopenForumTopic", "chat_id message_thread_id")
def reopen_forum_topic(world: World, params: Params) -> bool:
    """Everyone writes there again."""
    return _close(world, params, closed=False)


@method("editForumTopic", "chat_id message_thread_id name icon_custom_emoji_id")
def edit_forum_topic(world: World, params: Params) -> bool:
    """Another name for a topic."""
    chat = _forum(world, params)
    topic = _topic(chat, params)
    name = params.text("name").strip()[:128]
    if name == topic.name:
        raise refused("TOPIC_NOT_MODIFIED")
    topic.name = name or topic.name
    edited = {"forum_topic_edited": {"name": topic.name}, "message_thread_id": topic.id, "is_topic_message": True}
    world.add(chat, edited, service=True)
    return True


@method("deleteForumTopic", "chat_id message_thread_id")
def delete_forum_topic(world: World, params: Params) -> bool:
    """A topic goes, with its messages."""
    chat = _forum(world, params)
    topic = _topic(chat, params)
    del chat.topics[topic.id]
    for message in list(chat.messages.values()):
        if message.body.get("message_thread_id") == topic.id and not message.deleted:
            world.delete(message, chat)
    return True
