"""The digest of a day: everything that was stored, in as many messages as it takes."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from domain.button import Part, ShowDay
from domain.checkin import LogEntry
from domain.day import DayReport, MeetingReport
from domain.meeting import Meeting, Status
from domain.message import TEXT_LIMIT, Button, Message
from texts.logs import entry_text, part_title
from texts.programme import about, hours, interlocutor, status_word
from texts.split import join_blocks
from texts.tongue import Html, Tongue

NUMBER_ROOM = 20
"""Units kept free in each message for its number, "(12/345)"."""
LISTED = (Part.POINT, Part.FIGURE, Part.QUESTION, Part.CONCERN, Part.DOCUMENT, Part.FOLLOW_UP)


def render(t: Tongue, report: DayReport, mission_name: str, zone: ZoneInfo, late_as_of: str | None) -> list[str]:
    """Messages of Telegram HTML, numbered if there are several; `late_as_of` is the hour it was made, if late."""
    blocks = [_header(t, report, mission_name, late_as_of), _numbers(t, report)]
    blocks += [_meeting(t, one, report, zone) for one in report.meetings]
    blocks.append(_tomorrow(t, report.tomorrow, zone))
    parts = join_blocks(blocks, limit=TEXT_LIMIT - NUMBER_ROOM)
    if len(parts) == 1:
        return parts
    return [f"{part}\n\n({n}/{len(parts)})" for n, part in enumerate(parts, 1)]


def no_meetings(t: Tongue, day: date, around: tuple[date | None, date | None]) -> Message:
    """Nothing to report of this day; the days next to it that have meetings."""
    before, after = around
    lines = [t.say("There are no meetings on {day}.", day=t.day(day))]
    if before:
        lines.append(t.say("The last day with meetings before it: {day}.", day=t.day(before)))
    if after:
        lines.append(t.say("The next day with meetings: {day}.", day=t.day(after)))
    buttons = [Button(t.short_day(one), ShowDay(one.isoformat())) for one in around if one]
    return Message("\n".join(lines), buttons=(tuple(buttons),) if buttons else ())


def _header(t: Tongue, report: DayReport, mission_name: str, late_as_of: str | None) -> Html:
    lines = [t.say("late, as of {time}", time=late_as_of)] if late_as_of else []
    lines.append(Html(f"<b>{t.say('Digest, {day}', day=t.day(report.day))}</b>"))
    lines.append(t.say("{mission}", mission=mission_name))
    return _join(lines)


def _numbers(t: Tongue, report: DayReport) -> Html:
    n = report.totals
    lines = [Html(f"<b>{t.say('The day in numbers')}</b>"), t.say("Meetings: {n}", n=n.meetings)]
    counted = (
        (t.say("Held or under way: {n}", n=n.took_place), n.took_place),
        (t.say("Logged: {n}", n=n.logged), n.logged),
        (t.say("Still planned: {n}", n=n.planned), n.planned),
        (t.say("Nobody checked in: {n}", n=n.missed), n.missed),
        (t.say("Cancelled: {n}", n=n.cancelled), n.cancelled),
    )
    lines += [line for line, count in counted if count]
    lines.append(
        t.say("People checked in: {n}, expected: {expected}", n=n.checked_in_people, expected=n.expected_people)
    )
    return _join(lines)


def _meeting(t: Tongue, one: MeetingReport, report: DayReport, zone: ZoneInfo) -> Html:
    lines = [*_heading(t, one.meeting, zone), Html(f"<i>{t.say('{state}', state=status_word(t, one.status))}</i>")]
    lines += _received_by(t, one)
    lines += _not_there(t, one)
    lines += _people(t, one)
    several = len({entry.author_id for entries in one.entries.values() for entry in entries}) > 1
    lines += _points(t, one, LISTED, signed=several, internal=False)
    internal = _points(t, one, (Part.WHO, Part.NOT_THERE, *LISTED), signed=True, internal=True)
    if internal:
        lines += [Html(f"<b>{t.say('🔒 Internal, for coordinators only')}</b>"), *internal]
    if one.meeting.starts_at <= report.made_at and one.status is not Status.CANCELLED:
        lines += _silent(t, one)
    return _join(lines)


def _heading(t: Tongue, meeting: Meeting, zone: ZoneInfo) -> list[Html]:
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


def _tomorrow(t: Tongue, planned: tuple[Meeting, ...], zone: ZoneInfo) -> Html:
    lines = [Html(f"<b>{t.say('Tomorrow')}</b>")]
    if not planned:
        lines.append(t.say("No meetings."))
    for meeting in planned:
        lines += _heading(t, meeting, zone)
        if meeting.off:
            state = Status.CANCELLED if meeting.cancelled else Status.POSTPONED
            lines.append(Html(f"<i>{t.say('{state}', state=status_word(t, state))}</i>"))
    return _join(lines)


def _join(lines: Iterable[str]) -> Html:
    return Html("\n".join(lines))
