"""The programme as an iCalendar file that calendars subscribe to, and that services/calendars.py reads back unchanged.

There is no clock here: the same meetings at the same revisions give the same bytes.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vInline

from domain.faults import LIST_SEPARATOR, tidy
from domain.meeting import Interlocutor, Meeting
from domain.programme import format_interlocutors
from services.calendars import CITY, HOST_OF_UID, INTERLOCUTORS, KIND, NOTE, PARTICIPANTS, TAKEN_OFF, TIME_ZONE, VENUE
from services.programme_sheets import degrees

REFRESH = timedelta(minutes=15)
"""How often a calendar that subscribes is asked to look again; most look when they please."""
ZONE_MARGIN = timedelta(days=366)
"""A zone is told this long before its first meeting and after its last, for calendars draw whole months."""
NOTHING_AT = datetime(2000, 1, 1, tzinfo=UTC)


def write_calendar(
    meetings: Sequence[tuple[Meeting, datetime]],
    *,
    name: str,
    host_of: str,
    taken_off: Sequence[tuple[Meeting, datetime]] = (),
) -> bytes:
    """Each meeting and the moment (UTC) of its last revision, as UTF-8. `name` is shown to people.

    `taken_off` are those that the reader was taken off, as he knew them and with the revision that did it: his calendar
    takes them out, for they are cancelled to it; read back they are nothing.

    `host_of` is the mission's id, the host in `UID:<reference>@<host_of>.fieldpost`: calendars know a meeting by it
    through all revisions, so it must never change. Texts come out on one line and without control characters, as an
    import would have them. Times are those of the place; where its clocks show a time twice, UTC.
    """
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Fieldpost//Programme//EN")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    _add_text(calendar, "NAME", _line(name))
    _add_text(calendar, "X-WR-CALNAME", _line(name))
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", f"PT{int(REFRESH.total_seconds()) // 60}M")
    for zone, moments in _local_moments(meeting for meeting, _ in (*meetings, *taken_off)).items():
        calendar.add_component(_vtimezone(ZoneInfo(zone), min(moments), max(moments)))
    if not meetings and not taken_off:  # a calendar has to have something in it (RFC 5545, 3.6)
        calendar.add_component(_vtimezone(ZoneInfo("UTC"), NOTHING_AT, NOTHING_AT))
    for meeting, revised_at in meetings:
        calendar.add_component(_event(meeting, revised_at, _line(host_of)))
    for meeting, revised_at in taken_off:
        event = _event(replace(meeting, cancelled=True), revised_at, _line(host_of))
        event.add(TAKEN_OFF, vInline("1"))
        calendar.add_component(event)
    data: bytes = calendar.to_ical(sorted=False)
    return data


def _event(meeting: Meeting, revised_at: datetime, host_of: str) -> Event:
    event = Event()
    _add_text(event, "UID", f"{_line(meeting.reference)}@{host_of}{HOST_OF_UID}")
    event.add("SEQUENCE", max(0, meeting.revision - 1))
    event.add("DTSTAMP", revised_at.astimezone(UTC).replace(microsecond=0))
    event.add("LAST-MODIFIED", revised_at.astimezone(UTC).replace(microsecond=0))
    zone = meeting.zone if _is_local(meeting) else UTC
    event.add("DTSTART", meeting.starts_at.astimezone(zone).replace(microsecond=0))
    if meeting.ends_at is not None:
        event.add("DTEND", meeting.ends_at.astimezone(zone).replace(microsecond=0))
    _add_text(event, "SUMMARY", _line(meeting.host))
    event.add("STATUS", _status(meeting))
    kind = _line(meeting.kind)
    _add_text(event, "CATEGORIES", kind)
    if meeting.latitude is not None and meeting.longitude is not None:
        event.add("GEO", vInline(f"{degrees(meeting.latitude)};{degrees(meeting.longitude)}"))
    people = [Interlocutor(_line(who.name) if who.name else None, _line(who.title)) for who in meeting.interlocutors]
    place = [_line(text) for text in (meeting.venue, meeting.city)]
    _add_text(event, "LOCATION", ", ".join(filter(None, place)))
    note = "\n".join(map(_line, meeting.note.splitlines()))
    described = [", ".join(filter(None, (who.name, who.title))) for who in people]
    _add_text(event, "DESCRIPTION", "\n".join(filter(None, (*described, note))))
    _add_text(event, TIME_ZONE, meeting.time_zone)
    _add_text(event, KIND, kind)
    _add_text(event, VENUE, place[0])
    _add_text(event, CITY, place[1])
    _add_text(event, INTERLOCUTORS, format_interlocutors(people))
    _add_text(event, PARTICIPANTS, f"{LIST_SEPARATOR} ".join(map(_line, meeting.participants)))
    _add_text(event, NOTE, note)
    return event


def _status(meeting: Meeting) -> str:
    """What is put off without a date still stands at its old hour, for an event must stand somewhere."""
    if meeting.cancelled:
        return "CANCELLED"
    return "TENTATIVE" if meeting.postponed else "CONFIRMED"


def _add_text(component: Component, name: str, text: str) -> None:
    """A property of type TEXT (RFC 5545, 3.3.11), if there is anything to say.

    icalendar (7.3.2) does not escape properties of our own, and writes a backslash before N as a line break.
    """
    if text:
        for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
            text = text.replace(plain, escaped)
        component.add(name, vInline(text))


def _line(text: str) -> str:
    """What an import makes of it, and what no calendar takes for the end of a line."""
    return tidy("".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text))


def _moments(meeting: Meeting) -> list[datetime]:
    return [meeting.starts_at, *([meeting.ends_at] if meeting.ends_at else [])]


def _is_local(meeting: Meeting) -> bool:
    """Whether its times as the place's clocks show them mean one moment each; UTC itself needs no zone."""
    local = [moment.astimezone(meeting.zone) for moment in _moments(meeting)]
    plain = all(moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset() for moment in local)
    return plain and meeting.time_zone != "UTC"


def _local_moments(meetings: Iterable[Meeting]) -> dict[str, list[datetime]]:
    """The zones that the file refers to, by key, and when."""
    found: dict[str, list[datetime]] = {}
    for meeting in meetings:
        if _is_local(meeting):
            found.setdefault(meeting.time_zone, []).extend(_moments(meeting))
    return dict(sorted(found.items()))


def _vtimezone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The zone's offsets around these moments, each change as an observance of its own.

    icalendar can write them too, but has clocks that go forward change at the hour they change to (7.3.2).
    """
    component = Timezone()
    component.add("TZID", zone.key)
    start, end = first - ZONE_MARGIN, last + ZONE_MARGIN
    component.add_component(_observance(zone, start, start))
    for before, after in _changes(zone, start, end):
        component.add_component(_observance(zone, before, after))
    return component


def _observance(zone: ZoneInfo, before: datetime, after: datetime) -> TimezoneStandard | TimezoneDaylight:
    """`after` (UTC) is its first moment; the clocks of `before` tell when it comes."""
    came_from, goes_to = before.astimezone(zone), after.astimezone(zone)
    offset = came_from.utcoffset() or timedelta(0)
    observance = TimezoneDaylight() if (goes_to.dst() or timedelta(0)) > timedelta(0) else TimezoneStandard()
    observance.add("DTSTART", (after + offset).replace(tzinfo=None, microsecond=0))
    observance.add("TZOFFSETFROM", offset)
    observance.add("TZOFFSETTO", goes_to.utcoffset() or timedelta(0))
    observance.add("TZNAME", goes_to.tzname() or zone.key)
    return observance


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The last second before and the first after each change of the offset. No zone changes twice within a day."""
    day = timedelta(days=1)
    before = start
    while before < end:
        after = before + day
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield _narrowed(zone, before, after)
        before = after


def _narrowed(zone: ZoneInfo, before: datetime, after: datetime) -> tuple[datetime, datetime]:
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return before, after
