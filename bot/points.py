"""Named points of the engine at which a test may kill the process (`FIELDPOST_DIE_AT=point:nth`).

Points: before_store, after_store, inside_transaction, after_commit, before_send, after_taken, before_recorded.
Without the variable nothing happens.
"""

import os
import signal

POINTS = (
    "before_store",
    "after_store",
    "inside_transaction",
    "after_commit",
    "before_send",
    "after_taken",
    "before_recorded",
)


class _Fuse:
    """Counts how often the named point was passed."""

    def __init__(self, setting: str) -> None:
        self.point, _, nth = setting.partition(":")
        self.left = int(nth or "1")

    def burn(self, point: str) -> None:
        """SIGKILL to ourselves at the nth passage: no clean-up, as a power cut would have it."""
        if point == self.point:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


_FUSE = _Fuse(os.environ["FIELDPOST_DIE_AT"]) if "FIELDPOST_DIE_AT" in os.environ else None


def reach(point: str) -> None:
    """The process is at this point now."""
    if _FUSE is not None:
        _FUSE.burn(point)
