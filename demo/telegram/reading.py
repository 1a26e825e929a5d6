"""How a test or a page looks at the stand-in: chats as people see them, buttons, and waiting for things."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import orjson

from .errors import StageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .errors import Json
    from .model import Chat
    from .world import World

_QUIET = 0.1


class Reading:
    """Looking, without touching."""

    world: World
    in_flight: int
    last_call: float
    settled_at: float

    def _init_reading(self) -> None:
        self.in_flight = 0
        self.last_call = 0.0
        self.settled_at = 0.0

    def chat(self, chat_id: int, user_id: int | None = None) -> list[Json]:  # noqa: ARG002 (all members see the same)
        """The messages of a chat, oldest first, deleted ones with their flag; empty when nothing was said there.

        Each is the Bot API message plus from_bot, html, deleted, pinned, service, edit_date and the reply_markup as
        drawn (reply keyboards too).
        """
        chat = self.world.chats.get(chat_id)
        return list(self.world.seen_in(chat)) if chat else []

    def bot_messages(self, chat_id: int) -> list[Json]:
        """What the bot wrote in a chat and is still there, oldest first."""
        return [self.world.seen(m) for m in _of_bot(self.world.chats.get(chat_id))]

    def last(self, chat_id: int) -> Json:
        """The latest message of the bot in a chat (a person's id is the private chat); LookupError when none."""
        chat = self.world.chats.get(chat_id)
        found = next((m for m in reversed(list(_of_bot(chat)))), None)
        if found is None:
            raise LookupError(f"the bot wrote nothing in {chat_id}")
        return self.world.seen(found)

    def message(self, chat_id: int, message_id: int) -> Json:
        """One message as people see it; LookupError when there is none."""
        chat = self.world.chats.get(chat_id)
        if chat is None or message_id not in chat.messages:
            raise LookupError(f"there is no message {message_id} in {chat_id}")
        return self.world.seen(chat.messages[message_id])

    @staticmethod
    def buttons(message: Json) -> list[tuple[str, str]]:
        """The buttons under a message, row by row: label, and callback data or address ("" for reply keyboards)."""
        markup = message.get("reply_markup") or {}
        rows: list[list[Any]] = markup.get("inline_keyboard") or markup.get("keyboard") or []
        return [(b["text"], b.get("callback_data") or b.get("url") or "") for row in rows for b in row]

    def file_bytes(self, file_id: str) -> bytes:
        """What a file holds; KeyError when there is none."""
        return self.world.files[file_id].data

    def unread(self, user_id: int) -> int:
        """How many messages of the bot came after the person last wrote or read."""
        chat = self.world.chats.get(user_id)
        if chat is None:
            return 0
        count = 0
        for message in reversed(chat.messages.values()):
            if not message.from_bot or message.id <= chat.read_to:
                break
            count += not message.deleted and not message.service
        return count

    def state(self) -> Json:
        """Everything a page needs at its start, as plain JSON."""
        world = self.world
        return {
            "ok": True,
            "bot": world.bot_told,
            "clock": world.clock().isoformat(),
            "event": world.events.n,
            "users": [
                {**u.told(), "started": u.started, "blocked": u.blocked, "deactivated": u.deactivated,
                 "unread": self.unread(u.id)}
                for u in world.users.values()
            ],
            "chats": [
                {**c.told(), "members": {str(k): v for k, v in c.members.items()}, "bot_status": c.bot_status,
                 "migrated_to": c.migrated_to, "topics": {str(t.id): t.name for t in c.topics.values()}}
                for c in world.chats.values()
            ],
            "commands": [{"scope": s, "language_code": lang, "commands": c} for (s, lang), c in world.commands.items()],
            "pending_updates": world.updates.pending,
            "calls": {f"{name} {status}": n for (name, status), n in world.calls.totals.items()},
        }  # fmt: skip

    def inject(self, update: Json) -> int | None:
        """Queue any update, given without update_id; answers the id, or None when the bot did not ask for its kind."""
        return self.world.updates.push({k: v for k, v in update.items() if k != "update_id"})

    def push_raw(self, raw: Json | bytes) -> int | None:
        """Queue an update whatever it looks like, even malformed ones; bytes are JSON of an object."""
        update = orjson.loads(raw) if isinstance(raw, bytes) else raw
        if not isinstance(update, dict):
            raise StageError("an update is a JSON object")
        return self.world.updates.push(dict(update), anyway=True)

    async def settle(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Wait until every update is confirmed, no call is running and none came for 100 ms; else TimeoutError.

        Several may wait at once: the first who sees it so may break the silence before the others look.
        """
        start = time.monotonic()
        while self.settled_at <= start:
            now = time.monotonic()
            if not self.world.updates.pending and not self.in_flight and now - self.last_call >= _QUIET:
                self.settled_at = now
                return
            if now >= start + timeout:
                waiting = self.world.updates.pending
                raise TimeoutError(f"not settled: {waiting} updates unconfirmed, {self.in_flight} calls running")
            await asyncio.sleep(0.01)

    async def polled(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Wait until the bot waits in getUpdates; else TimeoutError."""
        end = time.monotonic() + timeout
        while True:
            if self.world.updates.waiting:
                return
            if time.monotonic() >= end:
                raise TimeoutError("the bot does not poll")
            await asyncio.sleep(0.005)

    async def wait_for(
        self,
        wanted: Callable[[Json], bool],
        chat_id: int,
        timeout: float = 5.0,  # noqa: ASYNC109
        *,
        after: int = 0,
    ) -> Json:
        """The latest message of the bot in a chat that satisfies `wanted`, now or later, edits included.

        Only messages with an id above `after`; TimeoutError tells what the bot did write.
        """
        end = time.monotonic() + timeout
        while True:
            for message in reversed(list(_of_bot(self.world.chats.get(chat_id)))):
                if message.id > after and wanted(seen := self.world.seen(message)):
                    return seen
            left = end - time.monotonic()
            if left <= 0 or not await self.world.events.news(left):
                wrote = [m.get("text", m.get("caption", "…")) for m in self.bot_messages(chat_id)][-5:]
                raise TimeoutError(f"no such message in {chat_id}; the bot wrote {wrote}")


def _of_bot(chat: Chat | None) -> Iterator[Any]:
    return (m for m in chat.messages.values() if m.from_bot and not m.deleted and not m.service) if chat else iter(())
