"""What tests of the door share: newcomers, links, and whose account is whose."""

from datetime import timedelta
from typing import Any

from bot.clock import turn
from tests.house import MORNING, House, Phone


async def newcomer(house: House, user_id: int = 666, language: str = "en") -> Phone:
    house.telegram.add_user(user_id, "New", language_code=language, username=f"user{user_id}")
    return Phone(house, user_id)


async def change(house: House, statement: str, *values: object) -> None:
    await house.act(lambda desk: desk.db.execute(statement, values))


async def english(house: House, *references: str) -> None:
    for reference in references:
        await change(house, "UPDATE person SET language = 'en' WHERE reference = ?", reference)


async def later(house: House, **delta: int) -> None:
    turn(house.clock_file, MORNING + timedelta(**delta), 1.0)


async def tap(phone: Phone, data: str) -> None:
    await phone.press(data)


def holder(house: House, reference: str) -> list[tuple[Any, ...]]:
    return house.rows(
        "SELECT telegram_id FROM account JOIN person AS p ON p.id = person_id WHERE reference = ?", reference
    )


def assert_no_trouble(house: House) -> None:
    assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked' OR attempts > 0") == [(0,)]
    assert house.rows("SELECT method, error FROM outbox WHERE state = 'refused'") == []
    assert not house.telegram.surprises
