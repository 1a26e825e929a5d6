"""Alarms about the bot itself: Telegram out of reach for long, and messages that wait."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.desk import Desk, tell_leads
from storage import notes, outbox
from storage.database import as_moment, as_text
from texts import operations as words

NOTED_ANEW = timedelta(seconds=20)
NOTABLE = timedelta(hours=1)
KEPT_BY_TELEGRAM = timedelta(hours=24)
"""How long Telegram keeps an update that nobody fetches (Bot API, getUpdates)."""
LATE = timedelta(minutes=10)
MANY = 20


def note_heard(desk: Desk, heard_at: datetime, *, tells: bool = True) -> int:
    """Telegram answered at this moment; coordinators are told (where `tells`) if it was the first time for long."""
    before = notes.read(desk.db, "heard_at")
    last = as_moment(before) if before else heard_at
    if before and timedelta(0) <= heard_at - last < NOTED_ANEW:
        return 0
    notes.write(desk.db, "heard_at", as_text(heard_at))
    away = heard_at - last
    if away < NOTABLE or not tells:
        return 0
    zone = ZoneInfo(desk.mission.time_zone)
    lost = away > KEPT_BY_TELEGRAM
    return tell_leads(desk, lambda t: words.was_away(t, last, heard_at, zone, lost=lost), f"away:{as_text(last)}")


def alert_backlog(desk: Desk) -> int:
    """Many letters have been due for long: coordinators are told, once an hour."""
    since = outbox.oldest_queued(desk.db)
    if since is None or desk.now - since < LATE:
        return 0
    waiting = outbox.count_queued(desk.db)
    if waiting < MANY:
        return 0
    minutes = round((desk.now - since).total_seconds() / 60)
    hour = desk.now.strftime("%Y-%m-%dT%H")
    return tell_leads(desk, lambda t: words.backlog(t, waiting, minutes), f"backlog:{hour}")
