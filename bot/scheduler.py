"""The alarm clock: it only wakes the question "what is due?"; the database answers it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

Job = Callable[[], Awaitable[None]]


def alarm_clock(tick: Job, seconds: float) -> AsyncIOScheduler:
    """Ticks at once and then every so often; a tick that was missed is made up for by the next, once."""
    scheduler = AsyncIOScheduler(timezone="UTC", executors={"default": _Executor()})
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


class _Executor(AsyncIOExecutor):  # type: ignore[misc]
    """Does not log a job as failed that the end caught before it began."""

    def _run_job_error(self, job_id: str, exc: BaseException, traceback: Any = None) -> None:
        if not isinstance(exc, asyncio.CancelledError):
            super()._run_job_error(job_id, exc, traceback)
