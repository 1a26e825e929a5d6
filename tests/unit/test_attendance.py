"""What is true of a person at a meeting, from what was said of him."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attendance import (
    Attendance,
    Question,
    attendance_of,
    can_undo,
    is_far,
    is_too_early,
    is_too_late,
    likeliest,
    question_of,
    timeliness_of,
)
from domain.button import Presence
from domain.checkin import CheckInFact
from domain.meeting import Meeting

START = datetime(2019, 6, 8, 3, 30, tzinfo=UTC)
END = START + timedelta(hours=1)
WORDS = {
    Presence.ARRIVED: Attendance.ARRIVED,
    Presence.ON_MY_WAY: Attendance.ON_MY_WAY,
    Presence.CANNOT_ATTEND: Attendance.CANNOT_ATTEND,
    Presence.LEFT: Attendance.LEFT,
}


def meeting(number: int = 1, *, starts_at: datetime = START, ends_at: datetime | None = END, cancelled: bool = False):  # type: ignore[no-untyped-def]
    return Meeting(
        number, f"M{number}", starts_at, ends_at, "Asia/Almaty", "", "Host", "", "", None, None, (), (), cancelled, 1
    )


def word(
    presence: Presence = Presence.ARRIVED,
    minutes: float = 0,
    number: int = 1,
    *,
    distance_m: int | None = None,
    accuracy_m: float | None = None,
    reason: str = "",
) -> CheckInFact:
    at = START + timedelta(minutes=minutes)
    return CheckInFact(
        number, 1, 1, "A", 1, presence, at, at, reason, None, distance_m, accuracy_m, distance_m is not None
    )


words = st.lists(st.tuples(st.sampled_from(sorted(WORDS)), st.integers(-300, 300)), max_size=8).map(
    lambda said: [word(presence, minutes, number) for number, (presence, minutes) in enumerate(said, 1)]
)
moments = st.integers(-600, 600).map(lambda minutes: START + timedelta(minutes=minutes))


@given(words, moments, st.randoms())
def test_the_order_in_which_words_reach_us_does_not_matter(facts, now, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert attendance_of(shuffled, meeting(), now) is attendance_of(facts, meeting(), now)


@given(words, moments, st.sampled_from(sorted(WORDS)))
def test_taking_the_last_word_back_restores_what_was_true_before(facts, now, presence) -> None:  # type: ignore[no-untyped-def]
    last = word(presence, 301, 99)
    running = meeting(ends_at=None)
    assert attendance_of([*facts, last], running, now) is WORDS[presence]
    left = [fact for fact in [*facts, last] if fact.checkin_id != last.checkin_id]
    assert attendance_of(left, meeting(), now) is attendance_of(facts, meeting(), now)


@given(words, moments)
def test_the_latest_word_decides_and_only_silence_becomes_a_no_show(facts, now) -> None:  # type: ignore[no-untyped-def]
    state = attendance_of(facts, meeting(), now)
    if not facts:
        assert state is (Attendance.NO_SHOW if now >= END else Attendance.EXPECTED)
        return
    said = WORDS[max(facts, key=lambda fact: (fact.said_at, fact.checkin_id)).presence]
    assert state is (Attendance.NO_SHOW if said is Attendance.ON_MY_WAY and now >= END else said)


@pytest.mark.parametrize("said", [(), (word(Presence.ON_MY_WAY),)])
def test_who_is_awaited_is_missing_from_the_very_end_on(said: tuple[CheckInFact, ...]) -> None:
    assert attendance_of(said, meeting(), END - timedelta(seconds=1)) is not Attendance.NO_SHOW
    assert attendance_of(said, meeting(), END) is Attendance.NO_SHOW


def test_nobody_is_missing_at_a_cancelled_meeting() -> None:
    assert attendance_of((), meeting(cancelled=True), END + timedelta(hours=1)) is Attendance.EXPECTED


@pytest.mark.parametrize(("minutes", "early"), [(-25, 25), (-5, 0), (0, 0), (5, 0), (12, -12), (-300, 300)])
def test_minutes_around_the_start_are_told_unless_one_is_punctual(minutes: int, early: int) -> None:
    assert timeliness_of(word(minutes=minutes), meeting()).minutes_early == early
    assert timeliness_of(word(minutes=minutes), meeting()).late == (early < 0)


def test_hours_before_and_half_a_day_after_are_asked_about() -> None:
    assert is_too_early(meeting(), START - timedelta(hours=2, minutes=1))
    assert not is_too_early(meeting(), START - timedelta(hours=2))
    assert not is_too_late(meeting(), END + timedelta(hours=12))
    assert is_too_late(meeting(), END + timedelta(hours=12, minutes=1))
    assert is_too_late(meeting(ends_at=None), START + timedelta(hours=13))


@pytest.mark.parametrize(
    ("distance", "accuracy", "far"),
    [(None, None, False), (1000, None, False), (1001, None, True), (1500, 600.0, False), (1500, 499.0, True)],
)
def test_a_phone_that_errs_is_given_the_benefit_of_the_doubt(
    distance: int | None, accuracy: float | None, far: bool
) -> None:
    assert is_far(distance, accuracy) is far


@pytest.mark.parametrize(
    ("fact", "question"),
    [
        (word(), Question.PLACE),
        (word(distance_m=100), None),
        (word(distance_m=5000), Question.FAR),
        (word(distance_m=1500, accuracy_m=600.0), None),
        (word(Presence.CANNOT_ATTEND), Question.REASON),
        (word(Presence.CANNOT_ATTEND, reason="ill"), None),
        (word(Presence.ON_MY_WAY), Question.ETA),
        (word(Presence.LEFT), None),
    ],
)
def test_one_thing_at_most_is_worth_adding(fact: CheckInFact, question: Question | None) -> None:
    assert question_of(fact) is question


def test_a_word_can_be_taken_back_for_ten_minutes() -> None:
    assert can_undo(word(), START + timedelta(minutes=10))
    assert not can_undo(word(), START + timedelta(minutes=10, seconds=1))


def test_the_clock_decides_and_distance_tells_apart_what_is_on_at_one_time() -> None:
    on, later = meeting(1), meeting(2, starts_at=END + timedelta(hours=2), ends_at=None)
    beside = meeting(3)
    assert [m.meeting_id for m in likeliest([later, on], START, {})] == [1, 2]
    assert [m.meeting_id for m in likeliest([on, beside], START, {1: 3000, 3: 50})] == [3, 1]
    assert [m.meeting_id for m in likeliest([on, later], START, {1: 900, 2: 0})] == [1, 2]


@pytest.mark.parametrize(
    ("minutes", "distances", "first"),
    [
        ((-70, -9), {2: 1000}, 1),
        ((-70, -11), {2: 1000}, 2),
        ((-70, -10), {2: 1000}, 1),
        ((9, 70), {2: 1000}, 1),
        ((10, 70), {2: 1000}, 2),
        ((11, 70), {2: 1000}, 2),
        ((-20, 10), {1: 1000, 2: 1000}, 1),
        ((-20, 10), {2: 0}, 1),
        ((-20, 1), {}, 1),
    ],
)
def test_a_kilometre_counts_like_ten_minutes_and_of_equals_the_earlier_is_meant(
    minutes: tuple[int, int], distances: dict[int, int], first: int
) -> None:
    """The first meeting is from and to these minutes, the other is on, since five minutes before."""
    one = meeting(1, starts_at=START + timedelta(minutes=minutes[0]), ends_at=START + timedelta(minutes=minutes[1]))
    on = meeting(2, starts_at=START - timedelta(minutes=5))
    assert likeliest([on, one], START, distances)[0].meeting_id == first
