"""Buttons about people: coming aboard, access, teams, settings."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.payload import Payload


class Decision(StrEnum):
    """What a coordinator does about a request for access."""

    SHOW = "s"
    SEARCH = "f"
    REFUSE = "r"
    BLOCK = "x"


class Filter(StrEnum):
    """Which people a list shows."""

    ALL = "a"
    NEVER_ENROLLED = "n"
    ACTIVE = "c"
    SILENT = "s"
    UNREACHABLE = "u"
    ENDED = "e"


class PersonAct(StrEnum):
    """What a coordinator does about a person. Capitals: after having been asked whether he is sure."""

    INVITE = "i"
    NEW_ACCOUNT = "n"
    NEW_ACCOUNT_SURE = "N"
    END_ACCESS = "e"
    END_ACCESS_SURE = "E"
    RESTORE = "r"


class BoardAct(StrEnum):
    """What a coordinator does about all who are not aboard."""

    REMIND = "r"
    REMIND_SURE = "R"
    BADGES = "b"
    LINKS = "l"


class Setting(StrEnum):
    """What a person may choose for himself."""

    LANGUAGE = "l"
    ZONE = "z"
    REMINDERS = "r"
    QUIET = "q"


@dataclass(frozen=True, slots=True)
class AnswerIdentity(Payload):
    """Whether the person who opened an invitation is the one it was made for: `yes` is 1 or 0."""

    code: ClassVar[str] = "id"
    invitation_id: int = 0
    yes: int = 0


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Payload):
    """During enrolment: speak this language to me."""

    code: ClassVar[str] = "la"
    language: str = ""


@dataclass(frozen=True, slots=True)
class ChooseZone(Payload):
    """During enrolment: my clock is there (an IANA name)."""

    code: ClassVar[str] = "tz"
    zone: str = ""


@dataclass(frozen=True, slots=True)
class RequestAccess(Payload):
    """A stranger asks to be let in."""

    code: ClassVar[str] = "ra"


@dataclass(frozen=True, slots=True)
class DecideRequest(Payload):
    """A coordinator about a request for access."""

    code: ClassVar[str] = "rq"
    request_id: int = 0
    decision: Decision = Decision.SHOW


@dataclass(frozen=True, slots=True)
class BindRequest(Payload):
    """This account is that person of the roster."""

    code: ClassVar[str] = "rb"
    request_id: int = 0
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class ApplyUpload(Payload):
    """Import the file whose preview was shown."""

    code: ClassVar[str] = "ua"
    upload_id: int = 0


@dataclass(frozen=True, slots=True)
class CancelUpload(Payload):
    """Do not."""

    code: ClassVar[str] = "uc"
    upload_id: int = 0


@dataclass(frozen=True, slots=True)
class ShowPeople(Payload):
    """A list of people: of a team (0 = of all), of a delegation by its first person's id (0 = of all), a page of it.

    Pages count from 1, and 0 is the first as well. The payload without any choice is the overview.
    """

    code: ClassVar[str] = "pp"
    filter: Filter = Filter.ALL
    team_id: int = 0
    like_person_id: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class SearchPeople(Payload):
    """Ask for a name to look for."""

    code: ClassVar[str] = "pf"


@dataclass(frozen=True, slots=True)
class ShowPerson(Payload):
    """A person's card."""

    code: ClassVar[str] = "ps"
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class ActOnPerson(Payload):
    """What a coordinator does about a person."""

    code: ClassVar[str] = "pa"
    person_id: int = 0
    act: PersonAct = PersonAct.INVITE


@dataclass(frozen=True, slots=True)
class ShowTeam(Payload):
    """A team's card; 0 = one's own, or the list of teams for those who lead."""

    code: ClassVar[str] = "tm"
    team_id: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowBoard(Payload):
    """Who is aboard, by team (`by_delegation` 0) or by delegation (1)."""

    code: ClassVar[str] = "bo"
    by_delegation: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class ActOnBoard(Payload):
    """What a coordinator does about all who are not aboard."""

    code: ClassVar[str] = "ba"
    act: BoardAct = BoardAct.REMIND


@dataclass(frozen=True, slots=True)
class ChangeSetting(Payload):
    """Set what a person may choose for himself; an empty value shows the choices."""

    code: ClassVar[str] = "st"
    setting: Setting = Setting.LANGUAGE
    value: str = ""


@dataclass(frozen=True, slots=True)
class ShowSettings(Payload):
    """Back to the settings."""

    code: ClassVar[str] = "se"


@dataclass(frozen=True, slots=True)
class LeaveMission(Payload):
    """A person leaves the mission by himself: `sure` is 1 once he was asked."""

    code: ClassVar[str] = "lv"
    sure: int = 0
