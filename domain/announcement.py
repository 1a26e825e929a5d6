"""What is announced, to whom, and how a copy becomes a call to Telegram."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.announcement_button import Option
from domain.message import TEXT_LIMIT, units

CAPTION_LIMIT = 1024
"""UTF-16 code units of a caption (Bot API)."""
ALBUM_LIMIT = 10
DELETABLE = timedelta(hours=48)
"""For how long a bot may delete its own message."""
SPLIT_WITHIN = timedelta(seconds=5)
SPLIT_FROM = 3500
"""A text of more than one message comes in pieces: the first is nearly full, the next follows at once."""


class State(StrEnum):
    """Where an announcement stands.

    draft → awaiting (another coordinator) → scheduled → sending ⇄ paused → done
    draft → scheduled, draft → sending; sending, paused → stopped; whatever was sent → withdrawn; else discarded.
    """

    DRAFT = "draft"
    AWAITING = "awaiting"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


SENT_STATES = frozenset({State.SENDING, State.PAUSED, State.STOPPED, State.DONE, State.WITHDRAWN})
"""Copies may be with readers."""


class Kind(StrEnum):
    """What a part of an announcement is."""

    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    LOCATION = "location"
    VENUE = "venue"


class Repeat(StrEnum):
    """When it goes out again, on the author's clock."""

    NEVER = ""
    DAILY = "daily"
    WEEKLY = "weekly"


class Fault(StrEnum):
    """Why something cannot be announced."""

    NOT_THIS_KIND = "kind"
    TOO_LONG = "long"
    CAPTION_TOO_LONG = "caption"
    MIXED_ALBUM = "mixed"
    ALBUM_TOO_LARGE = "album"
    EMPTY = "empty"
    OTHER_KIND = "other"
    """A correction of another kind than what was sent."""
    NOT_CORRECTABLE = "fixed"
    NO_TIME = "time"
    PAST = "past"


class Reason(StrEnum):
    """Why a copy did not arrive."""

    BLOCKED = "blocked"
    ACCOUNT_GONE = "account"
    PUT_OUT = "kicked"
    MUTED = "rights"
    READER_DELETED = "gone"
    OTHER = "other"


class BadAnnouncementError(ValueError):
    """It cannot be announced; `fault` says why."""

    def __init__(self, fault: Fault, found: int = 0) -> None:
        super().__init__(fault)
        self.fault, self.found = fault, found


@dataclass(frozen=True, slots=True)
class Piece:
    """One message. `entities` is its formatting as Telegram told it; `file_id` names a file at Telegram."""

    kind: Kind
    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()
    file_id: str = ""
    latitude: float = 0.0
    longitude: float = 0.0
    title: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """One message, or an album."""

    pieces: tuple[Piece, ...]
    album: str = field(default="")
    """Telegram's number of the album the author sent."""

    @property
    def words(self) -> Piece:
        """The piece that carries the text."""
        return next((piece for piece in self.pieces if piece.text), self.pieces[0])

    @property
    def is_album(self) -> bool:
        """Whether it has several parts: no buttons fit under it then."""
        return len(self.pieces) > 1

    def to_json(self) -> str:
        """As the database keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "Content":
        """What `to_json` wrote."""
        body = json.loads(text)
        pieces = (
            Piece(**{**one, "kind": Kind(one["kind"]), "entities": tuple(one["entities"])}) for one in body["pieces"]
        )
        return Content(tuple(pieces), body["album"])


def checked(content: Content | None) -> Content:
    """The content, if it can be announced (None cannot) and Telegram would take it; raises BadAnnouncementError."""
    if content is None:
        raise BadAnnouncementError(Fault.NOT_THIS_KIND)
    kinds = {piece.kind for piece in content.pieces}
    if content.is_album and not (kinds <= {Kind.PHOTO, Kind.VIDEO} or kinds == {Kind.DOCUMENT}):
        raise BadAnnouncementError(Fault.MIXED_ALBUM)
    if len(content.pieces) > ALBUM_LIMIT:
        raise BadAnnouncementError(Fault.ALBUM_TOO_LARGE, len(content.pieces))
    for piece in content.pieces:
        size = units(piece.text)
        if piece.kind is Kind.TEXT:
            if not piece.text.strip():
                raise BadAnnouncementError(Fault.EMPTY)
            if size > TEXT_LIMIT:
                raise BadAnnouncementError(Fault.TOO_LONG, size)
        elif size > CAPTION_LIMIT:
            raise BadAnnouncementError(Fault.CAPTION_TOO_LONG, size)
    return content


def with_words(media: Content, words: Content) -> Content:
    """A language's version that is text only, under the original's pictures or files."""
    if words.pieces[0].kind is not Kind.TEXT or media.pieces[0].kind not in _CAPTIONED:
        return words
    first, text = media.pieces[0], words.pieces[0]
    bare = [Piece(piece.kind, file_id=piece.file_id) for piece in media.pieces[1:]]
    head = Piece(first.kind, text.text, text.entities, first.file_id)
    return checked(Content((head, *bare), media.album))


_CAPTIONED = frozenset({Kind.PHOTO, Kind.VIDEO, Kind.DOCUMENT})
_METHODS = {
    Kind.TEXT: "sendMessage",
    Kind.PHOTO: "sendPhoto",
    Kind.VIDEO: "sendVideo",
    Kind.DOCUMENT: "sendDocument",
    Kind.LOCATION: "sendLocation",
    Kind.VENUE: "sendVenue",
}
Call = tuple[str, dict[str, Any]]
"""A method of the Bot API and its parameters, without the chat."""


def call_of(content: Content) -> Call:
    """The call that sends a copy."""
    if content.is_album:
        return "sendMediaGroup", {"media": [_media(piece) for piece in content.pieces]}
    piece = content.pieces[0]
    body: dict[str, Any]
    if piece.kind is Kind.TEXT:
        body = _text(piece.text, piece.entities)
    elif piece.kind in _CAPTIONED:
        body = {piece.kind.value: piece.file_id, **_caption(piece)}
    else:
        body = {"latitude": piece.latitude, "longitude": piece.longitude}
        if piece.kind is Kind.VENUE:
            body |= {"title": piece.title, "address": piece.address}
    return _METHODS[piece.kind], body


def correction_of(before: Content, after: Content) -> Call:
    """The call that makes a delivered copy say the new words; raises BadAnnouncementError if Telegram has none."""
    old, new = before.pieces[0], after.pieces[0]
    if old.kind in {Kind.LOCATION, Kind.VENUE}:
        raise BadAnnouncementError(Fault.NOT_CORRECTABLE)
    if len(before.pieces) != len(after.pieces) or (old.kind is Kind.TEXT) != (new.kind is Kind.TEXT):
        raise BadAnnouncementError(Fault.OTHER_KIND)
    if new.kind is Kind.TEXT:
        return "editMessageText", _text(new.text, new.entities)
    if [piece.file_id for piece in before.pieces] == [piece.file_id for piece in after.pieces]:
        return "editMessageCaption", _caption(new)
    if after.is_album:
        raise BadAnnouncementError(Fault.OTHER_KIND)
    return "editMessageMedia", {"media": _media(new)}


def struck(content: Content, note: str) -> Call | None:
    """The call that strikes a copy through which is too old to be deleted; None if it has no words."""
    piece = content.pieces[0]
    if piece.kind in {Kind.LOCATION, Kind.VENUE}:
        return None
    limit = TEXT_LIMIT if piece.kind is Kind.TEXT else CAPTION_LIMIT
    body = piece.text
    while units(f"{note}\n{body}") > limit:
        body = body[: len(body) - (units(f"{note}\n{body}") - limit + 1) // 2 - 1]
    marks: list[dict[str, Any]] = [{"type": "bold", "offset": 0, "length": units(note)}]
    text = note
    if body:
        text = f"{note}\n{body}"
        marks.append({"type": "strikethrough", "offset": units(note) + 1, "length": units(body)})
    if piece.kind is Kind.TEXT:
        return "editMessageText", _text(text, tuple(marks))
    return "editMessageCaption", {"caption": text, "caption_entities": marks}


def reason_of(error: str) -> Reason:
    """Why Telegram refused a copy."""
    said = error.lower()
    for reason, words in _REASONS:
        if any(word in said for word in words):
            return reason
    return Reason.OTHER


_REASONS: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    (Reason.BLOCKED, ("blocked by the user",)),
    (Reason.ACCOUNT_GONE, ("deactivated", "account ended", "can't initiate", "user not found")),
    (Reason.PUT_OUT, ("kicked", "not a member", "chat not found")),
    (Reason.MUTED, ("not enough rights", "have no rights", "restricted")),
    (
        Reason.READER_DELETED,
        ("message to edit not found", "message to be replied not found", "message to pin not found"),
    ),
)


def seconds_for(messages: int, per_second: float) -> int:
    """How long so many messages take, at least."""
    return max(1, round(messages / per_second))


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the copies of an announcement stand."""

    sent: int = 0
    waiting: int = 0
    in_doubt: int = 0
    failed: int = 0
    stopped: int = 0

    @property
    def total(self) -> int:
        """All copies."""
        return self.sent + self.waiting + self.in_doubt + self.failed + self.stopped


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an audience reaches, before anything is sent."""

    groups: int
    people: int
    unreached: int
    """People of the audience to whom nothing can be delivered: not aboard, or the bot is blocked."""

    @property
    def copies(self) -> int:
        """Messages that would go."""
        return self.groups + self.people


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement and how it stands. `version` counts corrections, `edition` changes of the draft."""

    announcement_id: int
    author_id: int
    state: State
    version: int
    edition: int
    asked: str
    options: frozenset[Option]
    send_at: datetime | None
    expire_at: datetime | None
    repeats: Repeat
    source_id: int | None
    created_at: datetime
    content_at: datetime | None
    approved_by: int | None
    started_at: datetime | None
    ended_at: datetime | None
    unreached: int
    chat_id: int | None
    message_id: int | None
    shown: str
    """A digest of what its author sees."""
    reminders: int
    counted: int
    """How many confirmations the copies in groups show."""


def _text(text: str, entities: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    body: dict[str, Any] = {"text": text, "link_preview_options": {"is_disabled": True}}
    return body | {"entities": list(entities)} if entities else body


def _caption(piece: Piece) -> dict[str, Any]:
    body: dict[str, Any] = {"caption": piece.text} if piece.text else {}
    return body | {"caption_entities": list(piece.entities)} if piece.entities else body


def _media(piece: Piece) -> dict[str, Any]:
    return {"type": piece.kind.value, "media": piece.file_id, **_caption(piece)}
