"""The picture of a day: what its letter says, and what somebody sees who opens it."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from PIL import Image, ImageColor

from domain.letter import LetterKind
from domain.mission import Mission
from services import chart
from services.desk import post
from services.paper import Draft, PaperKind
from storage import people
from tests.sqlite.duty import FIRST_CHAT, Duty
from tests.sqlite.screen import calls

NOON = datetime(2019, 6, 8, 12, tzinfo=UTC)
ROWS = [[9, 4, 2, 0], [10, 2, 8, 3], [12, 1, 0, 1]]
"""(hour, planned, arrived, logged); at 11 nothing was planned, and no hour has it all."""
CAPTION = "The day by the hour. 🟦 meetings planned, 🟩 people arrived, 🟧 logs in"
PLANNED, ARRIVED, LOGGED = (ImageColor.getrgb(colour) for colour in ("#3b6fb6", "#3a9a5b", "#e08a1e"))
LINE = ImageColor.getrgb("#dddddd")
TOP, BOTTOM, LEFT, RIGHT = 48, 432, 48, 912


@pytest.fixture
def duty(tmp_path: Path) -> Iterator[Duty]:
    made = Duty(tmp_path, Mission("Mission", "UTC", ("en", "ru"), (time(20),)), NOON)
    yield made
    made.db.close()


def opened(rows: chart.Rows) -> Image.Image:
    picture = Image.open(io.BytesIO(chart.draw(rows)))
    assert (picture.format, picture.size, picture.mode) == ("PNG", (960, 480), "RGB")
    return picture


def bar(picture: Image.Image, colour: tuple[int, ...], left: int, right: int) -> tuple[int, int, int, int] | None:
    """Where this colour is between two columns: (left, top, right, bottom), all of them in it."""
    spots = [
        (x, y) for x in range(left, right) for y in range(picture.height) if picture.getpixel((x, y)) == colour
    ]  # fmt: skip
    if not spots:
        return None
    across, down = [x for x, _ in spots], [y for _, y in spots]
    return min(across), min(down), max(across), max(down)


def ink(picture: Image.Image, box: tuple[int, int, int, int]) -> int:
    """How many dark points are in a box."""
    grey = picture.convert("L").crop(box)
    return sum(grey.histogram()[:128])


@pytest.mark.parametrize(
    ("rows", "tells"),
    [
        ([[9, 3], [10, 3], [11, 2], [12, 2]], True),
        ([[9, 3], [10, 3], [11, 2], [12, 1]], False),
        ([[9, 30], [10, 3], [11, 3]], False),
        ([], False),
    ],
)
def test_a_day_of_few_hours_or_few_meetings_is_told_by_words(rows: chart.Rows, tells: bool) -> None:
    assert chart.tells_more(rows) is tells


def test_its_letter_brings_a_photo_with_the_figures_once(duty: Duty) -> None:
    one = people.read(duty.db, duty.person("C1", "coordinator", language="ru"))
    letter = chart.letter(LetterKind.DIGEST, FIRST_CHAT, one, [tuple(row) for row in ROWS], "digest:1:chart")
    assert (letter.kind, letter.once_key) == (LetterKind.DIGEST, "digest:1:chart")
    assert post(duty.desk(NOON), letter)
    assert not post(duty.desk(NOON), letter)
    spec = {"kind": "chart", "by": one.person_id, "language": "ru", "rows": ROWS}
    assert calls(duty, FIRST_CHAT) == [("sendPhoto", {"parse_mode": "HTML", "paper": spec})]


def test_what_its_letter_says_becomes_a_captioned_png(duty: Duty) -> None:
    one = people.read(duty.db, duty.person("C1", "coordinator"))
    spec = {"kind": "chart", "by": one.person_id, "language": "en", "rows": ROWS}
    draft = chart.prepare(duty.desk(NOON), PaperKind.CHART, one, spec, None)
    assert draft == Draft(PaperKind.CHART, "day", CAPTION, ROWS)
    assert isinstance(draft, Draft)
    assert chart.prepare(duty.desk(NOON), PaperKind.CHART, one, spec, draft) == draft
    paper = chart.build(draft)
    assert (paper.name, paper.media_type, paper.field) == ("day.png", "image/png", "photo")
    assert paper.content == chart.draw(ROWS)


def test_each_hour_has_its_three_bars_each_kind_on_a_scale_of_its_own() -> None:
    picture = opened(ROWS)
    hour = (RIGHT - LEFT) // 4
    heights = []
    for place in range(4):
        left = LEFT + place * hour
        bars = [bar(picture, colour, left, left + hour) for colour in (PLANNED, ARRIVED, LOGGED)]
        heights.append([found and found[3] - found[1] for found in bars])
        assert {found[3] for found in bars if found} <= {BOTTOM}, "all stand on the ground"
        centres = [found[0] for found in bars if found]
        assert centres == sorted(centres)
    assert heights == [[384, 96, None], [192, 384, 384], [None, None, None], [96, None, 128]]


def test_bars_stand_side_by_side_within_their_hour() -> None:
    picture = opened(ROWS)
    hour, width = 216.0, 57.6
    for place, row in enumerate([ROWS[0], ROWS[1], [11, 0, 0, 0], ROWS[2]]):
        left = LEFT + place * hour + hour * 0.1
        for n, colour in enumerate((PLANNED, ARRIVED, LOGGED)):
            found = bar(picture, colour, int(LEFT + place * hour), int(LEFT + (place + 1) * hour))
            if not row[n + 1]:
                assert found is None
                continue
            assert found is not None
            assert abs(found[0] - (left + n * width)) <= 1
            assert abs(found[2] - (left + (n + 1) * width - 2)) <= 1


def test_every_bar_has_its_figure_above_and_every_hour_its_name_below() -> None:
    picture = opened(ROWS)
    for place in range(4):
        middle = int(LEFT + place * 216 + 216 * 0.5)
        assert ink(picture, (middle - 12, BOTTOM + 6, middle + 13, BOTTOM + 24)) > 10
        assert ink(picture, (middle + 20, BOTTOM + 6, middle + 100, BOTTOM + 24)) == 0
    tops = {(0, 0): 48, (0, 1): 336, (1, 0): 240, (1, 1): 48, (1, 2): 48, (3, 0): 336, (3, 2): 304}
    for place in range(4):
        for n in range(3):
            middle = int(LEFT + place * 216 + 21.6 + n * 57.6 + 28.8)
            top = tops.get((place, n), BOTTOM)
            seen = ink(picture, (middle - 8, top - 16, middle + 9, top - 1))
            assert bool(seen) is ((place, n) in tops)


def test_figures_stand_free_of_their_bars_and_hours_of_the_ground() -> None:
    picture = opened(ROWS).convert("L")

    def dark(left: int, right: int) -> list[int]:
        """Rows with ink, which is darker than every bar."""
        box = picture.crop((left, 0, right, picture.height)).point(lambda grey: 255 if grey < 80 else 0)
        return [y for y in range(picture.height) if box.crop((0, y, box.width, y + 1)).getbbox()]

    figures = [y for y in dark(LEFT + 79, LEFT + 136) if y < BOTTOM]  # the two who arrived first: a bar from 336 on
    assert figures[-1] < 336
    assert figures[0] > 336 - 16
    hours = [y for y in dark(LEFT, LEFT + 216) if y > BOTTOM]
    assert hours[0] >= BOTTOM + 8
    assert hours[-1] <= BOTTOM + 8 + 13


def test_five_lines_go_across_from_the_top_to_the_ground() -> None:
    picture = opened([[9, 0, 0, 0], [10, 0, 0, 0]])
    column = [y for y in range(picture.height) if picture.getpixel((100, y)) != (255, 255, 255)]
    assert column == [48, 144, 240, 336, 432]
    across = [x for x in range(picture.width) if picture.getpixel((x, 240)) == LINE]
    assert (across[0], across[-1], len(across)) == (LEFT, RIGHT, RIGHT - LEFT + 1)


def test_an_hour_begins_with_a_nought_and_one_hour_alone_has_all_the_room() -> None:
    picture = opened([[7, 1, 1, 1]])
    found = bar(picture, PLANNED, 0, picture.width)
    assert found is not None
    assert found[1:] == (48, found[2], 432)
    assert abs(found[0] - 134) <= 1
    assert abs(found[2] - 363) <= 1
    one_digit = [x for x in range(picture.width) if ink(picture, (x, BOTTOM + 6, x + 1, BOTTOM + 24))]
    assert one_digit[-1] - one_digit[0] > 10, "two figures: 07"
