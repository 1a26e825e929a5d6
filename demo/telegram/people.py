"""What people do with their phones in front of the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import Json, StageError
from .markup import detect, utf16_slice
from .methods_chat import bot_member
from .methods_files import describe
from .methods_send import as_reply
from .model import Chat, Message, User

if TYPE_CHECKING:
    from datetime import datetime

    from .world import World

_FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "video": "videos", "sticker": "stickers"}


class People:
    """The acts of single persons. Each answers with the message it made, as the Bot API tells it."""

    world: World

    # --- who there is

    def add_user(
        self,
        user_id: int,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        started: bool = False,
    ) -> Json:
        """A person with Telegram. `started`: has pressed Start before, so the bot may write without waiting.

        Adding the same id again changes the names.
        """
        known = self.world.users.get(user_id)
        user = User(user_id, first_name, last_name, username, language_code, started=started)
        if known is not None:
            user.started, user.blocked = known.started or started, known.blocked
            user.deactivated, user.seen_in_group = known.deactivated, known.seen_in_group
        self.world.users[user_id] = user
        chat = self.world.private_chat(user) if started else self.world.chats.get(user_id)
        if chat is not None:
            chat.user = user
        self.world.events.emit("users", user_id, user=user.told())
        return user.told()

    def user(self, user_id: int) -> User:
        """The person with this id; StageError when there is none."""
        user = self.world.users.get(user_id)
        if user is None:
            raise StageError(f"there is no user {user_id}")
        return user

    def chat_here(self, chat_id: int) -> Chat:
        """The chat with this id, private ones included; StageError when there is none."""
        chat = self.world.chats.get(chat_id)
        if chat is None and chat_id in self.world.users:
            chat = self.world.private_chat(self.world.users[chat_id])
        if chat is None:
            raise StageError(f"there is no chat {chat_id}")
        return chat

    # --- what they do

    def say(
        self,
        user_id: int,
        text: str,
        *,
        chat_id: int | None = None,
        entities: list[Json] | None = None,
        date: datetime | None = None,
        reply_to: int | None = None,
        forward_from: int | None = None,
        topic: int | None = None,
    ) -> Json:
        """Write a message, to the bot or into a group. `date` is when it was written, if the network was gone.

        Commands, mentions and links get their entities by themselves. `forward_from` is the user it came from first.
        """
        content: Json = {"text": text}
        found = detect(text) if entities is None else entities
        if found:
            content["entities"] = found
        return self._post(
            user_id,
            content,
            chat_id=chat_id,
            date=date,
            reply_to=reply_to,
            forward_from=forward_from,
            topic=topic,
        )

    def tap(self, user_id: int, message_id: int, *, data: str, chat_id: int | None = None) -> str:
        """Press a button with this data (which need not be on the message). Answers the callback query's id."""
        if not 1 <= len(data.encode()) <= 64:
            raise StageError("callback data is 1 to 64 bytes")
        user, world = self.user(user_id), self.world
        chat = self.chat_here(user_id if chat_id is None else chat_id)
        message = chat.messages.get(message_id)
        body: Json = {"chat": chat.told(), "message_id": message_id, "date": 0}
        if message is not None and not message.deleted:
            body = message.body
        callback_id = str(world.random.getrandbits(62))
        world.callbacks[callback_id] = (world.clock(), user_id)
        if len(world.callbacks) > 20_000:
            del world.callbacks[next(iter(world.callbacks))]
        world.updates.push(
            {
                "callback_query": {
                    "id": callback_id,
                    "from": user.told(),
                    "message": body,
                    "chat_instance": str(chat.id * 7919),
                    "data": data,
                }
            }
        )
        world.events.emit("tap", chat.id, user_id=user_id, message_id=message_id, data=data)
        return callback_id

    def location(
        self,
        user_id: int,
        lat: float,
        lon: float,
        *,
        chat_id: int | None = None,
        accuracy: float | None = None,
        live_period: int | None = None,
        date: datetime | None = None,
        reply_to: int | None = None,
    ) -> Json:
        """Send a point; with `live_period` seconds it can be moved by move()."""
        told: Json = {"latitude": lat, "longitude": lon}
        if accuracy is not None:
            told["horizontal_accuracy"] = accuracy
        if live_period is not None:
            told["live_period"] = live_period
        return self._post(user_id, {"location": told}, chat_id=chat_id, date=date, reply_to=reply_to)

    def move(
        self, user_id: int, message_id: int, lat: float, lon: float, *, chat_id: int | None = None, stop: bool = False
    ) -> Json:
        """Move a live location, or end it; the bot hears edited_message."""
        chat, message = self._own(user_id, message_id, chat_id)
        if "live_period" not in message.body.get("location", {}):
            raise StageError("this message is no live location")
        told = {**message.body["location"], "latitude": lat, "longitude": lon}
        if stop:
            del told["live_period"]
        return self._edited(chat, message, location=told)

    def edit(self, user_id: int, message_id: int, text: str, *, chat_id: int | None = None) -> Json:
        """Change the text or the caption of a message one wrote; the bot hears edited_message."""
        chat, message = self._own(user_id, message_id, chat_id)
        if "text" in message.body:
            return self._edited(chat, message, text=text, entities=detect(text) or None)
        return self._edited(chat, message, caption=text, caption_entities=detect(text) or None)

    def erase(self, message_id: int, *, chat_id: int) -> None:
        """Delete a message by a person's hand, the bot's own too; the bot hears nothing."""
        chat = self.chat_here(chat_id)
        if message_id not in chat.messages:
            raise StageError(f"there is no message {message_id}")
        self.world.delete(chat.messages[message_id], chat)

    def read(self, user_id: int) -> None:
        """Mark the private chat as read, for the unread count of the stage."""
        chat = self.chat_here(user_id)
        chat.read_to = max(chat.messages, default=0)
        self.world.events.emit("read", user_id)

    def react(self, user_id: int, message_id: int, emoji: str | None, *, chat_id: int | None = None) -> None:
        """React to a message, or take the reaction back with None; the bot hears it if it asked for that."""
        user, world = self.user(user_id), self.world
        chat = self.chat_here(user_id if chat_id is None else chat_id)
        message = chat.messages.get(message_id)
        if message is None or message.deleted:
            raise StageError(f"there is no message {message_id}")
        old = message.reactions.get(user_id, [])
        new = [{"type": "emoji", "emoji": emoji}] if emoji else []
        message.reactions[user_id] = new
        world.events.emit("reaction", chat.id, message_id=message_id, user_id=user_id, reaction=new)
        if chat.private or chat.bot_status == "administrator":
            told = {"chat": chat.told(), "message_id": message_id, "user": user.told(), "date": world.stamp()}
            world.updates.push({"message_reaction": {**told, "old_reaction": old, "new_reaction": new}})

    # --- files and the rest

    def photo(self, user_id: int, data: bytes, caption: str | None = None, **where: Any) -> Json:
        """Send a picture. `where`: chat_id, date, reply_to, forward_from, topic, album (the same for its parts)."""
        return self.file(user_id, "photo", data, filename="photo.jpg", mime="image/jpeg", caption=caption, **where)

    def document(
        self,
        user_id: int,
        filename: str,
        data: bytes,
        mime: str = "application/octet-stream",
        caption: str | None = None,
        **where: Any,
    ) -> Json:
        """Send a file."""
        return self.file(user_id, "document", data, filename=filename, mime=mime, caption=caption, **where)

    def voice(self, user_id: int, data: bytes = b"OggS", duration: int = 3, **where: Any) -> Json:
        """Send a voice note of so many seconds."""
        return self.file(user_id, "voice", data, filename="voice.oga", mime="audio/ogg", duration=duration, **where)

    def sticker(self, user_id: int, emoji: str = "👍", **where: Any) -> Json:
        """Send a sticker."""
        content = describe("sticker", self.world.store(b"RIFF", "sticker.webp", "image/webp", "stickers"))
        content["sticker"]["emoji"] = emoji
        return self._post(user_id, content, **_where(where))

    def file(
        self,
        user_id: int,
        kind: str,
        data: bytes,
        *,
        filename: str,
        mime: str,
        caption: str | None = None,
        duration: int | None = None,
        **where: Any,
    ) -> Json:
        """Send a photo, document, voice or video."""
        if kind not in _FOLDERS:
            raise StageError(f"unknown kind of file: {kind}")
        content = describe(kind, self.world.store(data, filename, mime, _FOLDERS[kind]))
        if duration is not None and kind != "photo":
            content[kind]["duration"] = duration
        if caption:
            content["caption"] = caption
            if detect(caption):
                content["caption_entities"] = detect(caption)
        return self._post(user_id, content, **_where(where))

    def contact(self, user_id: int, phone: str, *, of: int | None = None, **where: Any) -> Json:
        """Share a phone number: one's own, or that of the user `of`."""
        about = self.user(user_id if of is None else of)
        told: Json = {"phone_number": phone, "first_name": about.first_name, "user_id": about.id}
        if about.last_name:
            told["last_name"] = about.last_name
        return self._post(user_id, {"contact": told}, **_where(where))

    def venue(self, user_id: int, lat: float, lon: float, title: str, address: str, **where: Any) -> Json:
        """Send a named place."""
        point = {"latitude": lat, "longitude": lon}
        told = {"location": point, "title": title, "address": address}
        return self._post(user_id, {"venue": told, "location": point}, **_where(where))

    def dice(self, user_id: int, value: int = 6, emoji: str = "🎲", **where: Any) -> Json:
        """Throw dice with this outcome."""
        return self._post(user_id, {"dice": {"emoji": emoji, "value": value}}, **_where(where))

    def poll(self, user_id: int, question: str, options: list[str], **where: Any) -> Json:
        """Send a poll."""
        told: Json = {
            "id": str(self.world.random.getrandbits(60)),
            "question": question,
            "options": [{"text": o, "voter_count": 0, "persistent_id": str(i)} for i, o in enumerate(options)],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
        return self._post(user_id, {"poll": told}, **_where(where))

    # --- standing with the bot

    def block(self, user_id: int, blocked: bool = True) -> None:
        """Block the bot, or take that back; the bot hears my_chat_member."""
        user = self.user(user_id)
        if user.blocked == blocked:
            return
        user.blocked = blocked
        chat = self.world.private_chat(user)
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        self._my_chat_member(chat, user, bot_member(self.world, old, chat), bot_member(self.world, new, chat))

    def deactivate(self, user_id: int, deactivated: bool = True) -> None:
        """Delete the account; sends are answered with 403 from now on."""
        self.user(user_id).deactivated = deactivated
        self.world.events.emit("users", user_id)

    def forget_taps(self) -> None:
        """Make every unanswered tap too old to answer."""
        self.world.callbacks.clear()

    # --- beneath

    def _my_chat_member(self, chat: Chat, by: User, old: Json, new: Json) -> None:
        world = self.world
        told = {"chat": chat.told(), "from": by.told(), "date": world.stamp()}
        world.updates.push({"my_chat_member": {**told, "old_chat_member": old, "new_chat_member": new}})
        world.events.emit("users", chat.id)

    def _post(
        self,
        user_id: int,
        content: Json,
        *,
        chat_id: int | None = None,
        date: datetime | None = None,
        reply_to: int | None = None,
        forward_from: int | None = None,
        topic: int | None = None,
        album: str | None = None,
    ) -> Json:
        user, world = self.user(user_id), self.world
        chat = self.chat_here(user_id if chat_id is None else chat_id)
        _check_may_write(chat, user)
        if chat.private:
            if user.blocked:
                self.block(user_id, blocked=False)
            user.started = True
        told: Json = {}
        if reply_to is not None:
            answered = chat.messages.get(reply_to)
            if answered is None:
                raise StageError(f"there is no message {reply_to} to reply to")
            told["reply_to_message"] = as_reply(answered)
        if forward_from is not None:
            first = self.user(forward_from)
            told["forward_origin"] = {"type": "user", "sender_user": first.told(), "date": world.stamp(date)}
        if topic is not None:
            if topic not in chat.topics:
                raise StageError(f"there is no topic {topic}")
            told |= {"message_thread_id": topic, "is_topic_message": True}
        if album is not None:
            told["media_group_id"] = album
        message = world.add(chat, {**told, **content}, sender=user, date=date)
        if self._bot_sees(chat, message):
            world.updates.push({"message": message.body})
        return message.body

    def _own(self, user_id: int, message_id: int, chat_id: int | None) -> tuple[Chat, Message]:
        chat = self.chat_here(user_id if chat_id is None else chat_id)
        message = chat.messages.get(message_id)
        if message is None or message.deleted or message.from_bot or message.body["from"]["id"] != user_id:
            raise StageError(f"user {user_id} wrote no message {message_id} here")
        return chat, message

    def _edited(self, chat: Chat, message: Message, **content: Any) -> Json:
        self.world.change(message, chat, **content)
        if self._bot_sees(chat, message):
            self.world.updates.push({"edited_message": message.body})
        return message.body

    def _bot_sees(self, chat: Chat, message: Message) -> bool:
        if chat.private:
            return True
        if chat.bot_status not in ("member", "administrator"):
            return False
        if not self.world.privacy or chat.bot_status == "administrator" or message.service:
            return True
        body = message.body
        if body.get("reply_to_message", {}).get("from", {}).get("id") == self.world.bot.id:
            return True
        return any(self._calls_bot(body, e) for e in body.get("entities") or body.get("caption_entities") or [])

    def _calls_bot(self, body: Json, entity: Json) -> bool:
        text = str(body.get("text", body.get("caption", "")))
        said = utf16_slice(text, entity["offset"], entity["length"]).lower()
        name = f"@{(self.world.bot.username or '').lower()}"
        if entity["type"] == "bot_command":
            return "@" not in said or said.endswith(name)
        if entity["type"] == "text_mention":
            return bool(entity.get("user", {}).get("id") == self.world.bot.id)
        return bool(entity["type"] == "mention" and said == name)


def _check_may_write(chat: Chat, user: User) -> None:
    if chat.user is not None and chat.user is not user:
        raise StageError("this is someone else's private chat")
    if chat.migrated_to is not None:
        raise StageError(f"this group became {chat.migrated_to}")
    if not chat.private and chat.members.get(user.id, "left") in ("left", "kicked"):
        raise StageError(f"user {user.id} is not in the group")
    if user.deactivated:
        raise StageError(f"user {user.id} has no account any more")


def _where(where: Json) -> Json:
    unknown = set(where) - {"chat_id", "date", "reply_to", "forward_from", "topic", "album"}
    if unknown:
        raise TypeError(f"unexpected: {', '.join(sorted(unknown))}")
    return where
