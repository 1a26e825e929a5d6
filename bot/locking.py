"""One bot, or one restoring hand, on a database at a time."""

import fcntl
import os
from pathlib import Path
from typing import IO


class AlreadyRunningError(Exception):
    """Another process of Fieldpost works on this database."""


def lock(path: Path) -> IO[str]:
    """Keep other bots off this database while the returned file is open. Raises AlreadyRunningError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.with_name(path.name + ".lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyRunningError(str(path)) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
