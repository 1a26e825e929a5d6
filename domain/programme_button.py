"""Buttons about the programme: changing a meeting, proposals, history, what is published."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.payload import Payload


class Aspect(StrEnum):
    """What of a meeting is to be changed."""

    MENU = ""
    TIME = "t"
    PLACE = "p"
    TEAMS = "w"
    INTERLOCUTORS = "i"
    NOTE = "n"
    CANCELLED = "c"
    POSTPONED = "o"
    TAKES_PLACE = "y"
    """Not cancelled after all."""


class Verdict(StrEnum):
    """What is done about a proposal."""

    ACCEPT = "a"
    AMEND = "m"
    REFUSE = "r"
    WITHDRAW = "w"


@dataclass(frozen=True, slots=True)
class ChangeMeeting(Payload):
    """Change this of a meeting; the menu asks what."""

    code: ClassVar[str] = "ch"
    meeting_id: int = 0
    aspect: Aspect = Aspect.MENU


@dataclass(frozen=True, slots=True)
class ShiftTime(Payload):
    """So many minutes later than it stands now; `earlier` is 1 for earlier."""

    code: ClassVar[str] = "sh"
    meeting_id: int = 0
    minutes: int = 0
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class PickDay(Payload):
    """The half-hours of a day, YYYY-MM-DD; empty = the calendar, which shows the month `month` (YYYY-MM)."""

    code: ClassVar[str] = "pd"
    meeting_id: int = 0
    day: str = ""
    month: str = ""


@dataclass(frozen=True, slots=True)
class PutTime(Payload):
    """It starts at this moment: minutes since 1970, UTC."""

    code: ClassVar[str] = "pt"
    meeting_id: int = 0
    minute: int = 0


@dataclass(frozen=True, slots=True)
class PutVenue(Payload):
    """It takes place where the other meeting does."""

    code: ClassVar[str] = "pv"
    meeting_id: int = 0
    other_id: int = 0


@dataclass(frozen=True, slots=True)
class ToggleTeam(Payload):
    """This team takes part, or does not after all; 0 shows the page of teams. Pages count from 0."""

    code: ClassVar[str] = "tt"
    meeting_id: int = 0
    team_id: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class TogglePerson(Payload):
    """This person takes part by name, or does not after all."""

    code: ClassVar[str] = "tp"
    meeting_id: int = 0
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class DropInterlocutor(Payload):
    """Whoever stands at this place of the list is not to be met."""

    code: ClassVar[str] = "di"
    meeting_id: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class ShowDraft(Payload):
    """What I am about to change of this meeting."""

    code: ClassVar[str] = "sd"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class ConfirmChange(Payload):
    """Yes, change it; `revision` is the meeting's as I saw it."""

    code: ClassVar[str] = "cc"
    meeting_id: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class DropChange(Payload):
    """Change nothing after all."""

    code: ClassVar[str] = "dc"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class ShowProposals(Payload):
    """The proposals of a meeting side by side; 0 = all that wait."""

    code: ClassVar[str] = "qp"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class DecideProposal(Payload):
    """`revision` is the meeting's as the one who decides saw it."""

    code: ClassVar[str] = "dp"
    proposal_id: int = 0
    verdict: Verdict = Verdict.ACCEPT
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ShowHistory(Payload):
    """What was changed of a meeting, by whom and when; pages count from 0, the latest first."""

    code: ClassVar[str] = "hi"
    meeting_id: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class PublishDay(Payload):
    """Publish the programme of a day (YYYY-MM-DD) as this number."""

    code: ClassVar[str] = "pu"
    day: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class ShowVenue(Payload):
    """Send me the meeting's place as a point on the map."""

    code: ClassVar[str] = "vm"
    meeting_id: int = 0


PROGRAMME_PAYLOADS: tuple[type[Payload], ...] = (
    ChangeMeeting,
    ShiftTime,
    PickDay,
    PutTime,
    PutVenue,
    ToggleTeam,
    TogglePerson,
    DropInterlocutor,
    ShowDraft,
    ConfirmChange,
    DropChange,
    ShowProposals,
    DecideProposal,
    ShowHistory,
    PublishDay,
    ShowVenue,
)
"""Every button of this room."""
