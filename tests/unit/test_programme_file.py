"""A coordinator sends the programme; the times are those of each place, and everything wrong with it is named."""

from collections.abc import Container, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.faults import Fault, FaultCode
from domain.meeting import Interlocutor
from domain.programme import (
    TOLD,
    ProgrammeRow,
    format_interlocutors,
    parse_date,
    parse_interlocutors,
    parse_time,
    read_programme,
)

GOOD = {
    "reference": "M01",
    "date": "2019-06-08",
    "start": "09:30",
    "end": "10:30",
    "time_zone": "Asia/Almaty",
    "kind": "parliament",
    "host": "Majilis",
    "city": "Nur-Sultan",
    "venue": "Mangilik Yel 2",
    "latitude": "51.128",
    "longitude": "71.43",
    "interlocutors": "Nurlan Nigmatulin, Chairman of the Majilis",
    "participants": "HQ; O001",
}
Answer = tuple[list[ProgrammeRow], list[Fault], list[str]]


def read(header: Sequence[str], *rows: Sequence[str], known: Container[str] | None = None, **kept: Any) -> Answer:
    numbered = list(enumerate(rows, 2))
    return read_programme(header, numbered, default_time_zone="Asia/Almaty", known_participants=known, **kept)


def meeting(**changed: str) -> Answer:
    row = {**GOOD, **changed}
    return read(list(row), list(row.values()))


def brief(answer: Answer) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.column, fault.code) for fault in answer[1]]


class TestAGoodProgramme:
    def test_a_meeting_is_read_as_written(self) -> None:
        rows, faults, extras = meeting()
        assert (faults, extras) == ([], [])
        assert rows == [
            ProgrammeRow(
                reference="M01",
                starts_at=datetime(2019, 6, 8, 3, 30, tzinfo=UTC),
                ends_at=datetime(2019, 6, 8, 4, 30, tzinfo=UTC),
                time_zone="Asia/Almaty",
                kind="parliament",
                host="Majilis",
                city="Nur-Sultan",
                venue="Mangilik Yel 2",
                latitude=51.128,
                longitude=71.43,
                interlocutors=(Interlocutor("Nurlan Nigmatulin", "Chairman of the Majilis"),),
                participants=("HQ", "O001"),
                extra={},
                told=TOLD - {"cancelled", "postponed", "note"},
            )
        ]
        assert rows[0].starts_at.tzinfo is UTC

    def test_a_coordinator_may_know_only_when_it_starts_and_who_receives(self) -> None:
        rows, faults, _ = read(["host", "date", "start", "reference"], ["Majilis", "8.6.2019", "9.30", "M1"])
        assert faults == []
        assert (rows[0].ends_at, rows[0].latitude, rows[0].participants) == (None, None, ())
        assert rows[0].starts_at == datetime(2019, 6, 8, 3, 30, tzinfo=UTC)

    def test_the_columns_may_be_headed_in_russian_in_any_order(self) -> None:
        header = "Участники,Собеседники,ДОЛГОТА,Широта,Адрес,Город,Принимающая сторона,Вид,"
        header += "Часовой пояс,Окончание,Начало,Дата,Код"
        cells = ["Штаб", "члены комиссии", "71,43", "51,128", "ул. Орынбор", "Нур-Султан", "ЦИК", "комиссия"]
        rows, faults, _ = read(header.split(","), [*cells, "Europe/Moscow", "12:00", "11:00", "08.06.2019", "В1"])
        assert faults == []
        assert (rows[0].venue, rows[0].latitude, rows[0].host) == ("ул. Орынбор", 51.128, "ЦИК")
        assert rows[0].interlocutors == (Interlocutor(None, "члены комиссии"),)
        assert rows[0].starts_at == datetime(2019, 6, 8, 8, tzinfo=UTC)

    def test_the_programme_of_8_june_2019_reads_whole(self) -> None:
        from services.sheets import read_table  # noqa: PLC0415  only here the file itself is read

        file = Path(__file__).parents[2] / "demo/data/programme-2019-06-08.csv"
        table = read_table(file.read_bytes(), file.name)
        rows, faults, _ = read(
            table.header, *[cells for _, cells in table.rows], known={"HQ", "Team 1", "Team 2", "Team 3"}
        )
        assert (len(rows), faults) == (7, [])
        assert rows[5].starts_at == datetime(2019, 6, 9, 3, 45, tzinfo=UTC)

    def test_unknown_columns_are_refused_or_kept_aside_as_asked(self) -> None:
        row = {**GOOD, "Driver": "Aidar"}
        assert brief(read(list(row), list(row.values()))) == [(1, "Driver", FaultCode.UNKNOWN_COLUMN)]
        rows, faults, extras = read(list(row), list(row.values()), extra_columns="keep")
        assert (rows[0].extra, faults, extras) == ({"Driver": "Aidar"}, [], ["Driver"])


class TestTime:
    @pytest.mark.parametrize(
        ("day", "utc"),
        [
            ("2024-02-29", datetime(2024, 2, 29, 3, 30, tzinfo=UTC)),
            ("2024-03-01", datetime(2024, 3, 1, 4, 30, tzinfo=UTC)),
        ],
    )
    def test_kazakhstan_moved_to_one_zone_on_1_march_2024(self, day: str, utc: datetime) -> None:
        assert meeting(date=day)[0][0].starts_at == utc

    def test_the_hour_that_kazakhstan_had_twice_that_night_is_not_guessed(self) -> None:
        answer = meeting(date="2024-02-29", start="22:30", end="23:30")
        assert brief(answer) == [(2, "end", FaultCode.AMBIGUOUS_TIME)]
        assert answer[1][0].detail == {"time_zone": "Asia/Almaty", "date": "2024-02-29"}
        assert answer[0] == []

    @pytest.mark.parametrize(
        ("day", "start", "codes"),
        [
            ("2026-03-29", "02:30", [FaultCode.NONEXISTENT_TIME]),
            ("2026-03-29", "01:59", []),
            ("2026-03-29", "03:00", []),
            ("2026-10-25", "02:00", [FaultCode.AMBIGUOUS_TIME]),
            ("2026-10-25", "02:59", [FaultCode.AMBIGUOUS_TIME]),
            ("2026-10-25", "03:00", []),
        ],
    )
    def test_a_night_when_the_clocks_of_berlin_change(self, day: str, start: str, codes: list[FaultCode]) -> None:
        _, faults, _ = meeting(date=day, start=start, end="04:00", time_zone="Europe/Berlin")
        assert [(fault.column, fault.code) for fault in faults] == [("start", code) for code in codes]

    @pytest.mark.parametrize("end", ["09:29", "09:30", "00:30"])
    def test_a_meeting_does_not_end_before_it_starts_nor_on_another_day(self, end: str) -> None:
        answer = meeting(end=end)
        assert brief(answer) == [(2, "end", FaultCode.END_BEFORE_START)]
        assert answer[1][0].detail == {"start": "09:30"}

    @pytest.mark.parametrize(
        "text", ["08/06/2019", "2019-6-8", "2019-06-31", "31.02.2019", "June 8", "٢٠١٩-٠٦-٠٨", "8.6.19"]
    )
    def test_a_date_that_can_be_read_two_ways_or_none_is_asked_about(self, text: str) -> None:
        assert brief(meeting(date=text)) == [(2, "date", FaultCode.BAD_DATE)]

    @pytest.mark.parametrize("text", ["24:00", "9:60", "9", "9:3", "half past", "09:30:15", "9.3", "-1:00"])
    def test_a_time_that_is_none_is_asked_about(self, text: str) -> None:
        assert brief(meeting(start=text)) == [(2, "start", FaultCode.BAD_TIME)]

    def test_an_hour_that_comes_twice_may_say_which_one_it_is(self) -> None:
        night = {"date": "2024-02-29", "end": "", "time_zone": "Asia/Almaty"}
        assert brief(meeting(start="23:30", **night)) == [(2, "start", FaultCode.AMBIGUOUS_TIME)]
        for offset, hour in {"+06:00": 17, "+05:00": 18}.items():
            rows, faults, _ = meeting(start=f"23:30{offset}", **night)
            assert (faults, rows[0].starts_at) == ([], datetime(2024, 2, 29, hour, 30, tzinfo=UTC))
        assert brief(meeting(start="23:30+04:00", **night)) == [(2, "start", FaultCode.BAD_TIME)]
        assert brief(meeting(date="2026-03-29", start="02:30+01:00", end="", time_zone="Europe/Berlin")) == [
            (2, "start", FaultCode.NONEXISTENT_TIME)
        ]

    def test_an_end_past_midnight_needs_its_day(self) -> None:
        assert brief(meeting(start="23:00", end="01:00")) == [(2, "end", FaultCode.END_BEFORE_START)]
        rows, faults, _ = meeting(start="23:00", end="01:00", end_date="2019-06-09")
        assert (faults, rows[0].ends_at) == ([], datetime(2019, 6, 8, 19, tzinfo=UTC))
        assert brief(meeting(end="", end_date="2019-06-09")) == [(2, "end", FaultCode.MISSING_VALUE)]
        assert brief(meeting(end_date="31.06.2019")) == [(2, "end_date", FaultCode.BAD_DATE)]

    @pytest.mark.parametrize(
        ("text", "stands"),
        [("", (False, False)), ("Planned", (False, False)), ("ОТМЕНЕНА", (True, False)), ("postponed", (False, True))],
    )
    def test_a_file_may_say_what_became_of_a_meeting(self, text: str, stands: tuple[bool, bool]) -> None:
        rows, faults, _ = meeting(status=text, note=" Bring passports \r\n at the gate ")
        assert (faults, (rows[0].cancelled, rows[0].postponed)) == ([], stands)
        assert rows[0].note == "Bring passports\nat the gate"

    def test_a_status_that_is_none_is_asked_about(self) -> None:
        assert brief(meeting(status="maybe")) == [(2, "status", FaultCode.UNKNOWN_STATUS)]

    def test_a_column_that_is_not_there_tells_nothing(self) -> None:
        rows, _, _ = read(["reference", "date", "start", "host", "venue"], ["M1", "2019-06-08", "9:30", "Majilis", ""])
        assert rows[0].told == {"starts_at", "time_zone", "host", "venue"}

    @pytest.mark.parametrize("day", ["1989-12-31", "2101-01-01", "0019-06-08"])
    def test_a_slip_in_the_year_is_noticed(self, day: str) -> None:
        assert brief(meeting(date=day)) == [(2, "date", FaultCode.YEAR_OUT_OF_RANGE)]

    @settings(deadline=None)  # the first one opens the zone database
    @given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.times())
    def test_every_day_and_minute_reads_back_however_it_is_written(self, day: date, clock: time) -> None:
        clock = clock.replace(second=0, microsecond=0)
        assert parse_date(day.isoformat()) == parse_date(f"{day.day}.{day.month}.{day.year}") == day
        assert parse_time(f"{clock:%H:%M}") == parse_time(f"{clock.hour}.{clock.minute:02}") == clock

    @settings(deadline=None)  # the first one opens the zone database
    @given(
        st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 30)),  # noqa: DTZ001  local, as in the file
        st.sampled_from(["Asia/Almaty", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]),
    )
    def test_a_moment_shown_again_in_its_place_is_what_the_coordinator_wrote(self, local: datetime, zone: str) -> None:
        rows, faults, _ = meeting(date=f"{local:%Y-%m-%d}", start=f"{local:%H:%M}", end="", time_zone=zone)
        if rows:
            shown = rows[0].starts_at.astimezone(ZoneInfo(zone))
            assert f"{shown:%Y-%m-%d %H:%M}" == f"{local:%Y-%m-%d %H:%M}"
        else:
            assert {fault.code for fault in faults} <= {FaultCode.AMBIGUOUS_TIME, FaultCode.NONEXISTENT_TIME}


class TestCells:
    @pytest.mark.parametrize(
        ("column", "value", "code"),
        [
            ("reference", "", FaultCode.MISSING_VALUE),
            ("reference", "M 1", FaultCode.BAD_REFERENCE),
            ("date", "", FaultCode.MISSING_VALUE),
            ("start", "", FaultCode.MISSING_VALUE),
            ("host", "", FaultCode.MISSING_VALUE),
            ("host", "H" * 501, FaultCode.TEXT_TOO_LONG),
            ("venue", "one\ntwo", FaultCode.CONTROL_CHARACTERS),
            ("time_zone", "../x", FaultCode.UNKNOWN_ZONE),
            ("latitude", "north", FaultCode.BAD_COORDINATE),
            ("latitude", "nan", FaultCode.BAD_COORDINATE),
            ("latitude", "90.1", FaultCode.COORDINATE_OUT_OF_RANGE),
            ("longitude", "-180,5", FaultCode.COORDINATE_OUT_OF_RANGE),
            ("longitude", "", FaultCode.INCOMPLETE_COORDINATES),
            ("interlocutors", "A, b; " + "C" * 501, FaultCode.TEXT_TOO_LONG),
            ("participants", "T" * 501, FaultCode.TEXT_TOO_LONG),
        ],
    )
    def test_a_faulty_cell_is_named_by_row_and_column(self, column: str, value: str, code: FaultCode) -> None:
        answer = meeting(**{column: value})
        assert brief(answer) == [(2, column, code)]
        assert answer[0] == []
        if code is FaultCode.TEXT_TOO_LONG:
            assert answer[1][0].detail == {"limit": "500", "length": "501"}

    def test_a_latitude_without_a_column_for_the_longitude_is_half_a_place(self) -> None:
        row = {column: value for column, value in GOOD.items() if column != "longitude"}
        assert brief(read(list(row), list(row.values()))) == [(2, "longitude", FaultCode.INCOMPLETE_COORDINATES)]

    @pytest.mark.parametrize(
        ("text", "degrees"), [("51,128", 51.128), ("-33.9", -33.9), ("−33,9", -33.9), ("90", 90.0)]
    )
    def test_coordinates_are_written_with_a_point_or_a_comma(self, text: str, degrees: float) -> None:
        assert meeting(latitude=text)[0][0].latitude == degrees

    def test_a_meeting_listed_twice_names_both_rows(self) -> None:
        answer = read(list(GOOD), list(GOOD.values()), ["m01", *list(GOOD.values())[1:]])
        assert brief(answer) == [(3, "reference", FaultCode.DUPLICATE_REFERENCE)]
        assert answer[1][0].detail == {"first_row": "2"}

    def test_each_participant_that_nobody_knows_is_named(self) -> None:
        header, cells = list(GOOD), list({**GOOD, "participants": "HQ; Team 99;O001; O999;"}.values())
        _, faults, _ = read(header, cells, known={"HQ", "O001"})
        assert [(fault.code, fault.value) for fault in faults] == [
            (FaultCode.UNKNOWN_PARTICIPANT, "Team 99"),
            (FaultCode.UNKNOWN_PARTICIPANT, "O999"),
        ]

    def test_a_team_named_twice_takes_part_once(self) -> None:
        assert meeting(participants="HQ; HQ ;Team 1")[0][0].participants == ("HQ", "Team 1")

    def test_everything_wrong_with_a_row_is_told_at_once(self) -> None:
        _, faults, _ = meeting(reference="", date="x", start="y", end="z", time_zone="Moon", latitude="?", host="")
        assert {fault.column for fault in faults} == {
            "reference",
            "date",
            "start",
            "end",
            "time_zone",
            "latitude",
            "host",
        }

    def test_a_header_with_nothing_below_it_is_no_programme(self) -> None:
        assert brief(read(list(GOOD))) == [(None, None, FaultCode.NO_ROWS)]


class TestInterlocutors:
    @pytest.mark.parametrize(
        ("text", "people"),
        [
            ("", ()),
            ("Berik Imashev, Chairman, CEC", (Interlocutor("Berik Imashev", "Chairman, CEC"),)),
            ("members of the Commission", (Interlocutor(None, "members of the Commission"),)),
            (" A , b ;; C, d;", (Interlocutor("A", "b"), Interlocutor("C", "d"))),
            (", adviser", (Interlocutor(None, "adviser"),)),
            ("Berik Imashev,", (Interlocutor(None, "Berik Imashev"),)),
            (" ; , ;", ()),
        ],
    )
    def test_names_and_titles_are_parted(self, text: str, people: tuple[Interlocutor, ...]) -> None:
        assert parse_interlocutors(text) == people

    def test_somebody_without_a_name_is_written_by_his_title_alone(self) -> None:
        people = Interlocutor(None, "members of the Commission"), Interlocutor(None, "Chairman, CEC")
        assert format_interlocutors(people) == "members of the Commission; , Chairman, CEC"

    @settings(deadline=None)  # the first one opens the zone database
    @given(st.text("Аbc ,;.", max_size=30))
    def test_whoever_is_read_is_the_same_when_written_and_read_again(self, text: str) -> None:
        people = parse_interlocutors(text)
        assert parse_interlocutors(format_interlocutors(people)) == people
        assert all(who.title for who in people)
