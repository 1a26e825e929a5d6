"""The alarm clock: it only wakes the question "what is due?"; the database answers it."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler


def alarm_clock(tick: Callable[[], Awaitable[None]], seconds: float) -> AsyncIOScheduler:
    """Ticks at once and then every so often; a tick that was missed is made up for by the next, once."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        tick, "interval", seconds=seconds, id="tick", coalesce=True, max_instances=1, misfire_grace_time=None
    )
    return scheduler
