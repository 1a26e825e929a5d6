"""Badges and tables of invitations, as bytes."""

import base64
import io
import pickle
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from openpyxl import load_workbook
from PIL import Image

from services.paper import Draft, Paper, PaperKind
from services.papers import build
from texts.papers import SLIPS_A_PAGE, Slip, invitation_sheet, sheet_caption
from texts.split import units
from texts.tongue import Tongues

TONGUES = Tongues(("en", "ru", "kk"))
ZONE = ZoneInfo("Asia/Almaty")
EXPIRES = datetime(2019, 6, 22, 20, 30, tzinfo=UTC)
"""On the 23rd where the mission is."""
NAMES = [
    "W" * 300,
    "عبد الرحمن بن محمد " * 15,
    "<b>x</b>",
    "@SUM(A1)",
    "\x0bvertical\x00 tab",
    "👩‍🚀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "   ",
    "a\nb\tc",
    "no\uffffcharacter\ufffe",
]


def draft(kind: PaperKind, names: list[str], mission: str = "Mission") -> Draft:
    slips = [
        Slip(f"O{n:03}", name, "Team & 8", "", ("en", "ru", "kk")[n % 3], f"https://t.me/bot?start={n:032}")
        for n, name in enumerate(names)
    ]
    sheet = invitation_sheet(TONGUES.default, TONGUES.all(), mission, slips, EXPIRES, ZONE)
    return Draft(kind, "invitations", "caption", sheet)


def page_of(names: list[str], mission: str = "Mission") -> str:
    return build(draft(PaperKind.BADGES, names, mission)).content.decode()


@pytest.mark.parametrize("people", [1, SLIPS_A_PAGE, SLIPS_A_PAGE + 1, 25])
def test_eight_badges_stand_on_a_page(people: int) -> None:
    page = page_of(["Anna"] * people)
    slips = [section.count("<article") for section in page.split("<section")[1:]]
    assert sum(slips) == people
    assert len(slips) == -(-people // SLIPS_A_PAGE)
    assert all(count == SLIPS_A_PAGE for count in slips[:-1])
    assert "size: A4" in page


def test_the_page_needs_nothing_from_outside_and_runs_nothing() -> None:
    page = page_of(["<script>alert(1)</script>", '"><img src=x onerror=y>'], mission="</title><script>")
    assert "<script" not in page
    assert re.findall(r"<img[^>]*src=\"(.{5})", page) == ["data:", "data:"]
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"?https?:|url\(|@import", page)


def test_each_code_is_read_by_a_decoder_and_has_its_quiet_zone() -> None:
    for n, code in enumerate(re.findall(r"base64,([A-Za-z0-9+/=]+)", page_of(NAMES))):
        image = Image.open(io.BytesIO(base64.b64decode(code))).convert("L")
        assert [found.text for found in zxingcpp.read_barcodes(image)] == [f"https://t.me/bot?start={n:032}"]
        assert image.crop((0, 0, image.width, 16)).getextrema() == (255, 255)


def test_a_badge_says_until_when_it_is_valid_where_the_mission_is() -> None:
    page = page_of(["Anna", "Анна"])
    assert "Valid until Jun 23" in page
    assert re.search(r"23\s*июн", page)


def test_the_table_is_text_whatever_the_names_look_like() -> None:
    paper = build(draft(PaperKind.LINKS, NAMES))
    sheet = load_workbook(io.BytesIO(paper.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == len(NAMES)
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}
    assert rows[3][1].value == "'@SUM(A1)"
    assert rows[4][1].value == "vertical tab"
    assert rows[0][6].value == "2019-06-23 02:30"
    assert rows[0][5].number_format == "@"
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("kind", [PaperKind.BADGES, PaperKind.LINKS])
def test_a_draft_and_its_paper_travel_between_processes(kind: PaperKind) -> None:
    one = draft(kind, NAMES)
    assert pickle.loads(pickle.dumps(one)) == one
    paper = build(one)
    copy: Paper = pickle.loads(pickle.dumps(paper))
    assert copy == paper


def test_the_caption_fits_under_a_file() -> None:
    for t in TONGUES.all():
        caption = sheet_caption(t, 1013, EXPIRES, ZONE, to_print=True)
        assert units(caption) <= 1024
        assert "1013" in caption
