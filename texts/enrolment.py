"""What is said while somebody comes aboard."""

from collections.abc import Sequence
from datetime import datetime

from babel import Locale

from domain.message import Button, Message, Rows
from domain.people_button import AnswerIdentity, ChooseLanguage, ChooseZone
from domain.person import Person
from texts.people import menu
from texts.tongue import Tongue
from texts.zones import zone_label


def are_you(t: Tongue, person: Person, invitation_id: int) -> Message:
    """Somebody opened an invitation."""
    about = ", ".join(filter(None, (person.team, person.delegation)))
    lines = [t.say("Are you <b>{name}</b>?", name=person.name)]
    if about:
        lines.append(t.say("{about}", about=about))
    return Message(
        "\n".join(lines),
        buttons=(
            (Button(t.label("Yes, that is me"), AnswerIdentity(invitation_id, 1)),),
            (Button(t.label("No"), AnswerIdentity(invitation_id, 0)),),
        ),
    )


def not_me(t: Tongue) -> Message:
    """He is not the one the link was made for."""
    return Message(
        t.say("Then this link is not yours, and nothing was changed. Please ask your coordinator for your own link.")
    )


def somebody_else(t: Tongue, person: Person) -> Message:
    """To coordinators: links were mixed up."""
    return Message(
        t.say(
            "Somebody opened the invitation link of <b>{name}</b> ({reference}) and says that he is somebody else. "
            "Perhaps links were mixed up. The link was not used and still works.",
            name=person.name,
            reference=person.reference,
        )
    )


def which_language(t: Tongue, languages: Sequence[str]) -> Message:
    """One tap."""
    return Message(
        t.say("In which language shall I write to you?"),
        buttons=tuple((Button(language_name(code), ChooseLanguage(code)),) for code in languages),
    )


def which_zone(t: Tongue, zones: Sequence[str], now: datetime) -> Message:
    """Only where the roster does not tell."""
    text = t.say("Where does your clock stand? Tap it, or write the name of a large city near you.")
    return Message(text, buttons=_zone_buttons(t, zones, now))


def which_of_zones(t: Tongue, zones: Sequence[str], now: datetime) -> Message:
    """What he wrote may be several."""
    return Message(t.say("Which of these do you mean? Or write another city."), buttons=_zone_buttons(t, zones, now))


def no_such_zone(t: Tongue, typed: str, zones: Sequence[str], now: datetime) -> Message:
    """What he wrote is no city we know; `zones` are likely ones."""
    text = t.say(
        "I know no time zone “{typed}”. Tap one of these, or write the name of a large city near you. "
        "/cancel leaves the question.",
        typed=typed[:60],
    )
    return Message(text, buttons=_zone_buttons(t, zones, now))


def welcome(t: Tongue, person: Person, mission: str) -> Message:
    """Aboard: what the bot will do for him, in three lines."""
    lines = [
        t.say("Welcome, {name}. This is <b>{mission}</b>.", name=person.name, mission=mission),
        "",
        t.say("• Your meetings are below: check in with one tap when you are there."),
        t.say("• After a meeting, tell what was said; it goes into the evening digest."),
        t.say("• If the programme changes, you hear of it here. /help explains the rest."),
    ]
    if person.team:
        lines.insert(1, t.say("Your team: {team}.", team=person.team))
    return Message("\n".join(lines), keys=menu(t))


def reminder(t: Tongue, person: Person, invitation_id: int) -> Message:
    """He opened his link and never answered."""
    question = are_you(t, person, invitation_id)
    waiting = t.say("Your enrolment is not finished: one answer is missing.")
    return Message(f"{waiting}\n\n{question.text}", buttons=question.buttons)


def link_wrong(t: Tongue) -> Message:
    """A token that never was. It tells a guesser nothing he does not know."""
    return Message(
        t.say(
            "This invitation link is not valid. Please open the whole link that you were given, "
            "or ask your coordinator for a new one."
        )
    )


def link_used(t: Tongue) -> Message:
    """A one-time link was opened a second time."""
    return Message(t.say("This invitation link was used already. Please ask your coordinator for a new one."))


def link_expired(t: Tongue) -> Message:
    """The link is too old."""
    return Message(t.say("This invitation link has expired. Please ask your coordinator for a new one."))


def link_revoked(t: Tongue) -> Message:
    """A newer link was made."""
    return Message(
        t.say("This invitation link was replaced by a newer one. Please use that, or ask your coordinator for it.")
    )


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
            "It was refused. If that is a new phone, move the person to it: /people, the card, “New account”.",
            name=person.name,
            reference=person.reference,
        )
    )


def _zone_buttons(t: Tongue, zones: Sequence[str], now: datetime) -> Rows:
    return tuple((Button(zone_label(t, zone, now), ChooseZone(zone)),) for zone in zones)


def language_name(code: str) -> str:
    """A language by its own name."""
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]
