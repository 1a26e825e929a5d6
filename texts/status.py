"""How the bot is doing, for those who coordinate the whole mission: what needs them first, in a few lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.announcement_button import ListAnnouncements
from domain.message import Button, Message
from domain.people_button import ShowBoard
from texts.directory import NAME_LENGTH, moment
from texts.split import shorten
from texts.tongue import Html, Tongue


@dataclass(frozen=True, slots=True)
class State:
    """What is told. Moments are aware; None: never."""

    now: datetime
    heard_at: datetime | None
    waiting: int
    """Letters that are due."""
    oldest_minutes: int
    unread: int
    """Updates that are stored and not looked at yet."""
    parked: int
    in_doubt: int
    doubted: tuple[str, ...]
    """Names of people and groups of whom it is not known whether something arrived; a few."""
    refused: int
    """In the last 24 hours."""
    coming: tuple[tuple[datetime, str, int], ...]
    """Moment, kind and number of recipients of what is due next."""
    copied_at: datetime | None
    late: bool
    """Letters wait for longer than they should."""
    copy_is_old: bool

    @property
    def well(self) -> bool:
        """Whether nobody has to do anything."""
        return not (self.late or self.copy_is_old or self.parked or self.in_doubt)


def only_for_all(t: Tongue) -> Message:
    """To who coordinates some teams."""
    return Message(t.say("How the bot is doing is told to those who coordinate the whole mission."))


def status(t: Tongue, state: State, zone: ZoneInfo) -> Message:
    """One message; times on the clock of `zone`."""
    head = t.say("<b>All is well.</b>") if state.well else t.say("<b>Something needs you.</b>")
    lines = [head, *_troubles(t, state, zone), "", *_figures(t, state, zone)]
    if state.coming:
        lines += ["", t.say("<b>Due next</b>")]
        lines += [_coming(t, *one, state.now, zone) for one in state.coming]
    buttons = []
    if state.in_doubt:
        buttons.append((Button(t.label("Sent and scheduled"), ListAnnouncements()),))
    if state.refused:
        buttons.append((Button(t.label("Who is aboard"), ShowBoard()),))
    return Message("\n".join(lines), buttons=tuple(buttons))


def _troubles(t: Tongue, state: State, zone: ZoneInfo) -> list[Html]:
    """What somebody has to do something about, and what."""
    lines = []
    if state.late:
        lines.append(
            t.say("Messages are late. They go out in order as soon as Telegram takes them, urgent ones first.")
        )
    if state.in_doubt:
        names = _named(state.doubted, state.in_doubt)
        lines.append(
            t.count(
                "In doubt: {n} ({names}). Nobody knows whether it arrived, and it is not sent twice. Ask there, then "
                "open the announcement and choose.",
                "In doubt: {n} ({names}). Nobody knows whether they arrived, and they are not sent twice. Ask there, "
                "then open the announcement and choose.",
                state.in_doubt,
                names=names,
            )
        )
    if state.parked:
        lines.append(
            t.count(
                "Set aside: {n} message that could not be processed. Tell the operator; its sender knows.",
                "Set aside: {n} messages that could not be processed. Tell the operator; their senders know.",
                state.parked,
            )
        )
    if state.copy_is_old and state.copied_at is not None:
        lines.append(t.say("The last backup is old: {when}. Tell the operator.", when=moment(t, state.copied_at, zone)))
    return lines


def _figures(t: Tongue, state: State, zone: ZoneInfo) -> list[Html]:
    never = t.label("never")
    heard = moment(t, state.heard_at, zone) if state.heard_at else never
    waiting = t.say("Waiting to be sent: {n}", n=state.waiting)
    if state.waiting and state.oldest_minutes:
        waiting = t.say(
            "Waiting to be sent: {n}, the oldest for {minutes} min", n=state.waiting, minutes=state.oldest_minutes
        )
    lines = [waiting]
    if state.unread:
        lines.append(t.say("Came in and not read yet: {n}", n=state.unread))
    if state.refused:
        lines.append(
            t.say("Refused by Telegram in 24 hours: {n} (who blocked the bot, or a chat that is gone)", n=state.refused)
        )
    lines.append(t.say("Telegram last answered: {when}", when=heard))
    lines.append(t.say("Last backup: {when}", when=moment(t, state.copied_at, zone) if state.copied_at else never))
    return lines


def _named(names: Sequence[str], count: int) -> str:
    told = ", ".join(shorten(name, NAME_LENGTH) for name in names)
    return told if len(names) >= count else f"{told}, …"


def _coming(t: Tongue, at: datetime, kind: str, people: int, now: datetime, zone: ZoneInfo) -> Html:
    today = at.astimezone(zone).date() == now.astimezone(zone).date()
    when = t.time(at, zone) if today else moment(t, at, zone)
    what = {
        "digest": t.label("Digests"),
        "reminder": t.label("Reminders"),
        "eve": t.label("Tomorrow's programme"),
        "asked": t.label("Questions to those of whom nothing is heard"),
        "notice": t.label("Notices of changes"),
        "announcement": t.label("Announcements"),
    }[kind]
    return t.say("• {when} {what}: {n}", when=when, what=what, n=people)
