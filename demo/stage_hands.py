"""Carries a scene's steps out on the stage itself, without a browser."""

from __future__ import annotations

import asyncio
import io
import re
import time
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image, ImageDraw

from demo.labels import called, pick
from demo.player import StepError, words_of
from demo.telegram import StageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from demo.scene import Step
    from demo.stage import Stage

PATIENCE = 40.0
"""Seconds after which somebody who looks for something gives up."""


class StageHands:
    """The people's fingers, and the stage manager's."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def ids(self, who: str) -> list[int]:
        """The people of a name."""
        return self.stage.company.ids[who]

    def language(self, user_id: int) -> str:
        """What they read."""
        person = self.stage.company.person(user_id)
        return str(person["language"]) if person else "en"

    def changed(self) -> None:
        """The player stands elsewhere: the page reads it anew."""
        self.stage.telegram.events.emit("scene")

    async def settle(self) -> None:
        """Until the bot rests; in bad weather it may not, and then nobody waits long for it."""
        await self.stage.settle(PATIENCE if self.stage.weather.bots in ("fine", "slow") else 2.0)

    # --- the stage

    async def turn(self, step: Step) -> None:
        """Clock, bot, weather."""
        stage, value = self.stage, step.value
        try:
            match step.do:
                case "clock":
                    stage.hands.order(clock_order(str(value)))
                case "pace":
                    stage.hands.order({"speed": value, "hold": False})
                case "hold":
                    stage.hands.order({"hold": value})
                case "weather":
                    stage.weather.set_bots(str(value))
                case "bot":
                    await self._bot(str(value))
        except StageError as error:
            raise StepError(step, str(error)) from None
        stage.telegram.events.emit("clock", **stage.hands.told())

    async def _bot(self, what: str) -> None:
        bot = self.stage.bot
        if bot is None:
            return
        if what != "start":
            await bot.kill()
        if what != "kill":
            await bot.start()
            await self.stage.telegram.polled(PATIENCE)

    # --- a person

    async def act(self, step: Step, user_id: int) -> None:
        """What somebody does with the phone."""
        chat = self._chat(step, user_id)
        try:
            if step.do == "tap":
                await self._tap(step, user_id, chat)
            elif step.do == "offline":
                self.stage.weather.set_phone(user_id, offline=bool(step.value))
            else:
                await self._do(step.do, user_id, self._what(step, user_id, chat))
        except StageError as error:
            raise StepError(step, str(error)) from None

    def _chat(self, step: Step, user_id: int) -> int:
        return self.stage.company.groups[step.beside["in"]] if "in" in step.beside else user_id

    async def _do(self, act: str, user_id: int, do: Callable[[], Any]) -> None:
        gate = self.stage.telegram.gate
        await gate(act, {"user_id": user_id}, do) if gate else do()

    def _what(self, step: Step, user_id: int, chat: int) -> Callable[[], Any]:
        telegram, language = self.stage.telegram, self.language(user_id)
        where: dict[str, Any] = {"chat_id": chat, "date": self.stage.hands.now()}
        caption = step.words("caption", language) or None
        payload = (self.stage.company.person(user_id) or {}).get("start_payload")
        words = f"/start {payload or ''}".strip() if step.do == "start" else words_of(step, "say", language)
        makers: dict[str, Callable[[], Callable[[], Any]]] = {
            "start": lambda: partial(telegram.say, user_id, words, **where),
            "say": lambda: partial(telegram.say, user_id, words, **where),
            "location": lambda: partial(telegram.location, user_id, *step.value[:2], accuracy=step.value[2], **where),
            "photo": lambda: partial(telegram.photo, user_id, picture(self._folder(), step.value), caption, **where),
            "file": lambda: partial(
                telegram.document,
                user_id,
                step.value.rpartition("/")[2],
                paper(self._folder(), step.value),
                caption=caption,
                **where,
            ),
            "voice": lambda: partial(telegram.voice, user_id, duration=int(step.value), **where),
            "block": lambda: partial(telegram.block, user_id, step.value),
            "bring": lambda: (
                partial(telegram.add_bot, chat, user_id, "administrator")
                if step.value
                else partial(telegram.remove_bot, chat, user_id)
            ),
            "edit": lambda: self._edit(step, user_id, chat),
        }
        return makers[step.do]()

    def _folder(self) -> Path:
        return self.stage.bill.scene.folder if self.stage.bill.scene else self.stage.folder

    def _edit(self, step: Step, user_id: int, chat: int) -> Callable[[], Any]:
        own = [m for m in self.stage.telegram.chat(chat) if m.get("from", {}).get("id") == user_id and "text" in m]
        if not own:
            raise StepError(step, "there is nothing of one's own to change")
        words = words_of(step, "edit", self.language(user_id))
        return lambda: self.stage.telegram.edit(user_id, own[-1]["message_id"], words, chat_id=chat)

    async def _tap(self, step: Step, user_id: int, chat: int) -> None:
        words = words_of(step, "tap", self.language(user_id))
        found = await self._until(lambda: self._button(chat, words))
        if found is None:
            known = [label for m in self._messages(chat)[-4:] for label, _ in self.stage.telegram.buttons(m)]
            raise StepError(step, f"there is no button {words!r}, only {', '.join(map(repr, known)) or 'none'}")
        message, label, data = found
        telegram, number = self.stage.telegram, message["message_id"]
        if data.startswith(("http", "tg:")):
            start = parse_qs(urlsplit(data).query).get("start")
            payload = f"/start {start[0]}" if start else ""
            if payload:
                await self._do("say", user_id, lambda: telegram.say(user_id, payload))
        elif data:
            await self._do("tap", user_id, lambda: telegram.tap(user_id, number, data=data, chat_id=chat))
        else:
            await self._do("say", user_id, lambda: telegram.say(user_id, label, chat_id=chat))

    def _messages(self, chat: int) -> list[dict[str, Any]]:
        return [m for m in self.stage.telegram.chat(chat) if not m["deleted"]]

    def _button(self, chat: int, words: str) -> tuple[dict[str, Any], str, str] | None:
        for message in reversed(self._messages(chat)):
            buttons = self.stage.telegram.buttons(message)
            n = pick([label for label, _ in buttons], words)
            if n is not None:
                return message, *buttons[n]
        return None

    # --- looking

    async def look(self, step: Step, user_id: int) -> None:
        """Find what the step says."""
        chat, language = self._chat(step, user_id), self.language(user_id)
        for key in ("sees", "alert", "misses"):
            words = words_of(step, key, language)
            if words:
                await self._find(
                    step, key, words, partial(self._toasts, user_id) if key == "alert" else partial(self._read, chat)
                )

    async def _find(self, step: Step, key: str, words: str, shown: Callable[[], str]) -> None:
        def there() -> bool | None:
            return any(name in shown() for name in called(words)) or None

        found = there() if key == "misses" else await self._until(there)
        if bool(found) == (key == "misses"):
            wrong = "is there" if found else "is not there"
            raise StepError(step, f"{words!r} {wrong}. What is: …{shown()[-600:]}")

    def _read(self, chat: int) -> str:
        return "\n".join(plain(message) for message in self._messages(chat))

    def _toasts(self, user_id: int) -> str:
        return "\n".join(str(t.get("text") or "") for t in self.stage.telegram.toasts if t["user_id"] == user_id)

    @staticmethod
    async def _until(look: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE
        while (found := look()) is None and time.monotonic() < deadline:  # noqa: ASYNC110 - it watches another process
            await asyncio.sleep(0.05)
        return found


def plain(message: dict[str, Any]) -> str:
    """What a person reads of a message."""
    name = message.get("document", {}).get("file_name", "")
    return " ".join(filter(None, (str(message.get("text", message.get("caption", ""))), name)))


def clock_order(words: str) -> dict[str, Any]:
    """ "+15 min", "20:00" or a moment, as the clock takes it."""
    ahead = re.fullmatch(r"\+(\d+) (min|h)", words)
    if ahead:
        return {"step_seconds": int(ahead[1]) * (60 if ahead[2] == "min" else 3600)}
    return {"set": words}


def picture(folder: Path, name: str) -> bytes:
    """The picture beside the scene, else one made up: a grey sheet with its name on it."""
    if (folder / name).is_file():
        return (folder / name).read_bytes()
    sheet = Image.new("RGB", (800, 600), "#8a9aa5")
    ImageDraw.Draw(sheet).text((60, 260), name, fill="white", font_size=44)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=80)
    return out.getvalue()


def paper(folder: Path, name: str) -> bytes:
    """The file beside the scene, else a few words."""
    if (folder / name).is_file():
        return (folder / name).read_bytes()
    return f"{name}\n\nMade up for the rehearsal.\n".encode()
