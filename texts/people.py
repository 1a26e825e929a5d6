"""What is said at the door: welcome, refusals, help."""

from domain.message import Key, Message
from domain.person import Person
from texts.tongue import Tongue


def menu(t: Tongue) -> tuple[tuple[Key, ...], ...]:
    """The keyboard that stays below the text field."""
    return (
        (Key(t.label("Programme")), Key(t.label("Check in"))),
        (Key(t.label("Send my location"), asks_location=True),),
    )


def welcome(t: Tongue, person: Person, mission: str) -> Message:
    """To somebody whose account was just bound to his name."""
    lines = [
        t.say("Welcome, {name}. This is <b>{mission}</b>.", name=person.name, mission=mission),
        "",
        t.say("• /programme shows your meetings and lets you check in with one tap."),
        t.say("• After a meeting, tell what was said; it goes into the evening digest."),
        t.say("• /help explains the rest. /cancel leaves any question."),
    ]
    if person.team:
        lines.insert(1, t.say("Your team: {team}.", team=person.team))
    return Message("\n".join(lines), keys=menu(t))


def already_enrolled(t: Tongue, person: Person) -> Message:
    """/start from somebody who is aboard."""
    return Message(
        t.say("You are enrolled as <b>{name}</b>. /programme shows your meetings.", name=person.name), keys=menu(t)
    )


def not_accredited(t: Tongue) -> Message:
    """To anybody unknown. The same words whatever he tried, so that they help no guesser."""
    return Message(
        t.say(
            "This bot serves accredited observers of an election observation mission. If you are one, "
            "please ask your coordinator for your personal invitation link."
        )
    )


def link_used(t: Tongue) -> Message:
    """A one-time link was opened a second time."""
    return Message(t.say("This invitation link was used already. Please ask your coordinator for a new one."))


def link_expired(t: Tongue) -> Message:
    """The link is too old or was replaced."""
    return Message(t.say("This invitation link is no longer valid. Please ask your coordinator for a new one."))


def link_of_another(t: Tongue, person: Person) -> Message:
    """An enrolled person opened somebody else's link."""
    return Message(
        t.say(
            "You are enrolled as <b>{name}</b> already; this link belongs to another person and was not used.",
            name=person.name,
        )
    )


def link_opened_twice(t: Tongue, person: Person) -> Message:
    """To coordinators."""
    return Message(
        t.say(
            "The used invitation link of <b>{name}</b> ({reference}) was opened by another Telegram account. "
            "It was refused. If that is a new phone, issue a new invitation.",
            name=person.name,
            reference=person.reference,
        )
    )


def access_ended(t: Tongue) -> Message:
    """To somebody who left the list."""
    return Message(t.say("Your access to this mission has ended. If that is a mistake, please ask your coordinator."))


def help_text(t: Tongue, person: Person) -> Message:
    """What one can do here, for this role."""
    lines = [
        t.say("<b>What you can do</b>"),
        t.say("/programme – your meetings today; add a date for another day: /programme 2019-06-08"),
        t.say("/checkin – say that you are there, on your way, or cannot attend"),
        t.say("/log – tell what was said at a meeting: who received you, key points, concerns, documents"),
        t.say("/cancel – leave the question you are at; what you gave is kept"),
        t.say("/help – this page"),
    ]
    if person.role.leads:
        lines.insert(4, t.say("/digest – the day in one text; add a date for another day: /digest 2019-06-08"))
    return Message("\n".join(lines))


def unreachable(t: Tongue, person: Person) -> Message:
    """To coordinators: Telegram does not deliver to him any more."""
    return Message(
        t.say(
            "Telegram no longer delivers to <b>{name}</b> ({team}): the bot was blocked or the account is gone. "
            "Please call.",
            name=person.name,
            team=person.team or person.reference,
        )
    )
