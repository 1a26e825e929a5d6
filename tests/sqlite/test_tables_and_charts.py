"""/export and the picture of a day: who gets them, what is in them, and what is noted of their making."""

import csv
import io
import json
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from PIL import Image

from domain.button import Presence
from domain.letter import LetterKind
from services import chart, tables
from services.paper import Draft, PaperKind
from services.tables import Form
from storage import checkins
from storage.exports import Topic
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen, calls

TOPICS = "people, meetings, checkins, logs, changes"


@pytest.fixture
def lead(duty: Duty) -> Screen:
    made = Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    observers = [duty.person(f"O{n}", team="Team 1") for n in (1, 2)]
    meeting = duty.meeting("M1", NOON, ["Team 1"])
    for number, observer in enumerate(observers):
        duty.say(meeting, observer, Presence.ARRIVED, NOON + timedelta(minutes=number))
    for number in (1, 2):
        checkins.add_place(duty.db, number, (51.1, 71.4, 30.0), 12, NOON)
    return made


@pytest.mark.parametrize("asked", ["", "everything", "people geojson", "checkins pdf"])
def test_what_there_is_to_export_is_told_to_who_asks_for_something_else(lead: Screen, asked: str) -> None:
    lead.do(tables.offer, asked, tapped=False)
    assert lead.text().startswith("Write what to export, and as what if not as XLSX: /export checkins csv\nThere are: ")
    for word in (*Topic, *Form):
        assert word in lead.text()
    assert [method for method, _ in calls(lead.duty, lead.chat_id)] == ["sendMessage"]


@pytest.mark.parametrize(
    ("asked", "topic", "form"),
    [("people", "people", "xlsx"), ("Meetings CSV", "meetings", "csv"), ("checkins geojson", "checkins", "geojson")],
)
def test_a_table_is_a_letter_that_may_not_be_passed_on(lead: Screen, asked: str, topic: str, form: str) -> None:
    lead.do(tables.offer, asked, tapped=False)
    ((method, fields),) = calls(lead.duty, lead.chat_id)
    assert method == "sendDocument"
    assert fields == {
        "parse_mode": "HTML",
        "protect_content": True,
        "paper": {"kind": PaperKind.EXPORT, "by": lead.person_id, "language": "en", "topic": topic, "form": form},
    }


def test_who_coordinates_some_teams_gets_none_not_even_one_he_asked_for_before(duty: Duty, lead: Screen) -> None:
    lead.do(tables.offer, "people", tapped=False)
    spec = calls(duty, lead.chat_id)[0][1]["paper"]
    duty.db.execute(
        "INSERT INTO scope (person_id, team_id) SELECT ?, id FROM team WHERE name = 'HQ'", (lead.person_id,)
    )
    refusal = "Exports hold the whole mission: only who coordinates all of it gets them."
    lead.do(tables.offer, "people", tapped=False)
    assert lead.text() == refusal
    told = tables.prepare(duty.desk(NOON), PaperKind.EXPORT, lead.person, spec, None)
    assert not isinstance(told, Draft)
    assert told.text == refusal
    assert duty.rows("SELECT count(*) FROM audit WHERE act = 'export'") == [(0,)]


@pytest.mark.parametrize("form", list(Form))
def test_the_file_is_made_from_the_database_and_noted_once(duty: Duty, lead: Screen, form: Form) -> None:
    spec = {"kind": PaperKind.EXPORT, "by": lead.person_id, "language": "en", "topic": "checkins", "form": form.value}
    desk = duty.desk(NOON)
    draft = tables.prepare(desk, PaperKind.EXPORT, lead.person, spec, None)
    assert isinstance(draft, Draft)
    assert draft.caption == "Export: checkins. It holds personal data, so Telegram does not let it be passed on."
    again = tables.prepare(desk, PaperKind.EXPORT, lead.person, spec, draft)
    assert again == draft
    noted = duty.rows("SELECT person_id, detail FROM audit WHERE act = 'export'")
    assert noted == [(lead.person_id, f'{{"form": "{form}", "topic": "checkins"}}')]
    paper = tables.build(draft)
    assert paper.name == f"checkins-2019-06-08-1200.{form}"
    assert paper.field == "document"
    if form is Form.CSV:
        assert paper.media_type == "text/csv"
        assert paper.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(paper.content.decode("utf-8-sig"))))
        assert [row["person"] for row in rows] == ["O1", "O2"]
    elif form is Form.XLSX:
        assert paper.media_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        sheet = load_workbook(io.BytesIO(paper.content)).active
        assert sheet is not None
        assert sheet.title == "checkins"
        assert sheet.max_row == 3
    else:
        assert paper.media_type == "application/geo+json"
        found = json.loads(paper.content)
        assert found["type"] == "FeatureCollection"
        assert [(one["type"], one["geometry"], one["properties"]["person"]) for one in found["features"]] == [
            ("Feature", {"type": "Point", "coordinates": [71.4, 51.1]}, who) for who in ("O1", "O2")
        ]
        assert found["features"][0]["properties"] | {"said_at": ""} == {
            "meeting": "M1", "person": "O1", "presence": "a", "said_at": "", "accuracy_m": 30,
        }  # fmt: skip


def test_only_check_ins_have_places(duty: Duty, lead: Screen) -> None:
    for topic in Topic:
        file = io.BytesIO()
        if topic is Topic.CHECKINS:
            tables.write(duty.db, topic, Form.GEOJSON, file)
            continue
        with pytest.raises(ValueError, match=topic):
            tables.write(duty.db, topic, Form.GEOJSON, file)
    assert not duty.db.in_transaction
    assert lead.person_id


ROWS = [[9, 4, 1, 0], [10, 2, 8, 1], [12, 0, 2, 4]]
"""(hour, planned, arrived, logged): three scales, and an hour in which nothing was."""


def test_a_picture_is_drawn_of_a_day_that_words_do_not_tell_as_well() -> None:
    assert chart.tells_more([[hour, 3, 0, 0] for hour in range(4)])
    assert not chart.tells_more([[hour, 4, 9, 9] for hour in range(3)])
    assert chart.tells_more([[hour, 5 * (hour < 2), 0, 0] for hour in range(4)])
    assert not chart.tells_more([[0, 9, 9, 9], *([hour, 0, 0, 0] for hour in range(1, 4))])


def test_the_letter_brings_the_figures_and_the_caption_their_colours(duty: Duty, lead: Screen) -> None:
    letter = chart.letter(LetterKind.DIGEST, 5, lead.person, [tuple(row) for row in ROWS], "key")
    assert (letter.kind, letter.chat_id, letter.method, letter.once_key) == (LetterKind.DIGEST, 5, "sendPhoto", "key")
    spec = letter.payload["paper"]
    assert letter.payload == {"parse_mode": "HTML", "paper": spec}
    assert spec == {"kind": PaperKind.CHART, "by": lead.person_id, "language": "en", "rows": ROWS}
    draft = chart.prepare(duty.desk(NOON), PaperKind.CHART, lead.person, spec, None)
    assert isinstance(draft, Draft)
    assert draft.caption == "The day by the hour. 🟦 meetings planned, 🟩 people arrived, 🟧 logs in"
    paper = chart.build(draft)
    assert (paper.name, paper.media_type, paper.field) == ("day.png", "image/png", "photo")
    assert paper.content == chart.draw(ROWS)


def test_each_figure_is_a_bar_as_high_as_its_share_of_the_most() -> None:
    picture = Image.open(io.BytesIO(chart.draw(ROWS)))
    assert picture.format == "PNG"
    assert picture.size == (chart.WIDTH, chart.HEIGHT)
    step = (chart.WIDTH - 2 * chart.MARGIN) / 4
    full = chart.HEIGHT - 2 * chart.MARGIN

    def height(place: int, kind: int) -> int:
        """How many pixels of the bar's colour stand in the middle of where it is."""
        x = int(chart.MARGIN + place * step + step * 0.1 + (kind + 0.5) * step * 0.8 / 3)
        red, green, blue = (int(chart.COLOURS[kind][i : i + 2], 16) for i in (1, 3, 5))
        column = [picture.convert("RGB").getpixel((x, y)) for y in range(chart.HEIGHT)]
        return column.count((red, green, blue))

    for place, shares in ((0, (1, 1 / 8, 0)), (1, (1 / 2, 1, 1 / 4)), (2, (0, 0, 0)), (3, (0, 1 / 4, 1))):
        for kind, share in enumerate(shares):
            assert abs(height(place, kind) - full * share) <= 2, (place, kind)
