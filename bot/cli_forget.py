"""`fieldpost forget`: one person's data, or everybody's."""

import sqlite3
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_door import DATA_FAULT, USAGE_FAULT, complain, configure, desk_of, fail, opened, transaction
from domain.erasure import Erased
from domain.person import Person
from services import erasure
from services.desk import Desk
from storage import attachments, people
from storage.erasure import compact, list_copies
from storage.files import DiskTroubleError, Files
from texts import console
from texts.tongue import Tongue

_TRIES = 5
_BETWEEN_TRIES = 2.0
"""Seconds."""


def forget(
    reference: Annotated[str | None, typer.Argument(metavar="REFERENCE", help="Whom, as the roster has him.")] = None,
    mission: Annotated[bool, typer.Option("--mission", help="Everybody, after the mission has ended.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Annotated[Path | None, typer.Option("--config", exists=True, dir_okay=False, readable=True)] = None,
) -> None:
    """Erase personal data for good. What the mission learned stays, with neutral words in the place of names."""
    settings = configure(config)
    with opened(settings) as db:
        desk = desk_of(settings, db)
        t = desk.tongues.default
        if (reference is None) != mission:
            fail(console.forget_whom(t), USAGE_FAULT)
        person = _person(desk, reference) if reference is not None else None
        if person is not None and erasure.is_forgotten(desk, person):
            complain(console.forgotten_before(t, person.reference))
        else:
            if not yes:
                _ask(db, desk, person)
            with transaction(db):
                done = _forget(desk, person)
            _tell(t, person, done)
        _rename_files(t, db, settings.storage.files_folder)
    _clean(t, settings.storage.path)


def _person(desk: Desk, reference: str) -> Person:
    person = people.find_by_reference(desk.db, reference)
    if person is None:
        fail(console.no_such_person(desk.tongues.default, [reference]))
    return person


def _forget(desk: Desk, person: Person | None) -> Erased:
    t = desk.tongues.default

    def neutral(person_id: int) -> str:
        return console.neutral_name(t, person_id)

    if person is None:
        return erasure.forget_mission(desk, neutral, console.neutral_name_of_many(t))
    return erasure.forget(desk, person, neutral)


def _ask(db: sqlite3.Connection, desk: Desk, person: Person | None) -> None:
    """Tell what it would do, by doing it and taking it back; then ask, if anybody is there."""
    t = desk.tongues.default
    with transaction(db, keep=False):
        counts = _forget(desk, person).counts
    lines = console.will_forget(t, person.reference, counts) if person else console.will_forget_mission(t, counts)
    print("\n".join(lines))
    if not sys.stdin.isatty():
        fail(console.forget_needs_yes(t), USAGE_FAULT)
    if not typer.confirm(console.ask_forget(t)):
        fail(console.not_forgotten(t), DATA_FAULT)


def _tell(t: Tongue, person: Person | None, done: Erased) -> None:
    if person is None:
        print(console.mission_forgotten(t))
    else:
        print(console.forgotten(t, person.reference, console.neutral_name(t, person.person_id)))
    if done.not_unique:
        complain(console.name_not_unique(t, done.not_unique))
    if done.telling_references:
        complain(console.reference_tells(t, done.telling_references))
    if done.left:
        complain(console.texts_left(t, done.left))


def _rename_files(t: Tongue, db: sqlite3.Connection, folder: Path) -> None:
    """Files of meeting logs whose names were erased get their new ones."""
    try:
        missing = Files(folder).put_right(attachments.list_paths(db))
    except DiskTroubleError as error:
        fail(console.files_not_renamed(t, str(folder), str(error)))
    if missing:
        complain(console.files_elsewhere(t, str(folder), len(missing)))


def _clean(t: Tongue, path: Path) -> None:
    """The rows are erased; now their bytes. The bot may hold the files for a moment."""
    clean = compact(path)
    for _ in range(_TRIES - 1):
        if clean:
            break
        time.sleep(_BETWEEN_TRIES)
        clean = compact(path)
    if copies := list_copies(path):
        complain(console.copies_left(t, [str(copy) for copy in copies]))
    if not clean:
        fail(console.files_not_clean(t))
