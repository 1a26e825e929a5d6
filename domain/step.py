"""The questions at which a person can stand."""

from dataclasses import dataclass
from enum import StrEnum

from domain.button import Part


class Flow(StrEnum):
    """Conversations."""

    CHECKIN = "checkin"
    LOG = "log"
    ENROLMENT = "enrolment"
    REQUEST = "request"
    PEOPLE = "people"
    SETTINGS = "settings"
    CORRECTION = "correction"
    NEW_MEETING = "new_meeting"
    CHANGE = "change"
    ALARM = "alarm"
    INCIDENT = "incident"


class CheckinStep(StrEnum):
    """The one optional question after a check-in."""

    PLACE = "place"
    REASON = "reason"


class EnrolmentStep(StrEnum):
    """After the identity is confirmed."""

    LANGUAGE = "language"
    ZONE = "zone"


class RequestStep(StrEnum):
    """A stranger who asks to be let in."""

    NAME = "name"


class PeopleStep(StrEnum):
    """Looking for somebody."""

    SEARCH = "search"
    """By name among all; the subject is 0."""
    BIND = "bind"
    """The person whom an access request is to be bound to; the subject is the request's id."""


class SettingsStep(StrEnum):
    """Settings that are typed."""

    ZONE = "zone"
    QUIET = "quiet"
    REMINDERS = "reminders"
    DIGEST_HOURS = "digest_hours"
    DIGEST_TEAMS = "digest_teams"


class CorrectionStep(StrEnum):
    """A submitted point is worded anew; the subject is the point's id."""

    WORDS = "words"


class NewMeetingStep(StrEnum):
    """A meeting that nobody had planned."""

    HOST = "host"


class ChangeStep(StrEnum):
    """Changing a meeting, which is the subject."""

    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    MET = "met"
    NOTE = "note"
    REASON = "reason"
    """The draft is shown; what is written is why."""


class AlarmStep(StrEnum):
    """Somebody is overdue; the subject is the alarm's id."""

    HOW = "how"
    """How he is accounted for."""


class IncidentStep(StrEnum):
    """Something went wrong; the subject of ENDING is the incident's id."""

    WHAT = "what"
    ENDING = "ending"


Step = (
    CheckinStep
    | EnrolmentStep
    | RequestStep
    | PeopleStep
    | SettingsStep
    | CorrectionStep
    | NewMeetingStep
    | ChangeStep
    | AlarmStep
    | IncidentStep
    | Part
)
STEPS: dict[Flow, type[Step]] = {
    Flow.CHECKIN: CheckinStep,
    Flow.LOG: Part,
    Flow.ENROLMENT: EnrolmentStep,
    Flow.REQUEST: RequestStep,
    Flow.PEOPLE: PeopleStep,
    Flow.SETTINGS: SettingsStep,
    Flow.CORRECTION: CorrectionStep,
    Flow.NEW_MEETING: NewMeetingStep,
    Flow.CHANGE: ChangeStep,
    Flow.ALARM: AlarmStep,
    Flow.INCIDENT: IncidentStep,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands: a conversation (`flow`), its question (`step`), and what it is about (0 = nothing)."""

    flow: str
    step: str
    subject: int | None
