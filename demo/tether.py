"""`python -m demo.tether run …` is `fieldpost run …` that ends with whoever started it.

Its standard input is a pipe that nobody writes to. It comes to its end when the stage does, however that ended: a
stage that was killed cannot end its bot, and nobody else would.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time

from bot.cli import main

PATIENCE = 5.0
"""Seconds in which the bot ends by itself, as at SIGTERM; then it is gone at once."""


def end_with_input(descriptor: int = 0) -> None:
    """Wait for the end of this input, then end the process."""
    with contextlib.suppress(OSError):  # a broken one is at its end too
        while os.read(descriptor, 1024):
            pass
    signal.raise_signal(signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, name="tether", daemon=True).start()
    main()
