"""Bringing the programme up to date with a file: what it would do, and doing it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from domain.change import ChangeFault, Field, diff, faults_of
from domain.conflict import Conflict, conflicts
from domain.faults import Fault, FaultCode
from domain.meeting import Meeting
from domain.person import Person
from domain.programme import ProgrammeRow
from domain.programme_import import Plan, ProgrammeFile, Step, cancelling, plan
from services import changes
from services.changes import Source
from services.desk import Desk
from storage import audit, meetings, people
from storage.meetings import Revision
from texts.programme_imports import Overwritten, Preview

_FAULTS = {
    ChangeFault.YEAR_OUT_OF_RANGE: FaultCode.IMPLAUSIBLE_DATE,
    ChangeFault.END_BEFORE_START: FaultCode.ENDS_EARLY,
    ChangeFault.TOO_LONG: FaultCode.NEVER_ENDING,
    ChangeFault.TOO_MANY_PARTICIPANTS: FaultCode.TOO_MANY_PARTICIPANTS,
    ChangeFault.TEXT_TOO_LONG: FaultCode.TOO_MUCH_TEXT,
}
"""What no reader of a file finds, for it depends on the day and on what the file does not tell."""


def known_participants(desk: Desk) -> set[str]:
    """What a programme may list as participants: names of teams and references of people."""
    return {*people.list_team_ids(desk.db), *(p.reference for p in people.list_all(desk.db, active_only=False))}


def compare(desk: Desk, file: ProgrammeFile | Sequence[ProgrammeRow]) -> Plan:
    """What `apply` would do."""
    file = file if isinstance(file, ProgrammeFile) else ProgrammeFile(tuple(file))
    return plan(meetings.list_all(desk.db), file, meetings.list_imported(desk.db), desk.now)


def faults(desk: Desk, what: Plan) -> list[Fault]:
    """Meetings that could not be stored as they would be."""
    return [
        Fault(None, None, _FAULTS[fault], meeting.reference)
        for meeting in what.touched
        for fault in faults_of(meeting, desk.now)
        if fault in _FAULTS
    ]


def preview(desk: Desk, what: Plan) -> Preview:
    """The plan with everything that one should know before it is applied."""
    after = {meeting.meeting_id: meeting for meeting in meetings.list_all(desk.db)}
    after |= {meeting.meeting_id: meeting for meeting in what.touched}
    return Preview(what, _conflicts(desk, what, after), after, _overwritten(desk, what), _unknown(desk, what))


def apply(
    desk: Desk,
    what: Plan,
    author: Person | None = None,
    *,
    reason: str = "",
    quiet: bool = True,
    cancel: Iterable[Meeting] = (),
) -> None:
    """Do it. `author` is None for the command line; `quiet`: nobody is told; `cancel`: meetings that left the file."""
    for meeting in what.new:
        off = meeting.cancelled  # nobody expected it
        changes.add(desk, author, meeting, source=Source.IMPORT, reason=reason, quiet=quiet or off)
    cancelled = cancelling(cancel)
    for step in (*what.changed, *cancelled):
        changes.make(desk, author, step.before, step.after, source=Source.IMPORT, reason=reason, quiet=quiet)
    _resolve_again(desk, [*what.unchanged, *(step.after for step in what.changed)])
    if not what.empty or cancelled:
        counts = {"new": len(what.new), "changed": len(what.changed), "cancelled": len(cancelled)}
        audit.note(desk.db, "programme_import", desk.now, author.person_id if author else None, **counts)


def _resolve_again(desk: Desk, listed: Iterable[Meeting]) -> None:
    """Teams and people who were unknown when the meeting was planned may be on the roster by now.

    Who joined a meeting that nobody had planned is for it without being named.
    """
    teams = people.list_team_ids(desk.db)
    persons = {p.reference: p.person_id for p in people.list_all(desk.db, active_only=False)}
    for meeting in listed:
        if meeting.unplanned:
            continue
        meetings.set_participants(
            desk.db,
            meeting.meeting_id,
            [teams[name] for name in meeting.participants if name in teams],
            [persons[name] for name in meeting.participants if name in persons and name not in teams],
        )


def _conflicts(desk: Desk, what: Plan, after: dict[int, Meeting]) -> list[Conflict]:
    """Those that a new or changed meeting is part of."""
    touched = {meeting.meeting_id for meeting in what.touched}
    if not touched:
        return []
    aboard = _aboard(desk)
    present = meetings.list_people_of(desk.db, (number for number in after if number not in touched))
    for number in touched:
        present[number] = frozenset().union(*(aboard.get(name, ()) for name in after[number].participants))
    found = conflicts(after.values(), present, desk.mission.rules)
    return [each for each in found if touched & {each.meeting_id, each.other_id}]


def _aboard(desk: Desk) -> dict[str, frozenset[int]]:
    """By what a programme lists: who that is today."""
    names = {number: name for name, number in people.list_team_ids(desk.db).items()}
    found: dict[str, set[int]] = defaultdict(set)
    for person in people.list_all(desk.db):
        found[person.reference].add(person.person_id)
        if person.team_id is not None:
            found[names[person.team_id]].add(person.person_id)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def _overwritten(desk: Desk, what: Plan) -> list[Overwritten]:
    """Changes that somebody made since the last file, and that this file takes back."""
    found = (_newer(step, meetings.list_revisions(desk.db, step.before.meeting_id)) for step in what.changed)
    return [each for each in found if each is not None]


def _newer(step: Step, history: Sequence[Revision]) -> Overwritten | None:
    """The last word on any of what the file changes, if it was not a file's."""
    concerned = {each.field for each in step.differences}
    for before, revision in zip(reversed([None, *history[:-1]]), reversed(history), strict=True):
        fields: set[Field] = {each.field for each in diff(before.meeting, revision.meeting)} if before else set(Field)
        if revision.source == Source.IMPORT:
            return None
        if fields & concerned:
            return Overwritten(step.before, revision.author, revision.made_at)
    return None


def _unknown(desk: Desk, what: Plan) -> dict[str, list[str]]:
    """Names of participants that nobody has: by name, the meetings that list them."""
    known = known_participants(desk)
    found: dict[str, list[str]] = {}
    for meeting in what.touched:
        for name in meeting.participants:
            if name not in known:
                found.setdefault(name, []).append(meeting.reference)
    return found
