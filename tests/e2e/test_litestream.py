"""A standby by Litestream: a mission whose machine is gone from one moment to the next goes on elsewhere."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.ledgers import Ledger, is_beginning_of, is_sound, ledger, story
from tests.e2e.test_backup import fieldpost
from tests.e2e.torture import Torture
from tests.house import Phone

LITESTREAM = shutil.which("litestream", path=f"{Path(sys.executable).parent}") or shutil.which("litestream")
pytestmark = pytest.mark.skipif(LITESTREAM is None, reason="no litestream for this machine")


@contextmanager
def replicating(database: Path, replica: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Litestream for the time of the block; at its end it is killed as the bot is."""
    command = [str(LITESTREAM), "replicate", str(database), replica.as_uri()]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def restored(replica: Path, to: Path) -> Path | None:
    """What the replica holds by now; None if nothing."""
    command = [str(LITESTREAM), "restore", "-o", str(to), replica.as_uri()]
    done = subprocess.run(command, capture_output=True, check=False)
    return to if done.returncode == 0 else None


async def synced(replica: Path, folder: Path, wanted: Ledger) -> bool:
    """Until the replica holds all this."""
    for n in range(60):
        copy = await asyncio.to_thread(restored, replica, folder / f"look-{n}.sqlite")
        if copy is not None and ledger(copy) == wanted:
            return True
        await asyncio.sleep(0.5)
    return False


@pytest.mark.parametrize("by_itself", ["true", "false"])
async def test_a_killed_mission_goes_on_elsewhere_with_all_that_was_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_itself: str
) -> None:
    """Whether the bot carries its log over by itself or leaves that to Litestream."""
    monkeypatch.setenv("FIELDPOST_STORAGE__CHECKPOINTS", by_itself)
    replica = tmp_path / "replica"
    async with Torture(tmp_path, observers=1, kills=0, seed=1) as house:
        house._start(None)
        observer = await house.enrol("O001")
        with replicating(house.path, replica):
            for n in range(5):
                await observer.say(f"/log {n}")
                await observer.say(f"What was said, number {n}")
            before = story(house.path)
            assert await synced(replica, tmp_path, ledger(house.path))
            for n in range(200):
                house.telegram.say(observer.user_id, f"What was said later, number {n}")
                await asyncio.sleep(0.01)
            await house.close()
        copy = restored(replica, tmp_path / "copy.sqlite")
        assert copy is not None
        assert is_sound(copy)
        assert is_beginning_of(before, story(copy))
        assert is_beginning_of(story(copy), story(house.path))

        elsewhere = tmp_path / "elsewhere" / "mission.sqlite"
        put = await fieldpost(house, "restore", str(copy), FIELDPOST_STORAGE__PATH=str(elsewhere))
        assert put.returncode == 0, put.stderr
        assert elsewhere.stat().st_mode & 0o077 == 0
        house.path = elsewhere
        house.config()
        house._start(None)
        assert "Programme" in (await Phone(house, observer.user_id).say("/programme"))["text"]
