"""The overdue ladder over a simulated day of 432 people: each step at its minute, and no alarm without need."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.alarm import Ladder
from domain.button import Presence
from domain.duty_button import How
from domain.mission import Mission
from services import ladder
from storage import hearing, meetings, people
from storage.database import as_text
from tests.sqlite.duty import FIRST_CHAT, Duty
from tests.sqlite.screen import Screen

DAWN = datetime(2019, 6, 8, 0, 0, tzinfo=UTC)
MISSION = Mission("Mission", "UTC", ("en",), (time(20),))
TEAMS, MEMBERS = 60, 7
STEPS = {"asked": 15, "leader": 30, "coordinator": 45, "unaccounted": 60}


def at(hour: int, minute: int = 0) -> datetime:
    return DAWN + timedelta(hours=hour, minutes=minute)


@pytest.fixture
def duty(tmp_path: Path) -> Duty:
    return Duty(tmp_path, MISSION, DAWN)


def tick(duty: Duty, now: datetime) -> None:
    with duty.db:
        duty.db.execute("BEGIN IMMEDIATE")
        ladder.queue_steps(duty.desk(now))
    duty.deliver()


def small(duty: Duty) -> tuple[int, int, int, int]:
    """(observer, leader, coordinator, meeting at 09:30)."""
    observer = duty.person("O1", team="A", phone="+7 701 000 00 01")
    leader = duty.person("L1", "team_leader", "A")
    coordinator = duty.person("C1", "coordinator")
    number = duty.meeting("M1", at(9, 30), ["A"])
    duty.say(number, leader, Presence.ARRIVED, at(9, 25))
    return observer, leader, coordinator, number


def run(duty: Duty, since: datetime, until: datetime, restarts: bool = False) -> None:
    now = since
    while now <= until:
        tick(duty, now)
        if restarts:
            duty.restart()
        now += timedelta(minutes=1)


def deny(duty: Duty, reader: int) -> None:
    """Whatever is written to this person fails, through no fault of the disk."""
    duty.db.execute(
        f"CREATE TRIGGER denied BEFORE INSERT ON outbox WHEN NEW.chat_id = {FIRST_CHAT + reader}"
        " BEGIN SELECT RAISE(ABORT, 'no'); END"
    )


def allow(duty: Duty) -> None:
    duty.db.execute("DROP TRIGGER denied")


def move(duty: Duty, number: int, start: datetime, now: datetime) -> None:
    planned = meetings.find(duty.db, number)
    assert planned is not None
    moved = replace(planned, starts_at=start, ends_at=start + timedelta(hours=1), revision=planned.revision + 1)
    meetings.save(duty.db, moved, author_id=None, source="chat", reason="", now=now)


@pytest.mark.parametrize("restarts", [False, True])
def test_he_his_leader_and_the_coordinator_are_told_each_at_the_minute(duty: Duty, restarts: bool) -> None:
    observer, leader, coordinator, _ = small(duty)
    run(duty, at(9, 20), at(12), restarts)
    ((asked, question),) = duty.letters(observer)
    ((told, word),) = duty.letters(leader)
    (first, alarm), (second, unaccounted) = duty.letters(coordinator)
    assert [asked, told, first, second] == [at(9, 45), at(10), at(10, 15), at(10, 30)]
    assert "Are you well?" in question
    assert "No sign of life from 1 person" in word
    assert "30 minutes after the start" in word
    assert "+7 701 000 00 01" in alarm
    assert "tg://user?id=" in alarm
    assert "Last sign: Jun 7" in alarm
    assert "Unaccounted for: 1 person" in unaccounted


def test_any_sign_of_life_stands_it_down_everywhere_and_whoever_was_alarmed_is_told(duty: Duty) -> None:
    observer, leader, coordinator, _ = small(duty)
    run(duty, at(9, 20), at(10, 16))
    duty.heard(observer, at(10, 17))
    run(duty, at(10, 17), at(12))
    assert "Person O1</b> gave a sign of life (10:17)" in duty.letters(leader)[-1][1]
    assert "Person O1</b> gave a sign of life (10:17)" in duty.letters(coordinator)[-1][1]
    assert [len(duty.letters(who)) for who in (observer, leader, coordinator)] == [1, 2, 2]
    edits = [row[0] for row in duty.rows("SELECT payload FROM outbox WHERE method = 'editMessageText' ORDER BY id")]
    assert len(edits) == 3
    assert sum("<s>" in edit for edit in edits) == 2
    assert sum("you are accounted for" in edit for edit in edits) == 1
    assert duty.rows("SELECT outcome FROM alarm") == [("sign",)]


def test_an_alarm_that_nobody_has_seen_yet_is_taken_back_unsaid(duty: Duty) -> None:
    observer, leader, _, _ = small(duty)
    run(duty, at(9, 20), at(9, 59))
    with duty.db:
        ladder.queue_steps(duty.desk(at(10)))
        duty.heard(observer, at(10))
        ladder.queue_steps(duty.desk(at(10) + timedelta(seconds=20)))
    duty.deliver()
    assert duty.letters(leader) == []


def test_who_said_anything_of_the_meeting_is_not_looked_for(duty: Duty) -> None:
    observer, leader, coordinator, number = small(duty)
    duty.say(number, observer, Presence.CANNOT_ATTEND, at(5))
    run(duty, at(9, 20), at(12))
    assert [duty.letters(who) for who in (observer, leader, coordinator)] == [[], [], []]


def test_a_leader_who_checks_him_in_speaks_for_him(duty: Duty) -> None:
    observer, leader, coordinator, number = small(duty)
    run(duty, at(9, 20), at(9, 50))
    duty.say(number, observer, Presence.ARRIVED, at(9, 55), by=leader)
    run(duty, at(9, 55), at(12))
    assert duty.letters(leader) == duty.letters(coordinator) == []


def test_who_is_on_his_way_is_asked_when_he_should_have_arrived(duty: Duty) -> None:
    observer, *_, number = small(duty)
    duty.say(number, observer, Presence.ON_MY_WAY, at(9, 20))
    duty.db.execute("UPDATE checkin SET eta_at = ? WHERE presence = 'w'", (as_text(at(10, 30)),))
    run(duty, at(9, 20), at(10, 44))
    assert duty.letters(observer) == []
    tick(duty, at(10, 45))
    assert len(duty.letters(observer)) == 1


def test_a_cancelled_meeting_alarms_nobody_and_withdraws_what_it_raised(duty: Duty) -> None:
    observer, leader, coordinator, number = small(duty)
    run(duty, at(9, 20), at(10))
    duty.db.execute("UPDATE meeting SET cancelled_at = ? WHERE id = ?", (as_text(at(10)), number))
    run(duty, at(10, 1), at(12))
    assert [len(duty.letters(who)) for who in (observer, leader, coordinator)] == [1, 2, 0]
    assert "not expected there any more" in duty.letters(leader)[-1][1]


@pytest.mark.parametrize(("moved_at", "start", "asked"), [((9, 20), (14, 0), (14, 15)), ((9, 50), (9, 0), (10, 5))])
def test_a_moved_meeting_counts_from_when_people_could_know(
    duty: Duty, moved_at: tuple[int, int], start: tuple[int, int], asked: tuple[int, int]
) -> None:
    observer, *_, number = small(duty)
    duty.db.execute("UPDATE meeting SET starts_at = ?, ends_at = ?", (as_text(at(15)), as_text(at(16))))
    now = at(*moved_at)
    move(duty, number, at(*start), now)
    run(duty, now, at(*asked) - timedelta(minutes=1))
    assert duty.letters(observer) == []
    tick(duty, at(*asked))
    assert len(duty.letters(observer)) == 1


def test_a_programme_imported_in_the_evening_asks_nobody_about_the_day(duty: Duty) -> None:
    observer = duty.person("O1", team="A")
    duty.begun = at(11)
    duty.meeting("M1", at(9, 30), ["A"])
    run(duty, at(11), at(13, 30))
    assert duty.letters(observer) == []


def test_who_is_in_his_quiet_hours_sleeps(duty: Duty) -> None:
    observer, *_ = small(duty)
    people.choose_quiet_hours(duty.db, observer, (time(22), time(10)))
    run(duty, at(9, 20), at(10, 14))
    assert duty.letters(observer) == []
    tick(duty, at(10, 15))
    assert len(duty.letters(observer)) == 1


def test_nobody_is_alarmed_for_what_the_bot_could_not_hear(duty: Duty) -> None:
    observer, leader, coordinator, _ = small(duty)
    hearing.note_heard(duty.db, at(9, 10))
    hearing.fall_deaf(duty.db, at(10, 50))
    run(duty, at(10, 50), at(10, 52))
    hearing.hear_again(duty.db, at(10, 53), timedelta(minutes=1))
    run(duty, at(10, 53), at(14))
    assert [duty.letters(who) for who in (observer, leader, coordinator)] == [[], [], []]


def test_a_short_outage_only_puts_the_question_off(duty: Duty) -> None:
    observer, *_ = small(duty)
    hearing.note_heard(duty.db, at(9, 35))
    hearing.fall_deaf(duty.db, at(9, 37))
    hearing.hear_again(duty.db, at(9, 45), timedelta(minutes=1))
    run(duty, at(9, 45), at(9, 54))
    assert duty.letters(observer) == []
    tick(duty, at(9, 55))
    assert len(duty.letters(observer)) == 1


def test_two_ticks_at_once_and_a_clock_that_jumps_alarm_once(duty: Duty) -> None:
    observer, leader, coordinator, _ = small(duty)
    for now in (at(9, 45), at(9, 45), at(9, 44), at(33), at(9, 46), at(9, 46)):
        tick(duty, now)
    assert len(duty.letters(observer)) == 1
    assert len(duty.letters(leader)) <= 1
    assert duty.letters(coordinator) == []


def test_the_steps_are_the_missions_own_choice(duty: Duty) -> None:
    observer, leader, *_ = small(duty)
    minutes = [timedelta(minutes=n) for n in (5, 6, 90, 100)]
    duty.mission = Mission("Mission", "UTC", ("en",), (time(20),), ladder=Ladder(*minutes))  # type: ignore[arg-type]
    run(duty, at(9, 20), at(9, 40))
    assert [duty.letters(observer)[0][0], duty.letters(leader)[0][0]] == [at(9, 35), at(9, 36)]
    duty.mission = Mission("Mission", "UTC", ("en",), (time(20),), ladder=Ladder(on=False))
    run(duty, at(9, 41), at(13))
    assert len(duty.letters(leader)) == 1


class Day:
    """A day of 432 people: 60 teams of seven, twelve coordinators, three meetings a team; one of each is silent."""

    def __init__(self, duty: Duty) -> None:
        self.duty = duty
        self.coordinators = [duty.person(f"C{n:02}", "coordinator") for n in range(12)]
        self.members: dict[str, list[int]] = {}
        for n in range(TEAMS):
            team = f"Team {n:02}"
            self.members[team] = [duty.person(f"L{n:02}", "team_leader", team)]
            self.members[team] += [duty.person(f"O{n:02}{m}", team=team) for m in range(MEMBERS - 1)]
        self.teams = list(self.members)
        self.held = {
            (team, start): duty.meeting(f"{team} {start:%H}", start, [team])
            for team in self.teams
            for start in (at(9, 30), at(13), at(16))
        }
        self.silent = {team: found[-1] for team, found in self.members.items()}
        self.climbed: dict[int, dict[str, datetime]] = {}

    def pass_by(self, until: datetime, signs: dict[int, datetime]) -> None:
        """Everybody but the silent checks in five minutes before each meeting, but for the last: the bot is deaf."""
        now = at(9)
        while now <= until:
            if now == at(15, 30):
                hearing.note_heard(self.duty.db, now)
                hearing.fall_deaf(self.duty.db, now)
            if now == at(17):
                hearing.hear_again(self.duty.db, now, timedelta(minutes=1))
            self._check_in(now)
            for person in (person for person, moment in signs.items() if moment == now):
                self.duty.heard(person, now)
            tick(self.duty, now)
            if now.minute % 10 == 0:
                self.duty.restart()
            for rung, person in self.duty.rows("SELECT rung, person_id FROM alarm WHERE closed_at IS NULL"):
                self.climbed.setdefault(person, {}).setdefault(rung, now)
            now += timedelta(minutes=1)

    def _check_in(self, now: datetime) -> None:
        for (team, start), number in self.held.items():
            if now == start - timedelta(minutes=5) and not hearing.is_deaf(self.duty.db):
                for person in self.members[team][:-1]:
                    self.duty.say(number, person, Presence.ARRIVED, now)


def test_a_day_of_432_people(duty: Duty) -> None:
    """Meetings cancelled and moved, signs after the leader was told, an outage, a restart each ten minutes."""
    day = Day(duty)
    assert duty.rows("SELECT count(*) FROM person") == [(432,)]
    cancelled, moved, heard = day.teams[:5], day.teams[5:10], day.teams[20:40]
    for team in cancelled:
        duty.db.execute("UPDATE meeting SET cancelled_at = '2019' WHERE id = ?", (day.held[team, at(9, 30)],))
    for team in moved:
        move(duty, day.held[team, at(9, 30)], at(11), at(9, 20))
    signs = {day.silent[team]: at(10, 5) for team in heard}
    day.pass_by(at(18), signs)
    assert set(day.climbed) == set(day.silent.values()), "nobody else was ever looked for"
    for team, person in day.silent.items():
        start = at(13) if team in cancelled else at(11) if team in moved else at(9, 30)
        steps = {rung: start + timedelta(minutes=n) for rung, n in STEPS.items()}
        if team in heard:
            steps["coordinator"], steps["unaccounted"] = at(13, 45), at(14)
        assert day.climbed[person] == steps, team
    counted = Counter(duty.rows("SELECT since_at, coalesce(outcome, 'open') FROM alarm"))
    assert counted == {
        (as_text(at(9, 30)), "sign"): 20,
        (as_text(at(9, 30)), "open"): 30,
        (as_text(at(11)), "open"): 5,
        (as_text(at(13)), "open"): 25,
    }, "none for cancelled ones, none at 16:00, as the bot was deaf; one alarm a person at a time"
    texts = [text for _, text in duty.letters(day.coordinators[0])]
    assert sum("No sign of life from 30 people" in text for text in texts) == 1
    assert sum("Unaccounted for: 30 people" in text for text in texts) == 1
    leader = day.members["Team 20"][0]
    assert "gave a sign of life (10:05)" in duty.letters(leader)[1][1]


def test_a_leader_who_could_not_be_told_is_told_as_soon_as_he_can_be_and_once(duty: Duty) -> None:
    observer, leader, coordinator, _ = small(duty)
    deny(duty, leader)
    run(duty, at(9, 20), at(10, 5), restarts=True)
    assert duty.letters(leader) == []
    allow(duty)
    run(duty, at(10, 6), at(10, 20), restarts=True)
    ((told, word),) = duty.letters(leader)
    assert told == at(10, 6)
    assert "No sign of life from 1 person" in word
    ((alarmed, _),) = duty.letters(coordinator)
    assert alarmed == at(10, 15), "the next rung waited for nobody"
    assert len(duty.letters(observer)) == 1


def test_an_alarm_that_could_not_be_told_in_time_is_not_told_when_it_is_over_or_has_climbed(duty: Duty) -> None:
    observer, leader, coordinator, _ = small(duty)
    deny(duty, leader)
    run(duty, at(9, 20), at(10, 16))
    allow(duty)
    run(duty, at(10, 17), at(10, 20))
    assert duty.letters(leader) == [], "the coordinator has it now"
    deny(duty, coordinator)
    run(duty, at(10, 21), at(10, 31))
    duty.heard(observer, at(10, 32))
    allow(duty)
    run(duty, at(10, 32), at(11))
    first, over = duty.letters(coordinator)
    assert "No sign of life" in first[1]
    assert "gave a sign of life (10:32)" in over[1]
    assert duty.rows("SELECT count(*) FROM alarm_owed") == [(0,)]


def test_who_could_not_be_told_that_all_is_well_is_told_later_and_others_at_once(duty: Duty) -> None:
    observer, leader, coordinator, _ = small(duty)
    run(duty, at(9, 20), at(10, 16))
    deny(duty, leader)
    duty.heard(observer, at(10, 17))
    run(duty, at(10, 17), at(10, 30))
    assert [len(duty.letters(who)) for who in (observer, leader, coordinator)] == [1, 1, 2]
    allow(duty)
    run(duty, at(10, 31), at(11))
    assert [len(duty.letters(who)) for who in (observer, leader, coordinator)] == [1, 2, 2]
    told, word = duty.letters(leader)[-1]
    assert told == at(10, 31)
    assert "gave a sign of life (10:17)" in word
    edits = duty.rows("SELECT count(*) FROM outbox WHERE method = 'editMessageText'")
    assert edits == [(3,)]


def test_who_blocked_the_bot_is_passed_over_and_the_next_is_told_in_his_place(duty: Duty) -> None:
    observer, leader, coordinator, _ = small(duty)
    other = duty.person("C2", "coordinator")
    scope = "INSERT INTO scope (person_id, team_id) SELECT ?, id FROM team WHERE name = 'B'"
    duty.person("O2", team="B")
    duty.db.execute(scope, (other,))
    silent = "UPDATE account SET unreachable_since = ? WHERE person_id = ?"
    duty.db.execute(silent, (as_text(at(9, 50)), leader))
    run(duty, at(9, 20), at(10, 1))
    assert duty.letters(leader) == []
    ((told, word),) = duty.letters(coordinator)
    assert told == at(10)
    assert "Person O1" in word
    assert duty.letters(other) == []
    duty.db.execute(silent, (as_text(at(10, 2)), coordinator))
    run(duty, at(10, 2), at(10, 16))
    ((told, _),) = duty.letters(other)
    assert told == at(10, 15)
    assert len(duty.letters(coordinator)) == 1
    chief = Screen(duty, other, at(10, 20))
    ((alarm_id,),) = duty.rows("SELECT id FROM alarm")
    chief.do(ladder.resolve, alarm_id, How.NO_BOT)
    assert duty.rows("SELECT outcome FROM alarm") == [("resolved",)]
    assert len(duty.letters(observer)) == 1
