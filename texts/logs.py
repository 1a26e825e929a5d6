"""The meeting log in words: its parts, its receipts, and what is said above its panel."""

from dataclasses import dataclass
from datetime import date

from domain.button import (
    CheckIn,
    CorrectLog,
    OpenLog,
    Part,
    Presence,
    RemoveEntry,
    ShowDay,
    ShowLog,
)
from domain.checkin import LogEntry
from domain.meeting import Meeting
from domain.message import Button, Message, Rows
from texts.programme import title
from texts.split import shorten
from texts.tongue import Html, Tongue

ORDER = (Part.WHO, Part.POINT, Part.CONCERN, Part.DOCUMENT, Part.REVIEW)
"""The way through; figures, questions, follow-up and what we told them are offered beside it and at the review."""
EXTRA = (Part.FIGURE, Part.QUESTION, Part.FOLLOW_UP, Part.OURS)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody has submitted to this question before."""

    author: str
    entries: tuple[LogEntry, ...]


def part_title(t: Tongue, part: Part) -> str:
    """A part's heading."""
    return {
        Part.WHO: t.label("Who received us"),
        Part.NOT_THERE: t.label("Who received us"),
        Part.POINT: t.label("Key points"),
        Part.CONCERN: t.label("Concerns"),
        Part.DOCUMENT: t.label("Documents"),
        Part.FIGURE: t.label("Figures"),
        Part.QUESTION: t.label("Questions asked"),
        Part.FOLLOW_UP: t.label("Follow-up"),
        Part.OURS: t.label("What we told them"),
        Part.REVIEW: t.label("Preview"),
    }[part]


def submitted(t: Tongue, meeting: Meeting, count: int, *, internal: bool, completed_by: str | None) -> Message:
    """The receipt of a submitted log; `completed_by` is who had marked it as complete before, if somebody had."""
    lines: list[str] = [
        title(t, meeting),
        t.count(
            "Submitted: {n} point is in the meeting log. It will be in the digest.",
            "Submitted: {n} points are in the meeting log. They will be in the digest.",
            count,
        ),
    ]
    if internal:
        lines.append(internal_mark(t))
    if completed_by is not None:
        lines.append(
            t.say(
                "{name} had marked this log as complete. What you added is kept and marked as added afterwards.",
                name=completed_by,
            )
        )
    number = meeting.meeting_id
    return Message(
        "\n".join(lines),
        buttons=(
            (Button(t.label("Add"), OpenLog(number, Part.POINT)), Button(t.label("Correct"), CorrectLog(number))),
            (Button(t.label("Show the log"), ShowLog(number)),),
            (Button(t.label("Programme"), ShowDay(meeting.local_day.isoformat())),),
        ),
    )


def added_afterwards(t: Tongue, meeting: Meeting, author: str) -> Message:
    """To who had marked a log as complete, or to coordinators in his place: somebody added to it."""
    return Message(
        f"{title(t, meeting)}\n"
        + t.say("{author} added to this log after it had been marked as complete.", author=author),
        buttons=((Button(t.label("Show the log"), ShowLog(meeting.meeting_id)),),),
    )


def ask_for_log(t: Tongue, meeting: Meeting, draft_points: int, names: Rows) -> Message:
    """Once, when a meeting is over and nobody has submitted its log; the first question comes with it."""
    lines: list[str] = [
        title(t, meeting),
        t.say("This meeting is over, and there is no log of it yet. Could you tell what was said?"),
    ]
    if draft_points:
        lines.append(t.count("Your draft with {n} point is kept.", "Your draft with {n} points is kept.", draft_points))
    if names:
        lines.append(_tap_a_name(t))
    return Message("\n".join(lines), buttons=(*names, (Button(t.label("Write the log"), OpenLog(meeting.meeting_id)),)))


def _tap_a_name(t: Tongue) -> Html:
    return t.say("Who received you? Tap a name: that begins the log.")


def nothing_to_submit(t: Tongue) -> str:
    """A toast."""
    return t.label("There is nothing to submit yet: tell who received you or what was said.")


def nothing_new(t: Tongue) -> str:
    """A toast: pressed a second time."""
    return t.label("That is submitted already.")


def cannot_keep(t: Tongue) -> str:
    """Above the panel: something came that a log cannot hold."""
    return t.say("I can keep text, photos, files and voice messages here. What you just sent is none of these.")


def empty_words(t: Tongue) -> str:
    """Above the panel: only spaces."""
    return t.say("That message had no words in it; nothing was stored.")


def kept_as_figure(t: Tongue, body: str) -> str:
    """Above the panel: what was written looks like a figure."""
    return t.say("“{text}” is kept as a figure.", text=shorten(body, 200))


def with_note(note: str, message: Message, rows: Rows = ()) -> Message:
    """The panel with a sentence above it, and the buttons that belong to that."""
    return Message(f"{note}\n\n{message.text}", buttons=(*rows, *message.buttons))


def kept_out_of_place(
    t: Tongue, meeting: Meeting, entry_id: int, draft_points: int, names: Rows, *, may_arrive: bool
) -> Message:
    """Something came while no question was open, and is kept as a draft point; `may_arrive`: not checked in there."""
    number = meeting.meeting_id
    lines: list[str] = [
        t.say("This is kept as a point in your draft of the log of <b>{host}</b>.", host=meeting.host[:500])
    ]
    if draft_points > 1:
        lines.append(t.count("The draft has {n} point now.", "The draft has {n} points now.", draft_points))
    if names:
        lines.append(_tap_a_name(t))
    rows: list[tuple[Button, ...]] = [
        *names,
        (Button(t.label("Write the log"), OpenLog(number)),),
        (Button(t.label("Not for the log"), RemoveEntry(entry_id)),),
    ]
    if may_arrive:
        rows.append((Button(t.label("I am here"), CheckIn(number, Presence.ARRIVED)),))
    return Message("\n".join(lines), buttons=(*rows, (Button(t.label("Programme"), ShowDay()),)))


def not_for_the_log(t: Tongue, meeting: Meeting, draft_points: int) -> Message:
    """What came out of the blue is out of the draft again."""
    lines: list[str] = [t.say("It is not in your draft any more.")]
    if draft_points:
        lines.append(t.count("Your draft with {n} point is kept.", "Your draft with {n} points is kept.", draft_points))
    return Message(
        "\n".join(lines),
        buttons=(
            (Button(t.label("Write the log"), OpenLog(meeting.meeting_id, Part.POINT)),),
            (Button(t.label("Programme"), ShowDay()),),
        ),
    )


def draft_changed(t: Tongue, meeting: Meeting, draft_points: int) -> Message:
    """An edited message changed a point of a draft that is not open now."""
    kept = t.count("Your draft with {n} point is kept.", "Your draft with {n} points is kept.", draft_points)
    return Message(
        f"{title(t, meeting)}\n{point_changed(t)}\n{kept}",
        buttons=((Button(t.label("Write the log"), OpenLog(meeting.meeting_id, Part.POINT)),),),
    )


def kept_without_meeting(t: Tongue) -> Message:
    """The meeting stopped being his in the middle of its log."""
    return Message(
        t.say(
            "This meeting is not on your programme any more. What you sent is kept in your draft: if your coordinator "
            "adds you to the meeting again, you can submit it."
        ),
        buttons=((Button(t.label("Programme"), ShowDay()),),),
    )


def submitted_already(t: Tongue) -> str:
    """A toast: what was to be taken back from the draft is in the log already."""
    return t.label("This is submitted already. “Correct” under the log takes it out.")


def meeting_gone(t: Tongue, meeting: Meeting) -> str:
    """A sentence above the panel: the meeting was cancelled meanwhile."""
    return t.say("“{host}” was cancelled meanwhile; what you tell is kept all the same.", host=meeting.host[:200])


def meeting_moved(t: Tongue, meeting: Meeting) -> str:
    """A sentence above the panel: it is not when it was planned at first."""
    first = meeting.first_starts_at or meeting.starts_at
    zone = meeting.zone
    return t.say(
        "This meeting was moved: at first it was planned for {day}, {time}.",
        day=t.short_day(first.astimezone(zone).date()),
        time=t.time(first, zone),
    )


def another_day(t: Tongue, day: date) -> str:
    """A sentence above the panel: the meeting is not of today."""
    return t.say("This is the log of {day}.", day=t.day(day))


def complete_already(t: Tongue, name: str) -> str:
    """A sentence above the panel: the log was marked as complete."""
    return t.say("{name} marked this log as complete. What you add is kept and marked as added afterwards.", name=name)


def point_changed(t: Tongue) -> str:
    """Above the panel: an edited message changed a point of the draft."""
    return t.say("You edited your message: the point in your draft has the new words.")


def entry_text(t: Tongue, entry: LogEntry) -> str:
    """A point in one line or more, plain; one without words says "none", in the reader's language."""
    if entry.part is Part.NOT_THERE:
        return was_not_there(t, entry.body)
    if not entry.body and not entry.has_file:
        return t.label("None")
    return t.label("[file] {caption}", caption=entry.body).rstrip() if entry.has_file else entry.body


def was_not_there(t: Tongue, name: str) -> str:
    """A toast, and a point in words."""
    return t.label("{name} (was not there)", name=name)


def internal_mark(t: Tongue) -> Html:
    """On whatever shows an internal draft."""
    return t.say("🔒 Internal: only coordinators read it.")
