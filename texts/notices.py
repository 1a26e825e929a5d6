"""What is said of changes of the programme: what differs, notices to those concerned, receipts, history."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.button import ShowDay, ShowMeeting
from domain.change import PLACE, TIME, Field, diff
from domain.meeting import Meeting
from domain.message import Button, Message
from texts.programme import hours, interlocutor, meeting_label, on_your_clock, place, title, when
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue, escape

MOST_BUTTONS = 6
MOST_NAMES = 12
"""Names of people who could not be told that a receipt lists."""
TEXT_SHOWN = 200
"""Characters of a place, a name or a note that a notice repeats."""
LIST_SHOWN = 400


@dataclass(frozen=True, slots=True)
class News:
    """A meeting as it stands and as its reader knew it (None: not at all), and whether he is expected there."""

    meeting: Meeting
    before: Meeting | None
    was_expected: bool
    expected: bool
    authors: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of telling of changes. `first` is one of the `changed` meetings, by which they are named."""

    first: Meeting
    changed: int
    told: int
    under_way: int
    missed: list[str]


def changed(t: Tongue, news: Sequence[News], zone: ZoneInfo) -> list[Message]:
    """The notice for one person whose own clock is in `zone`: one message, or as few as everything fits into."""
    blocks = [Html(f"🔁 <b>{t.say('The programme has changed.')}</b>"), *(_block(t, each, zone) for each in news)]
    parts = join_blocks(blocks)
    buttons = tuple((Button(meeting_label(t, each.meeting), ShowMeeting(each.meeting.meeting_id)),) for each in news)
    if len(news) > MOST_BUTTONS:
        buttons = ((Button(t.label("Programme"), ShowDay(news[0].meeting.local_day.isoformat())),),)
    return [Message(part, buttons=buttons if part is parts[-1] else ()) for part in parts]


def receipt(t: Tongue, delivery: Delivery) -> Message:
    """To the author: how many were told and who could not be."""
    head = (
        t.say("Your change of {meeting}:", meeting=_label(t, delivery.first))
        if delivery.changed == 1
        else t.count("Your changes of {n} meeting:", "Your changes of {n} meetings:", delivery.changed)
    )
    lines = [head]
    if delivery.told:
        lines.append(t.count("✓ {n} person was told.", "✓ {n} people were told.", delivery.told))
    if delivery.under_way:
        lines.append(
            t.count("{n} notice is still on its way.", "{n} notices are still on their way.", delivery.under_way)
        )
    if delivery.missed:
        lines.append(
            t.count(
                "✗ {n} person could not be told: {names}. Please tell them yourself.",
                "✗ {n} people could not be told: {names}. Please tell them yourself.",
                len(delivery.missed),
                names=_names(t, delivery.missed),
            )
        )
    return Message("\n".join(lines))


def what_changed(t: Tongue, before: Meeting, after: Meeting, zone: ZoneInfo | None = None) -> list[Html]:
    """Every difference as a line, in the order in which changes are told.

    `zone` is the reader's own: its time stands behind the place's where it differs.
    """
    fields = {each.field for each in diff(before, after)}
    lines: list[Html] = []
    if Field.CANCELLED in fields:
        lines.append(t.say("<b>It is cancelled.</b>") if after.cancelled else t.say("<b>It takes place after all.</b>"))
    if Field.POSTPONED in fields and after.postponed:
        lines.append(t.say("<b>It is postponed, without a new date yet.</b>"))
    elif fields & TIME or Field.POSTPONED in fields:
        lines.append(_time(t, before, after, zone))
    if fields & PLACE:
        lines.append(_place(t, before, after))
    if Field.HOST in fields:
        lines.append(t.say("Host: <s>{before}</s> → {after}", before=before.host, after=after.host))
    if Field.KIND in fields:
        lines.append(t.say("Kind: <s>{before}</s> → {after}", before=before.kind or "–", after=after.kind or "–"))
    if Field.PARTICIPANTS in fields:
        lines += _list(t, t.say("Ours:"), before.participants, after.participants)
    if Field.INTERLOCUTORS in fields:
        pairs = (tuple(interlocutor(who) for who in meeting.interlocutors) for meeting in (before, after))
        lines += _list(t, t.say("To be met:"), *pairs)
    if Field.NOTE in fields:
        note = shorten(after.note, TEXT_SHOWN)
        lines.append(t.say("Note: {note}", note=note) if note else t.say("The note is gone."))
    return lines


def _block(t: Tongue, news: News, zone: ZoneInfo) -> Html:
    meeting, before = news.meeting, news.before
    lines = [title(t, meeting), when(t, meeting, zone)]
    if before is None:
        lines.append(t.say("<b>New in the programme.</b>"))
    if news.expected and not news.was_expected and not meeting.cancelled:
        lines.append(t.say("You are expected there."))
    if before is None or (news.expected and not news.was_expected):
        if where := place(meeting):
            lines.append(t.say("{place}", place=shorten(where, TEXT_SHOWN)))
        if meeting.interlocutors:
            met = shorten("; ".join(interlocutor(who) for who in meeting.interlocutors), LIST_SHOWN)
            lines.append(t.say("To be met: {names}", names=met))
        if meeting.cancelled:
            lines.append(t.say("<b>It is cancelled.</b>"))
    elif news.was_expected and not news.expected:
        lines.append(t.say("You are not expected there any more."))
    else:
        lines += what_changed(t, before, meeting, zone)
    if news.reasons:
        lines.append(t.say("Why: {reason}", reason=shorten("; ".join(news.reasons), LIST_SHOWN)))
    if news.authors:
        lines.append(t.say("<i>Changed by {names}</i>", names=_names(t, news.authors)))
    return Html("\n".join(lines))


def _time(t: Tongue, before: Meeting, after: Meeting, zone: ZoneInfo | None) -> Html:
    """Days only where they differ."""
    same_day = before.local_day == after.local_day and before.time_zone == after.time_zone
    old, new = (
        hours(t, meeting) if same_day else f"{t.short_day(meeting.local_day)}, {hours(t, meeting)}"
        for meeting in (before, after)
    )
    line = t.say("Time: <s>{before}</s> → <b>{after}</b>", before=old, after=new)
    if before.time_zone != after.time_zone:
        line = Html(f"{line} {t.say('({zone})', zone=after.time_zone)}")
    if zone is not None and (elsewhere := on_your_clock(t, after, zone)):
        line = Html(f"{line} {t.say('({time} on your clock)', time=elsewhere)}")
    return line


def _place(t: Tongue, before: Meeting, after: Meeting) -> Html:
    old, new = (shorten(place(meeting), TEXT_SHOWN) for meeting in (before, after))
    if old == new:
        return t.say("The point on the map is another one.")
    return t.say("Place: <s>{before}</s> → <b>{after}</b>", before=old or "–", after=new or "–")


def _list(t: Tongue, head: Html, before: Sequence[str], after: Sequence[str]) -> list[Html]:
    """What came and what went; where only the order differs, nothing did."""
    added = [f"+ {name}" for name in after if name not in before]
    gone = [f"− {name}" for name in before if name not in after]
    told = shorten("; ".join((*added, *gone)), LIST_SHOWN)
    return [Html(f"{head} {escape(told)}")] if told else [Html(f"{head} {t.say('in another order')}")]


def _names(t: Tongue, names: Sequence[str]) -> str:
    listed = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return f"{listed} {t.label('and {n} more', n=more)}" if more > 0 else listed


def _label(t: Tongue, meeting: Meeting) -> str:
    return shorten(f"{t.short_day(meeting.local_day)}, {t.time(meeting.starts_at, meeting.zone)} {meeting.host}", 80)
