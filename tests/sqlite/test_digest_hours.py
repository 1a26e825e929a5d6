"""Sixty coordinators in five zones over two weeks: for each local day and hour one digest or one record of none."""

import random
import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.digest import Depth, Plan, slots_between, what_is_due
from domain.mission import Mission
from services import digests
from storage import digests as shelf
from storage import people
from tests.sqlite.duty import Duty

ZONES = ("Europe/Berlin", "Asia/Almaty", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe")
HOURS = ("20:00", "02:30", "08:00,20:00", "07:15,12:00,19:45", "00:00,23:59")
WEEKDAYS = (None, "12345", "67", "1234567")


@pytest.mark.parametrize(
    ("day", "hours", "due"),
    [
        (date(2019, 3, 31), (time(2, 30),), ["2019-03-31T01:30"]),
        (date(2019, 10, 27), (time(2, 30),), ["2019-10-27T00:30"]),
        (date(2019, 3, 31), (time(2, 30), time(3, 30)), ["2019-03-31T01:30", "2019-03-31T01:30"]),
    ],
)
def test_half_past_two_comes_once_on_the_day_that_has_it_twice_or_never(
    day: date, hours: tuple[time, ...], due: list[str]
) -> None:
    plan = Plan(hours, "Europe/Berlin")
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    found = slots_between(plan, noon - timedelta(hours=12), noon)
    assert [slot.due.isoformat()[:16] for slot in found] == due
    assert len({slot.key for slot in found}) == len(found)


def test_of_two_that_are_late_the_later_is_sent_and_both_are_accounted_for() -> None:
    plan = Plan((time(8), time(12)), "UTC")
    now = datetime(2019, 6, 8, 15, tzinfo=UTC)
    slots = slots_between(plan, now - timedelta(hours=14), now)
    due = what_is_due(slots, set(), now, timedelta(hours=12))
    assert (due.send and due.send.key, [slot.key for slot in due.skip]) == ("2019-06-08T12:00", ["2019-06-08T08:00"])
    due = what_is_due(slots, set(), now, timedelta(hours=2))
    assert (due.send, len(due.skip)) == (None, 2)
    assert what_is_due(slots, {slot.key for slot in slots}, now, timedelta(hours=12)).send is None


def tick(duty: Duty, now: datetime) -> None:
    """Until nobody is left."""
    while digests.queue_due(duty.desk(now)):
        pass


@pytest.mark.parametrize("start", [datetime(2019, 3, 25, tzinfo=UTC), datetime(2019, 10, 22, tzinfo=UTC)])
def test_two_weeks_of_sixty_coordinators(tmp_path: Path, start: datetime) -> None:
    """Clocks change, the bot restarts and is killed half-way through its acts, and is away for eight hours."""
    chance = random.Random(8)
    mission = Mission("Mission", "Asia/Almaty", ("en",), (time(20),), digest_max_late=timedelta(hours=3), weekly_on=0)
    duty = Duty(tmp_path, mission, start - timedelta(days=1))
    for n in range(60):
        number = duty.person(f"C{n:02}", "coordinator", time_zone=ZONES[n % 5])
        shelf.choose(
            duty.db, number, start, hours=HOURS[n % 5], weekdays=WEEKDAYS[n % 4], own_zone=1,
            depth=(Depth.FULL, Depth.HEADLINES)[n % 2],
        )  # fmt: skip
    leads = people.list_leads(duty.db)
    now, end = start, start + timedelta(days=14)
    away = start + timedelta(days=6, hours=9, minutes=30)
    while now <= end:
        if not away <= now < away + timedelta(hours=8):
            duty.db.execute("BEGIN IMMEDIATE")
            tick(duty, now)
            killed = chance.random() < 0.3
            if killed:
                duty.restart()
            else:
                duty.db.execute("COMMIT")
        now += timedelta(minutes=20)
    duty.db.execute("BEGIN IMMEDIATE")
    tick(duty, end)
    duty.db.execute("COMMIT")
    expected = {
        (lead.person_id, slot.key)
        for lead in leads
        for slot in slots_between(shelf.read_plan(duty.db, lead, mission), start, end)
    }
    rows = duty.rows("SELECT person_id, local_at, outcome FROM digest")
    assert {(person, key) for person, key, _ in rows} == expected
    outcomes = Counter(outcome for *_, outcome in rows)
    assert outcomes["skipped"] > 0
    letters = Counter(
        (int(key.split(":")[1]), re.sub(r":\d+$", "", key.split(":", 2)[2]))
        for (key,) in duty.rows("SELECT once_key FROM outbox WHERE kind = 'digest'")
    )
    assert letters == Counter((person, key) for person, key, outcome in rows if outcome == "sent")
    untold = duty.rows(
        "SELECT person_id, max(local_at) FROM digest WHERE outcome = 'skipped' AND told_at IS NULL GROUP BY 1"
    )
    for person, key in untold:  # nothing was sent to him since
        assert not any(p == person and k > key and outcome == "sent" for p, k, outcome in rows)
    print(f"{len(leads)} coordinators, {len(expected)} promised, {outcomes}")


def test_a_traveller_and_a_clock_that_jumps_get_each_local_hour_once(tmp_path: Path) -> None:
    start = datetime(2019, 6, 3, tzinfo=UTC)
    duty = Duty(tmp_path, Mission("M", "UTC", ("en",), (time(20),), weekly_on=0), start - timedelta(days=1))
    number = duty.person("C1", "coordinator", time_zone="Asia/Almaty")
    shelf.choose(duty.db, number, start, own_zone=1)
    now = start
    for step in range(6 * 24 * 3):
        if step == 100:
            people.choose_time_zone(duty.db, number, "Europe/Moscow")
        jump = {150: timedelta(days=1), 151: timedelta(days=-1), 152: timedelta(0)}.get(step, timedelta(0))
        digests.queue_due(duty.desk(now + jump))
        now += timedelta(minutes=10)
    keys = [row[0] for row in duty.rows("SELECT local_at FROM digest ORDER BY local_at")]
    assert keys == [f"2019-06-0{day}T20:00" for day in (3, 4, 5)]
    assert duty.rows("SELECT count(*) FROM outbox WHERE kind = 'digest'") == [(len(keys),)]


def test_who_travels_east_past_his_hour_gets_it_late_and_not_twice(tmp_path: Path) -> None:
    start = datetime(2019, 6, 3, tzinfo=UTC)
    duty = Duty(tmp_path, Mission("M", "UTC", ("en",), (time(20),), weekly_on=0), start - timedelta(days=1))
    number = duty.person("C1", "coordinator", time_zone="Europe/Moscow")
    shelf.choose(duty.db, number, start, own_zone=1)
    for hour in range(72):
        if hour == 39:
            people.choose_time_zone(duty.db, number, "Asia/Almaty")
        digests.queue_due(duty.desk(start + timedelta(hours=hour)))
    assert duty.rows("SELECT local_at, substr(made_at, 1, 13) FROM digest ORDER BY local_at") == [
        ("2019-06-03T20:00", "2019-06-03T17"),
        ("2019-06-04T20:00", "2019-06-04T15"),
        ("2019-06-05T20:00", "2019-06-05T14"),
    ]  # fmt: skip


def test_two_processes_of_the_tick_write_one(tmp_path: Path) -> None:
    start = datetime(2019, 6, 3, tzinfo=UTC)
    duty = Duty(tmp_path, Mission("M", "UTC", ("en",), (time(20),)), start - timedelta(days=1))
    duty.person("C1", "coordinator")
    digests.queue_due(duty.desk(start + timedelta(hours=12)))
    other = Duty(tmp_path, duty.mission, start)
    at = start + timedelta(hours=20)
    assert digests.queue_due(duty.desk(at)) == 1
    assert digests.queue_due(other.desk(at)) == 0
    assert duty.rows("SELECT count(*) FROM digest") == [(1,)]
