"""What the clock asks for and did not get done, through a fault of the bot's own."""

from dataclasses import dataclass, field
from enum import StrEnum


class Task(StrEnum):
    """What is asked for at every tick."""

    CLOCK = "clock"
    NOTICES = "notices"
    OVERDUE = "overdue"
    UNREACHABLE = "unreachable"
    """Alerts about people to whom Telegram does not deliver."""
    REMINDERS = "reminders"
    EVE = "eve"
    """Tomorrow's programme, the evening before."""
    LOGS = "logs"
    """Questions for the log of a meeting that is over."""
    BOARDS = "boards"
    ANNOUNCEMENTS = "announcements"
    PROGRAMMES = "programmes"
    """The programmes that stand in groups."""
    TIDYING = "tidying"
    WATCH = "watch"
    """Alarms about Telegram and messages that wait."""
    DIGESTS = "digests"


@dataclass(frozen=True, slots=True)
class Fault:
    """A task that was not done. Two are equal if they are about the same."""

    task: Task
    error: Exception = field(compare=False)
    person_id: int | None = None
    """Who should have got something; None: a group, or nobody alone."""
