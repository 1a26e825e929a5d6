"""A leader checks in his team."""

from pathlib import Path

from tests.chat.checking_in import at, cancel, card, forge, lead, sent, well, words
from tests.house import House


async def person_id(house: House, reference: str) -> int:
    """The person's number."""
    return int(house.rows("SELECT id FROM person WHERE reference = ?", reference)[0][0])


async def test_a_leader_checks_in_who_is_there_and_takes_a_mark_back(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader, member = await house.enrol("O001"), await house.enrol("O002")
        await lead(house, "O001")
        await card(leader)
        last = await leader.tap("Check in my team")
        assert "Checked in: 0 of 8." in last["text"]
        assert not any("Observer 001" in label for label in leader.labels)
        before = sent(house, member), sent(house, leader)
        await leader.tap("▫️ Observer 002")
        await leader.tap("▫️ Observer 003")
        assert "Checked in: 2 of 8." in leader.last["text"]
        assert words(house) == [("O002", "a"), ("O003", "a")]
        await leader.tap("✅ Observer 003")
        assert words(house) == [("O002", "a")]
        assert house.rows("SELECT count(*) FROM checkin") == [(3,)]
        assert (sent(house, member), sent(house, leader)) == before
        await card(member)
        assert "You were checked in by Observer 001 at 09:25." in member.last["text"]
        assert well(house)


async def test_what_a_member_said_himself_is_not_the_leaders_to_take_back(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader, member = await house.enrol("O001"), await house.enrol("O002")
        await lead(house, "O001")
        await card(member)
        await member.tap("I am here")
        await card(leader)
        await leader.tap("Check in my team")
        await leader.tap("✅ Observer 002")
        assert "checked in personally" in house.telegram.toasts[-1]["text"]
        assert words(house) == [("O002", "a")]
        await leader.tap("▫️ Observer 003")
        mark = house.rows("SELECT max(id) FROM checkin")[0][0]
        assert "has changed" in await forge(member, f"1:un:{mark}")
        assert words(house) == [("O002", "a"), ("O003", "a")]


async def test_a_member_whom_the_leader_checked_in_can_still_say_it_himself(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader, member = await house.enrol("O001"), await house.enrol("O002")
        await lead(house, "O001")
        await card(leader)
        await leader.tap("Check in my team")
        await leader.tap("▫️ Observer 002")
        await card(member)
        await forge(member, "1:ci:1:a")
        assert words(house) == [("O002", "a"), ("O002", "a")]
        await leader.tap("✅ Observer 002")
        assert "personally" in house.telegram.toasts[-1]["text"]


async def test_everybody_else_is_here_marks_only_those_who_said_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader, ill, late = [await house.enrol(reference) for reference in ("O001", "O002", "O003")]
        await lead(house, "O001")
        await card(ill)
        await ill.tap("Cannot attend")
        await card(late)
        await late.tap("On my way")
        await card(leader)
        await leader.tap("Check in my team")
        last = await leader.tap("Everybody else is here")
        assert "Checked in: 6 of 8." in last["text"]
        assert "Everybody else is here" not in leader.labels
        assert ("O002", "c") in words(house)
        assert ("O003", "w") in words(house)
        assert ("O002", "a") not in words(house)
        await forge(leader, "1:wt:1")
        assert len(words(house)) == 8
        assert well(house)


async def test_after_the_meeting_the_latecomers_word_is_not_taken_for_silence(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader, late = await house.enrol("O001"), await house.enrol("O003")
        await lead(house, "O001")
        await card(late)
        await late.tap("On my way")
        await at(house, 10, 40)
        await card(leader)
        await leader.tap("Check in my team")
        await leader.tap("Everybody else is here")
        assert words(house).count(("O003", "w")) == 1
        assert ("O003", "a") not in words(house)
        assert "Everybody else is here" not in leader.labels


async def test_a_leader_has_no_say_about_other_teams_and_an_observer_about_nobody(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader, observer = await house.enrol("O001"), await house.enrol("O002")
        await lead(house, "O001")
        await card(observer)
        assert "Check in my team" not in observer.labels
        mine, other = await person_id(house, "O003"), await person_id(house, "O060")
        for data in (f"1:tr:1:{mine}", "1:tr:1:0", "1:wt:1"):
            await forge(observer, data)
        await card(leader)
        for data in (
            f"1:tr:1:{other}",
            f"1:tr:4:{mine}",
            "1:wt:4",
            "1:tr:1:999999999999999999:999999999999999999",
            "1:tr:999999999999999999:1",
        ):
            await forge(leader, data)
        assert words(house) == []
        assert well(house)


async def test_a_coordinator_of_one_team_checks_in_that_team_only(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await house.act(
            lambda desk: desk.db.execute(
                "INSERT INTO scope SELECT p.id, t.id FROM person AS p, team AS t"
                " WHERE p.reference = 'C003' AND t.name = 'Team 1'"
            )
        )
        await card(coordinator, "11:00")
        last = await coordinator.tap("Check in my team")
        assert "Checked in: 0 of 7." in last["text"]
        assert "hour" not in last["text"]
        assert not any("Observer 001" in label for label in coordinator.labels)
        stranger = await person_id(house, "O001")
        await forge(coordinator, f"1:tr:2:{stranger}")
        assert words(house) == []
        await coordinator.tap("▫️ Observer 060")
        assert words(house) == [("O060", "a")]


async def test_a_big_team_comes_in_pages_and_a_tap_stays_on_its_page(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader = await house.enrol("O001")
        await lead(house, "O001")
        await house.act(
            lambda desk: desk.db.execute(
                "UPDATE person SET team_id = (SELECT id FROM team WHERE name = 'HQ')"
                " WHERE reference BETWEEN 'O010' AND 'O039'"
            )
        )
        await card(leader)
        await leader.tap("Check in my team")
        assert "▶" in leader.labels
        await leader.tap("▶")
        assert "◀" in leader.labels
        assert "▶" not in leader.labels
        await leader.tap("▫️")
        assert "◀" in leader.labels
        assert "Checked in: 1 of 38." in leader.last["text"]


async def test_a_cancelled_meeting_has_no_roll(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader = await house.enrol("O001")
        await lead(house, "O001")
        await card(leader)
        await leader.tap("Check in my team")
        await cancel(house, "M01")
        await leader.tap("Everybody else is here")
        assert "is cancelled" in house.telegram.toasts[-1]["text"]
        assert words(house) == []
