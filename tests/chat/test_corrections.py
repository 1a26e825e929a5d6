"""The submitted log: read by whom it concerns, corrected without losing a word, and marked as complete."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import turn
from domain.button import CorrectEntry, CorrectLog, FinalLog, ShowLog, WithdrawEntry
from tests.chat.test_logs import meeting_id, open_log, press, quiet
from tests.house import House, Phone

VERSIONS = (
    "SELECT v.version, v.body, v.withdrawn, p.reference FROM log_entry_version AS v JOIN person AS p"
    " ON p.id = v.author_id ORDER BY v.entry_id, v.version"
)
BODIES = "SELECT body FROM log_entry WHERE withdrawn_at IS NULL ORDER BY id"


async def make_leader(house: House, reference: str) -> Phone:
    await house.act(
        lambda desk: desk.db.execute("UPDATE person SET role = 'team_leader' WHERE reference = ?", (reference,))
    )
    return await house.enrol(reference)


async def submit(phone: Phone, *points: str) -> None:
    """A log of the first meeting with these points."""
    await open_log(phone)
    for point in points:
        await phone.say(point)
    await phone.tap("Submit")


async def test_a_point_is_corrected_and_its_first_wording_stays(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await submit(observer, "Daniya Espayeva", "<b>Another</b> & co")
        await observer.tap("Correct")
        last = await observer.tap("Daniya Espayeva")
        assert "Write the new wording" in last["text"]
        turn(house.clock_file, datetime(2019, 6, 8, 4, 0, tzinfo=UTC), 1.0)
        last = await observer.say("Daniya Espaeva")
        assert "The point is now: Daniya Espaeva" in last["text"]
        assert "It was: Daniya Espayeva" in last["text"]
        assert house.rows(BODIES) == [("Daniya Espaeva",), ("<b>Another</b> & co",)]
        assert house.rows(VERSIONS) == [(1, "Daniya Espayeva", 0, "O001"), (2, "Daniya Espaeva", 0, "O001")]
        assert house.rows(
            "SELECT v.made_at = e.said_at FROM log_entry_version AS v JOIN log_entry AS e ON e.id = v.entry_id"
            " WHERE v.version = 1"
        ) == [(1,)]
        last = await observer.tap("Show the log")
        assert "Daniya Espaeva — Observer 001, 09:25 (corrected)" in last["text"]
        assert "<b>Another</b> & co" in last["text"]
        await observer.tap("Correct")
        last = await observer.tap("Daniya Espaeva")
        assert "It was: “Daniya Espayeva”, by Observer 001, 09:25." in last["text"]
        assert "Last corrected by Observer 001, 10:00." in last["text"]
        assert quiet(house)


async def test_a_point_is_taken_out_after_one_question(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await submit(observer, "Somebody", "Nobody")
        await observer.tap("Correct")
        await observer.tap("Nobody")
        last = await observer.tap("Take it out")
        assert "Take this point out of the log?" in last["text"]
        assert house.rows(BODIES) == [("Somebody",), ("Nobody",)]
        assert house.rows("SELECT count(*) FROM conversation") == [(0,)]
        last = await observer.tap("Yes, take it out")
        assert "Taken out of the log: Nobody" in last["text"]
        assert house.rows(BODIES) == [("Somebody",)]
        assert house.rows(VERSIONS) == [(1, "Nobody", 0, "O001"), (2, "Nobody", 1, "O001")]
        assert "Nobody" not in (await observer.tap("Show the log"))["text"]


async def test_an_edited_message_is_a_new_version_of_the_point_it_made(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        message = house.telegram.say(observer.user_id, "12 regons")
        await house.settle()
        await observer.tap("Submit")
        before = len(observer.messages)
        house.telegram.edit(observer.user_id, message["message_id"], "12 regions")
        await house.settle()
        assert house.rows(BODIES) == [("12 regions",)]
        assert house.rows(VERSIONS) == [(1, "12 regons", 0, "O001"), (2, "12 regions", 0, "O001")]
        assert "The point is now: 12 regions" in observer.last["text"]
        assert len(observer.messages) == before


async def test_each_corrects_his_own_and_the_leader_and_the_coordinator_all(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, other = await house.enrol("O001"), await house.enrol("O002")
        leader, coordinator = await make_leader(house, "O003"), await house.enrol("C003")
        await submit(observer, "Host A")
        await submit(other, "Host B")
        await other.tap("Correct")
        assert any(label == "Host B" for label in other.labels)
        assert "Host A" not in other.labels
        for payload in (CorrectEntry(1), WithdrawEntry(1), WithdrawEntry(1, 1), CorrectEntry(10**18 - 1)):
            await press(other, payload)
            await other.say("/cancel")
        assert "Host A" not in other.read()
        for phone, words in ((leader, "Host A, by the leader"), (coordinator, "Host A, by the coordinator")):
            await press(phone, CorrectEntry(1))
            await phone.say(words)
        assert house.rows(BODIES) == [("Host A, by the coordinator",), ("Host B",)]
        assert [row[3] for row in house.rows(VERSIONS)] == ["O001", "O003", "C003"]
        assert quiet(house)


async def test_the_leader_of_another_team_sees_and_corrects_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, stray = await house.enrol("O001"), await make_leader(house, "O061")
        await submit(observer, "Host A")
        for payload in (
            ShowLog(meeting_id(house), 10**18 - 1),
            CorrectLog(meeting_id(house)),
            CorrectEntry(1),
            WithdrawEntry(1, 1),
            FinalLog(meeting_id(house), 1),
            ShowLog(10**18 - 1),
        ):
            await press(stray, payload)
        await stray.say("Mine now")
        assert "Host A" not in stray.read()
        assert "Ak Zhol" not in stray.read()
        assert house.rows(BODIES) == [("Host A",)]
        assert house.rows("SELECT count(*) FROM log_final") == [(0,)]
        assert quiet(house)


async def test_a_complete_log_is_not_changed_but_added_to_and_its_leader_hears_of_it_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, leader = await house.enrol("O001"), await make_leader(house, "O003")
        await open_log(observer)
        message = house.telegram.say(observer.user_id, "Host A")
        await house.settle()
        await observer.tap("Submit")
        await press(observer, FinalLog(meeting_id(house), 1))
        assert house.rows("SELECT count(*) FROM log_final") == [(0,)]
        await press(leader, ShowLog(meeting_id(house)))
        last = await leader.tap("Mark as complete")
        assert "Marked as complete by Observer 003" in last["text"]
        await press(leader, FinalLog(meeting_id(house), 1))
        assert house.rows("SELECT final FROM log_final") == [(1,)]
        last = await press(observer, CorrectEntry(1))
        assert "Observer 003 marked this log as complete, so nothing was changed" in last["text"]
        house.telegram.edit(observer.user_id, message["message_id"], "Host Z")
        await house.settle()
        assert "so nothing was changed" in observer.last["text"]
        assert house.rows(BODIES) == [("Host A",)]
        for point in ("Point B", "Point C"):
            last = await open_log(observer)
            assert "marked as added afterwards" in last["text"]
            await observer.say(point)
            last = await observer.tap("Submit")
            assert "Observer 003 had marked this log as complete" in last["text"]
        assert house.rows("SELECT body, after_final FROM log_entry") == [("Host A", 0), ("Point B", 1), ("Point C", 1)]
        assert leader.read().count("Observer 001 added to this log") == 1
        await press(leader, ShowLog(meeting_id(house)))
        await leader.tap("Open again")
        assert house.rows("SELECT final FROM log_final ORDER BY id") == [(1,), (0,)]
        await press(observer, CorrectEntry(1))
        await observer.say("Host Z")
        assert house.rows(BODIES)[0] == ("Host Z",)
        assert quiet(house)


async def test_an_internal_point_added_to_a_complete_log_is_no_news_for_its_leader(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, leader = await house.enrol("O001"), await make_leader(house, "O003")
        await submit(observer, "Host A")
        await press(leader, ShowLog(meeting_id(house)))
        await leader.tap("Mark as complete")
        await open_log(observer)
        await observer.say("Point B")
        await observer.tap("Preview")
        await observer.tap("Internal")
        await observer.tap("Submit")
        assert "added to this log" not in leader.read()
        assert "Point B" not in (await press(leader, ShowLog(meeting_id(house))))["text"]


@pytest.mark.parametrize("what", ["completed", "taken out", "off the meeting"])
async def test_what_came_too_late_to_correct_anything_is_kept(tmp_path: Path, what: str) -> None:
    async with House(tmp_path) as house:
        observer, leader = await house.enrol("O001"), await make_leader(house, "O003")
        await submit(observer, "Host A")
        await press(observer, CorrectEntry(1))
        if what == "completed":
            await press(leader, FinalLog(meeting_id(house), 1))
        elif what == "taken out":
            await press(leader, WithdrawEntry(1, 1))
        else:
            await house.act(lambda desk: desk.db.execute("DELETE FROM participation"))
        last = await observer.say("Host B")
        assert "kept" in last["text"]
        assert "draft" in last["text"]
        assert house.rows("SELECT body, submitted_at IS NULL FROM log_entry ORDER BY id") == [
            ("Host A", 0),
            ("Host B", 1),
        ]
        assert house.rows("SELECT count(*) FROM conversation") == [(0,)]


async def test_other_than_words_correct_nothing_and_a_file_is_kept(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await submit(observer, "Host A")
        await press(observer, CorrectEntry(1))
        house.telegram.sticker(observer.user_id)
        await house.settle()
        assert "Only words can correct a point" in observer.last["text"]
        house.telegram.photo(observer.user_id, b"\xff\xd8\xff", caption="The protocol")
        await house.settle()
        assert "A file cannot replace a point" in observer.last["text"]
        await observer.say("   ")
        assert "no words in it" in observer.last["text"]
        await observer.say("Host B")
        assert house.rows("SELECT body, file_id IS NULL FROM log_entry ORDER BY id") == [
            ("Host B", 1),
            ("The protocol", 0),
        ]


async def test_of_a_text_that_telegram_cut_the_rest_is_kept(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await submit(observer, "Host A")
        await press(observer, CorrectEntry(1))
        house.telegram.say(observer.user_id, "я" * 4096)
        house.telegram.say(observer.user_id, "ж" * 4096)
        await house.settle()
        assert house.rows("SELECT body FROM log_entry ORDER BY id") == [("я" * 4096,), ("ж" * 4096,)]
        assert quiet(house)


async def test_turning_to_the_list_leaves_the_correction(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await submit(observer, "Host A")
        await press(observer, CorrectEntry(1))
        await observer.tap("Back")
        await observer.say("The turnout was high")
        assert house.rows("SELECT body FROM log_entry ORDER BY id") == [("Host A",), ("The turnout was high",)]
        assert house.rows(VERSIONS) == []


async def test_a_long_log_has_pages_of_points_and_of_corrections(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        points = [f"Point {n:02} " + "long " * 60 for n in range(30)]
        await open_log(observer)
        for point in points:
            house.telegram.say(observer.user_id, point)
        await house.settle()
        await observer.tap("Submit")
        seen, last = "", await observer.tap("Show the log")
        for _ in range(20):
            seen += last["text"]
            onward = [label for label in observer.labels if label.endswith("▶")]
            if not onward:
                break
            last = await observer.tap(onward[0])
        assert all(point.strip() in seen for point in points)
        await observer.tap("Correct")
        for _ in range(3):
            await observer.tap(next(label for label in observer.labels if label.endswith("▶")))
        assert observer.labels[0].startswith("Point 24")
        assert quiet(house)


async def test_a_log_says_which_of_its_points_are_files(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, coordinator = await house.enrol("O001"), await house.enrol("C003")
        await open_log(observer)
        house.telegram.photo(observer.user_id, b"\xff\xd8\xff", caption="The protocol")
        house.telegram.voice(observer.user_id)
        await house.settle()
        await observer.tap("Submit")
        await press(coordinator, ShowLog(meeting_id(house)))
        assert "• [file 1] The protocol — Observer 001" in coordinator.last["text"]
        assert "• [file 2] — Observer 001" in coordinator.last["text"]
        assert sum(label.startswith("📎") for label in coordinator.labels) == 2
