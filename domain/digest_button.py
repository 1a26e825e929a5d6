"""Buttons about digests, the chronicle and incidents."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.payload import Payload


class View(StrEnum):
    """What of a day, or of more than a day, is shown."""

    DAY = "d"
    PROGRAMME = "p"
    """The day's meetings, below the digest, which stays."""
    SILENT = "s"
    WEEK = "w"
    MISSION = "m"


class Form(StrEnum):
    """How the chronicle of a day is handed out."""

    PREVIEW = "p"
    DOCUMENT = "d"
    """As it stands, or as the version with this number has it."""
    BACK = "b"
    """In the place of what was opened from it."""
    VERSIONS = "v"
    """Which documents were handed out; `number` is the page."""


class DigestField(StrEnum):
    """What a coordinator chooses for his digests."""

    ALL = "a"
    HOURS = "h"
    WEEKDAYS = "w"
    ZONE = "z"
    DEPTH = "d"
    TEAMS = "t"


@dataclass(frozen=True, slots=True)
class ShowDigest(Payload):
    """The digest of a day (YYYY-MM-DD; empty = today), of its week or of the mission; or who was silent on it."""

    code: ClassVar[str] = "dg"
    day: str = ""
    view: View = View.DAY


@dataclass(frozen=True, slots=True)
class ShowChronicle(Payload):
    """The chronicle of a day, in a language of the mission (empty = the reader's)."""

    code: ClassVar[str] = "ch"
    day: str = ""
    form: Form = Form.PREVIEW
    language: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class SetDigest(Payload):
    """Set what a coordinator chooses for his digests; an empty value shows the choices."""

    code: ClassVar[str] = "ds"
    field: DigestField = DigestField.ALL
    value: str = ""


@dataclass(frozen=True, slots=True)
class CloseIncident(Payload):
    """A coordinator says what became of an incident."""

    code: ClassVar[str] = "ic"
    incident_id: int = 0
