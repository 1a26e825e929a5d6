"""Calendars that people send: iCalendar (RFC 5545) as office programs and phones write it, read into programme rows.

What decides is the file's content. What cannot be read without guessing is a fault: floating times, unknown zones,
whole days, repetitions. A calendar's text is taken apart by icalendar line by line, and only the lines that a meeting
needs: its own reader of whole calendars keeps every VTIMEZONE it meets for the rest of the process's life. What a
meeting may be called and whom it may list is asked of domain/programme.py, as for a table.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NoReturn

from icalendar import Parameters
from icalendar.parser import Contentline

from domain.faults import MAX_FAULTS, Fault, FaultCode, tidy
from domain.programme import ALWAYS_TOLD, MOST_MEETINGS, TOLD, ProgrammeRow, read_programme
from services.calendar_times import Calendar, Moment, Times

MAX_BYTES = 5 * 1024 * 1024
MAX_EVENTS = MOST_MEETINGS
MAX_DEPTH = 4
"""Components inside one another: a calendar's event's alarm is three."""
MAX_LINE = 40_000
"""Characters of an unfolded line that a meeting needs; a list of 5,000 may be escaped throughout."""

MAX_ALIKE = 20
"""Lines of one name that are kept of an event: categories may stand on several, and of all else two are too many."""

HOST_OF_UID = ".fieldpost"
TIME_ZONE, CITY, VENUE, KIND, INTERLOCUTORS, PARTICIPANTS, NOTE = (
    f"X-FIELDPOST-{name}" for name in ("TIME-ZONE", "CITY", "VENUE", "KIND", "INTERLOCUTORS", "PARTICIPANTS", "NOTE")
)

TAKEN_OFF = "X-FIELDPOST-TAKEN-OFF"
"""In somebody's own calendar: the meeting is cancelled for him only, and so no word on the programme."""
_OWN = (TIME_ZONE, CITY, VENUE, KIND, INTERLOCUTORS, PARTICIPANTS, NOTE)
_SINGLE = {"UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "GEO", "STATUS", TAKEN_OFF, *_OWN}
_REPEATING = {"RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID"}
_OF_EVENT = {*_SINGLE, *_REPEATING, "CATEGORIES"}
_OF_CALENDAR = {"METHOD", "X-WR-TIMEZONE"}
_FOLD = re.compile(rb"\r?\n[ \t]")
_NAME = re.compile(r"[A-Za-z0-9-]{1,40}")
_REFERENCE = re.compile(r"[^\s;]{1,32}")
_FIELDS = {
    "reference": "UID",
    "date": "DTSTART",
    "start": "DTSTART",
    "time_zone": TIME_ZONE,
    "host": "SUMMARY",
    "kind": "CATEGORIES",
    "city": CITY,
    "venue": "LOCATION",
    "latitude": "GEO",
    "longitude": "GEO",
    "interlocutors": INTERLOCUTORS,
    "participants": PARTICIPANTS,
    "status": "STATUS",
    "note": NOTE,
}
"""Columns of a programme and the properties that they come from."""
_TELLS = {
    "DTEND": ("ends_at",),
    "DURATION": ("ends_at",),
    "CATEGORIES": ("kind",),
    KIND: ("kind",),
    "LOCATION": ("venue",),
    VENUE: ("venue",),
    CITY: ("city",),
    "GEO": ("latitude", "longitude"),
    INTERLOCUTORS: ("interlocutors",),
    PARTICIPANTS: ("participants",),
    NOTE: ("note",),
}


class _Refused(Exception):  # noqa: N818  named for what happened
    """The file cannot be read as a calendar at all."""

    def __init__(self, code: FaultCode, value: str = "", **detail: str) -> None:
        super().__init__(str(code))
        self.fault = Fault(None, None, code, value, detail)


@dataclass(slots=True)
class _Event:
    """An event as it stands in the file; values are unescaped."""

    number: int
    calendar: Calendar
    lines: dict[str, list[tuple[Parameters, str]]] = field(default_factory=dict)

    def keep(self, number: int, name: str, line: str) -> None:
        """One of its lines. There may be as many of one name as a file has room for."""
        alike = self.lines.setdefault(name, [])
        if len(alike) < MAX_ALIKE:
            alike.append(_parts(number, line))

    def text(self, name: str) -> str:
        """The first value, empty when there is none."""
        return next((value for _, value in self.lines.get(name, ())), "")

    def moment(self, name: str) -> Moment | None:
        """The value with what says in which zone and form it is."""
        if name not in self.lines:
            return None
        given, value = self.lines[name][0]
        return Moment(name, value.strip(), str(given.get("TZID", "")), str(given.get("VALUE", "")).upper())

    @property
    def cancelled(self) -> bool:
        """The event, or the whole file, says that it will not be."""
        return "CANCEL" in self.calendar.method or self.text("STATUS").strip().upper() == "CANCELLED"

    @property
    def is_ours(self) -> bool:
        """We wrote it, and no other program has left out of it what it did not know."""
        return TIME_ZONE in self.lines

    @property
    def told(self) -> frozenset[str]:
        """What it tells of the meeting. An event of ours tells everything; what it lacks is empty."""
        if self.is_ours:
            return TOLD
        return ALWAYS_TOLD.union(*(_TELLS.get(name, ()) for name in self.lines))

    @property
    def reference(self) -> str:
        """Our own if we made the UID, else the UID, or what stands for one that is no reference: always the same."""
        uid = tidy(self.text("UID"))
        own, at, host = uid.rpartition("@")
        if at and host.endswith(HOST_OF_UID) and _is_reference(own):
            return own
        return uid if not uid or _is_reference(uid) else f"ics-{sha256(uid.encode()).hexdigest()[:20]}"


def read_calendar(
    data: bytes, *, default_time_zone: str, known_participants: Container[str] | None
) -> tuple[list[ProgrammeRow], list[Fault], list[str]]:
    """The sound meetings, everything that is wrong, and the references of the events that the file calls cancelled.

    As `read_programme`, and with any fault the caller should import nothing. A cancelled event is no row, and only its
    UID is looked at. UTC times take the zone of their place from the calendar (X-WR-TIMEZONE), else
    `default_time_zone`; floating times from the calendar only. Our own properties win over LOCATION and CATEGORIES.
    """
    try:
        events = [event for event in _events(_lines(data)) if not event.text(TAKEN_OFF)]
    except _Refused as refused:
        return [], [refused.fault], []
    cancelled = [event.reference for event in events if event.cancelled and event.reference]
    listed = [event for event in events if not event.cancelled]
    times = {event.number: _times(event, default_time_zone) for event in listed}
    rows, faults = _rows(listed, known_participants, times)
    return rows, _in_order([*(f for of_event in times.values() for f in of_event.faults), *faults]), cancelled


def _is_reference(text: str) -> bool:
    return bool(_REFERENCE.fullmatch(text)) and text.isprintable()


def _broken(number: int, line: str) -> NoReturn:
    raise _Refused(FaultCode.BROKEN_CALENDAR, line, line=str(number))


def _lines(data: bytes) -> list[str]:
    """The unfolded lines. Folds may stand inside a letter's bytes, so they go before the letters are read."""
    if len(data) > MAX_BYTES:
        raise _Refused(FaultCode.FILE_TOO_LARGE, bytes=str(len(data)), limit=str(MAX_BYTES))
    if not data.strip():
        raise _Refused(FaultCode.EMPTY_FILE)
    beginning = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not beginning[:15].upper().startswith(b"BEGIN:VCALENDAR") or b"\x00" in data:
        raise _Refused(FaultCode.NOT_A_CALENDAR)
    whole = _FOLD.sub(b"", beginning)
    try:
        return whole.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        around = whole[max(0, error.start - 10) : error.start + 10].decode("latin-1")
        raise _Refused(FaultCode.UNKNOWN_ENCODING, around) from error


class _Reader:
    """Goes through the lines and keeps those that matter. Alarms, tasks and the like are skipped."""

    def __init__(self) -> None:
        self.events: list[_Event] = []
        self.open: list[str] = []
        self._calendar = Calendar()

    def read(self, number: int, line: str) -> None:
        """The next line, unfolded and not blank."""
        match = _NAME.match(line)
        name = match[0].upper() if match else ""
        if name == "END":
            self._end(number, line)
            return
        if name == "BEGIN":
            self._begin(number, line)
        if not self.open:
            _broken(number, line)
        if self.open[:2] == ["VCALENDAR", "VTIMEZONE"]:
            self._calendar.add_zone_line(line)
        elif self.open == ["VCALENDAR"] and name in _OF_CALENDAR and not self._calendar.has(name):
            self._calendar.set(name, _parts(number, line)[1])
        elif self.open == ["VCALENDAR", "VEVENT"] and name in _OF_EVENT:
            self.events[-1].keep(number, name, line)

    def _begin(self, number: int, line: str) -> None:
        self.open.append(_kind(line))
        if len(self.open) > MAX_DEPTH or self.open[0] != "VCALENDAR":
            _broken(number, line)
        if len(self.open) == 1:
            self._calendar = Calendar()
        elif self.open == ["VCALENDAR", "VEVENT"]:
            if len(self.events) == MAX_EVENTS:
                raise _Refused(FaultCode.TOO_MANY_EVENTS, limit=str(MAX_EVENTS))
            self.events.append(_Event(len(self.events) + 1, self._calendar))

    def _end(self, number: int, line: str) -> None:
        if not self.open or self.open[-1] != _kind(line):
            _broken(number, line)
        if self.open[:2] == ["VCALENDAR", "VTIMEZONE"]:
            self._calendar.add_zone_line(line)
        self.open.pop()


def _events(lines: Sequence[str]) -> list[_Event]:
    """Every event of every calendar in the file."""
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        if line.strip():
            reader.read(number, line)
    if reader.open:
        _broken(len(lines), lines[-1])
    if not reader.events:
        raise _Refused(FaultCode.NO_EVENTS)
    return reader.events


def _kind(line: str) -> str:
    return line.partition(":")[2].strip().upper()


def _parts(number: int, line: str) -> tuple[Parameters, str]:
    if len(line) > MAX_LINE:
        _broken(number, line)
    try:
        _, given, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
    except ValueError:
        _broken(number, line)
    return given, value


def _times(event: _Event, default_time_zone: str) -> Times:
    """When and in which zone, and what is wrong with the event as an event."""
    times = Times(event.number, event.calendar, default_time_zone)
    for name, alike in event.lines.items():
        if name in _SINGLE and len(alike) > 1:
            times.fault(name, FaultCode.REPEATED_PROPERTY, event.text(name))
    repeats = next((name for name in event.lines if name in _REPEATING), None)
    if repeats:
        times.fault(repeats, FaultCode.RECURRING_EVENT, event.text(repeats))
    times.read(*(event.moment(name) for name in ("DTSTART", "DTEND", "DURATION", TIME_ZONE)))
    return times


def _rows(
    events: Sequence[_Event], known: Container[str] | None, times: dict[int, Times]
) -> tuple[list[ProgrammeRow], list[Fault]]:
    """What a table with these texts would give. Its day stands for the moments, which are known and exact already."""
    if not events:
        return [], []
    rows, faults, _ = read_programme(
        list(_FIELDS),
        [(event.number, _cells(event)) for event in events],
        default_time_zone="UTC",
        known_participants=known,
    )
    first = {event.reference: event for event in reversed(events)}
    found = []
    for row in rows:
        event = first[row.reference]
        of_row = times[event.number]
        if of_row.starts_at is not None and of_row.time_zone is not None and not of_row.faults:
            exact = {"starts_at": of_row.starts_at, "ends_at": of_row.ends_at, "time_zone": of_row.time_zone}
            found.append(row.model_copy(update={**exact, "told": event.told}))
    return found, [_renamed(fault) for fault in faults]


def _cells(event: _Event) -> list[str]:
    own_place = event.text(CITY) or event.text(VENUE)
    latitude, _, longitude = event.text("GEO").partition(";")
    cells = {
        "reference": event.reference,
        "date": "2000-01-01",
        "start": "00:00",
        "host": _on_one_line(event.text("SUMMARY"), " "),
        "kind": event.text(KIND) or _categories(event),
        "city": event.text(CITY),
        "venue": event.text(VENUE) if own_place else _on_one_line(event.text("LOCATION"), ", "),
        "latitude": latitude.strip(),
        "longitude": longitude.strip(),
        "interlocutors": event.text(INTERLOCUTORS),
        "participants": event.text(PARTICIPANTS),
        "status": "postponed" if event.is_ours and event.text("STATUS").strip().upper() == "TENTATIVE" else "",
        "note": event.text(NOTE),
    }
    return [cells.get(name, "") for name in _FIELDS]


def _on_one_line(text: str, between: str) -> str:
    """Addresses are often written on several lines in a calendar; in a table they cannot be."""
    lines = [part for line in text.split("\n") if (part := line.strip())]
    return between.join([*(line.removesuffix(between.rstrip()) for line in lines[:-1]), *lines[-1:]])


def _categories(event: _Event) -> str:
    """As a list for people: what a comma means here, it means there."""
    return ", ".join(value for _, value in event.lines.get("CATEGORIES", ()))


def _renamed(fault: Fault) -> Fault:
    column = _FIELDS.get(fault.column or "", fault.column)
    return Fault(fault.row, column, fault.code, fault.value, {**fault.detail, "event": str(fault.row)})


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    """By event; at most MAX_FAULTS, of which the last tells how many more there are."""
    known = [fault for fault in faults if fault.code is not FaultCode.MORE_FAULTS]
    untold = sum(int(fault.detail["count"]) for fault in faults if fault.code is FaultCode.MORE_FAULTS)
    known.sort(key=lambda fault: fault.row or 0)
    if len(known) + untold <= MAX_FAULTS:
        return known
    kept = known[: MAX_FAULTS - 1]
    more = {"count": str(len(known) - len(kept) + untold)}
    return [*kept, Fault(None, None, FaultCode.MORE_FAULTS, detail=more)]
