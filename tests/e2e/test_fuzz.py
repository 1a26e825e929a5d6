"""A short form of the fuzzing, and what it found."""

import random
from pathlib import Path
from typing import Any

import pytest

from domain.button import encode
from domain.people_button import RequestAccess
from tests.e2e.fuzz import cast, errors_logged, house_of_patience, is_refusal, throw
from tests.house import House

USER = {"id": 1000, "is_bot": False, "first_name": "x"}
CHAT = {"id": 1000, "type": "private", "first_name": "x"}
MESSAGE = {"message_id": 1, "date": 1, "from": USER, "chat": CHAT}
BOT = {"id": 1, "is_bot": True, "first_name": "b"}
CHANGE = {"chat": CHAT, "from": USER, "date": 1, "old_chat_member": {"user": BOT, "status": "member"}}
STRANGER = {"id": 666, "is_bot": False, "first_name": "x"}
FOUND: dict[str, tuple[dict[str, Any], str]] = {
    "a sender whose number no database holds": (
        {"message": {**MESSAGE, "from": {**USER, "id": 2**64 - 1}, "text": "x"}},
        "$.message.from.id",
    ),
    "a sender whose number is a list": ({"message": {**MESSAGE, "from": {**USER, "id": [[]]}}}, "$.message.from.id"),
    "a sender whose number is a group's": ({"message": {**MESSAGE, "from": {**USER, "id": -1}}}, "$.message.from.id"),
    "a sender called by a number": (
        {"message": {**MESSAGE, "from": {**USER, "username": 1}, "text": "x"}},
        "$.message.from.username",
    ),
    "a sender who speaks true": (
        {"message": {**MESSAGE, "from": {**STRANGER, "language_code": True}, "text": "x"}},
        "$.message.from.language_code",
    ),
    "a message without a date": (
        {"message": {"message_id": 1, "from": USER, "chat": CHAT, "text": "x"}},
        "$.message",
    ),
    "a message of an object": ({"message": {**MESSAGE, "date": {}, "text": "x"}}, "$.message.date"),
    "a message of the end of time": ({"message": {**MESSAGE, "date": 2**53, "text": "x"}}, "$.message.date"),
    "a tap without a chat instance": (
        {"callback_query": {"id": "1", "from": USER, "data": "1:ci:1:a"}},
        "$.callback_query",
    ),
    "a tap that says a number": (
        {"callback_query": {"id": "1", "from": USER, "chat_instance": "1", "data": 5}},
        "$.callback_query.data",
    ),
    "a tap in a chat that is a half": (
        {
            "callback_query": {
                "id": "1",
                "from": USER,
                "chat_instance": "1",
                "data": "1:ci:1:a",
                "message": {**MESSAGE, "chat": {**CHAT, "id": 0.5}},
            }
        },
        "$.callback_query.message.chat.id",
    ),
    "a message that is a number": ({"message": 5}, "$.message"),
    "a chat that is a list": ({"message": {**MESSAGE, "chat": [], "text": "x"}}, "$.message.chat"),
    "a chat whose number is an object": (
        {"message": {**MESSAGE, "chat": {**CHAT, "id": {}}, "text": "x"}},
        "$.message.chat.id",
    ),
    "words that are a number": ({"message": {**MESSAGE, "text": 1}}, "$.message.text"),
    "a command at no place": (
        {"message": {**MESSAGE, "text": "/me", "entities": [{"type": "bot_command", "offset": 0, "length": None}]}},
        "$.message.entities[0].length",
    ),
    "a word marked as nothing": (
        {"message": {**MESSAGE, "text": "/me", "entities": [{"offset": 0, "length": 3}]}},
        "$.message.entities[0]",
    ),
    "a place in words": (
        {"message": {**MESSAGE, "location": {"latitude": "x", "longitude": 0.5}}},
        "$.message.location.latitude",
    ),
    "a place on no earth": (
        {"message": {**MESSAGE, "location": {"latitude": 1e308, "longitude": 0.5}}},
        "$.message.location.latitude",
    ),
    "a live place of the end of time": (
        {"edited_message": {**MESSAGE, "edit_date": 2**63 - 1, "location": {"latitude": 1.0, "longitude": 1.0}}},
        "$.edited_message.edit_date",
    ),
    "an answer to nothing": (
        {"message": {**MESSAGE, "text": "x", "reply_to_message": {}}},
        "$.message.reply_to_message",
    ),
    "a topic whose number is a list": (
        {
            "message": {
                **MESSAGE,
                "chat": {**CHAT, "id": -100123},
                "forum_topic_closed": {},
                "message_thread_id": [[]],
            }
        },
        "$.message.message_thread_id",
    ),
    "a block without what is new": ({"my_chat_member": CHANGE}, "$.my_chat_member"),
    "something nobody reads that the library cannot make": (
        {"message": {**MESSAGE, "document": {"file_id": "f", "file_unique_id": "u"}, "sticker": {"file_id": []}}},
        "$.message",
    ),
}
HARMLESS: dict[str, dict[str, Any]] = {
    "a link that begins within a sign": {
        "message": {
            **MESSAGE,
            "from": STRANGER,
            "chat": {**CHAT, "id": 666},
            "text": "\U0001f4a3",
            "entities": [{"type": "url", "offset": 0, "length": 1}],
        }
    },
    "a post in a channel, which nobody asked for": {"channel_post": {"chat": []}},
    "a kind of update that is new": {"something_new": {"from": {"id": {}}}},
    "a field that is new": {"message": {**MESSAGE, "text": "x", "something_new": {"from": []}}},
}


@pytest.mark.parametrize("data", ["1:pt:3:2147483648", "1:pt:3:9223372036854775807", "1:sh:3:4611686018427387904:0"])
async def test_a_button_that_says_an_impossible_time_asks_anew(tmp_path: Path, data: str) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await coordinator.press(data)
        assert house.rows("SELECT state, count(*) FROM inbox GROUP BY state")[0][0] == "done"
        assert house.rows("SELECT count(*) FROM inbox WHERE attempts > 0") == [(0,)]


@pytest.mark.parametrize(("update", "place"), FOUND.values(), ids=FOUND)
async def test_what_fuzzing_found_is_set_aside_by_its_place_and_stops_nobody(
    tmp_path: Path, update: dict[str, Any], place: str
) -> None:
    async with House(tmp_path) as house:
        bystander = await house.enrol("O009")
        with errors_logged() as errors:
            parked = await throw(house, [update])
        assert [is_refusal(row) for row in parked] == [True]
        assert f"at `{place}`" in parked[0][1]
        assert errors.lines == []
        assert "Programme" in (await bystander.say("/programme"))["text"]
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'open'") == [(0,)]


@pytest.mark.parametrize("update", HARMLESS.values(), ids=HARMLESS)
async def test_what_is_odd_and_harmless_is_done(tmp_path: Path, update: dict[str, Any]) -> None:
    async with House(tmp_path) as house:
        bystander = await house.enrol("O009")
        stranger = await house.stranger()
        await stranger.press(encode(RequestAccess()))
        with errors_logged() as errors:
            assert await throw(house, [update]) == []
        assert errors.lines == []
        assert "Programme" in (await bystander.say("/programme"))["text"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_is_thrown_at_the_bot_nothing_fails_and_others_are_served(tmp_path: Path, seed: int) -> None:
    async with house_of_patience(tmp_path) as house:
        fuzzer, bystander = await cast(house)
        fuzzer.chance = random.Random(seed)
        with errors_logged() as errors:
            assert await throw(house, [fuzzer.valid() for _ in range(150)]) == []
            refused = await throw(house, [fuzzer.broken() for _ in range(150)])
        assert [row for row in refused if not is_refusal(row)] == []
        assert refused != []
        assert errors.lines == []
        assert "Programme" in (await bystander.say("/programme"))["text"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_button_of_any_kind_or_number_is_more_than_the_bot_can_answer(tmp_path: Path, seed: int) -> None:
    async with house_of_patience(tmp_path) as house:
        fuzzer, bystander = await cast(house)
        fuzzer.chance = random.Random(seed)
        assert await throw(house, [fuzzer.tap() for _ in range(300)]) == []
        assert "Programme" in (await bystander.say("/programme"))["text"]
