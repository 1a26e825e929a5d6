"""Steps of a check-in, for tests."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.clock import turn
from services.desk import Desk
from tests.house import House, Phone
from texts.tongue import Tongue

VENUE = (51.128, 71.43)
FAR_AWAY = (51.16, 71.43)
HALL = (51.126, 71.447)


async def at(house: House, hour: int, minute: int = 0, day: int = 8) -> None:
    """The clock shows this time in Nur-Sultan."""
    turn(house.clock_file, datetime(2019, 6, day, hour, minute, tzinfo=UTC) - timedelta(hours=6), 1.0)


async def card(phone: Phone, start: str = "09:30") -> None:
    """A meeting's card on the phone."""
    await phone.say("/programme 2019-06-08")
    await phone.tap(f"Check in: {start}")


async def forge(phone: Phone, data: str) -> str:
    """A tap with this data; the toast that answers it."""
    await phone.press(data)
    return str(phone.telegram.toasts[-1].get("text") or "")


async def receive(phone: Phone, t: Tongue, names: Iterable[str]) -> None:
    """These people received him: those whom the log's panel offers are tapped, the others written."""
    for name in names:
        offered = [label for label in phone.labels if label.startswith(f"○ {name[:50]}")]
        if offered:
            await phone.tap(offered[0])
        else:
            await phone.tap(t.label("Somebody else"))
            await phone.say(name)


def sent(house: House, phone: Phone) -> int:
    """New messages that the bot has written to this phone."""
    rows = house.rows(
        "SELECT count(*) FROM outbox WHERE chat_id = ? AND method = 'sendMessage' AND state = 'sent'", phone.user_id
    )
    return int(rows[0][0])


def words(house: House) -> list[tuple[str, str]]:
    """(who, what) of every word that counts."""
    return house.rows(
        "SELECT p.reference, c.presence FROM standing_checkin AS c JOIN person AS p ON p.id = c.person_id ORDER BY c.id"
    )


def well(house: House) -> bool:
    """Nothing of ours failed and Telegram refused nothing."""
    return house.rows(
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'parked'),"
        " (SELECT count(*) FROM outbox WHERE state = 'refused'), (SELECT coalesce(sum(attempts), 0) FROM inbox)"
    ) == [(0, 0, 0)]


async def cancel(house: House, reference: str) -> None:
    """The meeting does not take place."""

    def do(desk: Desk) -> None:
        desk.db.execute("UPDATE meeting SET cancelled_at = ? WHERE reference = ?", (str(desk.now), reference))

    await house.act(do)


async def lead(house: House, reference: str) -> None:
    """This person leads his team."""
    await house.act(
        lambda desk: desk.db.execute("UPDATE person SET role = 'team_leader' WHERE reference = ?", (reference,))
    )
