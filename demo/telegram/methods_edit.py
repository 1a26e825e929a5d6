"""Bot API methods that change what is already in a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import Json, refused
from .keyboards import reply_markup
from .methods_files import input_media
from .methods_send import _numbers, as_reply, caption, coordinates, message_text
from .registry import method

if TYPE_CHECKING:
    from .model import Chat, Message
    from .params import Params
    from .world import World

_TWO_DAYS = 48 * 3600
_WHICH = "business_connection_id chat_id message_id inline_message_id reply_markup"
_MEDIA = ("photo", "document", "voice", "video", "audio", "animation")
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
_PIN_RIGHTS = "not enough rights to manage pinned messages in the chat"


def _editable(world: World, params: Params) -> tuple[Chat, Message, Json | None]:
    if params.text("inline_message_id"):
        raise refused("MESSAGE_ID_INVALID")
    markup = reply_markup(params, private=not params.text("chat_id").startswith("-"))
    chat = world.chat_of(params.text("chat_id"), write=True)
    if params.integer("message_id") <= 0 and not params.text("message_id"):
        raise refused("Message identifier is not specified")
    message = world.find(chat, params.integer("message_id"), "message to edit")
    if not message.from_bot or message.keyboard or message.service or "forward_origin" in message.body:
        raise refused("message can't be edited")
    if markup and "inline_keyboard" not in markup:
        raise refused("inline keyboard expected")
    return chat, message, markup


def _edit(world: World, found: tuple[Chat, Message, Json | None], content: Json, names: tuple[str, ...]) -> Json:
    chat, message, markup = found
    now = {name: message.body.get(name) for name in (*names, "reply_markup")}
    new: Json = {**dict.fromkeys(names), **content, "reply_markup": markup}
    if now == new:
        raise refused(_SAME)
    world.change(message, chat, **new)
    return message.body


@method(
    "editMessageText",
    f"{_WHICH} text parse_mode entities link_preview_options disable_web_page_preview",
    spends=True,
)
def edit_text(world: World, params: Params) -> Json:
    """New text; without reply_markup the buttons go."""
    content = message_text(world, params)
    chat, message, markup = _editable(world, params)
    if "text" not in message.body:
        raise refused("there is no text in the message to edit")
    return _edit(world, (chat, message, markup), content, ("text", "entities"))


@method("editMessageCaption", f"{_WHICH} caption parse_mode caption_entities show_caption_above_media", spends=True)
def edit_caption(world: World, params: Params) -> Json:
    """New caption of a photo or file."""
    content = caption(world, params)
    chat, message, markup = _editable(world, params)
    if not any(name in message.body for name in _MEDIA):
        raise refused("there is no caption in the message to edit")
    return _edit(world, (chat, message, markup), content, ("caption", "caption_entities"))


@method("editMessageMedia", f"{_WHICH} media", spends=True)
def edit_media(world: World, params: Params) -> Json:
    """Another photo or file in place of the present one."""
    given = params.decoded("media", "Can't parse input media JSON object")
    content = input_media(world, params, given)
    chat, message, markup = _editable(world, params)
    return _edit(world, (chat, message, markup), content, (*_MEDIA, "text", "entities", "caption", "caption_entities"))


@method("editMessageReplyMarkup", _WHICH, spends=True)
def edit_markup(world: World, params: Params) -> Json:
    """Other buttons, or none."""
    chat, message, markup = _editable(world, params)
    return _edit(world, (chat, message, markup), {}, ())


_LIVE = "latitude longitude horizontal_accuracy live_period heading proximity_alert_radius"


@method("editMessageLiveLocation", f"{_WHICH} {_LIVE}", spends=True)
def edit_live_location(world: World, params: Params) -> Json:
    """Move a live location of the bot's own."""
    new = coordinates(params)
    chat, message, markup = _editable(world, params)
    if "live_period" not in message.body.get("location", {}):
        raise refused("message can't be edited")
    new.setdefault("live_period", message.body["location"]["live_period"])
    return _edit(world, (chat, message, markup), {"location": new}, ("location",))


@method("stopMessageLiveLocation", _WHICH, spends=True)
def stop_live_location(world: World, params: Params) -> Json:
    """End a live location of the bot's own."""
    chat, message, markup = _editable(world, params)
    location = dict(message.body.get("location", {}))
    if location.pop("live_period", None) is None:
        raise refused("message can't be edited")
    return _edit(world, (chat, message, markup), {"location": location}, ("location",))


@method("stopPoll", "business_connection_id chat_id message_id reply_markup", spends=True)
def stop_poll(world: World, params: Params) -> Json:
    """Close a poll of the bot's own and tell its result."""
    chat, message, markup = _editable(world, params)
    if "poll" not in message.body:
        raise refused("message with poll to stop not found")
    if message.body["poll"]["is_closed"]:
        raise refused("poll has already been closed")
    closed: Json = {**message.body["poll"], "is_closed": True}
    world.change(message, chat, poll=closed, reply_markup=markup)
    return closed


def _check_deletable(world: World, chat: Chat, message: Message) -> None:
    old = world.stamp() - message.body["date"] > _TWO_DAYS
    if not chat.private and chat.bot_may("can_delete_messages"):
        return
    if not chat.private and not message.from_bot:
        raise refused("message can't be deleted")
    if old:
        raise refused("message can't be deleted for everyone")


@method("deleteMessage", "chat_id message_id")
def delete_message(world: World, params: Params) -> bool:
    """Take a message away: the bot's own within 48 hours, anyone's in a private chat, or where it is administrator."""
    chat = world.chat_of(params.text("chat_id"), write=True)
    message = world.find(chat, params.integer("message_id"), "message to delete")
    _check_deletable(world, chat, message)
    world.delete(message, chat)
    return True


@method("deleteMessages", "chat_id message_ids")
def delete_messages(world: World, params: Params) -> bool:
    """Several at once; those that can't be found are skipped."""
    numbers = _numbers(params)
    chat = world.chat_of(params.text("chat_id"), write=True)
    found = [m for n in numbers if (m := chat.messages.get(n)) and not m.deleted]
    for message in found:
        _check_deletable(world, chat, message)
    for message in found:
        world.delete(message, chat)
    return True


def _check_pin_right(chat: Chat) -> None:
    if not chat.private and not chat.bot_may("can_pin_messages"):
        raise refused(_PIN_RIGHTS)


@method("pinChatMessage", "business_connection_id chat_id message_id disable_notification")
def pin(world: World, params: Params) -> bool:
    """Pin; the chat shows a service message about it."""
    chat = world.chat_of(params.text("chat_id"), write=True)
    message = world.find(chat, params.integer("message_id"), "message to pin")
    _check_pin_right(chat)
    if message.service:
        raise refused("message can't be pinned")
    if not message.pinned:
        message.pinned = True
        world.events.emit("pin", chat.id, message_id=message.id, pinned=True)
        world.add(chat, {"pinned_message": as_reply(message)}, service=True)
    return True


@method("unpinChatMessage", "business_connection_id chat_id message_id")
def unpin(world: World, params: Params) -> bool:
    """Unpin one message, the latest pinned when none is named."""
    chat = world.chat_of(params.text("chat_id"), write=True)
    _check_pin_right(chat)
    number = params.integer("message_id")
    if number:
        message = world.find(chat, number, "message to unpin")
    else:
        pinned = [m for m in chat.messages.values() if m.pinned]
        if not pinned:
            return True
        message = pinned[-1]
    message.pinned = False
    world.events.emit("pin", chat.id, message_id=message.id, pinned=False)
    return True


@method("unpinAllChatMessages", "chat_id")
def unpin_all(world: World, params: Params) -> bool:
    """Unpin everything."""
    chat = world.chat_of(params.text("chat_id"), write=True)
    _check_pin_right(chat)
    for message in chat.messages.values():
        if message.pinned:
            message.pinned = False
            world.events.emit("pin", chat.id, message_id=message.id, pinned=False)
    return True


_EMOJI = frozenset({"❤\u200d🔥", "👨\u200d💻", "🤷\u200d♂", "🤷\u200d♀", "🤷"}) | frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)


@method("setMessageReaction", "chat_id message_id reaction is_big")
def react(world: World, params: Params) -> bool:
    """Put the bot's reaction on a message, or take it off."""
    chat = world.chat_of(params.text("chat_id"), write=True)
    given = params.decoded("reaction", "Can't parse reaction types JSON object")
    if given is not None and not isinstance(given, list):
        raise refused("Expected an Array of ReactionType")
    message = world.find(chat, params.integer("message_id"), "message to react")
    if message.service:
        raise refused("message can't be reacted")
    for one in given or []:
        if not isinstance(one, dict):
            raise refused("Can't parse ReactionType: expected an Object")
        if one.get("type") == "emoji" and str(one.get("emoji", "")).rstrip("\ufe0f") not in _EMOJI:
            raise refused("REACTION_INVALID")
        if one.get("type") not in ("emoji", "custom_emoji", "paid"):
            raise refused("Can't parse ReactionType: invalid reaction type specified")
    if len(given or []) > 1:
        raise refused("REACTIONS_TOO_MANY")
    message.reactions[world.bot.id] = list(given or [])
    world.events.emit("reaction", chat.id, message_id=message.id, user_id=world.bot.id, reaction=given or [])
    return True
