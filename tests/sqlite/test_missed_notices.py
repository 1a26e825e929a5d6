"""Who could not be written to for a while learns, once he can be, what changed meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.letter import LetterState
from services import changes, notices, postroom
from services import people as acts
from services.changes import Source
from storage import meetings, outbox, people
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import FIRST_CHAT, Duty

A_MINUTE = timedelta(minutes=2)


@pytest.fixture
def duty(duty: Duty) -> Duty:
    duty.person("C1", "coordinator", "HQ")
    for reference in ("O1", "O2"):
        duty.person(reference, team="Team 1")
    duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    duty.meeting("M2", NOON + timedelta(hours=3), ["Team 1"])
    return duty


def change(duty: Duty, minutes: int, reference: str = "M1", by: str = "C1", **values: object) -> None:
    """Somebody changes it so many minutes after noon; two minutes later all are told whom it touches."""
    now = NOON + timedelta(minutes=minutes)
    ((number,),) = duty.rows("SELECT id FROM meeting WHERE reference = ?", reference)
    meeting, author = meetings.find(duty.db, number), people.find_by_reference(duty.db, by)
    assert meeting is not None
    after = replace(meeting, **values)  # type: ignore[arg-type]
    changes.make(duty.desk(now), author, meeting, after, source=Source.CHAT, reason="")
    tick(duty, now + A_MINUTE)


def tick(duty: Duty, now: datetime) -> None:
    notices.queue_due(duty.desk(now))


def chat(duty: Duty, reference: str = "O1") -> int:
    ((number,),) = duty.rows("SELECT id FROM person WHERE reference = ?", reference)
    return FIRST_CHAT + int(number)


def block(duty: Duty, minutes: int) -> None:
    duty.deliver()
    acts.note_reach(duty.desk(NOON + timedelta(minutes=minutes)), chat(duty), blocked=True)


def unblock(duty: Duty, minutes: int) -> None:
    """Telegram says that he let the bot in again."""
    acts.note_reach(duty.desk(NOON + timedelta(minutes=minutes)), chat(duty), blocked=False)
    tick(duty, NOON + timedelta(minutes=minutes, seconds=20))


def write(duty: Duty, minutes: int) -> None:
    """He writes: then he can be written to as well."""
    assert acts.sender(duty.desk(NOON + timedelta(minutes=minutes)), chat(duty), "") is not None
    tick(duty, NOON + timedelta(minutes=minutes, seconds=20))


def heard(duty: Duty, reference: str = "O1") -> list[str]:
    ((number,),) = duty.rows("SELECT id FROM person WHERE reference = ?", reference)
    return [text for _, text in duty.letters(number) if "Host of" in text]


@pytest.mark.parametrize("comes_back", [unblock, write])
def test_what_changed_while_he_had_blocked_the_bot_is_told_in_one_notice_and_once(
    duty: Duty, comes_back: Callable[[Duty, int], None]
) -> None:
    block(duty, 0)
    change(duty, 1, venue="Dostyk 5")
    change(duty, 5, venue="Dostyk 7")
    change(duty, 9, "M2", note="Bring passports")
    assert heard(duty) == []
    assert len(heard(duty, "O2")) == 3
    comes_back(duty, 15)
    (told,) = heard(duty)
    assert "Dostyk 7" in told
    assert "Dostyk 5" not in told
    assert "Bring passports" in told
    duty.deliver()
    block(duty, 20)
    comes_back(duty, 25)
    assert len(heard(duty)) == 1
    change(duty, 30, venue="Dostyk 9")
    assert "Dostyk 7" in heard(duty)[1]
    assert len(heard(duty, "O2")) == 4


def test_what_he_changes_himself_as_soon_as_he_is_back_is_not_told_to_him(duty: Duty) -> None:
    block(duty, 0)
    change(duty, 1, venue="Dostyk 5")
    acts.note_reach(duty.desk(NOON + timedelta(minutes=15)), chat(duty), blocked=False)
    change(duty, 15, by="O1", note="Bring passports")
    (told,) = heard(duty)
    assert "Dostyk 5" in told
    assert "Bring passports" not in told


def test_a_notice_that_telegram_refused_is_told_after_all(duty: Duty) -> None:
    change(duty, 1, venue="Dostyk 5")
    ((letter_id,),) = duty.rows("SELECT id FROM outbox WHERE chat_id = ?", chat(duty))
    outbox.mark_settled(duty.db, letter_id, LetterState.REFUSED, "Forbidden: bot was blocked by the user", NOON)
    postroom.undeliverable(duty.desk(NOON + timedelta(minutes=4)), chat(duty))
    change(duty, 6, venue="Dostyk 7")
    unblock(duty, 15)
    first, told = heard(duty)
    assert "Dostyk 5" in first
    assert "Dostyk 7" in told
    assert "Hall" in told, "what stood there before he was told of anything"


def test_of_what_is_over_or_as_it_was_he_hears_nothing(duty: Duty) -> None:
    block(duty, 0)
    change(duty, 1, venue="Dostyk 5")
    change(duty, 5, "M2", venue="Dostyk 7")
    change(duty, 9, "M2", venue="Hall")
    unblock(duty, 4 * 60)
    assert heard(duty) == []


def test_who_was_not_aboard_yet_is_not_told_afterwards_of_what_changed_before(duty: Duty) -> None:
    duty.db.execute("UPDATE account SET ended_at = bound_at WHERE telegram_id = ?", (chat(duty),))
    change(duty, 1, venue="Dostyk 5")
    assert duty.rows("SELECT count(*) FROM notice WHERE outcome = 'cannot'") == [(1,)]
    duty.db.execute("UPDATE account SET ended_at = NULL WHERE telegram_id = ?", (chat(duty),))
    block(duty, 10)
    unblock(duty, 15)
    assert heard(duty) == []
