"""What is served over HTTP: how the bot is doing, for this machine only; and Telegram's webhook, if it is used."""

import asyncio
import hmac
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from bot.inbox import Keeper
from bot.secrets import webhook_secret
from bot.sections import WebhookSection
from bot.shapes import Numbered, fits
from bot.writer import StorageTroubleError
from storage.database import connect

log = logging.getLogger(__name__)
LARGEST_UPDATE = 1 << 20
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
Facts = Callable[[sqlite3.Connection], dict[str, Any]]


class Door:
    """One listening port. Use `open` and `close`."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None)
        self._host, self._port = host, port

    async def open(self) -> int:
        """The port, which is another if 0 was asked for. Raises OSError."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def close(self) -> None:
        """Answer no more."""
        await self._runner.cleanup()


def monitoring(path: Path, facts: Facts, ailments: Callable[[], list[str]]) -> web.Application:
    """GET /health: 200 or 503 and what ails; GET /metrics: figures for Prometheus. No name, no word of anybody."""

    async def health(_: web.Request) -> web.Response:
        found = ailments()
        body = orjson.dumps({"ok": not found, "ailments": found})
        return web.Response(body=body, status=503 if found else 200, content_type="application/json")

    async def metrics(_: web.Request) -> web.Response:
        registry = CollectorRegistry()
        registry.register(_Figures(await asyncio.to_thread(_read, path, facts), ailments()))
        return web.Response(body=generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"})

    app = web.Application()
    app.add_routes([web.get("/health", health), web.get("/metrics", metrics)])
    return app


def _read(path: Path, facts: Facts) -> dict[str, Any]:
    with closing(connect(path, read_only=True)) as db:
        return facts(db)


class _Figures:
    """The facts of `fieldpost status` as Prometheus has them."""

    def __init__(self, facts: dict[str, Any], ailments: list[str]) -> None:
        self._facts, self._ailments = facts, ailments

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        facts = self._facts
        for room, states in (
            ("inbox", ("open", "parked")),
            ("outbox", ("queued", "sending", "sent", "in_doubt", "refused")),
            ("attachments", ("wanted", "stored", "too_large", "lost")),
        ):
            family = GaugeMetricFamily(f"fieldpost_{room}", f"How many stand where in the {room}.", labels=["state"])
            for state in states:
                family.add_metric([state], facts[room][state])
            yield family
        people = facts["people"]
        for name, text, value in (
            ("oldest_letter_seconds", "How long the oldest letter waits.", facts["outbox"]["oldest_queued_seconds"]),
            ("people_on_roster", "People on the roster.", people["on_roster"]),
            ("people_enrolled", "People bound to an account.", people["enrolled"]),
            ("people_unreachable", "People whom the bot cannot write to.", len(people["unreachable"])),
            ("database_bytes", "Size of the database.", facts["database_bytes"]),
            ("schema_version", "Version of the schema.", facts["schema_version"]),
            ("healthy", "1 if nothing ails the bot.", int(not self._ailments)),
        ):
            yield GaugeMetricFamily(f"fieldpost_{name}", text, value=value or 0)


def webhook(section: WebhookSection, token: str, keeper: Keeper) -> web.Application:
    """Telegram's updates, one a call: 200 only after the update is stored and committed."""
    secret = webhook_secret(token).encode()

    async def take(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret):
            log.warning("webhook: a call without the secret")
            return web.Response(status=403)
        try:
            update = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            return web.Response(status=400)
        if not fits(update, Numbered):
            return web.Response(status=400)
        try:
            await keeper.keep([update])
        except StorageTroubleError as error:
            log.error("webhook: %s", error)  # noqa: TRY400 - Telegram will call again
            return web.Response(status=503)
        return web.Response()

    app = web.Application(client_max_size=LARGEST_UPDATE)
    app.add_routes([web.post(urlsplit(section.url or "").path or "/", take)])
    return app
