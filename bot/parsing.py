"""A stored update as the library's object, of which only what is looked at gets built.

`Update.de_json` builds everything that a message has, the keyboard under a tapped one included, which costs more than
all that we do with it (docs/performance.md). Here a message is built bare, and answers for the rest when it is asked.
"""

from datetime import UTC, datetime
from typing import Any

import orjson
from telegram import Bot, CallbackQuery, Chat, InaccessibleMessage, Message, MessageEntity, Update, User

_NOBODY = Message(0, datetime.fromtimestamp(0, UTC), Chat(0, Chat.PRIVATE))
"""What a message says of all that it does not have."""
_KEYS = {"from_user": "from"}
"""Attributes that Telegram calls otherwise."""


class BareMessage(Message):
    """A message of which the usual things are there, and whatever else Telegram sent is built at the first question."""

    __slots__ = ("_asked_bot", "_raw")

    def __init__(self, raw: dict[str, Any], bot: Bot, sender: User | None) -> None:
        """Raises KeyError, TypeError and the like for what no message can be."""
        put = object.__setattr__
        put(self, "_raw", raw)
        put(self, "_asked_bot", bot)
        put(self, "_bot", bot)
        put(self, "_frozen", True)
        put(self, "message_id", raw["message_id"])
        put(self, "date", datetime.fromtimestamp(raw["date"], UTC))
        put(self, "chat", Chat.de_json(raw["chat"], bot))
        put(self, "from_user", sender)
        put(self, "_id_attrs", (self.message_id, self.chat))

    def __getattr__(self, name: str) -> Any:
        """Only asked for what is not there yet."""
        if name in {"_raw", "_asked_bot"}:
            raise AttributeError(name)
        if name[0] == "_" or _KEYS.get(name, name) not in self._raw:
            return getattr(_NOBODY, name)
        if name == "text":
            value: Any = self._raw["text"]
        elif name == "entities":
            value = MessageEntity.de_list(self._raw["entities"], self._asked_bot)
        else:
            value = getattr(self._whole(), name)
        object.__setattr__(self, name, value)
        return value

    def _whole(self) -> Message:
        whole = Message.de_json(dict(self._raw), self._asked_bot)
        if whole is None:
            raise ValueError("an empty message")
        return whole


def parse(raw: bytes, bot: Bot) -> Update:
    """The update; raises whatever is wrong with it."""
    told = orjson.loads(raw)
    query, message = told.get("callback_query"), told.get("message")
    if query is not None:
        return Update(told["update_id"], callback_query=_tap(query, bot))
    if message is not None:
        return Update(told["update_id"], message=_message(message, bot))
    update = Update.de_json(told, bot)
    if update is None:
        raise ValueError("an empty update")
    return update


def _message(raw: dict[str, Any], bot: Bot) -> Message:
    return BareMessage(raw, bot, User.de_json(raw["from"], bot) if "from" in raw else None)


def _tap(raw: dict[str, Any], bot: Bot) -> CallbackQuery:
    sender = User.de_json(raw["from"], bot)
    query = CallbackQuery(
        raw["id"],
        sender,
        raw["chat_instance"],
        message=_tapped(raw["message"], bot) if raw.get("message") else None,
        data=raw.get("data"),
        inline_message_id=raw.get("inline_message_id"),
        game_short_name=raw.get("game_short_name"),
    )
    query.set_bot(bot)
    return query


def _tapped(raw: dict[str, Any], bot: Bot) -> Message | InaccessibleMessage:
    """The message with the button; one that is too old to be read has no date."""
    if raw.get("date") == 0:
        return InaccessibleMessage(Chat.de_json(raw["chat"], bot), raw["message_id"])
    return BareMessage(raw, bot, None)
