"""The rehearsal stage: a stand-in Telegram, a page of phones, a clock turned by hand, and the bot as it is."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import errno
import io
import math
import os
import secrets
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web

from bot.clock import StageClock, turn
from demo.actor import ROOT, Actor, ended
from demo.telegram import Limits, StageError, StandIn
from demo.telegram.stage_api import answer, foreign

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

PAGE = Path(__file__).resolve().parent / "page"
DATA = Path(__file__).resolve().parent / "data"
PROGRAMME = DATA / "programme-2019-06-08.csv"
ROSTER = DATA / "roster.csv"
HOST = "127.0.0.1"
MISSION = "IPA CIS observer group, Kazakhstan 2019"
TIME_ZONE = "Asia/Almaty"
CURTAIN = datetime(2019, 6, 8, 9, 15, tzinfo=ZoneInfo(TIME_ZONE))
FASTEST = 3600.0
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_PREPARING = 60.0
_FIRST_POLL = 20.0
_STRANGER = 8_999_000_001
# who is on stage: (role, team, language or "" for any), what their phone is for
_CAST = (
    (("observer", "Team 1", "en"), "An observer of Team 1: press Start, then open the programme and check in."),
    (
        ("coordinator", "HQ", "en"),
        "A coordinator, who reads English and keeps Moscow time: /digest any time, and at 20:00 by itself.",
    ),
    (("observer", "HQ", ""), "An observer of HQ, who reads Russian: the first meeting is at 09:30."),
    (("coordinator", "HQ", "ru"), "The coordinator of the group, who reads Russian."),
    (("observer", "Team 2", ""), "An observer of Team 2: the meeting at 14:30 is shared with Team 1."),
)
TRY = (
    "Press Start on each phone: the invitation tells the bot who this is, and it answers in the person's language.",
    "On an observer's phone ask for the programme, press the check-in button and send a location, near or far.",
    "After a meeting send /log and answer in a few words, in any language: it goes into the digest of the evening.",
    "Turn the clock: hold it, hurry it, or “Go to 20:00”, when the digest of the day comes to the coordinators.",
    "Kill the bot, write and tap on the phones meanwhile, start it again: all you did is there, once.",
)


class Trouble(Exception):  # noqa: N818
    """The stage cannot go on; the text is for the person who started it."""


def serve(_settings: object = None, *, port: int = 8088, keep: Path | None = None) -> int:
    """Run the rehearsal until Ctrl-C or SIGTERM; answers the exit code. `keep`: a folder that keeps the bot's data.

    The settings of a real mission are not used: the stage has its own.
    """
    try:
        if not 0 <= port <= 65535:
            raise Trouble(f"Port {port} does not exist; take one between 1 and 65535, or 0 for any free one.")  # noqa: TRY301
        with contextlib.ExitStack() as stack:
            if keep is None:
                folder = Path(
                    stack.enter_context(tempfile.TemporaryDirectory(prefix="fieldpost-", ignore_cleanup_errors=True))
                )
            else:
                keep.mkdir(parents=True, exist_ok=True)
                folder = keep.resolve()
            asyncio.run(_until_stopped(Stage(folder), port))
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        print(f"The rehearsal cannot run: {error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


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


@dataclass
class Hands:
    """The clock, turned by hand: held or not, and the pace it has when not held."""

    path: Path
    speed: float = 1.0
    held: bool = False
    clock: StageClock = field(init=False)

    def __post_init__(self) -> None:
        """Begin in the morning, or where a kept clock stands."""
        self._stamp = 0
        if self.path.exists():
            state = orjson.loads(self.path.read_bytes())
            self.held = not state["speed"]
            self.speed = float(state["speed"]) or 1.0
        else:
            self._turn(CURTAIN)
        self.clock = StageClock(self.path)

    def _turn(self, shown: datetime) -> None:
        turn(self.path, shown, 0.0 if self.held else self.speed)
        # Readers look at the file's time to see whether it changed; two turns within one tick must differ too.
        self._stamp = max(self._stamp + 1, time.time_ns())
        os.utime(self.path, ns=(self._stamp, self._stamp))

    def told(self) -> dict[str, Any]:
        """As the page reads it."""
        return {"now": self.clock.now().isoformat(), "speed": self.speed, "held": self.held}

    def order(self, body: dict[str, Any]) -> None:
        """Do what was asked; StageError when it makes no sense, and then nothing is changed."""
        unknown = sorted(set(body) - {"set", "hold", "speed", "step_seconds"})
        if unknown or not body:
            raise StageError(f"unknown: {', '.join(unknown)}" if unknown else "set, hold, speed or step_seconds")
        now = self.clock.now()
        shown = _moment(body["set"]) if "set" in body else now
        if "step_seconds" in body:
            shown += timedelta(seconds=_number(body["step_seconds"], "step_seconds", 0, 31 * 86_400))
        if shown < now - timedelta(seconds=1):
            raise StageError("the mission's clock goes forward only")
        speed = _number(body.get("speed", self.speed), "speed", 0, FASTEST)
        held = body.get("hold", self.held)
        if not isinstance(held, bool):
            raise StageError("hold is true or false")
        self.held, self.speed = held or speed == 0, speed or self.speed
        self._turn(max(shown, now))


def _number(value: Any, name: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise StageError(f"{name} is a number")
    if not least <= value <= most:
        raise StageError(f"{name} is {least:g} to {most:g}")
    return float(value)


def _moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise StageError("set is a moment as ISO 8601") from None
    found = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(TIME_ZONE))
    if not 2000 <= found.year <= 2100:
        raise StageError("set is a moment between 2000 and 2100")
    return found.astimezone(UTC)


class Stage:
    """Everything together, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hands = Hands(folder / "clock.json")
        self.config = folder / "config.toml"  # an empty one, else ./config.toml of a real mission would be read
        self.config.touch()
        token = f"1:STAGE{secrets.token_hex(15)}"
        self.telegram = StandIn(token=token, clock=self.hands.clock.now, limits=Limits())
        self.people: list[dict[str, Any]] = []
        self.phones: list[dict[str, Any]] = []
        self.places: list[dict[str, Any]] = []
        self.bot: Actor | None = None
        router = self.telegram.app.router
        router.add_get("/", self._file)
        router.add_get("/{name:[a-z]+[.](?:html|js|css|svg)}", self._file)
        for path, handler in (("cast", self._cast), ("clock", self._clock), ("bot", self._bot)):
            router.add_get(f"/stage/{path}", _guarded(handler))
        router.add_post("/stage/clock", _guarded(self._turn))
        router.add_post("/stage/bot", _guarded(self._command))

    async def play(self, port: int) -> None:
        """Set up, tell the address, and stay until cancelled; leaves no process behind."""
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
                self.config, self._environment(), self.folder / "bot.log", lambda: self.telegram.events.emit("bot")
            )
            await self._raise_curtain(self.bot)
            await asyncio.Event().wait()
        finally:
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
        print(f"\nThe rehearsal is at {self.telegram.url}/  (this machine only; Ctrl-C ends it)\n", flush=True)
        print("\n".join(f"  {n}. {line}" for n, line in enumerate(TRY, 1)), flush=True)

    # --- the bot's side, by its command line

    def _environment(self) -> dict[str, str]:
        ours = {
            "TELEGRAM__TOKEN": self.telegram.token,
            "TELEGRAM__API_BASE_URL": self.telegram.url,
            "TELEGRAM__USERNAME": str(self.telegram.world.bot_told["username"]),
            "STORAGE__PATH": str(self.folder / "fieldpost.db"),
            "MISSION__NAME": MISSION,
            "MISSION__TIME_ZONE": TIME_ZONE,
            "MISSION__LANGUAGES": "en,ru,kk",
            "DIGEST__AT": "20:00",
            "CLOCK__FILE": str(self.hands.path),
            "SCHEDULE__TICK_SECONDS": "2",
        }
        # Nothing of a real mission, its token least of all, may come onto the stage.
        others = {name: value for name, value in os.environ.items() if not name.upper().startswith("FIELDPOST_")}
        return {**others, **{f"FIELDPOST_{k}": v for k, v in ours.items()}, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}

    async def _prepare(self) -> None:
        await self._fieldpost("import", "roster", str(ROSTER))
        await self._fieldpost("import", "programme", str(PROGRAMME))
        self._set(_rows(await self._fieldpost("invitations", "--format", "csv")))

    async def _fieldpost(self, *words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, "--config", str(self.config),
            cwd=ROOT, env=self._environment(), stdin=asyncio.subprocess.DEVNULL,
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

    def _set(self, invitations: Iterable[dict[str, str]]) -> None:
        payloads = {
            row["reference"]: parse_qs(urlsplit(row["link"]).query).get("start", [None])[0] for row in invitations
        }
        for n, row in enumerate(_rows(ROSTER.read_text(encoding="utf-8-sig")), 1):
            about = {
                "role": f"{row['role']}, {row['team']}",
                "language": row["language"],
                "time_zone": row["time_zone"],
            }
            known = {"start_payload": payloads.get(row["reference"]), "hint": None}
            self.people.append({"user_id": 8_000_000_000 + n, "name": row["name"], **about, **known, "_row": row})
        for (role, team, language), hint in _CAST:
            fits = {"role": role, "team": team, **({"language": language} if language else {})}
            found = next((p for p in self.people if fits.items() <= p["_row"].items() and p not in self.phones), None)
            if found is not None:
                found["hint"] = hint
                self.phones.append(found)
        for one in self.people:
            del one["_row"]
        nobody: dict[str, Any] = {"role": "stranger", "language": "en", "time_zone": TIME_ZONE, "start_payload": None}
        self.phones.append(
            {"user_id": _STRANGER, "name": "Alex Stranger", **nobody, "hint": "Nobody the mission knows."}
        )
        for one in self.phones:
            first, _, last = str(one["name"]).partition(" ")
            self.telegram.add_user(one["user_id"], first, last_name=last or None, language_code=one["language"])
        for row in _rows(PROGRAMME.read_text(encoding="utf-8-sig")):
            place = {"name": row["host"], "address": f"{row['reference']}, {row['start']}, {row['city']}"}
            self.places.append({**place, "latitude": float(row["latitude"]), "longitude": float(row["longitude"])})

    # --- the page's side

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = PAGE / request.match_info.get("name", "index.html")
        if not path.is_file():
            raise web.HTTPNotFound
        kind = f"{_TYPES[path.suffix]}; charset=utf-8"
        headers = {
            "Content-Type": kind,
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        return web.Response(body=path.read_bytes(), headers=headers)

    async def _cast(self, _: web.Request) -> Any:
        told = {"mission": MISSION, "time_zone": TIME_ZONE, "phones": self.phones, "places": self.places}
        return {**told, "try": TRY, "roster": self.people}

    async def _clock(self, _: web.Request) -> Any:
        return self.hands.told()

    async def _turn(self, request: web.Request) -> Any:
        self.hands.order(await _body(request))
        self.telegram.events.emit("clock", **self.hands.told())
        return self.hands.told()

    async def _bot(self, _: web.Request) -> Any:
        waiting = self.telegram.world.updates.pending
        starts = self.bot.starts if self.bot else 0
        status = {"starts": starts, "updates waiting": waiting}
        return {"running": bool(self.bot and self.bot.running), "status": status}

    async def _command(self, request: web.Request) -> Any:
        action = (await _body(request)).get("action")
        if action not in ("kill", "start"):
            raise StageError("action is kill or start")
        if self.bot is None:
            raise StageError("the mission is still being prepared")
        await (self.bot.kill() if action == "kill" else self.bot.start())
        return await self._bot(request)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def _body(request: web.Request) -> dict[str, Any]:
    body = orjson.loads(await request.read() or b"{}")
    if not isinstance(body, dict):
        raise StageError("a JSON object is expected")
    return body


def _guarded(
    handler: Callable[[web.Request], Awaitable[Any]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def guarded(request: web.Request) -> web.StreamResponse:
        if foreign(request):
            return answer({"ok": False, "error": "requests from other origins are refused"}, 403)
        try:
            return answer(await handler(request))
        except (StageError, ValueError, OverflowError) as error:
            return answer({"ok": False, "error": str(error)}, 400)

    return guarded
