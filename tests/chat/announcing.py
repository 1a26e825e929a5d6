"""What tests about announcements share: a mission whose people are aboard without a conversation, and groups."""

from domain.person import Role
from services.desk import Desk
from storage import accounts, people
from tests.house import House, Phone

FIRST = 50_000


async def aboard(house: House, count: int, *, language: str = "en") -> list[int]:
    """So many observers of the roster with accounts, by their Telegram ids."""

    def bind(desk: Desk) -> list[int]:
        found = [p for p in people.list_all(desk.db) if p.role is Role.OBSERVER and p.chat_id is None][:count]
        for person in found:
            accounts.bind(desk.db, FIRST + person.person_id, person.person_id, "", desk.now)
            desk.db.execute("UPDATE person SET language = ? WHERE id = ?", (language, person.person_id))
        return [FIRST + person.person_id for person in found]

    ids: list[int] = await house.act(bind)
    for user_id in ids:
        house.telegram.add_user(user_id, f"Observer {user_id}", language_code=language, started=True)
    return ids


async def bring(house: House, coordinator: Phone, title: str, purpose: str = "The whole mission") -> int:
    """A group into which a coordinator brings the bot, and says what it is for; its id."""
    chat_id = house.telegram.add_group(title, [coordinator.user_id])
    house.telegram.add_bot(chat_id, coordinator.user_id, "administrator")
    await house.settle()
    await coordinator.tap(purpose)
    return chat_id


async def compose(coordinator: Phone, text: str, *choices: str) -> None:
    """A draft with this text for these, up to its card."""
    await coordinator.say("/announce")
    await coordinator.say(text)
    await coordinator.tap("For whom")
    for choice in choices:
        await coordinator.tap(choice)
    await coordinator.tap("Back")


async def announce(coordinator: Phone, text: str, *choices: str) -> str:
    """Written, previewed, sent; the report."""
    await compose(coordinator, text, *choices)
    await coordinator.tap("Preview")
    await coordinator.tap("Send to")
    return await report(coordinator)


async def report(coordinator: Phone) -> str:
    """What the watched message says once all has come to rest."""
    await coordinator.house.settle()
    for _ in range(200):
        if coordinator.house.rows("SELECT count(*) FROM announcement WHERE dirty = 1") == [(0,)]:
            break
        await coordinator.house.rest()
    await coordinator.house.settle()
    return next(str(m["text"]) for m in reversed(coordinator.messages) if "Announcement" in str(m.get("text")))


def texts(house: House, chat_id: int) -> list[str]:
    """What the bot wrote there."""
    return [str(m.get("text", m.get("caption"))) for m in house.telegram.bot_messages(chat_id)]


def page(coordinator: Phone, words: str) -> str:
    """The latest message of the bot that has these words."""
    return next(str(m["text"]) for m in reversed(coordinator.messages) if words in str(m.get("text")))
