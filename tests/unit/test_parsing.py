"""Updates are built bare: whatever is asked of one is what the library's own object would answer."""

import random
from typing import Any

import orjson
import pytest
from telegram import Bot, InaccessibleMessage, Message, Update

from bot.parsing import Parser
from handlers import ALLOWED_UPDATES
from tests.e2e.fuzz_updates import Fuzzer

ASKED = (
    "message_id", "date", "chat", "from_user", "text", "entities", "caption", "caption_entities", "photo", "document",
    "voice", "video", "audio", "location", "venue", "contact", "dice", "sticker", "edit_date", "reply_to_message",
    "reply_markup", "new_chat_members", "left_chat_member", "migrate_to_chat_id", "pinned_message", "media_group_id",
    "forward_origin", "message_thread_id", "is_topic_message", "chat_id", "id", "effective_attachment", "link",
    "via_bot", "sender_chat", "animation", "new_chat_title", "migrate_from_chat_id", "forum_topic_closed", "poll",
)  # fmt: skip
OF_UPDATE = (
    "update_id", "message", "edited_message", "callback_query", "my_chat_member", "channel_post", "inline_query",
    "effective_user", "effective_chat", "effective_message",
)  # fmt: skip


def same(ours: Any, theirs: Any) -> bool:
    """Equal, and of messages every answer."""
    if isinstance(theirs, Message):
        return all(same(getattr(ours, name), getattr(theirs, name)) for name in ASKED if name != "from_user")
    return bool(ours == theirs) or repr(ours) == repr(theirs)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(5))
def test_a_bare_update_answers_as_a_whole_one(seed: int) -> None:
    bot = Bot("1:TEST")
    parser, fuzzer = Parser(bot), Fuzzer(seed, [1000, 1001])
    fuzzer.chance = random.Random(seed)
    for number in range(150):
        raw = {"update_id": number, **fuzzer.valid()}
        asked = {key: value for key, value in raw.items() if key in {"update_id", *ALLOWED_UPDATES}}
        ours, theirs = parser.parse(orjson.dumps(raw)), Update.de_json(orjson.loads(orjson.dumps(asked)), bot)
        if ours.callback_query is not None and isinstance(ours.callback_query.message, InaccessibleMessage):
            assert ours.effective_chat == theirs.effective_chat
            continue  # the library makes a message of 1970 of it
        for name in OF_UPDATE:
            assert same(getattr(ours, name), getattr(theirs, name)), (name, raw)
        if theirs.callback_query is not None:
            for name in ("id", "from_user", "data", "chat_instance", "inline_message_id", "game_short_name"):
                assert getattr(ours.callback_query, name) == getattr(theirs.callback_query, name)
            assert same(getattr(ours.callback_query, "message", None), theirs.callback_query.message)
        if theirs.message is not None:
            assert ours.message is not None
            assert ours.message.from_user == theirs.message.from_user
