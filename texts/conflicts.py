"""What is said of a conflict in the programme: a warning, never a refusal."""

from collections.abc import Sequence

from domain.conflict import Conflict, ConflictKind
from domain.meeting import Meeting
from texts.split import shorten
from texts.tongue import Html, Tongue

MOST_SHOWN = 4
NAMES_SHOWN = 100


def warnings(t: Tongue, found: Sequence[tuple[Conflict, Meeting | None]]) -> list[Html]:
    """A line for each conflict, each with the other meeting of its pair; the first ones, and how many more."""
    lines = [Html(f"⚠️ {warning(t, conflict, other)}") for conflict, other in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        lines.append(t.count("… and {n} more conflict.", "… and {n} more conflicts.", len(found) - MOST_SHOWN))
    return lines


def listed(t: Tongue, conflict: Conflict, meeting: Meeting, other: Meeting | None) -> Html:
    """A line of a list, which names both meetings."""
    return t.say("• {meeting}: {warning}", meeting=_name(t, meeting), warning=warning(t, conflict, other))


def warning(t: Tongue, conflict: Conflict, other: Meeting | None) -> Html:
    """One conflict, in a sentence that names the other meeting."""
    name = _name(t, other) if other is not None else ""
    whom = shorten("; ".join(conflict.names), NAMES_SHOWN)
    people = len(conflict.person_ids)
    match conflict.kind:
        case ConflictKind.TWO_PLACES if whom:
            return t.say("{whom} would be in two places: also at {meeting}.", whom=whom, meeting=name)
        case ConflictKind.TWO_PLACES:
            return t.count(
                "{n} person would be in two places: also at {meeting}.",
                "{n} people would be in two places: also at {meeting}.",
                people,
                meeting=name,
            )
        case ConflictKind.TRAVEL:
            return t.say(
                "The way to or from {meeting} ({km} km) takes about {needed} min, and there are {there} min.",
                meeting=name,
                km=round((conflict.metres or 0) / 1000),
                needed=_minutes(conflict.needed),
                there=_minutes(conflict.available),
            )
        case ConflictKind.VENUE:
            return t.say("The venue is taken at that time: {meeting}.", meeting=name)
        case ConflictKind.OUTSIDE_MISSION:
            return t.say("The day is outside the mission's dates.")
        case ConflictKind.SILENCE:
            return t.say("The day is a day of silence.")


def _minutes(span: object) -> int:
    return int(getattr(span, "total_seconds", lambda: 0)() // 60)


def _name(t: Tongue, meeting: Meeting) -> str:
    day = t.short_day(meeting.local_day)
    return shorten(f"{day}, {t.time(meeting.starts_at, meeting.zone)} {meeting.host}", 80)
