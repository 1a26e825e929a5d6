"""The questions at which a person can stand."""

from enum import StrEnum


class Flow(StrEnum):
    """Conversations."""

    CHECKIN = "checkin"
    LOG = "log"


class CheckinStep(StrEnum):
    """The one optional question after a check-in."""

    PLACE = "place"
    REASON = "reason"
