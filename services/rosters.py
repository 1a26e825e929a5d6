"""Bringing the roster up to date with a file: who is new, who changed, who is no longer listed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from domain.roster import RosterRow
from services.desk import Desk
from storage import people


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What importing a roster does, as references in the file's order (`gone` in their own)."""

    new: list[str]
    changed: list[str]
    gone: list[str]
    """Listed until now and not in the file: their access ends, their facts stay."""
    unchanged: list[str]

    @property
    def empty(self) -> bool:
        """The roster is as the file has it."""
        return not (self.new or self.changed or self.gone)


def preview(desk: Desk, rows: Sequence[RosterRow]) -> RosterChange:
    """What `apply` would do."""
    stored = people.list_values(desk.db)
    teams = people.list_team_ids(desk.db)
    new, changed, unchanged = [], [], []
    for row in rows:
        before = stored.get(row.reference)
        if before is None:
            new.append(row.reference)
        elif (row.team and row.team not in teams) or before != {**_values(row, teams), "active": 1}:
            changed.append(row.reference)
        else:
            unchanged.append(row.reference)
    listed = {row.reference for row in rows}
    gone = sorted(ref for ref, values in stored.items() if values["active"] and ref not in listed)
    return RosterChange(new, changed, gone, unchanged)


def apply(desk: Desk, rows: Sequence[RosterRow], change: RosterChange) -> None:
    """Make the roster what the file says; only what differs is written."""
    if change.empty:
        return
    teams = people.ensure_teams(desk.db, sorted({row.team for row in rows if row.team}))
    new, changed = set(change.new), set(change.changed)
    for row in rows:
        if row.reference in new:
            people.add(desk.db, _values(row, teams), desk.now)
        elif row.reference in changed:
            people.change(desk.db, _values(row, teams), desk.now)
    people.end_access(desk.db, change.gone, desk.now)


def _values(row: RosterRow, teams: dict[str, int]) -> dict[str, object]:
    return {
        "reference": row.reference,
        "name": row.name,
        "role": row.role.value,
        "team_id": teams.get(row.team) if row.team else None,
        "delegation": row.delegation,
        "language": row.language,
        "time_zone": row.time_zone,
        "extra": json.dumps(row.extra, ensure_ascii=False, sort_keys=True),
    }
