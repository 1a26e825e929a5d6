"""What Telegram documents passes; what does not is named by place and type, and never quoted."""

import re
from copy import deepcopy
from typing import Any

import pytest

from bot.shapes import UnfitError, check
from tests.e2e.fuzz_updates import Fuzzer

USER = {"id": 1000, "is_bot": False, "first_name": "Aigul"}
CHAT = {"id": 1000, "type": "private", "first_name": "Aigul"}
MESSAGE: dict[str, Any] = {"message_id": 5, "date": 1559964600, "from": USER, "chat": CHAT}
FILE = {"file_id": "f", "file_unique_id": "u"}
BOT = {"id": 1, "is_bot": True, "first_name": "b"}
CHANGE = {"chat": CHAT, "from": USER, "date": 1559964600, "old_chat_member": {"user": BOT, "status": "member"}}
NAMED = re.compile(
    r"(Expected `\w+`( (>=|<=) -?[\d.]+)?(, got `\w+`)?|Object missing required field `\w+`)"
    r"( - at `\$[\w.]*(\[\d+\][\w.]*)?`)?"
)
"""All that is ever said of an update that does not fit: the numbers are our bounds."""


def message(**more: Any) -> dict[str, Any]:
    return {"update_id": 7, "message": {**MESSAGE, **more}}


def tap(**more: Any) -> dict[str, Any]:
    return {"update_id": 7, "callback_query": {"id": "1", "from": USER, "chat_instance": "1", "data": "1:ci", **more}}


def refusal(told: Any) -> str:
    """What is said of it; empty if it fits."""
    try:
        check(told)
    except UnfitError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("seed", range(5))
def test_whatever_telegram_documents_passes(seed: int) -> None:
    fuzzer = Fuzzer(seed, [1000, 1001])
    for number in range(500):
        told = {"update_id": number, **fuzzer.valid()}
        assert refusal(told) == "", told


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([], "Expected `object`, got `array`"),
        ({}, "Object missing required field `update_id`"),
        ({"update_id": True}, "Expected `int`, got `bool` - at `$.update_id`"),
        ({"update_id": 7, "message": 5}, "Expected `object`, got `int` - at `$.message`"),
        (message(**{"from": {**USER, "id": [1]}}), "Expected `int`, got `array` - at `$.message.from.id`"),
        (message(**{"from": {**USER, "id": 0.5}}), "Expected `int`, got `float` - at `$.message.from.id`"),
        (
            message(**{"from": {**USER, "id": 2**64 - 1}}),
            "Expected `int` <= 9223372036854775807 - at `$.message.from.id`",
        ),
        (message(**{"from": {**USER, "id": -100}}), "Expected `int` >= 1 - at `$.message.from.id`"),
        (
            message(**{"from": {**USER, "language_code": True}}),
            "Expected `str`, got `bool` - at `$.message.from.language_code`",
        ),
        (message(**{"from": None}), "Expected `object`, got `null` - at `$.message.from`"),
        (message(chat={"id": 1e300, "type": "private"}), "Expected `int`, got `float` - at `$.message.chat.id`"),
        (message(date={}), "Expected `int`, got `object` - at `$.message.date`"),
        (message(date=2**62), "Expected `int` <= 4294967295 - at `$.message.date`"),
        (message(text=5), "Expected `str`, got `int` - at `$.message.text`"),
        (
            message(text="/me", entities=[{"type": "bot_command", "offset": "0", "length": 3}]),
            "Expected `int`, got `str` - at `$.message.entities[0].offset`",
        ),
        (
            message(photo=[FILE, {"file_id": "f"}]),
            "Object missing required field `file_unique_id` - at `$.message.photo[1]`",
        ),
        (
            message(document={**FILE, "file_size": []}),
            "Expected `int`, got `array` - at `$.message.document.file_size`",
        ),
        (
            message(location={"latitude": "51.1", "longitude": 71.4}),
            "Expected `float`, got `str` - at `$.message.location.latitude`",
        ),
        (
            message(location={"latitude": 51.1, "longitude": 181}),
            "Expected `float` <= 180.0 - at `$.message.location.longitude`",
        ),
        (
            message(reply_to_message={"message_id": 1, "date": 1}),
            "Object missing required field `chat` - at `$.message.reply_to_message`",
        ),
        (message(media_group_id=5), "Expected `str`, got `int` - at `$.message.media_group_id`"),
        (message(migrate_to_chat_id="-100"), "Expected `int`, got `str` - at `$.message.migrate_to_chat_id`"),
        (tap(data=5), "Expected `str`, got `int` - at `$.callback_query.data`"),
        (tap(id=None), "Expected `str`, got `null` - at `$.callback_query.id`"),
        (tap(message={"message_id": 1}), "Object missing required field `chat` - at `$.callback_query.message`"),
        (
            {"update_id": 7, "my_chat_member": CHANGE},
            "Object missing required field `new_chat_member` - at `$.my_chat_member`",
        ),
        (
            {"update_id": 7, "my_chat_member": {**CHANGE, "new_chat_member": {"user": BOT, "status": {}}}},
            "Expected `str`, got `object` - at `$.my_chat_member.new_chat_member.status`",
        ),
        (
            {"update_id": 7, "edited_message": {**MESSAGE, "edit_date": "now"}},
            "Expected `int`, got `str` - at `$.edited_message.edit_date`",
        ),
    ],
    ids=lambda told: "" if isinstance(told, str) else None,
)
def test_what_does_not_fit_is_named_by_its_place_and_type(told: Any, said: str) -> None:
    assert refusal(told) == said


def test_what_telegram_may_add_and_what_nobody_reads_is_not_looked_at() -> None:
    told = message(text="x", invented={"from": 5}, dice=5, quote=[], via_bot="x", **{"from": {**USER, "is_premium": 5}})
    assert refusal({**told, "invented_kind": []}) == ""
    assert refusal({"update_id": 7, "channel_post": 5, "inline_query": {"from": {"id": []}}}) == ""
    assert (
        refusal({"update_id": 7, "my_chat_member": {**CHANGE, "new_chat_member": {"user": BOT, "status": "new"}}}) == ""
    )


@pytest.mark.parametrize("seed", range(5))
def test_nothing_of_what_an_update_says_is_quoted(seed: int) -> None:
    fuzzer = Fuzzer(seed, [1000, 1001])
    refused = 0
    for number in range(500):
        told = {"update_id": number, **marked(fuzzer.broken())}
        said = refusal(told)
        refused += bool(said)
        assert not said or NAMED.fullmatch(said), said
        assert "Confidential" not in said
    assert refused > 200


def marked(update: Any) -> Any:
    """The same with words in it that nobody may see."""
    if isinstance(update, str):
        return "Confidential" + update
    if isinstance(update, dict):
        return {key: marked(value) for key, value in update.items()}
    return [marked(one) for one in update] if isinstance(update, list) else update


def test_looking_at_an_update_leaves_it_as_it_is() -> None:
    told = {"update_id": 7, **Fuzzer(1, [1000]).valid()}
    before = deepcopy(told)
    check(told)
    assert told == before
