"""Who is free at a time, for those who have to send somebody."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.change import LONGEST
from domain.free import AHEAD, free_at
from domain.person import Person
from domain.when import NotUnderstood
from services.desk import Desk, Said, show, tongue_of
from services.directory import business_of
from services.programme import mission_day
from services.when import understand
from storage import meetings, people
from texts import directory as directory_words
from texts import free as words


def show_free(desk: Desk, said: Said, person: Person, text: str) -> None:
    """/free [time]: teams and people of his business who are at no meeting then, and who is where; empty = now."""
    t, teams = tongue_of(desk, person), business_of(person)
    if teams == frozenset():
        show(desk, said, directory_words.no_team(t))
        return
    moment = _moment(desk, text)
    if moment is None:
        show(desk, said, words.which_time(t, text))
        return
    planned = [m for m in meetings.list_between(desk.db, moment - LONGEST, moment + AHEAD) if not m.off]
    expected = meetings.list_people_of(desk.db, [m.meeting_id for m in planned])
    about = [p for p in people.list_all(desk.db) if teams is None or p.team_id in teams]
    found = free_at(moment, about, planned, expected)
    show(desk, said, words.free(t, found, ZoneInfo(desk.mission.time_zone)))


def _moment(desk: Desk, text: str) -> datetime | None:
    """What is meant, on the mission's clock. An hour that has passed may be asked about; of two the earlier counts."""
    if not text.strip():
        return desk.now
    meant = understand(
        text,
        place_zone=desk.mission.time_zone,
        now=desk.now,
        day=mission_day(desk),
        languages=desk.mission.languages,
    )
    if isinstance(meant, NotUnderstood):
        return meant.moments[0] if meant.moments else None
    return meant.starts_at
