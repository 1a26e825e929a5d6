"""The coordinators' board: the day in one message, however long it is."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from domain.button import ShowLive, ShowMeeting
from domain.live import MOST, Attended, Board, Excused
from domain.meeting import Meeting
from domain.message import TEXT_LIMIT, Button, Message
from domain.missing import Missing
from texts.alarms import missing_button, missing_lines
from texts.programme import hours, status_word
from texts.split import shorten, units
from texts.tongue import Html, Tongue
from texts.zones import zone_city

MOST_BUTTONS = 6
ROOMS = (MOST, 8, 4, 2, 1)
"""Lines of a section: as many as fit into one message."""
HOST_LENGTH = 80
NAME_LENGTH = 60
LABEL_LENGTH = 40


def board(t: Tongue, day: Board, made_at: datetime, zone: ZoneInfo, missing: Sequence[Missing] = ()) -> Message:
    """The board as of `made_at`, on the clock of the mission's `zone`; who is `missing` stands on top."""
    text = ""
    for room in ROOMS:
        text = "\n\n".join(_blocks(t, day, made_at, zone, room, missing))
        if units(text) <= TEXT_LIMIT:
            break
    listed = day.under_way.named[:MOST_BUTTONS]
    meetings = tuple((Button(_label(t, one.meeting), ShowMeeting(one.meeting.meeting_id)),) for one in listed)
    looked_for = tuple((missing_button(one),) for one in missing[:MOST_BUTTONS])
    return Message(text, buttons=((Button(t.label("Refresh"), ShowLive()),), *looked_for, *meetings))


def refreshed(t: Tongue, made_at: datetime, zone: ZoneInfo) -> str:
    """A toast: the board is fresh, even if it looks the same."""
    return t.label("As of {time}.", time=t.time(made_at, zone))


def _blocks(
    t: Tongue, day: Board, made_at: datetime, zone: ZoneInfo, room: int, missing: Sequence[Missing]
) -> list[str]:
    as_of = t.say("as of {time} ({city})", time=t.time(made_at, zone), city=zone_city(t, str(zone)))
    blocks = ["\n".join((_bold(t.say("Live, {day}", day=t.day(day.day))), as_of))]
    if missing:
        title = _bold(t.count("Unaccounted for: {n} person", "Unaccounted for: {n} people", len(missing)))
        blocks.append(_section(t, title, missing_lines(t, missing, room), len(missing), room))
    if not day.statuses:
        return [*blocks, t.say("There are no meetings today.")]
    blocks.append("\n".join(_numbers(t, day)))
    if day.under_way.count:
        lines = [_under_way(t, one, zone) for one in day.under_way.named]
        blocks.append(_section(t, _bold(t.say("Under way")), lines, day.under_way.count, room))
    if day.soon.count:
        lines = [_soon(t, one, zone) for one in day.soon.named]
        blocks.append(_section(t, _bold(t.say("Within two hours")), lines, day.soon.count, room))
    looks = _looks(t, day, zone, room)
    return [*blocks, "\n".join((_bold(t.say("Needs a look")), *looks)) if looks else t.say("Nothing needs a look.")]


def _numbers(t: Tongue, day: Board) -> list[Html]:
    statuses = "; ".join(f"{status_word(t, status)}: {n}" for status, n in day.statuses)
    return [
        t.say("People on duty: {n}", n=day.on_duty),
        t.say(
            "Checked in: {there}, on the way: {coming}, cannot attend: {cannot}, no sign: {silent}",
            there=day.checked_in, coming=day.on_the_way, cannot=day.cannot, silent=day.silent.count,
        ),
        t.say("Meetings: {n} ({statuses})", n=sum(n for _, n in day.statuses), statuses=statuses),
        t.say("Logs in: {n}, open: {left}", n=day.logs_in, left=day.logs_open),
    ]  # fmt: skip


def _looks(t: Tongue, day: Board, zone: ZoneInfo, room: int) -> list[str]:
    sections = []
    if day.deserted.count:
        lines = [t.say("• {meeting}", meeting=_named(t, one, zone)) for one in day.deserted.named]
        title = t.say("Begun, and nobody of ours is there:")
        sections.append(_section(t, title, lines, day.deserted.count, room))
    if day.without_log.count:
        lines = [t.say("• {meeting}", meeting=_named(t, one, zone)) for one in day.without_log.named]
        sections.append(_section(t, t.say("Over, and no log yet:"), lines, day.without_log.count, room))
    if day.silent.count:
        sections.append(_silent(t, day, room))
    if day.excused.count:
        lines = [_excused(t, one, zone) for one in day.excused.named]
        sections.append(_section(t, t.say("Cannot attend:"), lines, day.excused.count, room))
    return sections


def _section(t: Tongue, title: Html, lines: Sequence[Html], count: int, room: int) -> str:
    """The first lines that there is room for, and how many there are besides."""
    shown = lines[:room]
    more = [_more(t, count - len(shown))] if count > len(shown) else []
    return "\n".join((title, *shown, *more))


def _more(t: Tongue, n: int) -> Html:
    return t.count("… and {n} more", "… and {n} more", n)


def _under_way(t: Tongue, one: Attended, zone: ZoneInfo) -> Html:
    meeting = _named(t, one.meeting, zone)
    if one.logged:
        return t.say("• {meeting}: {n} of {all} here, log in", meeting=meeting, n=one.there, all=one.expected)
    return t.say("• {meeting}: {n} of {all} here, log open", meeting=meeting, n=one.there, all=one.expected)


def _soon(t: Tongue, one: Attended, zone: ZoneInfo) -> Html:
    return t.say(
        "• {meeting}: {n} of {all} on the way",
        meeting=_named(t, one.meeting, zone), n=one.on_the_way, all=one.expected,
    )  # fmt: skip


def _excused(t: Tongue, one: Excused, zone: ZoneInfo) -> Html:
    name, meeting = shorten(one.name, NAME_LENGTH), _named(t, one.meeting, zone)
    if one.reason:
        reason = shorten(" ".join(one.reason.split()), HOST_LENGTH)
        return t.say("• {name} ({reason}): {meeting}", name=name, reason=reason, meeting=meeting)
    return t.say("• {name}: {meeting}", name=name, meeting=meeting)


def _silent(t: Tongue, day: Board, room: int) -> str:
    """The first names, by team; people of no team come without one."""
    title = t.count("No sign from {n} person:", "No sign from {n} people:", day.silent.count)
    shown = day.silent.named[:room]
    lines: list[str] = []
    for team, members in groupby(shown, key=itemgetter(0)):
        names = ", ".join(shorten(name, NAME_LENGTH) for _, name in members)
        if team:
            lines.append(t.say("• {team}: {names}", team=shorten(team, LABEL_LENGTH), names=names))
        else:
            lines.append(t.say("• {names}", names=names))
    more = [_more(t, day.silent.count - len(shown))] if day.silent.count > len(shown) else []
    return "\n".join((title, *lines, *more))


def _named(t: Tongue, meeting: Meeting, zone: ZoneInfo) -> Html:
    """Hours at the place, which is named if its clock is not the mission's, and the host."""
    when, host = hours(t, meeting), shorten(meeting.host, HOST_LENGTH)
    if meeting.starts_at.astimezone(zone).utcoffset() != meeting.starts_at.astimezone(meeting.zone).utcoffset():
        city = zone_city(t, meeting.time_zone)
        return t.say("{hours} ({city}) {host}", hours=when, city=city, host=host)
    return t.say("{hours} {host}", hours=when, host=host)


def _label(t: Tongue, meeting: Meeting) -> str:
    return shorten(f"{t.time(meeting.starts_at, meeting.zone)} {meeting.host}", LABEL_LENGTH)


def _bold(text: Html) -> Html:
    return Html(f"<b>{text}</b>")
