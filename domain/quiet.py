"""Quiet hours: when somebody is not to be rung for what is not urgent."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(since: time, until: time, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours that are on now end (aware, UTC); None if none are on. `now` is aware."""
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    over_midnight = since > until
    inside = (clock >= since or clock < until) if over_midnight else since <= clock < until
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and clock >= since else 0)
    return datetime.combine(day, until, zone).astimezone(UTC)
