"""Who may do what: every command and every button, by role and by where it is said. The one table.

It is asked when the act happens (services/access.py), not only when a button is drawn: buttons get forwarded and
roles change. What is a person's own business among meetings, people and teams is asked besides, by the act itself.
"""

from dataclasses import dataclass

from domain.announcement_button import ANNOUNCEMENT_PAYLOADS, ConfirmReading
from domain.button import (
    CancelNewMeeting,
    CheckIn,
    ClaimStray,
    CorrectEntry,
    CorrectLog,
    FinalLog,
    JoinMeeting,
    KeepAs,
    Met,
    NameSomebody,
    NoConcerns,
    OpenLog,
    RemoveEntry,
    SetEta,
    ShowDay,
    ShowFile,
    ShowLive,
    ShowLog,
    ShowMeeting,
    SkipStep,
    SubmitLog,
    TeamRoll,
    ToggleInternal,
    UndoCheckIn,
    WholeTeam,
    WithdrawEntry,
)
from domain.digest_button import CloseIncident, SetDigest, ShowChronicle, ShowDigest
from domain.duty_button import AnswerAlarm, ResolveAlarm
from domain.payload import Payload
from domain.people_button import (
    ActOnBoard,
    ActOnPerson,
    AnswerIdentity,
    ApplyUpload,
    BindRequest,
    CancelUpload,
    ChangeSetting,
    ChooseLanguage,
    ChooseZone,
    DecideRequest,
    LeaveMission,
    RequestAccess,
    SearchPeople,
    ShowBoard,
    ShowPeople,
    ShowPerson,
    ShowSettings,
    ShowTeam,
)
from domain.person import Role
from domain.programme_button import (
    ChangeMeeting,
    ConfirmChange,
    DecideProposal,
    DropChange,
    DropInterlocutor,
    PickDay,
    PublishDay,
    PutTime,
    PutVenue,
    ShiftTime,
    ShowDraft,
    ShowHistory,
    ShowProposals,
    ShowVenue,
    TogglePerson,
    ToggleTeam,
)
from domain.programme_file_button import ApplyProgramme, GetCalendar

EVERYONE = frozenset(Role)
LEADERS = frozenset({Role.TEAM_LEADER, Role.COORDINATOR, Role.HEAD_OF_MISSION})
COORDINATORS = frozenset({Role.COORDINATOR, Role.HEAD_OF_MISSION})
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: `roles` in a private chat, and in a group too if `in_group`; `stranger`: who is on no roster."""

    roles: frozenset[Role] = EVERYONE
    in_group: bool = False
    stranger: bool = False


COMMANDS: dict[str, Rule] = {
    "start": Rule(stranger=True),
    "help": Rule(in_group=True),
    "cancel": Rule(),
    "programme": Rule(in_group=True),
    "next": Rule(in_group=True),
    "checkin": Rule(),
    "log": Rule(),
    "meeting": Rule(),
    "change": Rule(),
    "history": Rule(),
    "incident": Rule(),
    "team": Rule(),
    "calendar": Rule(),
    "settings": Rule(),
    "me": Rule(),
    "people": Rule(LEADERS),
    "free": Rule(LEADERS),
    "board": Rule(COORDINATORS),
    "digest": Rule(COORDINATORS),
    "live": Rule(COORDINATORS),
    "proposals": Rule(COORDINATORS),
    "asof": Rule(COORDINATORS),
    "publish": Rule(COORDINATORS),
    "chronicle": Rule(COORDINATORS),
    "export": Rule(COORDINATORS),
    "announce": Rule(COORDINATORS),
    "groups": Rule(COORDINATORS),
    "status": Rule(COORDINATORS),
}

UPLOAD = Rule(COORDINATORS)
"""A file sent to the bot to be imported, roster or programme; besides, he must coordinate the whole mission."""

BUTTONS: dict[type[Payload], Rule] = {
    AnswerIdentity: Rule(stranger=True),
    RequestAccess: Rule(NOBODY, stranger=True),
    ChooseLanguage: Rule(),
    ChooseZone: Rule(),
    ShowDay: Rule(),
    ShowMeeting: Rule(),
    CheckIn: Rule(),
    SkipStep: Rule(),
    OpenLog: Rule(),
    Met: Rule(),
    NameSomebody: Rule(),
    KeepAs: Rule(),
    RemoveEntry: Rule(),
    NoConcerns: Rule(),
    SubmitLog: Rule(),
    UndoCheckIn: Rule(),
    SetEta: Rule(),
    ClaimStray: Rule(),
    ToggleInternal: Rule(),
    ShowLog: Rule(),
    CorrectLog: Rule(),
    CorrectEntry: Rule(),
    WithdrawEntry: Rule(),
    ShowFile: Rule(),
    TeamRoll: Rule(LEADERS),
    WholeTeam: Rule(LEADERS),
    FinalLog: Rule(LEADERS),
    ShowLive: Rule(COORDINATORS),
    JoinMeeting: Rule(),
    CancelNewMeeting: Rule(),
    ChangeMeeting: Rule(),
    ShiftTime: Rule(),
    PickDay: Rule(),
    PutTime: Rule(),
    PutVenue: Rule(),
    ToggleTeam: Rule(),
    TogglePerson: Rule(),
    DropInterlocutor: Rule(),
    ShowDraft: Rule(),
    ConfirmChange: Rule(),
    DropChange: Rule(),
    DecideProposal: Rule(),
    ShowHistory: Rule(),
    ShowVenue: Rule(),
    ShowProposals: Rule(COORDINATORS),
    PublishDay: Rule(COORDINATORS),
    AnswerAlarm: Rule(),
    ResolveAlarm: Rule(LEADERS),
    ShowDigest: Rule(COORDINATORS),
    ShowChronicle: Rule(COORDINATORS),
    SetDigest: Rule(COORDINATORS),
    CloseIncident: Rule(COORDINATORS),
    ShowTeam: Rule(),
    ChangeSetting: Rule(),
    ShowSettings: Rule(),
    LeaveMission: Rule(),
    ShowPeople: Rule(LEADERS),
    SearchPeople: Rule(LEADERS),
    ShowPerson: Rule(LEADERS),
    ActOnPerson: Rule(COORDINATORS),
    ShowBoard: Rule(COORDINATORS),
    ActOnBoard: Rule(COORDINATORS),
    DecideRequest: Rule(COORDINATORS),
    BindRequest: Rule(COORDINATORS),
    ApplyUpload: Rule(COORDINATORS),
    CancelUpload: Rule(COORDINATORS),
    ApplyProgramme: Rule(COORDINATORS),
    GetCalendar: Rule(),
    **dict.fromkeys(ANNOUNCEMENT_PAYLOADS, Rule(COORDINATORS)),
    ConfirmReading: Rule(in_group=True),
}


def may(role: Role, rule: Rule, *, in_group: bool) -> bool:
    """Whether somebody aboard with this role may, here."""
    return role in rule.roles and (rule.in_group or not in_group)
