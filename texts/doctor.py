"""The doctor's findings as sentences: what is wrong, and what to do."""

from collections.abc import Callable
from typing import Any

from domain.finding import Ailment, Finding
from texts.tongue import Tongue


def healthy(t: Tongue) -> str:
    """Nothing was found."""
    return t.label("Nothing is wrong.")


def line(t: Tongue, finding: Finding) -> str:
    """A finding with its weight."""
    weight = t.label("FAULT") if finding.grave else t.label("Warning")
    return f"{weight}: {_SENTENCES[finding.ailment](t, finding.values)}"


_SENTENCES: dict[Ailment, Callable[[Tongue, dict[str, Any]], str]] = {
    Ailment.TOKEN_MISSING: lambda t, v: t.label(
        "There is no usable token. Get one from @BotFather; see telegram.token_file.", **v
    ),
    Ailment.TOKEN_REFUSED: lambda t, v: t.label(
        "Telegram does not know this token. Ask @BotFather for the current one.", **v
    ),
    Ailment.TOKEN_EXPOSED: lambda t, v: t.label(
        "Others on this machine can read the token in {path}. chmod 600 it.", **v
    ),
    Ailment.TELEGRAM_UNREACHABLE: lambda t, v: t.label(
        "Telegram does not answer ({why}). Look at the network and the firewall.", **v
    ),
    Ailment.WEBHOOK_SET: lambda t, v: t.label(
        "A webhook of another program is set ({host}), so nothing comes by polling. Starting this bot removes it.", **v
    ),
    Ailment.CLOCK_SKEW: lambda t, v: t.label(
        "This machine's clock is {seconds} s off Telegram's. Let it be set by NTP.", **v
    ),
    Ailment.PRIVACY_OFF: lambda t, v: t.label(
        "Privacy mode is off: the bot is given every message of its groups. @BotFather, /setprivacy, Enable.", **v
    ),
    Ailment.NO_GROUPS: lambda t, v: t.label(
        "The bot may not be added to groups. @BotFather, /setjoingroups, Enable.", **v
    ),
    Ailment.GROUP_RIGHTS: lambda t, v: t.label(
        "The bot cannot write in group {chat} ({status}). Add it again there.", **v
    ),
    Ailment.ZONE_UNKNOWN: lambda t, v: t.label(
        "There is no data for the time zone {zone}. Update the package tzdata.", **v
    ),
    Ailment.DISK_FULL: lambda t, v: t.label("Only {megabytes} MB are free where {path} is. Make room.", **v),
    Ailment.FILE_MODES: lambda t, v: t.label("Others on this machine can read {path}. chmod go-rwx it.", **v),
    Ailment.FOLDER_UNWRITABLE: lambda t, v: t.label(
        "Nothing can be written to {path}. Look at its owner and mode.", **v
    ),
    Ailment.DATABASE_BROKEN: lambda t, v: t.label(
        "The database is damaged ({why}). Stop the bot and restore a backup.", **v
    ),
    Ailment.DATABASE_NEWER: lambda t, v: t.label(
        "A newer Fieldpost wrote the database (schema {version}). Use that version.", **v
    ),
    Ailment.BACKUP_OLD: lambda t, v: t.label(
        "The last backup is {hours} h old. Look at the log and run: fieldpost backup.", **v
    ),
    Ailment.BACKUP_KEYS: lambda t, v: t.label(
        "backup.age_recipients holds something that is no age public key (age1…).", **v
    ),
    Ailment.FEW_HANDLES: lambda t, v: t.label(
        "The process may open only {limit} files. Raise LimitNOFILE to 1024 or more.", **v
    ),
    Ailment.PARKED: lambda t, v: t.label(
        "{count} updates failed and were set aside. Report it; fieldpost status names them.", **v
    ),
    Ailment.IN_DOUBT: lambda t, v: t.label(
        "Of {count} letters nobody knows whether they arrived; fieldpost status names them.", **v
    ),
    Ailment.BACKLOG: lambda t, v: t.label("{count} letters wait, the oldest for {minutes} min. Does the bot run?", **v),
}
