"""What is thrown away in time: it has served, and it is about people."""

from domain.holdings import LETTERS_KEPT, UPDATES_KEPT
from services.desk import Desk
from storage import inbox, outbox

MOST = 1000
"""Rows a tick: some milliseconds, in which nobody waits."""


def prune(desk: Desk) -> int:
    """Delete old updates and empty old letters, a few at a time; how many."""
    letters_kept = desk.now - LETTERS_KEPT
    return (
        inbox.prune(desk.db, desk.now - UPDATES_KEPT, MOST)
        + outbox.prune_payloads(desk.db, letters_kept, MOST)
        + outbox.prune_shared(desk.db, letters_kept)
    )
