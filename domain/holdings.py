"""What is held on one person besides what `Person` and `Settings` tell."""

from dataclasses import dataclass
from datetime import datetime, timedelta

UPDATES_KEPT = timedelta(days=3)
"""How long a message is kept as Telegram delivered it, once it was processed: longer than Telegram may repeat it."""
LETTERS_KEPT = timedelta(days=30)
"""How long the wording of a sent message of the bot is kept."""


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
