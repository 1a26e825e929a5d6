"""Whom Telegram does not reach any more: coordinators hear of the first at once, and of a thousand in one message."""

from datetime import timedelta

from domain.group import Purpose
from services import postroom
from storage import chats
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import FIRST_CHAT, Duty
from tests.sqlite.screen import Screen, calls


def test_of_a_thousand_the_first_is_told_at_once_and_the_rest_at_the_next_tick(duty: Duty, lead: Screen) -> None:
    silent = [duty.person(f"O{n:03}", team="HQ") for n in range(100)]
    for person_id in silent:
        postroom.undeliverable(duty.desk(NOON), FIRST_CHAT + person_id)
    assert "<b>Person O000</b> (HQ)" in lead.text()
    assert postroom.queue_more(duty.desk(NOON + timedelta(seconds=1))) == 0, "unsent, it is only written anew"
    assert lead.text().startswith("Telegram no longer delivers to <b>100 people</b>:")
    assert lead.text().count("• Person O") == 20
    assert "… and 80 more" in lead.text()
    duty.deliver()
    late = duty.person("O999", team="HQ")
    postroom.undeliverable(duty.desk(NOON + timedelta(minutes=9, seconds=59)), FIRST_CHAT + late)
    assert "100 people" in lead.text()
    assert postroom.queue_more(duty.desk(NOON + timedelta(minutes=10))) == 1
    assert "<b>101 people</b>" in lead.text()
    assert [method for method, _ in calls(duty, lead.chat_id)] == ["sendMessage", "editMessageText"]
    duty.deliver()
    assert postroom.queue_more(duty.desk(NOON + timedelta(minutes=10, seconds=1))) == 0, "nobody is new"


def test_who_falls_silent_later_is_news_of_its_own(duty: Duty, lead: Screen) -> None:
    first, second = duty.person("O1", team="HQ"), duty.person("O2", team="HQ")
    postroom.undeliverable(duty.desk(NOON), FIRST_CHAT + first)
    duty.deliver()
    postroom.undeliverable(duty.desk(NOON + postroom.TOGETHER), FIRST_CHAT + second)
    assert "<b>Person O2</b> (HQ)" in lead.text()
    assert [method for method, _ in calls(duty, lead.chat_id)] == ["sendMessage"] * 2
    assert postroom.queue_more(duty.desk(NOON + postroom.TOGETHER)) == 0


def test_nobody_is_told_that_he_himself_cannot_be_reached(duty: Duty, lead: Screen) -> None:
    other = Screen(duty, duty.person("C2", "coordinator", "HQ"), NOON)
    postroom.undeliverable(duty.desk(NOON), lead.chat_id)
    assert calls(duty, lead.chat_id) == []
    assert "<b>Person C1</b> (HQ)" in other.text()
    postroom.undeliverable(duty.desk(NOON), lead.chat_id)
    assert len(calls(duty, other.chat_id)) == 1
    postroom.undeliverable(duty.desk(NOON), FIRST_CHAT + 999)
    assert len(calls(duty, other.chat_id)) == 1, "an account that is nobody's"


def test_a_group_that_puts_the_bot_out_is_known_by_its_kind_and_told_once(duty: Duty, lead: Screen) -> None:
    for chat_id, kind in ((-1_000_000_000_000, "supergroup"), (-999_999_999_999, "group")):
        chats.note_status(duty.db, chat_id, "?", "Hall 5", "member", NOON)
        chats.bind(duty.db, chat_id, Purpose.MISSION, None)
        for _ in range(2):
            postroom.undeliverable(duty.desk(NOON), chat_id)
        assert duty.rows("SELECT kind, status FROM chat WHERE chat_id = ?", chat_id) == [(kind, "left")]
    gone = "I am no longer in the group <b>Hall 5</b>: nothing can be delivered there. See /groups."
    assert [words for _, words in duty.letters(lead.person_id)] == [gone, gone]
