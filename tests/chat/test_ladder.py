"""Nobody stays unaccounted for: the question on his phone, the alarm on theirs, and who says how he is."""

import asyncio
from pathlib import Path

from tests.chat.checking_in import at, lead, well
from tests.chat.test_live import until
from tests.house import House, Phone


def text_of(phone: Phone) -> str:
    return str(phone.last.get("text", ""))


async def climb(house: House) -> None:
    """To the top: every tick finds the next rung due."""
    for minute in (45, 60, 75, 90):
        await at(house, 9 + minute // 60, minute % 60, day=8)
        rung = {45: "asked", 60: "leader", 75: "coordinator", 90: "unaccounted"}[minute]
        await until(lambda rung=rung: house.rows("SELECT count(*) FROM alarm WHERE rung = ?", rung) == [(1,)])  # type: ignore[misc]
        await house.settle()


async def restart(house: House, somebody: Phone) -> None:
    """Until the bot has heard all that Telegram kept for it; it was heard of since the clock was turned."""
    await somebody.say("/help")
    await house.close()
    await house.open()
    await until(lambda: house.rows("SELECT count(*) FROM deaf WHERE until_at IS NULL") == [(0,)])


async def quiet(house: House) -> tuple[Phone, Phone, Phone]:
    """Observer 1, a leader of his team, a coordinator; the observer and nobody else is silent."""
    await lead(house, "O002")
    observer, leader, coordinator = [await house.enrol(who) for who in ("O001", "O002", "C003")]
    early = "UPDATE account SET last_heard_at = '2019-06-08T01:00:00.000Z' WHERE telegram_id = ?"
    await house.act(lambda desk: desk.db.execute(early, (observer.user_id,)))
    return observer, leader, coordinator


async def test_an_observer_is_asked_and_one_tap_settles_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, leader, coordinator = await quiet(house)
        await at(house, 9, 46)
        await until(lambda: "Are you well?" in text_of(observer))
        assert observer.labels == ["I am here", "I am well, but not there"]
        last = await observer.tap("I am well, but not there")
        assert "Campaign office" in last["text"]
        assert "Cannot attend" in observer.labels
        await until(lambda: house.rows("SELECT outcome FROM alarm") == [("sign",)])
        await house.settle()
        assert "Campaign office" in text_of(observer), "his card stays as it is"
        assert "No sign" not in leader.read() + coordinator.read()
        assert well(house)


async def test_a_check_in_from_the_question_is_a_check_in(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, *_ = await quiet(house)
        await at(house, 9, 46)
        await until(lambda: "Are you well?" in text_of(observer))
        last = await observer.tap("I am here")
        assert "Stored: you arrived at 09:46" in last["text"]
        await until(lambda: house.rows("SELECT outcome FROM alarm") == [("sign",)])
        await house.settle()
        assert "Stored: you arrived" in text_of(observer)


async def test_a_coordinator_says_how_he_is_and_everybody_who_was_alarmed_hears_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, leader, coordinator = await quiet(house)
        await coordinator.say("/live")
        await climb(house)
        assert "No sign of life from 1 person" in leader.read()
        assert "Unaccounted for: 1 person" in text_of(coordinator)
        await until(
            lambda: any(m["text"].startswith("Live") and "Unaccounted" in m["text"] for m in coordinator.messages)
        )
        await coordinator.tap("Observer 001")
        assert "How is Observer 001?" in text_of(coordinator)
        await coordinator.say("His phone fell into the Ishim & he is <dry>")
        assert "Observer 001: His phone fell into the Ishim & he is <dry> (" in text_of(coordinator)
        await until(lambda: "fell into the Ishim" in text_of(leader))
        assert "colleagues have told" in observer.read()
        assert house.rows("SELECT outcome, how FROM alarm") == [("resolved", "w")]
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'accounted_for'") == [(1,)]
        assert house.rows("SELECT count(*) FROM conversation") == [(0,)]
        await until(
            lambda: not any(m["text"].startswith("Live") and "Unaccounted" in m["text"] for m in coordinator.messages)
        )
        assert well(house)


async def test_a_leader_taps_how_he_is_and_two_who_know_do_not_collide(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        _, leader, coordinator = await quiet(house)
        await climb(house)
        await leader.tap("Observer 001")
        await coordinator.tap("Observer 001")
        last = await leader.tap("Seen by a colleague")
        assert "seen by a colleague, is well (Observer 002" in last["text"]
        last = await coordinator.tap("Reached by phone")
        assert "seen by a colleague, is well (Observer 002" in last["text"]
        assert house.rows("SELECT how FROM alarm") == [("s",)]


async def test_an_alarm_is_nobody_elses_business(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, _, _ = await quiet(house)
        await lead(house, "O060")
        stranger = await house.enrol("O060")
        await climb(house)
        for phone, data in (
            (stranger, "1:al:1:p"),
            (stranger, "1:ok:1"),
            (observer, "1:al:1:p"),
            (stranger, "1:al:99:p"),
        ):
            phone.telegram.tap(phone.user_id, phone.last["message_id"], data=data)
            await house.settle()
        assert house.rows("SELECT count(*) FROM alarm WHERE how IS NOT NULL") == [(0,)]
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)]


async def test_a_restart_on_the_way_up_repeats_and_loses_no_step(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, leader, coordinator = await quiet(house)
        await at(house, 9, 45)
        await until(lambda: "Are you well?" in text_of(observer))
        await restart(house, coordinator)
        await at(house, 10, 0)
        await until(lambda: "No sign of life" in text_of(leader))
        await restart(house, coordinator)
        await at(house, 10, 15)
        await until(lambda: "No sign of life" in text_of(coordinator))
        await house.settle()
        assert observer.read().count("Are you well?") == 1
        assert leader.read().count("No sign of life") == 1


async def test_after_an_outage_of_the_bot_nobody_is_alarmed(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, leader, coordinator = await quiet(house)
        await house.close()
        await at(house, 10, 45)
        await house.open()
        await until(lambda: house.rows("SELECT count(*) FROM deaf WHERE until_at IS NOT NULL") == [(1,)])
        for minute in (46, 59):
            await at(house, 10, minute)
            await asyncio.sleep(0.5)
        await house.settle()
        assert "Are you well?" not in observer.read()
        assert "No sign" not in leader.read() + coordinator.read()
        assert house.rows("SELECT count(*) FROM alarm") == [(0,)]
