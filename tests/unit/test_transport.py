"""HTTP that goes wrong: what certainly did not go out, what may have, and never a word of the address."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import BodyPartReader, web
from telegram import InputFile
from telegram._utils.defaultvalue import DEFAULT_NONE
from telegram.error import TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.transport import AnswerLostError, NotSentError, NotThereError, Transport
from services.paper import Paper

SECRET = "123456:SESAME"


class Server:
    """Answers as it was told, and remembers what it got."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        how = request.path.rpartition("/")[2]
        parts: dict[str, Any] = {}
        if request.content_type == "multipart/form-data":
            async for part in await request.multipart():
                assert isinstance(part, BodyPartReader)
                parts[part.name or ""] = (part.filename, bytes(await part.read()), part.headers["Content-Type"])
        elif request.can_read_body:
            parts = await request.json()
        self.got.append(parts)
        if how == "cut" and request.transport is not None:
            request.transport.abort()
        if how == "hang":
            await asyncio.sleep(5)
        if how == "moved":
            raise web.HTTPFound(f"/bot{SECRET}/fine")
        told = {"html": b"<html>", "list": b"[1]", "large": b"x" * 100}.get(how, b'{"ok": true, "result": 5}')
        return web.Response(body=told, status=int(how) if how.isdigit() else 200)


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Server, Transport]]:
    server, transport = Server(), Transport(read_timeout=0.3)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"{site.name}/bot{SECRET}"
    try:
        yield server, transport
    finally:
        await transport.shutdown()
        await runner.cleanup()


def heard(transport: Transport) -> bool:
    return transport.answered_at is not None


def keeps_secrets(error: BaseException) -> bool:
    """Neither it nor whatever led to it quotes the address."""
    said = "".join(map(repr, (error, error.args, error.__cause__, error.__context__)))
    return SECRET not in said and "127.0.0.1" not in said and error.__context__ is None


async def test_what_is_called_arrives_as_json_and_its_answer_is_read() -> None:
    async with serving() as (server, transport):
        assert not heard(transport)
        fine = (200, {"ok": True, "result": 5})
        assert await transport.call(f"{server.url}/fine", {"text": "Hall 5", "n": 1}) == fine
        assert server.got == [{"text": "Hall 5", "n": 1}]
        assert heard(transport)
        for how, answer in (("html", (200, None)), ("list", (200, None)), ("502", (502, {"ok": True, "result": 5}))):
            assert await transport.call(f"{server.url}/{how}", {}) == answer


async def test_no_redirect_is_followed_with_a_token_in_it() -> None:
    async with serving() as (server, transport):
        assert await transport.call(f"{server.url}/moved", {}) == (302, None)
        assert len(server.got) == 1


async def test_a_paper_goes_along_as_a_file_with_its_name_and_kind() -> None:
    async with serving() as (server, transport):
        paper = Paper("day.ics", "text/calendar", b"BEGIN", field="document")
        await transport.call(f"{server.url}/fine", {"chat_id": 5, "caption": "Day", "buttons": [[1]]}, paper)
        (got,) = server.got
        assert got["document"] == ("day.ics", b"BEGIN", "text/calendar")
        assert (got["chat_id"][1], got["caption"][1], got["buttons"][1]) == (b"5", b"Day", b"[[1]]")


async def test_a_file_that_the_library_sends_arrives_with_its_fields() -> None:
    async with serving() as (server, transport):
        file = InputFile(io.BytesIO(b"BEGIN"), filename="day.txt")
        data = RequestData([RequestParameter.from_input("document", file), RequestParameter.from_input("chat_id", 5)])
        assert (await transport.do_request(f"{server.url}/fine", "POST", data))[0] == 200
        (got,) = server.got
        assert got["document"] == ("day.txt", b"BEGIN", "text/plain")
        assert got["chat_id"][1] == b"5"


@pytest.mark.parametrize("payload", [b"", b"<html>", b"[1]", b'"ok"', b"5"])
def test_an_answer_that_is_no_object_is_none_of_telegrams(payload: bytes) -> None:
    with pytest.raises(TelegramError, match="Invalid server response"):
        Transport.parse_json_payload(payload)
    assert Transport.parse_json_payload(b'{"ok": true}') == {"ok": True}


async def test_where_nobody_listens_it_was_certainly_not_sent() -> None:
    async with serving() as (server, transport):
        nowhere = f"http://127.0.0.1:1/bot{SECRET}/fine"
        for attempt in (transport.call(nowhere, {}), transport.download(nowhere, io.BytesIO(), 9)):
            with pytest.raises(NotSentError) as raised:
                await attempt
            assert raised.value.message == "not sent: ClientConnectorError"
            assert keeps_secrets(raised.value)
        assert not heard(transport)
        assert server.got == []


@pytest.mark.parametrize(("how", "why"), [("cut", "ServerDisconnectedError"), ("hang", "SocketTimeoutError")])
async def test_what_was_read_and_not_answered_may_have_arrived(how: str, why: str) -> None:
    async with serving() as (server, transport):
        for attempt in (
            transport.call(f"{server.url}/{how}", {}),
            transport.download(f"{server.url}/{how}", io.BytesIO(), 9),
        ):
            with pytest.raises(AnswerLostError) as raised:
                await attempt
            assert raised.value.message == f"answer lost: {why}"
            assert keeps_secrets(raised.value)
        assert not heard(transport)


async def test_how_long_an_answer_may_take_is_what_the_caller_says() -> None:
    async with serving() as (server, transport):
        assert transport.read_timeout == 0.3
        with pytest.raises(AnswerLostError):
            await transport.do_request(f"{server.url}/hang", "POST", read_timeout=0.05, connect_timeout=1.0)
        with pytest.raises(AnswerLostError):
            await transport.do_request(f"{server.url}/hang", "POST", write_timeout=DEFAULT_NONE)
        status, _ = await transport.do_request(f"{server.url}/fine", "POST", None, None, 1.0, None)
        assert status == 200


async def test_a_file_is_poured_out_up_to_what_is_wanted_and_one_that_is_gone_is_said_so() -> None:
    async with serving() as (server, transport):
        for limit, whole in ((100, True), (99, False)):
            into = io.BytesIO()
            assert await transport.download(f"{server.url}/large", into, limit) is whole
            assert len(into.getvalue()) == (100 if whole else 0)
        with pytest.raises(NotThereError, match="HTTP 404"):
            await transport.download(f"{server.url}/404", io.BytesIO(), 9)
        for how in ("500", "moved"):
            with pytest.raises(AnswerLostError, match=r"HTTP (500|302)"):
                await transport.download(f"{server.url}/{how}", io.BytesIO(), 9)


async def test_a_pool_that_was_closed_is_opened_again_when_wanted() -> None:
    async with serving() as (server, transport):
        await transport.initialize()
        await transport.initialize()
        await transport.shutdown()
        await transport.shutdown()
        assert (await transport.call(f"{server.url}/fine", {}))[0] == 200
