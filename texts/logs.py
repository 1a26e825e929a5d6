"""The meeting log's panel: one message that asks, shows what is stored, and leads on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.button import (
    CheckIn,
    CorrectLog,
    Met,
    NoConcerns,
    OpenLog,
    Part,
    Presence,
    RemoveEntry,
    ShowDay,
    ShowLog,
    ShowMeeting,
    SubmitLog,
    ToggleInternal,
)
from domain.checkin import LogEntry
from domain.log import panel_part
from domain.meeting import Meeting
from domain.message import Button, Message, Rows
from texts.programme import interlocutor, title
from texts.split import shorten, units
from texts.tongue import Html, Tongue

ORDER = (Part.WHO, Part.POINT, Part.CONCERN, Part.DOCUMENT, Part.REVIEW)
"""The way through; figures, questions, follow-up and what we told them are offered beside it and at the review."""
EXTRA = (Part.FIGURE, Part.QUESTION, Part.FOLLOW_UP, Part.OURS)
PANEL_ROOM = 3000
"""Units for the points of a panel; its question, its notes and what others told need the rest."""
TOLD_ROOM = 200
MOST_TOLD = 3
MOST_NAMES = 20
FEW_NAMES = 3
"""So many interlocutors are offered outside the log's panel."""


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


def panel(
    t: Tongue, meeting: Meeting, part: Part, draft: list[LogEntry], told: Sequence[Told] = (), *, internal: bool = False
) -> Message:
    """The question of this part, what is stored of it, and the buttons.

    `told`: what is in the submitted log already, so that nobody need say it twice. `internal`: so is the draft.
    """
    if part is Part.REVIEW:
        return _review(t, meeting, draft, internal=internal)
    here = [entry for entry in draft if panel_part(entry.part) is part]
    lines: list[str] = [title(t, meeting), f"<b>{part_title(t, part)}</b>", _question(t, meeting, part)]
    lines += _told(t, told)
    if internal:
        lines.append(_internal(t))
    lines += _entries(t, here, room=PANEL_ROOM)
    on = OpenLog(meeting.meeting_id, _after(part, draft))
    following = Button(t.label("Next") if here or told else t.label("Skip"), on)
    rows: list[tuple[Button, ...]] = [(following,)] if told and not here else []
    rows += _who_rows(t, meeting, here) if part is Part.WHO else []
    rows += _none_rows(t, meeting, part, draft)
    if here and not _on_a_button(meeting, here[-1]):
        rows.append((Button(t.label("Remove the last one"), RemoveEntry(here[-1].entry_id)),))
    rows += _ways(t, meeting, part, None if told and not here else following)
    return Message("\n".join(lines), buttons=tuple(rows))


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
        lines.append(_internal(t))
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


def names_to_begin_with(t: Tongue, meeting: Meeting, draft: list[LogEntry]) -> Rows:
    """The programme's interlocutors as buttons, where they are few and he has not told who received him.

    They stand under a message that is not yet the log's panel; a tap makes it one.
    """
    if len(meeting.interlocutors) > FEW_NAMES or any(panel_part(entry.part) is Part.WHO for entry in draft):
        return ()
    return tuple(_who_rows(t, meeting, []))


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


def with_note(note: str, message: Message) -> Message:
    """The panel with a sentence above it."""
    return Message(f"{note}\n\n{message.text}", buttons=message.buttons)


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
        (Button(t.label("Write the log"), OpenLog(number, Part.POINT)),),
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
        return t.label("{name} (was not there)", name=entry.body)
    if not entry.body and not entry.has_file:
        return t.label("None")
    return t.label("[file] {caption}", caption=entry.body).rstrip() if entry.has_file else entry.body


def _internal(t: Tongue) -> Html:
    return t.say("🔒 Internal: only coordinators read it.")


def _told(t: Tongue, told: Sequence[Told]) -> list[str]:
    """One line for each of those who told before; of many, the first."""
    return [
        t.say(
            "Told already by {name}: {points}",
            name=one.author,
            points=shorten("; ".join(entry_text(t, entry) for entry in one.entries), TOLD_ROOM),
        )
        for one in told[:MOST_TOLD]
    ]


def _question(t: Tongue, meeting: Meeting, part: Part) -> str:
    if part is Part.WHO and meeting.interlocutors:
        return t.say(
            "Who received you? Tap a name once if you met, twice if the person was not there. "
            "Somebody else? Write the name, with the title."
        )
    return {
        Part.WHO: t.say("Who received you? Write the names, with their titles."),
        Part.POINT: t.say("What was said? Write it, one message a point, as many as you like."),
        Part.CONCERN: t.say("Was there anything of concern? Write it, or tap “None”."),
        Part.DOCUMENT: t.say("Were documents handed over or received? Write their titles or send the photo or file."),
        Part.FIGURE: t.say("Which figures were named? Write each with what it counts."),
        Part.QUESTION: t.say("Which questions were asked, and by whom?"),
        Part.FOLLOW_UP: t.say("What was promised or agreed for later?"),
        Part.OURS: t.say("What did our side tell the hosts?"),
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
    given = {(entry.position, entry.body): "✗ " if entry.part is Part.NOT_THERE else "✓ " for entry in here}
    return [
        (
            Button(
                shorten(
                    given.get((n, interlocutor(person)), "○ ") + (interlocutor(person) or t.label("Interlocutor")), 60
                ),
                Met(meeting.meeting_id, n),
            ),
        )
        for n, person in enumerate(meeting.interlocutors[:MOST_NAMES])
    ]


def _on_a_button(meeting: Meeting, entry: LogEntry) -> bool:
    """Whether a tap on its name takes this point back; not so once the programme lists somebody else there."""
    names = [interlocutor(person) for person in meeting.interlocutors[:MOST_NAMES]]
    return entry.position is not None and entry.position < len(names) and names[entry.position] == entry.body


def _none_rows(t: Tongue, meeting: Meeting, part: Part, draft: list[LogEntry]) -> list[tuple[Button, ...]]:
    """One tap for "there was nothing of concern": at that question, and before it once something is told."""
    told = {panel_part(entry.part) for entry in draft}
    if Part.CONCERN in told:
        return []
    if part is Part.CONCERN:
        return [(Button(t.label("None"), NoConcerns(meeting.meeting_id)),)]
    if part is Part.POINT and Part.POINT in told:
        return [(Button(t.label("No concerns"), NoConcerns(meeting.meeting_id)),)]
    return []


def _after(part: Part, draft: list[LogEntry]) -> Part:
    """The next question that has no answer yet; after the last one the preview."""
    told = {panel_part(entry.part) for entry in draft}
    place = ORDER.index(part) if part in ORDER else len(ORDER) - 1
    return next((one for one in ORDER[place + 1 :] if one not in told), Part.REVIEW)


def _ways(t: Tongue, meeting: Meeting, part: Part, following: Button | None) -> list[tuple[Button, ...]]:
    """Back, on (unless that is offered first), what is not in the order, Preview and Submit."""
    number = meeting.meeting_id
    place = ORDER.index(part) if part in ORDER else len(ORDER)
    back = Button(t.label("Back"), OpenLog(number, ORDER[place - 1]) if place > 0 else ShowMeeting(number))
    extra = tuple(Button(part_title(t, one), OpenLog(number, one)) for one in EXTRA if one is not part)
    return [
        (back, following) if following else (back,),
        *((extra,) if part in (Part.POINT, Part.DOCUMENT, *EXTRA) else ()),
        (Button(t.label("Preview"), OpenLog(number, Part.REVIEW)), Button(t.label("Submit"), SubmitLog(number))),
    ]


def _review(t: Tongue, meeting: Meeting, draft: list[LogEntry], *, internal: bool) -> Message:
    lines: list[str] = [title(t, meeting), f"<b>{t.say('Your draft')}</b>"]
    room = PANEL_ROOM
    for part in (*ORDER[:-1], *EXTRA):
        entries = [entry for entry in draft if panel_part(entry.part) is part]
        if entries:
            shown = _entries(t, entries, room=room)
            room -= sum(units(line) + 1 for line in shown)
            lines += ["", f"<b>{part_title(t, part)}</b>", *shown]
    if draft:
        lines += ["", _internal(t) if internal else t.say("An ordinary log: the mission can use it in its reports.")]
    else:
        lines.append(t.say("Nothing is stored yet."))
    return Message("\n".join(lines), buttons=_review_rows(t, meeting, bool(draft), internal=internal))


def _review_rows(t: Tongue, meeting: Meeting, has_draft: bool, *, internal: bool) -> Rows:
    number = meeting.meeting_id
    toggle = Button(
        t.label("Ordinary log") if internal else t.label("Internal: coordinators only"), ToggleInternal(number)
    )
    return (
        (Button(t.label("Submit"), SubmitLog(number)),),
        *(((toggle,),) if has_draft else ()),
        tuple(Button(part_title(t, part), OpenLog(number, part)) for part in EXTRA[:2]),
        (
            Button(part_title(t, EXTRA[2]), OpenLog(number, EXTRA[2])),
            Button(part_title(t, EXTRA[3]), OpenLog(number, EXTRA[3])),
        ),
        (
            Button(part_title(t, Part.WHO), OpenLog(number, Part.WHO)),
            Button(part_title(t, Part.POINT), OpenLog(number, Part.POINT)),
        ),
        (Button(t.label("Back"), OpenLog(number, Part.DOCUMENT)),),
    )
