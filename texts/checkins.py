"""Receipts of check-ins."""

from datetime import datetime

from domain.attendance import ETA_MINUTES, Question, question_of, timeliness_of
from domain.button import CheckIn, OpenLog, Presence, SetEta, ShowDay, ShowMeeting, SkipStep, UndoCheckIn
from domain.checkin import CheckInFact
from domain.meeting import Meeting
from domain.message import Button, Message, Rows
from texts.programme import said_at, title
from texts.tongue import Html, Tongue, escape

TOAST_NAME = 60
"""Characters of a name in a toast, which has room for 200."""


def receipt(t: Tongue, meeting: Meeting, fact: CheckInFact, *, asks: bool, undo: bool = False) -> Message:
    """What was stored, in words one can check; `asks` while the optional question is still open.

    `undo`: the word can still be taken back with one tap.
    """
    question = question_of(fact) if asks else None
    lines: list[str] = [title(t, meeting), *_stored(t, meeting, fact), *_details(t, meeting, fact)]
    if meeting.cancelled:
        lines.append(t.say("This meeting has been cancelled meanwhile. What you said is kept."))
    if question is not None:
        lines += ["", _question(t, question, fact)]
    return Message("\n".join(lines), buttons=_buttons(t, meeting, fact, question, undo=undo))


def not_an_answer(t: Tongue, shown: Message, names: Rows) -> Message:
    """Words came where something else was awaited; they are kept as a point of the log, which a name goes on with."""
    kept = t.say("Your words are kept as a point in your draft of the meeting log.")
    return Message(f"{shown.text}\n\n{kept}", buttons=(*names, *shown.buttons))


def cannot_use(t: Tongue, shown: Message, *, place: bool) -> Message:
    """A contact, a die, a poll, a sticker while a place (or else a reason) is awaited."""
    text = (
        t.say("I cannot keep that. I asked for your location: 📎, then “Location”.")
        if place
        else t.say("I cannot keep that. I asked for the reason: please write it.")
    )
    return Message(f"{shown.text}\n\n{text}", buttons=shown.buttons)


def too_early(t: Tongue, meeting: Meeting, at: datetime) -> Message:
    """An arrival long before the start: nothing is stored until he answers."""
    return Message(
        "\n".join((title(t, meeting), starts_later(t, meeting, at), t.say("Are you there already?"))),
        buttons=(
            (Button(t.label("Yes, I am here"), CheckIn(meeting.meeting_id, Presence.ARRIVED, 1)),),
            (
                Button(t.label("On my way"), CheckIn(meeting.meeting_id, Presence.ON_MY_WAY)),
                Button(t.label("Back"), ShowMeeting(meeting.meeting_id)),
            ),
        ),
    )


def starts_later(t: Tongue, meeting: Meeting, at: datetime) -> Html:
    """When it starts, seen from a moment hours before."""
    time = said_at(t, meeting, meeting.starts_at)
    if at.astimezone(meeting.zone).date() != meeting.local_day:
        return t.say("It starts only on {day} at {time}.", day=t.day(meeting.local_day), time=time)
    hours = round((meeting.starts_at - at).total_seconds() / 3600)
    return t.count(
        "It starts only at {time}, in {n} hour.", "It starts only at {time}, in {n} hours.", hours, time=time
    )


def too_late(t: Tongue, meeting: Meeting) -> Message:
    """An arrival long after the end: nothing is stored until he answers."""
    ended = meeting.ends_at or meeting.starts_at
    over = t.say(
        "It was over on {day} at {time}.",
        day=t.day(ended.astimezone(meeting.zone).date()),
        time=said_at(t, meeting, ended),
    )
    ask = t.say("Nothing is stored yet. Did you mean this meeting?")
    return Message(
        "\n".join((title(t, meeting), over, ask)),
        buttons=(
            (Button(t.label("Yes, I was there"), CheckIn(meeting.meeting_id, Presence.ARRIVED, 1)),),
            (
                Button(t.label("Back"), ShowMeeting(meeting.meeting_id)),
                Button(t.label("Programme of today"), ShowDay()),
            ),
        ),
    )


def cancelled_meeting(t: Tongue, meeting: Meeting) -> str:
    """A toast: one cannot check in to what does not take place."""
    return t.label("“{host}” is cancelled.", host=meeting.host[:100])


def stored(t: Tongue, meeting: Meeting, fact: CheckInFact) -> str:
    """A toast, and the receipt's first words: what was stored."""
    when = said_at(t, meeting, fact.said_at)
    return {
        Presence.ARRIVED: t.label("Stored: you arrived at {time}.", time=when),
        Presence.ON_MY_WAY: t.label("Stored at {time}: you are on your way.", time=when),
        Presence.CANNOT_ATTEND: t.label("Stored at {time}: you cannot attend.", time=when),
        Presence.LEFT: t.label("Stored at {time}: you have left.", time=when),
    }[fact.presence]


def taken_back(t: Tongue) -> str:
    """A toast: the word does not count any more."""
    return t.label("Taken back.")


def too_late_to_undo(t: Tongue) -> str:
    """A toast: words can be taken back for some minutes only."""
    return t.label("This can no longer be taken back. Say instead what is right: the buttons are below.")


def no_meetings(t: Tongue) -> Message:
    """/checkin or /log with nothing on this person's programme."""
    return Message(
        t.say("There is no meeting on your programme. If there should be one, please ask your coordinator."),
        buttons=((Button(t.label("Programme"), ShowDay()),),),
    )


def distance(t: Tongue, metres: int) -> str:
    """A distance in the unit a person would use."""
    return t.label("{n} m", n=metres) if metres < 1000 else t.label("{n} km", n=f"{metres / 1000:.1f}")


def place_kept(t: Tongue, meeting: Meeting, fact: CheckInFact) -> Message:
    """A place came while he writes a log: said apart, so that the log stays where it is."""
    lines: list[str] = [title(t, meeting), *_details(t, meeting, fact)]
    return Message("\n".join(lines))


def _stored(t: Tongue, meeting: Meeting, fact: CheckInFact) -> list[str]:
    lines: list[str] = [escape(stored(t, meeting, fact))]
    timely = _timeliness(t, meeting, fact)
    if timely:
        lines.append(timely)
    if fact.came_late:
        lines.append(t.say("Your message reached us later, at {time}.", time=said_at(t, meeting, fact.processed_at)))
    return lines


def _timeliness(t: Tongue, meeting: Meeting, fact: CheckInFact) -> str:
    if fact.presence is not Presence.ARRIVED:
        return ""
    timeliness = timeliness_of(fact, meeting)
    minutes = abs(timeliness.minutes_early)
    hours = round(minutes / 60)
    if not minutes:
        return ""
    if timeliness.late and minutes < 120:
        return t.count("That is {n} minute after the start.", "That is {n} minutes after the start.", minutes)
    if timeliness.late:
        return t.count("That is {n} hour after the start.", "That is {n} hours after the start.", hours)
    if minutes < 120:
        return t.count("That is {n} minute before the start.", "That is {n} minutes before the start.", minutes)
    return t.count("That is {n} hour before the start.", "That is {n} hours before the start.", hours)


def _details(t: Tongue, meeting: Meeting, fact: CheckInFact) -> list[str]:
    lines: list[str] = []
    if fact.distance_m is not None and fact.accuracy_m is not None:
        lines.append(
            t.say(
                "Location stored: {distance} from the venue (± {accuracy}).",
                distance=distance(t, fact.distance_m),
                accuracy=distance(t, round(fact.accuracy_m)),
            )
        )
    elif fact.distance_m is not None:
        lines.append(t.say("Location stored: {distance} from the venue.", distance=distance(t, fact.distance_m)))
    elif fact.located:
        lines.append(t.say("Location stored."))
    if fact.eta_at is not None:
        lines.append(t.say("You expect to be there at {time}.", time=said_at(t, meeting, fact.eta_at)))
    if fact.reason:
        lines.append(t.say("Reason: {reason}", reason=fact.reason[:500]))
    return lines


def _question(t: Tongue, question: Question, fact: CheckInFact) -> str:
    match question:
        case Question.REASON:
            return t.say("If you like, write why. Or skip.")
        case Question.ETA:
            return t.say("If you like, tell when you will be there.")
        case Question.FAR:
            return t.say(
                "You are {distance} from the venue. Is that right?", distance=distance(t, fact.distance_m or 0)
            )
        case Question.PLACE:
            return t.say("If you like, send your location with the button below or by 📎. Or skip.")


def _buttons(t: Tongue, meeting: Meeting, fact: CheckInFact, question: Question | None, *, undo: bool) -> Rows:
    here = meeting.meeting_id
    rows: list[tuple[Button, ...]] = []
    if fact.presence is Presence.ON_MY_WAY and not meeting.cancelled:
        rows.append(tuple(Button(t.label("{n} min", n=n), SetEta(here, n)) for n in ETA_MINUTES))
    if question is Question.FAR:
        rows.append((Button(t.label("Yes, I am there"), SkipStep(here)),))
        rows.append((Button(t.label("On my way after all"), CheckIn(here, Presence.ON_MY_WAY)),))
    aside = [Button(t.label("Skip"), SkipStep(here))] if question in {Question.PLACE, Question.REASON} else []
    if undo:
        aside.append(Button(t.label("Undo"), UndoCheckIn(fact.checkin_id)))
    if aside:
        rows.append(tuple(aside))
    if fact.presence in {Presence.ARRIVED, Presence.LEFT}:
        rows.append((Button(t.label("Write the log"), OpenLog(here)),))
    elif not meeting.cancelled:
        rows.append((Button(t.label("I am here"), CheckIn(here, Presence.ARRIVED)),))
    rows.append(
        (
            Button(t.label("The meeting"), ShowMeeting(here)),
            Button(t.label("Programme"), ShowDay(meeting.local_day.isoformat())),
        )
    )
    return tuple(rows)
