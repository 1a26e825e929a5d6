"""Short answers that belong to no one conversation."""

from domain.button import ShowDay
from domain.message import Button, Message
from texts.tongue import Tongue


def kept_aside(t: Tongue) -> Message:
    """Something of ours failed on what a person sent."""
    return Message(
        t.say("That did not work. What you sent is kept, and the coordinators know. You can go on with /programme.")
    )


def update_parked(t: Tongue, count: int) -> Message:
    """To coordinators: the bot could not process something."""
    return Message(
        t.count(
            "{n} message could not be processed and was set aside. The operator sees it in “fieldpost status”.",
            "{n} messages could not be processed and were set aside. The operator sees them in “fieldpost status”.",
            count,
        )
    )


def cancelled(t: Tongue, *, draft_points: int) -> Message:
    """/cancel in the middle of something."""
    text = t.say("Done: no question is open.")
    if draft_points:
        text = t.count(
            "No question is open. Your draft with {n} point is kept: /log brings it back.",
            "No question is open. Your draft with {n} points is kept: /log brings it back.",
            draft_points,
        )
    return Message(text, buttons=((Button(t.label("Programme"), ShowDay()),),))


def nothing_to_cancel(t: Tongue) -> Message:
    """/cancel when no question is open."""
    return Message(t.say("There is nothing to cancel. /programme shows your meetings."))


def old_button(t: Tongue) -> str:
    """A toast: the button is of another time."""
    return t.label("This has changed. Here is how it stands now.")


def not_yours(t: Tongue) -> str:
    """A toast: the button belongs to somebody else's meeting."""
    return t.label("This meeting is not on your programme. Your coordinator can add you.")


def not_understood(t: Tongue) -> Message:
    """A command or a text that leads nowhere."""
    return Message(
        t.say("I did not understand that. /programme shows your meetings, /help shows what you can do."),
        buttons=((Button(t.label("Programme"), ShowDay()),),),
    )


def not_for_your_role(t: Tongue) -> Message:
    """A command that is not for this role."""
    return Message(t.say("This command is not for your role. /help shows what you can do."))


def button_not_for_your_role(t: Tongue) -> str:
    """A toast: the button is not for this role (any more)."""
    return t.label("This button is not for your role. Your coordinator can help.")


def button_in_group(t: Tongue) -> str:
    """A toast: the button works in the private chat only."""
    return t.label("Please do this in a private chat with me.")


def bad_date(t: Tongue, given: str) -> Message:
    """A command's date that is none."""
    return Message(t.say("“{given}” is not a date. Write it like this: 2019-06-08 or 08.06.2019.", given=given[:60]))


def use_private_chat(t: Tongue) -> Message:
    """In a group: the bot shows nothing personal there."""
    return Message(t.say("Please write to me in a private chat: nothing personal is shown in groups."))
