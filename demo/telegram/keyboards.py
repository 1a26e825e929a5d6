"""Reply markup: what Telegram accepts of keyboards, and what it answers to the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .errors import refused

if TYPE_CHECKING:
    from .errors import Json
    from .params import Params

_PRIVATE_ONLY = ("request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app")
_KINDS = ("keyboard", "inline_keyboard", "remove_keyboard", "force_reply")
_OTHER_INLINE = (
    "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "copy_text", "web_app",
)  # fmt: skip
_MAX_BUTTONS = 100
_MAX_BYTES = 10_000


def reply_markup(params: Params, *, private: bool) -> Json | None:
    """The markup of a call as Telegram keeps it, or None when there is none or it is empty."""
    value = params.decoded("reply_markup", "Can't parse reply keyboard markup JSON object")
    if value is None or value == "":
        return None
    if not isinstance(value, dict):
        raise refused("Object expected as reply markup")
    if value.get("inline_keyboard") is not None:
        return _inline(value["inline_keyboard"])
    if value.get("keyboard") is not None:
        return _reply(value, private=private)
    if value.get("remove_keyboard") is True:
        return {"remove_keyboard": True, **({"selective": True} if value.get("selective") else {})}
    if value.get("force_reply") is True:
        return {k: value[k] for k in ("force_reply", "input_field_placeholder", "selective") if k in value}
    return None


def _text(button: Json, what: str) -> str:
    if "text" not in button or button["text"] is None:
        raise refused(f"Can't parse {what}: Can't find field \"text\"")
    if not isinstance(button["text"], str):
        raise refused(f'Can\'t parse {what}: Field "text" must be of type String')
    return button["text"]


def _inline(rows: Any) -> Json | None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise refused('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_inline_button(button) for button in row] for row in rows]
    kept = [row for row in kept if row]
    if not kept:
        return None
    buttons = [button for row in kept for button in row]
    weight = sum(
        len(b["text"].encode()) + len(str(b.get("callback_data") or b.get("url") or "").encode()) for b in buttons
    )
    if len(buttons) > _MAX_BUTTONS or weight > _MAX_BYTES:
        raise refused("reply markup is too long")
    return {"inline_keyboard": kept}


def _inline_button(button: Any) -> Json:
    what = "inline keyboard button"
    if not isinstance(button, dict):
        raise refused(f"Can't parse {what}: InlineKeyboardButton must be an Object")
    text = _text(button, what)
    told: Json = {"text": text, **{k: button[k] for k in ("style", "icon_custom_emoji_id") if button.get(k)}}
    for name in ("url", "callback_data"):
        if button.get(name) is not None and not isinstance(button[name], str):
            raise refused(f'Can\'t parse {what}: Field "{name}" must be of type String')
    if not text.strip():
        raise refused("Inline keyboard button text must be non-empty" if not text else "BUTTON_TEXT_INVALID")
    if button.get("url"):
        return {**told, "url": _checked_url(button["url"])}
    if button.get("callback_data"):
        if len(button["callback_data"].encode()) > 64:
            raise refused("BUTTON_DATA_INVALID")
        return {**told, "callback_data": button["callback_data"]}
    for name in _OTHER_INLINE:
        if name in button:
            return {**told, name: button[name]}
    raise refused(f"Can't parse {what}: Text buttons are unallowed in the inline keyboard")


def _checked_url(url: str) -> str:
    def invalid(why: str) -> Exception:
        return refused(f"Inline keyboard button URL '{url}' is invalid: {why}")

    whole = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(whole)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise invalid("Wrong HTTP URL") from None
    scheme = parts.scheme.lower()
    if scheme in ("tg", "ton", "tonsite"):
        return url
    if scheme not in ("http", "https"):
        raise invalid("Unsupported URL protocol")
    if not host:
        raise invalid("URL host is empty")
    if "." not in host or " " in url.strip():
        raise invalid("Wrong HTTP URL")
    return whole if parts.path or parts.query or parts.fragment else f"{whole}/"


def _reply(value: Json, *, private: bool) -> Json | None:
    rows = value["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise refused('Field "keyboard" must be an Array of Arrays')
    kept = [[_reply_button(button, private=private) for button in row] for row in rows]
    kept = [row for row in kept if row]
    if not kept:
        return None
    names = ("is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective")
    return {"keyboard": kept, **{k: value[k] for k in names if value.get(k)}}


def _reply_button(button: Any, *, private: bool) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise refused("Can't parse keyboard button: KeyboardButton must be a String or an Object")
    text = _text(button, "keyboard button")
    if not text:
        raise refused("Keyboard button text must be non-empty")
    asked = [name for name in _PRIVATE_ONLY if button.get(name)]
    if asked and not private:
        what = {"request_contact": "phone number", "request_location": "location"}.get(asked[0])
        raise refused(f"{what} can be requested in private chats only" if what else "BUTTON_TYPE_INVALID")
    return {"text": text, **{k: button[k] for k in (*asked, "style", "icon_custom_emoji_id") if button.get(k)}}
