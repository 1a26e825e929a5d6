"""What a change makes of a meeting and a programme, who may make it, and what it can never be."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.change import (
    JSON_MOST,
    PLACE,
    TIME,
    Change,
    ChangeFault,
    Difference,
    Field,
    ProgrammeDiff,
    Value,
    apply,
    apply_programme,
    as_json,
    change_of,
    diff,
    diff_programme,
    faults_of,
    from_json,
    is_past,
    may_apply_at_once,
    settled,
    touches,
)
from domain.meeting import Interlocutor, Meeting

THREE = datetime(2019, 6, 8, 9, 0, tzinfo=UTC)
"""15:00 in Nur-Sultan."""
NOW = THREE - timedelta(hours=3)
HOUR = timedelta(hours=1)
MEETING = Meeting(
    meeting_id=1,
    reference="M01",
    starts_at=THREE,
    ends_at=THREE + HOUR,
    time_zone="Asia/Almaty",
    kind="election commission",
    host="CEC",
    city="Nur-Sultan",
    venue="Hall 1",
    latitude=51.1,
    longitude=71.4,
    interlocutors=(Interlocutor("Berik Imashev", "Chairman"),),
    participants=("HQ", "Team 1"),
    cancelled=False,
    revision=3,
)


def to(**values: Value) -> Change:
    return Change.of({Field(name): value for name, value in values.items()})


_moments = st.datetimes(datetime(2018, 1, 1), datetime(2020, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_texts = st.text(max_size=8) | st.sampled_from(["Hall 1", "CEC", ""])
_people = st.builds(Interlocutor, st.none() | _texts, _texts)
_strategies: dict[Field, st.SearchStrategy[Any]] = {
    Field.STARTS_AT: _moments,
    Field.ENDS_AT: st.none() | _moments,
    Field.TIME_ZONE: st.sampled_from(["Asia/Almaty", "Europe/Moscow", "UTC"]),
    Field.CITY: _texts,
    Field.VENUE: _texts,
    Field.LATITUDE: st.none() | st.floats(-90, 90),
    Field.LONGITUDE: st.none() | st.floats(-180, 180),
    Field.PARTICIPANTS: st.lists(_texts, max_size=3).map(tuple),
    Field.INTERLOCUTORS: st.lists(_people, max_size=2).map(tuple),
    Field.KIND: _texts,
    Field.HOST: _texts,
    Field.CANCELLED: st.booleans(),
    Field.POSTPONED: st.booleans(),
    Field.NOTE: _texts,
}
changes = st.builds(
    Change.of,
    st.fixed_dictionaries({}, optional=_strategies),
    exact=st.booleans(),
)
meetings = st.fixed_dictionaries({name.value: _strategies[name] for name in Field}).map(
    lambda values: replace(MEETING, **values)
)


class TestLaws:
    @given(meetings, changes)
    def test_what_differs_afterwards_is_what_was_named_or_follows_and_is_not_as_before(
        self, meeting: Meeting, change: Change
    ) -> None:
        after = apply(meeting, change)
        values = settled(meeting, change)
        expected = [name for name in Field if name in values and values[name] != getattr(meeting, name)]
        assert [each.field for each in diff(meeting, after)] == expected
        assert all(each.after == values[each.field] for each in diff(meeting, after))
        assert set(values) - touches(change) <= {Field.ENDS_AT, Field.POSTPONED}
        assert after.revision == meeting.revision + bool(expected)

    @given(meetings, changes)
    def test_twice_is_as_once(self, meeting: Meeting, change: Change) -> None:
        once = apply(meeting, change)
        assert apply(once, change) == once

    @given(meetings, meetings)
    def test_a_difference_made_again_gives_the_same_meeting(self, before: Meeting, after: Meeting) -> None:
        again = apply(before, change_of(diff(before, after)))
        assert replace(again, revision=0) == replace(after, revision=0)

    @given(changes)
    def test_a_change_is_read_back_as_it_was_written(self, change: Change) -> None:
        assert from_json(as_json(change)) == change
        assert as_json(from_json(as_json(change))) == as_json(change)

    @given(st.dictionaries(st.sampled_from("abcdef"), meetings), st.dictionaries(st.sampled_from("abcdef"), meetings))
    def test_a_programme_with_its_difference_applied_differs_by_just_that(
        self, first: dict[str, Meeting], second: dict[str, Meeting]
    ) -> None:
        before = [replace(meeting, reference=ref) for ref, meeting in first.items()]
        after = [replace(meeting, reference=ref) for ref, meeting in second.items()]
        difference = diff_programme(before, after)
        applied = apply_programme(before, difference)
        assert diff_programme(before, applied) == difference
        assert diff_programme(applied, after) == ProgrammeDiff()
        kept = apply_programme(before, difference.keeping)
        assert {meeting.reference for meeting in kept} == {*first, *second}


class TestApply:
    def test_a_start_that_moves_takes_the_end_along(self) -> None:
        after = apply(MEETING, to(starts_at=THREE - HOUR))
        assert (after.starts_at, after.ends_at, after.revision) == (THREE - HOUR, THREE, 4)

    def test_an_end_that_is_named_is_kept(self) -> None:
        assert apply(MEETING, to(starts_at=THREE - HOUR, ends_at=THREE + HOUR)).ends_at == THREE + HOUR
        assert apply(MEETING, to(starts_at=THREE - HOUR, ends_at=None)).ends_at is None

    def test_what_is_cancelled_is_not_postponed_as_well(self) -> None:
        after = apply(replace(MEETING, postponed=True), to(cancelled=True))
        assert (after.cancelled, after.postponed) == (True, False)
        assert apply(replace(MEETING, cancelled=True), to(postponed=True)) == replace(MEETING, cancelled=True)

    @pytest.mark.parametrize("start", [THREE, THREE + HOUR])
    def test_a_new_time_plans_a_postponed_meeting_again_even_if_it_is_the_old_one(self, start: datetime) -> None:
        after = apply(replace(MEETING, postponed=True), to(starts_at=start))
        assert (after.postponed, after.starts_at, after.revision) == (False, start, 4)

    def test_a_new_time_does_not_bring_a_cancelled_meeting_back_but_a_word_does(self) -> None:
        cancelled = replace(MEETING, cancelled=True)
        assert apply(cancelled, to(starts_at=THREE + HOUR)).cancelled
        assert not apply(cancelled, to(cancelled=False)).cancelled

    def test_what_changes_nothing_is_no_revision(self) -> None:
        assert apply(MEETING, to(venue="Hall 1", starts_at=THREE)) is MEETING

    def test_differences_are_told_in_one_order_whatever_was_said_first(self) -> None:
        after = apply(MEETING, to(note="bring passports", venue="Hall 2", starts_at=THREE + HOUR))
        assert diff(MEETING, after) == (
            Difference(Field.STARTS_AT, THREE, THREE + HOUR),
            Difference(Field.ENDS_AT, THREE + HOUR, THREE + 2 * HOUR),
            Difference(Field.VENUE, "Hall 1", "Hall 2"),
            Difference(Field.NOTE, "", "bring passports"),
        )

    def test_equal_changes_are_equal_however_they_were_said(self) -> None:
        here = THREE.astimezone(ZoneInfo("Asia/Almaty"))
        one, other = to(note="x", starts_at=here, latitude=51), to(latitude=51.0, starts_at=THREE, note="x")
        assert one == other
        assert as_json(one) == as_json(other)
        assert touches(one) == {Field.NOTE, Field.STARTS_AT, Field.LATITUDE}
        assert touches(one) & TIME
        assert touches(one) & PLACE

    def test_a_moment_is_kept_in_utc_and_a_change_written_shortly(self) -> None:
        change = to(starts_at=THREE.astimezone(ZoneInfo("Asia/Almaty")), city="Нұр-Сұлтан", note="")
        assert change.values[0][1].tzinfo is UTC  # type: ignore[union-attr]
        assert as_json(change) == '{"starts_at":"2019-06-08T09:00:00+00:00","city":"Нұр-Сұлтан","note":""}'

    def test_nothing_follows_from_a_note_even_for_what_was_cancelled(self) -> None:
        assert settled(replace(MEETING, cancelled=True), to(note="x")) == {Field.NOTE: "x"}

    def test_a_programme_that_uses_a_reference_twice_has_no_difference(self) -> None:
        with pytest.raises(ValueError, match="twice"):
            diff_programme([MEETING], [MEETING, replace(MEETING, host="X")])

    @pytest.mark.parametrize(
        "difference",
        [ProgrammeDiff(missing=("M99",)), ProgrammeDiff(changed={"M99": ()}), ProgrammeDiff(new=(MEETING,))],
    )
    def test_a_difference_of_another_programme_is_refused(self, difference: ProgrammeDiff) -> None:
        with pytest.raises(ValueError, match=r"another programme|twice"):
            apply_programme([replace(MEETING)], difference)


class TestHostileJson:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "null",
            "[]",
            '"x"',
            "{",
            "[" * 100_000,
            '{"a":' * 100_000,
            '{"venue": "' + "x" * JSON_MOST + '"}',
            '{"venue": "a", "venue": "b"}',
            '{"meeting_id": 7}',
            '{"revision": 7}',
            '{"exact": false}',
            '{"exact": 1}',
            '{"venue": 7}',
            '{"venue": null}',
            '{"venue": {"a": 1}}',
            '{"venue": "\\ud800"}',
            '{"venue": "' + "x" * 4_001 + '"}',
            '{"cancelled": 1}',
            '{"cancelled": "true"}',
            '{"latitude": NaN}',
            '{"latitude": 1e999}',
            '{"latitude": true}',
            '{"latitude": "51.1"}',
            '{"latitude": ' + "9" * 5_000 + "}",
            '{"latitude": ' + "9" * 400 + "}",
            '{"starts_at": null}',
            '{"starts_at": 1559991600}',
            '{"starts_at": "2019-06-08T15:00:00"}',
            '{"starts_at": "0001-01-01T00:00:00+14:00"}',
            '{"ends_at": "9999-12-31T23:59:59-14:00"}',
            '{"starts_at": "tomorrow"}',
            '{"time_zone": "../../etc/passwd"}',
            '{"time_zone": "Moon/Base"}',
            '{"participants": "HQ"}',
            '{"participants": ["HQ", 7]}',
            '{"participants": [["HQ"]]}',
            json.dumps({"participants": ["x"] * 1_001}),
            json.dumps({"participants": ["x" * 3_000] * 7}),
            '{"interlocutors": [["a"]]}',
            '{"interlocutors": [["a", null]]}',
            '{"interlocutors": [[7, "b"]]}',
            '{"interlocutors": [{"name": "a"}]}',
            '{"interlocutors": ["ab"]}',
        ],
    )
    def test_what_is_no_change_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011  what it says is for the log
            from_json(text)

    @pytest.mark.parametrize(
        "text",
        [
            '{"starts_at": "2019-06-08T15:00:00"}',
            '{"latitude": 1e999}',
            '{"longitude": 1000.5}',
            '{"cancelled": 1}',
            '{"venue": 7}',
            '{"venue": {"a": 1}}',
            '{"venue": "\\ud800"}',
            '{"time_zone": "Moon/Base"}',
            '{"participants": "HQ"}',
            '{"participants": ["\\ud800"]}',
            json.dumps({"participants": ["x" * 3_000] * 7}),
            '{"interlocutors": "HQ"}',
            '{"interlocutors": ["ab"]}',
            '{"interlocutors": [["a", null]]}',
            json.dumps({"interlocutors": [["x" * 3_000, ""]] * 7}),
        ],
    )
    def test_the_log_is_told_which_field_it_was(self, text: str) -> None:
        [name] = json.loads(text)
        with pytest.raises(ValueError, match=f"^{name}: "):
            from_json(text)

    @pytest.mark.parametrize(
        ("name", "most", "beyond"),
        [
            ("latitude", 1_000.0, 1_000.5),
            ("longitude", -1_000.0, -1_000.5),
            ("starts_at", "2199-12-31T23:59:59+00:00", "2200-01-01T00:00:00+00:00"),
            ("ends_at", "1901-01-01T00:00:00+00:00", "1900-12-31T23:59:59+00:00"),
            ("venue", "x" * 4_000, "x" * 4_001),
            ("participants", ["x" * 20] * 1_000, ["x" * 20] * 1_001),
            ("participants", ["x" * 2_000] * 10, ["x" * 2_000] * 10 + ["x"]),
            ("interlocutors", [["x" * 2_000, ""]] * 10, [["x" * 2_000, ""]] * 10 + [[None, "x"]]),
        ],
    )
    def test_what_is_just_within_measure_is_read_and_what_is_beyond_is_not(
        self, name: str, most: object, beyond: object
    ) -> None:
        assert touches(from_json(json.dumps({name: most}))) == {Field(name)}
        with pytest.raises(ValueError, match=f"^{name}: "):
            from_json(json.dumps({name: beyond}))

    def test_a_text_is_read_up_to_the_length_of_the_largest_change(self) -> None:
        text = '{"note":"x"}'.ljust(JSON_MOST)
        assert from_json(text) == to(note="x")
        with pytest.raises(ValueError, match="large"):
            from_json(text + " ")

    _json = st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    )

    @given(st.dictionaries(st.sampled_from([*(name.value for name in Field), "exact", "x"]), _json, max_size=4))
    def test_whatever_is_read_can_be_applied_and_written_again(self, facts: dict[str, object]) -> None:
        try:
            change = from_json(json.dumps(facts))
        except ValueError:
            return
        apply(MEETING, change)
        assert from_json(as_json(change)) == change

    def test_the_largest_change_can_be_read_back(self) -> None:
        worst = "\x01" * 4_000
        people = tuple(Interlocutor(None, "\x01" * 20) for _ in range(1_000))
        change = to(
            kind=worst, host=worst, city=worst, venue=worst, note=worst,
            participants=("\x01" * 20,) * 1_000, interlocutors=people,
        )  # fmt: skip
        assert from_json(as_json(change)) == change


class TestFaults:
    @pytest.mark.parametrize(
        ("values", "fault"),
        [
            ({"ends_at": THREE}, ChangeFault.END_BEFORE_START),
            ({"ends_at": THREE - HOUR}, ChangeFault.END_BEFORE_START),
            ({"ends_at": THREE + 25 * HOUR}, ChangeFault.TOO_LONG),
            ({"latitude": 91.0}, ChangeFault.BAD_COORDINATES),
            ({"longitude": -180.5}, ChangeFault.BAD_COORDINATES),
            ({"longitude": None}, ChangeFault.BAD_COORDINATES),
            ({"latitude": float("nan")}, ChangeFault.BAD_COORDINATES),
            ({"participants": tuple(f"O{n}" for n in range(201))}, ChangeFault.TOO_MANY_PARTICIPANTS),
            ({"host": " "}, ChangeFault.EMPTY_HOST),
            ({"time_zone": "Moon/Base"}, ChangeFault.UNKNOWN_ZONE),
            ({"venue": "x" * 501}, ChangeFault.TEXT_TOO_LONG),
            ({"note": "x" * 1_001}, ChangeFault.TEXT_TOO_LONG),
            ({"interlocutors": (Interlocutor("x" * 300, "y" * 201),)}, ChangeFault.TEXT_TOO_LONG),
            ({"participants": ("x" * 500,) * 10 + ("y",)}, ChangeFault.TEXT_TOO_LONG),
        ],
    )
    def test_a_meeting_that_cannot_be_says_why(self, values: dict[str, Any], fault: ChangeFault) -> None:
        assert faults_of(replace(MEETING, **values), NOW) == [fault]

    @pytest.mark.parametrize(
        "values",
        [
            {"latitude": -90.0, "longitude": 180.0},
            {"latitude": 0.0, "longitude": 0.0},
            {"latitude": None, "longitude": None},
            {"ends_at": THREE + 24 * HOUR},
            {"note": "x" * 1_000, "venue": "x" * 500},
            {"participants": tuple(f"O{n}" for n in range(200))},
            {"participants": ("x" * 500,) * 10, "interlocutors": (Interlocutor(None, "x" * 500),)},
        ],
    )
    def test_a_meeting_at_the_very_limit_can_be(self, values: dict[str, Any]) -> None:
        assert faults_of(replace(MEETING, **values), NOW) == []

    @pytest.mark.parametrize(
        ("year", "faults"),
        [(1919, [ChangeFault.YEAR_OUT_OF_RANGE]), (1999, [ChangeFault.YEAR_OUT_OF_RANGE]), (2000, []), (2023, [])],
    )
    def test_a_meeting_in_1919_is_a_slip_of_the_pen(self, year: int, faults: list[ChangeFault]) -> None:
        assert faults_of(replace(MEETING, starts_at=THREE.replace(year=year), ends_at=None), NOW) == faults

    def test_more_than_five_years_ahead_is_one_too(self) -> None:
        five = NOW.replace(year=2024)
        assert faults_of(replace(MEETING, starts_at=five, ends_at=None), NOW) == []
        later = replace(MEETING, starts_at=five + timedelta(days=1), ends_at=None)
        assert faults_of(later, NOW) == [ChangeFault.YEAR_OUT_OF_RANGE]


class TestAtOnce:
    @pytest.mark.parametrize(
        ("values", "at_once"),
        [
            ({"starts_at": THREE + 2 * HOUR}, True),
            ({"starts_at": THREE - 2 * HOUR}, True),
            ({"starts_at": THREE + 2 * HOUR + timedelta(minutes=1)}, False),
            ({"starts_at": NOW - timedelta(minutes=1)}, False),
            ({"ends_at": THREE + 3 * HOUR}, True),
            ({"ends_at": THREE + 4 * HOUR}, False),
            ({"ends_at": None}, True),
            ({"starts_at": THREE + HOUR, "venue": "Hall 1"}, True),
            ({"starts_at": THREE + HOUR, "venue": "Hall 2"}, False),
            ({"time_zone": "Europe/Moscow"}, False),
            ({"cancelled": True}, False),
            ({"postponed": True}, False),
            ({"participants": ("HQ",)}, False),
            ({"note": "late"}, False),
        ],
    )
    def test_an_observer_moves_his_own_meeting_by_two_hours_and_proposes_the_rest(
        self, values: dict[str, Any], at_once: bool
    ) -> None:
        assert may_apply_at_once(MEETING, to(**values), NOW, own=True, leads=False) is at_once

    @given(meetings, changes)
    def test_a_coordinator_changes_anything_and_a_stranger_nothing(self, meeting: Meeting, change: Change) -> None:
        assert may_apply_at_once(meeting, change, NOW, own=False, leads=True)
        nothing = apply(meeting, change) == meeting
        assert may_apply_at_once(meeting, change, NOW, own=False, leads=False) is nothing

    @pytest.mark.parametrize("state", ["cancelled", "postponed"])
    def test_an_observer_does_not_move_what_was_called_off(self, state: str) -> None:
        meeting = replace(MEETING, **{state: True})  # type: ignore[arg-type]
        assert not may_apply_at_once(meeting, to(starts_at=THREE + HOUR), NOW, own=True, leads=False)

    def test_an_observer_does_not_move_his_meeting_into_the_past(self) -> None:
        soon = THREE - timedelta(minutes=30)
        assert may_apply_at_once(MEETING, to(starts_at=soon), soon, own=True, leads=False)
        assert not may_apply_at_once(MEETING, to(starts_at=THREE - HOUR), soon, own=True, leads=False)

    def test_an_observer_does_not_rewrite_a_meeting_that_is_over(self) -> None:
        now = THREE + HOUR
        assert not may_apply_at_once(MEETING, to(starts_at=THREE + HOUR), now, own=True, leads=False)


class TestPast:
    def test_a_meeting_is_past_when_its_end_lies_behind(self) -> None:
        assert not is_past(MEETING, THREE + timedelta(minutes=59))
        assert is_past(MEETING, THREE + HOUR)

    def test_one_without_an_end_is_past_after_twelve_hours(self) -> None:
        meeting = replace(MEETING, ends_at=None)
        assert not is_past(meeting, THREE + 11 * HOUR)
        assert is_past(meeting, THREE + 12 * HOUR)

    def test_one_without_a_date_is_never_past(self) -> None:
        assert not is_past(replace(MEETING, postponed=True), THREE + timedelta(days=9))
