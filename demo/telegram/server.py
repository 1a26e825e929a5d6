"""The stand-in: Telegram's Bot API over HTTP, with a world of people behind it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from . import methods_bot, methods_chat, methods_edit, methods_files, methods_send  # noqa: F401 (they register)
from .errors import ApiError, Json, refused, too_many
from .faults import Fault, Faults
from .groups import Groups
from .journal import Call
from .params import Params, as_int, read_params
from .reading import Reading
from .registry import METHODS, Method
from .stage_api import add_stage_routes
from .world import World, utc_now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from .journal import Calls, Events
    from .limits import Limits

    Gate = Callable[[str, Json, Callable[[], Any]], Awaitable[Any]]

_log = logging.getLogger(__name__)
_JSON = {"Content-Type": "application/json"}
_MAX_BODY = 60 * 1024 * 1024


class StandIn(Groups, Reading):
    """A Telegram for one bot, in memory.

    `limits` None sends without budgets. `delay` seconds is added to every call. `keep_calls` and `keep_messages` (a
    chat) bound the memory. `surprises` holds errors of the stand-in itself; a test may require it empty. `gate`, if
    set, is asked with (act, its arguments, what does it) before a phone does anything over /stage, and may wait.
    """

    def __init__(
        self,
        token: str = "1:TEST",  # noqa: S107
        bot_username: str = "fieldpost_bot",
        clock: Callable[[], datetime] | None = None,
        limits: Limits | None = None,
        *,
        delay: float = 0.0,
        keep_calls: int = 20_000,
        keep_messages: int = 5_000,
        seed: int = 1,
    ) -> None:
        self.world = World(
            token, bot_username, clock or utc_now, keep_calls=keep_calls, keep_messages=keep_messages, seed=seed
        )
        self.limits = limits
        self.faults = Faults(seed)
        self.delay = delay
        self.surprises: list[str] = []
        self.gate: Gate | None = None
        self.url = ""
        self._init_reading()
        self._port = 0
        self._host = "127.0.0.1"
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._closing = asyncio.Event()
        self.app = web.Application(client_max_size=_MAX_BODY)
        self.app.router.add_route("*", "/bot{token:[^/]*}/{method:[^/]*}", self._bot)
        self.app.router.add_get("/file/bot{token:[^/]*}/{path:.+}", self._download)
        add_stage_routes(self)

    @property
    def token(self) -> str:
        """The token the bot must use."""
        return self.world.token

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as base_url."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot takes as base_file_url."""
        return f"{self.url}/file/bot"

    @property
    def calls(self) -> Calls:
        """The bot's calls."""
        return self.world.calls

    @property
    def events(self) -> Events:
        """What happened, numbered; a stage may emit its own kinds, such as "clock"."""
        return self.world.events

    @property
    def toasts(self) -> list[Json]:
        """The answered callback queries: callback_query_id, user_id, text, show_alert, url."""
        return self.world.toasts

    @property
    def privacy(self) -> bool:
        """Group privacy mode: as a plain member the bot hears commands, replies and mentions only."""
        return self.world.privacy

    @privacy.setter
    def privacy(self, on: bool) -> None:
        self.world.privacy = on

    # --- running

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one, told by `url`."""
        self._closing.clear()
        self._runner = web.AppRunner(self.app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, host, port)
        await self._site.start()
        self._host, self._port = host, int(self._runner.addresses[0][1])
        self.url = f"http://{host}:{self._port}"

    async def stop(self) -> None:
        """Close everything; waiting polls end at once."""
        self._closing.set()
        await self.world.updates.close()
        if self._runner is not None:
            self._cut_all()
            await self._runner.cleanup()
            self._runner = self._site = None

    async def __aenter__(self) -> StandIn:
        if self._runner is None:
            await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def go_dark(self) -> None:
        """Refuse connections and cut those that exist; the state stays."""
        if self._site is not None:
            await self._site.stop()
            self._site = None
            self._cut_all()

    async def come_back(self) -> None:
        """Listen again on the same port."""
        if self._site is None and self._runner is not None:
            self._site = web.TCPSite(self._runner, self._host, self._port)
            await self._site.start()

    def _cut_all(self) -> None:
        server = self._runner.server if self._runner else None
        for connection in list(getattr(server, "connections", [])):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()

    # --- answering

    async def _bot(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.world.token:
            return _answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        counted = 0
        try:
            params = await read_params(request)
            spec = METHODS.get(request.match_info["method"].lower())
            counted = int(spec is None or spec.name != "getUpdates")
            self.in_flight += counted
            if self.delay:
                await asyncio.sleep(self.delay)
            return await self._answered(request, spec, params)
        except ApiError as error:
            return _answer(error.code, error.as_answer())
        except web.HTTPRequestEntityTooLarge:
            return _answer(413, {"ok": False, "error_code": 413, "description": "Request Entity Too Large"})
        finally:
            self.in_flight -= counted

    async def _answered(self, request: web.Request, spec: Method | None, params: Params) -> web.StreamResponse:
        name = spec.name if spec else request.match_info["method"]
        fault: Fault | None = None
        if self.faults.active:
            chat = params.raw.get("chat_id")
            delay, fault = self.faults.strike(name, None if chat is None else as_int(chat))
            if delay:
                await asyncio.sleep(delay)
            if fault and fault.kind in ("refuse", "cut_before"):
                self._record(name, params, spec, status=0, fault=fault)
                return _cut(request)
            if fault and fault.kind in ("status", "429"):
                return self._faulty(name, params, spec, fault)
        status, body, result = await self._run(name, spec, params)
        self._record(name, params, spec, status=status, result=result, why=body.get("description"), fault=fault)
        if fault and fault.kind == "cut_after":
            return _cut(request)
        if fault and fault.kind == "hang_after":
            return await self._hang(request)
        return _answer(status, body)

    async def _hang(self, request: web.Request) -> web.StreamResponse:
        self.in_flight -= 1
        try:
            await self._closing.wait()
        finally:
            self.in_flight += 1
        return _cut(request)

    def _faulty(self, name: str, params: Params, spec: Method | None, fault: Fault) -> web.Response:
        if fault.kind == "429":
            error = too_many(fault.retry_after)
        else:
            error = ApiError(fault.status, fault.body or _PHRASES.get(fault.status, "Internal Server Error"))
        self._record(name, params, spec, status=error.code, why=error.description, fault=fault)
        if fault.kind == "status" and fault.body is not None:
            return web.Response(status=fault.status, text=fault.body)
        return _answer(error.code, error.as_answer())

    async def _run(self, name: str, spec: Method | None, params: Params) -> tuple[int, Json, Any]:
        try:
            if spec is None:
                raise ApiError(404, "Not Found: method not found")  # noqa: TRY301
            if self.limits is not None and spec.spends:
                self._spend(self.limits, params)
            result = spec.run(self.world, params)
            if isawaitable(result):
                result = await result
        except ApiError as error:
            return error.code, error.as_answer(), None
        except Exception as error:
            _log.exception("the stand-in stumbled over %s", name)
            self.surprises.append(f"{name}: {error!r}")
            return 400, refused(f"the stand-in stumbled: {type(error).__name__}").as_answer(), None
        return 200, {"ok": True, "result": result}, result

    def _spend(self, limits: Limits, params: Params) -> None:
        chat_id = params.integer("chat_id")
        cost = 1
        for name in ("media", "message_ids"):
            if params.has(name) and isinstance(given := params.decoded(name, "Can't parse JSON object"), list):
                cost = max(1, min(len(given), 10))
        wait = limits.take(chat_id, group=chat_id < 0, cost=cost)
        if wait:
            raise too_many(wait)

    def _record(
        self,
        name: str,
        params: Params,
        spec: Method | None,
        *,
        status: int,
        result: Any = None,
        why: str | None = None,
        fault: Fault | None = None,
    ) -> None:
        world = self.world
        unknown = tuple(n for n in (*params.raw, *params.files) if n not in spec.known) if spec else ()
        if unknown and params.files:
            attached = {n for n in params.files if f"attach://{n}" in str(params.raw)}
            unknown = tuple(n for n in unknown if n not in attached)
        world.calls.n += 1
        now = time.monotonic()
        call = Call(
            world.calls.n, name, params.for_log(), status, result, why, now, world.clock(), unknown,
            fault.kind if fault else None,
        )  # fmt: skip
        world.calls.add(call)
        if name != "getUpdates":
            self.last_call = now
            world.events.emit("call", None, call=call.n, method=name, status=status, description=why)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.world.token:
            return _answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        if self.faults.active:
            delay, fault = self.faults.strike("download", None)
            await asyncio.sleep(delay)
            if fault is not None:
                return _cut(request) if fault.kind != "status" else web.Response(status=fault.status)
        file = self.world.paths.get(request.match_info["path"])
        if file is None:
            return _answer(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        return web.Response(body=file.data, content_type="application/octet-stream")


_PHRASES = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


def _answer(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), headers=_JSON)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        with contextlib.suppress(RuntimeError):
            request.transport.abort()
    return web.Response(status=500)
