"""The programme and a meeting's card."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.button import CheckIn, OpenLog, Presence, ShowDay, ShowMeeting
from domain.checkin import CheckInFact
from domain.meeting import Interlocutor, Meeting, Status
from domain.message import Button, Message
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue

LABEL_LENGTH = 40
MOST_BUTTONS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting as one person sees it."""

    meeting: Meeting
    status: Status
    mine: CheckInFact | None


def status_word(t: Tongue, status: Status) -> str:
    """A status in a word or two."""
    return {
        Status.PLANNED: t.label("planned"),
        Status.UNDER_WAY: t.label("under way"),
        Status.HELD: t.label("held, log open"),
        Status.LOGGED: t.label("held and logged"),
        Status.MISSED: t.label("nobody checked in"),
        Status.CANCELLED: t.label("cancelled"),
    }[status]


def presence_word(t: Tongue, presence: Presence) -> str:
    """What somebody said of himself, in a word or two."""
    return {
        Presence.ARRIVED: t.label("arrived"),
        Presence.ON_MY_WAY: t.label("on the way"),
        Presence.CANNOT_ATTEND: t.label("cannot attend"),
    }[presence]


def hours(t: Tongue, meeting: Meeting) -> str:
    """From–to at the place."""
    start = t.time(meeting.starts_at, meeting.zone)
    return f"{start}–{t.time(meeting.ends_at, meeting.zone)}" if meeting.ends_at else start


def place(meeting: Meeting) -> str:
    """Venue and city, whichever are known."""
    return ", ".join(part for part in (meeting.venue, meeting.city) if part)


def interlocutor(person: Interlocutor) -> str:
    """Name and title, or the title alone."""
    return ", ".join(part for part in (person.name, person.title) if part)


def day_page(t: Tongue, day: date, lines: list[Line], around: tuple[date | None, date | None]) -> Message:
    """The meetings of a day, a check-in button for each, and the way to the days around."""
    buttons = [
        (Button(_check_in_label(t, line), ShowMeeting(line.meeting.meeting_id)),)
        for line in lines[:MOST_BUTTONS]
        if line.status is not Status.CANCELLED
    ]
    before, after = around
    paging = tuple(
        button
        for button in (
            Button(f"◀ {t.short_day(before)}", ShowDay(before.isoformat())) if before else None,
            Button(f"{t.short_day(after)} ▶", ShowDay(after.isoformat())) if after else None,
        )
        if button
    )
    blocks = [Html(f"<b>{t.say('Programme, {day}', day=t.day(day))}</b>")]
    if lines:
        blocks += [_line(t, line) for line in lines]
    else:
        blocks.append(t.say("You have no meetings on this day."))
    parts = join_blocks(blocks)
    text = parts[0] if len(parts) == 1 else join_blocks(blocks, limit=3900)[0] + "\n\n" + t.say("… and more.")
    return Message(text, buttons=(*buttons, paging) if paging else tuple(buttons))


def card(t: Tongue, line: Line, *, may_log: bool, present: int) -> Message:
    """A meeting with what one can say about it."""
    meeting = line.meeting
    rows: list[tuple[Button, ...]] = []
    if line.status is not Status.CANCELLED:
        rows = [
            (Button(t.label("I am here"), CheckIn(meeting.meeting_id, Presence.ARRIVED)),),
            (
                Button(t.label("On my way"), CheckIn(meeting.meeting_id, Presence.ON_MY_WAY)),
                Button(t.label("Cannot attend"), CheckIn(meeting.meeting_id, Presence.CANNOT_ATTEND)),
            ),
        ]
    if may_log:
        rows.append((Button(t.label("Write the log"), OpenLog(meeting.meeting_id)),))
    rows.append((Button(t.label("Programme"), ShowDay(meeting.local_day.isoformat())),))
    return Message("\n".join(_card_lines(t, line, present)), buttons=tuple(rows))


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
        buttons=tuple((Button(_label(t, line), OpenLog(line.meeting.meeting_id)),) for line in lines[:MOST_BUTTONS]),
    )


def title(t: Tongue, meeting: Meeting) -> Html:
    """Hours and host, bold."""
    return Html(f"<b>{hours(t, meeting)} {t.say('{host}', host=meeting.host)}</b>")


def said_at(t: Tongue, meeting: Meeting, moment: datetime) -> str:
    """The place's time of something that was said about a meeting."""
    return t.time(moment, meeting.zone)


def _label(t: Tongue, line: Line) -> str:
    return shorten(f"{t.time(line.meeting.starts_at, line.meeting.zone)} {line.meeting.host}", LABEL_LENGTH)


def _check_in_label(t: Tongue, line: Line) -> str:
    return shorten(t.label("Check in: {meeting}", meeting=_label(t, line)), LABEL_LENGTH + 15)


def _line(t: Tongue, line: Line) -> Html:
    meeting = line.meeting
    text = f"{title(t, meeting)}\n{t.say('{kind}, {place}', kind=meeting.kind, place=place(meeting))}"
    state = status_word(t, line.status)
    if line.mine:
        mine = t.label("you: {presence}", presence=presence_word(t, line.mine.presence))
        state = f"{state}; {mine}"
    return Html(f"{text}\n<i>{t.say('{state}', state=state)}</i>")


def _card_lines(t: Tongue, line: Line, present: int) -> list[str]:
    meeting = line.meeting
    lines = [
        title(t, meeting),
        t.say("{day}, {zone}", day=t.day(meeting.local_day), zone=meeting.time_zone),
        t.say("{kind}, {place}", kind=meeting.kind, place=place(meeting)),
    ]
    if meeting.interlocutors:
        names = "; ".join(interlocutor(person) for person in meeting.interlocutors)
        lines.append(t.say("To be met: {names}", names=names))
    if meeting.participants:
        lines.append(t.say("Ours: {names}", names=shorten("; ".join(meeting.participants), 300)))
    lines.append(t.say("Status: {status}", status=status_word(t, line.status)))
    if present:
        lines.append(t.count("{n} of ours is there.", "{n} of ours are there.", present))
    if line.mine:
        lines.append(
            t.say(
                "You said at {time}: {presence}.",
                time=said_at(t, meeting, line.mine.said_at),
                presence=presence_word(t, line.mine.presence),
            )
        )
    return [str(text) for text in lines]
