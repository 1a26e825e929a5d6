"""Files of meeting logs."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_BYTES = 20 * 1024 * 1024
"""What a bot may fetch of a file (Bot API, getFile)."""


class FileKind(StrEnum):
    """What Telegram calls it; decides by which method it is sent again."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that came with a message: Telegram's reference to it, its name there and its bytes, if it tells them."""

    kind: FileKind
    file_id: str
    file_unique_id: str
    name: str = ""
    size: int | None = None


class AttachmentState(StrEnum):
    """What became of the bytes: `wanted` are still to be fetched, the others are final."""

    WANTED = "wanted"
    STORED = "stored"
    TOO_LARGE = "too_large"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a point of a meeting log."""

    attachment_id: int
    entry_id: int
    author_id: int
    kind: FileKind
    file_id: str
    file_name: str
    """As its sender's phone calls it; empty if it does not tell, or if it was erased."""
    state: AttachmentState
    attempts: int
    path: str | None
    """Within the folder of files, once it is stored."""
    meeting_day: date
    meeting_reference: str


LONGEST_NAME = 80
"""Characters of a file's name on the disk."""
_LONGEST_NAME_BYTES = 200
"""Of 255 that file systems allow, the number before it included."""
_LONGEST_ENDING = 12
_RESERVED = frozenset('<>:"/\\|?*')
_PLAIN = {
    FileKind.PHOTO: "photo.jpg",
    FileKind.DOCUMENT: "document.bin",
    FileKind.VOICE: "voice.ogg",
    FileKind.VIDEO: "video.mp4",
    FileKind.AUDIO: "audio.mp3",
}


def path_of(attachment: Attachment) -> str:
    """Where its bytes belong within the folder of files: day, meeting, and a name that begins with its number."""
    folder = safe_name(attachment.meeting_reference) or "meeting"
    return f"{attachment.meeting_day.isoformat()}/{folder}/{base_name(attachment)}"


def base_name(attachment: Attachment) -> str:
    """The last part of `path_of`."""
    return f"{attachment.attachment_id}-{safe_name(attachment.file_name) or _PLAIN[attachment.kind]}"


def safe_name(name: str) -> str:
    """A name from a stranger as one part of a path: NFC, no control or reserved characters.

    Nor dots, spaces and dashes around it. Its ending is kept when it is cut. Empty if nothing is left.
    """
    composed = unicodedata.normalize("NFC", name)
    spelt = "".join("_" if c in _RESERVED or unicodedata.category(c)[0] == "C" else c for c in composed)
    plain = " ".join(spelt.split()).strip(" ._-")
    stem, dot, ending = plain.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = plain, "", ""
    stem = stem[: LONGEST_NAME - len(dot + ending)]
    while len(f"{stem}{dot}{ending}".encode()) > _LONGEST_NAME_BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}{dot}{ending}"
