"""A leader checks in his team: each by a tap, or all who have said nothing."""

from collections.abc import Sequence

from domain.attendance import Attendance, attendance_of
from domain.button import Presence
from domain.checkin import CheckInFact
from domain.meeting import Meeting
from domain.person import Person
from services import checkins, conversations, programme
from services.desk import Desk, Said, show, tongue_of
from storage import checkins as facts
from storage import people, teams
from texts import checkins as checkin_words
from texts import team_rolls as words
from texts.team_rolls import Roll, RollLine

PAGE = 30
"""People on a page."""
MOST = 1_000
"""More people than any mission has."""


def show_roll(desk: Desk, said: Said, leader: Person, meeting_id: int, page: int) -> None:
    """The list, a button for each."""
    meeting = _meeting(desk, said, leader, meeting_id)
    if meeting is not None:
        _show(desk, said, leader, meeting, page)


def toggle(desk: Desk, said: Said, leader: Person, meeting_id: int, person_id: int, page: int) -> None:
    """He is there; or the leader's own mark was a mistake. What people said of themselves stays."""
    meeting = _meeting(desk, said, leader, meeting_id)
    if meeting is None:
        return
    name = dict(_members(desk, leader, meeting)).get(person_id)
    if name is None:
        conversations.old_button(desk, leader)
    else:
        _toggle(desk, said, leader, meeting, person_id, name)
    _show(desk, said, leader, meeting, page)


def mark_rest(desk: Desk, said: Said, leader: Person, meeting_id: int) -> None:
    """Everybody who has said nothing is there."""
    meeting = _meeting(desk, said, leader, meeting_id)
    if meeting is None:
        return
    for line in _lines(desk, leader, meeting):
        if line.silent:
            _mark(desk, said, leader, meeting, line.person_id)
    _show(desk, said, leader, meeting, 0)


def _meeting(desk: Desk, said: Said, leader: Person, meeting_id: int) -> Meeting | None:
    """The meeting, if he may check in others to it; else he is answered."""
    meeting = programme.find(desk, leader, meeting_id)
    if meeting is None or not programme.may_call_roll(leader):
        conversations.old_button(desk, leader)
        programme.show_day(desk, said, leader, None)
        return None
    if meeting.cancelled:
        desk.toast = checkin_words.cancelled_meeting(tongue_of(desk, leader), meeting)
        programme.show_meeting(desk, said, leader, meeting_id)
        return None
    return meeting


def _members(desk: Desk, leader: Person, meeting: Meeting) -> Sequence[tuple[int, str]]:
    """(person id, name) of those whom he may check in: a leader's team, or whom a coordinator answers for."""
    if leader.role.leads:
        expected = facts.list_expected(desk.db, meeting.meeting_id)
        found = [(person_id, name) for person_id, name, team_id in expected if leader.oversees(team_id)]
    else:
        team = teams.list_members(desk.db, leader.team_id or 0, limit=MOST, offset=0)
        found = [(member.person_id, member.name) for member in team]
    return [(person_id, name) for person_id, name in found if person_id != leader.person_id]


def _lines(desk: Desk, leader: Person, meeting: Meeting) -> list[RollLine]:
    told = facts.list_of_meeting(desk.db, meeting.meeting_id)
    return [
        RollLine(person_id, name, attendance_of(told.get(person_id, ()), meeting, desk.now), person_id not in told)
        for person_id, name in _members(desk, leader, meeting)
    ]


def _show(desk: Desk, said: Said, leader: Person, meeting: Meeting, page: int) -> None:
    t = tongue_of(desk, leader)
    lines = _lines(desk, leader, meeting)
    if not lines:
        show(desk, said, words.nobody(t, meeting))
        return
    pages = -(-len(lines) // PAGE)
    page = min(page, pages - 1)
    shown = Roll(
        tuple(lines[page * PAGE : (page + 1) * PAGE]),
        page,
        pages,
        there=sum(line.attendance in {Attendance.ARRIVED, Attendance.LEFT} for line in lines),
        all=len(lines),
        silent=sum(line.silent for line in lines),
    )
    show(desk, said, words.roll(t, meeting, shown, desk.now))


def _toggle(desk: Desk, said: Said, leader: Person, meeting: Meeting, person_id: int, name: str) -> None:
    t = tongue_of(desk, leader)
    last = facts.find_latest(desk.db, meeting.meeting_id, person_id)
    if last is None or not _was_there(last):
        _mark(desk, said, leader, meeting, person_id)
    elif last.said_by == leader.person_id:
        checkins.take_back(desk, leader.person_id, meeting, last, said.at)
    elif last.said_by == person_id:
        desk.toast = words.said_it_himself(t, name)
    else:
        desk.toast = words.another_leaders(t, name)


def _mark(desk: Desk, said: Said, leader: Person, meeting: Meeting, person_id: int) -> None:
    member = people.read(desk.db, person_id)
    checkins.say(desk, member, meeting, Presence.ARRIVED, said.at, leader.person_id)


def _was_there(fact: CheckInFact) -> bool:
    return fact.presence in {Presence.ARRIVED, Presence.LEFT}
