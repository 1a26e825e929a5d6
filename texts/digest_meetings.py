"""A meeting in a digest."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from domain.button import Part
from domain.checkin import LogEntry
from domain.day import DayReport, MeetingReport
from domain.meeting import Meeting, Status
from texts.logs import entry_text, part_title
from texts.programme import about, hours, interlocutor, status_word
from texts.split import units
from texts.tongue import Html, Tongue

LISTED = (Part.OURS, Part.POINT, Part.FIGURE, Part.QUESTION, Part.CONCERN, Part.DOCUMENT, Part.FOLLOW_UP)
LONG_LOG = 700
"""Units beyond which the points of a log are folded."""


def meeting(t: Tongue, one: MeetingReport, report: DayReport, zone: ZoneInfo) -> Html:
    """All that is told of one meeting; what is internal stands apart, long logs in a quote that opens."""
    lines = [*heading(t, one.meeting, zone), Html(f"<i>{t.say('{state}', state=status_word(t, one.status))}</i>")]
    lines += _received_by(t, one)
    lines += _not_there(t, one)
    lines += _people(t, one)
    several = len({entry.author_id for entries in one.entries.values() for entry in entries}) > 1
    lines += _quoted(_points(t, one, LISTED, signed=several, internal=False))
    internal = _points(t, one, (Part.WHO, Part.NOT_THERE, *LISTED), signed=True, internal=True)
    if internal:
        lines += [Html(f"<b>{t.say('🔒 Internal, for coordinators only')}</b>"), *_quoted(internal)]
    if one.meeting.starts_at <= report.made_at and one.status is not Status.CANCELLED:
        lines += _silent(t, one)
    return join(lines)


def heading(t: Tongue, meeting: Meeting, zone: ZoneInfo) -> list[Html]:
    """When (the place's time), where, whom."""
    when = Html(hours(t, meeting))
    if meeting.starts_at.astimezone(zone).utcoffset() != meeting.starts_at.astimezone(meeting.zone).utcoffset():
        when = t.say("{hours} ({zone})", hours=when, zone=meeting.time_zone)
    lines = [Html(f"<b>{when} {t.say('{host}', host=meeting.host)}</b>")]
    what = about(t, meeting)
    return [*lines, what] if what else lines


def _received_by(t: Tongue, one: MeetingReport) -> list[Html]:
    names = dict.fromkeys(entry_text(t, entry) for entry in one.entries.get(Part.WHO, ()) if not entry.internal)
    if names:
        return [t.say("Received by: {names}", names="; ".join(names))]
    planned = [interlocutor(person) for person in one.meeting.interlocutors]
    if planned:
        return [t.say("To be met: {names}", names="; ".join(planned))]
    return []


def _not_there(t: Tongue, one: MeetingReport) -> list[Html]:
    names = dict.fromkeys(entry.body for entry in one.entries.get(Part.NOT_THERE, ()) if not entry.internal)
    return [t.say("Not there: {names}", names="; ".join(names))] if names else []


def _people(t: Tongue, one: MeetingReport) -> list[Html]:
    lines = []
    if one.present:
        lines.append(t.say("From us: {names}", names=", ".join(one.present)))
    if one.on_the_way:
        lines.append(t.say("On the way: {names}", names=", ".join(one.on_the_way)))
    if one.cannot:
        absent = "; ".join(f"{who.name} ({who.reason})" if who.reason else who.name for who in one.cannot)
        lines.append(t.say("Cannot attend: {names}", names=absent))
    return lines


def _quoted(lines: list[Html]) -> list[Html]:
    """A long log is folded: whoever wants it opens it."""
    text = "\n".join(lines)
    return [Html(f"<blockquote expandable>{text}</blockquote>")] if units(text) > LONG_LOG else lines


def _points(t: Tongue, one: MeetingReport, parts: Iterable[Part], *, signed: bool, internal: bool) -> list[Html]:
    lines: list[Html] = []
    for part in parts:
        entries = [entry for entry in one.entries.get(part, ()) if entry.internal is internal]
        if entries:
            lines.append(Html(f"<u>{t.say('{part}', part=part_title(t, part))}</u>"))
            lines += [_point(t, one.meeting, entry, signed=signed) for entry in entries]
    return lines


def _point(t: Tongue, meeting: Meeting, entry: LogEntry, *, signed: bool) -> Html:
    text = entry_text(t, entry)
    if not signed:
        return t.say("• {text}", text=text)
    said = t.time(entry.said_at, meeting.zone)
    return t.say("• {text} — {author}, {time}", text=text, author=entry.author, time=said)


def _silent(t: Tongue, one: MeetingReport) -> list[Html]:
    if not one.silent.count:
        return []
    names = ", ".join(one.silent.names)
    left = one.silent.count - len(one.silent.names)
    if left:
        names = t.label("{names} and {n} more", names=names, n=left)
    return [
        t.count("No word from {n} person: {names}", "No word from {n} people: {names}", one.silent.count, names=names)
    ]


def join(lines: Iterable[str]) -> Html:
    """Lines of one block."""
    return Html("\n".join(lines))
