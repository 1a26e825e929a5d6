"""Reminders on a real database: in time, once, to those it concerns; taken back with the meeting they are of."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.button import Presence
from domain.meeting import Meeting
from domain.mission import Mission
from services import reminders
from services.desk import Desk
from storage import accounts, checkins, meetings, outbox, panels, people
from storage.database import connect, migrate
from tests.sqlite.test_outbox_history import steps
from texts.tongue import Tongues

MISSION = Mission("Mission", "Asia/Almaty", ("en", "ru", "kk"), (time(20),), eve_at=None)
EVENING = replace(MISSION, eve_at=time(19))
FIRST = datetime(2019, 6, 1, tzinfo=UTC)
ALMATY = timedelta(hours=6)
TONGUES = Tongues(MISSION.languages)
TEAM, OTHER = 1, 2


def at(hour: int, minute: int = 0, day: int = 8, second: int = 0) -> datetime:
    """A moment by the clocks of Almaty in June 2019."""
    return datetime(2019, 6, day, hour, minute, second, tzinfo=UTC) - ALMATY


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fieldpost.db"
    with closing(connect(path)) as db:
        migrate(db)
        people.ensure_teams(db, ["T", "U"])
    return path


@pytest.fixture
def db(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(file)) as db:
        yield db


def desk(db: sqlite3.Connection, now: datetime, mission: Mission = MISSION) -> Desk:
    return Desk(db, now, mission, TONGUES)


def tick(db: sqlite3.Connection, now: datetime, mission: Mission = MISSION) -> int:
    return reminders.queue_due(desk(db, now, mission))


def person(db: sqlite3.Connection, chat: int, team: int | None = TEAM, zone: str = "Asia/Almaty", **rest: str) -> int:
    """Somebody aboard, whose chat this is."""
    reference = f"p{chat}"
    row = {"name": reference, "role": "observer", "team_id": team, "delegation": "", "language": "en", "phone": ""}
    people.add(db, [{"reference": reference, **row, "time_zone": zone, "zone_known": 1, "extra": "{}", **rest}], FIRST)
    found = people.find_by_reference(db, reference)
    assert found is not None
    accounts.bind(db, chat, found.person_id, "", FIRST)
    return found.person_id


def plan(
    db: sqlite3.Connection, starts_at: datetime, *, teams: tuple[int, ...] = (TEAM,), names: tuple[int, ...] = (),
    zone: str = "Asia/Almaty", reference: str = "M1",
) -> Meeting:  # fmt: skip
    ends_at = starts_at + timedelta(hours=1)
    meeting = Meeting(
        0, reference, starts_at, ends_at, zone, "visit", f"Host <{reference}> & Co", "City", "Hall", None, None, (), (),
        False, 1,
    )  # fmt: skip
    number = meetings.save(db, meeting, author_id=None, source="test", reason="", now=FIRST)
    meetings.set_participants(db, number, teams, names)
    return replace(meeting, meeting_id=number)


def change(db: sqlite3.Connection, meeting: Meeting, now: datetime, **values: Any) -> Meeting:
    """The meeting as it is from now on; who was reminded is seen to."""
    after = replace(meeting, **values, revision=meeting.revision + 1)
    meetings.save(db, after, author_id=None, source="test", reason="", now=now)
    reminders.withdraw(desk(db, now), meeting.meeting_id)
    return after


def send(db: sqlite3.Connection, now: datetime) -> list[tuple[int, str, dict[str, Any]]]:
    """Everything that waits goes; (chat, method, payload) of it."""
    sent = []
    while listed := outbox.list_sendable(db, now, 100):
        for letter in outbox.claim(db, [row[0] for row in listed], now):
            sent.append((letter.chat_id, letter.method, letter.payload))
            outbox.mark_sent(db, letter.letter_id, 1000 + letter.letter_id, now)
            reminders.settled(desk(db, now), letter.letter_id)
    return sent


def day_of(
    db: sqlite3.Connection, since: datetime, until: datetime, mission: Mission = MISSION
) -> list[tuple[str, int]]:
    """What a mission that ticks every minute tells: (hour in Almaty, chat)."""
    heard, now = [], since
    while now <= until:
        tick(db, now, mission)
        heard += [((now + ALMATY).strftime("%H:%M"), chat) for chat, _, _ in send(db, now)]
        now += timedelta(minutes=1)
    return heard


def waiting(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM outbox WHERE state = 'queued'").fetchone()[0])


def labels(payload: dict[str, Any]) -> list[str]:
    rows = payload.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def test_everybody_is_reminded_an_hour_and_a_quarter_of_an_hour_before_by_name_or_by_team(
    db: sqlite3.Connection,
) -> None:
    person(db, 11)
    both = person(db, 12)
    by_name = person(db, 13, OTHER)
    person(db, 14, OTHER)
    plan(db, at(15), names=(both, by_name))
    assert day_of(db, at(13), at(16)) == [(hour, chat) for hour in ("14:00", "14:45") for chat in (11, 12, 13)]
    keys = [row[0] for row in db.execute("SELECT once_key FROM outbox ORDER BY id")]
    assert keys[0] == "remind:1:1:2019-06-08T09:00:00+00:00:60"


def test_a_reminder_says_where_and_when_and_takes_ones_word(db: sqlite3.Connection) -> None:
    person(db, 11)
    person(db, 12, zone="Europe/Moscow", language="ru")
    person(db, 13, zone="Pacific/Honolulu")
    meeting = plan(db, at(15))
    meetings.save(db, replace(meeting, note="Bring <badges>", revision=2), author_id=None, source="test", reason="",
                  now=FIRST)  # fmt: skip
    tick(db, at(14))
    here, moscow, hawaii = [payload for _, _, payload in send(db, at(14))]
    assert "<b>15:00–16:00 Host &lt;M1&gt; &amp; Co</b>\nSaturday, June 8, 2019, Asia/Almaty" in here["text"]
    assert "visit, Hall, City" in here["text"]
    assert "Note: Bring &lt;badges&gt;" in here["text"]
    assert "Your time" not in here["text"]
    assert labels(here) == ["I am here", "On my way", "Cannot attend", "Open meeting"]
    assert "15:00–16:00" in moscow["text"]
    assert "Ваше время: 12:00–13:00 (Москва)" in moscow["text"]
    assert "Your time: Friday, June 7, 2019, 23:00–00:00 (Honolulu)" in hawaii["text"]


def test_nobody_is_reminded_of_what_does_not_take_place_or_has_begun(db: sqlite3.Connection) -> None:
    person(db, 11)
    for number, values in enumerate(({"cancelled": True}, {"postponed": True})):
        meeting = plan(db, at(15), reference=f"M{number}")
        change(db, meeting, at(10), **values)
    plan(db, at(13), reference="begun")
    assert day_of(db, at(13), at(16)) == []


def test_who_is_there_cannot_attend_is_not_aboard_or_not_reached_is_left_alone(db: sqlite3.Connection) -> None:
    ids = {chat: person(db, chat) for chat in range(11, 18)}
    meeting = plan(db, at(15))
    for chat, word in ((11, Presence.ARRIVED), (12, Presence.CANNOT_ATTEND), (13, Presence.ON_MY_WAY)):
        checkins.add(db, meeting.meeting_id, ids[chat], word, at(13), at(13))
    taken_back = checkins.add(db, meeting.meeting_id, ids[14], Presence.CANNOT_ATTEND, at(13), at(13))
    fact = checkins.find(db, taken_back)
    assert fact is not None
    checkins.take_back(db, fact, ids[14], at(13), at(13))
    people.end_access(db, ids[15], "left", at(13))
    accounts.mark_unreachable(db, 16, at(13))
    people.choose_reminders(db, ids[17], ())
    assert day_of(db, at(13), at(16)) == [("14:00", 13), ("14:00", 14), ("14:45", 13), ("14:45", 14)]


def test_each_has_his_own_lead_times_and_who_comes_late_hears_the_nearest_only(db: sqlite3.Connection) -> None:
    early, late = person(db, 11), person(db, 12)
    people.choose_reminders(db, early, (90, 5))
    plan(db, at(15))
    accounts_row = db.execute("SELECT * FROM account WHERE telegram_id = 12").fetchone()
    db.execute("DELETE FROM account WHERE telegram_id = 12")
    first = day_of(db, at(13), at(14, 50))
    accounts.bind(db, 12, late, "", at(14, 50))
    assert accounts_row is not None
    assert first + day_of(db, at(14, 50), at(16)) == [("13:30", 11), ("14:50", 12), ("14:55", 11)]


class TestQuietHours:
    def test_a_reminder_waits_for_the_morning_unless_it_cannot(self, db: sqlite3.Connection) -> None:
        sleeper = person(db, 11)
        people.choose_quiet_hours(db, sleeper, (time(22), time(8)))
        plan(db, at(8, 30), reference="morning")
        plan(db, at(8, 10), reference="early")
        plan(db, at(23, day=7), reference="night")
        assert day_of(db, at(21, day=7), at(9)) == [("22:45", 11), ("07:55", 11), ("08:00", 11), ("08:15", 11)]

    def test_they_are_those_of_his_own_clock(self, db: sqlite3.Connection) -> None:
        moscow = person(db, 11, zone="Europe/Moscow")
        people.choose_quiet_hours(db, moscow, (time(22), time(8)))
        plan(db, at(11, 30))  # 08:30 in Moscow
        assert day_of(db, at(9), at(12)) == [("11:00", 11), ("11:15", 11)]


class TestClocks:
    def test_the_night_the_clocks_of_the_place_change_a_reminder_comes_an_hour_before(
        self, db: sqlite3.Connection
    ) -> None:
        person(db, 11, zone="Asia/Almaty")
        for start, reference in (
            (datetime(2024, 3, 31, 1, 30, tzinfo=UTC), "spring"),  # 03:30 in Berlin, an hour after 01:30
            (datetime(2024, 10, 27, 1, 30, tzinfo=UTC), "autumn"),  # the second 02:30 in Berlin
        ):
            plan(db, start, zone="Europe/Berlin", reference=reference)
            for minutes, written in ((61, 0), (60, 1), (59, 0), (15, 1), (14, 0)):
                assert tick(db, start - timedelta(minutes=minutes)) == written, (reference, minutes)

    def test_both_sides_of_kazakhstans_new_zone_tell_place_time(self, db: sqlite3.Connection) -> None:
        person(db, 11, zone="Europe/Moscow")
        for day, ours in ((29, 6), (1, 5)):
            start = datetime(2024, 2 if day == 29 else 3, day, 10, tzinfo=UTC) - timedelta(hours=ours)
            plan(db, start, reference=f"day {day}")
            tick(db, start - timedelta(minutes=60))
            ((_, _, payload),) = send(db, start - timedelta(minutes=60))
            assert "10:00–11:00" in payload["text"]
            assert f"Your time: {10 + 3 - ours:02}:00" in payload["text"]


class TestMoved:
    def test_from_15_to_14_at_13_50_reminds_at_once_and_not_twice(self, file: Path) -> None:
        with closing(connect(file)) as db:
            person(db, 11)
            meeting = plan(db, at(15))
            assert day_of(db, at(13), at(13, 50)) == []
            change(db, meeting, at(13, 50), starts_at=at(14), ends_at=at(15))
            assert tick(db, at(13, 50)) == 1
            assert tick(db, at(13, 50, second=5)) == 0
        with closing(connect(file)) as db:  # a restart, with the letter still unsent
            assert tick(db, at(13, 51)) == 0
            ((_, _, payload),) = send(db, at(13, 51))
            assert "14:00–15:00" in payload["text"]
            assert day_of(db, at(13, 51), at(15, 30)) == []

    def test_to_tomorrow_todays_reminder_says_so_and_tomorrow_reminds(self, file: Path) -> None:
        with closing(connect(file)) as db:
            person(db, 11)
            meeting = plan(db, at(15))
            assert day_of(db, at(14), at(14, 5)) == [("14:00", 11)]
        with closing(connect(file)) as db:
            change(db, meeting, at(14, 10), starts_at=at(10, day=9), ends_at=at(11, day=9))
            ((chat, method, payload),) = send(db, at(14, 10))
            assert (chat, method, payload["message_id"]) == (11, "editMessageText", 1001)
            assert payload["text"].startswith("<s>15:00 Host &lt;M1&gt; &amp; Co</s>\n<b>Moved to tomorrow, Sunday")
            assert "10:00" in payload["text"]
            assert labels(payload) == ["Open meeting"]
            assert day_of(db, at(14, 11), at(15, 30)) == []
            assert day_of(db, at(8, day=9), at(12, day=9)) == [("09:00", 11), ("09:45", 11)]

    def test_while_the_letter_still_waits_it_is_not_sent_and_comes_back_with_the_meeting(
        self, db: sqlite3.Connection
    ) -> None:
        person(db, 11)
        meeting = plan(db, at(15))
        assert tick(db, at(14)) == 1
        moved = change(db, meeting, at(14, 1), starts_at=at(10, day=9))
        assert waiting(db) == 0
        assert day_of(db, at(14, 2), at(14, 4)) == []
        change(db, moved, at(14, 5), starts_at=at(15))
        assert day_of(db, at(14, 6), at(14, 8)) == [("14:06", 11)]

    def test_while_the_letter_is_on_its_way_it_is_edited_when_it_has_arrived(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        meeting = plan(db, at(15))
        tick(db, at(14))
        (letter,) = outbox.claim(db, [1], at(14))
        change(db, meeting, at(14), cancelled=True)
        assert waiting(db) == 0
        outbox.mark_sent(db, letter.letter_id, 77, at(14))
        reminders.settled(desk(db, at(14)), letter.letter_id)
        ((_, method, payload),) = send(db, at(14))
        assert (method, payload["message_id"]) == ("editMessageText", 77)
        assert "<b>Cancelled.</b>" in payload["text"]

    def test_a_letter_that_has_to_be_tried_again_is_dropped_instead(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        meeting = plan(db, at(15))
        tick(db, at(14))
        outbox.claim(db, [1], at(14))
        change(db, meeting, at(14), cancelled=True)
        outbox.mark_again(db, 1, at(14), "no network")
        reminders.settled(desk(db, at(14)), 1)
        assert waiting(db) == 0

    def test_a_reminder_that_found_no_network_until_the_meeting_began_is_not_sent(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        plan(db, at(15))
        tick(db, at(14, 45))
        outbox.claim(db, [1], at(14, 59))
        outbox.mark_again(db, 1, at(15), "no network")
        reminders.settled(desk(db, at(15)), 1)
        assert waiting(db) == 0

    def test_and_moved_once_more_it_says_the_last_word_and_back_again_it_is_the_reminder_again(
        self, db: sqlite3.Connection
    ) -> None:
        person(db, 11)
        meeting = plan(db, at(15))
        assert day_of(db, at(14), at(14)) == [("14:00", 11)]
        meeting = change(db, meeting, at(14, 1), starts_at=at(10, day=12), ends_at=at(11, day=12))
        assert "Moved to Wednesday, June 12, 2019, 10:00" in send(db, at(14, 1))[0][2]["text"]
        meeting = change(db, meeting, at(14, 2), starts_at=at(17), ends_at=at(18))
        assert "<b>Moved to 17:00.</b>" in send(db, at(14, 2))[0][2]["text"]
        meeting = change(db, meeting, at(14, 3), starts_at=at(15), ends_at=at(16))
        ((_, method, payload),) = send(db, at(14, 3))
        assert method == "editMessageText"
        assert labels(payload)[0] == "I am here"
        assert day_of(db, at(14, 4), at(15, 30)) == [("14:45", 11)]

    def test_twice_and_then_nothing_new(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        meeting = plan(db, at(15))
        day_of(db, at(14), at(14))
        change(db, meeting, at(14, 1), cancelled=True)
        for _ in range(3):
            reminders.withdraw(desk(db, at(14, 2)), meeting.meeting_id)
        assert len(send(db, at(14, 2))) == 1
        reminders.withdraw(desk(db, at(14, 3)), meeting.meeting_id)
        assert waiting(db) == 0


class TestWithdrawn:
    def test_cancelled_takes_back_every_reminder_sent_or_waiting(self, db: sqlite3.Connection) -> None:
        for chat in (11, 12):
            person(db, chat)
        meeting = plan(db, at(15))
        assert len(day_of(db, at(14), at(14))) == 2
        assert tick(db, at(14, 45)) == 2
        change(db, meeting, at(14, 46), cancelled=True)
        sent = send(db, at(14, 46))
        assert [(chat, method) for chat, method, _ in sent] == [(11, "editMessageText"), (12, "editMessageText")]
        assert all("<b>Cancelled.</b>" in payload["text"] for _, _, payload in sent)
        assert day_of(db, at(14, 47), at(15, 30)) == []

    def test_postponed_says_that_there_is_no_time_yet(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        meeting = plan(db, at(15))
        day_of(db, at(14), at(14))
        change(db, meeting, at(14, 1), postponed=True)
        assert "<b>Postponed.</b>" in send(db, at(14, 1))[0][2]["text"]

    def test_who_is_no_longer_expected_is_told_so_and_the_others_are_left_alone(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        other = person(db, 12, OTHER)
        meeting = plan(db, at(15), teams=(TEAM, OTHER))
        day_of(db, at(14), at(14))
        meetings.set_participants(db, meeting.meeting_id, [TEAM], [])
        change(db, meeting, at(14, 1))
        ((chat, _, payload),) = send(db, at(14, 1))
        assert chat == 12
        assert "no longer expected" in payload["text"]
        assert labels(payload) == ["Programme"]
        meetings.set_participants(db, meeting.meeting_id, [TEAM], [other])
        reminders.withdraw(desk(db, at(14, 2)), meeting.meeting_id)
        ((chat, _, payload),) = send(db, at(14, 2))
        assert (chat, labels(payload)[0]) == (12, "I am here")

    def test_what_he_works_in_by_now_or_was_at_or_no_longer_reads_is_left_alone(self, db: sqlite3.Connection) -> None:
        ids = {chat: person(db, chat) for chat in (11, 12, 13)}
        meeting = plan(db, at(15))
        day_of(db, at(14), at(14))
        panels.write(db, 11, None, 1001)
        checkins.add(db, meeting.meeting_id, ids[12], Presence.ARRIVED, at(14), at(14))
        db.execute("UPDATE account SET ended_at = bound_at WHERE telegram_id = 13")
        change(db, meeting, at(14, 1), cancelled=True)
        assert waiting(db) == 0

    def test_yesterdays_reminders_stay_as_they_are(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        meeting = plan(db, at(15))
        day_of(db, at(14), at(14))
        change(db, meeting, at(15, 1, day=9), cancelled=True)
        assert waiting(db) == 0


class TestEve:
    def at_seven(self, db: sqlite3.Connection, mission: Mission = EVENING) -> list[tuple[int, dict[str, Any]]]:
        tick(db, at(19, day=7), mission)
        return [(chat, payload) for chat, _, payload in send(db, at(19, day=7))]

    def test_everybody_with_meetings_tomorrow_is_told_them_once(self, file: Path) -> None:
        with closing(connect(file)) as db:
            person(db, 11)
            by_name = person(db, 12, OTHER)
            person(db, 13, None)
            plan(db, at(12), reference="noon")
            plan(db, at(9), reference="morning", names=(by_name,))
            plan(db, at(9, day=9), reference="after tomorrow")
            off = plan(db, at(10), reference="off")
            change(db, off, at(12, day=7), cancelled=True)
            assert tick(db, at(18, 59, day=7), EVENING) == 0
            (first, payload), (second, other) = self.at_seven(db)
            assert (first, second) == (11, 12)
            text = payload["text"]
            assert text.startswith("<b>Tomorrow, Saturday, June 8, 2019</b>\n\n<b>09:00–10:00 Host &lt;morning&gt;")
            assert text.index("morning") < text.index("noon")
            assert "off" not in text
            assert "after tomorrow" not in text
            assert "noon" not in other["text"]
            assert labels(payload) == ["09:00 Host <morning> & Co", "12:00 Host <noon> & Co", "Programme"]
            assert db.execute("SELECT DISTINCT kind FROM outbox").fetchall()[0][0] == "digest"
        with closing(connect(file)) as db:
            assert [tick(db, at(19 + hour, day=7), EVENING) for hour in range(1, 5)] == [0] * 4

    def test_at_seven_on_his_own_clock_of_the_places_tomorrow(self, db: sqlite3.Connection) -> None:
        person(db, 11, zone="Europe/Moscow")
        plan(db, at(9))
        assert [(hour, chat) for hour, chat in day_of(db, at(18, day=7), at(23, 50, day=7), EVENING)] == [("22:00", 11)]
        texts = [json.loads(row[0])["text"] for row in db.execute("SELECT payload FROM outbox")]
        assert "09:00–10:00" in texts[0]
        assert "Your time: 06:00–07:00 (Moscow)" in texts[0]

    def test_after_downtime_it_comes_until_midnight_and_not_after(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        person(db, 12, zone="Europe/Moscow")
        plan(db, at(9))
        assert tick(db, at(23, 59, day=7), EVENING) == 2
        assert tick(db, at(0, 1), EVENING) == 0

    def test_not_after_midnight(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        plan(db, at(9))
        assert tick(db, at(0, 0), EVENING) == 0

    def test_quiet_hours_put_it_off_and_a_night_before_midnight_spares_him(self, db: sqlite3.Connection) -> None:
        dinner, asleep = person(db, 11), person(db, 12)
        people.choose_quiet_hours(db, dinner, (time(18, 30), time(20)))
        people.choose_quiet_hours(db, asleep, (time(18), time(7)))
        plan(db, at(9))
        assert [hour for hour in day_of(db, at(18, day=7), at(7, 50), EVENING) if hour[0] < "21:00"] == [("20:00", 11)]

    def test_never_where_the_mission_wants_none(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        plan(db, at(9))
        assert self.at_seven(db, MISSION) == []

    def test_once_on_each_evening_across_the_changes_of_clocks(self, db: sqlite3.Connection) -> None:
        person(db, 11, zone="Europe/Berlin")
        for month, first in ((3, 29), (10, 25)):
            for day in range(4):
                start = datetime(2024, month, first, 11, tzinfo=UTC) + timedelta(days=day)
                plan(db, start, zone="Europe/Berlin", reference=f"{month} {day}")
            now = datetime(2024, month, first - 1, 12, tzinfo=UTC)
            told = []
            while now < datetime(2024, month, first + 2, 23, tzinfo=UTC):
                tick(db, now, EVENING)
                told += [now for _, _, payload in send(db, now) if "Tomorrow" in payload["text"]]
                now += timedelta(minutes=20)
            summer = {3: (18, 18, 18, 17), 10: (17, 17, 17, 18)}[month]
            assert [moment.hour for moment in told] == list(summer)

    def test_a_day_of_many_meetings_fits_one_message(self, db: sqlite3.Connection) -> None:
        person(db, 11)
        for number in range(60):
            plan(db, at(9) + timedelta(minutes=10 * number), reference=f"{number} {'&<б>🎉' * 40}")
        ((_, payload),) = self.at_seven(db)
        assert payload["text"].endswith("… and more.")
        assert len(payload["reply_markup"]["inline_keyboard"]) == 31


def test_a_tick_does_not_look_through_what_was_told_on_earlier_days(tmp_path: Path) -> None:
    work = []
    for days in (1, 40):
        with closing(connect(tmp_path / f"{days}.db")) as db:
            migrate(db)
            people.ensure_teams(db, ["T"])
            for chat in range(11, 31):
                person(db, chat)
            for day in range(days):
                start = at(15) - timedelta(days=day + 2)
                plan(db, start, reference=f"D{day}")
                assert tick(db, start - timedelta(minutes=60)) == 20
            plan(db, at(15))
            assert tick(db, at(14)) == 20
            work.append(steps(db, lambda db=db: tick(db, at(14, 1), EVENING)))  # type: ignore[misc]
    assert work[1] <= work[0] * 1.2
