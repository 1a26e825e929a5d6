"""The programme's past: what was changed of a meeting, how it stood at a moment, and what was published."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from domain.meeting import Meeting
from domain.person import Person
from domain.programme import parse_date, parse_time
from domain.when import NotUnderstood, WhenFault
from services import programme
from services.desk import Desk, Said, show, tongue_of
from services.when import understand
from storage import meetings, releases
from texts import history as words
from texts.history import Step


def offer(desk: Desk, said: Said, person: Person) -> None:
    """/history: of the meeting, if there is one candidate, else of which."""
    found = programme.candidates(desk, person, said.at, off_too=True)
    if len(found) == 1:
        show_history(desk, said, person, found[0].meeting_id, 0)
    else:
        show(desk, said, words.choose_meeting(tongue_of(desk, person), found))


def show_history(desk: Desk, said: Said, person: Person, meeting_id: int, page: int) -> None:
    """A meeting's revisions, the latest first."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return
    revisions = meetings.list_revisions(desk.db, meeting_id)
    steps = [
        Step(
            before.meeting if before else None,
            one.meeting,
            one.made_at,
            one.author,
            one.source,
            one.reason,
        )
        for before, one in zip([None, *revisions], revisions, strict=False)
    ]
    show(desk, said, words.history(tongue_of(desk, person), meeting, steps[::-1], page, person.zone))


def show_as_of(desk: Desk, said: Said, person: Person, text: str) -> None:
    """/asof 8 June 14:00: that day's programme as it stood at that moment, on the mission's clock."""
    t = tongue_of(desk, person)
    moment = _moment(desk, text) if text.strip() else None
    if moment is None:
        show(desk, said, words.ask_moment(t, text))
        return
    zone = ZoneInfo(desk.mission.time_zone)
    day = moment.astimezone(zone).date()
    whose = programme.business(person)
    stood = [one for one in meetings.list_as_of(desk.db, moment) if one.local_day == day]
    if whose is not None:
        stood = [one for one in stood if meetings.is_of(desk.db, one.meeting_id, whose)]
    now = {one.meeting_id: one for one in meetings.list_all(desk.db)} if stood else {}
    pairs = [(one, now.get(one.meeting_id, one)) for one in stood]
    show(desk, said, words.as_of(t, moment, zone, pairs))


def show_day_to_publish(desk: Desk, said: Said, person: Person, day: date | None) -> None:
    """/publish: the day's programme against the version that was published last."""
    day = day or programme.mission_day(desk)
    before, planned, changed = _against_release(desk, day)
    number = before.number + 1 if before else 1
    show(desk, said, words.to_publish(tongue_of(desk, person), day, before, planned, changed, number, person.zone))


def publish(desk: Desk, said: Said, person: Person, day_text: str, number: int) -> None:
    """The tap: this is version `number` from now on, if nobody has published it meanwhile."""
    t = tongue_of(desk, person)
    day = parse_date(day_text)
    if day is None or not person.sees_all:
        programme.refuse(desk, said, person)
        return
    before, planned, changed = _against_release(desk, day)
    current = before.number if before else 0
    if number != current + 1 or not (changed or before is None) or not planned:
        desk.toast = words.published_already(t, current)
        show_day_to_publish(desk, said, person, day)
        return
    revisions = {one.meeting_id: one.revision for one in planned}
    releases.add(desk.db, day, number, person.person_id, revisions, desk.now)
    desk.toast = words.published(t, number)
    programme.show_day(desk, said, person, day)


def _against_release(
    desk: Desk, day: date
) -> tuple[releases.Release | None, list[Meeting], list[tuple[Meeting | None, Meeting]]]:
    """The last version of the day, its meetings now, and which of them differ: as published and as they stand."""
    before = releases.latest(desk.db, day)
    planned = meetings.list_day(desk.db, day)
    known = before.meetings if before else {}
    current = {one.meeting_id: one for one in planned}
    current |= {number: one for number in known if number not in current and (one := meetings.find(desk.db, number))}
    changed = []
    for number, meeting in current.items():
        if known.get(number) != meeting.revision:
            then = meetings.find_revision(desk.db, number, known[number]) if number in known else None
            changed.append((then.meeting if then else None, meeting))
    return before, planned, changed


def _moment(desk: Desk, text: str) -> datetime | None:
    """A past moment that somebody typed; None if it is none."""
    zone = ZoneInfo(desk.mission.time_zone)
    words_given = text.split()
    day = parse_date(words_given[0]) if words_given else None
    clock = parse_time(words_given[1]) if len(words_given) == 2 else None
    if day is not None and clock is not None:
        return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
    found = understand(
        text,
        place_zone=zone.key,
        now=desk.now,
        day=programme.mission_day(desk),
        languages=desk.mission.languages,
    )
    if isinstance(found, NotUnderstood):
        return found.moments[0] if found.code is WhenFault.PAST and found.moments else None
    return found.starts_at
