"""Somebody meets a host whom no programme had."""

from datetime import timedelta
from pathlib import Path

from bot.clock import turn
from domain.letter import LetterKind
from tests.house import MORNING, House, Phone

HOST = "Akimat of <b>Astana</b> & co"
PHOTO = b"\xff\xd8\xff" + bytes(50)


def meetings(house: House) -> list[tuple[object, ...]]:
    return house.rows("SELECT reference, host, cancelled_at IS NULL FROM meeting WHERE unplanned = 1 ORDER BY id")


def at_rest(house: House) -> bool:
    parked = house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'")
    refused = house.rows("SELECT error FROM outbox WHERE state = 'refused'")
    return parked == [(0,)] and refused == []


async def tell(phone: Phone, host: str) -> None:
    await phone.say("/meeting")
    await phone.say(host)


def texts(phone: Phone) -> list[str]:
    return [str(message.get("text", "")) for message in phone.messages]


async def test_an_observer_meets_a_mayor_and_the_mission_knows_it_at_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        last = await observer.say("/meeting")
        assert "Whom did you meet?" in last["text"]
        last = await observer.say(HOST)
        assert meetings(house) == [("U001", HOST, 1)]
        assert "Who received you?" in last["text"]
        assert f"you met {HOST} at 09:25" in texts(observer)[-2]
        start, zone, people = house.rows(
            "SELECT starts_at, time_zone, participants FROM meeting WHERE unplanned = 1"
        )[0]  # fmt: skip
        assert (start, zone, people) == ("2019-06-08T03:25:00.000Z", "Asia/Almaty", '["O001"]')
        assert house.rows("SELECT presence, person_id = said_by FROM checkin") == [("a", 1)]
        told = press.last
        assert HOST in told["text"]
        assert "Observer 001 (HQ)" in told["text"]
        last = await press.tap("Show the meeting")
        assert "unplanned" in last["text"]
        assert "under way" in last["text"]
        await observer.say("Aigul B., deputy mayor")
        assert house.rows("SELECT part, body FROM log_entry") == [("w", "Aigul B., deputy mayor")]
        assert at_rest(house)


async def test_the_unplanned_meeting_is_seen_by_those_who_were_there_and_by_coordinators_only(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        colleague, stranger = await house.enrol("O002"), await house.enrol("O060")
        await tell(observer, HOST)
        for phone in (press, observer):
            page = await phone.say("/programme")
            assert HOST in page["text"]
            assert "unplanned" in page["text"]
        for phone in (colleague, stranger):
            page = await phone.say("/programme")
            assert HOST not in page["text"]
            number = house.rows("SELECT id FROM meeting WHERE unplanned = 1")[0][0]
            for data in (f"1:mt:{number}", f"1:cm:{number}", "1:cm:999999999999999999"):
                house.telegram.tap(phone.user_id, page["message_id"], data=data)
                await house.settle()
            assert HOST not in phone.read()
        await press.say("/digest")
        digest = "\n".join(texts(press))
        assert digest.index(HOST) < digest.index("unplanned", digest.index(HOST))
        assert meetings(house)[0][2] == 1


async def test_a_coordinator_of_one_team_sees_what_its_people_meet_and_no_other_does(tmp_path: Path) -> None:
    async with House(tmp_path) as house:

        def narrow(desk: object) -> None:
            db = desk.db  # type: ignore[attr-defined]
            for reference, team in (("C001", "Team 1"), ("C002", "Team 2")):
                db.execute(
                    "INSERT INTO scope (person_id, team_id) SELECT p.id, t.id FROM person AS p, team AS t"
                    " WHERE p.reference = ? AND t.name = ?",
                    (reference, team),
                )

        await house.act(narrow)
        reference = house.rows(
            "SELECT p.reference FROM person AS p JOIN team AS t ON t.id = p.team_id"
            " WHERE t.name = 'Team 1' AND p.role = 'observer' ORDER BY 1"
        )[0][0]
        ours, other = await house.enrol("C001"), await house.enrol("C002")
        observer = await house.enrol(reference)
        await tell(observer, HOST)
        assert HOST in ours.last["text"]
        assert HOST in (await ours.tap("Show the meeting"))["text"]
        assert HOST in (await ours.say("/programme"))["text"]
        await other.say("/programme")
        assert HOST not in other.read()


async def test_a_slip_is_taken_back_and_the_coordinators_hear_of_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await tell(observer, HOST)
        await observer.tap("That was a mistake")
        assert meetings(house) == [("U001", HOST, 0)]
        assert house.rows("SELECT count(*) FROM standing_checkin") == [(0,)]
        assert "Taken back" in observer.last["text"]
        assert "Who received you?" not in observer.read()
        assert "was a mistake" in press.last["text"]
        assert house.rows("SELECT source, author_id IS NOT NULL FROM meeting_revision WHERE revision = 2") == [
            ("chat", 1)
        ]
        last = await observer.say("hello")
        assert "Akimat" not in last["text"]
        await tell(observer, HOST)
        assert [row[0] for row in meetings(house)] == ["U001", "U002"]
        assert at_rest(house)


async def test_what_was_told_of_already_is_not_taken_back_by_a_slip(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await tell(observer, HOST)
        await observer.say("Aigul B., deputy mayor")
        await observer.tap("That was a mistake")
        assert meetings(house) == [("U001", HOST, 1)]
        await tell(observer, "Another office")
        turn(house.clock_file, MORNING + timedelta(minutes=11), 1.0)
        await observer.tap("That was a mistake")
        assert [row[2] for row in meetings(house)] == [1, 1]
        assert "no longer be taken back" in house.telegram.calls.of("answerCallbackQuery")[-1].params["text"]


async def test_two_of_a_team_tell_of_the_same_meeting_and_it_stays_one(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        first, second = await house.enrol("O001"), await house.enrol("O002")
        await tell(first, "City Court")
        await second.say("/meeting")
        last = await second.say("city  court.")
        assert "Observer 001 told of at 09:25" in last["text"]
        last = await second.tap("Yes, that one")
        assert "Who received you?" in last["text"]
        assert len(meetings(house)) == 1
        assert house.rows("SELECT count(DISTINCT person_id) FROM standing_checkin WHERE presence = 'a'") == [(2,)]
        assert "City Court" in (await second.say("/programme"))["text"]
        await first.tap("That was a mistake")
        assert meetings(house) == [("U001", "City Court", 1)]
        assert house.rows("SELECT participants, revision FROM meeting WHERE unplanned = 1") == [('["O001", "O002"]', 2)]


async def test_two_of_a_team_meet_the_same_host_at_two_places(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        first, second = await house.enrol("O001"), await house.enrol("O002")
        await tell(first, "City Court")
        await tell(second, "City Court")
        question = second.last
        await second.tap("No, another")
        assert [row[0] for row in meetings(house)] == ["U001", "U002"]
        number = house.rows("SELECT min(id) FROM meeting WHERE unplanned = 1")[0][0]
        for _ in range(2):  # his thumb is faster than the network
            house.telegram.tap(second.user_id, question["message_id"], data=f"1:jm:{number}:0")
        await house.settle()
        assert len(meetings(house)) == 2
        assert "Who received you?" in second.read()


async def test_another_teams_meeting_is_neither_offered_nor_joined(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        first, other = await house.enrol("O001"), await house.enrol("O060")
        await tell(first, "City Court")
        number = house.rows("SELECT id FROM meeting WHERE unplanned = 1")[0][0]
        await tell(other, "City Court")
        assert "told of at" not in other.read()
        assert len(meetings(house)) == 2
        for data in (f"1:jm:{number}:1", f"1:jm:{number}:0", "1:jm:999999999999999999:1", "1:jm", f"1:cm:{number}"):
            house.telegram.tap(other.user_id, other.last["message_id"], data=data)
            await house.settle()
        assert house.rows("SELECT count(*) FROM checkin WHERE meeting_id = ?", number) == [(1,)]
        assert len(meetings(house)) == 2
        assert at_rest(house)


async def test_a_leader_brings_his_team_onto_the_meeting(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.act(
            lambda desk: desk.db.execute("UPDATE person SET role = 'team_leader' WHERE reference = 'O060'")
        )  # fmt: skip
        leader = await house.enrol("O060")
        mate = house.rows(
            "SELECT reference FROM person WHERE team_id = (SELECT team_id FROM person WHERE reference = 'O060')"
            " AND reference <> 'O060'"
        )[0][0]
        member = await house.enrol(mate)
        await tell(leader, "City Court")
        assert "City Court" in (await member.say("/programme"))["text"]


async def test_what_is_no_name_is_refused_with_a_reason_and_the_question_stays(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/meeting")
        for words in ("   ", "x", "🎉🎉🎉", "\u200b\u200b\u200b"):
            last = await observer.say(words)
            assert "at least two letters" in last["text"], words
        last = await observer.say("x" * 4096)
        assert "too long" in last["text"]
        house.telegram.sticker(observer.user_id)
        await house.settle()
        assert "was not kept" in observer.last["text"]
        house.telegram.photo(observer.user_id, PHOTO)
        await house.settle()
        assert "was not kept" in observer.last["text"]
        assert meetings(house) == []
        last = await observer.say("City Court")
        assert meetings(house) == [("U001", "City Court", 1)]
        assert at_rest(house)


async def test_whoever_leaves_the_question_leaves_no_meeting_behind(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/meeting")
        last = await observer.say("/cancel")
        assert "No question is open" in last["text"] or "no question is open" in last["text"]
        await observer.say("City Court")
        await observer.say("/meeting")
        await observer.tap("Cancel")
        await observer.say("City Court")
        assert meetings(house) == []
        assert house.rows("SELECT count(*) FROM conversation") == [(0,)]


async def test_a_meeting_in_another_country_counts_on_its_own_clock(tmp_path: Path) -> None:
    async with House(tmp_path, now=MORNING + timedelta(days=1)) as house:
        await house.act(
            lambda desk: desk.db.execute("UPDATE person SET time_zone = 'Europe/Moscow' WHERE reference = 'O001'")
        )  # fmt: skip
        observer = await house.enrol("O001")
        await observer.say("/meeting Embassy school")
        assert house.rows("SELECT time_zone, local_day FROM meeting WHERE unplanned = 1") == [
            ("Europe/Moscow", "2019-06-09")
        ]
        assert "at 06:25" in texts(observer)[-2]


async def test_whoever_has_no_team_or_no_access_any_more(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.act(lambda desk: desk.db.execute("UPDATE person SET team_id = NULL WHERE reference = 'O001'"))
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await tell(observer, "City Court")
        assert "Observer 001 (no team)" in press.last["text"]
        assert house.rows("SELECT DISTINCT kind FROM outbox WHERE once_key LIKE 'unplanned:%'") == [
            (LetterKind.NOTICE.value,)
        ]
        await observer.say("/meeting")
        await house.act(lambda desk: desk.db.execute("UPDATE person SET active = 0 WHERE reference = 'O001'"))
        await observer.say("Town Hall")
        assert [row[1] for row in meetings(house)] == ["City Court"]


async def test_a_phone_gone_wild_does_not_flood_the_coordinators(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        for number in range(32):
            house.telegram.say(observer.user_id, f"/meeting Office {number}")
        await house.settle()
        assert len(meetings(house)) == 30
        assert "very many meetings" in observer.read()
