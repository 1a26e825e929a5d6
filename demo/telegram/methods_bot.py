"""Bot API methods about the bot itself and how it hears of updates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from .errors import Json, refused
from .params import as_int
from .registry import method

if TYPE_CHECKING:
    from .params import Params
    from .world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


@method("getMe")
def get_me(world: World, params: Params) -> Json:  # noqa: ARG001
    """The bot."""
    return {
        **world.bot_told,
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("setWebhook", "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
def set_webhook(world: World, params: Params) -> bool:
    """Have updates posted; plain http and any port are taken here, unlike in Telegram."""
    url, secret = params.text("url"), params.text("secret_token")
    if url and not url.startswith(("https://", "http://")):
        raise refused("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise refused("secret token is too long")
    if secret and not _SECRET.fullmatch(secret):
        raise refused("secret token contains unallowed characters")
    _allow(world, params)
    most = min(max(params.integer("max_connections", 40), 1), 100)
    world.updates.set_webhook(url, secret, drop=params.flag("drop_pending_updates"), max_connections=most)
    return True


@method("deleteWebhook", "drop_pending_updates")
def delete_webhook(world: World, params: Params) -> bool:
    """Back to getUpdates."""
    world.updates.set_webhook("", "", drop=params.flag("drop_pending_updates"))
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, params: Params) -> Json:  # noqa: ARG001
    """Address and backlog."""
    return world.updates.webhook_info()


def _allow(world: World, params: Params) -> None:
    if params.has("allowed_updates"):
        world.updates.allow(params.decoded("allowed_updates", "Can't parse allowed_updates JSON object"))


@method("getUpdates", "offset limit timeout allowed_updates")
async def get_updates(world: World, params: Params) -> list[Json]:
    """Wait for updates; a higher offset confirms those before it."""
    _allow(world, params)
    limit = min(max(params.integer("limit", 100), 1), 100)
    return await world.updates.fetch(params.integer("offset"), limit, max(params.integer("timeout"), 0))


@method("logOut")
def log_out(world: World, params: Params) -> bool:  # noqa: ARG001
    """Accepted."""
    return True


@method("close")
def close(world: World, params: Params) -> bool:  # noqa: ARG001
    """Accepted."""
    return True


def _scope(world: World, params: Params) -> tuple[str, str]:
    given = params.decoded("scope", "Can't parse BotCommandScope JSON object") or {"type": "default"}
    if not isinstance(given, dict):
        raise refused("Can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = given.get("type")
    if kind not in (*_SCOPES, *_CHAT_SCOPES):
        raise refused("Can't parse BotCommandScope: Unsupported type specified")
    if kind in _CHAT_SCOPES:
        if not given.get("chat_id"):
            raise refused("Can't parse BotCommandScope: Empty chat_id specified")
        world.chat_of(str(given["chat_id"]), write=False)
        if kind == "chat_member" and as_int(given.get("user_id")) <= 0:
            raise refused("Can't parse BotCommandScope: Invalid user_id specified")
    return orjson.dumps(given, option=orjson.OPT_SORT_KEYS).decode(), params.text("language_code")


@method("setMyCommands", "commands scope language_code")
def set_my_commands(world: World, params: Params) -> bool:
    """The menu of commands for a scope and a language."""
    given: Any = params.decoded("commands", "Can't parse commands JSON object")
    if not isinstance(given, list):
        raise refused("Expected an Array of BotCommand")
    if len(given) > 100:
        raise refused("BOT_COMMANDS_TOO_MUCH")
    kept: list[Json] = []
    for one in given:
        if not isinstance(one, dict) or not all(isinstance(one.get(k), str) for k in ("command", "description")):
            raise refused("Can't parse BotCommand: expected an Object")
        name, description = one["command"].lstrip("/").lower(), one["description"].strip()
        if not _COMMAND.fullmatch(name):
            raise refused("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise refused("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": description})
    world.commands[_scope(world, params)] = kept
    return True


@method("getMyCommands", "scope language_code")
def get_my_commands(world: World, params: Params) -> list[Json]:
    """The menu of exactly this scope and language."""
    return world.commands.get(_scope(world, params), [])


@method("deleteMyCommands", "scope language_code")
def delete_my_commands(world: World, params: Params) -> bool:
    """Without a menu of its own a scope shows the wider one."""
    world.commands.pop(_scope(world, params), None)
    return True


@method("setChatMenuButton", "chat_id menu_button")
def set_chat_menu_button(world: World, params: Params) -> bool:
    """What the button beside the text field does."""
    given = params.decoded("menu_button", "Can't parse menu button JSON object") or {"type": "default"}
    if not isinstance(given, dict) or given.get("type") not in ("default", "commands", "web_app"):
        raise refused("Can't parse menu button: MenuButton has unsupported type")
    world.menus[params.integer("chat_id")] = given
    return True


@method("getChatMenuButton", "chat_id")
def get_chat_menu_button(world: World, params: Params) -> Json:
    """The button of a chat, else the common one."""
    return world.menus.get(params.integer("chat_id")) or world.menus.get(0) or {"type": "commands"}


def _profile(name: str, field: str, most: int) -> None:
    @method(f"set{name}", f"{field} language_code")
    def put(world: World, params: Params) -> bool:
        if len(params.text(field)) > most:
            raise refused(f"bot {field} is too long".replace("_", " "))
        world.profile[f"{field}:{params.text('language_code')}"] = params.text(field)
        return True

    @method(f"get{name}", "language_code")
    def get(world: World, params: Params) -> Json:
        default = world.bot.first_name if field == "name" else ""
        kept = world.profile.get(f"{field}:{params.text('language_code')}") or world.profile.get(f"{field}:")
        return {field: kept or default}


_profile("MyName", "name", 64)
_profile("MyDescription", "description", 512)
_profile("MyShortDescription", "short_description", 120)


@method("setMyDefaultAdministratorRights", "rights for_channels")
def set_default_rights(world: World, params: Params) -> bool:  # noqa: ARG001
    """Accepted."""
    return True


@method("getUserProfilePhotos", "user_id offset limit")
def get_user_profile_photos(world: World, params: Params) -> Json:  # noqa: ARG001
    """Nobody shows a picture here."""
    return {"total_count": 0, "photos": []}
