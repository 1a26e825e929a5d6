"""People do anything at all, in any order, while the bot dies and comes back: the books balance after every step.

The default run is short and always the same. A long one:

    WANDER_SECONDS=600 WANDER_SEED=7 python -m pytest tests/wander -s
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.points import POINTS
from domain.button import PAYLOADS, CheckIn, Presence, ShowMeeting, encode
from domain.people_button import ActOnPerson, PersonAct
from services import programme
from services.desk import Desk
from storage import meetings, people
from tests.house import MORNING
from tests.wander.given import Actor, Given
from tests.wander.mission import CAST, COORDINATOR, Wandering
from tests.wander.phones import KINDS_OF_WORDS, THINGS, Phones

SECONDS = float(os.environ.get("WANDER_SECONDS", "0"))
SEED = int(os.environ.get("WANDER_SEED", "1"))
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where a commit waits for no disk: the dead here are killed, they do not lose their power."""
EXAMPLES, STEPS = 8, 35
LONG_STEPS = 60

whoever = st.sampled_from(tuple(CAST))
observers = st.sampled_from(tuple(name for name in CAST if name != COORDINATOR))
anything = st.integers(0, 999)
words = st.sampled_from(KINDS_OF_WORDS)
things = st.sampled_from(tuple(THINGS))
COUNT = {"steps": 0, "inputs": 0, "kills": 0, "missions": 0}


class AnyConversation(RuleBasedStateMachine):
    """One mission, for as long as it lasts."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY)
        self._loop = asyncio.Runner()
        self.mission = Wandering(Path(self._folder.name))
        self.phones = Phones(self.mission)
        self._do(self.mission.begin())

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run(work)

    def _step(self, *acts: Callable[[], Given], die_at: str = "") -> Any:
        return self._do(self.mission.step(acts, die_at))

    def _actor(self, who: str) -> Actor:
        return self.mission.actors[who]

    def _outside(self, act: Callable[[Desk], Any]) -> None:
        """Somebody acts from outside the chat; afterwards everything must still be as the rows say."""
        self._do(self.mission.act(act))
        self._step()

    # --- on the phones

    @rule(who=whoever, which=anything)
    def tap_below(self, who: str, which: int) -> None:
        """A button of the latest message."""
        self._step(self.phones.tap(self._actor(who), which, latest=True))

    @rule(who=whoever, which=anything)
    def tap_anywhere(self, who: str, which: int) -> None:
        """A button of any message that is still there, however old."""
        self._step(self.phones.tap(self._actor(who), which, latest=False))

    @rule(who=whoever, kind=st.sampled_from(PAYLOADS), one=st.integers(0, 12), two=st.integers(0, 3), which=anything)
    def tap_a_forged_button(self, who: str, kind: Any, one: int, two: int, which: int) -> None:
        """A button of somebody else's, carried over: any payload, on any message."""
        self._step(self.phones.forge(self._actor(who), kind, (one, two, which), which))

    @rule(who=whoever, which=anything, presence=st.sampled_from(Presence), sure=st.sampled_from((0, 1)))
    def check_in(self, who: str, which: int, presence: Presence, sure: int) -> None:
        """What the whole is for."""
        actor = self._actor(who)
        person = people.read(self.mission.eyes, actor.person_id)
        own = meetings.list_day(self.mission.eyes, MORNING.date(), programme.own(person))
        if own:
            word = CheckIn(own[which % len(own)].meeting_id, presence, sure)
            self._step(self.phones.press(actor, encode(word), 0))

    @rule(who=whoever, kind=words, late=st.sampled_from((0, 0, 0, 20, 300)))
    def say(self, who: str, kind: str, late: int) -> None:
        """Words."""
        self._step(self.phones.say(self._actor(who), kind, late))

    @rule(who=whoever, which=anything)
    def command(self, who: str, which: int) -> None:
        """A command."""
        self._step(self.phones.command(self._actor(who), which))

    @rule(who=whoever, thing=things, late=st.sampled_from((0, 0, 20)))
    def send(self, who: str, thing: str, late: int) -> None:
        """Something that is not words."""
        self._step(self.phones.send(self._actor(who), thing, late))

    @rule(who=whoever, which=anything)
    def edit(self, who: str, which: int) -> None:
        """Other words in a message of one's own, however old."""
        self._step(self.phones.edit(self._actor(who), which))

    @rule(who=whoever, which=st.integers(0, 3))
    def erase(self, who: str, which: int) -> None:
        """A message of the bot's is gone from the phone."""
        self._do(self.phones.erase(self._actor(who), which))

    @rule(
        acts=st.lists(st.tuples(whoever, st.integers(0, 5), anything, words, things), min_size=2, max_size=5),
        die_at=st.sampled_from(("", "", *POINTS)),
        nth=st.integers(1, 4),
    )
    def all_at_once(self, acts: list[tuple[str, int, int, str, str]], die_at: str, nth: int) -> None:
        """Several inputs in the same second, and perhaps the bot dies over them."""
        self._step(
            *(self._act(*act) for act in acts),
            die_at=f"{die_at}:{nth}" if die_at else "",
        )

    @rule(who=whoever, how=st.integers(0, 5), which=anything, kind=words, thing=things,
          die_at=st.sampled_from(POINTS), nth=st.integers(1, 3))  # fmt: skip
    def die_over(self, who: str, how: int, which: int, kind: str, thing: str, die_at: str, nth: int) -> None:
        """kill -9 over one input."""
        self._step(self._act(who, how, which, kind, thing), die_at=f"{die_at}:{nth}")

    def _act(self, who: str, how: int, which: int, kind: str, thing: str) -> Callable[[], Given]:
        actor = self._actor(who)
        match how:
            case 0 | 1:
                return self.phones.tap(actor, which, latest=how == 0)
            case 2 | 3:
                return self.phones.say(actor, kind)
            case 4:
                return self.phones.send(actor, thing)
            case _:
                return self.phones.command(actor, which)

    # --- around them

    @rule(minutes=st.sampled_from((1, 6, 11, 25, 70, 240)))
    def time_passes(self, minutes: int) -> None:
        """And the alarm rings."""
        self._pass_time(timedelta(minutes=minutes))

    @rule()
    def a_night_passes(self) -> None:
        """Until the next morning."""
        self._pass_time(timedelta(hours=15))

    def _pass_time(self, by: timedelta) -> None:
        self.mission.step_clock(by)
        self._do(self.mission.tick())
        self._step()

    @rule()
    def the_alarm_rings(self) -> None:
        """Boards are brought up to date."""
        self._do(self.mission.tick())
        self._step()

    @rule()
    def restart(self) -> None:
        """A restart that nobody notices."""
        self._do(self.mission.close())
        self._do(self.mission.open())
        self._step()

    @rule(which=anything, minutes=st.sampled_from((-90, -30, 15, 60, 180, 1440)))
    def move_a_meeting(self, which: int, minutes: int) -> None:
        """To another hour, or to the next day."""
        by = timedelta(minutes=minutes)
        self._change(
            which,
            lambda m: replace(m, starts_at=m.starts_at + by, ends_at=m.ends_at + by if m.ends_at else None),
        )

    @rule(which=anything)
    def cancel_a_meeting(self, which: int) -> None:
        """It does not take place; or takes place after all."""
        self._change(which, lambda m: replace(m, cancelled=not m.cancelled))

    @rule(which=anything, teams=st.sets(st.sampled_from(("HQ", "Team 1", "Team 2"))))
    def give_a_meeting_to_others(self, which: int, teams: set[str]) -> None:
        """Those who are at it in the middle of something are not on it any more."""

        def do(desk: Desk) -> None:
            ids = people.list_team_ids(desk.db)
            meeting = _pick(desk, which)
            meetings.set_participants(desk.db, meeting.meeting_id, [ids[name] for name in sorted(teams)], [])

        self._outside(do)

    @rule(who=observers, role=st.sampled_from(("observer", "team_leader")), team=st.sampled_from(("HQ", "Team 1")))
    def another_role(self, who: str, role: str, team: str) -> None:
        """A new roster says so."""
        set_role = "UPDATE person SET role = ?, team_id = (SELECT id FROM team WHERE name = ?) WHERE reference = ?"
        self._outside(lambda desk: desk.db.execute(set_role, (role, team, who)))

    @rule(who=observers)
    def end_access(self, who: str) -> None:
        """A coordinator ends somebody's access, from his card."""
        self._press(ActOnPerson(self._actor(who).person_id, PersonAct.END_ACCESS_SURE))

    @rule(who=observers)
    def let_back(self, who: str) -> None:
        """And lets him in again; whose account was taken from him gets a new link."""
        actor = self._actor(who)
        self._press(ActOnPerson(actor.person_id, PersonAct.RESTORE))
        if self.mission.person(actor) is None:
            token = self._do(self.mission.invite(who))
            self._step(self.phones.say_exactly(actor, f"/start {token}"))
            self._step(self.phones.tap(actor, 0, latest=True))
            self._step(self.phones.tap(actor, 0, latest=True))

    def _press(self, payload: Any) -> None:
        self._step(self.phones.press(self._actor(COORDINATOR), encode(payload), 0))

    def _change(self, which: int, how: Callable[[Any], Any]) -> None:
        def do(desk: Desk) -> None:
            meeting = how(_pick(desk, which))
            meetings.save(
                desk.db, replace(meeting, revision=meeting.revision + 1),
                author_id=None, source="test", reason="", now=desk.now,
            )  # fmt: skip

        self._outside(do)

    # --- looking

    @rule(who=whoever, which=anything)
    def look_at_a_card(self, who: str, which: int) -> None:
        """The card says what the rows say."""
        actor, mission = self._actor(who), self.mission
        meeting = _pick(mission.look(), which)
        self._step(self.phones.press(actor, encode(ShowMeeting(meeting.meeting_id)), 0))
        self.phones.check_card(actor, meeting)

    @rule()
    def look_at_the_board(self) -> None:
        """/live counts what the rows say."""
        self._look_at_the_board()

    def _look_at_the_board(self) -> None:
        actor = self._actor(COORDINATOR)
        self._step(self.phones.say_exactly(actor, "/live"))
        self.phones.check_board(actor)

    @rule(who=whoever)
    def find_the_way_out(self, who: str) -> None:
        """/cancel, /start and the menu work from wherever he stands."""
        self._leave(self._actor(who))

    def _leave(self, actor: Actor) -> None:
        for words, check in self.phones.ways_out(actor):
            self._step(self.phones.say_exactly(actor, words))
            check()

    def teardown(self) -> None:
        """The board now and after the day's meetings; everybody finds the way out; the books are audited."""
        try:
            self._look_at_the_board()
            self._pass_time(timedelta(hours=6))
            self._look_at_the_board()
            for actor in self.mission.actors.values():
                self._leave(actor)
            self.mission.books.audit()
        finally:
            books = self.mission.books
            for name, n in (("steps", books.steps), ("inputs", books.inputs), ("kills", books.kills), ("missions", 1)):
                COUNT[name] += n
            try:
                self._do(self.mission.end())
            finally:
                self._loop.close()
                self._folder.cleanup()


def _pick(desk: Desk, which: int) -> Any:
    planned = meetings.list_all(desk.db)
    return planned[which % len(planned)]


def _settings(examples: int, steps: int, *, always_the_same: bool) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=always_the_same,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, *((Phase.shrink,) if os.environ.get("WANDER_SHRINK") else ())),
        print_blob=False,
    )


def test_whatever_people_do_and_whenever_the_bot_dies_the_books_balance() -> None:
    if not SECONDS:
        run_state_machine_as_test(AnyConversation, settings=_settings(EXAMPLES, STEPS, always_the_same=True))
        return
    until, number = time.monotonic() + SECONDS, SEED
    while time.monotonic() < until:
        machine = seed(number)(type("AnyConversation", (AnyConversation,), {}))
        run_state_machine_as_test(machine, settings=_settings(20, LONG_STEPS, always_the_same=False))
        print(f"seed {number}: {COUNT}")
        number += 1
