"""What a file makes of the programme, before anything is written: facts for a preview, and what is then applied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.change import Change, Difference, Field, apply, diff_programme, is_past
from domain.meeting import Meeting
from domain.programme import ProgrammeRow

CANCEL = Change.of({Field.CANCELLED: True})


@dataclass(frozen=True, slots=True)
class ProgrammeFile:
    """What was read in a file: its meetings, and the references of events that it only calls cancelled."""

    rows: tuple[ProgrammeRow, ...]
    cancelled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One meeting that becomes another."""

    before: Meeting
    after: Meeting
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a file does."""

    new: tuple[Meeting, ...] = ()
    """In the order of the file; each with a negative id of its own."""
    changed: tuple[Step, ...] = ()
    """In the programme's order, cancelled ones among them."""
    unchanged: tuple[Meeting, ...] = ()
    leaving: tuple[Meeting, ...] = ()
    """Came with a file once and are not in this one: a person is asked whether they are cancelled."""
    staying: tuple[Meeting, ...] = ()
    """Not in the file either, and none of its business: never in any file, past, or of other days."""
    still_cancelled: tuple[Meeting, ...] = ()
    """In the file, which says nothing of their being cancelled: they stay so. They are changed or unchanged as well."""
    never_planned: tuple[str, ...] = ()
    """The file calls them cancelled and the programme never had them."""

    @property
    def empty(self) -> bool:
        """The programme has everything as the file has it."""
        return not (self.new or self.changed)

    @property
    def touched(self) -> tuple[Meeting, ...]:
        """Everything that is new or differs, as it will be."""
        return (*self.new, *(step.after for step in self.changed))


def plan(programme: Sequence[Meeting], file: ProgrammeFile, imported: set[int], now: datetime) -> Plan:
    """What makes the programme into what the file says. `imported` are ids of meetings that came with a file once.

    A reference stands in a file once; who reads it sees to that.
    """
    stored = {meeting.reference: meeting for meeting in programme}
    listed = {row.reference: row for row in file.rows}
    wanted = [_as_told(row, stored.get(row.reference), -number) for number, row in enumerate(file.rows, 1)]
    only_cancelled = [ref for ref in dict.fromkeys(file.cancelled) if ref not in listed]
    wanted += [apply(stored[ref], CANCEL) for ref in only_cancelled if ref in stored]
    difference = diff_programme(programme, wanted)
    after = {meeting.reference: meeting for meeting in wanted}
    missing = [stored[reference] for reference in difference.missing if not stored[reference].cancelled]
    leaving = _leaving(missing, wanted, imported, now)
    return Plan(
        new=difference.new,
        changed=tuple(Step(stored[ref], after[ref], each) for ref, each in difference.changed.items()),
        unchanged=tuple(m for m in programme if m.reference in after and m.reference not in difference.changed),
        leaving=tuple(leaving),
        staying=tuple(meeting for meeting in missing if meeting not in leaving),
        still_cancelled=tuple(
            stored[ref] for ref, row in listed.items() if "cancelled" not in row.told and _is_off(stored.get(ref))
        ),
        never_planned=tuple(ref for ref in only_cancelled if ref not in stored),
    )


def cancelling(meetings: Iterable[Meeting]) -> tuple[Step, ...]:
    """The steps by which these are cancelled."""
    pairs = ((meeting, apply(meeting, CANCEL)) for meeting in meetings)
    return tuple(Step(old, new, (Difference(Field.CANCELLED, before=False, after=True),)) for old, new in pairs)


def _as_told(row: ProgrammeRow, before: Meeting | None, new_id: int) -> Meeting:
    """The meeting as the file has it, and what the file does not tell as it is.

    A start that stands where it stood is not named: naming one plans a postponed meeting again.
    """
    if before is None:
        facts: dict[str, Any] = {field.value: getattr(row, field.value) for field in Field}
        return Meeting(meeting_id=new_id, reference=row.reference, revision=1, **facts)
    values = {field: getattr(row, field.value) for field in Field if field.value in row.told}
    if values[Field.STARTS_AT] == before.starts_at:
        del values[Field.STARTS_AT]
    if Field.CITY not in values and values.get(Field.VENUE) == ", ".join(filter(None, (before.venue, before.city))):
        del values[Field.VENUE]  # both in one: how calendars of others say it
    return apply(before, Change.of(values))


def _is_off(meeting: Meeting | None) -> bool:
    return meeting is not None and meeting.cancelled


def _leaving(missing: Sequence[Meeting], listed: Sequence[Meeting], imported: set[int], now: datetime) -> list[Meeting]:
    """Those that the file could be expected to have.

    A file with less than half of what files brought so far is one of some days, and says nothing of the others.
    """
    could = [m for m in missing if m.meeting_id in imported and not m.unplanned and not is_past(m, now)]
    brought, lacking = (sum(m.meeting_id in imported for m in meetings) for meetings in (listed, missing))
    if brought >= lacking:
        return could
    days = {meeting.local_day for meeting in listed}
    return [meeting for meeting in could if min(days) <= meeting.local_day <= max(days)]
