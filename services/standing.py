"""Each group's pinned programme of the day: one message, new each morning, edited as the day changes."""

import hashlib
from datetime import date, time
from functools import partial
from zoneinfo import ZoneInfo

from domain.fault import Task
from domain.group import Group, TopicPurpose
from domain.letter import Letter, LetterKind
from domain.message import Message
from services import groups
from services.desk import Desk, post
from services.faults import apart
from services.programme import mission_day
from storage import chats, outbox, standing
from storage.standing import Standing
from texts import groups as words

FROM = time(6)
"""When the new day's message is sent, on the mission's clock: nobody is woken by it, it makes no sound."""


def queue_refreshes(desk: Desk) -> int:
    """Bring the groups' messages up to date: only those whose day has changed, edits merged."""
    bound = [group for group in chats.list_bound(desk.db) if group.can_write]
    if not bound:
        return 0
    day = mission_day(desk)
    early = desk.now.astimezone(ZoneInfo(desk.mission.time_zone)).time() < FROM
    known = standing.list_all(desk.db)
    stamp = standing.stamp_of(desk.db, day)
    written = 0
    for group in bound:
        before = known.get(group.chat_id)
        if before is None or before.day < day:
            do = None if early else partial(_begin, desk, group, before, day, stamp)
        elif before.stamp != _stamp(stamp, group):
            do = partial(_edit, desk, group, before, day, stamp)
        else:
            do = partial(_pin, desk, group, before)
        written += apart(desk, Task.PROGRAMMES, do) if do else 0
    return written


def _begin(desk: Desk, group: Group, before: Standing | None, day: date, stamp: str) -> int:
    """A new message; the old one is unpinned and stays. A day without meetings gets none."""
    found = groups.meetings_of(desk, group, day)
    if not found:
        return 0
    message = words.programme(groups.tongue_of_group(desk, group), day, found)
    body = _as_sent(desk, group, message)
    letter_id = post(desk, Letter(LetterKind.NOTICE, group.chat_id, "sendMessage", body))
    if before is not None and before.pinned and before.message_id is not None:
        old = {"message_id": before.message_id}
        post(desk, Letter(LetterKind.TIDYING, group.chat_id, "unpinChatMessage", old))
    standing.write(desk.db, group.chat_id, day, _stamp(stamp, group), _digest(message), letter_id)
    return 1


def _edit(desk: Desk, group: Group, before: Standing, day: date, stamp: str) -> int:
    message = words.programme(groups.tongue_of_group(desk, group), day, groups.meetings_of(desk, group, day))
    shown = _digest(message)
    if shown == before.shown:
        standing.note_shown(desk.db, group.chat_id, _stamp(stamp, group), shown)
        return 0
    if before.message_id is None:
        if before.letter_id is None or not outbox.rewrite_queued(
            desk.db, before.letter_id, _as_sent(desk, group, message)
        ):
            return 0  # it is on its way, or was refused: looked at again at the next tick
        standing.note_shown(desk.db, group.chat_id, _stamp(stamp, group), shown)
        return 0
    body = {**message.payload(), "message_id": before.message_id}
    waiting = outbox.find_queued_edit(desk.db, group.chat_id, before.message_id)
    written = waiting is None or not outbox.rewrite_queued(desk.db, waiting, body)
    if written:
        post(desk, Letter(LetterKind.PROGRESS, group.chat_id, "editMessageText", body))
    standing.note_shown(desk.db, group.chat_id, _stamp(stamp, group), shown)
    return int(written)


def _as_sent(desk: Desk, group: Group, message: Message) -> dict[str, object]:
    return {**groups.in_topic(desk, group, TopicPurpose.PROGRAMME, message), "disable_notification": True}


def _pin(desk: Desk, group: Group, before: Standing) -> int:
    if before.pinned or before.message_id is None or not group.can_pin:
        return 0
    body = {"message_id": before.message_id, "disable_notification": True}
    standing.note_pin(
        desk.db, group.chat_id, post(desk, Letter(LetterKind.NOTICE, group.chat_id, "pinChatMessage", body))
    )
    return 1


def _stamp(stamp: str, group: Group) -> str:
    return f"{stamp}:{group.purpose}:{group.team_id}:{group.language}"


def _digest(message: Message) -> str:
    return hashlib.sha256(message.text.encode()).hexdigest()[:16]
