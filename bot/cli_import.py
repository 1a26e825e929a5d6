"""`fieldpost import`: a roster or a programme from a file, all of it or nothing."""

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.cli_door import DATA_FAULT, complain, configure, desk_of, opened, transaction
from domain.faults import Fault
from domain.programme_import import ProgrammeFile
from domain.roster import read_roster
from services import programmes, rosters
from services.desk import Desk
from services.programme_reading import read_meetings
from services.sheets import SheetRefused, Table, read_table
from texts import console, imports, programme_imports
from texts.tongue import Tongue

importing = typer.Typer(
    help="Read the roster or the programme from a file.", no_args_is_help=True, add_completion=False
)

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="CSV or XLSX.")
]
ProgrammeArgument = Annotated[
    Path,
    typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="CSV, XLSX or iCalendar."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would happen and write nothing.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", exists=True, dir_okay=False, readable=True)]


@importing.command()
def roster(file: FileArgument, dry_run: DryRun = False, config: ConfigOption = None) -> None:
    """Who is in the mission. Whoever is not in the file loses access; what he reported stays."""
    settings = configure(config)
    with opened(settings) as db:
        desk = desk_of(settings, db)
        t = desk.tongues.default
        table = _table(t, file)
        with transaction(db, keep=not dry_run):
            rows, faults, aside = read_roster(
                table.header,
                table.rows,
                languages=settings.mission.languages,
                default_time_zone=settings.mission.time_zone,
                default_language=settings.mission.languages[0],
                extra_columns="keep",
            )
            _refuse(t, faults)
            change = rosters.preview(desk, rows)
            rosters.apply(desk, rows, change)
    _tell(t, imports.roster_preview(t, change, aside), dry_run=dry_run)


@importing.command()
def programme(
    file: ProgrammeArgument,
    dry_run: DryRun = False,
    notify: Annotated[bool, typer.Option("--notify", help="Tell those whom the changes concern.")] = False,
    cancel_missing: Annotated[
        bool, typer.Option("--cancel-missing", help="Cancel the meetings that left the file.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """The meetings. Those that are not in the file stay as they are. Nobody is told, unless you say so."""
    settings = configure(config)
    with opened(settings) as db:
        desk = desk_of(settings, db)
        t = desk.tongues.default
        with transaction(db, keep=not dry_run):
            plan = programmes.compare(desk, _meetings(desk, file))
            _refuse(t, programmes.faults(desk, plan))
            lines = [*programme_imports.console_lines(t, programmes.preview(desk, plan))]
            programmes.apply(desk, plan, quiet=not notify, cancel=plan.leaving if cancel_missing else ())
    if cancel_missing and plan.leaving:
        lines.append(programme_imports.cancelled_too(t, len(plan.leaving)))
    _tell(t, [html.unescape(re.sub(r"<[^>]*>", "", line)) for line in lines], dry_run=dry_run)


def _meetings(desk: Desk, file: Path) -> ProgrammeFile:
    """What is in the file, or the end of the command."""
    known = programmes.known_participants(desk)
    try:
        meetings, faults = read_meetings(
            file.read_bytes(), file.name, default_time_zone=desk.mission.time_zone, known_participants=known
        )
    except SheetRefused as refused:
        _report(desk.tongues.default, refused.faults)
    _refuse(desk.tongues.default, faults)
    return meetings


def _table(t: Tongue, file: Path) -> Table:
    try:
        return read_table(file.read_bytes(), file.name)
    except SheetRefused as refused:
        _report(t, refused.faults)


def _refuse(t: Tongue, faults: Sequence[Fault]) -> None:
    if faults:
        _report(t, faults)


def _report(t: Tongue, faults: Sequence[Fault]) -> NoReturn:
    for fault in faults:
        complain(imports.fault_line(t, fault))
    complain(imports.fault_count(t, faults))
    raise typer.Exit(DATA_FAULT)


def _tell(t: Tongue, lines: Sequence[str], *, dry_run: bool) -> None:
    print("\n".join([*lines, console.dry_run(t)] if dry_run else lines))
