"""Which reminder of a meeting is due to a person, and how his quiet hours delay it."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from domain.quiet import quiet_begins, quiet_until

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

    `quiet_end` is what `quiet_until` (domain/quiet.py) says: quiet hours are on until then. A reminder waits for their
    end, and then only the smallest lead is told. A meeting that begins before LAST_CALL minutes after their end cannot
    wait: of it he is reminded LAST_CALL minutes before, in the quiet, once, whatever his leads; who has no leads is
    never reminded.
    """
    if now >= starts_at or not leads:
        return None
    if quiet_end is not None and now < quiet_end:
        if starts_at >= quiet_end + timedelta(minutes=LAST_CALL):
            return None
        leads = (LAST_CALL,)
    left = starts_at - now
    smallest = min((lead for lead in leads if left <= timedelta(minutes=lead)), default=None)
    if smallest is None or any(start == starts_at and told <= smallest for start, told in already):
        return None
    return smallest


def next_reminder(
    starts_at: datetime,
    leads: Collection[int],
    now: datetime,
    already: Collection[tuple[datetime, int]],
    quiet: tuple[time | None, time | None, str],
) -> datetime | None:
    """The first moment after `now` at which `due_reminder` will ask to tell this person, if nothing changes until then.

    `quiet` are his quiet hours and his zone, as `quiet_until` wants them.
    """
    last_call = starts_at - timedelta(minutes=LAST_CALL)
    moments = {starts_at - timedelta(minutes=lead) for lead in leads} | {last_call}
    moments |= quiet_begins(quiet[0], quiet[2], (last_call, starts_at))
    moments |= {end for end in (quiet_until(*quiet, moment) for moment in (now, *moments)) if end is not None}
    for moment in sorted(moments):
        if moment > now and due_reminder(starts_at, leads, moment, already, quiet_until(*quiet, moment)) is not None:
            return moment
    return None
