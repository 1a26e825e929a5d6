"""Choices that cannot be, and buttons that come too late: what is said, and that nothing is changed."""

from datetime import timedelta

from domain.digest_button import DigestField
from domain.people_button import Decision
from domain.step import SettingsStep
from domain.upload import Trouble
from services import access_requests, digest_settings, uploads
from storage import access_requests as requests
from storage import uploads as shelf
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen


def plan(lead: Screen) -> list[tuple[object, ...]]:
    return lead.duty.rows("SELECT hours, weekdays, own_zone, depth, team_ids FROM digest_plan")


def test_six_digests_a_day_are_the_most_and_the_question_stays(lead: Screen) -> None:
    seven = "8, 9, 10, 11, 12, 13, 14"
    step = SettingsStep.DIGEST_HOURS
    assert lead.do(digest_settings.give, step, seven, tapped=False) is step
    assert lead.text().startswith("Six digests a day are the most. Nothing was changed.\n\nWhen shall your digests")
    assert lead.do(digest_settings.give, step, "noon", tapped=False) is step
    assert lead.text().startswith("I cannot read “noon” as times of day. Nothing was changed.\n\n")
    assert lead.do(digest_settings.give, step, "  ", tapped=False) is step
    assert lead.text().startswith("I cannot read “?” as times of day.")
    assert plan(lead) == []
    assert lead.do(digest_settings.give, step, seven[:-4], tapped=False) is None
    assert plan(lead) == [("08:00,09:00,10:00,11:00,12:00,13:00", None, None, None, None)]
    assert "Hours: 08:00, 09:00, 10:00, 11:00, 12:00, 13:00 (UTC)" in lead.text()


def test_each_choice_goes_back_to_what_the_mission_does(lead: Screen) -> None:
    chosen = {
        DigestField.HOURS: "2130", DigestField.WEEKDAYS: "7", DigestField.ZONE: "1", DigestField.DEPTH: "h",
        DigestField.TEAMS: "hq",
    }  # fmt: skip
    for field, value in chosen.items():
        lead.do(digest_settings.change, field, value)
    ((hq,),) = lead.duty.rows("SELECT id FROM team")
    full = ["21:30", "123456", 1, "h", str(hq)]
    assert plan(lead) == [tuple(full)]
    for column, field in [
        (0, DigestField.HOURS), (1, DigestField.WEEKDAYS), (3, DigestField.DEPTH), (4, DigestField.TEAMS)
    ]:  # fmt: skip
        lead.do(digest_settings.change, field, "off")
        full[column] = None
        assert plan(lead) == [tuple(full)]


def test_one_weekday_remains_and_a_day_that_is_none_is_refused(lead: Screen) -> None:
    for day in "123456":
        assert lead.do(digest_settings.change, DigestField.WEEKDAYS, day) is None
    kept = [(None, "7", None, None, None)]
    assert plan(lead) == kept
    assert lead.buttons() == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "✓ Sun", "Back"]
    for day in ("7", "0", "8", "12"):
        assert lead.do(digest_settings.change, DigestField.WEEKDAYS, day) is None
        assert lead.text().startswith("One day must remain. Nothing was changed.\n\nOn which days?")
        assert plan(lead) == kept


def test_a_file_is_given_up_when_its_sender_may_no_longer_import_or_took_it_back(duty: Duty, lead: Screen) -> None:
    files = [shelf.add(duty.db, lead.person_id, lead.chat_id, "f", f"{n}.xlsx", 9, NOON) for n in range(3)]
    lead.do(uploads.cancel, files[0])
    duty.db.execute("UPDATE person SET role = 'observer'")
    later = duty.desk(NOON + timedelta(minutes=1))
    before = duty.rows("SELECT count(*) FROM outbox")
    uploads.report_trouble(later, files[0], Trouble.TOO_LARGE)
    uploads.report_trouble(later, files[1], Trouble.TOO_LARGE)
    duty.db.execute("UPDATE person SET role = 'coordinator'")
    uploads.report_rows(later, files[0], "[]", [], [])
    assert duty.rows("SELECT count(*) FROM outbox") == before
    states = [state for (state,) in duty.rows("SELECT state FROM upload ORDER BY id")]
    assert states == ["cancelled", "cancelled", "wanted"]
    uploads.report_trouble(later, files[2], Trouble.TOO_LARGE)
    assert "2.xlsx" in lead.text()
    assert duty.rows("SELECT state FROM upload WHERE id = ?", files[2]) == [("refused",)]


def test_a_request_that_is_decided_tells_by_whom_and_one_that_is_none_has_an_old_button(
    duty: Duty, lead: Screen
) -> None:
    request = requests.ask(duty.db, 900, "Aigul <B>", "aigul", "en", NOON)
    number = request.request_id
    assert lead.do(access_requests.bind, number, 99) is False
    assert lead.toast
    assert lead.do(access_requests.decide, 55, Decision.REFUSE) is False
    assert lead.toast
    before = duty.rows("SELECT count(*) FROM outbox")
    lead.do(access_requests.show_decided, number)
    assert duty.rows("SELECT count(*) FROM outbox") == before, "nobody decided it yet"
    assert lead.do(access_requests.decide, number, Decision.REFUSE) is False
    assert "Person C1" in lead.text()
    assert "Aigul &lt;B&gt;" in lead.text()
    assert lead.do(access_requests.decide, number, Decision.BLOCK) is False
    decided = duty.rows("SELECT state, decided_by FROM access_request")
    assert decided == [("refused", lead.person_id)]
    assert duty.rows("SELECT act FROM audit") == [("access_refused",)]
