"""`make pictures`: plays a scene on the page in a browser and takes a picture of each step, in each language.

All go to var/pictures; those that the documents show (KEPT) also to docs/pictures.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image

from demo.actor import ROOT
from demo.bill import of_the_day
from demo.browser import opened
from demo.page_hands import PageHands
from demo.player import StepError
from demo.scene import Role, Scene, find_scene, load_scene
from demo.stage import Stage
from demo.telegram import Limits

if TYPE_CHECKING:
    from playwright.async_api import Browser, ViewportSize

    from demo.bill import Bill
    from demo.scene import Step

Scheme = Literal["light", "dark"]
OUT = ROOT / "var" / "pictures"
DOCS = ROOT / "docs" / "pictures"
KEPT = {
    "stage-light.png": "stage.png",
    "en/light/card.png": "card.png",
    "en/light/located.png": "checked-in.png",
    "ru/light/log-preview.png": "log-preview-ru.png",
    "kk/light/log-second-point.png": "log-who-kk.png",
    "en/dark/digest.png": "digest-dark.png",
}
"""What is taken over into docs/pictures, and under which name."""
NO_HURRY = Limits(overall_per_second=1000, chat_per_second=1000, group_per_minute=1000)
LANGUAGES = ("en", "ru", "kk")
_PHONE: ViewportSize = {"width": 420, "height": 1020}
_STAGE: ViewportSize = {"width": 1560, "height": 940}
_WIDE: ViewportSize = {"width": 1440, "height": 900}


def in_language(scene: Scene, language: str) -> Scene:
    """The same scene, its people all reading one language."""
    people = {name: Role(name, {**role.about, "language": language}) for name, role in scene.people.items()}
    return replace(scene, people=people)


def roster_in(roster: Path | None, language: str, folder: Path) -> Path | None:
    """The same roster, everybody reading one language from the first message on."""
    if roster is None:
        return None
    rows = list(csv.DictReader(roster.read_text(encoding="utf-8-sig").splitlines()))
    path = folder / "roster-in-one-language.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "language": language} for row in rows)
    return path


def hurried(bill: Bill) -> Bill:
    """The same with a bot that keeps to no send budget: nobody has to wait for a picture."""
    rates = ("OVERALL_PER_SECOND", "CHAT_PER_SECOND", "GROUP_PER_MINUTE")
    return replace(bill, settings={**bill.settings, **{f"SENDING__{rate}": "1000" for rate in rates}})


async def take(browser: Browser, scene: Scene, language: str, scheme: Scheme, out: Path) -> None:
    """Play once and keep a picture of the phone after each step that has a name for it."""
    folder = out / scheme
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        bill = hurried(of_the_day(in_language(scene, language), language))
        bill = replace(bill, roster=roster_in(bill.roster, language, Path(home)))
        async with Stage(Path(home), bill, limits=NO_HURRY).opened() as stage:
            page = await browser.new_page(
                viewport=_WIDE, color_scheme=scheme, device_scale_factor=2, reduced_motion="reduce"
            )
            await page.goto(f"{stage.telegram.url}/?lang={language}")
            await page.locator(".phone").first.wait_for()
            hands = PageHands(stage, page)
            number = 0

            async def shot(step: Step) -> None:
                nonlocal number
                name = step.beside.get("picture")
                if name and step.who:
                    number += 1
                    phone = hands.phone(hands.ids(step.who)[0])
                    await page.set_viewport_size(_PHONE)
                    await phone.scroll_into_view_if_needed()
                    await page.wait_for_timeout(150)
                    if await phone.locator(".down").is_visible():
                        await phone.locator(".down").click()
                    await page.mouse.move(0, 0)
                    # What is answered in passing stays for seconds, longer than a step takes here.
                    await phone.locator(".toasts").evaluate("(toasts) => toasts.replaceChildren()")
                    await phone.screenshot(path=folder / f"{name}.png")
                    await page.set_viewport_size(_WIDE)

            if stage.player is None:
                raise LookupError("there is no scene")
            stage.player.hands = hands
            await stage.player.run(shot)
            await page.close()
            print(f"{language}, {scheme}: {number} pictures in {folder}", flush=True)


async def take_stage(browser: Browser, scene: Scene, scheme: Scheme, out: Path) -> None:
    """The whole page at the end of a scene, with the panel that shows what goes on inside."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with Stage(Path(home), hurried(of_the_day(scene)), limits=NO_HURRY).opened() as stage:
            if stage.player is None:
                raise LookupError("there is no scene")
            await stage.player.run()
            page = await browser.new_page(
                viewport=_STAGE, color_scheme=scheme, device_scale_factor=1.5, reduced_motion="reduce"
            )
            await page.goto(f"{stage.telegram.url}/?lang=en")
            await page.locator(".phone .message").first.wait_for()
            await page.locator("button.inside").click()
            await page.locator(".office-list li").first.wait_for()
            await page.wait_for_timeout(400)
            await page.screenshot(path=out / f"stage-{scheme}.png")
            await page.close()
            print(f"the stage, {scheme}: {out}/stage-{scheme}.png", flush=True)


async def main(scene: Scene, languages: list[str], schemes: list[Scheme], out: Path) -> None:
    """All of them."""
    async with opened() as browser:
        for language in languages:
            for scheme in schemes:
                await take(browser, scene, language, scheme, out / language)
        for scheme in schemes:
            await take_stage(browser, load_scene(find_scene("8-june")), scheme, out)


def _run() -> int:
    parser = argparse.ArgumentParser(description="Pictures of a scene, taken from the page.")
    parser.add_argument("--scene", default="check-in")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--schemes", default="light,dark")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--keep", action="store_true", help="take those of the documents over into docs/pictures")
    asked = parser.parse_args()
    try:
        scene = load_scene(find_scene(asked.scene))
        asyncio.run(main(scene, asked.languages.split(","), asked.schemes.split(","), asked.out))
    except (LookupError, StepError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    if asked.keep:
        DOCS.mkdir(parents=True, exist_ok=True)
        for taken, name in KEPT.items():
            if (asked.out / taken).is_file():
                with Image.open(asked.out / taken) as whole:
                    whole.convert("RGB").quantize(200).save(DOCS / name, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(_run())
