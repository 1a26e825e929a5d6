"""The programme and a meeting's card."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.attendance import Attendance
from domain.button import CheckIn, OpenLog, Presence, ShowDay, ShowLog, ShowMeeting, TeamRoll, View
from domain.checkin import CheckInFact
from domain.meeting import Interlocutor, Meeting, Status
from domain.message import Button, Message
from domain.programme_button import ChangeMeeting, ShowHistory, ShowVenue
from domain.programme_file_button import GetCalendar
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue
from texts.zones import zone_city

LABEL_LENGTH = 40
MOST_BUTTONS = 30
MARKS = {
    Status.PLANNED: "○",
    Status.MOVED: "↻",
    Status.UNDER_WAY: "▶",
    Status.HELD: "●",
    Status.LOGGED: "✓",
    Status.MISSED: "❗️",
    Status.CANCELLED: "✗",
    Status.POSTPONED: "⏸",
}
"""A meeting's status at a glance."""


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting as one person sees it."""

    meeting: Meeting
    status: Status
    mine: CheckInFact | None


@dataclass(frozen=True, slots=True)
class DayPage:
    """A day as one person sees it; `zone` is his own clock, `view` what he chose (None: there is no choice for him)."""

    day: date
    lines: list[Line]
    around: tuple[date | None, date | None]
    zone: ZoneInfo
    view: View | None
    version: int
    """The number under which the day was published; 0 = it was not."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a card says besides: how its reader stands, and how many are there."""

    attendance: Attendance
    expected: bool
    """The meeting is for him or his team."""
    said_by: str
    """Who checked him in; empty if he said it himself."""
    present: int
    of: int
    """People whom the meeting is for."""
    calls_roll: bool
    """He may check in others."""


def status_word(t: Tongue, status: Status) -> str:
    """A status in a word or two."""
    return {
        Status.PLANNED: t.label("planned"),
        Status.MOVED: t.label("moved"),
        Status.UNDER_WAY: t.label("under way"),
        Status.HELD: t.label("held, log open"),
        Status.LOGGED: t.label("held and logged"),
        Status.MISSED: t.label("nobody checked in"),
        Status.CANCELLED: t.label("cancelled"),
        Status.POSTPONED: t.label("postponed"),
    }[status]


def presence_word(t: Tongue, presence: Presence) -> str:
    """What somebody said of himself, in a word or two."""
    return {
        Presence.ARRIVED: t.label("arrived"),
        Presence.ON_MY_WAY: t.label("on the way"),
        Presence.CANNOT_ATTEND: t.label("cannot attend"),
        Presence.LEFT: t.label("left again"),
    }[presence]


def hours(t: Tongue, meeting: Meeting, zone: ZoneInfo | None = None) -> str:
    """From–to, at the place or as a clock in another zone shows it."""
    start = t.time(meeting.starts_at, zone or meeting.zone)
    return f"{start}–{t.time(meeting.ends_at, zone or meeting.zone)}" if meeting.ends_at else start


def in_own_time(t: Tongue, meeting: Meeting, zone: ZoneInfo) -> Html | None:
    """When it is on the reader's own clock; None if that shows what the place's shows."""
    own = meeting.starts_at.astimezone(zone)
    if own.utcoffset() == meeting.starts_at.astimezone(meeting.zone).utcoffset():
        return None
    theirs, city = hours(t, meeting, zone), zone_city(t, zone.key)
    if own.date() == meeting.local_day:
        return t.say("Your time: {hours} ({city})", hours=theirs, city=city)
    return t.say("Your time: {day}, {hours} ({city})", day=t.day(own.date()), hours=theirs, city=city)


def place(meeting: Meeting) -> str:
    """Venue and city, whichever are known."""
    return ", ".join(part for part in (meeting.venue, meeting.city) if part)


def about(t: Tongue, meeting: Meeting) -> Html:
    """What kind of meeting it is and where, whichever is known; one that nobody had planned says so."""
    unplanned = t.label("unplanned") if meeting.unplanned else ""
    return t.say("{about}", about=", ".join(part for part in (unplanned, meeting.kind, place(meeting)) if part))


def interlocutor(person: Interlocutor) -> str:
    """Name and title, or the title alone."""
    return ", ".join(part for part in (person.name, person.title) if part)


def day_page(t: Tongue, page: DayPage) -> Message:
    """The meetings of a day, a check-in button for each, and the way to the days around."""
    day, lines = page.day, page.lines
    rows: list[tuple[Button, ...]] = [
        (Button(_check_in_label(t, line), ShowMeeting(line.meeting.meeting_id)),)
        for line in lines[:MOST_BUTTONS]
        if line.status is not Status.CANCELLED
    ]
    before, after = page.around
    view = page.view or View.BUSINESS
    paging = [Button(f"◀ {t.short_day(before)}", ShowDay(before.isoformat(), view))] if before else []
    if after:
        paging.append(Button(f"{t.short_day(after)} ▶", ShowDay(after.isoformat(), view)))
    if paging:
        rows.append(tuple(paging))
    if page.view is View.MINE:
        rows.append((Button(t.label("All meetings"), ShowDay(day.isoformat())),))
    elif page.view is not None:
        rows.append((Button(t.label("Only mine"), ShowDay(day.isoformat(), View.MINE)),))
    if lines:
        rows.append((Button(t.label("Calendar file"), GetCalendar()),))
    head = Html(f"<b>{t.say('Programme, {day}', day=t.day(day))}</b>")
    if page.version:
        head = Html(f"{head}\n<i>{t.say('Version {n} was published.', n=page.version)}</i>")
    blocks = [head, *(_line(t, line, page.zone) for line in lines)]
    if not lines:
        blocks.append(t.say("You have no meetings on this day."))
    parts = join_blocks(blocks)
    text = parts[0] if len(parts) == 1 else join_blocks(blocks, limit=3900)[0] + "\n\n" + t.say("… and more.")
    return Message(text, buttons=tuple(rows))


def attendance_word(t: Tongue, attendance: Attendance) -> str:
    """What is true of a person at a meeting, in a word or two."""
    return {
        Attendance.EXPECTED: t.label("expected"),
        Attendance.ON_MY_WAY: t.label("on the way"),
        Attendance.ARRIVED: t.label("arrived"),
        Attendance.LEFT: t.label("left again"),
        Attendance.CANNOT_ATTEND: t.label("cannot attend"),
        Attendance.NO_SHOW: t.label("did not check in"),
    }[attendance]


def card(t: Tongue, line: Line, own: Own, zone: ZoneInfo) -> Message:
    """A meeting with what one can say about it now; `zone` is the reader's own clock."""
    meeting = line.meeting
    rows: list[tuple[Button, ...]] = []
    if not meeting.off:
        rows = presence_buttons(t, meeting.meeting_id, line.mine)
    write = Button(t.label("Write the log"), OpenLog(meeting.meeting_id))
    logged = line.status is Status.LOGGED
    rows.append((write, Button(t.label("Show the log"), ShowLog(meeting.meeting_id))) if logged else (write,))
    if own.calls_roll and not meeting.off:
        rows.append((Button(t.label("Check in my team"), TeamRoll(meeting.meeting_id)),))
    change = Button(t.label("Change"), ChangeMeeting(meeting.meeting_id))
    history = Button(t.label("History"), ShowHistory(meeting.meeting_id))
    on_the_map = (Button(t.label("Map"), ShowVenue(meeting.meeting_id)),) if meeting.latitude is not None else ()
    rows.append((change, history, *on_the_map) if meeting.revision > 1 else (change, *on_the_map))
    rows.append((Button(t.label("Programme"), ShowDay(meeting.local_day.isoformat())),))
    return Message("\n".join(_card_lines(t, line, own, zone)), buttons=tuple(rows))


def venue(t: Tongue, meeting: Meeting) -> dict[str, object]:
    """The parameters of sendVenue; ValueError for a meeting that is nowhere on the map."""
    if meeting.latitude is None or meeting.longitude is None:
        raise ValueError("no point on the map")
    host = f"{t.time(meeting.starts_at, meeting.zone)} {meeting.host}"
    return {
        "latitude": meeting.latitude,
        "longitude": meeting.longitude,
        "title": shorten(host, 200),
        "address": shorten(place(meeting) or meeting.time_zone, 200),
    }


def choose_meeting(t: Tongue, lines: list[Line]) -> Message:
    """/checkin with several candidates: the likeliest first."""
    return Message(
        t.say("Which meeting?"),
        buttons=tuple(
            (Button(_check_in_label(t, line), ShowMeeting(line.meeting.meeting_id)),) for line in lines[:MOST_BUTTONS]
        ),
    )


def choose_log(t: Tongue, lines: list[Line]) -> Message:
    """/log with several candidates."""
    return Message(
        t.say("Which meeting do you want to tell about?"),
        buttons=tuple(
            (Button(meeting_label(t, line.meeting), OpenLog(line.meeting.meeting_id)),) for line in lines[:MOST_BUTTONS]
        ),
    )


def title(t: Tongue, meeting: Meeting) -> Html:
    """Hours and host, bold."""
    return Html(f"<b>{hours(t, meeting)} {t.say('{host}', host=meeting.host)}</b>")


def said_at(t: Tongue, meeting: Meeting, moment: datetime) -> str:
    """The place's time of something that was said about a meeting."""
    return t.time(moment, meeting.zone)


def when(t: Tongue, meeting: Meeting, zone: ZoneInfo) -> Html:
    """The day and the place's zone; the time on the reader's own clock (`zone`) where it is another."""
    text = t.say("{day}, {zone}", day=t.day(meeting.local_day), zone=meeting.time_zone)
    yours = in_own_time(t, meeting, zone)
    return Html(f"{text}\n{yours}") if yours else text


def on_your_clock(t: Tongue, meeting: Meeting, zone: ZoneInfo) -> str:
    """The start on the reader's own clock, with the day where that is another; empty where it is the place's."""
    there, here = (meeting.starts_at.astimezone(one) for one in (meeting.zone, zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    time = t.time(meeting.starts_at, zone)
    return time if there.date() == here.date() else f"{t.short_day(here.date())}, {time}"


def meeting_label(t: Tongue, meeting: Meeting) -> str:
    """A meeting on a button: when and whom."""
    return shorten(f"{t.time(meeting.starts_at, meeting.zone)} {meeting.host}", LABEL_LENGTH)


def _check_in_label(t: Tongue, line: Line) -> str:
    return shorten(t.label("Check in: {meeting}", meeting=meeting_label(t, line.meeting)), LABEL_LENGTH + 15)


def _line(t: Tongue, line: Line, zone: ZoneInfo) -> Html:
    meeting = line.meeting
    text = title(t, meeting)
    if elsewhere := on_your_clock(t, meeting, zone):
        text = Html(f"{text} {t.say('({time} on your clock)', time=elsewhere)}")
    state = status_word(t, line.status)
    if line.mine:
        mine = t.label("you: {presence}", presence=presence_word(t, line.mine.presence))
        state = f"{state}; {mine}"
    return Html(f"{text}\n{about(t, meeting)}\n{MARKS[line.status]} <i>{t.say('{state}', state=state)}</i>")


def presence_buttons(t: Tongue, meeting_id: int, mine: CheckInFact | None) -> list[tuple[Button, ...]]:
    """The next word first; below it what corrects the last one."""
    said = mine.presence if mine else None
    first = (
        (t.label("I have left"), Presence.LEFT)
        if said is Presence.ARRIVED
        else (t.label("I am here"), Presence.ARRIVED)
    )
    other = [(t.label("On my way"), Presence.ON_MY_WAY)]
    if said is not Presence.CANNOT_ATTEND:
        other.append((t.label("Cannot attend"), Presence.CANNOT_ATTEND))
    return [tuple(Button(label, CheckIn(meeting_id, presence)) for label, presence in row) for row in ([first], other)]


def _card_lines(t: Tongue, line: Line, own: Own, zone: ZoneInfo) -> list[str]:
    meeting = line.meeting
    lines = [
        title(t, meeting),
        when(t, meeting, zone),
        about(t, meeting),
    ]
    if line.status is Status.MOVED and meeting.first_starts_at is not None:
        first = meeting.first_starts_at.astimezone(meeting.zone)
        planned = {"day": t.day(first.date()), "time": t.time(first, meeting.zone)}
        lines.append(t.say("It was planned for {day}, {time} at first.", **planned))
    if meeting.interlocutors:
        names = "; ".join(interlocutor(person) for person in meeting.interlocutors)
        lines.append(t.say("To be met: {names}", names=names))
    if meeting.participants:
        lines.append(t.say("Ours: {names}", names=shorten("; ".join(meeting.participants), 300)))
    if meeting.note:
        lines.append(t.say("Note: {note}", note=shorten(meeting.note, 500)))
    lines.append(t.say("Status: {status}", status=status_word(t, line.status)))
    if own.of >= own.present and own.of:
        lines.append(t.say("Checked in: {n} of {all}.", n=own.present, all=own.of))
    elif own.present:
        lines.append(t.count("{n} of ours is there.", "{n} of ours are there.", own.present))
    return [str(text) for text in (*lines, *_own_lines(t, line, own))]


def _own_lines(t: Tongue, line: Line, own: Own) -> list[str]:
    mine, meeting = line.mine, line.meeting
    if mine is None and not own.expected:
        return []
    lines: list[str] = []
    if mine is None:
        lines.append(t.say("You: {state}.", state=attendance_word(t, own.attendance)))
    elif own.said_by:
        time = said_at(t, meeting, mine.said_at)
        lines.append(t.say("You were checked in by {name} at {time}.", name=own.said_by, time=time))
    else:
        word = presence_word(t, mine.presence)
        lines.append(t.say("You said at {time}: {presence}.", time=said_at(t, meeting, mine.said_at), presence=word))
    if mine is not None and mine.eta_at is not None:
        lines.append(t.say("You expect to be there at {time}.", time=said_at(t, meeting, mine.eta_at)))
    if mine is not None and own.attendance is Attendance.NO_SHOW:
        lines.append(t.say("It is over, and you did not check in."))
    if mine is not None and mine.reason:
        lines.append(t.say("Reason: {reason}", reason=shorten(mine.reason, 200)))
    return lines
