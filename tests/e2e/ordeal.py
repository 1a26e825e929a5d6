"""A mission's day with everything that a machine, a network and Telegram do to a bot; then the books are balanced.

432 people aboard, Telegram's limits in force. In the morning everybody checks in and writes a log; the programme is
changed by an operator, thrice; an hour passes in which Telegram cannot be reached; at 20:00 the digests come. Meanwhile
the bot is killed at named points and at random, answers are lost, calls refused, the disk fills up, the log's tail is
torn, the clock is put forward and back, and somebody starts a second bot. All of it comes from a seed.

As a command: python -m tests.e2e.ordeal --people 432 --seed 1
"""

import argparse
import asyncio
import csv
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from bot.clock import turn
from bot.config import Config, load
from bot.points import POINTS
from demo.telegram import Fault, Limits
from domain.change import diff
from domain.letter import Letter, LetterKind
from services.desk import Desk, post
from storage import accounts, meetings, people
from tests.e2e.torture import ROOT, Torture
from tests.house import DATA

FIRST_USER = 5000
LISTENER = 90_000
FAULTS = (
    Fault("cut_after", "sendMessage", times=None, probability=0.02),
    Fault("cut_after", "editMessageText", times=None, probability=0.02),
    Fault("429", "sendMessage", times=None, probability=0.01, retry_after=1),
    Fault("status", "sendMessage", times=None, probability=0.02),
    Fault("status", "*", times=None, probability=0.01, status=502, body="Bad Gateway"),
    Fault("cut_before", "getUpdates", times=None, probability=0.05),
    Fault("cut_after", "getUpdates", times=None, probability=0.05),
)


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path | None]:
    """A file system of its own, which can be full; None where we may not mount one."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        try:
            yield Path(folder) if mounted else None
        finally:
            if mounted:
                subprocess.run(["umount", "-l", folder], check=True)


@dataclass
class Account:
    """What was counted."""

    people: int
    updates: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    inbox: dict[str, int] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)
    held: int = 0
    wrong: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def told(self) -> str:
        """The figures in lines."""
        return "\n".join(
            (
                f"{self.people} people, {self.updates} updates, {self.seconds:.0f} s",
                f"kills {self.kills.total()}: {dict(self.kills)}",
                f"troubles {dict(self.troubles)}, calls that went wrong {self.wrong}",
                f"inbox {self.inbox}, letters {self.letters}, announcements held for their author {self.held}",
                *(self.faults or ["the ledger balances"]),
            )
        )


class Ordeal(Torture):
    """The day."""

    def __init__(self, folder: Path, disk: Path | None, *, people_aboard: int, seed: int, kills: int) -> None:
        super().__init__(folder, observers=people_aboard, kills=kills, seed=seed)
        self._disk = disk
        if disk is not None:
            self.path = disk / "mission.sqlite"
        self.telegram.limits = Limits()
        self.book = Account(people_aboard)
        self.points: dict[int, list[str]] = {}
        self._teams: list[str] = []
        self._through = False
        """All that was to go wrong has gone wrong."""

    def config(self) -> Config:
        """Telegram's budgets, as a mission has them; nobody is reminded or looked for."""
        super().config()
        path = self.folder / "config.toml"
        text = path.read_text(encoding="utf-8")
        head, _, tail = text.partition("[sending]\n")
        text = head + tail[tail.index("[") :]
        path.write_text(text.replace("on = true", "on = false"), encoding="utf-8")
        return load(path)

    async def play(self) -> Account:
        """From the morning to the last digest."""
        began = monotonic()
        users = await self.act(self._bring_aboard)
        for user_id in users:
            self.telegram.add_user(user_id, f"Person {user_id}", language_code="en", started=True)
        for n in range(self.observers):
            self.telegram.add_user(LISTENER + n, f"Listener {n}", started=True)
        for fault in FAULTS:
            self.telegram.faults.add(fault)
        trouble = asyncio.create_task(self._trouble())
        await asyncio.gather(*(self._morning(user_id) for user_id in users))
        await self._afternoon()
        turn(self.clock_file, datetime(2019, 6, 8, 14, 0, 5, tzinfo=UTC), 1.0)  # 20:00 at the place
        await self._until(self._all_told)
        await self._until(lambda: self._through or trouble.done())
        self._over = True
        await trouble
        self.telegram.faults.clear()
        self._start(None)
        await self.settle(300)
        self._audit()
        self.book.seconds = monotonic() - began
        return self.book

    def _bring_aboard(self, desk: Desk) -> list[int]:
        """Everybody's phone is known; all are of the first meeting. Announcements wait for those who listen."""
        everybody = people.list_all(desk.db)[: self.observers]
        desk.db.execute("UPDATE person SET language = 'en'")
        for n, person in enumerate(everybody):
            accounts.bind(desk.db, FIRST_USER + n, person.person_id, "", desk.now)
        teams = people.list_team_ids(desk.db)
        self._teams = list(teams)
        meeting = meetings.find_by_reference(desk.db, "M01")
        assert meeting is not None
        meetings.set_participants(desk.db, meeting.meeting_id, teams.values(), [])
        for n in range(self.observers):
            payload: dict[str, Any] = {"text": f"Announcement {n}"}
            post(desk, Letter(LetterKind.ANNOUNCEMENT, LISTENER + n, "sendMessage", payload, f"ordeal:{n}"))
        return [FIRST_USER + n for n in range(len(everybody))]

    async def _morning(self, user_id: int) -> None:
        """One person's: check in, tell something, submit it."""
        await asyncio.sleep(self.chance.uniform(0, self.observers / 15))
        await self._say(user_id, "/programme", "Programme, ")
        await self._tap(user_id, "Check in: 09:30", "Status:")
        await self._tap(user_id, "I am here", "you arrived")
        if self.chance.random() < 0.3:
            self.telegram.location(user_id, 51.128, 71.43)
            self.book.updates += 1
        await self._tap(user_id, "Write the log", "ho received you")
        self.points[user_id] = [f"Point {n} of {user_id}" for n in range(self.chance.randint(1, 3))]
        for point in self.points[user_id]:
            await self._say(user_id, point, point)
        await self._tap(user_id, "Submit", "Submitted")

    async def _afternoon(self) -> None:
        """The second meeting is moved thrice; then there is an hour in which Telegram cannot be reached."""
        for start in ("11:30", "12:15", "11:45"):
            await self._move_second_meeting(start)
            await asyncio.sleep(self.chance.uniform(1, 3))
        await self.telegram.go_dark()
        turn(self.clock_file, self.clock.now() + timedelta(hours=1), 1.0)
        await asyncio.sleep(3)
        await self.telegram.come_back()
        self.book.troubles["Telegram away for an hour"] += 1
        await self._until(self._all_notified)

    async def _move_second_meeting(self, start: str) -> None:
        """As an operator does: another programme file, by the command line, beside the bot."""
        with (DATA / "programme-2019-06-08.csv").open(encoding="utf-8", newline="") as programme:
            row = next(row for row in csv.DictReader(programme) if row["reference"] == "M02")
        row |= {"start": start, "end": "13:30", "participants": "; ".join(self._teams)}
        file = self.folder / f"{start[:2]}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(row))
            writer.writeheader()
            writer.writerow(row)
        for _ in range(20):
            done = await asyncio.to_thread(self._command, "import", "programme", str(file), "--notify")
            if done.returncode == 0:
                break
            await asyncio.sleep(1)  # a full disk
        else:
            raise AssertionError(done.stderr)

    def _command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "bot", *words, "--config", str(self.folder / "config.toml")]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    # --- Trouble

    async def _trouble(self) -> None:
        """Until the day is over: one thing after another."""
        fatal = [*POINTS, *["random"] * max(0, self._kills - len(POINTS))]
        kinds: list[tuple[Callable[[str], Awaitable[None]], str]] = [(self._die, where) for where in fatal]
        kinds += [(self._tear_and_die, "torn tail")] * 2
        for other in (self._fill_disk, self._second, self._dark, self._clock):
            kinds += [(other, "")] * 2
        self.chance.shuffle(kinds)
        self._start(None)
        for act, where in kinds:
            await self._pause(self.chance.uniform(0.5, 2.0))
            if self._over:
                break
            await act(where)
        self._through = True
        while not self._over:
            await self._pause(1)
        await self.close()

    async def _pause(self, seconds: float) -> None:
        end = monotonic() + seconds
        while monotonic() < end and not self._over:
            await asyncio.sleep(0.05)
            self._supervise()

    def _supervise(self) -> None:
        """As systemd does: a bot that ended by itself is started again."""
        if self._process is not None and self._process.poll() is not None:
            self.book.troubles["ended by itself"] += 1
            self._start(None)

    async def _die(self, where: str) -> None:
        await self.close()
        self._start(None if where == "random" else f"{where}:{self.chance.randint(1, 9)}")
        await self._await_death(self.chance.uniform(2.0, 4.0) if where == "random" else 8.0)
        self.book.kills[where] += 1
        self._start(None)

    async def _tear_and_die(self, where: str) -> None:
        """A power cut in the middle of a write: bytes after the last commit that mean nothing."""
        await self.close()
        wal = self.path.with_name(self.path.name + "-wal")
        if wal.exists():
            with wal.open("ab") as file:
                file.write(self.chance.randbytes(self.chance.randint(100, 9000)))
            self.book.troubles["torn tail"] += 1
        self.book.kills[where] += 1
        self._start(None)

    async def _fill_disk(self, _: str) -> None:
        if self._disk is None:
            return
        ballast = self._disk / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"\0" * 65536):
                pass
        await asyncio.sleep(self.chance.uniform(0.5, 2.0))
        ballast.unlink()
        self.book.troubles["full disk"] += 1

    async def _second(self, _: str) -> None:
        """A second bot on the same database says so and ends."""
        if self._process is None or self._process.poll() is not None:
            return
        await asyncio.sleep(3)  # until the first has begun
        done = await asyncio.to_thread(self._command, "run")
        if done.returncode == 0 or "Traceback" in done.stderr:
            self.book.faults.append(f"a second bot: {done.returncode} {done.stderr[-300:]}")
        self.book.troubles["second bot"] += 1

    async def _clock(self, _: str) -> None:
        """A few minutes forward, or back."""
        turn(self.clock_file, self.clock.now() + timedelta(minutes=self.chance.choice((-3, 2, 5))), 1.0)
        self.book.troubles["clock put"] += 1

    async def _dark(self, _: str) -> None:
        await self.telegram.go_dark()
        await asyncio.sleep(self.chance.uniform(1, 3))
        await self.telegram.come_back()
        self.book.troubles["Telegram away"] += 1

    # --- What is waited for, and what is counted

    async def _until(self, reached: Any) -> None:
        for _ in range(6000):
            with suppress(sqlite3.OperationalError):  # a full disk has no room for a reader's notes either
                if reached():
                    return
            await asyncio.sleep(0.1)
        raise AssertionError("the day does not go on")

    def _all_notified(self) -> bool:
        return self.rows("SELECT count(*) FROM notice WHERE settled_at IS NULL") == [(0,)]

    def _all_told(self) -> bool:
        """Every coordinator aboard has a digest of the day or a record of none."""
        sql = "SELECT count(*) FROM account AS a JOIN person AS p ON p.id = a.person_id WHERE p.role = 'coordinator'"
        return self.rows("SELECT count(DISTINCT person_id) FROM digest") == self.rows(sql)

    def _audit(self) -> None:
        book = self.book
        book.updates += self.ledger.updates
        book.wrong = dict(self.telegram.faults.happened)
        book.inbox = dict(self.rows("SELECT state, count(*) FROM inbox GROUP BY state"))
        book.letters = dict(self.rows("SELECT state, count(*) FROM outbox GROUP BY state"))
        self._check("updates", book.inbox, {"done": book.updates})
        here = self.rows("SELECT person_id, count(*) FROM checkin WHERE presence = 'a' AND meeting_id = 1 GROUP BY 1")
        self._check("check-ins, one each", Counter(n for _, n in here), {1: self.observers})
        told = Counter(body for (body,) in self.rows("SELECT body FROM log_entry WHERE withdrawn_at IS NULL"))
        self._check("points", told, Counter(point for points in self.points.values() for point in points))
        self._check("submissions", self.rows("SELECT count(*) FROM log_submission")[0][0], self.observers)
        self._check("unsent", set(book.letters) - {"sent", "in_doubt"}, set())
        self._check_announcements()
        self._check_programme()
        self._check_notices()
        self._check("the file", self.rows("PRAGMA integrity_check"), [("ok",)])
        self._check("references", self.rows("PRAGMA foreign_key_check"), [])
        log = (self.folder / "bot.log").read_text(encoding="utf-8", errors="replace")
        self._check("tracebacks", [part[:3000] for part in log.split("Traceback")[1:]], [])

    def _check_announcements(self) -> None:
        """Never twice; not there only where the author is asked."""
        states = dict(self.rows("SELECT once_key, state FROM outbox WHERE once_key LIKE 'ordeal:%'"))
        for n in range(self.observers):
            arrived = len(self.telegram.bot_messages(LISTENER + n))
            if arrived > 1 or (arrived == 0 and states[f"ordeal:{n}"] != "in_doubt"):
                self.book.faults.append(f"announcement {n}: arrived {arrived}, {states[f'ordeal:{n}']}")
        self.book.held = Counter(states.values())["in_doubt"]

    def _check_programme(self) -> None:
        """As it stands it is the replay of its revisions, of which none is missing."""

        def compare(desk: Desk) -> list[object]:
            replayed = {one.meeting_id: one for one in meetings.list_as_of(desk.db, desk.now + timedelta(days=1))}
            return [diff(one, replayed[one.meeting_id]) for one in meetings.list_all(desk.db)]

        db_rows = self.rows("SELECT meeting_id, revision FROM meeting_revision ORDER BY 1, 2")
        self._check("revisions of the second meeting", [r for m, r in db_rows if m == 2], [1, 2, 3, 4])
        differences = self._act(compare)
        self._check("programme", [one for one in differences if one != ()], [])

    def _check_notices(self) -> None:
        """Whoever is aboard knows when the second meeting is, and was told of it at most once for each change."""
        starts = self.rows("SELECT starts_at FROM meeting WHERE id = 2")
        self._check("the last word", [str(row[0])[:16] for row in starts], ["2019-06-08T05:45"])
        for n in range(self.observers):
            texts = [m["text"] for m in self.telegram.bot_messages(FIRST_USER + n) if "11:45" in m.get("text", "")]
            if not texts:
                self.book.faults.append(f"{FIRST_USER + n} does not know that the meeting is at 11:45")

    def _check(self, what: str, seen: object, due: object) -> None:
        if seen != due:
            self.book.faults.append(f"{what}: {str(seen)[:6000]} instead of {str(due)[:600]}")


async def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=432)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with small_disk(96) as disk, tempfile.TemporaryDirectory() as folder:
        async with Ordeal(
            Path(folder), disk, people_aboard=wanted.people, seed=wanted.seed, kills=wanted.kills
        ) as ordeal:
            book = await ordeal.play()
    print(f"seed {wanted.seed}: {book.told()}")
    return 1 if book.faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
