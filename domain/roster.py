"""The roster as a file tells it: who is in the mission."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.faults import (
    LIST_SEPARATOR,
    ExtraColumns,
    Fault,
    FaultCode,
    Findings,
    Row,
    match_columns,
    reference_of,
    tidy,
    word_key,
    zone_of,
)
from domain.person import Role

NAME_LIMIT = 200
"""Characters of a person's, a team's or a delegation's name."""
EXTRA_LIMIT = 500

SPELLINGS: dict[str, tuple[str, ...]] = {
    "reference": ("reference", "ref", "code", "код", "номер", "№"),
    "name": ("name", "full name", "имя", "фио", "ф.и.о."),
    "role": ("role", "роль"),
    "team": ("team", "команда"),
    "delegation": ("delegation", "делегация"),
    "language": ("language", "язык"),
    "time_zone": ("time_zone", "time zone", "timezone", "часовой пояс", "зона"),
    "phone": ("phone", "telephone", "телефон", "тел"),
    "area": ("area", "area of responsibility", "зона ответственности"),
    "scope": ("scope", "teams in charge", "ведёт команды", "область"),
}
REQUIRED = ("reference", "name")

_ROLES: dict[str, Role] = {
    "observer": Role.OBSERVER,
    "наблюдатель": Role.OBSERVER,
    "team leader": Role.TEAM_LEADER,
    "leader": Role.TEAM_LEADER,
    "руководитель команды": Role.TEAM_LEADER,
    "coordinator": Role.COORDINATOR,
    "координатор": Role.COORDINATOR,
    "head of mission": Role.HEAD_OF_MISSION,
    "глава миссии": Role.HEAD_OF_MISSION,
}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person. All text is tidy (NFC, single spaces); `extra` holds the non-empty cells of unknown columns.

    `zone_known` is false where the file tells no time zone and `time_zone` is the mission's. `area` is his team's.
    `scope` are the teams that a coordinator answers for; empty = the whole mission.
    """

    reference: str
    name: str
    role: Role
    team: str
    delegation: str
    language: str
    time_zone: str
    extra: dict[str, str]
    zone_known: bool = True
    phone: str = ""
    area: str = ""
    scope: tuple[str, ...] = ()


class _Reader:
    """Reads row after row and remembers whom it has met."""

    def __init__(self, languages: Sequence[str], default_time_zone: str, default_language: str) -> None:
        self._languages = {language.casefold(): language for language in languages}
        self._default_time_zone = default_time_zone
        self._default_language = default_language
        self._references: dict[str, int] = {}
        self._people: dict[tuple[str, str, str], int] = {}
        self._areas: dict[str, tuple[str, int]] = {}

    def read(self, row: Row) -> RosterRow | None:
        reference = reference_of(row, self._references)
        name, team, delegation = self._person(row)
        role = _role(row)
        language = self._language(row)
        time_zone = zone_of(row, self._default_time_zone)
        extra = row.aside(EXTRA_LIMIT)
        area = self._area(row, team)
        scope = _scope(row, role)
        phone = _phone(row)
        if role is Role.TEAM_LEADER and not team:
            row.fault("team", FaultCode.LEADER_WITHOUT_TEAM)
        if not row.sound or role is None or language is None or time_zone is None:
            return None
        return RosterRow(
            reference=reference,
            name=name,
            role=role,
            team=team,
            delegation=delegation,
            language=language,
            time_zone=time_zone,
            extra=extra,
            zone_known=bool(row.text("time_zone", NAME_LIMIT)),
            phone=phone,
            area=area,
            scope=scope,
        )

    def _area(self, row: Row, team: str) -> str:
        """The team's area of responsibility; once is enough, twice must agree."""
        area = row.text("area", EXTRA_LIMIT)
        if not area or not team:
            return ""
        first, first_row = self._areas.setdefault(team, (area, row.number))
        if first != area:
            row.fault("area", FaultCode.AREA_DIFFERS, area, first_row=str(first_row), first=first)
        return area

    def _person(self, row: Row) -> tuple[str, str, str]:
        name = row.required("name", NAME_LIMIT)
        team, delegation = row.text("team", NAME_LIMIT), row.text("delegation", NAME_LIMIT)
        if LIST_SEPARATOR in team:
            row.fault("team", FaultCode.SEPARATOR_IN_NAME, team)
        if name:
            first = self._people.setdefault((name.casefold(), team.casefold(), delegation.casefold()), row.number)
            if first != row.number:
                row.fault("name", FaultCode.DUPLICATE_PERSON, name, first_row=str(first))
        return name, team, delegation

    def _language(self, row: Row) -> str | None:
        text = row.text("language", NAME_LIMIT)
        if not text:
            return self._default_language
        language = self._languages.get(text.casefold())
        if language is None:
            row.fault("language", FaultCode.UNKNOWN_LANGUAGE, text, known=", ".join(self._languages.values()))
        return language


def _role(row: Row) -> Role | None:
    text = row.text("role", NAME_LIMIT)
    if not text:
        return Role.OBSERVER
    role = _ROLES.get(word_key(text))
    if role is None:
        row.fault("role", FaultCode.UNKNOWN_ROLE, text, known=", ".join(Role))
    return role


def _scope(row: Row, role: Role | None) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(filter(None, map(tidy, row.text("scope", 2000).split(LIST_SEPARATOR)))))
    if names and role is not None and not role.leads:
        row.fault("scope", FaultCode.SCOPE_WITHOUT_ROLE, names[0])
    return names


def _phone(row: Row) -> str:
    phone = row.text("phone", 60)
    if phone and not (re.fullmatch(r"\+?[\d\s().\-/]+", phone) and 5 <= len(re.sub(r"\D", "", phone)) <= 20):
        row.fault("phone", FaultCode.BAD_PHONE, phone)
    return phone


def _look_for_unknown_teams(rows: Iterable[tuple[int, RosterRow]], findings: Findings, spelt: str) -> None:
    found = list(rows)
    teams = {row.team for _, row in found}
    for number, row in found:
        for team in row.scope:
            if team not in teams:
                findings.add(number, spelt, FaultCode.UNKNOWN_TEAM, team)


def read_roster(
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    languages: Sequence[str],
    default_time_zone: str,
    default_language: str,
    extra_columns: ExtraColumns = "refuse",
) -> tuple[list[RosterRow], list[Fault], list[str]]:
    """The sound rows, everything that is wrong, and the names of the columns kept aside.

    `rows` come with the number a spreadsheet shows. With any fault the caller should import nothing: the sound rows
    are there to be counted and shown. Under "refuse" an unknown column is a fault and nothing is kept aside.
    """
    findings = Findings()
    columns = match_columns(header, SPELLINGS, REQUIRED, extra_columns, findings)
    reader = _Reader(languages, default_time_zone, default_language)
    read = [
        (number, reader.read(Row(number, cells, columns, findings))) for number, cells in rows if any(map(tidy, cells))
    ]
    if not read:
        findings.add(None, None, FaultCode.NO_ROWS)
    sound = [(number, row) for number, row in read if row is not None]
    if len(sound) == len(read) and "scope" in columns.places:  # else a team may be missing for another reason
        _look_for_unknown_teams(sound, findings, columns.spelt[columns.places["scope"]])
    return [row for _, row in sound], findings.listed(), list(columns.extras)
