"""What will be due, and when: asked by the rehearsal, which shows it, and by /status. The bot asks what is due by now.

Each kind is asked of those who decide it, as things stand: whoever answers, moves a meeting or changes his hours
changes what comes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.alarm import Rung
from domain.announcement import State
from domain.digest import slots_between
from domain.due import moment_of
from domain.log import ASK_AFTER, ASK_UNTIL
from domain.meeting import Meeting
from domain.quiet import quiet_until
from domain.reminder import next_reminder
from services import drafts, ladder
from services.desk import Desk
from storage import announcements, chats, digests, logs, meetings, notices, people, reminders

AHEAD = timedelta(hours=24)
"""So far ahead reminders and questions are looked for."""
QUESTIONS_AHEAD = timedelta(hours=1)
"""Whoever is expected later than this may still be heard of in time."""
_DIGEST_AHEAD = timedelta(days=8)
_MOST_NAMES = 3


class Due(StrEnum):
    """The kinds of what comes."""

    DIGEST = "digest"
    REMINDER = "reminder"
    EVE = "eve"
    ASKED = "asked"
    LEADER = "leader"
    COORDINATOR = "coordinator"
    UNACCOUNTED = "unaccounted"
    LOG = "log"
    NOTICE = "notice"
    GROUP = "group"
    RECEIPT = "receipt"
    ANNOUNCEMENT = "announcement"
    APPROVAL = "approval"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Coming:
    """What is due to one moment: to whom (a few names, and how many in all) and of what."""

    kind: Due
    at: datetime | None
    """None: it waits for somebody, not for the clock."""
    names: tuple[str, ...]
    people: int
    meeting: Meeting | None = None
    """The meeting, if it is one."""
    meetings: int = 0
    title: str = ""
    """Of an announcement."""


_Item = tuple[Due, datetime, int, int]
"""Kind, moment, person or chat, meeting (0 = none)."""


def list_coming(desk: Desk) -> list[Coming]:
    """Everything that is known to come, the next first; last what waits for somebody."""
    found = _grouped(
        desk, (*_digests(desk), *_reminders(desk), *_eves(desk), *_ladder(desk), *_logs(desk), *_notices(desk))
    )
    found += _announcements(desk)
    return sorted(found, key=lambda one: (one.at is None, one.at or desk.now))


def count_coming(desk: Desk, ahead: timedelta) -> dict[tuple[datetime, Due], int]:
    """How many people each kind concerns at each moment, the next first: what a few indexes tell, without names.

    Reminders so far `ahead` only; without questions for a log, which are looked for meeting by meeting.
    """
    found: dict[tuple[datetime, Due], set[int]] = {}
    for kind, at, whom, _ in (*_digests(desk), *_reminders(desk, ahead), *_eves(desk), *_ladder(desk), *_notices(desk)):
        found.setdefault((at, kind), set()).add(whom)
    counts = {key: len(whom) for key, whom in found.items()}
    for one in announcements.list_waiting(desk.db):
        if one.state is State.SCHEDULED and one.send_at is not None:
            key = (one.send_at, Due.ANNOUNCEMENT)
            counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items()))


def _grouped(desk: Desk, items: Iterable[_Item]) -> list[Coming]:
    """What is of one kind and one moment together; but each coordinator's digest is his own."""
    groups: dict[tuple[Due, datetime, int], list[tuple[int, int]]] = {}
    for kind, at, whom, meeting_id in items:
        groups.setdefault((kind, at, whom if kind is Due.DIGEST else 0), []).append((whom, meeting_id))
    names = {one.person_id: one.name for one in people.list_all(desk.db)} | {
        one.chat_id: one.title for one in chats.list_all(desk.db)
    }
    known: dict[int, Meeting | None] = {}
    found = []
    for (kind, at, _), pairs in groups.items():
        who = dict.fromkeys(whom for whom, _ in pairs)
        about = list(dict.fromkeys(number for _, number in pairs if number))
        if len(about) == 1 and about[0] not in known:
            known[about[0]] = meetings.find(desk.db, about[0])
        meeting = known[about[0]] if len(about) == 1 else None
        named = tuple(names.get(whom, "") for whom in list(who)[:_MOST_NAMES])
        found.append(Coming(kind, at, named, len(who), meeting, len(about)))
    return found


def _digests(desk: Desk) -> Iterator[_Item]:
    for lead in people.list_leads(desk.db):
        if lead.chat_id is not None:
            slots = slots_between(digests.read_plan(desk.db, lead, desk.mission), desk.now, desk.now + _DIGEST_AHEAD)
            if slots:
                yield Due.DIGEST, slots[0].due, lead.person_id, 0


def _reminders(desk: Desk, ahead: timedelta = AHEAD) -> Iterator[_Item]:
    moments: dict[object, datetime | None] = {}
    for each in reminders.list_ahead(desk.db, desk.now, desk.now + ahead):
        quiet = (each.reader.quiet_from, each.reader.quiet_until, each.reader.time_zone)
        key = (each.starts_at, each.reader.leads, each.already, quiet)
        if key not in moments:
            moments[key] = next_reminder(each.starts_at, each.reader.leads, desk.now, each.already, quiet)
        moment = moments[key]
        if moment is not None:
            yield Due.REMINDER, moment, each.reader.person_id, each.meeting_id


def _eves(desk: Desk) -> Iterator[_Item]:
    if desk.mission.eve_at is None:
        return
    for zone in reminders.list_zones(desk.db):
        today = desk.now.astimezone(ZoneInfo(zone)).date()
        days = (today, today + timedelta(days=1))
        day = next(day for day in days if moment_of(day, desk.mission.eve_at, zone) > desk.now or day == days[1])
        at = moment_of(day, desk.mission.eve_at, zone)
        for reader in reminders.list_untold(desk.db, day + timedelta(days=1), [zone], at):
            yield Due.EVE, quiet_until(reader.quiet_from, reader.quiet_until, zone, at) or at, reader.person_id, 0


def _ladder(desk: Desk) -> Iterator[_Item]:
    kinds = {
        Rung.ASKED: Due.ASKED,
        Rung.LEADER: Due.LEADER,
        Rung.COORDINATOR: Due.COORDINATOR,
        Rung.UNACCOUNTED: Due.UNACCOUNTED,
    }
    for rung, at, person_id, meeting_id in ladder.list_coming(desk, desk.now + QUESTIONS_AHEAD):
        yield kinds[rung], at, person_id, meeting_id


def _logs(desk: Desk) -> Iterator[_Item]:
    for question in logs.list_open_questions(desk.db, desk.now - ASK_UNTIL, desk.now + AHEAD):
        meeting = meetings.find(desk.db, question.meeting_id)
        if meeting is not None and meeting.ends_at is not None:
            yield Due.LOG, max(meeting.ends_at + ASK_AFTER, desk.now), question.person_id, question.meeting_id


def _notices(desk: Desk) -> Iterator[_Item]:
    waiting = notices.list_waiting(desk.db)
    reached = (
        {one.person_id for one in people.list_enrolled(desk.db) if one.unreachable_since is None} if waiting else ()
    )
    for kind, whom, meeting_id, at in waiting:
        if kind == Due.GROUP or whom in reached:  # who cannot be told is in the author's receipt
            yield Due(kind), at, whom, meeting_id


def _announcements(desk: Desk) -> list[Coming]:
    kinds = {State.SCHEDULED: Due.ANNOUNCEMENT, State.AWAITING: Due.APPROVAL, State.PAUSED: Due.PAUSED}
    found = []
    for one in announcements.list_waiting(desk.db):
        at = one.send_at if one.state is State.SCHEDULED else None
        author = people.read(desk.db, one.author_id).name
        title = drafts.title_of(desk, desk.tongues.default, one)
        found.append(Coming(kinds[one.state], at, (author,), 1, title=title))
    return found
