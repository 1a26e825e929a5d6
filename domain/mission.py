"""The mission as its configuration tells it."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from domain.alarm import Ladder
from domain.conflict import Rules
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
    observers_apply: bool = False
    """Whether participants make any change of their own meetings at once; else only small ones of its time."""
    apply_within: timedelta = timedelta(hours=2)
    """How far a participant may move his own meeting's time without asking."""
    eve_at: time | None = time(19)
    """When a person is told tomorrow's programme, on his own clock; None = never."""
    rules: Rules = field(default_factory=Rules)
    """What counts as a conflict in the programme."""
    positions_kept: timedelta | None = None
    """How long positions are kept; None = for ever. The same for photos."""
    photos_kept: timedelta | None = None
    second_person: bool = False
    """Whether another coordinator must approve an announcement to everyone."""
    groups_quiet: tuple[time | None, time | None] = (None, None)
    """From and until when, in `time_zone`, groups get only what is urgent; None = they have no quiet hours."""
    messages_per_second: float = 30
    """The send budget."""
