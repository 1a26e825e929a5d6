"""Reminders on a phone: they come in time, take one's word, and move with the meeting, restarts or not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services import reminders
from services.desk import Desk
from storage import meetings
from tests.chat.checking_in import at, well, words
from tests.chat.test_live import until
from tests.house import House, Phone

EARLY = datetime(2019, 6, 8, 2, tzinfo=UTC)
"""08:00 in Nur-Sultan."""


def reminded(phone: Phone) -> list[str]:
    return [str(m["text"]) for m in phone.messages if str(m.get("text", "")).startswith("🔔")]


def written(house: House, phone: Phone) -> int:
    rows = house.rows("SELECT count(*) FROM outbox WHERE chat_id = ? AND once_key LIKE 'remind:%'", phone.user_id)
    return int(rows[0][0])


async def change(house: House, reference: str, **values: Any) -> None:
    """The meeting is another one from now on, as a coordinator makes it."""

    def do(desk: Desk) -> None:
        meeting = meetings.find_by_reference(desk.db, reference)
        assert meeting is not None
        after = replace(meeting, **values, revision=meeting.revision + 1)
        meetings.save(desk.db, after, author_id=None, source="test", reason="", now=desk.now)
        reminders.withdraw(desk, meeting.meeting_id)

    await house.act(do)


async def test_an_observer_is_reminded_and_answers_with_one_tap(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY, reminders="60,15") as house:
        observer = await house.enrol("O001")
        assert reminded(observer) == []
        await at(house, 8, 30)
        await until(lambda: len(reminded(observer)) == 1)
        await house.settle()
        assert "09:30–10:30 Campaign office of the Ak Zhol party" in observer.last["text"]
        assert observer.labels == ["I am here", "On my way", "Cannot attend", "Open meeting"]
        await observer.tap("On my way")
        assert words(house) == [("O001", "w")]
        await at(house, 9, 15)
        await until(lambda: written(house, observer) == 2)
        await house.settle()
        await observer.tap("I am here")
        assert words(house) == [("O001", "w"), ("O001", "a")]
        assert well(house)


async def test_moved_to_tomorrow_while_the_bot_is_down_todays_reminder_says_so(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY, reminders="60,15") as house:
        observer = await house.enrol("O001", "ru")
        await at(house, 8, 30)
        await until(lambda: len(reminded(observer)) == 1)
        await house.settle()
        count = len(observer.messages)
        await house.close()
        tomorrow = EARLY + timedelta(days=1, hours=2)
        await change(house, "M01", starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1))
        await at(house, 9, 20)
        await house.open()
        await until(lambda: reminded(observer) == [])
        assert "Перенесена на завтра: воскресенье, 9 июня 2019" in observer.last["text"]
        assert "10:00" in observer.last["text"]
        assert observer.labels == ["Открыть встречу"]
        await house.settle()
        assert (len(observer.messages), written(house, observer)) == (count, 1)
        await at(house, 9, 1, day=9)
        await until(lambda: len(reminded(observer)) == 1)
        await house.settle()
        assert well(house)


async def test_moved_an_hour_ahead_ten_minutes_before_reminds_at_once_and_not_twice(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY, reminders="60,15") as house:
        observer = await house.enrol("O001")
        start = EARLY + timedelta(minutes=10)
        await change(house, "M01", starts_at=start, ends_at=start + timedelta(hours=1))
        await until(lambda: len(reminded(observer)) == 1)
        assert "08:10–09:10" in reminded(observer)[0]
        await house.close()
        await at(house, 8, 5)
        await house.open()
        assert (await observer.say("/programme"))["text"]
        assert written(house, observer) == 1
        assert well(house)


async def test_cancelled_takes_every_reminder_back(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY, reminders="60,15") as house:
        observer, other = await house.enrol("O001"), await house.enrol("O002")
        await at(house, 8, 30)
        await until(lambda: len(reminded(observer)) == len(reminded(other)) == 1)
        await other.tap("On my way")
        await change(house, "M01", cancelled=True)
        await until(lambda: reminded(observer) == [])
        assert "Cancelled." in observer.last["text"]
        assert observer.labels == ["Open meeting"]
        assert "Cancelled." not in other.last["text"], "he works in that message by now"
        await observer.tap("Open meeting")
        assert "Status: cancelled" in observer.last["text"]
        assert well(house)


async def test_the_evening_before_everybody_reads_tomorrows_programme_once(tmp_path: Path) -> None:
    async with House(tmp_path, now=EARLY - timedelta(hours=14), eve_at="19:00") as house:
        observer = await house.enrol("O001")
        await at(house, 19, day=7)
        await until(lambda: "Tomorrow, Saturday" in observer.read())
        await house.close()
        await house.open()
        await observer.tap("09:30 Campaign office")
        assert "Campaign office of the Ak Zhol party" in observer.last["text"]
        assert observer.labels[0] == "I am here"
        assert house.rows("SELECT count(*) FROM outbox WHERE once_key LIKE 'eve:%'") == [(1,)]
        assert "Tomorrow, Saturday" not in observer.read(), "its message became the card"
        assert well(house)
