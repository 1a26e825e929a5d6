"""What is shown to a person: text with Telegram's HTML and buttons, before it is anybody's letter."""

from dataclasses import dataclass, field
from typing import Any

from domain.button import encode
from domain.payload import Payload

TEXT_LIMIT = 4096
"""Characters of a message after entity parsing, in UTF-16 code units (Bot API, sendMessage)."""


def units(text: str) -> int:
    """Length of plain text as Telegram counts it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it either carries a typed payload back to us or opens a link."""

    label: str
    payload: Payload | None = None
    url: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As Bot API's InlineKeyboardButton."""
        if self.url is not None:
            return {"text": self.label, "url": self.url}
        if self.payload is None:
            raise ValueError("a button needs a payload or a link")
        return {"text": self.label, "callback_data": encode(self.payload)}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the keyboard below the text field."""

    label: str
    asks_location: bool = False

    def as_json(self) -> dict[str, Any]:
        """As Bot API's KeyboardButton."""
        return {"text": self.label, "request_location": True} if self.asks_location else {"text": self.label}


Rows = tuple[tuple[Button, ...], ...]


def inline_keyboard(rows: Rows) -> dict[str, Any]:
    """Buttons as Bot API's InlineKeyboardMarkup."""
    return {"inline_keyboard": [[button.as_json() for button in row] for row in rows]}


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is Telegram HTML, already escaped; at most TEXT_LIMIT units once parsed."""

    text: str
    buttons: Rows = ()
    keys: tuple[tuple[Key, ...], ...] = field(default=())

    def payload(self) -> dict[str, Any]:
        """The parameters of sendMessage or editMessageText, without chat and message id."""
        body: dict[str, Any] = {
            "text": self.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if self.buttons:
            body["reply_markup"] = inline_keyboard(self.buttons)
        elif self.keys:
            body["reply_markup"] = {
                "keyboard": [[k.as_json() for k in row] for row in self.keys],
                "resize_keyboard": True,
                "is_persistent": True,
            }
        return body
