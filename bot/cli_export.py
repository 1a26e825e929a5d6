"""`fieldpost export`: the programme as files, for people's calendars and for the office."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_door import configure, desk_of, fail, opened, transaction
from services import exports
from services.desk import Desk
from services.exports import CalendarFacts
from services.programme_sheets import told_differently, write_programme
from storage import people
from texts import exports as words
from texts import papers as paper_words

exporting = typer.Typer(
    help="Write the programme to files, or the mission's facts to tables.", no_args_is_help=True, add_completion=False
)

ConfigOption = Annotated[Path | None, typer.Option("--config", exists=True, dir_okay=False, readable=True)]


@exporting.command()
def ics(
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", file_okay=False, help="Where the calendars are; made if need be.")
    ],
    config: ConfigOption = None,
) -> None:
    """A calendar file for everybody on the roster, REFERENCE.ics, to be subscribed to. Only what differs is written."""
    settings = configure(config)
    out.mkdir(parents=True, exist_ok=True)
    with opened(settings) as db:
        desk = desk_of(settings, db)
        with transaction(db):
            wanted, gone = _calendars(desk)
    written = 0
    made: dict[CalendarFacts, bytes] = {}  # most of a team have the same
    for name, facts in wanted.items():
        if facts not in made:
            made[facts] = exports.calendar(facts)
        written += _replace(out / name, made[facts])
    removed = sum(_remove(out / name) for name in gone)
    print(words.calendars_written(desk.tongues.default, written, len(wanted) - written, removed, str(out)))


@exporting.command()
def xlsx(
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="A new file.")],
    replace: Annotated[bool, typer.Option("--replace", help="Or one that is there.")] = False,
    config: ConfigOption = None,
) -> None:
    """The whole programme as a workbook that can be changed and imported again."""
    settings = configure(config)
    with opened(settings) as db:
        desk = desk_of(settings, db)
        with transaction(db, begin="BEGIN"):
            programme = exports.workbook_meetings(desk)
    t = desk.tongues.default
    if file.exists() and not replace:
        fail(paper_words.output_exists(t, str(file)))
    _replace(file, write_programme(programme))
    lines = [words.workbook_written(t, len(programme), str(file))]
    print("\n".join([*lines, *words.told_differently(t, told_differently(programme))]))


def _calendars(desk: Desk) -> tuple[dict[str, CalendarFacts], set[str]]:
    """By file name, of those aboard or still to come; and the names that nobody's file has any more."""
    revised = exports.read_revised(desk)
    everybody = people.list_all(desk.db, active_only=False)
    wanted = {
        exports.file_name(person): exports.calendar_facts(desk, person, revised)
        for person in everybody
        if person.active
    }
    return wanted, {exports.file_name(person) for person in everybody} - wanted.keys()


def _replace(path: Path, content: bytes) -> bool:
    """Whether it had to be written. Who reads it meanwhile gets the old file or the new one, never a part."""
    with suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return False
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return True


def _remove(path: Path) -> bool:
    """Whether there was one: whose access ended gets no programme any more."""
    with suppress(FileNotFoundError):
        path.unlink()
        return True
    return False
