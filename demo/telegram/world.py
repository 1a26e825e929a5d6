"""The stand-in's memory: who exists, what was said where, and who is told about it."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .errors import ApiError, Json, refused
from .journal import Calls, Events
from .markup import as_html
from .model import Chat, File, Message, User
from .updates import Updates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class World:
    """All state, without HTTP. Message ids count up over all private chats and groups, in a supergroup on its own."""

    def __init__(
        self,
        token: str,
        bot_username: str,
        clock: Callable[[], datetime],
        *,
        keep_calls: int,
        keep_messages: int,
        seed: int,
    ) -> None:
        self.token = token
        self.clock = clock
        self.keep_messages = keep_messages
        self.bot = User(_bot_id(token), bot_username.replace("_", " ").title(), username=bot_username, is_bot=True)
        self.bot_told = self.bot.told()
        self.privacy = True
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.paths: dict[str, File] = {}
        self.updates = Updates(clock, seed)
        self.events = Events(keep=max(20_000, keep_calls))
        self.calls = Calls(keep_calls)
        self.callbacks: dict[str, tuple[datetime, int]] = {}
        self.toasts: list[Json] = []
        self.profile: dict[str, Any] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.menus: dict[int, Json] = {}
        self.random = random.Random(seed)  # noqa: S311
        self._last_id = 0

    # --- time and numbers

    def stamp(self, at: datetime | None = None) -> int:
        """Unix seconds of a moment, or of now."""
        return int((at or self.clock()).timestamp())

    def next_message_id(self, chat: Chat) -> int:
        """The number of the next message of a chat."""
        if chat.kind == "supergroup":
            chat.last_id += 1
            return chat.last_id
        self._last_id += 1
        return self._last_id

    # --- people and chats

    def who(self, user_id: int) -> Json | None:
        """The Bot API User of a person the bot can have met, for mentions."""
        user = self.users.get(user_id)
        return user.told() if user else None

    def private_chat(self, user: User) -> Chat:
        """The chat of a person with the bot."""
        chat = self.chats.get(user.id)
        if chat is None:
            chat = self.chats[user.id] = Chat(user.id, "private", user=user)
        return chat

    def chat_of(self, raw: str, *, write: bool) -> Chat:
        """The chat that a chat_id parameter names, if the bot may read it, or write to it; else Telegram's refusal."""
        if not raw:
            raise refused("chat_id is empty")
        try:
            chat_id = int(raw)
        except ValueError:
            raise refused("chat not found") from None
        chat = self.chats.get(chat_id)
        if chat is None:
            user = self.users.get(chat_id)
            if user is None:
                raise refused("chat not found")
            chat = self.private_chat(user)
        if chat.user is not None:
            if not (chat.user.started or chat.user.seen_in_group):
                raise refused("chat not found")
            _check_private(chat.user, write=write)
        else:
            _check_group(chat, write=write)
        return chat

    # --- messages

    def add(
        self,
        chat: Chat,
        content: Json,
        *,
        sender: User | None = None,
        keyboard: Json | None = None,
        date: datetime | None = None,
        service: bool = False,
    ) -> Message:
        """Put a message into a chat; `sender` None is the bot. Emits the event, queues no update."""
        markup = keyboard if keyboard and "inline_keyboard" in keyboard else None
        body: Json = {
            "message_id": self.next_message_id(chat),
            "from": self.bot_told if sender is None else sender.told(),
            "chat": chat.told(),
            "date": self.stamp(date),
            **content,
        }
        if markup:
            body["reply_markup"] = markup
        message = Message(body, sender is None, None if markup else keyboard, service=service)
        chat.messages[body["message_id"]] = message
        if len(chat.messages) > self.keep_messages:
            del chat.messages[next(iter(chat.messages))]
        self.events.emit("message", chat.id, message=self.seen(message))
        return message

    def change(self, message: Message, chat: Chat, **content: Any) -> None:
        """Replace parts of a message (None removes one), as an edit does."""
        body = {**message.body, "edit_date": self.stamp(), **content}
        message.body = {k: v for k, v in body.items() if v is not None}
        self.events.emit("edit", chat.id, message=self.seen(message))

    def delete(self, message: Message, chat: Chat) -> None:
        """Take a message from everyone's eyes; it stays readable for tests with its `deleted` flag."""
        message.deleted = True
        message.pinned = False
        self.events.emit("delete", chat.id, message_id=message.id)

    def find(self, chat: Chat, message_id: int, what: str) -> Message:
        """A message that still exists, else `<what> not found`."""
        message = chat.messages.get(message_id)
        if message is None or message.deleted:
            raise refused(f"{what} not found")
        return message

    def seen(self, message: Message) -> Json:
        """A message as a person sees it: the Bot API body and what it does not tell."""
        body = message.body
        text = body.get("text", body.get("caption"))
        told: Json = {
            **body,
            "from_bot": message.from_bot,
            "edit_date": body.get("edit_date"),
            "deleted": message.deleted,
            "pinned": message.pinned,
            "service": message.service,
            "reply_markup": body.get("reply_markup") or message.keyboard,
            "html": as_html(text, body.get("entities") or body.get("caption_entities") or []) if text else "",
        }
        if message.reactions:
            told["reactions"] = {str(k): v for k, v in message.reactions.items()}
        return told

    def seen_in(self, chat: Chat) -> Iterable[Json]:
        """All messages of a chat, oldest first, deleted ones too."""
        return [self.seen(m) for m in chat.messages.values()]

    # --- files

    def store(self, data: bytes, name: str, mime: str, folder: str) -> File:
        """Keep bytes under a new file_id."""
        number = len(self.files)
        file_id = f"{folder[:2].upper()}{number:06d}{secrets.token_urlsafe(24)}"
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        safe = suffix if suffix.isalnum() and suffix.isascii() and len(suffix) <= 8 else "bin"
        file = File(file_id, f"AQAD{number:08x}", data, name, mime, f"{folder}/file_{number}.{safe}")
        self.files[file_id] = file
        self.paths[file.path] = file
        return file


def _bot_id(token: str) -> int:
    head = token.partition(":")[0]
    return int(head) if head.isdigit() else 1


def _check_private(user: User, *, write: bool) -> None:
    if not write:
        return
    if user.deactivated:
        raise ApiError(403, "Forbidden: user is deactivated")
    if not user.started:
        raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
    if user.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")


def _check_group(chat: Chat, *, write: bool) -> None:
    what = "supergroup chat" if chat.kind == "supergroup" else "group chat"
    if chat.migrated_to is not None and write:
        raise ApiError(
            400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": chat.migrated_to}
        )
    if chat.bot_status in ("member", "administrator") or (chat.kind == "group" and not write and chat.bot_status):
        return
    if chat.bot_status is None:
        raise refused("chat not found")
    if chat.bot_status == "kicked":
        raise ApiError(403, f"Forbidden: bot was kicked from the {what}")
    raise ApiError(403, f"Forbidden: bot is not a member of the {what}")


def utc_now() -> datetime:
    """The clock used when none is given."""
    return datetime.now(UTC)
