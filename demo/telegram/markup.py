"""Text and its entities: parsed by TDLib, Telegram's own library, and told in Bot API terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
import tdjson

from .errors import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from .errors import Json

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_ENTITIES = 100

_MODES: dict[str, Json] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
_PLAIN = {
    "Mention": "mention", "Hashtag": "hashtag", "Cashtag": "cashtag", "BotCommand": "bot_command", "Url": "url",
    "EmailAddress": "email", "PhoneNumber": "phone_number", "Bold": "bold", "Italic": "italic",
    "Underline": "underline", "Strikethrough": "strikethrough", "Spoiler": "spoiler", "Code": "code", "Pre": "pre",
    "BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote",
}  # fmt: skip
_KNOWN = frozenset(_PLAIN.values()) | {"text_link", "text_mention", "custom_emoji", "date_time"}
_FOUND_BY_TELEGRAM = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
_MAY_HOLD_MORE = re.compile(r"[@#$/.:]|\d{5}")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_CLOSED = frozenset({"code", "pre", "text_link", "text_mention"}) | _FOUND_BY_TELEGRAM


def _td(query: Json) -> Json:
    answer = tdjson.td_execute(orjson.dumps(query))
    return orjson.loads(answer) if answer else {"@type": "error", "code": 400, "message": "No answer"}


_td({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units: what Telegram counts offsets, lengths and limits in."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of the text that an entity covers."""
    if text.isascii():
        return text[offset : offset + length]
    return text.encode("utf-16-le", "surrogatepass")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def parse(text: str, parse_mode: str, entities: Any, who: Callable[[int], Json | None]) -> tuple[str, list[Json]]:
    """Text as Telegram would keep it, trimmed, with its entities; `who` finds the user of a text_mention.

    Raises ApiError with TDLib's own words for markup it can't parse.
    """
    if len(text) > 2**13 and len(text.encode("utf-8", "replace")) > 2**15:
        raise refused("Text is too long")
    mode = parse_mode.lower()
    found: list[Json] = []
    if mode and mode != "none" and text:
        if mode not in _MODES:
            raise refused("Unsupported parse_mode")
        answer = _td({"@type": "parseTextEntities", "text": text, "parse_mode": _MODES[mode]})
        if answer["@type"] == "error":
            raise refused(str(answer["message"]))
        text = answer["text"]
        found = [e for e in (_from_td(t, who) for t in answer["entities"]) if e]
    elif isinstance(entities, list) and entities:
        found = _checked(text, entities, who)
    text, found = _trimmed(_CONTROL.sub(" ", text), found)
    if _MAY_HOLD_MORE.search(text):
        found = _with_detected(text, found)
    return text, found[:_ENTITIES]


def detect(text: str) -> list[Json]:
    """The entities Telegram finds by itself: commands, mentions, links, e-mail addresses, phone numbers."""
    if not _MAY_HOLD_MORE.search(text):
        return []
    answer = _td({"@type": "getTextEntities", "text": text})
    return [e for e in (_from_td(t, lambda _: None) for t in answer.get("entities", [])) if e]


def _from_td(entity: Json, who: Callable[[int], Json | None]) -> Json | None:
    kind = entity["type"]["@type"].removeprefix("textEntityType")
    told: Json = {"offset": entity["offset"], "length": entity["length"]}
    if kind in _PLAIN:
        return {**told, "type": _PLAIN[kind]}
    if kind == "PreCode":
        return {**told, "type": "pre", "language": entity["type"]["language"]}
    if kind == "TextUrl":
        return {**told, "type": "text_link", "url": entity["type"]["url"]}
    if kind == "MentionName":
        user = who(entity["type"]["user_id"])
        return {**told, "type": "text_mention", "user": user} if user else None
    if kind == "DateTime":
        return {**told, "type": "date_time", **_date_time(entity["type"])}
    return None  # custom emoji need a paid name, the rest is not told to bots


def _date_time(kind: Json) -> Json:
    how: Json | None = kind.get("formatting_type")
    letters = ""
    if how and how["@type"] == "dateTimeFormattingTypeRelative":
        letters = "r"
    elif how:
        letters = "w" if how.get("show_day_of_week") else ""
        for part, letter in (("date_precision", "d"), ("time_precision", "t")):
            precision = str((how.get(part) or {}).get("@type", "")).removeprefix("dateTimePartPrecision")
            letters += {"Long": letter.upper(), "Short": letter}.get(precision, "")
    told: Json = {"unix_time": kind["unix_time"]}
    return {**told, "date_time_format": letters} if letters else told


def _checked(text: str, entities: list[Any], who: Callable[[int], Json | None]) -> list[Json]:
    size = utf16_length(text)
    found: list[Json] = []
    for entity in entities:
        if not isinstance(entity, dict):
            raise refused("Can't parse MessageEntity: expected an Object")
        offset, length, kind = entity.get("offset"), entity.get("length"), entity.get("type")
        if not isinstance(offset, int) or not isinstance(length, int) or not isinstance(kind, str):
            raise refused('Can\'t parse MessageEntity: Field "offset" must be of type Number')
        if offset < 0 or offset > size:
            raise refused(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if length < 0 or offset + length > size:
            raise refused(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text"
                f" at UTF-16 offset {offset + length}"
            )
        if length == 0 or kind not in _KNOWN or kind == "custom_emoji" or kind in _FOUND_BY_TELEGRAM:
            continue
        told: Json = {"offset": offset, "length": length, "type": kind}
        if kind == "text_mention":
            given = entity.get("user")
            user = who(int(given["id"])) if isinstance(given, dict) and isinstance(given.get("id"), int) else None
            if user is None:
                continue
            told["user"] = user
        if not _well_formed(kind, entity):
            continue
        told.update({k: entity[k] for k in ("url", "language", "unix_time", "date_time_format") if k in entity})
        found.append(told)
    return sorted(found, key=lambda e: (e["offset"], -e["length"]))


def _well_formed(kind: str, entity: Json) -> bool:
    if kind == "text_link" and not (isinstance(entity.get("url"), str) and entity["url"]):
        return False
    if kind == "date_time" and not isinstance(entity.get("unix_time"), int):
        return False
    return all(isinstance(entity.get(k, ""), str) for k in ("url", "language", "date_time_format"))


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    kept = text.strip(" \n\t\u200b")
    if kept == text:
        return text, entities
    start = utf16_length(text[: len(text) - len(text.lstrip(" \n\t\u200b"))])
    size = utf16_length(kept)
    found = []
    for e in entities:
        begin, end = max(e["offset"] - start, 0), min(e["offset"] + e["length"] - start, size)
        if end > begin:
            found.append({**e, "offset": begin, "length": end - begin})
    return kept, found


def _with_detected(text: str, found: list[Json]) -> list[Json]:
    closed = [e for e in found if e["type"] in _CLOSED]
    more = [
        e
        for e in detect(text)
        if not any(e["offset"] < c["offset"] + c["length"] and c["offset"] < e["offset"] + e["length"] for c in closed)
    ]
    return sorted([*found, *more], key=lambda e: (e["offset"], -e["length"])) if more else found


_TAGS = {
    "bold": ("<b>", "</b>"), "italic": ("<i>", "</i>"), "underline": ("<u>", "</u>"), "code": ("<code>", "</code>"),
    "strikethrough": ("<s>", "</s>"), "pre": ("<pre>", "</pre>"), "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
    "spoiler": ('<span class="tg-spoiler">', "</span>"), "bot_command": ('<span class="tg-command">', "</span>"),
    "mention": ('<span class="tg-mention">', "</span>"), "hashtag": ('<span class="tg-hashtag">', "</span>"),
}  # fmt: skip
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def as_html(text: str, entities: list[Json]) -> str:
    """Safe HTML for a page: everything escaped, entities as tags."""
    if not entities:
        return text.translate(_ESCAPES)
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for e in entities:
        before, after = _tags(e, text)
        opening.setdefault(e["offset"], []).append(before)
        closing.setdefault(e["offset"] + e["length"], []).insert(0, after)
    out: list[str] = []
    at = 0
    for char in text:
        out += closing.pop(at, [])
        out += opening.pop(at, [])
        out.append(char.translate(_ESCAPES))
        at += 2 if ord(char) > 0xFFFF else 1
    for rest in sorted(closing):
        out += closing[rest]
    return "".join(out)


def _tags(entity: Json, text: str) -> tuple[str, str]:
    kind = entity["type"]
    covered = utf16_slice(text, entity["offset"], entity["length"])
    if kind in ("text_link", "url", "email"):
        url = entity.get("url") or (f"mailto:{covered}" if kind == "email" else covered)
        if kind == "url" and "://" not in url:
            url = f"https://{url}"
        if url.lower().startswith(("http://", "https://", "tg://", "mailto:")):
            return f'<a href="{url.translate(_ESCAPES)}" rel="noopener noreferrer" target="_blank">', "</a>"
    if kind == "text_mention":
        return f'<a href="tg://user?id={int(entity["user"]["id"])}">', "</a>"
    if kind == "date_time":
        return f'<time data-unix="{int(entity.get("unix_time", 0))}">', "</time>"
    return _TAGS.get(kind, ("", ""))
