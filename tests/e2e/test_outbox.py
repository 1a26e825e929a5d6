"""The post goes out over real HTTP, and no trouble on the way loses a letter or repeats one that must not be."""

import asyncio
import logging
import sqlite3
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.budgets import Budgets
from bot.clock import StageClock, turn
from bot.outbox import OutboxWorker
from bot.transport import NotSentError, Transport
from bot.writer import Writer
from demo.telegram import Fault, Limits, StandIn
from domain.letter import Letter, LetterKind, LetterState
from domain.mission import Mission
from services.desk import Desk
from storage import accounts, outbox, people
from storage.database import connect, migrate
from texts.tongue import Tongues

NOW = datetime(2019, 6, 8, 3, 25, tzinfo=UTC)
AIDA, BOLAT = 101, 102
WIDE = Budgets(10_000, 10_000, 10_000)


class Post:
    """A stand-in, a database file and a worker. The rehearsal's clock is held: real seconds must do."""

    def __init__(self, folder: Path, budgets: Budgets = WIDE, limits: Limits | None = None) -> None:
        turn(folder / "clock.json", NOW, 0.0)
        self.clock = StageClock(folder / "clock.json")
        self.stand = StandIn(limits=limits)
        self.db = connect(folder / "mission.sqlite")
        migrate(self.db)
        self.budgets = budgets
        mission = Mission("Mission", "Asia/Almaty", ("en",), (time(20),))
        self.desk_of = lambda db: Desk(db, self.clock.now(), mission, Tongues(mission.languages))

    async def __aenter__(self) -> "Post":
        await self.stand.start()
        for user_id in (AIDA, BOLAT):
            self.stand.add_user(user_id, "Person", started=True)
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
        assert not self.stand.surprises
        self.db.close()
        await self.stand.stop()

    async def open(self) -> None:
        self.writer = Writer(self.db)
        self.writer.start()
        self.transport = Transport(read_timeout=0.5)
        bot = Bot(self.stand.token, base_url=self.stand.base_url, request=self.transport)
        self.worker = OutboxWorker(self.writer, bot, self.clock, self.budgets, self.desk_of)
        await self.worker.start()

    async def close(self) -> None:
        await self.worker.stop(1)
        await self.writer.stop()
        await self.transport.shutdown()

    async def write(self, chat_id: int, *texts: str, kind: LetterKind = LetterKind.NOTICE, **more: Any) -> None:
        def act(db: sqlite3.Connection) -> None:
            for text in texts:
                payload = {"text": text, **more}
                method = "editMessageText" if "message_id" in more else "sendMessage"
                outbox.queue(db, Letter(kind, chat_id, method, payload), self.clock.now(), None)

        await self.writer.act(act)
        self.worker.wake()

    async def rest(self, within: float = 15) -> dict[str, int]:
        """Until nothing waits; how many letters stand where."""
        async with asyncio.timeout(within):
            while True:
                counts = outbox.count_by_state(self.db)
                if not counts.get("queued") and not counts.get("sending"):
                    return counts
                await asyncio.sleep(0.01)

    def texts(self, chat_id: int) -> list[str]:
        return [message["text"] for message in self.stand.bot_messages(chat_id)]

    def enrol(self) -> None:
        """Aida observes, Bolat coordinates."""
        for reference, role, account in (("OBS-1", "observer", AIDA), ("CO-1", "coordinator", BOLAT)):
            values: dict[str, object] = {
                "reference": reference, "name": reference, "role": role, "team_id": None, "delegation": "",
                "language": "en", "time_zone": "Asia/Almaty", "zone_known": 1, "phone": "", "extra": "{}",
            }  # fmt: skip
            people.add(self.db, [values], NOW)
            person = people.find_by_reference(self.db, reference)
            assert person is not None
            accounts.bind(self.db, account, person.person_id, "", NOW)


async def test_when_telegram_asks_to_wait_we_wait_and_nothing_is_lost(tmp_path: Path) -> None:
    async with Post(tmp_path) as post:
        post.stand.faults.add(Fault("429", retry_after=1, chat_id=AIDA))
        await post.write(AIDA, "one", "two")
        await post.write(BOLAT, "other")
        assert await post.rest() == {"sent": 3}
        assert post.texts(AIDA) == ["one", "two"]
        first, second = [c.at for c in post.stand.calls.of("sendMessage") if c.params["chat_id"] in (AIDA, str(AIDA))][
            :2
        ]
        assert second - first >= 1


async def test_a_blocked_bot_is_told_to_the_coordinator_once(tmp_path: Path) -> None:
    async with Post(tmp_path) as post:
        post.enrol()
        post.stand.block(AIDA)
        await post.write(AIDA, "one", "two", "three")
        assert await post.rest() == {"refused": 3, "sent": 1}
        assert len(post.texts(BOLAT)) == 1
        assert "OBS-1" in post.texts(BOLAT)[0]
        assert [person.reference for person in people.list_unreachable(post.db)] == ["OBS-1"]


@pytest.mark.parametrize("kind", ["cut_after", "hang_after"])
async def test_an_announcement_whose_answer_is_lost_is_in_doubt_and_never_sent_twice(tmp_path: Path, kind: Any) -> None:
    async with Post(tmp_path) as post:
        post.stand.faults.add(Fault(kind, method="sendMessage"))
        await post.write(AIDA, "hear, hear", kind=LetterKind.ANNOUNCEMENT)
        assert await post.rest() == {"in_doubt": 1}
        await post.close()
        await post.open()
        await asyncio.sleep(0.2)
        assert post.texts(AIDA) == ["hear, hear"]


async def test_a_notice_whose_answer_is_lost_is_repeated(tmp_path: Path) -> None:
    async with Post(tmp_path) as post:
        post.stand.faults.add(Fault("cut_after", method="sendMessage"))
        await post.write(AIDA, "moved")
        assert await post.rest() == {"sent": 1}
        assert post.texts(AIDA) == ["moved", "moved"]


async def test_a_server_error_is_tried_again_even_for_an_announcement(tmp_path: Path) -> None:
    async with Post(tmp_path) as post:
        post.stand.faults.add(Fault("status", status=500, times=2))
        await post.write(AIDA, "hear", kind=LetterKind.ANNOUNCEMENT)
        assert await post.rest() == {"sent": 1}
        assert post.texts(AIDA) == ["hear"]


async def test_in_the_dark_letters_wait_and_the_token_is_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with Post(tmp_path) as post:
        caplog.clear()  # python-telegram-bot itself tells the token at DEBUG when a Bot is made
        await post.stand.go_dark()
        await post.write(AIDA, "hear", kind=LetterKind.ANNOUNCEMENT)
        await asyncio.sleep(0.3)
        with pytest.raises(NotSentError) as refused:
            await post.transport.call(f"{post.stand.base_url}{post.stand.token}/getMe", {})
        assert post.stand.token not in repr(refused.value)
        assert refused.value.__context__ is None
        await post.stand.come_back()
        assert await post.rest() == {"sent": 1}
        assert post.texts(AIDA) == ["hear"]
    assert post.stand.token not in caplog.text


async def test_a_group_that_became_a_supergroup_gets_its_letters_there(tmp_path: Path) -> None:
    async with Post(tmp_path) as post:
        old = post.stand.add_group("Team", [AIDA], bot_is="member")
        new = post.stand.migrate(old)
        await post.write(old, "one", "two", kind=LetterKind.ANNOUNCEMENT)
        assert await post.rest() == {"sent": 2}
        assert post.texts(new)[-2:] == ["one", "two"]


async def test_edits_that_change_nothing_are_done_and_edits_of_what_is_gone_become_messages(tmp_path: Path) -> None:
    async with Post(tmp_path) as post:
        await post.write(AIDA, "panel")
        await post.rest()
        message_id = post.stand.bot_messages(AIDA)[0]["message_id"]
        await post.write(AIDA, "panel", message_id=message_id)
        assert await post.rest() == {"sent": 2}
        await post.write(AIDA, "new panel", message_id=9999)
        assert await post.rest() == {"sent": 3}
        assert post.texts(AIDA) == ["panel", "new panel"]


async def test_broken_markup_arrives_as_plain_text(tmp_path: Path) -> None:
    async with Post(tmp_path) as post:
        await post.write(AIDA, "<b>5 &lt; 6", parse_mode="HTML")
        assert await post.rest() == {"sent": 1}
        assert post.texts(AIDA) == ["5 < 6"]


async def test_within_our_budgets_telegram_never_complains(tmp_path: Path) -> None:
    limits = Limits()
    async with Post(tmp_path, Budgets(), limits) as post:
        for user_id in range(1000, 1040):
            post.stand.add_user(user_id, "Person", started=True)
            await post.write(user_id, "hello")
        assert await post.rest() == {"sent": 40}
        assert limits.issued == 0


async def test_a_group_is_paced_and_does_not_hold_up_others(tmp_path: Path) -> None:
    async with Post(tmp_path, Budgets(10_000, 10_000, 18)) as post:
        team = post.stand.add_group("Team", [AIDA], bot_is="member")
        await post.write(team, *[str(number) for number in range(25)])
        await post.write(AIDA, "meanwhile")
        await asyncio.sleep(1.5)
        assert outbox.count_by_state(post.db) == {"sent": 19, "queued": 7}
        await post.close()
        await post.open()
        await asyncio.sleep(0.7)
        assert outbox.count_by_state(post.db) == {"sent": 19, "queued": 7}


async def test_what_follows_from_a_letter_may_fail_and_its_chat_still_gets_the_next(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Post(tmp_path) as post:
        alert = Letter(LetterKind.ALERT, AIDA, "sendMessage", {"text": "gone silent"}, "unreachable:nobody:")
        await post.writer.act(lambda db: outbox.queue(db, alert, NOW, None))
        await post.write(AIDA, "next")
        assert await post.rest() == {"sent": 2}
        assert post.texts(AIDA) == ["gone silent", "next"]
    assert "letter 1 is recorded alone" in caplog.text


async def test_a_letter_that_nobody_can_read_is_refused_and_the_others_go(tmp_path: Path) -> None:
    async with Post(tmp_path) as post:

        def damage(db: sqlite3.Connection) -> None:
            for text in ("one", "two", "three"):
                outbox.queue(db, Letter(LetterKind.NOTICE, AIDA, "sendMessage", {"text": text}), NOW, None)
            db.execute("UPDATE outbox SET payload = '[1]' WHERE id = 1")
            db.execute("UPDATE outbox SET kind = 'of a later version' WHERE id = 2")

        await post.writer.act(damage)
        await post.write(AIDA, "four")
        assert await post.rest() == {"refused": 2, "sent": 2}
        assert post.texts(AIDA) == ["three", "four"]
        refused = outbox.list_in_state(post.db, LetterState.REFUSED)
        assert [row["error"] for row in refused] == ["unreadable: ValueError", "unreadable: TypeError"]
