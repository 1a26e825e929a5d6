"""What fails for one holds up nobody else, and coordinators learn whom the bot fails."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import turn
from services.desk import Desk
from tests.chat.checking_in import at
from tests.chat.test_changes import heard
from tests.chat.test_ladder import quiet
from tests.chat.test_live import until
from tests.chat.test_notices import change
from tests.chat.test_reminders import EARLY, reminded
from tests.house import House, Phone

UNDONE = "Part of my work does not get done"
NOWHERE = "Asia/Nowhere"


def lives_by(zone: str, reference: str = "O001") -> Callable[[Desk], None]:
    """For a transaction: his clock, which this machine's zone data may lack, and quiet hours by it."""

    def do(desk: Desk) -> None:
        desk.db.execute(
            "UPDATE person SET own_time_zone = ?, quiet_from = '23:00', quiet_until = '05:00' WHERE reference = ?",
            (zone, reference),
        )

    return do


def later(house: House) -> None:
    """Two minutes on: what was changed is told."""
    turn(house.clock_file, house.clock.now() + timedelta(minutes=2), 1.0)


def told(phone: Phone) -> list[str]:
    return heard(phone, UNDONE)


async def test_who_cannot_be_told_of_a_change_holds_up_nobody_and_coordinators_are_told_who_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with House(tmp_path) as house:
        press, lead = await house.enrol("C003"), await house.enrol("C001")
        lost, found = await house.enrol("O001"), await house.enrol("O002")
        await house.act(lives_by(NOWHERE))
        await change(press, "09:30", "Another place", "!Dostyk 5", why="Water in the cellar")
        later(house)
        await until(lambda: len(told(lead)) == 1)
        (name,) = house.rows("SELECT name FROM person WHERE reference = 'O001'")
        assert f"• notices of changes: {name[0]}" in told(lead)[0]
        await until(lambda: bool(heard(found) and heard(lead)))  # an alert overtakes a notice
        assert "Dostyk 5" in heard(found)[0]
        assert "Dostyk 5" in heard(lead)[0]
        assert not heard(lost)
        later(house)
        await house.settle()
        assert len(told(lead)) == len(told(press)) == 1
        assert len([record for record in caplog.records if record.msg == "%s failed for %s"]) == 1
        await house.act(lives_by("Asia/Almaty"))
        await until(lambda: len(heard(lost)) == 1)
        assert "Dostyk 5" in heard(lost)[0]
        assert len(heard(found)) == 1


async def test_who_cannot_be_reminded_holds_up_no_others_reminder(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY, reminders="60,15") as house:
        lead, lost, found = [await house.enrol(who) for who in ("C001", "O001", "O002")]
        await house.act(lives_by(NOWHERE))
        await at(house, 8, 30)
        await until(lambda: len(reminded(found)) == 1)
        await until(lambda: len(told(lead)) == 1)
        assert "• reminders: " in told(lead)[0]
        assert not reminded(lost)
        await house.act(lives_by("Asia/Almaty"))
        await until(lambda: len(reminded(lost)) == 1)
        assert len(reminded(found)) == 1


async def test_who_has_no_evening_of_his_own_holds_up_nobody_elses_programme_of_tomorrow(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY - timedelta(days=1), eve_at="19:00") as house:
        lead, lost, found = [await house.enrol(who) for who in ("C001", "O001", "O002")]
        await house.act(lives_by(NOWHERE))
        await at(house, 19, 1, day=7)
        await until(lambda: any("Campaign office" in text for text in heard(found, "Tomorrow")))
        await until(lambda: len(told(lead)) == 1)
        assert "• tomorrow's programme in the evening" in told(lead)[0]
        assert not heard(lost, "Tomorrow")
        await house.act(lives_by("Asia/Almaty"))
        await until(lambda: len(heard(lost, "Tomorrow")) == 1)


async def test_who_cannot_be_looked_after_holds_up_no_alarm_about_others(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        silent, other, coordinator = await quiet(house)
        early = "UPDATE account SET last_heard_at = '2019-06-08T01:00:00.000Z' WHERE telegram_id = ?"
        await house.act(lambda desk: desk.db.execute(early, (other.user_id,)))
        await house.act(lives_by(NOWHERE))
        await at(house, 9, 46)
        await until(lambda: "Are you well?" in str(other.last.get("text", "")))
        await until(lambda: len(told(coordinator)) == 1)
        assert "• alerts about overdue check-ins: " in told(coordinator)[0]
        assert not heard(silent, "Are you well?")


async def test_a_coordinator_of_other_teams_is_not_told_whom_the_bot_fails(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        whole, of_others = await house.enrol("C001"), await house.enrol("C003")
        await house.enrol("O001")
        scope = (
            "INSERT INTO scope (person_id, team_id) SELECT p.id, t.id FROM person AS p, team AS t"
            " WHERE p.reference = 'C003' AND t.id <> (SELECT team_id FROM person WHERE reference = 'O001') LIMIT 1"
        )
        await house.act(lambda desk: desk.db.execute(scope))
        await house.act(lives_by(NOWHERE))
        await change(whole, "09:30", "Another place", "!Dostyk 5", why="Water in the cellar")
        later(house)
        await until(lambda: len(told(whole)) == 1)
        await house.settle()
        assert not told(of_others)
