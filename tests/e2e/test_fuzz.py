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
