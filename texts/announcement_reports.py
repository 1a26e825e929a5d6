"""What an author is told of an announcement on its way and afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.announcement import SENT_STATES, Announcement, Reason, Repeat, State, Tally
from domain.announcement_button import (
    AfterAct,
    AfterAnnouncement,
    DoubtAct,
    EditDraft,
    ListAnnouncements,
    Option,
    SendAct,
    SendAnnouncement,
    SettleDoubt,
)
from domain.message import Button, Message, Rows
from texts.announcements import moment, whom
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue

_LABEL = 30
_ROOM = 3900


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to copies afterwards: how many it reached, are still to be reached, could not be."""

    done: int = 0
    waiting: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """How an announcement stands."""

    announcement: Announcement
    title: str
    author: str
    groups: int
    people: int
    tally: Tally
    reasons: tuple[tuple[Reason, int], ...]
    read: int
    expected: int
    corrected: Step | None
    withdrawn: Step | None
    struck: Step | None
    pinned: Step | None
    replies: int
    zone: ZoneInfo
    held: int = 0
    """Copies that wait for the end of quiet hours, and when the last of them goes."""
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One copy: to whom, and what became of it."""

    delivery_id: int
    name: str
    team: str
    reason: Reason | None = None


def state_word(t: Tongue, state: State) -> str:
    """Where it stands, in a word or two."""
    return {
        State.DRAFT: t.label("draft"),
        State.AWAITING: t.label("waits for approval"),
        State.SCHEDULED: t.label("scheduled"),
        State.SENDING: t.label("being sent"),
        State.PAUSED: t.label("paused"),
        State.STOPPED: t.label("stopped"),
        State.DONE: t.label("sent"),
        State.WITHDRAWN: t.label("withdrawn"),
        State.DISCARDED: t.label("discarded"),
    }[state]


def reason_word(t: Tongue, reason: Reason) -> str:
    """Why a copy did not arrive."""
    return {
        Reason.BLOCKED: t.label("has blocked the bot"),
        Reason.ACCOUNT_GONE: t.label("account is gone"),
        Reason.PUT_OUT: t.label("the bot was put out of the group"),
        Reason.MUTED: t.label("the bot may not write there"),
        Reason.READER_DELETED: t.label("the reader deleted it"),
        Reason.OTHER: t.label("refused by Telegram"),
    }[reason]


def report(t: Tongue, facts: Report) -> Message:
    """How it stands, and what can be done."""
    a, tally = facts.announcement, facts.tally
    lines = [
        t.say("<b>Announcement</b> “{title}”: {state}", title=facts.title, state=state_word(t, a.state)),
        *_when(t, facts),
    ]
    if a.state in SENT_STATES:
        lines.append(t.say("To {whom}.", whom=whom(t, facts.groups, facts.people)))
        lines.append(
            t.say(
                "Sent {sent} · waiting {waiting} · in doubt {in_doubt} · failed {failed}",
                sent=tally.sent,
                waiting=tally.waiting,
                in_doubt=tally.in_doubt,
                failed=tally.failed,
            )
        )
        if facts.held_until is not None:
            lines.append(
                t.count(
                    "{n} copy waits for the end of quiet hours, until {moment}.",
                    "{n} copies wait for the end of quiet hours, the last until {moment}.",
                    facts.held,
                    moment=moment(t, facts.held_until, facts.zone),
                )
            )
        if tally.stopped:
            lines.append(t.count("{n} copy was stopped.", "{n} copies were stopped.", tally.stopped))
        lines += [t.say("– {reason}: {n}", reason=reason_word(t, reason), n=n) for reason, n in facts.reasons]
        if a.unreached:
            lines.append(
                t.count(
                    "{n} person of the audience could not be written to at all.",
                    "{n} people of the audience could not be written to at all.",
                    a.unreached,
                )
            )
        lines += _after_lines(t, facts)
    return Message("\n".join(lines), buttons=_report_buttons(t, facts))


def _when(t: Tongue, facts: Report) -> list[str]:
    a = facts.announcement
    lines: list[str] = [t.say("By {name}", name=facts.author)]
    if a.state is State.SCHEDULED and a.send_at is not None:
        lines.append(t.say("Goes out: {moment}", moment=moment(t, a.send_at, facts.zone)))
    if a.repeats is Repeat.DAILY:
        lines.append(t.say("Goes out again every day."))
    if a.repeats is Repeat.WEEKLY:
        lines.append(t.say("Goes out again every week."))
    if a.started_at is not None:
        lines.append(t.say("Sent from {moment}", moment=moment(t, a.started_at, facts.zone)))
    return lines


def _after_lines(t: Tongue, facts: Report) -> list[str]:
    lines: list[str] = []
    if Option.CONFIRM in facts.announcement.options:
        lines.append(t.say("Confirmed: <b>{read} of {expected}</b>", read=facts.read, expected=facts.expected))
    if facts.pinned is not None:
        lines.append(
            t.say(
                "Pinned: {done} · waiting {waiting} · not {failed}",
                done=facts.pinned.done, waiting=facts.pinned.waiting, failed=facts.pinned.failed,
            )
        )  # fmt: skip
    if facts.corrected is not None:
        lines.append(
            t.say(
                "Corrected: {done} · waiting {waiting} · not {failed}",
                done=facts.corrected.done, waiting=facts.corrected.waiting, failed=facts.corrected.failed,
            )
        )  # fmt: skip
    if facts.withdrawn is not None:
        lines.append(
            t.say(
                "Deleted: {done} · waiting {waiting} · not {failed}",
                done=facts.withdrawn.done, waiting=facts.withdrawn.waiting, failed=facts.withdrawn.failed,
            )
        )  # fmt: skip
    if facts.struck is not None:
        lines.append(
            t.say(
                "Struck through: {done} · waiting {waiting} · not {failed}",
                done=facts.struck.done, waiting=facts.struck.waiting, failed=facts.struck.failed,
            )
        )  # fmt: skip
    if facts.replies:
        lines.append(t.count("{n} reply came.", "{n} replies came.", facts.replies))
    return lines


def _report_buttons(t: Tongue, facts: Report) -> Rows:
    a, tally = facts.announcement, facts.tally
    number = a.announcement_id
    rows: list[tuple[Button, ...]] = []
    stop = Button(t.label("Stop"), SendAnnouncement(number, SendAct.STOP))
    if a.state is State.SENDING:
        rows.append((Button(t.label("Pause"), SendAnnouncement(number, SendAct.PAUSE)), stop))
    elif a.state is State.PAUSED:
        rows.append((Button(t.label("Go on"), SendAnnouncement(number, SendAct.RESUME)), stop))
    elif a.state in {State.SCHEDULED, State.AWAITING}:
        rows.append((Button(t.label("Back to the draft"), EditDraft(number)),))
    if tally.in_doubt:
        label = t.label("In doubt: {n}", n=tally.in_doubt)
        rows.append((Button(label, SettleDoubt(number, 0, DoubtAct.SHOW)),))
    if a.state in SENT_STATES and a.state is not State.WITHDRAWN:
        rows.append(
            (
                Button(t.label("Correct"), AfterAnnouncement(number, AfterAct.CORRECT)),
                Button(t.label("Withdraw"), AfterAnnouncement(number, AfterAct.WITHDRAW)),
            )
        )
        if Option.CONFIRM in a.options:
            rows.append(
                (
                    Button(t.label("By team"), AfterAnnouncement(number, AfterAct.BY_TEAM)),
                    Button(t.label("Remind those who have not"), AfterAnnouncement(number, AfterAct.REMIND)),
                )
            )
    if a.state in SENT_STATES:
        last = [Button(t.label("Export"), AfterAnnouncement(number, AfterAct.EXPORT))]
        if tally.failed or tally.stopped:
            last.insert(0, Button(t.label("Who did not get it"), AfterAnnouncement(number, AfterAct.FAILED)))
        rows.append(tuple(last))
    rows.append(
        (
            Button(t.label("Refresh"), AfterAnnouncement(number, AfterAct.REPORT)),
            Button(t.label("All announcements"), ListAnnouncements()),
        )
    )
    return tuple(rows)


def history(
    t: Tongue, listed: Sequence[tuple[Announcement, str, Tally]], page: int, pages: int, zone: ZoneInfo
) -> Message:
    """What was announced, a page of it; `page` counts from 0."""
    lines = [t.say("<b>Announcements</b>")]
    rows: list[tuple[Button, ...]] = []
    for a, title, tally in listed:
        when = a.started_at or a.send_at or a.created_at
        lines.append(
            t.say(
                "{moment} “{title}”: {state}, {sent} of {total}",
                moment=moment(t, when, zone),
                title=title,
                state=state_word(t, a.state),
                sent=tally.sent,
                total=tally.total,
            )
        )
        rows.append((Button(shorten(title, _LABEL), AfterAnnouncement(a.announcement_id)),))
    if not listed:
        lines.append(t.say("Nothing was announced yet. /announce begins."))
    rows += _turning(page, pages)
    return Message("\n".join(lines), buttons=tuple(rows))


def _turning(page: int, pages: int) -> list[tuple[Button, ...]]:
    turning = []
    if page > 0:
        turning.append(Button("‹", ListAnnouncements(page - 1)))
    if page + 1 < pages:
        turning.append(Button("›", ListAnnouncements(page + 1)))
    return [tuple(turning)] if turning else []


def doubts(t: Tongue, a: Announcement, listed: Sequence[CopyLine], total: int, page: int, pages: int) -> Message:
    """Copies of which nobody knows whether they arrived."""
    number = a.announcement_id
    lines = [
        t.count(
            "{n} copy may or may not have arrived: the answer was lost. Ask its reader, or decide.",
            "{n} copies may or may not have arrived: the answers were lost. Ask their readers, or decide.",
            total,
        )
    ]
    rows: list[tuple[Button, ...]] = []
    for copy in listed:
        lines.append(t.say("– {name} {team}", name=copy.name, team=copy.team))
        rows.append(
            (
                Button(
                    t.label("Send again: {name}", name=shorten(copy.name, _LABEL)),
                    SettleDoubt(number, copy.delivery_id, DoubtAct.AGAIN, page),
                ),
                Button(t.label("It arrived"), SettleDoubt(number, copy.delivery_id, DoubtAct.ARRIVED, page)),
            )
        )
    rows.append(
        (
            Button(t.label("Send all again"), SettleDoubt(number, 0, DoubtAct.AGAIN)),
            Button(t.label("All arrived"), SettleDoubt(number, 0, DoubtAct.ARRIVED)),
        )
    )
    turning = []
    if page > 0:
        turning.append(Button("‹", SettleDoubt(number, 0, DoubtAct.SHOW, page - 1)))
    if page + 1 < pages:
        turning.append(Button("›", SettleDoubt(number, 0, DoubtAct.SHOW, page + 1)))
    if turning:
        rows.append(tuple(turning))
    rows.append(_back(t, number))
    return Message("\n".join(lines), buttons=tuple(rows))


def failed(t: Tongue, a: Announcement, listed: Sequence[CopyLine], total: int) -> Message:
    """Who did not get it, and why."""
    lines = [t.say("<b>Who did not get it</b>")]
    for copy in listed:
        why = reason_word(t, copy.reason) if copy.reason else t.label("stopped")
        lines.append(t.say("– {name} {team}: {why}", name=copy.name, team=copy.team, why=why))
    if total > len(listed):
        lines.append(t.count("… and {n} more: see the export.", "… and {n} more: see the export.", total - len(listed)))
    return Message(join_blocks(lines, gap="\n", limit=_ROOM)[0], buttons=(_back(t, a.announcement_id),))


def by_team(t: Tongue, a: Announcement, counts: Sequence[tuple[str, int, int]]) -> Message:
    """(team, confirmed, expected): who still has to."""
    lines = [t.say("<b>Confirmed by team</b>")]
    for name, read, expected in counts:
        shown = name or t.label("no team")
        mark = "✓ " if read == expected else ""
        lines.append(Html(mark + t.say("{team}: {read} of {expected}", team=shown, read=read, expected=expected)))
    parts = join_blocks(lines, gap="\n", limit=_ROOM)
    text = parts[0] if len(parts) == 1 else parts[0] + "\n" + t.say("… and more.")
    return Message(text, buttons=(_back(t, a.announcement_id),))


def ask_withdraw(t: Tongue, a: Announcement, copies: int) -> Message:
    """Before it is taken back."""
    text = t.count(
        "<b>Withdraw it?</b> {n} copy is deleted, or struck through where Telegram no longer deletes.",
        "<b>Withdraw it?</b> {n} copies are deleted, or struck through where Telegram no longer deletes.",
        copies,
    )
    sure = Button(t.label("Yes, withdraw"), AfterAnnouncement(a.announcement_id, AfterAct.WITHDRAW_SURE))
    return Message(text, buttons=((sure,), _back(t, a.announcement_id)))


def ask_remind(t: Tongue, a: Announcement, missing: int) -> Message:
    """Before those are reminded who have not confirmed."""
    if not missing:
        return Message(t.say("Everybody who can be written to has confirmed."), buttons=(_back(t, a.announcement_id),))
    text = t.count(
        "{n} person has not confirmed and can be reminded.",
        "{n} people have not confirmed and can be reminded.",
        missing,
    )
    sure = AfterAnnouncement(a.announcement_id, AfterAct.REMIND_SURE, a.reminders)
    return Message(text, buttons=((Button(t.label("Remind them"), sure),), _back(t, a.announcement_id)))


def reminder(t: Tongue, title: str, rows: Rows) -> Message:
    """To who has not confirmed."""
    return Message(t.say("Please confirm that you have read “{title}”.", title=title), buttons=rows)


def reminded(t: Tongue, count: int) -> str:
    """A toast."""
    return t.label("Reminders on their way: {n}", n=count)


def ask_correction(
    t: Tongue, a: Announcement, language_names: Mapping[str, str], problem: Html | None = None
) -> Message:
    """The new wording; a button for each language that has a version."""
    lines = [problem, ""] if problem else []
    lines.append(
        t.say("Send me the new text. Every copy that was delivered is changed, and what still waits goes out new.")
    )
    rows = tuple(
        (Button(name, AfterAnnouncement(a.announcement_id, AfterAct.CORRECT, place)),)
        for place, (_, name) in enumerate(language_names.items(), 1)
    )
    return Message("\n".join(lines), buttons=(*rows, _back(t, a.announcement_id)))


def original_word(t: Tongue) -> str:
    """The version that everybody reads who has none of his own."""
    return t.label("Original")


def withdrawn_mark(t: Tongue) -> str:
    """Above a copy that is struck through."""
    return t.label("Withdrawn")


def confirmed(t: Tongue) -> str:
    """A toast to who confirmed."""
    return t.label("Thank you. It is noted that you have read it.")


def author_gone(t: Tongue, title: str) -> Message:
    """To coordinators: its time came, and its author may not announce any more."""
    return Message(
        t.say(
            "“{title}” was not sent: its author no longer coordinates. Whoever wants it sent announces it anew.",
            title=title,
        )
    )


def _back(t: Tongue, announcement_id: int) -> tuple[Button, ...]:
    return (Button(t.label("Back"), AfterAnnouncement(announcement_id)),)
