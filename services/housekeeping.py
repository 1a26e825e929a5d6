"""What is thrown away in time: it has served, and it is about people."""

from domain.holdings import LETTERS_KEPT, UPDATES_KEPT
from services.desk import Desk
from storage import attachments, checkins, inbox, outbox, strays

MOST = 1000
"""Rows a tick: some milliseconds, in which nobody waits."""
MOST_FILES = 20


def prune(desk: Desk) -> int:
    """Delete old updates and positions and empty old letters, a few at a time; how many."""
    done = inbox.prune(desk.db, desk.now - UPDATES_KEPT, MOST)
    done += outbox.prune_payloads(desk.db, desk.now - LETTERS_KEPT, MOST)
    done += outbox.prune_shared(desk.db, desk.now - LETTERS_KEPT)
    if desk.mission.positions_kept is not None:
        before = desk.now - desk.mission.positions_kept
        done += checkins.forget_places(desk.db, before, MOST) + strays.forget_places(desk.db, before, MOST)
    return done


def list_old_photos(desk: Desk) -> list[tuple[int, str]]:
    """(attachment, path) of photos that are kept no longer; a few."""
    if desk.mission.photos_kept is None:
        return []
    return attachments.list_old_photos(desk.db, desk.now - desk.mission.photos_kept, MOST_FILES)
