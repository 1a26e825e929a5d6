"""What a database holds, for comparing a copy with what it was made of."""

import sqlite3
from contextlib import closing
from pathlib import Path

Ledger = dict[str, list[tuple[object, ...]]]
NOT_COMPARED = ("note", "_litestream_seq", "_litestream_lock", "sqlite_sequence", "sqlite_stat1", "sqlite_stat4")
"""When Telegram was last heard and the like, and what others keep for themselves."""
STORY = {
    "inbox": "arrived, update_id, raw",
    "checkin": "id, meeting_id, person_id, presence, said_at",
    "log_entry": "id, meeting_id, author_id, body, said_at",
}
"""What is only ever added to, and what of it never changes."""


def ledger(path: Path) -> Ledger:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in names
            if name not in NOT_COMPARED
        }


def story(path: Path) -> Ledger:
    """What happened, in the order in which it was stored."""
    with closing(sqlite3.connect(path)) as db:
        return {
            table: db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
            for table, columns in STORY.items()
        }


def is_beginning_of(earlier: Ledger, later: Ledger) -> bool:
    """Whether nothing is in the earlier story but how the later one begins."""
    return all(rows == later[table][: len(rows)] for table, rows in earlier.items())


def is_sound(path: Path) -> bool:
    """Whether SQLite finds every page and reference in order."""
    with closing(sqlite3.connect(path)) as db:
        return (
            db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            and db.execute("PRAGMA foreign_key_check").fetchall() == []
        )
