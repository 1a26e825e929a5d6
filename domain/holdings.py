"""What is held on one person besides what `Person` and `Settings` tell."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Holdings:
    """Counts of what he sent, and the rest of his entry in the roster."""

    telegram_id: int | None
    enrolled_at: datetime | None
    extra: dict[str, str]
    """Further columns of the roster."""
    checkins: int
    located: int
    points: int
    drafts: int
    files: int
    updates: int
    """Stored messages that come from him or name his account."""
    audit_lines: int
    scope: tuple[str, ...]
    """Names of the teams that a coordinator answers for."""
