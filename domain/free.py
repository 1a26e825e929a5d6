"""Who is free at a moment, until when, and who is at which meeting."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.conflict import WITHOUT_END
from domain.meeting import Meeting
from domain.person import Person

AHEAD = timedelta(hours=24)
"""How far ahead the next meeting is looked for."""


@dataclass(frozen=True, slots=True)
class Free:
    """People of one team who are at no meeting. `team` is empty for those who have none."""

    team: str
    names: tuple[str, ...]
    of: int
    """How many the team has."""
    next: Meeting | None
    """The first meeting that any of them has within AHEAD."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A meeting and who is at it: names of whole teams, then of people."""

    meeting: Meeting
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FreeAt:
    """Everybody that somebody asked about, at this moment (UTC)."""

    moment: datetime
    free: tuple[Free, ...]
    """Teams that are free as a whole first, then who has the most time."""
    busy: tuple[Busy, ...]
    """In the order of the programme. Who is double-booked is at both."""


def free_at(
    moment: datetime, people: Iterable[Person], meetings: Sequence[Meeting], expected: Mapping[int, Collection[int]]
) -> FreeAt:
    """`meetings` are those around the moment that take place, in order; `expected` are ids of people by meeting."""
    teams: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        teams[person.team].append(person)
    on = [m for m in meetings if m.starts_at <= moment < (m.ends_at or m.starts_at + WITHOUT_END)]
    ahead = [m for m in meetings if moment < m.starts_at <= moment + AHEAD]
    away = {person_id for meeting in on for person_id in expected[meeting.meeting_id]}
    free = [
        Free(team, tuple(p.name for p in there), len(members), _first(ahead, there, expected))
        for team, members in teams.items()
        if (there := [p for p in members if p.person_id not in away])
    ]
    busy = [Busy(meeting, names) for meeting in on if (names := _names(teams, expected[meeting.meeting_id]))]
    return FreeAt(moment, tuple(sorted(free, key=lambda each: _order(each, moment))), tuple(busy))


def _first(
    ahead: Sequence[Meeting], there: Sequence[Person], expected: Mapping[int, Collection[int]]
) -> Meeting | None:
    return next((m for m in ahead if any(p.person_id in expected[m.meeting_id] for p in there)), None)


def _names(teams: Mapping[str, Sequence[Person]], at_it: Collection[int]) -> tuple[str, ...]:
    whole, single = list[str](), list[str]()
    for team, members in teams.items():
        present = [p.name for p in members if p.person_id in at_it]
        if team and len(present) == len(members):
            whole.append(team)
        else:
            single += present
    return (*whole, *single)


def _order(each: Free, moment: datetime) -> tuple[bool, timedelta, str]:
    gap = each.next.starts_at - moment if each.next else AHEAD + timedelta(1)
    return len(each.names) < each.of, -gap, each.team
