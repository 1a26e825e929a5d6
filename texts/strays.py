"""Places that came out of the blue."""

from domain.button import ClaimStray, ShowDay
from domain.meeting import Meeting
from domain.message import Button, Message
from texts.checkins import distance
from texts.programme import said_at
from texts.split import shorten
from texts.tongue import Tongue

LABEL_LENGTH = 40


def is_this_yours(t: Tongue, stray_id: int, likely: list[tuple[Meeting, int | None]]) -> Message:
    """One question about the likeliest meeting, the next ones as buttons; with each its distance in metres."""
    first, metres = likely[0]
    time = said_at(t, first, first.starts_at)
    lines: list[str] = [t.say("Is this your check-in to {host}, {time}?", host=first.host, time=time)]
    if metres is not None:
        lines.append(t.say("You are {distance} from it.", distance=distance(t, metres)))
    others = tuple(
        (
            Button(
                shorten(f"{said_at(t, meeting, meeting.starts_at)} {meeting.host}", LABEL_LENGTH),
                ClaimStray(stray_id, meeting.meeting_id),
            ),
        )
        for meeting, _ in likely[1:]
    )
    yes = Button(t.label("Yes, I am here"), ClaimStray(stray_id, first.meeting_id))
    no = Button(t.label("No"), ClaimStray(stray_id, 0))
    return Message("\n".join(lines), buttons=((yes,), *others, (no,)))


def belongs_to_none(t: Tongue) -> Message:
    """No meeting of his is near in time; the place is not kept."""
    return Message(
        t.say(
            "Thank you, but none of your meetings is near this hour, so I did not keep the place."
            " Open your meeting in the programme, tap “I am here”, then send it again."
        ),
        buttons=((Button(t.label("Programme"), ShowDay()),),),
    )


def not_a_checkin(t: Tongue) -> Message:
    """He said no."""
    return Message(
        t.say("All right, the place is not kept. To check in, open your meeting and tap “I am here”."),
        buttons=((Button(t.label("Programme"), ShowDay()),),),
    )
