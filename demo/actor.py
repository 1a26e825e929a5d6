"""The bot on the stage: a process as `fieldpost run` makes it, which does not outlive the stage (demo/tether.py)."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent


class Actor:
    """The bot: a process of its own, killed and started as often as one likes, on the same database."""

    def __init__(self, config: Path, environment: dict[str, str], log: Path, changed: Callable[[], None]) -> None:
        self._config, self._environment, self.log, self._changed = config, environment, log, changed
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._wanted = False
        self._lock = asyncio.Lock()
        self.starts = 0
        self.announced = False  # whether an end nobody asked for is told; before, the stage tells it

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, unless it runs."""
        async with self._lock:
            if self.running:
                return
            with self.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "demo.tether", str(self._config.parent), "run", "--config",
                    str(self._config), cwd=ROOT, env=self._environment, stdin=asyncio.subprocess.PIPE, stdout=log,
                    stderr=log, start_new_session=True,
                )  # fmt: skip
            self._wanted, self.starts = True, self.starts + 1
            self._watch = asyncio.create_task(self._watched(self._process))
            self._changed()

    async def _watched(self, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        if self.announced and self._wanted and process is self._process:
            print(
                f"The bot ended by itself (code {code}). Its last words:\n{self.last_words()}",
                file=sys.stderr,
                flush=True,
            )
        self._changed()

    async def kill(self) -> None:
        """SIGKILL, as a machine that loses its power."""
        await self._end(0.0)

    async def stop(self, patience: float = 3.0) -> None:
        """SIGTERM, and SIGKILL when it does not end within `patience` seconds."""
        await self._end(patience)

    async def _end(self, patience: float) -> None:
        async with self._lock:
            self._wanted = False
            if self._process is not None:
                await ended(self._process, patience)
            if self._watch is not None:
                await self._watch

    def last_words(self, lines: int = 12) -> str:
        """The end of its log."""
        try:
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""


async def ended(process: asyncio.subprocess.Process, patience: float) -> None:
    """See to it that a process has ended: asked to, for `patience` seconds, then killed."""
    with contextlib.suppress(ProcessLookupError):
        if process.returncode is None and patience:
            process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), patience)
        if process.returncode is None:
            process.kill()
    await process.wait()
