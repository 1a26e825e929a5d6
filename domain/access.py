"""Who may do what: every command and every button, by role and by where it is said. The one table.

It is asked when the act happens (services/access.py), not only when a button is drawn: buttons get forwarded and
roles change. What is a person's own business among meetings, people and teams is asked besides, by the act itself.
"""

from dataclasses import dataclass

from domain.button import (
    CancelNewMeeting,
    CheckIn,
    ClaimStray,
    CorrectEntry,
    CorrectLog,
    FinalLog,
    JoinMeeting,
    Met,
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
    "help": Rule(),
    "cancel": Rule(),
    "programme": Rule(),
    "checkin": Rule(),
    "log": Rule(),
    "meeting": Rule(),
    "incident": Rule(),
    "team": Rule(),
    "settings": Rule(),
    "me": Rule(),
    "people": Rule(LEADERS),
    "board": Rule(COORDINATORS),
    "digest": Rule(COORDINATORS),
    "live": Rule(COORDINATORS),
    "chronicle": Rule(COORDINATORS),
    "export": Rule(COORDINATORS),
}

UPLOAD_ROSTER = Rule(COORDINATORS)
"""A file sent to the bot to be imported as the roster; besides, he must coordinate the whole mission."""

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
}


def may(role: Role, rule: Rule, *, in_group: bool) -> bool:
    """Whether somebody aboard with this role may, here."""
    return role in rule.roles and (rule.in_group or not in_group)
