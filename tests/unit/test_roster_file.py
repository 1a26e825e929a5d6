"""The desk sends the roster; everything wrong with it is named, each by row and column."""

from collections.abc import Sequence
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.faults import MAX_FAULTS, VALUE_SHOWN, Fault, FaultCode, cell_name, is_zone, shortened, tidy
from domain.person import Role
from domain.roster import RosterRow, read_roster
from services.rosters import decode_rows, encode_rows

HEADER = ["reference", "name", "role", "team", "delegation", "language", "time_zone"]
ANNA = ["O001", "Anna", "observer", "Team 1", "Armenia", "ru", "Asia/Almaty"]


def read(header: Sequence[str], *rows: Sequence[str], **kept: Any) -> tuple[list[RosterRow], list[Fault], list[str]]:
    numbered = list(enumerate(rows, 2))
    return read_roster(
        header, numbered, languages=["ru", "en", "kk"], default_time_zone="Asia/Almaty", default_language="ru", **kept
    )


def anna(**changed: str) -> list[str]:
    return [changed.get(column, cell) for column, cell in zip(HEADER, ANNA, strict=True)]


def brief(faults: Sequence[Fault]) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.column, fault.code) for fault in faults]


class TestAGoodRoster:
    def test_a_person_is_read_as_written(self) -> None:
        rows, faults, extras = read(HEADER, ANNA)
        assert rows == [
            RosterRow(
                reference="O001",
                name="Anna",
                role=Role.OBSERVER,
                team="Team 1",
                delegation="Armenia",
                language="ru",
                time_zone="Asia/Almaty",
                extra={},
            )
        ]
        assert (faults, extras) == ([], [])

    def test_only_a_reference_and_a_name_are_needed(self) -> None:
        rows, faults, _ = read(["reference", "name"], ["O001", "Anna"])
        assert faults == []
        assert (rows[0].role, rows[0].language, rows[0].time_zone, rows[0].team) == (
            Role.OBSERVER,
            "ru",
            "Asia/Almaty",
            "",
        )

    def test_a_secretary_heads_the_columns_in_russian_in_her_own_order(self) -> None:
        header = ["Ф.И.О.", "КОМАНДА", " Часовой  пояс ", "Роль", "Язык:", "Делегация", "№"]
        rows, faults, _ = read(header, ["Анна", "Штаб", "Europe/Moscow", "Глава миссии", "EN", "Армения", "1"])
        assert faults == []
        assert rows == [
            RosterRow("1", "Анна", Role.HEAD_OF_MISSION, "Штаб", "Армения", "en", "Europe/Moscow", {}, zone_known=True)
        ]

    def test_a_phone_an_area_and_the_teams_of_a_coordinator_are_understood(self) -> None:
        header = ["код", "имя", "роль", "команда", "телефон", "зона ответственности", "scope"]
        rows, faults, extras = read(
            header,
            ["C1", "Анна", "координатор", "Штаб", "+7 (701) 000-00-01", "", "Team 1; Team 2;Team 1"],
            ["O1", "Борис", "", "Team 1", "", "Алматы", ""],
            ["O2", "Вера", "", "Team 2", "", "", ""],
        )
        assert (faults, extras) == ([], [])
        assert (rows[0].phone, rows[0].scope, rows[1].area) == ("+7 (701) 000-00-01", ("Team 1", "Team 2"), "Алматы")
        assert [row.zone_known for row in rows] == [False] * 3

    def test_what_was_read_is_the_same_after_it_lay_in_the_database(self) -> None:
        header = [*HEADER, "phone", "area", "scope", "Room"]
        rows, faults, _ = read(
            header,
            ["C1", "Анна <b>", "coordinator", "HQ", "", "", "", "12345", "North", "HQ", "7"],
            [*anna(name="عبد الله", role="team_leader"), "", "", "", ""],
            extra_columns="keep",
        )
        assert faults == []
        assert decode_rows(encode_rows(rows)) == rows

    @pytest.mark.parametrize(
        ("spelling", "role"),
        [
            ("Observer", Role.OBSERVER),
            ("наблюдатель", Role.OBSERVER),
            ("", Role.OBSERVER),
            ("team_leader", Role.TEAM_LEADER),
            ("Team leader", Role.TEAM_LEADER),
            ("leader", Role.TEAM_LEADER),
            ("Руководитель команды", Role.TEAM_LEADER),
            ("COORDINATOR", Role.COORDINATOR),
            ("координатор", Role.COORDINATOR),
            ("head_of_mission", Role.HEAD_OF_MISSION),
            ("head of mission", Role.HEAD_OF_MISSION),
            ("глава миссии", Role.HEAD_OF_MISSION),
        ],
    )
    def test_a_role_is_understood_in_either_language(self, spelling: str, role: Role) -> None:
        assert read(HEADER, anna(role=spelling))[0][0].role == role

    def test_a_name_is_stored_as_people_see_it(self) -> None:
        rows, faults, _ = read(HEADER, anna(name=" Пе\u0442\u0440  И\u0438\u0306\u202eванов\u2069\u00a0"))
        assert (rows[0].name, faults) == ("Петр Ийванов", [])

    def test_blank_rows_and_short_rows_do_no_harm(self) -> None:
        rows, faults, _ = read(HEADER, ["", " "], ["O001", "Anna"])
        assert (len(rows), faults) == (1, [])

    def test_two_people_of_one_name_in_different_teams_are_two_people(self) -> None:
        rows, faults, _ = read(HEADER, ANNA, anna(reference="O002", team="Team 2"))
        assert (len(rows), faults) == (2, [])

    def test_a_row_that_was_read_cannot_be_altered(self) -> None:
        with pytest.raises(FrozenInstanceError):
            read(HEADER, ANNA)[0][0].name = "Boris"  # type: ignore[misc]

    def test_the_roster_of_8_june_2019_has_432_people(self) -> None:
        from services.sheets import read_table  # noqa: PLC0415  only here the file itself is read

        file = Path(__file__).parents[2] / "demo/data/roster.csv"
        table = read_table(file.read_bytes(), file.name)
        rows, faults, _ = read_roster(
            table.header,
            table.rows,
            languages=["ru", "en", "kk"],
            default_time_zone="Asia/Almaty",
            default_language="ru",
        )
        assert (len(rows), faults) == (432, [])
        assert sum(row.delegation == "Russian Federation" for row in rows) == 319


class TestColumns:
    def test_an_unknown_column_is_refused_and_its_likely_name_offered(self) -> None:
        rows, faults, extras = read([*HEADER, "Langauge", "Room"], [*ANNA, "x", "7"])
        assert brief(faults) == [(1, "Langauge", FaultCode.UNKNOWN_COLUMN), (1, "Room", FaultCode.UNKNOWN_COLUMN)]
        assert (faults[0].detail, faults[1].detail) == ({"did_you_mean": "language"}, {})
        assert (extras, rows[0].extra) == ([], {})

    def test_or_it_is_kept_aside_and_named_when_the_file_comes_by_chat(self) -> None:
        rows, faults, extras = read([*HEADER, "Hotel ", "Room"], [*ANNA, "Hotel\nAstana", ""], extra_columns="keep")
        assert (faults, extras) == ([], ["Hotel", "Room"])
        assert rows[0].extra == {"Hotel": "Hotel Astana"}

    def test_every_missing_column_is_named_once_and_not_again_for_each_row(self) -> None:
        rows, faults, _ = read(["role"], ["observer"], ["observer"])
        assert brief(faults) == [
            (1, "reference", FaultCode.MISSING_COLUMN),
            (1, "name", FaultCode.MISSING_COLUMN),
        ]
        assert "фио" in faults[1].detail["known_as"]
        assert rows == []

    def test_two_columns_that_mean_the_same_are_not_chosen_between(self) -> None:
        _, faults, _ = read([*HEADER, "Имя"], [*ANNA, "Анна"])
        assert brief(faults) == [(1, "Имя", FaultCode.DUPLICATE_COLUMN)]
        assert faults[0].detail == {"cells": "B1, H1", "first": "name"}

    def test_two_columns_kept_aside_under_one_name_are_not_chosen_between(self) -> None:
        _, faults, _ = read([*HEADER, "Room", "room"], [*ANNA, "1", "2"], extra_columns="keep")
        assert brief(faults) == [(1, "room", FaultCode.DUPLICATE_COLUMN)]

    def test_a_value_beside_the_named_columns_is_pointed_at(self) -> None:
        _, faults, _ = read(["reference", "", "name"], ["O1", "x", "Anna"], ["O2", "", "Boris", "y"])
        assert [(f.row, f.code, f.detail["cell"]) for f in faults] == [
            (2, FaultCode.CELL_WITHOUT_COLUMN, "B2"),
            (3, FaultCode.CELL_WITHOUT_COLUMN, "D3"),
        ]

    def test_a_header_with_nobody_below_it_is_no_roster(self) -> None:
        assert read(HEADER)[1] == [Fault(None, None, FaultCode.NO_ROWS)]


class TestCells:
    @pytest.mark.parametrize(
        ("column", "value", "code"),
        [
            ("reference", "", FaultCode.MISSING_VALUE),
            ("reference", "O 001", FaultCode.BAD_REFERENCE),
            ("reference", "O1;O2", FaultCode.BAD_REFERENCE),
            ("reference", "O" * 33, FaultCode.BAD_REFERENCE),
            ("name", "\u202e \u200b", FaultCode.MISSING_VALUE),
            ("name", "Anna\nBoris", FaultCode.CONTROL_CHARACTERS),
            ("name", "Anna\x07", FaultCode.CONTROL_CHARACTERS),
            ("name", "Anna\u2028Boris", FaultCode.CONTROL_CHARACTERS),
            ("name", "A" * 201, FaultCode.TEXT_TOO_LONG),
            ("role", "driver", FaultCode.UNKNOWN_ROLE),
            ("team", "Team 1; Team 2", FaultCode.SEPARATOR_IN_NAME),
            ("delegation", "D" * 201, FaultCode.TEXT_TOO_LONG),
            ("language", "fr", FaultCode.UNKNOWN_LANGUAGE),
            ("time_zone", "Almaty", FaultCode.UNKNOWN_ZONE),
            ("time_zone", "asia/almaty", FaultCode.UNKNOWN_ZONE),
            ("time_zone", "UTC+5", FaultCode.UNKNOWN_ZONE),
        ],
    )
    def test_a_faulty_cell_is_named_by_row_and_column(self, column: str, value: str, code: FaultCode) -> None:
        rows, faults, _ = read(HEADER, anna(reference="O000", name="Good"), anna(**{column: value}))
        assert brief(faults) == [(3, column, code)]
        assert [row.reference for row in rows] == ["O000"]

    def test_the_column_is_named_as_the_file_spells_it(self) -> None:
        assert brief(read(["Код", "ФИО", "Зона"], ["1", "Анна", "Луна"])[1]) == [(2, "Зона", FaultCode.UNKNOWN_ZONE)]

    def test_everything_wrong_with_a_row_is_told_at_once(self) -> None:
        _, faults, _ = read(HEADER, ["O 1", "", "driver", "a;b", "D" * 201, "fr", "Moon"])
        assert [fault.column for fault in faults] == [
            "reference",
            "name",
            "delegation",
            "team",
            "role",
            "language",
            "time_zone",
        ]

    @pytest.mark.parametrize(
        ("column", "value", "role", "code", "shown", "detail"),
        [
            ("name", "", "observer", FaultCode.MISSING_VALUE, "", {}),
            ("team", "", "team_leader", FaultCode.LEADER_WITHOUT_TEAM, "", {}),
            ("team", "A;B", "observer", FaultCode.SEPARATOR_IN_NAME, "A;B", {}),
            ("phone", "call me", "observer", FaultCode.BAD_PHONE, "call me", {}),
            ("phone", "1234", "observer", FaultCode.BAD_PHONE, "1234", {}),
            ("phone", "1" * 21, "observer", FaultCode.BAD_PHONE, "1" * 21, {}),
            ("scope", "Team 1;Team 2", "observer", FaultCode.SCOPE_WITHOUT_ROLE, "Team 1", {}),
            ("scope", "Team 1;Team 9", "coordinator", FaultCode.UNKNOWN_TEAM, "Team 9", {}),
            ("area", "South", "observer", FaultCode.AREA_DIFFERS, "South", {"first_row": "2", "first": "North"}),
            ("language", "fr", "observer", FaultCode.UNKNOWN_LANGUAGE, "fr", {"known": "ru, en, kk"}),
            ("role", "driver", "driver", FaultCode.UNKNOWN_ROLE, "driver",
             {"known": "observer, team_leader, coordinator, head_of_mission"}),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_told_with_all_it_takes_to_put_it_right(
        self, column: str, value: str, role: str, code: FaultCode, shown: str, detail: dict[str, str]
    ) -> None:
        header = ["reference", "name", "role", "team", "phone", "area", "scope", "language"]
        second = {"reference": "O2", "name": "Boris", "role": role, "team": "Team 1", column: value}
        first = ["O1", "Anna", "", "Team 1", "", "North", "", ""]
        elsewhere = ["O3", "Vera", "", "Team 3", "", "East", "", ""]
        _, faults, _ = read(header, first, [second.get(name, "") for name in header], elsewhere)
        assert faults == [Fault(3, column, code, shown, detail)]

    @pytest.mark.parametrize(
        ("column", "most"), [("name", 200), ("team", 200), ("area", 500), ("scope", 2000), ("phone", 60)]
    )
    def test_a_text_may_be_as_long_as_it_may_be_and_no_longer(self, column: str, most: int) -> None:
        header = ["reference", "name", "role", "team", "area", "scope", "phone"]
        cells = dict(zip(header, ["O1", "Anna", "coordinator", "Team", "", "", ""], strict=True))

        def faults(length: int) -> list[tuple[str, dict[str, str]]]:
            text = f"{'12345' if column == 'phone' else 'Title':-<{length}}"
            _, found, _ = read(header, list({**cells, column: text}.values()))
            return [(fault.code, fault.detail) for fault in found if fault.code != FaultCode.UNKNOWN_TEAM]

        assert faults(most) == []
        assert faults(most + 1) == [(FaultCode.TEXT_TOO_LONG, {"limit": str(most), "length": str(most + 1)})]

    def test_a_telephone_number_may_have_twenty_digits(self) -> None:
        rows, faults, _ = read(["reference", "name", "phone"], ["O1", "Anna", "+" + "12345" * 4])
        assert (rows[0].phone, faults) == ("+12345123451234512345", [])

    @pytest.mark.parametrize("again", ["O001", "o001", " O001 "])
    def test_a_reference_used_twice_names_both_rows(self, again: str) -> None:
        _, faults, _ = read(HEADER, ANNA, anna(reference="O002", name="Vera"), anna(reference=again, name="Boris"))
        assert brief(faults) == [(4, "reference", FaultCode.DUPLICATE_REFERENCE)]
        assert faults[0].detail == {"first_row": "2"}

    def test_one_person_listed_twice_names_both_rows(self) -> None:
        _, faults, _ = read(HEADER, ANNA, anna(reference="O002", name="ANNA"))
        assert faults == [Fault(3, "name", FaultCode.DUPLICATE_PERSON, "ANNA", {"first_row": "2"})]

    def test_somebody_whose_first_row_is_faulty_is_still_met_again(self) -> None:
        _, faults, _ = read(HEADER, anna(role="driver"), ANNA)
        assert brief(faults) == [
            (2, "role", FaultCode.UNKNOWN_ROLE),
            (3, "reference", FaultCode.DUPLICATE_REFERENCE),
            (3, "name", FaultCode.DUPLICATE_PERSON),
        ]

    @pytest.mark.parametrize(
        "key", ["", "../x", "/etc/passwd", "localtime", "posixrules", "Factory", "America", "posix/UTC"]
    )
    def test_what_only_looks_like_a_zone_to_a_file_system_is_none(self, key: str) -> None:
        assert not is_zone(key)

    def test_a_hopeless_file_gets_a_list_that_ends(self) -> None:
        _, faults, _ = read(HEADER, *[anna(reference=f"O{n}", name=f"N{n}", role="?") for n in range(300)])
        assert len(faults) == MAX_FAULTS
        assert (faults[-1].code, faults[-1].detail) == (FaultCode.MORE_FAULTS, {"count": "101"})

    def test_as_many_faults_as_the_list_holds_are_all_listed(self) -> None:
        _, faults, _ = read(HEADER, *[anna(reference=f"O{n}", name=f"N{n}", role="?") for n in range(MAX_FAULTS)])
        assert {fault.code for fault in faults} == {FaultCode.UNKNOWN_ROLE}
        assert len(faults) == MAX_FAULTS


class TestWords:
    @pytest.mark.parametrize(
        ("text", "quoted"),
        [
            ("  Anna\u200b  Boris ", "Anna Boris"),
            ("Anna\x07Boris\x00", "Anna Boris "),
            ("x" * VALUE_SHOWN, "x" * VALUE_SHOWN),
            ("x" * (VALUE_SHOWN + 1), "x" * (VALUE_SHOWN - 1) + "…"),
        ],
    )
    def test_a_value_is_quoted_to_its_sixtieth_character(self, text: str, quoted: str) -> None:
        assert shortened(text) == quoted

    @pytest.mark.parametrize(("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
    def test_a_cell_is_called_as_a_spreadsheet_calls_it(self, position: int, name: str) -> None:
        assert cell_name(7, position) == f"{name}7"

    @settings(deadline=None)  # the first one opens the zone database
    @given(st.text())
    def test_tidying_twice_is_tidying_once(self, text: str) -> None:
        assert tidy(tidy(text)) == tidy(text)

    @settings(deadline=None)  # the first one opens the zone database
    @given(st.text())
    def test_a_quoted_value_is_one_short_line(self, text: str) -> None:
        quoted = shortened(text)
        assert len(quoted) <= VALUE_SHOWN
        assert len(quoted.splitlines()) <= 1

    @settings(deadline=None)  # the first one opens the zone database
    @given(
        st.lists(st.lists(st.text(max_size=8), max_size=9), max_size=6), st.lists(st.sampled_from(HEADER) | st.text())
    )
    def test_whatever_stands_in_a_table_it_is_read_or_named(self, rows: list[list[str]], header: list[str]) -> None:
        sound, faults, _ = read(header, *rows, extra_columns="keep")
        assert sound or faults

    @settings(deadline=None)  # the first one opens the zone database
    @given(
        st.lists(
            st.tuples(st.from_regex(r"[A-Z][0-9]{3}", fullmatch=True), st.sampled_from(["Анна", "Zoë", "O'Brien"])),
            min_size=1,
            unique_by=(lambda pair: pair[0],),
        )
    )
    def test_a_roster_written_out_reads_back_as_the_same_people(self, people: list[tuple[str, str]]) -> None:
        table = [[reference, name, "coordinator", f"Team {reference}", "", "kk", "UTC"] for reference, name in people]
        rows, faults, _ = read(HEADER, *table)
        assert faults == []
        assert [[str(asdict(row)[column]) for column in HEADER] for row in rows] == table
