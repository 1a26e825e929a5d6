"""What is said of an imported file: what is wrong with it and where, and what importing it does."""

from collections.abc import Callable, Sequence
from typing import Protocol

from domain.faults import Fault, FaultCode
from texts.split import shorten, units
from texts.tongue import Tongue, escape

SHOWN = 20
"""References listed at most before "and so many more"."""
UNITS_SHOWN = 1000
"""Length of such a list at most, as Telegram counts it: three of them fit into one message."""
WORDS_SHOWN = 40
"""Characters of a name in such a list."""


def _(text: str) -> str:
    """Marks a sentence for the translators; it is looked up when it is said."""
    return text


_SENTENCES: dict[FaultCode, str] = {
    FaultCode.EMPTY_FILE: _("the file is empty."),
    FaultCode.FILE_TOO_LARGE: _("the file is too large ({bytes} bytes; {limit} at most)."),
    FaultCode.TOO_MANY_ROWS: _("there are more than {limit} rows."),
    FaultCode.TOO_MANY_COLUMNS: _("there are more than {limit} columns."),
    FaultCode.NOT_A_TABLE: _("this is no CSV or XLSX table (it looks like: {value})."),
    FaultCode.PASSWORD_PROTECTED: _("the workbook is protected by a password; take it off and try again."),
    FaultCode.DAMAGED_FILE: _("the workbook is damaged and cannot be read."),
    FaultCode.ARCHIVE_BOMB: _("the file unpacks to far more than a table should; it was not opened."),
    FaultCode.BINARY_FILE: _("this is no text: a CSV or XLSX table is needed."),
    FaultCode.UNKNOWN_ENCODING: _("the letters come out wrong (“{value}”); save the file as UTF-8."),
    FaultCode.BROKEN_QUOTES: _("a quotation mark is not closed."),
    FaultCode.SEVERAL_SHEETS: _("several sheets have data ({sheets}); keep one."),
    FaultCode.FORMULA: _("a formula; paste its value instead."),
    FaultCode.ERROR_CELL: _("a spreadsheet error (“{value}”)."),
    FaultCode.MERGED_CELLS: _("the cells {cells} are merged; unmerge them and fill each."),
    FaultCode.NOT_A_CALENDAR: _("this is no calendar, or it does not begin as one."),
    FaultCode.BROKEN_CALENDAR: _("the calendar is damaged at line {line} (“{value}”); was the file cut off?"),
    FaultCode.TOO_MANY_EVENTS: _("there are more than {limit} events."),
    FaultCode.NO_EVENTS: _("the calendar has no events."),
    FaultCode.ALL_DAY_EVENT: _("“{value}” is a whole day; a meeting needs an hour."),
    FaultCode.RECURRING_EVENT: _("the event repeats (“{value}”); enter each meeting as an event of its own."),
    FaultCode.FLOATING_TIME: _("“{value}” is a time of no time zone; give the event or the calendar one."),
    FaultCode.BAD_MOMENT: _("“{value}” is no moment that there is."),
    FaultCode.REPEATED_PROPERTY: _("stands there more than once (“{value}”)."),
    FaultCode.NO_ROWS: _("there is nothing below the header."),
    FaultCode.MISSING_COLUMN: _("this column is missing (understood as: {known_as})."),
    FaultCode.DUPLICATE_COLUMN: _("means the same as the column “{first}” ({cells})."),
    FaultCode.UNKNOWN_COLUMN: _("this column is unknown."),
    FaultCode.CELL_WITHOUT_COLUMN: _("“{value}” stands in no named column; is a comma missing its quotation marks?"),
    FaultCode.MORE_FAULTS: _("{count} more faults are not listed."),
    FaultCode.MISSING_VALUE: _("must not be empty."),
    FaultCode.CONTROL_CHARACTERS: _("has line breaks or control characters (“{value}”)."),
    FaultCode.TEXT_TOO_LONG: _("too long: {length} characters, {limit} at most (“{value}”)."),
    FaultCode.BAD_REFERENCE: _("“{value}” is no reference: 1 to 32 characters without spaces and semicolons."),
    FaultCode.SEPARATOR_IN_NAME: _("“{value}”: a team's name cannot have a semicolon."),
    FaultCode.DUPLICATE_REFERENCE: _("the reference “{value}” stands in row {first_row} already."),
    FaultCode.DUPLICATE_PERSON: _("“{value}” with the same team and delegation stands in row {first_row} already."),
    FaultCode.UNKNOWN_ROLE: _("“{value}” is no role (known: {known})."),
    FaultCode.UNKNOWN_LANGUAGE: _("“{value}” is no language of this mission (known: {known})."),
    FaultCode.UNKNOWN_ZONE: _("there is no time zone “{value}”; use an IANA name such as Asia/Almaty."),
    FaultCode.BAD_DATE: _("“{value}” is no date such as 2019-06-08 or 08.06.2019."),
    FaultCode.YEAR_OUT_OF_RANGE: _("“{value}” is not between the years {first} and {last}."),
    FaultCode.BAD_TIME: _("“{value}” is no time such as 09:30."),
    FaultCode.NONEXISTENT_TIME: _("the clocks of {time_zone} skip {value} on {date}."),
    FaultCode.AMBIGUOUS_TIME: _("the clocks of {time_zone} show {value} twice on {date}."),
    FaultCode.END_BEFORE_START: _("the end, {value}, is not later than the start, {start}."),
    FaultCode.BAD_COORDINATE: _("“{value}” is no number of degrees such as 51.128."),
    FaultCode.COORDINATE_OUT_OF_RANGE: _("“{value}” is beyond {limit} degrees."),
    FaultCode.INCOMPLETE_COORDINATES: _("latitude and longitude are needed both, or neither."),
    FaultCode.UNKNOWN_STATUS: _("“{value}” is no status (known: {known})."),
    FaultCode.UNKNOWN_PARTICIPANT: _("“{value}” is neither a team nor a person's reference."),
    FaultCode.LEADER_WITHOUT_TEAM: _("a team leader needs a team."),
    FaultCode.UNKNOWN_TEAM: _("nobody in this file is in the team “{value}”."),
    FaultCode.SCOPE_WITHOUT_ROLE: _("only a coordinator answers for teams."),
    FaultCode.AREA_DIFFERS: _("“{value}” differs from the team's area in row {first_row} (“{first}”)."),
    FaultCode.BAD_PHONE: _("“{value}” is no telephone number."),
    FaultCode.IMPLAUSIBLE_DATE: _("the meeting {value} would be long ago or years ahead."),
    FaultCode.NEVER_ENDING: _("the meeting {value} would last more than 24 hours."),
    FaultCode.ENDS_EARLY: _("the meeting {value} would end before it starts."),
    FaultCode.TOO_MANY_PARTICIPANTS: _("the meeting {value} has too many participants; list teams instead of people."),
    FaultCode.TOO_MUCH_TEXT: _("a text of the meeting {value} is too long for the programme."),
}


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


class RosterCounts(Protocol):
    """What a roster's import does (services/rosters.py)."""

    @property
    def new(self) -> list[str]: ...
    @property
    def changed(self) -> list[str]: ...
    @property
    def gone(self) -> list[str]: ...
    @property
    def unchanged(self) -> list[str]: ...
    @property
    def forgotten(self) -> list[str]: ...
    @property
    def gone_names(self) -> list[str]: ...


def fault_line(t: Tongue, fault: Fault) -> str:
    """One fault as a plain sentence that begins with where it is: "row 14, column time_zone: …"."""
    values = _Missing({**fault.detail, "value": fault.value})
    sentence = t.catalogue.gettext(_SENTENCES[fault.code]).format_map(values)
    if hint := fault.detail.get("did_you_mean"):
        sentence = f"{sentence} {t.label('Did you mean “{column}”?', column=hint)}"
    place = _place(t, fault)
    return f"{place}: {sentence}" if place else f"{sentence[:1].upper()}{sentence[1:]}"


def fault_count(t: Tongue, faults: Sequence[Fault]) -> str:
    """How many faults there are, those not listed among them."""
    unlisted = sum(int(f.detail.get("count", "0")) for f in faults if f.code is FaultCode.MORE_FAULTS)
    listed = sum(f.code is not FaultCode.MORE_FAULTS for f in faults)
    return t.count("Nothing was imported: {n} fault.", "Nothing was imported: {n} faults.", listed + unlisted)


def roster_preview(t: Tongue, change: RosterCounts, aside: Sequence[str] = ()) -> list[str]:
    """What importing this roster does, in a few lines; `aside` are columns that are kept and not understood."""
    notes = [
        *listed(
            change.forgotten, lambda refs: t.label("Forgotten at their wish, left alone: {references}", references=refs)
        ),
        *listed(
            [shorten(name, WORDS_SHOWN) for name in aside],
            lambda names: t.label("Columns kept aside: {names}", names=names),
        ),
    ]
    if not (change.new or change.changed or change.gone):
        return [no_change(t, len(change.unchanged)), *notes]
    numbers = t.label(
        "{new} new, {changed} changed, {gone} no longer listed, {same} unchanged.",
        new=len(change.new),
        changed=len(change.changed),
        gone=len(change.gone),
        same=len(change.unchanged),
    )
    leaving = [
        f"{shorten(name, WORDS_SHOWN)} ({reference})"
        for name, reference in zip(change.gone_names, change.gone, strict=True)
    ]
    return [
        numbers,
        *listed(change.changed, lambda refs: t.label("Changed: {references}", references=refs)),
        *listed(leaving, lambda names: t.label("No longer listed, access ends: {names}", names=names)),
        *notes,
    ]


def no_change(t: Tongue, same: int) -> str:
    """Everything is as the file has it."""
    return t.label("No change: {same} unchanged.", same=same)


def listed(references: Sequence[str], say: Callable[[str], str]) -> list[str]:
    """One line; nothing for an empty list."""
    if not references:
        return []
    shown, room = list[str](), UNITS_SHOWN
    for reference in references[:SHOWN]:
        room -= units(escape(reference)) + 2
        if room < 0:
            break
        shown.append(reference)
    more = f" … (+{len(references) - len(shown)})" if len(references) > len(shown) else ""
    return [say(", ".join(shown) + more)]


def _place(t: Tongue, fault: Fault) -> str:
    if fault.row is not None and fault.column is not None and "event" in fault.detail:
        return t.label("event {row}, {column}", row=fault.row, column=fault.column)
    if fault.row is not None and fault.column is not None:
        return t.label("row {row}, column {column}", row=fault.row, column=fault.column)
    if fault.row is not None:
        cell = fault.detail.get("cell")
        if cell:
            return t.label("row {row}, cell {cell}", row=fault.row, cell=cell)
        return t.label("row {row}", row=fault.row)
    return t.label("column {column}", column=fault.column) if fault.column is not None else ""
