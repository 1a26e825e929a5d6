"""A team leader checks in those who stand beside him."""

from pathlib import Path

from tests.house import House


async def test_a_leader_checks_in_a_member_and_takes_his_mark_back(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        team = "(SELECT team_id FROM person WHERE reference = 'O060')"
        change = (
            f"UPDATE person SET team_id = {team}, role = CASE reference WHEN 'O060' THEN 'team_leader' ELSE role END"
        )
        await house.act(lambda desk: desk.db.execute(f"{change} WHERE reference IN ('O060', 'O061')"))
        leader = await house.enrol("O060")
        start = house.rows("SELECT strftime('%H:%M', starts_at, '+6 hours') FROM meeting WHERE reference = 'M04'")[0][0]
        await leader.say("/programme 2019-06-08")
        await leader.tap(f"Check in: {start}")
        await leader.tap("Check in my team")
        counts = "SELECT (SELECT count(*) FROM standing_checkin), (SELECT count(*) FROM checkin)"
        before = len(leader.messages)
        await leader.tap(next(label for label in leader.labels if "Observer 061" in label))
        assert house.rows(counts) == [(1, 1)]
        await leader.tap(next(label for label in leader.labels if "Observer 061" in label))
        assert house.rows(counts) == [(0, 2)]
        assert len(leader.messages) == before
