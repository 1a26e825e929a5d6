"""What is said about settings, about what is held on somebody, and when he leaves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.button import ShowDay
from domain.digest_button import SetDigest
from domain.holdings import UPDATES_KEPT, Holdings
from domain.message import Button, Message, Rows
from domain.people_button import ChangeSetting, LeaveMission, Setting, ShowSettings
from domain.person import Person, Role, Settings
from texts.enrolment import language_name
from texts.people import menu
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue
from texts.zones import zone_city, zone_label

REMINDERS: tuple[tuple[int, ...], ...] = ((), (15,), (30,), (60,), (60, 15), (120,))
QUIET_HOURS = ((22, 7), (23, 7), (21, 8))
_SHOWN_OF_A_TYPO = 60


class Fault(StrEnum):
    """Why a choice cannot be taken."""

    NO_LANGUAGE = "no_language"
    NO_ZONE = "no_zone"
    NO_MINUTES = "no_minutes"
    MINUTES_OUT_OF_RANGE = "minutes_out_of_range"
    TOO_MANY_REMINDERS = "too_many_reminders"
    NO_TIMES = "no_times"
    EQUAL_TIMES = "equal_times"


def panel(t: Tongue, person: Person, chosen: Settings, now: datetime) -> Message:
    """All settings, a button each."""
    lines = [
        t.say("<b>Settings</b>"),
        "",
        t.say("Language: {language}", language=language_name(t.language)),
        _zone_line(t, person, now),
        _reminder_line(t, chosen.reminder_minutes),
        _quiet_line(t, chosen),
    ]
    return Message(
        "\n".join(lines),
        buttons=(
            (
                Button(t.label("Language"), ChangeSetting(Setting.LANGUAGE)),
                Button(t.label("Time zone"), ChangeSetting(Setting.ZONE)),
            ),
            (
                Button(t.label("Reminders"), ChangeSetting(Setting.REMINDERS)),
                Button(t.label("Quiet hours"), ChangeSetting(Setting.QUIET)),
            ),
            *(((Button(t.label("Digests"), SetDigest()),),) if person.role.leads else ()),
            (Button(t.label("Programme"), ShowDay()),),
        ),
    )


def which_language(t: Tongue, languages: Sequence[str]) -> Message:
    """One tap; each by its own name."""
    choices = tuple((Button(language_name(code), ChangeSetting(Setting.LANGUAGE, code)),) for code in languages)
    return Message(t.say("In which language shall I write to you?"), buttons=(*choices, _back(t)))


def language_changed(t: Tongue) -> Message:
    """In the new language, with its keyboard."""
    return Message(t.say("From now on I write to you in this language."), keys=menu(t))


def which_zone(t: Tongue, zones: Sequence[str], now: datetime) -> Message:
    """Likely ones, or those that a typed city may mean."""
    choices = tuple((Button(zone_label(t, zone, now), ChangeSetting(Setting.ZONE, zone)),) for zone in zones)
    text = t.say("Where does your clock stand? Tap it, or write the name of a large city near you.")
    return Message(text, buttons=(*choices, _back(t)))


def which_reminders(t: Tongue) -> Message:
    """Common choices, or typed."""
    choices = [
        Button(_minutes_label(t, minutes), ChangeSetting(Setting.REMINDERS, ",".join(map(str, minutes)) or "off"))
        for minutes in REMINDERS
    ]
    text = t.say("How long before a meeting shall I remind you? Tap it, or write minutes like this: 90, 30")
    return Message(text, buttons=(*_pairs(choices), _back(t)))


def which_hours(t: Tongue) -> Message:
    """Common choices, or typed."""
    choices = [Button(t.label("No quiet hours"), ChangeSetting(Setting.QUIET, "off"))]
    choices += [
        Button(f"{since:02}:00–{until:02}:00", ChangeSetting(Setting.QUIET, f"{since:02}00-{until:02}00"))
        for since, until in QUIET_HOURS
    ]
    text = t.say(
        "When shall I keep quiet? Only what is urgent rings then. Tap it, or write the times like this: 22:30-07:15"
    )
    return Message(text, buttons=(*_pairs(choices), _back(t)))


def with_fault(t: Tongue, message: Message, fault: Fault, given: str) -> Message:
    """The question again, and what was wrong with the answer."""
    return replace(message, text=f"{_fault(t, fault, shorten(given.strip(), _SHOWN_OF_A_TYPO))}\n\n{message.text}")


def about_me(t: Tongue, person: Person, chosen: Settings, held: Holdings) -> list[Message]:
    """Everything that is held on him, in as many messages as it takes; the last one has the way out."""
    blocks = [
        t.say("<b>What this mission holds on you</b>"),
        "\n".join(_roster_lines(t, person, held)),
        "\n".join(_telegram_lines(t, person, held)),
        "\n".join(_settings_lines(t, person, chosen)),
        "\n".join(_report_lines(t, held)),
        "\n".join(
            (
                t.say(
                    "Who can see it: coordinators see your card and your check-ins, your team leader sees those of "
                    "the team, and the operator of the bot can open the database."
                ),
                t.say(
                    "To have it erased, ask a coordinator. The operator then runs “fieldpost forget {reference}”: your "
                    "personal data goes, what the mission learned stays without your name.",
                    reference=person.reference,
                ),
            )
        ),
    ]
    texts = join_blocks(blocks)
    leave = ((Button(t.label("Leave the mission"), LeaveMission(0)),),)
    return [*(Message(text) for text in texts[:-1]), Message(texts[-1], buttons=leave)]


def last_coordinator(t: Tongue) -> Message:
    """He cannot leave."""
    return Message(
        t.say(
            "You are the only coordinator of the whole mission who is aboard. If you left, nobody could let people in "
            "or help them. Please bring another coordinator aboard first."
        )
    )


def sure_to_leave(t: Tongue, *, leads: bool) -> Message:
    """What happens then."""
    lines: list[str] = [
        t.say("<b>Do you want to leave the mission?</b>"),
        "",
        t.say("• I stop writing to you, and you can no longer see the programme."),
        t.say(
            "• Your check-ins and submitted logs stay with the mission. Points that you did not submit are not read."
        ),
        t.say("• Your coordinators are told. Only a coordinator can let you in again."),
    ]
    if leads:
        lines.append(t.say("• You no longer get digests and alerts."))
    return Message(
        "\n".join(lines),
        buttons=(
            (Button(t.label("Yes, leave the mission"), LeaveMission(1)),),
            (Button(t.label("No, stay"), ShowDay()),),
        ),
    )


def goodbye(t: Tongue) -> Message:
    """He has left."""
    return Message(
        t.say("You have left the mission. Thank you for your work. If that was a mistake, please ask your coordinator.")
    )


def somebody_left(t: Tongue, person: Person) -> Message:
    """To coordinators."""
    return Message(
        t.say(
            "<b>{name}</b> ({team}) has left the mission and gets no more messages. What was reported stays. If that "
            "was a mistake, the card in /people lets in again.",
            name=person.name,
            team=person.team or person.reference,
        )
    )


def role_name(t: Tongue, role: Role) -> str:
    """A role in the reader's language."""
    names = {
        Role.OBSERVER: t.label("observer"),
        Role.TEAM_LEADER: t.label("team leader"),
        Role.COORDINATOR: t.label("coordinator"),
        Role.HEAD_OF_MISSION: t.label("head of mission"),
    }
    return names[role]


def _back(t: Tongue) -> tuple[Button, ...]:
    return (Button(t.label("Back"), ShowSettings()),)


def _pairs(buttons: Sequence[Button]) -> Rows:
    return tuple(tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2))


def _fault(t: Tongue, fault: Fault, given: str) -> Html:
    texts = {
        Fault.NO_LANGUAGE: t.say("This mission does not speak that language."),
        Fault.NO_ZONE: t.say("I know no time zone “{typed}”. Nothing was changed.", typed=given),
        Fault.NO_MINUTES: t.say("I cannot read “{typed}” as minutes. Nothing was changed.", typed=given),
        Fault.MINUTES_OUT_OF_RANGE: t.say("A reminder comes 1 to 1440 minutes before a meeting. Nothing was changed."),
        Fault.TOO_MANY_REMINDERS: t.say("Four reminders for a meeting are the most. Nothing was changed."),
        Fault.NO_TIMES: t.say("I cannot read “{typed}” as two times of day. Nothing was changed.", typed=given),
        Fault.EQUAL_TIMES: t.say("Quiet hours end at another time than they begin. Nothing was changed."),
    }
    return texts[fault]


def _zone_line(t: Tongue, person: Person, now: datetime) -> str:
    zone = person.time_zone
    return t.say("Time zone: {zone}, it is {time} there now", zone=zone_city(t, zone), time=t.time(now, ZoneInfo(zone)))


def _reminder_line(t: Tongue, minutes: Sequence[int]) -> str:
    if not minutes:
        return t.say("Reminders before a meeting: none")
    return t.say("Reminders before a meeting: {minutes}", minutes=_minutes_label(t, minutes))


def _minutes_label(t: Tongue, minutes: Sequence[int]) -> str:
    if not minutes:
        return t.label("no reminder")
    return t.label("{minutes} min", minutes=" + ".join(map(str, minutes)))


def _quiet_line(t: Tongue, chosen: Settings) -> str:
    if chosen.quiet_from is None or chosen.quiet_until is None:
        return t.say("Quiet hours: none")
    return t.say("Quiet hours: {since} to {until}", since=_clock(chosen.quiet_from), until=_clock(chosen.quiet_until))


def _clock(moment: time) -> str:
    return moment.strftime("%H:%M")


def _roster_lines(t: Tongue, person: Person, held: Holdings) -> list[str]:
    none = t.label("none")
    lines: list[str] = [
        t.say("<b>From the roster</b>"),
        t.say("Name: {name}", name=person.name),
        t.say("Reference: {reference}", reference=person.reference),
        t.say("Role: {role}", role=role_name(t, person.role)),
        t.say("Team: {team}", team=person.team or none),
        t.say("Delegation: {delegation}", delegation=person.delegation or none),
        t.say("Phone: {phone}", phone=person.phone or none),
    ]
    if held.scope:
        lines.append(t.say("You coordinate: {teams}", teams=", ".join(held.scope)))
    lines += [t.say("{column}: {value}", column=column, value=value) for column, value in held.extra.items()]
    return lines


def _telegram_lines(t: Tongue, person: Person, held: Holdings) -> list[str]:
    zone = ZoneInfo(person.time_zone)
    lines: list[str] = [
        t.say("<b>From Telegram</b>"),
        t.say("Account: {number}", number=str(held.telegram_id)),
        t.say("Username: {username}", username=f"@{person.username}" if person.username else t.label("none")),
    ]
    if held.enrolled_at:
        lines.append(t.say("Enrolled: {moment}", moment=_moment(t, held.enrolled_at, zone)))
    if person.last_heard_at:
        lines.append(t.say("Last heard: {moment}", moment=_moment(t, person.last_heard_at, zone)))
    return lines


def _settings_lines(t: Tongue, person: Person, chosen: Settings) -> list[str]:
    return [
        t.say("<b>Settings</b>"),
        t.say("Language: {language}", language=language_name(person.language)),
        t.say("Time zone: {zone}", zone=person.time_zone),
        _reminder_line(t, chosen.reminder_minutes),
        _quiet_line(t, chosen),
    ]


def _report_lines(t: Tongue, held: Holdings) -> list[str]:
    return [
        t.say("<b>What you sent</b>"),
        t.count("{n} check-in", "{n} check-ins", held.checkins),
        t.count("{n} of them with a location", "{n} of them with a location", held.located),
        t.count("{n} submitted point of a log", "{n} submitted points of logs", held.points),
        t.count("{n} point that is still a draft", "{n} points that are still drafts", held.drafts),
        t.count(
            "{n} file (a copy is in the mission's folder)", "{n} files (copies are in the mission's folder)", held.files
        ),
        t.count(
            "{n} message as Telegram delivered it (deleted {days} days after it was dealt with)",
            "{n} messages as Telegram delivered them (deleted {days} days after they were dealt with)",
            held.updates,
            days=UPDATES_KEPT.days,
        ),
        t.count("{n} line of the audit trail about you", "{n} lines of the audit trail about you", held.audit_lines),
    ]


def _moment(t: Tongue, moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{t.day(local.date())}, {t.time(moment, zone)}"
