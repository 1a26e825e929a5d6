"""Buttons about announcements and groups."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.payload import Payload


class Choice(StrEnum):
    """Whom an announcement is for; `value` says which."""

    ALL_GROUPS = "G"
    GROUP = "g"
    EVERYONE = "e"
    TEAM = "t"
    DELEGATION = "d"
    ROLE = "r"
    MEETING = "m"
    NOT_READ = "n"
    """Those who have not confirmed the announcement with this number."""
    NOT_CHECKED_IN = "c"
    """Those who have said nothing of a meeting of this day that has begun."""
    NOT_LOGGED = "l"
    """Those of meetings of this day that have ended and have no log."""


class Option(StrEnum):
    """What an author may switch on."""

    CONFIRM = "c"
    PIN = "p"
    SILENT = "s"
    PROTECT = "f"
    URGENT = "u"


class DraftAct(StrEnum):
    """What an author does with his draft."""

    SHOW = "s"
    CONTENT = "c"
    AUDIENCE = "a"
    LANGUAGES = "l"
    OPTIONS = "o"
    TIME = "t"
    EXPIRY = "x"
    REPEAT = "r"
    PREVIEW = "p"
    DISCARD = "d"
    NEW = "n"


class SendAct(StrEnum):
    """What is done with an announcement that is ready, or on its way."""

    SEND = "s"
    APPROVE = "y"
    REFUSE = "n"
    PAUSE = "p"
    RESUME = "r"
    STOP = "x"


class AfterAct(StrEnum):
    """What is done with an announcement that was sent. Capitals: after having been asked."""

    REPORT = "s"
    CORRECT = "c"
    WITHDRAW = "w"
    WITHDRAW_SURE = "W"
    REMIND = "r"
    REMIND_SURE = "R"
    BY_TEAM = "t"
    FAILED = "f"
    EXPORT = "e"
    END_REPEAT = "q"


class DoubtAct(StrEnum):
    """What an author says of a copy of which nobody knows whether it arrived."""

    SHOW = "s"
    AGAIN = "a"
    ARRIVED = "y"


class GroupAct(StrEnum):
    """What a coordinator does with a group."""

    SHOW = "s"
    MISSION = "m"
    TEAMS = "t"
    COORDINATORS = "c"
    TOPICS = "f"
    LANGUAGE = "l"
    PIN = "p"
    LEAVE = "x"
    LEAVE_SURE = "X"


@dataclass(frozen=True, slots=True)
class EditDraft(Payload):
    """An act on one's draft; `page` counts from 0, `value` is what the act needs (a language's place)."""

    code: ClassVar[str] = "ad"
    announcement_id: int = 0
    act: DraftAct = DraftAct.SHOW
    value: int = 0


@dataclass(frozen=True, slots=True)
class ChooseAudience(Payload):
    """Toggle one choice of the audience (`number` is a team, a meeting, a chat's row, a delegation's person); or with
    number 0, for a kind that has many, the page of them."""

    code: ClassVar[str] = "aa"
    announcement_id: int = 0
    choice: Choice = Choice.EVERYONE
    number: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class ToggleOption(Payload):
    """Switch an option of one's draft."""

    code: ClassVar[str] = "ao"
    announcement_id: int = 0
    option: Option = Option.CONFIRM


@dataclass(frozen=True, slots=True)
class SendAnnouncement(Payload):
    """Send it as it was previewed (`edition`), approve it, pause, stop."""

    code: ClassVar[str] = "as"
    announcement_id: int = 0
    act: SendAct = SendAct.SEND
    edition: int = 0


@dataclass(frozen=True, slots=True)
class AfterAnnouncement(Payload):
    """What is done with an announcement that was sent."""

    code: ClassVar[str] = "af"
    announcement_id: int = 0
    act: AfterAct = AfterAct.REPORT
    page: int = 0


@dataclass(frozen=True, slots=True)
class SettleDoubt(Payload):
    """A copy in doubt; delivery 0 = all of this announcement."""

    code: ClassVar[str] = "au"
    announcement_id: int = 0
    delivery_id: int = 0
    act: DoubtAct = DoubtAct.SHOW
    page: int = 0


@dataclass(frozen=True, slots=True)
class ListAnnouncements(Payload):
    """What was announced, the latest first."""

    code: ClassVar[str] = "xl"
    page: int = 0


@dataclass(frozen=True, slots=True)
class ConfirmReading(Payload):
    """I have read this announcement."""

    code: ClassVar[str] = "ar"
    announcement_id: int = 0


@dataclass(frozen=True, slots=True)
class ShowGroups(Payload):
    """The groups the bot is in."""

    code: ClassVar[str] = "gl"
    page: int = 0


@dataclass(frozen=True, slots=True)
class ActOnGroup(Payload):
    """An act on a group; `number` is minus the chat's id, `value` a team or a page."""

    code: ClassVar[str] = "ga"
    number: int = 0
    act: GroupAct = GroupAct.SHOW
    value: int = 0


@dataclass(frozen=True, slots=True)
class BindGroup(Payload):
    """This group is this team's."""

    code: ClassVar[str] = "gb"
    number: int = 0
    team_id: int = 0


ANNOUNCEMENT_PAYLOADS: tuple[type[Payload], ...] = (
    EditDraft,
    ChooseAudience,
    ToggleOption,
    SendAnnouncement,
    AfterAnnouncement,
    SettleDoubt,
    ListAnnouncements,
    ConfirmReading,
    ShowGroups,
    ActOnGroup,
    BindGroup,
)
"""Every button of this room."""
