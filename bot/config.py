"""The configuration: `config.toml`, and over it the environment (`FIELDPOST_SECTION__KEY`)."""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from domain.alarm import Ladder
from domain.conflict import Rules
from domain.digest import Depth
from domain.faults import is_zone
from domain.mission import Mission
from texts.tongue import available_languages

PREFIX = "FIELDPOST_"
DEFAULT_FILE = Path("config.toml")
_NOT_SETTINGS = frozenset({"FIELDPOST_DIE_AT"})
"""Variables of ours that are no configuration: bot/points.py."""
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_WORLD_READABLE = 0o004


class ConfigError(Exception):
    """The configuration cannot be used. Each message names the key; none repeats a secret."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


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
        except ValueError as error:
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


_Hour = Annotated[time, BeforeValidator(_hour)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class TelegramSection(_Section):
    """How to reach Telegram, and as whom."""

    token: SecretStr | None = None
    token_file: Path | None = None
    """A file with nothing but the token; counts only where `token` is not given."""
    api_base_url: Annotated[str, AfterValidator(_base_url)] = "https://api.telegram.org"
    username: Annotated[str, AfterValidator(_username)] | None = None
    """The bot's; only needed where links are made before it ran once."""


class StorageSection(_Section):
    """Where everything is kept."""

    path: Path = Path("var/fieldpost.sqlite")
    files: Path | None = None
    """The folder of meeting logs' files; `files_folder` is what counts."""
    checkpoints: bool = True
    """Whether the bot carries its write-ahead log over by itself; false where Litestream does it."""

    @property
    def files_folder(self) -> Path:
        """The folder of meeting logs' files: beside the database where nothing else is given."""
        return self.files or self.path.with_name("files")


class MissionSection(_Section):
    """The mission."""

    name: str = Field(default="Election observation mission", min_length=1, max_length=200)
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
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(default_factory=lambda: list(range(1, 8)), min_length=1)
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
    silent_days: list[date] = Field(default_factory=list, max_length=60)
    """Days of silence: a meeting on one of them is warned of."""


class ChronicleSection(_Section):
    """The chronicle of a day."""

    template: Path | None = None
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
    folder: Path | None = None
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

    person_per_minute: int = Field(default=600, ge=10)
    stranger_per_minute: int = Field(default=120, ge=5)


class RetentionSection(_Section):
    """After how many days what is no longer needed goes; for ever where nothing is given."""

    positions_days: int | None = Field(default=None, ge=1)
    photos_days: int | None = Field(default=None, ge=1)


class ClockSection(_Section):
    """Only for rehearsals: the file of a clock that is turned by hand."""

    file: Path | None = None


class LogSection(_Section):
    """What the log tells."""

    level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"


class Config(BaseSettings):
    """Everything that can be configured."""

    model_config = SettingsConfigDict(
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    telegram: TelegramSection = Field(default_factory=TelegramSection)
    storage: StorageSection = Field(default_factory=StorageSection)
    mission: MissionSection = Field(default_factory=MissionSection)
    digest: DigestSection = Field(default_factory=DigestSection)
    programme: ProgrammeSection = Field(default_factory=ProgrammeSection)
    chronicle: ChronicleSection = Field(default_factory=ChronicleSection)
    overdue: OverdueSection = Field(default_factory=OverdueSection)
    schedule: ScheduleSection = Field(default_factory=ScheduleSection)
    sending: SendingSection = Field(default_factory=SendingSection)
    announcements: AnnouncementsSection = Field(default_factory=AnnouncementsSection)
    invitations: InvitationsSection = Field(default_factory=InvitationsSection)
    backup: BackupSection = Field(default_factory=BackupSection)
    monitoring: MonitoringSection = Field(default_factory=MonitoringSection)
    webhook: WebhookSection = Field(default_factory=WebhookSection)
    limits: LimitsSection = Field(default_factory=LimitsSection)
    retention: RetentionSection = Field(default_factory=RetentionSection)
    clock: ClockSection = Field(default_factory=ClockSection)
    log: LogSection = Field(default_factory=LogSection)

    _exposed: Path | None = PrivateAttr(default=None)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what was read from the file."""
        return env_settings, init_settings

    @property
    def exposed(self) -> Path | None:
        """A file that holds the token and that everybody on this machine can read."""
        return self._exposed

    @property
    def backup_folder(self) -> Path:
        """Where copies of the database go."""
        return self.backup.folder or self.storage.path.with_name("backups")

    def mission_facts(self) -> Mission:
        """The mission as the rest of the house knows it."""
        return Mission(
            name=self.mission.name,
            time_zone=self.mission.time_zone,
            languages=tuple(self.mission.languages),
            digest_hours=tuple(self.digest.at),
            digest_weekdays=frozenset(self.digest.weekdays),
            digest_depth=Depth.FULL if self.digest.depth == "full" else Depth.HEADLINES,
            weekly_on=self.digest.weekly_on,
            digest_max_late=timedelta(hours=self.digest.max_late_hours),
            invitation_days=self.invitations.days,
            chronicle_template=str(self.chronicle.template or ""),
            ladder=self.overdue.ladder(),
            bot_username=self.telegram.username or "",
            observers_apply=self.programme.observers_apply,
            apply_within=timedelta(minutes=self.programme.apply_within_minutes),
            eve_at=self.programme.eve_at,
            rules=Rules(
                speed_kmh=self.programme.travel_kmh,
                first_day=self.programme.first_day,
                last_day=self.programme.last_day,
                silent_days=frozenset(self.programme.silent_days),
            ),
            positions_kept=_days(self.retention.positions_days),
            photos_kept=_days(self.retention.photos_days),
            second_person=self.announcements.second_person,
            groups_quiet=(self.announcements.groups_quiet_from, self.announcements.groups_quiet_until),
            messages_per_second=self.sending.overall_per_second,
        )

    @property
    def has_token(self) -> bool:
        """Whether a token is configured at all; `token` tells whether it can be one."""
        return bool(self.telegram.token and self.telegram.token.get_secret_value()) or (
            self.telegram.token_file is not None
        )

    def token(self) -> str:
        """The bot's token; ConfigError names the key when there is none that can be one."""
        key, token = "telegram.token", ""
        if self.telegram.token and self.telegram.token.get_secret_value().strip():
            token = self.telegram.token.get_secret_value().strip()
        elif self.telegram.token_file is not None:
            key = "telegram.token_file"
            try:
                token = self.telegram.token_file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError([f"{key}: {self.telegram.token_file} cannot be read"]) from error
        if not token:
            where = (
                "give it, or telegram.token_file, or FIELDPOST_TELEGRAM__TOKEN" if key == "telegram.token" else "empty"
            )
            raise ConfigError([f"{key}: the bot's token is missing ({where})"])
        if not _TOKEN.fullmatch(token):
            raise ConfigError([f"{key}: this is no bot token; it looks like 123456:ABC-DEF (ask @BotFather)"])
        return token


def _days(number: int | None) -> timedelta | None:
    return timedelta(days=number) if number is not None else None


def load(path: Path | None) -> Config:
    """The configuration from this file, or from ./config.toml if there is one, and the environment.

    Relative paths count from the file's folder. Raises ConfigError.
    """
    source = path or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    told = _read(source) if source else {}
    if strangers := _unknown_variables(os.environ):
        raise ConfigError(strangers)
    try:
        config = Config(**told)
    except ValidationError as error:
        raise ConfigError([_message(cast("dict[str, Any]", e)) for e in error.errors(include_input=False)]) from None
    _anchor(config, (source.parent if source else Path()).absolute())
    config._exposed = _exposed(config, source, told)
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: not TOML: {error}"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{path}: not text in UTF-8"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None


def known_keys() -> list[str]:
    """Every key, as `section.key`."""
    return [
        f"{section}.{key}"
        for section, field in Config.model_fields.items()
        for key in cast("type[BaseModel]", field.annotation).model_fields
    ]


def _unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables that look like settings and are none: a slip of the pen there would go unnoticed else."""
    keys = {PREFIX + key.replace(".", "__").upper(): key for key in known_keys()}
    found = []
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name.upper() not in keys and name not in _NOT_SETTINGS:
            key = name[len(PREFIX) :].lower().replace("__", ".")
            near = get_close_matches(name.upper(), keys, n=1, cutoff=0.8)
            found.append(f"{name}: there is no key {key}" + (f"; {near[0]} perhaps?" if near else ""))
    return found


def _message(error: dict[str, Any]) -> str:
    key = ".".join(str(part) for part in error["loc"][:2])
    if error["type"] == "extra_forbidden":
        near = get_close_matches(key, [*known_keys(), *Config.model_fields], n=1, cutoff=0.7)
        return f"{key}: there is no such key" + (f"; {near[0]} perhaps?" if near else "")
    return f"{key}: {str(error['msg']).removeprefix('Value error, ')}"


def _anchor(config: Config, folder: Path) -> None:
    config.storage.path = folder / config.storage.path.expanduser()
    if config.storage.files:
        config.storage.files = folder / config.storage.files.expanduser()
    if config.backup.folder:
        config.backup.folder = folder / config.backup.folder.expanduser()
    if config.telegram.token_file:
        config.telegram.token_file = folder / config.telegram.token_file.expanduser()
    if config.chronicle.template:
        config.chronicle.template = folder / config.chronicle.template.expanduser()
    if config.clock.file:
        config.clock.file = folder / config.clock.file.expanduser()


def _exposed(config: Config, source: Path | None, told: dict[str, Any]) -> Path | None:
    in_file = isinstance(told.get("telegram"), dict) and bool(told["telegram"].get("token"))
    holders = [source if in_file else None, config.telegram.token_file]
    for path in holders:
        if path and path.exists() and path.stat().st_mode & _WORLD_READABLE:
            return path
    return None
