"""The table of an announcement's copies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.announcement import Reason
from texts.announcement_reports import reason_word
from texts.tongue import Html, Tongue


@dataclass(frozen=True, slots=True)
class Row:
    """One copy. `state` is its letter's."""

    is_group: bool
    name: str
    team: str
    state: str
    at: datetime | None
    read_at: datetime | None
    reason: Reason | None


def caption(t: Tongue, copies: int) -> Html:
    """Under the file."""
    return t.count("{n} copy", "{n} copies", copies)


def table(t: Tongue, rows: Iterable[Row], zone: ZoneInfo) -> list[tuple[str, ...]]:
    """The heading and a line for each copy."""
    heading = (
        t.label("Kind"), t.label("To"), t.label("Team"), t.label("State"), t.label("At"), t.label("Confirmed"),
        t.label("Why not"),
    )  # fmt: skip
    return [heading, *(_line(t, row, zone) for row in rows)]


def _line(t: Tongue, row: Row, zone: ZoneInfo) -> tuple[str, ...]:
    kind = t.label("group") if row.is_group else t.label("person")
    why = reason_word(t, row.reason) if row.reason else ""
    return (kind, row.name, row.team, _state(t, row.state), _at(row.at, zone), _at(row.read_at, zone), why)


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else ""


def _state(t: Tongue, state: str) -> str:
    words = {
        "sent": t.label("delivered"),
        "queued": t.label("waiting"),
        "sending": t.label("waiting"),
        "in_doubt": t.label("in doubt"),
        "refused": t.label("failed"),
    }
    return words.get(state, t.label("stopped"))
