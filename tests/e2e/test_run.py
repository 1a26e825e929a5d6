"""The bot as a process: one at a time, a clean end, and digests that were due while it was away."""

import asyncio
import logging
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import turn
from demo.telegram import Fault
from domain.letter import Letter, LetterKind
from services.desk import post
from tests.house import TOKEN, House

ROOT = Path(__file__).parent.parent.parent


def start(house: House) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bot", "run", "--config", str(house.folder / "config.toml")]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def test_a_second_bot_on_the_same_database_is_refused_in_words(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        second = start(house)
        _, errors = await asyncio.to_thread(second.communicate, timeout=30)
        assert second.returncode == 1
        assert "Another Fieldpost is running" in errors
        assert "Traceback" not in errors


async def test_an_operator_stops_the_bot_with_sigterm_and_it_ends_cleanly(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.close()
        process = start(house)
        await house.telegram.polled(20)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.to_thread(process.communicate, timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in errors
        assert TOKEN not in errors
        await house.open()


async def test_a_wrong_token_is_named_and_not_shown(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.close()
        path = tmp_path / "config.toml"
        path.write_text(path.read_text(encoding="utf-8").replace(TOKEN, "1:WRONG_SECRET"), encoding="utf-8")
        process = start(house)
        _, errors = await asyncio.to_thread(process.communicate, timeout=30)
        assert process.returncode == 1
        assert "telegram.token" in errors
        assert "WRONG_SECRET" not in errors
        assert "Traceback" not in errors
        await house.open()


async def test_a_digest_due_while_the_bot_was_down_comes_once_at_the_start(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await house.close()
        turn(house.clock_file, datetime(2019, 6, 8, 15, 30, tzinfo=UTC), 1.0)
        for _ in range(2):
            await house.open()
            await house.telegram.wait_for(lambda m: "Digest" in m.get("text", ""), coordinator.user_id, 10)
            await asyncio.sleep(0.6)
            await house.settle()
            await house.close()
        await house.open()
        assert sum("Digest" in m["text"] for m in coordinator.messages) == 1
        assert "late" in coordinator.last["text"]
        assert house.rows("SELECT count(*) FROM digest") == [(1,)]


async def test_an_update_that_makes_a_handler_fail_is_tried_again_and_then_parked_and_its_sender_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        coordinator = await house.enrol("C003")
        unknown = "INSERT INTO conversation VALUES (?1, ?1, 'log', 'a step of no version', 1, '')"
        await house.act(lambda desk: desk.db.execute(unknown, (observer.user_id,)))
        await observer.say("a point")
        assert "is kept" in observer.last["text"]
        assert "set aside" in coordinator.last["text"]
        assert house.rows("SELECT attempts, error FROM inbox WHERE state = 'parked'") == [(3, "ValueError")]
        failed = [record for record in caplog.records if record.name == "bot.processing"]
        assert [(record.levelname, bool(record.exc_info)) for record in failed] == [("ERROR", True)] * 3
        await observer.say("/cancel")
        await observer.say("/programme")
        assert "Programme" in observer.last["text"]


async def test_an_update_that_telegram_would_not_send_is_set_aside_at_once_in_one_line_that_quotes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        coordinator = await house.enrol("C003")
        sender = {"id": observer.user_id, "is_bot": False, "first_name": ["Confidential"]}
        chat = {"id": observer.user_id, "type": "private"}
        number = house.telegram.push_raw(
            {"message": {"message_id": 1, "date": 1, "from": sender, "chat": chat, "text": "Confidential"}}
        )
        await house.settle()
        assert "is kept" in observer.last["text"]
        assert "set aside" in coordinator.last["text"]
        why = "Expected `str`, got `array` - at `$.message.from.first_name`"
        parked = house.rows("SELECT update_id, attempts, error FROM inbox WHERE state = 'parked'")
        assert parked == [(number, 1, f"UnfitError: {why}")]
        said = [record for record in caplog.records if record.name == "bot.processing"]
        assert [(record.getMessage(), record.exc_info) for record in said] == [
            (f"update {number} is not as Telegram documents it: {why}", None)
        ]
        await observer.say("/programme")
        assert "Programme" in observer.last["text"]


@pytest.mark.parametrize("number", [[], True, 0.5, "1000", -1, 2**64 - 1, None])
async def test_nobody_is_told_of_an_update_whose_sender_is_no_sender(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, number: object
) -> None:
    async with House(tmp_path) as house:
        observer, coordinator = await house.enrol("O001"), await house.enrol("C003")
        before = [len(phone.messages) for phone in (observer, coordinator)]
        sender = {"id": number, "is_bot": False, "first_name": "x"}
        chat = {"id": observer.user_id, "type": "private"}
        house.telegram.push_raw({"message": {"message_id": 1, "date": 1, "from": sender, "chat": chat, "text": "x"}})
        await house.settle()
        assert [len(phone.messages) for phone in (observer, coordinator)] == before
        assert house.rows("SELECT attempts FROM inbox WHERE state = 'parked'") == [(1,)]
        assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    "answer",
    [
        '[{"update_id": "seven", "message": {}}]',
        '[{"update_id": true}, {"update_id": 0.5}, {}, 5, null]',
        '{"update_id": 7}',
        "null",
        '[{"update_id": 7, "message": ' + "[" * 400 + "]" * 400 + "}]",
        '[{"update_id": 7}, {"update_id": null}]',
    ],
    ids=["words", "no numbers", "no list", "nothing", "too deep", "one with and one without"],
)
async def test_updates_without_a_number_or_bottom_stop_no_listening(tmp_path: Path, answer: str) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        house.telegram.faults.add(Fault("status", "getUpdates", status=200, body=f'{{"ok":true,"result":{answer}}}'))
        await observer.say("/settings")
        await observer.say("/programme")
        assert "Programme" in observer.last["text"]
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'open'") == [(0,)]


async def test_nothing_is_lost_while_telegram_answers_badly(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        faults = house.telegram.faults
        faults.add(Fault("status", "getUpdates", times=1, status=502))
        faults.add(Fault("cut_after", "getUpdates", times=1))
        faults.add(Fault("status", "sendMessage", times=1, status=500))
        faults.add(Fault("cut_before", "sendMessage", times=1))
        faults.add(Fault("429", "sendMessage", times=1, retry_after=1))
        last = await observer.say("/programme")
        assert "Programme" in last["text"]
        assert house.rows("SELECT count(*) FROM outbox WHERE state <> 'sent'") == [(0,)]


async def test_a_coordinators_menu_holds_the_digest_and_an_observers_does_not(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, coordinator = await house.enrol("O001"), await house.enrol("C003")
        scoped = [call.params for call in house.telegram.calls.of("setMyCommands")]
        menus = {str(p.get("scope")): str(p.get("commands")) for p in scoped}
        assert any(str(coordinator.user_id) in scope and "digest" in menu for scope, menu in menus.items())
        own = next(menu for scope, menu in menus.items() if str(observer.user_id) in scope)
        assert "checkin" in own
        assert "digest" not in own


async def test_a_group_that_threw_the_bot_out_is_noted_and_holds_up_nobody(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        group = house.telegram.add_group("Team 1", [observer.user_id], bot_is="member")
        house.telegram.remove_bot(group, observer.user_id)
        letter = Letter(LetterKind.ANNOUNCEMENT, group, "sendMessage", {"text": "Hello"}, "kicked")
        await house.act(lambda desk: post(desk, letter))
        await observer.say("/programme")
        await house.settle()
        assert house.rows("SELECT state FROM outbox WHERE once_key = 'kicked'") == [("refused",)]
        assert house.rows("SELECT status FROM chat WHERE chat_id = ?", group) == [("left",)]


async def test_a_coordinator_asks_for_the_digest_of_any_day(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, coordinator = await house.enrol("O001"), await house.enrol("C003", "ru")
        for words in ("/digest", "/digest 2019-06-08", "/digest 08.06.2019"):
            await coordinator.say(words)
            assert "Berik Imashev" in coordinator.read()
        assert "2019-13-45" in (await coordinator.say("/digest 2019-13-45"))["text"]
        assert "Berik Imashev" not in (await observer.say("/digest"))["text"]
