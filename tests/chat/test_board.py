"""The enrolment board, as coordinators use it."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from demo.telegram import Fault
from domain.button import DATA_LIMIT
from storage import people
from tests.house import House, Phone


async def give_scope(house: House, reference: str, *teams: str) -> None:
    ids = [house.rows("SELECT id FROM team WHERE name = ?", team)[0][0] for team in teams]
    await house.act(lambda desk: people.set_scope(desk.db, reference, ids))


async def opens_and_waits(house: House, reference: str, user_id: int) -> Phone:
    """Somebody opens his link and does not answer."""
    house.telegram.add_user(user_id, reference, language_code="en")
    phone = Phone(house, user_id)
    await phone.say(f"/start {await house.invite(reference)}")
    return phone


def tables(phone: Phone) -> list[set[str]]:
    """The references in each table that arrived."""
    found = []
    for message in phone.messages:
        if "document" in message:
            page = load_workbook(io.BytesIO(phone.telegram.file_bytes(message["document"]["file_id"]))).active
            assert page is not None
            found.append({str(row[0]) for row in page.iter_rows(min_row=2, values_only=True)})
    return found


async def speaks_english(house: House, reference: str) -> None:
    await house.act(lambda desk: desk.db.execute("UPDATE person SET language = 'en' WHERE reference = ?", (reference,)))


async def test_the_coordinator_sees_each_team_those_not_complete_first(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        small = house.rows(
            "SELECT t.name, min(p.reference) FROM team AS t JOIN person AS p ON p.team_id = t.id GROUP BY t.id"
            " HAVING count(*) = (SELECT min(n) FROM (SELECT count(*) AS n FROM person GROUP BY team_id))"
            " ORDER BY t.id LIMIT 1"
        )[0][0]
        references = house.rows(
            "SELECT reference FROM person JOIN team ON team.id = team_id WHERE team.name = ?", small
        )
        for row in references:
            await house.enrol(row[0])
        last = await coordinator.say("/board")
        assert f"{1 + len(references)} of 432" in last["text"]
        assert "HQ: 1/9" in last["text"]
        assert "HQ: 8 missing" in coordinator.labels
        assert f"{small}:" not in last["text"]
        pages = [last["text"]]
        while "▶" in coordinator.labels:
            pages.append((await coordinator.tap("▶"))["text"])
        assert len(pages) == 6
        assert f"✅ {small}: {len(references)}/{len(references)}" in pages[-1]
        assert "✅" not in "".join(pages[:-1])
        assert sum(page.count("▫️") + page.count("✅") for page in pages) == 61
        assert not any(label.startswith(f"{small}:") for label in coordinator.labels)
        await coordinator.tap("◀")
        assert "Page 5 of 6" in coordinator.last["text"]
        assert len([m for m in coordinator.messages if "of 432" in m.get("text", "")]) == 1


async def test_the_same_by_delegation(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await coordinator.say("/board")
        last = await coordinator.tap("By delegation")
        assert "Russian Federation: 0/319" in last["text"]
        assert "✅ IPA CIS Secretariat: 1/1" in last["text"]
        assert last["text"].index("Armenia") < last["text"].index("IPA CIS Secretariat")
        data = dict(house.telegram.buttons(last))
        person_id = int(data["Armenia: 14 missing"].split(":")[4])
        assert house.rows("SELECT delegation FROM person WHERE id = ?", person_id) == [("Armenia",)]
        last = await coordinator.tap("By team")
        assert "HQ: 1/9" in last["text"]


async def test_who_opened_the_link_who_is_unreachable_and_whose_access_ended_are_counted(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        await opens_and_waits(house, "O001", 31)
        blocked = await house.enrol("O002")
        ended = house.rows("SELECT id FROM person WHERE reference = 'O010'")[0][0]
        await house.act(lambda desk: people.end_access(desk.db, ended, "ended", desk.now))
        await house.act(
            lambda desk: desk.db.execute(
                "UPDATE account SET unreachable_since = '2019-06-08T01:00:00.000Z' WHERE telegram_id = ?",
                (blocked.user_id,),
            )
        )
        text = (await coordinator.say("/board"))["text"]
        assert "1 person opened the link and has not answered" in text
        assert "1 person cannot be reached" in text
        assert "Access has ended for 1 person" in text
        assert "2 of 431" in text


async def test_a_coordinator_of_two_teams_sees_those_only(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await give_scope(house, "C002", "Team 8", "Team 9")
        coordinator = await house.enrol("C002")
        await opens_and_waits(house, "O001", 31)
        text = (await coordinator.say("/board"))["text"]
        assert "0 of 16" in text
        assert "Team 8: 0/8" in text
        assert "HQ" not in text
        assert "opened the link" not in text
        text = (await coordinator.tap("By delegation"))["text"]
        assert "0 of 16" in text
        await coordinator.tap("Remind all who are not")
        assert "16 people I cannot write to" in coordinator.last["text"]


async def test_reminding_writes_to_those_who_opened_and_hands_over_links_for_the_rest(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        await speaks_english(house, "O001")
        waiting = await opens_and_waits(house, "O001", 31)
        await coordinator.say("/board")
        text = (await coordinator.tap("Remind all who are not"))["text"]
        assert "1 account opened a link" in text
        assert "430 people I cannot write to" in text
        assert len(waiting.messages) == 1
        assert tables(coordinator) == []
        await coordinator.tap("Yes, remind them")
        assert "enrolment is not finished" in waiting.last["text"]
        said = [m["text"] for m in coordinator.messages if "on its way" in m.get("text", "")]
        assert len(said) == 1
        assert "1 reminder is on its way" in said[0]
        assert "430 people" in said[0]
        (table,) = tables(coordinator)
        assert len(table) == 430
        assert "O001" not in table
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'enrolment_reminded'") == [(1,)]
        await waiting.tap(house.telegram.buttons(waiting.last)[0][0])
        assert house.rows("SELECT count(*) FROM account") == [(2,)]


async def test_nobody_is_reminded_twice_a_day(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await give_scope(house, "C001", "HQ")
        coordinator = await house.enrol("C001")
        waiting = await opens_and_waits(house, "O001", 31)
        message = await coordinator.say("/board")
        for _ in range(2):
            house.telegram.tap(coordinator.user_id, message["message_id"], data="1:ba:R")
        await house.settle()
        assert len(waiting.messages) == 2
        await coordinator.say("/board")
        text = (await coordinator.tap("Remind all who are not"))["text"]
        assert "1 person was reminded today already" in text
        assert "7 people I cannot write to" in text
        await coordinator.tap("Yes, remind them")
        assert len(waiting.messages) == 2
        assert all("O001" not in table for table in tables(coordinator))


async def test_a_reminder_that_telegram_refuses_hurts_nobody(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await give_scope(house, "C001", "HQ")
        coordinator = await house.enrol("C001")
        waiting = await opens_and_waits(house, "O001", 31)
        house.telegram.block(waiting.user_id)
        await coordinator.say("/board")
        await coordinator.tap("Remind all who are not")
        await coordinator.tap("Yes, remind them")
        assert len(tables(coordinator)) == 1
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)]


async def test_a_lost_answer_to_the_reminder_leaves_the_link_alone(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await give_scope(house, "C001", "HQ")
        coordinator = await house.enrol("C001")
        waiting = await opens_and_waits(house, "O001", 31)
        house.telegram.faults.add(Fault("cut_after", method="sendDocument"))
        await coordinator.say("/board")
        await coordinator.tap("Remind all who are not")
        await coordinator.tap("Yes, remind them")
        assert len(tables(coordinator)) == 2
        await waiting.tap(house.telegram.buttons(waiting.last)[0][0])
        assert house.rows("SELECT telegram_id FROM account WHERE telegram_id = 31") == [(31,)]


async def test_an_observer_has_no_board(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        last = await observer.say("/board")
        assert "not for your role" in last["text"]
        for data in ("1:bo:0:0", "1:bo:1:0", "1:ba:r"):
            house.telegram.tap(observer.user_id, last["message_id"], data=data)
            await house.settle()
        assert "of 432" not in observer.read()


@pytest.mark.parametrize("data", ["1:bo:0:999999999999999999", "1:bo:999999999999999999:3", "1:bo:1:7"])
async def test_a_page_that_does_not_exist_shows_the_last_one(tmp_path: Path, data: str) -> None:
    assert len(data) <= DATA_LIMIT
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        message = await coordinator.say("/board")
        house.telegram.tap(coordinator.user_id, message["message_id"], data=data)
        await house.settle()
        assert "1 of 432" in coordinator.last["text"]
        assert "▫️" in coordinator.last["text"]
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)]


async def test_odd_names_of_teams_and_people_of_no_team_stand_on_the_board(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.act(lambda desk: desk.db.execute("UPDATE team SET name = ? WHERE name = 'HQ'", ("<b>&" * 60,)))
        await house.act(lambda desk: desk.db.execute("UPDATE person SET team_id = NULL WHERE reference = 'O429'"))
        await house.act(lambda desk: desk.db.execute("UPDATE person SET delegation = '' WHERE reference = 'O429'"))
        coordinator = await house.enrol("C001")
        last = await coordinator.say("/board")
        assert "<b>&<b>&" in last["text"]
        while "▶" in coordinator.labels:
            last = await coordinator.tap("▶")
        assert "No team: 0/1" in last["text"]
        assert not any(label.startswith("No team") for label in coordinator.labels)
        last = await coordinator.tap("By delegation")
        assert "No delegation: 0/1" in last["text"]
        assert house.rows("SELECT count(*) FROM outbox WHERE state = 'refused'") == [(0,)]
