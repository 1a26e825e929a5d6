"""The mission's own account of a day: what final logs tell, in the order of the day, and what they leave open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.button import Part
from domain.checkin import LogEntry
from domain.meeting import Meeting, Status


class Gap(StrEnum):
    """What is missing in a meeting's account."""

    LOG = "log"
    """Nobody told of it."""
    FINAL = "final"
    """Its log is not marked as complete: what it says so far is not used."""
    HOSTS = "hosts"
    """Nobody said who received us."""
    HOSTS_SAID = "hosts_said"
    CONCERNS = "concerns"
    """Nobody said whether there were any."""


CARRIED = (Part.OURS, Part.POINT, Part.FIGURE, Part.QUESTION, Part.CONCERN, Part.DOCUMENT, Part.FOLLOW_UP)
"""What an account says besides who met whom, in this order."""


@dataclass(frozen=True, slots=True)
class Story:
    """A meeting's part of the account. Words are as they were stored."""

    meeting: Meeting
    hosts: tuple[str, ...]
    absent: tuple[str, ...]
    """Interlocutors of the programme who were not there."""
    present: tuple[str, ...]
    """Ours."""
    said: tuple[tuple[Part, tuple[LogEntry, ...]], ...]
    no_concerns: bool
    """Somebody said that there were none."""
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Chronicle:
    """A day's account, in no language yet."""

    day: date
    stories: tuple[Story, ...]


def belongs(meeting: Meeting, status: Status) -> bool:
    """Whether the account of the day tells of this meeting: it took place, or should have by now."""
    return not meeting.cancelled and status not in {Status.PLANNED, Status.MOVED}


def story_of(
    meeting: Meeting, entries: Sequence[LogEntry], present: Sequence[str], *, logged: bool, final: bool
) -> Story:
    """What the final log's ordinary points tell of a meeting. Nothing of a log that is not final is used."""
    used = [entry for entry in entries if not entry.internal] if final else []
    by_part: Mapping[Part, tuple[LogEntry, ...]] = {
        part: tuple(entry for entry in used if entry.part is part and (entry.body or entry.has_file)) for part in Part
    }
    hosts = tuple(dict.fromkeys(entry.body for entry in by_part[Part.WHO] if entry.body))
    no_concerns = any(entry.part is Part.CONCERN and not entry.body and not entry.has_file for entry in used)
    return Story(
        meeting,
        hosts,
        tuple(dict.fromkeys(entry.body for entry in by_part[Part.NOT_THERE])),
        tuple(present),
        tuple((part, by_part[part]) for part in CARRIED if by_part[part]),
        no_concerns and not by_part[Part.CONCERN],
        _gaps(by_part, logged=logged, final=final, concerns=no_concerns or bool(by_part[Part.CONCERN])),
    )


def _gaps(
    by_part: Mapping[Part, tuple[LogEntry, ...]], *, logged: bool, final: bool, concerns: bool
) -> tuple[Gap, ...]:
    if not logged:
        return (Gap.LOG,)
    if not final:
        return (Gap.FINAL,)
    missing = {
        Gap.HOSTS: not by_part[Part.WHO],
        Gap.HOSTS_SAID: not by_part[Part.POINT],
        Gap.CONCERNS: not concerns,
    }
    return tuple(gap for gap, is_missing in missing.items() if is_missing)
