"""A draft as it looks: to its author, and as the copies that it will be."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.announcement import Announcement, Content, call_of, with_words
from domain.announcement_button import Option
from domain.letter import Letter, LetterKind
from domain.message import inline_keyboard
from domain.person import Person
from domain.quiet import quiet_until
from services import audiences
from services.desk import Desk, Said, post, show, tell, tongue_of
from storage import announcements as shelf
from storage import audiences as audience_shelf
from texts import announcements as words
from texts.tongue import Html, Tongue

Call = tuple[str, dict[str, object]]


def title_of(desk: Desk, t: Tongue, a: Announcement) -> str:
    """A few words by which it is known."""
    return words.title(t, shelf.read_contents(desk.db, a.announcement_id, a.version).get(""))


def draft_of(desk: Desk, author: Person, a: Announcement, reader: Person | None = None) -> words.Draft:
    """The draft as its author, or another coordinator, sees it."""
    reader = reader or author
    return words.Draft(
        a,
        shelf.read_contents(desk.db, a.announcement_id, a.version),
        audiences.describe(desk, tongue_of(desk, reader), a),
        audiences.reach(desk, a, author),
        ZoneInfo(reader.time_zone),
        tuple(audience_shelf.list_languages(desk.db, a.announcement_id, audiences.among(desk, author))),
        None if Option.URGENT in a.options else groups_quiet_until(desk, a.send_at or desk.now),
    )


def groups_quiet_until(desk: Desk, now: datetime) -> datetime | None:
    """When the groups' morning begins, if it is quiet there at that moment."""
    return quiet_until(*desk.mission.groups_quiet, desk.mission.time_zone, now)


def send_previews(desk: Desk, chat_id: int, reader: Person, a: Announcement, languages: tuple[str, ...]) -> None:
    """Copies exactly as they will look, each language that is read once."""
    t = tongue_of(desk, reader)
    contents = shelf.read_contents(desk.db, a.announcement_id, a.version)
    shown: list[str] = []
    for language in languages or (t.language,):
        version = language if language in contents else ""
        if version in shown and Option.CONFIRM not in a.options:
            continue
        shown.append(version)
        if len(languages) > 1:
            tell(desk, chat_id, words.preview_label(t, language))
        call = call_for(a, contents, desk.tongues.of(language))
        if call is not None:
            post(desk, Letter(LetterKind.ANSWER, chat_id, call[0], call[1]))
        if needs_tail(a, contents):
            tell(desk, chat_id, words.confirm_tail(desk.tongues.of(language), a.announcement_id))


def show_draft(desk: Desk, said: Said, author: Person, a: Announcement, note: Html | None = None) -> None:
    """The draft and everything that can be changed."""
    show(desk, said, words.draft_card(tongue_of(desk, author), draft_of(desk, author, a), note))


def needs_tail(a: Announcement, contents: Mapping[str, Content]) -> bool:
    """Whether the button to confirm needs a message of its own: none fits under an album."""
    return Option.CONFIRM in a.options and any(content.is_album for content in contents.values())


def call_for(a: Announcement, contents: Mapping[str, Content], t: Tongue) -> Call | None:
    """The call that sends a copy to a reader of this language; None if nothing is written yet."""
    original = contents.get("")
    if original is None:
        return None
    content = with_words(original, contents.get(t.language, original))
    method, body = call_of(content)
    if Option.SILENT in a.options:
        body["disable_notification"] = True
    if Option.PROTECT in a.options:
        body["protect_content"] = True
    if Option.CONFIRM in a.options and not content.is_album:
        body["reply_markup"] = inline_keyboard(words.confirm_button(t, a.announcement_id))
    return method, body


def calls_for(desk: Desk, a: Announcement) -> dict[str, Call]:
    """The call by the reader's language, as the latest version says it."""
    contents = shelf.read_contents(desk.db, a.announcement_id, a.version)
    calls = {}
    for t in desk.tongues.all():
        call = call_for(a, contents, t)
        if call is not None:
            calls[t.language] = call
    return calls
