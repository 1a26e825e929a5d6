"""A stored update as the library's object, of which only what is looked at gets built.

`Update.de_json` builds everything that a message has, the keyboard under a tapped one included, which costs more than
all that we do with it (docs/performance.md). Here a message is built bare, and answers for the rest when it is asked.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from telegram import Bot, CallbackQuery, Chat, InaccessibleMessage, Message, MessageEntity, Update, User

MOST_REMEMBERED = 4096
"""People and chats: those who speak within some minutes of a busy day."""
_NOBODY = Message(0, datetime.fromtimestamp(0, UTC), Chat(0, Chat.PRIVATE))
"""What a message says of all that it does not have."""
_KEYS = {"from_user": "from"}
"""Attributes that Telegram calls otherwise."""


class BareMessage(Message):
    """A message of which the usual things are there, and whatever else Telegram sent is built at the first question."""

    __slots__ = ("_asked_bot", "_raw")

    def __init__(self, raw: dict[str, Any], bot: Bot, chat: Chat, sender: User | None) -> None:
        """Raises KeyError, TypeError and the like for what no message can be."""
        put = object.__setattr__
        put(self, "_raw", raw)
        put(self, "_asked_bot", bot)
        put(self, "_bot", bot)
        put(self, "_frozen", True)
        put(self, "message_id", raw["message_id"])
        put(self, "date", datetime.fromtimestamp(raw["date"], UTC))
        put(self, "chat", chat)
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


class BareUpdate(Update):
    """An update that carries one thing; it has none of the others."""

    __slots__ = ()

    def __init__(self, update_id: int, kind: str, what: Message | CallbackQuery) -> None:
        put = object.__setattr__
        for name, value in (("update_id", update_id), ("_bot", None), ("_frozen", True), (kind, what)):
            put(self, name, value)
        put(self, "_id_attrs", (update_id,))

    def __getattr__(self, name: str) -> Any:
        """Only asked for what is not there."""
        return getattr(_NOTHING, name)


_NOTHING = Update(0)


class Parser:
    """Remembers who was heard lately: people say more than one thing."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._users = lru_cache(MOST_REMEMBERED)(self._make_user)
        self._chats = lru_cache(MOST_REMEMBERED)(self._make_chat)

    def parse(self, raw: bytes) -> Update:
        """The update; raises whatever is wrong with it."""
        told = orjson.loads(raw)
        query, message = told.get("callback_query"), told.get("message")
        if query is not None:
            return BareUpdate(told["update_id"], "callback_query", self._tap(query))
        if message is not None:
            sender = self._user(message["from"]) if "from" in message else None
            return BareUpdate(told["update_id"], "message", self._message(message, sender))
        update = Update.de_json(told, self._bot)
        if update is None:
            raise ValueError("an empty update")
        return update

    def _tap(self, raw: dict[str, Any]) -> CallbackQuery:
        sender, message = self._user(raw["from"]), raw.get("message")
        query = CallbackQuery(
            raw["id"],
            sender,
            raw["chat_instance"],
            message=self._tapped(message) if message else None,
            data=raw.get("data"),
            inline_message_id=raw.get("inline_message_id"),
            game_short_name=raw.get("game_short_name"),
        )
        query.set_bot(self._bot)
        return query

    def _tapped(self, raw: dict[str, Any]) -> Message | InaccessibleMessage:
        """The message with the button; one that is too old to be read has no date."""
        if raw.get("date") == 0:
            return InaccessibleMessage(self._chat(raw["chat"]), raw["message_id"])
        return self._message(raw, None)

    def _message(self, raw: dict[str, Any], sender: User | None) -> Message:
        return BareMessage(raw, self._bot, self._chat(raw["chat"]), sender)

    def _user(self, raw: dict[str, Any]) -> User:
        return self._users(orjson.dumps(raw))

    def _chat(self, raw: dict[str, Any]) -> Chat:
        return self._chats(orjson.dumps(raw))

    def _make_user(self, raw: bytes) -> User:
        return User.de_json(orjson.loads(raw), self._bot)

    def _make_chat(self, raw: bytes) -> Chat:
        return Chat.de_json(orjson.loads(raw), self._bot)
