"""The sections of the configuration: what each key may be, and what it is where nothing is given."""

import json
import os
import re
import unicodedata
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from domain.alarm import Ladder
from domain.faults import is_zone
from texts.tongue import available_languages

_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST_NAME, _LONGEST_PATH = 255, 1024
"""Bytes: what Linux takes as a file's name, and a quarter of what it takes as a path."""
_CENTURY = 36_500
_MOST_A_MINUTE = 1_000_000


def _zone(key: str) -> str:
    if not is_zone(key):
        raise ValueError(f"there is no time zone {key!r}; use an IANA name such as Asia/Almaty")
    return key


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _listed(value: object) -> object:
    """From the environment a list comes as text: "en,ru" or JSON."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as error:
            raise ValueError("not a JSON list") from error
    return [part.strip() for part in value.split(",") if part.strip()]


def _distinct_languages(languages: list[str]) -> list[str]:
    if not languages:
        raise ValueError("at least one language is needed")
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise ValueError(f"{language!r} is no language code such as en")
        if language not in available_languages():
            raise ValueError(f"there is no catalogue for {language!r}, only for {', '.join(available_languages())}")
    return list(dict.fromkeys(languages))


def _hour(value: object) -> time:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    match = _HOUR.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("not a time of day such as 20:00")
    return time(int(match[1]), int(match[2]))


def _hour_or_never(value: object) -> time | None:
    return None if value is None or value == "never" else _hour(value)


def _hours(value: object) -> object:
    """One time of day, or several; from the environment as text: \"08:00,20:00\"."""
    listed = _listed(value)
    return listed if isinstance(listed, list) else [listed]


def _base_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise ValueError("not an address such as https://api.telegram.org")
    return url.rstrip("/")


def _username(name: str) -> str:
    plain = name.removeprefix("@")
    if not re.fullmatch(r"[A-Za-z0-9_]{4,32}", plain):
        raise ValueError("not a Telegram username such as mission_bot")
    return plain


def _path(path: Path) -> Path:
    """With the home folder in place of ~. What no file system could have is refused here, not where it is opened."""
    try:
        whole = path.expanduser()
    except RuntimeError as error:
        raise ValueError("there is no home folder of that name") from error
    parts = [os.fsencode(part) for part in whole.parts]
    if sum(map(len, parts)) > _LONGEST_PATH or any(len(part) > _LONGEST_NAME or b"\0" in part for part in parts):
        raise ValueError("not a path that a file could have")
    return whole


def _title(name: str) -> str:
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in name):
        raise ValueError("a name has no control characters in it, and is in UTF-8")
    return name


_Hour = Annotated[time, BeforeValidator(_hour)]
_File = Annotated[Path, AfterValidator(_path)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class TelegramSection(_Section):
    """How to reach Telegram, and as whom."""

    token: SecretStr | None = None
    token_file: _File | None = None
    """A file with nothing but the token; counts only where `token` is not given."""
    api_base_url: Annotated[str, AfterValidator(_base_url)] = "https://api.telegram.org"
    username: Annotated[str, AfterValidator(_username)] | None = None
    """The bot's; only needed where links are made before it ran once."""


class StorageSection(_Section):
    """Where everything is kept."""

    path: _File = Path("var/fieldpost.sqlite")
    files: _File | None = None
    """The folder of meeting logs' files; `files_folder` is what counts."""
    checkpoints: bool = True
    """Whether the bot carries its write-ahead log over by itself; false where Litestream does it."""

    @property
    def files_folder(self) -> Path:
        """The folder of meeting logs' files: beside the database where nothing else is given."""
        return self.files or self.path.with_name("files")


class MissionSection(_Section):
    """The mission."""

    name: Annotated[str, AfterValidator(_title)] = Field(
        default="Election observation mission", min_length=1, max_length=200
    )
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    languages: Annotated[list[str], NoDecode, BeforeValidator(_listed), AfterValidator(_distinct_languages)] = Field(
        default_factory=lambda: ["en", "ru", "kk"]
    )


class DigestSection(_Section):
    """The daily digest."""

    at: Annotated[
        list[Annotated[time, BeforeValidator(_hour)]], NoDecode, BeforeValidator(_hours), Field(min_length=1)
    ] = Field(default_factory=lambda: [time(20)])
    """Local time in the mission's zone, or several of them."""
    weekdays: Annotated[
        list[Annotated[int, Field(ge=1, le=7)]], NoDecode, BeforeValidator(_listed), Field(min_length=1)
    ] = Field(default_factory=lambda: list(range(1, 8)))
    depth: Annotated[Literal["full", "headlines"], BeforeValidator(_lower)] = "full"
    weekly_on: int = Field(default=7, ge=0, le=7)
    max_late_hours: int = Field(default=12, ge=0, le=72)


class ProgrammeSection(_Section):
    """The programme and its changes."""

    observers_apply: bool = False
    """Whether participants make any change of their own meetings at once; else only small ones of its time."""
    apply_within_minutes: int = Field(default=120, ge=0, le=24 * 60)
    eve_at: Annotated[time | None, BeforeValidator(_hour_or_never)] = time(19)
    """When everybody is told tomorrow's programme, on his own clock; "never" = not at all."""
    travel_kmh: float = Field(default=50, ge=0, le=1000)
    """As the crow flies; 0 = nobody is warned of ways too long."""
    first_day: date | None = None
    last_day: date | None = None
    silent_days: Annotated[list[date], NoDecode, BeforeValidator(_listed)] = Field(default_factory=list, max_length=60)
    """Days of silence: a meeting on one of them is warned of."""


class ChronicleSection(_Section):
    """The chronicle of a day."""

    template: _File | None = None
    """The mission's own DOCX with the fields that docs/operating.md names."""


class OverdueSection(_Section):
    """The overdue ladder: minutes without a sign of life after the start of a meeting, in rising order."""

    on: bool = True
    ask_minutes: int = Field(default=15, ge=1, le=180)
    leader_minutes: int = Field(default=30, ge=1, le=180)
    coordinator_minutes: int = Field(default=45, ge=1, le=180)
    unaccounted_minutes: int = Field(default=60, ge=1, le=180)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        steps = (self.ask_minutes, self.leader_minutes, self.coordinator_minutes, self.unaccounted_minutes)
        if sorted(set(steps)) != list(steps):
            raise ValueError("each step must come later than the one before it")
        return self

    def ladder(self) -> Ladder:
        """As the rules take it."""
        steps = (self.ask_minutes, self.leader_minutes, self.coordinator_minutes, self.unaccounted_minutes)
        ask, leader, coordinator, unaccounted = (timedelta(minutes=n) for n in steps)
        return Ladder(ask, leader, coordinator, unaccounted, on=self.on)


class ScheduleSection(_Section):
    """How often the clock's question "what is due?" is asked."""

    tick_seconds: float = Field(default=20, gt=0, le=3600)


class SendingSection(_Section):
    """The send budget, below Telegram's limits of 30 a second, 1 a second in a chat and 20 a minute in a group."""

    overall_per_second: float = Field(default=30, gt=0, le=1_000_000)
    chat_per_second: float = Field(default=1, gt=0, le=1_000_000)
    group_per_minute: float = Field(default=18, gt=0, le=1_000_000)


class AnnouncementsSection(_Section):
    """Announcements."""

    second_person: bool = False
    """Whether another coordinator must approve what goes to everyone."""
    groups_quiet_from: Annotated[time | None, BeforeValidator(_hour_or_never)] = time(22)
    groups_quiet_until: Annotated[time | None, BeforeValidator(_hour_or_never)] = time(7)
    """Between these hours of the mission's zone groups get only what is urgent; "never" = they get everything."""


class InvitationsSection(_Section):
    """Invitation links."""

    days: int = Field(default=14, ge=1, le=365)


class BackupSection(_Section):
    """Copies of the database."""

    daily: bool = True
    at: Annotated[time, BeforeValidator(_hour)] = time(4)
    """Local time in the mission's zone."""
    folder: _File | None = None
    """Beside the database where nothing else is given: `Config.backup_folder`."""
    keep: int = Field(default=14, ge=1, le=1000)
    age_recipients: Annotated[list[str], NoDecode, BeforeValidator(_listed)] = Field(default_factory=list)
    """Public keys of age, age1…: copies are encrypted to them, and only their owners can read them."""


class MonitoringSection(_Section):
    """Health and figures over HTTP, for this machine only."""

    port: int | None = Field(default=None, ge=0, le=65535)


class WebhookSection(_Section):
    """Telegram calls us instead of being asked."""

    url: Annotated[str, AfterValidator(_base_url)] | None = None
    """The public address, https; a proxy before us holds the certificate."""
    host: str = "127.0.0.1"
    port: int = Field(default=8443, ge=0, le=65535)
    connections: int = Field(default=1, ge=1, le=100)
    """More are faster, but then two updates of one person may overtake each other."""


class LimitsSection(_Section):
    """How much one account may say before the rest of that minute is set aside unread."""

    person_per_minute: int = Field(default=600, ge=10, le=_MOST_A_MINUTE)
    stranger_per_minute: int = Field(default=120, ge=5, le=_MOST_A_MINUTE)


class RetentionSection(_Section):
    """After how many days what is no longer needed goes; for ever where nothing is given."""

    positions_days: int | None = Field(default=None, ge=1, le=_CENTURY)
    photos_days: int | None = Field(default=None, ge=1, le=_CENTURY)


class ClockSection(_Section):
    """Only for rehearsals: the file of a clock that is turned by hand."""

    file: _File | None = None


class LogSection(_Section):
    """What the log tells."""

    level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
