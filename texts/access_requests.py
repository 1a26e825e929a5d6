"""What is said while a stranger asks to be let in and a coordinator decides."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from domain.message import Button, Message, Rows
from domain.people_button import BindRequest, DecideRequest, Decision, RequestAccess
from domain.person import Person
from texts.tongue import Tongue

LABEL_LIMIT = 60
"""Characters of a button's label that a phone shows."""


class NameFault(StrEnum):
    """Why a name cannot be taken."""

    NOT_TEXT = "not_text"
    COMMAND = "command"
    LINK = "link"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


def ask_name(t: Tongue, fault: NameFault | None = None) -> Message:
    """The one question a stranger is asked."""
    match fault:
        case None:
            text = t.say(
                "Please write your full name as it stands on your accreditation. The coordinators will see it, "
                "with your name at Telegram.\n\n/cancel leaves this."
            )
        case NameFault.NOT_TEXT:
            text = t.say("I need your name as text. Please write your full name, or /cancel.")
        case NameFault.COMMAND:
            text = t.say("That is a command, not a name. Please write your full name, or /cancel.")
        case NameFault.LINK:
            text = t.say("Please write your name only, without links or addresses. /cancel leaves this.")
        case NameFault.TOO_SHORT:
            text = t.say("That is too short. Please write your full name, or /cancel.")
        case NameFault.TOO_LONG:
            text = t.say("That is too long: a name has at most 100 characters here. Please shorten it, or /cancel.")
    return Message(text)


def left(t: Tongue) -> Message:
    """He thought better of it."""
    return Message(t.say("Done: nobody was asked."), buttons=((Button(t.label("Request access"), RequestAccess()),),))


def asked(t: Tongue, name: str) -> Message:
    """His request is with the coordinators."""
    return Message(t.say("Thank you, {name}. The coordinators have been asked; you will hear from us here.", name=name))


def please_wait(t: Tongue, asked_at: datetime, zone: ZoneInfo) -> Message:
    """He asks again while nobody has decided."""
    return Message(
        t.say(
            "You asked on {day} at {time}. The coordinators have not answered yet: please wait, "
            "you will hear from us here.",
            day=t.short_day(asked_at.astimezone(zone).date()),
            time=t.time(asked_at, zone),
        )
    )


def refused(t: Tongue) -> Message:
    """The coordinators said no."""
    return Message(
        t.say(
            "The coordinators did not find you among the accredited observers of this mission. "
            "If that is a mistake, please speak to your coordinator."
        )
    )


def ask_later(t: Tongue, moment: datetime, zone: ZoneInfo) -> Message:
    """He was refused a short while ago."""
    return Message(
        t.say(
            "The coordinators have answered your request. You can ask again from {day}, {time}; "
            "it is faster to speak to your coordinator.",
            day=t.short_day(moment.astimezone(zone).date()),
            time=t.time(moment, zone),
        )
    )


def ask_no_more(t: Tongue) -> Message:
    """He was refused as often as one can be."""
    return Message(t.say("The coordinators have answered your requests. Please speak to your coordinator."))


def granted(t: Tongue, person: Person) -> Message:
    """He is let in."""
    return Message(t.say("The coordinators have let you in as <b>{name}</b>. Welcome!", name=person.name))


def request(t: Tongue, request_id: int, name: str, username: str, language: str) -> Message:
    """To coordinators: who asks."""
    lines = [
        t.say("<b>{name}</b> asks to be let in.", name=name),
        t.say("Telegram: @{username}", username=username) if username else t.say("Telegram: no @name"),
    ]
    if language:
        lines.append(t.say("Language of the phone: {language}", language=_language_title(t, language)))
    return Message("\n".join(lines), buttons=_decisions(t, request_id))


def more_wait(t: Tongue, count: int, oldest_id: int) -> Message:
    """To coordinators: so many ask that each one is not told any more."""
    return Message(
        t.count("{n} person waits to be let in.", "{n} people wait to be let in.", count),
        buttons=((Button(t.label("Show the first"), DecideRequest(oldest_id, Decision.SHOW)),),),
    )


def decided(
    t: Tongue,
    state: str,
    name: str,
    decided_at: datetime,
    zone: ZoneInfo,
    *,
    by: str = "",
    person: Person | None = None,
    next_id: int = 0,
) -> Message:
    """To a coordinator: what became of a request. `by` is empty if nobody decided; `person` is who he is now."""
    facts = {
        "name": name,
        "by": by,
        "day": t.short_day(decided_at.astimezone(zone).date()),
        "time": t.time(decided_at, zone),
    }
    match state:
        case "bound" if not by:
            text = t.say("<b>{name}</b> came aboard by an invitation link on {day} at {time}.", **facts)
        case "bound":
            text = t.say("<b>{name}</b> was let in by {by} on {day} at {time}.", **facts)
        case "refused":
            text = t.say("<b>{name}</b> was refused by {by} on {day} at {time}.", **facts)
        case _:
            text = t.say(
                "<b>{name}</b> was blocked by {by} on {day} at {time}: nothing is heard from this account.", **facts
            )
    lines = [text]
    if state == "bound" and person is not None:
        lines.append(t.say("On the roster: {name} ({reference})", name=person.name, reference=person.reference))
    buttons: Rows = ()
    if next_id:
        buttons = ((Button(t.label("Next request"), DecideRequest(next_id, Decision.SHOW)),),)
    return Message("\n".join(lines), buttons=buttons)


def who_is_it(
    t: Tongue, request_id: int, name: str, found: Sequence[Person], *, typed: str = "", taken: str = "", more: bool
) -> Message:
    """To a coordinator: whom on the roster this account is to speak for."""
    lines = [t.say("Who on the roster is <b>{name}</b>?", name=name)]
    if taken:
        lines.insert(
            0, t.say("<b>{name}</b> has come aboard with another account or left the list meanwhile.", name=taken)
        )
    if found:
        lines.append(t.say("Tap the person, or write another name. Only people without an account are shown."))
    elif typed:
        lines.append(t.say("Nobody without an account is called “{typed}”. Write another name.", typed=typed[:60]))
    else:
        lines.append(t.say("Nobody without an account has such a name. Write how the roster may spell it."))
    if more:
        lines.append(t.say("There are more: write more of the name."))
    rows = tuple((Button(_person_label(t, person), BindRequest(request_id, person.person_id)),) for person in found)
    return Message("\n".join(lines), buttons=(*rows, (_button(t.label("Back"), request_id, Decision.SHOW),)))


def _decisions(t: Tongue, request_id: int) -> Rows:
    return (
        (_button(t.label("Find on the roster"), request_id, Decision.SEARCH),),
        (
            _button(t.label("Refuse"), request_id, Decision.REFUSE),
            _button(t.label("Block"), request_id, Decision.BLOCK),
        ),
    )


def _button(label: str, request_id: int, decision: Decision) -> Button:
    return Button(label, DecideRequest(request_id, decision))


def _person_label(t: Tongue, person: Person) -> str:
    about = person.team or person.delegation
    if not about:
        return t.label("{name} ({reference})", name=person.name[:LABEL_LIMIT], reference=person.reference)
    return t.label(
        "{name} ({reference}), {about}", name=person.name[:LABEL_LIMIT], reference=person.reference, about=about[:20]
    )


def _language_title(t: Tongue, code: str) -> str:
    """A language by its name in the reader's language; what is no language, as it stands."""
    try:
        return Locale.parse(code.partition("-")[0]).get_display_name(t.language) or code
    except (ValueError, UnknownLocaleError):
        return code[:20]
