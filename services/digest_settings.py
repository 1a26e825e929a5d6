"""What a coordinator chooses for his digests: hours, weekdays, clock, depth, teams."""

import re
from datetime import time

from domain.digest import Depth, Plan
from domain.digest_button import DigestField
from domain.message import Message
from domain.person import Person
from domain.step import SettingsStep
from services import digests
from services.desk import Desk, Said, show, tongue_of
from storage import digests as shelf
from storage import teams
from texts import digest_settings as words

DEFAULT = "off"
"""A choice's value for "as the mission's configuration says"."""
MOST_HOURS = 6
LONGEST_ANSWER = 1000
_HOUR = re.compile(r"([01]?\d|2[0-3])(?:[:.h]?([0-5]\d))?")


class BadChoiceError(ValueError):
    """What was chosen cannot be; `fault` says why."""

    def __init__(self, fault: words.Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def change(desk: Desk, said: Said, person: Person, field: DigestField, value: str) -> SettingsStep | None:
    """A choice was tapped or typed (an empty value shows the choices); the question that is open afterwards."""
    t = tongue_of(desk, person)
    plan = shelf.read_plan(desk.db, person, desk.mission)
    if field is not DigestField.ALL and value:
        try:
            chosen = _chosen(desk, person, plan, field, value)
            digests.settle(desk, person)
            shelf.choose(desk.db, person.person_id, desk.now, **chosen)
        except BadChoiceError as error:
            show(desk, said, words.with_fault(t, _question(desk, person, plan, field), error.fault, value))
            return _STEP_OF.get(field)
        if field is not DigestField.WEEKDAYS:
            field = DigestField.ALL
        plan = shelf.read_plan(desk.db, person, desk.mission)
    show(desk, said, _question(desk, person, plan, field))
    return _STEP_OF.get(field)


def give(desk: Desk, said: Said, person: Person, step: SettingsStep, text: str) -> SettingsStep | None:
    """An answer was typed."""
    return change(desk, said, person, FIELD_OF[step], text.strip()[:LONGEST_ANSWER] or "?")


def parse_hours(text: str) -> tuple[time, ...]:
    """ "8, 20:30" as times of day in their order; raises BadChoiceError."""
    listed = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    matches = [_HOUR.fullmatch(part) for part in listed]
    if not listed or not all(matches):
        raise BadChoiceError(words.Fault.NO_TIMES)
    hours = sorted({time(int(match[1]), int(match[2] or 0)) for match in matches if match})
    if len(hours) > MOST_HOURS:
        raise BadChoiceError(words.Fault.TOO_MANY)
    return tuple(hours)


def _question(desk: Desk, person: Person, plan: Plan, field: DigestField) -> Message:
    t = tongue_of(desk, person)
    names = [team.name for team in teams.list_all(desk.db) if team.team_id in plan.team_ids]
    match field:
        case DigestField.HOURS:
            return words.which_hours(t)
        case DigestField.WEEKDAYS:
            return words.which_weekdays(t, plan)
        case DigestField.TEAMS:
            return words.which_teams(t)
        case _:
            return words.panel(t, plan, names, own_zone=plan.zone == person.time_zone != desk.mission.time_zone)


def _chosen(desk: Desk, person: Person, plan: Plan, field: DigestField, value: str) -> dict[str, object]:
    """The columns that this choice sets; raises BadChoiceError."""
    if value == DEFAULT:
        columns = {DigestField.HOURS: "hours", DigestField.WEEKDAYS: "weekdays", DigestField.TEAMS: "team_ids"}
        return {columns.get(field, "depth"): None}
    match field:
        case DigestField.HOURS:
            return {"hours": ",".join(f"{hour:%H:%M}" for hour in parse_hours(value))}
        case DigestField.WEEKDAYS:
            return {"weekdays": _toggled(plan, value)}
        case DigestField.ZONE:
            return {"own_zone": int(value == "1")}
        case DigestField.DEPTH:
            return {"depth": Depth.HEADLINES if value == Depth.HEADLINES else Depth.FULL}
        case _:
            return {"team_ids": _teams(desk, person, value)}


def _toggled(plan: Plan, value: str) -> str:
    if value not in set("1234567"):
        raise BadChoiceError(words.Fault.NO_DAY)
    days = plan.weekdays ^ {int(value)}
    if not days:
        raise BadChoiceError(words.Fault.NO_DAY)
    return "".join(map(str, sorted(days)))


def _teams(desk: Desk, person: Person, text: str) -> str:
    """Names of teams that are his, separated by semicolons or lines, as their ids."""
    known = {team.name.casefold(): team.team_id for team in teams.list_all(desk.db) if person.oversees(team.team_id)}
    wanted = [part.strip().casefold() for part in re.split(r"[;\n,]", text) if part.strip()]
    if not wanted or not set(wanted) <= set(known):
        raise BadChoiceError(words.Fault.NO_TEAM)
    return ",".join(str(n) for n in sorted({known[name] for name in wanted}))


_STEP_OF = {DigestField.HOURS: SettingsStep.DIGEST_HOURS, DigestField.TEAMS: SettingsStep.DIGEST_TEAMS}
FIELD_OF = {step: field for field, step in _STEP_OF.items()}
