"""The submitted log of a meeting: as it stands, its points with their earlier wordings, and whether it is complete."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.button import (
    CorrectEntry,
    CorrectLog,
    FinalLog,
    OpenLog,
    Part,
    ShowDay,
    ShowLog,
    ShowMeeting,
    WithdrawEntry,
)
from domain.checkin import LogEntry
from domain.log import Completion, Version, panel_part
from domain.meeting import Meeting
from domain.message import Button, Message
from texts.attachments import file_button
from texts.chronicles import back_to_it
from texts.logs import EXTRA, ORDER, entry_text, part_title
from texts.paging import paging
from texts.programme import title
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue

PAGE_ROOM = 3500
POINTS_A_PAGE = 8
MOST_FILES = 8
MOST_VERSIONS = 5
LABEL_LENGTH = 50


@dataclass(frozen=True, slots=True)
class LogView:
    """A submitted log as one person sees it. `corrected` are ids of points; `completion` is None while it is open."""

    meeting: Meeting
    entries: Sequence[LogEntry]
    corrected: Collection[int]
    completion: Completion | None
    may_correct: bool
    may_complete: bool
    may_tell: bool
    """Whether the chronicle is his to look after, from which he may have come."""


def log_page(t: Tongue, view: LogView, page: int) -> Message:
    """A page of the log by part, each point with its author and time; pages count from 0."""
    pages = join_blocks(_blocks(t, view), limit=PAGE_ROOM)
    page = min(page, len(pages) - 1)
    text = pages[page]
    if len(pages) > 1:
        text += f"\n\n({page + 1}/{len(pages)})"
    number = view.meeting.meeting_id
    rows: list[tuple[Button, ...]] = [paging(page, len(pages), lambda n: ShowLog(number, n))]
    files = [entry for entry in view.entries if entry.has_file]
    shown = [entry for n, entry in enumerate(files, 1) if t.say("[file {n}]", n=n) in text]
    rows += [(file_button(t, entry),) for entry in shown[:MOST_FILES]]
    add = Button(t.label("Add"), OpenLog(number, Part.POINT))
    rows.append((add, Button(t.label("Correct"), CorrectLog(number))) if view.may_correct else (add,))
    if view.may_complete:
        rows.append(
            (Button(t.label("Open again"), FinalLog(number, 0)),)
            if view.completion
            else (Button(t.label("Mark as complete"), FinalLog(number, 1)),)
        )
    onward = back_to_it(t, view.meeting.local_day) if view.may_tell else ()
    rows.append((Button(t.label("Meeting"), ShowMeeting(number)), *onward))
    return Message(text, buttons=tuple(row for row in rows if row))


def choose_point(t: Tongue, meeting: Meeting, entries: Sequence[LogEntry], page: int) -> Message:
    """Which of these points is to be corrected."""
    last = max(0, (len(entries) - 1) // POINTS_A_PAGE)
    page = min(page, last)
    number = meeting.meeting_id
    here = entries[page * POINTS_A_PAGE : (page + 1) * POINTS_A_PAGE]
    rows: list[tuple[Button, ...]] = [
        (Button(shorten(entry_text(t, entry).replace("\n", " "), LABEL_LENGTH), CorrectEntry(entry.entry_id)),)
        for entry in here
    ]
    rows.append(paging(page, last + 1, lambda n: CorrectLog(number, n)))
    rows.append((Button(t.label("Show the log"), ShowLog(number)),))
    return Message(
        f"{title(t, meeting)}\n{t.say('Which point do you want to correct?')}",
        buttons=tuple(row for row in rows if row),
    )


def point_card(t: Tongue, meeting: Meeting, entry: LogEntry, versions: Sequence[Version]) -> Message:
    """A point, its earlier wordings, and the question for the new one."""
    lines = _card_lines(t, meeting, entry, versions)
    lines += ["", t.say("Write the new wording, in one message. The earlier one is kept in the log's history.")]
    rows: list[tuple[Button, ...]] = [(file_button(t, entry),)] if entry.has_file else []
    rows += [
        (Button(t.label("Take it out"), WithdrawEntry(entry.entry_id)),),
        (
            Button(t.label("Back"), CorrectLog(meeting.meeting_id)),
            Button(t.label("Show the log"), ShowLog(meeting.meeting_id)),
        ),
    ]
    return Message("\n".join(lines), buttons=tuple(rows))


def sure_to_take_out(t: Tongue, meeting: Meeting, entry: LogEntry) -> Message:
    """Asked once."""
    lines = [*_card_lines(t, meeting, entry, ()), "", t.say("Take this point out of the log?")]
    return Message(
        "\n".join(lines),
        buttons=(
            (Button(t.label("Yes, take it out"), WithdrawEntry(entry.entry_id, 1)),),
            (Button(t.label("Back"), CorrectEntry(entry.entry_id)),),
        ),
    )


def corrected(t: Tongue, meeting: Meeting, before: LogEntry, now: LogEntry) -> Message:
    """The receipt of a correction."""
    lines = [
        title(t, meeting),
        t.say("Corrected. The point is now: {text}", text=shorten(entry_text(t, now), 1200)),
        t.say("It was: {text}", text=shorten(entry_text(t, before), 1200)),
    ]
    return Message("\n".join(lines), buttons=_onward(t, meeting))


def taken_out(t: Tongue, meeting: Meeting, entry: LogEntry) -> Message:
    """The receipt of a point that was taken out."""
    text = shorten(entry_text(t, entry), 1200)
    lines = [title(t, meeting), t.say("Taken out of the log: {text}", text=text)]
    return Message("\n".join(lines), buttons=_onward(t, meeting))


def complete_so_unchanged(t: Tongue, meeting: Meeting, completion: Completion) -> Message:
    """Words for a point of a log that is complete: they change nothing."""
    lines = [
        title(t, meeting),
        t.say(
            "{name} marked this log as complete, so nothing was changed. "
            "A team leader or coordinator can open it again.",
            name=completion.person,
        ),
    ]
    return Message("\n".join(lines), buttons=((Button(t.label("Show the log"), ShowLog(meeting.meeting_id)),),))


def too_late(t: Tongue, meeting: Meeting) -> Message:
    """The point was taken out, or is no longer his to correct, while he wrote its new wording."""
    kept = t.say("This point cannot be corrected any more. What you sent is kept as a new point in your draft.")
    return Message(
        f"{title(t, meeting)}\n{kept}",
        buttons=(
            (Button(t.label("Write the log"), OpenLog(meeting.meeting_id, Part.POINT)),),
            (Button(t.label("Show the log"), ShowLog(meeting.meeting_id)),),
        ),
    )


def gone(t: Tongue) -> Message:
    """Something that can word no point, when there is none to word any more."""
    return Message(
        t.say("This point cannot be corrected any more. Nothing was changed."),
        buttons=((Button(t.label("Programme"), ShowDay()),),),
    )


def kept_in_draft(t: Tongue) -> str:
    """Below "nothing was changed": where the words are."""
    return t.say("What you sent is kept as a new point in your draft.")


def complete_toast(t: Tongue) -> str:
    """A toast: a log that is complete is not corrected."""
    return t.label("This log is complete. A team leader or coordinator can open it again.")


def nothing_to_correct(t: Tongue) -> str:
    """A toast: no point of the log is his to correct."""
    return t.label("There is no point in this log that you can correct.")


def nothing_to_complete(t: Tongue) -> str:
    """A toast: an empty log is not complete."""
    return t.label("Nobody has submitted a log of this meeting yet.")


def marked(t: Tongue, final: bool) -> str:
    """A toast: the log is complete, or open again."""
    return t.label("This log is complete now.") if final else t.label("This log is open again.")


def words_only(t: Tongue) -> str:
    """Above a point's card: a sticker or the like cannot word it."""
    return t.say("Only words can correct a point. Nothing was changed.")


def file_kept(t: Tongue) -> str:
    """Above a point's card: a file came where words were awaited."""
    return t.say("A file cannot replace a point. It is kept as a new point in your draft, and nothing was changed.")


def rest_kept(t: Tongue) -> str:
    """Above a receipt: a long text may have been cut into several messages."""
    return t.say("That was a long text. If Telegram cut it in two, the rest is kept in your draft.")


def _blocks(t: Tongue, view: LogView) -> list[str]:
    lines: list[str] = [
        title(t, view.meeting),
        t.say("{day}, {zone}", day=t.day(view.meeting.local_day), zone=view.meeting.time_zone),
    ]
    if view.completion is not None:
        when = _when(t, view.meeting, view.completion.said_at)
        lines.append(t.say("Marked as complete by {name}, {time}.", name=view.completion.person, time=when))
    if not view.entries:
        lines.append(t.say("Nothing is in the log of this meeting yet."))
    blocks = ["\n".join(lines)]
    files = {entry.entry_id: n for n, entry in enumerate((e for e in view.entries if e.has_file), 1)}
    for part in (*ORDER[:-1], *EXTRA):
        points = [_point(t, view, entry, files) for entry in view.entries if panel_part(entry.part) is part]
        if points:
            blocks.append("\n".join((f"<b>{t.say('{part}', part=part_title(t, part))}</b>", *points)))
    return blocks


def _point(t: Tongue, view: LogView, entry: LogEntry, files: dict[int, int]) -> Html:
    text = entry_text(t, entry)
    if entry.has_file:
        text = t.label("[file {n}]", n=files[entry.entry_id]) + (f" {entry.body}" if entry.body else "")
    line = t.say(
        "• {text} — {author}, {time}", text=text, author=entry.author, time=_when(t, view.meeting, entry.said_at)
    )
    marks = [
        mark
        for mark, applies in (
            (t.label("corrected"), entry.entry_id in view.corrected),
            (t.label("internal"), entry.internal),
            (t.label("added after completion"), entry.after_final),
        )
        if applies
    ]
    return t.say("{point} ({marks})", point=line, marks=", ".join(marks)) if marks else line


def _card_lines(t: Tongue, meeting: Meeting, entry: LogEntry, versions: Sequence[Version]) -> list[str]:
    lines: list[str] = [
        title(t, meeting),
        f"<b>{t.say('{part}', part=part_title(t, entry.part))}</b>",
        t.say(
            "• {text} — {author}, {time}",
            text=shorten(entry_text(t, entry), 1500),
            author=entry.author,
            time=_when(t, meeting, entry.said_at),
        ),
    ]
    lines += [
        t.say(
            "It was: “{text}”, by {author}, {time}.",
            text=shorten(version.body, 250) or t.label("None"),
            author=version.author,
            time=_when(t, meeting, version.made_at),
        )
        for version in list(reversed(versions[:-1]))[:MOST_VERSIONS]
    ]
    if versions:
        last = versions[-1]
        lines.append(
            t.say("Last corrected by {author}, {time}.", author=last.author, time=_when(t, meeting, last.made_at))
        )
    return lines


def _when(t: Tongue, meeting: Meeting, moment: datetime) -> str:
    """The place's time; with the day, if it is not the meeting's."""
    there = t.time(moment, meeting.zone)
    day = moment.astimezone(meeting.zone).date()
    return there if day == meeting.local_day else f"{t.short_day(day)}, {there}"


def _onward(t: Tongue, meeting: Meeting) -> tuple[tuple[Button, ...], ...]:
    number = meeting.meeting_id
    return ((Button(t.label("Correct"), CorrectLog(number)), Button(t.label("Show the log"), ShowLog(number))),)
