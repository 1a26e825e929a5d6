"""The window into the house: what lies in the bot's inbox and outbox, read from its database beside it."""

from __future__ import annotations

import html
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import orjson

from services.coming import list_coming
from services.desk import Desk
from storage import watch
from storage.database import as_text, connect
from texts.tongue import Tongues

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from domain.mission import Mission
    from services.coming import Coming

_SHOWN = 60


class Office:
    """Looks at a database that another process writes. Before that process made it, there is nothing to see."""

    def __init__(self, path: Path, now: Callable[[], datetime], mission: Mission) -> None:
        self._path, self._now, self._mission = path, now, mission
        self._tongues = Tongues(mission.languages)

    def _asked(self, ask: Callable[[sqlite3.Connection], Any]) -> Any:
        if not self._path.is_file():
            return None
        try:
            with closing(connect(self._path, read_only=True)) as db:
                return ask(db)
        except sqlite3.OperationalError:  # being made, or an older one that nobody migrated yet
            return None

    def busy(self) -> int:
        """Updates and letters that wait although they are due."""
        return self._asked(lambda db: watch.busy(db, self._now())) or 0

    def told(self) -> dict[str, Any]:
        """Everything the panel shows."""
        now = self._now()

        def ask(db: sqlite3.Connection) -> dict[str, Any]:
            return {
                "inbox": [_update(row) for row in watch.list_latest_updates(db, _SHOWN)],
                "outbox": [_letter(row) for row in watch.list_latest_letters(db, _SHOWN)],
                "doubt": [_letter(row) for row in watch.list_unsettled_letters(db, _SHOWN)],
                "coming": self._coming(db, now),
                "busy": watch.busy(db, now),
            }

        return self._asked(ask) or {"inbox": [], "outbox": [], "doubt": [], "coming": [], "busy": 0}

    def _coming(self, db: sqlite3.Connection, now: datetime) -> list[dict[str, Any]]:
        """Letters that are written and wait for their hour, and what will be written, by their moments."""
        letters = watch.list_coming_letters(db, now, _SHOWN)
        dues = [_due(one) for one in list_coming(Desk(db, now, self._mission, self._tongues))]
        return sorted([*letters, *dues], key=lambda one: (one["due_at"] is None, one["due_at"] or ""))[:_SHOWN]

    def update(self, update_id: int) -> dict[str, Any] | None:
        """One update in full with the letters it caused; None if the bot has not stored it."""
        found = self._asked(lambda db: watch.read_update(db, update_id))
        if found is None:
            return None
        letters = [_letter(row) for row in found.pop("letters")]
        return {**_update(found), "raw": _loaded(found["raw"]), "letters": letters}


def _due(one: Coming) -> dict[str, Any]:
    meeting = one.meeting
    return {
        "due": one.kind,
        "due_at": as_text(one.at) if one.at else None,
        "names": one.names,
        "people": one.people,
        "meetings": one.meetings,
        "meeting": f"{meeting.starts_at.astimezone(meeting.zone):%H:%M} {meeting.host}" if meeting else "",
        "gist": one.title,
    }


def _loaded(raw: bytes | str) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def _update(row: dict[str, Any]) -> dict[str, Any]:
    raw = _loaded(row["raw"])
    return {**{k: v for k, v in row.items() if k != "raw"}, **_gist(raw if isinstance(raw, dict) else {})}


def _gist(raw: dict[str, Any]) -> dict[str, Any]:
    """Who did what, in a few words."""
    kind = next((key for key in raw if key != "update_id"), "")
    body: dict[str, Any] = raw.get(kind) or {}
    message = body.get("message", body) if kind == "callback_query" else body
    words = body.get("data") or message.get("text") or message.get("caption") or ""
    content = next((k for k in ("photo", "document", "voice", "location", "sticker", "contact") if k in message), "")
    return {
        "kind": kind,
        "user_id": body.get("from", {}).get("id"),
        "chat_id": message.get("chat", {}).get("id"),
        "gist": str(words or content)[:160],
    }


def _letter(row: dict[str, Any]) -> dict[str, Any]:
    payload = _loaded(row["payload"])
    told = payload if isinstance(payload, dict) else {}
    paper = told.get("paper") or {}
    words = (
        told.get("text")
        or told.get("caption")
        or " · ".join(str(paper[key]) for key in ("kind", "day", "language") if key in paper)
    )
    return {**{k: v for k, v in row.items() if k != "payload"}, "gist": without_markup(str(words))[:160]}


def without_markup(text: str) -> str:
    """What a person reads of Telegram HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))
