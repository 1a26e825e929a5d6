"""The digest of a day: everything that was stored, in as many messages as it takes, or its headlines in one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from domain.button import Part, ShowDay
from domain.day import Change, Coverage, DayReport, MeetingReport, Totals
from domain.digest_button import Form, ShowChronicle, ShowDigest, View
from domain.incident import Incident
from domain.meeting import Meeting, Status
from domain.message import TEXT_LIMIT, Button, Message, Rows
from domain.missing import Missing
from domain.person import Person
from texts import incidents
from texts.alarms import missing_button, missing_lines
from texts.digest_meetings import heading, join, meeting
from texts.directory import contact
from texts.notices import what_changed
from texts.programme import hours, status_word
from texts.split import join_blocks, shorten, units
from texts.tongue import Html, Tongue

NUMBER_ROOM = 20
"""Units kept free in each message for its number, "(12/345)"."""
MOST_MISSING = 30
ROOMS = (40, 20, 12, 8, 5, 3, 2, 1, 0)
"""Lines of a section of the headlines: as many as fit into one message."""
HOST_LENGTH = 80
NAME_LENGTH = 60
MOST_BUTTONS = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the facts."""

    mission: str
    zone: ZoneInfo
    late: bool = False
    skipped: tuple[str, ...] = ()
    """Local day and hour ("2019-06-07T20:00") of digests that came too late to be sent."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What needs the reader now. Proposals and conflicts are lines in his language already."""

    incidents: tuple[Incident, ...] = ()
    missing: tuple[Missing, ...] = ()
    proposals: tuple[Html, ...] = ()
    unreachable: tuple[Person, ...] = ()
    conflicts: tuple[Html, ...] = ()


def full(t: Tongue, report: DayReport, needs: Needs, frame: Frame) -> list[Message]:
    """Messages, numbered if there are several, the last one with the buttons."""
    return numbered(
        join_blocks(blocks(t, report, needs, frame), limit=TEXT_LIMIT - NUMBER_ROOM), _buttons(t, report, needs)
    )


def blocks(t: Tongue, report: DayReport, needs: Needs, frame: Frame) -> list[Html]:
    """The sections of a full digest, each whole if it can be; those that would be empty are left out."""
    found = [_header(t, report, frame), *_needs(t, needs, frame.zone, None), _numbers(t, report)]
    found += [meeting(t, one, report, frame.zone) for one in report.meetings]
    found += filter(None, (_changes(t, report.changes, frame.zone, None), _teams(t, report.teams, None)))
    return [*found, _tomorrow(t, report.tomorrow, frame.zone, None)]


def headlines(t: Tongue, report: DayReport, needs: Needs, frame: Frame) -> list[Message]:
    """One message, however much there is to tell."""
    text = ""
    for room in ROOMS:
        found = [
            _header(t, report, frame),
            *_needs(t, needs, frame.zone, room),
            _numbers(t, report),
            _listed(t, report, frame.zone, room),
            _changes(t, report.changes, frame.zone, room),
            _teams(t, report.teams, room),
            _tomorrow(t, report.tomorrow, frame.zone, room),
        ]
        text = "\n\n".join(filter(None, found))
        if units(text) <= TEXT_LIMIT and text.count("</") <= 90:
            break
    return [Message(join_blocks([text])[0], buttons=_buttons(t, report, needs))]


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


def silent(t: Tongue, day: date, found: Sequence[tuple[str, str]]) -> list[Message]:
    """Who was expected on this day and gave no sign, by team."""
    if not found:
        return [Message(t.say("Nobody was silent on {day}.", day=t.day(day)))]
    title = t.count("No word from {n} person on {day}", "No word from {n} people on {day}", len(found), day=t.day(day))
    blocks = [Html(f"<b>{title}</b>")]
    for team, members in groupby(found, key=itemgetter(0)):
        names = ", ".join(name for _, name in members)
        blocks.append(t.say("• {team}: {names}", team=team, names=names) if team else t.say("• {names}", names=names))
    return numbered(join_blocks(blocks, limit=TEXT_LIMIT - NUMBER_ROOM, gap="\n"), ())


def being_worded(t: Tongue) -> str:
    """A toast, where it may take a while."""
    return t.label("It is being put together and comes in a moment.")


def brought_up_to_date(t: Tongue, now: datetime, zone: ZoneInfo) -> Message:
    """In answer to a digest that stands in the chat already."""
    return Message(t.say("This digest is up to date now, as of {time}.", time=t.time(now, zone)))


def numbers(t: Tongue, now: Totals, before: Totals | None) -> list[Html]:
    """Meetings, people and logs, each with its change."""

    def n(name: str) -> str:
        value: int = getattr(now, name)
        if before is None:
            return str(value)
        change = value - getattr(before, name)
        return f"{value} ({'+' if change >= 0 else '−'}{abs(change)})"

    meetings = (
        (t.say("Held or under way: {n}", n=n("took_place")), now.took_place),
        (t.say("Still planned: {n}", n=n("planned")), now.planned),
        (t.say("Moved: {n}", n=n("moved")), now.moved),
        (t.say("Cancelled: {n}", n=n("cancelled")), now.cancelled),
        (t.say("Nobody checked in: {n}", n=n("missed")), now.missed),
    )
    there, expected = n("checked_in_people"), now.expected_people
    lines = [t.say("Meetings: {n}", n=n("meetings")), *(line for line, count in meetings if count)]
    lines.append(t.say("People checked in: {n}, expected: {expected}", n=there, expected=expected))
    if now.silent_people:
        lines.append(t.say("No word from: {n}", n=n("silent_people")))
    lines.append(t.say("Logs in: {n}, open: {left}", n=n("logged"), left=n("log_open")))
    return lines


def teams_lines(t: Tongue, teams: Sequence[Coverage]) -> list[Html]:
    """What each team did."""
    return [
        t.say(
            "• {team}: {there} of {all} checked in, meetings: {n}, logs: {logs}",
            team=shorten(one.team, NAME_LENGTH), there=one.checked_in, all=one.on_duty, n=one.meetings, logs=one.logged,
        )
        for one in teams
    ]  # fmt: skip


def numbered(parts: list[str], buttons: Rows) -> list[Message]:
    """Messages that say how many there are of them, the last one with the buttons."""
    if len(parts) > 1:
        parts = [f"{part}\n\n({n}/{len(parts)})" for n, part in enumerate(parts, 1)]
    messages = [Message(part) for part in parts]
    messages[-1] = replace(messages[-1], buttons=buttons)
    return messages


def _header(t: Tongue, report: DayReport, frame: Frame) -> Html:
    made = t.time(report.made_at, frame.zone)
    lines = [t.say("late, as of {time}", time=made)] if frame.late else []
    lines.append(Html(f"<b>{t.say('Digest, {day}', day=t.day(report.day))}</b>"))
    lines.append(t.say("{mission}", mission=frame.mission))
    if frame.skipped:
        listed = "; ".join(_skipped(t, key) for key in frame.skipped[-5:])
        lines.append(
            t.count(
                "{n} digest came too late and was not sent: {list}",
                "{n} digests came too late and were not sent: {list}",
                len(frame.skipped),
                list=listed,
            )
        )
    return join(lines)


def _skipped(t: Tongue, key: str) -> str:
    day, _, hour = key.partition("T")
    return f"{t.short_day(date.fromisoformat(day))} {hour}"


def _needs(t: Tongue, needs: Needs, zone: ZoneInfo, room: int | None) -> list[Html]:
    """What needs the reader now, the gravest first; nothing where nothing does. `room` lines each, None = all."""
    sections = [
        (t.say("Open incidents"), [incidents.line(t, one, zone) for one in needs.incidents]),
        (t.say("No sign of life"), missing_lines(t, needs.missing, MOST_MISSING)),
        (t.say("Proposals that wait"), list(needs.proposals)),
        (t.say("Cannot be reached by the bot"), [_unreachable(t, one) for one in needs.unreachable]),
        (t.say("Conflicts tomorrow"), list(needs.conflicts)),
    ]
    counts = (None, len(needs.missing), None, None, None)
    found = [
        _section(t, Html(f"<u>{title}</u>"), lines, count or len(lines), room)
        for (title, lines), count in zip(sections, counts, strict=True)
        if lines
    ]
    if not found:
        return []
    return [join((f"<b>{t.say('Needs you now')}</b>", found[0])), *found[1:]]


def _unreachable(t: Tongue, person: Person) -> Html:
    name = shorten(", ".join(filter(None, (person.name, person.team, person.phone))), NAME_LENGTH * 2)
    reached = contact(t, person)
    return t.say("• {name} {contact}", name=name, contact=reached) if reached else t.say("• {name}", name=name)


def _section(t: Tongue, title: Html, lines: Sequence[Html], count: int, room: int | None) -> Html:
    """The first lines that there is room for, and how many there are besides."""
    shown = lines if room is None else lines[:room]
    more = [t.count("… and {n} more", "… and {n} more", count - len(shown))] if count > len(shown) else []
    return join((title, *shown, *more))


def _numbers(t: Tongue, report: DayReport) -> Html:
    title = t.say("The day in numbers")
    if report.yesterday is not None:
        title = t.say("The day in numbers (change against yesterday)")
    return join((f"<b>{title}</b>", *numbers(t, report.totals, report.yesterday)))


def _listed(t: Tongue, report: DayReport, zone: ZoneInfo, room: int) -> Html | None:
    if not report.meetings:
        return None
    lines = [_headline(t, one, zone) for one in report.meetings]
    return _section(t, Html(f"<b>{t.say('Meetings')}</b>"), lines, len(lines), room)


def _headline(t: Tongue, one: MeetingReport, zone: ZoneInfo) -> Html:
    """A meeting in a line: when, whom, what became of it, and how many concerns there are."""
    concerns = sum(1 for entry in one.entries.get(Part.CONCERN, ()) if entry.body or entry.has_file)
    state = status_word(t, one.status)
    if concerns:
        state = t.label("{state}; concerns: {n}", state=state, n=concerns)
    return t.say("• {meeting}: {state}", meeting=_short(t, one.meeting, zone), state=state)


def _short(t: Tongue, one: Meeting, zone: ZoneInfo) -> Html:
    del zone
    return t.say("{hours} {host}", hours=hours(t, one), host=shorten(one.host, HOST_LENGTH))


def _changes(t: Tongue, changes: Sequence[Change], zone: ZoneInfo, room: int | None) -> Html | None:
    lines = [_change(t, one, zone) for one in changes]
    if not lines:
        return None
    return _section(t, Html(f"<b>{t.say('Changes of the day')}</b>"), lines, len(lines), room)


def _change(t: Tongue, one: Change, zone: ZoneInfo) -> Html:
    """What became of a meeting, and by whom; the rest is on its card."""
    told = what_changed(t, one.before, one.after) if one.before else [t.say("<b>New in the programme.</b>")]
    what = Html(" ".join(told))
    by = ", ".join(filter(None, (one.author, t.time(one.made_at, zone))))
    line = t.say("• {meeting}: {what} ({by})", meeting=_short(t, one.after, zone), what=what, by=by)
    return t.say("{line} — {reason}", line=line, reason=shorten(one.reason, 200)) if one.reason else line


def _teams(t: Tongue, teams: Sequence[Coverage], room: int | None) -> Html | None:
    """All teams; in the headlines only those that lack somebody."""
    shown = teams if room is None else [one for one in teams if one.checked_in < one.on_duty]
    if not shown:
        return None
    lines = teams_lines(t, shown)
    return _section(t, Html(f"<b>{t.say('Team by team')}</b>"), lines, len(lines), room)


def _tomorrow(t: Tongue, planned: Sequence[Meeting], zone: ZoneInfo, room: int | None) -> Html:
    title = Html(f"<b>{t.say('Tomorrow')}</b>")
    if not planned:
        return join((title, t.say("No meetings.")))
    if room is not None:
        lines = [t.say("• {meeting}", meeting=_short(t, one, zone)) for one in planned if not one.off]
        return _section(t, title, lines, len(lines), room)
    found: list[str] = [title]
    for one in planned:
        found += heading(t, one, zone)
        if one.off:
            state = Status.CANCELLED if one.cancelled else Status.POSTPONED
            found.append(Html(f"<i>{t.say('{state}', state=status_word(t, state))}</i>"))
    return join(found)


def _buttons(t: Tongue, report: DayReport, needs: Needs) -> Rows:
    day, yesterday = report.day.isoformat(), date.fromordinal(report.day.toordinal() - 1).isoformat()
    urgent = [(missing_button(one),) for one in needs.missing[:MOST_BUTTONS]]
    urgent += [(incidents.close_button(t, one),) for one in needs.incidents[:MOST_BUTTONS]]
    return (
        *urgent,
        (
            Button(t.label("Open meeting"), ShowDigest(day, View.PROGRAMME)),
            Button(t.label("Who is silent"), ShowDigest(day, View.SILENT)),
        ),
        (
            Button(t.label("Chronicle"), ShowChronicle(day, Form.PREVIEW)),
            Button(t.label("Yesterday"), ShowDigest(yesterday)),
        ),
    )
