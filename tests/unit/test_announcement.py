"""What can be announced, how Telegram is told, and what a copy that arrived can still be made to say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.announcement import (
    ALBUM_LIMIT,
    CAPTION_LIMIT,
    BadAnnouncementError,
    Content,
    Fault,
    Kind,
    Piece,
    Reason,
    call_of,
    checked,
    correction_of,
    reason_of,
    struck,
    with_words,
)
from domain.message import TEXT_LIMIT
from services.announcements import parse_time

BOLD = ({"type": "bold", "offset": 0, "length": 4},)
BARE = {"link_preview_options": {"is_disabled": True}}
TEXT = Content((Piece(Kind.TEXT, "Bus at nine", BOLD),))
PHOTO = Content((Piece(Kind.PHOTO, "The hall", BOLD, "photo-1"),))
FILE = Content((Piece(Kind.DOCUMENT, file_id="file-1"),))
ALBUM = Content((Piece(Kind.PHOTO, "Two halls", (), "photo-1"), Piece(Kind.VIDEO, file_id="video-2")), "77")
PLACE = Content((Piece(Kind.LOCATION, latitude=51.1, longitude=71.4),))
VENUE = Content((Piece(Kind.VENUE, latitude=51.1, longitude=71.4, title="Hall", address="Dostyk 5"),))


def fault_of(content: Content | None) -> tuple[Fault, int]:
    with pytest.raises(BadAnnouncementError) as raised:
        checked(content)
    return raised.value.fault, raised.value.found


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, (Fault.NOT_THIS_KIND, 0)),
        (Content((Piece(Kind.TEXT, " \n"),)), (Fault.EMPTY, 0)),
        (Content((Piece(Kind.TEXT, "x" * (TEXT_LIMIT + 1)),)), (Fault.TOO_LONG, TEXT_LIMIT + 1)),
        (Content((Piece(Kind.TEXT, "😀" * (TEXT_LIMIT // 2) + "x"),)), (Fault.TOO_LONG, TEXT_LIMIT + 1)),
        (Content((Piece(Kind.PHOTO, "x" * (CAPTION_LIMIT + 1)),)), (Fault.CAPTION_TOO_LONG, CAPTION_LIMIT + 1)),
        (Content((Piece(Kind.PHOTO), Piece(Kind.DOCUMENT)), "1"), (Fault.MIXED_ALBUM, 0)),
        (Content((Piece(Kind.TEXT, "x"), Piece(Kind.TEXT, "y")), "1"), (Fault.MIXED_ALBUM, 0)),
        (Content((Piece(Kind.PHOTO),) * (ALBUM_LIMIT + 1), "1"), (Fault.ALBUM_TOO_LARGE, ALBUM_LIMIT + 1)),
    ],
)
def test_what_telegram_would_not_take_is_known_beforehand(content: Content | None, fault: tuple[Fault, int]) -> None:
    assert fault_of(content) == fault


@pytest.mark.parametrize(
    "content",
    [
        TEXT, PHOTO, FILE, ALBUM, PLACE, VENUE,
        Content((Piece(Kind.TEXT, "x" * TEXT_LIMIT),)),
        Content((Piece(Kind.VIDEO, "x" * CAPTION_LIMIT),)),
        Content((Piece(Kind.DOCUMENT),) * ALBUM_LIMIT, "1"),
    ],
)  # fmt: skip
def test_what_can_be_announced_passes_and_is_kept_whole(content: Content) -> None:
    assert checked(content) is content
    assert Content.from_json(content.to_json()) == content


@pytest.mark.parametrize(
    ("content", "call"),
    [
        (TEXT, ("sendMessage", {"text": "Bus at nine", "entities": list(BOLD), **BARE})),
        (PHOTO, ("sendPhoto", {"photo": "photo-1", "caption": "The hall", "caption_entities": list(BOLD)})),
        (PLACE, ("sendLocation", {"latitude": 51.1, "longitude": 71.4})),
        (VENUE, ("sendVenue", {"latitude": 51.1, "longitude": 71.4, "title": "Hall", "address": "Dostyk 5"})),
    ],
)
def test_each_kind_has_its_method(content: Content, call: object) -> None:
    assert call_of(content) == call


def test_an_album_is_sent_as_one_and_its_words_stand_under_the_first() -> None:
    method, body = call_of(ALBUM)
    assert method == "sendMediaGroup"
    first, second = body["media"]
    assert (first["type"], first["media"], first["caption"]) == ("photo", "photo-1", "Two halls")
    assert (second["type"], second["media"]) == ("video", "video-2")
    assert ALBUM.words.text == "Two halls"
    assert Content((Piece(Kind.PHOTO), Piece(Kind.PHOTO, "Second")), "1").words.text == "Second"
    assert PLACE.words is PLACE.pieces[0]


def test_a_version_that_is_words_only_stands_under_the_originals_pictures() -> None:
    words = Content((Piece(Kind.TEXT, "Zwei Säle", BOLD),))
    assert with_words(ALBUM, words) == Content(
        (Piece(Kind.PHOTO, "Zwei Säle", BOLD, "photo-1"), Piece(Kind.VIDEO, file_id="video-2")), "77"
    )
    assert with_words(TEXT, words) is words
    assert with_words(PLACE, words) is words
    assert with_words(ALBUM, PHOTO) is PHOTO
    long = Content((Piece(Kind.TEXT, "x" * (CAPTION_LIMIT + 1)),))
    with pytest.raises(BadAnnouncementError) as raised:
        with_words(PHOTO, long)
    assert raised.value.fault is Fault.CAPTION_TOO_LONG


def test_a_copy_that_arrived_is_corrected_by_the_edit_that_telegram_has_for_it() -> None:
    new_words = Content((Piece(Kind.PHOTO, "The other hall", (), "photo-1"),))
    other = Content((Piece(Kind.DOCUMENT, "The plan", (), "file-2"),))
    assert correction_of(TEXT, Content((Piece(Kind.TEXT, "Bus at ten"),))) == (
        "editMessageText",
        {"text": "Bus at ten", **BARE},
    )
    assert correction_of(PHOTO, new_words) == ("editMessageCaption", {"caption": "The other hall"})
    method, body = correction_of(PHOTO, other)
    assert (method, body["media"]["type"], body["media"]["media"], body["media"]["caption"]) == (
        "editMessageMedia", "document", "file-2", "The plan",
    )  # fmt: skip
    album = Content((Piece(Kind.PHOTO, "Three halls", (), "photo-1"), ALBUM.pieces[1]), "78")
    assert correction_of(ALBUM, album) == ("editMessageCaption", {"caption": "Three halls"})


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (PLACE, PLACE, Fault.NOT_CORRECTABLE),
        (VENUE, TEXT, Fault.NOT_CORRECTABLE),
        (TEXT, PHOTO, Fault.OTHER_KIND),
        (PHOTO, TEXT, Fault.OTHER_KIND),
        (ALBUM, PHOTO, Fault.OTHER_KIND),
        (PHOTO, ALBUM, Fault.OTHER_KIND),
        (ALBUM, Content((ALBUM.pieces[0], Piece(Kind.VIDEO, file_id="video-3")), "77"), Fault.OTHER_KIND),
    ],
)
def test_what_no_edit_can_say_is_refused(before: Content, after: Content, fault: Fault) -> None:
    with pytest.raises(BadAnnouncementError) as raised:
        correction_of(before, after)
    assert raised.value.fault is fault


def test_what_is_too_old_to_be_deleted_is_struck_through_below_a_note() -> None:
    method, body = struck(TEXT, "Withdrawn 😀") or ("", {})
    assert method == "editMessageText"
    assert body["text"] == "Withdrawn 😀\nBus at nine"
    assert body["entities"] == [
        {"type": "bold", "offset": 0, "length": 12},
        {"type": "strikethrough", "offset": 13, "length": 11},
    ]
    assert struck(FILE, "Withdrawn") == (
        "editMessageCaption",
        {"caption": "Withdrawn", "caption_entities": [{"type": "bold", "offset": 0, "length": 9}]},
    )
    assert struck(PLACE, "Withdrawn") is None
    assert struck(VENUE, "Withdrawn") is None


@pytest.mark.parametrize(("kind", "limit"), [(Kind.TEXT, TEXT_LIMIT), (Kind.PHOTO, CAPTION_LIMIT)])
@pytest.mark.parametrize("letter", ["x", "😀"])
def test_a_long_one_is_shortened_to_what_fits_beside_the_note(kind: Kind, limit: int, letter: str) -> None:
    size = len(letter.encode("utf-16-le")) // 2
    _, body = struck(Content((Piece(kind, letter * (limit // size)),)), "Withdrawn") or ("", {})
    text = body["text" if kind is Kind.TEXT else "caption"]
    assert text.startswith("Withdrawn\n")
    assert limit - 4 <= len(text.encode("utf-16-le")) // 2 <= limit
    assert set(text[10:]) == {letter}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("Forbidden: bot was blocked by the user", Reason.BLOCKED),
        ("Forbidden: user is deactivated", Reason.ACCOUNT_GONE),
        ("Forbidden: bot can't initiate conversation with a user", Reason.ACCOUNT_GONE),
        ("Forbidden: bot was kicked from the supergroup chat", Reason.PUT_OUT),
        ("Bad Request: chat not found", Reason.PUT_OUT),
        ("Bad Request: not enough rights to send text messages to the chat", Reason.MUTED),
        ("Bad Request: message to edit not found", Reason.READER_DELETED),
        ("Bad Request: whatever else", Reason.OTHER),
    ],
)
def test_why_a_copy_did_not_arrive_is_told_in_few_words(error: str, reason: Reason) -> None:
    assert reason_of(error) is reason


ALMATY = ZoneInfo("Asia/Almaty")
NOON = datetime(2019, 6, 8, 6, tzinfo=UTC)
"""12:00 in Nur-Sultan."""


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("12:01", datetime(2019, 6, 8, 6, 1, tzinfo=UTC)),
        (" 18.30 ", datetime(2019, 6, 8, 12, 30, tzinfo=UTC)),
        ("12:00", datetime(2019, 6, 9, 6, 0, tzinfo=UTC)),
        ("9:05", datetime(2019, 6, 9, 3, 5, tzinfo=UTC)),
        ("2019-06-10 9:05", datetime(2019, 6, 10, 3, 5, tzinfo=UTC)),
        ("10.6.2019 09:05", datetime(2019, 6, 10, 3, 5, tzinfo=UTC)),
        ("8.06.2019   12:01", datetime(2019, 6, 8, 6, 1, tzinfo=UTC)),
        ("2020-06-08 12:00", datetime(2020, 6, 8, 6, 0, tzinfo=UTC)),
    ],
)
def test_a_time_is_the_next_one_on_the_authors_clock_or_that_of_the_day_he_names(text: str, when: datetime) -> None:
    assert parse_time(text, ALMATY, NOON) == when


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("noon", Fault.NO_TIME),
        ("24:00", Fault.NO_TIME),
        ("12:60", Fault.NO_TIME),
        ("2019-02-30 12:00", Fault.NO_TIME),
        ("31.06.2019 12:00", Fault.NO_TIME),
        ("12:00 12:00", Fault.NO_TIME),
        (" " * 40 + "12:30", Fault.NO_TIME),
        ("2019-06-08 12:00", Fault.PAST),
        ("7.6.2019 13:00", Fault.PAST),
        ("2020-06-08 12:01", Fault.PAST),
    ],
)
def test_what_is_no_time_or_none_to_come_is_said_so(text: str, fault: Fault) -> None:
    with pytest.raises(BadAnnouncementError) as raised:
        parse_time(text, ALMATY, NOON)
    assert raised.value.fault is fault
