"""A file of the programme, whatever its form: a table or a calendar. What decides is what is in it."""

from collections.abc import Container

from pydantic import TypeAdapter

from domain.faults import Fault, word_key
from domain.programme import SPELLINGS, read_programme
from domain.programme_import import ProgrammeFile
from domain.roster import SPELLINGS as ROSTER_SPELLINGS
from services.sheets import Table, read_table

_CALENDAR = b"BEGIN:VCALENDAR"
_ENDINGS = (".ics", ".ical", ".icalendar")


_FILE = TypeAdapter(ProgrammeFile)


def encode_file(file: ProgrammeFile) -> bytes:
    """What was read, as JSON for `decode_file`."""
    return _FILE.dump_json(file)


def decode_file(content: str | bytes) -> ProgrammeFile:
    """What `encode_file` wrote."""
    return _FILE.validate_json(content)


def is_calendar(data: bytes, name: str) -> bool:
    """It begins as one; or is called so, and then its faults are those of a calendar."""
    beginning = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().upper()
    return beginning.startswith(_CALENDAR) or name.casefold().endswith(_ENDINGS)


def is_programme(table: Table) -> bool:
    """Whether a table is the programme and not the roster: whose columns it has more of."""
    header = {word_key(cell) for cell in table.header}
    ours, others = (
        sum(any(word_key(name) in header for name in names) for names in spellings.values())
        for spellings in (SPELLINGS, ROSTER_SPELLINGS)
    )
    return ours > others


def read_meetings(
    data: bytes, name: str, *, default_time_zone: str, known_participants: Container[str] | None
) -> tuple[ProgrammeFile, list[Fault]]:
    """The meetings in the file and everything that is wrong; with any fault nothing should be imported.

    Raises SheetRefused for a table that cannot be read at all.
    """
    if is_calendar(data, name):
        return read_calendar_file(data, default_time_zone=default_time_zone, known_participants=known_participants)
    return table_of_meetings(
        read_table(data, name), default_time_zone=default_time_zone, known_participants=known_participants
    )


def read_calendar_file(
    data: bytes, *, default_time_zone: str, known_participants: Container[str] | None
) -> tuple[ProgrammeFile, list[Fault]]:
    """The same for a calendar."""
    from services.calendars import read_calendar  # noqa: PLC0415  a sixth of a second that no table needs

    rows, faults, cancelled = read_calendar(
        data, default_time_zone=default_time_zone, known_participants=known_participants
    )
    return ProgrammeFile(tuple(rows), tuple(cancelled)), faults


def table_of_meetings(
    table: Table, *, default_time_zone: str, known_participants: Container[str] | None
) -> tuple[ProgrammeFile, list[Fault]]:
    """The same for a table."""
    rows, faults, _ = read_programme(
        table.header, table.rows, default_time_zone=default_time_zone, known_participants=known_participants
    )
    return ProgrammeFile(tuple(rows)), faults
