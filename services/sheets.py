"""Tables that people send: CSV as any office program writes it, and XLSX. Nothing here knows what a column means.

What decides is the file's content, never its name. A file that cannot be read without guessing is refused with faults
that say where. 25,000 rows of eight columns take two seconds, the widest XLSX ten times that: call it from a thread.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn
from xml.parsers import expat

from domain.faults import Fault, FaultCode, Findings, cell_name, shortened

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 25_000
"""Rows with something in them, below the header."""
MAX_COLUMNS = 200
LAST_ROW = 100_000
"""No row below this one is looked at, however empty the sheet is above it."""
MAX_UNPACKED = 100 * 1024 * 1024
"""Bytes of a workbook once unpacked."""
MAX_ENTRIES = 2_000
MAX_RATIO = 200
"""Unpacked to packed size of one part of a workbook; office programs reach 50. Small parts are let be."""
RATIO_MATTERS_FROM = 5 * 1024 * 1024
MAX_PART = 20 * 1024 * 1024
"""Bytes of an unpacked part that openpyxl holds in memory as a whole: styles, relations and the like."""
MAX_SHEETS = 50

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<svg")
_DELIMITERS = "\t;,"
_NOT_CP1251 = re.compile(r".{0,10}[^\x00-\x7f\w№«»—–…‘’“”„•\u00a0©°±·§].{0,10}")
_MIXED_LETTERS = re.compile(r"[a-z][а-яёіїєґў]|[а-яёіїєґў][a-z]", re.IGNORECASE)
_KOI8_WORD = re.compile(r"\b[а-яё][А-ЯЁ]{2,}\b")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_FAULTY_TYPES = {"f": FaultCode.FORMULA, "e": FaultCode.ERROR_CELL}
"""openpyxl's names for what a cell holds."""
_FORMULA_START = re.compile(r"'*[\s]*[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it that are not blank, each with the number that a spreadsheet shows.

    Rows may be shorter or longer than the header: what is missing is empty, what is over has no column.
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]


class SheetRefused(Exception):  # noqa: N818  named for what happened
    """The file cannot be read as one table. `faults`, one at least, say why and where; `code` is the first one's."""

    def __init__(self, code: FaultCode, detail: dict[str, str] | None = None, faults: Sequence[Fault] = ()) -> None:
        super().__init__(str(code))
        self.code = code
        self.detail = {} if detail is None else detail
        self.faults = tuple(faults) or (Fault(None, None, code, detail=self.detail),)


def read_table(data: bytes, filename: str) -> Table:
    """The one table in a file, every cell as text, or SheetRefused. `filename` only goes into the refusal's detail."""
    try:
        return _rows_to_table(_read_rows(data))
    except SheetRefused as refused:
        for fault in refused.faults:
            fault.detail.setdefault("file", shortened(filename))
        raise


def cell_safe(text: str) -> str:
    """`text` for a cell of an export, so that no office program takes it for a formula; plain numbers stay as they are.

    Undone by `cell_plain` for every text, so an export can be imported again.
    """
    return f"'{text}" if _FORMULA_START.match(text) and not _NUMBER.fullmatch(text) else text


def cell_plain(text: str) -> str:
    """`text` without the apostrophe that `cell_safe` puts."""
    return text[1:] if text.startswith("'") and _FORMULA_START.match(text) else text


def _refuse(code: FaultCode, value: str = "", *, row: int | None = None, **detail: str) -> NoReturn:
    raise SheetRefused(code, detail, [Fault(row, None, code, value, detail)])


def _read_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    if len(data) > MAX_BYTES:
        _refuse(FaultCode.FILE_TOO_LARGE, bytes=str(len(data)), limit=str(MAX_BYTES))
    if not data.strip():
        _refuse(FaultCode.EMPTY_FILE)
    if data.startswith(_OLE):
        _refuse_ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _workbook_rows(data)
    if kind := _other_kind(data):
        _refuse(FaultCode.NOT_A_TABLE, kind)
    return _csv_rows(_decoded(data))


def _rows_to_table(numbered: Iterable[tuple[int, list[str]]]) -> Table:
    header: list[str] | None = None
    rows: list[tuple[int, list[str]]] = []
    for number, cells in numbered:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            _refuse(FaultCode.TOO_MANY_COLUMNS, row=number, limit=str(MAX_COLUMNS))
        if header is None:
            header = [cell_plain(cell) for cell in cells]
        elif len(rows) == MAX_ROWS:
            _refuse(FaultCode.TOO_MANY_ROWS, row=number, limit=str(MAX_ROWS))
        else:
            rows.append((number, [cell_plain(cell) for cell in cells]))
    if header is None:
        _refuse(FaultCode.EMPTY_FILE)
    return Table(header, rows)


def _refuse_ole(data: bytes) -> NoReturn:
    """The old container: either an encrypted workbook or a file of Excel 97 and its kin."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        _refuse(FaultCode.PASSWORD_PROTECTED)
    _refuse(FaultCode.NOT_A_TABLE, "xls" if "Workbook".encode("utf-16-le") in data else "ole")


def _other_kind(data: bytes) -> str | None:
    """What gives itself away by how it begins; other binary files are found out by their NULs."""
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        return "html"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def _decoded(data: bytes) -> str:
    """The text, by its byte order mark, else as UTF-8, else as Windows-1251 if that makes words."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        elif b"\x00" in data:
            text = data.decode("utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be")
        else:
            text = _decoded_bytes(data)
    except UnicodeDecodeError:
        _refuse(FaultCode.BINARY_FILE)
    controls = len(_CONTROLS.findall(text))
    if "\x00" in text or (controls > 3 and controls * 50 > len(text)):
        _refuse(FaultCode.BINARY_FILE)
    return text


def _decoded_bytes(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if data.startswith(b"\xef\xbb\xbf"):
            raise
    text = data.decode("cp1251")
    if len(_CONTROLS.findall(text)) * 50 > len(text):
        _refuse(FaultCode.BINARY_FILE)
    if wrong := _not_cp1251(text):
        _refuse(FaultCode.UNKNOWN_ENCODING, wrong)
    return text


def _not_cp1251(text: str) -> str | None:
    """What shows that these bytes were not Windows-1251 but Western, KOI8-R or DOS: nearly all bytes decode as it."""
    if mixed := _MIXED_LETTERS.search(text):
        return text[max(0, mixed.start() - 10) : mixed.end() + 10]
    if inverted := _KOI8_WORD.findall(text):
        ordinary = len(re.findall(r"\b[А-ЯЁ][а-яё]{2,}\b", text))
        if len(inverted) > ordinary:
            return str(inverted[0])
    odd = _NOT_CP1251.search(text)
    return odd[0] if odd else None


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    text, delimiter = _delimiter(text)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            yield number, cells
    except csv.Error:
        _refuse(FaultCode.BROKEN_QUOTES, row=number + 1)


def _delimiter(text: str) -> tuple[str, str]:
    """The one that the first line uses most outside quotation marks; Excel's own `sep=;` line wins and is taken off."""
    if stated := re.match(r"sep=([,;\t])\r?\n", text):
        return text[stated.end() :], stated[1]
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return text, max(_DELIMITERS, key=bare.count) if any(d in bare for d in _DELIMITERS) else ","


@contextmanager
def _refusing_damage() -> Iterator[None]:
    """A damaged part makes zipfile, expat and openpyxl trip over whatever it may be; all of it means the same."""
    try:
        yield
    except (SheetRefused, MemoryError):  # too little memory says nothing about the file's soundness
        raise
    except Exception as error:
        raise SheetRefused(FaultCode.DAMAGED_FILE) from error


def _workbook_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - a seventh of a second that no start needs

    _inspect_archive(data)
    with (
        _refusing_damage(),
        closing(load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)) as workbook,
    ):
        yield from _sheet_rows(*_the_sheet(workbook))


def _inspect_archive(data: bytes) -> None:
    """Refuse what is no workbook, and what would fill the memory, before any part of it is parsed."""
    if data.count(b"PK\x01\x02") > MAX_ENTRIES * 5:
        _refuse(FaultCode.ARCHIVE_BOMB)
    with _refusing_damage(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        _inspect_entries(archive.infolist())
        _unpack_within_limit(archive)


def _inspect_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    names = {entry.filename for entry in entries}
    too_large = sum(entry.file_size for entry in entries) > MAX_UNPACKED or any(map(_swells, entries))
    if too_large or len(entries) > MAX_ENTRIES:
        _refuse(FaultCode.ARCHIVE_BOMB)
    if any(entry.flag_bits & 1 for entry in entries):
        _refuse(FaultCode.PASSWORD_PROTECTED)
    if "xl/workbook.xml" not in names:
        _refuse(FaultCode.NOT_A_TABLE, _archive_kind(names))
    if len(names) < len(entries) or any(e.compress_type not in {0, zipfile.ZIP_DEFLATED} for e in entries):
        _refuse(FaultCode.DAMAGED_FILE)


def _swells(entry: zipfile.ZipInfo) -> bool:
    streamed = entry.filename.startswith(("xl/worksheets/", "xl/sharedStrings", "xl/media/"))
    limit = MAX_RATIO * entry.compress_size if streamed else MAX_PART
    return entry.file_size > max(limit, RATIO_MATTERS_FROM)


def _archive_kind(names: set[str]) -> str:
    kinds = {"xl/workbook.bin": "xlsb", "word/document.xml": "docx", "mimetype": "ods"}
    return next((kind for name, kind in kinds.items() if name in names), "zip")


def _unpack_within_limit(archive: zipfile.ZipFile) -> None:
    """Unpack everything once, for the sizes that an archive states need not be true. No part may define entities."""
    total = 0
    for entry in archive.infolist():
        tail = b""
        with archive.open(entry) as part:
            while chunk := part.read(1 << 16):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    _refuse(FaultCode.ARCHIVE_BOMB)
                if not entry.filename.endswith(".svg") and b"<!DOCTYPE" in (tail + chunk).replace(b"\x00", b""):
                    _refuse(FaultCode.DAMAGED_FILE)
                tail = chunk[-20:]


@dataclass(slots=True)
class _Extent:
    """How far the cells with something in them reach, and what is merged: openpyxl's reading mode tells neither."""

    last_row: int = 0
    last_column: int = 0
    merged: list[str] = field(default_factory=list)
    _row: int = 0
    _column: int = 0
    _place: Callable[[str], tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        from openpyxl.utils.cell import coordinate_to_tuple  # noqa: PLC0415

        self._place = coordinate_to_tuple

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                row = int(float(attributes.get("r", self._row + 1)))
                if row <= self._row:
                    raise ValueError("openpyxl would leave out a row that is out of order")
                self._row, self._column = row, 0
            case "c":
                reference = attributes.get("r")
                self._column = self._place(reference)[1] if reference else self._column + 1
            case "v" | "is" | "f":
                self.last_row = max(self.last_row, self._row)
                self.last_column = max(self.last_column, self._column)
            case "mergeCell":
                self.merged.append(attributes.get("ref", ""))


def _the_sheet(workbook: Any) -> tuple[Any, _Extent]:
    """The only visible sheet with anything in it."""
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    # The path of a sheet's part is openpyxl's own affair, but only the part itself tells what is merged.
    paths = {sheet._worksheet_path for sheet in visible}
    if len(visible) > MAX_SHEETS or len(paths) < len(visible):
        _refuse(FaultCode.DAMAGED_FILE)
    filled = [(sheet, extent) for sheet in visible if (extent := _extent(workbook, sheet)).last_row]
    if not filled:
        _refuse(FaultCode.EMPTY_FILE)
    if len(filled) > 1:
        _refuse(FaultCode.SEVERAL_SHEETS, sheets=shortened(", ".join(sheet.title for sheet, _ in filled)))
    return filled[0]


def _extent(workbook: Any, sheet: Any) -> _Extent:
    extent = _Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    with workbook._archive.open(sheet._worksheet_path) as part:
        parser.ParseFile(part)
    return extent


def _sheet_rows(sheet: Any, extent: _Extent) -> Iterator[tuple[int, list[str]]]:
    from openpyxl.utils.cell import range_boundaries  # noqa: PLC0415

    if extent.last_row > LAST_ROW:
        _refuse(FaultCode.TOO_MANY_ROWS, row=extent.last_row, limit=str(MAX_ROWS))
    if extent.last_column > MAX_COLUMNS:
        _refuse(FaultCode.TOO_MANY_COLUMNS, limit=str(MAX_COLUMNS))
    findings = Findings()
    for cells in extent.merged:
        findings.add(range_boundaries(cells)[1], None, FaultCode.MERGED_CELLS, cells=cells)
    header: Sequence[str] = ()
    rows = sheet.iter_rows(min_row=1, max_row=extent.last_row, max_col=extent.last_column)
    for number, cells in enumerate(rows, 1):
        texts = [_cell_text(cell) for cell in cells]
        _look_for_faults(number, cells, header, findings)
        header = header or (tuple(texts) if any(text.strip() for text in texts) else ())
        yield number, texts
    if faults := findings.listed():
        raise SheetRefused(faults[0].code, faults[0].detail, faults)


def _look_for_faults(number: int, cells: Sequence[Any], header: Sequence[str], findings: Findings) -> None:
    for position, cell in enumerate(cells):
        if code := _FAULTY_TYPES.get(cell.data_type):
            name = header[position] if position < len(header) else None
            shown = getattr(cell.value, "text", None) or cell.value
            findings.add(number, name or None, code, str(shown), cell=cell_name(number, position))


def _cell_text(cell: Any) -> str:
    """What the cell says: dates and times in ISO, numbers as Excel would show them with all their figures."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime | date | time | timedelta):
        return _moment_text(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number_text(value, cell.number_format or "")
    return str(value)


def _number_text(value: float, number_format: str) -> str:
    if value == int(value):
        width = len(number_format) if re.fullmatch(r"0+", number_format) else 0
        return f"{int(value):0{width}d}"
    return f"{value:.15g}"


def _moment_text(value: datetime | date | time | timedelta) -> str:
    """ISO without what is zero: 2019-06-08, 09:30. Excel keeps fractions of a day, so the nearest second is meant."""
    if isinstance(value, timedelta):
        if not timedelta(0) <= value < timedelta(days=1):
            return str(value)
        value = (datetime.combine(date(2000, 1, 1), time()) + value).time()
    if isinstance(value, time):
        rounded = datetime.combine(date(2000, 1, 1), value) + timedelta(milliseconds=500)
        return rounded.strftime("%H:%M:%S" if rounded.second else "%H:%M")
    if not isinstance(value, datetime):
        return value.isoformat()
    value += timedelta(milliseconds=500)
    clock = _moment_text(value.time().replace(microsecond=0))
    return value.date().isoformat() if clock == "00:00" else f"{value.date().isoformat()}T{clock}"
