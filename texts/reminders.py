"""Reminders of meetings, what becomes of them when the meeting changes, and tomorrow's programme."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.button import ShowDay, ShowMeeting
from domain.meeting import Meeting
from domain.message import Button, Message, Rows
from texts.programme import MOST_BUTTONS, about, in_own_time, meeting_label, presence_buttons, title
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue

NOTE_LENGTH = 300


def reminder(t: Tongue, meeting: Meeting, zone: ZoneInfo) -> Message:
    """Before a meeting; `zone` is the reader's. Says when and where, and takes his word."""
    lines = [
        t.say("🔔 {meeting}", meeting=title(t, meeting)),
        t.say("{day}, {zone}", day=t.day(meeting.local_day), zone=meeting.time_zone),
        *_where(t, meeting, zone),
    ]
    if meeting.note:
        lines.append(t.say("Note: {note}", note=shorten(meeting.note, NOTE_LENGTH)))
    return Message("\n".join(lines), buttons=(*presence_buttons(t, meeting.meeting_id, None), *_open(t, meeting)))


def withdrawn(t: Tongue, meeting: Meeting, told: datetime, now: datetime, zone: ZoneInfo) -> Message:
    """What the reminder of the start `told` says when the meeting is off, or at another time."""
    lines = [_struck(t, meeting, told)]
    if meeting.cancelled:
        lines.append(t.say("<b>Cancelled.</b>"))
    elif meeting.postponed:
        lines.append(t.say("<b>Postponed.</b> There is no new time yet."))
    else:
        lines += [_moved(t, meeting, told, now), *_where(t, meeting, zone)]
    return Message("\n".join(lines), buttons=_open(t, meeting))


def not_yours_any_more(t: Tongue, meeting: Meeting, told: datetime) -> Message:
    """What the reminder says when the meeting is for others now; it is not on the reader's programme."""
    lines = (_struck(t, meeting, told), t.say("<b>You are no longer expected there.</b>"))
    return Message("\n".join(lines), buttons=((Button(t.label("Programme"), ShowDay()),),))


def eve(t: Tongue, day: date, planned: Sequence[Meeting], zone: ZoneInfo) -> Message:
    """The evening before: the reader's meetings of a day, in one message; `zone` is his."""
    blocks = [t.say("<b>Tomorrow, {day}</b>", day=t.day(day))]
    blocks += [Html("\n".join((title(t, meeting), *_where(t, meeting, zone)))) for meeting in planned]
    parts = join_blocks(blocks)
    text = parts[0] if len(parts) == 1 else join_blocks(blocks, limit=3900)[0] + "\n\n" + t.say("… and more.")
    rows = [(Button(meeting_label(t, meeting), ShowMeeting(meeting.meeting_id)),) for meeting in planned[:MOST_BUTTONS]]
    return Message(text, buttons=(*rows, (Button(t.label("Programme"), ShowDay(day.isoformat())),)))


def _where(t: Tongue, meeting: Meeting, zone: ZoneInfo) -> list[Html]:
    return [text for text in (about(t, meeting), in_own_time(t, meeting, zone)) if text]


def _open(t: Tongue, meeting: Meeting) -> Rows:
    return ((Button(t.label("Open meeting"), ShowMeeting(meeting.meeting_id)),),)


def _struck(t: Tongue, meeting: Meeting, told: datetime) -> Html:
    return t.say("<s>{time} {host}</s>", time=t.time(told, meeting.zone), host=meeting.host)


def _moved(t: Tongue, meeting: Meeting, told: datetime, now: datetime) -> Html:
    """To another hour, to tomorrow, to another day; as the place counts days."""
    begins, day = t.time(meeting.starts_at, meeting.zone), meeting.local_day
    if day == told.astimezone(meeting.zone).date():
        return t.say("<b>Moved to {time}.</b>", time=begins)
    if day == now.astimezone(meeting.zone).date() + timedelta(days=1):
        return t.say("<b>Moved to tomorrow, {day}, {time}.</b>", day=t.day(day), time=begins)
    return t.say("<b>Moved to {day}, {time}.</b>", day=t.day(day), time=begins)
