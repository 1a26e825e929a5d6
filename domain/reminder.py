"""Which reminder of a meeting is due to a person, and how his quiet hours delay it."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.due import moment_of

LAST_CALL = 15
"""Minutes before a meeting at which even somebody who wanted quiet is reminded, if it cannot wait."""


def due_reminder(
    starts_at: datetime,
    leads: Collection[int],
    now: datetime,
    already: Collection[tuple[datetime, int]],
    quiet_end: datetime | None = None,
) -> int | None:
    """The lead (minutes) of the reminder that is to be told now, else None. Tell it and add it to `already`.

    Of the leads whose moment has come only the smallest is told, and of one start never a larger lead after a smaller:
    a meeting moved from 15:00 to 14:00 at 13:50 reminds at once and once. `already` are the (start, lead) told to this
    person of this meeting. A meeting that has begun reminds nobody. Do not ask about a cancelled or postponed one.

    `quiet_end` is what `quiet_until` says: quiet hours are on until then. A reminder waits for their end, and then only
    the smallest lead is told. A meeting that begins before LAST_CALL minutes after their end cannot wait: of it he is
    reminded LAST_CALL minutes before, in the quiet, once, whatever his leads; who has no leads is never reminded.
    """
    if now >= starts_at or not leads:
        return None
    if quiet_end is not None and now < quiet_end:
        if starts_at >= quiet_end + timedelta(minutes=LAST_CALL):
            return None
        leads = (LAST_CALL,)
    left = starts_at - now
    smallest = min((lead for lead in leads if lead > 0 and left <= timedelta(minutes=lead)), default=None)
    if smallest is None or any(start == starts_at and told <= smallest for start, told in already):
        return None
    return smallest


def quiet_until(quiet_from: time | None, quiet_to: time | None, zone: str, now: datetime) -> datetime | None:
    """The moment (UTC) at which the quiet hours end that are on now; None if it is not quiet.

    Both times are of the person's own `zone` and may lie around midnight; without one of them, or with both the same,
    it is never quiet. An hour that the clocks skip counts as much later as they jump, of one that comes twice the
    first counts (`moment_of`), so every night is quiet once.
    """
    if quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    ends = []
    for day in (today + timedelta(days=n) for n in (-1, 0, 1)):
        last = day if quiet_from < quiet_to else day + timedelta(days=1)
        end = moment_of(last, quiet_to, zone)
        if moment_of(day, quiet_from, zone) <= now < end:
            ends.append(end)
    return max(ends, default=None)
