"""A day on which twenty people change the programme at once while the bot's process is killed again and again.

Every change gives a reason that is its own (n0001, n0002 …): so a notice on a phone says which changes it tells of.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from bot.clock import turn
from bot.points import POINTS
from domain.programme import ProgrammeRow
from services import programmes
from services.desk import Desk
from tests.e2e.changing_cast import MEETINGS_OF, T1, T3, T5, Actor, Company

RATE = 30.0
"""The bot's clock runs so fast: what waits a minute for further changes waits two seconds."""
THE_DAY_BEFORE = datetime(2019, 6, 7, 6, tzinfo=UTC)
"""Early enough that no meeting is past before all is done, however slow the machine."""
RANDOM_KILLS, KILLS_WHILE_TELLING = 2, 4
NOTICE = "The programme has changed"
SAME = "how it stands already"


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody set out to change: the values that the meeting is to have; None: whatever the field becomes."""

    meeting_id: int
    values: dict[str, Any]
    by: str


@dataclass
class Journal:
    """What the phones did and saw."""

    deeds: dict[str, Deed] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    """Reasons of changes that a phone was told are made."""
    proposed: set[str] = field(default_factory=set)
    same: Counter[str] = field(default_factory=Counter)
    """By person: how often he was told that it stands so already."""
    conflicts: int = 0
    """How often somebody was shown his change anew because the meeting had changed meanwhile."""


class Day(Company):
    """The cast, what they do, and who kills."""

    def __init__(self, folder: Path, *, seed: int, quota: dict[str, int]) -> None:
        super().__init__(folder, seed=seed)
        self.quota = quota
        self.journal = Journal()
        self._numbers = 0
        self._deciding = 0

    async def play(self) -> None:
        """All of it, until nothing is due any more."""
        turn(self.clock_file, THE_DAY_BEFORE, 1.0)
        self._start(None)
        await self._cast_all()
        await self.close()
        turn(self.clock_file, self.clock.now(), RATE)
        async with asyncio.TaskGroup() as group:  # whoever fails ends the day
            group.create_task(self._kill_again_and_again())
            for name in ("C002", "C003"):
                group.create_task(self._decide(self.actors[name]))
            works = [group.create_task(self._work(actor)) for actor in self.changers]
            works += [group.create_task(self._change_nothing(self.actors[name])) for name in self.idlers]
            works.append(group.create_task(self._import()))
            await asyncio.wait(works)
            await self._until("every proposal is decided", lambda: self._open_proposals() == 0)
            self._over = True
        self._start(None)
        turn(self.clock_file, self.clock.now() + timedelta(minutes=10), RATE)
        await self.told()
        await self.close()

    # --- what they do

    async def _work(self, actor: Actor) -> None:
        """Change after change, until he has made his own and the bot was killed often enough."""
        done, most = 0, self.quota[actor.role]
        while done < most or not self._killed_enough:
            await asyncio.sleep(self.chance.uniform(0, 1 if done < most else 6))
            done += await self._change(actor)

    async def _change(self, actor: Actor) -> bool:
        """Choose, say why, confirm; look again if somebody else was faster. True if it is made, or asked for."""
        meeting_id = self.chance.choice(self._theirs(actor))
        reason = self._reason()
        if not actor.leads and self._is_off(meeting_id):
            return False  # whatever he wants of it, a coordinator would have to decide
        values = await self._choose(actor, meeting_id, reason)
        shown = self._panel(actor)
        if self._yes(shown):
            self.journal.deeds[reason] = Deed(meeting_id, values, actor.reference)
            shown = await self._write(actor, reason, f"Why: {reason}", SAME)
        for _ in range(20):
            yes = self._yes(shown)
            if not yes:
                break
            shown = await self._press(actor, yes)
            self.journal.conflicts += bool(self._yes(shown))
        text = str(shown["text"])
        if text.startswith("✓ Changed."):
            self.journal.made.add(reason)
            return True
        if text.startswith("✋ Proposed"):
            self.journal.proposed.add(reason)
            return True
        assert "What is to be changed?" in text, text  # nothing: somebody has changed it to just that
        self.journal.same[actor.reference] += 1
        await self._press(actor, f"1:dc:{meeting_id}")
        return False

    async def _choose(self, actor: Actor, meeting_id: int, reason: str) -> dict[str, Any]:
        """A draft, and what it would make of the meeting."""
        kinds = [self._time]  # what everybody may do himself
        if actor.leads:
            off = self._is_off(meeting_id)
            kinds = [self._off] if off else [self._time, self._time, self._place, self._met, self._team, self._off]
        elif self.chance.random() < 0.15:
            kinds = [self._place, self._met, self._off]
        return await self.chance.choice(kinds)(actor, meeting_id, reason)

    async def _time(self, actor: Actor, meeting_id: int, reason: str) -> dict[str, Any]:
        """A quarter of an hour or some more, from where it stands now; never out of its day."""
        starts_at, ends_at, first = (
            datetime.fromisoformat(text)
            for text in self.rows("SELECT starts_at, ends_at, first_starts_at FROM meeting WHERE id = ?", meeting_id)[0]
        )
        steps = [timedelta(minutes=n) for n in range(-60, 65, 5) if n]
        start = starts_at + self.chance.choice([n for n in steps if abs(starts_at + n - first) <= timedelta(hours=3)])
        await self._press(actor, f"1:pt:{meeting_id}:{int(start.timestamp()) // 60}")
        return {"starts_at": start, "ends_at": start + (ends_at - starts_at), "postponed": 0}

    async def _place(self, actor: Actor, meeting_id: int, reason: str) -> dict[str, Any]:
        venue = f"House {reason[1:]}"
        await self._press(actor, f"1:cg:{meeting_id}:p")
        await self._write(actor, venue, venue)
        return {"venue": venue, "latitude": None, "longitude": None}

    async def _met(self, actor: Actor, meeting_id: int, reason: str) -> dict[str, Any]:
        await self._press(actor, f"1:cg:{meeting_id}:i")
        await self._write(actor, f"Friend {reason[1:]}, deputy", "Whom will we meet")
        await self._press(actor, f"1:sd:{meeting_id}")
        return {"interlocutors": None}

    async def _off(self, actor: Actor, meeting_id: int, reason: str) -> dict[str, Any]:
        """Cancelled, if it is not; else it takes place after all. Sometimes postponed, and then given a time again."""
        off, postponed = self.rows("SELECT cancelled_at IS NOT NULL, postponed FROM meeting WHERE id = ?", meeting_id)[
            0
        ]
        if postponed and not off:
            return await self._time(actor, meeting_id, reason)
        if not off and self.chance.random() < 0.3:
            await self._press(actor, f"1:cg:{meeting_id}:o")
            return {"postponed": 1}
        await self._press(actor, f"1:cg:{meeting_id}:{'y' if off else 'c'}")
        return {"cancelled": 0} if off else {"cancelled": 1, "postponed": 0}

    async def _team(self, actor: Actor, meeting_id: int, reason: str) -> dict[str, Any]:
        """A team, or somebody by name, takes part, or does not."""
        team_id = self._team_ids[T5]
        await self._press(actor, f"1:tt:{meeting_id}:0:0")
        one = f"1:tt:{meeting_id}:{team_id}:0" if self.chance.random() < 0.6 else f"1:tp:{meeting_id}:{self._named}"
        await self._press(actor, one)
        await self._press(actor, f"1:sd:{meeting_id}")
        return {"participants": None}

    async def _change_nothing(self, actor: Actor) -> None:
        """A quarter of an hour later, no, as it was; or, if others have moved it meanwhile, not at all."""
        while self.journal.same[actor.reference] < 3 or not self._killed_enough:
            await asyncio.sleep(self.chance.uniform(0, 4))
            meeting_id = self.chance.choice(MEETINGS_OF[actor.team])
            for earlier in (0, 1):
                shown = await self._press(actor, f"1:sh:{meeting_id}:15:{earlier}")
            self.journal.same[actor.reference] += SAME in shown["text"]
            await self._press(actor, f"1:dc:{meeting_id}")

    async def _decide(self, actor: Actor) -> None:
        """A coordinator who accepts what he is asked for, mostly; another does so at the same time."""
        self._deciding += 1
        while not self._over:
            await asyncio.sleep(0.2)
            asked = [m for m in self.telegram.bot_messages(actor.user_id) if self._find(m, "1:dp:")]
            if not asked:
                continue
            shown = self.chance.choice(asked)
            actor.panel = shown["message_id"]
            accept = self.chance.choice([d for _, d in self.telegram.buttons(shown) if ":a:" in d])
            refuse = accept.replace(":a:", ":r:")
            shown = await self._press(actor, accept if self.chance.random() < 0.85 else refuse)
            if self._find(shown, "1:dc:"):  # it stands so already
                await self._press(actor, refuse)
        self._deciding -= 1

    async def _import(self) -> None:
        """New meetings come from a file while all this goes on, and are moved by the next."""
        for number in range(1, 4):
            start = datetime(2019, 6, 8, 8, tzinfo=UTC) + timedelta(hours=number)
            row = ProgrammeRow(
                reference=f"N{number:02}", starts_at=start, ends_at=start + timedelta(hours=1), time_zone="Asia/Almaty",
                kind="", host=f"Host {number}", city="Nur-Sultan", venue="", latitude=None, longitude=None,
                interlocutors=(), extra={}, participants=(T1, T5) if number % 2 else (T3, self.by_name),
            )  # fmt: skip
            for one in (row, row.model_copy(update={"venue": f"House {number}"})):
                await asyncio.sleep(self.chance.uniform(1, 4))
                await self._bring(one, self._reason())

    async def _bring(self, row: ProgrammeRow, reason: str) -> None:
        """As the command line does it."""

        def apply(desk: Desk) -> int:
            programmes.apply(desk, programmes.compare(desk, [row]), None, reason=reason, quiet=False)
            found = desk.db.execute("SELECT id FROM meeting WHERE reference = ?", (row.reference,)).fetchone()
            return int(found[0])

        meeting_id = await self.act(apply)
        self.journal.deeds[reason] = Deed(meeting_id, {"venue": row.venue}, "")
        self.journal.made.add(reason)

    def _reason(self) -> str:
        self._numbers += 1
        return f"n{self._numbers:04}"

    # --- who kills

    async def _kill_again_and_again(self) -> None:
        plan = [*POINTS, *["random"] * RANDOM_KILLS, *["telling"] * KILLS_WHILE_TELLING]
        self.chance.shuffle(plan)
        for where in plan:
            self._start(f"{where}:{self.chance.randint(10, 80)}" if where in POINTS else None)
            if where == "telling":
                await self._kill_while_telling()
            else:
                await self._await_death(self.chance.uniform(1.5, 3.0) if where == "random" else 8.0)
            self.ledger.kills += 1
            self.ledger.killed_at[where] = self.ledger.killed_at.get(where, 0) + 1
        self._killed_enough = True
        self._start(None)
        while self._deciding or not self._over:
            await asyncio.sleep(0.05)
        await self.close()

    async def _kill_while_telling(self) -> None:
        """As soon as Telegram has taken the next notice: the bot may or may not have heard so."""
        seen, end = self.telegram.calls.n, monotonic() + 8
        while monotonic() < end:
            fresh = self.telegram.calls.since(seen)
            if any(call.method == "sendMessage" and NOTICE in str(call.params.get("text")) for call in fresh):
                break
            seen = self.telegram.calls.n
            await self.telegram.events.news(0.5)
        await self._await_death(0)
