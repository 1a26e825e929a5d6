"""The rules of the overdue ladder: who is asked when, and what is no reason to alarm anybody."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.alarm import (
    Alarm,
    Ladder,
    Rung,
    came_too_late,
    counts_from,
    first_rung,
    is_alive,
    listened,
    next_rung,
)
from domain.button import Presence
from domain.quiet import quiet_until

START = datetime(2019, 6, 8, 3, 30, tzinfo=UTC)
LADDER = Ladder()


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def climbed(until: int, deaf: list[tuple[datetime, datetime]], step: int = 1) -> list[tuple[int, Rung]]:
    """At which minute an alarm reaches which rung if the clock ticks every `step` minutes."""
    alarm: Alarm | None = None
    found = []
    for minute in range(0, until, step):
        now = after(minute)
        rung = first_rung(LADDER, START, now, deaf) if alarm is None else next_rung(LADDER, alarm, now, deaf)
        if rung is not None:
            found.append((minute, rung))
            alarm = Alarm(1, 1, 1, START, rung, now)
    return found


def test_each_step_comes_at_its_minute() -> None:
    assert climbed(300, []) == [(15, "asked"), (30, "leader"), (45, "coordinator"), (60, "unaccounted")]


def test_a_slow_clock_makes_nobody_climb_two_rungs_at_once() -> None:
    assert climbed(300, [], step=40) == [(40, "asked"), (80, "leader"), (120, "coordinator"), (160, "unaccounted")]


def test_minutes_in_which_the_bot_was_deaf_do_not_count() -> None:
    assert climbed(300, [(after(5), after(25))]) == [
        (35, "asked"), (50, "leader"), (65, "coordinator"), (80, "unaccounted"),
    ]  # fmt: skip
    assert climbed(300, [(after(20), after(50))])[:2] == [(15, "asked"), (60, "leader")]


def test_after_an_outage_over_the_start_nobody_is_asked_at_all() -> None:
    assert climbed(600, [(after(-60), after(120))]) == []
    assert climbed(600, [(after(0), after(46))]) == []
    assert climbed(600, [(after(0), after(44))])[0] == (59, "asked")


def test_an_alarm_begins_within_the_hour_or_never() -> None:
    assert first_rung(LADDER, START, after(60), []) is Rung.ASKED
    assert first_rung(LADDER, START, after(61), []) is None


def test_listening_is_counted_without_the_gaps() -> None:
    deaf = [(after(-10), after(5)), (after(10), after(20)), (after(55), after(90))]
    assert listened(START, after(60), deaf) == timedelta(minutes=60 - 5 - 10 - 5)
    assert listened(START, after(60), []) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("heard", "presence", "alive"),
    [
        (-31, None, False),
        (-30, None, True),
        (7, None, True),
        (-600, Presence.ARRIVED, True),
        (-600, Presence.LEFT, True),
        (-600, Presence.CANNOT_ATTEND, True),
        (-600, Presence.ON_MY_WAY, False),
        (-10, Presence.ON_MY_WAY, True),
    ],
)
def test_what_is_a_sign_of_life(heard: int, presence: Presence | None, alive: bool) -> None:
    assert is_alive(after(heard), presence, START) is alive


def test_silence_counts_from_the_latest_word_of_when_to_be_there() -> None:
    assert counts_from(START, None, None) == START
    assert counts_from(START, after(-600), after(20)) == after(20)
    assert counts_from(START, after(10), None) == after(10)


def test_a_meeting_told_of_when_it_was_over_expects_nobody() -> None:
    assert came_too_late(after(60), START, after(60))
    assert not came_too_late(after(59), START, after(60))
    assert came_too_late(after(60), START, None)
    assert not came_too_late(after(59), START, None)
    assert not came_too_late(None, START, None)


@pytest.mark.parametrize(
    ("since", "until", "hour", "ends"),
    [
        (time(22), time(7), 23, (9, 7)),
        (time(22), time(7), 6, (8, 7)),
        (time(22), time(7), 7, None),
        (time(22), time(7), 21, None),
        (time(13), time(15), 14, (8, 15)),
        (None, None, 3, None),
        (time(7), time(7), 7, None),
    ],
)
def test_quiet_hours_end_when_they_end(
    since: time | None, until: time | None, hour: int, ends: tuple[int, int] | None
) -> None:
    found = quiet_until(since, until, "UTC", datetime(2019, 6, 8, hour, tzinfo=UTC))
    assert found == (datetime(2019, 6, ends[0], ends[1], tzinfo=UTC) if ends else None)
