"""A file from outside is read in a process of its own, so that it can neither eat memory nor hold up anybody.

`python -m bot.reading FILE` is that process: it gives way to others (nice), has MOST_MEMORY and MOST_SECONDS, takes a
line of JSON from stdin, and answers with a line of JSON and then what it read. `read_sent_file` starts and ends it.
Whether it is a roster or the programme, its header says.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from domain.faults import Fault, FaultCode
from domain.mission import Mission
from domain.programme import MOST_MEETINGS
from domain.programme_import import ProgrammeFile
from domain.roster import RosterRow, read_roster
from services.programme_reading import (
    decode_file,
    encode_file,
    is_calendar,
    is_programme,
    read_calendar_file,
    table_of_meetings,
)
from services.rosters import decode_rows, encode_rows
from services.sheets import SheetRefused, Table, read_table

MOST_MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""
MOST_SECONDS = 60
"""Of the processor."""
MOST_WAIT = 180
"""Seconds on the clock: where others are busy, who gives way needs more of them than of the processor's."""
MOST_CONTENT = 16 * 1024 * 1024
"""Bytes of the rows as JSON; 20,000 people take a third of it."""


class TooHeavyError(Exception):
    """Reading took more time or memory than it may, or failed; the message says how, and nothing of the file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: `rows` of a roster, or `meetings`. With `faults` neither, only how many are sound.

    `content` is what it says as JSON.
    """

    rows: Sequence[RosterRow]
    meetings: ProgrammeFile | None
    content: str
    faults: Sequence[Fault]
    aside: Sequence[str]
    sound: int
    peak: int
    """KiB of memory the reading took at most."""


async def read_sent_file(path: Path, name: str, mission: Mission) -> Reading:
    """Read it in a process of its own. Raises TooHeavyError."""
    terms = {"name": name, "languages": mission.languages, "time_zone": mission.time_zone}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "bot.reading",
        str(path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # a trace would quote what is in the file
        env=_environment(),
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(orjson.dumps(terms)), MOST_WAIT)
    except TimeoutError:
        raise TooHeavyError("time") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise TooHeavyError(f"exit {process.returncode}")
    return await asyncio.to_thread(_understood, output)


def _environment() -> dict[str, str]:
    """Ours without what is secret; the child finds the same modules wherever we were started."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDPOST_")}
    return {**kept, "PYTHONPATH": str(Path(__file__).parent.parent)}


def _understood(output: bytes) -> Reading:
    head, _, content = output.partition(b"\n")
    told = orjson.loads(head)
    if trouble := told.get("trouble"):
        raise TooHeavyError(trouble)
    faults = [Fault(f["row"], f["column"], FaultCode(f["code"]), f["value"], f["detail"]) for f in told["faults"]]
    rows: Sequence[RosterRow] = ()
    meetings = None
    if not faults and told["programme"]:
        meetings = decode_file(content)
    elif not faults:
        rows = decode_rows(content)
    return Reading(rows, meetings, content.decode(), faults, told["aside"], told["sound"], told["peak"])


def main() -> None:
    """The child."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    os.nice(10)
    terms = orjson.loads(sys.stdin.buffer.read())
    try:
        told, content = _read(Path(sys.argv[1]), terms)
    except Exception as error:
        told, content = {"trouble": type(error).__name__}, b""
    if len(content) > MOST_CONTENT:
        told, content = {"trouble": "content"}, b""
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.buffer.write(orjson.dumps(told) + b"\n" + content)


def _read(path: Path, terms: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    data, name = path.read_bytes(), terms["name"]
    try:
        if is_calendar(data, name):
            return _meetings(*read_calendar_file(data, default_time_zone=terms["time_zone"], known_participants=None))
        table = read_table(data, name)
    except SheetRefused as refused:
        return _told(refused.faults), b""
    if is_programme(table):
        return _meetings(*table_of_meetings(table, default_time_zone=terms["time_zone"], known_participants=None))
    return _people(table, terms)


def _people(table: Table, terms: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    rows, faults, aside = read_roster(
        table.header,
        table.rows,
        languages=terms["languages"],
        default_time_zone=terms["time_zone"],
        default_language=terms["languages"][0],
        extra_columns="keep",
    )
    return _told(faults, len(rows), aside), b"" if faults else encode_rows(rows)


def _meetings(file: ProgrammeFile, faults: Sequence[Fault]) -> tuple[dict[str, Any], bytes]:
    """Who the participants are is looked up later, where the roster is."""
    if len(file.rows) > MOST_MEETINGS:
        faults = [Fault(None, None, FaultCode.TOO_MANY_ROWS, detail={"limit": str(MOST_MEETINGS)})]
    return _told(faults, len(file.rows), programme=True), b"" if faults else encode_file(file)


def _told(
    faults: Sequence[Fault], sound: int = 0, aside: Sequence[str] = (), *, programme: bool = False
) -> dict[str, Any]:
    return {"faults": faults, "aside": aside, "sound": sound, "programme": programme}


if __name__ == "__main__":
    main()
