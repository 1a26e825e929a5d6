"""A file from outside is read in a process of its own, so that it can neither eat memory nor hold up anybody.

`python -m bot.reading FILE` is that process: it gives way to others (nice), has MOST_MEMORY and MOST_SECONDS, takes a
line of JSON from stdin, and answers with a line of JSON and then the rows. `read_roster_file` starts and ends it.
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
from domain.roster import RosterRow, read_roster
from services.rosters import decode_rows, encode_rows
from services.sheets import SheetRefused, read_table

MOST_MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""
MOST_SECONDS = 60
MOST_CONTENT = 16 * 1024 * 1024
"""Bytes of the rows as JSON; 20,000 people take a third of it."""


class TooHeavyError(Exception):
    """Reading took more time or memory than it may, or failed; the message says how, and nothing of the file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. With `faults` there are no rows, only how many are sound. `content` is `rows` as JSON."""

    rows: Sequence[RosterRow]
    content: str
    faults: Sequence[Fault]
    aside: Sequence[str]
    sound: int
    peak: int
    """KiB of memory the reading took at most."""


async def read_roster_file(path: Path, name: str, mission: Mission) -> Reading:
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
        output, _ = await asyncio.wait_for(process.communicate(orjson.dumps(terms)), MOST_SECONDS)
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
    rows = [] if faults else decode_rows(content)
    return Reading(rows, content.decode(), faults, told["aside"], told["sound"], told["peak"])


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
    rows: Sequence[RosterRow] = ()
    faults: Sequence[Fault]
    aside: Sequence[str] = ()
    try:
        table = read_table(path.read_bytes(), terms["name"])
        rows, faults, aside = read_roster(
            table.header,
            table.rows,
            languages=terms["languages"],
            default_time_zone=terms["time_zone"],
            default_language=terms["languages"][0],
            extra_columns="keep",
        )
    except SheetRefused as refused:
        faults = refused.faults
    told: dict[str, Any] = {"faults": faults, "aside": aside, "sound": len(rows)}
    return told, b"" if faults else encode_rows(rows)


if __name__ == "__main__":
    main()
