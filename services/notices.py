"""Telling people of changes: one notice each, whatever was changed within a minute; and the receipt for the author."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from domain.change import apply, change_of, diff, is_past
from domain.fault import Task
from domain.group import TopicPurpose
from domain.letter import Letter, LetterKind, LetterState
from domain.meeting import Meeting
from domain.person import Person, Role
from domain.quiet import quiet_until
from services import groups
from services.desk import Desk, post, tell, tongue_of
from services.faults import apart
from storage import chats, meetings, notices, people
from storage.meetings import Revision
from storage.notices import Receipt, Waiting
from texts import notices as words
from texts.notices import Delivery, News

UNDER_WAY_AT_MOST = timedelta(minutes=5)
"""A receipt waits so long for notices that are still on their way."""


def queue_due(desk: Desk) -> int:
    """Write the notices and receipts that are due; how many letters."""
    known = _Known(desk)
    written = 0
    waiting = notices.list_due_notices(desk.db, desk.now)
    for person_id, group in groupby(waiting, key=lambda each: each.person_id):
        written += apart(desk, Task.NOTICES, partial(_tell, desk, known, person_id, list(group)), person_id)
    for chat_id in notices.list_groups_due(desk.db, desk.now):
        written += apart(desk, Task.NOTICES, partial(_tell_group, desk, known, chat_id))
    receipts = notices.list_due_receipts(desk.db, desk.now)
    for author_id, mine in groupby(receipts, key=lambda each: each.author_id):
        written += apart(desk, Task.NOTICES, partial(_receipt, desk, author_id, list(mine)), author_id)
    return written


class _Known:
    """Revisions of this tick, each read once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._histories: dict[int, list[Revision]] = {}
        self._teams: dict[tuple[str, ...], frozenset[int]] = {}

    def history(self, meeting_id: int) -> list[Revision]:
        """All revisions, the first one first; revision n stands at n - 1."""
        if meeting_id not in self._histories:
            self._histories[meeting_id] = meetings.list_revisions(self._desk.db, meeting_id)
        return self._histories[meeting_id]

    def concerns(self, person: Person, meeting: Meeting) -> bool:
        """Whether a meeting that was so was his business, as changes.concerned tells it of the one that is."""
        if _listed(person, meeting) or person.sees_all:
            return True
        if person.role is Role.OBSERVER:
            return False
        teams = self._teams_of(meeting.participants)
        return person.team_id in teams or any(person.oversees(team_id) for team_id in teams)

    def own(self, waiting: Waiting) -> set[int]:
        """Revisions that he made himself since he began to wait."""
        return notices.list_own(self._desk.db, waiting)

    def _teams_of(self, names: tuple[str, ...]) -> frozenset[int]:
        """Ids of the teams of these names, those of people among them."""
        if names not in self._teams:
            team_ids = people.list_team_ids(self._desk.db)
            persons = (people.find_by_reference(self._desk.db, name) for name in names if name not in team_ids)
            named = {team_ids[name] for name in names if name in team_ids}
            self._teams[names] = frozenset(named | {one.team_id for one in persons if one and one.team_id is not None})
        return self._teams[names]


def tell_missed(desk: Desk, person: Person) -> None:
    """He could not be written to and can be again: what changed meanwhile is told at the next tick, in one notice."""
    if person.unreachable_since is not None:
        notices.await_missed(desk.db, person.person_id, person.unreachable_since, desk.now)


def _tell(desk: Desk, known: _Known, person_id: int, waiting: list[Waiting]) -> int:
    """One letter (more only if it is too long) with everything that this person has to be told."""
    person = people.read(desk.db, person_id)
    told: list[tuple[Waiting, News]] = []
    reachable = person.active and person.chat_id is not None and person.unreachable_since is None
    for each in waiting:
        history = known.history(each.meeting_id)
        news = _news(known, person, each)
        outcome = _outcome(news, reachable=reachable, now=desk.now)
        if outcome == "told" and news is not None:
            told.append((each, news))
        else:
            notices.settle_notice(desk.db, each.notice_id, len(history), outcome, desk.now)
    letters = write(desk, person, [news for _, news in told])
    if not letters:
        return 0
    for each, news in told:
        notices.settle_notice(desk.db, each.notice_id, news.meeting.revision, "told", desk.now, letter_id=letters[-1])
    return len(letters)


def write(desk: Desk, person: Person, news: Sequence[News]) -> list[int | None]:
    """The letter with this news (more only if it is too long), in his language and on his clock."""
    if not news or person.chat_id is None:
        return []
    messages = words.changed(tongue_of(desk, person), news, ZoneInfo(person.time_zone))
    silent = _rings_not(desk, person, [each.meeting.starts_at for each in news])
    return [
        post(desk, Letter(LetterKind.NOTICE, person.chat_id, "sendMessage", {**message.payload(), **silent}))
        for message in messages
    ]


def _tell_group(desk: Desk, known: _Known, chat_id: int) -> int:
    """One letter to a team's group: what changed, without anybody's name, and the way into the private chat."""
    waiting = notices.take_group_notices(desk.db, chat_id)
    group = chats.find(desk.db, chat_id)
    if group is None or not group.can_write:
        return 0
    found = []
    for meeting_id, revision in waiting:
        history = known.history(meeting_id)
        meeting, before = history[-1].meeting, history[revision - 1].meeting if revision else None
        nothing_new = meeting.cancelled if before is None else not diff(before, meeting)
        if nothing_new or is_past(meeting, desk.now):
            continue
        was, expected = before is not None and group.team in before.participants, group.team in meeting.participants
        found.append(News(meeting, before, was_expected=was, expected=expected, authors=(), reasons=()))
    if not found:
        return 0
    t, zone = groups.tongue_of_group(desk, group), ZoneInfo(desk.mission.time_zone)
    thread = chats.find_topic(desk.db, chat_id, TopicPurpose.PROGRAMME)
    topic = {"message_thread_id": thread} if thread is not None else {}
    for message in words.changed_for_group(t, found, zone, groups.private_link(desk, "programme")):
        post(desk, Letter(LetterKind.NOTICE, chat_id, "sendMessage", {**message.payload(), **topic}))
    return 1


def _news(known: _Known, person: Person, waiting: Waiting) -> News | None:
    """What others have made of a meeting since the person knew it; None if nothing, for him.

    What he has changed himself meanwhile he knows. Once it is not his business any more, nothing further is.
    """
    history = known.history(waiting.meeting_id)
    before = history[waiting.from_revision - 1].meeting if waiting.from_revision else None
    steps = history[waiting.from_revision :]
    were = [before, *(one.meeting for one in steps)]
    his = [
        (was, one)
        for was, one in zip(were, steps, strict=False)
        if known.concerns(person, one.meeting) or (was is not None and known.concerns(person, was))
    ]
    own = known.own(waiting)
    for was, one in his:
        if one.meeting.revision in own and was is not None and before is not None:
            before = apply(before, change_of(diff(was, one.meeting)))
    others = [one for _, one in his if one.meeting.revision not in own]
    meeting = his[-1][1].meeting if his else None
    if meeting is None or not _is_news(person, before, meeting):
        return None
    return News(
        meeting,
        before,
        was_expected=before is not None and _listed(person, before),
        expected=_listed(person, meeting),
        authors=tuple(dict.fromkeys(one.author for one in others if one.author)),
        reasons=tuple(dict.fromkeys(one.reason for one in others if one.reason)),
    )


def _is_news(person: Person, before: Meeting | None, meeting: Meeting) -> bool:
    if before is None:
        return not meeting.cancelled and (person.role is not Role.OBSERVER or _listed(person, meeting))
    if person.role is Role.OBSERVER and not (_listed(person, before) or _listed(person, meeting)):
        return False
    return bool(diff(before, meeting))


def _listed(person: Person, meeting: Meeting) -> bool:
    return person.reference in meeting.participants or bool(person.team and person.team in meeting.participants)


def _outcome(news: News | None, *, reachable: bool, now: datetime) -> str:
    if news is None:
        return "unchanged"
    if is_past(news.meeting, now):
        return "past"
    return "told" if reachable else "cannot"


def _rings_not(desk: Desk, person: Person, starts: Iterable[datetime]) -> dict[str, bool]:
    """In his quiet hours a notice makes no sound, unless one of the meetings begins before they end."""
    settings = people.read_settings(desk.db, person.person_id)
    until = quiet_until(settings.quiet_from, settings.quiet_until, person.time_zone, desk.now)
    urgent = until is not None and any(start < until for start in starts)
    return {"disable_notification": True} if until is not None and not urgent else {}


def _receipt(desk: Desk, author_id: int, receipts: list[Receipt]) -> int:
    """How many were told and who could not be; waits while notices are on their way, for some minutes at most."""
    author = people.read(desk.db, author_id)
    patient = desk.now < min(receipt.due_at for receipt in receipts) + UNDER_WAY_AT_MOST
    told, failed, under_way = _tally(desk, receipts)
    waiting = any(notices.is_waiting(desk.db, receipt.meeting_id) for receipt in receipts)
    if patient and (under_way or waiting):
        return 0
    for receipt in receipts:
        notices.settle_receipt(desk.db, receipt.receipt_id, desk.now)
    first = meetings.find(desk.db, receipts[0].meeting_id)
    if author.chat_id is None or not author.active or first is None or not (told or failed or under_way):
        return 0
    missed = [people.read(desk.db, person_id).name for person_id in sorted(failed)]
    changed = len({receipt.meeting_id for receipt in receipts})
    delivery = Delivery(first, changed, len(told), len(under_way - told), missed)
    return tell(desk, author.chat_id, words.receipt(tongue_of(desk, author), delivery), LetterKind.NOTICE) is not None


def _tally(desk: Desk, receipts: Iterable[Receipt]) -> tuple[set[int], set[int], set[int]]:
    """Who was told, who could not be, and to whom a notice is on its way."""
    told, failed, under_way = set[int](), set[int](), set[int]()
    for receipt in receipts:
        outcomes = notices.outcomes(desk.db, receipt.meeting_id, receipt.revision)
        for person_id in receipt.touched:
            outcome, state = outcomes.get(person_id, ("unchanged", None))
            if outcome == "cannot" or state == LetterState.REFUSED:
                failed.add(person_id)
            elif outcome == "told":
                (under_way if state in {LetterState.QUEUED, LetterState.SENDING} else told).add(person_id)
    return told, failed, under_way
