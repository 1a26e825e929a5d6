"""Who is free at a time, and who is where."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.button import ShowDay
from domain.free import Busy, Free, FreeAt
from domain.message import Button, Message
from texts.programme import meeting_label, place, title
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue
from texts.zones import zone_city

MOST_NAMES = 4
NAME_LENGTH = 60
FREE_LIMIT, BUSY_LIMIT = 2500, 1300
"""Characters that each half may take: both are in one message."""


def free(t: Tongue, found: FreeAt, zone: ZoneInfo) -> Message:
    """One message; `zone` is the mission's, in which the time was asked."""
    local = found.moment.astimezone(zone)
    when = t.say(
        "{day}, {time} ({city})", day=t.day(local.date()), time=t.time(local, zone), city=zone_city(t, zone.key)
    )
    lines = [_free(t, each, found.moment) for each in found.free] or [t.say("Nobody.")]
    halves = [when, _half(t, t.say("<b>Free</b>"), lines, FREE_LIMIT)]
    if found.busy:
        halves.append(_half(t, t.say("<b>At meetings</b>"), [_busy(t, each) for each in found.busy], BUSY_LIMIT))
    return Message("\n\n".join(halves), buttons=((Button(t.label("Programme"), ShowDay(local.date().isoformat())),),))


def which_time(t: Tongue, given: str) -> Message:
    """No time, or one that can be read in two ways."""
    return Message(
        t.say(
            "I do not understand “{given}” as a time. Write it like this: /free 14:30, /free tomorrow at 10, "
            "/free in 2 hours. Without a time it is now.",
            given=shorten(given, NAME_LENGTH),
        )
    )


def _half(t: Tongue, heading: Html, lines: Sequence[Html], limit: int) -> str:
    parts = join_blocks((heading, *lines), limit=limit, gap="\n")
    return parts[0] if len(parts) == 1 else f"{parts[0]}\n{t.say('… and more.')}"


def _free(t: Tongue, each: Free, moment: datetime) -> Html:
    team = shorten(each.team, NAME_LENGTH) if each.team else t.label("Without a team")
    whole = len(each.names) == each.of and bool(each.team)
    who = t.say("all {n}", n=each.of) if whole else t.say("{names} ({n} of {of})", names=_names(each.names),
                                                          n=len(each.names), of=each.of)  # fmt: skip
    if each.next is None:
        return t.say("• {team}: {who}; no meeting for a day", team=team, who=who)
    gap = _gap(t, each.next.starts_at - moment)
    return t.say("• {team}: {who}; for {gap}, until {meeting}", team=team, who=who, gap=gap,
                 meeting=meeting_label(t, each.next))  # fmt: skip


def _busy(t: Tongue, each: Busy) -> Html:
    where = place(each.meeting)
    names = _names(each.names)
    if not where:
        return t.say("• {title}: {names}", title=title(t, each.meeting), names=names)
    return t.say("• {title}, {place}: {names}", title=title(t, each.meeting), place=where, names=names)


def _names(names: Sequence[str]) -> str:
    told = ", ".join(shorten(name, NAME_LENGTH) for name in names[:MOST_NAMES])
    return told if len(names) <= MOST_NAMES else f"{told}, … +{len(names) - MOST_NAMES}"


def _gap(t: Tongue, gap: timedelta) -> str:
    """Hours and minutes, the last begun minute counted."""
    hours, minutes = divmod(-(-int(gap.total_seconds()) // 60), 60)
    if not hours:
        return t.label("{minutes} min", minutes=minutes)
    return (
        t.label("{hours} h {minutes} min", hours=hours, minutes=minutes)
        if minutes
        else t.label("{hours} h", hours=hours)
    )
