"""The rehearsal stage: a stand-in Telegram, a page of phones, a clock turned by hand, and the bot as it is."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import errno
import io
import os
import secrets
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from demo.actor import ROOT, Actor, ended
from demo.bill import of_mission, of_the_day
from demo.clockwork import Hands
from demo.company import Company
from demo.folder import own_folder
from demo.office import Office
from demo.player import Player
from demo.scene import BadSceneError, find_scene, load_scene, spoken
from demo.stage_hands import StageHands
from demo.stage_routes import add_routes
from demo.telegram import Limits, StandIn
from demo.weather import Weather

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.config import Config
    from demo.bill import Bill

HOST = "127.0.0.1"
_PREPARING = 120.0
_FIRST_POLL = 20.0
_QUIET_FOR = 0.15


class Trouble(Exception):  # noqa: N818
    """The stage cannot go on; the text is for the person who started it."""


def serve(settings: Config | None = None, *, port: int = 8088, scene: str | None = None, own: bool = False) -> int:
    """Run the rehearsal until Ctrl-C or SIGTERM; answers the exit code.

    `own` rehearses with the mission of `settings`, on a copy of its database; else the stage has its own mission,
    or that of a scene.
    """
    try:
        if not 0 <= port <= 65535:
            raise Trouble(f"Port {port} does not exist; take one between 1 and 65535, or 0 for any free one.")  # noqa: TRY301
        bill = _bill(settings, scene, own=own)
        with own_folder() as folder:
            asyncio.run(_until_stopped(Stage(folder, bill), port))
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        print(f"The rehearsal cannot run: {error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _bill(settings: Config | None, scene: str | None, *, own: bool) -> Bill:
    if own:
        if settings is None or not settings.storage.path.is_file():
            where = settings.storage.path if settings else "config.toml"
            raise Trouble(f"There is no database at {where} to rehearse with. Import a roster and a programme first.")
        return of_mission(settings)
    if scene is None:
        return of_the_day()
    try:
        return of_the_day(load_scene(find_scene(scene)))
    except (BadSceneError, FileNotFoundError, LookupError) as error:
        raise Trouble(str(error.args[0])) from None


async def _until_stopped(stage: Stage, port: int) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C comes as KeyboardInterrupt
            loop.add_signal_handler(name, stop.set)
    playing = asyncio.create_task(stage.play(port))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((playing, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing
    if stop.is_set():
        print("\nThe rehearsal has ended.", flush=True)


class Stage:
    """Everything together, in one folder.

    The bot on it can reach no real Telegram: its address is this machine's and its token is made up here, for the
    stage reads neither from anywhere.
    """

    def __init__(self, folder: Path, bill: Bill | None = None, *, limits: Limits | None = None) -> None:
        self.folder = folder
        self.bill = bill or of_the_day()
        self.hands = Hands(folder / "clock.json", self.bill.begins, self.bill.time_zone)
        self.config = folder / "config.toml"  # an empty one, else ./config.toml of a real mission would be read
        self.config.touch()
        self.database = folder / "fieldpost.db"
        # Another bot each time: the database that is copied knows which updates of which bot it has had already.
        token = f"{1 + secrets.randbelow(99_999)}:STAGE{secrets.token_hex(15)}"
        self.telegram = StandIn(token=token, clock=self.hands.now, limits=limits or Limits())
        self.weather = Weather(self.telegram)
        self.company = Company(self.telegram, self.bill)
        self.office = Office(self.database, self.hands.now, self.bill.facts)
        self.bot: Actor | None = None
        self.player = Player(self.bill.scene, StageHands(self)) if self.bill.scene else None
        self.ready = False
        add_routes(self)

    async def play(self, port: int) -> None:
        """Set up, tell the address, and stay until cancelled; leaves no process behind."""
        async with self.opened(port):
            print(f"\nThe rehearsal is at {self.telegram.url}/  (this machine only; Ctrl-C ends it)\n", flush=True)
            print("\n".join(f"  {n}. {spoken(line, 'en')}" for n, line in enumerate(self.bill.tries, 1)), flush=True)
            await asyncio.Event().wait()

    @contextlib.asynccontextmanager
    async def opened(self, port: int = 0) -> AsyncIterator[Stage]:
        """The stage with its curtain up: the bot runs and listens. Trouble when it does not."""
        try:
            try:
                await self.telegram.start(HOST, port)
            except OSError as error:
                taken = error.errno == errno.EADDRINUSE
                why = "is taken by another program" if taken else f"cannot be used ({os.strerror(error.errno or 0)})"
                raise Trouble(f"Port {port} of {HOST} {why}; choose another with --port.") from None
            print("Preparing the mission…", flush=True)
            await self._prepare()
            self.bot = Actor(
                self.config, self.environment(), self.folder / "bot.log", lambda: self.telegram.events.emit("bot")
            )
            await self._raise_curtain(self.bot)
            yield self
        finally:
            if self.player is not None:
                await self.player.stop()
            if self.bot is not None:
                await self.bot.stop()
            await self.telegram.stop()

    async def _raise_curtain(self, bot: Actor) -> None:
        await bot.start()
        deadline = time.monotonic() + _FIRST_POLL
        while bot.running and time.monotonic() < deadline:
            with contextlib.suppress(TimeoutError):
                await self.telegram.polled(0.25)
                break
        else:
            why = "does not ask for messages" if bot.running else "ended at once"
            raise Trouble(f"The bot {why}. Its last words:\n{bot.last_words()}")
        bot.announced = True
        self.company.enter_groups()
        self.ready = True
        self.telegram.events.emit("users")

    def busy(self) -> int:
        """What the bot still has to do; 0 when it rests, or when it does not run."""
        if self.bot is None or not self.bot.running:
            return 0
        recent = time.monotonic() - self.telegram.last_call < _QUIET_FOR
        return self.telegram.world.updates.pending + self.telegram.in_flight + self.office.busy() + int(recent)

    async def settle(self, patience: float = 20.0) -> bool:
        """Until the bot rests; False when it did not within `patience` seconds."""
        deadline = time.monotonic() + patience
        while self.busy():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

    # --- the bot's side, by its command line

    def environment(self) -> dict[str, str]:
        """What the bot is told. Nothing of a real mission's Telegram, its token least of all, and no way out."""
        ours = {
            **self.bill.settings,
            "TELEGRAM__TOKEN": self.telegram.token,
            "TELEGRAM__API_BASE_URL": self.telegram.url,
            "TELEGRAM__USERNAME": str(self.telegram.world.bot_told["username"]),
            "STORAGE__PATH": str(self.database),
            "CLOCK__FILE": str(self.hands.path),
            "SCHEDULE__TICK_SECONDS": "1",
        }
        others = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith("FIELDPOST_") and not name.upper().endswith("_PROXY")
        }
        return {**others, **{f"FIELDPOST_{k}": v for k, v in ours.items()}, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}

    async def _prepare(self) -> None:
        if self.bill.database is not None:
            await asyncio.to_thread(_copy, self.bill.database, self.database)
        if self.bill.roster is not None:
            await self.fieldpost("import", "roster", str(self.bill.roster))
        if self.bill.programme is not None:
            await self.fieldpost("import", "programme", str(self.bill.programme))
        issued = csv.DictReader(io.StringIO(await self.fieldpost("invitations", "--format", "csv")))
        payloads = {row["reference"]: parse_qs(urlsplit(row["link"]).query).get("start", [""])[0] for row in issued}
        try:
            self.company.assemble(self.database, payloads)
        except LookupError as error:
            raise Trouble(f"The scene cannot be played: {error.args[0]}.") from None

    async def fieldpost(self, *words: str) -> str:
        """Run the command line on the stage's database; what it printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, "--config", str(self.config),
            cwd=ROOT, env=self.environment(), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        try:
            out, err = await asyncio.wait_for(process.communicate(), _PREPARING)
        except TimeoutError:
            raise Trouble(f"fieldpost {' '.join(words)} did not end within {_PREPARING:.0f} s.") from None
        finally:
            await ended(process, 0.0)
        said = out.decode("utf-8", "replace")
        if process.returncode:
            why = "\n".join((said + err.decode("utf-8", "replace")).strip().splitlines()[-12:])
            raise Trouble(f"fieldpost {' '.join(words)} failed (code {process.returncode}):\n{why}")
        return said


def _copy(real: Path, copy: Path) -> None:
    """A database as it stands, its bot running or not; the real one is only read."""
    source = sqlite3.connect(f"{real.resolve().as_uri()}?mode=ro", uri=True)
    try:
        target = sqlite3.connect(copy)
        try:
            source.backup(target)
        finally:
            target.close()
    finally:
        source.close()
