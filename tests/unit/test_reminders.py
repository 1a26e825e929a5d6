"""A person is reminded in time, once, and not at night without need."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.due import moment_of
from domain.quiet import quiet_until
from domain.reminder import LAST_CALL, due_reminder, next_reminder

DAY = datetime(2019, 6, 8, tzinfo=UTC)
ZONES = ("Europe/Berlin", "Asia/Almaty", "America/St_Johns", "Australia/Lord_Howe", "Asia/Beirut", "UTC")


def at(hour: int, minute: int = 0) -> datetime:
    return DAY + timedelta(hours=hour, minutes=minute)


def test_an_observer_is_reminded_an_hour_and_a_quarter_of_an_hour_before() -> None:
    told: set[tuple[datetime, int]] = set()
    heard = []
    for minute in range(0, 16 * 60, 5):
        now = at(0, minute)
        lead = due_reminder(at(15), (60, 15), now, told)
        if lead is not None:
            heard.append((now, lead))
            told.add((at(15), lead))
    assert heard == [(at(14), 60), (at(14, 45), 15)]


def test_a_meeting_moved_from_15_to_14_at_13_50_reminds_at_once_and_once() -> None:
    told: set[tuple[datetime, int]] = set()
    assert due_reminder(at(15), (60, 15), at(13, 49), told) is None
    assert due_reminder(at(14), (60, 15), at(13, 50), told) == 15
    told.add((at(14), 15))
    assert all(due_reminder(at(14), (60, 15), at(13, 50 + n), told) is None for n in range(30))


def test_a_meeting_moved_later_reminds_anew_and_back_again_not_twice() -> None:
    told = {(at(15), 60)}
    assert due_reminder(at(16), (60, 15), at(15), told) == 60
    assert due_reminder(at(15), (60, 15), at(14, 10), told) is None
    assert due_reminder(at(15), (60, 15), at(14, 45), told) == 15


@pytest.mark.parametrize("leads", [(), (0,), (-5,)])
def test_somebody_who_wants_no_reminders_gets_none(leads: tuple[int, ...]) -> None:
    assert due_reminder(at(15), leads, at(14, 59), set()) is None


def test_a_meeting_that_has_begun_reminds_nobody() -> None:
    assert due_reminder(at(15), (60, 15), at(15), set()) is None


@given(
    st.sets(st.integers(1, 300), max_size=5),
    st.lists(st.tuples(st.integers(0, 60), st.integers(-30, 400)), max_size=40),
)
def test_of_one_start_reminders_only_come_nearer_and_never_early(leads: set[int], steps: list[tuple[int, int]]) -> None:
    """The meeting is moved about while time goes on."""
    now, told, heard = at(0), set[tuple[datetime, int]](), list[tuple[datetime, int]]()
    for minutes, start in steps:
        now += timedelta(minutes=minutes)
        starts_at = at(0, start)
        lead = due_reminder(starts_at, tuple(leads), now, told)
        if lead is None:
            continue
        assert lead in leads
        assert timedelta(0) < starts_at - now <= timedelta(minutes=lead)
        assert not any(smaller < lead and starts_at - now <= timedelta(minutes=smaller) for smaller in leads)
        assert all(before > lead for start_before, before in heard if start_before == starts_at)
        told.add((starts_at, lead))
        heard.append((starts_at, lead))


@given(
    st.sets(st.integers(1, 90), max_size=4),
    st.integers(1, 240),
    st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)),
    st.sets(st.integers(1, 90), max_size=2),
)
def test_the_next_reminder_comes_at_the_moment_that_was_told_and_not_before(
    leads: set[int], ahead: int, quiet: tuple[int, int] | None, told: set[int]
) -> None:
    now, start = at(5), at(5, ahead)
    since, until = (time(quiet[0]), time(quiet[1])) if quiet else (None, None)
    already = {(start, lead) for lead in told}

    def due(minute: int) -> bool:
        moment = now + timedelta(minutes=minute)
        return due_reminder(start, leads, moment, already, quiet_until(since, until, "UTC", moment)) is not None

    assume(not due(0))
    first = next((minute for minute in range(1, ahead + 1) if due(minute)), None)
    moment = next_reminder(start, leads, now, already, (since, until, "UTC"))
    assert moment == (None if first is None else now + timedelta(minutes=first))


def test_quiet_that_begins_between_two_reminders_and_the_meeting_still_has_its_last_call() -> None:
    quiet = (time(8), time(0), "UTC")
    told = {(at(8, 1), 16)}
    assert due_reminder(at(8, 1), (16,), at(7, 59), told) is None
    assert due_reminder(at(8, 1), (16,), at(8), told, quiet_until(*quiet, at(8))) == LAST_CALL
    assert next_reminder(at(8, 1), (16,), at(5), told, quiet) == at(8)


def test_quiet_that_begins_on_his_own_day_is_not_looked_for_on_that_of_greenwich() -> None:
    start, zone = at(-4, 1), "Asia/Almaty"  # 2:01 of the 8th there
    assert next_reminder(start, (16,), at(-6), {(start, 16)}, (time(2), time(18), zone)) == at(-4)


def test_what_is_due_now_is_not_what_comes_next() -> None:
    never = (None, None, "UTC")
    assert due_reminder(at(15), (60, 15), at(14), set()) == 60
    assert next_reminder(at(15), (60, 15), at(14), set(), never) == at(14, 45)


class TestQuietHours:
    def heard(self, start: datetime, leads: tuple[int, ...], quiet_end: datetime) -> list[tuple[datetime, int]]:
        told: set[tuple[datetime, int]] = set()
        for minute in range(24 * 60):
            now = at(0, minute)
            lead = due_reminder(start, leads, now, told, quiet_end if now < quiet_end else None)
            if lead is not None:
                told.add((start, lead))
        return sorted((start - timedelta(minutes=lead), lead) for start, lead in told)

    def test_a_reminder_waits_until_morning(self) -> None:
        told: set[tuple[datetime, int]] = set()
        assert due_reminder(at(8), (120, 60, 15), at(6, 30), told, at(7, 30)) is None
        assert due_reminder(at(8), (120, 60, 15), at(7, 30), told, at(7, 30)) == 60

    @pytest.mark.parametrize("start", [at(5), at(7), at(7, 14)])
    def test_what_cannot_wait_wakes_him_a_quarter_of_an_hour_before_and_once(self, start: datetime) -> None:
        assert self.heard(start, (60,), at(7)) == [(start - timedelta(minutes=LAST_CALL), LAST_CALL)]

    def test_a_quarter_past_the_quiet_hours_is_late_enough_to_sleep(self) -> None:
        assert self.heard(at(7, 15), (60, 15), at(7)) == [(at(7), 15)]

    def test_who_wants_no_reminders_is_not_woken(self) -> None:
        assert self.heard(at(5), (), at(7)) == []

    def test_after_a_last_call_in_the_quiet_a_nearer_reminder_still_comes(self) -> None:
        assert self.heard(at(7, 10), (60, 5), at(7)) == [(at(6, 55), 15), (at(7, 5), 5)]

    def test_the_night_is_quiet_through_midnight(self) -> None:
        zone, start, end = "Asia/Almaty", time(22), time(7)
        morning = datetime(2019, 6, 8, 1, tzinfo=UTC)  # 7:00 there, then UTC+6
        assert quiet_until(start, end, zone, datetime(2019, 6, 7, 15, 59, tzinfo=UTC)) is None
        assert quiet_until(start, end, zone, datetime(2019, 6, 7, 16, 0, tzinfo=UTC)) == morning
        assert quiet_until(start, end, zone, datetime(2019, 6, 7, 20, 0, tzinfo=UTC)) == morning
        assert quiet_until(start, end, zone, morning) is None

    def test_a_siesta_is_quiet_within_one_day(self) -> None:
        assert quiet_until(time(13), time(15), "UTC", at(14)) == at(15)
        assert quiet_until(time(13), time(15), "UTC", at(16)) is None

    @pytest.mark.parametrize(("start", "end"), [(None, time(7)), (time(22), None), (time(7), time(7)), (None, None)])
    def test_half_a_setting_is_never_quiet(self, start: time | None, end: time | None) -> None:
        assert quiet_until(start, end, "UTC", at(7)) is None

    def test_who_sleeps_by_day_has_quiet_on_when_greenwich_is_a_day_ahead(self) -> None:
        now = datetime(2019, 6, 9, 0, 30, tzinfo=UTC)  # 17:30 of the 8th there
        assert quiet_until(time(20), time(18), "America/Los_Angeles", now) == now + timedelta(minutes=30)

    def test_quiet_that_began_at_midnight_stays_when_clocks_go_back_across_it(self) -> None:
        """St. John's, 2006-10-29 00:01 became 2006-10-28 23:01."""
        zone, morning = "America/St_Johns", datetime(2006, 10, 29, 10, 30, tzinfo=UTC)
        now = moment_of(date(2006, 10, 29), time(0), zone) + timedelta(minutes=30)
        assert quiet_until(time(0), time(7), zone, now) == morning

    def test_an_end_that_the_clocks_skip_comes_as_much_later(self) -> None:
        now = datetime(2019, 3, 31, 0, 30, tzinfo=UTC)
        assert quiet_until(time(22), time(2, 30), "Europe/Berlin", now) == datetime(2019, 3, 31, 1, 30, tzinfo=UTC)

    def test_an_end_that_comes_twice_ends_the_night_at_the_first(self) -> None:
        first = datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
        assert quiet_until(time(22), time(2, 30), "Europe/Berlin", first - timedelta(minutes=1)) == first
        assert quiet_until(time(22), time(2, 30), "Europe/Berlin", first + timedelta(minutes=45)) is None

    @given(
        st.times().map(lambda t: t.replace(microsecond=0)),
        st.times().map(lambda t: t.replace(microsecond=0)),
        st.sampled_from(ZONES),
        st.datetimes(datetime(2005, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    )
    def test_the_quiet_ends_when_the_persons_own_clock_says_so(
        self, start: time, end: time, zone: str, now: datetime
    ) -> None:
        until = quiet_until(start, end, zone, now)
        if until is None:
            day = now.astimezone(ZoneInfo(zone)).date()
            assert start == end or not (
                moment_of(day, start, zone) <= now < moment_of(day + timedelta(days=end < start), end, zone)
            )
        else:
            assert now < until <= now + timedelta(hours=26)
            days = [until.astimezone(ZoneInfo(zone)).date() + timedelta(days=n) for n in (-1, 0, 1)]
            assert until in {moment_of(day, end, zone) for day in days}
