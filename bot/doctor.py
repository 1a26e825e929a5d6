"""Looks an installation over before a mission is staked on it. Changes nothing, and sends nothing to anybody."""

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pyrage  # type: ignore[import-untyped]

from bot.config import Config, ConfigError
from domain.faults import is_zone
from domain.finding import BACKUP_EVERY, Ailment, Finding
from storage import backups, chats, inbox, notes, outbox, zones
from storage.database import as_moment

LEAST_FREE = 500 * 1024 * 1024
LEAST_HANDLES = 256
MOST_SKEW = 5.0
"""Seconds."""
LATE = timedelta(minutes=10)
PATIENCE = aiohttp.ClientTimeout(total=10)


async def examine(config: Config, now: datetime) -> list[Finding]:
    """Everything that is wrong, what concerns Telegram first."""
    found: list[Finding] = []
    if config.exposed is not None:
        found.append(Finding(Ailment.TOKEN_EXPOSED, {"path": str(config.exposed)}))
    groups = list(_groups(config.storage.path))
    try:
        token = config.token()
    except ConfigError:
        found.append(Finding(Ailment.TOKEN_MISSING))
    else:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            found += await _Telegram(session, config, token).examine(groups)
    return [*found, *_machine(config), *_database(config.storage.path, now), *_backups(config, now)]


class _Telegram:
    """Asks Telegram about the bot. The address carries the token: no error quotes it."""

    def __init__(self, session: aiohttp.ClientSession, config: Config, token: str) -> None:
        self._session = session
        self._base = f"{config.telegram.api_base_url.rstrip('/')}/bot{token}"
        self._webhook = config.webhook.url or ""
        self._date = ""

    async def examine(self, groups: list[int]) -> list[Finding]:
        """Token, clock, webhook, privacy, groups."""
        try:
            status, me = await self._ask("getMe")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return [Finding(Ailment.TELEGRAM_UNREACHABLE, {"why": type(error).__name__})]
        if status in {401, 404}:
            return [Finding(Ailment.TOKEN_REFUSED)]
        if status != 200:
            return [Finding(Ailment.TELEGRAM_UNREACHABLE, {"why": f"HTTP {status}"})]
        found = [*_skew(self._date, datetime.now(UTC)), *_rights(me)]
        try:
            _, hook = await self._ask("getWebhookInfo")
            set_to = str(hook.get("url", ""))
            if set_to and set_to != self._webhook:
                found.append(Finding(Ailment.WEBHOOK_SET, {"host": urlsplit(set_to).hostname or "?"}))
            for chat in groups:
                found += await self._group(chat, me["id"])
        except (aiohttp.ClientError, OSError, ValueError) as error:
            found.append(Finding(Ailment.TELEGRAM_UNREACHABLE, {"why": type(error).__name__}))
        return found

    async def _group(self, chat: int, bot_id: int) -> list[Finding]:
        _, member = await self._ask("getChatMember", chat_id=chat, user_id=bot_id)
        status = str(member.get("status", "unknown"))
        may = status in {"member", "administrator", "creator"} or member.get("can_send_messages") is True
        return [] if may else [Finding(Ailment.GROUP_RIGHTS, {"chat": chat, "status": status})]

    async def _ask(self, method: str, **values: int) -> tuple[int, dict[str, Any]]:
        async with self._session.post(f"{self._base}/{method}", json=values) as answer:
            self._date = answer.headers.get("Date", "")
            told = await answer.json(content_type=None)
            result = told.get("result") if isinstance(told, dict) else None
            return answer.status, result if isinstance(result, dict) else {}


def _skew(header: str, now: datetime) -> Iterator[Finding]:
    try:
        told = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return
    seconds = abs((now - told.astimezone(UTC)).total_seconds())
    if seconds > MOST_SKEW:
        yield Finding(Ailment.CLOCK_SKEW, {"seconds": round(seconds)})


def _rights(me: dict[str, Any]) -> Iterator[Finding]:
    if me.get("can_read_all_group_messages"):
        yield Finding(Ailment.PRIVACY_OFF)
    if me.get("can_join_groups") is False:
        yield Finding(Ailment.NO_GROUPS)


def _machine(config: Config) -> Iterator[Finding]:
    path = config.storage.path
    for folder in {path.parent, config.storage.files_folder, config.backup_folder}:
        there = _nearest(folder)
        if not _takes(there):
            yield Finding(Ailment.FOLDER_UNWRITABLE, {"path": str(there)})
    free = shutil.disk_usage(_nearest(path.parent)).free
    if free < LEAST_FREE:
        yield Finding(Ailment.DISK_FULL, {"megabytes": free // (1024 * 1024), "path": str(path.parent)})
    for secret in (path, *backups.list_copies(config.backup_folder)):
        if secret.exists() and secret.stat().st_mode & 0o077:
            yield Finding(Ailment.FILE_MODES, {"path": str(secret)})
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit < LEAST_HANDLES:
        yield Finding(Ailment.FEW_HANDLES, {"limit": limit})


def _takes(folder: Path) -> bool:
    """Whether a file can be made there; modes alone do not tell, of a disk that is read-only for instance."""
    try:
        with TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder


def _open(path: Path) -> sqlite3.Connection:
    """For reading only: the doctor makes no database and changes none."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    return db


def _groups(path: Path) -> Iterator[int]:
    """Groups in which the bot was last known to be."""
    if not path.exists():
        return
    try:
        with closing(_open(path)) as db:
            yield from chats.list_groups(db)
    except sqlite3.Error:
        return  # `_database` tells of it


def _database(path: Path, now: datetime) -> Iterator[Finding]:
    if not path.exists():
        return
    try:
        with closing(_open(path)) as db:
            said = db.execute("PRAGMA quick_check").fetchone()[0]
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if said != "ok":
                yield Finding(Ailment.DATABASE_BROKEN, {"why": said.splitlines()[0][:100]})
            elif version > backups.newest_version():
                yield Finding(Ailment.DATABASE_NEWER, {"version": version})
            elif version == backups.newest_version():
                yield from _contents(db, now)
    except sqlite3.Error as error:
        yield Finding(Ailment.DATABASE_BROKEN, {"why": str(error)})


def _contents(db: sqlite3.Connection, now: datetime) -> Iterator[Finding]:
    for zone in zones.list_used(db):
        if not is_zone(zone):
            yield Finding(Ailment.ZONE_UNKNOWN, {"zone": zone})
    if parked := inbox.count_by_state(db).get("parked", 0):
        yield Finding(Ailment.PARKED, {"count": parked})
    letters = outbox.count_by_state(db)
    if doubted := letters.get("in_doubt", 0):
        yield Finding(Ailment.IN_DOUBT, {"count": doubted})
    since = outbox.oldest_queued(db)
    if since is not None and now - since > LATE:
        minutes = round((now - since).total_seconds() / 60)
        yield Finding(Ailment.BACKLOG, {"count": letters.get("queued", 0), "minutes": minutes})


def _backups(config: Config, now: datetime) -> Iterator[Finding]:
    try:
        for key in config.backup.age_recipients:
            pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        yield Finding(Ailment.BACKUP_KEYS)
    if not config.storage.path.exists():
        return
    try:
        with closing(_open(config.storage.path)) as db:
            last = notes.read(db, "backed_up_at") or notes.read(db, "backups_since")
    except sqlite3.Error:
        return
    if last is not None and now - as_moment(last) > BACKUP_EVERY:
        yield Finding(Ailment.BACKUP_OLD, {"hours": round((now - as_moment(last)).total_seconds() / 3600)})
