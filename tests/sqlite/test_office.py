"""What the rehearsal's office shows of the house: which rows, how many, and in which order."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.mission import Mission
from storage import watch
from storage.database import as_text
from tests.sqlite.duty import FIRST_CHAT, Duty

NOON = datetime(2019, 6, 8, 12, tzinfo=UTC)
LETTER = (
    "id", "kind", "policy", "chat_id", "method", "payload", "state", "cause", "queued_at", "due_at", "attempts",
    "settled_at", "error",
)  # fmt: skip
UPDATE = ("update_id", "received_at", "raw", "state", "attempts", "settled_at", "error")


@pytest.fixture
def duty(tmp_path: Path) -> Iterator[Duty]:
    made = Duty(tmp_path, Mission("Mission", "UTC", ("en", "ru"), (time(20),)), NOON)
    yield made
    made.db.close()


def letter(duty: Duty, number: int, state: str = "queued", due: int = 0, **more: Any) -> dict[str, Any]:
    """A letter due so many minutes after noon; the row that tells of it."""
    row: dict[str, Any] = {
        "id": number, "kind": "answer", "policy": "once", "chat_id": 70 + number, "method": "sendMessage",
        "payload": json.dumps({"text": f"Letter {number}"}), "state": state, "cause": None, "queued_at": as_text(NOON),
        "due_at": as_text(NOON + timedelta(minutes=due)), "attempts": number, "settled_at": None, "error": None,
        **more,
    }  # fmt: skip
    put(duty, "outbox", {**row, "priority": 1})
    return row


def update(duty: Duty, number: int, arrived: int, state: str = "open", **more: Any) -> dict[str, Any]:
    """An update, the so manieth that arrived; the row that tells of it."""
    row: dict[str, Any] = {
        "update_id": number, "received_at": as_text(NOON + timedelta(seconds=arrived)), "raw": b'{"n":%d}' % number,
        "state": state, "attempts": 0, "settled_at": None, "error": None, **more,
    }  # fmt: skip
    put(duty, "inbox", {**row, "bot_id": 1, "arrived": arrived})
    return row


def put(duty: Duty, table: str, row: dict[str, Any]) -> None:
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    duty.db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))


def test_the_house_is_busy_with_what_waits_now_and_with_nothing_that_is_done_or_due_later(duty: Duty) -> None:
    assert watch.busy(duty.db, NOON) == 0
    one = duty.person("O1")
    for number, state in enumerate(("open", "open", "open", "done", "parked"), 1):
        update(duty, number, number, state)
    assert watch.busy(duty.db, NOON) == 3
    letter(duty, 1, due=-1)
    letter(duty, 2, due=0)
    letter(duty, 3, due=1)
    for number, state in enumerate(("sent", "in_doubt", "refused"), 4):
        letter(duty, number, state, due=-1)
    assert watch.busy(duty.db, NOON) == 5, "what is due at this very moment is due"
    letter(duty, 7, "sending", due=5)
    assert watch.busy(duty.db, NOON) == 6
    for day in ("2019-06-08", "2019-06-09"):
        put(duty, "wish", {"chat_id": 1, "person_id": one, "day": day, "view": "full"})
    assert watch.busy(duty.db, NOON) == 8


def test_letters_are_listed_the_newest_first_and_no_more_than_asked_for(duty: Duty) -> None:
    states = ("sent", "sending", "queued", "in_doubt", "refused")
    rows = [letter(duty, number, state) for number, state in enumerate(states, 1)]
    assert tuple(watch.list_latest_letters(duty.db, 1)[0]) == LETTER
    assert watch.list_latest_letters(duty.db, 9) == rows[::-1]
    assert watch.list_latest_letters(duty.db, 2) == [rows[4], rows[3]]
    assert watch.list_unsettled_letters(duty.db, 9) == [rows[4], rows[3], rows[1]]
    assert watch.list_unsettled_letters(duty.db, 2) == [rows[4], rows[3]]
    assert watch.list_latest_letters(duty.db, 0) == []
    assert watch.list_unsettled_letters(duty.db, 0) == []


def test_letters_that_wait_for_their_hour_are_listed_the_next_first(duty: Duty) -> None:
    assert watch.list_coming_letters(duty.db, NOON, 9) == []
    rows = {due: letter(duty, number, due=due) for number, due in enumerate((30, 0, 10, 20, -5), 1)}
    letter(duty, 6, "sending", due=15)
    letter(duty, 7, "refused", due=15)
    kept = ("id", "kind", "chat_id", "method", "due_at")
    expected = [{name: rows[due][name] for name in kept} for due in (10, 20, 30)]
    assert watch.list_coming_letters(duty.db, NOON, 9) == expected
    assert watch.list_coming_letters(duty.db, NOON, 2) == expected[:2]
    assert watch.list_coming_letters(duty.db, NOON + timedelta(minutes=10), 9) == expected[1:]


def test_updates_are_listed_as_they_arrived_not_by_their_numbers(duty: Duty) -> None:
    first = update(duty, 900, 1, "parked", attempts=3, settled_at=as_text(NOON), error="KeyError")
    second = update(duty, 7, 2)
    third = update(duty, 8, 3, "done")
    assert tuple(first) == UPDATE
    assert watch.list_latest_updates(duty.db, 9) == [third, second, first]
    assert watch.list_latest_updates(duty.db, 1) == [third]


def test_an_update_is_shown_with_what_it_caused_in_the_order_of_writing(duty: Duty) -> None:
    seen = update(duty, 7, 1, "done", attempts=1)
    other = update(duty, 8, 2)
    second = letter(duty, 12, "sent", cause=7)
    letter(duty, 13, cause=8)
    letter(duty, 14)
    first = letter(duty, 11, "refused", cause=7, error="403")
    assert watch.read_update(duty.db, 7) == {**seen, "letters": [first, second]}
    found = watch.read_update(duty.db, 8)
    assert found is not None
    assert [one["id"] for one in found.pop("letters")] == [13]
    assert found == other
    assert watch.read_update(duty.db, 9) is None


def test_the_cast_is_who_may_be_played_with_the_account_and_the_settings_that_count(duty: Duty) -> None:
    two = duty.person("O2", "coordinator", "Team 1", language="ru", time_zone="Asia/Almaty")
    one = duty.person("O1")
    gone = duty.person("O3", team="Team 1")
    duty.db.execute("UPDATE person SET active = 0 WHERE id = ?", (gone,))
    duty.db.execute("UPDATE person SET own_language = 'ru', own_time_zone = 'Asia/Tokyo' WHERE id = ?", (one,))
    duty.db.execute("UPDATE account SET username = 'two' WHERE person_id = ?", (two,))
    duty.db.execute("UPDATE account SET ended_at = ?, username = 'old' WHERE person_id = ?", (as_text(NOON), one))
    assert watch.list_cast(duty.db) == [
        {
            "reference": "O2", "name": "Person O2", "role": "coordinator", "team": "Team 1", "language": "ru",
            "time_zone": "Asia/Almaty", "telegram_id": FIRST_CHAT + two, "username": "two",
        },
        {
            "reference": "O1", "name": "Person O1", "role": "observer", "team": "", "language": "ru",
            "time_zone": "Asia/Tokyo", "telegram_id": None, "username": "",
        },
    ]  # fmt: skip


def test_places_are_those_of_meetings_that_take_place_each_once_by_its_first(duty: Duty) -> None:
    duty.person("O1", team="Team 1")
    places = {"late": (51.1, 71.4), "early": (43.2, 76.9), "again": (43.2, 76.9), "off": (42.3, 69.6), "nowhere": None}
    hours = {"late": 9, "early": 2, "again": 5, "off": 1, "nowhere": 0}
    for name, hour in hours.items():
        number = duty.meeting(name, NOON + timedelta(hours=hour), ["Team 1"], zone="Asia/Almaty")
        duty.db.execute(
            "UPDATE meeting SET latitude = ?, longitude = ? WHERE id = ?", (*(places[name] or (None,) * 2), number)
        )
    duty.db.execute("UPDATE meeting SET cancelled_at = ? WHERE reference = 'off'", (as_text(NOON),))
    told = {"city": "City", "time_zone": "Asia/Almaty"}
    early = {"starts_at": as_text(NOON + timedelta(hours=2)), "reference": "early", "host": "Host of early"}
    late = {"starts_at": as_text(NOON + timedelta(hours=9)), "reference": "late", "host": "Host of late"}
    assert watch.list_places(duty.db) == [
        {**early, **told, "latitude": 43.2, "longitude": 76.9},
        {**late, **told, "latitude": 51.1, "longitude": 71.4},
    ]
    for number in range(300):
        row = {
            "reference": f"N{number}", "starts_at": as_text(NOON + timedelta(hours=1)), "time_zone": "UTC",
            "local_day": "2019-06-08", "kind": "visit", "host": "H", "latitude": number / 10, "longitude": 1.0,
        }  # fmt: skip
        put(duty, "meeting", row)
    listed = watch.list_places(duty.db)
    assert len(listed) == 300
    assert {place["host"] for place in listed} == {"H"}, "both others begin later"


def test_groups_are_those_the_bot_is_in_under_their_last_number(duty: Duty) -> None:
    chats = [
        (-5, "group", "Hall", "member", None),
        (-6, "supergroup", "Office", "administrator", None),
        (-7, "group", "Left", "left", None),
        (-8, "group", "Grown", "member", -9),
        (-9, "supergroup", "Grown", "kicked", None),
        (5, "private", "Someone", "member", None),
    ]
    for row in chats:
        names = ("chat_id", "kind", "title", "status", "migrated_to")
        put(duty, "chat", {**dict(zip(names, row, strict=True)), "changed_at": as_text(NOON)})
    found = sorted(watch.list_groups(duty.db), key=lambda group: -group["chat_id"])
    assert found == [
        {"chat_id": -5, "kind": "group", "title": "Hall", "status": "member"},
        {"chat_id": -6, "kind": "supergroup", "title": "Office", "status": "administrator"},
    ]
