"""Somebody of whom there is no sign of life, with all that is told of him. Facts, in no language."""

from dataclasses import dataclass

from domain.alarm import Alarm
from domain.checkin import CheckInFact
from domain.meeting import Meeting
from domain.person import Person


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody of whom there is no sign of life, or was none."""

    alarm: Alarm
    person: Person
    meeting: Meeting
    word: tuple[CheckInFact, Meeting] | None
    """His last word anywhere, and where that was."""
    closed_by: str
    """Who told how he is; empty if nobody had to."""
