"""The stand-in beside two libraries of others: its answers are what both expect, the bot's calls what both allow.

aiogram is looked at only where it is installed; the bot itself needs python-telegram-bot alone.
"""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Chat, File, Message, Update, User

from bot.shapes import check
from demo.telegram import StandIn
from tests.chat.checking_in import VENUE, card
from tests.house import House

ANN, BOB = 501, 502


async def a_world(stand: StandIn) -> int:
    """Two people and a forum in which the bot is an administrator; the forum's id."""
    stand.add_user(ANN, "Ann", last_name="Example", username="ann_example", language_code="kk", started=True)
    stand.add_user(BOB, "Bob", started=True)
    return stand.add_group("Headquarters", [ANN, BOB], forum=True, bot_is="administrator")


async def raw(stand: StandIn, method: str, **params: Any) -> Any:
    """A call over HTTP, as no library makes it; what Telegram would answer with."""
    address = f"{stand.base_url}{stand.token}/{method}"
    async with aiohttp.ClientSession() as http, http.post(address, json=params) as answer:
        told = await answer.json()
        assert told["ok"], (method, told)
        return told["result"]


async def all_that_people_do(stand: StandIn, group: int) -> list[dict[str, Any]]:
    """Every kind of update the page can make, as getUpdates tells it."""
    stand.say(ANN, "/start with @ann_example https://example.org")
    where = await raw(stand, "sendMessage", chat_id=ANN, text="<b>Hello</b>", parse_mode="HTML")
    stand.tap(ANN, where["message_id"], data="1:x")
    said = stand.say(ANN, "a point")
    stand.edit(ANN, said["message_id"], "another point")
    live = stand.location(ANN, *VENUE, accuracy=12, live_period=60)
    stand.move(ANN, live["message_id"], *VENUE)
    stand.photo(ANN, b"\xff\xd8\xff", "a picture")
    stand.document(ANN, "a.pdf", b"%PDF", "application/pdf", "a paper")
    stand.voice(ANN)
    stand.sticker(ANN)
    stand.contact(ANN, "+70000000000")
    stand.venue(ANN, *VENUE, "Hall", "Street 1")
    stand.dice(ANN)
    stand.poll(ANN, "Who?", ["A", "B"])
    stand.say(BOB, "forwarded", forward_from=ANN)
    stand.open_topic(group, "Changes", ANN)
    stand.rename(group, "HQ", by=ANN)
    stand.leave(group, BOB)
    stand.join(group, BOB)
    stand.block(BOB)
    updates: list[dict[str, Any]] = await raw(stand, "getUpdates", timeout=0)
    return updates


async def answers(stand: StandIn, group: int) -> list[tuple[str, Any]]:
    """(method, result) of what the bot calls, and of its kin."""
    private = {"chat_id": ANN}
    keys = {"inline_keyboard": [[{"text": "A", "callback_data": "1:a"}, {"text": "B", "url": "https://example.org"}]]}
    sent = await raw(stand, "sendMessage", **private, text="<b>A</b>", parse_mode="HTML", reply_markup=keys)
    number = {"chat_id": ANN, "message_id": sent["message_id"]}
    photo = stand.photo(ANN, b"\xff\xd8\xff")
    in_group = await raw(stand, "sendMessage", chat_id=group, text="In the group")
    found: list[tuple[str, Any]] = [
        ("sendMessage", sent),
        ("editMessageText", await raw(stand, "editMessageText", **number, text="B", reply_markup=keys)),
        ("editMessageReplyMarkup", await raw(stand, "editMessageReplyMarkup", **number)),
        ("getMe", await raw(stand, "getMe")),
        ("getChat", await raw(stand, "getChat", chat_id=group)),
        ("getChat", await raw(stand, "getChat", chat_id=ANN)),
        ("getChatMember", await raw(stand, "getChatMember", chat_id=group, user_id=ANN)),
        ("getChatMemberCount", await raw(stand, "getChatMemberCount", chat_id=group)),
        ("getChatAdministrators", await raw(stand, "getChatAdministrators", chat_id=group)),
        ("getFile", await raw(stand, "getFile", file_id=photo["photo"][-1]["file_id"])),
        ("sendLocation", await raw(stand, "sendLocation", **private, latitude=51.1, longitude=71.4)),
        ("sendVenue", await raw(stand, "sendVenue", **private, latitude=51.1, longitude=71.4, title="A", address="B")),
        ("sendPhoto", await raw(stand, "sendPhoto", **private, photo=photo["photo"][-1]["file_id"])),
        ("pinChatMessage", await raw(stand, "pinChatMessage", chat_id=group, message_id=in_group["message_id"])),
        ("setMyCommands", await raw(stand, "setMyCommands", commands=[{"command": "me", "description": "Me"}])),
        ("getMyCommands", await raw(stand, "getMyCommands")),
        ("getWebhookInfo", await raw(stand, "getWebhookInfo")),
        ("createForumTopic", await raw(stand, "createForumTopic", chat_id=group, name="Changes")),
        ("deleteMessage", await raw(stand, "deleteMessage", **number)),
    ]
    return found


async def test_every_update_and_answer_is_understood_by_us_and_by_python_telegram_bot() -> None:
    models: dict[str, Any] = {"getMe": User, "getFile": File, "getChat": None}
    async with StandIn() as stand:
        group = await a_world(stand)
        for told in await all_that_people_do(stand, group):
            check(told)
            update = Update.de_json(told, None)
            assert update.effective_user is not None
            assert not update.api_kwargs, told
            if update.effective_message is not None:
                assert not update.effective_message.api_kwargs, told
        for method, result in await answers(stand, group):
            model = models.get(method, Message if method.startswith(("send", "edit")) else None)
            if model is not None and isinstance(result, dict):
                assert not model.de_json(result, None).api_kwargs, (method, result)
        assert Chat.de_json(await raw(stand, "getChat", chat_id=group), None).is_forum
        assert stand.surprises == []


async def test_every_update_and_answer_is_understood_by_aiogram() -> None:
    aiogram = pytest.importorskip("aiogram", reason="aiogram is not installed")
    from pydantic import TypeAdapter  # noqa: PLC0415 - with aiogram only

    async with StandIn() as stand:
        group = await a_world(stand)
        for told in await all_that_people_do(stand, group):
            assert aiogram.types.Update.model_validate(told).update_id == told["update_id"]
        for method, result in await answers(stand, group):
            called = getattr(aiogram.methods, method[0].upper() + method[1:])
            TypeAdapter(called.__returning__).validate_python(result)
        assert stand.surprises == []


async def test_what_the_bot_calls_fits_the_signatures_of_aiogram(tmp_path: Path) -> None:
    aiogram = pytest.importorskip("aiogram", reason="aiogram is not installed")
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await card(observer)
        await observer.tap("I am here")
        await observer.locate(*VENUE)
        await observer.say("a point")
        await observer.say("/me")
        coordinator = await house.enrol("C003")
        await coordinator.say("/live")
        await coordinator.say("/digest")
        used = set()
        for call in house.telegram.calls:
            method = getattr(aiogram.methods, call.method[0].upper() + call.method[1:])
            unknown = set(call.params) - set(method.model_fields)
            assert not unknown, (call.method, unknown)
            assert not call.unknown_params
            used.add(call.method)
        assert {"sendMessage", "editMessageText", "answerCallbackQuery", "setMyCommands"} <= used
