"""The programme goes to people's calendars and comes from them; what a calendar leaves open is asked, not guessed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from domain.faults import MAX_FAULTS, Fault, FaultCode, tidy
from domain.meeting import Interlocutor, Meeting
from domain.programme import TOLD, ProgrammeRow, parse_interlocutors
from services.calendar_writing import write_calendar
from services.calendars import MAX_BYTES, MAX_EVENTS, read_calendar
from services.programme_reading import is_calendar
from tests.unit.test_programme_sheets import DAY_FILE, ZONES, complete, imported, meeting_of, the_day

Answer = tuple[list[ProgrammeRow], list[Fault], list[str]]
REVISED = datetime(2019, 6, 7, 12, 34, 56, tzinfo=UTC)
EVENT = {
    "UID": "M01@kz.fieldpost",
    "DTSTART;TZID=Asia/Almaty": "20190608T093000",
    "DTEND;TZID=Asia/Almaty": "20190608T103000",
    "SUMMARY": "Majilis",
}
BERLIN = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def written(meetings: Sequence[Meeting]) -> bytes:
    return write_calendar([(m, REVISED) for m in meetings], name="Программа", host_of="kz2019")


def read(data: bytes, known: set[str] | None = None, zone: str = "Asia/Almaty") -> Answer:
    return read_calendar(data, default_time_zone=zone, known_participants=known)


def event(*more: str, leave: str = "none", **changed: str) -> str:
    lines = {name: value for name, value in EVENT.items() if not name.startswith((leave, *changed))}
    lines.update({name.replace("_", "-"): value for name, value in changed.items()})
    body = [f"{name}:{value}" for name, value in lines.items()]
    return "\n".join(["BEGIN:VEVENT", *body, *more, "END:VEVENT"])


def calendar(*parts: str) -> bytes:
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def brief(answer: Answer) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.column, fault.code) for fault in answer[1]]


def utc(moment: object) -> datetime:
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60).map(tidy) | st.sampled_from(
    ["a, b; c", r"back\\slash \n \N \;", "עברית", "👩‍🚒 " * 40, "ы" * 490, ' "q": ^n', "END:VEVENT", "="]
).map(tidy)
NAMES = TEXTS.filter(lambda name: ";" not in name and bool(name.strip(" ,")))


@st.composite
def meetings(draw: st.DrawFn) -> list[Meeting]:
    """As an import leaves them; at any second, in hours that come twice too."""
    odd = [datetime(2024, 2, 29, 17, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    moments = st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 20)).map(  # noqa: DTZ001
        lambda when: when.replace(microsecond=0, tzinfo=UTC)
    ) | st.sampled_from(odd)
    found = []
    for number in range(draw(st.integers(1, 3))):
        starts_at = draw(moments)
        lasts = draw(st.none() | st.integers(1, 200_000))
        row = ProgrammeRow(
            reference=f"{draw(st.sampled_from(['M', 'М', 'a,b@c', '=']))}{number}",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(seconds=lasts) if lasts else None,
            time_zone=draw(st.sampled_from(ZONES)),
            kind=draw(TEXTS),
            host=draw(TEXTS.filter(bool)),
            city=draw(TEXTS),
            venue=draw(TEXTS),
            latitude=draw(st.floats(-90, 90).map(lambda degrees: round(degrees, 7))),
            longitude=draw(st.floats(-180, 180).map(lambda degrees: round(degrees, 7))),
            interlocutors=draw(st.text("Аb ,;\\.n", max_size=60).map(parse_interlocutors)),
            participants=tuple(dict.fromkeys(draw(st.lists(NAMES, max_size=3)))),
            postponed=draw(st.booleans()),
            note=draw(st.lists(TEXTS.filter(bool), max_size=3).map("\n".join)),
            extra={},
        )
        found.append(meeting_of(row, draw(st.integers(1, 9))))
    return found


def row_of(meeting: Meeting) -> ProgrammeRow:
    told = {name: getattr(meeting, name) for name in ("reference", *TOLD)}
    return ProgrammeRow(**told, extra={})


class TestThereAndBack:
    def test_the_day_of_8_june_comes_back_as_the_csv_had_it(self) -> None:
        known = {"HQ", "Team 1", "Team 2", "Team 3"}
        assert read(written(the_day()), known) == (complete(imported(DAY_FILE.read_bytes())[0]), [], [])

    @settings(deadline=None)
    @given(meetings())
    def test_what_was_written_is_read_again(self, found: list[Meeting]) -> None:
        assert read(written(found), zone="Pacific/Apia") == ([row_of(meeting) for meeting in found], [], [])

    @settings(deadline=None)
    @given(st.text(st.characters()), st.text(st.characters()), st.text("\r\n\\:;,\x00\u2028E"))
    def test_no_text_gets_out_of_its_line(self, venue: str, title: str, host: str) -> None:
        meeting = replace(the_day()[0], venue=venue, host=f"x{host}", interlocutors=(Interlocutor("N", f"t{title}"),))
        rows, faults, _ = read(written([meeting, the_day()[1]]))
        assert {fault.code for fault in faults} <= {FaultCode.TEXT_TOO_LONG}
        assert [row.host for row in rows] == [
            re.sub(r"\s+", " ", f"x{host}".replace("\x00", " ")).strip(),
            rows[1].host,
        ]
        assert re.findall(rb"(?m)^BEGIN:\w+\r\n", written([meeting])).count(b"BEGIN:VEVENT\r\n") == 1

    def test_a_cancelled_meeting_is_told_apart_and_keeps_its_name(self) -> None:
        first, second, *_ = the_day()
        rows, faults, cancelled = read(written([replace(first, cancelled=True, revision=4), second]))
        assert ([row.reference for row in rows], faults, cancelled) == (["M02"], [], ["M01"])

    def test_the_same_programme_gives_the_same_bytes(self) -> None:
        assert written(the_day()) == written(the_day())


class TestOtherPrograms:
    @settings(deadline=None, max_examples=50)
    @given(meetings())
    def test_three_libraries_see_the_same_moments(self, found: list[Meeting]) -> None:
        data = written(found)
        expected = [(m.starts_at, m.ends_at or m.starts_at) for m in found]
        events = icalendar.Calendar.from_ical(data).events
        assert [(utc(e.start), utc(e.end)) for e in events] == expected
        seen = sorted(IcsCalendarStream.calendar_from_ics(data.decode()).events, key=lambda e: e.uid)
        assert [e.start_datetime.astimezone(UTC) for e in seen] == [
            m.starts_at for m in sorted(found, key=lambda m: f"{m.reference}@kz2019.fieldpost")
        ]
        assert sorted(e.summary or "" for e in seen) == sorted(m.host for m in found)
        assert vobject.readOne(data.decode()).validate(raiseException=True)

    @pytest.mark.parametrize(
        ("zone", "moments"),
        [
            ("Asia/Almaty", ["2024-02-29T03:30+00:00 +0600", "2024-03-01T04:30+00:00 +0500"]),
            ("Asia/Qyzylorda", ["2018-12-20T03:30+00:00 +0600", "2018-12-21T04:30+00:00 +0500"]),
            ("Europe/Moscow", ["2014-10-25T08:00+00:00 +0400", "2014-10-26T09:00+00:00 +0300"]),
            ("Europe/Berlin", ["2026-03-28T08:00+00:00 +0100", "2026-03-29T01:05+00:00 +0200"]),
        ],
    )
    def test_a_calendar_that_knows_only_the_file_shows_both_sides_of_a_change(
        self, zone: str, moments: list[str]
    ) -> None:
        """Each VTIMEZONE is given to icalendar and vobject under a name that no database has."""
        instants = [datetime.fromisoformat(moment.split()[0]) for moment in moments]
        found = [
            replace(the_day()[0], reference=f"M{n}", time_zone=zone, starts_at=at, ends_at=None)
            for n, at in enumerate(instants)
        ]
        data = written(found).replace(zone.encode(), b"Moon/Sea")
        component = icalendar.Calendar.from_ical(data).timezones[0]
        changes: list[Any] = component.subcomponents[1:]
        for change in changes:
            came_from, goes_to = change["TZOFFSETFROM"].td, change["TZOFFSETTO"].td
            onset = change["DTSTART"].dt.replace(tzinfo=UTC) - came_from
            second_before = (onset - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
            assert (second_before.utcoffset(), onset.astimezone(ZoneInfo(zone)).utcoffset()) == (came_from, goes_to)
        assert changes
        moon = component.to_tz(lookup_tzid=False)
        for at, offset in zip(instants, (moment.split()[1] for moment in moments), strict=True):
            local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=moon)
            assert (local.astimezone(UTC), f"{local:%z}") == (at, offset)

    def test_a_file_keeps_the_rules_of_rfc_5545(self) -> None:
        odd = replace(the_day()[0], host="ы👍" * 200, starts_at=datetime(2024, 3, 1, 4, tzinfo=UTC), ends_at=None)
        data = written([odd, *the_day()[1:]])
        assert data.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in data.replace(b"\r\n", b"")
        assert all(len(line) <= 75 for line in data.split(b"\r\n"))
        assert all(line.decode() for line in data.split(b"\r\n")[:-1])
        whole = data.replace(b"\r\n ", b"").decode()
        for line in ("VERSION:2.0", "METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"):
            assert f"\r\n{line}\r\n" in whole
        events = whole.split("BEGIN:VEVENT")[1:]
        for needed in ("UID:", "DTSTAMP:20190607T123456Z", "LAST-MODIFIED:20190607T123456Z", "SEQUENCE:0", "DTSTART"):
            assert all(text.count(f"\r\n{needed}") == 1 for text in events)
        assert "DTEND" not in events[0]
        assert set(re.findall(r";TZID=([^:;]+)", whole)) == set(re.findall(r"\r\nTZID:(.+)\r\n", whole))

    def test_a_meeting_keeps_its_name_and_counts_its_revisions(self) -> None:
        changed = replace(the_day()[0], revision=5, cancelled=True)
        for line in (b"UID:M01@kz2019.fieldpost", b"SEQUENCE:4", b"STATUS:CANCELLED"):
            assert b"\r\n" + line + b"\r\n" in written([changed])

    def test_a_meeting_that_is_put_off_is_tentative(self) -> None:
        assert b"\r\nSTATUS:TENTATIVE\r\n" in written([replace(the_day()[0], postponed=True)])

    def test_an_hour_that_comes_twice_is_written_in_utc(self) -> None:
        night = datetime(2024, 2, 29, 17, 30, tzinfo=UTC)
        data = written([replace(the_day()[0], starts_at=night, ends_at=night + timedelta(hours=1))])
        assert b"DTSTART:20240229T173000Z\r\nDTEND:20240229T183000Z\r\n" in data


class TestCalendarsOfOthers:
    def test_a_plain_event_is_a_meeting(self) -> None:
        more = ("LOCATION:Mangilik Yel 2\\,\\nNur-Sultan", "CATEGORIES:a\\,b,c", "GEO:51.128;71.43", "BEGIN:VALARM")
        data = calendar(event(*more, "UID:alarm", "END:VALARM", UID="x@google.com"))
        rows, faults, _ = read(data)
        assert faults == []
        assert rows[0].starts_at == datetime(2019, 6, 8, 3, 30, tzinfo=UTC)
        assert (rows[0].reference, rows[0].host, rows[0].kind) == ("x@google.com", "Majilis", "a,b,c")
        assert (rows[0].venue, rows[0].city, rows[0].latitude) == ("Mangilik Yel 2, Nur-Sultan", "", 51.128)

    def test_a_long_uid_becomes_the_same_short_reference_each_time(self) -> None:
        once, again = (read(calendar(event(UID="0400 " * 30)))[0][0].reference for _ in range(2))
        other = read(calendar(event(UID="0400 " * 29)))[0][0].reference
        assert once == again != other
        assert re.fullmatch(r"ics-[0-9a-f]{20}", once)

    @pytest.mark.parametrize(
        ("tzid", "zone"),
        [
            ("Europe/Moscow", "Europe/Moscow"),
            ("Russian Standard Time", "Europe/Moscow"),
            ('"/freeassociation.sourceforge.net/Europe/Moscow"', "Europe/Moscow"),
            ("/x/America/Argentina/Salta", "America/Argentina/Salta"),
        ],
    )
    def test_a_zone_is_known_by_its_names(self, tzid: str, zone: str) -> None:
        rows, faults, _ = read(calendar(event(f"DTSTART;TZID={tzid}:20190608T100000", leave="DT")))
        assert faults == []
        assert rows[0].time_zone == zone
        assert rows[0].starts_at == datetime(2019, 6, 8, 10, tzinfo=ZoneInfo(zone))

    @pytest.mark.parametrize(
        ("offset", "default", "zone"),
        [("+0100", "Europe/Berlin", "Europe/Berlin"), ("+0100", "Asia/Almaty", None), ("+0130", "Europe/Berlin", None)],
    )
    def test_a_zone_of_the_files_own_is_one_that_the_mission_knows_or_none(
        self, offset: str, default: str, zone: str | None
    ) -> None:
        own = BERLIN.replace("+0100", offset)
        data = calendar(own, event("DTSTART;TZID=Customized Time Zone:20190608T100000", leave="DT"))
        rows, faults, _ = read(data, zone=default)
        assert [row.time_zone for row in rows] == ([zone] if zone else [])
        assert [fault.code for fault in faults] == ([] if zone else [FaultCode.UNKNOWN_ZONE])

    def test_one_files_zone_means_nothing_in_the_next(self) -> None:
        start = "DTSTART;TZID=Customized Time Zone:20190608T100000"
        assert read(calendar(BERLIN, event(start, leave="DT")), zone="Europe/Berlin")[1] == []
        assert brief(read(calendar(event(start, leave="DT")), zone="Europe/Berlin")) == [
            (1, "DTSTART", FaultCode.UNKNOWN_ZONE)
        ]

    @pytest.mark.parametrize(
        "rule", ["FREQ=SECONDLY", "FREQ=YEARLY;BYSECOND=0,1,2,3", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10;BYHOUR=1"]
    )
    def test_a_zone_with_rules_that_take_years_is_not_followed(self, rule: str) -> None:
        own = BERLIN.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", rule)
        data = calendar(own, event("DTSTART;TZID=Customized Time Zone:20190608T100000", leave="DT"))
        assert brief(read(data, zone="Europe/Berlin")) == [(1, "DTSTART", FaultCode.UNKNOWN_ZONE)]

    @pytest.mark.parametrize(
        ("head", "value", "zone"),
        [
            ("X-WR-TIMEZONE:Europe/Moscow", "20190608T093000Z", "Europe/Moscow"),
            ("METHOD:PUBLISH", "20190608T093000Z", "Asia/Almaty"),
        ],
    )
    def test_utc_is_a_moment_and_the_calendar_or_the_mission_tells_the_place(
        self, head: str, value: str, zone: str
    ) -> None:
        rows, _, _ = read(calendar(head, event(f"DTSTART:{value}", leave="DT")))
        assert (rows[0].time_zone, rows[0].starts_at) == (zone, datetime(2019, 6, 8, 9, 30, tzinfo=UTC))

    def test_a_floating_time_is_read_only_where_the_calendar_has_a_zone(self) -> None:
        floating = event("DTSTART:20190608T093000", leave="DT")
        rows, faults, _ = read(calendar(floating, "X-WR-TIMEZONE:Europe/Moscow"))
        assert (faults, rows[0].starts_at) == ([], datetime(2019, 6, 8, 6, 30, tzinfo=UTC))
        assert brief(read(calendar(floating))) == [(1, "DTSTART", FaultCode.FLOATING_TIME)]

    def test_a_duration_tells_the_end(self) -> None:
        rows, _, _ = read(calendar(event("DURATION:PT1H30M", leave="DTEND")))
        assert rows[0].ends_at == datetime(2019, 6, 8, 5, tzinfo=UTC)

    def test_who_takes_part_is_checked_as_in_a_table(self) -> None:
        data = calendar(event("X-FIELDPOST-PARTICIPANTS:HQ\\; Team 9"))
        assert brief(read(data, {"HQ"})) == [(1, "X-FIELDPOST-PARTICIPANTS", FaultCode.UNKNOWN_PARTICIPANT)]

    def test_a_file_that_cancels_needs_only_a_name(self) -> None:
        assert read(calendar("METHOD:CANCEL", event(leave="DT"))) == ([], [], ["M01"])

    def test_a_fold_inside_a_letter_is_undone(self) -> None:
        data = calendar(event(SUMMARY="Мажилис")).replace("ж".encode(), b"\xd0\r\n \xb6")
        assert read(data)[0][0].host == "Мажилис"


@pytest.mark.parametrize(
    ("data", "name", "calendar"),
    [
        (b"BEGIN:VCALENDAR\r\n", "mission.txt", True),
        (b"\xef\xbb\xbf\r\nbegin:vcalendar", "", True),
        (b"<html>", "Mission.ICS", True),
        (b"reference;start", "mission.csv", False),
        (b"reference;start\r\nBEGIN:VCALENDAR", "mission.csv", False),
        (b"", "", False),
    ],
)
def test_a_calendar_is_known_by_how_it_begins_or_by_its_name(data: bytes, name: str, calendar: bool) -> None:
    assert is_calendar(data, name) is calendar


class TestBadInput:
    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ("DTSTART;VALUE=DATE:20190608", FaultCode.ALL_DAY_EVENT),
            ("DTSTART:20190608", FaultCode.ALL_DAY_EVENT),
            ("DTSTART:20190631T093000Z", FaultCode.BAD_MOMENT),
            ("DTSTART:20190608T250000Z", FaultCode.BAD_MOMENT),
            ("DTSTART:tomorrow", FaultCode.BAD_MOMENT),
            ("DTSTART:", FaultCode.BAD_MOMENT),
            ("DTSTART;TZID=Moon/Sea:20190608T093000", FaultCode.UNKNOWN_ZONE),
            ("DTSTART;TZID=../../etc/localtime:20190608T093000", FaultCode.UNKNOWN_ZONE),
            ("DTSTART:19190608T093000Z", FaultCode.YEAR_OUT_OF_RANGE),
            ("DTSTART;TZID=Asia/Almaty:00010101T000000", FaultCode.YEAR_OUT_OF_RANGE),
            ("DTSTART;TZID=Europe/Berlin:20260329T023000", FaultCode.NONEXISTENT_TIME),
            ("DTSTART;TZID=Asia/Almaty:20240229T233000", FaultCode.AMBIGUOUS_TIME),
        ],
    )
    def test_a_start_that_is_none_is_asked_about(self, line: str, code: str) -> None:
        answer = read(calendar(event(line, leave="DT")))
        assert (answer[0], brief(answer)) == ([], [(1, "DTSTART", code)])

    @pytest.mark.parametrize(
        ("line", "column", "code"),
        [
            ("RRULE:FREQ=DAILY", "RRULE", FaultCode.RECURRING_EVENT),
            ("RDATE:20190609T093000Z", "RDATE", FaultCode.RECURRING_EVENT),
            ("RECURRENCE-ID:20190609T093000Z", "RECURRENCE-ID", FaultCode.RECURRING_EVENT),
            ("SUMMARY:again", "SUMMARY", FaultCode.REPEATED_PROPERTY),
            ("GEO:north", "GEO", FaultCode.BAD_COORDINATE),
            ("GEO:91;0", "GEO", FaultCode.COORDINATE_OUT_OF_RANGE),
            ("X-FIELDPOST-TIME-ZONE:Moon", "X-FIELDPOST-TIME-ZONE", FaultCode.UNKNOWN_ZONE),
            (f"LOCATION:{'x' * 501}", "LOCATION", FaultCode.TEXT_TOO_LONG),
            ("CATEGORIES:a\rb", "CATEGORIES", FaultCode.CONTROL_CHARACTERS),
        ],
    )
    def test_a_line_too_many_or_wrong_is_named(self, line: str, column: str, code: str) -> None:
        assert (1, column, code) in brief(read(calendar(event(line))))
        assert read(calendar(event(line)))[0] == []

    @pytest.mark.parametrize("end", ["20190608T093000", "20190608T092959", "20190607T103000"])
    def test_a_meeting_does_not_end_before_it_starts(self, end: str) -> None:
        data = calendar(event(f"DTEND;TZID=Asia/Almaty:{end}", leave="DTEND"))
        assert brief(read(data)) == [(1, "DTEND", FaultCode.END_BEFORE_START)]

    @pytest.mark.parametrize("lasts", ["P99999999999999D", "PT", "-PT1H", "1 hour", "P40000W"])
    def test_a_duration_that_is_none_is_asked_about(self, lasts: str) -> None:
        answer = read(calendar(event(f"DURATION:{lasts}", leave="DTEND")))
        assert [fault[:2] for fault in brief(answer)] == [(1, "DURATION")]

    @pytest.mark.parametrize(("missing", "column"), [("UID", "UID"), ("DT", "DTSTART"), ("SUMMARY", "SUMMARY")])
    def test_what_a_meeting_needs_is_missed(self, missing: str, column: str) -> None:
        assert brief(read(calendar(event(leave=missing)))) == [(1, column, FaultCode.MISSING_VALUE)]

    def test_the_same_meeting_twice_names_both_events(self) -> None:
        answer = read(calendar(event(), event(UID="m01@other.fieldpost")))
        assert brief(answer) == [(2, "UID", FaultCode.DUPLICATE_REFERENCE)]
        assert answer[1][0].detail == {"first_row": "1", "event": "2"}

    def test_half_a_file_is_read_and_the_other_half_named(self) -> None:
        answer = read(calendar(event(), event(UID="M02", SUMMARY=""), event(leave="DT", UID="M03")))
        assert [row.reference for row in answer[0]] == ["M01"]
        assert brief(answer) == [(2, "SUMMARY", FaultCode.MISSING_VALUE), (3, "DTSTART", FaultCode.MISSING_VALUE)]

    def test_of_very_many_faults_the_last_counts_the_rest(self) -> None:
        answer = read(calendar(*(event(UID=f"M{n}", SUMMARY="", leave="DT") for n in range(300))))
        assert len(answer[1]) == MAX_FAULTS
        assert answer[1][-1].detail == {"count": str(600 - MAX_FAULTS + 1)}

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", FaultCode.EMPTY_FILE),
            (b"\r\n \r\n", FaultCode.EMPTY_FILE),
            (b"reference,date,start", FaultCode.NOT_A_CALENDAR),
            (b"%PDF-1.7", FaultCode.NOT_A_CALENDAR),
            (b"BEGIN:VCARD\r\nEND:VCARD\r\n", FaultCode.NOT_A_CALENDAR),
            (b"BEGIN:VCALENDAR\r\n\x00", FaultCode.NOT_A_CALENDAR),
            (calendar(event())[:-20], FaultCode.BROKEN_CALENDAR),
            (calendar(event()) + b"more", FaultCode.BROKEN_CALENDAR),
            (calendar(event(), "END:VEVENT"), FaultCode.BROKEN_CALENDAR),
            (calendar(event("SUMMARY")), FaultCode.BROKEN_CALENDAR),
            (calendar("BEGIN:VEVENT\n" * 50_000), FaultCode.BROKEN_CALENDAR),
            (calendar(event(SUMMARY="x" * 100_000)), FaultCode.BROKEN_CALENDAR),
            (calendar(), FaultCode.NO_EVENTS),
            (calendar("BEGIN:VTODO\nUID:x\nEND:VTODO"), FaultCode.NO_EVENTS),
            (calendar("BEGIN:VEVENT\nEND:VEVENT\n" * 50_000), FaultCode.TOO_MANY_EVENTS),
            (calendar(event(SUMMARY="Мажилис")).decode().encode("cp1251"), FaultCode.UNKNOWN_ENCODING),
            (b"BEGIN:VCALENDAR\r\n" + b"x" * MAX_BYTES, FaultCode.FILE_TOO_LARGE),
        ],
    )  # fmt: skip
    def test_a_file_that_is_no_calendar_is_refused_with_one_reason(self, data: bytes, code: str) -> None:
        rows, faults, cancelled = read(data)
        assert (rows, cancelled, [(fault.row, fault.code) for fault in faults]) == ([], [], [(None, code)])

    def test_as_many_events_as_allowed_are_read(self) -> None:
        rows, faults, _ = read(calendar(*(event(UID=f"M{n}") for n in range(MAX_EVENTS))))
        assert (len(rows), faults) == (MAX_EVENTS, [])

    @settings(deadline=None)
    @given(st.lists(st.sampled_from([*calendar(BERLIN, event("GEO:1;2")).split(b"\n"), b"RRULE:x", b":", b"\xff"])))
    def test_lines_in_any_order_never_make_it_fail(self, lines: list[bytes]) -> None:
        read(b"BEGIN:VCALENDAR\n" + b"\n".join(lines))

    @settings(deadline=None)
    @given(st.binary(max_size=60), st.integers(0, 400))
    def test_bytes_of_any_kind_in_a_calendar_never_make_it_fail(self, junk: bytes, place: int) -> None:
        data = calendar(BERLIN, event("DTSTART;TZID=Customized Time Zone:20190608T100000", leave="DT"))
        read(data[:place] + junk + data[place:], zone="Europe/Berlin")
