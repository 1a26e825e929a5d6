"""Bringing the roster up to date with a file: who is new, who changed, who is no longer listed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter

import orjson

from domain.person import Role
from domain.roster import RosterRow
from services import menus, transfers
from services.desk import Desk
from storage import audit, people, teams

_FIELDS = [field.name for field in fields(RosterRow)]
_ROLE, _SCOPE = _FIELDS.index("role"), _FIELDS.index("scope")
_fields_of = attrgetter(*_FIELDS)
_ROLES = {str(role): role for role in Role}


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What importing a roster does, as references in the file's order (`gone` in their own)."""

    new: list[str]
    changed: list[str]
    gone: list[str]
    """Listed until now and not in the file: their access ends, their facts stay."""
    unchanged: list[str]
    forgotten: list[str] = field(default_factory=list)
    """In the file, and erased at their own wish: left alone."""
    gone_names: list[str] = field(default_factory=list)
    """What those are called who are no longer listed, in the order of `gone`."""
    menus: list[str] = field(default_factory=list)
    """Of `changed`: whose role, language or place on the list changes, and so what the bot offers them."""
    listed: int = 0
    """How many are listed until now."""

    @property
    def empty(self) -> bool:
        """The roster is as the file has it."""
        return not (self.new or self.changed or self.gone)


def encode_rows(rows: Sequence[RosterRow]) -> bytes:
    """Rows as JSON, for `decode_rows`."""
    return orjson.dumps([_fields_of(row) for row in rows])


def decode_rows(content: str | bytes) -> list[RosterRow]:
    """The rows that `encode_rows` wrote; not checked again, for 20,000 of them are decoded while others wait."""
    plain = orjson.loads(content)
    for values in plain:
        values[_ROLE], values[_SCOPE] = _ROLES[values[_ROLE]], tuple(values[_SCOPE])
    return [RosterRow(*values) for values in plain]


def preview(desk: Desk, rows: Sequence[RosterRow]) -> RosterChange:
    """What `apply` would do."""
    stored = people.list_values(desk.db)
    team_ids = people.list_team_ids(desk.db)
    areas = teams.list_areas(desk.db)
    told = _areas(rows)
    new, changed, unchanged, forgotten, offered = [], [], [], [], []
    for row in rows:
        before = stored.get(row.reference)
        if before is None:
            new.append(row.reference)
        elif before["forgotten"]:
            forgotten.append(row.reference)
        elif _differs(row, before, team_ids) or (row.area and areas.get(row.team) != told[row.team]):
            changed.append(row.reference)
            if not before["listed"] or before["role"] != row.role or before["language"] != row.language:
                offered.append(row.reference)
        else:
            unchanged.append(row.reference)
    present = {row.reference for row in rows}
    gone = sorted(ref for ref, values in stored.items() if values["listed"] and ref not in present)
    names = [str(stored[reference]["name"]) for reference in gone]
    listed = sum(values["listed"] == 1 for values in stored.values())
    return RosterChange(new, changed, gone, unchanged, forgotten, names, offered, listed)


def apply(desk: Desk, rows: Sequence[RosterRow], change: RosterChange, author_id: int | None = None) -> None:
    """Make the roster what the file says; only what differs is written. `author_id`: None for the command line."""
    if change.empty:
        return
    team_ids = people.ensure_teams(desk.db, dict.fromkeys(row.team for row in rows if row.team))
    new, changed = set(change.new), set(change.changed)
    touched = new | changed
    transferred = _transferred(desk, [row for row in rows if row.reference in changed], team_ids)
    people.add(desk.db, [_values(row, team_ids) for row in rows if row.reference in new], desk.now)
    people.change(desk.db, [_values(row, team_ids) for row in rows if row.reference in changed], desk.now)
    scoped = people.list_scoped(desk.db)
    for row in rows:
        if row.reference in touched and (row.scope or row.reference in scoped):
            people.set_scope(desk.db, row.reference, [team_ids[name] for name in row.scope])
    teams.set_areas(desk.db, _areas(rows))
    people.unlist(desk.db, change.gone, desk.now)
    for person_id, old_team_id in transferred:
        transfers.note_transfer(desk, people.read(desk.db, person_id), old_team_id)
    menus.refresh(desk, [*change.menus, *change.gone])
    counts = {"new": len(change.new), "changed": len(change.changed), "gone": len(change.gone)}
    audit.note(desk.db, "roster_import", desk.now, author_id, **counts)


def _transferred(desk: Desk, rows: Sequence[RosterRow], team_ids: dict[str, int]) -> list[tuple[int, int | None]]:
    """(person, his team until now) of those aboard who are listed with another team."""
    aboard = people.list_aboard_teams(desk.db)
    return [
        aboard[row.reference]
        for row in rows
        if row.reference in aboard and aboard[row.reference][1] != (team_ids.get(row.team) if row.team else None)
    ]


def _differs(row: RosterRow, before: Mapping[str, object], team_ids: dict[str, int]) -> bool:
    """Whether the file says anything else of him than the roster; spelt out because it is asked 20,000 times."""
    return (
        before["listed"] != 1
        or before["name"] != row.name
        or before["role"] != row.role
        or before["team_id"] != (team_ids.get(row.team, 0) if row.team else None)
        or before["delegation"] != row.delegation
        or before["language"] != row.language
        or before["time_zone"] != row.time_zone
        or before["zone_known"] != row.zone_known
        or before["phone"] != row.phone
        or before["extra"] != _extra(row)
        or before["scope"] != _scope(row, team_ids)
    )


def _scope(row: RosterRow, team_ids: dict[str, int]) -> str | None:
    return ",".join(str(n) for n in sorted(team_ids.get(name, 0) for name in row.scope)) or None


def _extra(row: RosterRow) -> str:
    return json.dumps(row.extra, ensure_ascii=False, sort_keys=True) if row.extra else "{}"


def _areas(rows: Sequence[RosterRow]) -> dict[str, str]:
    return {row.team: row.area for row in rows if row.team and row.area}


def _values(row: RosterRow, team_ids: dict[str, int]) -> dict[str, object]:
    return {
        "reference": row.reference,
        "name": row.name,
        "role": row.role.value,
        "team_id": team_ids.get(row.team) if row.team else None,
        "delegation": row.delegation,
        "language": row.language,
        "time_zone": row.time_zone,
        "zone_known": int(row.zone_known),
        "phone": row.phone,
        "extra": _extra(row),
    }
