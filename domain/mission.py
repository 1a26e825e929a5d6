"""The mission as its configuration tells it."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from domain.alarm import Ladder
from domain.digest import EVERY_DAY, Depth


@dataclass(frozen=True, slots=True)
class Mission:
    """One observation mission; one database, one bot."""

    name: str
    time_zone: str
    """IANA key; the zone in which the mission's day begins, ends and is reported."""
    languages: tuple[str, ...]
    """ISO 639-1 codes, the mission's own first."""
    digest_hours: tuple[time, ...]
    """Local times of the daily digest, in `time_zone`, for who chose no others."""
    digest_max_late: timedelta = timedelta(hours=12)
    invitation_days: int = 14
    digest_weekdays: frozenset[int] = EVERY_DAY
    digest_depth: Depth = Depth.FULL
    chronicle_template: str = ""
    """Path of the mission's own template of the chronicle, a DOCX; empty = the usual one."""
    weekly_on: int = 7
    """The weekday (ISO) of whose last digest the week is told as well; 0 = never."""
    ladder: Ladder = field(default_factory=Ladder)
    bot_username: str = ""
