"""A digest is due once a local day, whatever the clocks do."""

import time as clock
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.due import last_due, moment_of

ZONES = (
    "Europe/Berlin",
    "Asia/Almaty",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "UTC",
)
zones = st.sampled_from(ZONES)
hours = st.times().map(lambda at: at.replace(microsecond=0))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(hours, zones, moments)
def test_it_is_the_latest_day_whose_moment_has_come(at: time, zone: str, now: datetime) -> None:
    day, due = last_due(at, zone, now)
    assert due == moment_of(day, at, zone) <= now
    assert moment_of(day + timedelta(days=1), at, zone) > now


@given(hours, zones, st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_every_local_day_is_due_exactly_once(at: time, zone: str, first: date) -> None:
    days = [first + timedelta(days=n) for n in range(40)]
    now = moment_of(first, at, zone)
    end = moment_of(days[-1], at, zone)
    seen: list[date] = []
    while now <= end:
        day, _ = last_due(at, zone, now)
        if not seen or seen[-1] != day:
            seen.append(day)
        now += timedelta(hours=3)
    if seen[-1] != days[-1]:
        seen.append(last_due(at, zone, end)[0])
    assert seen == days


@given(hours, zones, moments, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_it_never_goes_back(at: time, zone: str, now: datetime, step: timedelta) -> None:
    assert last_due(at, zone, now) <= last_due(at, zone, now + step)


@pytest.fixture
def server_in_samoa() -> Iterator[None]:
    """The machine itself stands where the day begins last."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Pago_Pago")
        clock.tzset()
        yield
    clock.tzset()


@pytest.mark.usefixtures("server_in_samoa")
def test_where_the_server_stands_does_not_matter() -> None:
    """At 0:30 of the 9th in Kiritimati it is still the 7th in Samoa."""
    now = datetime(2019, 6, 8, 10, 30, tzinfo=UTC)
    day, due = last_due(time(0, 15), "Pacific/Kiritimati", now)
    assert (day, due.isoformat()) == (date(2019, 6, 9), "2019-06-08T10:15:00+00:00")


def test_a_skipped_hour_is_shifted_and_a_doubled_one_counts_first() -> None:
    at = time(2, 30)
    assert moment_of(date(2019, 3, 31), at, "Europe/Berlin") == datetime(2019, 3, 31, 1, 30, tzinfo=UTC)
    assert moment_of(date(2019, 3, 31), at, "Europe/Berlin").astimezone(ZoneInfo("Europe/Berlin")).hour == 3
    assert moment_of(date(2019, 10, 27), at, "Europe/Berlin") == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    again = datetime(2019, 10, 27, 1, 30, tzinfo=UTC)
    assert last_due(at, "Europe/Berlin", again) == (date(2019, 10, 27), datetime(2019, 10, 27, 0, 30, tzinfo=UTC))


def test_clocks_that_go_back_across_midnight_do_not_take_the_day_back() -> None:
    """St. John's, 2006-10-29 00:01 became 2006-10-28 23:01."""
    due = moment_of(date(2006, 10, 29), time(0, 0), "America/St_Johns")
    later = due + timedelta(minutes=30)
    assert later.astimezone(ZoneInfo("America/St_Johns")).date() == date(2006, 10, 28)
    assert last_due(time(0, 0), "America/St_Johns", later) == (date(2006, 10, 29), due)
