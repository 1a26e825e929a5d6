"""Showing the programme, a meeting's card, and finding the meeting that somebody means."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.access import BUTTONS, may
from domain.attendance import attendance_of, likeliest
from domain.button import TeamRoll, View
from domain.letter import Letter, LetterKind
from domain.meeting import Meeting, nearest_days, status_of
from domain.person import Person, Role
from services.desk import Desk, Said, post, show, tongue_of
from storage import checkins, logs, meetings, people, releases
from storage.meetings import Whose
from texts import answers, programme
from texts import checkins as words
from texts.programme import DayPage, Line, Own

EARLY = timedelta(hours=2)
"""How long before its start a meeting is likely to be the one a person means."""
STALE = timedelta(hours=6)
"""How long after its end it still is."""


def own(person: Person) -> Whose:
    """A person's own meetings: his and his team's."""
    return Whose(person.person_id, frozenset(filter(None, (person.team_id,))))


def business(person: Person) -> Whose | None:
    """The meetings that are a person's business: his own, his scope's if he coordinates teams; None = all."""
    if person.sees_all:
        return None
    overseen = person.scope if person.role.leads else frozenset[int]()
    return Whose(person.person_id, own(person).team_ids | overseen, overseen)


def mission_day(desk: Desk) -> date:
    """Today where the mission is."""
    return desk.now.astimezone(ZoneInfo(desk.mission.time_zone)).date()


def may_see(desk: Desk, person: Person, meeting: Meeting) -> bool:
    """Whether the meeting is this person's business; asked again at every act."""
    whose = business(person)
    return whose is None or meetings.is_of(desk.db, meeting.meeting_id, whose)


def find(desk: Desk, person: Person, meeting_id: int) -> Meeting | None:
    """The meeting, if it exists and is this person's business."""
    meeting = meetings.find(desk.db, meeting_id)
    return meeting if meeting is not None and may_see(desk, person, meeting) else None


def show_day(desk: Desk, said: Said, person: Person, day: date | None, view: View = View.BUSINESS) -> None:
    """The programme of a day; None = today where the mission is."""
    wanted = day or mission_day(desk)
    whose = own(person) if view is View.MINE else business(person)
    release = releases.latest(desk.db, wanted)
    page = DayPage(
        wanted,
        [line_of(desk, person, meeting) for meeting in meetings.list_day(desk.db, wanted, whose)],
        nearest_days(meetings.list_days(desk.db, whose), wanted),
        person.zone,
        view if person.role.leads else None,
        release.number if release else 0,
    )
    show(desk, said, programme.day_page(tongue_of(desk, person), page))


def show_meeting(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    """A meeting's card."""
    meeting = find(desk, person, meeting_id)
    if meeting is None:
        refuse(desk, said, person)
        return
    line = line_of(desk, person, meeting)
    show(desk, said, programme.card(tongue_of(desk, person), line, _own_of(desk, person, line), person.zone))


def send_venue(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    """The meeting's place as a point on the map, in a message of its own."""
    meeting = find(desk, person, meeting_id)
    if meeting is None or meeting.latitude is None or meeting.longitude is None:
        refuse(desk, said, person)
        return
    body = programme.venue(tongue_of(desk, person), meeting)
    post(desk, Letter(LetterKind.ANSWER, said.chat_id, "sendVenue", body))


def refuse(desk: Desk, said: Said, person: Person) -> None:
    """A button or a link that is not this person's; he gets his own programme instead."""
    desk.toast = answers.not_yours(tongue_of(desk, person))
    if not said.in_group:
        show_day(desk, said, person, None)


def line_of(desk: Desk, person: Person, meeting: Meeting) -> Line:
    """The meeting as this person sees it."""
    return Line(
        meeting,
        status_of(
            meeting,
            arrivals=checkins.count_arrivals(desk.db, meeting.meeting_id),
            logged=logs.is_submitted(desk.db, meeting.meeting_id),
            now=desk.now,
        ),
        checkins.find_latest(desk.db, meeting.meeting_id, person.person_id),
    )


def may_call_roll(person: Person) -> bool:
    """Whether he checks in others: a team's leader, or a coordinator."""
    leads_team = person.role is Role.TEAM_LEADER and person.team_id is not None
    return may(person.role, BUTTONS[TeamRoll], in_group=False) and (person.role.leads or leads_team)


def _own_of(desk: Desk, person: Person, line: Line) -> Own:
    meeting, mine = line.meeting, line.mine
    by = people.find(desk.db, mine.said_by) if mine and mine.said_by != person.person_id else None
    return Own(
        attendance_of((mine,) if mine else (), meeting, desk.now),
        expected=meetings.is_of(desk.db, meeting.meeting_id, own(person)),
        said_by=by.name if by else "",
        present=checkins.count_arrivals(desk.db, meeting.meeting_id),
        of=checkins.count_expected(desk.db, meeting.meeting_id),
        calls_roll=may_call_roll(person),
    )


def candidates(desk: Desk, person: Person, when: datetime, *, off_too: bool = False) -> list[Meeting]:
    """Meetings that a person may mean at this moment, the likeliest first; of his nearest day that has any.

    `off_too`: also those that are cancelled or postponed.
    """
    whose: Whose | None = own(person)
    days = meetings.list_days(desk.db, whose)
    if not days and person.role.leads:
        whose = business(person)
        days = meetings.list_days(desk.db, whose)
    today = when.astimezone(ZoneInfo(desk.mission.time_zone)).date()
    for day in sorted(days, key=lambda day: (abs(day - today), day < today)):
        found = [meeting for meeting in meetings.list_day(desk.db, day, whose) if off_too or not meeting.off]
        if found:
            return likeliest(found, when, {})
    return []


def current(desk: Desk, person: Person, when: datetime) -> Meeting | None:
    """The one meeting that is on for this person around `when`, if there is one."""
    for meeting in candidates(desk, person, when):
        end = meeting.ends_at or meeting.starts_at
        if meeting.starts_at - EARLY <= when <= end + STALE:
            return meeting
    return None


def offer_checkin(desk: Desk, said: Said, person: Person) -> None:
    """/checkin: the card if there is one candidate, else a choice, the likeliest first."""
    found = candidates(desk, person, said.at)
    if not found:
        show(desk, said, words.no_meetings(tongue_of(desk, person)))
    elif len(found) == 1:
        show_meeting(desk, said, person, found[0].meeting_id)
    else:
        lines = [line_of(desk, person, meeting) for meeting in found]
        show(desk, said, programme.choose_meeting(tongue_of(desk, person), lines))
