"""The stand-in for Telegram, asked over HTTP as a bot asks: updates, messages, buttons, files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession, web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, MessageEntity, ReactionTypeEmoji
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken

from demo.telegram import StageError, StandIn

ANN, BOB = 1001, 1002
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big") + b"\x00" * 20


@pytest.fixture(name="stand")
async def stand_in() -> AsyncIterator[StandIn]:
    async with StandIn() as stand:
        stand.add_user(ANN, "Ann", last_name="Lee", username="annlee", language_code="uk")
        stand.add_user(BOB, "Bob")
        yield stand
    assert stand.surprises == []
    assert [c.unknown_params for c in stand.calls if c.unknown_params] == []


@pytest.fixture(name="bot")
async def bot_of_stand(stand: StandIn) -> AsyncIterator[Bot]:
    async with Bot(stand.token, base_url=stand.base_url, base_file_url=stand.base_file_url) as bot:
        yield bot


async def drained(bot: Bot) -> list[str]:
    """The texts that wait, confirmed."""
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return [u.effective_message.text or "" for u in updates if u.effective_message]


# --- updates


async def test_what_was_not_confirmed_is_delivered_again(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "one")
    stand.say(ANN, "two")
    first = await bot.get_updates()
    again = await bot.get_updates()
    assert [u.update_id for u in first] == [u.update_id for u in again]
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    assert [u.message and u.message.text for u in rest] == ["two"]
    assert [u.update_id for u in await bot.get_updates()] == [first[1].update_id]


async def test_a_negative_offset_keeps_the_last_and_forgets_the_rest(stand: StandIn, bot: Bot) -> None:
    for word in ("one", "two", "three"):
        stand.say(ANN, word)
    assert [u.message and u.message.text for u in await bot.get_updates(offset=-1)] == ["three"]
    assert stand.world.updates.pending == 1


async def test_the_limit_of_a_batch_is_kept(stand: StandIn, bot: Bot) -> None:
    for n in range(5):
        stand.say(ANN, str(n))
    assert len(await bot.get_updates(limit=2)) == 2


async def test_a_waiting_poll_wakes_when_someone_writes(stand: StandIn, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await stand.polled()
    stand.say(ANN, "hello")
    assert [u.message and u.message.text for u in await poll] == ["hello"]


async def test_a_second_poller_ends_the_first_with_a_conflict(stand: StandIn, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await stand.polled()
    async with Bot(stand.token, base_url=stand.base_url) as twin:
        second = asyncio.create_task(twin.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        stand.say(ANN, "hello")
        assert len(await second) == 1


async def test_members_and_reactions_are_told_only_when_asked_for(stand: StandIn, bot: Bot) -> None:
    message = stand.say(ANN, "hello")
    await drained(bot)
    stand.react(ANN, message["message_id"], "👍")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=["message", "message_reaction"])
    stand.react(ANN, message["message_id"], None)
    (update,) = await bot.get_updates()
    assert update.message_reaction
    assert [r.emoji for r in update.message_reaction.old_reaction if isinstance(r, ReactionTypeEmoji)] == ["👍"]


async def test_updates_of_more_than_a_day_ago_are_gone() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    async with StandIn(clock=lambda: now) as stand, Bot(stand.token, base_url=stand.base_url) as bot:
        stand.add_user(ANN, "Ann")
        stand.say(ANN, "yesterday")
        now += timedelta(hours=25)
        stand.say(ANN, "today")
        assert await drained(bot) == ["today"]


async def test_a_late_message_carries_the_time_it_was_written(stand: StandIn, bot: Bot) -> None:
    written = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    stand.say(ANN, "arrived", date=written)
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.date == written


async def test_a_webhook_is_posted_to_with_its_secret_and_forbids_polling(stand: StandIn, bot: Bot) -> None:
    got: asyncio.Queue[tuple[str | None, object]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        await got.put((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stand.say(ANN, "before")
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s3cret")
    stand.say(ANN, "after")
    for word in ("before", "after"):
        secret, update = await asyncio.wait_for(got.get(), 5)
        assert secret == "s3cret"
        assert isinstance(update, dict)
        assert update["message"]["text"] == word
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url.endswith("/hook")
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    await runner.cleanup()


# --- who may be written to


async def test_a_wrong_token_and_a_wrong_method_are_refused(stand: StandIn) -> None:
    with pytest.raises(InvalidToken):
        await Bot("2:OTHER", base_url=stand.base_url).get_me()
    async with ClientSession() as http, http.get(f"{stand.base_url}{stand.token}/sendNothing") as answer:
        assert answer.status == 404
        assert (await answer.json())["description"].startswith("Not Found")


async def test_someone_who_never_wrote_cannot_be_written_to(stand: StandIn, bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await bot.send_message(ANN, "hello")
    stand.add_group("Team", [ANN], bot_is="member")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(ANN, "hello")
    stand.say(ANN, "/start")
    assert (await bot.send_message(ANN, "hello")).text == "hello"


async def test_a_block_is_told_and_refuses_until_the_person_writes_again(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    await drained(bot)
    stand.block(ANN)
    (update,) = await bot.get_updates()
    assert update.my_chat_member
    assert update.my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ANN, "hello")
    stand.say(ANN, "/start")
    assert await bot.send_message(ANN, "hello")


async def test_a_deleted_account_is_refused_by_name(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    stand.deactivate(ANN)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ANN, "hello")


# --- texts


async def test_markup_is_parsed_as_telegram_parses_it(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    message = await bot.send_message(ANN, "  <b>Привіт 👋</b> /checkin\n", parse_mode="HTML")
    assert message.text == "Привіт 👋 /checkin"
    bold, command = message.entities
    assert (bold.type, bold.offset, bold.length) == (MessageEntity.BOLD, 0, 9)
    assert message.parse_entity(command) == "/checkin"
    assert stand.last(ANN)["html"] == '<b>Привіт 👋</b> <span class="tg-command">/checkin</span>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>open", "Can't find end tag corresponding to start tag"),
        ("a < b", "Unsupported start tag"),
        ("<table>", 'Unsupported start tag "table" at byte offset 0'),
    ],
)
async def test_broken_markup_is_refused_in_telegrams_words(stand: StandIn, bot: Bot, text: str, words: str) -> None:
    stand.say(ANN, "/start")
    with pytest.raises(BadRequest):
        await bot.send_message(ANN, text, parse_mode="HTML")
    described = stand.calls[-1].description or ""
    assert described.startswith("Bad Request: can't parse entities: ")
    assert words in described


async def test_length_counts_utf16_units_after_the_markup_is_gone(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    assert await bot.send_message(ANN, "<b>" + "👋" * 2048 + "</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="essage is too long"):
        await bot.send_message(ANN, "👋" * 2048 + "x")
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(ANN, b"x", caption="x" * 1025)
    with pytest.raises(BadRequest, match="ext must be non-empty"):
        await bot.send_message(ANN, "   ")


# --- buttons


def keyboard(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data=data)]])


async def test_a_tap_arrives_with_its_message_and_is_answered_once(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    await drained(bot)
    sent = await bot.send_message(ANN, "Sure?", reply_markup=keyboard("yes:1"))
    assert stand.buttons(stand.last(ANN)) == [("Yes", "yes:1")]
    stand.tap(ANN, sent.message_id, data="yes:1")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query
    assert query.message
    assert (query.data, query.from_user.id, query.message.message_id) == ("yes:1", ANN, sent.message_id)
    query.set_bot(bot)
    await query.answer("Noted", show_alert=True)
    assert [(t["user_id"], t["text"], t["show_alert"]) for t in stand.toasts] == [(ANN, "Noted", True)]
    with pytest.raises(BadRequest, match="uery is too old and response timeout expired"):
        await query.answer()


async def test_a_forged_tap_goes_through_and_too_long_a_one_can_not_be_made(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    await drained(bot)
    stand.tap(ANN, 999, data="drop table")
    (update,) = await bot.get_updates()
    assert update.callback_query
    assert update.callback_query.data == "drop table"
    with pytest.raises(StageError):
        stand.tap(ANN, 999, data="x" * 65)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ('{"inline_keyboard":[[{"text":"a","callback_data":"' + "я" * 33 + '"}]]}', "Bad Request: BUTTON_DATA_INVALID"),
        (
            '{"inline_keyboard":[[{"text":"a"}]]}',
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            '{"inline_keyboard":[[{"text":"a","url":"http://localhost"}]]}',
            "Bad Request: inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
        ),
        ('{"inline_keyboard":"x"}', None),
        ("[1]", "Bad Request: object expected as reply markup"),
        ("{", "Bad Request: can't parse reply keyboard markup JSON object"),
    ],
)
async def test_keyboards_are_refused_as_telegram_refuses_them(stand: StandIn, markup: str, words: str | None) -> None:
    stand.say(ANN, "/start")
    form = {"chat_id": str(ANN), "text": "x", "reply_markup": markup}
    async with ClientSession() as http, http.post(f"{stand.base_url}{stand.token}/sendMessage", data=form) as answer:
        assert answer.status == 400
        told = await answer.json()
    assert words is None or told["description"] == words


async def test_a_reply_keyboard_is_seen_by_the_person_but_not_told_to_the_bot(stand: StandIn) -> None:
    stand.say(ANN, "/start")
    team = stand.add_group("Team", [ANN], bot_is="member")
    markup = {"keyboard": [[{"text": "Here", "request_location": True}]], "resize_keyboard": True}
    async with ClientSession() as http:
        url = f"{stand.base_url}{stand.token}/sendMessage"
        async with http.post(url, json={"chat_id": ANN, "text": "Where?", "reply_markup": markup}) as answer:
            assert "reply_markup" not in (await answer.json())["result"]
        async with http.post(url, json={"chat_id": team, "text": "Where?", "reply_markup": markup}) as answer:
            told = await answer.json()
    assert told["description"] == "Bad Request: location can be requested in private chats only"
    assert stand.buttons(stand.last(ANN)) == [("Here", "")]


# --- files


async def test_files_go_up_and_come_down_unchanged(stand: StandIn, bot: Bot) -> None:
    stand.document(ANN, "minutes.pdf", b"%PDF-1.4 \x00\xff", "application/pdf", caption="minutes")
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.document
    file = await bot.get_file(update.message.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.4 \x00\xff"
    sent = await bot.send_document(
        ANN, b"report \xfe", filename="report.xlsx", caption="<i>done</i>", parse_mode="HTML"
    )
    assert sent.document
    assert stand.file_bytes(sent.document.file_id) == b"report \xfe"
    assert sent.document.file_name == "report.xlsx"
    again = await bot.send_document(ANN, sent.document.file_id)
    assert again.document == sent.document
    with pytest.raises(BadRequest, match="rong remote file identifier"):
        await bot.send_document(ANN, "nonsense")


async def test_pictures_are_looked_at_and_albums_kept_together(stand: StandIn, bot: Bot) -> None:
    stand.photo(ANN, PNG, caption="the hall")
    photo = await bot.send_photo(ANN, PNG)
    assert (photo.photo[-1].width, photo.photo[-1].height) == (640, 480)
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(ANN, b"not a picture")
    album = await bot.send_media_group(ANN, [InputMediaPhoto(PNG), InputMediaPhoto(photo.photo[-1].file_id)])
    assert len({m.media_group_id for m in album}) == 1
    assert len(album) == 2


async def test_everything_a_person_may_send_is_understood_by_the_library(stand: StandIn, bot: Bot) -> None:
    point = stand.location(ANN, 50.45, 30.52, accuracy=12, live_period=900)
    stand.move(ANN, point["message_id"], 50.46, 30.53)
    stand.voice(ANN)
    stand.sticker(ANN)
    stand.contact(ANN, "+380441234567")
    stand.poll(ANN, "When?", ["now", "later"])
    stand.dice(ANN, 3)
    stand.venue(ANN, 50.4, 30.5, "Town hall", "Main St 1")
    stand.edit(ANN, stand.say(ANN, "mistkae")["message_id"], "mistake")
    updates = await bot.get_updates()
    assert updates[1].edited_message
    assert updates[1].edited_message.location
    assert updates[1].edited_message.location.latitude == 50.46
    kinds = ("location", "voice", "sticker", "contact", "poll", "dice", "venue", "text")
    seen = [next(k for k in reversed(kinds) if getattr(u.message, k)) for u in updates if u.message]
    assert seen == ["location", "voice", "sticker", "contact", "poll", "dice", "venue", "text"]
    assert updates[-1].edited_message
    assert updates[-1].edited_message.text == "mistake"
