"""What the desk does when the post comes back."""

from services.desk import Desk, tell_leads
from storage import accounts, chats, outbox
from texts.people import unreachable


def undeliverable(desk: Desk, chat_id: int) -> None:
    """Telegram delivers to this chat no more: a person's coordinators hear of it once, a group is noted as left."""
    if chat_id < 0:
        kind = "supergroup" if chat_id <= -1_000_000_000_000 else "group"
        chats.note_status(desk.db, chat_id, kind, "", "left", desk.now)
        return
    person = accounts.mark_unreachable(desk.db, chat_id, desk.now)
    if person is not None and person.active:
        key = f"unreachable:{chat_id}:{desk.now.isoformat(timespec='minutes')}"
        tell_leads(desk, lambda t: unreachable(t, person), key, about=person.person_id, team_id=person.team_id)


def migrated(desk: Desk, old: int, new: int) -> None:
    """A group became a supergroup: what waits for it goes to the new id."""
    outbox.move_chat(desk.db, old, new)
    chats.note_migration(desk.db, old, new, desk.now)
