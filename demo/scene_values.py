"""What may stand behind the words of a scene; each function answers the value in one shape or tells what is wrong."""

from __future__ import annotations

import math
import re
from typing import Any

WEATHERS = ("fine", "slow", "429", "5xx", "lost", "refused", "dark")
"""How Telegram can be for the bot: all well; late; asking to wait; failing; taking it and losing the answer; cutting
off before anything is taken; not there at all."""


class Wrong(ValueError):  # noqa: N818
    """The value cannot stand here; the text says what can."""


def as_text(value: Any) -> str:
    """A text of at least one letter."""
    if not isinstance(value, str) or not value.strip():
        raise Wrong("a text, please")
    return value


def as_words(value: Any) -> Any:
    """A text, or one by language: { en = "Hello", ru = "Привет" }."""
    if isinstance(value, dict):
        if not value:
            raise Wrong("a text in at least one language")
        return {as_text(language): as_text(words) for language, words in value.items()}
    return as_text(value)


def as_flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong("true or false")
    return value


def as_number(value: Any) -> float:
    """A number, not below zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise Wrong("a number, not below zero")
    return float(value)


def as_place(value: Any) -> tuple[float, float, float]:
    """[latitude, longitude] or [latitude, longitude, accuracy in metres]."""
    if not isinstance(value, list) or len(value) not in (2, 3):
        raise Wrong("[latitude, longitude] or [latitude, longitude, accuracy in metres]")
    numbers = [
        float(one) for one in value if isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one)
    ]
    if len(numbers) != len(value) or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise Wrong("latitude is -90 to 90, longitude -180 to 180")
    return numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else 15.0


def as_clock(value: Any) -> str:
    """ "20:00" (the next time it is that), "+15 min", or a day and hour such as "2019-06-09 06:50"."""
    text = str(value)
    if re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d|\+\d{1,4} (min|h)|\d{4}-\d\d-\d\d[ T]\d\d:\d\d", text):
        return text
    raise Wrong('"20:00", "+15 min", "+2 h" or "2019-06-09 06:50"')


def as_weather(value: Any) -> str:
    """One of the weathers."""
    return one_of(value, WEATHERS)


def one_of(value: Any, known: tuple[str, ...]) -> str:
    """One of these words."""
    if value not in known:
        raise Wrong(f"one of {', '.join(known)}")
    return str(value)
