"""The questions at which a person can stand."""

from dataclasses import dataclass
from enum import StrEnum


class Flow(StrEnum):
    """Conversations."""

    CHECKIN = "checkin"
    LOG = "log"


class CheckinStep(StrEnum):
    """The one optional question after a check-in."""

    PLACE = "place"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands: a conversation (`flow`), its question (`step`), and the meeting it is about."""

    flow: str
    step: str
    subject: int | None
