"""The webhook, the health page and the figures, floods and alarms: the real process, or its parts over real HTTP."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import app
from bot.doors import SECRET_HEADER
from bot.flood import Flood, Pace
from bot.secrets import webhook_secret
from services import watch
from services.desk import Desk
from storage.database import as_text
from tests.house import TOKEN, House

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(house: House, env: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot", "run", "--config", str(house.folder / "config.toml")]
    with (house.folder / "bot.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=log, stderr=log)


@asynccontextmanager
async def process(house: House, **env: str) -> AsyncIterator[subprocess.Popen[bytes]]:
    """The bot as a process of its own."""
    running = start(house, env)
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        await asyncio.to_thread(running.wait, 30)


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session:
        for _ in range(600):
            try:
                async with session.get(url) as answer:
                    return answer.status, await answer.text()
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)
    raise AssertionError(f"nobody answers at {url}")


async def post(url: str, body: bytes, secret: str | None) -> int:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_telegram_calls_the_webhook_and_nobody_else_is_believed(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await house.close()
        port = free_port()
        url = f"http://127.0.0.1:{port}/updates"
        async with process(house, FIELDPOST_WEBHOOK__URL=url, FIELDPOST_WEBHOOK__PORT=str(port)):
            for _ in range(600):
                if house.telegram.world.updates.webhook_info()["url"] == url:
                    break
                await asyncio.sleep(0.05)
            await observer.say("/programme")
            await house.telegram.wait_for(lambda m: "Programme" in m.get("text", ""), observer.user_id, 30)
            forged = b'{"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 1}}}'
            before = house.rows("SELECT count(*) FROM inbox")
            assert await post(url, forged, None) == 403
            assert await post(url, forged, "wrong") == 403
            assert await post(url, b"[]", webhook_secret(TOKEN)) == 400
            assert await post(url, b"{", webhook_secret(TOKEN)) == 400
            for number in (b'"7"', b"true", b"7.0", b"-1", b"null"):
                assert await post(url, b'{"update_id": ' + number + b"}", webhook_secret(TOKEN)) == 400
            assert house.rows("SELECT count(*) FROM inbox") == before
            assert await post(url, forged, webhook_secret(TOKEN)) == 200
            assert house.rows("SELECT count(*) FROM inbox WHERE update_id = 7") == [(1,)]
        await house.open()


async def test_a_webhook_that_somebody_took_away_is_set_again_and_one_that_stands_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.WEBHOOK_SECONDS", 0.05)
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await house.close()
        port = free_port()
        url = f"http://127.0.0.1:{port}/updates"
        monkeypatch.setenv("FIELDPOST_WEBHOOK__URL", url)
        monkeypatch.setenv("FIELDPOST_WEBHOOK__PORT", str(port))
        updates = house.telegram.world.updates

        def asked(method: str) -> int:
            return len(house.telegram.calls.of(method))

        stop = asyncio.Event()
        running = asyncio.create_task(app.run(house.config(), stop))
        for _ in range(2):
            async with asyncio.timeout(30):
                while updates.webhook_info()["url"] != url:
                    await asyncio.sleep(0.02)
            await observer.say("/programme")
            await house.telegram.wait_for(lambda m: "Programme" in m.get("text", ""), observer.user_id, 30)
            async with asyncio.timeout(30):
                before = asked("getWebhookInfo")
                while asked("getWebhookInfo") < before + 3:
                    await asyncio.sleep(0.02)
            updates.set_webhook("", "", drop=False)
        assert asked("setWebhook") in {2, 3}, "once for each time that it was gone"
        stop.set()
        await asyncio.wait_for(running, 10)
        monkeypatch.undo()
        await house.open()


async def test_health_and_figures_are_told_on_this_machine_and_name_nobody(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.enrol("O001")
        await house.close()
        port = free_port()
        async with process(house, FIELDPOST_MONITORING__PORT=str(port)):
            status, body = await get(f"http://127.0.0.1:{port}/health")
            assert (status, body) == (200, '{"ok":true,"ailments":[]}')
            status, figures = await get(f"http://127.0.0.1:{port}/metrics")
            assert status == 200
            assert 'fieldpost_inbox{state="open"} 0.0' in figures
            assert "fieldpost_people_enrolled 1.0" in figures
            assert "fieldpost_healthy 1.0" in figures
            name = house.rows("SELECT name FROM person WHERE reference = 'O001'")[0][0]
            assert name not in figures
        await house.open()


async def test_systemd_hears_that_the_bot_is_ready_and_alive(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.close()
        path = str(tmp_path / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.bind(path)
            channel.setblocking(False)
            loop = asyncio.get_running_loop()
            async with process(house, NOTIFY_SOCKET=path, WATCHDOG_USEC="200000"):
                heard: list[bytes] = []
                while heard.count(b"WATCHDOG=1") < 2:
                    heard.append(await asyncio.wait_for(loop.sock_recv(channel, 64), 30))
                assert b"READY=1" in heard
        await house.open()


async def test_one_person_who_floods_the_bot_is_told_once_and_others_are_served(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        noisy, quiet = await house.enrol("O001"), await house.enrol("O002")
        await house.close()
        async with process(house, FIELDPOST_LIMITS__PERSON_PER_MINUTE="20"):
            before = len(noisy.messages)
            for _ in range(60):
                house.telegram.say(noisy.user_id, "/programme")
            await house.telegram.wait_for(lambda m: "too much at once" in m.get("text", ""), noisy.user_id, 30)
            await quiet.say("/programme")
            await house.telegram.wait_for(lambda m: "Programme" in m.get("text", ""), quiet.user_id, 30)
            await house.settle()
            said = [m["text"] for m in noisy.messages[before:]]
            assert sum("too much at once" in text for text in said) == 1
            assert house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
        await house.open()


def test_the_pace_of_each_account_is_its_own() -> None:
    flood = Flood(person_per_minute=10, stranger_per_minute=5)
    assert [flood.look(1, known=False) for _ in range(7)] == [Pace.FINE] * 5 + [Pace.TOO_FAST, Pace.STILL_TOO_FAST]
    assert flood.look(2, known=False) is Pace.FINE
    assert [flood.look(3, known=True) for _ in range(11)][-2:] == [Pace.FINE, Pace.TOO_FAST]


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(minutes=30), None),
        (timedelta(hours=3), "is being taken in now"),
        (timedelta(hours=25), "is lost"),
    ],
)
async def test_coordinators_hear_when_telegram_was_out_of_reach_for_long(
    tmp_path: Path, away: timedelta, words: str | None
) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        back = datetime(2019, 6, 10, 12, tzinfo=UTC)

        def come_back(desk: Desk) -> int:
            desk.db.execute("UPDATE note SET value = ? WHERE name = 'heard_at'", (as_text(back - away),))
            return watch.note_heard(desk, back) + watch.note_heard(desk, back + timedelta(minutes=1))

        written: Any = await house.act(come_back)
        await house.settle()
        if words is None:
            assert written == 0
        else:
            assert written == 1
            assert words in coordinator.last["text"]


async def test_coordinators_hear_of_a_backlog_once_an_hour(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        long_ago = house.clock.now() - timedelta(minutes=20)

        def pile_up(desk: Desk) -> list[int]:
            for n in range(30):
                desk.db.execute(
                    "INSERT INTO outbox (kind, policy, priority, chat_id, method, payload, queued_at, due_at)"
                    " VALUES ('digest', 'repeat', 90, ?, 'sendMessage', '{}', ?, ?)",
                    (70_000 + n, as_text(long_ago), as_text(long_ago)),
                )
            then = Desk(desk.db, long_ago + timedelta(minutes=5), desk.mission, desk.tongues)
            told = [watch.alert_backlog(then), watch.alert_backlog(desk), watch.alert_backlog(desk)]
            desk.db.execute("DELETE FROM outbox WHERE chat_id >= 70000")
            return told

        assert await house.act(pile_up) == [0, 1, 0]
        await house.settle()
        assert "late" in coordinator.last["text"]
