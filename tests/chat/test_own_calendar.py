"""What somebody's phone makes of his own programme as a calendar file."""

from pathlib import Path
from typing import Any

from icalendar import Calendar

from tests.chat.checking_in import well
from tests.chat.test_notices import change
from tests.house import House, Phone


async def events(phone: Phone) -> tuple[bytes, dict[str, Any]]:
    """The file that /calendar brings, and its events by UID."""
    await phone.say("/calendar")
    file = next(m["document"] for m in reversed(phone.messages) if "document" in m)
    data = phone.telegram.file_bytes(file["file_id"])
    return data, {str(event["UID"]): event for event in Calendar.from_ical(data).walk("VEVENT")}


async def test_who_is_taken_off_a_meeting_has_it_cancelled_in_his_calendar_only(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001", "en")
        _, before = await events(observer)
        (uid,) = (uid for uid in before if uid.startswith("M02@"))
        await change(press, "11:00", "Who of ours", "✓ HQ", "Done", why="Team 1 will do")
        await change(press, "11:00", "Another place", "!A confidential place", why="Theirs alone")
        data, after = await events(observer)
        assert after.keys() == before.keys()
        assert str(after[uid]["STATUS"]) == "CANCELLED"
        assert after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"]
        assert after[uid]["DTSTART"].dt == before[uid]["DTSTART"].dt
        assert b"confidential" not in data
        assert {str(event["STATUS"]) for other, event in after.items() if other != uid} == {"CONFIRMED"}
        last = await press.send_file("his.ics", data, "text/calendar")
        assert "No change" in last["text"]
        assert house.rows("SELECT cancelled_at FROM meeting WHERE reference = 'M02'") == [(None,)]
        await change(press, "11:00", "Who of ours", "+ HQ", "Done", why="They will come after all")
        _, again = await events(observer)
        assert str(again[uid]["STATUS"]) == "CONFIRMED"
        assert again[uid]["SEQUENCE"] > after[uid]["SEQUENCE"]
        assert well(house)
