"""`python -m demo.tether FOLDER run …` is `fieldpost run …` that ends with whoever started it.

Its standard input is a pipe that nobody writes to. It comes to its end when the stage does, however that ended: a
stage that was killed cannot end its bot, and nobody else would. Nor can it remove its folder: the bot does that too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

from bot.cli import main
from demo.folder import remove_if_left

PATIENCE = 5.0
"""Seconds in which the bot ends by itself, as at SIGTERM; then it is gone at once."""


def end_with_input(folder: Path, descriptor: int = 0) -> None:
    """Wait for the end of this input, then end the process."""
    with contextlib.suppress(OSError):  # a broken one is at its end too
        while os.read(descriptor, 1024):
            pass
    signal.raise_signal(signal.SIGTERM)
    time.sleep(PATIENCE)
    remove_if_left(folder)
    os._exit(1)


if __name__ == "__main__":
    stage = Path(sys.argv.pop(1))
    threading.Thread(target=end_with_input, args=(stage,), name="tether", daemon=True).start()
    try:
        main()
    finally:
        remove_if_left(stage)
