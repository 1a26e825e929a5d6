"""The conversation in which a meeting is changed."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.button import ShowDay, ShowMeeting
from domain.change import ChangeFault, diff
from domain.conflict import Conflict
from domain.meeting import Meeting
from domain.message import Button, Message, Rows
from domain.person import Person
from domain.programme_button import (
    Aspect,
    ChangeMeeting,
    ConfirmChange,
    DropChange,
    DropInterlocutor,
    PickDay,
    PutTime,
    PutVenue,
    ShiftTime,
    ShowDraft,
    ShowProposals,
    TogglePerson,
    ToggleTeam,
)
from domain.when import NotUnderstood, WhenFault
from texts.conflicts import warnings
from texts.notices import what_changed
from texts.programme import about, interlocutor, meeting_label, title, when
from texts.split import shorten
from texts.tongue import Html, Tongue

TEAMS_A_PAGE = 8
MOST_BUTTONS = 30
LABEL = 40
HALF_HOURS = (time(7), time(22, 30))
"""What a day of meetings may begin with, from … to."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting as it stands and as the draft would have it, for a reader with this clock."""

    meeting: Meeting
    after: Meeting
    zone: ZoneInfo
    now: datetime
    drafting: bool
    proposals: int
    leads: bool
    venues: tuple[tuple[int, str], ...] = ()
    """Places of other meetings: the meeting's id, and what the place is called."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft before it is confirmed. `told`: how many people it touches now."""

    shown: Shown
    after: Meeting
    reason: str
    faults: list[ChangeFault]
    conflicts: Sequence[tuple[Conflict, Meeting | None]]
    at_once: bool
    told: int
    amends: bool


@dataclass(frozen=True, slots=True)
class People:
    """Whom the meeting would be for: a page of teams, people listed by name, people found for what was typed."""

    meeting: Meeting
    after: Meeting
    teams: list[tuple[int, str]]
    page: int
    total: int
    listed: list[Person]
    found: list[Person]


def choose_meeting(t: Tongue, found: Sequence[Meeting]) -> Message:
    """/change with several candidates, or none."""
    if not found:
        return Message(t.say("You have no meeting that could be changed. /programme shows your meetings."))
    buttons = tuple((Button(meeting_label(t, one), ChangeMeeting(one.meeting_id)),) for one in found[:MOST_BUTTONS])
    return Message(t.say("Which meeting is to be changed?"), buttons=buttons)


def question(t: Tongue, shown: Shown, aspect: Aspect, fault: str) -> Message:
    """The menu, or the question about one thing, below what was wrong with the last answer."""
    ask = {
        Aspect.TIME: _ask_time,
        Aspect.PLACE: _ask_place,
        Aspect.INTERLOCUTORS: _ask_interlocutors,
        Aspect.NOTE: _ask_note,
    }.get(aspect, _menu)
    lines, rows = ask(t, shown)
    head = [title(t, shown.meeting), when(t, shown.meeting, shown.zone)]
    warned = [Html(f"❗️ {fault}"), Html("")] if fault else []
    return Message("\n".join((*warned, *head, *lines)), buttons=rows)


def _menu(t: Tongue, shown: Shown) -> tuple[list[Html], Rows]:
    meeting, number = shown.meeting, shown.meeting.meeting_id
    lines = [about(t, meeting)]
    if meeting.cancelled:
        lines.append(t.say("<b>It is cancelled.</b>"))
    if meeting.postponed:
        lines.append(t.say("<b>It is postponed, without a new date yet.</b>"))
    lines += [Html(""), t.say("<b>What is to be changed?</b>")]

    def button(label: str, aspect: Aspect) -> Button:
        return Button(label, ChangeMeeting(number, aspect))

    rows: list[tuple[Button, ...]] = [
        (button(t.label("Another time"), Aspect.TIME), button(t.label("Another place"), Aspect.PLACE)),
        (Button(t.label("Who of ours"), ToggleTeam(number)), button(t.label("Whom we meet"), Aspect.INTERLOCUTORS)),
        (button(t.label("Note"), Aspect.NOTE),),
    ]
    if meeting.cancelled:
        rows.append((button(t.label("It takes place after all"), Aspect.TAKES_PLACE),))
    elif meeting.postponed:
        rows.append((button(t.label("Cancelled"), Aspect.CANCELLED),))
    else:
        rows.append((button(t.label("Cancelled"), Aspect.CANCELLED), button(t.label("Postponed"), Aspect.POSTPONED)))
    if shown.leads and shown.proposals:
        label = t.label("Proposals: {n}", n=shown.proposals)
        rows.append((Button(label, ShowProposals(number)),))
    return lines, (*rows, _ways_out(t, shown))


def _ask_time(t: Tongue, shown: Shown) -> tuple[list[Html], Rows]:
    number = shown.meeting.meeting_id
    lines = [
        Html(""),
        t.say("<b>When will it be?</b> Tap, or write the place's time: 15:30, tomorrow 10:00, 15:00–16:30, +45."),
    ]
    later = tuple(Button(label, ShiftTime(number, n)) for n, label in ((15, "+15"), (30, "+30"), (60, t.label("+1 h"))))
    earlier = tuple(Button(f"−{n}", ShiftTime(number, n, 1)) for n in (15, 30))
    days = (
        Button(t.label("Times of the day"), PickDay(number, shown.after.local_day.isoformat())),
        Button(t.label("Another day"), PickDay(number)),
    )
    return lines, ((*earlier, *later), days, _ways_out(t, shown))


def _ask_place(t: Tongue, shown: Shown) -> tuple[list[Html], Rows]:
    number = shown.meeting.meeting_id
    lines = [
        about(t, shown.after),
        Html(""),
        t.say("<b>Where will it be?</b> Write the address, or send the location (📎)."),
    ]
    venues = tuple((Button(shorten(name, LABEL), PutVenue(number, other)),) for other, name in shown.venues)
    return lines, (*venues, _ways_out(t, shown))


def _ask_interlocutors(t: Tongue, shown: Shown) -> tuple[list[Html], Rows]:
    number = shown.meeting.meeting_id
    lines = [
        Html(""),
        t.say("<b>Whom will we meet?</b> Write name and title, like: Aigul B., deputy mayor. Tap a name to remove it."),
    ]
    rows = tuple(
        (Button(shorten(f"✗ {interlocutor(who)}", LABEL), DropInterlocutor(number, place)),)
        for place, who in enumerate(shown.after.interlocutors[:MOST_BUTTONS])
    )
    return lines, (*rows, _ways_out(t, shown))


def _ask_note(t: Tongue, shown: Shown) -> tuple[list[Html], Rows]:
    lines = [Html("")]
    if shown.after.note:
        lines.append(t.say("The note now: {note}", note=shown.after.note))
    lines.append(t.say("<b>What should everybody concerned know?</b> Write it in one message."))
    return lines, (_ways_out(t, shown),)


def _ways_out(t: Tongue, shown: Shown) -> tuple[Button, ...]:
    number = shown.meeting.meeting_id
    back = Button(t.label("Do not change"), DropChange(number))
    if diff(shown.meeting, shown.after):
        return (Button(t.label("Done"), ShowDraft(number)), back)
    return (back,)


def preview(t: Tongue, view: Preview, note: str) -> Message:
    """The draft: from what to what, what is in its way, and who will hear of it."""
    shown, meeting = view.shown, view.shown.meeting
    lines = [*([Html(note), Html("")] if note else []), title(t, meeting), when(t, meeting, shown.zone), Html("")]
    lines += what_changed(t, meeting, view.after, shown.zone)
    if view.reason:
        lines.append(t.say("Why: {reason}", reason=view.reason))
    lines += warnings(t, view.conflicts)
    number = meeting.meeting_id
    more = Button(t.label("Something else too"), ChangeMeeting(number))
    back = Button(t.label("Do not change"), DropChange(number))
    if view.faults:
        lines += [Html(""), *(Html(f"❗️ {_fault(t, fault)}") for fault in view.faults)]
        return Message("\n".join(lines), buttons=((more,), (back,)))
    lines += ["", *_consequences(t, view)]  # type: ignore[list-item]
    label = t.label("Change it") if view.at_once else t.label("Propose it")
    yes = Button(label, ConfirmChange(number, meeting.revision))
    return Message("\n".join(lines), buttons=((yes,), (more, back)))


def _consequences(t: Tongue, view: Preview) -> list[Html]:
    lines = []
    if not view.at_once:
        lines.append(t.say("A coordinator decides on it: you cannot change this yourself."))
    elif view.told:
        lines.append(t.count("{n} person will be told.", "{n} people will be told.", view.told))
    if not view.reason:
        lines.append(t.say("Write why, if you like, before you tap."))
    return lines


def _fault(t: Tongue, fault: ChangeFault) -> Html:
    return {
        ChangeFault.EMPTY_HOST: t.say("The host has no name."),
        ChangeFault.UNKNOWN_ZONE: t.say("The time zone is unknown."),
        ChangeFault.YEAR_OUT_OF_RANGE: t.say("The year cannot be right: please set another time."),
        ChangeFault.END_BEFORE_START: t.say("It would end before it begins: please set another time."),
        ChangeFault.TOO_LONG: t.say("It would last more than 24 hours: please set another time."),
        ChangeFault.BAD_COORDINATES: t.say("The place is not on this globe: please set another place."),
        ChangeFault.TOO_MANY_PARTICIPANTS: t.say("These are too many participants: list teams instead of people."),
        ChangeFault.TEXT_TOO_LONG: t.say("A text in it is too long."),
    }[fault]


def nothing_changes(t: Tongue) -> str:
    """The draft has nothing that differs from the meeting as it stands."""
    return t.say("That is how it stands already.")


def changed_meanwhile(t: Tongue, known: Meeting, latest: Meeting, by: str, zone: ZoneInfo) -> str:
    """Above the draft: what somebody else has changed since its author saw the meeting."""
    who = t.say("{name} has changed this meeting meanwhile:", name=by) if by else t.say("It was changed meanwhile:")
    changed = what_changed(t, known, latest, zone)
    return "\n".join((Html(f"❗️ {who}"), *changed, t.say("Your own change, as it would be now, is below.")))


def done(t: Tongue, before: Meeting, after: Meeting, waiting: int, zone: ZoneInfo) -> Message:
    """The receipt at once: what is true from now on, and how many will hear of it."""
    lines = [
        Html(f"✓ {t.say('Changed.')}"),
        title(t, after),
        when(t, after, zone),
        *what_changed(t, before, after, zone),
    ]
    if waiting:
        lines.append(t.count("{n} person is told in a minute.", "{n} people are told in a minute.", waiting))
    buttons = (
        (Button(t.label("Show the meeting"), ShowMeeting(after.meeting_id)),),
        (Button(t.label("Programme"), ShowDay(after.local_day.isoformat())),),
    )
    return Message("\n".join(lines), buttons=buttons)


def dropped(t: Tongue) -> str:
    """A toast."""
    return t.label("Nothing was changed.")


def half_hours(t: Tongue, meeting: Meeting, day: date, now: datetime) -> Message:
    """The half-hours of a day at the place, those that have passed left out."""
    first, last = HALF_HOURS
    zone, number = meeting.zone, meeting.meeting_id
    moment = datetime.combine(day, first, tzinfo=zone)
    buttons: list[Button] = []
    while moment.time() <= last and moment.date() == day:
        start = moment.astimezone(UTC)
        if start > now and start.astimezone(zone).time() == moment.time():
            buttons.append(Button(f"{moment:%H:%M}", PutTime(number, int(start.timestamp()) // 60)))
        moment += timedelta(minutes=30)
    rows = tuple(tuple(buttons[at : at + 4]) for at in range(0, len(buttons), 4))
    text = t.say("{day}, {zone}: when does it begin?", day=t.day(day), zone=meeting.time_zone)
    if not buttons:
        text = t.say("{day} is over.", day=t.day(day))
    out = (Button(t.label("Another day"), PickDay(number)), Button(t.label("Back"), ChangeMeeting(number, Aspect.TIME)))
    return Message(f"{title(t, meeting)}\n{text}", buttons=(*rows, out))


def calendar(t: Tongue, meeting: Meeting, month: date, today: date) -> Message:
    """A month, its past days left out."""
    number = meeting.meeting_id
    days = [day for day in Calendar().itermonthdates(month.year, month.month) if day.month == month.month]
    buttons = [Button(str(day.day), PickDay(number, day.isoformat())) for day in days if day >= today]
    rows = [tuple(buttons[at : at + 7]) for at in range(0, len(buttons), 7)]
    before, after = month - timedelta(days=1), month + timedelta(days=31)
    paging = [Button(f"{t.month(after)} ▶", PickDay(number, "", f"{after:%Y-%m}"))]
    if before >= today.replace(day=1):
        paging.insert(0, Button(f"◀ {t.month(before)}", PickDay(number, "", f"{before:%Y-%m}")))
    out = (Button(t.label("Back"), ChangeMeeting(number, Aspect.TIME)),)
    text = t.say("{month}: on which day?", month=t.month(month))
    return Message(f"{title(t, meeting)}\n{text}", buttons=(*rows, tuple(paging), out))


def people_page(t: Tongue, view: People, note: str) -> Message:
    """Teams to tap, people to take off, people who were found."""
    number, named = view.meeting.meeting_id, set(view.after.participants)
    lines = [
        title(t, view.meeting),
        t.say("Ours: {names}", names=shorten("; ".join(view.after.participants), 300) or "–"),
    ]
    lines += [Html(""), t.say("<b>Who takes part?</b> Tap a team, or write a person's name.")]
    if note:
        lines = [Html(f"❗️ {note}"), Html(""), *lines]
    rows: list[tuple[Button, ...]] = [
        (Button(shorten(f"✗ {one.name}", LABEL), TogglePerson(number, one.person_id)),) for one in view.listed[:10]
    ]
    rows += [
        (Button(shorten(f"+ {one.name} ({one.team or one.reference})", LABEL), TogglePerson(number, one.person_id)),)
        for one in view.found
        if one.reference not in named
    ]
    marks = {True: "✓", False: "+"}
    team_buttons = [
        Button(shorten(f"{marks[name in named]} {name}", LABEL // 2), ToggleTeam(number, team_id, view.page))
        for team_id, name in view.teams
    ]
    rows += [tuple(team_buttons[at : at + 2]) for at in range(0, len(team_buttons), 2)]
    if view.total > TEAMS_A_PAGE:
        pages = (view.total + TEAMS_A_PAGE - 1) // TEAMS_A_PAGE
        turn = [(view.page - 1, "◀"), (view.page + 1, "▶")]
        rows.append(tuple(Button(sign, ToggleTeam(number, 0, page)) for page, sign in turn if 0 <= page < pages))
    ways_out = [Button(t.label("Do not change"), DropChange(number))]
    if diff(view.meeting, view.after):
        ways_out.insert(0, Button(t.label("Done"), ShowDraft(number)))
    return Message("\n".join(lines), buttons=(*rows, tuple(ways_out)))


def which_moment(t: Tongue, meeting: Meeting, why: NotUnderstood, zone: ZoneInfo) -> Message:
    """A time that the clocks show twice, or one that has passed: the one that is meant is tapped."""
    past = why.code is WhenFault.PAST
    text = (
        t.say("That has passed already. Is it meant all the same?")
        if past
        else t.say("The clocks of {zone} show this time twice. Which is meant?", zone=meeting.time_zone)
    )
    number = meeting.meeting_id
    rows = tuple(
        (Button(_moment(t, moment, meeting.zone), PutTime(number, int(moment.timestamp()) // 60)),)
        for moment in why.moments
    )
    back = (Button(t.label("Back"), ChangeMeeting(number, Aspect.TIME)),)
    return Message("\n".join((title(t, meeting), when(t, meeting, zone), Html(f"❗️ {text}"))), buttons=(*rows, back))


def _moment(t: Tongue, moment: datetime, zone: ZoneInfo) -> str:
    there = moment.astimezone(zone)
    offset = there.strftime("%z")
    return f"{t.short_day(there.date())}, {there:%H:%M} (UTC{offset[:3]}:{offset[3:]})"


def time_fault(t: Tongue, code: WhenFault, text: str, meeting: Meeting) -> str:
    """Why a typed time was not taken."""
    given = shorten(text, 60)
    return {
        WhenFault.NOT_A_TIME: t.say("I did not understand “{given}” as a time.", given=given),
        WhenFault.NO_SUCH_DAY: t.say("“{given}”: there is no such day.", given=given),
        WhenFault.NO_SUCH_TIME: t.say("“{given}”: there is no such time of day.", given=given),
        WhenFault.NONEXISTENT: t.say(
            "“{given}”: the clocks of {zone} skip this time.", given=given, zone=meeting.time_zone
        ),
        WhenFault.AMBIGUOUS: t.say(
            "“{given}”: the clocks of {zone} show this time twice.", given=given, zone=meeting.time_zone
        ),
        WhenFault.PAST: t.say("“{given}” has passed already.", given=given),
        WhenFault.TOO_FAR: t.say("“{given}” is more than a year ahead.", given=given),
    }[code]


def text_fault(t: Tongue, given: str, limit: int) -> str:
    """Words that cannot be kept: none, or too many."""
    if not given:
        return t.say("Please write it in words.")
    return t.say(
        "That is too long: {n} characters, {limit} at most. Please send it shorter.", n=len(given), limit=limit
    )


def no_words(t: Tongue) -> str:
    """A sticker, a photo, a poll in the middle of a change."""
    return t.say("I cannot use that for a change of the programme, and it was not kept.")


def nobody_found(t: Tongue, given: str) -> str:
    """No team and nobody with such a name."""
    return t.say("There is nobody and no team named “{given}”.", given=shorten(given, 60))
