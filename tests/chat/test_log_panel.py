"""Names are tapped and points written on one panel, and what is written like a figure is kept as one."""

import json
from pathlib import Path

import pytest

from domain.button import KeepAs, OpenLog, Part
from tests.chat.checking_in import forge, well
from tests.chat.test_logs import STANDING, meeting_id, open_log, press
from tests.house import House, Phone


async def names(house: House, *people: str) -> None:
    """The programme names these, and nobody else, for every meeting."""
    listed = json.dumps([[name, "member of the Council"] for name in people])
    await house.act(lambda desk: desk.db.execute("UPDATE meeting SET interlocutors = ?", (listed,)))


def chips(phone: Phone) -> list[str]:
    return [label for label in phone.labels if label[:2] in ("○ ", "✓ ", "✗ ")]


async def test_names_are_tapped_and_points_written_on_one_panel(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        asked = await open_log(observer)
        assert "Who received us, and what was said" in asked["text"]
        await observer.tap("○ Daniya")
        last = await observer.say("The campaign was calm")
        assert "✓ Daniya" in chips(observer)[0]
        assert "• The campaign was calm" in last["text"]
        assert "• Daniya" not in last["text"]
        last = await observer.tap("Somebody else")
        assert "Write the names, with their titles" in last["text"]
        last = await observer.say("Aigul B., secretary")
        assert last["text"].index("• Aigul B., secretary") < last["text"].index("• The campaign was calm")
        await observer.say("The lists are ready")
        assert [part for _, part in house.rows(STANDING)] == ["w", "p", "w", "p"]
        last = await observer.tap("Remove the last one")
        assert "The lists are ready" not in last["text"]
        last = await observer.tap("Remove the last one")
        assert "Aigul" not in last["text"]
        last = await observer.tap("Remove the last one")
        assert "Remove the last one" not in observer.labels
        assert house.rows(STANDING) == [("Daniya Espaeva, candidate for President", "w")]
        assert well(house)


async def test_where_nobody_is_named_a_name_is_written_first_and_leads_on(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await names(house)
        asked = await open_log(observer)
        assert "Write the names, with their titles" in asked["text"]
        last = await observer.say("Aigul B., judge")
        assert "Who received us, and what was said" in last["text"]
        await observer.say("No complaint came in")
        assert house.rows(STANDING) == [("Aigul B., judge", "w"), ("No complaint came in", "p")]
        await observer.tap("Remove the last one")
        last = await observer.tap("Remove the last one")
        assert "Write the names, with their titles" in last["text"]
        last = await observer.tap("Skip")
        assert "Key points" in last["text"]
        last = await observer.tap("Who received us")
        assert "Write the names, with their titles" in last["text"]
        assert well(house)


async def test_photos_of_visiting_cards_are_all_names(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await names(house)
        await open_log(observer)
        for n in range(3):
            house.telegram.photo(observer.user_id, b"\xff\xd8\xff" + bytes([n]))
        await house.settle()
        assert [part for _, part in house.rows(STANDING)] == ["w", "w", "w"]
        last = await observer.tap("Next")
        assert "Who received us, and what was said" in last["text"]


async def test_twenty_names_make_way_once_one_is_told(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await names(house, *(f"Member {n}" for n in range(1, 21)))
        await open_log(observer)
        await observer.say("Members are elected")
        assert len(chips(observer)) == 20, "nobody is told yet"
        await observer.tap("○ Member 14")
        assert len(chips(observer)) == 20, "there may be more"
        last = await observer.say("The hall is small")
        assert chips(observer) == []
        assert "• Member 14, member of the Council" in last["text"]
        await observer.tap("Who received us")
        assert len(chips(observer)) == 20
        await observer.tap("✓ Member 14")
        await observer.tap("✗ Member 14")
        assert [part for _, part in house.rows(STANDING)] == ["p", "p"]
        assert well(house)


@pytest.mark.parametrize(("at", "part", "undo"), [(Part.POINT, "p", "key point"), (Part.DOCUMENT, "d", "document")])
async def test_a_figure_among_points_and_documents_is_known_and_one_tap_says_it_is_none(
    tmp_path: Path, at: Part, part: str, undo: str
) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await press(observer, OpenLog(meeting_id(house), at))
        last = await observer.say("Polling stations: 9970")
        assert "“Polling stations: 9970” is kept as a figure." in last["text"]
        assert house.rows(STANDING) == [("Polling stations: 9970", "f")]
        old = last["message_id"]
        last = await observer.tap(f"No, a {undo}")
        assert "kept as a figure" not in last["text"]
        assert "• Polling stations: 9970" in last["text"]
        assert house.rows(STANDING) == [("Polling stations: 9970", part)]
        assert house.rows("SELECT count(*) FROM log_entry") == [(2,)], "what he gave first is not overwritten"
        await observer.press(f"1:ka:1:{part}", old)
        assert house.rows(STANDING) == [("Polling stations: 9970", part)], "tapped twice"
        await observer.say("Turnout: 40 %")
        await observer.say("Something else")
        assert house.rows(STANDING)[1:] == [("Turnout: 40 %", "f"), ("Something else", part)]
        assert well(house)


async def test_a_figure_at_the_preview_follows_its_message_when_it_is_a_key_point(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await observer.tap("Preview")
        message = house.telegram.say(observer.user_id, "Observers: 1013")
        await house.settle()
        assert "Figures" in observer.last["text"]
        await observer.tap("No, a key point")
        house.telegram.edit(observer.user_id, message["message_id"], "Observers: 1014")
        await house.settle()
        assert house.rows(STANDING) == [("Observers: 1014", "p")]
        assert well(house)


async def test_only_a_figure_of_ones_own_draft_becomes_something_else(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, other = await house.enrol("O001"), await house.enrol("O002")
        await open_log(observer)
        await observer.say("Observers: 1013")
        await observer.say("A point")
        await open_log(other)
        await press(other, KeepAs(1, Part.POINT))
        await press(observer, KeepAs(2, Part.DOCUMENT))
        await press(observer, KeepAs(1, Part.CONCERN))
        assert house.rows(STANDING) == [("Observers: 1013", "f"), ("A point", "p")]
        await observer.tap("Submit")
        assert "submitted already" in await forge(observer, "1:ka:1:p")
        assert house.rows(STANDING) == [("Observers: 1013", "f"), ("A point", "p")]
        assert well(house)
