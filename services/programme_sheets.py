"""The programme as a workbook with the columns of a programme file, so that it can be imported again."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from domain.faults import LIST_SEPARATOR
from domain.meeting import Meeting
from domain.programme import TOLD, format_interlocutors, read_programme
from services.sheets import cell_safe

COLUMNS = {
    "reference": 10,
    "date": 11,
    "start": 7,
    "end": 7,
    "end_date": 11,
    "time_zone": 16,
    "kind": 20,
    "host": 50,
    "city": 16,
    "venue": 30,
    "latitude": 10,
    "longitude": 10,
    "interlocutors": 50,
    "participants": 20,
    "status": 10,
    "note": 30,
}
"""As `domain/programme.py` reads them, and how wide they are, in digits."""
DECIMALS = 15
"""Of degrees that an import reads."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no workbook can hold, not even escaped; one of these would spoil the whole file."""


def write_programme(meetings: Sequence[Meeting]) -> bytes:
    """XLSX, every cell text.

    A row can say less than a meeting: what would not be read back the same, `told_differently` names.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet("Programme")
    page.freeze_panes = "A2"
    for number, width in enumerate(COLUMNS.values(), 1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.append([_cell(page, name, bold=True) for name in COLUMNS])
    for meeting in meetings:
        page.append([_cell(page, text) for text in _texts(meeting)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def told_differently(meetings: Sequence[Meeting]) -> list[str]:
    """References of the meetings whose row in the workbook does not say all that is so of them.

    Those that start or end within a minute; those with texts that an import would refuse or tidy. Imported again, they
    would be changed or faulty.
    """
    rows, _, _ = read_programme(
        list(COLUMNS),
        [(number, [_NOT_XML.sub("\ufffd", text) for text in _texts(m)]) for number, m in enumerate(meetings, 2)],
        default_time_zone="UTC",
        known_participants=None,
    )
    read = {row.reference: [getattr(row, name) for name in sorted(TOLD)] for row in rows}
    return [m.reference for m in meetings if read.get(m.reference) != [getattr(m, name) for name in sorted(TOLD)]]


def degrees(value: float | None) -> str:
    """Without an exponent and with as many decimals as it has: what was imported comes back as it was."""
    if value is None:
        return ""
    text = format(Decimal(repr(value)), "f")
    return text if len(text.partition(".")[2]) <= DECIMALS else f"{value:.{DECIMALS}f}"


def _texts(meeting: Meeting) -> list[str]:
    starts = meeting.starts_at.astimezone(meeting.zone)
    ends = meeting.ends_at.astimezone(meeting.zone) if meeting.ends_at else None
    cells = {
        "reference": meeting.reference,
        "date": f"{starts:%Y-%m-%d}",
        "start": _clock(starts),
        "end": _clock(ends) if ends else "",
        "end_date": f"{ends:%Y-%m-%d}" if ends and ends.date() != starts.date() else "",
        "time_zone": meeting.time_zone,
        "kind": meeting.kind,
        "host": meeting.host,
        "city": meeting.city,
        "venue": meeting.venue,
        "latitude": degrees(meeting.latitude),
        "longitude": degrees(meeting.longitude),
        "interlocutors": format_interlocutors(meeting.interlocutors),
        "participants": f"{LIST_SEPARATOR} ".join(meeting.participants),
        "status": _status(meeting),
        "note": meeting.note,
    }
    return [cells[name] for name in COLUMNS]


def _clock(local: datetime) -> str:
    """With its offset where the clocks show it twice."""
    ends = "" if local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset() else f"{local:%z}"
    return f"{local:%H:%M}{ends[:3]}:{ends[3:5]}" if ends else f"{local:%H:%M}"


def _status(meeting: Meeting) -> str:
    if meeting.cancelled:
        return "cancelled"
    return "postponed" if meeting.postponed else "planned"


def _cell(page: Any, text: str, *, bold: bool = False) -> Cell:
    """Text and nothing but text, whatever it looks like."""
    cell = WriteOnlyCell(page, cell_safe(_NOT_XML.sub("\ufffd", text)))
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell
