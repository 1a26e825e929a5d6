"""A new roster puts somebody into another team: his reminders and his knowledge follow."""

from pathlib import Path

from services.desk import Desk
from services.transfers import note_transfer
from storage import accounts
from tests.chat.checking_in import at, well
from tests.chat.test_changes import heard
from tests.chat.test_live import until
from tests.chat.test_reminders import EARLY, reminded
from tests.chat.test_roster_by_file import as_csv, roster
from tests.house import House, Phone


async def test_who_is_moved_to_another_team_hears_which_meetings_are_his_now(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY, reminders="60,15") as house:
        press = await house.enrol("C003")
        observer, colleague = await house.enrol("O001"), await house.enrol("O002")
        await at(house, 8, 30)
        await until(lambda: len(reminded(observer)) == len(reminded(colleague)) == 1)
        await house.settle()
        rows = [[cell if row[0] != "O001" else cell.replace("HQ", "Team 1") for cell in row] for row in roster()]
        for row in rows[1:]:
            row[5] = "en" if row[0] in {"O001", "O002"} else row[5]
        await press.send_file("roster.csv", as_csv(rows))
        await press.tap("Apply")
        await house.settle()
        assert reminded(observer) == []
        assert len(reminded(colleague)) == 1
        assert "not expected" in observer.read()
        (told,) = heard(observer)
        his = {block.split("\n")[0][:5]: block for block in told.split("\n\n")[1:]}
        assert list(his) == ["09:30", "12:30", "14:30", "17:00", "07:00"]
        for start, block in his.items():
            gained = start in {"14:30", "07:00"}
            assert ("You are expected there." in block) is gained
            assert ("You are not expected there any more." in block) is not gained
        assert heard(colleague) == []
        await at(house, 13, 30)
        await until(lambda: len(reminded(observer)) >= 1)
        await house.settle()
        assert ["14:30" in text for text in reminded(observer) if "12:30" in text or "14:30" in text] == [True]
        assert well(house)


async def test_two_meetings_of_the_new_team_may_begin_at_the_same_minute(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY) as house:
        observer = await house.enrol("O001")

        def move(desk: Desk, phone: Phone) -> None:
            desk.db.execute("UPDATE meeting SET starts_at = (SELECT starts_at FROM meeting WHERE id = 3) WHERE id = 2")
            desk.db.execute("DELETE FROM participation")
            team = desk.db.execute("SELECT id FROM team WHERE name = 'Team 1'").fetchone()[0]
            desk.db.executemany("INSERT INTO participation (meeting_id, team_id) VALUES (?, ?)", [(2, team), (3, team)])
            before = accounts.find_person(desk.db, phone.user_id)
            desk.db.execute("UPDATE person SET team_id = ? WHERE reference = 'O001'", (team,))
            after = accounts.find_person(desk.db, phone.user_id)
            assert before is not None
            assert after is not None
            note_transfer(desk, after, before.team_id)

        await house.act(lambda desk: move(desk, observer))
        await house.settle()
        (told,) = heard(observer)
        assert told.count("You are expected there.") == 2
