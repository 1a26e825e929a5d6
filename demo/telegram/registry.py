"""The table of Bot API methods: name, what runs, which parameters exist, whether it spends a sending budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .params import Params
from .world import World

Run = Callable[[World, Params], Any]

SENDING = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content"
    " allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup"
    " reply_to_message_id allow_sending_without_reply"
)
CAPTION = "caption parse_mode caption_entities show_caption_above_media"


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Bot API; `name` is spelled as documented."""

    name: str
    run: Run
    known: frozenset[str]
    spends: bool


METHODS: dict[str, Method] = {}


def method(name: str, params: str = "", *, spends: bool = False) -> Callable[[Run], Run]:
    """Register a function as a method; `params` are the documented parameter names, separated by spaces."""

    def register(run: Run) -> Run:
        METHODS[name.lower()] = Method(name, run, frozenset(params.split()), spends)
        return run

    return register
