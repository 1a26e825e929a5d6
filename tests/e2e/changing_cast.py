"""The people of a day of changes, enrolled with a real bot process, and how they use their phones."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from services import invitations
from services.desk import Desk
from storage import people
from tests.e2e.torture import Torture
from tests.house import Message

PATIENCE = 60.0
"""Seconds within which a phone must show something new, kills included."""
HQ, T1, T2, T3, T4, T5, T6, T7, T8 = (
    "HQ",
    "Team 1",
    "Team 2",
    "Team 3",
    "Team 4",
    "Team 5",
    "Team 6",
    "Team 7",
    "Team 8",
)
MEETINGS_OF = {HQ: (1, 2, 3, 5), T1: (2, 4, 7), T2: (4, 5), T3: (6,)}
"""Ids of the meetings of 8 and 9 June by the teams that they are for."""
SCOPE = (T2, T3)
"""What the second coordinator answers for."""


@dataclass(slots=True)
class Actor:
    """Somebody with a phone. `panel` is the message he works in."""

    reference: str
    team: str
    role: str = "observer"
    scope: tuple[str, ...] = ()
    user_id: int = 0
    panel: int = 0

    @property
    def leads(self) -> bool:
        """A coordinator."""
        return self.role == "coordinator"


class Company(Torture):
    """Coordinators, one of them of two teams only; leaders; observers; some who listen; some who are elsewhere."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        super().__init__(folder, observers=0, kills=0, seed=seed)
        self.actors: dict[str, Actor] = {}
        self._team_ids: dict[str, int] = {}
        self._named = 0

    # --- the cast

    async def _cast_all(self) -> None:
        """Coordinators, one of them of two teams only; leaders; observers; some who listen; some who are elsewhere."""
        by_team = self._by_team()
        self.actors = {name: Actor(name, HQ, "coordinator") for name in ("C001", "C002", "C003")}
        self._add(by_team, T4, 1, role="coordinator", scope=SCOPE)
        for team in (HQ, T1, T2, T3, T5):
            self._add(by_team, team, 1, role="team_leader")
        for team, many in {HQ: 4, T1: 4, T2: 3, T3: 3}.items():
            self._add(by_team, team, many)
        self.changers = [a for a in self.actors.values() if a.reference not in {"C002", "C003"} and a.team != T5]
        listening = [self._add(by_team, team, 1) for team in (HQ, T2, T7)]
        self.idlers = [listening[0], listening[1]]
        self.by_name = listening[2]
        self._add(by_team, T5, 1)
        self.elsewhere = [self._add(by_team, team, 1) for team in (T6, T6, T8)]
        await self.act(self._appoint)
        issued: list[tuple[Any, str]] = await self.act(lambda desk: invitations.issue_all(desk, only=set(self.actors)))
        await asyncio.gather(*(self._enrol(self.actors[person.reference], token) for person, token in issued))

    def _by_team(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, team in self.rows(
            "SELECT p.reference, t.name FROM person AS p JOIN team AS t ON t.id = p.team_id"
            " WHERE p.role = 'observer' ORDER BY p.id"
        ):
            found.setdefault(team, []).append(name)
        return found

    def _add(
        self, by_team: dict[str, list[str]], team: str, many: int, role: str = "observer", scope: tuple[str, ...] = ()
    ) -> str:
        name = ""
        for _ in range(many):
            name = by_team[team].pop(0)
            self.actors[name] = Actor(name, team, role, scope)
        return name

    def _appoint(self, desk: Desk) -> None:
        """Roles as a roster would give them; everybody reads English, so that their notices can be read."""
        desk.db.execute("UPDATE person SET language = 'en'")
        self._team_ids = people.list_team_ids(desk.db)
        for actor in self.actors.values():
            desk.db.execute("UPDATE person SET role = ? WHERE reference = ?", (actor.role, actor.reference))
            people.set_scope(desk.db, actor.reference, [self._team_ids[name] for name in actor.scope])
        self._named = self.rows("SELECT id FROM person WHERE reference = ?", self.by_name)[0][0]

    async def _enrol(self, actor: Actor, token: str) -> None:
        actor.user_id = 5000 + [*self.actors].index(actor.reference)
        self.telegram.add_user(actor.user_id, actor.reference, language_code="en")
        await self._write(actor, f"/start {token}", "Are you", code="")
        for label, then in (("Yes, that is me", "language"), ("English", "Programme")):
            shown = self._panel(actor)
            data = next(data for text, data in self.telegram.buttons(shown) if text.startswith(label))
            self.telegram.tap(actor.user_id, actor.panel, data=data)
            last = await self._wait(actor, label, 0, partial(_says, then))
            actor.panel = last["message_id"]
        await self._write(actor, "/programme", "", code="")

    # --- how a phone is used

    def _is_off(self, meeting_id: int) -> bool:
        sql = "SELECT cancelled_at IS NOT NULL OR postponed FROM meeting WHERE id = ?"
        return bool(self.rows(sql, meeting_id)[0][0])

    def _theirs(self, actor: Actor) -> list[int]:
        """Meetings that somebody may change: his team's; a coordinator, those of the teams that he answers for."""
        teams = (actor.scope or tuple(MEETINGS_OF)) if actor.leads else (actor.team,)
        return sorted({number for team in teams for number in MEETINGS_OF[team]})

    def _panel(self, actor: Actor) -> Message:
        return self.telegram.message(actor.user_id, actor.panel)

    def _yes(self, shown: Message) -> str:
        return self._find(shown, "1:cc:")

    def _find(self, shown: Message, code: str) -> str:
        return next((data for _, data in self.telegram.buttons(shown) if data.startswith(code)), "")

    async def _press(self, actor: Actor, data: str) -> Message:
        """Tap in the panel; the panel once it shows anything else than it did."""
        before = _look(self._panel(actor))
        self.telegram.tap(actor.user_id, actor.panel, data=data)
        self.ledger.updates += 1
        return await self._wait(actor, data, actor.panel - 1, lambda m: _look(m) != before, actor.panel)

    async def _write(self, actor: Actor, text: str, *answers: str, code: str = "1:dc:") -> Message:
        """Write; the new panel below it, which has one of these words and a button of this kind."""
        said = self.telegram.say(actor.user_id, text)["message_id"]
        self.ledger.updates += 1

        def answered(message: Message) -> bool:
            ours = not code or self._find(message, code)
            return bool(ours) and any(words in str(message.get("text")) for words in answers)

        shown = await self._wait(actor, text, said, answered)
        actor.panel = shown["message_id"]
        return shown

    async def _wait(
        self, actor: Actor, after: str, since: int, wanted: Callable[[Message], bool], until: int = 10**9
    ) -> Message:
        """The bot's message above `since` that is wanted. Looked for now and then: two dozen phones wait at once."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            for message in self._from_bot(actor, since, until):
                if wanted(message):
                    return message
            await asyncio.sleep(0.03)
        told = [m.get("text") for m in self._from_bot(actor, since, until)]
        raise AssertionError(f"{actor.reference} gets no answer to {after!r}: {told}")

    def _from_bot(self, actor: Actor, since: int, until: int) -> Iterator[Message]:
        """The latest first."""
        world = self.telegram.world
        for message in reversed(world.chats[actor.user_id].messages.values()):
            if message.id <= since:
                return
            if message.from_bot and not message.deleted and message.id <= until:
                yield world.seen(message)

    async def _until(self, what: str, true: Callable[[], bool]) -> None:
        end = monotonic() + PATIENCE
        while not true():
            assert monotonic() < end, what
            await asyncio.sleep(0.1)

    def _open_proposals(self) -> int:
        return int(self.rows("SELECT count(*) FROM proposal WHERE state = 'open'")[0][0])


def _look(message: Message) -> tuple[str, str]:
    return str(message.get("text")), json.dumps(message.get("reply_markup"), sort_keys=True)


def _says(words: str, message: Message) -> bool:
    return words in str(message.get("text"))
