"""Sentences for whoever runs the bot: copies, the doctor's findings; and its alarms to coordinators."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.fault import Task
from domain.message import Message
from domain.person import Person
from texts.tongue import Html, Tongue, escape

MOST_NAMES = 10


def copied(t: Tongue, path: str, size: int) -> str:
    """A backup was made."""
    return t.label("Backup made and verified: {path} ({bytes} bytes).", path=path, bytes=size)


def thinned(t: Tongue, count: int) -> str:
    """Older ones are gone."""
    return t.label("Older backups deleted: {count}.", count=count)


def copy_failed(t: Tongue, why: str) -> str:
    """No backup was made."""
    return t.label("No backup was made: {why}.", why=why)


def no_database(t: Tongue, path: str) -> str:
    """Nothing to copy."""
    return t.label("There is no database at {path}.", path=path)


def restored(t: Tongue, path: str, aside: str | None) -> str:
    """The copy is in place."""
    if aside is None:
        return t.label("Restored to {path}.", path=path)
    return t.label("Restored to {path}. The database that stood there is now {aside}.", path=path, aside=aside)


def would_overwrite(t: Tongue, path: str) -> str:
    """Nobody said that it may be replaced."""
    return t.label("{path} exists. To put the copy in its place, give --replace; it is moved aside.", path=path)


def broken_copy(t: Tongue, path: str, why: str) -> str:
    """Not a sound copy."""
    return t.label("{path} cannot be used: {why}.", path=path, why=why)


def stop_first(t: Tongue, path: str) -> str:
    """A bot runs on the database that is to be replaced."""
    return t.label("Fieldpost is running on {path}. Stop it before restoring.", path=path)


def was_away(t: Tongue, since: datetime, until: datetime, zone: ZoneInfo, *, lost: bool) -> Message:
    """Telegram and the bot were apart for long: to coordinators, afterwards."""
    span = {
        "since": f"{t.short_day(since.astimezone(zone).date())} {t.time(since, zone)}",
        "until": f"{t.short_day(until.astimezone(zone).date())} {t.time(until, zone)}",
    }
    if lost:
        text = t.say(
            "The bot was out of touch with Telegram from {since} to {until}. Telegram keeps messages for 24 hours only:"
            " what people wrote earlier than that is lost. Ask your teams to repeat it.",
            **span,
        )
    else:
        text = t.say(
            "The bot was out of touch with Telegram from {since} to {until}. What people wrote meanwhile was kept by"
            " Telegram and is being taken in now, with the times at which it was sent.",
            **span,
        )
    return Message(text)


def backlog(t: Tongue, letters: int, minutes: int) -> Message:
    """Messages wait: to coordinators."""
    return Message(
        t.say(
            "Messages of the bot are late: {letters} are waiting, the oldest for {minutes} min. They will arrive in"
            " order; urgent ones go first.",
            letters=letters,
            minutes=minutes,
        )
    )


def work_undone(t: Tongue, undone: Mapping[Task, Sequence[Person]]) -> Message:
    """The bot fails some, through a fault of its own: to coordinators, who can see to it that they know."""
    lines = []
    for task, people in undone.items():
        names = escape(", ".join(person.name for person in people[:MOST_NAMES]))
        more = f" {t.label('and {n} more', n=len(people) - MOST_NAMES)}" if len(people) > MOST_NAMES else ""
        lines.append(f"• {_task(t, task)}: {names}{more}" if people else f"• {_task(t, task)}")
    return Message(
        t.say(
            "⚠️ <b>Part of my work does not get done</b>\n\n{what}\n\nThe fault is mine; the log tells the reason to"
            " whoever runs Fieldpost. I keep trying, and everybody else gets what is theirs. Please see to it that"
            " those named here know what they need to.",
            what=Html("\n".join(lines)),
        )
    )


def _task(t: Tongue, task: Task) -> str:
    return {
        Task.CLOCK: t.label("looking after the clock"),
        Task.NOTICES: t.label("notices of changes"),
        Task.OVERDUE: t.label("alerts about overdue check-ins"),
        Task.UNREACHABLE: t.label("alerts about people who cannot be reached"),
        Task.REMINDERS: t.label("reminders"),
        Task.EVE: t.label("tomorrow's programme in the evening"),
        Task.LOGS: t.label("questions for a log"),
        Task.BOARDS: t.label("live boards"),
        Task.ANNOUNCEMENTS: t.label("announcements"),
        Task.PROGRAMMES: t.label("programmes in groups"),
        Task.TIDYING: t.label("tidying up in groups"),
        Task.WATCH: t.label("alarms about myself"),
        Task.DIGESTS: t.label("digests"),
    }[task]


def slow_down(t: Tongue) -> Message:
    """To who says more in a minute than a person can."""
    return Message(
        t.say("That was too much at once: the rest of this minute is not taken in. Wait a little and say it again.")
    )
