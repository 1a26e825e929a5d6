"""A file comes for a programme that has moved on since: what it would do is known before anything is done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.change import Difference, Field
from domain.meeting import Meeting
from domain.programme import TOLD, ProgrammeRow, read_programme
from domain.programme_import import Plan, ProgrammeFile, Step, cancelling, plan
from tests.unit.test_programme_sheets import DAY_FILE, imported

MORNING = datetime(2019, 6, 8, 3, 25, tzinfo=UTC)
HEADER = ["reference", "date", "start", "end", "host", "venue"]


def day() -> list[ProgrammeRow]:
    return imported(DAY_FILE.read_bytes())[0]


def stored(rows: Sequence[ProgrammeRow]) -> list[Meeting]:
    """A programme as a first import leaves it."""
    new = plan([], ProgrammeFile(tuple(rows)), set(), MORNING).new
    return [replace(meeting, meeting_id=number) for number, meeting in enumerate(new, 1)]


def planned(
    programme: Sequence[Meeting], rows: Sequence[ProgrammeRow], cancelled: Sequence[str] = (), now: datetime = MORNING
) -> Plan:
    imported_ids = {meeting.meeting_id for meeting in programme if not meeting.unplanned}
    return plan(programme, ProgrammeFile(tuple(rows), tuple(cancelled)), imported_ids, now)


def file(*rows: Sequence[str], header: Sequence[str] = HEADER) -> list[ProgrammeRow]:
    numbered = list(enumerate(rows, 2))
    found, faults, _ = read_programme(header, numbered, default_time_zone="Asia/Almaty", known_participants=None)
    assert not faults
    return found


def references(meetings: Sequence[Meeting]) -> list[str]:
    return [meeting.reference for meeting in meetings]


def test_the_same_file_again_changes_nothing() -> None:
    again = planned(stored(day()), day())
    assert again.empty
    assert len(again.unchanged) == 7
    assert (again.leaving, again.staying) == ((), ())


def test_what_the_file_does_not_tell_stays_as_it_was_changed_here() -> None:
    programme = stored(day())
    programme[0] = replace(programme[0], venue="Mangilik Yel 2", note="Bring passports", revision=3)
    assert planned(programme, day()).empty


def test_a_start_that_moves_takes_along_an_end_that_is_not_told_and_leaves_one_that_is() -> None:
    programme = stored(file(["M1", "2019-06-08", "14:00", "15:00", "Majilis", ""]))
    end_told = planned(programme, file(["M1", "2019-06-08", "14:30", "15:00", "Majilis", ""])).changed[0].after
    assert end_told.ends_at == programme[0].ends_at
    no_end = file(["M1", "2019-06-08", "14:30", "Majilis"], header=["reference", "date", "start", "host"])
    assert planned(programme, no_end).changed[0].after.ends_at == datetime(2019, 6, 8, 9, 30, tzinfo=UTC)


def test_a_postponed_meeting_is_planned_again_by_another_time_only() -> None:
    programme = [replace(meeting, postponed=True) for meeting in stored(day())]
    assert planned(programme, day()).empty
    moved = [row.model_copy(update={"starts_at": row.starts_at + timedelta(hours=1), "ends_at": None}) for row in day()]
    assert not any(step.after.postponed for step in planned(programme, moved).changed)


def test_a_cancelled_meeting_stays_so_unless_the_file_says_otherwise() -> None:
    programme = stored(day())
    programme[2] = replace(programme[2], cancelled=True)
    silent = planned(programme, day())
    assert (silent.empty, references(silent.still_cancelled)) == (True, ["M03"])
    says = planned(programme, [row.model_copy(update={"told": TOLD}) for row in day()])
    again = replace(programme[2], cancelled=False, revision=programme[2].revision + 1)
    assert says.changed == (Step(programme[2], again, (Difference(Field.CANCELLED, before=True, after=False),)),)
    assert says.still_cancelled == ()


def test_a_calendar_cancels_what_is_planned_and_only_names_what_is_not() -> None:
    programme = stored(day())
    found = planned(programme, day()[1:], ["M01", "M01", "X9", "M02"])
    [step] = found.changed
    assert (step.before.reference, step.after.cancelled, found.never_planned) == ("M01", True, ("X9",))
    assert planned([step.after, *programme[1:]], day()[1:], ["M01"]).empty


def test_a_row_that_left_the_file_is_asked_about() -> None:
    programme = stored(day())
    found = planned(programme, day()[:-1])
    assert (found.empty, references(found.leaving)) == (True, ["M07"])
    assert references(found.unchanged) == ["M01", "M02", "M03", "M04", "M05", "M06"]
    off = replace(programme[-1], cancelled=True, revision=2)
    assert cancelling(found.leaving) == (
        Step(programme[-1], off, (Difference(Field.CANCELLED, before=False, after=True),)),
    )


@pytest.mark.parametrize(("now", "asked"), [(MORNING, ["M05"]), (MORNING + timedelta(hours=9), [])])
def test_what_is_over_is_not_cancelled_for_not_being_listed(now: datetime, asked: list[str]) -> None:
    found = planned(stored(day()), [row for row in day() if row.reference != "M05"], now=now)
    assert references(found.leaving) == asked
    assert references((*found.leaving, *found.staying)) == ["M05"]


def test_a_file_of_one_day_says_nothing_of_the_others() -> None:
    programme = stored(day())
    found = planned(programme, [row for row in day() if row.reference == "M06"])
    assert (references(found.leaving), len(found.staying)) == (["M07"], 5)


@pytest.mark.parametrize(("days", "asked"), [(2, ["M2"]), (3, [])])
def test_a_file_of_half_the_programme_is_the_whole_of_it_and_one_of_less_is_not(days: int, asked: list[str]) -> None:
    rows = file(*([f"M{n}", f"2019-06-{8 + n:02}", "14:00", "15:00", "Majilis", ""] for n in range(1, days + 1)))
    assert references(planned(stored(rows), rows[:1]).leaving) == asked


def test_what_nobody_had_planned_or_what_came_by_chat_never_left_a_file() -> None:
    programme = stored(day())
    programme += [replace(programme[0], meeting_id=90, reference="U001", unplanned=True)]
    programme += [replace(programme[0], meeting_id=91, reference="N01")]
    found = plan(programme, ProgrammeFile(tuple(day())), set(range(1, 8)), MORNING)
    assert (found.leaving, references(found.staying)) == ((), ["U001", "N01"])


def test_a_calendar_of_others_that_has_venue_and_city_in_one_changes_neither() -> None:
    programme = stored(day())
    programme[0] = replace(programme[0], venue="Mangilik Yel 2")
    told = day()[0].model_copy(update={"venue": "Mangilik Yel 2, Nur-Sultan", "told": TOLD - {"city"}})
    assert planned(programme, [told, *day()[1:]]).empty


def test_new_meetings_have_numbers_of_their_own_before_they_are_stored() -> None:
    found = planned([], day())
    assert [meeting.meeting_id for meeting in found.new] == [-1, -2, -3, -4, -5, -6, -7]
    assert {meeting.revision for meeting in found.new} == {1}
