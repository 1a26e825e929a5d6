"""What is said at the door: welcome, refusals, help."""

from collections.abc import Sequence

from domain.message import Button, Key, Message
from domain.people_button import RequestAccess
from domain.person import Person
from texts.tongue import Tongue


def menu(t: Tongue) -> tuple[tuple[Key, ...], ...]:
    """The keyboard that stays below the text field."""
    return (
        (Key(t.label("Programme")), Key(t.label("Check in"))),
        (Key(t.label("Send my location"), asks_location=True),),
    )


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
            "please open your personal invitation link, or ask your coordinator for it."
        ),
        buttons=((Button(t.label("Request access"), RequestAccess()),),),
    )


def access_ended(t: Tongue) -> Message:
    """To somebody who left the list."""
    return Message(t.say("Your access to this mission has ended. If that is a mistake, please ask your coordinator."))


def help_text(t: Tongue, commands: Sequence[tuple[str, str]]) -> Message:
    """What one can do here: the commands of this role, and what needs no command."""
    lines: list[str] = [t.say("<b>What you can do</b>")]
    lines += [t.say("/{command} – {what}", command=name, what=what) for name, what in commands]
    lines += [
        "",
        t.say("A date shows another day: /programme 2019-06-08"),
        t.say("While a meeting is on, what you write or photograph is kept for its log."),
    ]
    return Message("\n".join(lines))


def unreachable(t: Tongue, people: Sequence[Person], count: int) -> Message:
    """To a coordinator: Telegram does not deliver to these any more; `people` are the first of `count`."""
    if count > 1:
        return _many_unreachable(t, people, count)
    (person,) = people
    return Message(
        t.say(
            "Telegram no longer delivers to <b>{name}</b> ({team}): the bot was blocked or the account is gone. "
            "Please call.",
            name=person.name,
            team=person.team or person.reference,
        )
    )


def _many_unreachable(t: Tongue, people: Sequence[Person], count: int) -> Message:
    lines: list[str] = [
        t.count(
            "Telegram no longer delivers to <b>{n} person</b>: they blocked the bot or their accounts are gone. "
            "Please call.",
            "Telegram no longer delivers to <b>{n} people</b>: they blocked the bot or their accounts are gone. "
            "Please call.",
            count,
        )
    ]
    lines += [t.say("• {name} ({team})", name=one.name, team=one.team or one.reference) for one in people]
    if count > len(people):
        lines.append(t.count("… and {n} more", "… and {n} more", count - len(people)))
    return Message("\n".join(lines))
