"""A file that somebody sent to be imported."""

from dataclasses import dataclass
from enum import StrEnum

MAX_UPLOAD = 20 * 1024 * 1024
"""Bytes of a file that Telegram lets a bot fetch (Bot API, getFile)."""


class Purpose(StrEnum):
    """What a file turned out to be."""

    UNREAD = "unread"
    ROSTER = "roster"
    PROGRAMME = "programme"


class UploadState(StrEnum):
    """`wanted` is to be fetched and read, `read` waits for a tap; the others are final."""

    WANTED = "wanted"
    READ = "read"
    APPLIED = "applied"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class Trouble(StrEnum):
    """Why a file could not even be looked at."""

    TOO_LARGE = "too_large"
    GONE = "gone"
    """Telegram knows it no longer."""
    UNREACHABLE = "unreachable"
    """Telegram did not hand it out, however often it was asked."""
    TOO_HEAVY = "too_heavy"
    """Reading it took more time or memory than a table may take."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Without its content."""

    upload_id: int
    purpose: Purpose
    person_id: int
    chat_id: int
    file_id: str
    file_name: str
    state: UploadState
    attempts: int
