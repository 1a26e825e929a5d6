"""Quiet hours: when only what is urgent may ring, on a person's own clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.due import moment_of


def quiet_until(since: time | None, until: time | None, zone: str, now: datetime) -> datetime | None:
    """The moment (UTC) at which the quiet hours end that are on now; None if it is not quiet.

    Both times are of the person's own `zone` and may lie around midnight; without one of them, or with both the same,
    it is never quiet.
    """
    if since is None or until is None or since == until:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    ends = []
    for day in (today + timedelta(days=n) for n in (-1, 0, 1)):
        end = moment_of(day if since < until else day + timedelta(days=1), until, zone)
        if moment_of(day, since, zone) <= now < end:
            ends.append(end)
    return max(ends, default=None)


def quiet_begins(since: time | None, zone: str, around: tuple[datetime, ...]) -> set[datetime]:
    """When (UTC) quiet hours begin that start at `since`, on the person's local days of these moments."""
    if since is None:
        return set()
    return {moment_of(moment.astimezone(ZoneInfo(zone)).date(), since, zone) for moment in around}
