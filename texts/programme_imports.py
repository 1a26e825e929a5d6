"""What is said of a file of the programme: what importing it would do, and what one should know before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.button import ShowDay
from domain.conflict import Conflict
from domain.meeting import Meeting
from domain.message import TEXT_LIMIT, Button, Message
from domain.people_button import CancelUpload
from domain.programme_file_button import ApplyProgramme, How
from domain.programme_import import Plan, Step
from texts.conflicts import warning
from texts.imports import listed, no_change
from texts.notices import what_changed
from texts.programme import hours, place
from texts.split import ENTITY_LIMIT, shorten, units
from texts.tongue import Html, Tongue, escape

NAME_SHOWN = 60
TEXT_SHOWN = 90
"""Characters of a host, a place, a list in a line of a preview."""
ITEM_ROOM = 600
"""Units of one meeting's changes; longer ones are shown without their end."""
ROOM = {"new": 700, "changed": 1200, "cancelled": 300, "leaving": 350, "conflicts": 450, "newer": 350, "unknown": 250}
"""Units that each part of a preview takes at most: together, and with what stands around them, one message."""
TAGS = 12
"""Formatted places a part may have at most; Telegram drops what comes after the hundredth of a message."""


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A change that somebody made since the last file and that the file takes back; `author` may be empty."""

    meeting: Meeting
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan and what one should know before it is applied."""

    plan: Plan
    conflicts: Sequence[Conflict]
    meetings: Mapping[int, Meeting]
    """By id, those that conflicts name: as they will be."""
    overwritten: Sequence[Overwritten]
    unknown: Mapping[str, Sequence[str]]
    """Participants that nobody knows, and the references of the meetings that list them."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A head, and what is listed below it; `room` in units is what the list may take."""

    head: Html
    items: Sequence[Html]
    room: int
    foot: Html | None = None

    def lines(self, t: Tongue, *, whole: bool) -> Iterator[Html]:
        if not self.items:
            return
        yield self.head
        left, tags = self.room, TAGS
        for number, item in enumerate(self.items):
            left, tags = left - units(item) - 1, tags - item.count("</")
            if not whole and (left < 0 or tags < 0) and number > 0:
                more = len(self.items) - number
                yield t.count("… and {n} more.", "… and {n} more.", more)
                break
            yield item
        if self.foot:
            yield self.foot


def preview(t: Tongue, upload_id: int, file_name: str, found: Preview, zone: ZoneInfo, *, again: bool) -> Message:
    """The diff, within one message. `zone` is the reader's own clock; `again`: it is not what was shown before."""
    lines: list[Html] = [t.say("<b>{file}</b>", file=shorten(file_name, NAME_SHOWN))]
    if again:
        lines.append(t.say("The programme has changed since I read this file. Now it would do this:"))
    lines += [Html(""), *_lines(t, found, zone, whole=False), Html("")]
    lines.append(t.say("Nothing has been imported yet."))
    leaving = len(found.plan.leaving)
    apply, quietly = t.label("Apply"), t.label("Apply without notices")
    rows: list[tuple[Button, ...]] = []
    if not found.plan.empty:
        rows.append((Button(apply, ApplyProgramme(upload_id)), Button(quietly, ApplyProgramme(upload_id, How.QUIET))))
    if leaving:
        label = (
            t.count("Cancel the {n} missing one", "Cancel the {n} missing ones", leaving)
            if found.plan.empty
            else t.count("Apply and cancel the {n} missing one", "Apply and cancel the {n} missing ones", leaving)
        )
        rows.append((Button(str(label), ApplyProgramme(upload_id, How.CANCEL_MISSING)),))
    rows.append((Button(t.label("Cancel"), CancelUpload(upload_id)),))
    return Message(_fitting(lines), buttons=tuple(rows))


def nothing_to_do(t: Tongue, file_name: str, found: Preview, zone: ZoneInfo) -> Message:
    """The programme is as the file has it, and nothing has left it."""
    lines = [t.say("<b>{file}</b>", file=shorten(file_name, NAME_SHOWN)), *_lines(t, found, zone, whole=False)]
    return Message(_fitting(lines), buttons=(_programme(t, found.plan),))


def applied(t: Tongue, plan: Plan, cancelled: int, *, quiet: bool) -> Message:
    """It is done."""
    lines = [
        t.say(
            "The programme is imported: {new} new, {changed} changed, {same} unchanged.",
            new=len(plan.new),
            changed=len(plan.changed),
            same=len(plan.unchanged),
        )
    ]
    if cancelled:
        lines.append(cancelled_too(t, cancelled))
    lines.append(
        t.say("Nobody is told.")
        if quiet
        else t.say("Those concerned are told in a minute, and you how many they were.")
    )
    return Message("\n".join(lines), buttons=(_programme(t, plan),))


def cancelled_too(t: Tongue, n: int) -> Html:
    """What was done about meetings that left the file."""
    return t.count("{n} meeting that left the file is cancelled.", "{n} meetings that left the file are cancelled.", n)


def console_lines(t: Tongue, found: Preview) -> Iterator[Html]:
    """The same for a screen: everything, however long it is."""
    return _lines(t, found, None, whole=True)


def _lines(t: Tongue, found: Preview, zone: ZoneInfo | None, *, whole: bool) -> Iterator[Html]:
    plan = found.plan
    yield escape(_counts(t, plan))
    for part in _parts(t, found, zone):
        yield from part.lines(t, whole=whole)
    yield from _asides(t, plan)


def _asides(t: Tongue, plan: Plan) -> Iterator[Html]:
    """What one may wonder about, in a line each."""
    cancelled = [meeting.reference for meeting in plan.still_cancelled]
    staying = [meeting.reference for meeting in plan.staying]
    for lines in (
        listed(cancelled, lambda refs: t.label("Cancelled here, and they stay so: {references}", references=refs)),
        listed(staying, lambda refs: t.label("Not in the file, left as they are: {references}", references=refs)),
        listed(
            plan.never_planned,
            lambda refs: t.label("Cancelled by the file, and never planned: {references}", references=refs),
        ),
    ):
        yield from map(escape, lines)


def _counts(t: Tongue, plan: Plan) -> str:
    if plan.empty:
        return no_change(t, len(plan.unchanged))
    return t.label(
        "{new} new, {changed} changed, {same} unchanged.",
        new=len(plan.new),
        changed=len(plan.changed),
        same=len(plan.unchanged),
    )


def _parts(t: Tongue, found: Preview, zone: ZoneInfo | None) -> Iterator[_Part]:
    plan = found.plan
    cancelled = [step.after for step in plan.changed if step.after.cancelled and not step.before.cancelled]
    changed = [step for step in plan.changed if step.after not in cancelled]
    new = [_new(t, meeting) for meeting in plan.new]
    yield _Part(_head(t.say("New")), new, ROOM["new"])
    yield _Part(_head(t.say("Changed")), [_changed(t, step, zone) for step in changed], ROOM["changed"])
    yield _Part(_head(t.say("Cancelled by the file")), [_item(t, m) for m in cancelled], ROOM["cancelled"])
    yield _Part(
        _head(t.say("No longer in the file")),
        [_item(t, meeting) for meeting in plan.leaving],
        ROOM["leaving"],
        t.say("They stay in the programme unless you cancel them."),
    )
    yield _Part(_warning(t.say("Conflicts")), _conflicts(t, found), ROOM["conflicts"])
    yield _Part(
        _warning(t.say("Newer than the last file, and undone by this one")),
        [_newer(t, each, zone) for each in found.overwritten],
        ROOM["newer"],
    )
    unknown = [
        t.say("• “{name}” ({references})", name=shorten(name, 40), references=shorten(", ".join(references), 40))
        for name, references in found.unknown.items()
    ]
    yield _Part(_warning(t.say("Neither a team nor somebody on the roster; nobody is told")), unknown, ROOM["unknown"])


def _head(text: Html) -> Html:
    return Html(f"\n<b>{text}</b>")


def _warning(text: Html) -> Html:
    return Html(f"\n⚠️ <b>{text}</b>")


def _item(t: Tongue, meeting: Meeting) -> Html:
    return t.say(
        "• {reference}: {day}, {hours} {host}",
        reference=meeting.reference,
        day=t.short_day(meeting.local_day),
        hours=hours(t, meeting),
        host=shorten(meeting.host, TEXT_SHOWN),
    )


def _new(t: Tongue, meeting: Meeting) -> Html:
    about = [place(meeting), "; ".join(meeting.participants)]
    told = " · ".join(shorten(text, TEXT_SHOWN) for text in about if text)
    return Html(f"{_item(t, meeting)}\n{escape(told)}") if told else _item(t, meeting)


def _changed(t: Tongue, step: Step, zone: ZoneInfo | None) -> Html:
    lines, left = [_item(t, step.before)], ITEM_ROOM
    for line in what_changed(t, step.before, step.after, zone):
        left -= units(line)
        if left < 0:
            lines.append(Html("…"))
            break
        lines.append(line)
    return Html("\n".join(lines))


def _conflicts(t: Tongue, found: Preview) -> list[Html]:
    """Each from the side of the meeting that the file touches."""
    touched = {meeting.meeting_id for meeting in found.plan.touched}
    told = []
    for conflict in found.conflicts:
        mine, other = conflict.meeting_id, conflict.other_id
        if mine not in touched and other is not None:
            mine, other = other, mine
        about = warning(t, conflict, found.meetings[other] if other is not None else None)
        told.append(t.say("• {reference}: {warning}", reference=found.meetings[mine].reference, warning=about))
    return told


def _newer(t: Tongue, each: Overwritten, zone: ZoneInfo | None) -> Html:
    when = each.at.astimezone(zone or each.meeting.zone)
    return t.say(
        "• {reference}: changed by {name}, {day}, {time}",
        reference=each.meeting.reference,
        name=shorten(each.author, 40) or t.label("the command line"),
        day=t.short_day(when.date()),
        time=f"{when:%H:%M}",
    )


def _programme(t: Tongue, plan: Plan) -> tuple[Button, ...]:
    first = min((*plan.touched, *plan.unchanged), key=lambda meeting: meeting.starts_at, default=None)
    return (Button(t.label("Programme"), ShowDay(first.local_day.isoformat() if first else "")),)


def _fitting(lines: Sequence[Html]) -> str:
    """Every part has its room; what is above it all the same (a very long first item) goes, the last lines stay."""
    kept = list(lines)
    while units("\n".join(kept)) > TEXT_LIMIT or "\n".join(kept).count("</") > ENTITY_LIMIT:
        longest = max(range(1, len(kept)), key=lambda index: units(kept[index]))
        kept[longest] = Html("…")
    return "\n".join(kept)
