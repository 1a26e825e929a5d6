"""What nobody would send, thrown at the whole bot: updates as Telegram's types allow them and as they do not, taps on
buttons that were never shown, bent files.

As a command: python -m tests.e2e.fuzz --what updates --seconds 600 --seed 1
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from tests.e2e.fuzz_files import bend_for
from tests.e2e.fuzz_updates import Fuzzer, Json
from tests.house import House, Phone


@dataclass
class Tally:
    """What came of what was thrown."""

    thrown: int = 0
    refused: int = 0
    """Broken ones that the boundary set aside at once."""
    failed: int = 0
    """Valid ones that were set aside, for whatever reason, and broken ones that failed behind the boundary."""
    errors: int = 0
    """Lines at ERROR in the log, whatever wrote them."""

    def count(self, thrown: int, parked: list[tuple[Any, ...]], *, broken: bool) -> list[tuple[Any, ...]]:
        """Those that failed."""
        failed = [row for row in parked if not (broken and is_refusal(row))]
        self.thrown += thrown
        self.refused += len(parked) - len(failed)
        self.failed += len(failed)
        return failed


def is_refusal(parked: tuple[Any, ...]) -> bool:
    """Whether it was refused at the boundary: at once, and for its shape."""
    _, error, attempts = parked
    return str(error).startswith("UnfitError: ") and attempts == 1


class Errors(logging.Handler):
    """Every line at ERROR. Use as `with errors_logged() as errors`."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, and what raised it."""
        raised = record.exc_info[1] if record.exc_info else None
        self.lines.append(f"{record.getMessage()} ({raised!r})")


@contextmanager
def errors_logged() -> Iterator[Errors]:
    """What the bot logs at ERROR meanwhile."""
    errors = Errors()
    logging.getLogger().addHandler(errors)
    try:
        yield errors
    finally:
        logging.getLogger().removeHandler(errors)


def house_of_patience(folder: Path) -> House:
    """One that reads whatever it is sent: whose updates come faster than a person speaks is otherwise not read."""
    return House(folder, person_per_minute="1000000", stranger_per_minute="1000000")


async def throw(house: House, updates: list[Json]) -> list[tuple[Any, ...]]:
    """All of them, until each is done or set aside; what was set aside: raw, error, attempts."""
    first = house.rows("SELECT coalesce(max(arrived), 0) FROM inbox")[0][0]
    for update in updates:
        house.telegram.push_raw(update)
    await house.settle()
    return house.rows("SELECT raw, error, attempts FROM inbox WHERE state = 'parked' AND arrived > ?", first)


async def cast(house: House) -> tuple[Fuzzer, Phone]:
    """A fuzzer that speaks in the name of two observers and a coordinator; and somebody who is left in peace."""
    return Fuzzer(0, [(await house.enrol(who)).user_id for who in ("O001", "O002", "C003")]), await house.enrol("O009")


async def throw_for(seconds: float, seed: int, what: str) -> Tally:
    """Valid ones and broken ones in turn; what fails is printed."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, errors_logged() as errors:
        async with house_of_patience(Path(folder)) as house:
            fuzzer, bystander = await cast(house)
            fuzzer.chance.seed(seed)
            end = monotonic() + seconds
            while monotonic() < end:
                valid = [fuzzer.tap() if what == "taps" else fuzzer.valid() for _ in range(40)]
                broken = [fuzzer.broken() for _ in range(40 if what == "updates" else 2)]
                failed = tally.count(len(valid), await throw(house, valid), broken=False)
                failed += tally.count(len(broken), await throw(house, broken), broken=True)
                for raw, error, _ in failed:
                    print(error, raw.decode(errors="replace"))
                assert "Programme" in (await bystander.say("/programme"))["text"]
        tally.errors = len(errors.lines)
        print(*sorted(set(errors.lines)), sep="\n", end="\n" if errors.lines else "")
    return tally


async def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--what", choices=("updates", "taps", "files"), default="updates")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    logging.disable(logging.WARNING)
    if wanted.what == "files":
        bent = bend_for(wanted.seconds, wanted.seed)
        print(f"seed {wanted.seed}: {bent.read} files read, {bent.refused} refused in words, {bent.failed} failed")
        return 1 if bent.failed else 0
    told = await throw_for(wanted.seconds, wanted.seed, wanted.what)
    print(
        f"seed {wanted.seed}: {told.thrown} {wanted.what} thrown, {told.refused} refused at the boundary,"
        f" {told.failed} failed, {told.errors} errors logged"
    )
    return 1 if told.failed or told.errors else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
