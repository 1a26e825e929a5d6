"""What is said of incidents."""

from zoneinfo import ZoneInfo

from domain.digest_button import CloseIncident
from domain.incident import Incident
from domain.message import Button, Message
from domain.person import Person
from texts.directory import contact
from texts.split import shorten
from texts.tongue import Html, Tongue

NAME_LENGTH = 60
LABEL_LENGTH = 40
SHOWN = 300


def what_happened(t: Tongue) -> Message:
    """/incident without words."""
    return Message(t.say("What happened, and where? Write it in one message. Your coordinators are told at once."))


def stored(t: Tongue, incident: Incident, told: int, *, in_group: bool) -> Message:
    """The receipt: how many coordinators are told, or that somebody has to be called."""
    heading = t.say("Stored: incident {number}.", number=incident.incident_id)
    if told:
        who = t.count("{n} coordinator is told.", "{n} coordinators are told.", told)
    elif in_group:
        who = t.say("It stands in the coordinators' group.")
    else:
        who = t.say("⚠️ No message of mine reaches a coordinator now. Please call one.")
    return Message(f"<b>{heading}</b>\n{t.say('{text}', text=incident.body)}\n{who}")


def incident(t: Tongue, one: Incident, author: Person) -> Message:
    """To coordinators, at once."""
    lines: list[str] = [
        f"<b>{t.say('Incident {number}', number=one.incident_id)}</b>",
        t.say("{text}", text=one.body),
        _from(t, one),
    ]
    if author.phone:
        lines.append(t.say("Call: {phone}", phone=shorten(author.phone, LABEL_LENGTH)))
    reached = contact(t, author)
    if reached is not None:
        lines.append(t.say("Telegram: {contact}", contact=reached))
    return Message("\n".join(lines), buttons=((close_button(t, one),),))


def in_group(t: Tongue, one: Incident) -> Message:
    """To the coordinators' group: what was told and by whom, without his number."""
    heading = t.say("Incident {number}", number=one.incident_id)
    return Message(f"<b>{heading}</b>\n{t.say('{text}', text=one.body)}\n{_from(t, one)}")


def what_became(t: Tongue, one: Incident) -> Message:
    """A coordinator closes it: how?"""
    ask = t.say("What became of incident {number}? Write it.", number=one.incident_id)
    return Message(f"{ask}\n{t.say('{text}', text=shorten(one.body, SHOWN))}")


def closed(t: Tongue, one: Incident) -> Message:
    """To who closed it and to who told of it."""
    heading = t.say("Incident {number} is closed ({name}).", number=one.incident_id, name=one.closed_by)
    return Message(
        f"<b>{heading}</b>\n{t.say('{text}', text=shorten(one.body, SHOWN))}\n→ {t.say('{text}', text=one.ending)}"
    )


def line(t: Tongue, one: Incident, zone: ZoneInfo) -> Html:
    """In a digest."""
    return t.say(
        "• {time} {name}: {text}",
        time=t.time(one.said_at, zone),
        name=shorten(", ".join(filter(None, (one.author, one.team))), NAME_LENGTH),
        text=shorten(" ".join(one.body.split()), SHOWN),
    )


def close_button(t: Tongue, one: Incident) -> Button:
    """The way to say what became of it."""
    return Button(t.label("Close incident {number}", number=one.incident_id), CloseIncident(one.incident_id))


def _from(t: Tongue, one: Incident) -> Html:
    return t.say("From: {name}", name=", ".join(filter(None, (one.author, one.team))))
