"""Proposals to change the programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.button import ShowMeeting
from domain.conflict import Conflict
from domain.meeting import Meeting
from domain.message import Button, Message
from domain.programme_button import DecideProposal, ShowProposals, Verdict
from texts.conflicts import warnings
from texts.notices import what_changed
from texts.programme import meeting_label, title, when
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue


@dataclass(frozen=True, slots=True)
class Side:
    """One proposal: `after` is the meeting as it would be, `then` as it stood for its author, if it has changed."""

    proposal_id: int
    author: str
    made_at: datetime
    reason: str
    after: Meeting
    then: Meeting | None
    conflicts: Sequence[tuple[Conflict, Meeting | None]]


def asked(t: Tongue, meeting: Meeting, sides: Sequence[Side], zone: ZoneInfo) -> Message:
    """To a coordinator: every open proposal of a meeting, side by side, each decided with one tap."""
    head = t.count("<b>{n} proposal waits for you</b>", "<b>{n} proposals wait for you</b>", len(sides))
    blocks = [Html("\n".join((Html(f"✋ {head}"), title(t, meeting), when(t, meeting, zone))))]
    rows: list[tuple[Button, ...]] = []
    several = len(sides) > 1
    for number, side in enumerate(sides, 1):
        mark = f"{number}. " if several else ""
        blocks.append(Html("\n".join(_side(t, side, meeting, zone, mark))))
        rows.append(_decide(t, side, meeting, f" {number}" if several else ""))
    rows.append((Button(t.label("Show the meeting"), ShowMeeting(meeting.meeting_id)),))
    return Message(join_blocks(blocks)[0], buttons=tuple(rows))


def _side(t: Tongue, side: Side, meeting: Meeting, zone: ZoneInfo, mark: str) -> list[Html]:
    who = t.say("{name}, {time}:", name=side.author, time=t.time(side.made_at, zone))
    lines = [Html(f"{mark}{who}")]
    lines += what_changed(t, meeting, side.after, zone) or [t.say("This is how it stands already.")]
    if side.reason:
        lines.append(t.say("Why: {reason}", reason=shorten(side.reason, 300)))
    if side.then is not None:
        lines.append(Html(f"❗️ {t.say('The meeting has changed since this was proposed:')}"))
        lines += what_changed(t, side.then, meeting, zone)
    return [*lines, *warnings(t, side.conflicts)]


def _decide(t: Tongue, side: Side, meeting: Meeting, mark: str) -> tuple[Button, ...]:
    number, revision = side.proposal_id, meeting.revision
    return (
        Button(f"✓ {t.label('Accept')}{mark}", DecideProposal(number, Verdict.ACCEPT, revision)),
        Button(f"✎ {t.label('Amend')}{mark}", DecideProposal(number, Verdict.AMEND, revision)),
        Button(f"✗ {t.label('Refuse')}{mark}", DecideProposal(number, Verdict.REFUSE, revision)),
    )


def proposed(t: Tongue, meeting: Meeting, side: Side, zone: ZoneInfo, *, asked: int) -> Message:
    """To the author: it is with the coordinators."""
    head = (
        t.count("✋ Proposed: {n} coordinator was asked.", "✋ Proposed: {n} coordinators were asked.", asked)
        if asked
        else t.say("✋ Proposed; no coordinator can be reached by the bot right now. Please ring one.")
    )
    lines = [head, title(t, meeting), when(t, meeting, zone), *what_changed(t, meeting, side.after, zone)]
    if side.reason:
        lines.append(t.say("Why: {reason}", reason=side.reason))
    lines.append(t.say("Nothing is changed until it is accepted. You will hear of it here."))
    back = Button(t.label("Take it back"), DecideProposal(side.proposal_id, Verdict.WITHDRAW, meeting.revision))
    return Message(
        "\n".join(lines), buttons=((back,), (Button(t.label("Show the meeting"), ShowMeeting(meeting.meeting_id)),))
    )


def outcome(
    t: Tongue, state: str, by: str, side: Side, meeting: Meeting, made: Meeting | None, zone: ZoneInfo
) -> Message:
    """To the author: what was decided."""
    if made is None:
        head = Html(f"✗ {t.say('{name} did not accept your proposal. The meeting stays as it was:', name=by)}")
        lines = [head, title(t, meeting), when(t, meeting, zone)]
        lines += [t.say("Proposed was:"), *what_changed(t, meeting, side.after, zone)]
    else:
        as_asked = not what_changed(t, made, side.after)
        word = (
            t.say("{name} accepted your proposal.", name=by)
            if as_asked
            else t.say("{name} accepted your proposal with changes.", name=by)
        )
        lines = [Html(f"✓ {word}"), title(t, made), when(t, made, zone), *what_changed(t, meeting, made, zone)]
    del state
    return Message("\n".join(lines), buttons=((Button(t.label("Show the meeting"), ShowMeeting(meeting.meeting_id)),),))


def was_decided(t: Tongue, state: str, by: str, side: Side, meeting: Meeting, zone: ZoneInfo) -> Message:
    """In the place of the letter that asked a coordinator; `by` is empty for the one who decided himself."""
    word = {
        "accepted": t.say("Accepted by {name}", name=by) if by else t.say("Accepted."),
        "refused": t.say("Refused by {name}", name=by) if by else t.say("Refused."),
        "withdrawn": t.say("Taken back by {name}", name=by),
    }[state]
    mark = "✓" if state == "accepted" else "✗"
    lines = [Html(f"{mark} <b>{word}</b>"), title(t, meeting), when(t, meeting, zone)]
    lines.append(t.say("Proposal of {name}, {time}", name=side.author, time=t.time(side.made_at, zone)))
    if state != "accepted":
        lines += what_changed(t, meeting, side.after, zone)
    return Message("\n".join(lines), buttons=((Button(t.label("Show the meeting"), ShowMeeting(meeting.meeting_id)),),))


def decided_already(t: Tongue, state: str, by: str) -> str:
    """A toast."""
    name = shorten(by, 60)
    return {
        "accepted": t.label("Accepted already, by {name}.", name=name),
        "refused": t.label("Refused already, by {name}.", name=name),
        "withdrawn": t.label("{name} has taken this proposal back.", name=name),
    }[state]


def withdrawn(t: Tongue, meeting: Meeting) -> Message:
    """To the author, who took it back."""
    text = "\n".join((t.say("Your proposal is taken back."), title(t, meeting)))
    return Message(text, buttons=((Button(t.label("Show the meeting"), ShowMeeting(meeting.meeting_id)),),))


def meeting_changed(t: Tongue) -> str:
    """A toast: he decides on what he sees, and that has changed."""
    return t.label("The meeting has changed since you saw it. Here is how it stands now.")


def waiting(t: Tongue, meeting: Meeting, count: int) -> Html:
    """A line of a list: a meeting, and how many proposals wait."""
    name = f"{t.short_day(meeting.local_day)}, {meeting_label(t, meeting)}"
    return t.say("• {meeting}: {n}", meeting=name, n=count)


def all_waiting(t: Tongue, listed: Sequence[tuple[Meeting, int]]) -> Message:
    """/proposals."""
    if not listed:
        return Message(t.say("No proposal waits for a decision."))
    buttons = tuple(
        (Button(f"{n} · {t.short_day(one.local_day)}, {meeting_label(t, one)}", ShowProposals(one.meeting_id)),)
        for one, n in listed[:30]
    )
    return Message(t.say("Proposals that wait, by meeting:"), buttons=buttons)
