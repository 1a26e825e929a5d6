"""The programme goes into calendars and workbooks and comes back: by the command line, as an office does it."""

import json
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]
from ical.calendar_stream import IcsCalendarStream
from openpyxl import load_workbook

from tests.e2e.conftest import Fieldpost
from tests.e2e.test_cli import HEADER, PROGRAMME, rows

DAY = "SELECT content FROM meeting_revision ORDER BY json_extract(content, '$.reference')"
REVISIONS = "SELECT * FROM meeting_revision"
ROSTER = (
    f"{HEADER}A1,Anna,coordinator,HQ,,en,\nO001,Boris,,Team 1,,en,\nO002,Vera,,Team 2,,en,\nO003,Galina,,Team 3,,en,\n"
)


def programme(tmp_path: Path) -> list[dict[str, object]]:
    """Everything that the programme says, by reference."""
    return [json.loads(str(content)) for (content,) in rows(tmp_path, DAY)]


def alter(tmp_path: Path, sql: str) -> None:
    db = sqlite3.connect(tmp_path / "f.sqlite")
    try:
        db.execute(sql)
        db.commit()
    finally:
        db.close()


def instants(moment: object) -> datetime:
    assert isinstance(moment, datetime)
    assert moment.tzinfo is not None
    return moment.astimezone(UTC)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """Somebody in every team of the programme."""
    file = tmp_path / "r.csv"
    file.write_text(ROSTER)
    return file


FOR_EVERYTHING = "INSERT OR IGNORE INTO participation (meeting_id, person_id) SELECT id, 1 FROM meeting"


@pytest.fixture
def of_everybody(fieldpost: Fieldpost, tmp_path: Path, roster: Path) -> Path:
    """A calendar with the whole programme: that of somebody whom every meeting is for."""
    assert fieldpost("import", "roster", roster).returncode == 0
    assert fieldpost("import", "programme", PROGRAMME).returncode == 0
    alter(tmp_path, FOR_EVERYTHING)
    assert fieldpost("export", "ics", "--out", tmp_path / "cal").returncode == 0
    return tmp_path / "cal" / "A1.ics"


def test_from_csv_xlsx_and_ics_comes_the_same_programme(
    fieldpost: Fieldpost, tmp_path: Path, roster: Path, of_everybody: Path
) -> None:
    from_csv = programme(tmp_path)
    assert len(from_csv) == 7
    assert fieldpost("export", "xlsx", tmp_path / "p.xlsx").returncode == 0
    for file in (tmp_path / "p.xlsx", of_everybody):
        for left in tmp_path.glob("f.sqlite*"):
            left.unlink()
        fieldpost("import", "roster", roster)
        assert "7 new, 0 changed" in fieldpost("import", "programme", file).stdout
        assert programme(tmp_path) == from_csv


def test_exported_and_imported_again_it_is_no_change(fieldpost: Fieldpost, tmp_path: Path, of_everybody: Path) -> None:
    before = rows(tmp_path, REVISIONS)
    assert fieldpost("export", "xlsx", tmp_path / "p.xlsx").returncode == 0
    for file in (of_everybody, tmp_path / "p.xlsx", PROGRAMME):
        done = fieldpost("import", "programme", file)
        assert done.stdout == "No change: 7 unchanged.\n", done.stderr
    assert rows(tmp_path, REVISIONS) == before


def test_cancelled_postponed_and_noted_meetings_are_no_change_either(
    fieldpost: Fieldpost, tmp_path: Path, of_everybody: Path
) -> None:
    file = tmp_path / "s.csv"
    lines = PROGRAMME.read_text(encoding="utf-8").splitlines()
    odd = {"M01": "cancelled,", "M02": "postponed,", "M03": 'planned,"Passports, please"'}
    told = [f"{line},{odd.get(line[:3], ',') if n else 'status,note'}" for n, line in enumerate(lines)]
    file.write_text("\n".join(told), encoding="utf-8")
    assert "0 new, 3 changed, 4 unchanged" in fieldpost("import", "programme", file).stdout
    alter(tmp_path, FOR_EVERYTHING)  # an import resolves anew whom each meeting is for
    fieldpost("export", "ics", "--out", tmp_path / "cal")
    fieldpost("export", "xlsx", tmp_path / "p.xlsx")
    events = {str(e["UID"])[:3]: e for e in icalendar.Calendar.from_ical(of_everybody.read_bytes()).walk("VEVENT")}
    assert [str(events[r]["STATUS"]) for r in ("M01", "M02", "M03")] == ["CANCELLED", "TENTATIVE", "CONFIRMED"]
    assert [events[reference]["SEQUENCE"] for reference in ("M01", "M02", "M04")] == [1, 1, 0]
    for again in (file, tmp_path / "p.xlsx", of_everybody):
        assert "No change" in fieldpost("import", "programme", again).stdout
    file.write_text("\n".join(lines), encoding="utf-8")  # of this no column tells
    assert fieldpost("import", "programme", file).stdout.endswith("they stay so: M01\n")


def test_three_libraries_read_the_calendar_and_see_the_same_moments(of_everybody: Path) -> None:
    data = of_everybody.read_bytes()
    first = {str(e["UID"]): instants(e.decoded("DTSTART")) for e in icalendar.Calendar.from_ical(data).walk("VEVENT")}
    strict = IcsCalendarStream.calendar_from_ics(data.decode())
    second = {str(event.uid): instants(event.dtstart) for event in strict.events}
    # vobject keeps a zone for good under the name that the first file gave it: none has had these names before.
    third_calendar = vobject.readOne(data.decode().replace("TZID:", "TZID:Its").replace("TZID=", "TZID=Its"))
    assert third_calendar.validate(raiseException=True)
    third = {e.uid.value: instants(e.dtstart.value) for e in third_calendar.vevent_list}
    assert first == second == third
    assert len(first) == 7
    assert first[next(uid for uid in first if uid.startswith("M06@"))] == datetime(2019, 6, 9, 3, 45, tzinfo=UTC)


def test_both_sides_of_the_change_of_kazakhstans_clocks_come_out_right(
    fieldpost: Fieldpost, tmp_path: Path, roster: Path
) -> None:
    fieldpost("import", "roster", roster)
    file = tmp_path / "p.csv"
    head = "reference,date,start,end,end_date,time_zone,host,participants\n"
    file.write_text(
        f"{head}K1,2024-02-29,09:00,10:00,,Asia/Almaty,Before,O001\nK2,2024-03-01,09:00,10:00,,Asia/Almaty,After,O001\n"
        "K3,2024-02-29,23:30+06:00,23:30+05:00,,Asia/Almaty,Twice,O001\n"
        "K4,2024-02-29,22:00,01:00,2024-03-01,Asia/Almaty,Through the night,O001\n"
    )
    assert "4 new" in fieldpost("import", "programme", file).stdout
    fieldpost("export", "ics", "--out", tmp_path / "cal")
    fieldpost("export", "xlsx", tmp_path / "p.xlsx")
    for again in (tmp_path / "cal" / "O001.ics", tmp_path / "p.xlsx"):
        assert fieldpost("import", "programme", again).stdout == "No change: 4 unchanged.\n"
    events = IcsCalendarStream.calendar_from_ics((tmp_path / "cal" / "O001.ics").read_text()).events
    moments = {str(event.uid)[:2]: (instants(event.dtstart), instants(event.dtend)) for event in events}
    assert moments["K1"][0] == datetime(2024, 2, 29, 3, tzinfo=UTC)
    assert moments["K2"][0] == datetime(2024, 3, 1, 4, tzinfo=UTC)
    assert moments["K3"] == (datetime(2024, 2, 29, 17, 30, tzinfo=UTC), datetime(2024, 2, 29, 18, 30, tzinfo=UTC))
    assert moments["K4"] == (datetime(2024, 2, 29, 16, tzinfo=UTC), datetime(2024, 2, 29, 20, tzinfo=UTC))


def test_a_subscribed_calendar_is_written_again_only_when_it_changes(
    fieldpost: Fieldpost, tmp_path: Path, of_everybody: Path
) -> None:
    folder = of_everybody.parent
    files = {path.name: path.stat().st_ino for path in folder.iterdir()}
    assert len(files) == len(rows(tmp_path, "SELECT id FROM person"))
    assert "0 calendars written" in fieldpost("export", "ics", "--out", folder).stdout
    assert {path.name: path.stat().st_ino for path in folder.iterdir()} == files
    moved = tmp_path / "moved.csv"
    moved.write_text(PROGRAMME.read_text(encoding="utf-8").replace("12:30,13:15", "12:45,13:15"), encoding="utf-8")
    fieldpost("import", "programme", moved)
    alter(tmp_path, "INSERT OR IGNORE INTO participation (meeting_id, person_id) SELECT id, 1 FROM meeting")
    told = fieldpost("export", "ics", "--out", folder).stdout
    again = {path.name: path.stat().st_ino for path in folder.iterdir()}
    assert {name for name in files if again[name] != files[name]} == {"A1.ics"}
    assert "1 calendars written, 3 unchanged" in told
    alter(tmp_path, "UPDATE person SET active = 0 WHERE id = 1")
    assert "1 removed" in fieldpost("export", "ics", "--out", folder).stdout
    assert not of_everybody.exists()


def test_who_has_no_meetings_yet_can_subscribe_already(fieldpost: Fieldpost, tmp_path: Path, roster: Path) -> None:
    fieldpost("import", "roster", roster)
    fieldpost("export", "ics", "--out", tmp_path / "cal")
    assert IcsCalendarStream.calendar_from_ics((tmp_path / "cal" / "O001.ics").read_text()).events == []


def test_a_workbook_is_not_written_over_unless_asked_for(fieldpost: Fieldpost, tmp_path: Path) -> None:
    fieldpost("import", "programme", PROGRAMME)
    file = tmp_path / "p.xlsx"
    file.write_bytes(b"somebody's work")
    assert fieldpost("export", "xlsx", file).returncode == 1
    assert file.read_bytes() == b"somebody's work"
    assert fieldpost("export", "xlsx", file, "--replace").returncode == 0
    assert load_workbook(file).active is not None
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_left_the_file_is_cancelled_when_asked_for_and_only_then(fieldpost: Fieldpost, tmp_path: Path) -> None:
    in_a_year = f"{date.today().year + 1}-06-08"  # noqa: DTZ011  any day that is not over yet
    file, head = tmp_path / "p.csv", "reference,date,start,host\n"
    file.write_text(f"{head}M1,{in_a_year},09:00,Host\nM2,{in_a_year},10:00,Other\n")
    fieldpost("import", "programme", file)
    file.write_text(f"{head}M1,{in_a_year},09:00,Host\n")
    state = "SELECT reference, cancelled_at IS NOT NULL FROM meeting ORDER BY 1"
    assert "unless you cancel them" in fieldpost("import", "programme", file).stdout
    assert rows(tmp_path, state) == [("M1", 0), ("M2", 0)]
    assert "1 meeting that left" in fieldpost("import", "programme", file, "--cancel-missing").stdout
    assert rows(tmp_path, state) == [("M1", 0), ("M2", 1)]
    assert "No change" in fieldpost("import", "programme", file, "--cancel-missing").stdout
