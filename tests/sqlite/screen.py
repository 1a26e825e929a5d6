"""A phone without Telegram: what the services show there, for tests that need no more than the database."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.person import Person
from services.desk import Desk, Said
from storage import people
from tests.sqlite.duty import FIRST_CHAT, Duty


class Screen:
    """One person's private chat. `now` is when he does what he does."""

    def __init__(self, duty: Duty, person_id: int, now: datetime) -> None:
        self.duty, self.person_id, self.now = duty, person_id, now
        self.chat_id = FIRST_CHAT + person_id
        self.toast = ""

    @property
    def person(self) -> Person:
        """As he is now."""
        return people.read(self.duty.db, self.person_id)

    def do(self, act: Callable[..., Any], *about: Any, tapped: bool = True, **more: Any) -> Any:
        """He taps (or writes, if not `tapped`): `act(desk, said, person, *about)`; what it answers."""
        self.duty.deliver()
        desk: Desk = self.duty.desk(self.now)
        said = Said(self.chat_id, self.chat_id, 1, self.now, tapped=tapped)
        answer = act(desk, said, self.person, *about, **more)
        self.toast = desk.toast
        return answer

    def text(self) -> str:
        """What was shown last, as Telegram HTML."""
        return str(self._last()["text"])

    def buttons(self) -> list[str]:
        """The labels below it."""
        rows = self._last().get("reply_markup", {}).get("inline_keyboard", [])
        return [button["text"] for row in rows for button in row]

    def _last(self) -> dict[str, Any]:
        rows = self.duty.rows(
            "SELECT payload FROM outbox WHERE chat_id = ? AND json_extract(payload, '$.text') IS NOT NULL"
            " ORDER BY id DESC LIMIT 1",
            self.chat_id,
        )
        found: dict[str, Any] = json.loads(rows[0][0])
        return found


def calls(duty: Duty, chat_id: int) -> list[tuple[str, dict[str, Any]]]:
    """(method, fields) of every letter to a chat, the first one first."""
    rows = duty.rows("SELECT method, payload FROM outbox WHERE chat_id = ? ORDER BY id", chat_id)
    return [(method, json.loads(payload)) for method, payload in rows]
