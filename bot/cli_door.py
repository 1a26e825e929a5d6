"""What every command does at the door: read the configuration, open the database, keep one transaction."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from bot.clock import clock_of
from bot.config import Config, load
from services.desk import Desk
from storage import database
from texts import console
from texts.tongue import SOURCE_LANGUAGE, Tongues, available_languages

DATA_FAULT, USAGE_FAULT = 1, 2


def complain(line: str) -> None:
    """A line to stderr."""
    print(line, file=sys.stderr)


def fail(line: str, code: int = DATA_FAULT) -> NoReturn:
    """Say it on stderr and end the command."""
    complain(line)
    raise typer.Exit(code)


def configure(path: Path | None) -> Config:
    """The configuration, with a word of warning when the token lies open."""
    config = load(path)
    if config.exposed is not None:
        complain(console.exposed(tongues_of(config).default, str(config.exposed)))
    return config


def tongues_of(config: Config) -> Tongues:
    """Those of the mission's languages that have a catalogue."""
    spoken = [language for language in config.mission.languages if language in available_languages()]
    return Tongues(tuple(spoken) or (SOURCE_LANGUAGE,))


@contextmanager
def opened(config: Config) -> Iterator[sqlite3.Connection]:
    """The database, its schema up to date."""
    with closing(database.connect(config.storage.path)) as db:
        database.migrate(db)
        yield db


def desk_of(config: Config, db: sqlite3.Connection) -> Desk:
    """A desk for one command."""
    return Desk(db, clock_of(config.clock.file).now(), config.mission_facts(), tongues_of(config))


@contextmanager
def transaction(db: sqlite3.Connection, *, keep: bool = True, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """All or nothing; with `keep` false nothing in any case."""
    db.execute(begin)
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT" if keep else "ROLLBACK")
