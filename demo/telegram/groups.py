"""What happens to groups: made, joined, left, renamed, upgraded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .errors import Json, StageError
from .methods_chat import as_member, bot_member
from .model import ADMIN_RIGHTS, Chat, Topic
from .people import People

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import User

_HERE = ("member", "administrator", "creator")
_NO_RIGHTS: dict[str, bool] = {}


class Groups(People):
    """The acts of people upon groups; the bot hears of them as Telegram tells it."""

    def add_group(
        self,
        title: str,
        members: Iterable[int],
        *,
        kind: Literal["group", "supergroup"] = "group",
        forum: bool = False,
        bot_is: Literal["member", "administrator"] | None = None,
        chat_id: int | None = None,
    ) -> int:
        """A group whose first member owns it; answers its id. `bot_is` puts the bot in without any update.

        A forum is always a supergroup.
        """
        kind = "supergroup" if forum else kind
        chat_id = self._new_id(kind) if chat_id is None else chat_id
        chat = Chat(chat_id, kind, title, forum=forum, last_id=1)  # number 1 is the making of a supergroup
        for number, user_id in enumerate(members):
            chat.members[self.user(user_id).id] = "member" if number else "creator"
        self.world.chats[chat_id] = chat
        if bot_is is not None:
            self._seat_bot(chat, bot_is)
        self.world.events.emit("users", chat_id, chat=chat.told())
        return chat_id

    def _new_id(self, kind: str) -> int:
        while True:
            number = self.world.random.randrange(1_000_000_000, 4_000_000_000)
            chat_id = -1_000_000_000_000 - number if kind == "supergroup" else -number
            if chat_id not in self.world.chats:
                return chat_id

    def _seat_bot(self, chat: Chat, status: str, rights: dict[str, bool] | None = None) -> None:
        chat.bot_status = status
        chat.bot_rights = {**dict.fromkeys(ADMIN_RIGHTS, status == "administrator"), **(rights or _NO_RIGHTS)}
        for user_id in chat.members:
            self.world.users[user_id].seen_in_group = True

    def _group(self, chat_id: int) -> Chat:
        chat = self.chat_here(chat_id)
        if chat.private:
            raise StageError(f"{chat_id} is no group")
        return chat

    def _service(self, chat: Chat, by: User, content: Json) -> Json:
        message = self.world.add(chat, content, sender=by, service=True)
        if chat.bot_status in _HERE:
            self.world.updates.push({"message": message.body})
        return message.body

    def add_bot(
        self,
        chat_id: int,
        by: int,
        as_: Literal["member", "administrator"] = "member",
        *,
        rights: dict[str, bool] | None = None,
    ) -> None:
        """Put the bot into a group, or change what it is there: my_chat_member, and new_chat_members when it was out.

        `rights` changes single administrator rights, e.g. {"can_pin_messages": False}.
        """
        chat, person = self._group(chat_id), self.user(by)
        was = chat.bot_status or "left"
        old = bot_member(self.world, was, chat)
        self._seat_bot(chat, as_, rights)
        self._my_chat_member(chat, person, old, bot_member(self.world, as_, chat))
        if was not in _HERE:
            told = self.world.bot_told
            self._service(chat, person, {"new_chat_members": [told], "new_chat_member": told})

    def remove_bot(self, chat_id: int, by: int) -> None:
        """Put the bot out of a group: my_chat_member, and sends are answered with 403."""
        chat, person = self._group(chat_id), self.user(by)
        old = bot_member(self.world, chat.bot_status or "left", chat)
        self._service(chat, person, {"left_chat_member": self.world.bot_told})
        chat.bot_status = "kicked"
        self._my_chat_member(chat, person, old, bot_member(self.world, "kicked", chat))

    def join(self, chat_id: int, user_id: int, by: int | None = None) -> None:
        """Someone joins, or is added `by` a member."""
        chat, user = self._group(chat_id), self.user(user_id)
        old = chat.members.get(user_id, "left")
        chat.members[user_id] = "member"
        user.seen_in_group = user.seen_in_group or chat.bot_status in _HERE
        self._chat_member(chat, user if by is None else self.user(by), user, old, "member")
        self._service(chat, user if by is None else self.user(by), {"new_chat_members": [user.told()]})

    def leave(self, chat_id: int, user_id: int, by: int | None = None) -> None:
        """Someone leaves, or is put out `by` an administrator."""
        chat, user = self._group(chat_id), self.user(user_id)
        old = chat.members.get(user_id, "left")
        new = "left" if by is None else "kicked"
        chat.members[user_id] = new
        self._chat_member(chat, user if by is None else self.user(by), user, old, new)
        self._service(chat, user if by is None else self.user(by), {"left_chat_member": user.told()})

    def promote(self, chat_id: int, user_id: int, by: int, as_: str = "administrator") -> None:
        """Make a member administrator, or an ordinary member again."""
        chat, user = self._group(chat_id), self.user(user_id)
        old = chat.members.get(user_id, "left")
        chat.members[user_id] = as_
        self._chat_member(chat, self.user(by), user, old, as_)

    def _chat_member(self, chat: Chat, by: User, user: User, old: str, new: str) -> None:
        if chat.bot_status == "administrator":
            told = {"chat": chat.told(), "from": by.told(), "date": self.world.stamp()}
            old_told, new_told = as_member(user.told(), old), as_member(user.told(), new)
            self.world.updates.push({"chat_member": {**told, "old_chat_member": old_told, "new_chat_member": new_told}})
        self.world.events.emit("users", chat.id)

    def rename(self, chat_id: int, title: str, by: int | None = None) -> None:
        """Another title; by the owner when nobody is named."""
        chat = self._group(chat_id)
        chat.title = title
        self._service(chat, self.user(by) if by is not None else self._owner(chat), {"new_chat_title": title})
        self.world.events.emit("users", chat_id, chat=chat.told())

    def _owner(self, chat: Chat) -> User:
        if not chat.members:
            raise StageError("the group is empty")
        return self.user(next((u for u, s in chat.members.items() if s == "creator"), next(iter(chat.members))))

    def migrate(self, chat_id: int) -> int:
        """Upgrade a group to a supergroup: a new id, service messages on both sides; answers the new id."""
        old = self._group(chat_id)
        if old.kind != "group" or old.migrated_to is not None:
            raise StageError("only a basic group can be upgraded")
        owner = self._owner(old)
        new = Chat(self._new_id("supergroup"), "supergroup", old.title, members=dict(old.members))
        new.bot_status, new.bot_rights = old.bot_status, dict(old.bot_rights)
        self.world.chats[new.id] = new
        self._service(old, owner, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self._service(new, owner, {"migrate_from_chat_id": old.id})
        self.world.events.emit("users", new.id, chat=new.told())
        return new.id

    def open_topic(self, chat_id: int, name: str, by: int) -> int:
        """A person opens a forum topic; answers its message_thread_id."""
        chat = self._group(chat_id)
        if not chat.forum:
            raise StageError("the group has no topics")
        content: Json = {"forum_topic_created": {"name": name, "icon_color": 7322096}, "is_topic_message": True}
        message = self.world.add(chat, content, sender=self.user(by), service=True)
        message.body = {**message.body, "message_thread_id": message.id}
        chat.topics[message.id] = Topic(message.id, name, 7322096)
        if chat.bot_status in _HERE:
            self.world.updates.push({"message": message.body})
        return message.id

    def close_topic(self, chat_id: int, topic: int, by: int) -> None:
        """A person closes a topic: who is no administrator writes there no more, and the bot hears of it."""
        chat = self._group(chat_id)
        if topic not in chat.topics:
            raise StageError(f"there is no topic {topic}")
        chat.topics[topic].closed = True
        content: Json = {"forum_topic_closed": {}, "message_thread_id": topic, "is_topic_message": True}
        self._service(chat, self.user(by), content)

    def delete_topic(self, chat_id: int, topic: int) -> None:
        """A person deletes a topic with all that is in it; the bot hears nothing."""
        chat = self._group(chat_id)
        if chat.topics.pop(topic, None) is None:
            raise StageError(f"there is no topic {topic}")
        for message in list(chat.messages.values()):
            if message.body.get("message_thread_id") == topic:
                self.world.delete(message, chat)

    def mute_bot(self, chat_id: int, muted: bool = True) -> None:
        """Forbid the bot as a plain member to write in the group."""
        self._group(chat_id).bot_rights["can_send_messages"] = not muted
