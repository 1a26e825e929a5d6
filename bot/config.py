"""The configuration: `config.toml`, and over it the environment (`FIELDPOST_SECTION__KEY`)."""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, Field, PrivateAttr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.sections import (
    AnnouncementsSection,
    BackupSection,
    ChronicleSection,
    ClockSection,
    DigestSection,
    InvitationsSection,
    LimitsSection,
    LogSection,
    MissionSection,
    MonitoringSection,
    OverdueSection,
    ProgrammeSection,
    RetentionSection,
    ScheduleSection,
    SendingSection,
    StorageSection,
    TelegramSection,
    WebhookSection,
)
from domain.conflict import Rules
from domain.digest import Depth
from domain.mission import Mission

PREFIX = "FIELDPOST_"
DEFAULT_FILE = Path("config.toml")
_NOT_SETTINGS = frozenset({"FIELDPOST_DIE_AT"})
"""Variables of ours that are no configuration: bot/points.py."""
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_WORLD_READABLE = 0o004


class ConfigError(Exception):
    """The configuration cannot be used. Each message names the key; none repeats a secret."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


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
    except RecursionError:
        raise ConfigError([f"{path}: not TOML: lists within lists, too deep"]) from None
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
    config.storage.path = folder / config.storage.path
    if config.storage.files:
        config.storage.files = folder / config.storage.files
    if config.backup.folder:
        config.backup.folder = folder / config.backup.folder
    if config.telegram.token_file:
        config.telegram.token_file = folder / config.telegram.token_file
    if config.chronicle.template:
        config.chronicle.template = folder / config.chronicle.template
    if config.clock.file:
        config.clock.file = folder / config.clock.file


def _exposed(config: Config, source: Path | None, told: dict[str, Any]) -> Path | None:
    in_file = isinstance(told.get("telegram"), dict) and bool(told["telegram"].get("token"))
    holders = [source if in_file else None, config.telegram.token_file]
    for path in holders:
        if path and path.is_file() and path.stat().st_mode & _WORLD_READABLE:
            return path
    return None
