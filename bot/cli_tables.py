"""`fieldpost export table`: tables of the mission's facts, in a file that only its owner may read."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_door import USAGE_FAULT, complain, configure, desk_of, fail, opened, tongues_of, transaction
from bot.cli_invitations import new_file
from services import tables
from services.tables import Form
from storage.exports import Topic
from texts import tables as words


def table(
    topic: Annotated[Topic, typer.Argument(help="What.")],
    output: Annotated[
        Path, typer.Option("--output", metavar="FILE", help="Write to this new file, which only you may read.")
    ],
    form: Annotated[Form, typer.Option("--format", help="As what; geojson for check-ins only.")] = Form.XLSX,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="The configuration; ./config.toml if it is there.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Write people, meetings, check-ins, logs or changes of the programme as a table. The bot may run meanwhile."""
    settings = configure(config)
    t = tongues_of(settings).default
    if form is Form.GEOJSON and topic is not Topic.CHECKINS:
        fail(words.no_places(t), USAGE_FAULT)
    with opened(settings) as db:
        with transaction(db):
            tables.note(desk_of(settings, db), None, topic, form)
        try:
            with new_file(t, output) as file:
                tables.write(db, topic, form, file)
        except OSError as error:
            fail(words.not_written(t, str(output), error.strerror or type(error).__name__))
    complain(words.written(t, str(output)))
