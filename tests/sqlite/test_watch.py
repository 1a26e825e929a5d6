"""What the bot says of itself: whether Telegram answers, whether the disk takes what is written."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.transport import Transport
from bot.watch import Watch
from bot.writer import Writer
from storage.database import connect, migrate
from tests.unit.test_flood import Hand

NOON = datetime(2019, 6, 8, 6, tzinfo=UTC)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    db = connect(tmp_path / "mission.sqlite")
    migrate(db)
    return Writer(db)


def test_two_minutes_without_an_answer_of_any_kind_are_an_ailment(writer: Writer, hand: Hand) -> None:
    sends, polls = Transport(), Transport()
    watch = Watch(writer, sends, polls, clock=hand)
    assert watch.heard_at(NOON) is None
    hand.seconds += 120
    assert watch.ailments() == []
    hand.seconds += 1
    assert watch.ailments() == ["telegram"]
    polls.answered_at = hand.seconds
    assert watch.ailments() == []
    hand.seconds += 30
    assert watch.heard_at(NOON) == NOON - timedelta(seconds=30)
    sends.answered_at = hand.seconds - 10
    assert watch.heard_at(NOON) == NOON - timedelta(seconds=10)
    hand.seconds += 111
    assert watch.ailments() == ["telegram"]


def test_the_operator_reads_of_a_long_silence_at_some_hours_and_not_at_every_look(
    writer: Writer, hand: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    transport = Transport()
    watch = Watch(writer, transport, clock=hand)

    def told(minutes: int) -> list[object]:
        caplog.clear()
        for _ in range(minutes):
            hand.seconds += 60
            watch.tell_operator()
        return [record.args[0] for record in caplog.records if isinstance(record.args, tuple)]

    assert told(59) == []
    assert told(1) == [1]
    assert caplog.records[0].levelno == logging.ERROR
    assert told(23 * 60) == [6, 12, 20, 23]
    transport.answered_at = hand.seconds
    assert told(59) == []
    assert told(1) == [1]


async def test_a_database_that_another_holds_for_more_than_a_minute_is_an_ailment(
    tmp_path: Path, writer: Writer, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(writer, Transport(), clock=hand)
    writer.start()
    with closing(sqlite3.connect(tmp_path / "mission.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        act = writer.submit(lambda db: db.execute("INSERT INTO note (name, value) VALUES ('a', 'b')"))
        while not writer.waited():
            await asyncio.sleep(0.01)
        assert watch.ailments() == []
        monkeypatch.setattr("bot.watch.STUCK", 0.01)
        await asyncio.sleep(0.05)
        assert watch.ailments() == ["database"]
        other.execute("COMMIT")
        await act
    assert writer.waited() == 0
    assert watch.ailments() == []
    await writer.stop()
