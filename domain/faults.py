"""What is wrong with a file that somebody sent, and how a table is read so that all of it is found in one go.

A fault is a code and where it stands; the sentence for people is made in texts/.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Literal
from zoneinfo import available_timezones

MAX_FAULTS = 200
"""Faults listed at most; the last place then says how many more there are."""
VALUE_SHOWN = 60
"""Characters of a faulty value that a fault repeats."""
HEADER_ROW = 1
LIST_SEPARATOR = ";"

ExtraColumns = Literal["refuse", "keep"]

_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
"""Direction controls and characters of no width: they make equal names differ and lines read backwards."""
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NOT_ZONES = frozenset({"localtime", "Factory", "posixrules"})


class FaultCode(StrEnum):
    """Every fault of an imported file. `value` is what stood there; keys in braces are those of `detail`.

    The file as a whole (from services/sheets.py; row and column only where noted):
        empty_file          Nothing in it, or no sheet with anything in it.
        file_too_large      Larger than allowed {bytes, limit}.
        too_many_rows       More rows than allowed {limit}.
        too_many_columns    More columns than allowed {limit}.
        not_a_table         Something else than CSV or XLSX; value: pdf, image, xls, ods, docx, zip, html, …
        password_protected  The workbook is encrypted; take the password off and send it again.
        damaged_file        Says it is a workbook and cannot be read as one.
        archive_bomb        Unpacks to far more than it should; refused before unpacking.
        binary_file         Not text.
        unknown_encoding    Text in neither UTF-8, UTF-16 nor Windows-1251; value: a word that came
                            out wrong. Save as UTF-8.
        broken_quotes       A quotation mark in the CSV that does not close, or a cell beyond all measure (row).
        several_sheets      More than one visible sheet has data {sheets}; keep one.
        formula             A cell holds a formula (row, column) {cell}; paste values instead.
        error_cell          A cell holds a spreadsheet error such as #REF! (row, column) {cell}.
        merged_cells        Cells are merged (row) {cells: "B2:B4"}; unmerge and fill each.

    A calendar (from services/calendars.py; row and column are the event's number, {event} as well, and a property):
        not_a_calendar      Does not begin as a calendar does.
        broken_calendar     What begins does not end, ends without a beginning, or is a line without a value {line: its
                            number once unfolded}; often a file that was cut off.
        too_many_events     {limit}.
        no_events           A calendar without events.
        all_day_event       It has a day and no hour.
        recurring_event     It repeats, or is one repetition; a programme has each meeting once.
        floating_time       A time of no zone, in a calendar that names none.
        bad_moment          Not a moment (or a duration) as RFC 5545 writes it, or no such moment.
        repeated_property   Stands there twice and may stand there once.

    The table:
        no_rows             A header and nothing below it.
        missing_column      A required column is not there; column: its name {known_as: spellings understood}.
        duplicate_column    Two columns mean the same; column: the second {cells: "B1, D1", first: the
                            first as spelt}.
        unknown_column      A column that this file should not have {did_you_mean: perhaps}.
        cell_without_column A value to the right of, or between, the named columns (row) {cell}; often a comma
                            that should have been in quotation marks.
        more_faults         Not a fault: so many more were found than are listed {count}.

    A cell (row and column always):
        missing_value          Must not be empty.
        control_characters     Line breaks or control characters inside.
        text_too_long          {limit, length}.
        bad_reference          Not 1 to 32 printable characters without spaces and semicolons.
        separator_in_name      A team's name has a semicolon, which separates names in lists.
        duplicate_reference    The reference is used twice {first_row}.
        duplicate_person       Same name, team and delegation as in another row {first_row}.
        unknown_role           {known: the roles}.
        unknown_language       Not one of the mission's languages {known}.
        unknown_zone           Not an IANA time zone such as Asia/Almaty.
        bad_date               Neither 2019-06-08 nor 08.06.2019, or no such day.
        year_out_of_range      {first, last}.
        bad_time               Neither 09:30, 9:30 nor 09.30.
        nonexistent_time       The clocks skip this time in that place that night {time_zone, date}.
        ambiguous_time         The clocks show this time twice in that place that night {time_zone, date}.
        end_before_start       The end is not later than the start of the same day {start}.
        bad_coordinate         Not a decimal number of degrees.
        coordinate_out_of_range  {limit: 90 or 180}.
        incomplete_coordinates One of latitude and longitude without the other; column: the empty one.
        unknown_status         {known: how a meeting may stand}.
        unknown_participant    Neither a team nor a person's reference; value: the one.
        leader_without_team    A team leader of no team.
        unknown_team           A coordinator's scope names a team that no row belongs to; value: the one.
        scope_without_role     A scope for somebody who is no coordinator.
        area_differs           The team's area of responsibility is told differently in another row {first_row, first}.
        bad_phone              Not a telephone number of 5 to 20 digits.

    A meeting as it would stand in the programme (value: its reference):
        implausible_date       Long ago, or more than five years ahead.
        never_ending           Lasts more than a day.
        ends_early             Would end before it starts: the file tells only one of the two.
        too_many_participants  More than a meeting can have.
        too_much_text          A text or a list is longer than the programme takes.
    """

    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NOT_A_TABLE = "not_a_table"
    PASSWORD_PROTECTED = "password_protected"  # noqa: S105  a code, not a secret
    DAMAGED_FILE = "damaged_file"
    ARCHIVE_BOMB = "archive_bomb"
    BINARY_FILE = "binary_file"
    UNKNOWN_ENCODING = "unknown_encoding"
    BROKEN_QUOTES = "broken_quotes"
    SEVERAL_SHEETS = "several_sheets"
    FORMULA = "formula"
    ERROR_CELL = "error_cell"
    MERGED_CELLS = "merged_cells"

    NOT_A_CALENDAR = "not_a_calendar"
    BROKEN_CALENDAR = "broken_calendar"
    TOO_MANY_EVENTS = "too_many_events"
    NO_EVENTS = "no_events"
    ALL_DAY_EVENT = "all_day_event"
    RECURRING_EVENT = "recurring_event"
    FLOATING_TIME = "floating_time"
    BAD_MOMENT = "bad_moment"
    REPEATED_PROPERTY = "repeated_property"

    NO_ROWS = "no_rows"
    MISSING_COLUMN = "missing_column"
    DUPLICATE_COLUMN = "duplicate_column"
    UNKNOWN_COLUMN = "unknown_column"
    CELL_WITHOUT_COLUMN = "cell_without_column"
    MORE_FAULTS = "more_faults"

    MISSING_VALUE = "missing_value"
    CONTROL_CHARACTERS = "control_characters"
    TEXT_TOO_LONG = "text_too_long"
    BAD_REFERENCE = "bad_reference"
    SEPARATOR_IN_NAME = "separator_in_name"
    DUPLICATE_REFERENCE = "duplicate_reference"
    DUPLICATE_PERSON = "duplicate_person"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_ZONE = "unknown_zone"
    BAD_DATE = "bad_date"
    YEAR_OUT_OF_RANGE = "year_out_of_range"
    BAD_TIME = "bad_time"
    NONEXISTENT_TIME = "nonexistent_time"
    AMBIGUOUS_TIME = "ambiguous_time"
    END_BEFORE_START = "end_before_start"
    BAD_COORDINATE = "bad_coordinate"
    COORDINATE_OUT_OF_RANGE = "coordinate_out_of_range"
    INCOMPLETE_COORDINATES = "incomplete_coordinates"
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_PARTICIPANT = "unknown_participant"
    LEADER_WITHOUT_TEAM = "leader_without_team"
    UNKNOWN_TEAM = "unknown_team"
    SCOPE_WITHOUT_ROLE = "scope_without_role"
    AREA_DIFFERS = "area_differs"
    BAD_PHONE = "bad_phone"

    IMPLAUSIBLE_DATE = "implausible_date"
    NEVER_ENDING = "never_ending"
    ENDS_EARLY = "ends_early"
    TOO_MANY_PARTICIPANTS = "too_many_participants"
    TOO_MUCH_TEXT = "too_much_text"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place. `row` is as a spreadsheet numbers it, `column` the header as the file spells it.

    `column` and `value` are on one line, without invisible characters and at most VALUE_SHOWN long, but not escaped.
    """

    row: int | None
    column: str | None
    code: FaultCode
    value: str = ""
    detail: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", shortened(self.value))
        if self.column is not None:
            object.__setattr__(self, "column", shortened(self.column))


class Findings:
    """Collects faults in the order of the file; keeps the first MAX_FAULTS and counts the rest."""

    def __init__(self) -> None:
        self._kept: list[Fault] = []
        self._count = 0

    def add(self, row: int | None, column: str | None, code: FaultCode, value: str = "", **detail: str) -> None:
        """One more."""
        self._count += 1
        if len(self._kept) < MAX_FAULTS:
            self._kept.append(Fault(row, column, code, value, detail))

    def listed(self) -> list[Fault]:
        """At most MAX_FAULTS; the last one is MORE_FAULTS when there are more."""
        if self._count <= MAX_FAULTS:
            return list(self._kept)
        kept = self._kept[: MAX_FAULTS - 1]
        return [*kept, Fault(None, None, FaultCode.MORE_FAULTS, detail={"count": str(self._count - len(kept))})]


def tidy(text: str) -> str:
    """NFC, on one line, single spaces, nothing invisible. Tidying twice changes nothing."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def shortened(text: str) -> str:
    """The beginning of `text`, fit to be quoted on one line."""
    line = "".join(" " if unicodedata.category(c) in _UNPRINTABLE else c for c in tidy(text[: VALUE_SHOWN * 4]))
    return line if len(line) <= VALUE_SHOWN else line[: VALUE_SHOWN - 1] + "…"


def has_controls(text: str) -> bool:
    """Line breaks, tabs or other control characters anywhere but at the ends."""
    return not text.isprintable() and any(unicodedata.category(c) in _UNPRINTABLE for c in text.strip())


def word_key(text: str) -> str:
    """How headers and roles are compared: case, dots, dashes, underscores and ё do not matter."""
    plain = tidy(text).casefold().replace("ё", "е").replace(".", "")
    return " ".join(re.sub(r"[_\-*:]+", " ", plain).split())


def cell_name(row: int, position: int) -> str:
    """A cell as a spreadsheet calls it; `position` counts columns from 0."""
    letters, rest = "", position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row}"


@cache
def _zones() -> Container[str]:
    return frozenset(available_timezones()) - _NOT_ZONES


def is_zone(key: str) -> bool:
    """An IANA key exactly as the database spells it; what zoneinfo would open beyond that (paths, localtime) is not."""
    return key in _zones()


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a file keeps what, counted from 0. `extras` are the columns kept aside, by header; refused ones are not."""

    spelt: tuple[str, ...]
    places: Mapping[str, int]
    extras: Mapping[str, int]


def match_columns(
    header: Sequence[str],
    spellings: Mapping[str, Sequence[str]],
    required: Iterable[str],
    extra_columns: ExtraColumns,
    findings: Findings,
) -> Columns:
    """Find each field's column by any of its spellings, and say what is missing, double or unknown."""
    fields = {word_key(name): name_of for name_of, names in spellings.items() for name in names}
    spelt = tuple(tidy(cell) for cell in header)
    taken: dict[str, int] = {}
    extras: dict[str, int] = {}
    for position, name in enumerate(spelt):
        if not name:
            continue
        meaning = fields.get(word_key(name), f"extra {word_key(name)}")
        if meaning in taken:
            cells = f"{cell_name(HEADER_ROW, taken[meaning])}, {cell_name(HEADER_ROW, position)}"
            code = FaultCode.DUPLICATE_COLUMN
            findings.add(HEADER_ROW, name, code, name, cells=cells, first=spelt[taken[meaning]])
            continue
        taken[meaning] = position
        if meaning not in spellings:
            extras[name] = position
    if extra_columns == "refuse":
        for name in extras:
            near = get_close_matches(word_key(name), fields, n=1, cutoff=0.75)
            hint = {"did_you_mean": near[0]} if near else {}
            findings.add(HEADER_ROW, name, FaultCode.UNKNOWN_COLUMN, name, **hint)
        extras = {}
    for wanted in required:
        if wanted not in taken:
            findings.add(HEADER_ROW, wanted, FaultCode.MISSING_COLUMN, known_as=", ".join(spellings[wanted]))
    return Columns(spelt, {f: p for f, p in taken.items() if f in spellings}, extras)


class Row:
    """One row under examination. What is asked of a faulty cell comes back empty, and `sound` turns false."""

    def __init__(self, number: int, cells: Sequence[str], columns: Columns, findings: Findings) -> None:
        self.number = number
        self.sound = True
        self._cells = cells
        self._columns = columns
        self._findings = findings
        self._look_for_strays()

    def fault(self, name: str, code: FaultCode, value: str = "", **detail: str) -> None:
        """Something is wrong with this field (or extra column) here."""
        self.sound = False
        position = self._columns.places.get(name)
        column = name if position is None else self._columns.spelt[position]
        self._findings.add(self.number, column, code, value, **detail)

    def raw(self, name: str) -> str:
        """The field's cell untouched; empty when the file has no such column or the row ends before it."""
        return self._at(self._columns.places.get(name))

    def text(self, name: str, limit: int) -> str:
        """The field tidied; a fault when it is longer than `limit` or has control characters."""
        return self._checked(name, self.raw(name), limit)

    def required(self, name: str, limit: int) -> str:
        """As `text`, and a fault when empty."""
        if name not in self._columns.places:
            self.sound = False  # the missing column is a fault already
        elif not tidy(self.raw(name)):
            self.fault(name, FaultCode.MISSING_VALUE)
        return self.text(name, limit)

    def aside(self, limit: int) -> dict[str, str]:
        """The columns kept aside, by header; line breaks there are only spaces, and empty cells are left out."""
        values = {name: tidy(self._at(position)) for name, position in self._columns.extras.items()}
        return {name: self._checked(name, value, limit) for name, value in values.items() if value}

    def _at(self, position: int | None) -> str:
        return "" if position is None or position >= len(self._cells) else self._cells[position]

    def _checked(self, name: str, value: str, limit: int) -> str:
        text = tidy(value)
        if has_controls(value) or has_controls(text):
            self.fault(name, FaultCode.CONTROL_CHARACTERS, value)
            return ""
        if len(text) > limit:
            self.fault(name, FaultCode.TEXT_TOO_LONG, text, limit=str(limit), length=str(len(text)))
            return ""
        return text

    def _look_for_strays(self) -> None:
        spelt = self._columns.spelt
        for position, cell in enumerate(self._cells):
            if (position >= len(spelt) or not spelt[position]) and tidy(cell):
                self.sound = False
                where = cell_name(self.number, position)
                self._findings.add(self.number, None, FaultCode.CELL_WITHOUT_COLUMN, cell, cell=where)


def reference_of(row: Row, seen: dict[str, int]) -> str:
    """The row's reference. `seen` remembers references (any case) and the rows they first stood in."""
    reference = row.required("reference", 500)
    if not reference:
        return ""
    if len(reference) > 32 or not reference.isprintable() or re.search(r"[\s;]", reference):
        row.fault("reference", FaultCode.BAD_REFERENCE, reference)
        return ""
    first = seen.setdefault(reference.casefold(), row.number)
    if first != row.number:
        row.fault("reference", FaultCode.DUPLICATE_REFERENCE, reference, first_row=str(first))
    return reference


def zone_of(row: Row, default: str) -> str | None:
    """The row's time zone, `default` when none is given, None when it is no zone."""
    key = row.text("time_zone", 500)
    if key and not is_zone(key):
        row.fault("time_zone", FaultCode.UNKNOWN_ZONE, key)
        return None
    return key or default
