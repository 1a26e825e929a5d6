"""A real bot process, killed again and again while observers go on telling what they see; then the books are balanced.

The whole day, with everything else that goes wrong, is tests/e2e/ordeal.py: `make torture`.
"""

import asyncio
import os
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.points import POINTS
from domain.letter import Letter, LetterKind
from services import invitations
from services.desk import Desk, post
from storage import meetings, people
from tests.house import House

ROOT = Path(__file__).parent.parent.parent
UPDATES_EACH = 12
PATIENCE = 300.0
"""Seconds within which an answer must come, kills included."""


@dataclass
class Ledger:
    """What was counted at the end."""

    updates: int = 0
    kills: int = 0
    killed_at: dict[str, int] = field(default_factory=dict)
    inbox: dict[str, int] = field(default_factory=dict)
    outbox: dict[str, int] = field(default_factory=dict)
    checkins: int = 0
    entries: int = 0
    submissions: int = 0
    announcements_twice: int = 0
    announcements_lost: int = 0


class Torture(House):
    """A house whose bot is a process that dies."""

    def __init__(self, folder: Path, *, observers: int, kills: int, seed: int) -> None:
        super().__init__(folder)
        self.chance = random.Random(seed)
        self.observers = observers
        self.ledger = Ledger()
        self._kills = kills
        self._process: subprocess.Popen[bytes] | None = None
        self._over = False
        self._killed_enough = False

    async def open(self) -> None:
        """No bot yet: `run` starts and kills it."""
        self.config()

    async def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def run(self) -> Ledger:
        """All conversations to their end, through all kills; the ledger."""
        references = await self._cast()
        tokens = await self.act(lambda desk: invitations.issue_all(desk, only=set(references)))
        await self._announce()
        killer = asyncio.create_task(self._kill_again_and_again())
        talks = [self._talk(5000 + n, token) for n, (_, token) in enumerate(tokens)]
        await asyncio.gather(*talks)
        self._over = True
        await killer
        self._start(None)
        await self.settle()
        self._count()
        return self.ledger

    async def _cast(self) -> list[str]:
        """Observers for whom the first meeting is."""

        def prepare(desk: Desk) -> list[str]:
            desk.db.execute("UPDATE person SET language = 'en'")
            teams = people.list_team_ids(desk.db)
            meeting = meetings.find_by_reference(desk.db, "M01")
            assert meeting is not None
            meetings.set_participants(desk.db, meeting.meeting_id, teams.values(), [])
            return [p.reference for p in people.list_all(desk.db) if p.reference.startswith("O")][: self.observers]

        references: list[str] = await self.act(prepare)
        return references

    async def _announce(self) -> None:
        """Letters of the kind that is never sent twice, to people who only listen."""

        def write(desk: Desk) -> None:
            for n in range(self.observers):
                self.telegram.add_user(9000 + n, f"Listener {n}", started=True)
                payload: dict[str, Any] = {"text": f"Announcement {n}"}
                post(desk, Letter(LetterKind.ANNOUNCEMENT, 9000 + n, "sendMessage", payload, f"torture:{n}"))

        await self.act(write)

    def _start(self, die_at: str | None) -> None:
        env = {k: v for k, v in os.environ.items() if k != "FIELDPOST_DIE_AT"}
        if die_at:
            env["FIELDPOST_DIE_AT"] = die_at
        command = [sys.executable, "-m", "bot", "run", "--config", str(self.folder / "config.toml")]
        with (self.folder / "bot.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)

    async def _kill_again_and_again(self) -> None:
        plan = [*POINTS] + ["random"] * max(0, self._kills - len(POINTS))
        self.chance.shuffle(plan)
        for where in plan:
            self._start(None if where == "random" else f"{where}:{self.chance.randint(1, 6)}")
            await self._await_death(self.chance.uniform(0.9, 1.8) if where == "random" else 8.0)
            self.ledger.kills += 1
            self.ledger.killed_at[where] = self.ledger.killed_at.get(where, 0) + 1
        self._killed_enough = True
        self._start(None)
        while not self._over:
            await asyncio.sleep(0.05)
        await self.close()

    async def _await_death(self, seconds: float) -> None:
        assert self._process is not None
        for _ in range(int(seconds / 0.02)):
            if self._process.poll() is not None:
                return
            await asyncio.sleep(0.02)
        self._process.kill()
        self._process.wait()

    async def _talk(self, user_id: int, token: str) -> None:
        """One observer's day, at his own pace."""
        self.telegram.add_user(user_id, f"Observer {user_id}", language_code="en")
        await self._say(user_id, f"/start {token}", "Are you")
        await self._tap(user_id, "Yes, that is me", "language")
        await self._tap(user_id, "English", "Programme, ")
        await self._tap(user_id, "Check in: 09:30", "Status:")
        await self._tap(user_id, "I am here", "you arrived")
        await self._tap(user_id, "Write the log", "Who received us")
        await self._tap(user_id, "Somebody else", "Write the names")
        await self._say(user_id, f"Host {user_id}", f"Host {user_id}")
        await self._say(user_id, f"First point of {user_id}", f"First point of {user_id}")
        await self._say(user_id, f"Second point of {user_id}", f"Second point of {user_id}")
        await self._tap(user_id, "Next", "Concerns")
        await self._tap(user_id, "None", "Documents")
        await self._tap(user_id, "Submit", "Submitted: 4")
        while not self._killed_enough:
            await asyncio.sleep(self.chance.uniform(1, 4))
            await self._say(user_id, "/programme", "Programme")

    async def _say(self, user_id: int, text: str, answer: str) -> None:
        await asyncio.sleep(self.chance.uniform(0, 1.5))
        self.telegram.say(user_id, text)
        self.ledger.updates += 1
        await self._answer(user_id, answer)

    async def _tap(self, user_id: int, label: str, answer: str) -> None:
        await asyncio.sleep(self.chance.uniform(0, 1.5))
        for message in reversed(self.telegram.bot_messages(user_id)):
            data = next((data for text, data in self.telegram.buttons(message) if text.startswith(label)), None)
            if data and not message.get("deleted"):
                self.telegram.tap(user_id, message["message_id"], data=data)
                self.ledger.updates += 1
                await self._answer(user_id, answer)
                return
        raise AssertionError(f"{user_id} finds no button {label!r}")

    async def _answer(self, user_id: int, words: str) -> None:
        await self.telegram.wait_for(lambda m: words in m.get("text", "") and not m.get("deleted"), user_id, PATIENCE)

    def _count(self) -> None:
        book = self.ledger
        book.inbox = dict(self.rows("SELECT state, count(*) FROM inbox GROUP BY state"))
        book.outbox = dict(self.rows("SELECT state, count(*) FROM outbox GROUP BY state"))
        book.checkins = self.rows("SELECT count(*) FROM checkin")[0][0]
        book.entries = self.rows("SELECT count(*) FROM log_entry WHERE withdrawn_at IS NULL")[0][0]
        book.submissions = self.rows("SELECT count(*) FROM log_submission")[0][0]
        states = dict(self.rows("SELECT once_key, state FROM outbox WHERE kind = 'announcement'"))
        for n in range(self.observers):
            arrived = len(self.telegram.bot_messages(9000 + n))
            book.announcements_twice += arrived > 1
            book.announcements_lost += arrived == 0 and states[f"torture:{n}"] != "in_doubt"


def verdict(book: Ledger, observers: int) -> list[str]:
    """What does not balance; empty if all does."""
    wanted = {
        "every update is done": (book.inbox, {"done": book.updates}),
        "one check-in each": (book.checkins, observers),
        "four points each": (book.entries, observers * 4),
        "one submission each": (book.submissions, observers),
        "no announcement twice": (book.announcements_twice, 0),
        "no announcement lost": (book.announcements_lost, 0),
        "nothing left unsent": (set(book.outbox) - {"sent", "in_doubt"}, set()),
    }
    return [f"{what}: {seen} instead of {due}" for what, (seen, due) in wanted.items() if seen != due]
