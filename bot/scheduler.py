"""The alarm clock: it only wakes the question "what is due?"; the database answers it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Job = Callable[[], Awaitable[None]]


def alarm_clock(tick: Job, seconds: float) -> AsyncIOScheduler:
    """Ticks at once and then every so often; a tick that was missed is made up for by the next, once."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        until_the_end(tick),
        "interval",
        seconds=seconds,
        id="tick",
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    return scheduler


def until_the_end(job: Job) -> Job:
    """The same job; that the clock is stopped while it runs is no error of the job's, though it would be logged so."""

    async def run() -> None:
        with suppress(asyncio.CancelledError):
            await job()

    return run
