"""The stage's folder. A rehearsal keeps a copy of a mission's real database in it, so it goes however the stage ended.

A stage that ends removes it; of one that was killed, its bot does (demo/tether.py), or else the next start.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.locking import AlreadyRunningError, lock

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "fieldpost-"
_HELD = "stage"


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that nobody else reads, locked as long as the stage lives; what killed stages left is removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        remove_if_left(left)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with closing(lock(folder / _HELD)):
            yield folder


def remove_if_left(folder: Path) -> None:
    """Remove this folder if it is a stage's of ours that lives no more."""
    with suppress(OSError, AlreadyRunningError):
        ours = not folder.is_symlink() and folder.stat().st_uid == os.getuid()
        if ours and (folder / f"{_HELD}.lock").is_file():
            lock(folder / _HELD).close()
            shutil.rmtree(folder, ignore_errors=True)
