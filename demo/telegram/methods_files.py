"""Bot API methods that carry files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import ApiError, Json, refused
from .methods_send import caption, deliver, reply_of, topic_of
from .params import MAX_UPLOAD, Upload
from .registry import CAPTION, SENDING, method

if TYPE_CHECKING:
    from .model import File
    from .params import Params
    from .world import World

MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF", b"BM", b"\x00\x00\x00")
_FOLDERS = {
    "photo": "photos", "document": "documents", "voice": "voice", "video": "videos", "audio": "music",
    "animation": "animations", "sticker": "stickers", "video_note": "video_notes",
}  # fmt: skip


def describe(kind: str, file: File) -> Json:
    """The message field for a file of this kind: PhotoSize array, Document, Voice…"""
    common = file.told()
    if kind == "photo":
        width, height = image_size(file.data)
        small = {**common, "file_unique_id": f"{file.unique_id}s", "width": 90, "height": 67}
        return {"photo": [small, {**common, "width": width, "height": height}]}
    told: Json = {**common}
    if kind not in ("sticker", "video_note"):
        told["mime_type"] = file.mime
    if kind in ("document", "video", "audio", "animation"):
        told["file_name"] = file.name
    if kind in ("voice", "video", "audio", "animation", "video_note"):
        told["duration"] = 1
    if kind in ("video", "animation"):
        told |= {"width": 320, "height": 240}
    if kind == "video_note":
        told["length"] = 240
    if kind == "sticker":
        told |= {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"}
    content: Json = {kind: told}
    return content | ({"document": told} if kind == "animation" else {})


def image_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG or a JPEG; a usual size for all else."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    at = 2
    while data.startswith(b"\xff\xd8") and at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] in (0xC0, 0xC1, 0xC2):
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 1280, 960


def _file(world: World, params: Params, kind: str, given: Any, part: str) -> File:
    upload: Upload | None = None
    if isinstance(given, str) and given.startswith("attach://"):
        upload = params.files.get(given.removeprefix("attach://"))
        if upload is None:
            raise refused(f'file "{given}" not found' if kind == "media" else f"There is no {kind} in the request")
    elif given is None or given == "":
        upload = params.files.get(part)
        if upload is None:
            raise refused(f"There is no {kind.replace('_', ' ')} in the request")
    if upload is not None:
        return _stored(world, kind, upload)
    text = str(given)
    file = world.files.get(text)
    if file is not None:
        return file
    if text.startswith(("http://", "https://")):
        raise refused("failed to get HTTP URL content")
    raise refused("wrong remote file identifier specified: Wrong character in the string")


def _stored(world: World, kind: str, upload: Upload) -> File:
    if not upload.data:
        raise refused("file must be non-empty")
    if len(upload.data) > MAX_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo":
        if len(upload.data) > MAX_PHOTO:
            raise refused(
                f"file of size {len(upload.data)} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
            )
        if not upload.data.startswith(_IMAGES):
            raise refused("IMAGE_PROCESS_FAILED")
    return world.store(upload.data, upload.filename, upload.mime, _FOLDERS[kind])


def _send(kind: str, world: World, params: Params) -> Json:
    words = caption(world, params) if kind not in ("sticker", "video_note") else {}
    file = _file(world, params, kind, params.raw.get(kind), kind)
    content = {**describe(kind, file), **words}
    if kind == "voice" and params.integer("duration") > 0:
        content["voice"]["duration"] = params.integer("duration")
    return deliver(world, params, content).body


@method("sendPhoto", f"{SENDING} {CAPTION} photo has_spoiler", spends=True)
def send_photo(world: World, params: Params) -> Json:
    """A picture, up to 10 MB."""
    return _send("photo", world, params)


@method("sendDocument", f"{SENDING} {CAPTION} document thumbnail disable_content_type_detection", spends=True)
def send_document(world: World, params: Params) -> Json:
    """Any file, up to 50 MB."""
    return _send("document", world, params)


@method("sendVoice", f"{SENDING} {CAPTION} voice duration", spends=True)
def send_voice(world: World, params: Params) -> Json:
    """A voice note."""
    return _send("voice", world, params)


@method("sendVideo", f"{SENDING} {CAPTION} video duration width height thumbnail cover start_timestamp has_spoiler"
        " supports_streaming", spends=True)  # fmt: skip
def send_video(world: World, params: Params) -> Json:
    """A film."""
    return _send("video", world, params)


@method("sendAudio", f"{SENDING} {CAPTION} audio duration performer title thumbnail", spends=True)
def send_audio(world: World, params: Params) -> Json:
    """Music."""
    return _send("audio", world, params)


@method("sendAnimation", f"{SENDING} {CAPTION} animation duration width height thumbnail has_spoiler", spends=True)
def send_animation(world: World, params: Params) -> Json:
    """A moving picture."""
    return _send("animation", world, params)


@method("sendSticker", f"{SENDING} sticker emoji", spends=True)
def send_sticker(world: World, params: Params) -> Json:
    """A sticker."""
    return _send("sticker", world, params)


@method("sendVideoNote", f"{SENDING} video_note duration length thumbnail", spends=True)
def send_video_note(world: World, params: Params) -> Json:
    """A round film."""
    return _send("video_note", world, params)


def input_media(world: World, params: Params, given: Any) -> Json:
    """The content that one InputMedia stands for."""
    if not isinstance(given, dict):
        raise refused("Can't parse InputMedia: expected an Object")
    kind = given.get("type")
    if kind not in ("photo", "document", "video", "audio", "animation"):
        raise refused(
            "Can't parse InputMedia: type must be non-empty" if not kind else "type of the media is unsupported"
        )
    if not isinstance(given.get("media"), str) or not given["media"]:
        raise refused("Can't parse InputMedia: Can't find field \"media\"")
    file = _file(world, params, kind, given["media"], "")
    return {**describe(kind, file), **caption(world, given)}


@method("sendMediaGroup", f"{SENDING} media", spends=True)
def send_media_group(world: World, params: Params) -> list[Json]:
    """Two to ten photos or files as one album."""
    given = params.decoded("media", "Can't parse media JSON object")
    if not isinstance(given, list):
        raise refused("Expected an Array of InputMedia")
    if not given:
        raise refused("There are no messages to send")
    if len(given) > 10:
        raise refused("Too many messages to send as an album")
    contents = [input_media(world, params, one) for one in given]
    kinds = {str(one.get("type")) for one in given}
    if len(kinds) > 1 and not kinds <= {"photo", "video"}:
        what = "document" if "document" in kinds else "audio"
        raise refused(f"{what} can't be mixed with other media types")
    chat = world.chat_of(params.text("chat_id"), write=True)
    same = {**reply_of(world, chat, params), **topic_of(chat, params)}
    if len(contents) > 1:
        same["media_group_id"] = str(world.random.getrandbits(56))
    return [world.add(chat, {**same, **content}).body for content in contents]


@method("getFile", "file_id")
def get_file(world: World, params: Params) -> Json:
    """Where to download a file of up to 20 MB."""
    if not params.text("file_id"):
        raise refused("file_id not specified")
    file = world.files.get(params.text("file_id"))
    if file is None:
        raise refused("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD:
        raise refused("file is too big")
    return {**file.told(), "file_path": file.path}
