"""A coordinator asks how the bot is doing: what needs him first, in one message."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.letter import Letter, LetterKind, LetterState
from services.desk import Desk, post
from storage import inbox, notes, outbox
from storage.database import as_text
from tests.chat.at_the_door import change
from tests.chat.checking_in import at, well
from tests.house import TOKEN, House


async def test_nothing_is_wrong_and_he_reads_what_comes_next(tmp_path: Path) -> None:
    """On his own clock, which is Moscow's: three hours behind."""
    async with House(tmp_path, reminders="15", overdue="false") as house:
        press = await house.enrol("C003")
        await house.enrol("O001")
        await at(house, 10)
        text = str((await press.say("/status"))["text"])
        assert text.startswith("All is well.\n")
        assert "Waiting to be sent: 0\n" in text
        assert "Telegram last answered: Jun 8, 0" in text
        assert "Last backup: never" in text
        assert "• 07:45 Reminders: 2" in text
        assert press.labels == []
        await house.act(lambda desk: notes.write(desk.db, "backed_up_at", as_text(desk.now - timedelta(hours=6))))
        await at(house, 19)
        text = str((await press.say("/status"))["text"])
        assert "All is well." in text
        assert "Last backup: Jun 8, 01:00" in text
        assert "• 17:00 Digests: 1" in text
        assert TOKEN not in text
        assert well(house)


@pytest.mark.parametrize(("language", "head"), [("ru", "Нужно ваше внимание."), ("kk", "Сіздің назарыңыз керек.")])
async def test_what_needs_him_stands_first_in_his_language(tmp_path: Path, language: str, head: str) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003", language)
        await house.act(lambda desk: notes.write(desk.db, "backed_up_at", as_text(desk.now - timedelta(days=4))))
        assert str((await press.say("/status"))["text"]).startswith(head)
        assert well(house)


async def test_letters_in_doubt_come_with_what_to_do_about_them(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press, observer = await house.enrol("C003"), await house.enrol("O001")

        def doubt(desk: Desk) -> None:
            for chat_id in (observer.user_id, -77):
                letter_id = post(desk, Letter(LetterKind.ANNOUNCEMENT, chat_id, "sendMessage", {"text": "To all"}))
                assert letter_id is not None
                outbox.mark_settled(desk.db, letter_id, LetterState.IN_DOUBT, "the answer was lost", desk.now)

        await house.act(doubt)
        await change(
            house,
            "INSERT INTO chat (chat_id, kind, title, status, changed_at)"
            " VALUES (-77, 'group', 'Team <1>', 'member', '')",
        )
        text = str((await press.say("/status"))["text"])
        assert text.startswith("Something needs you.\nIn doubt: 2 (Team <1>, Observer 001).")
        assert "Ask there, then open the announcement and choose." in text
        assert "To all" not in text
        await press.tap("Sent and scheduled")
        assert "nnouncement" in str(press.last["text"])
        assert well(house)


async def test_what_was_refused_lately_what_was_set_aside_and_what_is_late_is_counted(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        press = await house.enrol("C003")
        await house.telegram.go_dark()

        def trouble(desk: Desk) -> None:
            for n, (ago, why) in enumerate(((1, "blocked"), (30, "blocked"), (1, "account ended"))):
                letter_id = post(desk, Letter(LetterKind.NOTICE, 900 + n, "sendMessage", {"text": "x"}))
                assert letter_id is not None
                then = desk.now - timedelta(hours=ago)
                outbox.mark_settled(desk.db, letter_id, LetterState.REFUSED, why, then)
            letter_id = post(desk, Letter(LetterKind.NOTICE, 950, "sendMessage", {"text": "x"}))
            assert letter_id is not None
            desk.db.execute(
                "UPDATE outbox SET due_at = ? WHERE id = ?", (as_text(desk.now - timedelta(minutes=25)), letter_id)
            )
            outbox.pause(desk.db, "950", desk.now + timedelta(hours=1))
            inbox.keep(desk.db, 1, [(5, b"{}")], desk.now)
            inbox.park(desk.db, 1, 5, desk.now)

        await house.act(trouble)
        await house.telegram.come_back()
        house.telegram.say(press.user_id, "/status")
        message = await house.telegram.wait_for(lambda m: "Something needs you" in m.get("text", ""), press.user_id, 30)
        text = str(message["text"])
        assert "Messages are late." in text
        assert "the oldest for 25 min" in text
        assert "Refused by Telegram in 24 hours: 1 (" in text
        assert "Set aside: 1 message that" in text


async def test_it_is_for_those_who_coordinate_all_of_the_mission(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer = await house.enrol("C003"), await house.enrol("O001")
        await change(house, "INSERT INTO scope SELECT p.id, p.team_id FROM person AS p WHERE p.reference = 'C003'")
        assert "who coordinate the whole mission" in (await coordinator.say("/status"))["text"]
        assert "not for your role" in (await observer.say("/status"))["text"]
        assert well(house)


async def test_it_counts_by_indexes(tmp_path: Path) -> None:
    """However long the history is."""
    async with House(tmp_path) as house:

        def plans(desk: Desk) -> list[str]:
            statements: list[str] = []
            desk.db.set_trace_callback(statements.append)
            outbox.backlog(desk.db, desk.now)
            outbox.count_troubled(desk.db, desk.now)
            inbox.count_troubled(desk.db)
            desk.db.set_trace_callback(None)
            return [row[3] for one in statements for row in desk.db.execute(f"EXPLAIN QUERY PLAN {one}")]

        found = await house.act(plans)
        assert [one for one in found if "SCAN" in one and "INDEX" not in one and "CONSTANT" not in one] == []
