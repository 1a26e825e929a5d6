"""What Telegram's answer means for a letter: nothing is lost, nothing comes twice that must not."""

from typing import Any

import pytest

from bot.transport import Fate, Ruling, backoff, judge, lost, plain
from domain.letter import LetterKind, Policy, QueuedLetter

WORDS = {"text": "<b>Hall</b> 5 &amp; 6", "parse_mode": "HTML"}


def letter(
    kind: LetterKind = LetterKind.NOTICE, method: str = "sendMessage", attempts: int = 1, **payload: Any
) -> QueuedLetter:
    policy = Policy.HOLD if kind is LetterKind.ANNOUNCEMENT else Policy.REPEAT
    return QueuedLetter(7, kind, policy, 100, method, payload or dict(WORDS), attempts)


def refusal(code: int, why: str, **parameters: int) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": why, "parameters": parameters}


@pytest.mark.parametrize(
    ("result", "ruling"),
    [
        ({"message_id": 5}, Ruling(Fate.SENT, message_id=5)),
        ({"message_id": 5, "message_thread_id": 3}, Ruling(Fate.SENT, message_id=5, thread_id=3)),
        ([{"message_id": 5}, {"message_id": 6}], Ruling(Fate.SENT, message_id=5, album=(5, 6))),
        ([], Ruling(Fate.SENT)),
        ([5, {"date": 1}], Ruling(Fate.SENT)),
        (True, Ruling(Fate.SENT)),
        (None, Ruling(Fate.SENT)),
    ],
)
def test_what_telegram_took_is_sent_and_its_numbers_are_known(result: Any, ruling: Ruling) -> None:
    assert judge(letter(), 200, {"ok": True, "result": result}) == ruling


@pytest.mark.parametrize("status", [502, 503, 504])
def test_behind_a_gateway_nobody_knows_whether_it_came(status: int) -> None:
    body = refusal(status, "Bad Gateway")
    assert judge(letter(attempts=3), status, body) == Ruling(Fate.AGAIN, f"HTTP {status}", 4.0)
    announced = letter(LetterKind.ANNOUNCEMENT)
    assert judge(announced, status, body) == Ruling(Fate.IN_DOUBT, f"HTTP {status}")
    assert judge(announced, status, None) == Ruling(Fate.IN_DOUBT, f"HTTP {status}")


def test_an_answer_that_is_no_telegrams_leaves_it_in_doubt_and_one_too_large_is_refused() -> None:
    assert judge(letter(LetterKind.ANNOUNCEMENT), 200, None) == Ruling(Fate.IN_DOUBT, "HTTP 200")
    assert judge(letter(LetterKind.ANNOUNCEMENT), 200, {"ok": False}) == Ruling(Fate.IN_DOUBT, "HTTP 200")
    assert judge(letter(), 200, {"ok": 1}) == Ruling(Fate.AGAIN, "HTTP 200", 1.0)
    assert judge(letter(LetterKind.ANNOUNCEMENT), 413, None) == Ruling(Fate.REFUSED, "HTTP 413")


def test_an_answer_that_got_lost_is_repeated_only_where_twice_does_no_harm() -> None:
    assert lost(letter(attempts=2), "cut") == Ruling(Fate.AGAIN, "cut", 2.0)
    assert lost(letter(LetterKind.ANNOUNCEMENT, attempts=2), "cut") == Ruling(Fate.IN_DOUBT, "cut")


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (99, 60)])
def test_it_is_tried_again_ever_more_seldom_up_to_once_a_minute(attempts: int, seconds: float) -> None:
    assert backoff(attempts) == seconds


@pytest.mark.parametrize(
    ("code", "why", "ruling"),
    [
        (401, "Unauthorized", Ruling(Fate.AGAIN, "Unauthorized", 30.0)),
        (404, "Not Found", Ruling(Fate.AGAIN, "Not Found", 30.0)),
        (404, "Not Found: method not found", Ruling(Fate.REFUSED, "Not Found: method not found")),
        (403, "Forbidden: bot was blocked", Ruling(Fate.UNDELIVERABLE, "Forbidden: bot was blocked")),
        (400, "Bad Request: Chat not found", Ruling(Fate.UNDELIVERABLE, "Bad Request: Chat not found")),
        (400, "Bad Request: user is deactivated", Ruling(Fate.UNDELIVERABLE, "Bad Request: user is deactivated")),
        (400, "Bad Request: text is empty", Ruling(Fate.REFUSED, "Bad Request: text is empty")),
        (400, "Bad Request: message is not modified", Ruling(Fate.SENT)),
        (400, "Bad Request: message to delete not found", Ruling(Fate.SENT)),
        (400, "Bad Request: message can't be deleted", Ruling(Fate.SENT)),
    ],
)
def test_each_refusal_has_its_meaning(code: int, why: str, ruling: Ruling) -> None:
    assert judge(letter(), code, refusal(code, why)) == ruling


def test_who_asks_us_to_wait_says_how_long_and_a_group_that_moved_says_where_to() -> None:
    assert judge(letter(), 429, refusal(429, "slow", retry_after=7)) == Ruling(Fate.FLOOD, "slow", 7.0)
    assert judge(letter(), 429, {"ok": False, "error_code": 429}) == Ruling(Fate.FLOOD, "", 1.0)
    moved = refusal(400, "upgraded", migrate_to_chat_id=-1009)
    assert judge(letter(), 400, moved) == Ruling(Fate.MIGRATED, "upgraded", new_chat=-1009)


@pytest.mark.parametrize(("attempts", "wait", "aside"), [(1, 1.0, False), (5, 16.0, False), (6, 32.0, True)])
def test_what_telegram_fails_at_steps_aside_after_six_attempts(attempts: int, wait: float, aside: bool) -> None:
    expected = Ruling(Fate.AGAIN, "Internal", wait, steps_aside=aside)
    assert judge(letter(attempts=attempts), 500, refusal(500, "Internal")) == expected


@pytest.mark.parametrize(
    "why",
    ["Bad Request: message to edit not found", "message can't be edited", "no text in the message to edit"],
)
def test_what_was_to_be_read_is_sent_anew_where_its_message_is_gone(why: str) -> None:
    edit = letter(LetterKind.ANSWER, "editMessageText", message_id=5, text="Hall 5")
    assert judge(edit, 400, refusal(400, why)) == Ruling(
        Fate.TURNED, why, method="sendMessage", payload={"text": "Hall 5"}
    )
    for kind in (LetterKind.TIDYING, LetterKind.PROGRESS):
        tidied = letter(kind, "editMessageText", message_id=5, text="Hall 5")
        assert judge(tidied, 400, refusal(400, why)) == Ruling(Fate.POINTLESS, why)
    buttons = letter(LetterKind.ANSWER, "editMessageReplyMarkup", message_id=5)
    assert judge(buttons, 400, refusal(400, why)) == Ruling(Fate.SENT)
    announced = letter(LetterKind.ANNOUNCEMENT, "editMessageText", message_id=5, text="Hall 5")
    assert judge(announced, 400, refusal(400, why)) == Ruling(Fate.REFUSED, why)


def test_the_author_of_an_announcement_learns_what_is_too_old_to_be_taken_back() -> None:
    why = "Bad Request: message can't be deleted for everyone"
    taken_back = letter(LetterKind.ANNOUNCEMENT, "deleteMessage", message_id=5)
    assert judge(taken_back, 400, refusal(400, why)) == Ruling(Fate.REFUSED, why)


@pytest.mark.parametrize("why", ["Bad Request: message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"])
def test_where_the_topic_is_gone_it_goes_to_the_group(why: str) -> None:
    in_topic = letter(message_thread_id=3, text="Hall 5")
    expected = Ruling(Fate.TURNED, why, method="sendMessage", payload={"text": "Hall 5"})
    assert judge(in_topic, 400, refusal(400, why)) == expected
    assert judge(letter(text="Hall 5"), 400, refusal(400, why)) == Ruling(Fate.REFUSED, why)


def test_markup_that_telegram_does_not_take_goes_and_the_words_stay() -> None:
    why = "Bad Request: can't parse entities"
    bare = {"text": "Hall 5 & 6"}
    assert judge(letter(), 400, refusal(400, why)) == Ruling(Fate.TURNED, why, method="sendMessage", payload=bare)
    assert judge(letter(text="Hall"), 400, refusal(400, why)) == Ruling(Fate.REFUSED, why)
    caption = {"caption": 'see <a href="x">this</a> &lt;3 2 < 3', "parse_mode": "HTML", "photo": "id"}
    assert plain(caption) == {"caption": "see this <3 2 < 3", "photo": "id"}
