"""Somebody at the desk sends a file; Fieldpost reads it or says what to do about it."""

import csv
import io
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from domain.faults import FaultCode
from services import sheets
from services.sheets import SheetRefused, Table, cell_plain, cell_safe, read_table

RUSSIAN = "код,имя\nO001,Анна Петрова\nO002,Пётр Ёлкин\n"
AS_TABLE = Table(["код", "имя"], [(2, ["O001", "Анна Петрова"]), (3, ["O002", "Пётр Ёлкин"])])


def refused(data: bytes) -> SheetRefused:
    with pytest.raises(SheetRefused) as caught:
        read_table(data, "list.csv")
    return caught.value


def saved(workbook: Workbook) -> bytes:
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def workbook_of(rows: Iterable[list[Any]]) -> Workbook:
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    return workbook


def repacked(data: bytes, **changed: bytes) -> bytes:
    """The workbook with its first sheet (`sheet`) or another part replaced; `extra` becomes a new part."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "workbook": "xl/workbook.xml", "extra": "xl/media/extra.bin"}
    parts = {names[key]: body for key, body in changed.items()}
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, parts.pop(entry.filename, old.read(entry)))
        for name, body in parts.items():
            new.writestr(name, body)
    return target.getvalue()


def sheet_xml(body: str, before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}">{body}</worksheet>'.encode()


class TestTextFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    def test_a_secretary_saves_the_list_from_any_program_and_it_reads_the_same(
        self, encoding: str, delimiter: str, line_end: str
    ) -> None:
        data = RUSSIAN.replace(",", delimiter).replace("\n", line_end).encode(encoding)
        assert read_table(data, "list.csv") == AS_TABLE

    def test_excel_says_which_delimiter_it_used_and_is_believed(self) -> None:
        assert read_table(b"sep=;\r\nreference;name, title\r\nO1;A\r\n", "a.csv").header == ["reference", "name, title"]

    def test_a_comma_inside_quotation_marks_does_not_mislead_about_the_delimiter(self) -> None:
        assert read_table(b'"a, b, c, d";name\n1;2\n', "a.csv").header == ["a, b, c, d", "name"]

    def test_a_list_of_one_column_is_a_table(self) -> None:
        assert read_table(b"reference\nO1\n", "a.csv") == Table(["reference"], [(2, ["O1"])])

    def test_blank_rows_are_left_out_and_the_others_keep_their_numbers(self) -> None:
        table = read_table(b'reference,name\n\n ,\nO1,"two\nlines"\n,,\nO2,B\n', "a.csv")
        assert table.rows == [(4, ["O1", "two\nlines"]), (6, ["O2", "B"])]

    def test_a_cell_without_a_column_is_not_lost_on_the_way(self) -> None:
        assert read_table(b"reference,name\nO1,A,stray\n", "a.csv").rows == [(2, ["O1", "A", "stray"])]

    def test_a_quotation_mark_that_never_closes_is_named_by_its_row(self) -> None:
        answer = refused(b'reference,name\nO1,A\nO2,"B\nO3,C\n')
        assert (answer.code, answer.faults[0].row) == (FaultCode.BROKEN_QUOTES, 3)

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("reference,name\nO1,José Núñez\n", "latin-1"),
            ("reference,name\nO1,François\n", "cp1252"),
            ("код,имя\nO1,Анна Петрова\nO2,Иван Сидоров\n", "koi8-r"),
            ("код,имя\nO1,Анна Петрова\nO2,Иван Сидоров\n", "cp866"),
        ],
    )
    def test_a_name_is_never_imported_in_the_wrong_letters(self, text: str, encoding: str) -> None:
        assert refused(text.encode(encoding)).code == FaultCode.UNKNOWN_ENCODING

    @settings(deadline=None)
    @given(
        st.lists(
            st.lists(
                st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20), min_size=3, max_size=3
            ),
            min_size=1,
            max_size=5,
        )
    )
    def test_what_fieldpost_exports_it_reads_back_cell_by_cell(self, rows: list[list[str]]) -> None:
        target = io.StringIO(newline="")
        writer = csv.writer(target)
        writer.writerow(["reference", "name", "note"])
        guarded = [[f"R{n}", *map(cell_safe, row[1:])] for n, row in enumerate(rows)]
        writer.writerows(guarded)
        try:
            table = read_table(target.getvalue().encode(), "export.csv")
        except SheetRefused as answer:
            if answer.code == FaultCode.BINARY_FILE:  # a file mostly of control characters is not text
                return
            raise
        for n, (_, cells) in enumerate(table.rows):
            wanted = [f"R{n}", *rows[n][1:]]
            assert cells == wanted[: len(cells)]
            assert not "".join(wanted[len(cells) :]).strip()


class TestWorkbooks:
    def test_a_coordinator_formats_dates_and_times_as_he_likes_and_they_arrive_as_iso(self) -> None:
        rows: list[list[Any]] = [
            ["reference", "date", "start", "end", "latitude", "number", "yes", "both", "long"],
            [
                "M01",
                date(2019, 6, 8),
                time(9, 30),
                timedelta(hours=10),
                51.128,
                7,
                True,
                datetime(2019, 6, 8, 9, 5),  # noqa: DTZ001  a spreadsheet knows no zones
                "x",
            ],
        ]
        table = read_table(saved(workbook_of(rows)), "p.xlsx")
        assert table.header == rows[0]
        assert table.rows == [
            (2, ["M01", "2019-06-08", "09:30", "10:00", "51.128", "7", "TRUE", "2019-06-08T09:05", "x"])
        ]

    def test_a_time_that_excel_keeps_as_a_fraction_of_the_day_is_rounded_to_what_it_shows(self) -> None:
        workbook = workbook_of([["start"], [0.39583333333], [17 / 24]])
        for cell in ("A2", "A3"):
            workbook.worksheets[0][cell].number_format = "h:mm"
        assert read_table(saved(workbook), "p.xlsx").rows == [(2, ["09:30"]), (3, ["17:00"])]

    def test_the_zeros_of_a_number_that_is_shown_with_them_are_kept(self) -> None:
        workbook = workbook_of([["reference"], [7]])
        workbook.worksheets[0]["A2"].number_format = "000"
        assert read_table(saved(workbook), "p.xlsx").rows == [(2, ["007"])]

    def test_rows_keep_the_numbers_that_the_sheet_shows(self) -> None:
        assert read_table(saved(workbook_of([["a"], [], ["x"], [None], ["y"]])), "p.xlsx").rows == [
            (3, ["x"]),
            (5, ["y"]),
        ]

    def test_every_formula_and_error_is_named_by_its_cell_and_column(self) -> None:
        rows = [["reference", "name"], ["O1", "=A2"], ["=1+1", "B"], ["O3", "#REF!"]]
        answer = refused(saved(workbook_of(rows)))
        assert [(f.code, f.row, f.column, f.detail["cell"]) for f in answer.faults] == [
            (FaultCode.FORMULA, 2, "name", "B2"),
            (FaultCode.FORMULA, 3, "reference", "A3"),
            (FaultCode.ERROR_CELL, 4, "name", "B4"),
        ]
        assert answer.code == FaultCode.FORMULA
        assert answer.faults[0].value == "=A2"

    def test_merged_cells_are_named_because_all_but_the_first_are_empty(self) -> None:
        workbook = workbook_of([["reference", "team"], ["O1", "Team 1"], ["O2", None]])
        workbook.worksheets[0].merge_cells("B2:B3")
        answer = refused(saved(workbook))
        assert (answer.code, answer.detail["cells"], answer.faults[0].row) == (FaultCode.MERGED_CELLS, "B2:B3", 2)

    def test_one_sheet_has_the_data_and_empty_or_hidden_ones_do_not_matter(self) -> None:
        workbook = workbook_of([])
        workbook.create_sheet("List").append(["reference"])
        hidden = workbook.create_sheet("Choices")
        hidden.append(["observer"])
        hidden.sheet_state = "hidden"
        assert read_table(saved(workbook), "p.xlsx").header == ["reference"]

    def test_nobody_guesses_which_of_two_filled_sheets_is_meant(self) -> None:
        workbook = workbook_of([["reference"]])
        workbook.create_sheet("Old list").append(["reference"])
        answer = refused(saved(workbook))
        assert (answer.code, answer.detail["sheets"]) == (FaultCode.SEVERAL_SHEETS, "Sheet, Old list")

    def test_a_stray_style_far_away_is_not_data(self) -> None:
        workbook = workbook_of([["reference"], ["O1"]])
        workbook.worksheets[0]["XFD90000"].number_format = "000"
        assert read_table(saved(workbook), "p.xlsx").rows == [(2, ["O1"])]

    @pytest.mark.parametrize(
        ("cell", "code"), [("A200001", FaultCode.TOO_MANY_ROWS), ("GS1", FaultCode.TOO_MANY_COLUMNS)]
    )
    def test_a_value_far_away_is_named_and_not_walked_to(self, cell: str, code: FaultCode) -> None:
        workbook = workbook_of([["reference"], ["O1"]])
        workbook.worksheets[0][cell] = "x"
        assert refused(saved(workbook)).code == code

    def test_a_workbook_whose_rows_are_out_of_order_is_not_read_in_part(self) -> None:
        rows = '<sheetData><row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row></sheetData>'
        assert refused(repacked(saved(workbook_of([])), sheet=sheet_xml(rows))).code == FaultCode.DAMAGED_FILE


class TestFilesThatAreRefused:
    @pytest.mark.parametrize("data", [b"", b" \r\n\r\n", b",,\n", b"\xef\xbb\xbf\n"])
    def test_an_empty_file(self, data: bytes) -> None:
        assert refused(data).code == FaultCode.EMPTY_FILE

    def test_an_empty_workbook(self) -> None:
        assert refused(saved(Workbook())).code == FaultCode.EMPTY_FILE

    def test_the_name_of_the_file_is_told_with_the_refusal(self) -> None:
        assert refused(b"").detail["file"] == "list.csv"

    def test_a_file_that_is_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "MAX_BYTES", 10)
        assert refused(b"reference,name").code == FaultCode.FILE_TOO_LARGE

    def test_as_many_rows_as_allowed_and_then_one_more(self) -> None:
        data = b"reference\n" + b"O1\n" * sheets.MAX_ROWS
        assert len(read_table(data, "a.csv").rows) == sheets.MAX_ROWS
        assert refused(data + b"O1\n").code == FaultCode.TOO_MANY_ROWS

    def test_as_many_columns_as_allowed_and_then_one_more(self) -> None:
        header = ["c"] * sheets.MAX_COLUMNS
        assert len(read_table(",".join(header).encode(), "a.csv").header) == sheets.MAX_COLUMNS
        assert refused(",".join([*header, "c"]).encode()).code == FaultCode.TOO_MANY_COLUMNS

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "image"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
            (b"GIF89a\x01\x00", "image"),
            (b"{\\rtf1 text}", "rtf"),
            (b"\r\n<HTML><table><tr><td>reference</td></tr></table>", "html"),
            (sheets._OLE + b"\x00" * 100 + "Workbook".encode("utf-16-le"), "xls"),
        ],
    )
    def test_something_else_under_the_name_of_a_table_is_called_what_it_is(self, data: bytes, kind: str) -> None:
        answer = refused(data)
        assert (answer.code, answer.faults[0].value) == (FaultCode.NOT_A_TABLE, kind)

    @pytest.mark.parametrize(
        ("part", "kind"),
        [("word/document.xml", "docx"), ("mimetype", "ods"), ("xl/workbook.bin", "xlsb"), ("a", "zip")],
    )
    def test_another_kind_of_archive_is_called_what_it_is(self, part: str, kind: str) -> None:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr(part, "x")
        assert refused(target.getvalue()).faults[0].value == kind

    def test_a_workbook_with_a_password(self) -> None:
        data = sheets._OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
        assert refused(data).code == FaultCode.PASSWORD_PROTECTED

    @pytest.mark.parametrize(
        "data", [bytes(range(256)) * 20, b"\x00\x01" * 40 + b"\xd8\x00", b"name\n" + b"\x01\x02" * 9]
    )
    def test_a_binary_file(self, data: bytes) -> None:
        assert refused(data).code == FaultCode.BINARY_FILE

    def test_a_workbook_cut_short_by_a_bad_line(self) -> None:
        data = saved(workbook_of([["reference"], ["O1"]]))
        for length in range(4, len(data), 97):
            assert refused(data[:length]).code == FaultCode.DAMAGED_FILE

    def test_a_workbook_with_broken_parts(self) -> None:
        data = saved(workbook_of([["reference"]]))
        for changed in ({"sheet": b"<worksheet"}, {"workbook": b"nonsense"}, {"sheet": sheet_xml('<row r="x"/>')}):
            assert refused(repacked(data, **changed)).code == FaultCode.DAMAGED_FILE

    def test_a_workbook_that_defines_entities_is_not_parsed(self) -> None:
        bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]>'
        data = repacked(saved(workbook_of([["a"]])), sheet=sheet_xml("<sheetData/>", before=bomb))
        assert refused(data).code == FaultCode.DAMAGED_FILE

    def test_an_archive_that_unpacks_to_far_more_than_it_weighs(self) -> None:
        data = repacked(saved(workbook_of([["a"]])), extra=bytes(20 * 1024 * 1024))
        assert len(data) < 100_000
        assert refused(data).code == FaultCode.ARCHIVE_BOMB

    def test_an_archive_that_is_too_large_in_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "MAX_UNPACKED", 1000)
        assert refused(saved(workbook_of([["a"]]))).code == FaultCode.ARCHIVE_BOMB

    def test_a_part_that_would_be_held_in_memory_whole_is_small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "MAX_PART", 1000)
        monkeypatch.setattr(sheets, "RATIO_MATTERS_FROM", 1000)
        assert refused(repacked(saved(workbook_of([["a"]])), workbook=b" " * 1001)).code == FaultCode.ARCHIVE_BOMB

    def test_an_archive_of_too_many_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "MAX_ENTRIES", 3)
        assert refused(saved(workbook_of([["a"]]))).code == FaultCode.ARCHIVE_BOMB

    def test_an_archive_that_lies_about_its_sizes_is_not_believed(self) -> None:
        data = bytearray(repacked(saved(workbook_of([["a"]])), extra=b"x" * 1000))
        for at in range(len(data) - 4):
            if data[at : at + 4] == (1000).to_bytes(4, "little"):
                data[at : at + 4] = (10).to_bytes(4, "little")
        assert refused(bytes(data)).code == FaultCode.DAMAGED_FILE

    @settings(deadline=None)
    @given(st.binary(max_size=300))
    def test_whatever_is_sent_is_read_or_refused_and_nothing_else(self, data: bytes) -> None:
        with suppress(SheetRefused):
            assert read_table(data, "x").header


class TestExports:
    @pytest.mark.parametrize(
        "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", "  =1", "＝1", "-"]
    )
    def test_what_an_observer_wrote_never_becomes_a_formula_at_the_desk(self, text: str) -> None:
        assert cell_safe(text) == f"'{text}"

    @pytest.mark.parametrize("text", ["", "Анна", "-5", "+7", "-0.25", "1,5", "a=b", "O'Brien", "'quoted'"])
    def test_ordinary_words_and_numbers_are_left_alone(self, text: str) -> None:
        assert cell_safe(text) == text

    @settings(deadline=None)
    @given(st.text() | st.text("'=+-@\t 1.a"))
    def test_the_guard_comes_off_as_it_went_on(self, text: str) -> None:
        assert cell_plain(cell_safe(text)) == text
