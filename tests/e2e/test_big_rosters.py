"""Large rosters by chat: nobody else waits; and a bot that is killed in between makes the same roster."""

import asyncio
import io
import os
import re
import statistics
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic

import openpyxl
import pytest

from tests.chat.test_roster_by_file import as_csv, as_xlsx, changed, people_of, roster, with_one_more, without
from tests.house import TOKEN, House, Message, Phone

ROOT = Path(__file__).parent.parent.parent
HEADER = ["reference", "name", "role", "team", "delegation", "language", "time_zone", "phone", "Room"]
PEOPLE = 20_000


def large(people: int) -> list[list[str]]:
    """As large missions have them: teams of fifty, a third of the names in Cyrillic; the two who tap are among them."""
    rows = [row + [""] * 2 for row in roster() if row[0] in {"C003", "O001"}]
    return [HEADER, *rows] + [
        [
            f"P{n:05d}",
            f"Наблюдатель Иванов {n}" if n % 3 == 0 else f"Observer Number {n}",
            "team_leader" if n % 50 == 0 else "observer",
            f"Team {n // 50 + 100}",
            f"Country {n % 57}",
            "ru" if n % 3 == 0 else "en",
            "Asia/Almaty",
            f"+7 701 {n:07d}",
            f"Room {n}",
        ]
        for n in range(people - len(rows))
    ]


def workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def shows_day(day: int, message: Message) -> bool:
    return bool(re.search(rf"\b{day}\b", message.get("text", "").partition("\n")[0]))


class Taps:
    """A person who taps again as soon as the bot has answered, at most ten times a second."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.seconds: list[float] = []
        self._over = asyncio.Event()
        self._task = asyncio.create_task(self._tap())

    async def end(self) -> None:
        self._over.set()
        await self._task

    async def _tap(self) -> None:
        telegram = self.phone.telegram
        day = 8
        while not self._over.is_set():
            day = 17 - day  # the 8th and the 9th by turns, so that each answer differs from what is shown
            answered = len(telegram.calls.of("answerCallbackQuery"))
            since = monotonic()
            telegram.tap(self.phone.user_id, self.phone.last["message_id"], data=f"1:day:2019-06-0{day}")
            await telegram.wait_for(partial(shows_day, day), self.phone.user_id, 10)
            while len(telegram.calls.of("answerCallbackQuery")) == answered:
                await asyncio.sleep(0.005)
            self.seconds.append(monotonic() - since)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), max(0.0, 0.1 - self.seconds[-1]))


async def until(house: House, sql: str) -> None:
    for _ in range(3000):
        if house.rows(sql)[0][0]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(sql)


@pytest.mark.parametrize("people", [1013, PEOPLE])
async def test_a_large_roster_comes_aboard_while_others_are_answered(tmp_path: Path, people: int) -> None:
    rows = large(people)
    data = workbook(rows) if people == PEOPLE else as_csv(rows)
    async with Outside(tmp_path) as house:
        lead, other = await house.enrol("C003"), await house.enrol("O001")
        await other.say("/programme")
        taps = Taps(other)
        began = monotonic()
        house.telegram.document(lead.user_id, "all.xlsx" if people == PEOPLE else "all.csv", data)
        await house.telegram.wait_for(lambda m: "been imported yet" in m.get("text", ""), lead.user_id, 60)
        read = monotonic() - began
        until_read = max(taps.seconds)
        before = len(taps.seconds)
        await asyncio.sleep(0.5)
        message = lead.last
        house.telegram.tap(lead.user_id, message["message_id"], data="1:ua:1")
        began = monotonic()
        await house.telegram.wait_for(lambda m: "Imported:" in m.get("text", ""), lead.user_id, 30)
        applied = monotonic() - began
        await asyncio.sleep(0.5)
        await taps.end()
        assert house.rows("SELECT count(*) FROM person WHERE active = 1") == [(people,)]
        log = house.log()
    assert TOKEN not in log
    assert "Traceback" not in log
    peak = int(re.findall(r"(\d+) KiB at most", log)[-1]) // 1024
    print(
        f"\n{people} people, {len(data)} bytes: preview after {read:.1f} s, applied in {applied:.2f} s;"
        f" {len(taps.seconds)} taps by somebody else, median {statistics.median(taps.seconds) * 1000:.0f} ms, slowest"
        f" {until_read * 1000:.0f} ms while it was read and {max(taps.seconds[before:]) * 1000:.0f} ms while it was"
        f" applied; the reading took {peak} MiB"
    )
    assert len(taps.seconds) > 5
    assert peak < 512


class Outside(House):
    """A house whose bot is a process of its own, so that it can be killed."""

    _process: "subprocess.Popen[bytes] | None" = None
    die_at: str | None = None

    async def open(self) -> None:
        """Start it; with `die_at` it kills itself there."""
        self.config()
        self.start()
        await self.telegram.polled(20)

    def start(self) -> None:
        """Start it and wait for nothing."""
        env = {name: value for name, value in os.environ.items() if name != "FIELDPOST_DIE_AT"}
        if self.die_at:
            env["FIELDPOST_DIE_AT"] = self.die_at
        command = [sys.executable, "-m", "bot", "run", "--config", str(self.folder / "config.toml")]
        with (self.folder / "bot.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)

    async def close(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def died(self) -> None:
        """Wait until it has killed itself."""
        assert self._process is not None
        await asyncio.to_thread(self._process.wait, 30)

    def log(self) -> str:
        """What the bot logged."""
        return (self.folder / "bot.log").read_text(encoding="utf-8")


def new_list() -> list[list[str]]:
    """Somebody new, somebody else, two who are no longer listed, a new team, a phone."""
    rows = changed(without(roster(), "O001", "O002"), "O003", "name", "Another Name")
    rows = with_one_more(rows, "N1", "New One", team="New team", role="team_leader")
    rows = [[*rows[0], "phone", "Room"], *([*row, "", ""] for row in rows[1:])]
    return changed(changed(rows, "O004", "phone", "+7 701 0000001"), "O005", "Room", "12")


async def plainly(folder: Path, data: bytes) -> list[tuple[object, ...]]:
    """The roster after one import that nothing disturbs."""
    async with House(folder) as house:
        lead = await house.enrol("C003")
        await lead.send_file("list.csv", data)
        await lead.tap("Apply")
        return people_of(house)


async def test_the_same_file_twice_and_backwards_with_a_kill_in_between_makes_the_same_roster(tmp_path: Path) -> None:
    rows = new_list()
    data, backwards = as_csv(rows), as_xlsx([rows[0], *reversed(rows[1:])])
    for name in ("plain", "backwards", "killed"):
        (tmp_path / name).mkdir()
    wanted = await plainly(tmp_path / "plain", data)
    assert await plainly(tmp_path / "backwards", backwards) == wanted
    async with Outside(tmp_path / "killed") as house:
        lead = await house.enrol("C003")
        house.telegram.document(lead.user_id, "list.csv", data)
        await until(house, "SELECT count(*) FROM upload WHERE state = 'wanted'")
        await house.close()  # while it is fetched or read
        assert house.rows("SELECT state FROM upload") == [("wanted",)]
        await house.open()
        await house.telegram.wait_for(lambda m: "been imported yet" in m.get("text", ""), lead.user_id, 30)
        await house.close()  # between the preview and the tap
        house.telegram.tap(lead.user_id, lead.last["message_id"], data="1:ua:1")
        await restart_dying(house)
        house.die_at = None
        await house.open()
        await house.telegram.wait_for(lambda m: "Imported:" in m.get("text", ""), lead.user_id, 30)
        assert people_of(house) == wanted
        for again in (data, backwards):
            last = await lead.send_file("list", again, "text/csv")
            assert "No change" in last["text"]
        assert people_of(house) == wanted
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'roster_import'") == [
            (2,)
        ]  # the test's own, and this
        assert not list(house.folder.glob("*.upload-*"))


async def restart_dying(house: Outside) -> None:
    """A bot that dies within its next transactions, several times over."""
    for nth in range(1, 5):
        house.die_at = f"inside_transaction:{nth}"
        house.start()
        await house.died()
