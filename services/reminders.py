"""Reminding people of their meetings, and taking back what no longer stands; the evening before, tomorrow's programme.

What was told is a row, and the rows are asked at every tick: a restart neither forgets a reminder nor repeats one.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from domain.due import last_due
from domain.fault import Task
from domain.letter import LetterKind, LetterState
from domain.meeting import Meeting
from domain.message import Message
from domain.quiet import quiet_until
from domain.reminder import due_reminder
from services.desk import Desk, edit, tell
from services.faults import apart
from storage import meetings, outbox
from storage import reminders as shelf
from storage.reminders import Candidate, Reader, Told
from texts import reminders as words

MOST_AT_ONCE = 500
"""Reminders written in one transaction, about what can be sent until the next tick; the rest are due then."""
PAST = timedelta(days=1)
"""A reminder of a start that lies longer back is left alone."""
_KEY = "remind"


def queue_due(desk: Desk) -> int:
    """Write the reminders and the evening's programmes that are due; how many."""
    quiet = _Quiet(desk.now)
    written = _remind(desk, quiet)
    return written + _tell_eves(desk, quiet, MOST_AT_ONCE - written)


def withdraw(desk: Desk, meeting_id: int, person_id: int | None = None) -> int:
    """Bring what was told of a meeting up to date with it; how many letters and messages that concerned.

    To be called after its start, its participants, or whether it takes place has changed; calling it again changes
    nothing. What still waits is not sent. What was sent is edited in place and says how it stands; a meeting that
    comes back to the start that was told gets its reminder's words back. A letter that is on its way this very moment
    is looked at when it has arrived (`settled`). `person_id`: only what was told to him.
    """
    told = shelf.list_told(desk.db, meeting_id, desk.now - PAST, person_id)
    meeting = meetings.find(desk.db, meeting_id) if told else None
    if meeting is None:
        return 0
    return sum(_bring_up_to_date(desk, meeting, each) for each in told)


def settled(desk: Desk, letter_id: int) -> None:
    """A reminder's letter was sent, or has to be tried again: if it does not stand by now, see to that."""
    key = (outbox.find_key(desk.db, letter_id) or "").split(":")
    if key[0] == _KEY:
        withdraw(desk, int(key[1]), int(key[2]))


class _Quiet:
    """Until when it is quiet for people at this moment; most of them have the same hours."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._ends: dict[tuple[time | None, time | None, str], datetime | None] = {}

    def end(self, reader: Reader) -> datetime | None:
        """When his quiet hours end that are on now; None if it is not quiet."""
        hours = (reader.quiet_from, reader.quiet_until, reader.time_zone)
        if hours not in self._ends:
            self._ends[hours] = quiet_until(*hours, self._now)
        return self._ends[hours]


class _Words:
    """Messages of one tick: equal ones are made once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._made: dict[tuple[object, ...], Message] = {}

    def of(self, reader: Reader, make: Callable[..., Message], *about: object) -> Message:
        """The message about this in his language and on his clock."""
        key = (reader.language, reader.time_zone, *about)
        if key not in self._made:
            t, zone = self._desk.tongues.of(reader.language), ZoneInfo(reader.time_zone)
            self._made[key] = make(t, *about, zone=zone)
        return self._made[key]


def _remind(desk: Desk, quiet: _Quiet) -> int:
    composed, found = _Words(desk), dict[int, Meeting | None]()

    def remind(each: Candidate) -> int:
        reader = each.reader
        lead = due_reminder(each.starts_at, reader.leads, desk.now, each.already, quiet.end(reader))
        if lead is None:
            return 0
        if each.meeting_id not in found:
            found[each.meeting_id] = meetings.find(desk.db, each.meeting_id)
        meeting = found[each.meeting_id]
        if meeting is None:
            return 0
        message = composed.of(reader, words.reminder, meeting)
        key = f"{_KEY}:{meeting.meeting_id}:{reader.person_id}:{each.starts_at.isoformat()}:{lead}"
        letter_id = tell(desk, reader.chat_id, message, LetterKind.REMINDER, key)
        shelf.note_told(desk.db, each, lead, letter_id, desk.now)
        return 1

    written = 0
    for each in shelf.list_candidates(desk.db, desk.now):
        written += apart(desk, Task.REMINDERS, partial(remind, each), each.reader.person_id)
        if written >= MOST_AT_ONCE:
            break
    return written


def _tell_eves(desk: Desk, quiet: _Quiet, most: int) -> int:
    """Tomorrow's programme, at the mission's hour on each one's own clock; late until his midnight, and then not."""
    if desk.mission.eve_at is None or most <= 0:
        return 0
    due: dict[date, list[str]] = {}

    def look(zone: str, at: time) -> int:
        day, _ = last_due(at, zone, desk.now)
        if day == desk.now.astimezone(ZoneInfo(zone)).date():
            due.setdefault(day + timedelta(days=1), []).append(zone)
        return 0

    for zone in shelf.list_zones(desk.db):
        apart(desk, Task.EVE, partial(look, zone, desk.mission.eve_at))
    written = 0
    for tomorrow, zones in due.items():
        untold = shelf.list_untold(desk.db, tomorrow, zones, desk.now)
        written += _tell_eve(desk, tomorrow, [each for each in untold if quiet.end(each) is None][: most - written])
    return written


def _tell_eve(desk: Desk, tomorrow: date, readers: Sequence[Reader]) -> int:
    if not readers:
        return 0
    ahead = [m for m in meetings.list_day(desk.db, tomorrow) if m.starts_at > desk.now and not m.off]
    expected: dict[int, set[int]] = defaultdict(set)
    for meeting_id, person_id, _ in meetings.list_expected_of_day(desk.db, tomorrow):
        expected[person_id].add(meeting_id)
    composed = _Words(desk)

    def tell_one(reader: Reader) -> int:
        his = tuple(meeting for meeting in ahead if meeting.meeting_id in expected[reader.person_id])
        message = composed.of(reader, words.eve, tomorrow, his)
        tell(desk, reader.chat_id, message, LetterKind.DIGEST, f"eve:{reader.person_id}:{tomorrow}")
        shelf.note_eve(desk.db, reader.person_id, tomorrow, desk.now)
        return 1

    return sum(apart(desk, Task.EVE, partial(tell_one, reader), reader.person_id) for reader in readers)


def _bring_up_to_date(desk: Desk, meeting: Meeting, told: Told) -> bool:
    stands = not meeting.off and told.expected and told.starts_at == meeting.starts_at
    if told.state == LetterState.QUEUED:
        if stands and desk.now < told.starts_at:
            return False
        outbox.drop_queued(desk.db, told.letter_id)
        shelf.forget(desk.db, meeting.meeting_id, told)
        return True
    if told.state == LetterState.SENDING or (stands and not told.withdrawn):
        return False
    shelf.mark(desk.db, meeting.meeting_id, told, None if stands else desk.now)
    if told.message_id is None or not told.editable or (stands and desk.now >= told.starts_at):
        return False
    t, zone = desk.tongues.of(told.language), ZoneInfo(told.time_zone)
    if stands:
        message, what = words.reminder(t, meeting, zone), "again"
    elif told.expected:
        message, what = words.withdrawn(t, meeting, told.starts_at, desk.now, zone), "off"
    else:
        message, what = words.not_yours_any_more(t, meeting, told.starts_at), "gone"
    key = f"un{_KEY}:{meeting.meeting_id}:{told.person_id}:{told.starts_at.isoformat()}:{told.minutes}"
    return edit(
        desk, told.chat_id, told.message_id, message.payload(), LetterKind.TIDYING, f"{key}:{meeting.revision}:{what}"
    )
