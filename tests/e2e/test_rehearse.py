"""The stage itself: whom it lets in, and a rehearsal with a mission's own people that can reach no real Telegram."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.config import load
from bot.locking import AlreadyRunningError, lock
from demo.actor import ROOT
from demo.bill import of_mission
from demo.stage import Stage
from tests.e2e.playing import NO_HURRY, on_stage
from tests.house import House

SECRET = "987654321:REAL-TOKEN-of-a-real-bot"


async def test_a_mission_rehearses_on_a_copy_and_its_token_is_nowhere(tmp_path: Path) -> None:
    home, stage_folder = tmp_path / "home", tmp_path / "stage"
    home.mkdir()
    stage_folder.mkdir()
    async with House(home) as house:
        await house.enrol("O001")
    path = home / "mission.sqlite"
    config = home / "real.toml"
    config.write_text(
        f'[telegram]\ntoken = "{SECRET}"\n[storage]\npath = "{path}"\n'
        '[mission]\nname = "Ours"\ntime_zone = "Asia/Almaty"\n[digest]\nat = "19:30"\n',
        encoding="utf-8",
    )
    config.chmod(0o600)
    before = path.stat().st_mtime_ns, _dump(path)
    async with Stage(stage_folder, of_mission(load(config)), limits=NO_HURRY).opened() as stage:
        told = stage.environment()
        assert SECRET not in json.dumps(told)
        assert told["FIELDPOST_TELEGRAM__API_BASE_URL"] == stage.telegram.url
        assert told["FIELDPOST_DIGEST__AT"] == "19:30"
        assert told["FIELDPOST_MISSION__NAME"] == "Ours"
        assert not [name for name in told if name.upper().endswith("_PROXY")]
        kept = [path for path in stage_folder.iterdir() if path.suffix in (".log", ".toml")]
        assert SECRET.encode() not in b"".join(path.read_bytes() for path in kept)
        assert len(stage.company.people) == 432
        aboard = next(one for one in stage.company.people if one["reference"] == "O001")
        assert aboard["user_id"] == 1000
        stage.company.bring(1000)
        stage.telegram.say(1000, "/me")
        await stage.telegram.wait_for(lambda m: "Observer 001" in m.get("text", ""), 1000, 60)
    assert (path.stat().st_mtime_ns, _dump(path)) == before


def _dump(path: Path) -> list[str]:
    db = sqlite3.connect(path)
    try:
        return list(db.iterdump())
    finally:
        db.close()


@pytest.mark.parametrize("eve", ["18:15", "never"])
def test_the_stage_knows_the_mission_as_its_own_configuration_has_it(tmp_path: Path, eve: str) -> None:
    config = tmp_path / "real.toml"
    config.write_text(
        '[mission]\nname = "Ours"\ntime_zone = "Asia/Almaty"\nlanguages = ["ru", "kk"]\n[overdue]\nask_minutes = 20\n'
        '[digest]\nat = ["08:00", "19:30"]\nweekdays = [1, 3]\n'
        f'[programme]\neve_at = "{eve}"\nsilent_days = ["2019-06-08"]\n[announcements]\ngroups_quiet_from = "{eve}"\n',
        encoding="utf-8",
    )
    real = load(config)
    assert of_mission(real).facts == real.mission_facts()


async def test_the_stage_listens_to_its_own_page_only(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage, aiohttp.ClientSession() as http:
        assert stage.telegram.url.startswith("http://127.0.0.1:")
        clock = f"{stage.telegram.url}/stage/clock"
        foreign = (
            {"Origin": "http://evil.example"},
            {"Host": "evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
        )
        for headers in foreign:
            async with http.post(clock, json={"hold": True}, headers=headers) as answer:
                assert answer.status == 403, headers
            async with http.get(f"{stage.telegram.url}/stage/office", headers=headers) as answer:
                assert answer.status == 403, headers
        async with http.get(f"{stage.telegram.url}/", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
        assert not stage.hands.held
        async with http.post(clock, json={"hold": True}, headers={"Origin": stage.telegram.url}) as answer:
            assert answer.status == 200
        for body in ({"set": "1999-01-01"}, {"speed": -1}, {"hold": "yes"}, {}, {"fly": 1}, [1]):
            async with http.post(clock, json=body) as answer:
                assert answer.status == 400, body


def test_a_stage_that_is_killed_leaves_no_bot_and_no_database_behind(tmp_path: Path) -> None:
    with _killed_stage(tmp_path) as database:
        bot = _holder(database)
    patience = time.monotonic() + 60
    while (database.parent.exists() or _lives(bot)) and time.monotonic() < patience:
        time.sleep(0.1)
    assert not _lives(bot)
    assert list(tmp_path.iterdir()) == []


def test_what_a_stage_left_that_was_killed_with_its_bot_goes_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "fieldpost-of-somebody").mkdir()
    with _killed_stage(tmp_path) as left:
        os.kill(_holder(left), signal.SIGKILL)
    assert left.exists()
    with _killed_stage(tmp_path) as other:
        assert not left.parent.exists()
        with _killed_stage(tmp_path):
            assert other.exists(), "that one still lives"
        assert (tmp_path / "fieldpost-of-somebody").exists()


@contextlib.contextmanager
def _killed_stage(folder: Path) -> Iterator[Path]:
    """A stage that plays for the time of the block and is killed then; its database."""
    before = set(folder.iterdir())
    command = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert "this machine only" in next((line for line in process.stdout if "http://" in line), "")
            (own,) = set(folder.iterdir()) - before
            yield own / "fieldpost.db"
        finally:
            process.kill()


def _holder(database: Path) -> int:
    """The process of the bot that holds it."""
    with pytest.raises(AlreadyRunningError):
        lock(database)
    return int(database.with_name(f"{database.name}.lock").read_text(encoding="utf-8"))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
