"""Somebody is of another team from now on: which meetings are his no longer, and which are now."""

from domain.change import is_past
from domain.meeting import Meeting
from domain.person import Person
from services import notices, reminders
from services.desk import Desk
from storage import meetings
from storage.meetings import Whose
from texts.notices import News


def note_transfer(desk: Desk, person: Person, old_team_id: int | None) -> None:
    """Reminders of meetings that are his no longer are withdrawn; one notice tells him of these and of the new ones.

    To be called once he is of his new team. What he is listed for by name stays his.
    """
    was, now = _own(desk, person, old_team_id), _own(desk, person, person.team_id)
    for meeting_id in was.keys() - now.keys():
        reminders.withdraw(desk, meeting_id, person.person_id)
    if not person.active or person.unreachable_since is not None:
        return
    differing = sorted((was | now).items(), key=lambda each: (each[1].starts_at, each[0]))
    news = [
        _news(meeting, expected=number in now)
        for number, meeting in differing
        if (number in was) is not (number in now) and not meeting.cancelled and not is_past(meeting, desk.now)
    ]
    notices.write(desk, person, news)


def _own(desk: Desk, person: Person, team_id: int | None) -> dict[int, Meeting]:
    whose = Whose(person.person_id, frozenset({team_id} if team_id is not None else ()))
    return {meeting.meeting_id: meeting for meeting in meetings.list_all(desk.db, whose)}


def _news(meeting: Meeting, *, expected: bool) -> News:
    """The meeting itself is as it was."""
    return News(meeting, meeting, was_expected=not expected, expected=expected, authors=(), reasons=())
