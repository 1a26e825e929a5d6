"""Plays a scene: by itself for an audience, step by step, or as a test that fails at the line that is not as told."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Protocol

from demo.scene import EXPECTED, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from demo.scene import Scene, Step

PAUSE = 1.5
"""Seconds between two steps when a scene plays by itself and says nothing else."""


class StepError(Exception):
    """A step could not be done, or somebody does not see what he should; the text names the line."""

    def __init__(self, step: Step, why: str) -> None:
        """Say where."""
        super().__init__(f"line {step.line}, step {step.number}: {why}")
        self.step, self.why = step, why


class Hands(Protocol):
    """Whoever carries the steps out: the stage itself, or a browser that clicks on the page."""

    def ids(self, who: str) -> list[int]:
        """The people of a name."""
        ...

    def language(self, user_id: int) -> str:
        """What they read."""
        ...

    async def act(self, step: Step, user_id: int) -> None:
        """Do what a person does; StepError when it cannot be done."""
        ...

    async def turn(self, step: Step) -> None:
        """Do what the stage does."""
        ...

    async def look(self, step: Step, user_id: int) -> None:
        """Find on the phone what the step says; StepError when it is not there."""
        ...

    async def settle(self) -> None:
        """Until the bot rests, or has had time enough."""
        ...

    def changed(self) -> None:
        """The player stands elsewhere."""
        ...


class Player:
    """Where a scene stands, and how it goes on."""

    def __init__(self, scene: Scene, hands: Hands) -> None:
        self.scene, self.hands = scene, hands
        self.at = 0
        self.why = ""
        self._task: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._task is not None and not self._task.done()

    @property
    def over(self) -> bool:
        """Whether nothing comes any more."""
        return self.at >= len(self.scene.steps)

    def told(self) -> dict[str, Any]:
        """As the page reads it."""
        return {
            "name": self.scene.name,
            "title": self.scene.head.get("title", self.scene.name),
            "about": self.scene.head.get("about", ""),
            "steps": [self._step(step) for step in self.scene.steps],
            "at": self.at,
            "playing": self.playing,
            "why": self.why,
        }

    @staticmethod
    def _step(step: Step) -> dict[str, Any]:
        return {"line": step.line, "who": step.who, "do": step.do, "value": step.value, **step.beside}

    async def order(self, action: object) -> None:
        """play, pause, step; a ValueError for anything else."""
        if action not in ("play", "pause", "step"):
            raise ValueError("action is play, pause or step")
        if action == "pause":
            await self.stop()
        elif self.over:
            raise ValueError("the scene is over")
        elif not self.playing:
            many = action == "play"
            self._task = asyncio.create_task(self._go(lambda: many and not self.over))
            if not many:
                await self._task
        self.hands.changed()

    async def stop(self) -> None:
        """Stand still; a step that has begun is finished by nobody."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _go(self, on: Callable[[], bool]) -> None:
        while True:
            try:
                await self.step()
            except StepError as error:
                self.why = str(error)
                self.hands.changed()
                return
            if not on():
                return
            await asyncio.sleep(float(self.scene.head.get("pause", PAUSE)))

    async def run(self, after: Callable[[Step], Coroutine[Any, Any, None]] | None = None) -> None:
        """To the end without a pause; StepError at the first step that is not as told. `after` is awaited each time."""
        while not self.over:
            step = self.scene.steps[self.at]
            await self.step()
            if after is not None:
                await after(step)

    async def step(self) -> None:
        """The next step."""
        async with self._lock:
            step = self.scene.steps[self.at]
            self.why = ""
            await self._done(step)
            self.at += 1
        self.hands.changed()

    async def _done(self, step: Step) -> None:
        people = self.hands.ids(step.who) if step.who is not None else []
        if step.do == "wait":
            await asyncio.sleep(float(step.value))
        elif step.do and step.who is None:
            await self.hands.turn(step)
        elif step.do:
            await asyncio.gather(*(self.hands.act(step, number) for number in people))
        await self.hands.settle()
        if set(EXPECTED) & set(step.beside):
            await asyncio.gather(*(self.hands.look(step, number) for number in people))


def words_of(step: Step, key: str, language: str) -> str:
    """What a step says under a key, in this language."""
    return spoken(step.value if step.do == key else step.beside.get(key, ""), language)
