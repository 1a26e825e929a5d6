"""Refusals, in the shape and the words of the Bot API."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_PREFIX = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class ApiError(Exception):
    """A call that is answered with `ok: false`; `parameters` is Telegram's ResponseParameters."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_answer(self) -> Json:
        """The JSON body of the answer."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def refused(text: str, code: int = 400) -> ApiError:
    """An error worded as the Bot API server does: a prefix, then the message with its first letter lowered.

    A message in capitals (BUTTON_DATA_INVALID) stays as it is.
    """
    prefix = _PREFIX.get(code, "Bad Request")
    if not text or text.startswith(prefix):
        return ApiError(code, text or prefix)
    kept = len(text) > 1 and (text[1] == "_" or "A" <= text[1] <= "Z")
    return ApiError(code, f"{prefix}: {text if kept else text[0].lower() + text[1:]}")


def too_many(retry_after: int) -> ApiError:
    """The 429 that says how many seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


class StageError(Exception):
    """The person on the stage asked for something no person could do; the text says what."""
