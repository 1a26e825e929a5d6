"""HTTP to Telegram on aiohttp, which says whether a failed request may have arrived; and what answers mean.

The address of every call carries the token: no error here quotes an address or another library's message.
"""

import html
import re
from dataclasses import dataclass
from enum import Enum, auto
from time import monotonic
from typing import Any, BinaryIO

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from domain.letter import LetterKind, Policy, QueuedLetter
from services.paper import Paper

CONNECTIONS = 64
CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
DOWNLOAD_SECONDS = 300.0
UPLOAD_SECONDS = 120.0
"""A file of some megabytes over a line that is slow."""
LONGEST_BACKOFF = 60.0
TOKEN_WAIT = 30.0
PATIENCE = 6
"""Attempts answered with 500 after which the letter steps aside for later ones of its chat."""
GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot was kicked", "user not found")
NO_MESSAGE = ("message to edit not found", "message can't be edited", "no text in the message to edit")
"""There is nothing that could be edited: it is gone, or is a file. Then what was to be read is sent anew."""
NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
ALREADY_DELETED = "message to delete not found"
TOO_OLD_TO_DELETE = "message can't be deleted"

Given = Any
"""A number of seconds, None (no limit) or PTB's DEFAULT_NONE (not given)."""


class NotSentError(NetworkError):
    """The request certainly did not reach Telegram: no connection could be made."""


class NotThereError(TelegramError):
    """There is no such file any more."""


class AnswerLostError(TimedOut):
    """The request may have reached Telegram, and no answer came."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""Failures of making a connection. A kept connection that the server closed meanwhile is not among them: nobody knows
whether it read the request first."""


class Transport(BaseRequest):
    """What python-telegram-bot and the outbox send through. aiohttp repeats no POST by itself."""

    __slots__ = ("_connect", "_connections", "_read", "_session", "answered_at")

    def __init__(
        self,
        connections: int = CONNECTIONS,
        connect_timeout: float = CONNECT_SECONDS,
        read_timeout: float = READ_SECONDS,
    ) -> None:
        self._connections = connections
        self._connect = connect_timeout
        self._read = read_timeout
        self._session: aiohttp.ClientSession | None = None
        self.answered_at: float | None = None
        """When Telegram last answered anything, in monotonic seconds."""

    @property
    def read_timeout(self) -> float | None:
        """Seconds an answer may take."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool; again after `shutdown` if wanted."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """What the answer says. Raises TelegramError."""
        try:
            parsed = orjson.loads(payload)
        except orjson.JSONDecodeError:
            parsed = None
        if not isinstance(parsed, dict):
            raise TelegramError("Invalid server response")
        return parsed

    async def call(
        self, url: str, payload: dict[str, Any], paper: Paper | None = None
    ) -> tuple[int, dict[str, Any] | None]:
        """POST JSON, or a form if a paper goes along; the HTTP status and the parsed answer, None if it is no object.

        Raises NotSentError, AnswerLostError.
        """
        body, read = (_json(payload), self._read) if paper is None else (_form(payload, paper), UPLOAD_SECONDS)
        status, content = await self._exchange("POST", url, body, self._timeout(read, self._connect))
        try:
            return status, self.parse_json_payload(content)
        except TelegramError:
            return status, None

    async def download(self, url: str, into: BinaryIO, limit: int) -> bool:
        """GET into an open file as it comes; False if it holds more than `limit` bytes.

        Raises NotThereError, NotSentError, and AnswerLostError for whatever else may go better another time.
        """
        await self.initialize()
        if self._session is None:
            raise NotSentError("not sent: the transport is closed")
        limits = aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS, connect=self._connect, sock_read=self._read)
        trouble: TelegramError
        try:
            async with self._session.get(url, timeout=limits, allow_redirects=False) as response:
                if response.status == 200:
                    return await _pour(response, into, limit)
                trouble = (
                    NotThereError("HTTP 404") if response.status == 404 else AnswerLostError(f"HTTP {response.status}")
                )
        except _NOT_SENT as error:
            trouble = NotSentError(f"not sent: {type(error).__name__}")
        except (aiohttp.ClientError, OSError) as error:
            trouble = AnswerLostError(f"answer lost: {type(error).__name__}")
        raise trouble  # outside the except block, as below

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Given = BaseRequest.DEFAULT_NONE,
        write_timeout: Given = BaseRequest.DEFAULT_NONE,
        connect_timeout: Given = BaseRequest.DEFAULT_NONE,
        pool_timeout: Given = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call as python-telegram-bot makes it; its write and pool timeouts are covered by the other two."""
        del pool_timeout
        read = self._read if read_timeout is self.DEFAULT_NONE else read_timeout
        if read is not None and write_timeout is not self.DEFAULT_NONE and write_timeout is not None:
            read = max(read, write_timeout)
        connect = self._connect if connect_timeout is self.DEFAULT_NONE else connect_timeout
        return await self._exchange(method, url, _body(request_data), self._timeout(read, connect))

    @staticmethod
    def _timeout(read: float | None, connect: float | None) -> aiohttp.ClientTimeout:
        total = None if read is None or connect is None else read + connect
        return aiohttp.ClientTimeout(total=total, connect=connect, sock_read=read)

    async def _exchange(
        self, method: str, url: str, body: dict[str, Any], limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        await self.initialize()
        if self._session is None:
            raise NotSentError("not sent: the transport is closed")
        trouble: TelegramError
        try:
            async with self._session.request(method, url, timeout=limits, allow_redirects=False, **body) as response:
                content = await response.read()
                self.answered_at = monotonic()
                return response.status, content
        except _NOT_SENT as error:
            trouble = NotSentError(f"not sent: {type(error).__name__}")
        except (aiohttp.ClientError, OSError) as error:
            trouble = AnswerLostError(f"answer lost: {type(error).__name__}")
        raise trouble  # outside the except block: not even __context__ keeps an error that quotes the address


async def _pour(response: aiohttp.ClientResponse, into: BinaryIO, limit: int) -> bool:
    size = 0
    async for chunk in response.content.iter_chunked(1 << 16):
        size += len(chunk)
        if size > limit:
            return False
        into.write(chunk)
    return True


def _json(values: dict[str, Any]) -> dict[str, Any]:
    return {"data": orjson.dumps(values), "headers": {"Content-Type": "application/json"}}


def _form(values: dict[str, Any], paper: Paper) -> dict[str, Any]:
    form = aiohttp.FormData()
    for name, value in values.items():
        form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
    form.add_field(paper.field, paper.content, filename=paper.name, content_type=paper.media_type)
    return {"data": form}


def _body(request_data: RequestData | None) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not request_data.contains_files:
        return _json(request_data.json_parameters)
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}


class Fate(Enum):
    """What becomes of a letter."""

    SENT = auto()
    AGAIN = auto()
    FLOOD = auto()
    REFUSED = auto()
    UNDELIVERABLE = auto()
    IN_DOUBT = auto()
    TURNED = auto()
    POINTLESS = auto()
    """What it was to keep up to date is gone, and nobody waits for it."""
    MIGRATED = auto()


@dataclass(frozen=True, slots=True)
class Ruling:
    """A fate and what belongs to it. `wait` is seconds before the next attempt."""

    fate: Fate
    why: str = ""
    wait: float = 0.0
    message_id: int | None = None
    album: tuple[int, ...] = ()
    """The ids of all messages of an album."""
    thread_id: int | None = None
    """The forum topic that was made."""
    new_chat: int = 0
    method: str = ""
    payload: dict[str, Any] | None = None
    steps_aside: bool = False
    unsent: bool = False


def backoff(attempts: int) -> float:
    """Seconds before the next attempt: 1, 2, 4 … 60."""
    return min(LONGEST_BACKOFF, 2.0 ** min(max(attempts - 1, 0), 6))


def lost(letter: QueuedLetter, why: str) -> Ruling:
    """Nobody knows whether Telegram took it: as the letter declared."""
    if letter.policy is Policy.HOLD:
        return Ruling(Fate.IN_DOUBT, why)
    return Ruling(Fate.AGAIN, why, backoff(letter.attempts))


def judge(letter: QueuedLetter, status: int, body: dict[str, Any] | None) -> Ruling:
    """What Telegram's answer means for the letter."""
    if body is not None and body.get("ok") is True:
        return _sent(body.get("result"))
    if status in (502, 503, 504) or body is None or "error_code" not in body:
        return Ruling(Fate.REFUSED, "HTTP 413") if status == 413 else lost(letter, f"HTTP {status}")
    return _refusal(letter, int(body["error_code"]), str(body.get("description", "")), body.get("parameters") or {})


def _sent(result: Any) -> Ruling:
    if isinstance(result, list):
        ids = tuple(int(part["message_id"]) for part in result if isinstance(part, dict) and "message_id" in part)
        return Ruling(Fate.SENT, message_id=ids[0] if ids else None, album=ids)
    if isinstance(result, dict):
        return Ruling(Fate.SENT, message_id=result.get("message_id"), thread_id=result.get("message_thread_id"))
    return Ruling(Fate.SENT)


def _refusal(letter: QueuedLetter, code: int, why: str, parameters: dict[str, Any]) -> Ruling:
    if code == 429:
        ruling = Ruling(Fate.FLOOD, why, float(parameters.get("retry_after", 1)))
    elif "migrate_to_chat_id" in parameters:
        ruling = Ruling(Fate.MIGRATED, why, new_chat=int(parameters["migrate_to_chat_id"]))
    elif code >= 500:
        ruling = Ruling(Fate.AGAIN, why, backoff(letter.attempts), steps_aside=letter.attempts >= PATIENCE)
    elif code == 401 or (code == 404 and "method" not in why):
        ruling = Ruling(Fate.AGAIN, why, TOKEN_WAIT)
    elif code == 403:
        ruling = Ruling(Fate.UNDELIVERABLE, why)
    else:
        ruling = _bad_request(letter, why)
    return ruling


def _bad_request(letter: QueuedLetter, why: str) -> Ruling:
    said = why.lower()
    if "message is not modified" in said or ALREADY_DELETED in said:
        return Ruling(Fate.SENT)
    if letter.kind is not LetterKind.ANNOUNCEMENT:  # its author is told what could not be changed or taken back
        if TOO_OLD_TO_DELETE in said:
            return Ruling(Fate.SENT)
        if any(words in said for words in NO_MESSAGE):
            return _message_gone(letter, why)
    if any(words in said for words in NO_TOPIC) and "message_thread_id" in letter.payload:
        payload = {name: value for name, value in letter.payload.items() if name != "message_thread_id"}
        return Ruling(Fate.TURNED, why, method=letter.method, payload=payload)
    if "can't parse entities" in said and "parse_mode" in letter.payload:
        return Ruling(Fate.TURNED, why, method=letter.method, payload=plain(letter.payload))
    return Ruling(Fate.UNDELIVERABLE if any(words in said for words in GONE) else Fate.REFUSED, why)


def _message_gone(letter: QueuedLetter, why: str) -> Ruling:
    """The message that was to be edited is not there."""
    if letter.method != "editMessageText":
        return Ruling(Fate.SENT)
    if letter.kind in {LetterKind.TIDYING, LetterKind.PROGRESS}:
        return Ruling(Fate.POINTLESS, why)
    payload = {name: value for name, value in letter.payload.items() if name != "message_id"}
    return Ruling(Fate.TURNED, why, method="sendMessage", payload=payload)


def plain(payload: dict[str, Any]) -> dict[str, Any]:
    """The same words without markup: better plain than lost."""
    bare = {name: value for name, value in payload.items() if name != "parse_mode"}
    for name in ("text", "caption"):
        if name in bare:
            bare[name] = html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", str(bare[name])))
    return bare
