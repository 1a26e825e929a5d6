"""Buttons about the programme as a file: one that was sent, and those that the desk hands out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.payload import Payload


class How(StrEnum):
    """How a file of the programme is applied."""

    TELLING = "n"
    """Those concerned get their notices."""
    QUIET = "q"
    CANCEL_MISSING = "c"
    """With notices, and what left the file is cancelled."""


@dataclass(frozen=True, slots=True)
class ApplyProgramme(Payload):
    """Import the file whose diff was shown."""

    code: ClassVar[str] = "ap"
    upload_id: int = 0
    how: How = How.TELLING


@dataclass(frozen=True, slots=True)
class GetCalendar(Payload):
    """Send me my programme as a calendar file."""

    code: ClassVar[str] = "gc"


PROGRAMME_FILE_PAYLOADS: tuple[type[Payload], ...] = (ApplyProgramme, GetCalendar)
"""Every button of this room."""
