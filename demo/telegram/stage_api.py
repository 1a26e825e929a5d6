"""The same acts over HTTP under /stage, for a page and a load generator; requests of other origins are refused."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from .errors import Json, StageError
from .faults import Fault
from .params import read_params

if TYPE_CHECKING:
    from .server import StandIn

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_FAULT_FIELDS = {f.name for f in fields(Fault)} - {"used"}
_KEEP_ALIVE = 15.0
_LOOPBACK = ("127.0.0.1", "::1")
# act: (method of StandIn, arguments that must come, arguments that may come)
_ACTS: dict[str, tuple[str, str, str]] = {
    "users": ("add_user", "user_id first_name", "last_name username language_code started"),
    "groups": ("add_group", "title members", "kind forum bot_is chat_id"),
    "say": ("say", "user_id text", "chat_id entities date reply_to forward_from topic"),
    "tap": ("tap", "user_id message_id data", "chat_id"),
    "location": ("location", "user_id lat lon", "chat_id accuracy live_period date reply_to"),
    "move": ("move", "user_id message_id lat lon", "chat_id stop"),
    "edit": ("edit", "user_id message_id text", "chat_id"),
    "erase": ("erase", "message_id chat_id", ""),
    "read": ("read", "user_id", ""),
    "react": ("react", "user_id message_id emoji", "chat_id"),
    "block": ("block", "user_id", "blocked"),
    "deactivate": ("deactivate", "user_id", "deactivated"),
    "remove_bot": ("remove_bot", "chat_id by", ""),
    "add_bot": ("add_bot", "chat_id by", "as_ rights"),
    "join": ("join", "chat_id user_id", "by"),
    "leave": ("leave", "chat_id user_id", "by"),
    "promote": ("promote", "chat_id user_id by", "as_"),
    "rename": ("rename", "chat_id title", "by"),
    "migrate": ("migrate", "chat_id", ""),
    "topic": ("open_topic", "chat_id name by", ""),
    "mute_bot": ("mute_bot", "chat_id", "muted"),
    "forget_taps": ("forget_taps", "", ""),
    "inject": ("inject", "update", ""),
}
_OTHERS: dict[str, tuple[str, str]] = {
    "contact": ("user_id phone", "of"),
    "sticker": ("user_id", "emoji"),
    "poll": ("user_id question options", ""),
    "dice": ("user_id", "value emoji"),
    "venue": ("user_id lat lon title address", ""),
}
_WHERE = "chat_id date reply_to forward_from topic"


def add_stage_routes(stand: StandIn) -> None:
    """Put the /stage routes on the application of a stand-in."""
    api = _StageApi(stand)
    router = stand.app.router
    for name in _ACTS:
        router.add_post(f"/stage/{name}", _guarded(api.act(name)))
    for verb, path, handler in (
        ("POST", "/stage/other", api.other),
        ("POST", "/stage/file", api.file),
        ("POST", "/stage/faults", api.add_fault),
        ("DELETE", "/stage/faults", api.clear_faults),
        ("GET", "/stage/faults", api.faults),
        ("GET", "/stage/state", api.state),
        ("GET", "/stage/calls", api.calls),
        ("GET", "/stage/toasts", api.toasts),
        ("GET", "/stage/chat/{chat_id:-?[0-9]+}", api.chat),
        ("GET", "/stage/files/{file_id}", api.download),
        ("GET", "/stage/events", api.events),
    ):
        router.add_route(verb, path, _guarded(handler))


def foreign(request: web.Request) -> bool:
    """Whether a page of another origin, or a name that was turned to this address, makes this request."""
    if foreign_host(request):
        return True
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc != request.headers.get("Host", "")
    return request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")


def foreign_host(request: web.Request) -> bool:
    """Whether this machine was asked under a name that is not its own."""
    local = request.transport.get_extra_info("sockname") if request.transport else None
    name = request.url.host or ""
    return bool(local and str(local[0]) in _LOOPBACK and name not in (*_LOOPBACK, "localhost"))


def _guarded(handler: Handler) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        if foreign(request):
            return answer({"ok": False, "error": "requests from other origins are refused"}, 403)
        try:
            return await handler(request)
        except (StageError, LookupError, TypeError, ValueError, OverflowError) as error:
            return answer({"ok": False, "error": str(error)}, 400)

    return guarded


def answer(body: Any, status: int = 200) -> web.Response:
    """A JSON answer."""
    data = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    return web.Response(status=status, body=data, content_type="application/json")


def moment(value: Any) -> datetime:
    """An aware moment from Unix seconds or an ISO 8601 text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_NUMBERS = frozenset(
    {"user_id", "chat_id", "message_id", "by", "reply_to", "forward_from", "topic", "of", "value", "live_period"}
)


def _arguments(body: Json, must: str, may: str) -> Json:
    names = {*must.split(), *may.split()}
    missing = [name for name in must.split() if name not in body]
    if missing:
        raise StageError(f"missing: {', '.join(missing)}")
    unknown = sorted(set(body) - names)
    if unknown:
        raise StageError(f"unknown: {', '.join(unknown)}")
    told = {k: v for k, v in body.items() if v is not None or k in must.split()}
    for name, value in told.items():
        if name in _NUMBERS:
            told[name] = int(value)
        elif name in ("lat", "lon", "accuracy"):
            told[name] = float(value)
        elif name in ("text", "data", "title", "first_name", "name", "question") and not isinstance(value, str):
            raise StageError(f"{name} is a text")
        elif name == "date":
            told[name] = moment(value)
    return told


async def _body(request: web.Request) -> Json:
    data = await request.read()
    body = orjson.loads(data) if data else {}
    if not isinstance(body, dict):
        raise StageError("a JSON object is expected")
    return body


class _StageApi:
    def __init__(self, stand: StandIn) -> None:
        self.stand = stand

    def act(self, name: str) -> Handler:
        attribute, must, may = _ACTS[name]

        async def handler(request: web.Request) -> web.StreamResponse:
            arguments = _arguments(await _body(request), must, may)
            act = getattr(self.stand, attribute)
            return await self._through_the_air(name, act, arguments, dated="date" in may.split())

        return handler

    async def _through_the_air(
        self, name: str, act: Callable[..., Any], arguments: Json, *, dated: bool
    ) -> web.StreamResponse:
        """Do what somebody's phone does; without network it may come to be done later, with the time of now."""
        gate, user_id = self.stand.gate, arguments.get("user_id")
        if gate is None or user_id is None or name in ("users", "join", "leave", "promote"):
            return answer({"ok": True, "result": act(**arguments)})
        if dated:
            arguments.setdefault("date", self.stand.world.clock())
        return answer({"ok": True, "result": await gate(name, arguments, lambda: act(**arguments))})

    async def other(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        kind = body.pop("kind", None)
        if kind not in _OTHERS:
            raise StageError(f"kind is one of {', '.join(_OTHERS)}")
        must, may = _OTHERS[kind]
        arguments = _arguments(body, must, f"{may} {_WHERE}")
        return await self._through_the_air("other", getattr(self.stand, kind), arguments, dated=True)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Multipart with a part `file`, or JSON with base64 `data`; also kind, user_id, filename, mime, caption."""
        if request.content_type == "application/json":
            body = await _body(request)
            try:
                data = base64.b64decode(str(body.pop("data", "")), validate=True)
            except binascii.Error:
                raise StageError("data is not base64") from None
            name, mime = "file.bin", "application/octet-stream"
        else:
            params = await read_params(request)
            upload = params.files.get("file")
            if upload is None:
                raise StageError("missing: file")
            body, data, name, mime = params.raw, upload.data, upload.filename, upload.mime
        name, mime = str(body.pop("filename", name)), str(body.pop("mime", mime))
        kind = str(body.pop("kind", "document"))
        arguments = _arguments(body, "user_id", f"caption duration {_WHERE}")
        if "duration" in arguments:
            arguments["duration"] = int(arguments["duration"])
        arguments |= {"kind": kind, "data": data, "filename": name, "mime": mime}
        return await self._through_the_air("file", self.stand.file, arguments, dated=True)

    async def add_fault(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        unknown = sorted(set(body) - _FAULT_FIELDS)
        if unknown or "kind" not in body:
            raise StageError(f"unknown: {', '.join(unknown)}" if unknown else "missing: kind")
        self.stand.faults.add(Fault(**body))
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.StreamResponse:
        self.stand.faults.clear()
        return await self.faults(request)

    async def faults(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002
        faults = self.stand.faults
        return answer({"ok": True, "active": faults.active, "happened": faults.happened})

    async def state(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002
        return answer(self.stand.state())

    async def calls(self, request: web.Request) -> web.StreamResponse:
        calls = self.stand.calls.since(int(request.query.get("since", "0")))
        return answer({"ok": True, "calls": [call.told() for call in calls], "last": self.stand.calls.n})

    async def toasts(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002
        return answer({"ok": True, "toasts": self.stand.toasts})

    async def chat(self, request: web.Request) -> web.StreamResponse:
        return answer({"ok": True, "messages": self.stand.chat(int(request.match_info["chat_id"]))})

    async def download(self, request: web.Request) -> web.StreamResponse:
        file = self.stand.world.files.get(request.match_info["file_id"])
        if file is None:
            return answer({"ok": False, "error": "no such file"}, 404)
        safe = file.mime if file.mime.startswith(("image/", "audio/", "video/")) and "svg" not in file.mime else None
        headers = {"X-Content-Type-Options": "nosniff"}
        if safe is None:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.data, content_type=safe or "application/octet-stream", headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events after number `after` (or Last-Event-ID); `kinds` narrows them, comma-separated."""
        after = int(request.headers.get("Last-Event-ID") or request.query.get("after") or "0")
        kinds = set(filter(None, request.query.get("kinds", "").split(",")))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        await response.write(b": here\n\n")
        with contextlib.suppress(ConnectionResetError):  # a page that was closed
            await self._follow(response, after, kinds)
        return response

    async def _follow(self, response: web.StreamResponse, after: int, kinds: set[str]) -> None:
        events = self.stand.world.events
        while True:
            found = events.since(after)
            if found:
                after = found[-1]["n"]
                told = [e for e in found if not kinds or e["kind"] in kinds]
                await response.write(b"".join(b"id: %d\ndata: %s\n\n" % (e["n"], _dumps(e)) for e in told) or b": \n\n")
            elif not await events.news(_KEEP_ALIVE):
                await response.write(b": still here\n\n")
            await asyncio.sleep(0)


def _dumps(event: Json) -> bytes:
    return orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS)
