"""The coordinators' board: one message that keeps up with the day."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.clock import turn
from demo.telegram.faults import Fault
from domain.letter import LetterKind
from tests.house import MORNING, House, Phone

AT_TEN = MORNING + timedelta(minutes=35)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for the clock's next tick to have done it."""
    for _ in range(200):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


async def some_ticks(house: House) -> None:
    """Let the clock tick several times."""
    await asyncio.sleep(1)
    await house.settle()


def boards(phone: Phone) -> list[str]:
    return [str(m["text"]) for m in phone.messages if str(m.get("text", "")).startswith("Live, ")]


def board(phone: Phone) -> str:
    (text,) = boards(phone)
    return text


def edits(house: House, chat_id: int) -> int:
    return sum(1 for call in house.telegram.calls.of("editMessageText") if call.params["chat_id"] == chat_id)


async def check_in(phone: Phone, presence: str) -> None:
    await phone.say("/programme")
    await phone.tap("Check in: 09:30")
    await phone.tap(presence)


def word(phone: Phone, presence: str) -> None:
    """A tap on a card, without waiting for what comes of it."""
    meeting_id = phone.house.rows("SELECT id FROM meeting WHERE reference = 'M01'")[0][0]
    phone.telegram.tap(phone.user_id, phone.last["message_id"], data=f"1:ci:{meeting_id}:{presence}")


async def test_a_coordinator_watches_the_day_in_one_message(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        observer, other = await house.enrol("O001"), await house.enrol("O002")
        last = await press.say("/live")
        assert "as of 09:25 (Almaty)" in last["text"]
        assert "09:30–10:30 Campaign office of the Ak Zhol party: 0 of" in board(press)
        assert "Nothing needs a look" in board(press)
        await check_in(observer, "I am here")
        await until(lambda: "Checked in: 1" in board(press))
        assert "Under way" in board(press)
        assert ": 1 of " in board(press)
        await check_in(other, "Cannot attend")
        await other.say("Ill & <tired>")
        await until(lambda: "Observer 002 (Ill & <tired>)" in board(press))
        assert "cannot attend: 1" in board(press)
        assert press.messages[-1]["message_id"] == last["message_id"]
        assert house.rows("SELECT count(*) FROM outbox WHERE state = 'refused'") == [(0,)]


async def test_silence_and_empty_rooms_come_up_a_quarter_of_an_hour_after_the_start(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await press.say("/live")
        turn(house.clock_file, MORNING + timedelta(minutes=21), 1.0)
        await until(lambda: "nobody of ours is there" in board(press))
        everybody = house.rows("SELECT count(*) FROM person AS p JOIN team AS t ON t.id = p.team_id"
                               " WHERE t.name = 'HQ'")[0][0]  # fmt: skip
        assert f"no sign: {everybody}" in board(press)
        assert "• HQ: Group coordinator, Observer 001" in board(press)
        await check_in(observer, "I am here")
        await until(lambda: "nobody of ours is there" not in board(press))
        await until(lambda: f"no sign: {everybody - 1}" in board(press))
        turn(house.clock_file, MORNING + timedelta(minutes=66), 1.0)
        await until(lambda: "Over, and no log yet" in board(press))
        assert "Logs in: 0, open: 1" in board(press)
        assert "11:00–12:00" in board(press)


async def test_time_alone_costs_no_edit_and_a_refresh_tells_the_hour(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await press.say("/live")
        before = edits(house, press.user_id)
        turn(house.clock_file, MORNING + timedelta(minutes=2), 1.0)
        await some_ticks(house)
        assert edits(house, press.user_id) == before
        await press.tap("Refresh")
        assert "as of 09:27" in board(press)
        assert edits(house, press.user_id) == before + 1


async def test_the_board_stays_while_the_coordinator_does_other_things(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await check_in(observer, "I am here")
        await press.say("/live")
        last = await press.tap("09:30 Campaign office")
        assert "Status: under way" in last["text"]
        assert board(press)
        await press.say("/programme")
        await press.say("/help")
        await check_in(observer, "Cannot attend")
        await until(lambda: "cannot attend: 1" in board(press))
        assert len(press.messages) > 1
        await press.say("/live")
        assert board(press) == press.last["text"]
        assert house.rows("SELECT count(*) FROM live") == [(1,)]


async def test_a_board_that_was_deleted_stays_deleted(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await press.say("/live")
        house.telegram.erase(press.last["message_id"], chat_id=press.user_id)
        sent = len(house.telegram.calls.of("sendMessage"))
        await check_in(observer, "I am here")
        mine = len(house.telegram.calls.of("sendMessage")) - sent
        await until(lambda: house.rows("SELECT count(*) FROM live") == [(0,)])
        await check_in(observer, "Cannot attend")
        await some_ticks(house)
        assert boards(press) == []
        to_press = [c for c in house.telegram.calls.of("sendMessage")[sent:] if c.params["chat_id"] == press.user_id]
        assert to_press == []
        assert mine > 0
        await press.say("/live")
        assert "cannot attend: 1" in board(press)


async def test_only_one_edit_waits_however_much_happens(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await observer.say("/programme")
        await press.say("/live")
        fault = house.telegram.faults.add(Fault("status", "editMessageText", times=None, chat_id=press.user_id))
        word(observer, "a")
        await until(lambda: fault.used > 0)
        word(observer, "c")
        await asyncio.sleep(1)
        edits_of_board = "SELECT kind FROM outbox WHERE method = 'editMessageText' AND chat_id = ? AND id > ?"
        opened = house.rows("SELECT max(id) FROM outbox WHERE method = 'sendMessage' AND payload LIKE '%1:li%'")[0][0]
        assert house.rows(edits_of_board, press.user_id, opened) == [(LetterKind.TIDYING.value,)]
        house.telegram.faults.clear()
        await until(lambda: "cannot attend: 1" in board(press))
        assert "Checked in: 0" in board(press)
        assert house.rows(edits_of_board, press.user_id, opened) == [(LetterKind.TIDYING.value,)]


async def test_a_refresh_is_answered_before_whatever_the_clock_had_put_aside(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await observer.say("/programme")
        await press.say("/live")
        fault = house.telegram.faults.add(Fault("status", "editMessageText", times=None, chat_id=press.user_id))
        word(observer, "a")
        await until(lambda: fault.used > 0)
        edit = "SELECT count(*), max(kind) FROM outbox WHERE method = 'editMessageText' AND chat_id = ? AND state = ?"
        await until(lambda: house.rows(edit, press.user_id, "queued")[0][0] == 1)
        house.telegram.tap(press.user_id, press.last["message_id"], data="1:li")
        await until(lambda: house.rows(edit, press.user_id, "queued") == [(1, LetterKind.ANSWER.value)])
        house.telegram.faults.clear()
        await house.settle()
        assert "Checked in: 1" in board(press)


async def test_yesterdays_board_is_not_touched_any_more(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await press.say("/live")
        yesterday = board(press)
        turn(house.clock_file, MORNING + timedelta(days=1), 1.0)
        await some_ticks(house)
        assert board(press) == yesterday
        await press.tap("Refresh")
        assert "June 9" in board(press)
        assert "Embassy" in board(press) or "embassy" in board(press)


async def test_a_coordinator_of_one_team_watches_that_team(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.act(
            lambda desk: desk.db.execute(
                "INSERT INTO scope (person_id, team_id) SELECT p.id, t.id FROM person AS p, team AS t"
                " WHERE p.reference = 'C001' AND t.name = 'Team 2'"
            )
        )
        await house.act(lambda desk: desk.db.execute("UPDATE person SET team_id = NULL WHERE reference = 'C001'"))
        scoped, press = await house.enrol("C001"), await house.enrol("C003")
        await scoped.say("/live")
        assert "Meetings: 2 (planned: 2)" in board(scoped)
        assert "Ak Zhol" not in board(scoped)
        await press.say("/live")
        assert "Meetings: 5 (planned: 5)" in board(press)


async def test_the_board_is_for_coordinators_and_ends_with_the_role(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        last = await observer.say("/live")
        assert "not for your role" in last["text"]
        house.telegram.tap(observer.user_id, last["message_id"], data="1:li")
        await house.settle()
        assert boards(observer) == []
        await press.say("/live")
        before = board(press)
        await house.act(lambda desk: desk.db.execute("UPDATE person SET role = 'observer' WHERE reference = 'C003'"))
        await check_in(observer, "I am here")
        await some_ticks(house)
        assert board(press) == before


async def test_an_unplanned_meeting_is_on_the_board_at_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")
        await press.say("/live")
        await observer.say("/meeting City <i>Court</i>")
        await until(lambda: "09:25–10:25 City <i>Court</i>: 1 of 1 here, log open" in board(press))


async def test_a_day_of_hundreds_of_meetings_fits_into_one_message(tmp_path: Path) -> None:
    async with House(tmp_path, now=AT_TEN) as house:

        def fill(desk: Any) -> None:
            for number in range(300):
                starts = ("03:30", "04:45", "03:50")[number % 3]
                desk.db.execute(
                    "INSERT INTO meeting (reference, starts_at, ends_at, time_zone, local_day, kind, host) VALUES"
                    " (?, ?, ?, 'Asia/Almaty', '2019-06-08', 'x', ?)",
                    (f"X{number}", f"2019-06-08T{starts}:00.000Z", "2019-06-08T05:30:00.000Z", "&<б>🎉" * 60),
                )
                desk.db.execute(
                    "INSERT INTO participation (meeting_id, person_id) VALUES (last_insert_rowid(), ?)",
                    (number + 4,),
                )
            desk.db.execute("UPDATE person SET name = name || ' ' || ?", ("🎉&<" * 60,))
            desk.db.execute(
                "INSERT INTO checkin (meeting_id, person_id, said_by, presence, said_at, processed_at, reason)"
                " SELECT meeting_id, person_id, person_id, CASE meeting_id % 3 WHEN 0 THEN 'c' ELSE 'a' END,"
                " '2019-06-08T03:55:00.000Z', '2019-06-08T03:55:00.000Z', ? FROM participation"
                " WHERE person_id IS NOT NULL AND meeting_id % 2 = 0",
                ("<reason> & more 🎉" * 50,),
            )

        await house.act(fill)
        press = await house.enrol("C003", "ru")
        await press.say("/live")
        text = str(press.last["text"])
        assert 1500 < len(text.encode("utf-16-le")) // 2 <= 4096
        assert "&<б>🎉" in text
        assert len(press.labels) == 7
        assert house.rows("SELECT count(*) FROM outbox WHERE state = 'refused'") == [(0,)]
