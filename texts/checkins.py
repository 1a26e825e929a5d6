"""Receipts of check-ins."""

from domain.button import CheckIn, OpenLog, Presence, ShowDay, SkipStep
from domain.checkin import CheckInFact
from domain.meeting import Meeting
from domain.message import Button, Message
from texts.programme import said_at, title
from texts.tongue import Tongue


def receipt(t: Tongue, meeting: Meeting, fact: CheckInFact, *, asks: bool) -> Message:
    """What was stored, in words one can check; `asks` while the optional question is still open."""
    when = said_at(t, meeting, fact.said_at)
    said = {
        Presence.ARRIVED: t.say("Stored: you arrived at {time}.", time=when),
        Presence.ON_MY_WAY: t.say("Stored at {time}: you are on your way.", time=when),
        Presence.CANNOT_ATTEND: t.say("Stored at {time}: you cannot attend.", time=when),
    }[fact.presence]
    lines: list[str] = [title(t, meeting), said]
    if fact.came_late:
        lines.append(t.say("Your message reached us later, at {time}.", time=said_at(t, meeting, fact.processed_at)))
    lines += _details(t, fact)
    if asks:
        lines += ["", _question(t, fact.presence)]
    return Message("\n".join(lines), buttons=_buttons(t, meeting, fact, asks=asks))


def not_a_place(t: Tongue, meeting: Meeting, fact: CheckInFact) -> Message:
    """Something else came where a location was awaited; it is kept as a point of the log."""
    first = receipt(t, meeting, fact, asks=True)
    kept = t.say("Your words are kept as a point in your draft of the meeting log.")
    return Message(f"{first.text}\n\n{kept}", buttons=first.buttons)


def cancelled_meeting(t: Tongue, meeting: Meeting) -> str:
    """A toast: one cannot check in to what does not take place."""
    return t.label("“{host}” is cancelled.", host=meeting.host[:100])


def no_meetings(t: Tongue) -> Message:
    """/checkin or /log with nothing on this person's programme."""
    return Message(
        t.say("There is no meeting on your programme. If there should be one, please ask your coordinator."),
        buttons=((Button(t.label("Programme"), ShowDay()),),),
    )


def place_without_meeting(t: Tongue) -> Message:
    """A location came and there is no meeting it could belong to."""
    return Message(
        t.say("Thank you. I do not know which meeting this place belongs to: check in first, then send it again."),
        buttons=((Button(t.label("Programme"), ShowDay()),),),
    )


def distance(t: Tongue, metres: int) -> str:
    """A distance in the unit a person would use."""
    return t.label("{n} m", n=metres) if metres < 1000 else t.label("{n} km", n=f"{metres / 1000:.1f}")


def _details(t: Tongue, fact: CheckInFact) -> list[str]:
    lines: list[str] = []
    if fact.distance_m is not None:
        lines.append(t.say("Location stored: {distance} from the venue.", distance=distance(t, fact.distance_m)))
    elif fact.located:
        lines.append(t.say("Location stored."))
    if fact.reason:
        lines.append(t.say("Reason: {reason}", reason=fact.reason[:500]))
    return lines


def _question(t: Tongue, presence: Presence) -> str:
    if presence is Presence.CANNOT_ATTEND:
        return t.say("If you like, write why. Or skip.")
    return t.say("If you like, send your location with the button below or by 📎. Or skip.")


def _buttons(t: Tongue, meeting: Meeting, fact: CheckInFact, *, asks: bool) -> tuple[tuple[Button, ...], ...]:
    skip = Button(t.label("Skip"), SkipStep(meeting.meeting_id))
    log = Button(t.label("Write the log"), OpenLog(meeting.meeting_id))
    programme = Button(t.label("Programme"), ShowDay(meeting.local_day.isoformat()))
    here = Button(t.label("I am here"), CheckIn(meeting.meeting_id, Presence.ARRIVED))
    rows: list[tuple[Button, ...]] = [(skip,)] if asks else []
    if fact.presence is Presence.ARRIVED:
        rows.append((log,))
    else:
        rows.append((here,))
    rows.append((programme,))
    return tuple(rows)
