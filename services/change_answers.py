"""Answers to the questions of a change: times, places, people, notes; typed, tapped, or sent as a location."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from domain.change import MOST_PARTICIPANTS, Field, Value
from domain.meeting import Interlocutor, Meeting
from domain.person import Person
from domain.place import typed_coordinates
from domain.programme import TEXT_LIMIT, parse_date, parse_interlocutors
from domain.programme_button import (
    Aspect,
    DropInterlocutor,
    PickDay,
    PutTime,
    PutVenue,
    ShiftTime,
    TogglePerson,
    ToggleTeam,
)
from domain.step import ChangeStep
from domain.when import NotUnderstood, WhenFault
from services import changing, programme
from services import directory as directory_acts
from services.changing import ask, drafted, find, put
from services.desk import Desk, Said, show, tongue_of
from services.when import FARTHEST, understand
from storage import directory, meetings, people, teams
from texts import changing as words

_RANGE = re.compile(r"(.*\d[:.]\d\d)\s*[-–—]\s*(\d{1,2}[:.]\d\d)")
MOST_FOUND = 6
"""People offered for a name that was typed."""
NOTE_MOST = 1000


def give_text(desk: Desk, said: Said, person: Person, meeting_id: int, step: ChangeStep, text: str) -> None:
    """What was typed at a question."""
    meeting = find(desk, said, person, meeting_id)
    if meeting is None:
        return
    give = {
        ChangeStep.WHEN: _give_time,
        ChangeStep.WHERE: _give_place,
        ChangeStep.WHO: _give_name,
        ChangeStep.MET: _give_interlocutors,
        ChangeStep.NOTE: _give_note,
        ChangeStep.REASON: changing.give_reason,
    }[step]
    give(desk, said, person, meeting, text)


def give_location(
    desk: Desk, said: Said, person: Person, meeting_id: int, place: tuple[float, float], venue: str
) -> None:
    """A location, or a venue of Telegram's with its name."""
    meeting = find(desk, said, person, meeting_id)
    if meeting is None:
        return
    values: dict[Field, Value] = {Field.LATITUDE: place[0], Field.LONGITUDE: place[1]}
    put(desk, said, person, meeting, {**values, Field.VENUE: venue[:TEXT_LIMIT]} if venue else values)


def refuse_kind(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    """A sticker, a poll, a photo where words were asked for."""
    meeting = find(desk, said, person, meeting_id)
    if meeting is not None:
        ask(desk, said, person, meeting, Aspect.MENU, words.no_words(tongue_of(desk, person)))


def shift(desk: Desk, said: Said, person: Person, payload: ShiftTime) -> None:
    """Later or earlier by so much than it stands now (in the draft, if there is a time in it)."""
    meeting = find(desk, said, person, payload.meeting_id)
    if meeting is not None:
        minutes = -payload.minutes if payload.earlier else payload.minutes
        _put(desk, said, person, meeting, lambda: drafted(desk, person, meeting).starts_at + timedelta(minutes=minutes))


def put_time(desk: Desk, said: Said, person: Person, payload: PutTime) -> None:
    """A half-hour, or one of two moments that were offered."""
    meeting = find(desk, said, person, payload.meeting_id)
    if meeting is not None:
        _put(desk, said, person, meeting, lambda: datetime.fromtimestamp(payload.minute * 60, UTC))


def _put(desk: Desk, said: Said, person: Person, meeting: Meeting, moment: Callable[[], datetime]) -> None:
    """It starts then; asked anew if a button says a moment that we never offered."""
    try:
        start = moment()
    except (ValueError, OverflowError, OSError):
        start = None
    if start is None or abs(start - desk.now) > FARTHEST:
        ask(desk, said, person, meeting, Aspect.TIME)
    else:
        _put_start(desk, said, person, meeting, start)


def pick_day(desk: Desk, said: Said, person: Person, payload: PickDay) -> None:
    """The calendar of a month, or the half-hours of a day."""
    meeting = find(desk, said, person, payload.meeting_id)
    if meeting is None:
        return
    t = tongue_of(desk, person)
    today = desk.now.astimezone(meeting.zone).date()
    if payload.day and (day := parse_date(payload.day)):
        show(desk, said, words.half_hours(t, meeting, day, desk.now))
        return
    month = parse_date(f"{payload.month}-01") or max(meeting.local_day, today).replace(day=1)
    show(desk, said, words.calendar(t, meeting, month, today))


def put_venue(desk: Desk, said: Said, person: Person, payload: PutVenue) -> None:
    """Where another meeting of the programme takes place."""
    meeting = find(desk, said, person, payload.meeting_id)
    other = meetings.find(desk.db, payload.other_id)
    if meeting is None:
        return
    if other is None or not programme.may_see(desk, person, other):
        ask(desk, said, person, meeting, Aspect.PLACE)
        return
    put(desk, said, person, meeting, _place_of(other))


def toggle_team(desk: Desk, said: Said, person: Person, payload: ToggleTeam) -> None:
    """A team takes part or does not; the page of teams."""
    meeting = find(desk, said, person, payload.meeting_id)
    if meeting is None:
        return
    team = teams.find(desk.db, payload.team_id) if payload.team_id else None
    if team is not None:
        _toggle(desk, person, meeting, team.name)
    show_people(desk, said, person, meeting, page=payload.page)


def toggle_person(desk: Desk, said: Said, person: Person, payload: TogglePerson) -> None:
    """Somebody takes part by name, or does not."""
    meeting = find(desk, said, person, payload.meeting_id)
    if meeting is None:
        return
    who = people.find(desk.db, payload.person_id)
    if who is not None and who.active:
        _toggle(desk, person, meeting, who.reference)
    show_people(desk, said, person, meeting)


def show_people(
    desk: Desk,
    said: Said,
    person: Person,
    meeting: Meeting,
    *,
    page: int = 0,
    found: list[Person] | None = None,
    note: str = "",
) -> None:
    """Whom the meeting would be for: teams to tap, people listed by name, and those found for what was typed."""
    after = drafted(desk, person, meeting)
    total = teams.count(desk.db, None)
    page = min(page, max(0, (total - 1) // words.TEAMS_A_PAGE))
    listed = teams.list_page(desk.db, None, limit=words.TEAMS_A_PAGE, offset=page * words.TEAMS_A_PAGE)
    names = people.list_team_ids(desk.db)
    by_name = [people.find_by_reference(desk.db, name) for name in after.participants if name not in names]
    persons = [one for one in by_name if one is not None]
    view = words.People(
        meeting, after, [(team.team_id, team.name) for team in listed], page, total, persons, found or []
    )
    show(desk, said, words.people_page(tongue_of(desk, person), view, note))
    changing.stand(desk, said, ChangeStep.WHO, meeting)


def drop_interlocutor(desk: Desk, said: Said, person: Person, payload: DropInterlocutor) -> None:
    """Whoever stands there is not to be met."""
    meeting = find(desk, said, person, payload.meeting_id)
    if meeting is None:
        return
    left = list(drafted(desk, person, meeting).interlocutors)
    if payload.position < len(left):
        del left[payload.position]
    changing.keep(desk, person, meeting, {Field.INTERLOCUTORS: tuple(left)})
    ask(desk, said, person, meeting, Aspect.INTERLOCUTORS)


def _give_time(desk: Desk, said: Said, person: Person, meeting: Meeting, text: str) -> None:
    start_text, end_text = _range(text)
    after = drafted(desk, person, meeting)
    languages = desk.mission.languages
    zone = meeting.time_zone
    start = understand(
        start_text, place_zone=zone, now=desk.now, day=after.local_day, languages=languages, since=after.starts_at
    )
    if isinstance(start, NotUnderstood):
        _not_understood(desk, said, person, meeting, text, start)
        return
    values: dict[Field, Value] = {Field.STARTS_AT: start.starts_at, Field.POSTPONED: False}
    if end_text:
        end = understand(end_text, place_zone=zone, now=desk.now, day=start.day, languages=languages)
        if isinstance(end, NotUnderstood):
            _not_understood(desk, said, person, meeting, text, end)
            return
        values[Field.ENDS_AT] = end.starts_at
    elif meeting.ends_at is not None:
        values[Field.ENDS_AT] = start.starts_at + (meeting.ends_at - meeting.starts_at)
    put(desk, said, person, meeting, values)


def _range(text: str) -> tuple[str, str]:
    """ "15:00–16:30" as its two times; anything else whole, with no end."""
    match = _RANGE.fullmatch(text.strip())
    return (match[1], match[2]) if match else (text, "")


def _not_understood(desk: Desk, said: Said, person: Person, meeting: Meeting, text: str, why: NotUnderstood) -> None:
    """What was wrong with it; a moment that comes twice is offered twice, one that has passed may be confirmed."""
    t = tongue_of(desk, person)
    if why.moments and why.code in {WhenFault.AMBIGUOUS, WhenFault.PAST}:
        show(desk, said, words.which_moment(t, meeting, why, person.zone))
        changing.stand(desk, said, ChangeStep.WHEN, meeting)
        return
    ask(desk, said, person, meeting, Aspect.TIME, words.time_fault(t, why.code, text, meeting))


def _put_start(desk: Desk, said: Said, person: Person, meeting: Meeting, start: datetime) -> None:
    values: dict[Field, Value] = {Field.STARTS_AT: start, Field.POSTPONED: False}
    if meeting.ends_at is not None:
        values[Field.ENDS_AT] = start + (meeting.ends_at - meeting.starts_at)
    put(desk, said, person, meeting, values)


def _give_place(desk: Desk, said: Said, person: Person, meeting: Meeting, text: str) -> None:
    """An address; or a pair of coordinates. Words without a point on the map take the old point away."""
    point = typed_coordinates(text)
    if point is not None:
        put(desk, said, person, meeting, {Field.LATITUDE: point[0], Field.LONGITUDE: point[1]})
        return
    venue = " ".join(text.split())
    if not venue or len(venue) > TEXT_LIMIT:
        ask(desk, said, person, meeting, Aspect.PLACE, words.text_fault(tongue_of(desk, person), venue, TEXT_LIMIT))
        return
    after = drafted(desk, person, meeting)
    moved = (after.latitude, after.longitude) != (meeting.latitude, meeting.longitude)
    values: dict[Field, Value] = {Field.VENUE: venue}
    put(desk, said, person, meeting, values if moved else {**values, Field.LATITUDE: None, Field.LONGITUDE: None})


def _give_name(desk: Desk, said: Said, person: Person, meeting: Meeting, text: str) -> None:
    """A team's name, somebody's reference, or part of a name."""
    t = tongue_of(desk, person)
    wanted = " ".join(text.split())
    team_ids = people.list_team_ids(desk.db)
    named = next((name for name in team_ids if name.casefold() == wanted.casefold()), None)
    if named is not None:
        _toggle(desk, person, meeting, named)
        show_people(desk, said, person, meeting)
        return
    found = _search(desk, person, wanted)
    note = "" if found else words.nobody_found(t, wanted)
    show_people(desk, said, person, meeting, found=found, note=note)


def _search(desk: Desk, person: Person, wanted: str) -> list[Person]:
    """Among those whom he may look at, and his own team."""
    business = directory_acts.business_of(person)
    if business is None:
        return directory.search(desk.db, wanted, limit=MOST_FOUND)
    among = business | frozenset(filter(None, (person.team_id,)))
    return directory.search(desk.db, wanted, team_ids=among, limit=MOST_FOUND) if among else []


def _toggle(desk: Desk, person: Person, meeting: Meeting, name: str) -> None:
    listed = drafted(desk, person, meeting).participants
    after = tuple(one for one in listed if one != name) if name in listed else (*listed, name)
    if len(after) <= MOST_PARTICIPANTS:
        changing.keep(desk, person, meeting, {Field.PARTICIPANTS: after})


def _give_interlocutors(desk: Desk, said: Said, person: Person, meeting: Meeting, text: str) -> None:
    """ "Name, title", one or several on lines or parted by semicolons: they are added."""
    added = parse_interlocutors(text.replace("\n", ";"))
    too_long = any(len(f"{who.name or ''}{who.title}") > TEXT_LIMIT for who in added)
    if not added or too_long:
        fault = words.text_fault(tongue_of(desk, person), text if too_long else "", TEXT_LIMIT)
        ask(desk, said, person, meeting, Aspect.INTERLOCUTORS, fault)
        return
    there: tuple[Interlocutor, ...] = drafted(desk, person, meeting).interlocutors
    changing.keep(desk, person, meeting, {Field.INTERLOCUTORS: tuple(dict.fromkeys((*there, *added)))})
    ask(desk, said, person, meeting, Aspect.INTERLOCUTORS)


def _give_note(desk: Desk, said: Said, person: Person, meeting: Meeting, text: str) -> None:
    note = text.strip()
    if len(note) > NOTE_MOST:
        ask(desk, said, person, meeting, Aspect.NOTE, words.text_fault(tongue_of(desk, person), note, NOTE_MOST))
        return
    put(desk, said, person, meeting, {Field.NOTE: note})


def _place_of(meeting: Meeting) -> Mapping[Field, Value]:
    return {
        Field.CITY: meeting.city,
        Field.VENUE: meeting.venue,
        Field.LATITUDE: meeting.latitude,
        Field.LONGITUDE: meeting.longitude,
    }
