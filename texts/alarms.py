"""What is said of people of whom there is no sign of life."""

from collections.abc import Sequence
from datetime import timedelta

from domain.alarm import Outcome, Rung
from domain.button import CheckIn, Presence, ShowMeeting
from domain.duty_button import AnswerAlarm, How, ResolveAlarm
from domain.message import Button, Message
from domain.missing import Missing
from texts.directory import contact, moment
from texts.programme import presence_word, title
from texts.split import shorten
from texts.tongue import Html, Tongue

MOST = 12
"""People whom one message names; of the others it says how many."""
NAME_LENGTH = 60
LABEL_LENGTH = 40
HOST_LENGTH = 80


def are_you_well(t: Tongue, missing: Missing) -> Message:
    """To the person himself: two buttons."""
    number = missing.meeting.meeting_id
    ask = t.say("This meeting has begun, and I have not heard from you. Are you well?")
    return Message(
        f"{title(t, missing.meeting)}\n{ask}",
        buttons=(
            (Button(t.label("I am here"), CheckIn(number, Presence.ARRIVED)),),
            (Button(t.label("I am well, but not there"), AnswerAlarm(missing.alarm.alarm_id)),),
        ),
    )


def question_over(t: Tongue, missing: Missing) -> Message:
    """The same message, once it needs no answer any more."""
    if missing.alarm.outcome is Outcome.SIGN:
        text = t.say("Thank you: you are accounted for.")
    elif missing.alarm.outcome is Outcome.RESOLVED:
        text = t.say("Your colleagues have told that you are well.")
    else:
        text = t.say("You need not answer any more: this has changed.")
    return Message(
        f"{title(t, missing.meeting)}\n{text}",
        buttons=((Button(t.label("The meeting"), ShowMeeting(missing.meeting.meeting_id)),),),
    )


def thanks(t: Tongue) -> str:
    """A toast to who said that he is well."""
    return t.label("Thank you. Please say below how it stands.")


def no_sign(t: Tongue, rung: Rung, after: timedelta, about: Sequence[Missing]) -> Message:
    """To who is to look for them; those who are accounted for by now are struck out."""
    minutes = round(after.total_seconds() / 60)
    waiting = [one for one in about if one.alarm.outcome is None]
    heading = (
        t.count("Unaccounted for: {n} person", "Unaccounted for: {n} people", len(about))
        if rung is Rung.UNACCOUNTED
        else t.count("No sign of life from {n} person", "No sign of life from {n} people", len(about))
    )
    lines: list[str] = [
        f"<b>{heading}</b>",
        t.count(
            "{n} minute after the start. They were asked.", "{n} minutes after the start. They were asked.", minutes
        ),
    ]
    lines += [_line(t, one) for one in about[:MOST]]
    if len(about) > MOST:
        lines.append(t.count("… and {n} more", "… and {n} more", len(about) - MOST))
    if waiting:
        lines.append(t.say("If you know how somebody is, please tap the name."))
    buttons = tuple((missing_button(one),) for one in waiting[:MOST])
    return Message("\n".join(lines), buttons=buttons)


def over(t: Tongue, ended: Sequence[Missing]) -> Message:
    """To who was alarmed: it is over."""
    lines = [_end(t, one) for one in ended[:MOST]]
    if len(ended) > MOST:
        lines.append(t.count("… and {n} more", "… and {n} more", len(ended) - MOST))
    return Message("\n".join((f"<b>{t.say('Accounted for')}</b>", *lines)))


def ask_how(t: Tongue, missing: Missing) -> Message:
    """A leader or a coordinator knows something: what?"""
    number = missing.alarm.alarm_id
    text = t.say("How is <b>{name}</b>? Tap it, or write it.", name=shorten(missing.person.name, NAME_LENGTH))
    return Message(
        f"{text}\n{_line(t, missing)}",
        buttons=(
            (Button(t.label("Reached by phone, is well"), ResolveAlarm(number, How.PHONE)),),
            (Button(t.label("Seen by a colleague, is well"), ResolveAlarm(number, How.SEEN)),),
            (Button(t.label("Is well, cannot use the bot"), ResolveAlarm(number, How.NO_BOT)),),
        ),
    )


def resolved(t: Tongue, missing: Missing) -> Message:
    """The receipt: what is stored, and that the others are told."""
    told = t.say("Whoever was alarmed is told.")
    return Message(f"{_end(t, missing)}\n{told}")


def closed_already(t: Tongue, missing: Missing) -> Message:
    """Somebody was quicker."""
    return Message(_end(t, missing))


def missing_lines(t: Tongue, about: Sequence[Missing], room: int) -> list[Html]:
    """For boards and digests."""
    return [_line(t, one) for one in about[:room]]


def missing_button(missing: Missing) -> Button:
    """The way to say how he is."""
    return Button(shorten(missing.person.name, LABEL_LENGTH), ResolveAlarm(missing.alarm.alarm_id))


def how_word(t: Tongue, missing: Missing) -> str:
    """How somebody is accounted for, as it was said."""
    alarm = missing.alarm
    if alarm.how is How.WORDS or alarm.how is None:
        return alarm.words
    return {
        How.PHONE: t.label("reached by phone, is well"),
        How.SEEN: t.label("seen by a colleague, is well"),
        How.NO_BOT: t.label("is well, cannot use the bot"),
    }[alarm.how]


def _line(t: Tongue, missing: Missing) -> Html:
    """Who, where, his last sign of life, and how to reach him."""
    person, meeting = missing.person, missing.meeting
    when, host = t.time(meeting.starts_at, meeting.zone), shorten(meeting.host, HOST_LENGTH)
    name = shorten(person.name, NAME_LENGTH)
    who = f"{name}, {shorten(person.team, LABEL_LENGTH)}" if person.team else name
    if missing.alarm.outcome is not None:
        return Html(f"<s>{t.say('• {who}: {time} {host}', who=who, time=when, host=host)}</s>")
    lines = [t.say("• <b>{who}</b>: {time} {host}", who=who, time=when, host=host), _last_sign(t, missing)]
    if person.phone:
        lines.append(t.say("Call: {phone}", phone=shorten(person.phone, LABEL_LENGTH)))
    reached = contact(t, person)
    if reached is not None:
        lines.append(t.say("Telegram: {contact}", contact=reached))
    return Html("\n".join(lines))


def _last_sign(t: Tongue, missing: Missing) -> Html:
    zone, heard = missing.meeting.zone, missing.person.last_heard_at
    if missing.word is not None and (heard is None or missing.word[0].processed_at >= heard - timedelta(minutes=1)):
        word, at = missing.word
        return t.say(
            "Last sign: {moment}, {presence} ({host})",
            moment=moment(t, word.said_at, zone),
            presence=presence_word(t, word.presence),
            host=shorten(at.host, HOST_LENGTH),
        )
    if heard is None:
        return t.say("Last sign: none yet")
    return t.say("Last sign: {moment}, a message to the bot", moment=moment(t, heard, zone))


def _end(t: Tongue, missing: Missing) -> Html:
    """How it ended."""
    alarm, name = missing.alarm, shorten(missing.person.name, NAME_LENGTH)
    time = t.time(alarm.closed_at, missing.meeting.zone) if alarm.closed_at else ""
    if alarm.outcome is Outcome.RESOLVED:
        how = shorten(how_word(t, missing), 300)
        return t.say("• <b>{name}</b>: {how} ({by}, {time})", name=name, how=how, by=missing.closed_by, time=time)
    if alarm.outcome is Outcome.VOID:
        return t.say("• <b>{name}</b> is not expected there any more: that has changed.", name=name)
    return t.say("• <b>{name}</b> gave a sign of life ({time}).", name=name, time=time)
