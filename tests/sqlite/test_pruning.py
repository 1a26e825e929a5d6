"""What has served is thrown away in time, and nothing else is."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.letter import Letter, LetterKind, LetterState
from storage import inbox, outbox
from storage.database import connect, migrate

NOW = datetime(2019, 6, 10, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=4)
BEFORE = NOW - timedelta(days=3)
BOT, OTHER = 1, 2


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    db = connect(tmp_path / "mission.sqlite")
    migrate(db)
    yield db
    db.close()


def keep(db: sqlite3.Connection, bot: int, *numbers: int, settled: datetime | None = OLD) -> None:
    inbox.keep(db, bot, [(n, b'{"update_id":%d}' % n) for n in numbers], OLD)
    for n in numbers:
        if settled is not None:
            inbox.mark_done(db, bot, n, settled)


def stored(db: sqlite3.Connection, bot: int = BOT) -> list[int]:
    return [row[0] for row in db.execute("SELECT update_id FROM inbox WHERE bot_id = ? ORDER BY 1", (bot,))]


def send(db: sqlite3.Connection, settled: datetime, words: str = "hello") -> int:
    letter_id = outbox.queue(db, Letter(LetterKind.ANSWER, 7, "sendMessage", {"text": words}), settled, None)
    assert letter_id is not None
    outbox.mark_sent(db, letter_id, 1, settled)
    return letter_id


def payloads(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT payload FROM outbox ORDER BY id")]


def test_what_was_done_long_ago_goes_and_what_was_done_lately_stays(db: sqlite3.Connection) -> None:
    keep(db, BOT, 1, 2)
    keep(db, BOT, 3, 4, settled=NOW)
    assert inbox.prune(db, BEFORE, 1000) == 2
    assert stored(db) == [3, 4]


def test_what_is_open_or_set_aside_stays_however_old(db: sqlite3.Connection) -> None:
    keep(db, BOT, 1, 2, settled=None)
    inbox.park(db, BOT, 2, OLD)
    keep(db, BOT, 3, 4)
    assert inbox.prune(db, BEFORE, 1000) == 1
    assert stored(db) == [1, 2, 4]


def test_the_newest_of_each_bot_stays_and_keeps_its_redelivery_out(db: sqlite3.Connection) -> None:
    keep(db, BOT, 1, 9)
    keep(db, OTHER, 100, 101)
    assert inbox.prune(db, BEFORE, 1000) == 2
    assert (stored(db), stored(db, OTHER)) == ([9], [101])
    assert inbox.keep(db, BOT, [(9, b"{}"), (10, b"{}")], NOW) == 1
    assert inbox.open_ids(db, BOT, 10) == [10]


def test_a_tick_takes_no_more_than_its_share_the_oldest_first(db: sqlite3.Connection) -> None:
    for n in range(1, 8):
        keep(db, BOT, n, settled=OLD + timedelta(minutes=n))
    assert inbox.prune(db, BEFORE, 4) == 4
    assert stored(db) == [5, 6, 7]
    assert [inbox.prune(db, BEFORE, 4), inbox.prune(db, BEFORE, 4)] == [2, 0]


def test_pruning_goes_by_the_index(db: sqlite3.Connection) -> None:
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    inbox.prune(db, BEFORE, 10)
    outbox.prune_payloads(db, BEFORE, 10)
    outbox.prune_shared(db, BEFORE)
    db.set_trace_callback(None)
    plans = [" ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {one}")) for one in statements]
    assert "inbox_settled (settled_at<" in plans[0]
    assert "outbox_recent (settled_at>" in plans[1]
    assert "shared_payload_kept (made_at<" in plans[-1]
    assert "SCAN" not in " ".join(plans).replace("SCAN CONSTANT ROW", "")


def test_an_old_letter_loses_its_words_and_a_young_one_keeps_them(db: sqlite3.Connection) -> None:
    send(db, OLD)
    send(db, NOW)
    assert outbox.prune_payloads(db, BEFORE, 1000) == 1
    assert payloads(db) == ["{}", '{"text":"hello"}']
    assert outbox.prune_payloads(db, BEFORE, 1000) == 0


def test_a_letter_that_was_not_sent_keeps_its_words(db: sqlite3.Connection) -> None:
    for state in (LetterState.IN_DOUBT, LetterState.REFUSED):
        letter_id = send(db, OLD)
        outbox.mark_settled(db, letter_id, state, "why", OLD)
    outbox.queue(db, Letter(LetterKind.ANSWER, 7, "sendMessage", {"text": "hello"}), OLD, None)
    assert outbox.prune_payloads(db, BEFORE, 1000) == 0
    assert payloads(db) == ['{"text":"hello"}'] * 3


def test_many_letters_of_one_moment_are_all_emptied_a_few_at_a_time(db: sqlite3.Connection) -> None:
    for _ in range(7):
        send(db, OLD)
    send(db, OLD + timedelta(hours=1))
    assert [outbox.prune_payloads(db, BEFORE, 3) for _ in range(4)] == [3, 3, 2, 0]
    assert payloads(db) == ["{}"] * 8
