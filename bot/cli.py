"""The command line. Exit code 0: fine; 1: something is wrong with the data or the state; 2: wrong usage."""

import asyncio
import errno
import gc
import html
import importlib
import io
import json
import os
import re
import sqlite3
import sys
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli_backup import backup, restore
from bot.cli_doctor import doctor
from bot.cli_door import (
    DATA_FAULT,
    USAGE_FAULT,
    complain,
    configure,
    desk_of,
    fail,
    opened,
    tongues_of,
    transaction,
)
from bot.cli_export import exporting
from bot.cli_forget import forget
from bot.cli_import import importing
from bot.cli_invitations import invitations
from bot.cli_tables import table
from bot.config import ConfigError
from bot.locking import AlreadyRunningError
from bot.logs import set_up
from services.status import status as status_facts
from storage import database, people
from texts import console

app = typer.Typer(
    name="fieldpost",
    help="A Telegram bot that coordinates election-observation missions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(importing, name="import")
app.add_typer(exporting, name="export")
exporting.command()(table)
app.command()(forget)
app.command()(backup)
app.command()(restore)
app.command()(doctor)

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="The configuration; ./config.toml if it is there.", exists=True, dir_okay=False, readable=True
    ),
]

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})

PortOption = Annotated[int, typer.Option(min=0, max=65535, help="Where the stage listens; 0 takes a free one.")]


@app.command()
def run(config: ConfigOption = None) -> None:
    """Run the bot until it is told to stop."""
    import uvloop  # noqa: PLC0415 - only this command needs the engine; the others start faster without

    from bot import app as bot_app  # noqa: PLC0415
    from bot.writer import StorageTroubleError  # noqa: PLC0415

    settings = configure(config)
    set_up(settings.log.level, settings.token())
    gc.collect()
    gc.freeze()  # what the program consists of need not be gone through again and again
    gc.set_threshold(20_000, 20, 50)
    t = tongues_of(settings).default
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            code = runner.run(bot_app.run(settings))
    except AlreadyRunningError:
        fail(console.already_running(t, str(settings.storage.path)))
    except bot_app.WrongTokenError:
        fail(console.wrong_token(t))
    except database.NewerDatabaseError:
        fail(console.newer_database(t, str(settings.storage.path)))
    except (OSError, sqlite3.OperationalError, StorageTroubleError) as error:
        if isinstance(error, OSError) and error.errno not in NO_ROOM:
            raise
        fail(console.database_in_trouble(t, str(settings.storage.path), str(error)))
    raise typer.Exit(code)


@app.command()
def migrate(config: ConfigOption = None) -> None:
    """Make the database, or bring its schema up to date."""
    settings = configure(config)
    db = database.connect(settings.storage.path)
    try:
        print(console.migrated(tongues_of(settings).default, database.migrate(db)))
    finally:
        db.close()


app.command("invitations")(invitations)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date such as 2019-06-08") from None


@app.command()
def digest(
    reference: Annotated[str, typer.Option("--for", metavar="REFERENCE", help="Whose digest.")],
    day: Annotated[
        date | None, typer.Option("--date", metavar="YYYY-MM-DD", parser=_day, help="Which day; today if not given.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Print a coordinator's digest of a day. Nothing is sent."""
    settings = configure(config)
    with opened(settings) as db:
        desk = desk_of(settings, db)
        person = people.find_by_reference(db, reference)
        if person is None or not person.active:
            fail(console.no_such_person(desk.tongues.default, [reference]))
        if not person.role.leads:
            fail(console.no_digest(desk.tongues.default, reference))
        today = desk.now.astimezone(ZoneInfo(settings.mission.time_zone)).date()
        with transaction(db):
            parts: list[str] = importlib.import_module("services.digests").compose(desk, person, day or today)
    print("\n\n".join(html.unescape(re.sub(r"<[^>]*>", "", part)) for part in parts))


@app.command()
def status(
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Tell how things stand: what waits, what is parked, what is in doubt."""
    settings = configure(config)
    with opened(settings) as db, transaction(db, begin="BEGIN"):
        desk = desk_of(settings, db)
        facts = status_facts(desk)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    lines = console.status_lines(desk.tongues.default, facts)
    width = max(len(title) for title, _ in lines)
    print("\n".join(f"{title:<{width}}  {text}" for title, text in lines))


@app.command()
def demo(
    config: ConfigOption = None,
    scene: Annotated[
        str | None, typer.Option(help="A scene to play: 8-june, election-day, bad-network, or a file of your own.")
    ] = None,
    port: PortOption = 8088,
) -> None:
    """See it work: a stand-in for Telegram and a page of phones, on this machine only."""
    settings = configure(config)
    raise typer.Exit(importlib.import_module("demo.stage").serve(settings, port=port, scene=scene) or 0)


@app.command()
def rehearse(config: ConfigOption = None, port: PortOption = 8088) -> None:
    """The same with the mission's own people and programme, on a copy of its database; reaches no real Telegram."""
    settings = configure(config)
    raise typer.Exit(importlib.import_module("demo.stage").serve(settings, port=port, own=True) or 0)


def main() -> None:
    """The entry point: errors become sentences."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(_guarded())


def _guarded() -> int:
    try:
        app()
    except ConfigError as error:
        for message in error.messages:
            complain(message)
        return USAGE_FAULT
    except database.NewerDatabaseError:
        complain("The database was written by a newer Fieldpost; update this one.")
        return DATA_FAULT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DATA_FAULT
    except (sqlite3.DatabaseError, OSError) as error:
        complain(f"fieldpost: {error}")
        return DATA_FAULT
    return 0
