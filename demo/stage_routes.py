"""What the page asks the stage and tells it, beside the acts of the phones (demo/telegram/stage_api.py)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from demo.office import without_markup
from demo.telegram import StageError
from demo.telegram.stage_api import answer, foreign, foreign_host

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from demo.stage import Stage

PAGE = Path(__file__).resolve().parent / "page"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def add_routes(stage: Stage) -> None:
    """Put the page and its routes on the stage's server."""
    desk, router = _Desk(stage), stage.telegram.app.router
    router.add_get("/", _file)
    router.add_get("/{name:[a-z]+[.](?:html|js|css|svg)}", _file)
    for path, handler in (
        ("cast", desk.cast), ("clock", desk.clock), ("bot", desk.bot), ("weather", desk.weather),
        ("office", desk.office), ("update/{update_id:[0-9]+}", desk.update), ("scene", desk.scene),
    ):  # fmt: skip
        router.add_get(f"/stage/{path}", _guarded(handler))
    for path, handler in (
        ("clock", desk.turn), ("bot", desk.command), ("weather", desk.change), ("bring", desk.bring),
        ("scene", desk.direct),
    ):  # fmt: skip
        router.add_post(f"/stage/{path}", _guarded(handler))


class _Desk:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def cast(self, _: web.Request) -> Any:
        return {**self.stage.company.told(), "ready": self.stage.ready}

    async def bring(self, request: web.Request) -> Any:
        self.stage.company.bring(int((await _body(request)).get("user_id", 0)))
        return {"ok": True}

    async def clock(self, _: web.Request) -> Any:
        return self.stage.hands.told()

    async def turn(self, request: web.Request) -> Any:
        self.stage.hands.order(await _body(request))
        self.stage.telegram.events.emit("clock", **self.stage.hands.told())
        return self.stage.hands.told()

    async def bot(self, _: web.Request) -> Any:
        bot = self.stage.bot
        return {
            "running": bool(bot and bot.running),
            "starts": bot.starts if bot else 0,
            "waiting": self.stage.telegram.world.updates.pending,
            "busy": self.stage.busy(),
            "last_words": bot.last_words(40) if bot and not bot.running else "",
        }

    async def command(self, request: web.Request) -> Any:
        action = (await _body(request)).get("action")
        if self.stage.bot is None:
            raise StageError("the mission is still being prepared")
        if action not in ("kill", "start", "restart"):
            raise StageError("action is kill, start or restart")
        if action != "start":
            await self.stage.bot.kill()
        if action != "kill":
            await self.stage.bot.start()
        return await self.bot(request)

    async def weather(self, _: web.Request) -> Any:
        return self.stage.weather.told()

    async def change(self, request: web.Request) -> Any:
        body = await _body(request)
        if "bot" in body:
            self.stage.weather.set_bots(str(body["bot"]))
        if "user_id" in body:
            switches = {key: body[key] for key in ("offline", "slow") if isinstance(body.get(key), bool)}
            self.stage.company.bring(int(body["user_id"]))
            self.stage.weather.set_phone(int(body["user_id"]), **switches)
        return self.stage.weather.told()

    async def office(self, _: web.Request) -> Any:
        bot = self.stage.telegram.world.updates
        told = self.stage.office.told()
        calls = [_call(call.told()) for call in list(self.stage.telegram.calls)[-80:] if call.method != "getUpdates"]
        return {**told, "calls": calls[::-1], "unfetched": bot.pending}

    async def update(self, request: web.Request) -> Any:
        found = self.stage.office.update(int(request.match_info["update_id"]))
        if found is None:
            raise StageError("the bot has no such update")
        return found

    async def scene(self, _: web.Request) -> Any:
        return self.stage.player.told() if self.stage.player else None

    async def direct(self, request: web.Request) -> Any:
        if self.stage.player is None:
            raise StageError("no scene is played here")
        await self.stage.player.order((await _body(request)).get("action"))
        return self.stage.player.told()


def _call(told: dict[str, Any]) -> dict[str, Any]:
    params = told["params"] if isinstance(told["params"], dict) else {}
    words = params.get("text") or params.get("caption") or params.get("callback_query_id") or ""
    kept = ("n", "method", "status", "description", "when", "fault", "unknown_params")
    return {
        **{key: told[key] for key in kept},
        "chat_id": params.get("chat_id"),
        "gist": without_markup(str(words))[:160],
    }


async def _file(request: web.Request) -> web.StreamResponse:
    if foreign_host(request):
        raise web.HTTPForbidden
    path = PAGE / request.match_info.get("name", "index.html")
    if not path.is_file():
        raise web.HTTPNotFound
    headers = {
        "Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8",
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return web.Response(body=path.read_bytes(), headers=headers)


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
        except (StageError, LookupError, TypeError, ValueError, OverflowError) as error:
            return answer({"ok": False, "error": str(error)}, 400)

    return guarded
