"""A leader checks in his team."""

from dataclasses import dataclass
from datetime import datetime

from domain.attendance import Attendance, is_too_early
from domain.button import ShowDay, ShowMeeting, TeamRoll, WholeTeam
from domain.meeting import Meeting
from domain.message import Button, Message
from texts.checkins import TOAST_NAME, starts_later
from texts.programme import title
from texts.split import shorten
from texts.tongue import Tongue

LABEL_LENGTH = 40
MARKS = {
    Attendance.EXPECTED: "▫️",
    Attendance.NO_SHOW: "▫️",
    Attendance.ON_MY_WAY: "🚶",
    Attendance.ARRIVED: "✅",
    Attendance.LEFT: "🏁",
    Attendance.CANNOT_ATTEND: "❌",
}


@dataclass(frozen=True, slots=True)
class RollLine:
    """Somebody of the team and what is true of him at this meeting."""

    person_id: int
    name: str
    attendance: Attendance
    silent: bool
    """Nothing was said of him: who was on his way and is not here has said something."""


@dataclass(frozen=True, slots=True)
class Roll:
    """A page of the team. Pages count from 0; `there` of `all` are or were there, over all pages."""

    lines: tuple[RollLine, ...]
    page: int
    pages: int
    there: int
    all: int
    silent: int
    """Have said nothing, over all pages."""


def roll(t: Tongue, meeting: Meeting, shown: Roll, now: datetime) -> Message:
    """Who is there, with a button for each."""
    meeting_id = meeting.meeting_id
    lines: list[str] = [
        title(t, meeting),
        t.say("Checked in: {n} of {all}.", n=shown.there, all=shown.all),
        t.say("Tap a name to check that person in; tap again to take your mark back."),
        t.say("✅ there · 🚶 on the way · 🏁 left · ❌ cannot attend"),
    ]
    if is_too_early(meeting, now):
        lines.append(starts_later(t, meeting, now))
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                shorten(f"{MARKS[line.attendance]} {line.name}", LABEL_LENGTH),
                TeamRoll(meeting_id, line.person_id, shown.page),
            ),
        )
        for line in shown.lines
    ]
    if shown.silent:
        rows.append((Button(t.label("Everybody else is here"), WholeTeam(meeting_id)),))
    paging = []
    if shown.page > 0:
        paging.append(Button("◀", TeamRoll(meeting_id, 0, shown.page - 1)))
    if shown.page + 1 < shown.pages:
        paging.append(Button("▶", TeamRoll(meeting_id, 0, shown.page + 1)))
    if paging:
        rows.append(tuple(paging))
    rows.append((Button(t.label("Back"), ShowMeeting(meeting_id)),))
    return Message("\n".join(lines), buttons=tuple(rows))


def nobody(t: Tongue, meeting: Meeting) -> Message:
    """Nobody of his is expected there."""
    text = t.say("There is nobody of your team to check in here.")
    day = meeting.local_day.isoformat()
    return Message(f"{title(t, meeting)}\n{text}", buttons=((Button(t.label("Programme"), ShowDay(day)),),))


def said_it_himself(t: Tongue, name: str) -> str:
    """A toast: what a person said of himself is not the leader's to take back."""
    return t.label("{name} has already checked in personally.", name=name[:TOAST_NAME])


def another_leaders(t: Tongue, name: str) -> str:
    """A toast: another leader's mark is his."""
    return t.label("{name} was checked in by somebody else.", name=name[:TOAST_NAME])
