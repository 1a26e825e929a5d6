"""Much on one page: a big roster, long chats, big files, every kind of markup. Figures are told, not judged."""

import csv
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import aiohttp
from playwright.async_api import Page, expect

from demo.stage import Stage
from tests.conftest import MEASURED
from tests.e2e.browsing import at_the_page, needs_chromium, page_of, phone, say
from tests.e2e.playing import NO_HURRY, bill_of

pytestmark = needs_chromium

# How long from a key or a click until the page has drawn the next picture, in milliseconds. The browser's own Event
# Timing waits for the picture to be shown, which a browser without a screen does about once a second.
OBSERVE = """() => {
  window.took = [];
  const drawn = (event) => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => window.took.push(performance.now() - event.timeStamp);
    after.port2.postMessage(0);
  });
  const kinds = ["keydown", "pointerdown", "click"];
  for (const kind of kinds) addEventListener(kind, drawn, { capture: true, passive: true });
}"""
FRAMES = """(log) => new Promise((done) => {
  const at = []; let n = 0;
  const frame = (now) => {
    at.push(now);
    log.dispatchEvent(new WheelEvent("wheel"));
    log.scrollTop -= 120;
    ++n < 60 ? requestAnimationFrame(frame) : done(at);
  };
  requestAnimationFrame(frame);
})"""


def a_roster(path: Path, people: int) -> Path:
    """So many observers, as a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["reference", "name", "role", "team", "delegation", "language", "time_zone"])
        writer.writerow(["C001", "Coordinator", "coordinator", "HQ", "", "en", "Asia/Almaty"])
        for n in range(1, people):
            team = "HQ" if n < 4 else f"Team {1 + n % 60}"
            writer.writerow([f"O{n:04}", f"Observer {n:04}", "observer", team, "", "en", "Asia/Almaty"])
    return path


async def interactions(page: Page) -> list[float]:
    """What was typed and clicked since OBSERVE: how long each took, longest first."""
    await page.wait_for_timeout(300)
    return sorted((float(one) for one in await page.evaluate("() => window.took.splice(0)")), reverse=True)


def told(name: str, times: list[float]) -> str:
    """The longest and the median, in milliseconds."""
    assert times, f"nothing was measured of {name}"
    return f"{name}: longest {times[0]:.0f} ms, median {times[len(times) // 2]:.0f} ms to the next picture"


async def test_1013_people_and_a_chat_of_2000_messages_stay_smooth(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    bill = replace(bill_of(), roster=a_roster(tmp_path / "many.csv", 1013))
    async with Stage(tmp_path, bill, limits=NO_HURRY).opened() as stage:
        assert len(stage.company.people) == 1013
        one = next(p["user_id"] for p in stage.company.phones if p["is"] == "observer")
        world, user = stage.telegram.world, stage.telegram.user(one)
        chat = world.private_chat(user)
        for n in range(2000):
            words = f"Message {n}, with some words to fill a line or two of the phone's narrow chat."
            world.add(chat, {"text": words}, sender=user if n % 3 else None)
        async with page_of(stage) as page:
            await expect(phone(page, one).locator(".bubble").last).to_contain_text("Message 1999")
            await page.evaluate(OBSERVE)
            field = phone(page, one).locator(".write textarea")
            await field.press_sequentially("typing into a phone with two thousand messages", delay=20)
            record_property(MEASURED, told("typing", await interactions(page)))
            await field.press("Enter")
            await expect(phone(page, one).locator(".out .bubble").last).to_contain_text("typing into a phone")
            record_property(MEASURED, told("sending", await interactions(page)))
            await phone(page, one).locator(".menu summary").click()
            await page.keyboard.press("Escape")
            record_property(MEASURED, told("menu", await interactions(page)))
            await phone(page, one).locator("button.place-button").click()
            await page.keyboard.press("Escape")
            record_property(MEASURED, told("places", await interactions(page)))
            await page.locator(".tools-right .primary").click()
            await page.locator("dialog[open] input[type=search]").press_sequentially("observer 0900", delay=40)
            found = page.locator("dialog[open] .choice").first
            await expect(found).to_contain_text("Observer 0900", timeout=30_000)
            record_property(MEASURED, told("search", await interactions(page)))
            await page.locator("dialog[open] .plain").click()
            await page.locator("button.inside").click()
            for tab in ("Inbox", "Comes next", "Requests", "Outbox"):
                await page.get_by_role("tab", name=tab).click()
            await page.locator("button.inside").click()
            record_property(MEASURED, told("inside", await interactions(page)))
            frames = await phone(page, one).locator(".log").evaluate(FRAMES)
            gaps = sorted((b - a for a, b in pairwise(frames)), reverse=True)
            record_property(MEASURED, told("scrolling, frame after frame", gaps))
            await phone(page, one).locator(".log").hover()
            while await phone(page, one).locator(".message").count() < 600:
                await page.mouse.wheel(0, -4000)
                await page.wait_for_timeout(50)


async def test_a_file_of_20_mb_goes_up_and_comes_down(tmp_path: Path) -> None:
    async with at_the_page(tmp_path) as (stage, page):
        one = stage.company.phones[0]["user_id"]
        data = bytes(range(256)) * (20 * 4096)
        big = tmp_path / "big.bin"
        big.write_bytes(data)
        await phone(page, one).locator("input[type=file]").set_input_files(big)
        link = phone(page, one).locator("a.file")
        await expect(link).to_contain_text("20.0 MB", timeout=60_000)
        async with page.expect_download() as coming:
            await link.click()
        got = await (await coming.value).path()
        assert got.read_bytes() == data


async def test_markup_of_every_kind_is_drawn_and_nothing_of_it_runs(tmp_path: Path) -> None:
    text = (
        "<b>bold</b> <i>italic</i> <u>under</u> <s>struck</s> <tg-spoiler>hidden</tg-spoiler> <code>code</code>"
        '<pre><code class="language-python">print()</code></pre><a href="https://example.org">link</a>'
        "<blockquote>quote</blockquote><blockquote expandable>" + "long line of a quote\n" * 8 + "</blockquote>"
        "&lt;script&gt;window.hurt = 1&lt;/script&gt; &lt;img src=x onerror='window.hurt = 1'&gt;"
    )
    async with at_the_page(tmp_path) as (stage, page):
        one = stage.company.phones[0]["user_id"]
        await phone(page, one).locator(".start").click()
        await stage.settle()
        async with aiohttp.ClientSession() as http:
            body = {"chat_id": one, "text": text, "parse_mode": "HTML"}
            async with http.post(f"{stage.telegram.base_url}{stage.telegram.token}/sendMessage", json=body) as answer:
                assert answer.status == 200, await answer.text()
        drawn = phone(page, one).locator(".bubble").last
        for tag in ("b, strong", "i, em", "u", "s, del", ".spoiler", "code", "pre", "a", "blockquote"):
            await expect(drawn.locator(tag).first).to_be_attached()
        await expect(drawn).to_contain_text("<script>window.hurt = 1</script>")
        await drawn.locator(".fold").click()
        await expect(drawn.locator(".fold-body")).to_have_class("fold-body open")
        await drawn.locator(".spoiler").click()
        await expect(drawn.locator(".spoiler")).to_have_class("spoiler shown")
        assert await page.evaluate("() => window.hurt") is None


async def test_the_page_lives_through_a_new_stage_on_the_same_port(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    async with Stage(first, bill_of(), limits=NO_HURRY).opened() as stage, page_of(stage) as page:
        port = int(stage.telegram.url.rpartition(":")[2])
        one = stage.company.phones[0]["user_id"]
        await phone(page, one).locator(".start").click()
        await expect(phone(page, one).locator(".bubble").last).to_contain_text("Are you")
        assert stage.bot is not None
        await stage.bot.stop()
        await stage.telegram.stop()
        await expect(page.locator("#notice")).to_contain_text("No connection")
        async with Stage(second, bill_of(), limits=NO_HURRY).opened(port) as another:
            await expect(phone(page, one).locator(".start")).to_be_visible(timeout=60_000)
            await phone(page, one).locator(".start").click()
            await expect(phone(page, one).locator(".bubble").last).to_contain_text("Are you")
            await say(page, one, "/help")
            assert await another.settle()
