"""A mission with nobody in it yet, and one who coordinates it."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from domain.mission import Mission
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen

NOON = datetime(2019, 6, 8, 12, tzinfo=UTC)


@pytest.fixture
def languages() -> tuple[str, ...]:
    """The mission's own first; a test file may say others."""
    return ("en",)


@pytest.fixture
def duty(tmp_path: Path, languages: tuple[str, ...]) -> Iterator[Duty]:
    """It begins at noon."""
    made = Duty(tmp_path, Mission("Mission", "UTC", languages, (time(20),)), NOON)
    yield made
    made.db.close()


@pytest.fixture
def lead(duty: Duty) -> Screen:
    """Who coordinates all of it."""
    return Screen(duty, duty.person("C1", "coordinator", "HQ"), NOON)
