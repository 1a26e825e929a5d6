"""A mission's day in minutes: people write, tap, send places and photos at a steady pace; what the bot holds is level.

The bot is a process of its own, its clock runs so fast that a day and two hours go by: the evening's digests, the
night's copy of the database, and what is kept no longer (updates of three days ago, positions and photos of yesterday).

As a command: python -m tests.e2e.soak --seconds 600
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic

from bot.clock import turn
from bot.config import Config, load
from services.desk import Desk
from storage import accounts, meetings, people
from storage.database import as_text
from tests.e2e.torture import Torture
from tests.house import MORNING

LASTS = timedelta(hours=26)
FIRST_USER = 5000
PICTURE = b"\xff\xd8\xff" + bytes(20_000)
ROUND = (
    "/programme", "tap", "/log", "meeting", "What was said, number {n}", "photo", "Turnout, number {n}", "submit",
    "place", "/next", "tap", "/live", "/checkin", "tap", "/digest", "tap", "/free", "/team", "tap", "/me", "/cancel",
)  # fmt: skip
"""What one person does, again and again; each begins elsewhere in it."""
LABELS = {"meeting": "09:30", "submit": "Submit"}
HARMFUL = ("Leave", "Delete", "End access", "Cancelled")
"""Buttons that nobody presses here: the day needs its people and its meetings."""
OF_OLD = 5_000
"""Rows that come of age in the course of the day, of each kind."""
SLACK = {
    "memory": 6.0,
    "handles": 5.0,
    "WAL": 2_000_000.0,
    "WAL at most": 64_000_000.0,
    "waiting": 20.0,
    "growth": 1.35,
}
"""By how much the median of the last third may be above that of the second: MB, handles, bytes, rows; the factor by
which the database may grow more for a row.

Handles: SQLite keeps one for each connection that was ever open at the same time. The log: the night's copy holds it
open for a moment, and in that moment an hour goes by.
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the bot holds at a moment. `at` is seconds since the beginning, memory in MB, sizes in bytes."""

    at: float
    updates: int
    letters: int
    memory: float
    handles: int
    wal: int
    database: int
    waiting: int

    def told(self) -> str:
        """A line."""
        return (
            f"{self.at:5.0f} s  {self.updates:6} updates  {self.letters:6} letters  {self.memory:6.1f} MB"
            f"  {self.handles:3} handles  WAL {self.wal / 1e6:5.2f} MB  database {self.database / 1e6:6.2f} MB"
            f"  {self.waiting:4} waiting"
        )


class Soak(Torture):
    """The day."""

    def __init__(self, folder: Path, *, people_aboard: int, seed: int = 1, each_second: float = 12.0) -> None:
        super().__init__(folder, observers=people_aboard, kills=0, seed=seed)
        self._keys = {"eve_at": "19:00", "reminders": "60,15"}
        self._each_second = each_second
        self._steps: dict[int, int] = {}
        self.samples: list[Sample] = []
        self.sent = 0

    def config(self) -> Config:
        """Positions and photos are kept for a day."""
        super().config()
        path = self.folder / "config.toml"
        with path.open("a", encoding="utf-8") as file:
            file.write("[retention]\npositions_days = 1\nphotos_days = 1\n")
        return load(path)

    async def run_for(self, seconds: float, *, every: float = 0.0) -> None:
        """The day in so many seconds; a line is printed every so often, if at all."""
        users = await self.act(self._bring_aboard)
        for n, user_id in enumerate(users):
            self._steps[user_id] = n
            self.telegram.add_user(user_id, f"Person {user_id}", language_code="en", started=True)
        turn(self.clock_file, MORNING, LASTS.total_seconds() / seconds)
        self._start(None)
        await self.telegram.polled(30)
        began, line = monotonic(), every
        watching = asyncio.create_task(self._watch(began, max(0.5, seconds / 300)))
        try:
            while (now := monotonic() - began) < seconds:
                due = int(now * self._each_second)
                while self.sent < due:
                    self._do_something(self.chance.choice(users))
                if every and now >= line and self.samples:
                    print(self.samples[-1].told(), flush=True)
                    line += every
                await asyncio.sleep(0.05)
        finally:
            watching.cancel()
        await self.settle(120)
        self.samples.append(self._sample(monotonic() - began))

    def _bring_aboard(self, desk: Desk) -> list[int]:
        """Coordinators among them; and a past that becomes too old hour by hour."""
        desk.db.execute("UPDATE person SET language = 'en'")
        everybody = people.list_all(desk.db)
        aboard = [p for p in everybody if p.role.leads] + [p for p in everybody if not p.role.leads]
        aboard = aboard[: self.observers]
        teams = people.list_team_ids(desk.db)
        for meeting in meetings.list_all(desk.db):
            meetings.set_participants(desk.db, meeting.meeting_id, teams.values(), [])
        for n, person in enumerate(aboard):
            accounts.bind(desk.db, FIRST_USER + n, person.person_id, "", desk.now)
        for n in range(OF_OLD):
            into = LASTS * (n / OF_OLD)
            update, letter, place = (as_text(desk.now - timedelta(days=days) + into - LASTS / 8) for days in (3, 30, 1))
            desk.db.execute(
                "INSERT INTO inbox (bot_id, update_id, arrived, received_at, raw, state, settled_at)"
                " VALUES (1, ?1, ?1, ?2, ?3, 'done', ?2)",
                (n - OF_OLD, update, b"{" + b" " * 400 + b"}"),
            )
            desk.db.execute(
                "INSERT INTO outbox (kind, policy, priority, chat_id, method, payload, state, queued_at, due_at,"
                " settled_at, message_id) VALUES ('answer', 'repeat', 10, 1, 'sendMessage', ?, 'sent', ?2, ?2, ?2, 1)",
                ('{"text":"' + "x" * 400 + '"}', letter),
            )
            desk.db.execute(
                "INSERT INTO checkin (meeting_id, person_id, said_by, presence, latitude, longitude, said_at,"
                " processed_at) VALUES (1, ?1, ?1, 'w', 51.1, 71.4, ?2, ?2)",
                (aboard[-1].person_id, place),
            )
        return [FIRST_USER + n for n in range(len(aboard))]

    # --- what people do

    def _do_something(self, user_id: int) -> None:
        """The next step of his round; whoever finds no button to tap asks for the programme."""
        self.sent += 1
        step = ROUND[self._steps[user_id] % len(ROUND)]
        self._steps[user_id] += 1
        if step == "tap" or step in LABELS:
            if not self._press(user_id, step):
                self.telegram.say(user_id, "/programme")
        elif step == "place":
            self.telegram.location(user_id, 51.0 + self.chance.random() / 5, 71.43, accuracy=12.0)
        elif step == "photo":
            self.telegram.photo(user_id, PICTURE, caption=f"Picture {self.sent}")
        else:
            self.telegram.say(user_id, step.format(n=self.sent))

    def _press(self, user_id: int, label: str) -> bool:
        """One of the buttons that he has before him: this one, or any."""
        for message in reversed(self.telegram.bot_messages(user_id)[-5:]):
            buttons = [] if message.get("deleted") else self.telegram.buttons(message)
            found = [data for text, data in buttons if text.startswith(LABELS.get(label) or "") and _is_harmless(text)]
            if found:
                self.telegram.tap(user_id, message["message_id"], data=self.chance.choice(found))
                return True
        return False

    # --- what is looked at

    async def _watch(self, began: float, pause: float) -> None:
        while True:
            await asyncio.sleep(pause)
            self.samples.append(await asyncio.to_thread(self._sample, monotonic() - began))

    def _sample(self, at: float) -> Sample:
        assert self._process is not None
        told = dict(
            line.split(":", 1)
            for line in Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8").splitlines()
        )
        wal = self.path.with_name(f"{self.path.name}-wal")
        ((letters, pages, waiting),) = self.rows(
            "SELECT (SELECT max(id) FROM outbox), (SELECT page_count FROM pragma_page_count),"
            " (SELECT count(*) FROM inbox WHERE state = 'open')"
            " + (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending') AND due_at <= ?)",
            as_text(self.clock.now()),
        )
        return Sample(
            at,
            self.sent,
            letters - OF_OLD,
            int(told["VmRSS"].split()[0]) / 1024,
            len(os.listdir(f"/proc/{self._process.pid}/fd")),  # noqa: PTH208 - it is no folder of files
            wal.stat().st_size if wal.exists() else 0,
            pages * 4096,
            waiting,
        )

    def passed(self) -> dict[str, int]:
        """What the day brought, and what of the time before it is still there."""
        return {
            "digests": self.rows("SELECT count(*) FROM digest")[0][0],
            "copies": len(list((self.folder / "backups").glob("*.sqlite"))),
            "updates of old": self.rows("SELECT count(*) FROM inbox WHERE update_id <= 0")[0][0],
            "letters of old": self.rows("SELECT count(*) FROM outbox WHERE chat_id = 1 AND payload <> '{}'")[0][0],
            "positions of old": self.rows(
                "SELECT count(*) FROM checkin WHERE latitude IS NOT NULL AND said_at < ?", as_text(MORNING)
            )[0][0],
            "photos": self.rows("SELECT count(*) FROM attachment")[0][0],
            "parked": self.rows("SELECT count(*) FROM inbox WHERE state = 'parked'")[0][0],
        }


def _is_harmless(label: str) -> bool:
    return not label.startswith(HARMFUL)


def verdict(samples: list[Sample], slack: dict[str, float] = SLACK) -> list[str]:
    """What is not level: the last third against the second, the first being the warming up. Empty if all is.

    Only what `slack` names is looked at.
    """
    end = samples[-1].at
    second, last = ([s for s in samples if from_ <= s.at / end < to] for from_, to in ((1 / 3, 2 / 3), (2 / 3, 1.0)))
    found = {what: (_median(second, what), _median(last, what)) for what in ("memory", "handles", "waiting")}
    found["WAL"] = _median(second, "wal"), _median(last, "wal")
    found["WAL at most"] = 0.0, float(max(sample.wal for sample in samples))
    found["growth"] = 0.0, _each(last) / max(_each(second), 1.0)
    return [
        f"{what}: {found[what][0]:.1f}, then {found[what][1]:.1f}"
        for what, most in slack.items()
        if found[what][1] > found[what][0] + most
    ]


def _median(samples: list[Sample], what: str) -> float:
    return float(statistics.median(getattr(sample, what) for sample in samples))


def _each(samples: list[Sample]) -> float:
    """Bytes by which the database grew for each update and letter."""
    first, last = samples[0], samples[-1]
    return (last.database - first.database) / max(1, last.updates + last.letters - first.updates - first.letters)


async def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--each-second", type=float, default=12.0)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with Soak(
            Path(folder), people_aboard=wanted.people, seed=wanted.seed, each_second=wanted.each_second
        ) as soak:
            await soak.run_for(wanted.seconds, every=30.0)
            print(soak.samples[-1].told())
            print(soak.passed())
    faults = verdict(soak.samples)
    print("\n".join(faults) or "level: memory, handles, WAL, and bytes an update or letter")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
