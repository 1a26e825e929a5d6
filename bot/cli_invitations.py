"""`fieldpost invitations`: one-time links, on the screen or in a file that only its owner may read."""

import csv
import io
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from bot.cli_door import USAGE_FAULT, complain, configure, desk_of, fail, opened, tongues_of, transaction
from bot.cli_names import learn_username
from bot.config import Config
from services import papers
from services.invitations import not_aboard
from services.paper import PaperKind
from services.sheets import cell_safe
from storage import people
from texts import console
from texts import papers as words
from texts.papers import InvitationSheet
from texts.tongue import Tongue


class Form(StrEnum):
    """How invitations are written."""

    TEXT = "text"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


_IN_A_FILE = frozenset({Form.XLSX, Form.HTML})


def invitations(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            help="The configuration; ./config.toml if it is there.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", help="As text, as a table, or as a sheet of badges to print (html).")
    ] = Form.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write to this new file, which only you may read.")
    ] = None,
    references: Annotated[
        list[str] | None, typer.Option("--for", metavar="REFERENCE", help="Only for this person; may be repeated.")
    ] = None,
) -> None:
    """Make a one-time link for everyone who has no account yet. Links made earlier and not used end."""
    settings = configure(config)
    t = tongues_of(settings).default
    if form in _IN_A_FILE and output is None:
        fail(words.output_needed(t, form), USAGE_FAULT)
    with opened(settings) as db:
        _check(db, t, references or [])
        learn_username(settings, db)
        if output is None:
            sheet = _write(settings, db, form, references, sys.stdout.buffer)
        else:
            with new_file(t, output) as file:
                sheet = _write(settings, db, form, references, file)
            if sheet is None:
                output.unlink()
    if sheet is None:
        complain(console.nobody_to_invite(t))
    elif output is not None:
        complain(words.output_written(t, len(sheet.slips), str(output), sheet.expires))


def _check(db: sqlite3.Connection, t: Tongue, references: list[str]) -> None:
    known = {person.reference: person for person in people.list_all(db)}
    if strangers := [reference for reference in references if reference not in known]:
        fail(console.no_such_person(t, strangers))
    if aboard := [reference for reference in references if known[reference].chat_id is not None]:
        complain(console.enrolled_already(t, aboard))


@contextmanager
def new_file(t: Tongue, path: Path) -> Iterator[BinaryIO]:
    """A file that nobody else may read, made before any link is; it is gone again if something fails."""
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        fail(words.output_exists(t, str(path)))
    try:
        with file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(
    settings: Config, db: sqlite3.Connection, form: Form, references: list[str] | None, file: BinaryIO
) -> InvitationSheet | None:
    """Make the links, then write them; None if there is nobody to invite. The database is not held meanwhile."""
    desk = desk_of(settings, db)
    kind = PaperKind.BADGES if form is Form.HTML else PaperKind.LINKS
    with transaction(db):
        wanted = [person for person in not_aboard(desk) if not references or person.reference in references]
        draft = papers.draft_invitations(desk, kind, desk.tongues.default, wanted, by=None)
    if draft is None:
        return None
    sheet: InvitationSheet = draft.facts
    file.write(papers.build(draft).content if form in _IN_A_FILE else _plain(sheet, form).encode())
    file.flush()
    return sheet


def _plain(sheet: InvitationSheet, form: Form) -> str:
    lines = [(slip.reference, slip.name, slip.link) for slip in sheet.slips]
    if form is Form.TEXT:
        return "".join(f"{reference}  {name}\n    {link}\n" for reference, name, link in lines)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("reference", "name", "link"))
    writer.writerows([cell_safe(cell) for cell in line] for line in lines)
    return text.getvalue()
