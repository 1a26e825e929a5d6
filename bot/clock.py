"""The clock, read at the doors only; everything inside is told `now`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time
from typing import Protocol


class Clock(Protocol):
    """Tells the moment."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...


class SystemClock:
    """The machine's."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)


class StageClock:
    """The rehearsal's, turned by hand: a file that says which moment was shown at which real second, and the speed.

    The file is JSON: {"shown": "2019-06-08T03:10:00+00:00", "since": unix seconds, "speed": 1.0 (0 = held)}.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = 0
        self._shown = datetime.now(UTC)
        self._since = time()
        self._speed = 1.0

    def now(self) -> datetime:
        """Aware, UTC, as the stage shows it."""
        stamp = self._path.stat().st_mtime_ns
        if stamp != self._stamp:
            state = json.loads(self._path.read_text(encoding="utf-8"))
            self._shown = datetime.fromisoformat(state["shown"]).astimezone(UTC)
            self._since, self._speed, self._stamp = float(state["since"]), float(state["speed"]), stamp
        return self._shown + timedelta(seconds=(time() - self._since) * self._speed)


def clock_of(file: Path | None) -> Clock:
    """The machine's clock, or the rehearsal's if its file is configured."""
    return StageClock(file) if file else SystemClock()


def turn(path: Path, shown: datetime, speed: float) -> None:
    """Set the stage's clock; atomic, so that a reader never sees half of it."""
    state = {"shown": shown.astimezone(UTC).isoformat(), "since": time(), "speed": speed}
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(state), encoding="utf-8")
    fresh.replace(path)
