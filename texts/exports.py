"""What is said along with the programme as a file."""

from collections.abc import Sequence

from domain.button import ShowDay
from domain.message import Button, Message
from texts.imports import listed
from texts.tongue import Html, Tongue, escape


def on_its_way(t: Tongue) -> str:
    """A toast: making the file takes a moment."""
    return t.label("The file is being made and arrives in a moment.")


def calendar_caption(t: Tongue, meetings: int) -> Html:
    """Under a person's own calendar."""
    head = t.count("<b>Your programme: {n} meeting.</b>", "<b>Your programme: {n} meetings.</b>", meetings)
    about = t.say(
        "Open the file and your calendar takes the meetings over. It does not follow changes by itself: "
        "after one, send /calendar again; meetings are then updated and not doubled."
    )
    return Html(f"{head}\n{about}")


def workbook_caption(t: Tongue, meetings: int, odd: Sequence[str], *, imports: bool) -> Html:
    """Under the workbook; `odd` are references of meetings of which it does not say all."""
    lines = [t.count("<b>The programme: {n} meeting.</b>", "<b>The programme: {n} meetings.</b>", meetings)]
    if imports:
        lines.append(t.say("Change it and send it back to me: I show what differs before anything is imported."))
    lines += [escape(line) for line in told_differently(t, odd)]
    return Html("\n".join(lines))


def told_differently(t: Tongue, odd: Sequence[str]) -> list[str]:
    """Of which meetings the workbook does not say all."""
    return listed(
        odd,
        lambda refs: t.label(
            "Not all of these fits into a table, so they would come back changed: {references}", references=refs
        ),
    )


def no_meetings(t: Tongue) -> Message:
    """There is nothing to put into a file."""
    return Message(
        t.say("There are no meetings yet, so I made no file."), buttons=((Button(t.label("Programme"), ShowDay()),),)
    )


def calendars_written(t: Tongue, written: int, same: int, gone: int, folder: str) -> str:
    """The command line: the folder is up to date."""
    return t.label(
        "{folder}: {written} calendars written, {same} unchanged, {gone} removed.",
        folder=folder,
        written=written,
        same=same,
        gone=gone,
    )


def workbook_written(t: Tongue, meetings: int, path: str) -> str:
    """The command line: the workbook is there."""
    return t.label("{path}: {meetings} meetings written.", path=path, meetings=meetings)
