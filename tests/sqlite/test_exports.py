"""Exports: everything in them, nothing an office program would run, and no more memory for a million than for ten."""

import csv
import io
import json
import tracemalloc
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.button import Presence
from domain.mission import Mission
from services import tables
from services.tables import Form
from storage import checkins
from storage.exports import Topic
from tests.sqlite.duty import Duty

NOON = datetime(2019, 6, 8, 12, tzinfo=UTC)
FORMULA = '=HYPERLINK("http://x","y")\x07 😀'


@pytest.fixture
def duty(tmp_path: Path) -> Duty:
    duty = Duty(tmp_path, Mission("M", "UTC", ("en",), (time(20),)), NOON)
    one = duty.person("O1", team="Team", phone="+7 701 000 00 00")
    duty.db.execute("UPDATE person SET name = ?", (FORMULA,))
    number = duty.meeting("M1", NOON, ["Team"])
    duty.say(number, one, Presence.ARRIVED, NOON)
    checkins.add_place(duty.db, 1, (51.1, 71.4, 12.0), 30, NOON)
    return duty


def written(duty: Duty, topic: Topic, form: Form) -> bytes:
    file = io.BytesIO()
    tables.write(duty.db, topic, form, file)
    return file.getvalue()


@pytest.mark.parametrize("topic", list(Topic))
def test_every_table_has_its_rows_and_no_formula(duty: Duty, topic: Topic) -> None:
    table = list(csv.reader(io.StringIO(written(duty, topic, Form.CSV).decode("utf-8-sig"))))
    count = {Topic.LOGS: 0}.get(topic, 1)
    assert len(table) == 1 + count
    assert not any(cell.startswith(("=", "@", "\t")) for row in table for cell in row)
    sheet = load_workbook(io.BytesIO(written(duty, topic, Form.XLSX)), read_only=True).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [list(map(str, rows[0]))] == table[:1]
    assert len(rows) == 1 + count
    if topic is Topic.PEOPLE:
        assert rows[1][1] == '\'=HYPERLINK("http://x","y") 😀'


def test_places_of_check_ins_are_geojson(duty: Duty) -> None:
    told = json.loads(written(duty, Topic.CHECKINS, Form.GEOJSON))
    (feature,) = told["features"]
    assert (told["type"], feature["type"]) == ("FeatureCollection", "Feature"), "RFC 7946 knows no other spelling"
    assert feature["geometry"] == {"type": "Point", "coordinates": [71.4, 51.1]}
    assert feature["properties"]["person"] == "O1"
    with pytest.raises(ValueError, match="people"):
        written(duty, Topic.PEOPLE, Form.GEOJSON)


class Nowhere(io.RawIOBase):
    """A file that takes everything and keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, chunk: object) -> int:
        return len(chunk)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", [Form.CSV, Form.GEOJSON])
def test_many_rows_need_no_more_memory_than_few(duty: Duty, form: Form) -> None:
    peaks = []
    for more in (1_000, 50_000):
        duty.db.execute("BEGIN")
        duty.db.executemany(
            "INSERT INTO checkin (meeting_id, person_id, said_by, presence, said_at, processed_at, latitude, longitude)"
            " VALUES (1, 1, 1, 'a', '2019', '2019', 51.1, 71.4)",
            [() for _ in range(more)],
        )
        duty.db.execute("COMMIT")
        tracemalloc.start()
        tables.write(duty.db, Topic.CHECKINS, form, Nowhere())  # type: ignore[arg-type]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000
