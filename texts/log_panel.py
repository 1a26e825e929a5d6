"""The meeting log's panel: one message that asks, shows what is stored, and leads on."""

from collections.abc import Sequence

from domain.button import (
    KeepAs,
    Met,
    NameSomebody,
    NoConcerns,
    OpenLog,
    Part,
    RemoveEntry,
    ShowMeeting,
    SubmitLog,
    ToggleInternal,
)
from domain.checkin import LogEntry
from domain.log import host_is_known, panel_part
from domain.meeting import Meeting
from domain.message import Button, Message, Rows
from texts.logs import EXTRA, ORDER, Told, entry_text, internal_mark, part_title
from texts.programme import interlocutor, title
from texts.split import shorten, units
from texts.tongue import Html, Tongue

PANEL_ROOM = 3000
"""Units for the points of a panel; its question, its notes and what others told need the rest."""
TOLD_ROOM = 200
MOST_TOLD = 3
MOST_NAMES = 20
FEW_NAMES = 3
"""So many interlocutors are offered outside the log's panel."""
MANY_NAMES = 6
"""More of them than this make way once somebody is told.

A row for each, together with the rows that lead on, is what a small phone shows at once. More stand two in a row,
without their titles, and only while that question is open: until a name is told, or when they are asked for. So the
names cost no tap more when they are many, and the points that are written next are not read over twenty buttons.
"""


def panel(
    t: Tongue,
    meeting: Meeting,
    part: Part,
    draft: list[LogEntry],
    told: Sequence[Told] = (),
    *,
    internal: bool = False,
    names: bool = False,
) -> Message:
    """The question of this part, what is stored of it, and the buttons.

    `told`: what is in the submitted log already, so that nobody need say it twice. `internal`: so is the draft.
    `names`: the interlocutors were asked for, however many there are.
    """
    if part is Part.REVIEW:
        return _review(t, meeting, draft, internal=internal)
    chips: Rows = ()
    if part is Part.POINT:
        chips = _chips(t, meeting, draft, names=names or not _is_told(draft, told))
    shown = [entry for entry in _here(part, draft) if not (chips and _on_a_button(meeting, entry))]
    lines: list[str] = [title(t, meeting), f"<b>{_heading(t, meeting, part, draft, told)}</b>"]
    if told:
        lines += [*_told(t, told), ""]
    lines += _questions(t, part, chips, told)
    if internal:
        lines.append(internal_mark(t))
    lines += _stored(t, part, shown)
    answered = bool(_here(part, draft))
    following = Button(t.label("Next") if answered or told else t.label("Skip"), _on(meeting, part, draft))
    first = bool(told) and not answered
    rows: list[tuple[Button, ...]] = [(following,)] if first else []
    rows += chips
    rows += _name_rows(t, meeting, draft, told, chips) if part is Part.POINT else []
    rows += _none_rows(t, meeting, part, draft)
    if shown:
        rows.append((Button(t.label("Remove the last one"), RemoveEntry(shown[-1].entry_id)),))
    ways = (_back(t, meeting, part, draft, told),) if first else (_back(t, meeting, part, draft, told), following)
    return Message("\n".join(lines), buttons=(*rows, ways, *_aside(t, meeting, part)))


def names_to_begin_with(t: Tongue, meeting: Meeting, draft: list[LogEntry]) -> Rows:
    """The programme's interlocutors as buttons, where they are few and he has not told who received him.

    They stand under a message that is not yet the log's panel; a tap makes it one.
    """
    if len(meeting.interlocutors) > FEW_NAMES or _here(Part.WHO, draft):
        return ()
    return _chips(t, meeting, [], names=True)


def not_a_figure(t: Tongue, entry_id: int, part: Part) -> Rows:
    """One tap for who meant something else by what was taken for a figure."""
    label = t.label("No, a document") if part is Part.DOCUMENT else t.label("No, a key point")
    return ((Button(label, KeepAs(entry_id, part)),),)


def _here(part: Part, draft: list[LogEntry]) -> list[LogEntry]:
    """What a part's panel shows: that of the key points shows who received us as well."""
    parts = (Part.WHO, Part.POINT) if part is Part.POINT else (part,)
    return [entry for entry in draft if panel_part(entry.part) in parts]


def _is_told(draft: list[LogEntry], told: Sequence[Told]) -> bool:
    return bool(told or _here(Part.WHO, draft))


def _heading(t: Tongue, meeting: Meeting, part: Part, draft: list[LogEntry], told: Sequence[Told]) -> str:
    if part is Part.POINT and host_is_known(meeting, draft, told_already=bool(told)):
        return t.label("Who received us, and what was said")
    return part_title(t, part)


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


def _questions(t: Tongue, part: Part, chips: Rows, told: Sequence[Told]) -> list[Html]:
    """What is asked, one thing a line."""
    if chips and told:
        return [
            t.say("Write what was said, one message a point."),
            t.say("Was somebody else there too? Tap the name."),
        ]
    if chips:
        return [
            t.say("Tap who received you; tap again if the person was not there."),
            t.say("Then write what was said, one message a point."),
        ]
    return [_question(t, part)]


def _question(t: Tongue, part: Part) -> Html:
    return {
        Part.WHO: t.say("Who received you? Write the names, with their titles."),
        Part.POINT: t.say("What was said? Write it, one message a point, as many as you like."),
        Part.CONCERN: t.say("Was there anything of concern? Write it, or tap “None”."),
        Part.DOCUMENT: t.say("Were documents handed over or received? Write their titles or send the photo or file."),
        Part.FIGURE: t.say("Which figures were named? Write each with what it counts."),
        Part.QUESTION: t.say("Which questions were asked, and by whom?"),
        Part.FOLLOW_UP: t.say("What was promised or agreed for later?"),
        Part.OURS: t.say("What did our side tell the hosts?"),
    }[part]


def _stored(t: Tongue, part: Part, shown: list[LogEntry]) -> list[str]:
    """The stored points; names and what was said stand apart where both are shown."""
    if part is not Part.POINT:
        return _entries(t, shown, room=PANEL_ROOM)
    return _sections(t, (Part.WHO, Part.POINT), shown)


def _sections(t: Tongue, parts: Sequence[Part], draft: list[LogEntry]) -> list[str]:
    """The points of each of these parts under its heading."""
    lines: list[str] = []
    room = PANEL_ROOM
    for part in parts:
        entries = [entry for entry in draft if panel_part(entry.part) is part]
        if entries:
            shown = _entries(t, entries, room=room)
            room -= sum(units(line) + 1 for line in shown)
            lines += ["", f"<b>{part_title(t, part)}</b>", *shown]
    return lines


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


def _chips(t: Tongue, meeting: Meeting, draft: list[LogEntry], *, names: bool) -> Rows:
    """A button for each interlocutor of the programme; none where they are many and not asked for."""
    people = meeting.interlocutors[:MOST_NAMES]
    many = len(people) > MANY_NAMES
    if many and not names:
        return ()
    given = {(entry.position, entry.body): "✗ " if entry.part is Part.NOT_THERE else "✓ " for entry in draft}
    chips = []
    for n, person in enumerate(people):
        name = (many and person.name) or interlocutor(person) or t.label("Interlocutor")
        label = given.get((n, interlocutor(person)), "○ ") + name
        chips.append(Button(shorten(label, 28 if many else 60), Met(meeting.meeting_id, n)))
    in_a_row = 2 if many else 1
    return tuple(tuple(chips[n : n + in_a_row]) for n in range(0, len(chips), in_a_row))


def _on_a_button(meeting: Meeting, entry: LogEntry) -> bool:
    """Whether a tap on its name takes this point back; not so once the programme lists somebody else there."""
    names = [interlocutor(person) for person in meeting.interlocutors[:MOST_NAMES]]
    return entry.position is not None and entry.position < len(names) and names[entry.position] == entry.body


def _name_rows(
    t: Tongue, meeting: Meeting, draft: list[LogEntry], told: Sequence[Told], chips: Rows
) -> list[tuple[Button, ...]]:
    """From the key points to a name: one that no button has, or all the buttons, or the first one ever."""
    number = meeting.meeting_id
    ask = Button(part_title(t, Part.WHO), OpenLog(number, Part.WHO))
    if not host_is_known(meeting, draft, told_already=bool(told)):
        return [(ask,)]
    other = Button(t.label("Somebody else"), NameSomebody(number))
    return [(other,) if chips or not meeting.interlocutors else (ask, other)]


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


def _on(meeting: Meeting, part: Part, draft: list[LogEntry]) -> OpenLog:
    """From a name to what was said; else the next question without an answer, and after the last one the preview."""
    told = {panel_part(entry.part) for entry in draft}
    place = ORDER.index(part) if part in ORDER else len(ORDER) - 1
    after = next((one for one in ORDER[place + 1 :] if one not in told), Part.REVIEW)
    return OpenLog(meeting.meeting_id, Part.POINT if part is Part.WHO else after)


def _back(t: Tongue, meeting: Meeting, part: Part, draft: list[LogEntry], told: Sequence[Told]) -> Button:
    """One question back; who received us and what was said are one question once a name is known."""
    number = meeting.meeting_id
    known = host_is_known(meeting, draft, told_already=bool(told))
    if part is Part.WHO:
        return Button(t.label("Back"), OpenLog(number, Part.POINT) if known else ShowMeeting(number))
    if part is Part.POINT:
        return Button(t.label("Back"), ShowMeeting(number) if known else OpenLog(number, Part.WHO))
    place = ORDER.index(part) if part in ORDER else len(ORDER)
    return Button(t.label("Back"), OpenLog(number, ORDER[place - 1]))


def _aside(t: Tongue, meeting: Meeting, part: Part) -> Rows:
    """What is not in the order, Preview and Submit."""
    number = meeting.meeting_id
    extra = _pairs([Button(part_title(t, one), OpenLog(number, one)) for one in EXTRA if one is not part])
    return (
        *(extra if part in (Part.POINT, Part.DOCUMENT, *EXTRA) else ()),
        (Button(t.label("Preview"), OpenLog(number, Part.REVIEW)), Button(t.label("Submit"), SubmitLog(number))),
    )


def _pairs(buttons: Sequence[Button]) -> Rows:
    """Two in a row: of four a phone cuts off the words."""
    return tuple(tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2))


def _review(t: Tongue, meeting: Meeting, draft: list[LogEntry], *, internal: bool) -> Message:
    lines: list[str] = [title(t, meeting), f"<b>{t.say('Your draft')}</b>"]
    lines += _sections(t, (*ORDER[:-1], *EXTRA), draft)
    if draft:
        ordinary = t.say("An ordinary log: the mission can use it in its reports.")
        lines += ["", internal_mark(t) if internal else ordinary]
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
        *_pairs([Button(part_title(t, one), OpenLog(number, one)) for one in (*EXTRA, Part.WHO, Part.POINT)]),
        (Button(t.label("Back"), OpenLog(number, Part.DOCUMENT)),),
    )
