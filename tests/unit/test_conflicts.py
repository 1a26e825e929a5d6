"""What a programme cannot hold is told, once, and what it can is not."""

import time
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conflict import MOST_CONFLICTS, Conflict, ConflictKind, Rules, conflicts, conflicts_of
from domain.meeting import Meeting
from domain.place import metres_between

DAY = datetime(2019, 6, 8, tzinfo=UTC)
NUR_SULTAN = (51.128, 71.43)
KARAGANDA = (49.806, 73.085)
NOBODY: dict[int, frozenset[int]] = {}


def meeting(
    number: int,
    start: float,
    end: float | None,
    *participants: str,
    at: tuple[float | None, float | None] | None = None,
    venue: str = "",
    host: str = "",
    cancelled: bool = False,
    postponed: bool = False,
    zone: str = "UTC",
) -> Meeting:
    return Meeting(
        meeting_id=number,
        reference=f"M{number}",
        starts_at=DAY + timedelta(hours=start),
        ends_at=None if end is None else DAY + timedelta(hours=end),
        time_zone=zone,
        kind="",
        host=host or f"Host {number}",
        city="Nur-Sultan",
        venue=venue,
        latitude=at[0] if at else None,
        longitude=at[1] if at else None,
        interlocutors=(),
        participants=participants,
        cancelled=cancelled,
        postponed=postponed,
        revision=1,
    )


def brief(found: list[Conflict]) -> list[tuple[ConflictKind, int, int | None]]:
    return [(conflict.kind, conflict.meeting_id, conflict.other_id) for conflict in found]


class TestTwoPlaces:
    def test_a_team_is_not_at_two_meetings_at_once(self) -> None:
        found = conflicts([meeting(2, 10.5, 12, "Team 1"), meeting(1, 10, 11, "HQ", "Team 1")], NOBODY)
        assert found == [Conflict(ConflictKind.TWO_PLACES, 1, 2, names=("Team 1",))]

    def test_somebody_in_a_team_and_by_name_is_seen(self) -> None:
        people = {1: frozenset({7, 8}), 2: frozenset({8, 9})}
        found = conflicts([meeting(1, 10, 11, "Team 1"), meeting(2, 10, 11, "O008")], people)
        assert found == [Conflict(ConflictKind.TWO_PLACES, 1, 2, person_ids=(8,))]

    @pytest.mark.parametrize("state", ["cancelled", "postponed"])
    def test_what_does_not_take_place_is_in_nobodys_way(self, state: str) -> None:
        there = meeting(1, 10, 11, "HQ", cancelled=state == "cancelled", postponed=state == "postponed")
        assert conflicts([there, meeting(2, 10, 11, "HQ")], NOBODY) == []

    def test_the_conflicts_of_a_meeting_alone_come_before_those_with_others_in_their_order(self) -> None:
        day = Rules(silent_days=frozenset({date(2019, 6, 8)}))
        one, two, three = (meeting(number, 10, 11, "HQ", venue="Hall") for number in (1, 2, 3))
        assert brief(conflicts([three, two, one], NOBODY, day)) == [
            (ConflictKind.SILENCE, 1, None),
            (ConflictKind.TWO_PLACES, 1, 2),
            (ConflictKind.VENUE, 1, 2),
            (ConflictKind.TWO_PLACES, 1, 3),
            (ConflictKind.VENUE, 1, 3),
            (ConflictKind.SILENCE, 2, None),
            (ConflictKind.TWO_PLACES, 2, 3),
            (ConflictKind.VENUE, 2, 3),
            (ConflictKind.SILENCE, 3, None),
        ]

    def test_one_meeting_may_begin_when_the_other_ends(self) -> None:
        assert conflicts([meeting(1, 10, 11, "HQ"), meeting(2, 11, 12, "HQ")], NOBODY) == []

    @pytest.mark.parametrize("end", [None, 10, 9])
    def test_a_meeting_without_an_end_lasts_an_hour_and_so_does_one_that_ends_as_it_begins(
        self, end: float | None
    ) -> None:
        assert conflicts([meeting(1, 10, end, "HQ"), meeting(2, 11, 12, "HQ")], NOBODY) == []
        assert len(conflicts([meeting(1, 10, end, "HQ"), meeting(2, 10.9, 12, "HQ")], NOBODY)) == 1

    def test_other_people_meet_at_the_same_time(self) -> None:
        people = {1: frozenset({1}), 2: frozenset({2})}
        assert conflicts([meeting(1, 10, 11, "Team 1"), meeting(2, 10, 11, "Team 2")], people) == []


class TestTravel:
    def test_nobody_drives_two_hundred_kilometres_in_half_an_hour(self) -> None:
        found = conflicts([meeting(1, 10, 11, "HQ", at=NUR_SULTAN), meeting(2, 11.5, 12, "HQ", at=KARAGANDA)], NOBODY)
        assert brief(found) == [(ConflictKind.TRAVEL, 1, 2)]
        assert found[0].metres == 187_953
        assert found[0].needed == timedelta(hours=3, minutes=46)  # 3:45:33
        assert found[0].available == timedelta(minutes=30)
        assert found[0].names == ("HQ",)

    def test_just_in_time_is_in_time_and_who_walks_is_looked_at_too(self) -> None:
        way = [meeting(1, 10, 11, "HQ", at=NUR_SULTAN), meeting(2, 12, 13, "HQ", at=KARAGANDA)]
        assert conflicts(way, NOBODY, Rules(speed_kmh=187.953)) == []
        assert len(conflicts(way, NOBODY, Rules(speed_kmh=187.9))) == 1
        assert len(conflicts(way, NOBODY, Rules(speed_kmh=1))) == 1

    def test_four_hours_are_enough_and_so_is_a_helicopter(self) -> None:
        away = meeting(1, 10, 11, "HQ", at=NUR_SULTAN)
        assert conflicts([away, meeting(2, 15, 16, "HQ", at=KARAGANDA)], NOBODY) == []
        soon = meeting(2, 12, 13, "HQ", at=KARAGANDA)
        assert conflicts([away, soon], NOBODY, Rules(speed_kmh=250)) == []
        assert conflicts([away, soon], NOBODY, Rules(speed_kmh=0)) == []

    @pytest.mark.parametrize("at", [None, (51.128, None), (None, 71.43)])
    def test_where_a_place_is_not_known_nobody_guesses_and_the_way_past_it_counts(
        self, at: tuple[float | None, float | None] | None
    ) -> None:
        there, unknown = meeting(1, 10, 11, "HQ", at=NUR_SULTAN), meeting(2, 11, 11.5, "HQ", at=at)
        assert conflicts([there, unknown], NOBODY) == []
        far = meeting(3, 12, 13, "HQ", at=KARAGANDA)
        assert brief(conflicts([there, unknown, far], NOBODY)) == [(ConflictKind.TRAVEL, 1, 3)]

    def test_the_longer_of_two_meetings_at_once_is_where_he_comes_from(self) -> None:
        long, short = meeting(1, 10, 12, "HQ", at=NUR_SULTAN), meeting(2, 10.5, 11, "HQ", at=(51.0, 71.4))
        far = meeting(3, 12, 13, "HQ", at=KARAGANDA)
        found = brief(conflicts([long, short, far], NOBODY))
        assert found == [(ConflictKind.TWO_PLACES, 1, 2), (ConflictKind.TRAVEL, 1, 3)]

    def test_two_people_on_the_same_way_are_one_conflict(self) -> None:
        people = {1: frozenset({1, 2}), 2: frozenset({1, 2})}
        found = conflicts([meeting(1, 10, 11, at=NUR_SULTAN), meeting(2, 11, 12, at=KARAGANDA)], people)
        assert [conflict.person_ids for conflict in found] == [(1, 2)]

    def test_where_their_ways_part_the_rest_of_each_is_looked_at(self) -> None:
        people = {1: frozenset({1, 2}), 2: frozenset({1, 2}), 3: frozenset({1}), 4: frozenset({2})}
        way = [meeting(n, 9 + n, 10 + n, at=at) for n, at in ((1, NUR_SULTAN), (2, KARAGANDA), (3, NUR_SULTAN))]
        found = conflicts([*way, meeting(4, 12.5, 13, at=NUR_SULTAN)], people)
        ways = [conflict for conflict in found if conflict.kind is ConflictKind.TRAVEL]
        assert [(c.meeting_id, c.other_id, c.person_ids) for c in ways] == [(1, 2, (1, 2)), (2, 3, (1,)), (2, 4, (2,))]


class TestVenue:
    def test_two_hosts_in_the_same_hall_are_told_however_it_is_written(self) -> None:
        found = conflicts([meeting(1, 10, 11, venue="Hall  No. 5"), meeting(2, 10, 11, venue="HALL no 5")], NOBODY)
        assert brief(found) == [(ConflictKind.VENUE, 1, 2)]

    def test_two_teams_at_one_host_are_daily_practice(self) -> None:
        teams = [meeting(number, 10, 11, f"Team {number}", venue="Hall", host="CEC") for number in (1, 2)]
        assert conflicts(teams, NOBODY) == []

    def test_thirty_metres_apart_is_one_venue_unless_both_are_named(self) -> None:
        near = (NUR_SULTAN[0] + 0.00027, NUR_SULTAN[1])
        assert brief(conflicts([meeting(1, 10, 11, at=NUR_SULTAN), meeting(2, 10, 11, at=near)], NOBODY)) == [
            (ConflictKind.VENUE, 1, 2)
        ]
        rooms = [meeting(1, 10, 11, at=NUR_SULTAN, venue="Room 1"), meeting(2, 10, 11, at=near, venue="Room 2")]
        assert conflicts(rooms, NOBODY) == []

    @pytest.mark.parametrize(("degrees", "metres", "one"), [(0.00044, 49, True), (0.00045, 50, False)])
    def test_fifty_metres_apart_are_two_venues_even_if_only_one_has_a_name(
        self, degrees: float, metres: int, one: bool
    ) -> None:
        there = (NUR_SULTAN[0] + degrees, NUR_SULTAN[1])
        assert metres_between(*NUR_SULTAN, *there) == metres
        halls = [meeting(1, 10, 11, at=NUR_SULTAN, venue="Hall"), meeting(2, 10, 11, at=there)]
        assert brief(conflicts(halls, NOBODY)) == [(ConflictKind.VENUE, 1, 2)] * one

    @pytest.mark.parametrize("half", [(NUR_SULTAN[0], None), (None, NUR_SULTAN[1])])
    def test_half_of_a_place_is_no_venue(self, half: tuple[float | None, float | None]) -> None:
        for places in ((NUR_SULTAN, half), (half, NUR_SULTAN), (half, half)):
            assert conflicts([meeting(n, 10, 11, at=at) for n, at in enumerate(places)], NOBODY) == []

    def test_a_hundred_metres_apart_or_an_hour_later_are_two(self) -> None:
        far = (NUR_SULTAN[0] + 0.0009, NUR_SULTAN[1])
        assert conflicts([meeting(1, 10, 11, at=NUR_SULTAN), meeting(2, 10, 11, at=far)], NOBODY) == []
        assert conflicts([meeting(1, 10, 11, venue="Hall"), meeting(2, 11, 12, venue="Hall")], NOBODY) == []


class TestDays:
    RULES = Rules(first_day=date(2019, 6, 7), last_day=date(2019, 6, 9), silent_days=frozenset({date(2019, 6, 8)}))

    def test_a_meeting_in_the_day_of_silence_is_told(self) -> None:
        assert brief(conflicts([meeting(1, 10, 11)], NOBODY, self.RULES)) == [(ConflictKind.SILENCE, 1, None)]

    def test_a_meeting_that_lasts_into_the_silence_is_told_and_one_until_midnight_is_not(self) -> None:
        assert brief(conflicts([meeting(1, -1, 0.5)], NOBODY, self.RULES)) == [(ConflictKind.SILENCE, 1, None)]
        assert conflicts([meeting(1, -1, 0)], NOBODY, self.RULES) == []

    def test_the_place_says_which_day_it_is(self) -> None:
        evening = meeting(1, -4, -3, zone="Asia/Almaty")  # 20:00 UTC on the 7th is 2:00 of the 8th there
        assert brief(conflicts([evening], NOBODY, self.RULES)) == [(ConflictKind.SILENCE, 1, None)]
        assert brief(conflicts_of(evening, [], NOBODY, self.RULES)) == [(ConflictKind.SILENCE, 1, None)]
        assert conflicts([meeting(1, 20, 21, zone="Asia/Almaty")], NOBODY, self.RULES) == []

    @pytest.mark.parametrize(("hours", "outside"), [(-48, True), (-24, False), (24, False), (48, True)])
    def test_a_meeting_before_or_after_the_mission_is_told(self, hours: int, outside: bool) -> None:
        found = conflicts([meeting(1, hours + 10, hours + 11)], NOBODY, self.RULES)
        assert brief(found) == ([(ConflictKind.OUTSIDE_MISSION, 1, None)] if outside else [])


_places = st.sampled_from([None, NUR_SULTAN, KARAGANDA, (51.1282, 71.43)])
_meetings = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.integers(1, 4) | st.none(),
        st.sets(st.sampled_from(["HQ", "Team 1", "Team 2"])),
        _places,
        st.sampled_from(["", "Hall", "Room"]),
        st.sampled_from(["CEC", "Majilis"]),
        st.sampled_from([(False, False)] * 8 + [(True, False), (False, True)]),
        st.frozensets(st.integers(1, 5), max_size=3),
    ),
    max_size=12,
)


def programme(drawn: list[tuple]) -> tuple[list[Meeting], dict[int, frozenset[int]]]:  # type: ignore[type-arg]
    made = [
        meeting(
            number, start / 2, None if length is None else (start + length) / 2, *sorted(names),
            at=at, venue=venue, host=host, cancelled=state[0], postponed=state[1],
        )
        for number, (start, length, names, at, venue, host, state, _) in enumerate(drawn, 1)
    ]  # fmt: skip
    return made, {number: row[-1] for number, row in enumerate(drawn, 1)}


@given(_meetings, st.randoms(use_true_random=False))
def test_the_order_of_the_programme_does_not_matter_and_each_pair_is_told_once(
    drawn: list[tuple],  # type: ignore[type-arg]
    random: Random,
) -> None:
    made, people = programme(drawn)
    rules = Rules(silent_days=frozenset({date(2019, 6, 8)}))
    found = conflicts(made, people, rules)
    assert len(set(brief(found))) == len(found)
    random.shuffle(made)
    assert conflicts(made, people, rules) == found


@given(_meetings)
def test_two_places_are_found_as_by_comparing_every_pair(drawn: list[tuple]) -> None:  # type: ignore[type-arg]
    made, people = programme(drawn)
    there = [m for m in made if not (m.cancelled or m.postponed)]
    expected = {
        frozenset({a.meeting_id, b.meeting_id})
        for a in there
        for b in there
        if a.meeting_id != b.meeting_id
        and a.starts_at < (b.ends_at or b.starts_at + timedelta(hours=1))
        and b.starts_at < (a.ends_at or a.starts_at + timedelta(hours=1))
        and (set(a.participants) & set(b.participants) or people[a.meeting_id] & people[b.meeting_id])
    }
    found = [c for c in conflicts(made, people) if c.kind is ConflictKind.TWO_PLACES]
    assert {frozenset({c.meeting_id, c.other_id}) for c in found} == expected


@given(_meetings)
def test_one_meetings_conflicts_are_those_of_all_that_name_it(drawn: list[tuple]) -> None:  # type: ignore[type-arg]
    made, people = programme(drawn)
    every = conflicts(made, people)
    for one in made:
        expected = [c for c in every if one.meeting_id in {c.meeting_id, c.other_id}]
        assert conflicts_of(one, made, people) == expected


def test_a_meeting_that_would_move_is_looked_at_where_it_would_be() -> None:
    old, other = meeting(1, 10, 11, "HQ"), meeting(2, 12, 13, "HQ")
    assert conflicts([old, other], NOBODY) == []
    assert brief(conflicts_of(meeting(1, 12, 13, "HQ"), [old, other], NOBODY)) == [(ConflictKind.TWO_PLACES, 1, 2)]
    assert conflicts_of(meeting(1, 12, 13, "HQ", cancelled=True), [old, other], NOBODY) == []


def test_two_new_meetings_need_numbers_of_their_own() -> None:
    with pytest.raises(ValueError, match="id 0"):
        conflicts([meeting(0, 10, 11), meeting(0, 12, 13)], NOBODY)


def test_a_large_programme_and_an_absurd_one_come_to_an_end() -> None:
    random = Random(5)
    made, people = [], {}
    for number in range(1, 2001):
        start = random.randrange(0, 3 * 24 * 4) / 4
        at = (51 + random.random() / 5, 71 + random.random() / 5)
        made.append(meeting(number, start, start + 1, f"Team {random.randrange(200)}", at=at))
        people[number] = frozenset(random.sample(range(1000), 5))
    began = time.perf_counter()
    found = conflicts(made, people)
    print(f"2,000 meetings, 1,000 people: {len(found)} conflicts in {time.perf_counter() - began:.2f} s")
    assert 0 < len(found) <= MOST_CONFLICTS
    crowd = frozenset(range(1000))
    began = time.perf_counter()
    assert (
        len(conflicts([meeting(n, 10, 11) for n in range(2000)], dict.fromkeys(range(2000), crowd))) == MOST_CONFLICTS
    )
    print(f"everybody everywhere at once: {time.perf_counter() - began:.2f} s")
