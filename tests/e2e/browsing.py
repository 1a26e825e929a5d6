"""A browser on the page, for tests. Where there is no Chromium, these tests are skipped and say so."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
from docx import Document
from playwright.async_api import Locator, Page

from demo.browser import find_chromium, opened
from demo.stage import Stage
from tests.e2e.playing import on_stage

needs_chromium = pytest.mark.skipif(
    find_chromium() is None, reason="there is no Chromium on this machine (apt-get install chromium)"
)
AXE = Path(__file__).parent / "axe" / "axe.min.js"
WIDE = (1500, 950)
NARROW = (360, 740)


@contextlib.asynccontextmanager
async def page_of(
    stage: Stage,
    *,
    size: tuple[int, int] = WIDE,
    language: str = "en",
    scheme: Literal["light", "dark"] = "light",
) -> AsyncIterator[Page]:
    """The page of a stage with its phones; anything it complains of in its console fails the test."""
    async with opened() as browser:
        page = await browser.new_page(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
        )
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{stage.telegram.url}/?lang={language}")
        await page.locator(".phone").first.wait_for()
        yield page
        assert complaints == []


@contextlib.asynccontextmanager
async def at_the_page(folder: Path, scene: str | None = None, **how: Any) -> AsyncIterator[tuple[Stage, Page]]:
    """Both together."""
    async with on_stage(folder, scene) as stage, page_of(stage, **how) as page:
        yield stage, page


def phone(page: Page, user_id: int) -> Locator:
    """Somebody's phone."""
    return page.locator(f'.phone[data-user="{user_id}"]')


async def say(page: Page, user_id: int, words: str) -> None:
    """Type and press Enter."""
    field = phone(page, user_id).locator(".write textarea")
    await field.fill(words)
    await field.press("Enter")


async def enrol(page: Page, user_id: int) -> None:
    """Start, yes, English; until the programme is there."""
    one = phone(page, user_id)
    await one.locator(".start").click()
    await one.locator(".keys .key").first.click()
    await one.locator(".keys .key", has_text="English").click()
    await one.locator(".keyboard .key", has_text="Programme").wait_for()


async def saved(page: Page, link: Locator, folder: Path) -> Path:
    """Click a file and let the browser save it, under the name it gives it."""
    async with page.expect_download(timeout=60_000) as coming:
        await link.click()
    download = await coming.value
    path = folder / download.suggested_filename
    await download.save_as(path)
    return path


def words_of_document(path: Path) -> str:
    """Everything that somebody reads of a DOCX, its tables too."""
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong: rule, help, where."""
    if not await page.evaluate("() => Boolean(window.axe)"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {one['help']} {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found["violations"]
    ]
