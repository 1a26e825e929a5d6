"""The programme goes out as a workbook, is looked at in an office, and comes back as it was."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from domain.faults import Fault
from domain.meeting import Interlocutor, Meeting
from domain.programme import TOLD, ProgrammeRow, read_programme
from services.programme_sheets import COLUMNS, told_differently, write_programme
from services.sheets import read_table

DAY_FILE = Path(__file__).parents[2] / "demo/data/programme-2019-06-08.csv"
ZONES = ["Asia/Almaty", "Europe/Moscow", "Asia/Qyzylorda", "Europe/Berlin", "America/St_Johns", "UTC"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=40)


def imported(data: bytes) -> tuple[list[ProgrammeRow], list[Fault]]:
    table = read_table(data, "programme")
    return read_programme(table.header, table.rows, default_time_zone="Asia/Almaty", known_participants=None)[:2]


def meeting_of(row: ProgrammeRow, revision: int = 1) -> Meeting:
    told = {name: getattr(row, name) for name in ("reference", *TOLD)}
    return Meeting(meeting_id=7, revision=revision, **told)


def complete(rows: Sequence[ProgrammeRow]) -> list[ProgrammeRow]:
    """The same from a file with every column."""
    return [row.model_copy(update={"told": TOLD}) for row in rows]


def the_day() -> list[Meeting]:
    return [meeting_of(row) for row in imported(DAY_FILE.read_bytes())[0]]


@st.composite
def cells(draw: st.DrawFn) -> list[str]:
    coordinates = draw(st.booleans())
    row = {
        "reference": "",
        "date": draw(st.dates(date(1990, 1, 1), date(2100, 12, 31))).isoformat(),
        "start": f"{draw(st.times(max_value=time(12))):%H:%M}",
        "end": draw(st.sampled_from(["", "13:00", "23:59"])),
        "time_zone": draw(st.sampled_from(ZONES)),
        "kind": draw(TEXTS),
        "host": draw(TEXTS | st.sampled_from(["=1+1", "'=x", "#N/A", "007", "_x0041_", "@", "'"])),
        "city": draw(TEXTS),
        "venue": draw(TEXTS),
        "latitude": f"{draw(st.floats(-90, 90)):.15f}" if coordinates else "",
        "longitude": f"{draw(st.floats(-180, 180)):.7f}" if coordinates else "",
        "interlocutors": draw(st.text("Аb ,;.", max_size=40)),
        "participants": draw(TEXTS),
        "end_date": "",
        "status": draw(st.sampled_from(["", "planned", "cancelled", "Отложена"])),
        "note": draw(TEXTS),
    }
    return [row[name] for name in COLUMNS]


def rows_of(found: Sequence[Sequence[str]]) -> list[ProgrammeRow]:
    """The sound rows of a file with these cells."""
    numbered = [(n, [f"=M{n}" if n % 2 else f"М{n}", *row[1:]]) for n, row in enumerate(found, 2)]
    return read_programme(list(COLUMNS), numbered, default_time_zone="UTC", known_participants=None)[0]


def test_the_day_of_8_june_comes_back_as_the_csv_had_it() -> None:
    rows, faults = imported(write_programme(the_day()))
    assert (rows, faults) == (complete(imported(DAY_FILE.read_bytes())[0]), [])
    assert len(rows) == 7
    assert told_differently(the_day()) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.lists(cells(), min_size=1, max_size=5))
def test_whatever_a_file_said_an_export_says_again(found: list[list[str]]) -> None:
    rows = rows_of(found)
    assume(rows)
    meetings = [meeting_of(row) for row in rows]
    assert imported(write_programme(meetings)) == (rows, [])
    assert told_differently(meetings) == []


@settings(deadline=None)
@given(st.text(st.characters()), st.text(st.characters()))
def test_no_text_spoils_the_workbook(host: str, title: str) -> None:
    meeting = replace(the_day()[0], host=host, interlocutors=(Interlocutor(None, title),))
    table = read_table(write_programme([meeting]), "x")
    assert table.header == list(COLUMNS)
    assert [cells[0] for _, cells in table.rows][:1] == ["M01"]


def test_an_office_program_sees_text_in_every_cell_and_a_header_that_stays() -> None:
    meeting = replace(the_day()[0], host="=HYPERLINK(1)", kind="#REF!")
    page = load_workbook(io.BytesIO(write_programme([meeting]))).active
    assert page is not None
    assert page.freeze_panes == "A2"
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert "'=HYPERLINK(1)" in [cell.value for cell in page[2]]


def test_what_became_of_a_meeting_comes_back_too() -> None:
    first, second, third, *_ = the_day()
    odd = [replace(first, cancelled=True), replace(second, postponed=True), replace(third, note="Bring\npassports")]
    rows, faults = imported(write_programme(odd))
    assert (faults, [meeting_of(row) for row in rows], told_differently(odd)) == ([], odd, [])


@pytest.mark.parametrize(
    "starts_at",
    [
        datetime(2024, 2, 29, 18, 30, tzinfo=UTC),  # the hour that Almaty had twice, both of them
        datetime(2024, 2, 29, 17, 30, tzinfo=UTC),
        datetime(2019, 6, 8, 17, tzinfo=UTC),
    ],
)
def test_an_hour_that_comes_twice_and_an_end_past_midnight_come_back(starts_at: datetime) -> None:
    odd = replace(the_day()[1], starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    rows, faults = imported(write_programme([odd]))
    assert (faults, [meeting_of(row) for row in rows], told_differently([odd])) == ([], [odd], [])


def test_seconds_are_told_of_before() -> None:
    odd = replace(the_day()[1], starts_at=datetime(2019, 6, 8, 3, 0, 30, tzinfo=UTC))
    assert told_differently([the_day()[0], odd]) == ["M02"]
