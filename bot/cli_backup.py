"""`fieldpost backup` and `fieldpost restore`."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_door import configure, fail, tongues_of, transaction
from bot.locking import AlreadyRunningError, lock
from storage import backups, database, notes
from texts import operations as words

ConfigOption = Annotated[Path | None, typer.Option("--config", exists=True, dir_okay=False, readable=True)]


def backup(config: ConfigOption = None) -> None:
    """Copy the database, prove the copy, and delete the oldest ones. The bot may run meanwhile."""
    settings = configure(config)
    t, path, folder = tongues_of(settings).default, settings.storage.path, settings.backup_folder
    if not path.exists():
        fail(words.no_database(t, str(path)))
    now = datetime.now(UTC)
    try:
        copy = backups.make(path, folder, now, settings.backup.age_recipients)
    except (OSError, sqlite3.Error, backups.BrokenCopyError) as error:
        fail(words.copy_failed(t, str(error)))
    with closing(database.connect(path)) as db, transaction(db):
        notes.write(db, "backed_up_at", database.as_text(now))
    print(words.copied(t, str(copy), copy.stat().st_size))
    if old := backups.thin_out(folder, settings.backup.keep):
        print(words.thinned(t, len(old)))


def restore(
    copy: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)],
    replace: Annotated[bool, typer.Option("--replace", help="Even if there is a database; it is moved aside.")] = False,
    identity: Annotated[
        Path | None, typer.Option("--identity", help="File with age's secret key.", exists=True, dir_okay=False)
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Put a backup in the database's place. The bot must not run."""
    settings = configure(config)
    t, path = tongues_of(settings).default, settings.storage.path
    try:
        with lock(path):
            aside = backups.restore(copy, path, _key(identity), datetime.now(UTC), replace=replace)
    except AlreadyRunningError:
        fail(words.stop_first(t, str(path)))
    except backups.WouldOverwriteError:
        fail(words.would_overwrite(t, str(path)))
    except (OSError, backups.BrokenCopyError) as error:
        fail(words.broken_copy(t, str(copy), str(error)))
    print(words.restored(t, str(path), str(aside) if aside else None))


def _key(identity: Path | None) -> str | None:
    """The key in age's file of identities, in which lines with # are remarks."""
    if identity is None:
        return None
    lines = identity.read_text(encoding="utf-8").splitlines()
    return next((line for line in lines if line.strip() and not line.startswith("#")), "")
