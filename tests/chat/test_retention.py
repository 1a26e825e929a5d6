"""Positions, photos and updates go after their days, and nothing else does."""

from pathlib import Path

import pytest

from domain.attachment import FileKind
from services.desk import Desk
from storage import inbox, people, strays
from tests.chat.checking_in import VENUE
from tests.chat.test_attachments import JPEG, OBSERVER, give, later, on_disk, settled, until
from tests.e2e.ledgers import Ledger, ledger
from tests.house import House, Phone

DAYS = 5
FACTS = (
    "person", "team", "account", "meeting", "meeting_revision", "participation", "log_entry", "log_submission",
    "checkin", "stray", "attachment",
)  # fmt: skip
"""What a mission knows; letters, reminders and the like come as the clock goes on."""


async def a_day(house: House) -> Phone:
    """Somebody checks in with a place, sends another out of the blue, and gives a photo and a paper to the log."""
    observer = await house.enrol(OBSERVER)
    await observer.say("/programme")
    await observer.tap("Check in: 09:30")
    await observer.tap("I am here")
    await observer.locate(*VENUE)
    await give(house, JPEG, kind=FileKind.PHOTO)
    await give(house, b"%PDF", "protocol.pdf")

    def stray(desk: Desk) -> None:
        person = people.find_by_reference(desk.db, OBSERVER)
        assert person is not None
        strays.add(desk.db, person.person_id, 1, (51.5, 71.5, 9.0), desk.now)
        inbox.keep(desk.db, 1, [(1, b"{}")], desk.now)
        inbox.park(desk.db, 1, 1, desk.now)

    await house.act(stray)
    await observer.say("/programme")
    assert await settled(house) == ["stored", "stored"]
    assert len(on_disk(house)) == 2
    return observer


def facts(house: House) -> Ledger:
    return {table: rows for table, rows in ledger(house.path).items() if table in FACTS}


def located(house: House) -> int:
    """How many rows have a place."""
    sql = "SELECT (SELECT count(latitude) FROM checkin) + (SELECT count(latitude) FROM stray)"
    return int(house.rows(sql)[0][0])


async def a_few_ticks(house: House) -> None:
    for _ in range(4):
        await house.rest()
    await house.settle()


async def test_positions_and_photos_go_after_their_days_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDPOST_RETENTION__POSITIONS_DAYS", str(DAYS))
    monkeypatch.setenv("FIELDPOST_RETENTION__PHOTOS_DAYS", str(DAYS))
    async with House(tmp_path, overdue="false") as house:
        await a_day(house)
        before, files = facts(house), on_disk(house)
        distance = house.rows("SELECT distance_m FROM checkin WHERE latitude IS NOT NULL")
        assert distance[0][0] is not None
        later(house, days=DAYS, minutes=-30)
        await a_few_ticks(house)
        assert (facts(house), on_disk(house)) == (before, files)

        later(house, hours=1)
        await until(lambda: located(house) == 0 and len(on_disk(house)) == 1)
        await a_few_ticks(house)
        assert house.rows("SELECT distance_m FROM checkin WHERE located_at IS NOT NULL") == distance
        assert house.rows("SELECT kind, state, path IS NULL, sha256 IS NULL FROM attachment ORDER BY id") == [
            ("photo", "lost", 1, 0),
            ("document", "stored", 0, 0),
        ]
        assert on_disk(house) == [house.rows("SELECT path FROM attachment WHERE kind = 'document'")[0][0]]
        after = facts(house)
        changed = {table for table in FACTS if table in before and after[table] != before[table]}
        assert changed == {"checkin", "stray", "attachment"}
        without = "SELECT id, meeting_id, person_id, presence, said_at, processed_at, reason, distance_m FROM checkin"
        assert len(house.rows(without)) == len(before["checkin"])


async def test_where_nothing_is_configured_they_stay(tmp_path: Path) -> None:
    async with House(tmp_path, overdue="false") as house:
        await a_day(house)
        before, files = facts(house), on_disk(house)
        later(house, days=400)
        await a_few_ticks(house)
        assert (facts(house), on_disk(house)) == (before, files)


async def test_updates_that_were_dealt_with_go_after_three_days(tmp_path: Path) -> None:
    """What was set aside stays, and the newest, by which the next start knows where it is."""
    async with House(tmp_path, overdue="false") as house:
        await a_day(house)
        count = "SELECT count(*) FROM inbox WHERE state = 'done'"
        many = house.rows(count)[0][0]
        assert many > 3
        later(house, days=3, minutes=-30)
        await a_few_ticks(house)
        assert house.rows(count) == [(many,)]
        later(house, hours=1)
        await until(lambda: house.rows(count) == [(1,)])
        assert house.rows("SELECT update_id FROM inbox WHERE state = 'parked'") == [(1,)]


async def test_a_photo_that_cannot_be_deleted_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as gone only when it is."""
    monkeypatch.setenv("FIELDPOST_RETENTION__PHOTOS_DAYS", "1")
    async with House(tmp_path, overdue="false") as house:
        await a_day(house)
        photo = tmp_path / "files" / house.rows("SELECT path FROM attachment WHERE kind = 'photo'")[0][0]
        photo.unlink()
        photo.mkdir()  # what cannot be unlinked
        later(house, days=1, minutes=30)
        await a_few_ticks(house)
        assert house.rows("SELECT state FROM attachment WHERE kind = 'photo'") == [("stored",)]
        photo.rmdir()
        photo.write_bytes(JPEG)
        await until(lambda: not photo.exists())
        await until(lambda: house.rows("SELECT state FROM attachment WHERE kind = 'photo'") == [("lost",)])
