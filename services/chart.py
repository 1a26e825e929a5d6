"""The day by the hour as a picture: meetings planned, people arrived, logs in. Its words are the caption."""

import io
from collections.abc import Sequence

from domain.letter import Letter, LetterKind
from domain.message import Message
from domain.person import Person
from services.desk import Desk, tongue_of
from services.paper import Draft, Paper, PaperKind, Spec
from texts import chart as words

WIDTH, HEIGHT, MARGIN = 960, 480, 48
COLOURS = ("#3b6fb6", "#3a9a5b", "#e08a1e")
INK, LINE = "#333333", "#dddddd"
FEWEST_HOURS, FEWEST_MEETINGS = 4, 10
"""A smaller day is told as well by words."""
Rows = Sequence[Sequence[int]]
"""(hour, planned, arrived, logged)."""


def tells_more(rows: Rows) -> bool:
    """Whether a picture of the day tells more than words."""
    return len(rows) >= FEWEST_HOURS and sum(row[1] for row in rows) >= FEWEST_MEETINGS


def letter(kind: LetterKind, chat_id: int, by: Person, rows: Rows, once_key: str | None) -> Letter:
    """The letter that brings the picture."""
    spec = {"kind": PaperKind.CHART, "by": by.person_id, "language": by.language, "rows": [list(row) for row in rows]}
    return Letter(kind, chat_id, "sendPhoto", {"parse_mode": "HTML", "paper": spec}, once_key)


def prepare(desk: Desk, kind: PaperKind, asker: Person, spec: Spec, earlier: Draft | None) -> Draft | Message:
    """The figures are in the letter already."""
    del earlier
    return Draft(kind, "day", words.caption(tongue_of(desk, asker)), spec["rows"])


def build(draft: Draft) -> Paper:
    """The picture's bytes."""
    return Paper("day.png", "image/png", draw(draft.facts), field="photo")


def draw(rows: Rows) -> bytes:
    """Bars for each hour from the first to the last, each row of figures on a scale of its own."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - not before somebody wants a picture

    by_hour = {row[0]: row[1:] for row in rows}
    hours = range(min(by_hour), max(by_hour) + 1)
    most = [max((row[n] for row in by_hour.values()), default=0) or 1 for n in range(3)]
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=13)
    bottom, top = HEIGHT - MARGIN, MARGIN
    for n in range(5):
        y = bottom - (bottom - top) * n / 4
        pen.line((MARGIN, y, WIDTH - MARGIN, y), fill=LINE)
    step = (WIDTH - 2 * MARGIN) / len(hours)
    bar = step * 0.8 / 3
    for place, hour in enumerate(hours):
        left = MARGIN + place * step + step * 0.1
        for n, value in enumerate(by_hour.get(hour, (0, 0, 0))):
            if value:
                x, y = left + n * bar, bottom - (bottom - top) * value / most[n]
                pen.rectangle((x, y, x + bar - 2, bottom), fill=COLOURS[n])
                pen.text((x + bar / 2, y - 2), str(value), fill=INK, font=font, anchor="md")
        pen.text((left + step * 0.4, bottom + 8), f"{hour:02}", fill=INK, font=font, anchor="mt")
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
