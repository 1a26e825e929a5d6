"""Long messages are cut without losing a character, and Telegram takes every part."""

import html
import json
import re
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texts.split import join_blocks, units
from texts.tongue import escape

tdjson = pytest.importorskip("tdjson")
tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())

TAG = re.compile(r"</?[a-z][^>]*>")
ALPHABETS = ("abc ", "a<>&;\"'", "😀👩‍👩‍👧é\u0301 ", "שלום ", "مرحبا\u200f ", "Жұма\n", "&amp;lt; ", " \n\t\u00a0")
words = st.one_of(
    *(st.text(alphabet, max_size=60) for alphabet in ALPHABETS),
    st.tuples(st.sampled_from(["x", "😀", "&", "<", "Ш"]), st.integers(1, 400)).map(lambda pair: pair[0] * pair[1]),
)


@st.composite
def pieces(draw: st.DrawFn, depth: int = 0) -> str:
    """Balanced Telegram HTML."""
    out = ""
    for _ in range(draw(st.integers(1, 5))):
        if depth < 3 and draw(st.booleans()):
            tag = draw(st.sampled_from(["b", "i", "u", "s", 'a href="https://example.org/?a=1&amp;b=2"', "code"]))
            inner = escape(draw(words)) if tag == "code" or tag.startswith("a ") else draw(pieces(depth + 1))
            out += f"<{tag}>{inner}</{tag.split(maxsplit=1)[0]}>"
        else:
            out += escape(draw(words))
    return out


def parsed(part: str) -> dict[str, object]:
    query = {"@type": "parseTextEntities", "text": part, "parse_mode": {"@type": "textParseModeHTML"}}
    answer: dict[str, object] = json.loads(tdjson.td_execute(json.dumps(query).encode()))
    assert answer["@type"] == "formattedText", (answer, part)
    return answer


def bare(text: str) -> str:
    return "".join(html.unescape(TAG.sub("", text)).split())


def check(blocks: list[str], limit: int) -> list[str]:
    parts = join_blocks(blocks, limit=limit)
    assert "".join(map(bare, parts)) == "".join(map(bare, blocks))
    for part in parts:
        shown = parsed(part)
        assert len(str(shown["text"]).encode("utf-16-le", "surrogatepass")) // 2 <= units(part) <= limit
        assert isinstance(shown["entities"], list)
        assert len(shown["entities"]) <= 100
        assert bare(part)
    return parts


@settings(deadline=None, max_examples=300)
@given(st.lists(pieces(), max_size=12), st.integers(40, 500))
def test_nothing_is_lost_and_every_part_is_taken(blocks: list[str], limit: int) -> None:
    check(blocks, limit)


@pytest.mark.parametrize("char", ["x", "😀", "&", "<", "ש", "م", "\u0301"])
def test_a_word_of_ten_thousand_characters(char: str) -> None:
    parts = check([f"<b>{escape('a' + char * 10_000)}</b>"], 4096)
    assert len(parts) <= 6


def test_a_block_stays_whole_if_it_can() -> None:
    assert check(["a" * 3000, "b" * 3000, "c" * 10], 4096) == ["a" * 3000, "b" * 3000 + "\n\n" + "c" * 10]


def test_cut_at_a_line() -> None:
    lines = [f"line {n} " + "x" * 90 for n in range(100)]
    parts = check(["\n".join(lines)], 4096)
    assert [line for part in parts for line in part.split("\n")] == lines


def test_many_tags_are_spread() -> None:
    check(["<b>x</b> " * 1000], 4096)
    check(["<b>x</b>"] * 1000, 4096)
    check(["<b>x</b>" * 1000], 4096)


@pytest.mark.parametrize("blocks", [["• a point & a figure: <b>42</b> 😀 " * 2 + "\n"] * 40_000, None])
def test_forty_thousand_points_take_seconds(blocks: list[str] | None) -> None:
    started = perf_counter()
    parts = join_blocks(
        blocks or ["\n".join(f"• point {n}: the turnout was 42 percent at noon" for n in range(40_000))]
    )
    assert perf_counter() - started < 15
    assert len(parts) > 100
