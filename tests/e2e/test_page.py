"""The page of phones in a real browser: what a person clicks, and what is then there."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from demo.page_hands import PageHands
from demo.stage import Stage
from tests.e2e.browsing import (
    NARROW,
    WIDE,
    at_the_page,
    enrol,
    needs_chromium,
    page_of,
    phone,
    saved,
    say,
    violations,
    words_of_document,
)
from tests.e2e.playing import on_stage, player_of, rows

pytestmark = needs_chromium
expect.set_options(timeout=30_000)


async def test_the_day_of_8_june_is_played_by_clicking_on_the_page(tmp_path: Path) -> None:
    """From enrolment and check-ins to an announcement, the digest and the chronicle: whatever the scene has.

    What the bot learns to do from a phone is added to demo/scenes/8-june.toml and is then clicked here too.
    """
    async with at_the_page(tmp_path, "8-june") as (stage, page):
        player = player_of(stage)
        player.hands = PageHands(stage, page)
        await player.run()
        assert rows(stage, "SELECT count(DISTINCT meeting_id) FROM log_submission") == [(5,)]
        assert rows(stage, "SELECT count(*) FROM checkin WHERE latitude IS NOT NULL") == [(5,)]
        assert rows(stage, "SELECT state, count(*) FROM proposal GROUP BY state") == [("accepted", 1)]
        assert rows(stage, "SELECT count(*) FROM reading") == [(1,)]
        coordinator = phone(page, stage.company.ids["coordinator"][0])
        kept = await saved(page, coordinator.locator("a.file").last, tmp_path)
        assert kept.name == "chronicle-2019-06-08-en-v1.docx"
        told = words_of_document(kept)
        hosts = [host for (host,) in rows(stage, "SELECT host FROM meeting WHERE local_day = '2019-06-08'")]
        assert len(hosts) == 5
        assert [host for host in hosts if host not in told] == []
        assert "1013" in told
        assert "Зал заседаний, 3 этаж" in told


async def test_killing_the_bot_from_the_page_loses_nothing_that_was_typed(tmp_path: Path) -> None:
    async with at_the_page(tmp_path) as (stage, page):
        observer = stage.company.phones[0]["user_id"]
        await enrol(page, observer)
        await page.locator(".bot button.kill").click()
        await expect(page.locator(".bot-state")).to_have_text("Bot: stopped")
        for words in ("/programme", "/me", "/help"):
            await say(page, observer, words)
        await page.locator(".bot button.start-bot").click()
        await expect(page.locator(".bot-state")).to_have_text("Bot: running")
        await stage.telegram.polled(30)
        assert await stage.settle()
        text = "json_extract(raw, '$.message.text')"
        assert rows(stage, f"SELECT {text} FROM inbox WHERE {text} IN ('/programme', '/me', '/help')") == [
            ("/programme",),
            ("/me",),
            ("/help",),
        ]
        log = phone(page, observer).locator(".log")
        await expect(log).to_contain_text("A date shows another day")
        assert stage.bot is not None
        assert stage.bot.starts == 2


async def test_without_network_what_is_typed_waits_through_a_reload_and_in_every_window(tmp_path: Path) -> None:
    async with at_the_page(tmp_path) as (stage, page):
        observer = stage.company.phones[0]["user_id"]
        await enrol(page, observer)
        await phone(page, observer).locator(".menu summary").click()
        await phone(page, observer).locator(".menu-box button.offline").click()
        await expect(phone(page, observer).locator(".state")).to_contain_text("No network")
        await say(page, observer, "/me")
        await expect(phone(page, observer).locator(".pending .bubble")).to_have_text("/me")
        await page.reload()
        await expect(phone(page, observer).locator(".pending .bubble")).to_have_text("/me")
        async with page_of(stage) as window:
            await expect(phone(window, observer).locator(".pending .bubble")).to_have_text("/me")
            await phone(window, observer).locator(".menu summary").click()
            await phone(window, observer).locator(".menu-box button.offline").click()
            for one in (page, window):
                await expect(phone(one, observer).locator(".pending .bubble")).to_have_count(0)
                await expect(phone(one, observer).locator(".list .out").last).to_contain_text("/me")
        assert rows(stage, "SELECT count(*) FROM inbox WHERE json_extract(raw, '$.message.text') = '/me'") == [(1,)]


async def test_the_page_shows_what_goes_on_inside_and_why_a_letter_was_written(tmp_path: Path) -> None:
    async with at_the_page(tmp_path) as (stage, page):
        observer = stage.company.phones[0]["user_id"]
        await enrol(page, observer)
        await say(page, observer, "/me")
        await stage.settle()
        await page.locator("button.inside").click()
        await page.locator(".office-list button", has_text="sendMessage").first.click()
        await expect(page.locator("dialog[open] pre")).to_contain_text('"text": "/me"')
        await page.keyboard.press("Escape")
        await page.get_by_role("tab", name="Comes next").click()
        reminder = page.locator(".office-list li", has_text="Reminder").first
        await expect(reminder).to_contain_text("10:00:00 · Reminder")
        await expect(reminder).to_contain_text("Observer 300 · 11:00 Central Election Commission")
        for tab in ("Inbox", "In doubt", "Requests"):
            await page.get_by_role("tab", name=tab).click()
        await expect(page.locator(".office-list li", has_text="sendMessage").first).to_be_visible()


async def test_the_clock_is_held_stepped_set_and_given_back(tmp_path: Path) -> None:
    async with at_the_page(tmp_path) as (stage, page):
        face = page.locator(".clock-face")
        await page.locator("button.hold").click()
        await expect(page.locator(".clock-date")).to_contain_text("held")
        shown = stage.hands.now()
        await page.locator("button.plus60").click()
        await expect(face).to_contain_text("10:")
        assert 3590 < (stage.hands.now() - shown).total_seconds() < 3700
        await page.locator(".set input").fill("20:00")
        await page.locator(".set button").click()
        await expect(face).to_have_text("20:00:00")
        await page.locator("button.real").click()
        await expect(page.locator("button.real")).to_be_disabled()
        assert stage.hands.told()["real"]


async def test_a_phone_of_anybody_is_found_added_and_taken_away(tmp_path: Path) -> None:
    async with at_the_page(tmp_path) as (_, page):
        count = await page.locator(".phone").count()
        await page.get_by_role("button", name="Add a phone").click()
        await page.locator("dialog[open] input[type=search]").fill("observer 217")
        await page.locator("dialog[open] .choice").first.click()
        added = page.locator(".phone", has_text="Observer 217")
        await expect(added).to_be_visible()
        await added.locator(".start").click()
        await expect(added.locator(".log")).to_contain_text("Observer 217")
        await added.locator(".menu summary").click()
        await added.locator(".menu-box button.remove").click()
        await expect(page.locator(".phone")).to_have_count(count)


async def test_a_group_is_made_and_its_members_talk_in_it(tmp_path: Path) -> None:
    async with at_the_page(tmp_path) as (stage, page):
        first, second = (one["user_id"] for one in stage.company.phones[:2])
        await page.get_by_role("button", name="Add a phone").click()
        sheet = page.locator("dialog[open]")
        await sheet.locator(".new-group summary").click()
        await sheet.locator(".new-group input").first.fill("Headquarters")
        await sheet.get_by_label("With topics").check()
        await sheet.locator(".new-group button.primary").click()
        await expect(phone(page, first).locator(".chats [aria-pressed=true]")).to_have_text("Headquarters")
        unread = phone(page, second).locator(".chats button", has_text="Headquarters")
        await unread.click()
        await expect(phone(page, second).locator(".log")).to_contain_text("Fieldpost Bot left")  # nobody's who may
        await phone(page, second).locator(".chats button").first.click()
        await say(page, first, "Good morning")
        await expect(unread.locator(".count")).to_have_text("1")
        await unread.click()
        await expect(phone(page, second).locator(".log")).to_contain_text("Good morning")
        await phone(page, first).locator(".menu summary").click()
        await phone(page, first).locator(".menu-box button.topic").click()
        await page.locator("dialog[open] input").fill("Changes")
        await page.locator("dialog[open] button.primary").click()
        await phone(page, first).locator("select.topics").select_option(label="Changes")
        await say(page, first, "The 17:00 is moved")
        await expect(phone(page, second).locator(".bubble").last).to_contain_text("· Changes")


@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    [(WIDE, "en", "light"), (WIDE, "ru", "dark"), (NARROW, "kk", "light"), (NARROW, "en", "dark")],
)
async def test_axe_finds_nothing_wrong_in_any_view(
    tmp_path: Path, size: tuple[int, int], language: str, scheme: str
) -> None:
    async with on_stage(tmp_path, "check-in") as stage:
        await player_of(stage).run()
        async with page_of(stage, size=size, language=language, scheme=scheme) as page:  # type: ignore[arg-type]
            await page.locator(".message").first.wait_for()
            await _all_views(stage, page)
            if size == NARROW:
                assert await page.evaluate("() => document.scrollingElement.scrollWidth") <= size[0]


async def _all_views(stage: Stage, page: Page) -> None:
    one = phone(page, stage.company.phones[0]["user_id"])
    assert await violations(page) == []
    await one.locator(".menu summary").click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await one.locator("button.place-button").click()
    await page.locator("dialog[open] summary").click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await page.locator(".tools-right .primary").click()
    await page.locator("dialog[open] .new-group summary").click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await page.locator("button.inside").click()
    await page.locator(".office-list button").first.wait_for()
    assert await violations(page) == []
    await page.locator(".office-list button").first.click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await page.locator("button.inside").click()


async def test_a_meeting_is_checked_in_to_with_the_keyboard_alone(tmp_path: Path) -> None:
    async with at_the_page(tmp_path) as (stage, page):
        observer = next(p["user_id"] for p in stage.company.phones if p["name"] == "Observer 001")
        one = phone(page, observer)
        await one.locator(".start").focus()
        await page.keyboard.press("Enter")
        await _press(page, observer, "Да, это я")
        await _press(page, observer, "English")
        await one.locator(".keyboard .key").first.wait_for()
        await stage.settle()
        await _press(page, observer, "Check in: 09:30")
        await _press(page, observer, "I am here")
        await expect(one.locator(".log")).to_contain_text("Stored: you arrived")


async def _press(page: Page, user_id: int, label: str) -> None:
    """Walk to a button as somebody without a mouse does: up to its message with the arrows, on with Tab; then Enter."""
    target = phone(page, user_id).locator(".keys .key", has_text=label).last
    await target.wait_for()
    handle = await target.element_handle()
    for messages in range(5):
        await phone(page, user_id).locator(".log").focus()
        for _ in range(messages):
            await page.keyboard.press("ArrowUp")
        for _ in range(15):
            await page.keyboard.press("Tab")
            if await page.evaluate("(wanted) => document.activeElement === wanted", handle):
                await page.keyboard.press("Enter")
                return
    raise AssertionError(f"{label!r} cannot be reached")
