"""Cutting long messages: at borders a reader would choose, never inside markup, never losing a character."""

import html
import re
from collections.abc import Iterable, Iterator

from domain.message import TEXT_LIMIT
from domain.message import units as plain_units

ENTITY_LIMIT = 90
"""Telegram shows the first 100 entities of a message and drops the formatting of the rest."""

_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_TOKEN = re.compile(r"</?[a-zA-Z][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-z]+);|\n|[^\S\n]{1,8}|[^<&\s]{1,8}|[<&]")
"""A tag, a reference, a line's end, a few spaces, a few letters; together they are the whole text."""


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units of what is shown, tags left out, references resolved."""
    return plain_units(_visible(text))


def shorten(text: str, limit: int) -> str:
    """Plain text of at most `limit` characters, with an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def join_blocks(blocks: Iterable[str], *, limit: int = TEXT_LIMIT, gap: str = "\n\n") -> list[str]:
    """Blocks of balanced Telegram HTML, joined into as few messages as fit, in order.

    A block stays whole if it can; one that cannot is cut at a line, else at a space, else between characters,
    with its open tags closed before the cut and opened again behind it.
    """
    parts: list[str] = []
    current, used, entities = "", 0, 0
    for block in blocks:
        for index, piece in enumerate(_pieces(block, limit)):
            size, tags = units(piece), piece.count("</")
            fits = used + units(gap) + size <= limit and entities + tags <= ENTITY_LIMIT
            if not current or index > 0 or not fits:
                if current:
                    parts.append(current)
                current, used, entities = piece, size, tags
            else:
                current, used, entities = f"{current}{gap}{piece}", used + units(gap) + size, entities + tags
    if current:
        parts.append(current)
    return parts


def _visible(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


def _pieces(block: str, limit: int) -> Iterator[str]:
    """The block if it fits, else its cut pieces; nothing for a block that shows nothing."""
    if not _visible(block).strip():
        return
    if units(block) <= limit and block.count("</") <= ENTITY_LIMIT:
        yield block
        return
    tokens = [match.group(0) for match in _TOKEN.finditer(block)]
    start, opened = 0, list[str]()
    while start < len(tokens):
        end = _cut(tokens, start, limit, len(opened))
        reopened = "".join(opened)
        for token in tokens[start:end]:
            _follow(opened, token)
        piece = (reopened + "".join(tokens[start:end])).strip()
        if _visible(piece).strip():
            yield piece + "".join(f"</{_name(tag)}>" for tag in reversed(opened))
        start = end


def _cut(tokens: list[str], start: int, limit: int, entities: int) -> int:
    """Index behind the last token of the piece that begins at `start`, with so many tags open already."""
    used = 0
    line: int | None = None
    space: int | None = None
    for index in range(start, len(tokens)):
        token = tokens[index]
        if _is_tag(token):
            entities += not token.startswith("</")
        else:
            used += plain_units(html.unescape(token))
        if used > limit or entities > ENTITY_LIMIT:
            for border in (line, space):
                if border is not None and (border - start) * 2 > index - start:
                    return border
            return line or space or max(index, start + 1)
        if token.isspace():
            space = index + 1
            line = index + 1 if "\n" in token else line
    return len(tokens)


def _is_tag(token: str) -> bool:
    return token.startswith("<") and len(token) > 1


def _follow(opened: list[str], token: str) -> None:
    if not _is_tag(token):
        return
    if token.startswith("</"):
        opened.pop()
    else:
        opened.append(token)


def _name(tag: str) -> str:
    return tag[1:-1].split(maxsplit=1)[0]
