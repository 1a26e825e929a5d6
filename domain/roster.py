"""The roster as a file tells it: who is in the mission."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

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


class RosterRow(BaseModel):
    """One person. All text is tidy (NFC, single spaces); `extra` holds the non-empty cells of unknown columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str
    name: str
    role: Role
    team: str
    delegation: str
    language: str
    time_zone: str
    extra: dict[str, str]


class _Reader:
    """Reads row after row and remembers whom it has met."""

    def __init__(self, languages: Sequence[str], default_time_zone: str, default_language: str) -> None:
        self._languages = {language.casefold(): language for language in languages}
        self._default_time_zone = default_time_zone
        self._default_language = default_language
        self._references: dict[str, int] = {}
        self._people: dict[tuple[str, str, str], int] = {}

    def read(self, row: Row) -> RosterRow | None:
        reference = reference_of(row, self._references)
        name, team, delegation = self._person(row)
        role = _role(row)
        language = self._language(row)
        time_zone = zone_of(row, self._default_time_zone)
        extra = row.aside(EXTRA_LIMIT)
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
        )

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
    found = [reader.read(Row(number, cells, columns, findings)) for number, cells in rows if any(map(tidy, cells))]
    if not found:
        findings.add(None, None, FaultCode.NO_ROWS)
    return [row for row in found if row is not None], findings.listed(), list(columns.extras)
