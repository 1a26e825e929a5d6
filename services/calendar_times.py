"""When an event of a calendar is, and where its clocks are: RFC 5545's times and zones, and the zones that others use.

A zone is an IANA key in the end, for a meeting keeps its place's zone when laws change. What names none is a fault.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import cast
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.prop import vDDDTypes
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from domain.faults import Fault, FaultCode, is_zone, tidy
from domain.programme import FIRST_YEAR, LAST_YEAR

MAX_ZONE_LINES = 2_000
"""Lines of a calendar's own zones together; what is over is not looked at, so its events are faulty."""
MAX_OWN_ZONES = 5
"""Zones that only the file defines and that its events use."""

_MOMENT = re.compile(r"[0-9]{8}T[0-9]{6}Z?")
_DAY = re.compile(r"[0-9]{8}")
_DURATION = re.compile(r"\+?P[0-9DTHMSW]{1,20}")
_YEARLY = re.compile(
    r"RRULE:FREQ=YEARLY(?:;(?:INTERVAL=1|WKST=[A-Z]{2}|UNTIL=[0-9TZ]{8,16}|BYMONTH=[0-9]{1,2}"
    r"|BYDAY=[+-]?[0-9]?[A-Z]{2}|BYMONTHDAY=-?[0-9]{1,2}(?:,-?[0-9]{1,2}){0,6}))*"
    r"|RRULE(?::|;.*:)(?:BYDAY|BYMONTH)=[^;]{1,5};(?:BYDAY|BYMONTH)=[^;]{1,5};FREQ=YEARLY"
)
"""How clocks change by law, in any program's words. Other rules can be written that take years to follow."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A property that says when: its value, and its parameters TZID and VALUE."""

    name: str
    value: str
    zone_name: str
    kind: str


@dataclass(slots=True)
class Calendar:
    """What a calendar says for all of its events. `time_zone` is as written there."""

    method: str = ""
    time_zone: str = ""
    _zone_lines: list[str] = field(default_factory=list)
    _own: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _zones: dict[str, tzinfo | None] = field(default_factory=dict)
    _year_agrees: dict[tuple[str, str, int], bool] = field(default_factory=dict)

    def set(self, name: str, value: str) -> None:
        """METHOD or X-WR-TIMEZONE."""
        if name == "METHOD":
            self.method = value.strip().upper()
        else:
            self.time_zone = tidy(value)

    def has(self, name: str) -> bool:
        """Whether it was told already; the first time counts."""
        return bool(self.method if name == "METHOD" else self.time_zone)

    def add_zone_line(self, line: str) -> None:
        """A line of a VTIMEZONE, from its BEGIN to its END."""
        if len(self._zone_lines) < MAX_ZONE_LINES:
            self._zone_lines.append(line.strip())

    def zone_of(self, name: str, local: datetime, default: str) -> str | None:
        """The IANA key of a TZID: named, or told by rules that are those of a zone that the file or the mission names.

        Which of the hundred zones with the same rules is meant nobody guesses; which year's rules, `local` says.
        """
        if key := named_zone(name):
            return key
        lines = self._own_zones().get(name, ())
        spoken_of = [line.partition(":")[2].strip() for line in lines if line.upper().startswith("X-LIC-LOCATION")]
        candidates = [key for said in (*spoken_of, self.time_zone, default) if (key := named_zone(said))]
        return next((key for key in candidates if self._agrees(name, lines, key, local)), None)

    def _own_zones(self) -> dict[str, tuple[str, ...]]:
        if self._zone_lines and not self._own:
            for block in _blocks(self._zone_lines):
                name = next((line.partition(":")[2] for line in block if line.upper().startswith("TZID")), "")
                self._own.setdefault(name, tuple(block))
        return self._own

    def _agrees(self, name: str, lines: tuple[str, ...], key: str, local: datetime) -> bool:
        if name not in self._zones:
            self._zones[name] = _tzinfo(lines) if len(self._zones) < MAX_OWN_ZONES else None
        own, iana = self._zones[name], ZoneInfo(key)
        if own is None:
            return False
        place = (name, key, local.year)
        if place not in self._year_agrees:
            months = [datetime(local.year, month, 1, 12) for month in range(1, 13)]  # noqa: DTZ001  local everywhere
            self._year_agrees[place] = all(_same_offset(own, iana, month) for month in months)
        return self._year_agrees[place] and _same_offset(own, iana, local)


class Times:
    """When one event is; `faults` is empty if that is known. Instants are UTC, `time_zone` is the place's."""

    def __init__(self, number: int, calendar: Calendar, default_time_zone: str) -> None:
        self.faults: list[Fault] = []
        self.starts_at: datetime | None = None
        self.ends_at: datetime | None = None
        self.time_zone: str | None = None
        self._number = number
        self._calendar = calendar
        self._default = default_time_zone

    def fault(self, column: str, code: FaultCode, value: str = "", **detail: str) -> None:
        """Something is wrong with this property."""
        self.faults.append(Fault(self._number, column, code, value, {**detail, "event": str(self._number)}))

    def read(self, start: Moment | None, end: Moment | None, duration: Moment | None, own_zone: Moment | None) -> None:
        """Take the times from the event's properties. `own_zone` is our own, of the place, and decides only that."""
        if own_zone and not is_zone(own_zone.value):
            self.fault(own_zone.name, FaultCode.UNKNOWN_ZONE, own_zone.value)
        if start is None:
            self.fault("DTSTART", FaultCode.MISSING_VALUE)
            return
        self.starts_at, zone = self._instant(start)
        self.time_zone = own_zone.value if own_zone else zone
        if end is not None:
            self.ends_at = self._instant(end)[0]
        elif duration is not None and self.starts_at is not None:
            self.ends_at = self._after(self.starts_at, duration)
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            told = end or duration or start
            self.fault(told.name, FaultCode.END_BEFORE_START, told.value, start=start.value)

    def _instant(self, moment: Moment) -> tuple[datetime | None, str | None]:
        written = self._written(moment)
        zone = self._zone(moment, written) if written else None
        if written is None or zone is None:
            return None, None
        if written.tzinfo is not None:
            return written.astimezone(UTC), zone
        local = written.replace(tzinfo=ZoneInfo(zone))
        first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
        if first is not None and second is not None and first != second:
            code = FaultCode.AMBIGUOUS_TIME if first > second else FaultCode.NONEXISTENT_TIME
            self.fault(moment.name, code, f"{local:%H:%M}", time_zone=zone, date=f"{local:%Y-%m-%d}")
            return None, None
        return local.astimezone(UTC), zone

    def _written(self, moment: Moment) -> datetime | None:
        """As it stands there: UTC, or of no zone yet."""
        if moment.kind == "DATE" or _DAY.fullmatch(moment.value):
            self.fault(moment.name, FaultCode.ALL_DAY_EVENT, moment.value)
            return None
        try:
            written = _value(moment, _MOMENT)
        except ValueError:
            written = None
        if not isinstance(written, datetime):
            self.fault(moment.name, FaultCode.BAD_MOMENT, moment.value)
            return None
        return written if self._in_range(moment, written) else None

    def _in_range(self, moment: Moment, when: datetime) -> bool:
        if FIRST_YEAR <= when.year <= LAST_YEAR:
            return True
        first, last = str(FIRST_YEAR), str(LAST_YEAR)
        self.fault(moment.name, FaultCode.YEAR_OUT_OF_RANGE, moment.value, first=first, last=last)
        return False

    def _zone(self, moment: Moment, written: datetime) -> str | None:
        calendars_own = self._calendar.time_zone
        if written.tzinfo is None and moment.zone_name:
            zone = self._calendar.zone_of(moment.zone_name, written, self._default)
            if zone is None:
                self.fault(moment.name, FaultCode.UNKNOWN_ZONE, moment.zone_name)
            return zone
        if calendars_own:
            zone = named_zone(calendars_own)
            if zone is None:
                self.fault("X-WR-TIMEZONE", FaultCode.UNKNOWN_ZONE, calendars_own)
            return zone
        if written.tzinfo is not None:
            return self._default
        self.fault(moment.name, FaultCode.FLOATING_TIME, moment.value)
        return None

    def _after(self, start: datetime, duration: Moment) -> datetime | None:
        try:
            lasts = _value(duration, _DURATION)
            ends = start + lasts if isinstance(lasts, timedelta) else None
        except (ValueError, OverflowError):
            ends = None
        if ends is None:
            self.fault(duration.name, FaultCode.BAD_MOMENT, duration.value)
            return None
        return ends if self._in_range(duration, ends) else None


def _value(moment: Moment, form: re.Pattern[str]) -> object:
    """ValueError when it has the form and not the sense, None when it has not even that."""
    return vDDDTypes.from_ical(moment.value) if form.fullmatch(moment.value) else None  # type: ignore[no-untyped-call]


def named_zone(name: str) -> str | None:
    """The IANA key that a TZID is, that Windows calls so, or that ends it as in `/example.com/20260101/Asia/Almaty`."""
    name = tidy(name)
    if is_zone(name):
        return name
    windows = WINDOWS_TO_OLSON.get(name, "")
    parts = name.split("/")
    tails = ["/".join(parts[-size:]) for size in (3, 2) if len(parts) > size]
    return next((key for key in (windows, *tails) if is_zone(key)), None)


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in lines:
        if line.upper() == "BEGIN:VTIMEZONE" and block:
            yield block
            block = []
        block.append(line)
    yield block


def _tzinfo(lines: tuple[str, ...]) -> tzinfo | None:
    """The zone that a VTIMEZONE defines, if it does so in the plain way of laws."""
    rules = [line for line in lines if line.upper().startswith("RRULE")]
    if not lines or not all(_YEARLY.fullmatch(rule.upper()) for rule in rules):
        return None
    # icalendar keeps for good every zone that it reads with its name, so it is told the name afterwards.
    nameless = [line for line in lines if not line.upper().startswith(("TZID", "X-"))]
    try:
        component = cast("Timezone", Timezone.from_ical("\r\n".join([*nameless, ""])))
        component.add("TZID", "custom")
        return cast("tzinfo", component.to_tz(lookup_tzid=False))
    except Exception:  # icalendar and dateutil trip over a bad zone in every way there is; all of it means the same
        return None


def _same_offset(one: tzinfo, other: tzinfo, local: datetime) -> bool:
    try:
        return local.replace(tzinfo=one).utcoffset() == local.replace(tzinfo=other).utcoffset()
    except Exception:  # as above: dateutil looks at the rules only now
        return False
