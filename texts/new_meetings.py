"""Meetings that nobody had planned."""

from enum import Enum, auto

from domain.button import CancelNewMeeting, JoinMeeting, ShowDay, ShowMeeting
from domain.meeting import Meeting
from domain.message import Button, Message
from domain.person import Person
from texts.programme import said_at
from texts.split import shorten
from texts.tongue import Tongue

HOST_LENGTH = 200


class Fault(Enum):
    """Why what was given is no host's name."""

    NO_WORDS = auto()
    NO_NAME = auto()
    TOO_LONG = auto()
    TOO_MANY = auto()


def ask_host(t: Tongue) -> Message:
    """/meeting."""
    lines = (
        t.say("You met somebody who was not on the programme."),
        t.say("<b>Whom did you meet?</b> Write the name of the organisation or office, in one message."),
    )
    return Message("\n".join(lines), buttons=((Button(t.label("Cancel"), CancelNewMeeting()),),))


def with_fault(t: Tongue, question: Message, fault: Fault, given: str) -> Message:
    """The question again, below what was wrong with the answer."""
    told = {
        Fault.NO_WORDS: t.say(
            "Please write the name first. What you sent was not kept: send it again when the log asks for it."
        ),
        Fault.NO_NAME: t.say("That is no name: please write at least two letters."),
        Fault.TOO_LONG: t.say(
            "That is too long for a name, and it was not kept: “{given}”. Write the name only, "
            "and tell the rest in the log, which is next.",
            given=shorten(given, 60),
        ),
        Fault.TOO_MANY: t.say("You told of very many meetings today. Please ask your coordinator before you go on."),
    }[fault]
    return Message(f"{told}\n\n{question.text}", buttons=question.buttons)


def is_it_this(t: Tongue, meeting: Meeting, author: Person, *, own: bool) -> Message:
    """A colleague, or he himself, told of a meeting with the same host shortly before."""
    host, time = shorten(meeting.host, HOST_LENGTH), said_at(t, meeting, meeting.starts_at)
    told = (
        t.say("You told of a meeting with <b>{host}</b> at {time}. Is it that one?", host=host, time=time)
        if own
        else t.say(
            "Is it the meeting with <b>{host}</b> that {name} told of at {time}?",
            host=host,
            name=author.name,
            time=time,
        )
    )
    return Message(
        told,
        buttons=(
            (Button(t.label("Yes, that one"), JoinMeeting(meeting.meeting_id, 1)),),
            (Button(t.label("No, another"), JoinMeeting(meeting.meeting_id, 0)),),
            (Button(t.label("Cancel"), CancelNewMeeting()),),
        ),
    )


def stored(t: Tongue, meeting: Meeting) -> Message:
    """What was stored, and how to take it back."""
    lines = (
        t.say(
            "Stored: you met <b>{host}</b> at {time}.",
            host=meeting.host, time=said_at(t, meeting, meeting.starts_at),
        ),
        t.say("The meeting is on the programme as unplanned; the coordinators know of it."),
    )  # fmt: skip
    mistake = Button(t.label("That was a mistake"), CancelNewMeeting(meeting.meeting_id))
    return Message("\n".join(lines), buttons=((mistake,),))


def told_of(t: Tongue, meeting: Meeting, person: Person) -> Message:
    """To coordinators."""
    when, host = said_at(t, meeting, meeting.starts_at), meeting.host
    return Message(
        t.say(
            "Unplanned meeting: {name} ({team}) met <b>{host}</b> at {time}.",
            name=person.name, team=_team(t, person), host=host, time=when,
        ),
        buttons=((Button(t.label("Show the meeting"), ShowMeeting(meeting.meeting_id)),),),
    )  # fmt: skip


def was_a_mistake(t: Tongue, meeting: Meeting, person: Person) -> Message:
    """To coordinators, who were told of it before."""
    return Message(
        t.say(
            "The unplanned meeting of {name} with <b>{host}</b> was a mistake and is cancelled.",
            name=person.name,
            host=meeting.host,
        )
    )


def taken_back(t: Tongue, meeting: Meeting) -> Message:
    """He took it back."""
    return Message(
        t.say("Taken back: the meeting with <b>{host}</b> is cancelled.", host=meeting.host),
        buttons=((Button(t.label("Programme"), ShowDay(meeting.local_day.isoformat())),),),
    )


def renamed(t: Tongue, meeting: Meeting) -> Message:
    """He edited the message by which he had named the host."""
    return Message(
        t.say("You edited your message: the meeting is now with <b>{host}</b>.", host=meeting.host),
        buttons=((Button(t.label("Show the meeting"), ShowMeeting(meeting.meeting_id)),),),
    )


def not_renamed(t: Tongue, meeting: Meeting) -> Message:
    """The same, but the meeting is cancelled, or that is no name."""
    return Message(
        t.say("You edited your message, but the meeting keeps its name: <b>{host}</b>.", host=meeting.host),
        buttons=((Button(t.label("Show the meeting"), ShowMeeting(meeting.meeting_id)),),),
    )


def too_late(t: Tongue) -> str:
    """A toast: more is known of the meeting by now, or time has passed."""
    return t.label("This can no longer be taken back here. Your coordinator can cancel the meeting.")


def joined(t: Tongue) -> str:
    """A toast: he is at the colleague's meeting."""
    return t.label("Stored: you are at this meeting.")


def _team(t: Tongue, person: Person) -> str:
    return shorten(person.team, 60) or t.label("no team")
