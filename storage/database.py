"""Opening the database and bringing its schema up to date."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"


class NewerDatabaseError(Exception):
    """The database was written by a newer Fieldpost than this one."""


_NOT_THE_ACTS_FAULT = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CORRUPT")


def is_trouble(error: Exception) -> bool:
    """Whether it is the disk's fault, or another process's, and not that of what was done: the same may work later."""
    name = getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else ""
    return str(name).startswith(_NOT_THE_ACTS_FAULT)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the house's pragmas; transactions are begun and ended by the caller only.

    `synchronous=FULL`: Telegram is told that we have an update right after the commit, so the commit
    must outlive a power cut, not just a crash. `secure_delete`: what is deleted is overwritten at once.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=1024)
    if not read_only:
        path.chmod(0o600)
    db.row_factory = sqlite3.Row
    db.create_function("fold", 1, fold, deterministic=True)
    db.execute("PRAGMA busy_timeout = 10000")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA journal_size_limit = 16777216")
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA cache_size = -16384")  # KiB: what a busy day touches stays in memory
    db.execute("PRAGMA temp_store = MEMORY")
    if read_only:
        db.execute("PRAGMA query_only = ON")
    return db


def checkpoint(path: Path) -> int:
    """Carry the write-ahead log over into the database without holding up the writer (a passive checkpoint).

    The engine's connection leaves this to a thread: a checkpoint inside a commit makes one person in a hundred wait.
    How many pages the log held: what was written meanwhile is left in it.
    """
    db = connect(path)
    try:
        return carry_over(db)
    finally:
        db.close()


def carry_over(db: sqlite3.Connection) -> int:
    """The same on a connection that is there. Only a log of which nothing is left begins anew at the next write."""
    return int(db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])


def migrate(db: sqlite3.Connection) -> list[str]:
    """Apply what is missing, each migration and its record in one transaction; names of what was applied.

    A database with something in it is first copied beside itself (`<name>.before-<version>`).
    Raises NewerDatabaseError.
    """
    scripts = sorted(MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    newest = int(scripts[-1].name[:4])
    if version > newest:
        raise NewerDatabaseError(version, newest)
    applied: list[str] = []
    for script in scripts:
        number = int(script.name[:4])
        if number <= version:
            continue
        if version > 0 and not applied:
            _copy_beside(db, version)
        db.execute("BEGIN IMMEDIATE")
        try:
            if db.execute("PRAGMA user_version").fetchone()[0] < number:
                for statement in _statements(script.read_text(encoding="utf-8")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number:d}")
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
        applied.append(script.stem)
    return applied


def fold(text: object) -> str:
    """For comparisons in SQL that shall not see case, in any alphabet: SQLite's own lower() knows ASCII only."""
    return str(text).casefold().replace("ё", "е")


def as_text(moment: datetime) -> str:
    """An aware moment as the database keeps it: UTC, milliseconds, sortable as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def as_moment(text: str) -> datetime:
    """The moment that `as_text` wrote."""
    return datetime.fromisoformat(text)


def _copy_beside(db: sqlite3.Connection, version: int) -> None:
    path = Path(db.execute("PRAGMA database_list").fetchone()["file"])
    copy = path.with_name(f"{path.name}.before-{version + 1:04d}")
    if not copy.exists():
        db.execute("VACUUM INTO ?", (str(copy),))
        copy.chmod(0o600)


def _statements(script: str) -> list[str]:
    statements, buffer = [], ""
    for line in script.splitlines(keepends=True):
        buffer += line
        if sqlite3.complete_statement(buffer):
            statements.append(buffer)
            buffer = ""
    return statements
