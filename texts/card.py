"""A person's card, and what a coordinator does about a person."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from domain.aboard import Standing, State
from domain.message import Button, Message
from domain.people_button import ActOnPerson, PersonAct, ShowPeople, ShowPerson, ShowTeam
from domain.person import Person, Role
from texts.directory import LABEL_LENGTH, NAME_LENGTH, contact, moment, standing_words
from texts.enrolment import language_name
from texts.programme import Line, presence_word, said_at
from texts.split import shorten
from texts.tongue import Html, Tongue
from texts.zones import zone_city

_USERNAME = re.compile(r"[A-Za-z0-9_]{4,32}")


def role_word(t: Tongue, role: Role) -> str:
    """A role in a word or two."""
    return {
        Role.OBSERVER: t.label("observer"),
        Role.TEAM_LEADER: t.label("team leader"),
        Role.COORDINATOR: t.label("coordinator"),
        Role.HEAD_OF_MISSION: t.label("head of mission"),
    }[role]


def card(
    t: Tongue,
    person: Person,
    standing: Standing,
    today: Sequence[Line],
    now: datetime,
    *,
    zone: ZoneInfo,
    mission_zone: ZoneInfo,
    may_act: bool,
    is_oneself: bool,
) -> Message:
    """Who somebody is and how he stands; `zone` is the reader's. `may_act`: with what a coordinator can do."""
    lines: list[str] = [
        t.say(
            "<b>{name}</b> ({reference})",
            name=shorten(person.name, 300),
            reference=shorten(person.reference, LABEL_LENGTH),
        ),
        *_lines(t, person, now, mission_zone),
        t.say("State: {state}", state=standing_words(t, standing, zone)),
    ]
    if person.last_heard_at is not None:
        lines.append(t.say("Last sign of life: {when}", when=moment(t, person.last_heard_at, zone)))
    if standing.state is State.UNLISTED:
        lines.append(t.say("Whoever is put on the roster again has access again."))
    lines += ["", t.say("<b>Meetings today</b>"), *(_meeting(t, line) for line in today)]
    if not today:
        lines.append(t.say("None."))
    rows = _contact_rows(t, person)
    if may_act:
        rows += _acts(t, person, standing, is_oneself=is_oneself)
    team = (Button(t.label("Team"), ShowTeam(person.team_id)),) if person.team_id is not None else ()
    rows.append((*team, Button(t.label("People"), ShowPeople())))
    return Message("\n".join(lines), buttons=tuple(rows))


def fresh_link(t: Tongue, theirs: Tongue, person: Person, link: str, until: datetime, *, zone: ZoneInfo) -> Message:
    """A new invitation; `theirs` is the language of the person it is for, in which it is passed on."""
    lines = [
        t.say("Invitation for <b>{name}</b>:", name=shorten(person.name, 300)),
        "",
        t.say("<code>{link}</code>", link=link),
        "",
        t.say(
            "It works once, until {until}. Older links of this person no longer work. Send it to nobody else.",
            until=moment(t, until, zone),
        ),
    ]
    words = theirs.label("Your personal invitation to the mission's bot. Please open it on your phone.")
    share = f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(words, safe='')}"
    return Message(
        "\n".join(lines),
        buttons=((Button(t.label("Send the link"), url=share),), (_back(t, person),)),
    )


def sure_new_account(t: Tongue, person: Person) -> Message:
    """Before a person is moved."""
    text = t.say(
        "Move <b>{name}</b> to a new Telegram account? The account used so far is cut off at once, "
        "and you get a link for the new one. Drafts and everything reported stay.",
        name=shorten(person.name, 300),
    )
    yes = Button(t.label("Yes, move"), ActOnPerson(person.person_id, PersonAct.NEW_ACCOUNT_SURE))
    return Message(text, buttons=((yes,), (_back(t, person),)))


def sure_end_access(t: Tongue, person: Person) -> Message:
    """Before somebody's access ends."""
    text = t.say(
        "End the access of <b>{name}</b>? Everything reported so far stays with the mission. "
        "You can restore the access later.",
        name=shorten(person.name, 300),
    )
    yes = Button(t.label("Yes, end access"), ActOnPerson(person.person_id, PersonAct.END_ACCESS_SURE))
    return Message(text, buttons=((yes,), (_back(t, person),)))


def access_restored(t: Tongue) -> Message:
    """To somebody who may come in again."""
    return Message(t.say("You have access to this mission again. /programme shows your meetings."))


def not_about_yourself(t: Tongue) -> str:
    """A toast: nobody cuts himself off."""
    return t.label("Not for yourself: please ask another coordinator.")


def _back(t: Tongue, person: Person) -> Button:
    return Button(t.label("Back to the card"), ShowPerson(person.person_id))


def _lines(t: Tongue, person: Person, now: datetime, mission_zone: ZoneInfo) -> list[Html]:
    lines = [t.say("Role: {role}", role=role_word(t, person.role))]
    if person.team:
        lines.append(t.say("Team: {team}", team=shorten(person.team, NAME_LENGTH)))
    if person.delegation:
        lines.append(t.say("Delegation: {delegation}", delegation=shorten(person.delegation, 200)))
    if person.phone:
        lines.append(t.say("Phone: {phone}", phone=shorten(person.phone, LABEL_LENGTH)))
    reached = contact(t, person)
    if reached is not None:
        lines.append(t.say("Telegram: {contact}", contact=reached))
    lines.append(t.say("Language: {language}", language=language_name(person.language)))
    own = now.astimezone(ZoneInfo(person.time_zone))
    if own.utcoffset() != now.astimezone(mission_zone).utcoffset():
        lines.append(
            t.say(
                "Local time: {time} ({city})",
                time=t.time(now, ZoneInfo(person.time_zone)),
                city=zone_city(t, person.time_zone),
            )
        )
    return lines


def _meeting(t: Tongue, line: Line) -> Html:
    meeting = line.meeting
    begins, host = t.time(meeting.starts_at, meeting.zone), shorten(meeting.host, NAME_LENGTH)
    if meeting.cancelled:
        return t.say("• {time} {host}: cancelled", time=begins, host=host)
    if line.mine is None:
        return t.say("• {time} {host}: nothing yet", time=begins, host=host)
    return t.say(
        "• {time} {host}: {presence} ({said})",
        time=begins,
        host=host,
        presence=presence_word(t, line.mine.presence),
        said=said_at(t, meeting, line.mine.said_at),
    )


def _contact_rows(t: Tongue, person: Person) -> list[tuple[Button, ...]]:
    """Telegram opens a chat by username only; without one the text carries a mention."""
    if not _USERNAME.fullmatch(person.username):
        return []
    return [(Button(t.label("Message"), url=f"https://t.me/{person.username}"),)]


def _acts(t: Tongue, person: Person, standing: Standing, *, is_oneself: bool) -> list[tuple[Button, ...]]:
    def button(label: str, act: PersonAct) -> tuple[Button, ...]:
        return (Button(label, ActOnPerson(person.person_id, act)),)

    if not person.active:
        may_return = standing.state in {State.LEFT, State.ENDED}
        return [button(t.label("Restore access"), PersonAct.RESTORE)] if may_return else []
    if is_oneself:
        return []
    if person.chat_id is None:
        link = button(t.label("New invitation"), PersonAct.INVITE)
    else:
        link = button(t.label("New account"), PersonAct.NEW_ACCOUNT)
    return [(*link, *button(t.label("End access"), PersonAct.END_ACCESS))]
