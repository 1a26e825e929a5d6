"""The programme as a workbook with the columns of a programme file, so that it can be imported again."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from domain.faults import LIST_SEPARATOR
from domain.meeting import Meeting
from domain.programme import TOLD, format_interlocutors, read_programme
from services.workbooks import clean, write_table

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


def write_programme(meetings: Sequence[Meeting]) -> bytes:
    """XLSX, every cell text.

    A row can say less than a meeting: what would not be read back the same, `told_differently` names.
    """
    lines = [COLUMNS.keys(), *(_texts(meeting) for meeting in meetings)]
    return write_table("Programme", COLUMNS.values(), [[clean(text, "\ufffd") for text in line] for line in lines])


def told_differently(meetings: Sequence[Meeting]) -> list[str]:
    """References of the meetings whose row in the workbook does not say all that is so of them.

    Those that start or end within a minute; those with texts that an import would refuse or tidy. Imported again, they
    would be changed or faulty.
    """
    rows, _, _ = read_programme(
        list(COLUMNS),
        [(number, [clean(text, "\ufffd") for text in _texts(m)]) for number, m in enumerate(meetings, 2)],
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
