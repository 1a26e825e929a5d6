"""The stand-in for Telegram: budgets, faults, hostile input, and the stage over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout, FormData
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from demo.telegram import Fault, Limits, StandIn

from .test_stand_in import ANN, BOB, bot_of_stand, stand_in  # noqa: F401


def texts(stand: StandIn, chat_id: int = ANN) -> list[str]:
    return [m["text"] for m in stand.bot_messages(chat_id)]


# --- budgets


async def test_a_chat_takes_a_short_burst_then_says_how_long_to_wait() -> None:
    now = 0.0
    limits = Limits(timer=lambda: now)
    async with StandIn(limits=limits) as stand, Bot(stand.token, base_url=stand.base_url) as bot:
        stand.add_user(ANN, "Ann", started=True)
        for _ in range(3):
            await bot.send_message(ANN, "x")
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(ANN, "x")
        assert refused.value._retry_after.total_seconds() == 3
        assert limits.issued == 1
        assert await bot.get_chat(ANN)
        now = 3.1
        assert await bot.send_message(ANN, "x")


async def test_a_group_takes_twenty_a_minute_edits_included() -> None:
    now = 0.0
    async with StandIn(limits=Limits(timer=lambda: now)) as stand, Bot(stand.token, base_url=stand.base_url) as bot:
        stand.add_user(ANN, "Ann")
        team = stand.add_group("Team", [ANN], bot_is="member")
        sent = await bot.send_message(team, "0")
        for n in range(1, 20):
            now += 1.5
            await bot.edit_message_text(str(n), team, sent.message_id)
        now += 1.5
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(team, "too many")
        assert refused.value._retry_after.total_seconds() == 30


async def test_all_chats_together_take_thirty_a_second() -> None:
    async with StandIn(limits=Limits(timer=lambda: 0.0)) as stand, Bot(stand.token, base_url=stand.base_url) as bot:
        for n in range(31):
            stand.add_user(ANN + n, "Ann", started=True)
        for n in range(30):
            await bot.send_message(ANN + n, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(ANN + 30, "x")


# --- faults


async def test_a_connection_cut_before_does_nothing_and_one_cut_after_does_it(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    stand.faults.add(Fault("cut_before", method="sendMessage"))
    stand.faults.add(Fault("cut_after", method="sendMessage"))
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "lost")
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "arrived all the same")
    await bot.send_message(ANN, "well")
    assert texts(stand) == ["arrived all the same", "well"]
    assert [c.fault for c in stand.calls.of("sendMessage")] == ["cut_before", "cut_after", None]
    assert stand.faults.happened == {"cut_before": 1, "cut_after": 1}


async def test_an_answer_that_never_comes_ends_in_a_timeout_but_it_happened(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    stand.faults.add(Fault("hang_after", method="sendMessage"))
    with pytest.raises(TimedOut):
        await bot.send_message(ANN, "hello", read_timeout=0.2)
    assert texts(stand) == ["hello"]


async def test_statuses_and_floods_come_as_ordered(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    stand.say(BOB, "/start")
    stand.faults.add(Fault("429", retry_after=7))
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(ANN, "x")
    assert refused.value._retry_after.total_seconds() == 7
    stand.faults.add(Fault("status", status=502, body="<html>Bad Gateway</html>", chat_id=ANN, times=None))
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(ANN, "x")
    assert await bot.send_message(BOB, "x")
    stand.faults.clear()
    assert await bot.send_message(ANN, "x")


async def test_in_the_dark_nothing_connects_and_afterwards_all_is_as_it_was(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    await bot.send_message(ANN, "before")
    url = stand.url
    await stand.go_dark()
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "never")
    await stand.come_back()
    assert stand.url == url
    await bot.send_message(ANN, "after")
    assert texts(stand) == ["before", "after"]


async def test_chance_is_seeded(stand: StandIn) -> None:
    def struck() -> list[bool]:
        other = StandIn(seed=7)
        other.faults.add(Fault("status", probability=0.5, times=None))
        return [other.faults.strike("getMe", None)[1] is not None for _ in range(50)]

    first = struck()
    assert first == struck()
    assert 5 < sum(first) < 45


# --- hostile input


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b'{"chat_id":{"a":1},"text":["x"]}',
        b'{"chat_id":1e400,"text":"x"}',
        b'{"chat_id":99999999999999999999999,"text":"x"}',
        b'{"chat_id":1001,"text":null}',
        b'{"chat_id":1001,"text":"x","entities":{"a":1},"reply_markup":5}',
        b'{"chat_id":1001,"text":"x","entities":[{"type":"bold","offset":-5,"length":99999}]}',
        b'{"chat_id":1001,"text":"x","entities":[5]}',
        b'{"chat_id":1001,"text":"x","reply_parameters":[1]}',
        b'{"chat_id":1001,"text":"x","reply_markup":{"inline_keyboard":[[{"text":5,"callback_data":7}]]}}',
        b'{"chat_id":1001,"text":"x","reply_markup":{"keyboard":[5]}}',
        b'{"chat_id":1001,"text":"x","link_preview_options":[]}',
        b'{"chat_id":true,"text":true}',
        b"[" * 5000,
        b'{"chat_id":1001,"text":"\xff\xfe"}',
    ],
)
async def test_nonsense_is_a_bad_request_and_never_a_stumble(stand: StandIn, body: bytes) -> None:
    stand.say(ANN, "/start")
    headers = {"Content-Type": "application/json"}
    async with ClientSession() as http:
        for name in ("sendMessage", "editMessageText", "answerCallbackQuery", "setMyCommands", "sendMediaGroup"):
            url = f"{stand.base_url}{stand.token}/{name}"
            async with http.post(url, data=body, headers=headers) as answer:
                assert answer.status == 400, await answer.text()
                told = await answer.json()
                assert told["description"].startswith("Bad Request: ")
    stand.calls.clear()


async def test_a_parameter_that_does_not_exist_is_ignored_but_noted(stand: StandIn) -> None:
    stand.say(ANN, "/start")
    form = {"chat_id": str(ANN), "text": "x", "parsemode": "HTML"}
    async with ClientSession() as http, http.get(f"{stand.base_url}{stand.token}/SENDMESSAGE", params=form) as answer:
        assert answer.status == 200
    assert stand.calls[-1].unknown_params == ("parsemode",)
    assert stand.calls[-1].method == "sendMessage"
    stand.calls.clear()


# --- the stage over HTTP


async def posted(http: ClientSession, stand: StandIn, path: str, **body: Any) -> Any:
    async with http.post(f"{stand.url}/stage/{path}", json=body) as answer:
        told = await answer.json()
        assert answer.status == 200, told
        return told["result"]


async def test_people_act_over_http_as_they_do_in_python(stand: StandIn, bot: Bot) -> None:
    async with ClientSession() as http:
        await posted(http, stand, "users", user_id=7, first_name="Eve")
        said = await posted(http, stand, "say", user_id=7, text="/start", date="2026-01-02T03:04:05+00:00")
        assert said["date"] == 1767323045
        team = await posted(http, stand, "groups", title="Team", members=[7, ANN], bot_is="member")
        sent = await bot.send_message(team, "hello")
        await posted(http, stand, "tap", user_id=7, message_id=sent.message_id, data="z", chat_id=team)
        await posted(http, stand, "location", user_id=7, lat=1.5, lon=2.5, accuracy=3)
        await posted(http, stand, "other", kind="contact", user_id=7, phone="+1")
        form = FormData({"user_id": "7", "kind": "document", "caption": "notes"})
        form.add_field("file", b"bytes", filename="notes.txt", content_type="text/plain")
        async with http.post(f"{stand.url}/stage/file", data=form) as answer:
            document = (await answer.json())["result"]["document"]
        async with http.get(f"{stand.url}/stage/files/{document['file_id']}") as answer:
            assert await answer.read() == b"bytes"
        await posted(http, stand, "block", user_id=7)
        async with http.get(f"{stand.url}/stage/chat/{team}") as answer:
            assert [m["text"] for m in (await answer.json())["messages"]] == ["hello"]
        async with http.get(f"{stand.url}/stage/state") as answer:
            state = await answer.json()
        assert state["pending_updates"] == 6
        assert {u["id"]: u["blocked"] for u in state["users"]}[7] is True
        async with http.get(f"{stand.url}/stage/calls?since=0") as answer:
            assert "sendMessage" in [c["method"] for c in (await answer.json())["calls"]]


async def test_other_origins_and_wrong_arguments_are_refused(stand: StandIn) -> None:
    async with ClientSession() as http:
        say = f"{stand.url}/stage/say"
        for evil in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            async with http.post(say, json={"user_id": ANN, "text": "x"}, headers=evil) as answer:
                assert answer.status == 403
        async with http.post(say, json={"user_id": ANN, "text": "x"}, headers={"Origin": stand.url}) as answer:
            assert answer.status == 200
        for body in (
            {"user_id": 999, "text": "x"},
            {"text": "x"},
            {"user_id": "x", "text": "x"},
            [1],
            {"user_id": ANN, "text": 5},
        ):
            async with http.post(say, json=body) as answer:
                assert answer.status == 400
        async with http.post(f"{stand.url}/stage/faults", json={"kind": "explode"}) as answer:
            assert answer.status == 400
        async with http.post(f"{stand.url}/stage/faults", json={"kind": "429", "method": "getMe"}) as answer:
            assert answer.status == 200
        assert len(stand.faults.active) == 1
        async with http.delete(f"{stand.url}/stage/faults") as answer:
            assert answer.status == 200
        assert stand.faults.active == []


async def test_events_stream_from_where_one_left_off(stand: StandIn, bot: Bot) -> None:
    async def read(http: ClientSession, after: int, count: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        async with http.get(f"{stand.url}/stage/events?after={after}&kinds=message,edit,toast") as answer:
            async for line in answer.content:
                if line.startswith(b"data: "):
                    found.append(json.loads(line[6:]))
                if len(found) >= count:
                    break
        return found

    async with ClientSession() as http:
        stand.say(ANN, "/start")
        reading = asyncio.create_task(read(http, 0, 3))
        sent = await bot.send_message(ANN, "hello")
        await bot.edit_message_text("bye", ANN, sent.message_id)
        events = await asyncio.wait_for(reading, 5)
        assert [(e["kind"], e["message"]["text"]) for e in events] == [
            ("message", "/start"),
            ("message", "hello"),
            ("edit", "bye"),
        ]
        rest = await asyncio.wait_for(read(http, events[1]["n"], 1), 5)
        assert rest == [events[2]]


# --- waiting


async def test_waiting_finds_messages_edits_and_tells_what_came_instead(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    sent = await bot.send_message(ANN, "working")
    waiting = asyncio.create_task(stand.wait_for(lambda m: m["text"] == "done", ANN))
    await asyncio.sleep(0)
    await bot.edit_message_text("done", ANN, sent.message_id)
    assert (await waiting)["message_id"] == sent.message_id
    with pytest.raises(TimeoutError, match="the bot wrote \\['done'\\]"):
        await stand.wait_for(lambda m: m["text"] == "never", ANN, timeout=0.05)


async def test_settling_means_all_confirmed_and_quiet(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    with pytest.raises(TimeoutError, match="1 updates unconfirmed"):
        await stand.settle(0.05)
    (update,) = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    await stand.settle()
    assert stand.unread(ANN) == 0
    await bot.send_message(ANN, "hello")
    assert stand.unread(ANN) == 1


async def test_raw_updates_go_through_as_they_are(stand: StandIn) -> None:
    stand.inject({"message": {"message_id": 1, "date": 0, "chat": {"id": ANN, "type": "private"}, "text": "raw"}})
    stand.push_raw(b'{"something_new":{"x":1}}')
    timeout = ClientTimeout(total=5)
    async with ClientSession(timeout=timeout) as http:
        async with http.get(f"{stand.base_url}{stand.token}/getUpdates") as answer:
            first, second = (await answer.json())["result"]
        assert first["message"]["text"] == "raw"
        assert second["something_new"] == {"x": 1}
        stand.faults.add(Fault("refuse", method="getUpdates"))
        with pytest.raises(ClientError):
            await http.post(f"{stand.base_url}{stand.token}/getUpdates")
