"""A stored update as the library's object, of which only what is looked at gets built.

`Update.de_json` builds everything that a message has, the keyboard under a tapped one included, which costs more than
all that we do with it (docs/performance.md). Here a message is built bare, and answers for the rest when it is asked.
Neither the library nor what is here looks at types: `bot/shapes.py` has, at all that we read, before anything is built.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    InaccessibleMessage,
    Message,
    MessageEntity,
    Update,
    User,
)

from bot.shapes import UnfitError, check

MOST_REMEMBERED = 4096
"""People and chats: those who speak within some minutes of a busy day."""
_NOBODY = Message(0, datetime.fromtimestamp(0, UTC), Chat(0, Chat.PRIVATE))
"""What a message says of all that it does not have."""
_KEYS = {"from_user": "from"}
"""Attributes that Telegram calls otherwise."""


class BareMessage(Message):
    """A message of which the usual things are there, and whatever else Telegram sent is built at the first question."""

    __slots__ = ("_asked_bot", "_path", "_raw")

    def __init__(self, raw: dict[str, Any], bot: Bot, chat: Chat, sender: User | None, path: str) -> None:
        """`path`: where in the update it stands."""
        put = object.__setattr__
        put(self, "_raw", raw)
        put(self, "_path", path)
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
        if name in {"_raw", "_path", "_asked_bot"}:
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
        """All of it. Raises UnfitError: what nobody reads was not looked at, and the library wants it all the same."""
        try:
            return Message.de_json(dict(self._raw), self._asked_bot)
        except Exception as error:
            raise _unfit(error, self._path) from None


class BareUpdate(Update):
    """An update that carries one thing; it has none of the others."""

    __slots__ = ()

    def __init__(self, update_id: int, kind: str, what: Message | CallbackQuery | ChatMemberUpdated) -> None:
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
        self._makers: dict[str, Callable[[dict[str, Any]], Message | CallbackQuery | ChatMemberUpdated]] = {
            "callback_query": self._tap,
            "message": self._new,
            "edited_message": self._edited,
            "my_chat_member": self._membership,
        }
        """Of whatever else Telegram sends, nobody asked for it, nothing is made."""

    def parse(self, raw: bytes) -> Update:
        """The update. Raises UnfitError, and so may what is asked of it later."""
        try:
            told = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise UnfitError("no JSON") from None
        check(told)
        for kind, make in self._makers.items():
            if kind in told:
                try:
                    return BareUpdate(told["update_id"], kind, make(told[kind]))
                except Exception as error:
                    raise _unfit(error, kind) from None
        return Update(told["update_id"])

    def _new(self, raw: dict[str, Any]) -> Message:
        return self._message(raw, self._user(raw["from"]) if "from" in raw else None, "message")

    def _edited(self, raw: dict[str, Any]) -> Message:
        return Message.de_json(raw, self._bot)

    def _membership(self, raw: dict[str, Any]) -> ChatMemberUpdated:
        return ChatMemberUpdated.de_json(raw, self._bot)

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
        return self._message(raw, None, "callback_query.message")

    def _message(self, raw: dict[str, Any], sender: User | None, path: str) -> Message:
        return BareMessage(raw, self._bot, self._chat(raw["chat"]), sender, path)

    def _user(self, raw: dict[str, Any]) -> User:
        return self._users(orjson.dumps(raw))

    def _chat(self, raw: dict[str, Any]) -> Chat:
        return self._chats(orjson.dumps(raw))

    def _make_user(self, raw: bytes) -> User:
        return User.de_json(orjson.loads(raw), self._bot)

    def _make_chat(self, raw: bytes) -> Chat:
        return Chat.de_json(orjson.loads(raw), self._bot)


def _unfit(error: Exception, path: str) -> UnfitError:
    """What the library says of it may quote it."""
    return UnfitError(f"the library raised {type(error).__name__} - at `$.{path}`")
