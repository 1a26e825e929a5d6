"""Two weeks of sixty coordinators with a bot that is a process, killed in the middle of sending and away for a day."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import turn
from services.desk import Desk
from storage import accounts, people
from storage import digests as shelf
from storage.database import as_text
from tests.e2e.torture import Torture

START = datetime(2019, 3, 25, tzinfo=UTC)
END = START + timedelta(days=14)
"""In Berlin summer time begins meanwhile, on Lord Howe Island it ends: by half an hour."""
ZONES = ("Europe/Berlin", "Asia/Almaty", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe")
HOURS = ("20:00", "02:30", "08:00,20:00", "07:15,12:00,19:45", "00:00,23:59")
WEEKDAYS = (None, "12345", "67", "1234567")
COORDINATORS = 60
FIRST_USER = 40_000
KILLED_AT = ("before_send", "after_taken", "before_recorded", "inside_transaction", "after_commit", "random") * 2
AWAY_FROM = START + timedelta(days=6, hours=9, minutes=30)
AWAY_UNTIL = AWAY_FROM + timedelta(hours=8)


def promised(n: int) -> list[tuple[str, datetime]]:
    """(local day and hour, the moment it comes) of coordinator n; worked out here, not by the bot's own rules."""
    zone, weekdays = ZoneInfo(ZONES[n % 5]), WEEKDAYS[n % 4] or "1234567"
    days = [date(2019, 3, 24) + timedelta(days=k) for k in range(17)]
    found = [
        (f"{day}T{hour}", datetime.combine(day, time.fromisoformat(hour), zone).astimezone(UTC))
        for day in days
        if str(day.isoweekday()) in weekdays
        for hour in HOURS[n % 5].split(",")
    ]
    return [(key, due) for key, due in found if START < due <= END]


class Fortnight(Torture):
    """Its clock stands still, and hops from one digest to the next."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, observers=0, kills=0, seed=9)
        self.kills: Counter[str] = Counter()
        self.person: dict[int, int] = {}
        self.repeated = 0
        self.to(START)

    def to(self, moment: datetime) -> None:
        """It is that moment now, and stays it."""
        turn(self.clock_file, moment, 0.0)

    async def cast(self) -> None:
        """Sixty coordinators who have all chosen other hours."""

        def bring(desk: Desk) -> None:
            rest: dict[str, object] = {
                "role": "coordinator",
                "team_id": None,
                "delegation": "",
                "language": "en",
                "zone_known": 1,
            }
            rows: list[dict[str, object]] = [
                {"reference": f"K{n:02}", "name": f"Coordinator {n}", "time_zone": ZONES[n % 5], **rest}
                | {"phone": "", "extra": "{}"}
                for n in range(COORDINATORS)
            ]
            people.add(desk.db, rows, START - timedelta(days=1))
            for n in range(COORDINATORS):
                number = desk.db.execute("SELECT id FROM person WHERE reference = ?", (f"K{n:02}",)).fetchone()[0]
                accounts.bind(desk.db, FIRST_USER + n, number, "", START - timedelta(hours=1))
                hours, weekdays = HOURS[n % 5], WEEKDAYS[n % 4]
                shelf.choose(desk.db, number, START, hours=hours, weekdays=weekdays, own_zone=1)
                self.person[n] = number

        for n in range(COORDINATORS):
            self.telegram.add_user(FIRST_USER + n, f"Coordinator {n}", language_code="en", started=True)
        await self.act(bring)

    def start(self) -> None:
        """The bot, unless it runs."""
        if self._process is None or self._process.poll() is not None:
            self._start(None)

    async def stop(self) -> None:
        """SIGTERM, as an operator stops it."""
        assert self._process is not None
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 20)

    async def kill_while_it_sends(self, where: str) -> None:
        """A bot that dies at the named point, or somewhere in the next second, and another after it."""
        self._start(None if where == "random" else f"{where}:{self.chance.randint(1, 9)}")
        await self._await_death(self.chance.uniform(0.8, 1.6) if where == "random" else 6.0)
        self.kills[where] += 1
        self.start()

    async def until_told(self, moment: datetime) -> None:
        """Until each digest that is promised by then has its row, and every letter has gone."""
        keys = {(self.person[n], key) for n in range(COORDINATORS) for key, due in promised(n) if due <= moment}
        for _ in range(1500):
            if {tuple(row) for row in self.rows("SELECT person_id, local_at FROM digest")} >= keys:
                break
            await asyncio.sleep(0.02)
        waiting = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending') AND due_at <= ?"
        for _ in range(1500):
            if self.rows(waiting, as_text(self.clock.now())) == [(0,)]:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"by {moment} not all is told")

    def audit(self) -> Counter[str]:
        """One row for each promise; each letter at Telegram once, or again where a kill hid that it had arrived."""
        rows = self.rows("SELECT person_id, local_at, outcome FROM digest")
        expected = Counter((self.person[n], key) for n in range(COORDINATORS) for key, _ in promised(n))
        assert Counter((person, key) for person, key, _ in rows) == expected
        letters = self.rows("SELECT once_key, chat_id, message_id, state, attempts FROM outbox WHERE kind = 'digest'")
        assert {state for _, _, _, state, _ in letters} == {"sent"}
        sent = {(person, key) for person, key, outcome in rows if outcome == "sent"}
        assert {_slot_of(once_key) for once_key, *_ in letters} == sent
        for n in range(COORDINATORS):
            mine = {message_id: attempts for _, chat, message_id, _, attempts in letters if chat == FIRST_USER + n}
            there = {
                m["message_id"] for m in self.telegram.bot_messages(FIRST_USER + n) if "Digest" in m.get("text", "")
            }
            assert set(mine) <= there
            twice = len(there - set(mine))
            assert twice <= sum(attempts - 1 for attempts in mine.values())
            self.repeated += twice
        return Counter(outcome for _, _, outcome in rows)


def _slot_of(once_key: str) -> tuple[int, str]:
    """digest:7:2019-03-25T20:00:1 is of person 7, at that hour."""
    _, person, rest = once_key.split(":", 2)
    return int(person), rest[:16]


async def test_two_weeks_of_sixty_coordinators_through_kills_and_a_working_day_of_silence(tmp_path: Path) -> None:
    async with Fortnight(tmp_path) as house:
        await house.cast()
        moments = sorted({due for n in range(COORDINATORS) for _, due in promised(n)})
        fatal = dict(zip(house.chance.sample(moments, len(KILLED_AT)), KILLED_AT, strict=True))
        polite = set(house.chance.sample(moments, 3)) - set(fatal)
        for moment in moments:
            if AWAY_FROM <= moment < AWAY_UNTIL:
                await house.close()
                continue
            if moment in fatal:
                await house.close()
            elif moment in polite:
                await house.stop()
            house.to(moment + timedelta(seconds=1))
            if moment in fatal:
                await house.kill_while_it_sends(fatal[moment])
            house.start()
            await house.until_told(moment)
        outcomes = house.audit()
    print(f"{outcomes.total()} promised, {dict(outcomes)}, kills {dict(house.kills)}, copies twice: {house.repeated}")
    assert house.kills.total() > 9
    assert outcomes["sent"] > 700
    assert outcomes["skipped"] > 0
