"""What a button is called in the mission's languages, so that a scene may name it in English."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from babel.messages.pofile import read_po

from texts.tongue import LOCALE, SOURCE_LANGUAGE, available_languages

_FIELD = re.compile(r"\\\{(\w+)\\\}")


@cache
def _catalogues() -> tuple[tuple[tuple[re.Pattern[str], str], ...], ...]:
    out = []
    for language in available_languages():
        if language == SOURCE_LANGUAGE:
            continue
        with (LOCALE / language / "LC_MESSAGES" / "fieldpost.po").open("rb") as po:
            messages = [m for m in read_po(po, locale=language) if isinstance(m.id, str) and m.id and m.string]
        out.append(tuple((_pattern(str(m.id)), str(m.string)) for m in messages if _says_something(str(m.id))))
    return tuple(out)


def _says_something(text: str) -> bool:
    return len(re.sub(r"\{\w+\}|\W", "", text)) >= 2


def _pattern(text: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def field(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.*)"

    return re.compile(_FIELD.sub(field, re.escape(text)))


@lru_cache(maxsize=1000)
def called(words: str) -> tuple[str, ...]:
    """These words, then what they are in the other languages: "Check in: 09:30" is "Отметка: 09:30"."""
    found = [words]
    for catalogue in _catalogues():
        for pattern, translated in catalogue:
            match = pattern.fullmatch(words)
            if match:
                found.append(re.sub(r"\{(\w+)\}", lambda field, m=match: m.groupdict().get(field[1], ""), translated))  # type: ignore[misc]
    return tuple(found)


def pick(buttons: list[str], words: str) -> int | None:
    """Which of these buttons is meant: the same words in any language, else one that begins so; the last of several."""
    names = called(words)
    for fits in (lambda label: label in names, lambda label: label.startswith(names)):
        for n in range(len(buttons) - 1, -1, -1):
            if fits(buttons[n]):
                return n
    return None
