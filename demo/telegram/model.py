"""The things of the stand-in's world: people, chats, messages, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import Json

ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_pin_messages", "can_manage_topics", "can_send_welcome_messages",
)  # fmt: skip


@dataclass(slots=True)
class User:
    """A person, or the bot itself. `started`: wrote to the bot in private at least once."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    seen_in_group: bool = False

    def told(self) -> Json:
        """The Bot API User object."""
        told: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            value = getattr(self, name)
            if value:
                told[name] = value
        return told


@dataclass(slots=True)
class Message:
    """One message of a chat. `body` is the Bot API Message and is replaced, never changed in place.

    `keyboard` is reply markup that the Bot API does not tell (reply keyboards, their removal).
    """

    body: Json
    from_bot: bool
    keyboard: Json | None = None
    deleted: bool = False
    pinned: bool = False
    service: bool = False
    reactions: dict[int, list[Any]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The message_id."""
        return int(self.body["message_id"])


@dataclass(slots=True)
class Topic:
    """A forum topic; its id is that of the service message that opened it."""

    id: int
    name: str
    icon_color: int
    closed: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat (id of its person) or a group. `bot_status` is None where the bot never was."""

    id: int
    kind: str
    title: str = ""
    user: User | None = None
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    bot_status: str | None = None
    bot_rights: dict[str, bool] = field(default_factory=dict)
    migrated_to: int | None = None
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0
    read_to: int = 0

    @property
    def private(self) -> bool:
        """Whether this is a chat of one person with the bot."""
        return self.user is not None

    def told(self) -> Json:
        """The Bot API Chat object."""
        if self.user is not None:
            told: Json = {"id": self.id, "first_name": self.user.first_name, "type": "private"}
            if self.user.last_name:
                told["last_name"] = self.user.last_name
            if self.user.username:
                told["username"] = self.user.username
            return told
        told = {"id": self.id, "title": self.title, "type": self.kind}
        if self.forum:
            told["is_forum"] = True
        return told

    def bot_may(self, right: str) -> bool:
        """Whether the bot is an administrator with this right."""
        return self.bot_status == "administrator" and self.bot_rights.get(right, False)


@dataclass(slots=True)
class File:
    """Bytes that Telegram keeps, and what it tells of them."""

    file_id: str
    unique_id: str
    data: bytes
    name: str
    mime: str
    path: str

    def told(self) -> Json:
        """The fields common to all files."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}
