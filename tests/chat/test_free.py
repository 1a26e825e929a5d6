"""Who is free: asked by those who have to send somebody."""

from pathlib import Path

from services.desk import Desk
from tests.chat.checking_in import at, cancel, lead, well
from tests.house import House


async def test_a_coordinator_asks_who_is_free_and_who_is_where(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await at(house, 10)
        text = str((await press.say("/free"))["text"])
        assert text.startswith("Saturday, June 8, 2019, 10:00 (Almaty)")
        free, busy = text.split("At meetings")
        assert "09:30–10:30 Campaign office of the Ak Zhol party" in busy
        assert "HQ" in busy
        assert "• HQ" not in free
        await cancel(house, "M01")
        text = str((await press.say("/free"))["text"])
        assert "• HQ: all " in text
        assert "for 1 h, until 11:00" in text
        assert "At meetings" not in text
        assert well(house)


async def test_at_another_time_in_any_language_of_the_mission(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003", "ru")
        for words, hour in (("14:30", "8 июня 2019\u202fг., 14:30"), ("завтра в 10", "9 июня 2019\u202fг., 10:00"),
                            ("08:00", "8 июня 2019\u202fг., 08:00"), ("in 2 hours", ", 11:2")):  # fmt: skip
            text = str((await press.say(f"/free {words}"))["text"]).replace("\xa0", "\u202f")
            assert hour in text, (words, text)
        assert "Не удалось понять «<soon> & later»" in (await press.say("/free <soon> & later"))["text"]
        for nonsense in ("25:00", "31 June 10:00", "x" * 3000):
            assert "Не удалось понять" in (await press.say(f"/free {nonsense}"))["text"]
        assert well(house)


async def test_a_leader_reads_of_his_team_only_and_a_coordinator_of_his_scope(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader, coordinator = await house.enrol("O001"), await house.enrol("C003")
        await lead(house, "O001")
        await house.act(
            lambda desk: desk.db.execute(
                "INSERT INTO scope SELECT p.id, t.id FROM person AS p, team AS t WHERE p.reference = 'C003'"
                " AND t.id = (SELECT max(team_id) FROM person)"
            )
        )
        await at(house, 8)
        text = str((await leader.say("/free"))["text"])
        assert text.count("•") == 1
        assert "• HQ: all " in text
        text = str((await coordinator.say("/free"))["text"])
        assert text.count("•") == 1
        assert "HQ" not in text
        assert well(house)


async def test_a_part_of_a_team_is_free(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        leader = await house.enrol("O001")
        await lead(house, "O001")

        def only_me(desk: Desk) -> None:
            desk.db.execute("DELETE FROM participation")
            desk.db.execute(
                "INSERT INTO participation (meeting_id, person_id) SELECT m.id, p.id FROM meeting AS m, person AS p"
                " WHERE m.reference = 'M01' AND p.reference = 'O001'"
            )

        await house.act(only_me)
        await at(house, 10)
        free, busy = str((await leader.say("/free"))["text"]).split("At meetings")
        members = house.rows(
            "SELECT count(*) FROM person WHERE active = 1 AND team_id ="
            " (SELECT team_id FROM person WHERE reference = 'O001')"
        )[0][0]
        assert f"({members - 1} of {members}); no meeting for a day" in free
        assert busy.strip().endswith("Observer 001")


async def test_a_thousand_people_and_hundreds_of_meetings_fit_one_message(tmp_path: Path) -> None:
    async with House(tmp_path) as house:

        def fill(desk: Desk) -> None:
            for number in range(120):
                desk.db.execute("INSERT INTO team (name) VALUES (?)", (f"Team {number} {'🎉&<' * 30}",))
                for member in range(8):
                    desk.db.execute(
                        "INSERT INTO person (reference, name, role, team_id, language, time_zone, created_at,"
                        " changed_at)"
                        " VALUES (?, ?, 'observer', (SELECT max(id) FROM team), 'en', 'Asia/Almaty', '', '')",
                        (f"X{number}-{member}", f"{'🎉&<b>' * 30} {number}"),
                    )
                desk.db.execute(
                    "INSERT INTO meeting (reference, starts_at, ends_at, time_zone, local_day, kind, host) VALUES"
                    " (?, ?, '2019-06-08T05:30:00.000Z', 'Asia/Almaty', '2019-06-08', 'x', ?)",
                    (f"X{number}", f"2019-06-08T0{3 + number % 2}:00:00.000Z", "&<б>🎉" * 60),
                )
                desk.db.execute(
                    "INSERT INTO participation (meeting_id, team_id) VALUES (last_insert_rowid(),"
                    " (SELECT max(id) FROM team))"
                )

        await house.act(fill)
        press = await house.enrol("C003")
        text = str((await press.say("/free 09:30"))["text"])
        assert 2000 < len(text.encode("utf-16-le")) // 2 <= 4096
        assert text.count("… and more.") == 2
        assert well(house)
