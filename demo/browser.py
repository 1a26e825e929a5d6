"""A browser for pictures and tests: the machine's Chromium, without a window."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Where Chromium is: FIELDPOST_CHROMIUM names it, else it is looked for; None if there is none."""
    named = os.environ.get("FIELDPOST_CHROMIUM")
    return named or next((path for path in map(shutil.which, _NAMES) if path), None)


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[Browser]:
    """A running browser; a LookupError in words when there is none."""
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - only for pictures and tests
    except ImportError:
        raise LookupError("playwright is not installed (it is among the development dependencies).") from None
    path = find_chromium()
    if path is None:
        raise LookupError("There is no Chromium on this machine; on Debian: apt-get install chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            await browser.close()
