"""A short form of the fuzzing, and what it found."""

import random
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.fuzz import cast, throw
from tests.house import House

USER = {"id": 1000, "is_bot": False, "first_name": "x"}
CHAT = {"id": 1000, "type": "private", "first_name": "x"}
FOUND: dict[str, dict[str, Any]] = {
    "a sender whose number no database holds": {
        "message": {"message_id": 1, "date": 1, "from": {**USER, "id": 2**64 - 1}, "chat": CHAT, "text": "x"}
    },
    "a message without a date": {"message": {"message_id": 1, "from": USER, "chat": CHAT, "text": "x"}},
    "a tap without a chat instance": {"callback_query": {"id": "1", "from": USER, "data": "1:ci:1:a"}},
    "a message that is a number": {"message": 5},
    "a chat that is a list": {"message": {"message_id": 1, "date": 1, "from": USER, "chat": [], "text": "x"}},
}


@pytest.mark.parametrize("data", ["1:pt:3:2147483648", "1:pt:3:9223372036854775807", "1:sh:3:4611686018427387904:0"])
async def test_a_button_that_says_an_impossible_time_asks_anew(tmp_path: Path, data: str) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await coordinator.press(data)
        assert house.rows("SELECT state, count(*) FROM inbox GROUP BY state")[0][0] == "done"
        assert house.rows("SELECT count(*) FROM inbox WHERE attempts > 0") == [(0,)]


@pytest.mark.parametrize("update", FOUND.values(), ids=FOUND)
async def test_what_fuzzing_found_stops_nobody(tmp_path: Path, update: dict[str, Any]) -> None:
    async with House(tmp_path) as house:
        bystander = await house.enrol("O009")
        await throw(house, [update])
        assert "Programme" in (await bystander.say("/programme"))["text"]
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'open'") == [(0,)]


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_is_thrown_at_the_bot_others_are_served(tmp_path: Path, seed: int) -> None:
    async with House(tmp_path) as house:
        fuzzer, bystander = await cast(house)
        fuzzer.chance = random.Random(seed)
        assert await throw(house, [fuzzer.valid() for _ in range(150)]) == []
        await throw(house, [fuzzer.broken() for _ in range(150)])
        assert "Programme" in (await bystander.say("/programme"))["text"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_button_of_any_kind_or_number_is_more_than_the_bot_can_answer(tmp_path: Path, seed: int) -> None:
    async with House(tmp_path) as house:
        fuzzer, bystander = await cast(house)
        fuzzer.chance = random.Random(seed)
        assert await throw(house, [fuzzer.tap() for _ in range(300)]) == []
        assert "Programme" in (await bystander.say("/programme"))["text"]
