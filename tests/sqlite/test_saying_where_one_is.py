"""Arrived, on the way, cannot attend: what is stored of each word, what is asked about it, and what takes it back."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.attachment import FileKind, GivenFile
from domain.button import Presence
from domain.checkin import CheckInFact
from domain.mission import Mission
from domain.step import CheckinStep
from services import checkins as acts
from services.checkins import Place
from services.logs import Given
from storage import checkins, meetings
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen

START = datetime(2019, 6, 8, 12, tzinfo=UTC)
HEAD = "<b>12:00–13:00 Host of M1</b>"
OLD = "This has changed. Here is how it stands now."


class Observer(Screen):
    """Who says where he is."""

    number = 1

    def says(self, presence: Presence, minutes: float = 0, *, sure: bool = False) -> CheckinStep | None:
        """At so many minutes after the start."""
        self.now = START + timedelta(minutes=minutes)
        step: CheckinStep | None = self.do(acts.record, self.number, presence, sure=sure)
        return step

    def fact(self) -> CheckInFact:
        found = checkins.find_latest(self.duty.db, self.number, self.person_id)
        assert found is not None
        return found

    def stored(self) -> list[tuple[str, str]]:
        """(word, moment) of all that he ever said."""
        return [tuple(row) for row in self.duty.rows("SELECT presence, said_at FROM checkin ORDER BY id")]


@pytest.fixture
def duty(tmp_path: Path) -> Iterator[Duty]:
    made = Duty(tmp_path, Mission("Mission", "UTC", ("en",), (time(20),)), START - timedelta(days=1))
    yield made
    made.db.close()


@pytest.fixture
def observer(duty: Duty) -> Observer:
    made = Observer(duty, duty.person("O1", team="Team 1"), START)
    assert duty.meeting("M1", START, ["Team 1"]) == made.number
    duty.db.execute("UPDATE meeting SET latitude = 51.1, longitude = 71.4")
    return made


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (0, None), (5, None), (-5, None), (6, "That is 6 minutes after the start."),
        (-6, "That is 6 minutes before the start."), (119, "That is 119 minutes after the start."),
        (120, "That is 2 hours after the start."), (-119, "That is 119 minutes before the start."),
        (-120, "That is 2 hours before the start."),
    ],
)  # fmt: skip
def test_an_arrival_is_stored_with_one_tap_and_told_how_timely_it_was(
    observer: Observer, minutes: int, told: str | None
) -> None:
    assert observer.says(Presence.ARRIVED, minutes) is CheckinStep.PLACE
    at = START + timedelta(minutes=minutes)
    lines = observer.text().splitlines()
    assert lines[0] == HEAD
    assert lines[1] == f"Stored: you arrived at {at:%H:%M}."
    assert (lines[2] or None) == told
    assert lines[-1] == "If you like, send your location with the button below or by 📎. Or skip."
    assert observer.toast == lines[1]
    assert observer.buttons() == ["Skip", "Undo", "Write the log", "The meeting", "Programme"]
    assert len(observer.stored()) == 1
    observer.says(Presence.ARRIVED, minutes + 3)
    assert len(observer.stored()) == 1, "the same word again says nothing new"
    assert observer.toast == lines[1]


def test_an_arrival_hours_too_early_or_too_late_is_stored_when_he_is_sure(observer: Observer) -> None:
    assert observer.says(Presence.ARRIVED, -121) is None
    assert observer.text() == f"{HEAD}\nIt starts only at 12:00, in 2 hours.\nAre you there already?"
    assert observer.buttons() == ["Yes, I am here", "On my way", "Back"]
    assert observer.stored() == []
    observer.says(Presence.ARRIVED, -24 * 60)
    assert observer.text() == (f"{HEAD}\nIt starts only on Saturday, June 8, 2019 at 12:00.\nAre you there already?")
    assert observer.says(Presence.ARRIVED, 13 * 60 + 1) is None
    assert observer.text() == (
        f"{HEAD}\nIt was over on Saturday, June 8, 2019 at 13:00.\nNothing is stored yet. Did you mean this meeting?"
    )
    assert observer.buttons() == ["Yes, I was there", "Back", "Programme of today"]
    assert observer.stored() == []
    observer.says(Presence.ARRIVED, 13 * 60 + 1, sure=True)
    assert [word for word, _ in observer.stored()] == [Presence.ARRIVED]


def test_on_the_way_he_may_say_when_he_comes_and_why_he_cannot(observer: Observer) -> None:
    assert observer.says(Presence.ON_MY_WAY, -30) is None
    assert (
        observer.text() == f"{HEAD}\nStored at 11:30: you are on your way.\n\nIf you like, tell when you will be there."
    )
    assert observer.buttons()[:4] == ["10 min", "20 min", "30 min", "60 min"]
    observer.do(acts.set_eta, 1, 20)
    assert observer.text() == f"{HEAD}\nStored at 11:30: you are on your way.\nYou expect to be there at 11:50."
    assert observer.fact().eta_at == START - timedelta(minutes=10)
    observer.do(acts.set_eta, 1, 25)
    assert observer.toast == OLD
    assert observer.fact().eta_at == START - timedelta(minutes=10)
    observer.do(acts.set_eta, 99, 20)
    assert observer.toast
    assert observer.says(Presence.CANNOT_ATTEND, -20) is CheckinStep.REASON
    assert observer.text().endswith("If you like, write why. Or skip.")
    observer.do(acts.set_eta, 1, 20)
    assert observer.toast == OLD
    observer.do(acts.add_reason, 1, "Ill <again>", tapped=False)
    assert observer.text() == f"{HEAD}\nStored at 11:40: you cannot attend.\nReason: Ill &lt;again&gt;"
    observer.do(acts.skip, 1)
    assert observer.text().endswith("Reason: Ill &lt;again&gt;")
    number = observer.fact().checkin_id
    observer.do(acts.change_reason, number, " Injured ", tapped=False)
    assert observer.fact().reason == "Injured"
    for nothing in (" ", ""):
        observer.do(acts.change_reason, number, nothing, tapped=False)
    observer.do(acts.change_reason, 99, "x", tapped=False)
    assert observer.fact().reason == "Injured"
    other = Screen(observer.duty, observer.duty.person("O2", team="Team 1"), START)
    other.do(acts.change_reason, number, "Slander", tapped=False)
    assert observer.fact().reason == "Injured"


def test_to_what_is_cancelled_nobody_checks_in_and_what_he_said_before_is_kept(observer: Observer) -> None:
    observer.says(Presence.ON_MY_WAY, -30)
    observer.duty.db.execute("UPDATE meeting SET cancelled_at = '2019-06-08T11:40:00.000Z'")
    assert meetings.find(observer.duty.db, 1) is not None
    assert observer.says(Presence.ARRIVED, 0) is None
    assert observer.toast == "“Host of M1” is cancelled."
    assert len(observer.stored()) == 1
    observer.do(acts.set_eta, 1, 20)
    assert observer.toast == OLD
    observer.do(acts.skip, 1)
    assert "This meeting has been cancelled meanwhile. What you said is kept." in observer.text()
    assert "10 min" not in observer.buttons()
    assert "I am here" not in observer.buttons()


def test_a_word_is_taken_back_within_ten_minutes_and_by_nobody_else(observer: Observer) -> None:
    observer.says(Presence.ARRIVED)
    number = observer.fact().checkin_id
    other = Observer(observer.duty, observer.duty.person("O2", team="Team 1"), START)
    assert other.do(acts.undo, number) is False
    assert other.do(acts.undo, 99) is False
    assert observer.fact().checkin_id == number
    observer.now = START + timedelta(minutes=10, seconds=1)
    assert observer.do(acts.undo, number) is True
    assert observer.toast == "This can no longer be taken back. Say instead what is right: the buttons are below."
    assert observer.fact().checkin_id == number
    observer.now = START + timedelta(minutes=10)
    assert observer.do(acts.undo, number) is True
    assert observer.toast == "Taken back."
    assert checkins.find_latest(observer.duty.db, 1, observer.person_id) is None
    assert observer.do(acts.undo, number) is True
    assert observer.toast == "Taken back."
    observer.do(acts.skip, 1)
    assert observer.toast == OLD
    observer.says(Presence.TAKEN_BACK)
    assert observer.toast == OLD
    with pytest.raises(LookupError, match=str(number)):
        acts.read(observer.duty.desk(START), number)


def test_his_place_is_told_in_metres_and_a_far_one_is_asked_about(observer: Observer) -> None:
    observer.says(Presence.ARRIVED)
    fact = observer.fact()
    assert observer.do(acts.add_place, fact, Place(51.1, 71.4, 12.4), tapped=False) is None
    assert observer.text() == (f"{HEAD}\nStored: you arrived at 12:00.\nLocation stored: 0 m from the venue (± 12 m).")
    far = Place(51.2, 71.4)
    assert acts.distance_to(meetings.find(observer.duty.db, 1), far) == pytest.approx(11_120, abs=20)  # type: ignore[arg-type]
    assert observer.do(acts.add_place, fact, far, tapped=False) is CheckinStep.PLACE
    assert observer.text().endswith(
        "Location stored: 11.1 km from the venue.\n\nYou are 11.1 km from the venue. Is that right?"
    )
    assert observer.buttons()[:2] == ["Yes, I am there", "On my way after all"]
    observer.duty.db.execute("UPDATE meeting SET latitude = NULL, longitude = NULL")
    assert observer.do(acts.add_place, fact, far, tapped=False) is None
    assert observer.text().endswith("Location stored.")


def test_words_where_a_place_is_awaited_are_kept_for_the_log_and_a_file_is_not_refused(observer: Observer) -> None:
    observer.says(Presence.ARRIVED)
    observer.do(acts.add_reason, 1, "They received us well", tapped=False)
    assert "Your words are kept as a point in your draft of the meeting log." in observer.text()
    assert observer.duty.rows("SELECT body FROM log_entry") == [("They received us well",)]
    observer.do(acts.keep_else, 1, None, CheckinStep.PLACE, tapped=False)
    assert observer.text().endswith("I cannot keep that. I asked for your location: 📎, then “Location”.")
    observer.do(acts.keep_else, 1, None, CheckinStep.REASON, tapped=False)
    assert observer.text().endswith("I cannot keep that. I asked for the reason: please write it.")
    photo = GivenFile(FileKind.PHOTO, "id", "unique")
    observer.do(acts.keep_else, 1, Given("", photo), CheckinStep.PLACE, tapped=False)
    assert observer.duty.rows("SELECT count(*) FROM attachment") == [(1,)]
    lost = Observer(observer.duty, observer.duty.person("O9", team="Team 9"), START)
    lost.do(acts.keep_else, 99, None, CheckinStep.PLACE, tapped=False)
    lost.do(acts.keep_words, 99, "Hello?", tapped=False)
    assert observer.duty.rows("SELECT count(*) FROM log_entry WHERE author_id = ?", lost.person_id) == [(0,)]


def test_a_place_belongs_to_the_arrival_of_the_last_hours_that_has_none(observer: Observer) -> None:
    observer.says(Presence.ARRIVED)
    fact, desk = observer.fact(), observer.duty.desk(START)

    def found(after: timedelta, meeting_id: int | None = None) -> int | None:
        word = acts.open_arrival(desk, observer.person, START + after, meeting_id)
        return word.checkin_id if word else None

    assert found(timedelta()) == fact.checkin_id
    assert found(timedelta(), 1) == fact.checkin_id
    assert found(timedelta(seconds=-60)) == fact.checkin_id, "two clocks differ a little"
    assert found(timedelta(seconds=-61)) is None
    assert found(timedelta(hours=1)) == fact.checkin_id
    assert found(timedelta(hours=1, seconds=1)) is None, "it is over: he may be at the next one"
    observer.duty.db.execute("UPDATE meeting SET ends_at = NULL")
    assert found(timedelta(hours=3)) == fact.checkin_id
    assert found(timedelta(hours=3, seconds=1)) is None
    observer.do(acts.add_place, fact, Place(51.1, 71.4), tapped=False)
    assert found(timedelta(minutes=1)) is None
    assert found(timedelta(minutes=1), 1) == fact.checkin_id


def test_a_live_location_counts_only_while_he_comes_nearer(observer: Observer) -> None:
    observer.says(Presence.ARRIVED)
    observer.do(acts.add_place, observer.fact(), Place(51.12, 71.4), tapped=False)
    far = observer.fact().distance_m
    assert far is not None
    assert far > 2000
    move = acts.move_place
    assert observer.do(move, START - timedelta(minutes=5), Place(51.1, 71.4), tapped=False) is False
    assert observer.do(move, START, Place(51.13, 71.4), tapped=False) is False
    assert observer.fact().distance_m == far
    assert observer.do(move, START, Place(51.11, 71.4), tapped=False) is False, "still far"
    assert observer.fact().distance_m == pytest.approx(1112, abs=3)
    observer.do(move, START, Place(51.105, 71.4), tapped=False)
    assert observer.fact().distance_m == pytest.approx(556, abs=3)
