"""A draft that is sent: at its time, by the word of two, or not at all."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.announcement import State
from domain.announcement_button import Choice, DraftAct, SendAct
from domain.step import AnnounceStep
from services import announcements, copies
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.test_announcement_drafts import Draft, text


@pytest.fixture
def languages() -> tuple[str, ...]:
    return ("en", "ru", "kk")


@pytest.fixture
def lead(duty: Duty) -> Draft:
    made = Draft(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    made.begin()
    return made


def test_what_waits_for_its_time_is_a_draft_again_when_its_author_looks_at_it(duty: Duty, lead: Draft) -> None:
    duty.person("O1", team="HQ")
    lead.write(text("Bus at nine"))
    lead.choose(Choice.EVERYONE)
    lead.do(announcements.give_time, AnnounceStep.TIME, lead.number, "18:30", tapped=False)
    lead.edit(DraftAct.PREVIEW)
    assert lead.buttons() == ["Schedule for 2 people", "Back"]
    lead.send()
    assert lead.stands().state is State.SCHEDULED
    assert duty.rows("SELECT count(*) FROM outbox WHERE kind = 'announcement'") == [(0,)]
    assert lead.edit(DraftAct.SHOW) == (AnnounceStep.MENU, lead.number)
    assert lead.stands().state is State.DRAFT
    copies.queue_scheduled(duty.desk(NOON + timedelta(hours=7)))
    assert duty.rows("SELECT count(*) FROM outbox WHERE kind = 'announcement'") == [(0,)]
    lead.edit(DraftAct.TIME, 1)
    lead.edit(DraftAct.REPEAT, 2)
    lead.edit(DraftAct.PREVIEW)
    lead.send()
    assert len(duty.rows("SELECT id FROM outbox WHERE kind = 'announcement'")) == 2, "at once, and again tomorrow"
    assert lead.stands().state is State.SCHEDULED
    assert lead.stands().send_at == NOON + timedelta(days=1)


def test_what_goes_to_everyone_is_decided_by_another_and_once(duty: Duty, lead: Draft) -> None:
    duty.mission = replace(duty.mission, second_person=True)
    other = Draft(duty, duty.person("C2", "coordinator", "HQ"), NOON)
    third = Draft(duty, duty.person("C3", "coordinator", "HQ"), NOON)
    lead.write(text("Bus at nine"))
    lead.choose(Choice.EVERYONE)
    lead.edit(DraftAct.PREVIEW)
    assert "It goes to everyone: another coordinator must approve it." in lead.text()
    assert lead.buttons() == ["Ask for approval", "Back"]
    lead.send()
    assert lead.text() == "“Bus at nine” waits for another coordinator's approval."
    assert lead.buttons() == ["Back to the draft"]
    assert other.text() == (
        "<b>Person C1</b> wants to announce this to everyone. It goes when you approve.\nReaches 3 people."
    )
    assert other.buttons() == ["Send to 3 people, about 1 s", "Do not send"]
    other.number = third.number = lead.number
    lead.send(SendAct.APPROVE)
    assert lead.toast == "That is decided already.", "not by the author himself"
    assert lead.stands().state is State.AWAITING
    other.send(SendAct.REFUSE)
    assert lead.stands().state is State.DRAFT
    assert other.text() == "<b>Person C2</b> did not approve “Bus at nine”: it is a draft again."
    assert duty.letters(lead.person_id)[-1][1] == other.text()
    third.send(SendAct.APPROVE)
    assert third.toast == "That is decided already."
    assert lead.stands().state is State.DRAFT
    lead.send()
    third.send(SendAct.APPROVE)
    assert lead.stands().state is State.SENDING
    assert "<b>Person C3</b> approved “Bus at nine”." in [words for _, words in duty.letters(lead.person_id)]
    noted = duty.rows("SELECT person_id, detail FROM audit WHERE act = 'announcement_decided' ORDER BY id")
    assert [(who, '"yes": true' in detail) for who, detail in noted] == [
        (other.person_id, False), (third.person_id, True),
    ]  # fmt: skip


def test_what_cannot_be_sent_at_once_is_not_taken_for_sent(duty: Duty, lead: Draft) -> None:
    lead.write(text("Bus at nine"))
    lead.choose(Choice.EVERYONE)
    lead.edit(DraftAct.REPEAT, 2)
    lead.edit(DraftAct.PREVIEW)
    duty.db.execute(
        "CREATE TRIGGER denied BEFORE INSERT ON outbox WHEN NEW.kind = 'announcement'"
        " BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(sqlite3.IntegrityError):
        lead.send()
