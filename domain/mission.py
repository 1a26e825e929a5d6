"""The mission as its configuration tells it."""

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, slots=True)
class Mission:
    """One observation mission; one database, one bot."""

    name: str
    time_zone: str
    """IANA key; the zone in which the mission's day begins, ends and is reported."""
    languages: tuple[str, ...]
    """ISO 639-1 codes, the mission's own first."""
    digest_at: time
    """Local time of the daily digest, in `time_zone`."""
    digest_max_late: timedelta = timedelta(hours=12)
    invitation_days: int = 14
    bot_username: str = ""
    second_person: bool = False
    """Whether another coordinator must approve an announcement to everyone."""
    messages_per_second: float = 30
    """The send budget."""
