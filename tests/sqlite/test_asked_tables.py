"""A table asked for by chat: who gets it, what its letter says, and what is in the file."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from domain.button import Presence
from domain.message import Message
from domain.mission import Mission
from services import tables
from services.paper import Draft, Paper, PaperKind
from storage import checkins
from storage.database import as_text
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen, calls

NOON = datetime(2019, 6, 8, 12, tzinfo=UTC)
NOT_YOURS = "Exports hold the whole mission: only who coordinates all of it gets them."
WHAT = (
    "Write what to export, and as what if not as XLSX: /export checkins csv\n"
    "There are: people, meetings, checkins, logs, changes\nAs: xlsx, csv, geojson\n"
    "/export programme gives the programme as a workbook that you can change and send back."
)


@pytest.fixture
def duty(tmp_path: Path) -> Iterator[Duty]:
    made = Duty(tmp_path, Mission("Mission", "UTC", ("en", "ru"), (time(20),)), NOON)
    yield made
    made.db.close()


@pytest.fixture
def lead(duty: Duty) -> Screen:
    return Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON)


def documents(lead: Screen) -> list[dict[str, Any]]:
    return [fields for method, fields in calls(lead.duty, lead.chat_id) if method == "sendDocument"]


def prepared(lead: Screen, topic: str, form: str, earlier: Draft | None = None) -> Draft | Message:
    spec = {"kind": "export", "by": lead.person_id, "language": "en", "topic": topic, "form": form}
    return tables.prepare(lead.duty.desk(lead.now), PaperKind.EXPORT, lead.person, spec, earlier)


def built(lead: Screen, topic: str, form: str) -> Paper:
    draft = prepared(lead, topic, form)
    assert isinstance(draft, Draft)
    return tables.build(draft)


def audited(duty: Duty) -> list[tuple[Any, ...]]:
    return [(at, who, json.loads(what)) for at, who, what in duty.rows(
        "SELECT at, person_id, detail FROM audit WHERE act = 'export' ORDER BY id"
    )]  # fmt: skip


def test_who_coordinates_one_team_or_none_gets_no_table_even_if_he_asked_while_he_might(
    duty: Duty, lead: Screen
) -> None:
    observer = Screen(duty, duty.person("O1", team="Team 1"), NOON)
    observer.do(tables.offer, "people csv", tapped=False)
    assert observer.text() == NOT_YOURS
    assert documents(observer) == []
    assert isinstance(prepared(lead, "people", "csv"), Draft)
    (team,) = duty.rows("SELECT id FROM team WHERE name = 'Team 1'")
    duty.db.execute("INSERT INTO scope (person_id, team_id) VALUES (?, ?)", (lead.person_id, *team))
    lead.do(tables.offer, "people csv", tapped=False)
    assert lead.text() == NOT_YOURS
    assert documents(lead) == []
    assert prepared(lead, "people", "csv") == Message(NOT_YOURS)
    assert len(audited(duty)) == 1, "what was refused is no export"


@pytest.mark.parametrize(
    "text", ["", "  ", "everything", "people pdf", "people geojson", "meetings GEOJSON", "csv people"]
)
def test_what_there_is_is_told_to_who_asks_for_something_else(lead: Screen, text: str) -> None:
    lead.do(tables.offer, text, tapped=False)
    assert lead.text() == WHAT
    assert documents(lead) == []


@pytest.mark.parametrize(
    ("text", "topic", "form"),
    [
        ("people", "people", "xlsx"),
        (" Meetings  CSV please", "meetings", "csv"),
        ("logs xlsx", "logs", "xlsx"),
        ("checkins geojson", "checkins", "geojson"),
    ],
)
def test_a_table_is_queued_as_a_document_that_cannot_be_passed_on(
    lead: Screen, text: str, topic: str, form: str
) -> None:
    lead.do(tables.offer, text, tapped=False)
    spec = {"kind": "export", "by": lead.person_id, "language": "en", "topic": topic, "form": form}
    assert documents(lead) == [{"parse_mode": "HTML", "protect_content": True, "paper": spec}]
    assert lead.duty.rows("SELECT kind, once_key FROM outbox WHERE method = 'sendDocument'") == [("answer", None)]
    assert audited(lead.duty) == [], "nothing left the mission yet"


def test_a_table_is_audited_once_however_often_it_is_tried(lead: Screen) -> None:
    draft = prepared(lead, "people", "csv")
    assert draft == Draft(
        PaperKind.EXPORT,
        "people-2019-06-08-1200",
        "Export: people. It holds personal data, so Telegram does not let it be passed on.",
        (str(lead.duty.path), "people", "csv"),
    )
    assert isinstance(draft, Draft)
    once = [(as_text(NOON), lead.person_id, {"topic": "people", "form": "csv"})]
    assert audited(lead.duty) == once
    lead.now = NOON + timedelta(minutes=61)
    again = prepared(lead, "people", "csv", draft)
    assert isinstance(again, Draft)
    assert again.name == "people-2019-06-08-1301"
    assert audited(lead.duty) == once


def test_people_come_as_a_sheet_of_text_and_as_a_workbook(duty: Duty, lead: Screen) -> None:
    duty.person("O1", team="Team 1", phone="+7 701", delegation="=1+1", language="ru")
    heard = as_text(NOON - timedelta(hours=12))
    head = [
        "reference", "name", "role", "team", "delegation", "phone", "language", "time_zone", "active", "enrolled",
        "last_heard_at",
    ]  # fmt: skip
    first = ["C1", "Person C1", "coordinator", "HQ", "", "", "en", "UTC", "1", "1", heard]
    second = ["O1", "Person O1", "observer", "Team 1", "'=1+1", "'+7 701", "ru", "UTC", "1", "1", heard]
    paper = built(lead, "people", "csv")
    assert (paper.name, paper.media_type, paper.field) == ("people-2019-06-08-1200.csv", "text/csv", "document")
    assert paper.content.startswith(b"\xef\xbb\xbfreference,name,")
    assert list(csv.reader(io.StringIO(paper.content.decode("utf-8-sig")))) == [head, first, second]
    paper = built(lead, "people", "xlsx")
    assert paper.name == "people-2019-06-08-1200.xlsx"
    assert paper.media_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = load_workbook(io.BytesIO(paper.content))
    assert book.sheetnames == ["people"]
    rows = [["" if cell is None else str(cell) for cell in row] for row in book["people"].iter_rows(values_only=True)]
    assert rows == [head, first, second]


def test_places_of_check_ins_come_as_features_in_the_order_of_saying(duty: Duty, lead: Screen) -> None:
    meeting = 0
    for number in (1, 2, 3):
        one = duty.person(f"Ы{number}", team="Team 1")
        meeting = meeting or duty.meeting("M1", NOON, ["Team 1"])
        duty.say(meeting, one, Presence.ARRIVED, NOON + timedelta(minutes=number))
    checkins.add_place(duty.db, 1, (51.1, 71.4, 12.0), 30, NOON)
    checkins.add_place(duty.db, 2, (-1.5, 36.8, None), None, NOON)
    paper = built(lead, "checkins", "geojson")
    assert (paper.name, paper.media_type) == ("checkins-2019-06-08-1200.geojson", "application/geo+json")
    about = {"meeting": "M1", "presence": Presence.ARRIVED.value}
    at = [as_text(NOON + timedelta(minutes=number)) for number in (1, 2)]
    assert json.loads(paper.content) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [71.4, 51.1]},
                "properties": {**about, "person": "Ы1", "said_at": at[0], "accuracy_m": 12.0},
            },
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [36.8, -1.5]},
                "properties": {**about, "person": "Ы2", "said_at": at[1], "accuracy_m": None},
            },
        ],
    }
    assert "Ы1".encode() in paper.content
    assert paper.content.count(b"\n") == 4, "a feature a line"
