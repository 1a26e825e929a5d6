"""Changing the programme: the one way in which a meeting becomes another, and who has to hear of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from domain.change import Field, diff, is_past
from domain.meeting import Meeting
from domain.person import Person
from services import reminders
from services.desk import Desk
from storage import chats, meetings, notices, people, teams

GATHER = timedelta(seconds=60)
"""How long a notice waits for further changes: all of them are told at once."""
RECEIPT_AFTER = timedelta(seconds=75)
"""When the author hears who was told: the notices are written by then, and most of them delivered."""


class Source(StrEnum):
    """Where a revision comes from."""

    CHAT = "chat"
    IMPORT = "import"
    PROPOSAL = "proposal"


def make(
    desk: Desk,
    author: Person | None,
    before: Meeting,
    after: Meeting,
    *,
    source: Source,
    reason: str = "",
    quiet: bool = False,
    knowing: Collection[int] = (),
) -> Meeting:
    """The meeting is `after` from now on, as its next revision; `before` if they do not differ.

    Everybody whom the meeting was for or is for now, their leaders and their coordinators are told in a minute, unless
    `quiet` or the meeting is past. Not told are the author (None: the command line) and those `knowing` it already.
    """
    differences = diff(before, after)
    if not differences:
        return before
    after = replace(after, revision=before.revision + 1)
    touched = concerned(desk, before.meeting_id)
    team_ids = meetings.list_teams_of(desk.db, before.meeting_id)
    _save(desk, author, after, source, reason)
    if any(each.field is Field.PARTICIPANTS for each in differences):
        _set_participants(desk, after)
        touched |= concerned(desk, after.meeting_id)
        team_ids |= meetings.list_teams_of(desk.db, after.meeting_id)
    reminders.withdraw(desk, after.meeting_id)
    if not quiet and not is_past(after, desk.now):
        _await(desk, author, after, touched, before.revision, knowing)
        _await_groups(desk, after, team_ids, before.revision)
    return after


def add(
    desk: Desk, author: Person | None, meeting: Meeting, *, source: Source, reason: str = "", quiet: bool = False
) -> Meeting:
    """A new meeting of the programme; the same are told as of a change. With its number."""
    meeting_id = _save(desk, author, replace(meeting, meeting_id=0, revision=1), source, reason)
    meeting = replace(meeting, meeting_id=meeting_id, revision=1)
    _set_participants(desk, meeting)
    if not quiet and not is_past(meeting, desk.now):
        _await(desk, author, meeting, concerned(desk, meeting_id), 0, ())
        _await_groups(desk, meeting, meetings.list_teams_of(desk.db, meeting_id), 0)
    return meeting


def concerned(desk: Desk, meeting_id: int) -> set[int]:
    """Ids of those aboard whom a change of this meeting touches.

    They are its people, the leaders of their teams, and the coordinators of these teams (of the whole mission, if it
    is for no team).
    """
    team_ids = meetings.list_teams_of(desk.db, meeting_id)
    found = set(meetings.list_people_of(desk.db, [meeting_id])[meeting_id])
    for team_id in team_ids:
        found |= {leader.person_id for leader in teams.list_leaders(desk.db, team_id)}
    return found | {
        lead.person_id
        for lead in people.list_leads(desk.db)
        if lead.sees_all or any(lead.oversees(team_id) for team_id in team_ids)
    }


def _save(desk: Desk, author: Person | None, meeting: Meeting, source: Source, reason: str) -> int:
    by = author.person_id if author else None
    return meetings.save(desk.db, meeting, author_id=by, source=source, reason=reason, now=desk.now)


def _set_participants(desk: Desk, meeting: Meeting) -> None:
    """Whom the meeting is for, by the names it lists: of a team, else a person's reference."""
    team_ids = people.list_team_ids(desk.db)
    persons = (people.find_by_reference(desk.db, name) for name in meeting.participants if name not in team_ids)
    meetings.set_participants(
        desk.db,
        meeting.meeting_id,
        [team_ids[name] for name in meeting.participants if name in team_ids],
        [person.person_id for person in persons if person],
    )


def _await(
    desk: Desk,
    author: Person | None,
    meeting: Meeting,
    touched: Collection[int],
    known_revision: int,
    knowing: Collection[int],
) -> None:
    """Notices and the author's receipt fall due."""
    silent = {*knowing, *((author.person_id,) if author else ())}
    to_tell = set(touched) - silent
    notices.await_notice(desk.db, to_tell, meeting.meeting_id, known_revision, desk.now + GATHER)
    for person_id in silent:
        notices.note_own(desk.db, person_id, meeting.meeting_id, meeting.revision, desk.now)
    if author is not None:
        due = desk.now + RECEIPT_AFTER
        notices.await_receipt(desk.db, author.person_id, meeting.meeting_id, meeting.revision, to_tell, due)


def _await_groups(desk: Desk, meeting: Meeting, team_ids: Collection[int], known_revision: int) -> None:
    """The groups of these teams are told as well."""
    bound = [group.chat_id for group in chats.list_bound(desk.db) if group.can_write and group.team_id in team_ids]
    notices.await_group_notice(desk.db, bound, meeting.meeting_id, known_revision, desk.now + GATHER)
