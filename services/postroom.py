"""What the desk does when the post comes back."""

from datetime import timedelta
from functools import partial

from domain.announcement import Reason, reason_of
from domain.fault import Task
from domain.letter import Letter, LetterKind, LetterState, QueuedLetter
from domain.person import Person
from services.desk import Desk, edit, leads_of, post, tell_leads, tongue_of
from services.faults import apart
from storage import accounts, announcements, chats, deliveries, live, notes, outbox, people, standing
from storage.database import as_text
from storage.outbox import Posted
from texts import groups as group_words
from texts.people import unreachable

TOGETHER = timedelta(minutes=10)
"""So long one message tells a coordinator of everybody whom Telegram does not reach any more."""
MOST_NAMED = 20
_CAN_SAY_MORE = frozenset({LetterState.QUEUED, LetterState.SENDING, LetterState.SENT})
"""One in doubt or refused has no message that could be edited."""
_UNREACHABLE = "unreachable"
_MORE = "more_unreachable"
_A_TICK = timedelta(minutes=1)
"""So long after somebody fell silent it is looked at, at the latest."""


def delivered(desk: Desk, letter_id: int, message_id: int | None, thread_id: int | None) -> None:
    """Telegram took a letter: who waited for the message's id, or the topic's, learns it."""
    if message_id is not None:
        announcements.note_panel_sent(desk.db, letter_id, message_id)
    elif thread_id is not None:
        chats.note_topic(desk.db, letter_id, thread_id)


def refused(desk: Desk, chat_id: int, method: str, why: str) -> None:
    """A definite no: where the bot lacks a right in a group, the board of groups shows it."""
    if chat_id < 0 and ("not enough rights" in why.lower() or reason_of(why) is Reason.MUTED):
        chats.note_refusal(desk.db, chat_id, pin="pin" in method.lower())


def turned(desk: Desk, letter: QueuedLetter, why: str) -> None:
    """A letter goes by another call: one for a topic because that was closed or deleted."""
    thread_id = letter.payload.get("message_thread_id")
    if isinstance(thread_id, int):
        topic_lost(desk, letter.chat_id, thread_id, why)


def topic_lost(desk: Desk, chat_id: int, thread_id: int, why: str) -> None:
    """A topic was closed or deleted: what was for it went into the general one, and coordinators hear of it once."""
    chats.lose_topic(desk.db, chat_id, thread_id, why)
    group = chats.find(desk.db, chat_id)
    if group is not None:
        key = f"topic:{chat_id}:{thread_id}"
        tell_leads(desk, lambda t: group_words.topic_lost(t, group.title), key, kind=LetterKind.NOTICE)


def pointless(desk: Desk, chat_id: int, message_id: object) -> None:
    """A message that was kept up to date is gone."""
    live.drop(desk.db, chat_id, message_id)
    announcements.drop_panel(desk.db, chat_id, message_id)
    standing.drop(desk.db, chat_id, message_id)


def undeliverable(desk: Desk, chat_id: int) -> None:
    """Telegram delivers to this chat no more: a person's coordinators hear of it once, and a group's."""
    if chat_id < 0:
        lost_group(desk, chat_id, "", "left")
        return
    person = accounts.mark_unreachable(desk.db, chat_id, desk.now)
    if person is not None and person.active:
        for lead in leads_of(desk, person.team_id, person.person_id):
            if lead.chat_id is None:
                continue
            if _open_alert(desk, lead, TOGETHER) is None:
                _tell_unreachable(desk, lead, lead.chat_id, None)
            else:  # a thousand may fall silent at once: their names are listed once a tick, not for each of them
                notes.write(desk.db, _MORE, "")


def queue_more(desk: Desk) -> int:
    """Put into the alerts whoever fell silent since the last tick; how many letters that took."""
    if notes.read(desk.db, _MORE) is None:
        return 0
    notes.drop(desk.db, _MORE)
    written = 0
    for lead in people.list_leads(desk.db):
        told = _open_alert(desk, lead, TOGETHER + _A_TICK)
        if lead.chat_id is not None and told is not None:
            tell = partial(_tell_unreachable, desk, lead, lead.chat_id, told)
            written += apart(desk, Task.UNREACHABLE, tell, lead.person_id)
    return written


def _open_alert(desk: Desk, lead: Person, together: timedelta) -> Posted | None:
    """The message that can still be made to tell him of more people."""
    told = outbox.find_latest(desk.db, f"{_UNREACHABLE}:{lead.person_id}:")
    return told if told and desk.now - told.queued_at < together and told.state in _CAN_SAY_MORE else None


def _tell_unreachable(desk: Desk, lead: Person, chat_id: int, told: Posted | None) -> int:
    """Of many who fell silent about the same time one message tells: unsent it is rewritten, sent it is edited.

    How many letters that took.
    """
    since = told.queued_at if told is not None else desk.now
    count, first = people.list_fallen_silent(desk.db, since, lead, _overseen(desk), MOST_NAMED)
    if not first:  # whoever it was is back
        return 0
    payload = unreachable(tongue_of(desk, lead), first, count).payload()
    if told is None:
        key = f"{_UNREACHABLE}:{lead.person_id}:{as_text(desk.now)}"
        post(desk, Letter(LetterKind.ALERT, chat_id, "sendMessage", payload, key))
    elif outbox.says(desk.db, told.letter_id, payload):
        return 0
    elif told.message_id is not None:
        edit(desk, chat_id, told.message_id, payload, LetterKind.ALERT)
    else:
        outbox.rewrite_queued(desk.db, told.letter_id, payload)  # on its way it is not: see `alert_delivered`
        return 0
    return 1


def _overseen(desk: Desk) -> frozenset[int] | None:
    """Teams that some coordinator answers for; whoever is of none is everybody's affair. None: one answers for all."""
    leads = people.list_leads(desk.db)
    return frozenset().union(*(lead.scope for lead in leads)) if all(lead.scope for lead in leads) else None


def alert_delivered(desk: Desk, letter_id: int) -> None:
    """Whoever fell silent while the alert was on its way is put into it now."""
    kind, _, rest = (outbox.find_key(desk.db, letter_id) or "").partition(":")
    lead = people.find(desk.db, int(rest.partition(":")[0])) if kind == _UNREACHABLE else None
    if lead is not None and lead.chat_id is not None and lead.active:
        _tell_unreachable(desk, lead, lead.chat_id, _open_alert(desk, lead, TOGETHER))


def lost_group(desk: Desk, chat_id: int, title: str, status: str) -> None:
    """The bot is in a group no longer; of one that had a purpose coordinators are told, once."""
    before = chats.find(desk.db, chat_id)
    kind = "supergroup" if chat_id <= -1_000_000_000_000 else "group"
    chats.note_status(desk.db, chat_id, kind, title, status, desk.now)
    if before is not None and before.here and before.purpose:
        key = f"put_out:{chat_id}:{desk.now.isoformat(timespec='minutes')}"
        tell_leads(desk, lambda t: group_words.put_out(t, title or before.title), key, team_id=before.team_id)


def migrated(desk: Desk, old: int, new: int) -> None:
    """A group became a supergroup: what waits for it goes to the new id, and what was sent there is there."""
    outbox.move_chat(desk.db, old, new)
    chats.note_migration(desk.db, old, new, desk.now)
    deliveries.move_chat(desk.db, old, new)
