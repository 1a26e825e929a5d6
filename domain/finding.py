"""What the doctor finds."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

BACKUP_EVERY = timedelta(hours=36)
"""A database whose last copy is older than this has missed one."""


class Ailment(StrEnum):
    """What can be wrong with an installation."""

    TOKEN_MISSING = "token_missing"  # noqa: S105
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    TOKEN_EXPOSED = "token_exposed"  # noqa: S105
    TELEGRAM_UNREACHABLE = "telegram_unreachable"
    WEBHOOK_SET = "webhook_set"
    CLOCK_SKEW = "clock_skew"
    PRIVACY_OFF = "privacy_off"
    NO_GROUPS = "no_groups"
    GROUP_RIGHTS = "group_rights"
    ZONE_UNKNOWN = "zone_unknown"
    DISK_FULL = "disk_full"
    FILE_MODES = "file_modes"
    FOLDER_UNWRITABLE = "folder_unwritable"
    DATABASE_BROKEN = "database_broken"
    DATABASE_NEWER = "database_newer"
    BACKUP_OLD = "backup_old"
    BACKUP_KEYS = "backup_keys"
    FEW_HANDLES = "few_handles"
    PARKED = "parked"
    IN_DOUBT = "in_doubt"
    BACKLOG = "backlog"


GRAVE = frozenset(
    {
        Ailment.TOKEN_MISSING,
        Ailment.TOKEN_REFUSED,
        Ailment.TELEGRAM_UNREACHABLE,
        Ailment.ZONE_UNKNOWN,
        Ailment.DISK_FULL,
        Ailment.FOLDER_UNWRITABLE,
        Ailment.DATABASE_BROKEN,
        Ailment.DATABASE_NEWER,
        Ailment.BACKUP_KEYS,
    }
)
"""With these the bot cannot do its work; with the others it does, but not well."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and its particulars: paths, figures, ids; never the token."""

    ailment: Ailment
    values: dict[str, str | int] = field(default_factory=dict)

    @property
    def grave(self) -> bool:
        """Whether the bot cannot work with it."""
        return self.ailment in GRAVE
