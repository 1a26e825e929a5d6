"""Telling what was said at a meeting: the draft, from one phone and from several, and whatever comes in the way."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import turn
from domain.button import (
    KeepAs,
    Met,
    NameSomebody,
    NoConcerns,
    OpenLog,
    Part,
    RemoveEntry,
    SubmitLog,
    ToggleInternal,
    encode,
)
from tests.house import House, Message, Phone

STANDING = "SELECT body, part FROM log_entry WHERE withdrawn_at IS NULL ORDER BY id"


async def open_log(phone: Phone, start: str = "09:30") -> Message:
    """To the first question of a meeting's log."""
    await phone.say("/programme 2019-06-08")
    await phone.tap(f"Check in: {start}")
    return await phone.tap("Write the log")


async def press(phone: Phone, payload: Any) -> Message:
    """Tap a button with this payload on the latest message, whether or not it is there."""
    phone.telegram.tap(phone.user_id, phone.last["message_id"], data=encode(payload))
    await phone.house.settle()
    return phone.last


def meeting_id(house: House, reference: str = "M01") -> int:
    return int(house.rows("SELECT id FROM meeting WHERE reference = ?", reference)[0][0])


def quiet(house: House) -> bool:
    """Whether nothing failed and Telegram refused nothing."""
    return house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)] and house.rows(
        "SELECT count(*) FROM outbox WHERE state = 'refused'"
    ) == [(0,)]


async def test_an_interlocutor_is_met_not_there_or_not_spoken_of(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        asked = await open_log(observer)
        assert "Tap who received you" in asked["text"]
        assert "○ Daniya Espaeva, candidate for President" in observer.labels
        name = "Daniya Espaeva, candidate for President"
        await observer.tap("○ Daniya")
        assert house.rows(STANDING) == [(name, "w")]
        await observer.tap("✓ Daniya")
        assert house.rows(STANDING) == [(name, "n")]
        assert house.telegram.toasts[-1]["text"] == f"{name} (was not there)"
        assert "(was not there)" in (await observer.tap("Preview"))["text"]
        await observer.tap("Key points")
        await observer.tap("✗ Daniya")
        assert house.rows(STANDING) == []
        await observer.tap("○ Daniya")
        await observer.tap("✓ Daniya")
        await observer.tap("Submit")
        coordinator = await house.enrol("C003")
        assert "Not there: Daniya Espaeva" in (await coordinator.say("/digest 2019-06-08"))["text"]


async def test_what_one_has_told_the_other_need_not_tell_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        first, second = await house.enrol("O001"), await house.enrol("O002")
        await open_log(first)
        await first.tap("○ Daniya")
        await first.tap("Next")
        await first.tap("None")
        await first.tap("Submit")
        last = await open_log(second)
        assert "Told already by Observer 001: Daniya Espaeva" in last["text"]
        assert "Was somebody else there too?" in last["text"]
        assert second.labels[0] == "Next"
        last = await second.tap("Next")
        assert "Told already by Observer 001: None" in last["text"]
        assert second.labels[0] == "Next"


async def test_every_step_leads_back_on_to_the_preview_and_to_submitting(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        for part in (Part.WHO, Part.POINT, Part.CONCERN, Part.DOCUMENT, Part.FIGURE, Part.QUESTION, Part.FOLLOW_UP):
            await press(observer, OpenLog(meeting_id(house), part))
            assert {"Back", "Preview", "Submit"} <= set(observer.labels)
            assert {"Skip", "Next"} & set(observer.labels)
        last = await observer.tap("Preview")
        assert "Nothing is stored yet" in last["text"]
        last = await observer.tap("Submit")
        assert "Who received us" in last["text"]
        assert house.rows("SELECT count(*) FROM log_submission") == [(0,)]
        await press(observer, OpenLog(meeting_id(house), Part.NOT_THERE))
        assert "Who received us" in observer.last["text"]
        assert quiet(house)


async def test_submitting_twice_is_submitting_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await observer.say("Somebody")
        panel, data = observer.last["message_id"], encode(SubmitLog(meeting_id(house)))
        house.telegram.tap(observer.user_id, panel, data=data)
        house.telegram.tap(observer.user_id, panel, data=data)
        await house.settle()
        assert "Submitted: 1 point" in observer.last["text"]
        assert house.rows("SELECT count(*) FROM log_submission") == [(1,)]
        assert {"Add", "Correct", "Show the log"} <= set(observer.labels)


async def test_two_observers_submit_in_the_same_second(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        first, second = await house.enrol("O001"), await house.enrol("O002")
        for phone in (first, second):
            await open_log(phone)
            await phone.say(f"Host of {phone.user_id}")
        await asyncio.gather(first.tap("Submit"), second.tap("Submit"))
        assert house.rows("SELECT count(DISTINCT author_id) FROM log_submission") == [(2,)]
        last = await first.tap("Show the log")
        for phone in (first, second):
            assert f"Host of {phone.user_id}" in last["text"]
        assert "Observer 002" in last["text"]


async def test_internal_points_are_for_coordinators_only(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, other = await house.enrol("O001"), await house.enrol("O002")
        coordinator = await house.enrol("C003")
        await open_log(observer)
        await observer.say("Host A")
        last = await observer.tap("Preview")
        assert "An ordinary log" in last["text"]
        last = await observer.tap("Internal: coordinators only")
        assert "🔒 Internal" in last["text"]
        await observer.say("Point B, said later")
        await observer.tap("Submit")
        assert house.rows("SELECT internal FROM log_entry") == [(1,), (1,)]
        assert "Point B" in (await observer.tap("Show the log"))["text"]
        digest = (await coordinator.say("/digest 2019-06-08"))["text"]
        assert digest.index("Internal, for coordinators only") < digest.index("Host A") < digest.index("Point B")
        last = await open_log(other)
        assert "Host A" not in last["text"]
        await other.say("Host C")
        await other.tap("Submit")
        last = await other.tap("Show the log")
        assert "Host C" in last["text"]
        assert "Host A" not in other.read()
        assert "nternal" not in last["text"]


async def test_a_point_written_anew_in_an_internal_draft_is_internal_too(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await observer.say("Host A")
        await observer.tap("Preview")
        await observer.tap("Internal")
        await observer.tap("Who received us")
        await observer.tap("Remove the last one")
        await observer.say("Host B")
        await observer.tap("Preview")
        assert house.rows("SELECT body, internal FROM log_entry WHERE withdrawn_at IS NULL") == [("Host B", 1)]
        await observer.tap("Ordinary log")
        assert house.rows("SELECT body, internal FROM log_entry WHERE withdrawn_at IS NULL") == [("Host B", 0)]


async def test_a_concern_told_after_all_takes_the_place_of_none(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await press(observer, OpenLog(meeting_id(house), Part.CONCERN))
        await observer.tap("None")
        await observer.tap("Back")
        await observer.say("The format of the debates")
        assert house.rows(STANDING) == [("The format of the debates", "c")]


async def test_the_panel_stands_once_below_an_album_of_ten_photos(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await press(observer, OpenLog(meeting_id(house), Part.DOCUMENT))
        sent = len(house.rows("SELECT id FROM outbox WHERE method = 'sendMessage'"))
        for n in range(10):
            house.telegram.photo(
                observer.user_id, b"\xff\xd8\xff" + bytes([n]), caption="The protocol" if n == 0 else None
            )
        await house.settle()
        assert house.rows("SELECT count(*), count(file_id) FROM log_entry") == [(10, 10)]
        assert house.rows("SELECT count(*) FROM attachment") == [(10,)]
        assert len(house.rows("SELECT id FROM outbox WHERE method = 'sendMessage'")) <= sent + 2
        assert observer.last["text"].count("[file]") == 10
        assert quiet(house)


async def test_a_video_of_sixty_megabytes_is_kept_and_its_author_told(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        house.telegram.file(observer.user_id, "video", bytes(60 * 1024 * 1024), filename="v.mp4", mime="video/mp4")
        await house.settle()
        assert "larger than 20 MB" in observer.read()
        assert house.rows("SELECT count(file_id) FROM log_entry") == [(1,)]


@pytest.mark.parametrize("kind", ["sticker", "poll", "contact", "dice"])
async def test_what_a_log_cannot_hold_is_refused_and_the_question_stays(tmp_path: Path, kind: str) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        send = {
            "sticker": lambda: house.telegram.sticker(observer.user_id),
            "poll": lambda: house.telegram.poll(observer.user_id, "Who?", ["A", "B"]),
            "contact": lambda: house.telegram.contact(observer.user_id, "+77010000000"),
            "dice": lambda: house.telegram.dice(observer.user_id),
        }
        send[kind]()
        await house.settle()
        assert "I can keep text, photos" in observer.last["text"]
        await observer.say("Something")
        assert house.rows(STANDING) == [("Something", "p")]


async def test_ten_thousand_characters_in_pieces_and_a_forwarded_message_are_kept(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await press(observer, OpenLog(meeting_id(house), Part.POINT))
        pieces = ["ы" * 4096, "ж" * 4096, "я" * 1808]
        for piece in pieces:
            house.telegram.say(observer.user_id, piece)
        await house.settle()
        await observer.say("What another one wrote", forward_from=observer.user_id)
        assert [body for body, _ in house.rows(STANDING)] == [*pieces, "What another one wrote"]
        assert quiet(house)


async def test_a_photo_out_of_the_blue_is_kept_and_can_be_the_arrival_or_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        house.telegram.photo(observer.user_id, b"\xff\xd8\xff", caption="At the door")
        await house.settle()
        assert "kept as a point in your draft" in observer.last["text"]
        assert {"Write the log", "Not for the log", "I am here"} <= set(observer.labels)
        last = await observer.tap("Not for the log")
        assert "not in your draft any more" in last["text"]
        assert house.rows(STANDING) == []
        assert house.rows("SELECT count(*) FROM conversation") == [(0,)]
        await observer.say("They spoke of the turnout")
        await observer.tap("I am here")
        assert house.rows("SELECT count(*) FROM checkin") == [(1,)]
        await observer.say("/cancel")
        await observer.say("And of the lists")
        assert "I am here" not in observer.labels
        assert [body for body, _ in house.rows(STANDING)] == ["They spoke of the turnout", "And of the lists"]


async def test_the_panel_of_yesterday_says_which_day_it_is_of(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await observer.say("Host A")
        panel = observer.last["message_id"]
        turn(house.clock_file, datetime(2019, 6, 9, 3, 0, tzinfo=UTC), 1.0)
        data = encode(OpenLog(meeting_id(house), Part.POINT))
        house.telegram.tap(observer.user_id, panel, data=data)
        await house.settle()
        assert "This is the log of Saturday, June 8, 2019" in observer.last["text"]
        await observer.say("Remembered a day later")
        assert ("Remembered a day later", "p") in house.rows(STANDING)


async def test_a_deleted_panel_comes_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        house.telegram.erase(observer.last["message_id"], chat_id=observer.user_id)
        last = await observer.say("Something")
        assert "• Something" in last["text"]
        house.telegram.erase(observer.last["message_id"], chat_id=observer.user_id)
        house.telegram.edit(observer.user_id, last["message_id"] - 1, "Something else")
        await house.settle()
        assert house.rows(STANDING) == [("Something else", "p")]
        assert "• Something else" in observer.last["text"]


async def test_a_meeting_cancelled_or_moved_in_the_middle_keeps_what_was_told(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await house.act(
            lambda desk: desk.db.execute(
                "UPDATE meeting SET starts_at = '2019-06-08T04:00:00.000Z' WHERE reference = 'M01'"
            )
        )
        last = await observer.say("Host A")
        assert "This meeting was moved: at first it was planned for Jun 8, 09:30" in last["text"]
        await house.act(
            lambda desk: desk.db.execute("UPDATE meeting SET cancelled_at = starts_at WHERE reference = 'M01'")
        )
        last = await observer.say("Host B")
        assert "cancelled meanwhile" in last["text"]
        last = await observer.tap("Submit")
        assert "Submitted: 2 points" in last["text"]


async def test_who_is_taken_off_a_meeting_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        await house.act(lambda desk: desk.db.execute("DELETE FROM participation"))
        last = await observer.say("Host A")
        assert "not on your programme any more" in last["text"]
        assert house.rows(STANDING) == [("Host A", "p")]
        assert house.rows("SELECT count(*) FROM conversation") == [(0,)]
        await press(observer, SubmitLog(meeting_id(house)))
        assert house.rows("SELECT count(*) FROM log_submission") == [(0,)]


async def test_an_edited_message_changes_the_point_of_the_draft_and_no_message_more_is_sent(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await open_log(observer)
        message = house.telegram.say(observer.user_id, "Daniya Espayeva")
        await house.settle()
        before = len(observer.messages)
        house.telegram.edit(observer.user_id, message["message_id"], "Daniya Espaeva")
        await house.settle()
        assert house.rows(STANDING) == [("Daniya Espaeva", "p")]
        assert "• Daniya Espaeva" in observer.last["text"]
        assert len(observer.messages) == before
        assert house.rows("SELECT count(*) FROM log_entry_version") == [(0,)]
        photo = house.telegram.photo(observer.user_id, b"\xff\xd8\xff", caption="Protocl")
        await house.settle()
        house.telegram.edit(observer.user_id, photo["message_id"], "Protocol")
        await house.settle()
        assert ("Protocol", "p") in house.rows(STANDING)


async def test_editing_a_message_that_made_no_point_is_silently_fine(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        message = house.telegram.say(observer.user_id, "/programme")
        await house.settle()
        before = observer.read()
        house.telegram.edit(observer.user_id, message["message_id"], "no command")
        await house.settle()
        assert observer.read() == before
        assert house.rows("SELECT count(*) FROM log_entry") == [(0,)]


async def test_nobody_touches_somebody_elses_draft(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, other, stray = await house.enrol("O001"), await house.enrol("O002"), await house.enrol("O061")
        await open_log(observer)
        await observer.say("Host A")
        for phone in (other, stray):
            await phone.say("/programme 2019-06-08")
            for payload in (
                RemoveEntry(1),
                RemoveEntry(10**18 - 1),
                ToggleInternal(meeting_id(house)),
                ToggleInternal(10**18 - 1),
                SubmitLog(meeting_id(house)),
                KeepAs(1, Part.DOCUMENT),
                NameSomebody(10**18 - 1),
                OpenLog(10**18 - 1, Part.REVIEW),
                Met(meeting_id(house), 10**18 - 1),
            ):
                await press(phone, payload)
            assert "Host A" not in phone.read()
        assert house.rows(STANDING) == [("Host A", "p")]
        assert house.rows("SELECT internal, submitted_at FROM log_entry") == [(0, None)]
        assert quiet(house)


async def test_who_told_of_a_concern_and_taps_an_old_button_has_told_of_a_concern(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("They spoke of the turnout")
        await observer.tap("Write the log")
        await observer.tap("Next")
        await observer.say("The lists were not there")
        await press(observer, NoConcerns(1))
        assert house.rows(STANDING) == [("They spoke of the turnout", "p"), ("The lists were not there", "c")]


async def test_a_log_begun_by_just_writing_goes_on_with_a_name_and_past_what_is_answered(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        first, second = await house.enrol("O001"), await house.enrol("O002")
        last = await first.say("They spoke of the turnout")
        assert "Tap a name" in last["text"]
        await first.tap("○ Daniya")
        assert house.rows(STANDING) == [
            ("They spoke of the turnout", "p"),
            ("Daniya Espaeva, candidate for President", "w"),
        ]
        assert "They spoke of the turnout" in first.last["text"]
        last = await first.tap("Next")
        assert "anything of concern" in last["text"]
        await first.tap("Back")
        await first.tap("No concerns")
        assert "No concerns" not in first.labels
        await first.tap("Questions asked")
        await first.say("Who counts the votes?")
        await first.tap("Submit")
        assert [part for _, part in house.rows(STANDING)] == ["p", "w", "c", "q"]
        last = await second.say("And of the lists")
        assert "kept as a point" in last["text"]
        assert "Tap a name" not in last["text"]
        assert not any("Daniya" in label for label in second.labels)
