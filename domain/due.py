"""When a daily digest is due: once a local day, through every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moment_of(day: date, at: time, zone: str) -> datetime:
    """The moment (UTC) at which clocks in `zone` show `at` on `day`.

    An hour that the clocks skip is taken as much later as they jump; of an hour that comes twice, the first counts.
    """
    return datetime.combine(day, at.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def last_due(at: time, zone: str, now: datetime) -> tuple[date, datetime]:
    """The latest local day whose moment has come, and that moment (UTC).

    Tomorrow is asked too: where clocks go back across midnight, its first moment comes before today ends.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    day = today + timedelta(days=1)
    while (moment := moment_of(day, at, zone)) > now:
        day -= timedelta(days=1)
    return day, moment
