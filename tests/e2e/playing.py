"""A stage with its curtain up, for tests."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from demo.bill import Bill, of_the_day
from demo.player import Player
from demo.scene import find_scene, load_scene
from demo.stage import Stage
from demo.telegram import Limits

NO_HURRY = Limits(overall_per_second=10_000, chat_per_second=10_000, group_per_minute=10_000)


def bill_of(scene: str | None = None) -> Bill:
    """The day, or a scene, with a bot that keeps to no send budget."""
    bill = of_the_day(load_scene(find_scene(scene))) if scene else of_the_day()
    rates = {f"SENDING__{one}": "10000" for one in ("OVERALL_PER_SECOND", "CHAT_PER_SECOND", "GROUP_PER_MINUTE")}
    return replace(bill, settings={**bill.settings, **rates})


@contextlib.asynccontextmanager
async def on_stage(folder: Path, scene: str | None = None) -> AsyncIterator[Stage]:
    """The stage of a scene, or of the day."""
    async with Stage(folder, bill_of(scene), limits=NO_HURRY).opened() as stage:
        yield stage
        assert stage.telegram.surprises == []


def player_of(stage: Stage) -> Player:
    """The player of a stage that has a scene."""
    assert stage.player is not None
    return stage.player


def rows(stage: Stage, sql: str) -> list[tuple[Any, ...]]:
    """What the bot's database holds."""
    with contextlib.closing(sqlite3.connect(stage.database)) as db:
        return db.execute(sql).fetchall()
