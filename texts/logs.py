"""The meeting log's panel: one message that asks, shows what is stored, and leads on."""

from domain.button import Met, NoConcerns, OpenLog, Part, RemoveEntry, ShowDay, ShowMeeting, SubmitLog
from domain.checkin import LogEntry
from domain.meeting import Meeting
from domain.message import Button, Message
from texts.programme import interlocutor, title
from texts.split import shorten, units
from texts.tongue import Tongue

ORDER = (Part.WHO, Part.POINT, Part.CONCERN, Part.DOCUMENT, Part.REVIEW)
"""The way through; figures, questions and follow-up are offered at the review."""
EXTRA = (Part.FIGURE, Part.QUESTION, Part.FOLLOW_UP)
PANEL_ROOM = 3500


def part_title(t: Tongue, part: Part) -> str:
    """A part's heading."""
    return {
        Part.WHO: t.label("Who received us"),
        Part.POINT: t.label("Key points"),
        Part.CONCERN: t.label("Concerns"),
        Part.DOCUMENT: t.label("Documents"),
        Part.FIGURE: t.label("Figures"),
        Part.QUESTION: t.label("Questions asked"),
        Part.FOLLOW_UP: t.label("Follow-up"),
        Part.REVIEW: t.label("Preview"),
    }[part]


def panel(t: Tongue, meeting: Meeting, part: Part, draft: list[LogEntry]) -> Message:
    """The question of this part, what is stored of it, and the buttons."""
    if part is Part.REVIEW:
        return _review(t, meeting, draft)
    here = [entry for entry in draft if entry.part is part]
    lines = [title(t, meeting), f"<b>{part_title(t, part)}</b>", _question(t, part)]
    lines += _entries(t, here, room=PANEL_ROOM)
    rows = _who_rows(t, meeting, here) if part is Part.WHO else []
    if part is Part.CONCERN and not here:
        rows.append((Button(t.label("None"), NoConcerns(meeting.meeting_id)),))
    if here and here[-1].position is None:
        rows.append((Button(t.label("Remove the last one"), RemoveEntry(here[-1].entry_id)),))
    return Message("\n".join(lines), buttons=(*rows, *_ways(t, meeting, part, draft, answered=bool(here))))


def submitted(t: Tongue, meeting: Meeting, count: int) -> Message:
    """The receipt of a submitted log."""
    return Message(
        f"{title(t, meeting)}\n"
        + t.count(
            "Submitted: {n} point is in the meeting log. It will be in the digest.",
            "Submitted: {n} points are in the meeting log. They will be in the digest.",
            count,
        ),
        buttons=(
            (Button(t.label("Add"), OpenLog(meeting.meeting_id, Part.POINT)),),
            (Button(t.label("Programme"), ShowDay(meeting.local_day.isoformat())),),
        ),
    )


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


def with_note(note: str, message: Message) -> Message:
    """The panel with a sentence above it."""
    return Message(f"{note}\n\n{message.text}", buttons=message.buttons)


def kept_out_of_place(t: Tongue, meeting: Meeting) -> Message:
    """Text that came while no question was open, kept as a draft point."""
    return Message(
        t.say("Your words are kept as a point in your draft of the log of <b>{host}</b>.", host=meeting.host),
        buttons=(
            (Button(t.label("Write the log"), OpenLog(meeting.meeting_id, Part.POINT)),),
            (Button(t.label("Programme"), ShowDay()),),
        ),
    )


def meeting_gone(t: Tongue, meeting: Meeting) -> str:
    """A sentence above the panel: the meeting was cancelled meanwhile."""
    return t.say("“{host}” was cancelled meanwhile; what you tell is kept all the same.", host=meeting.host)


def entry_text(t: Tongue, entry: LogEntry) -> str:
    """A point in one line or more, plain; one without words says "none", in the reader's language."""
    if not entry.body and not entry.has_file:
        return t.label("None")
    return t.label("[file] {caption}", caption=entry.body).rstrip() if entry.has_file else entry.body


def _question(t: Tongue, part: Part) -> str:
    return {
        Part.WHO: t.say("Who received you? Tap the names or write them, with their titles."),
        Part.POINT: t.say("What was said? Write it, one message a point, as many as you like."),
        Part.CONCERN: t.say("Was there anything of concern? Write it, or tap “None”."),
        Part.DOCUMENT: t.say("Were documents handed over or received? Write their titles or send the photo or file."),
        Part.FIGURE: t.say("Which figures were named? Write each with what it counts."),
        Part.QUESTION: t.say("Which questions were asked, and by whom?"),
        Part.FOLLOW_UP: t.say("What was promised or agreed for later?"),
        Part.REVIEW: "",
    }[part]


def _entries(t: Tongue, entries: list[LogEntry], *, room: int) -> list[str]:
    """The stored points; the oldest give way when the panel would not hold all."""
    lines: list[str] = []
    for entry in reversed(entries):
        line = t.say("• {text}", text=shorten(entry_text(t, entry), 600))
        room -= units(line) + 1
        if room < 0:
            left = len(entries) - len(lines)
            lines.append(t.count("… and {n} more, stored.", "… and {n} more, stored.", left))
            break
        lines.append(line)
    return list(reversed(lines))


def _who_rows(t: Tongue, meeting: Meeting, here: list[LogEntry]) -> list[tuple[Button, ...]]:
    met = {entry.position for entry in here}
    return [
        (
            Button(
                shorten(("✓ " if n in met else "") + interlocutor(person), 60) or t.label("Interlocutor"),
                Met(meeting.meeting_id, n),
            ),
        )
        for n, person in enumerate(meeting.interlocutors[:20])
    ]


def _ways(
    t: Tongue, meeting: Meeting, part: Part, draft: list[LogEntry], *, answered: bool
) -> list[tuple[Button, ...]]:
    """Back, on (as Next, or as Skip while nothing is given here), Preview and Submit."""
    number = meeting.meeting_id
    place = ORDER.index(part) if part in ORDER else len(ORDER) - 1
    following = ORDER[place + 1] if place + 1 < len(ORDER) else Part.REVIEW
    back = OpenLog(number, ORDER[place - 1]) if place > 0 else ShowMeeting(number)
    on = Button(t.label("Next") if answered else t.label("Skip"), OpenLog(number, following))
    rows: list[tuple[Button, ...]] = [(Button(t.label("Back"), back), on)]
    if draft:
        rows.append(
            (
                Button(t.label("Preview"), OpenLog(number, Part.REVIEW)),
                Button(t.label("Submit"), SubmitLog(number)),
            )
        )
    return rows


def _review(t: Tongue, meeting: Meeting, draft: list[LogEntry]) -> Message:
    lines = [title(t, meeting), f"<b>{t.say('Your draft')}</b>"]
    parts = [*ORDER[:-1], *EXTRA]
    room = PANEL_ROOM
    for part in parts:
        entries = [entry for entry in draft if entry.part is part]
        if entries:
            lines += ["", f"<b>{part_title(t, part)}</b>", *_entries(t, entries, room=max(room, 200))]
            room -= sum(units(line) + 1 for line in lines[-len(entries) :])
    if not draft:
        lines.append(t.say("Nothing is stored yet."))
    number = meeting.meeting_id
    rows: list[tuple[Button, ...]] = [(Button(t.label("Submit"), SubmitLog(number)),)] if draft else []
    rows += [
        tuple(Button(part_title(t, part), OpenLog(number, part)) for part in EXTRA[:2]),
        (
            Button(part_title(t, EXTRA[2]), OpenLog(number, EXTRA[2])),
            Button(part_title(t, Part.WHO), OpenLog(number, Part.WHO)),
        ),
        (
            Button(t.label("Back"), OpenLog(number, Part.DOCUMENT)),
            Button(part_title(t, Part.POINT), OpenLog(number, Part.POINT)),
        ),
    ]
    return Message("\n".join(lines), buttons=tuple(rows))
