"""How taps are answered while the digests of sixty coordinators are written, with a million facts behind."""

import asyncio
import os
import sqlite3
import statistics
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import monotonic

from bot.clock import turn
from demo import bench_digests
from demo.bench_processes import running
from demo.telegram import StandIn
from storage import digests as shelf
from storage.database import connect

TOKEN = "1:BENCH"  # noqa: S105 - the stand-in's
COORDINATORS = 60
FIRST_OBSERVER = 100
EVENING = bench_digests.NOON + timedelta(hours=8)
PACE = 10
"""Messages a second."""


async def measure(path: Path) -> None:
    """Print two lines. `path` is a database that `bench_digests.measure` has filled."""
    with closing(connect(path)) as db:
        db.execute("BEGIN")
        _appoint(db)
        db.execute("COMMIT")
    clock = path.with_name("clock.json")
    turn(clock, EVENING - timedelta(minutes=1), 0.0)
    async with StandIn(token=TOKEN, keep_calls=200_000) as telegram:
        for n in range(bench_digests.PEOPLE):
            telegram.add_user(bench_digests.FIRST_CHAT + n, f"Person {n}", started=True)
        command = [sys.executable, "-m", "bot", "run"]
        with running(command, _environment(telegram.url, path, clock)):
            await telegram.polled(60)
            await telegram.settle(30)
            quiet = await _taps(telegram, path, until=0)
            turn(clock, EVENING + timedelta(seconds=1), 0.0)
            busy = await _taps(telegram, path, until=COORDINATORS)
    for name, took in (("quiet", quiet), (f"while {COORDINATORS} digests are written", busy)):
        cuts = statistics.quantiles(took, n=100)
        print(f"evening     taps answered, {name}: p50 {cuts[49]:6.1f} ms  p99 {cuts[98]:6.1f} ms  ({len(took)} taps)")


def _appoint(db: sqlite3.Connection) -> None:
    """Sixty coordinators who read in three languages; each has chosen other teams, so that no two digests are one."""
    for n in range(COORDINATORS):
        teams = ",".join(str((n + k) % bench_digests.MEETINGS + 1) for k in range(bench_digests.MEETINGS // 2))
        speaks = ("en", "ru", "kk")[n % 3]
        db.execute("UPDATE person SET role = 'coordinator', language = ? WHERE id = ?", (speaks, n + 1))
        shelf.choose(db, n + 1, EVENING - timedelta(hours=1), hours="20:00", team_ids=teams)


async def _taps(telegram: StandIn, path: Path, until: int) -> list[float]:
    """Milliseconds from a message to its answer, at an even pace: for three seconds, or until so many digests are."""
    begun: dict[int, float] = {}
    mark, start = len(telegram.calls), monotonic()
    with closing(connect(path, read_only=True)) as db:
        while len(begun) < bench_digests.PEOPLE - FIRST_OBSERVER:
            made = db.execute("SELECT count(*) FROM digest").fetchone()[0]
            if made >= until if until else monotonic() - start > 3:
                break
            chat = bench_digests.FIRST_CHAT + FIRST_OBSERVER + len(begun)
            begun[chat] = monotonic()
            telegram.say(chat, "/help")
            await asyncio.sleep(1 / PACE)
    await telegram.settle(60)
    took: dict[int, float] = {}
    for call in list(telegram.calls)[mark:]:
        chat = int(call.params.get("chat_id", 0)) if call.method == "sendMessage" else 0
        if chat in begun and chat not in took:
            took[chat] = (call.at - begun[chat]) * 1000
    return list(took.values())


def _environment(url: str, path: Path, clock: Path) -> dict[str, str]:
    return {
        **os.environ,
        "FIELDPOST_TELEGRAM__TOKEN": TOKEN,
        "FIELDPOST_TELEGRAM__API_BASE_URL": url,
        "FIELDPOST_TELEGRAM__USERNAME": "fieldpost_bot",
        "FIELDPOST_STORAGE__PATH": str(path),
        "FIELDPOST_MISSION__NAME": "Bench",
        "FIELDPOST_MISSION__TIME_ZONE": "UTC",
        "FIELDPOST_MISSION__LANGUAGES": "en,ru,kk",
        "FIELDPOST_CLOCK__FILE": str(clock),
        "FIELDPOST_OVERDUE__ON": "false",
        "FIELDPOST_LOG__LEVEL": "error",
    }


async def main() -> None:
    """Only this part of the bench."""
    with tempfile.TemporaryDirectory() as name:
        bench_digests.measure(Path(name))
        await measure(Path(name) / bench_digests.DATABASE)


if __name__ == "__main__":
    asyncio.run(main())
