"""The mission's clock, turned by hand."""

from __future__ import annotations

import math
import os
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson

from bot.clock import StageClock, turn
from demo.telegram import StageError

if TYPE_CHECKING:
    from pathlib import Path

FASTEST = 3600.0
_LONGEST_STEP = 31 * 86_400


@dataclass
class Hands:
    """The clock: held or not, and the pace it has when not held. `real` follows the machine's own."""

    path: Path
    begins: datetime
    time_zone: str
    speed: float = 1.0
    held: bool = False
    clock: StageClock = field(init=False)

    def __post_init__(self) -> None:
        """Begin where the play begins, or where a kept clock stands."""
        self._stamp = 0
        if self.path.exists():
            state = orjson.loads(self.path.read_bytes())
            self.held = not state["speed"]
            self.speed = float(state["speed"]) or 1.0
        else:
            self._turn(self.begins)
        self.clock = StageClock(self.path)

    def _turn(self, shown: datetime) -> None:
        turn(self.path, shown, 0.0 if self.held else self.speed)
        # Readers look at the file's time to see whether it changed; two turns within one tick must differ too.
        self._stamp = max(self._stamp + 1, time.time_ns())
        os.utime(self.path, ns=(self._stamp, self._stamp))

    def now(self) -> datetime:
        """What it shows; aware, UTC."""
        return self.clock.now()

    def told(self) -> dict[str, Any]:
        """As the page reads it."""
        real = not self.held and self.speed == 1 and abs((self.now() - datetime.now(UTC)).total_seconds()) < 2
        return {"now": self.now().isoformat(), "speed": self.speed, "held": self.held, "real": real}

    def order(self, body: dict[str, Any]) -> None:
        """Do what was asked; StageError when it makes no sense, and then nothing is changed."""
        unknown = sorted(set(body) - {"set", "hold", "speed", "step_seconds", "real"})
        if unknown or not body:
            raise StageError(f"unknown: {', '.join(unknown)}" if unknown else "set, hold, speed, step_seconds or real")
        if body.get("real"):
            self._follow_the_machine()
            return
        now = self.now()
        shown = self.moment(body["set"]) if "set" in body else now
        if "step_seconds" in body:
            shown += timedelta(seconds=_number(body["step_seconds"], "step_seconds", 0, _LONGEST_STEP))
        if shown < now - timedelta(seconds=1):
            raise StageError("the mission's clock goes forward only")
        speed = _number(body.get("speed", self.speed), "speed", 0, FASTEST)
        held = body.get("hold", self.held)
        if not isinstance(held, bool):
            raise StageError("hold is true or false")
        self.held, self.speed = held or speed == 0, speed or self.speed
        self._turn(max(shown, now))

    def _follow_the_machine(self) -> None:
        """Back to real time: the one turn that may go backwards."""
        self.held, self.speed = False, 1.0
        self._turn(datetime.now(UTC))

    def moment(self, value: Any) -> datetime:
        """A moment as ISO 8601 (the mission's zone where none is given), or the next "20:00"."""
        text = str(value)
        if re.fullmatch(r"\d{1,2}:\d\d", text):
            return self._next(int(text.partition(":")[0]), int(text.partition(":")[2]))
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise StageError("set is a moment as ISO 8601, or an hour such as 20:00") from None
        found = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(self.time_zone))
        if not 2000 <= found.year <= 2100:
            raise StageError("set is a moment between 2000 and 2100")
        return found.astimezone(UTC)

    def _next(self, hour: int, minute: int) -> datetime:
        if hour > 23 or minute > 59:
            raise StageError(f"there is no hour {hour}:{minute:02}")
        here = self.now().astimezone(ZoneInfo(self.time_zone))
        found = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (found if found > here else found + timedelta(days=1)).astimezone(UTC)


def _number(value: Any, name: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise StageError(f"{name} is a number")
    if not least <= value <= most:
        raise StageError(f"{name} is {least:g} to {most:g}")
    return float(value)
