"""A stranger who asks to be let in: what he is told, in his phone's language, until he is somebody."""

from datetime import timedelta

import pytest

from domain.people_button import Decision
from domain.step import EnrolmentStep, Flow, RequestStep
from services import access_requests, conversations
from services.desk import Said
from storage import access_requests as shelf
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen, calls

STRANGER = 900


@pytest.fixture
def languages() -> tuple[str, ...]:
    return ("en", "ru")


def says(duty: Duty, text: str | None, *, minutes: int = 0, has_link: bool = False, language: str = "ru") -> bool:
    """Whether it was an answer to something."""
    now = NOON + timedelta(minutes=minutes)
    said = Said(STRANGER, STRANGER, 1, now, language_code=language)
    duty.deliver()
    return access_requests.hear(duty.desk(now), said, text, "aigul", has_link=has_link)


def asks(duty: Duty, *, minutes: int = 0) -> None:
    now = NOON + timedelta(minutes=minutes)
    duty.deliver()
    access_requests.ask(duty.desk(now), Said(STRANGER, STRANGER, 1, now, language_code="ru", tapped=False))


def told(duty: Duty) -> list[str]:
    return [fields["text"] for _, fields in calls(duty, STRANGER) if "text" in fields]


def step(duty: Duty) -> tuple[str, str] | None:
    standing = conversations.standing(duty.desk(NOON), Said(STRANGER, STRANGER, 1, NOON))
    return (standing.flow, standing.step) if standing else None


def test_who_was_not_asked_for_his_name_is_answered_by_somebody_else(duty: Duty) -> None:
    assert says(duty, "Good morning") is False
    assert told(duty) == []


def test_who_leaves_the_question_is_told_so_and_by_nobody_else(duty: Duty) -> None:
    for command in ("/cancel", "/cancel@fieldpost_bot now"):
        asks(duty)
        assert step(duty) == (Flow.REQUEST, RequestStep.NAME)
        assert says(duty, command) is True
        assert step(duty) is None
    assert says(duty, "/cancel") is False
    assert duty.rows("SELECT count(*) FROM access_request") == [(0,)]


@pytest.mark.parametrize(
    ("name", "has_link"),
    [(None, False), ("/start", False), ("x", False), ("12345", False), ("x" * 101, False), ("Aigul", True)]
    + [(f"Aigul {link}", False) for link in ("t.me/x", "https://x", "@aigul", "www.x", "shop.kz")],
)
def test_what_is_no_name_is_not_taken_for_one_and_the_question_stays(
    duty: Duty, lead: Screen, name: str | None, has_link: bool
) -> None:
    asks(duty)
    assert says(duty, name, has_link=has_link) is True
    assert step(duty) == (Flow.REQUEST, RequestStep.NAME)
    assert duty.rows("SELECT count(*) FROM access_request") == [(0,)]
    assert duty.letters(lead.person_id) == []
    assert says(duty, "  Aigul\n Sadykova ") is True
    assert duty.rows("SELECT name, state FROM access_request") == [("Aigul Sadykova", "open")]
    ((_, alert),) = duty.letters(lead.person_id)
    assert alert.startswith("<b>Aigul Sadykova</b> asks to be let in.\nTelegram: @aigul")


def test_who_is_let_in_is_welcomed_in_the_language_in_which_he_asked(duty: Duty, lead: Screen) -> None:
    number = duty.person("O1", team="HQ", language="en")
    duty.db.execute("UPDATE account SET ended_at = '2019-06-08T11:00:00.000Z' WHERE person_id = ?", (number,))
    asks(duty)
    says(duty, "Person O1")
    request = shelf.find_of_account(duty.db, STRANGER)
    assert request is not None
    assert lead.do(access_requests.decide, request.request_id, Decision.SEARCH) is True
    assert lead.do(access_requests.bind, request.request_id, number) is False
    welcome = next(text for text in told(duty) if "<b>Person O1</b>" in text)
    assert welcome == "Координаторы открыли вам доступ. Вы зарегистрированы как <b>Person O1</b>. Добро пожаловать."
    assert step(duty) == (Flow.ENROLMENT, EnrolmentStep.LANGUAGE)


def test_who_was_refused_may_ask_again_after_a_day_and_three_times_in_all(duty: Duty, lead: Screen) -> None:
    day = 24 * 60
    for times in range(3):
        begin = times * (day + 1)
        asks(duty, minutes=begin)
        assert step(duty) == (Flow.REQUEST, RequestStep.NAME)
        says(duty, "Aigul Sadykova", minutes=begin)
        assert says(duty, "Hello?", minutes=begin) is True, "he is told that nobody has decided yet"
        request = shelf.find_of_account(duty.db, STRANGER)
        assert request is not None
        lead.now = NOON + timedelta(minutes=begin)
        lead.do(access_requests.decide, request.request_id, Decision.REFUSE)
        asks(duty, minutes=begin + day - 1)
        assert step(duty) is None
    asks(duty, minutes=10 * day)
    assert step(duty) is None
    assert duty.rows("SELECT times, state FROM access_request") == [(3, "refused")]
