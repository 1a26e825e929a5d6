"""A time that somebody typed is understood exactly, or the reason is told why not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.when import NotUnderstood, Understood, WhenFault
from services.when import LONGEST_TEXT, understand

ALMATY = ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 11, 25, 9, 50, 37, tzinfo=UTC)
"""A Wednesday, 14:50 in Almaty."""
DAY = date(2026, 11, 25)
MEETING = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
"""15:00 in Almaty."""


def typed(
    text: str,
    *,
    zone: str = "Asia/Almaty",
    now: datetime = NOW,
    day: date = DAY,
    since: datetime | None = MEETING,
    languages: tuple[str, ...] = ("ru", "en", "kk"),
) -> Understood | NotUnderstood:
    return understand(text, place_zone=zone, now=now, day=day, languages=languages, since=since)


def shown(text: str) -> str:
    answer = typed(text)
    assert isinstance(answer, Understood), answer
    local = answer.starts_at.astimezone(ALMATY)
    assert (answer.day, answer.clock) == (local.date(), local.time())
    return f"{local:%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("15:30", "11-25 15:30"),
        ("15.30", "11-25 15:30"),
        ("1530", "11-25 15:30"),
        ("15 30", "11-25 15:30"),
        ("15h30", "11-25 15:30"),
        ("１５：３０", "11-25 15:30"),
        (" 15:30. ", "11-25 15:30"),
        ("16", "11-25 16:00"),
        ("3 pm", "11-25 15:00"),
        ("3 p.m.", "11-25 15:00"),
        ("+15", "11-25 15:15"),
        ("+1h", "11-25 16:00"),
        ("+1:30", "11-25 16:30"),
        ("+1 ч 30 мин", "11-25 16:30"),
        ("−5", "11-25 14:55"),
        ("26.11 15:30", "11-26 15:30"),
        ("15:30 26.11", "11-26 15:30"),
        ("26.11.26 15:30", "11-26 15:30"),
        ("2026-11-26T15:30", "11-26 15:30"),
        ("26/11 15:30", "11-26 15:30"),
        ("12/26 9:00", "12-26 09:00"),
    ],
)
def test_figures_are_read_as_a_clock_shows_them(text: str, moment: str) -> None:
    assert shown(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("in 2 hours", "11-25 16:50"),
        ("in half an hour", "11-25 15:20"),
        ("now", "11-25 14:50"),
        ("today at 5 pm", "11-25 17:00"),
        ("tomorrow 9am", "11-26 09:00"),
        ("tomorrow at 9", "11-26 09:00"),
        ("9am tomorrow", "11-26 09:00"),
        ("12am tomorrow", "11-26 00:00"),
        ("noon tomorrow", "11-26 12:00"),
        ("tomorrow", "11-26 15:00"),
        ("the day after tomorrow 8:15", "11-27 08:15"),
        ("monday 9", "11-30 09:00"),
        ("next monday at 9", "11-30 09:00"),
        ("wednesday 18:00", "11-25 18:00"),
        ("Nov 26 at 9:30", "11-26 09:30"),
        ("December 10, 2026 3pm", "12-10 15:00"),
        ("26th of November at 9", "11-26 09:00"),
        ("November 26", "11-26 15:00"),
        ("in 3 days at 10:00", "11-28 10:00"),
    ],
)
def test_english_phrases(text: str, moment: str) -> None:
    assert shown(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("завтра в 10", "11-26 10:00"),
        ("Завтра, в 10.", "11-26 10:00"),
        ("10:00 завтра", "11-26 10:00"),
        ("завтра в 9 вечера", "11-26 21:00"),
        ("завтра в полдень", "11-26 12:00"),
        ("завтра в 12 часов дня", "11-26 12:00"),
        ("завтра в 15 часов 30 минут", "11-26 15:30"),
        ("послезавтра в 14:30", "11-27 14:30"),
        ("в 3 часа дня", "11-25 15:00"),
        ("сегодня в 10 ночи", "11-25 22:00"),
        ("к 16", "11-25 16:00"),
        ("через 2 часа", "11-25 16:50"),
        ("через полчаса", "11-25 15:20"),
        ("через полтора часа", "11-25 16:20"),
        ("через 2 дня в 10", "11-27 10:00"),
        ("25 ноября в 18.30", "11-25 18:30"),
        ("26 ноября в 18", "11-26 18:00"),
        ("10 декабря 2026 г. в 10:00", "12-10 10:00"),
        ("в понедельник в 10", "11-30 10:00"),
        ("в 10 в пятницу", "11-27 10:00"),
        ("Вт 9:00", "12-01 09:00"),
    ],
)
def test_russian_phrases(text: str, moment: str) -> None:
    assert shown(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("ертең 10:00", "11-26 10:00"),
        ("ертен 10", "11-26 10:00"),
        ("ертең сағат 10-да", "11-26 10:00"),
        ("ертең кешкі 7-де", "11-26 19:00"),
        ("бүгін 18:00-де", "11-25 18:00"),
        ("бүрсігүні 9:00", "11-27 09:00"),
        ("2 сағаттан кейін", "11-25 16:50"),
        ("2 сағаттан соң", "11-25 16:50"),
        ("жарты сағаттан кейін", "11-25 15:20"),
        ("жарты сағаттан соң", "11-25 15:20"),
        ("дүйсенбі 10:00", "11-30 10:00"),
        ("1 желтоқсан 10:00", "12-01 10:00"),
        ("1 желтоқсанда сағат 10-да", "12-01 10:00"),
    ],
)
def test_kazakh_phrases(text: str, moment: str) -> None:
    assert shown(text) == moment


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", WhenFault.NOT_A_TIME),
        ("🙂", WhenFault.NOT_A_TIME),
        ("May", WhenFault.NOT_A_TIME),
        ("evening", WhenFault.NOT_A_TIME),
        ("١٥:٣٠", WhenFault.NOT_A_TIME),
        ("1559991600", WhenFault.NOT_A_TIME),
        ("in 9999999999 hours", WhenFault.NOT_A_TIME),
        ("1" * (LONGEST_TEXT + 1), WhenFault.NOT_A_TIME),
        ("31 June", WhenFault.NO_SUCH_DAY),
        ("31 июня в 10", WhenFault.NO_SUCH_DAY),
        ("31.06 10:00", WhenFault.NO_SUCH_DAY),
        ("2026-02-30 10:00", WhenFault.NO_SUCH_DAY),
        ("29 February 10:00", WhenFault.NO_SUCH_DAY),
        ("25:00", WhenFault.NO_SUCH_TIME),
        ("24:00", WhenFault.NO_SUCH_TIME),
        ("9:60", WhenFault.NO_SUCH_TIME),
        ("2530", WhenFault.NO_SUCH_TIME),
        ("завтра в 25:00", WhenFault.NO_SUCH_TIME),
        ("15 am", WhenFault.NO_SUCH_TIME),
        ("8 June 1919 10:00", WhenFault.PAST),
        ("8 июня 1919 в 10:00", WhenFault.PAST),
        ("01.01.0001 10:00", WhenFault.PAST),
        ("14:49", WhenFault.PAST),
        ("20 ноября 10:00", WhenFault.PAST),
        ("2 hours ago", WhenFault.PAST),
        ("вчера в 10", WhenFault.PAST),
        ("01.01.2099 10:00", WhenFault.TOO_FAR),
        ("31.12.9999 23:59", WhenFault.TOO_FAR),
        ("in 99999 days at 10", WhenFault.TOO_FAR),
    ],
)
def test_what_cannot_be_says_why(text: str, code: WhenFault) -> None:
    answer = typed(text)
    assert isinstance(answer, NotUnderstood)
    assert answer.code is code


@pytest.mark.parametrize(
    "text",
    ["2 часа", "2 hours", "15h", "8/6 10:00", "15:30 UTC", "15:30 +05:00", "in 2 hours EST", "15:30-16:30", "9 10.06"],
)
def test_what_can_be_read_two_ways_is_asked_about(text: str) -> None:
    assert typed(text) == NotUnderstood(WhenFault.NOT_A_TIME)


def test_a_day_without_an_hour_is_asked_about_when_there_is_no_meeting_to_move() -> None:
    assert typed("завтра", since=None) == NotUnderstood(WhenFault.NOT_A_TIME)


def test_a_quarter_of_an_hour_more_counts_from_now_when_there_is_no_meeting_to_move() -> None:
    answer = typed("+15", since=None)
    assert isinstance(answer, Understood)
    assert answer.clock == time(15, 5)


def test_the_present_minute_is_not_past_and_the_one_before_is_offered() -> None:
    assert isinstance(typed("14:50"), Understood)
    assert typed("14:49") == NotUnderstood(WhenFault.PAST, (datetime(2026, 11, 25, 9, 49, tzinfo=UTC),))


def test_a_mission_that_speaks_no_russian_understands_no_russian_month() -> None:
    assert isinstance(typed("26 декабря 10:00"), Understood)
    assert typed("26 декабря 10:00", languages=("de", "xx")) == NotUnderstood(WhenFault.NOT_A_TIME)
    assert isinstance(typed("26. Dezember um 10:00", languages=("de",)), NotUnderstood)  # "um" is not in the grammar
    assert isinstance(typed("26. Dezember 10:00", languages=("de",)), Understood)


class TestClocksThatChange:
    BEFORE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def test_an_hour_that_berlin_skips_does_not_exist(self) -> None:
        answer = typed("29.03 02:30", zone="Europe/Berlin", now=self.BEFORE)
        assert answer == NotUnderstood(WhenFault.NONEXISTENT)

    def test_an_hour_that_berlin_has_twice_gives_both(self) -> None:
        answer = typed("25.10 2:30", zone="Europe/Berlin", now=self.BEFORE)
        both = (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
        assert answer == NotUnderstood(WhenFault.AMBIGUOUS, both)

    def test_when_the_first_of_both_is_over_the_second_is_meant(self) -> None:
        now = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
        answer = typed("2:30", zone="Europe/Berlin", now=now, day=date(2026, 10, 25), since=None)
        assert isinstance(answer, Understood)
        assert answer.starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    def test_kazakhstan_set_its_clocks_back_on_1_march_2024(self) -> None:
        now = datetime(2024, 2, 29, 6, 0, tzinfo=UTC)
        before = typed("22:59", now=now, day=date(2024, 2, 29), since=None)
        after = typed("1 марта в 10", now=now, since=None)
        twice = typed("29 февраля в 23:30", now=now, since=None)
        assert isinstance(before, Understood)
        assert before.starts_at == datetime(2024, 2, 29, 16, 59, tzinfo=UTC)
        assert isinstance(after, Understood)
        assert after.starts_at == datetime(2024, 3, 1, 5, 0, tzinfo=UTC)
        assert isinstance(twice, NotUnderstood)
        assert twice.code is WhenFault.AMBIGUOUS

    def test_two_hours_are_two_hours_through_the_night_of_the_change(self) -> None:
        now = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
        answer = typed("in 2 hours", zone="Europe/Berlin", now=now)
        assert isinstance(answer, Understood)
        assert (answer.starts_at, answer.clock) == (now + timedelta(hours=2), time(4, 30))


@settings(deadline=None)  # the first one loads the languages
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(timedelta(0), timedelta(days=300)),
    st.sampled_from(["Asia/Almaty", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Chatham"]),
    st.sampled_from(["%Y-%m-%d %H:%M", "%H:%M %d.%m.%Y", "%d.%m %H.%M", "%d %B at %H:%M", "%B %d %H:%M"]),
)
def test_a_moment_written_down_is_understood_as_itself(now: datetime, ahead: timedelta, zone: str, form: str) -> None:
    meant = (now + ahead).replace(second=0, microsecond=0)
    answer = typed(f"{meant.astimezone(ZoneInfo(zone)):{form}}", zone=zone, now=now.replace(second=0, microsecond=0))
    if isinstance(answer, NotUnderstood):
        assert answer.code is WhenFault.AMBIGUOUS
        assert meant in answer.moments
    else:
        local = answer.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert local == meant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


_WORDS = (
    "в",
    "at",
    "10",
    "25:00",
    "31",
    "june",
    "июня",
    "завтра",
    "tomorrow",
    "через",
    "in",
    "2",
    "часа",
    "hours",
    "am",
)
_SIGNS = ("-", "+", ":", ".", "/", "2026", "ертең", "сағат", "monday")


@settings(deadline=None)  # the first one loads the languages
@given(st.text(max_size=70) | st.lists(st.sampled_from(_WORDS + _SIGNS), max_size=8).map(" ".join))
def test_whatever_is_typed_gets_an_answer_that_holds(text: str) -> None:
    answer = typed(text)
    if isinstance(answer, Understood):
        assert NOW - timedelta(minutes=1) < answer.starts_at <= NOW + timedelta(days=366)
        assert answer.starts_at.tzinfo is UTC
    else:
        assert (len(answer.moments) == 2) == (answer.code is WhenFault.AMBIGUOUS)


def test_people_who_type_at_the_same_time_get_their_own_answers() -> None:
    texts = [
        "завтра в 10",
        "in 2 hours",
        "25 ноября в 18.30",
        "31 June",
        "2 сағаттан кейін",
        "26th of November at 9",
    ] * 30
    expected = [typed(text) for text in texts]
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(typed, texts)) == expected
