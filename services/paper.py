"""What a paper is: a file that is made when its letter is sent (services/papers.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Spec = Mapping[str, Any]
"""What a letter says of its paper: `kind`, `by` (who asked, a person's id), and what the kind needs."""


class PaperKind(StrEnum):
    """Which paper."""

    BADGES = "badges"
    LINKS = "links"
    CHRONICLE = "chronicle"
    CHART = "chart"
    CALENDAR = "calendar"
    PROGRAMME = "programme"
    ANNOUNCEMENT = "announcement"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Draft:
    """All that is needed to make the bytes: plain facts that can be pickled. `caption` is Telegram HTML."""

    kind: PaperKind
    name: str
    caption: str
    facts: Any


@dataclass(frozen=True, slots=True)
class Paper:
    """A file."""

    name: str
    media_type: str
    content: bytes
    field: str = "document"
    """The parameter of the call that takes it."""
