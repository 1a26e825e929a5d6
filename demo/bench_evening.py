"""How taps are answered while digests are written, sixty of a day or one of the whole mission, of a million facts."""

import asyncio
import os
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import monotonic

from bot.clock import turn
from demo import bench_digests
from demo.bench_processes import running
from demo.telegram import Call, StandIn
from storage import digests as shelf
from storage.database import connect

TOKEN = "1:BENCH"  # noqa: S105 - the stand-in's
COORDINATORS = 60
FIRST_OBSERVER = 100
EVENING = bench_digests.NOON + timedelta(hours=8)
PACE = 10
"""Messages a second."""
PATIENCE = 300.0
"""Seconds."""


async def measure(path: Path) -> None:
    """Print three lines. `path` is a database that `bench_digests.measure` has filled."""
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
            begun = monotonic()
            quiet = await _taps(telegram, lambda: monotonic() - begun > 3)
            said, mark = monotonic(), telegram.calls.n
            telegram.say(bench_digests.FIRST_CHAT, "/digest mission")
            asked = await _taps(telegram, lambda: any(_tells_mission(call) for call in telegram.calls.since(mark)))
            waited = next(call.at for call in telegram.calls.since(mark) if _tells_mission(call)) - said
            turn(clock, EVENING + timedelta(seconds=1), 0.0)
            with closing(connect(path, read_only=True)) as db:
                busy = await _taps(telegram, lambda: _digests(db) >= COORDINATORS)
    for name, took in (
        ("quiet", quiet),
        (f"while {COORDINATORS} digests are written", busy),
        (f"while the whole mission is worded, in {waited:.1f} s", asked),
    ):
        cuts = statistics.quantiles(took, n=100)
        print(f"evening     taps answered, {name}: p50 {cuts[49]:6.1f} ms  p99 {cuts[98]:6.1f} ms  ({len(took)} taps)")


def _appoint(db: sqlite3.Connection) -> None:
    """Sixty coordinators who read in three languages; each has chosen other teams, so that no two digests are one."""
    for n in range(COORDINATORS):
        teams = ",".join(str((n + k) % bench_digests.MEETINGS + 1) for k in range(bench_digests.MEETINGS // 2))
        speaks = ("en", "ru", "kk")[n % 3]
        db.execute("UPDATE person SET role = 'coordinator', language = ? WHERE id = ?", (speaks, n + 1))
        shelf.choose(db, n + 1, EVENING - timedelta(hours=1), hours="20:00", team_ids=teams)


def _tells_mission(call: Call) -> bool:
    return call.method == "sendMessage" and "The mission, " in str(call.params.get("text"))


def _digests(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM digest").fetchone()[0])


async def _taps(telegram: StandIn, done: Callable[[], bool]) -> list[float]:
    """Milliseconds from a message to its answer, at an even pace until it is done."""
    begun: dict[int, float] = {}
    mark = telegram.calls.n
    until = monotonic() + PATIENCE
    while not done() and monotonic() < until:
        if len(begun) < bench_digests.PEOPLE - FIRST_OBSERVER:
            chat = bench_digests.FIRST_CHAT + FIRST_OBSERVER + len(begun)
            begun[chat] = monotonic()
            telegram.say(chat, "/help")
        await asyncio.sleep(1 / PACE)
    took: dict[int, float] = {}
    until = monotonic() + PATIENCE
    while len(took) < len(begun) and monotonic() < until:
        await telegram.settle(60)
        for call in telegram.calls.since(mark):
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
