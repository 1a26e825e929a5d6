"""Figures from one run on one machine: the real bot process against a stock echo bot, both against the stand-in.

The stock bot is python-telegram-bot as it comes: sequential, nothing stored, one message back for each. An update of
ours is a step of a real conversation: stored, processed, committed to the disk, with an answer to the tap and an edit
or message. Steps that follow each other faster than the network share an edit. Absolute figures belong to the machine,
ratios travel.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from demo import bench_digests, bench_evening
from demo.bench_processes import ROOT, commits, cpu, running
from demo.telegram import StandIn
from storage.database import connect

DATA = Path(__file__).parent / "data"
TOKEN = "1:BENCH"  # noqa: S105 - the stand-in's
PEOPLE = 200
FIRST_USER = 10_000
PACED_SECONDS = 30
"""900 messages: the slowest hundredth are nine."""
ECHO = """
import sys
from telegram.ext import Application, MessageHandler, filters
async def echo(update, context):
    await update.message.reply_text(update.message.text)
app = Application.builder().token(sys.argv[1]).base_url(sys.argv[2] + "/bot").build()
app.add_handler(MessageHandler(filters.TEXT, echo))
app.run_polling()
"""


class Bench:
    """One folder, one stand-in, one bot at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "mission.sqlite"
        self.pid = 0
        """The bot's process."""

    def environment(self, url: str) -> dict[str, str]:
        """The bot's configuration; the send budget is lifted, since what is measured is the bot."""
        return {
            **os.environ,
            "FIELDPOST_TELEGRAM__TOKEN": TOKEN,
            "FIELDPOST_TELEGRAM__API_BASE_URL": url,
            "FIELDPOST_TELEGRAM__USERNAME": "fieldpost_bot",
            "FIELDPOST_STORAGE__PATH": str(self.path),
            "FIELDPOST_MISSION__NAME": "Bench",
            "FIELDPOST_MISSION__TIME_ZONE": "Asia/Almaty",
            "FIELDPOST_MISSION__LANGUAGES": "en,ru,kk",
            "FIELDPOST_SENDING__OVERALL_PER_SECOND": "100000",
            "FIELDPOST_SENDING__CHAT_PER_SECOND": "100000",
            "FIELDPOST_SENDING__GROUP_PER_MINUTE": "100000",
            "FIELDPOST_LOG__LEVEL": "error",
        }

    @asynccontextmanager
    async def fieldpost(self, delay: float = 0.0) -> AsyncIterator[StandIn]:
        """Our bot with PEOPLE observers enrolled and the programme loaded."""
        async with StandIn(token=TOKEN, keep_calls=200_000) as telegram:
            self.path.unlink(missing_ok=True)
            env = self.environment(telegram.url)
            for kind, name in (("roster", "roster.csv"), ("programme", "programme-2019-06-08.csv")):
                _run(["import", kind, str(DATA / name)], env)
            tokens = [line.rsplit("=", 1)[1] for line in _run(["invitations", "--format", "csv"], env)[1:]]
            self._everyone_meets()
            with running([sys.executable, "-m", "bot", "run"], env) as process:
                self.pid = process.pid
                await telegram.polled(30)
                await asyncio.gather(
                    *(_enrol(telegram, FIRST_USER + n, token.strip()) for n, token in enumerate(tokens[:PEOPLE]))
                )
                await telegram.settle(30)
                telegram.delay = delay
                yield telegram

    def _everyone_meets(self) -> None:
        db = connect(self.path)
        db.execute("INSERT OR IGNORE INTO participation (meeting_id, team_id) SELECT 1, id FROM team")
        db.close()

    @asynccontextmanager
    async def stock(self, delay: float = 0.0) -> AsyncIterator[StandIn]:
        """The stock echo bot."""
        async with StandIn(token=TOKEN, keep_calls=200_000) as telegram:
            with running([sys.executable, "-c", ECHO, TOKEN, telegram.url], dict(os.environ)) as process:
                self.pid = process.pid
                await telegram.polled(30)
                for n in range(PEOPLE):
                    telegram.add_user(FIRST_USER + n, f"Observer {n}", started=True)
                telegram.delay = delay
                yield telegram

    def done(self) -> int:
        """Updates whose effect is committed."""
        db = connect(self.path, read_only=True)
        count: int = db.execute("SELECT count(*) FROM inbox WHERE state = 'done'").fetchone()[0]
        db.close()
        return count

    def waiting(self) -> int:
        """Letters not yet sent."""
        db = connect(self.path, read_only=True)
        count: int = db.execute("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')").fetchone()[0]
        db.close()
        return count


def _run(arguments: list[str], env: dict[str, str]) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", *arguments], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


async def _enrol(telegram: StandIn, user_id: int, token: str) -> None:
    """The link, "that is me", the language."""
    telegram.add_user(user_id, f"Observer {user_id}", language_code="en")
    telegram.say(user_id, f"/start {token}")
    for wanted in ("1:id:", "1:la:"):
        asked = await telegram.wait_for(partial(_offers, telegram, wanted), user_id, 60)
        data = next(data for _, data in telegram.buttons(asked) if data.startswith(wanted))
        telegram.tap(user_id, asked["message_id"], data=data)


def _offers(telegram: StandIn, wanted: str, message: dict[str, Any]) -> bool:
    """Whether a button of this kind is there, in whatever language."""
    return any(data.startswith(wanted) for _, data in telegram.buttons(message))


async def _sent(telegram: StandIn, count: int, before: int) -> None:
    while _messages(telegram) - before < count:
        await asyncio.sleep(0.01)


def _messages(telegram: StandIn) -> int:
    return sum(n for (method, _), n in telegram.calls.totals.items() if method == "sendMessage")


async def flood_stock(bench: Bench, updates: int, delay: float = 0.0) -> tuple[float, float]:
    """Updates per second of the echo, and microseconds of processor time for each."""
    async with bench.stock(delay) as telegram:
        start, used = monotonic(), cpu(bench.pid)
        for n in range(updates):
            telegram.say(FIRST_USER + n % PEOPLE, f"message {n}")
        await _sent(telegram, updates, 0)
        return updates / (monotonic() - start), (cpu(bench.pid) - used) / updates * 1e6


def _conversation(telegram: StandIn, user_id: int) -> int:
    """A whole check-in and log, said without waiting for answers; how many updates it is."""
    panel = telegram.last(user_id)["message_id"]
    telegram.say(user_id, "/checkin")
    for data in ("1:ci:1:a:1", "1:sk:1", "1:lg:1:w", "1:me:1:0", "1:lg:1:p"):
        telegram.tap(user_id, panel, data=data)
    telegram.say(user_id, "The campaign was calm")
    telegram.say(user_id, "12 regions were visited")
    for data in ("1:nc:1", "1:lg:1:r", "1:sb:1"):
        telegram.tap(user_id, panel, data=data)
    return 11


async def flood_fieldpost(bench: Bench, rounds: int, delay: float = 0.0) -> tuple[float, float, float]:
    """(conversations, updates) per second, durable and answered; microseconds of processor time for an update."""
    async with bench.fieldpost(delay) as telegram:
        before = bench.done()
        start, used = monotonic(), cpu(bench.pid)
        said = sum(_conversation(telegram, FIRST_USER + n) for _ in range(rounds) for n in range(PEOPLE))
        while bench.done() - before < said or bench.waiting():
            await asyncio.sleep(0.02)
        seconds = monotonic() - start
        return rounds * PEOPLE / seconds, said / seconds, (cpu(bench.pid) - used) / said * 1e6


async def paced(telegram: StandIn, text: str, per_second: int, seconds: int) -> tuple[float, float]:
    """(p50, p99) in milliseconds from a message to the call that answers it; everybody in turn."""
    begun: dict[int, deque[float]] = defaultdict(deque)
    mark, sent_before, said = len(telegram.calls), _messages(telegram), per_second * seconds
    start = monotonic()
    for n in range(said):
        await asyncio.sleep(max(0.0, start + n / per_second - monotonic()))
        begun[FIRST_USER + n % PEOPLE].append(monotonic())
        telegram.say(FIRST_USER + n % PEOPLE, text)
    await _sent(telegram, sent_before + said, 0)
    took = [
        (call.at - begun[chat].popleft()) * 1000
        for call in list(telegram.calls)[mark:]
        if call.method == "sendMessage" and begun[chat := int(call.params.get("chat_id", 0))]
    ]
    cuts = statistics.quantiles(took, n=100)
    return cuts[49], cuts[98]


async def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        stock, stock_cpu = await flood_stock(bench, 2000)
        conversations, ours, our_cpu = await flood_fieldpost(bench, 2)
        print(f"flood       stock echo {stock:7.0f} updates/s")
        print(f"            fieldpost  {ours:7.0f} updates/s  ({ours / stock:.2f} x), durable")
        print(f"            fieldpost  {conversations:7.1f} full check-in conversations/s")
        print(f"processor   stock echo {stock_cpu:7.0f} us an update")
        print(f"            fieldpost  {our_cpu:7.0f} us an update  ({stock_cpu / our_cpu:.2f} x)")
        slow, _ = await flood_stock(bench, 100, 0.05)
        _, ours_slow, _ = await flood_fieldpost(bench, 1, 0.05)
        print(f"50 ms API   stock echo {slow:7.1f} updates/s")
        print(f"            fieldpost  {ours_slow:7.0f} updates/s  ({ours_slow / slow:.1f} x)")
        p50, p99, longest = await asyncio.to_thread(commits, Path(name))
        print(f"disk, 30/s  commit     p50 {p50:7.1f} ms  p99 {p99:7.1f} ms  longest {longest:.1f} ms")
        for pace, delay in (("30/s", 0.0), ("30/s, 50 ms", 0.05)):
            async with bench.stock(delay) as telegram:
                p50, p99 = await paced(telegram, "hello", 30, PACED_SECONDS)
            async with bench.fieldpost(delay) as telegram:
                our50, our99 = await paced(telegram, "/programme", 30, PACED_SECONDS)
            print(f"{pace:<11} stock echo p50 {p50:7.1f} ms  p99 {p99:7.1f} ms")
            print(f"            fieldpost  p50 {our50:7.1f} ms  p99 {our99:7.1f} ms  (p99 {our99 / p99:.2f} x)")
        bench_digests.measure(Path(name))
        await bench_evening.measure(Path(name) / bench_digests.DATABASE)


if __name__ == "__main__":
    asyncio.run(main())
