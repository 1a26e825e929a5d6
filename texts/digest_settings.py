"""What a coordinator chooses for his digests."""

from collections.abc import Sequence
from enum import StrEnum

from babel.dates import get_day_names

from domain.digest import EVERY_DAY, Depth, Plan
from domain.digest_button import DigestField, SetDigest
from domain.message import Button, Message
from domain.people_button import ShowSettings
from texts.split import shorten
from texts.tongue import Tongue
from texts.zones import zone_city

HOURS = ("20:00", "19:00", "21:00", "08:00,20:00")
_SHOWN_OF_A_TYPO = 60


class Fault(StrEnum):
    """Why a choice cannot be taken."""

    NO_TIMES = "no_times"
    TOO_MANY = "too_many"
    NO_DAY = "no_day"
    NO_TEAM = "no_team"


def panel(t: Tongue, plan: Plan, teams: Sequence[str], *, own_zone: bool) -> Message:
    """How it stands, a button each."""
    hours = ", ".join(f"{hour:%H:%M}" for hour in plan.hours)
    full = plan.depth is Depth.FULL
    lines = [
        t.say("<b>Your digests</b>"),
        "",
        t.say("Hours: {hours} ({city})", hours=hours, city=zone_city(t, plan.zone)),
        t.say("Weekdays: {days}", days=_days(t, plan)),
        t.say("How much: everything") if full else t.say("How much: headlines"),
        t.say("Of: {teams}", teams=shorten("; ".join(teams), 500)) if teams else t.say("Of: all that is yours"),
    ]
    zone = t.label("The mission's clock") if own_zone else t.label("My own clock")
    depth = t.label("Headlines only") if full else t.label("Everything")
    return Message(
        "\n".join(lines),
        buttons=(
            (
                Button(t.label("Hours"), SetDigest(DigestField.HOURS)),
                Button(t.label("Weekdays"), SetDigest(DigestField.WEEKDAYS)),
            ),
            (Button(zone, SetDigest(DigestField.ZONE, "0" if own_zone else "1")),),
            (Button(depth, SetDigest(DigestField.DEPTH, Depth.HEADLINES if full else Depth.FULL)),),
            (Button(t.label("Teams"), SetDigest(DigestField.TEAMS)),),
            (Button(t.label("Back"), ShowSettings()),),
        ),
    )


def which_hours(t: Tongue) -> Message:
    """Common choices, or typed."""
    choices = [Button(text.replace(",", " + "), SetDigest(DigestField.HOURS, text.replace(":", ""))) for text in HOURS]
    text = t.say("When shall your digests come? Tap it, or write one or several times: 8:00, 20:30")
    rows = tuple(tuple(choices[n : n + 2]) for n in range(0, len(choices), 2))
    usual = Button(t.label("As the mission does"), SetDigest(DigestField.HOURS, "off"))
    return Message(text, buttons=(*rows, (usual,), (_back(t),)))


def which_weekdays(t: Tongue, plan: Plan) -> Message:
    """Each day on or off."""
    names = get_day_names("abbreviated", locale=t.locale)
    choices = [
        Button(f"{'✓ ' if day in plan.weekdays else ''}{names[day - 1]}", SetDigest(DigestField.WEEKDAYS, str(day)))
        for day in range(1, 8)
    ]
    return Message(
        t.say("On which days? Tap a day to switch it."), buttons=(tuple(choices[:4]), tuple(choices[4:]), (_back(t),))
    )


def which_teams(t: Tongue) -> Message:
    """Typed, or everything."""
    everything = Button(t.label("All that is mine"), SetDigest(DigestField.TEAMS, "off"))
    text = t.say("Of which teams shall your digests tell? Write their names, separated by semicolons.")
    return Message(text, buttons=((everything,), (_back(t),)))


def with_fault(t: Tongue, message: Message, fault: Fault, given: str) -> Message:
    """The same question, and what was wrong with the answer."""
    typed = shorten(given, _SHOWN_OF_A_TYPO)
    text = {
        Fault.NO_TIMES: t.say("I cannot read “{typed}” as times of day. Nothing was changed.", typed=typed),
        Fault.TOO_MANY: t.say("Six digests a day are the most. Nothing was changed."),
        Fault.NO_DAY: t.say("One day must remain. Nothing was changed."),
        Fault.NO_TEAM: t.say("You have no team “{typed}”. Nothing was changed.", typed=typed),
    }[fault]
    return Message(f"{text}\n\n{message.text}", buttons=message.buttons)


def _days(t: Tongue, plan: Plan) -> str:
    if plan.weekdays == EVERY_DAY:
        return t.label("every day")
    names = get_day_names("abbreviated", locale=t.locale)
    return ", ".join(names[day - 1] for day in sorted(plan.weekdays))


def _back(t: Tongue) -> Button:
    return Button(t.label("Back"), SetDigest())
