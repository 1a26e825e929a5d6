"""What is told to come does come: each kind with its person, its meeting and its moment."""

from datetime import UTC, datetime
from pathlib import Path

from services.coming import Coming, Due, list_coming
from tests.chat.announcing import compose
from tests.chat.checking_in import at
from tests.chat.test_live import until
from tests.house import House

EARLY = datetime(2019, 6, 8, 2, tzinfo=UTC)
"""08:00 in Nur-Sultan."""


async def coming(house: House) -> list[Coming]:
    found: list[Coming] = await house.act(list_coming)
    return found


def of(found: list[Coming], kind: Due) -> list[tuple[str, tuple[str, ...], str]]:
    """(moment in UTC, names, what of) of one kind."""
    return [
        (one.at.strftime("%d %H:%M") if one.at else "", one.names, one.meeting.reference if one.meeting else one.title)
        for one in found
        if one.kind is kind
    ]


async def test_reminders_digests_and_tomorrows_programme_come_when_they_are_told_to(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY, reminders="60,15", eve_at="19:00") as house:
        observer, other, coordinator = [await house.enrol(who) for who in ("O001", "O300", "C003")]
        found = await coming(house)
        reminders = of(found, Due.REMINDER)
        assert reminders[0] == ("08 02:30", ("Press officer", "Observer 001"), "M01")
        assert ("08 04:00", ("Press officer", "Observer 001", "Observer 300"), "M02") in reminders
        assert of(found, Due.DIGEST) == [("08 14:00", ("Press officer",), "")]
        assert of(found, Due.EVE) == [("08 13:00", ("Observer 300",), "")]
        moments = [one.at for one in found if one.at is not None]
        assert moments == sorted(moments)
        await at(house, 8, 29)
        await house.rest()
        assert "🔔" not in observer.read() + other.read()
        await at(house, 8, 30)
        await until(lambda: "🔔" in observer.read())
        assert of(await coming(house), Due.REMINDER)[0] == ("08 03:15", ("Press officer", "Observer 001"), "M01")
        await at(house, 20, 0)
        await until(lambda: "Digest" in coordinator.read())
        found = await coming(house)
        assert of(found, Due.DIGEST) == [("09 14:00", ("Press officer",), "")]
        assert of(found, Due.EVE) == []
        assert "Tomorrow" in other.read()


async def test_the_ladder_tells_whom_it_will_ask_and_its_next_rung(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY) as house:
        await house.enrol("O001")
        assert of(await coming(house), Due.ASKED) == []
        await at(house, 9, 0)
        assert of(await coming(house), Due.ASKED) == [("08 03:45", ("Observer 001",), "M01")]
        await at(house, 9, 45)
        await until(lambda: house.rows("SELECT rung FROM alarm") == [("asked",)])
        found = await coming(house)
        assert of(found, Due.ASKED) == []
        assert of(found, Due.LEADER) == [("08 04:00", ("Observer 001",), "M01")]
        await at(house, 10, 0)
        await until(lambda: house.rows("SELECT rung FROM alarm") == [("leader",)])
        assert of(await coming(house), Due.COORDINATOR) == [("08 04:15", ("Observer 001",), "M01")]


async def test_a_scheduled_announcement_and_a_change_wait_for_their_moments(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY) as house:
        await house.enrol("O001")
        coordinator = await house.enrol("C003")
        await compose(coordinator, "Bring your badges.", "Everyone in private")
        await coordinator.tap("When")
        await coordinator.say("18:30")
        await coordinator.tap("Preview")
        await coordinator.tap("Schedule")
        assert of(await coming(house), Due.ANNOUNCEMENT) == [("08 15:30", ("Press officer",), "Bring your badges.")]
        await coordinator.say("/change")
        await coordinator.tap("17:00")
        await coordinator.tap("Another time")
        await coordinator.say("17:15")
        await coordinator.tap("Change it")
        found = await coming(house)
        assert [(names, what) for _, names, what in of(found, Due.NOTICE)] == [(("Observer 001",), "M05")]
        assert [(names, what) for _, names, what in of(found, Due.RECEIPT)] == [(("Press officer",), "M05")]
