"""Carries a scene's steps out by clicking on the page, as a person would: for pictures, and for the browser's tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from demo.labels import called, pick
from demo.player import StepError, words_of
from demo.stage_hands import PATIENCE, StageHands, paper, picture

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Locator, Page

    from demo.scene import Step
    from demo.stage import Stage


_DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class PageHands(StageHands):
    """A browser's page that has the phones of the scene."""

    def __init__(self, stage: Stage, page: Page) -> None:
        super().__init__(stage)
        self.page = page

    def phone(self, user_id: int) -> Locator:
        """The phone of somebody."""
        return self.page.locator(f'.phone[data-user="{user_id}"]')

    async def settle(self) -> None:
        """Until the bot rests and the page has drawn what came."""
        await super().settle()
        await self.page.evaluate(_DRAWN)

    async def turn(self, step: Step) -> None:
        """The clock by its buttons where there is one; the rest as the stage does it."""
        if step.do == "hold":
            button = self.page.locator(".clock button.hold")
            if (await button.get_attribute("aria-pressed") == "true") != step.value:
                await button.click()
        elif step.do == "bot":
            await self.page.locator(f".bot button.{step.value}").click()
            if step.value != "kill":
                await self.stage.telegram.polled(PATIENCE)
        elif step.do == "clock" and re.fullmatch(r"\d{1,2}:\d\d", str(step.value)):
            await self.page.locator(".clock .set input").fill(str(step.value).zfill(5))
            await self.page.locator(".clock .set button").click()
        else:
            await super().turn(step)

    async def act(self, step: Step, user_id: int) -> None:
        """By the phone's own controls."""
        phone = self.phone(user_id)
        await self._open(step, phone, user_id)
        match step.do:
            case "start":
                await phone.locator(".start").click()
            case "say":
                await self._write(phone, words_of(step, "say", self.language(user_id)))
            case "tap":
                await self._press(step, phone, words_of(step, "tap", self.language(user_id)))
            case "location":
                await self._locate(phone, step.value)
            case "photo" | "file":
                await self._attach(step, phone, user_id)
            case "offline" | "block" | "bring":
                await self._switch(phone, step.do)
            case "edit":
                await phone.locator(".write textarea").press("ArrowUp")
                await self._write(phone, words_of(step, "edit", self.language(user_id)))
            case _:
                await super().act(step, user_id)

    async def _open(self, step: Step, phone: Locator, user_id: int) -> None:
        """The chat of this step: the group that it names, else the one with the bot, which is the first."""
        tabs = phone.locator(".chats button")
        if "in" in step.beside:
            title = self.stage.telegram.world.chats[self._chat(step, user_id)].title
            tab = tabs.filter(has_text=title).first
        elif await tabs.first.is_visible():
            tab = tabs.first
        else:
            return
        if await tab.get_attribute("aria-pressed") != "true":
            await tab.click()

    async def _write(self, phone: Locator, words: str) -> None:
        field = phone.locator(".write textarea")
        await field.fill(words)
        await field.press("Enter")

    async def _press(self, step: Step, phone: Locator, words: str) -> None:
        for _ in range(20):
            found = await self._until_there(phone, words)
            if found is None:
                raise StepError(step, f"the page has no button {words!r}")
            if await _clicked(found):
                return
        raise StepError(step, f"the page's button {words!r} does not hold still")

    async def _until_there(self, phone: Locator, words: str) -> ElementHandle | None:
        for _ in range(int(PATIENCE * 10)):
            for kind in (".keys .key", ".keyboard .key"):
                keys = await phone.locator(kind).element_handles()
                n = pick([(await key.inner_text()).strip() for key in keys], words)
                if n is not None:
                    return keys[n]
            await self.page.wait_for_timeout(100)
        return None

    async def _locate(self, phone: Locator, place: tuple[float, float, float]) -> None:
        await phone.locator("button.place-button").click()
        sheet = self.page.locator("dialog[open]")
        await sheet.locator("summary").click()
        for name, value in zip(("latitude", "longitude", "accuracy"), place, strict=True):
            await sheet.locator(f"input[name={name}]").fill(str(value))
        await sheet.locator("form button.primary").click()

    async def _attach(self, step: Step, phone: Locator, user_id: int) -> None:
        name, photo = str(step.value).rpartition("/")[2], step.do == "photo"
        data = (picture if photo else paper)(self._folder(), str(step.value))
        caption = step.words("caption", self.language(user_id))
        if caption:
            await phone.locator(".write textarea").fill(caption)
        given: Any = {"name": name, "mimeType": "image/jpeg" if photo else "application/octet-stream", "buffer": data}
        await phone.locator("input[type=file]").set_input_files(given)

    async def _switch(self, phone: Locator, what: str) -> None:
        await phone.locator(".menu summary").click()
        await phone.locator(f".menu-box button.{what}").click()

    async def look(self, step: Step, user_id: int) -> None:
        """What the page shows, not what the stage knows."""
        if "alert" in step.beside:
            await super().look(step, user_id)
            return
        language = self.language(user_id)
        await self._open(step, self.phone(user_id), user_id)
        for key in ("sees", "misses"):
            words = words_of(step, key, language)
            if not words:
                continue
            text = ""
            for _ in range(int(PATIENCE * 10)):
                text = await self.phone(user_id).locator(".log").inner_text()
                if any(name in text for name in called(words)) or key == "misses":
                    break
                await self.page.wait_for_timeout(100)
            if any(name in text for name in called(words)) == (key == "misses"):
                raise StepError(step, f"{words!r} {'is' if key == 'misses' else 'is not'} on the phone: …{text[-600:]}")


async def _clicked(found: ElementHandle) -> bool:
    """Whether it could be clicked: not if its message was edited that very moment, and another is in its place."""
    try:
        await found.click()
    except Exception as error:
        if "not attached" not in str(error):
            raise
        return False
    return True
