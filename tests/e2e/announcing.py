"""A real bot process announces to a whole mission against the stand-in with real limits; then the books are balanced.

As a command: python -m tests.e2e.announcing --show 1 --people 1013 --groups 60
"""

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from bot.config import Config, load
from demo.telegram import Fault, Limits
from domain.letter import LetterKind
from domain.message import Message
from services.desk import Desk, tell
from storage.database import as_text
from tests.house import House, Phone

ROOT = Path(__file__).parent.parent.parent
FIRST_USER = 100_000
FIRST_GROUP = -700_000_000
TEXT = "Please bring your accreditation tomorrow."


@dataclass
class Book:
    """What was counted."""

    copies: int = 0
    seconds: float = 0.0
    floor: float = 0.0
    """Seconds that the limits ask for whatever was sent until the last copy: copies, answers to taps, progress."""
    bare_floor: float = 0.0
    """Seconds that they ask for the copies alone."""
    twice: int = 0
    missing: list[int] = field(default_factory=list)
    refused_by_limits: int = 0
    states: dict[str, int] = field(default_factory=dict)
    taps: list[float] = field(default_factory=list)
    alert: float = 0.0
    kills: int = 0
    report: str = ""
    edits: int = 0

    def told(self) -> str:
        """The figures in lines."""
        worst = max(self.taps, default=0.0)
        middle = statistics.median(self.taps) if self.taps else 0.0
        return (
            f"copies {self.copies}, {self.seconds:.1f} s; floor of all that was sent {self._against(self.floor)},"
            f" of the copies alone {self._against(self.bare_floor)}\n"
            f"429 of our own making {self.refused_by_limits}, twice {self.twice}, missing {len(self.missing)},"
            f" states {self.states}, kills {self.kills}\n"
            f"taps {len(self.taps)}: median {middle * 1000:.0f} ms, worst {worst * 1000:.0f} ms;"
            f" alert {self.alert * 1000:.0f} ms; edits {self.edits}\n{self.report}"
        )

    def _against(self, floor: float) -> str:
        return f"{floor:.1f} s ({100 * (self.seconds / floor - 1):+.1f} %)" if floor else "not measured"


class Mission(House):
    """A house with so many people aboard and groups bound, whose bot is a process."""

    def __init__(self, folder: Path, *, people: int, groups: int, limits: Limits | None, wide: bool = False) -> None:
        super().__init__(folder, limits=limits)
        self.people = [FIRST_USER + n for n in range(people - 1)]  # the coordinator is one of them
        self.groups = [FIRST_GROUP - n for n in range(groups)]
        self._wide = wide
        self._process: subprocess.Popen[bytes] | None = None

    def config(self) -> Config:
        """The budget as it comes, unless `wide`; ticks of a second."""
        super().config()
        path = self.folder / "config.toml"
        text = path.read_text(encoding="utf-8").replace("tick_seconds = 0.2", "tick_seconds = 1")
        if not self._wide:
            head, _, tail = text.partition("[sending]\n")
            text = head + tail.partition("\n\n")[2] if "\n\n" in tail else head + "[" + tail.partition("\n[")[2]
        path.write_text(text, encoding="utf-8")
        return load(path)

    async def open(self) -> None:
        """Everybody is aboard; the process runs."""
        self.config()
        await self.act(self._fill)
        for user_id in self.people:
            self.telegram.add_user(user_id, f"Observer {user_id}", language_code="en", started=True)
        for number, chat_id in enumerate(self.groups):
            self.telegram.add_group(f"Group {number}", [self.people[number]], bot_is="member", chat_id=chat_id)
        self.start()
        await self.telegram.polled(60)

    def _fill(self, desk: Desk) -> None:
        db, now = desk.db, as_text(desk.now)
        db.execute("UPDATE person SET language = 'en'")
        db.execute("UPDATE person SET active = 0 WHERE reference NOT IN ('C001', 'C002')")
        for user_id in self.people:
            cursor = db.execute(
                "INSERT INTO person (reference, name, role, team_id, language, time_zone, created_at, changed_at)"
                " VALUES (?, ?, 'observer', ?, 'en', 'Asia/Almaty', ?, ?)",
                (f"X{user_id}", f"Observer {user_id}", 1 + user_id % 20, now, now),
            )
            db.execute(
                "INSERT INTO account (telegram_id, person_id, bound_at, last_heard_at) VALUES (?, ?, ?, ?)",
                (user_id, cursor.lastrowid, now, now),
            )
        for number, chat_id in enumerate(self.groups):
            db.execute(
                "INSERT INTO chat (chat_id, kind, title, status, purpose, changed_at)"
                " VALUES (?, 'group', ?, 'member', 'mission', ?)",
                (chat_id, f"Group {number}", now),
            )
        for chat_id in self.groups:  # their programme of the day is no part of what is measured
            db.execute("INSERT INTO standing VALUES (?, '2999-01-01', '', '', NULL, NULL)", (chat_id,))

    def start(self) -> None:
        """Run the bot."""
        command = [sys.executable, "-m", "bot", "run", "--config", str(self.folder / "config.toml")]
        with (self.folder / "bot.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=log, stderr=log)

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def close(self) -> None:
        """End the process."""
        self.kill()

    async def compose(self, *, confirm: bool = False) -> tuple[Phone, int, str]:
        """Written and previewed by the coordinator: his phone, and the message with the button that sends."""
        coordinator = await self.enrol("C001")
        await coordinator.say("/announce")
        await coordinator.say(TEXT)
        if confirm:
            await coordinator.tap("Options")
            await coordinator.tap("Ask to confirm")
            await coordinator.tap("Back")
        await coordinator.tap("For whom")
        await coordinator.tap("Everyone in private")
        await coordinator.tap("All groups")
        await coordinator.tap("Back")
        await coordinator.tap("Preview")
        message = coordinator.last
        data = next(data for label, data in self.telegram.buttons(message) if label.startswith("Send to"))
        return coordinator, message["message_id"], data

    def counted(self) -> Counter[int]:
        """How many copies each chat got, deleted ones too; the preview in the author's chat is none."""
        found = {
            chat.id: sum(m.from_bot and m.body.get("text") == TEXT for m in chat.messages.values())
            for chat in self.telegram.world.chats.values()
        }
        return Counter({chat_id: n for chat_id, n in found.items() if n and chat_id != 1000})

    async def done(self, seconds: float = 300) -> None:
        """Until no copy waits, and whatever follows from it has gone."""
        async with asyncio.timeout(seconds):
            while True:
                (row,) = self.rows(
                    "SELECT (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending'))"
                    " + (SELECT count(*) FROM announcement WHERE dirty = 1)"
                )
                if row[0] == 0:
                    return
                await asyncio.sleep(0.1)

    def balance(self, book: Book, coordinator: Phone) -> Book:
        """Count what arrived against what the bot believes."""
        counted = self.counted()
        book.states = dict(
            self.rows("SELECT o.state, count(*) FROM delivery AS d JOIN outbox AS o ON o.id = d.letter_id GROUP BY 1")
        )
        book.copies = sum(counted.values())
        book.twice = sum(n > 1 for n in counted.values())
        book.missing = [chat_id for chat_id in (*self.people, *self.groups) if not counted[chat_id]]
        book.refused_by_limits = self.telegram.limits.issued if self.telegram.limits else 0
        reports = [m["text"] for m in coordinator.messages if str(m.get("text", "")).startswith("Announcement “")]
        book.report = str(reports[-1]) if reports else ""
        return book


@asynccontextmanager
async def mission(people: int, groups: int, limits: Limits | None, *, wide: bool = False) -> AsyncIterator[Mission]:
    """A mission in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with Mission(Path(folder), people=people, groups=groups, limits=limits, wide=wide) as house:
            yield house


async def show_1(people: int, groups: int) -> Book:
    """Everyone once, none refused by a limit, as fast as the limits allow; taps and an alert overtake."""
    book = Book()
    async with mission(people, groups, Limits()) as house:
        coordinator, message_id, data = await house.compose()
        await asyncio.sleep(5)  # whatever composing has cost of the budgets is over
        calls = house.telegram.calls
        mark, begun = len(calls), monotonic()
        house.telegram.tap(coordinator.user_id, message_id, data=data)
        await asyncio.sleep(3)
        tapping = asyncio.create_task(_tap_meanwhile(house, book, people // 40))
        await asyncio.sleep(2)
        book.alert = await _alert(house)
        await tapping
        await house.done()
        sent = [c for c in list(calls)[mark:] if c.status == 200 and c.method in _SPENDING]
        copies = [c for c in sent if c.method == "sendMessage" and c.params.get("text") == TEXT]
        book.seconds = copies[-1].at - begun
        until = [c for c in sent if c.at <= copies[-1].at]
        book.floor, book.bare_floor = len(until) / 30, len(copies) / 30
        book.edits = sum(c.method == "editMessageText" for c in until)
        return house.balance(book, coordinator)


_SPENDING = frozenset({"sendMessage", "editMessageText", "editMessageReplyMarkup"})


async def _tap_meanwhile(house: Mission, book: Book, taps: int) -> None:
    """Observers open their programme while the copies go out."""
    for number in range(taps):
        user_id = house.people[-1 - number]
        begun = monotonic()
        house.telegram.say(user_id, "/programme")
        await house.telegram.wait_for(lambda m: str(m.get("text")).startswith("Programme"), user_id, 30)
        book.taps.append(monotonic() - begun)
        await asyncio.sleep(0.3)


async def _alert(house: Mission) -> float:
    """Seconds from an alert's letter until it is there."""
    to = house.people[0]
    begun = monotonic()
    await house.act(lambda desk: tell(desk, to, Message("An alert"), LetterKind.ALERT))
    await house.telegram.wait_for(lambda m: m.get("text") == "An alert", to, 30)
    return monotonic() - begun


async def show_2(people: int, groups: int, kills: int, answer: str) -> Book:
    """kill -9 in the middle, again and again; what is in doubt is decided by its author."""
    book, chance = Book(), random.Random(5)
    async with mission(people, groups, Limits()) as house:
        coordinator, message_id, data = await house.compose()
        house.telegram.tap(coordinator.user_id, message_id, data=data)
        await house.telegram.wait_for(lambda m: m.get("text") == TEXT, house.people[0], 30)
        while book.kills < kills:
            await asyncio.sleep(chance.uniform(0.3, 1.2))
            house.kill()
            book.kills += 1
            house.start()
            before = sum(house.counted().values())
            async with asyncio.timeout(60):
                while sum(house.counted().values()) == before and house.rows(_WAITING) != [(0,)]:
                    await asyncio.sleep(0.05)
        await house.done()
        doubtful = house.balance(Book(), coordinator).states.get("in_doubt", 0)
        if doubtful:
            await coordinator.tap(f"In doubt: {doubtful}")
            await coordinator.tap(answer)
            await house.done()
        book = house.balance(book, coordinator)
        book.report += f"\nin doubt before the author decided: {doubtful}"
        return book


_WAITING = "SELECT count(*) FROM outbox WHERE kind = 'announcement' AND state IN ('queued', 'sending')"


async def show_3(people: int, groups: int) -> tuple[Book, dict[str, int]]:
    """10 % 429, 10 % 5xx, 5 % blocked, 5 % answers lost, 2 groups migrated, 1 kicked; and what truly arrived."""
    book = Book()
    async with mission(people, groups, None, wide=True) as house:
        coordinator, message_id, data = await house.compose()
        telegram = house.telegram
        blocked = house.people[::20]
        for user_id in blocked:
            telegram.world.users[user_id].blocked = True
        for chat_id in house.groups[:2]:  # the bot has not heard of it yet
            telegram.world.privacy = True
            telegram.migrate(chat_id)
        telegram.world.chats[house.groups[2]].bot_status = "kicked"
        telegram.faults.add(Fault("429", method="sendMessage", times=None, probability=0.1, retry_after=1))
        telegram.faults.add(Fault("status", method="sendMessage", times=None, probability=0.1))
        telegram.faults.add(Fault("cut_after", method="sendMessage", times=None, probability=0.05))
        telegram.tap(coordinator.user_id, message_id, data=data)
        await house.telegram.wait_for(lambda m: m.get("text") == TEXT, house.people[1], 60)
        async with asyncio.timeout(300):
            while house.rows(_WAITING) != [(0,)]:
                await asyncio.sleep(0.2)
        telegram.faults.clear()
        await house.done()
        counted = house.counted()
        truth = {"arrived": sum(counted.values()), "blocked": len(blocked), "kicked": 1}
        return house.balance(book, coordinator), truth


async def show_4(people: int, groups: int) -> tuple[str, str]:
    """Corrected, then withdrawn: the two reports."""
    async with mission(people, groups, None, wide=True) as house:
        coordinator, message_id, data = await house.compose()
        house.telegram.tap(coordinator.user_id, message_id, data=data)
        await house.telegram.wait_for(lambda m: m.get("text") == TEXT, house.people[-1], 60)
        await house.done()
        for user_id in house.people[:10]:
            house.telegram.world.users[user_id].blocked = True
        for user_id in house.people[10:15]:
            house.telegram.erase(house.telegram.last(user_id)["message_id"], chat_id=user_id)
        await coordinator.tap("Correct")
        await coordinator.say("Corrected words.")
        await house.done()
        corrected = house.balance(Book(), coordinator).report
        await coordinator.tap("Withdraw")
        await coordinator.tap("Yes, withdraw")
        await house.done()
        return corrected, house.balance(Book(), coordinator).report


async def show_5(people: int, groups: int, readers: int) -> Book:
    """Many confirm within a minute."""
    book = Book()
    async with mission(people, groups, Limits()) as house:
        coordinator, message_id, data = await house.compose(confirm=True)
        house.telegram.tap(coordinator.user_id, message_id, data=data)
        await house.telegram.wait_for(lambda m: m.get("text") == TEXT, house.people[-1], 120)
        await house.done()
        mark, begun = len(house.telegram.calls), monotonic()
        for user_id in house.people[:readers]:
            message = house.telegram.last(user_id)
            house.telegram.tap(user_id, message["message_id"], data=house.telegram.buttons(message)[0][1])
            await asyncio.sleep(50 / readers)
        await house.done()
        book.seconds = monotonic() - begun
        edits = [c for c in list(house.telegram.calls)[mark:] if c.method in _SPENDING and c.status == 200]
        book.edits = len(edits)
        return house.balance(book, coordinator)


async def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=1, choices=range(1, 6))
    parser.add_argument("--people", type=int, default=1013)
    parser.add_argument("--groups", type=int, default=60)
    parser.add_argument("--kills", type=int, default=10)
    wanted = parser.parse_args()
    match wanted.show:
        case 1:
            print((await show_1(wanted.people, wanted.groups)).told())
        case 2:
            for answer in ("Send all again", "All arrived"):
                print((await show_2(wanted.people, wanted.groups, wanted.kills, answer)).told())
        case 3:
            book, truth = await show_3(wanted.people, wanted.groups)
            print(book.told(), truth)
        case 4:
            print("\n\n".join(await show_4(wanted.people, wanted.groups)))
        case 5:
            print((await show_5(wanted.people, wanted.groups, 400)).told())
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
