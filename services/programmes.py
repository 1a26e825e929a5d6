"""Bringing the programme up to date with a file: new meetings, changed ones, and those the file does not have."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.meeting import Meeting
from domain.programme import ProgrammeRow
from services.desk import Desk
from storage import meetings, people


@dataclass(frozen=True, slots=True)
class ProgrammeChange:
    """What importing a programme does, as references in the file's order (`missing` in the programme's)."""

    new: list[str]
    changed: list[str]
    missing: list[str]
    """In the programme and not in the file: they stay, a meeting is cancelled by a person only."""
    unchanged: list[str]

    @property
    def empty(self) -> bool:
        """The programme has everything as the file has it."""
        return not (self.new or self.changed)


def known_participants(desk: Desk) -> set[str]:
    """What a programme may list as participants: names of teams and references of people."""
    return {*people.list_team_ids(desk.db), *(p.reference for p in people.list_all(desk.db, active_only=False))}


def preview(desk: Desk, rows: Sequence[ProgrammeRow]) -> ProgrammeChange:
    """What `apply` would do."""
    stored = {meeting.reference: meeting for meeting in meetings.list_all(desk.db)}
    new, changed, unchanged = [], [], []
    for row in rows:
        before = stored.get(row.reference)
        if before is None:
            new.append(row.reference)
        elif _meeting(row, before) != before:
            changed.append(row.reference)
        else:
            unchanged.append(row.reference)
    listed = {row.reference for row in rows}
    return ProgrammeChange(new, changed, [ref for ref in stored if ref not in listed], unchanged)


def apply(
    desk: Desk, rows: Sequence[ProgrammeRow], change: ProgrammeChange, author_id: int | None = None, reason: str = ""
) -> None:
    """Write what is new or differs, each with its revision, and resolve again whom every listed meeting is for."""
    teams = people.list_team_ids(desk.db)
    persons = {p.reference: p.person_id for p in people.list_all(desk.db, active_only=False)}
    differing = {*change.new, *change.changed}
    for row in rows:
        before = meetings.find_by_reference(desk.db, row.reference)
        if row.reference in differing:
            meeting = _meeting(row, before, revision=before.revision + 1 if before else 1)
            meeting_id = meetings.save(
                desk.db, meeting, author_id=author_id, source="import", reason=reason, now=desk.now
            )
        elif before is not None:
            meeting_id = before.meeting_id
        else:
            continue
        meetings.set_participants(
            desk.db,
            meeting_id,
            [teams[name] for name in row.participants if name in teams],
            [persons[name] for name in row.participants if name in persons and name not in teams],
        )


def _meeting(row: ProgrammeRow, before: Meeting | None, revision: int | None = None) -> Meeting:
    """The meeting as the file has it; whether it is cancelled no file can say."""
    return Meeting(
        meeting_id=before.meeting_id if before else 0,
        reference=row.reference,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        time_zone=row.time_zone,
        kind=row.kind,
        host=row.host,
        city=row.city,
        venue=row.venue,
        latitude=row.latitude,
        longitude=row.longitude,
        interlocutors=row.interlocutors,
        participants=row.participants,
        cancelled=before.cancelled if before else False,
        first_starts_at=before.first_starts_at if before else None,
        unplanned=before.unplanned if before else False,
        revision=revision or (before.revision if before else 1),
    )
