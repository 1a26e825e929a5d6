"""A day on which twenty people change the programme two hundred times while the bot is killed again and again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bot.clock import turn
from bot.points import POINTS
from domain.change import apply, change_of, diff
from domain.meeting import Meeting
from services import changes
from services.desk import Desk
from storage import meetings, people
from tests.e2e.torture import PATIENCE, Torture
from tests.house import House

ACTORS = 18
CHANGES_EACH = 11
RATE = 60.0
"""The bot's clock: a minute in a second."""
NOON_BEFORE = datetime(2019, 6, 7, 6, tzinfo=UTC)
"""Early enough that no meeting is past before all is done, however slow the machine."""
TOGGLES = 3


class Day(Torture):
    """Eighteen people who change the programme, two who only listen."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, observers=0, kills=12, seed=19)
        self.phones: dict[str, int] = {}
        self.made = 0
        self.shown_anew = 0

    async def play(self) -> None:
        """All of it."""
        turn(self.clock_file, NOON_BEFORE, 1.0)
        await self._enrol_all()
        turn(self.clock_file, self.clock.now(), RATE)
        killer = asyncio.create_task(self._kill_again_and_again())
        talks = [self._changes(reference) for reference in [*self.phones][:ACTORS]]
        await asyncio.gather(*talks, self._toggle_a_team("C001"))
        self._over = True
        await killer
        self._start(None)
        turn(self.clock_file, self.clock.now() + timedelta(minutes=10), RATE)
        await self.told()

    async def _enrol_all(self) -> None:
        """Three coordinators and people of four teams; in English, so that their notices can be read."""
        await House.open(self)
        rows = self.rows(
            "SELECT p.reference FROM person AS p JOIN team AS t ON t.id = p.team_id WHERE p.reference LIKE 'O%'"
            " AND t.name IN ('HQ', 'Team 1', 'Team 2', 'Team 3') ORDER BY p.id % 7, p.id LIMIT 15"
        )
        outsiders = self.rows(
            "SELECT p.reference FROM person AS p JOIN team AS t ON t.id = p.team_id WHERE t.name = 'Team 5'"
            " ORDER BY p.id LIMIT 1"
        )
        far = self.rows(
            "SELECT p.reference FROM person AS p JOIN team AS t ON t.id = p.team_id WHERE t.name = 'Team 6'"
            " ORDER BY p.id LIMIT 1"
        )
        for reference in ("C001", "C002", "C003", *(row[0] for row in (*rows, *outsiders, *far))):
            phone = await self.enrol(reference)
            self.phones[reference] = phone.user_id
        await House.close(self)

    def _theirs(self, reference: str) -> list[int]:
        """Meetings that somebody may move: his team's; a coordinator, all of the day."""
        if reference.startswith("C"):
            return [1, 2, 3, 4, 5]
        rows = self.rows(
            "SELECT meeting_id FROM participation JOIN person AS p USING (team_id) WHERE reference = ?", reference
        )
        return [row[0] for row in rows]

    async def _changes(self, reference: str) -> None:
        user_id = self.phones[reference]
        for _ in range(CHANGES_EACH):
            await asyncio.sleep(self.chance.uniform(0, 3))
            meeting_id = self.chance.choice(self._theirs(reference))
            await self._change(user_id, f"1:sh:{meeting_id}:{self.chance.choice((15, 30))}:{self.chance.randint(0, 1)}")

    async def _toggle_a_team(self, reference: str) -> None:
        """Team 5 takes part in the meeting of 17:00, and does not, and does."""
        for _ in range(TOGGLES):
            await asyncio.sleep(2.5)
            await self.act(lambda desk: toggle(desk, reference))

    async def _change(self, user_id: int, data: str) -> None:
        """Choose, look, confirm; look again if somebody else was faster."""
        anchor = self.telegram.bot_messages(user_id)[-1]["message_id"]
        self.telegram.tap(user_id, anchor, data=data)
        self.ledger.updates += 1
        yes = await self._confirm_button(user_id, anchor, "")
        for _ in range(20):
            self.telegram.tap(user_id, anchor, data=yes)
            self.ledger.updates += 1
            again = await self._confirm_button(user_id, anchor, yes)
            if not again:
                self.made += 1
                return
            self.shown_anew += 1
            yes = again
        raise AssertionError("he never gets through")

    async def _confirm_button(self, user_id: int, message_id: int, old: str) -> str:
        """The button that confirms, once it is another than `old`; "" once the change is made."""
        for _ in range(int(PATIENCE / 0.02)):
            message = next(m for m in self.telegram.bot_messages(user_id) if m["message_id"] == message_id)
            data = next((d for _, d in self.telegram.buttons(message) if d.startswith("1:cc:")), "")
            if data and data != old:
                return data
            if old and "Changed." in message["text"]:
                return ""
            await asyncio.sleep(0.02)
        raise AssertionError(f"{user_id} gets no answer")


def toggle(desk: Desk, reference: str) -> None:
    """A coordinator's change from outside the bot, as an import makes it."""
    meeting, author = meetings.find(desk.db, 5), people.find_by_reference(desk.db, reference)
    assert meeting is not None
    names = meeting.participants
    after = tuple(n for n in names if n != "Team 5") if "Team 5" in names else (*names, "Team 5")
    changes.make(desk, author, meeting, replace(meeting, participants=after), source=changes.Source.IMPORT)


async def test_two_hundred_changes_by_twenty_people_reach_everybody_concerned_once(tmp_path: Path) -> None:
    async with Day(tmp_path) as day:
        await day.play()
        count = day.rows("SELECT count(*) FROM meeting_revision WHERE revision > 1")[0][0]
        assert day.made == ACTORS * CHANGES_EACH
        assert count == day.made + TOGGLES
        assert day.ledger.kills >= 12
        assert set(POINTS) <= set(day.ledger.killed_at)
        assert day.rows("SELECT error FROM outbox WHERE state = 'refused'") == []
        assert day.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
        await day.act(replayed)
        told = await day.act(lambda desk: everybody_knows(desk, day))
        print(f"{count} revisions, {day.shown_anew} shown anew, {day.ledger.kills} kills, {told} notices")


def replayed(desk: Desk) -> None:
    """The programme is the replay of its revisions, each of which changed something."""
    for meeting in meetings.list_all(desk.db):
        steps = [one.meeting for one in meetings.list_revisions(desk.db, meeting.meeting_id)]
        assert [one.revision for one in steps] == list(range(1, len(steps) + 1))
        state = steps[0]
        for step in steps[1:]:
            change = diff(state, step)
            assert change
            state = apply(state, change_of(change))
        assert diff(state, meeting) == ()
        assert state.revision == meeting.revision


def everybody_knows(desk: Desk, day: Day) -> int:
    """Each revision is covered once for each person whom it touches; what covers it was read on his phone."""
    told = 0
    for reference, user_id in day.phones.items():
        person = people.find_by_reference(desk.db, reference)
        assert person is not None
        letters: set[int] = set()
        for meeting_id in range(1, 6):
            history = meetings.list_revisions(desk.db, meeting_id)
            rows = desk.db.execute(
                "SELECT from_revision, to_revision, outcome, letter_id FROM notice"
                " WHERE person_id = ? AND meeting_id = ?",
                (person.person_id, meeting_id),
            ).fetchall()
            for before, one in pairwise(history):
                covering = [row for row in rows if row[0] < one.meeting.revision <= row[1]]
                touched = one.author_id != person.person_id and (
                    person.role.leads or {person.team} & {*before.meeting.participants, *one.meeting.participants}
                )
                assert len(covering) == (1 if touched else 0), (reference, meeting_id, one.meeting.revision, covering)
            for row in rows:
                assert row["outcome"] in {"told", "unchanged"}
                if row["outcome"] == "told":
                    letters.add(row["letter_id"])
                    read(desk, day, user_id, history[row[0] - 1].meeting, history[row[1] - 1].meeting, row["letter_id"])
        attempts = sum(desk.db.execute("SELECT attempts FROM outbox WHERE id = ?", (n,)).fetchone()[0] for n in letters)
        texts = [m for m in day.telegram.bot_messages(user_id) if "The programme has changed" in m["text"]]
        assert len(letters) <= len(texts) <= attempts  # a crash while sending repeats a notice: twice rather than never
        told += len(letters)
    return told


def read(desk: Desk, day: Day, user_id: int, before: Meeting, after: Meeting, letter_id: int) -> None:
    """The phone has the message of this letter, and it says from what to what."""
    number = desk.db.execute("SELECT message_id FROM outbox WHERE id = ?", (letter_id,)).fetchone()[0]
    text = next(m["text"] for m in day.telegram.bot_messages(user_id) if m["message_id"] == number)
    block = next(block for block in text.split("\n\n") if after.host in block)
    if hours(before) != hours(after) and "expected there" not in block:
        assert f"Time: {hours(before)} → {hours(after)}" in block


def hours(meeting: Meeting) -> str:
    """From–to on the place's clock."""
    assert meeting.ends_at is not None
    return "–".join(f"{moment.astimezone(meeting.zone):%H:%M}" for moment in (meeting.starts_at, meeting.ends_at))
