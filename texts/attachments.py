"""What is said of files of meeting logs."""

from domain.attachment import MOST_BYTES
from domain.button import ShowFile
from domain.checkin import LogEntry
from domain.meeting import Meeting
from domain.message import Button, Message
from texts.programme import hours, said_at
from texts.split import shorten
from texts.tongue import Html, Tongue

BUTTON_LENGTH = 40
HOST_LENGTH = 200
AUTHOR_LENGTH = 100
MEGABYTE = 1024 * 1024


def too_large(t: Tongue) -> Html:
    """A note for who has just sent a file that a bot cannot fetch."""
    return t.say(
        "The file is larger than {limit} MB, more than a bot can fetch: it stays in this chat, but does not get into "
        "the mission's folder. If it matters there, please send a smaller one.",
        limit=MOST_BYTES // MEGABYTE,
    )


def file_button(t: Tongue, entry: LogEntry) -> Button:
    """Look at the file of this point."""
    what = entry.body.strip() or t.label("File from {author}", author=entry.author)
    return Button(shorten(f"📎 {what}", BUTTON_LENGTH), ShowFile(entry.entry_id))


def not_fetched(t: Tongue, meeting: Meeting, file_name: str, *, large: bool) -> Message:
    """To its author: the bytes of a file are not to be had."""
    about = t.say("{hours} {host}", hours=hours(t, meeting), host=shorten(meeting.host, HOST_LENGTH))
    lines: list[str] = [Html(f"<b>{about}</b>")]
    if file_name:
        lines.append(t.say("File: {file}", file=shorten(file_name, AUTHOR_LENGTH)))
    if large:
        lines.append(too_large(t))
    else:
        lines.append(
            t.say(
                "I could not get this file from Telegram, so the mission's folder does not have it. What you wrote "
                "stays in the log. If you still have the file, please send it once more with /log."
            )
        )
    return Message("\n".join(lines))


def gone(t: Tongue) -> str:
    """A toast: a file that Telegram did not hand out."""
    return t.label("Telegram no longer has this file. Its author was asked to send it once more.")


def caption(t: Tongue, meeting: Meeting, entry: LogEntry) -> Html:
    """Under a file that is sent again: whose it is; far below Telegram's 1024 characters."""
    return t.say(
        "{day}, {hours} {host}\n{author}, {time}",
        day=t.short_day(meeting.local_day),
        hours=hours(t, meeting),
        host=shorten(meeting.host, HOST_LENGTH),
        author=shorten(entry.author, AUTHOR_LENGTH),
        time=said_at(t, meeting, entry.said_at),
    )
