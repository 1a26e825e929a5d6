"""What in the programme cannot be as it is planned: around one meeting, or on a day. Warned of, never in the way."""

from datetime import date, timedelta

from domain.conflict import Conflict, conflicts, conflicts_of
from domain.meeting import Meeting
from services.desk import Desk
from storage import meetings, people, teams
from storage.meetings import Whose

NEIGHBOURS = timedelta(hours=36)
"""How far around a meeting others are looked at."""
Found = tuple[Conflict, Meeting, Meeting | None]
"""A conflict, its earlier meeting, and the other one if it is a pair's."""


def around(desk: Desk, meeting: Meeting) -> list[tuple[Conflict, Meeting | None]]:
    """What the meeting, as it is or would be, gets in the way of; each with the other meeting, if there is one."""
    end = meeting.ends_at or meeting.starts_at
    around = meetings.list_between(desk.db, meeting.starts_at - NEIGHBOURS, end + NEIGHBOURS)
    others = {other.meeting_id: other for other in around if other.meeting_id != meeting.meeting_id}
    whom = meetings.list_people_of(desk.db, others)
    whom[meeting.meeting_id] = _named(desk, meeting)
    found = conflicts_of(meeting, others.values(), whom, desk.mission.rules)
    return [(one, others.get(_other(one, meeting))) for one in found]


def _other(conflict: Conflict, meeting: Meeting) -> int:
    pair = {conflict.meeting_id, conflict.other_id or conflict.meeting_id} - {meeting.meeting_id}
    return next(iter(pair), meeting.meeting_id)


def _named(desk: Desk, meeting: Meeting) -> frozenset[int]:
    """Ids of those whom the meeting lists, members of its teams included."""
    team_ids = people.list_team_ids(desk.db)
    found: set[int] = set()
    for name in meeting.participants:
        if name in team_ids:
            members = teams.list_members(desk.db, team_ids[name], limit=-1, offset=0)
            found |= {member.person_id for member in members}
        elif person := people.find_by_reference(desk.db, name):
            found.add(person.person_id)
    return frozenset(found)


def of_day(desk: Desk, day: date, whose: Whose | None) -> list[Found]:
    """The conflicts in which the meetings of a local day are, as far as they are somebody's business."""
    mine = meetings.list_day(desk.db, day, whose)
    if not mine:
        return []
    first, last = mine[0], max(mine, key=lambda one: one.ends_at or one.starts_at)
    end = (last.ends_at or last.starts_at) + NEIGHBOURS
    all_of_them = {one.meeting_id: one for one in meetings.list_between(desk.db, first.starts_at - NEIGHBOURS, end)}
    all_of_them |= {one.meeting_id: one for one in mine}
    found = conflicts(all_of_them.values(), meetings.list_people_of(desk.db, all_of_them), desk.mission.rules)
    wanted = {one.meeting_id for one in mine}
    return [_found(one, all_of_them) for one in found if {one.meeting_id, one.other_id} & wanted]


def _found(one: Conflict, known: dict[int, Meeting]) -> Found:
    return one, known[one.meeting_id], known.get(one.other_id) if one.other_id is not None else None
