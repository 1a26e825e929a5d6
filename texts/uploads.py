"""What is said of a file that somebody sent to be imported."""

from collections.abc import Sequence

from domain.button import ShowDay
from domain.faults import Fault, FaultCode
from domain.message import Button, Message
from domain.people_button import ApplyUpload, CancelUpload, ShowBoard
from domain.upload import MAX_UPLOAD, Trouble, UploadState
from texts.imports import RosterCounts, fault_count, fault_line, roster_preview
from texts.split import shorten
from texts.tongue import Html, Tongue, escape

FAULTS_SHOWN = 10
FAULT_LENGTH = 240
NAME_SHOWN = 60
MEGABYTE = 1024 * 1024


def reading(t: Tongue, upload_id: int, file_name: str) -> Message:
    """The file is being fetched and read."""
    return Message(
        t.say("Reading “{file}” … That takes a few seconds; you can go on meanwhile.", file=_name(file_name)),
        buttons=((_cancel(t, upload_id),),),
    )


def only_for_the_whole_mission(t: Tongue) -> Message:
    """A coordinator of some teams sent a table."""
    return Message(
        t.say(
            "Only somebody who coordinates the whole mission can import a roster or a programme, "
            "so nothing was imported. Please send the file to one of them."
        )
    )


def trouble(t: Tongue, file_name: str, why: Trouble) -> Message:
    """The file could not even be looked at."""
    match why:
        case Trouble.TOO_LARGE:
            text = t.say(
                "“{file}” is larger than {limit} MB, more than a bot can fetch from Telegram. Nothing was imported.\n\n"
                "Take pictures and other sheets out of the file, or save it as CSV. If it is still too large, "
                "ask the operator to use “fieldpost import”.",
                file=_name(file_name),
                limit=MAX_UPLOAD // MEGABYTE,
            )
        case Trouble.GONE:
            text = t.say(
                "Telegram no longer has “{file}”. Nothing was imported. Please send it again.", file=_name(file_name)
            )
        case Trouble.UNREACHABLE:
            text = t.say(
                "Telegram did not hand out “{file}”, though I asked several times. Nothing was imported. "
                "Please send it again in a while.",
                file=_name(file_name),
            )
        case Trouble.TOO_HEAVY:
            text = t.say(
                "“{file}” takes too long to read or holds far more than a roster or a programme. "
                "Nothing was imported.\n\n"
                "Copy the table alone into a new sheet, without formatting, and send that; or save it as CSV.",
                file=_name(file_name),
            )
    return Message(text)


def faulty(t: Tongue, file_name: str, faults: Sequence[Fault], sound: int) -> Message:
    """What is wrong with it, the first of it at least; `sound` rows are right."""
    listed = [fault for fault in faults if fault.code is not FaultCode.MORE_FAULTS]
    unlisted = sum(int(f.detail.get("count", "0")) for f in faults if f.code is FaultCode.MORE_FAULTS)
    lines: list[str] = [t.say("<b>{file}</b>", file=_name(file_name)), escape(fault_count(t, faults)), ""]
    lines += [t.say("• {fault}", fault=shorten(fault_line(t, fault), FAULT_LENGTH)) for fault in listed[:FAULTS_SHOWN]]
    if more := len(listed) - FAULTS_SHOWN + unlisted if len(listed) > FAULTS_SHOWN else unlisted:
        lines.append(t.count("… and {n} more.", "… and {n} more.", more))
    lines.append("")
    if sound:
        lines.append(t.count("{n} row is right.", "{n} rows are right.", sound))
    lines.append(t.say("Please correct the file and send it again. Nothing has changed."))
    return Message("\n".join(lines))


def preview(
    t: Tongue,
    upload_id: int,
    file_name: str,
    change: RosterCounts,
    aside: Sequence[str],
    *,
    ends_yours: bool,
    ends_many: bool,
    again: bool,
) -> Message:
    """What importing the file would do. `again`: it is no longer what was shown before."""
    lines: list[str] = [t.say("<b>{file}</b>", file=_name(file_name)), ""]
    if again:
        lines[1:] = [t.say("The roster has changed since I read this file. Now it would do this:"), ""]
    lines += _escaped(roster_preview(t, change, aside))
    if ends_yours:
        lines += ["", t.say("⚠️ <b>You</b> would no longer coordinate the whole mission after this import.")]
    if ends_many:
        warning = t.count(
            "⚠️ The access of <b>{n} person</b> would end: more than a third of the roster. Is the list complete?",
            "⚠️ The access of <b>{n} people</b> would end: more than a third of the roster. Is the list complete?",
            len(change.gone),
        )
        lines += ["", warning]
    lines += ["", t.say("Nothing has been imported yet.")]
    return Message(
        "\n".join(lines),
        buttons=((Button(t.label("Apply"), ApplyUpload(upload_id)), _cancel(t, upload_id)),),
    )


def nothing_to_do(t: Tongue, file_name: str, change: RosterCounts, aside: Sequence[str]) -> Message:
    """The roster is as the file has it."""
    return Message(
        "\n".join([t.say("<b>{file}</b>", file=_name(file_name)), *_escaped(roster_preview(t, change, aside))])
    )


def nobody_left(t: Tongue, file_name: str) -> Message:
    """After this import nobody who is enrolled would coordinate the whole mission."""
    return Message(
        t.say(
            "“{file}” was not imported: it leaves nobody who is enrolled and coordinates the whole mission, "
            "and then nobody could put it right from here.\n\n"
            "Please check that you and the other coordinators are in the list, with the role and without a scope.",
            file=_name(file_name),
        )
    )


def applied(t: Tongue, change: RosterCounts) -> Message:
    """It is done."""
    done = t.say(
        "Imported: {new} new, {changed} changed, {gone} no longer listed, {same} unchanged.",
        new=len(change.new),
        changed=len(change.changed),
        gone=len(change.gone),
        same=len(change.unchanged),
    )
    lines: list[str] = [done]
    if change.gone:
        lines.append(t.say("Whoever is no longer listed can do nothing here from now on; what they reported is kept."))
    if change.new:
        lines.append(t.say("The new ones need their invitations: the board has them."))
    return Message("\n".join(lines), buttons=((Button(t.label("Who is aboard"), ShowBoard()),),))


def cancelled(t: Tongue) -> Message:
    """By a tap."""
    return Message(
        t.say("Cancelled. Nothing was imported, and what was in the file is erased."),
        buttons=((Button(t.label("Programme"), ShowDay()),),),
    )


def how_it_stands(t: Tongue, state: UploadState) -> str:
    """A toast: the button came too early or too late."""
    match state:
        case UploadState.WANTED:
            return t.label("The file is still being read.")
        case UploadState.READ:
            return t.label("Please look at what the file would do now, and tap again.")
        case UploadState.APPLIED:
            return t.label("This file is imported already.")
        case UploadState.CANCELLED:
            return t.label("This import was cancelled or replaced by a newer file. Please send the file again.")
        case UploadState.REFUSED:
            return t.label("This file was not imported. Please correct it and send it again.")


def _name(file_name: str) -> str:
    return shorten(file_name, NAME_SHOWN)


def _escaped(lines: Sequence[str]) -> list[Html]:
    return [escape(line) for line in lines]


def _cancel(t: Tongue, upload_id: int) -> Button:
    return Button(t.label("Cancel"), CancelUpload(upload_id))
