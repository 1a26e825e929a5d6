"""`fieldpost doctor`."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_door import DATA_FAULT, tongues_of
from bot.clock import clock_of
from bot.config import load
from bot.doctor import examine
from texts import doctor as words


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    config: Annotated[Path | None, typer.Option("--config", exists=True, dir_okay=False, readable=True)] = None,
) -> None:
    """Look the installation over: token, Telegram, clock, disk, files, database, backups. Exit code 1: a fault."""
    settings = load(config)
    t = tongues_of(settings).default
    findings = asyncio.run(examine(settings, clock_of(settings.clock.file).now()))
    if as_json:
        told = [{"ailment": f.ailment, "grave": f.grave, **f.values} for f in findings]
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print("\n".join(words.line(t, finding) for finding in findings) or words.healthy(t))
    if any(finding.grave for finding in findings):
        raise typer.Exit(DATA_FAULT)
