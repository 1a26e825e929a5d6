"""A button is a type. Its payload travels through Telegram as at most 64 bytes and comes back as the same type.

The wire form is `1:<code>:<field>:<field>…`: a version, the type's code, its fields. Codes are never reused:
an old button is a promise, and a payload that no longer decodes is answered with the current state of things.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, get_type_hints

from domain.announcement_button import ANNOUNCEMENT_PAYLOADS
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
from domain.programme_button import PROGRAMME_PAYLOADS
from domain.programme_file_button import PROGRAMME_FILE_PAYLOADS

DATA_LIMIT = 64
"""Bytes of callback_data (Bot API, InlineKeyboardButton)."""
VERSION = "1"


class Presence(StrEnum):
    """What a person says of himself at a meeting."""

    ARRIVED = "a"
    ON_MY_WAY = "w"
    CANNOT_ATTEND = "c"
    LEFT = "l"
    TAKEN_BACK = "u"
    """Not a word of its own: it takes an earlier one back."""


class Part(StrEnum):
    """A part of a meeting log that points are given to."""

    WHO = "w"
    POINT = "p"
    CONCERN = "c"
    DOCUMENT = "d"
    FIGURE = "f"
    QUESTION = "q"
    FOLLOW_UP = "u"
    OURS = "o"
    """What our side told the hosts."""
    REVIEW = "r"
    NOT_THERE = "n"
    """Not a question of its own: an interlocutor of the programme who was not there."""


class View(StrEnum):
    """Which meetings a day's programme shows."""

    BUSINESS = ""
    """All that are the reader's business: a coordinator's are all of the mission, or of his teams."""
    MINE = "m"
    """Those he is expected at himself."""


@dataclass(frozen=True, slots=True)
class ShowDay(Payload):
    """The programme of a day, `day` as YYYY-MM-DD; empty = today."""

    code: ClassVar[str] = "day"
    day: str = ""
    view: View = View.BUSINESS


@dataclass(frozen=True, slots=True)
class ShowMeeting(Payload):
    """A meeting's card."""

    code: ClassVar[str] = "mt"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class CheckIn(Payload):
    """I am here, on my way, cannot attend, have left. `sure` is 1 once he was asked whether that is not too early."""

    code: ClassVar[str] = "ci"
    meeting_id: int = 0
    presence: Presence = Presence.ARRIVED
    sure: int = 0


@dataclass(frozen=True, slots=True)
class SkipStep(Payload):
    """Nothing to say to the question that is open at this meeting."""

    code: ClassVar[str] = "sk"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class OpenLog(Payload):
    """The meeting log at one of its parts."""

    code: ClassVar[str] = "lg"
    meeting_id: int = 0
    part: Part = Part.WHO


@dataclass(frozen=True, slots=True)
class Met(Payload):
    """Toggle: this interlocutor of the programme (by place in its list) received us."""

    code: ClassVar[str] = "me"
    meeting_id: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class NameSomebody(Payload):
    """Who received us is to be written: words are a name there."""

    code: ClassVar[str] = "nb"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class KeepAs(Payload):
    """What was taken for a figure in one's own draft is of another part."""

    code: ClassVar[str] = "ka"
    entry_id: int = 0
    part: Part = Part.POINT


@dataclass(frozen=True, slots=True)
class RemoveEntry(Payload):
    """Take a point of one's own draft back."""

    code: ClassVar[str] = "rm"
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class NoConcerns(Payload):
    """One tap: there was nothing of concern."""

    code: ClassVar[str] = "nc"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class SubmitLog(Payload):
    """The draft is the mission's log from now on."""

    code: ClassVar[str] = "sb"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class UndoCheckIn(Payload):
    """Take a word about oneself back."""

    code: ClassVar[str] = "un"
    checkin_id: int = 0


@dataclass(frozen=True, slots=True)
class SetEta(Payload):
    """On my way, there in so many minutes."""

    code: ClassVar[str] = "et"
    meeting_id: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class ClaimStray(Payload):
    """A place that came out of the blue is the check-in to this meeting; 0 = to none."""

    code: ClassVar[str] = "cs"
    stray_id: int = 0
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class TeamRoll(Payload):
    """A leader checks in his team: one member, there or not after all; 0 shows the list. Pages count from 0."""

    code: ClassVar[str] = "tr"
    meeting_id: int = 0
    person_id: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class WholeTeam(Payload):
    """A leader checks in all of his team who have said nothing yet."""

    code: ClassVar[str] = "wt"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class ToggleInternal(Payload):
    """The draft is for coordinators' digests only, or an ordinary log after all."""

    code: ClassVar[str] = "in"
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class ShowLog(Payload):
    """The submitted log of a meeting, a page of it."""

    code: ClassVar[str] = "sl"
    meeting_id: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class CorrectLog(Payload):
    """Choose a submitted point to correct, from a page of them."""

    code: ClassVar[str] = "co"
    meeting_id: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class CorrectEntry(Payload):
    """Word a submitted point anew."""

    code: ClassVar[str] = "ce"
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class WithdrawEntry(Payload):
    """Take a submitted point out; its wording stays among the versions. `sure` is 1 once he was asked."""

    code: ClassVar[str] = "we"
    entry_id: int = 0
    sure: int = 0


@dataclass(frozen=True, slots=True)
class FinalLog(Payload):
    """The meeting's log is complete (`final` 1), or open again (0)."""

    code: ClassVar[str] = "fi"
    meeting_id: int = 0
    final: int = 1


@dataclass(frozen=True, slots=True)
class ShowFile(Payload):
    """Send me the file of this point."""

    code: ClassVar[str] = "fl"
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class ShowLive(Payload):
    """The board of the day, as it stands now."""

    code: ClassVar[str] = "li"


@dataclass(frozen=True, slots=True)
class JoinMeeting(Payload):
    """The meeting that I tell of is the one a colleague told of (`same` 1), or another with the same host (0)."""

    code: ClassVar[str] = "jm"
    meeting_id: int = 0
    same: int = 1


@dataclass(frozen=True, slots=True)
class CancelNewMeeting(Payload):
    """The unplanned meeting that I told of was a mistake; 0 = I tell of none after all."""

    code: ClassVar[str] = "cm"
    meeting_id: int = 0


PAYLOADS: tuple[type[Payload], ...] = (
    ShowDay,
    ShowMeeting,
    CheckIn,
    SkipStep,
    OpenLog,
    Met,
    NameSomebody,
    KeepAs,
    RemoveEntry,
    NoConcerns,
    SubmitLog,
    AnswerIdentity,
    ChooseLanguage,
    ChooseZone,
    RequestAccess,
    DecideRequest,
    BindRequest,
    ApplyUpload,
    CancelUpload,
    ShowPeople,
    SearchPeople,
    ShowPerson,
    ActOnPerson,
    ShowTeam,
    ShowBoard,
    ActOnBoard,
    ChangeSetting,
    ShowSettings,
    LeaveMission,
    UndoCheckIn,
    SetEta,
    ClaimStray,
    TeamRoll,
    WholeTeam,
    ToggleInternal,
    ShowLog,
    CorrectLog,
    CorrectEntry,
    WithdrawEntry,
    FinalLog,
    ShowFile,
    ShowLive,
    JoinMeeting,
    CancelNewMeeting,
    *PROGRAMME_PAYLOADS,
    AnswerAlarm,
    ResolveAlarm,
    ShowDigest,
    ShowChronicle,
    SetDigest,
    CloseIncident,
    *PROGRAMME_FILE_PAYLOADS,
    *ANNOUNCEMENT_PAYLOADS,
)
"""Every button there is."""
_TYPES: dict[str, type[Payload]] = {cls.code: cls for cls in PAYLOADS}


def encode(payload: Payload) -> str:
    """The callback_data of a payload; ValueError if it would not fit into DATA_LIMIT bytes."""
    values = (getattr(payload, f.name) for f in fields(payload))
    data = ":".join((VERSION, payload.code, *(str(v) for v in values)))
    if len(data.encode()) > DATA_LIMIT:
        raise ValueError(f"callback data of {len(data.encode())} bytes: {data!r}")
    return data


@lru_cache(maxsize=4096)
def decode(data: str) -> Payload | None:
    """The payload that was sent out, or None for what we never sent or no longer understand."""
    version, _, rest = data.partition(":")
    code, *texts = rest.split(":")
    cls = _TYPES.get(code)
    if version != VERSION or cls is None or len(texts) > len(fields(cls)):
        return None
    hints = get_type_hints(cls)
    try:  # a button sent before its type had its last fields means their defaults
        return cls(**{f.name: _value(hints[f.name], text) for f, text in zip(fields(cls), texts, strict=False)})
    except ValueError:
        return None


def _value(kind: type, text: str) -> object:
    if kind is int:
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise ValueError(text)
        return int(text)
    return kind(text)
