"""What a call carries: JSON, a form or a multipart body, read the lenient way the Bot API reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from .errors import refused

if TYPE_CHECKING:
    from aiohttp import web

    from .errors import Json

_MAX_INT = 2**63 - 1
_TRUE = frozenset({"true", "yes", "1"})
MAX_UPLOAD = 50 * 1024 * 1024


@dataclass(slots=True)
class Upload:
    """A file that came with a multipart call."""

    filename: str
    data: bytes
    mime: str


class Params:
    """The parameters of one call. Values may be JSON values or strings of JSON; getters convert as Telegram does."""

    __slots__ = ("files", "raw")

    def __init__(self, raw: Json, files: dict[str, Upload] | None = None) -> None:
        self.raw = raw
        self.files = files or {}

    def text(self, name: str, default: str = "") -> str:
        """The value as a string; numbers, booleans and objects become their JSON text."""
        value = self.raw.get(name)
        if isinstance(value, str):
            return value
        if value is None:
            return default
        return orjson.dumps(value).decode()

    def integer(self, name: str, default: int = 0) -> int:
        """The value as an integer; what is no number counts as 0, as in Telegram."""
        value = self.raw.get(name)
        return default if value is None or value == "" else as_int(value)

    def number(self, name: str) -> float | None:
        """The value as a float, or None when it is absent or no number."""
        value = self.raw.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            found = float(value)
        except ValueError:
            return None
        return found if abs(found) < 1e18 else None

    def flag(self, name: str) -> bool:
        """True for true, "true", "yes", "1" and 1."""
        value = self.raw.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        return str(value).strip().lower() in _TRUE

    def decoded(self, name: str, complaint: str) -> Any:
        """The value decoded from JSON when it came as a string; None when absent. `complaint` is said of bad JSON."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise refused(complaint) from None

    def has(self, name: str) -> bool:
        """Whether the parameter came, even empty."""
        return name in self.raw or name in self.files

    def for_log(self) -> Json:
        """The parameters as plain JSON; files are told by name and size."""
        if not self.files:
            return self.raw
        told = {k: {"filename": f.filename, "size": len(f.data), "mime": f.mime} for k, f in self.files.items()}
        return {**self.raw, **told}


def as_int(value: Any) -> int:
    """An integer from a JSON value or a string; 0 for what is none or does not fit 64 bits."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if abs(value) <= _MAX_INT else 0
    if isinstance(value, float):
        return int(value) if value == value and abs(value) < 2**53 else 0  # noqa: PLR0124 (NaN)
    if isinstance(value, str) and len(value) < 30:
        try:
            found = int(value)
        except ValueError:
            return 0
        return found if abs(found) <= _MAX_INT else 0
    return 0


async def read_params(request: web.Request) -> Params:
    """The parameters of a request from its query string and its body; ApiError 400 for a body that can't be read."""
    raw: Json = dict(request.query) if request.query_string else {}
    if request.method == "GET" and not request.body_exists:
        return Params(raw)
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _read_multipart(request, raw)
    body = await request.read()
    if not body:
        return Params(raw)
    if kind == "application/x-www-form-urlencoded":
        try:
            raw.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000))
        except ValueError:
            raise refused("Can't parse the form") from None
        return Params(raw)
    if kind == "application/json":
        return Params({**raw, **_json_object(body)})
    return Params(raw)


def _json_object(body: bytes) -> Json:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise refused("Can't parse request JSON object") from None
    if not isinstance(value, dict):
        raise refused("Object expected as request")
    return value


async def _read_multipart(request: web.Request, raw: Json) -> Params:
    files: dict[str, Upload] = {}
    try:
        form = await request.post()
    except ValueError:
        raise refused("Can't parse the form") from None
    for name, value in form.items():
        if isinstance(value, str):
            raw[name] = value
        elif isinstance(value, bytes | bytearray):
            raw[name] = value.decode("utf-8", "replace")
        else:
            files[name] = Upload(value.filename or "file", value.file.read(), value.content_type)
    return Params(raw, files)
