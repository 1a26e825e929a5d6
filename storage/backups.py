"""Copies of the database: made while it is in use, proved by opening them, and put in its place again."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyrage  # type: ignore[import-untyped]

from storage.database import MIGRATIONS, connect

_PREFIX = "fieldpost-"
_PLAIN, _SEALED, _UNFINISHED = ".sqlite", ".sqlite.age", ".part"


class BrokenCopyError(Exception):
    """The copy is not a sound database of ours, or cannot be read with this key; the message says what is wrong."""


class WouldOverwriteError(Exception):
    """There is a database in that place."""


def make(source: Path, folder: Path, now: datetime, recipients: Sequence[str] = ()) -> Path:
    """Copy the database into the folder and prove the copy; encrypted if there are recipients. Takes its time.

    The copy is one moment of the database, whatever is written meanwhile, and holds none of the bytes that were
    deleted. Raises BrokenCopyError, OSError, sqlite3.Error; then nothing is left behind.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{_PREFIX}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    part = _reserved(folder / f"{name}{_PLAIN}{_UNFINISHED}")
    try:
        with closing(connect(source)) as db:
            db.execute("VACUUM INTO ?", (str(part),))
        prove(part)
        if recipients:
            return _seal(part, folder / f"{name}{_SEALED}", recipients)
        return _settle(part, folder / f"{name}{_PLAIN}")
    finally:
        part.unlink(missing_ok=True)


def prove(copy: Path) -> None:
    """Open it, have SQLite check every page and reference. Raises BrokenCopyError."""
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            said = db.execute("PRAGMA integrity_check").fetchone()[0]
            if said != "ok":
                raise BrokenCopyError(str(said))
            if db.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise BrokenCopyError("a reference leads nowhere")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if not 0 < version <= newest_version():
                raise BrokenCopyError(f"schema {version}")
    except sqlite3.Error as error:
        raise BrokenCopyError(str(error)) from error


def newest_version() -> int:
    """The schema that this program writes."""
    return max(int(script.name[:4]) for script in MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def restore(copy: Path, target: Path, identity: str | None, now: datetime, *, replace: bool) -> Path | None:
    """Put the copy in the database's place; where the earlier database was moved to, None if there was none.

    `identity` is age's secret key for an encrypted copy. Nobody may have the database open.
    Raises WouldOverwriteError, BrokenCopyError, OSError.
    """
    if target.exists() and not replace:
        raise WouldOverwriteError(str(target))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = _reserved(target.with_name(f"{target.name}{_UNFINISHED}"))
    try:
        _unseal(copy, part, identity)
        prove(part)
        aside = _move_aside(target, now) if target.exists() else None
        for leftover in (target.with_name(f"{target.name}-wal"), target.with_name(f"{target.name}-shm")):
            leftover.unlink(missing_ok=True)
        _settle(part, target)
    finally:
        part.unlink(missing_ok=True)
    return aside


def list_copies(folder: Path) -> list[Path]:
    """Copies in the folder, the newest first."""
    found = [p for p in folder.glob(f"{_PREFIX}*") if p.name.endswith((_PLAIN, _SEALED))]
    return sorted(found, key=lambda path: path.name, reverse=True)


def thin_out(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep`; what was deleted. Only our own names are touched."""
    old = list_copies(folder)[keep:]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def _reserved(path: Path) -> Path:
    """An empty file that nobody else can read; SQLite writes into it."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return path


def _settle(part: Path, target: Path) -> Path:
    """Safe on the disk, then in its place, in one step."""
    for path in (part, part.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            if path is part:
                part.replace(target)
        finally:
            os.close(descriptor)
    return target


def _seal(plain: Path, target: Path, recipients: Sequence[str]) -> Path:
    sealed = _reserved(target.with_name(f"{target.name}{_UNFINISHED}"))
    try:
        try:
            keys = [pyrage.x25519.Recipient.from_str(key) for key in recipients]
        except pyrage.RecipientError as error:
            raise BrokenCopyError(f"age recipient: {error}") from None
        with plain.open("rb") as reader, sealed.open("wb") as writer:
            pyrage.encrypt_io(reader, writer, keys)
        return _settle(sealed, target)
    finally:
        sealed.unlink(missing_ok=True)


def _unseal(copy: Path, part: Path, identity: str | None) -> None:
    with copy.open("rb") as reader, part.open("wb") as writer:
        if not copy.name.endswith(_SEALED):
            while chunk := reader.read(1 << 20):
                writer.write(chunk)
            return
        if identity is None:
            raise BrokenCopyError("it is encrypted, and no identity was given")
        try:
            pyrage.decrypt_io(reader, writer, [pyrage.x25519.Identity.from_str(identity.strip())])
        except (pyrage.DecryptError, pyrage.IdentityError) as error:
            raise BrokenCopyError(f"not to be decrypted with this identity: {error}") from None


def _move_aside(target: Path, now: datetime) -> Path:
    """The database that stood there, with all that its log still holds."""
    try:
        with closing(connect(target)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:  # it is broken: that may be why it is replaced
        pass
    aside = target.with_name(f"{target.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    target.replace(aside)
    return aside
