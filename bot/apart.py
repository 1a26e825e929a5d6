"""Work that would take the interpreter from the loop is done by a child: a job comes in, what it makes goes out.

A thread is not enough for seconds of pure Python: at each of its statements whoever taps would wait for the
interpreter again. The child gets the job through its standard input, so that no link stands in a file or on a command
line. It knows no Telegram.
"""

import asyncio
import os
import pickle
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent


class ApartError(Exception):
    """The child came to no end, or to a bad one."""


async def apart(job: Callable[[], T], seconds: float, *, nice: int = 0) -> T:
    """What the job makes, by a child that is gone afterwards, also if we are cancelled.

    By `nice` it gives way to others. Raises what the job raised, or ApartError.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "bot.apart",
        str(nice),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        async with asyncio.timeout(seconds):
            made, _ = await child.communicate(pickle.dumps(job))
    except TimeoutError:
        raise ApartError(f"not made within {seconds:.0f} s") from None
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
    if child.returncode != 0:
        raise ApartError(f"exit code {child.returncode}")
    result: T
    result, raised = pickle.loads(made)  # noqa: S301 - from our own child
    if raised is not None:
        raise raised
    return result


def main() -> None:
    """The child."""
    os.nice(int(sys.argv[1]))
    job: Callable[[], object] = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    try:
        made: tuple[object, Exception | None] = job(), None
    except Exception as error:
        traceback.print_exc()
        made = None, error
    sys.stdout.buffer.write(pickle.dumps(made))


if __name__ == "__main__":
    main()
