"""What is said of the programme's past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.button import ShowDay, ShowMeeting
from domain.meeting import Meeting
from domain.message import Button, Message
from domain.programme_button import PublishDay, ShowHistory
from texts.notices import what_changed
from texts.programme import hours, meeting_label, place, title
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue

A_PAGE = 5
"""Revisions on a page."""


@dataclass(frozen=True, slots=True)
class Step:
    """A revision: the meeting before it (None: it is new with it) and after it, and who made it, when and why."""

    before: Meeting | None
    after: Meeting
    made_at: datetime
    author: str
    source: str
    reason: str


class Version(Protocol):
    """A published version of a day (storage/releases.py)."""

    @property
    def number(self) -> int: ...
    @property
    def made_at(self) -> datetime: ...
    @property
    def author(self) -> str: ...


def choose_meeting(t: Tongue, found: Sequence[Meeting]) -> Message:
    """/history with several candidates, or none."""
    if not found:
        return Message(t.say("You have no meetings. /programme shows them when there are any."))
    buttons = tuple((Button(meeting_label(t, one), ShowHistory(one.meeting_id)),) for one in found[:30])
    return Message(t.say("The history of which meeting?"), buttons=buttons)


def history(t: Tongue, meeting: Meeting, steps: Sequence[Step], page: int, zone: ZoneInfo) -> Message:
    """A page of a meeting's revisions, the latest first; times are on the reader's own clock."""
    pages = max(1, (len(steps) + A_PAGE - 1) // A_PAGE)
    page = min(page, pages - 1)
    shown = steps[page * A_PAGE : (page + 1) * A_PAGE]
    head = t.count("{n} version", "{n} versions", len(steps))
    blocks = [Html(f"{title(t, meeting)}\n<i>{head}</i>"), *(_step(t, step, zone) for step in shown)]
    turn = [(page - 1, t.label("◀ Later")), (page + 1, t.label("Earlier ▶"))]
    paging = tuple(Button(label, ShowHistory(meeting.meeting_id, at)) for at, label in turn if 0 <= at < pages)
    back = (Button(t.label("Show the meeting"), ShowMeeting(meeting.meeting_id)),)
    return Message(join_blocks(blocks)[0], buttons=(paging, back) if paging else (back,))


def _step(t: Tongue, step: Step, zone: ZoneInfo) -> Html:
    made = step.made_at.astimezone(zone)
    who = step.author or t.label("the command line")
    source = {"import": t.label("from a file"), "proposal": t.label("by a proposal")}.get(step.source, "")
    when = f"{t.short_day(made.date())}, {made:%H:%M}"
    lines = [Html(f"<b>{step.after.revision}.</b> {t.say('{when}, {who}', when=when, who=who)}")]
    if source:
        lines[0] = Html(f"{lines[0]} {t.say('({source})', source=source)}")
    if step.before is None:
        first = f"{t.short_day(step.after.local_day)}, {hours(t, step.after)}"
        lines.append(t.say("Planned for {when}.", when=first))
    else:
        lines += what_changed(t, step.before, step.after, zone)
    if step.reason:
        lines.append(t.say("Why: {reason}", reason=shorten(step.reason, 200)))
    return Html("\n".join(lines))


def ask_moment(t: Tongue, given: str) -> Message:
    """/asof without a moment, or with one that is none."""
    example = t.say("Write the moment behind the command, like: /asof 2019-06-08 14:00")
    if not given.strip():
        return Message(example)
    fault = t.say("I did not understand “{given}” as a time.", given=shorten(given, 60))
    return Message(f"{fault} {example}")


def as_of(t: Tongue, moment: datetime, zone: ZoneInfo, stood: Sequence[tuple[Meeting, Meeting]]) -> Message:
    """The day's programme at a moment; each meeting as it stood and as it stands."""
    then = moment.astimezone(zone)
    head = t.say(
        "<b>Programme of {day}, as it stood at {time}</b> ({zone})",
        day=t.day(then.date()),
        time=f"{then:%H:%M}",
        zone=zone.key,
    )
    blocks = [head]
    for old, new in stood:
        lines = [title(t, old), *([t.say("{place}", place=place(old))] if place(old) else [])]
        if old.cancelled:
            lines.append(t.say("<b>It is cancelled.</b>"))
        if old.revision != new.revision:
            lines += [t.say("<i>Changed since:</i>"), *what_changed(t, old, new)]
        blocks.append(Html("\n".join(lines)))
    if not stood:
        blocks.append(t.say("There was no meeting on this day then."))
    parts = join_blocks(blocks, limit=3900)
    text = parts[0] if len(parts) == 1 else f"{parts[0]}\n\n{t.say('… and more.')}"
    return Message(text, buttons=((Button(t.label("The programme now"), ShowDay(then.date().isoformat())),),))


def to_publish(
    t: Tongue,
    day: date,
    before: Version | None,
    planned: Sequence[Meeting],
    changed: Sequence[tuple[Meeting | None, Meeting]],
    number: int,
    zone: ZoneInfo,
) -> Message:
    """/publish: what the next version would have that the last one has not."""
    blocks = [Html(f"<b>{t.say('Programme of {day}', day=t.day(day))}</b>")]
    if before is not None:
        made = f"{t.short_day(before.made_at.astimezone(zone).date())}, {t.time(before.made_at, zone)}"
        blocks.append(
            t.say("Version {n} was published {when} by {name}.", n=before.number, when=made, name=before.author)
        )
    blocks.append(t.count("{n} meeting", "{n} meetings", len(planned)))
    if before is not None:
        for old, new in changed:
            told = what_changed(t, old, new) if old else [t.say("<b>New in the programme.</b>")]
            blocks.append(Html("\n".join((title(t, new), *told))))
        if not changed:
            blocks.append(t.say("Nothing has changed since."))
    parts = join_blocks(blocks, limit=3900)
    text = parts[0] if len(parts) == 1 else f"{parts[0]}\n\n{t.say('… and more.')}"
    rows = [(Button(t.label("Programme"), ShowDay(day.isoformat())),)]
    if planned and (changed or before is None):
        rows.insert(0, (Button(t.label("Publish as version {n}", n=number), PublishDay(day.isoformat(), number)),))
    return Message(text, buttons=tuple(rows))


def published(t: Tongue, number: int) -> str:
    """A toast."""
    return t.label("Published as version {n}.", n=number)


def published_already(t: Tongue, number: int) -> str:
    """A toast: somebody else was faster, or there is nothing new."""
    return t.label("Version {n} is the published one; nothing else was published.", n=number)
