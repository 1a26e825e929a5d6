"""What is played: the day that comes with Fieldpost, a scene, or a mission's own people on a copy of its database."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from bot.config import Config
from demo.scene import spoken

if TYPE_CHECKING:
    from demo.scene import Scene
    from domain.mission import Mission

DATA = Path(__file__).resolve().parent / "data"
ROSTER = DATA / "roster.csv"
PROGRAMME = DATA / "programme-2019-06-08.csv"
MISSION = "IPA CIS observer group, Kazakhstan 2019"
TIME_ZONE = "Asia/Almaty"
CURTAIN = "2019-06-08 09:15"
Words = str | dict[str, str]
"""What the page says: by language, or as a mission gave it."""
Cast = tuple[tuple[dict[str, str], Words], ...]
"""Who is on stage: (what fits them, what their phone is for)."""
_NOT_CARRIED = frozenset({"telegram", "storage", "clock", "schedule", "log"})
"""Sections of a mission's configuration that the stage has its own of."""
_HOURS_OR_NEVER = (
    ("programme", "eve_at"),
    ("announcements", "groups_quiet_from"),
    ("announcements", "groups_quiet_until"),
)
"""Keys of which "never" is read as None, and None would be taken for unsaid."""


@dataclass(frozen=True)
class Bill:
    """One evening's play. `settings` are the bot's, as FIELDPOST_ variables without the prefix."""

    title: str
    time_zone: str
    begins: datetime
    settings: dict[str, str]
    roster: Path | None = None
    programme: Path | None = None
    database: Path | None = None
    scene: Scene | None = None
    tries: tuple[Words, ...] = ()
    cast: Cast = ()
    nobody: Words = ""
    """Of the phone of somebody whom the mission does not know."""

    @property
    def facts(self) -> Mission:
        """The mission as the bot on stage knows it, whatever this process was told by its own environment."""
        told: dict[str, Any] = {}
        for name, value in self.settings.items():
            if not value:
                continue
            section, _, key = name.lower().partition("__")
            told.setdefault(section, {})[key] = orjson.loads(value) if value.startswith("[") else value
        return Config(**told, _env_prefix="NOT_OF_THE_STAGE_").mission_facts()


def of_the_day(scene: Scene | None = None, language: str = "en") -> Bill:
    """8 June 2019, or what a scene makes of it. A scene with a zone or an hour that do not exist is a LookupError."""
    head: dict[str, Any] = scene.head if scene else {}
    zone = str(head.get("time_zone", TIME_ZONE))
    title = spoken(head.get("mission", MISSION), language)
    settings = {
        "MISSION__NAME": title,
        "MISSION__TIME_ZONE": zone,
        "MISSION__LANGUAGES": ",".join(sorted(("en", "ru", "kk"), key=lambda one: one != language)),
        "DIGEST__AT": str(head.get("digest_at", "20:00")),
    }
    begins = begin(head, zone)
    roster, programme = (
        scene.path(key, own) if scene else own for key, own in (("roster", ROSTER), ("programme", PROGRAMME))
    )
    told = _told()
    cast = tuple((one["fits"], one["hint"]) for one in told["cast"])
    tries = () if scene else tuple(told["try"])
    return Bill(
        title, zone, begins, settings, roster, programme, scene=scene, tries=tries, cast=cast, nobody=told["nobody"]
    )


def _told() -> dict[str, Any]:
    return tomllib.loads((DATA / "stage.toml").read_text(encoding="utf-8"))


def begin(head: dict[str, Any], zone: str) -> datetime:
    """When the curtain rises; aware, UTC."""
    try:
        return datetime.fromisoformat(str(head.get("begins", CURTAIN))).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise LookupError(str(error)) from None


def of_mission(config: Config) -> Bill:
    """A mission's own roster and programme, from now on. Its token and its Telegram are not read."""
    told = config.model_dump(exclude=set(_NOT_CARRIED))
    for section, key in _HOURS_OR_NEVER:
        told[section][key] = told[section][key] or "never"
    settings = {
        f"{section}__{key}".upper(): _as_setting(value)
        for section, values in told.items()
        for key, value in values.items()
        if value is not None
    }
    cast = tuple(({"role": role}, "") for role in ("head_of_mission", "coordinator", "team_leader", "observer"))
    return Bill(
        config.mission.name,
        config.mission.time_zone,
        datetime.now(UTC),
        settings,
        database=config.storage.path,
        cast=cast,
        nobody=_told()["nobody"],
    )


def _as_setting(value: Any) -> str:
    """As it stands in the environment."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, list | tuple) and all(isinstance(one, str | time) for one in value):
        return ",".join(map(_as_setting, value))
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode().strip('"')
