"""Workbooks (XLSX): sheets of text and nothing but text, whatever it looks like.

openpyxl is imported where it is needed first: a bot that starts has better things to do with a seventh of a second.
"""

import io
import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from services.sheets import cell_safe

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS = 1_000_000
"""Rows of a sheet; a workbook's sheet has room for 1,048,576."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold (XML 1.0, production 2)."""


def clean(text: str, instead: str = "") -> str:
    """Without what a workbook cannot hold."""
    return _NOT_XML.sub(instead, text)


def write_table(title: str, widths: Iterable[int], lines: Iterable[Iterable[str]]) -> bytes:
    """A workbook of one sheet whose first line is the heading; every cell is text."""
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    for number, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    for place, line in enumerate(lines):
        page.append([_cell(page, text, bold=place == 0) for text in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def stream_rows(title: str, header: list[str], rows: Iterable[tuple[Any, ...]], file: BinaryIO) -> None:
    """Row by row into `file`, in bounded memory; numbers stay numbers. More than a sheet holds goes on in the next."""
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    page: Any = None
    for number, row in enumerate(rows):
        if number % SHEET_ROWS == 0:
            page = _next_sheet(book, title, header, number // SHEET_ROWS)
        page.append([cell_safe(clean(cell)) if isinstance(cell, str) else cell for cell in row])
    if page is None:
        _next_sheet(book, title, header, 0)
    book.save(file)


def _next_sheet(book: Any, title: str, header: list[str], number: int) -> Any:
    page = book.create_sheet(f"{title} {number + 1}" if number else title)
    page.freeze_panes = "A2"
    page.append(header)
    return page


def _cell(page: Any, text: str, *, bold: bool) -> Any:
    from openpyxl.cell.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    cell = WriteOnlyCell(page, cell_safe(clean(text)))
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell
