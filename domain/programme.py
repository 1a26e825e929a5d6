"""The programme as a file tells it: the meetings of the mission."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.faults import (
    LIST_SEPARATOR,
    ExtraColumns,
    Fault,
    FaultCode,
    Findings,
    Row,
    has_controls,
    match_columns,
    reference_of,
    tidy,
    word_key,
    zone_of,
)
from domain.meeting import Interlocutor

TEXT_LIMIT = 500
"""Characters of any one text; of each entry in a list."""
LIST_LIMIT = 5000
"""Characters of a whole list of interlocutors or participants."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_MEETINGS = 2_000
"""In a calendar, and in a file that is compared and written while everybody else waits."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    "reference": ("reference", "ref", "code", "код", "номер", "№"),
    "date": ("date", "дата"),
    "start": ("start", "начало"),
    "end": ("end", "конец", "окончание"),
    "end_date": ("end_date", "дата окончания"),
    "time_zone": ("time_zone", "time zone", "timezone", "часовой пояс", "зона"),
    "kind": ("kind", "вид"),
    "host": ("host", "принимающая сторона", "организация"),
    "city": ("city", "город"),
    "venue": ("venue", "address", "место", "адрес"),
    "latitude": ("latitude", "lat", "широта"),
    "longitude": ("longitude", "lon", "долгота"),
    "interlocutors": ("interlocutors", "собеседники"),
    "participants": ("participants", "участники"),
    "status": ("status", "статус", "состояние"),
    "note": ("note", "примечание", "заметка"),
}
REQUIRED = ("reference", "date", "start", "host")
STATUSES: dict[str, tuple[str, ...]] = {
    "planned": ("planned", "confirmed", "запланирована", "подтверждена", "планируется"),
    "cancelled": ("cancelled", "canceled", "отменена", "отменено"),
    "postponed": ("postponed", "отложена", "отложено"),
}
"""How a file says that a meeting takes place, does not, or has no date yet; an empty cell is the first."""
_TELLS: dict[str, tuple[str, ...]] = {
    "end": ("ends_at",),
    **{name: (name,) for name in ("kind", "city", "venue", "latitude", "longitude", "interlocutors", "participants")},
    "status": ("cancelled", "postponed"),
    "note": ("note",),
}
ALWAYS_TOLD = frozenset({"starts_at", "time_zone", "host"})
TOLD = ALWAYS_TOLD.union(*_TELLS.values())
"""What a file can tell of a meeting, as attributes of it."""

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DOTTED_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?|([0-9]{1,2})\.([0-9]{2})")
_CLOCK = re.compile(r"(.*?)(?:([+-])([01][0-9]):([0-5][0-9]))?")
"""A time, and the offset from UTC by which one says which of two is meant."""
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,15})?")


class ProgrammeRow(BaseModel):
    """One meeting. Instants are UTC; `time_zone` is the place's own; `participants` are team names or references.

    Only what is `told` is the file's word; of everything else nothing is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None
    time_zone: str
    kind: str
    host: str
    city: str
    venue: str
    latitude: float | None
    longitude: float | None
    interlocutors: tuple[Interlocutor, ...]
    participants: tuple[str, ...]
    cancelled: bool = False
    postponed: bool = False
    note: str = ""
    extra: dict[str, str]
    told: frozenset[str] = TOLD


def parse_interlocutors(text: str) -> tuple[Interlocutor, ...]:
    """Read `Name, title; Name, title`. The first comma parts name from title; without one it is all title."""
    return tuple(_interlocutor(entry) for entry in _entries(text))


def format_interlocutors(interlocutors: Iterable[Interlocutor]) -> str:
    """What `parse_interlocutors` reads back as the same people."""
    return f"{LIST_SEPARATOR} ".join(
        f"{who.name or ''}, {who.title}" if who.name or "," in who.title else who.title for who in interlocutors
    )


def _interlocutor(entry: str) -> Interlocutor:
    name, comma, title = (part.strip() for part in entry.partition(","))
    if not comma or not title:
        return Interlocutor(None, name)
    return Interlocutor(name or None, title)


def _entries(text: str) -> Iterator[str]:
    return (entry for entry in map(tidy, text.split(LIST_SEPARATOR)) if entry.strip(" ,"))


def _list_of(row: Row, name: str) -> list[str]:
    entries = list(_entries(row.text(name, LIST_LIMIT)))
    for entry in entries:
        if len(entry) > TEXT_LIMIT:
            row.fault(name, FaultCode.TEXT_TOO_LONG, entry, limit=str(TEXT_LIMIT), length=str(len(entry)))
    return entries


def _participants(row: Row, known: Container[str] | None) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_list_of(row, "participants")))
    for name in names:
        if known is not None and name not in known:
            row.fault("participants", FaultCode.UNKNOWN_PARTICIPANT, name)
    return names


def parse_date(text: str) -> date | None:
    """2019-06-08 or 8.6.2019 (day first), else None."""
    if iso := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, iso.groups())
    elif dotted := _DOTTED_DATE.fullmatch(text):
        day, month, year = map(int, dotted.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """09:30, 9:30, 9.30 or 09:30:00, else None."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1] or match[3]), int(match[2] or match[4])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(row: Row, name: str, text: str) -> date | None:
    if not text:
        return None
    day = parse_date(text)
    if day is None:
        row.fault(name, FaultCode.BAD_DATE, text)
    elif not FIRST_YEAR <= day.year <= LAST_YEAR:
        row.fault(name, FaultCode.YEAR_OUT_OF_RANGE, text, first=str(FIRST_YEAR), last=str(LAST_YEAR))
        return None
    return day


def _clock(row: Row, name: str, text: str) -> time | None:
    """With its offset from UTC, if one is given: 02:30+02:00."""
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    clock = parse_time(match[1]) if match else None
    if match is None or clock is None:
        row.fault(name, FaultCode.BAD_TIME, text)
        return None
    if match[2]:
        ahead = timedelta(hours=int(match[3]), minutes=int(match[4]))
        return clock.replace(tzinfo=timezone(ahead if match[2] == "+" else -ahead))
    return clock


def _instant(row: Row, name: str, day: date, clock: time, zone: ZoneInfo) -> datetime | None:
    """The moment when the clocks of the place show this. Where they show it twice or never, nobody guesses."""
    local = datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone)
    twice = [local, local.replace(fold=1)]
    if clock.tzinfo is not None:
        twice = [moment for moment in twice if moment.utcoffset() == clock.utcoffset()]
        if not twice:
            row.fault(name, FaultCode.BAD_TIME, row.raw(name))
            return None
    first, second = twice[0].utcoffset(), twice[-1].utcoffset()
    back = twice[0].astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
    if first == second and back:
        return twice[0].astimezone(UTC)
    code = FaultCode.AMBIGUOUS_TIME if back else FaultCode.NONEXISTENT_TIME
    row.fault(name, code, f"{clock:%H:%M}", time_zone=zone.key, date=day.isoformat())
    return None


def _hours(row: Row, time_zone: str | None) -> tuple[datetime | None, datetime | None]:
    """Start and end; each cell is examined even when another is faulty."""
    day = _day(row, "date", row.required("date", TEXT_LIMIT))
    starts = _clock(row, "start", row.required("start", TEXT_LIMIT))
    ends = _clock(row, "end", row.text("end", TEXT_LIMIT))
    last = row.text("end_date", TEXT_LIMIT)
    last_day = _day(row, "end_date", last) if last else day
    if last and not tidy(row.raw("end")):
        row.fault("end", FaultCode.MISSING_VALUE)
    if day is None or time_zone is None:
        return None, None
    zone = ZoneInfo(time_zone)
    starts_at = _instant(row, "start", day, starts, zone) if starts else None
    ends_at = _instant(row, "end", last_day, ends, zone) if ends and last_day else None
    if starts_at and ends_at and ends_at <= starts_at:
        row.fault("end", FaultCode.END_BEFORE_START, row.raw("end"), start=f"{starts:%H:%M}")
    return starts_at, ends_at


def _status(row: Row) -> str:
    text = row.text("status", TEXT_LIMIT)
    found = next((status for status, words in STATUSES.items() if word_key(text) in words), "")
    if text and not found:
        row.fault("status", FaultCode.UNKNOWN_STATUS, text, known=", ".join(STATUSES))
    return found


def _note(row: Row) -> str:
    """The only text that may have several lines."""
    lines = [tidy(line) for line in row.raw("note").splitlines()]
    text = "\n".join(lines).strip()
    if any(map(has_controls, lines)):
        row.fault("note", FaultCode.CONTROL_CHARACTERS, text)
    elif len(text) > LIST_LIMIT:
        row.fault("note", FaultCode.TEXT_TOO_LONG, text, limit=str(LIST_LIMIT), length=str(len(text)))
    return text


def _degrees(row: Row, name: str, limit: int) -> float | None:
    text = row.text(name, TEXT_LIMIT).replace("\N{MINUS SIGN}", "-")
    if not text:
        return None
    if not _DEGREES.fullmatch(text):
        row.fault(name, FaultCode.BAD_COORDINATE, text)
        return None
    degrees = float(text.replace(",", "."))
    if abs(degrees) > limit:
        row.fault(name, FaultCode.COORDINATE_OUT_OF_RANGE, text, limit=str(limit))
        return None
    return degrees


def _coordinates(row: Row) -> tuple[float | None, float | None]:
    given = {name: bool(tidy(row.raw(name))) for name in ("latitude", "longitude")}
    if any(given.values()) and not all(given.values()):
        row.fault(next(name for name, there in given.items() if not there), FaultCode.INCOMPLETE_COORDINATES)
    return _degrees(row, "latitude", 90), _degrees(row, "longitude", 180)


def _meeting(
    row: Row, seen: dict[str, int], default_time_zone: str, known: Container[str] | None, told: frozenset[str]
) -> ProgrammeRow | None:
    reference = reference_of(row, seen)
    time_zone = zone_of(row, default_time_zone)
    starts_at, ends_at = _hours(row, time_zone)
    host = row.required("host", TEXT_LIMIT)
    kind, city, venue = (row.text(name, TEXT_LIMIT) for name in ("kind", "city", "venue"))
    latitude, longitude = _coordinates(row)
    interlocutors = tuple(map(_interlocutor, _list_of(row, "interlocutors")))
    participants = _participants(row, known)
    status, note = _status(row), _note(row)
    extra = row.aside(TEXT_LIMIT)
    if not row.sound or starts_at is None or time_zone is None:
        return None
    return ProgrammeRow(
        reference=reference,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=time_zone,
        kind=kind,
        host=host,
        city=city,
        venue=venue,
        latitude=latitude,
        longitude=longitude,
        interlocutors=interlocutors,
        participants=participants,
        cancelled=status == "cancelled",
        postponed=status == "postponed",
        note=note,
        extra=extra,
        told=told,
    )


def read_programme(
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    default_time_zone: str,
    known_participants: Container[str] | None,
    extra_columns: ExtraColumns = "refuse",
) -> tuple[list[ProgrammeRow], list[Fault], list[str]]:
    """The sound rows, everything that is wrong, and the names of the columns kept aside.

    `known_participants` are team names and people's references as stored; None does not check. A meeting ends on the
    day it starts, unless there is an `end_date`: an end past midnight cannot be told from a slip of the pen and is a
    fault. An hour that comes twice may say which it is by its offset. With any fault the caller should import nothing.
    """
    findings = Findings()
    columns = match_columns(header, SPELLINGS, REQUIRED, extra_columns, findings)
    seen: dict[str, int] = {}
    told = ALWAYS_TOLD.union(*(_TELLS.get(name, ()) for name in columns.places))
    found = [
        _meeting(Row(number, cells, columns, findings), seen, default_time_zone, known_participants, told)
        for number, cells in rows
        if any(map(tidy, cells))
    ]
    if not found:
        findings.add(None, None, FaultCode.NO_ROWS)
    return [row for row in found if row is not None], findings.listed(), list(columns.extras)
