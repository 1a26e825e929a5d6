"""What a coordinator asks for: the digest of a day, and how the bot is doing."""

from datetime import timedelta

from domain.digest_button import View
from services import asked_digests, status
from storage import notes, wishes
from storage.database import as_text
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen

TODAY = NOON.date()


def asked(who: Screen, days: int, view: View = View.DAY) -> str:
    """What he reads of a day so many days from now."""
    who.do(asked_digests.ask, TODAY + timedelta(days=days), view, tapped=False)
    desk = who.duty.desk(who.now)
    wish = wishes.find_first(who.duty.db, [view])
    assert wish is not None
    asked_digests.answer(desk, wish, asked_digests.word(desk, wish))
    return who.text()


def test_of_a_day_without_meetings_the_nearest_days_with_some_of_his_teams_are_named(duty: Duty, lead: Screen) -> None:
    for name in ("Team 1", "Team 2"):
        duty.person(f"O of {name}", team=name)
    some = Screen(duty, duty.person("C2", "coordinator", "HQ"), NOON)
    scope = "INSERT INTO scope (person_id, team_id) SELECT ?, id FROM team WHERE name = 'Team 1'"
    duty.db.execute(scope, (some.person_id,))
    for reference, days, team in (("M1", -3, 1), ("M2", -1, 2), ("M3", 2, 2), ("M4", 4, 1)):
        duty.meeting(reference, NOON + timedelta(days=days), [f"Team {team}"])
    nothing = "There are no meetings on Saturday, June 8, 2019."
    assert asked(lead, 0) == (
        f"{nothing}\nThe last day with meetings before it: Friday, June 7, 2019.\n"
        "The next day with meetings: Monday, June 10, 2019."
    )
    assert asked(some, 0) == (
        f"{nothing}\nThe last day with meetings before it: Wednesday, June 5, 2019.\n"
        "The next day with meetings: Wednesday, June 12, 2019."
    )
    assert some.buttons() == ["Jun 5", "Jun 12"]
    assert asked(some, -5).endswith("The next day with meetings: Wednesday, June 5, 2019.")
    assert asked(some, 5).endswith("before it: Wednesday, June 12, 2019.")


def test_the_state_of_the_bot_tells_when_telegram_last_answered(duty: Duty, lead: Screen) -> None:
    lead.do(status.show_status)
    assert "Telegram last answered: never" in lead.text()
    notes.write(duty.db, "heard_at", as_text(NOON - timedelta(minutes=5)))
    lead.do(status.show_status)
    assert "Telegram last answered: Jun 8, 11:55" in lead.text()
