"""A figure is told from a point, an hour, a date and a telephone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figure import LONGEST, MOST_DIGITS, is_figure

GAPS = ("", " ", "\u00a0", "\u2007", "\u2009", "\u202f")


@pytest.mark.parametrize(
    "words",
    [
        "Regions visited: 14",
        "Regions visited:14",
        "  Polling stations: 9970.  ",
        "Turnout in 2015: 95.2 %",
        "Turnout: 10.30 %",
        "Turnout 2019: 77,5%",
        "Turnout: 70 % of the voters",
        "Наблюдатели: 1013 человек",
        "Округа: 210;",
        "Тираж: 1,5 млн экз.",
        "Бюджет: 9\u00a0400\u00a0000 ₸",
        "Бюджет: 9\u202f400\u202f000,50 тенге",
        "Сайлаушылар: 11\u2009950\u2009485",
        "Ұлттық байқаушылар: 5 500 адам",
        "Өкілдер (аумақта): 19,500",
        "Аудандық штабтар: 210 орын",
        "Доверенные лица на участках: 19.500",
        "Районы\u0306: 12",
        "Area: 12 km²",
        "Members of the Commission: 0",
        "Average age: 41.5 years",
        "Longest queue: 2 hours",
        "Бюллетени: 2015 штук",
        "Срок полномочий: 3 года",
        "Пошлина: 500₸",
        f"{'Regions visited':.<{LONGEST - 4}}: 14",
    ],
)
def test_what_counts_something_is_a_figure(words: str) -> None:
    assert is_figure(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        ":",
        "14",
        ": 14",
        "2019: 14",
        "Regions visited",
        "Regions visited:",
        "Regions visited: fourteen",
        "Regions visited: about 14",
        "Regions visited: 14 of 17",
        "Regions visited: 14, districts: 210",
        "Regions visited: 14\nDistricts: 210",
        "Regions visited: 14\u2028Districts: 210",
        "Regions\nvisited: 14",
        f"{'Regions visited':.<{LONGEST - 3}}: 14",
        "They said: 3 people came late and the queue was long",
        "Start: 10:30",
        "Start 10:30",
        "We met at 10:30",
        "Start: 10.30",
        "Start: 10.30 sharp",
        "Start: 10 a.m.",
        "Start: 10 AM",
        "Начало: 10 часов",
        "Начало: 9 утра",
        "Начало: 10 часов утра",
        "Date: 8.06",
        "Date: 08.06.2019",
        "Date: 2019-06-08",
        "Date: 8 June",
        "Дата: 8 июня",
        "Дата: 8 мая 2019",
        "Күні: 8 маусым",
        "Основана: 1999 г.",
        "Құрылған: 1999 жылы",
        "District: 5th",
        "Округ: 5-й",
        "Office: 012",
        "Office: 12 b3",
        "Office: 12 /b",
        "Enlarged: 5X",
        "Telephone: 87010000000",
        "Telephone: 7010000000",
        "Telephone: +7 701 000 00 00",
        "Telephone: 8 701 000 00 00",
        "Ратио: 10–15",
        "https://1",
        "See https://example.org: 14 pages, two of them blank",
        "Votes: ٣٤",
        "Mixed: 1 013,500 200",
    ],
)
def test_anything_else_is_none(words: str) -> None:
    assert not is_figure(words)


@given(
    what=st.sampled_from(("Regions", "Избирательные участки", "Сайлау учаскелері", "Өкілдер", "п. 5 «б»")),
    number=st.integers(0, 10**MOST_DIGITS - 1),
    thousands=st.sampled_from((*GAPS, ",", ".", "’")),
    after=st.sampled_from(("", "%", " %", "\u00a0%", " человек", "\u202fадам", " млн\u00a0тенге", " regional centres")),
    gap=st.sampled_from(GAPS),
)
def test_a_number_is_known_however_it_is_written(what: str, number: int, thousands: str, after: str, gap: str) -> None:
    assert is_figure(f"{what}:{gap}{f'{number:,}'.replace(',', thousands)}{after}")


@given(st.integers(10**MOST_DIGITS, 10**30))
def test_a_number_of_ten_digits_is_a_telephone(number: int) -> None:
    assert not is_figure(f"Office: {number}")


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from((":", ".")))
def test_a_time_of_day_is_none(hour: int, minute: int, between: str) -> None:
    assert not is_figure(f"Start: {hour:02}{between}{minute:02}")
    assert not is_figure(f"Start: {hour}{between}{minute:02}")


@given(st.dates())
def test_a_date_is_none(day: object) -> None:
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d.%m"):
        assert not is_figure(f"Date: {day:{form}}")


@given(st.text())
def test_whatever_is_a_figure_has_letters_a_colon_and_a_number(words: str) -> None:
    if is_figure(words):
        assert re.search(r"[^\W\d_].*:.*[0-9]", words)


@pytest.mark.parametrize("piece", ["1", "1 ", "1,000", "a:", ":", " ", "1.1", "\u202f", "a", "%", "’000", "й\u0306"])
def test_a_hostile_length_comes_to_an_end(piece: str) -> None:
    assert not is_figure(f"a: {piece * 100_000}")
    for length in range(LONGEST):
        is_figure(f"a: {(piece * LONGEST)[:length]}")
