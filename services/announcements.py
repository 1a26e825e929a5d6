"""Writing an announcement: what it says, for whom, how; nothing is sent before it was previewed and confirmed."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.announcement import (
    SPLIT_FROM,
    SPLIT_WITHIN,
    Announcement,
    BadAnnouncementError,
    Content,
    Fault,
    Kind,
    Repeat,
    State,
    checked,
    with_words,
)
from domain.announcement_button import ChooseAudience, DraftAct, EditDraft, Option
from domain.message import units
from domain.person import Person
from domain.step import AnnounceStep
from services import audiences, conversations, copies, drafts, reports
from services.desk import Desk, Said, show, show_below, tongue_of
from storage import announcements as shelf
from texts import announcement_options as option_words
from texts import announcements as words
from texts.tongue import Html

_TIME = re.compile(r"\s*(?:(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})\s+)?(\d{1,2})[:.](\d{2})\s*")
_REPEATS = {1: Repeat.NEVER, 2: Repeat.DAILY, 3: Repeat.WEEKLY}
_FAR = timedelta(days=366)
Question = tuple[AnnounceStep, int]
"""What is asked next, and of which announcement."""


def begin(desk: Desk, said: Said, author: Person) -> Question:
    """/announce: the open draft, or a new one; the question that is open."""
    a = shelf.find_draft(desk.db, author.person_id)
    if a is None:
        a = _read(desk, shelf.add(desk.db, author.person_id, desk.now))
    return _show_or_ask(desk, said, author, a)


def edit(desk: Desk, said: Said, author: Person, tapped: EditDraft) -> Question | None:
    """A button of the draft; the question that is open afterwards, None if nothing can be done."""
    a = own_draft(desk, said, author, tapped.announcement_id, reopen=tapped.act is DraftAct.SHOW)
    if a is None:
        return None
    act = _ACTS.get(tapped.act)
    return act(desk, said, author, a, tapped) if act else _show_or_ask(desk, said, author, a)


def _edit_content(desk: Desk, said: Said, author: Person, a: Announcement, tapped: EditDraft) -> Question:
    del tapped
    shelf.note_asked(desk.db, a.announcement_id, "")
    show(desk, said, words.ask_content(tongue_of(desk, author), a.announcement_id))
    return AnnounceStep.CONTENT, a.announcement_id


def _edit_audience(desk: Desk, said: Said, author: Person, a: Announcement, tapped: EditDraft) -> Question:
    del tapped
    audiences.show_overview(desk, said, author, a)
    return AnnounceStep.MENU, a.announcement_id


def _edit_options(desk: Desk, said: Said, author: Person, a: Announcement, tapped: EditDraft) -> Question:
    del tapped
    show(desk, said, option_words.options_page(tongue_of(desk, author), a))
    return AnnounceStep.MENU, a.announcement_id


def _discard(desk: Desk, said: Said, author: Person, a: Announcement, tapped: EditDraft) -> None:
    del tapped
    shelf.move(desk.db, a.announcement_id, (State.DRAFT,), State.DISCARDED)
    show(desk, said, words.discarded(tongue_of(desk, author)))


def choose_audience(desk: Desk, said: Said, author: Person, tapped: ChooseAudience) -> None:
    """For whom it is."""
    a = own_draft(desk, said, author, tapped.announcement_id)
    if a is not None:
        audiences.choose(desk, said, author, a, tapped)


def toggle_option(desk: Desk, said: Said, author: Person, announcement_id: int, option: Option) -> None:
    """Switch an option."""
    a = own_draft(desk, said, author, announcement_id)
    if a is not None:
        shelf.toggle(desk.db, announcement_id, option)
        show(desk, said, option_words.options_page(tongue_of(desk, author), _read(desk, announcement_id)))


def take_content(
    desk: Desk, said: Said, author: Person, announcement_id: int, content: Content | None, *, forwarded: bool
) -> Question | None:
    """What is announced came; what cannot be taken is told, and the question stays open."""
    a = shelf.find(desk.db, announcement_id)
    if a is None or a.state is not State.DRAFT or a.author_id != author.person_id:
        return begin(desk, said, author)
    t, language = tongue_of(desk, author), a.asked
    original = shelf.read_contents(desk.db, announcement_id, a.version).get("")
    try:
        content = checked(content)
        if language and original:
            checked(with_words(original, content))
    except BadAnnouncementError as error:
        _ask_again(desk, said, author, a, words.fault(t, error.fault, error.found))
        return AnnounceStep.CONTENT, announcement_id
    shelf.write_content(desk.db, announcement_id, a.version, language, content, said.at)
    note = words.origin_not_shown(t) if forwarded else None
    drafts.show_draft(desk, said, author, _read(desk, announcement_id), note)
    return AnnounceStep.MENU, announcement_id


def take_more(desk: Desk, said: Said, author: Person, announcement_id: int, content: Content | None) -> Question | None:
    """A message while nothing is asked: the next part of his album, the rest of a text that Telegram cut, or a slip."""
    a = shelf.find(desk.db, announcement_id)
    if a is None or a.state is not State.DRAFT or a.author_id != author.person_id:
        return begin(desk, said, author)
    t = tongue_of(desk, author)
    before = shelf.read_contents(desk.db, announcement_id, a.version).get(a.asked)
    if before is not None and content is not None and before.album and before.album == content.album:
        whole = Content((*before.pieces, *content.pieces), before.album)
        try:
            checked(whole)
        except BadAnnouncementError as error:
            shelf.drop_content(desk.db, announcement_id, a.version, a.asked)
            _ask_again(desk, said, author, a, words.fault(t, error.fault, error.found))
            return AnnounceStep.CONTENT, announcement_id
        shelf.write_content(desk.db, announcement_id, a.version, a.asked, whole, said.at)
        drafts.show_draft(desk, said, author, _read(desk, announcement_id))
    elif before is not None and content is not None and _is_the_rest(a, before, content, said.at):
        shelf.drop_content(desk.db, announcement_id, a.version, a.asked)
        _ask_again(desk, said, author, a, words.long_text_in_pieces(t))
        return AnnounceStep.CONTENT, announcement_id
    else:
        drafts.show_draft(desk, said, author, a, words.kept_as_it_was(t))
    return AnnounceStep.MENU, announcement_id


def give_time(
    desk: Desk, said: Said, author: Person, step: AnnounceStep, announcement_id: int, text: str
) -> Question | None:
    """A time was typed."""
    a = own_draft(desk, said, author, announcement_id)
    if a is None:
        return None
    t, zone = tongue_of(desk, author), ZoneInfo(author.time_zone)
    ask = option_words.ask_time if step is AnnounceStep.TIME else option_words.ask_expiry
    try:
        when = parse_time(text, zone, desk.now)
    except BadAnnouncementError as error:
        show(desk, said, ask(t, a, zone, words.fault(t, error.fault)))
        return step, announcement_id
    if step is AnnounceStep.TIME:
        _set_times(desk, a, send_at=when)
    else:
        _set_times(desk, a, expire_at=when)
    drafts.show_draft(desk, said, author, _read(desk, announcement_id))
    return AnnounceStep.MENU, announcement_id


def parse_time(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """ "18:30" (the next one) or a date and a time on this clock, as UTC; raises BadAnnouncementError."""
    match = _TIME.fullmatch(text) if len(text) < 40 else None
    if match is None:
        raise BadAnnouncementError(Fault.NO_TIME)
    day, hour, minute = match.groups()
    local = now.astimezone(zone)
    try:
        if day is None:
            date = local.date()
        elif "-" in day:
            date = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007
        else:
            date = datetime.strptime(day, "%d.%m.%Y").date()  # noqa: DTZ007
        when = datetime(date.year, date.month, date.day, int(hour), int(minute), tzinfo=zone)
    except ValueError:
        raise BadAnnouncementError(Fault.NO_TIME) from None
    if day is None and when <= now:
        when += timedelta(days=1)
    if when <= now or when > now + _FAR:
        raise BadAnnouncementError(Fault.PAST)
    return when.astimezone(UTC)


def own_draft(
    desk: Desk, said: Said, author: Person, announcement_id: int, *, reopen: bool = False
) -> Announcement | None:
    """This author's draft; for what is none (any more) he is shown how it stands.

    `reopen`: what waits for approval or for its time becomes a draft again.
    """
    a = shelf.find(desk.db, announcement_id)
    if a is not None and a.author_id == author.person_id:
        if reopen and shelf.move(desk.db, announcement_id, (State.AWAITING, State.SCHEDULED), State.DRAFT):
            reports.unwatch(desk, said)
            return _read(desk, announcement_id)
        if a.state is State.DRAFT:
            return a
    conversations.old_button(desk, author)
    reports.show_list(desk, said, author, 0)
    return None


def _preview(desk: Desk, said: Said, author: Person, a: Announcement, tapped: EditDraft) -> Question:
    del tapped
    draft = drafts.draft_of(desk, author, a)
    if "" not in draft.contents:
        return _show_or_ask(desk, said, author, a)
    drafts.send_previews(desk, said.chat_id, author, a, draft.languages)
    needs_second = copies.needs_second(desk, a, draft.reach)
    rate = desk.mission.messages_per_second
    show_below(desk, said, words.ready(tongue_of(desk, author), draft, rate, needs_second=needs_second))
    return AnnounceStep.MENU, a.announcement_id


def _show_or_ask(desk: Desk, said: Said, author: Person, a: Announcement) -> Question:
    if "" in shelf.read_contents(desk.db, a.announcement_id, a.version):
        drafts.show_draft(desk, said, author, a)
        return AnnounceStep.MENU, a.announcement_id
    shelf.note_asked(desk.db, a.announcement_id, "")
    show(desk, said, words.ask_content(tongue_of(desk, author), a.announcement_id))
    return AnnounceStep.CONTENT, a.announcement_id


def _ask_again(desk: Desk, said: Said, author: Person, a: Announcement, fault: Html) -> None:
    t = tongue_of(desk, author)
    if a.asked:
        show(desk, said, words.ask_version(t, a.announcement_id, a.asked, fault))
    else:
        show(desk, said, words.ask_content(t, a.announcement_id, fault))


def _edit_languages(desk: Desk, said: Said, author: Person, a: Announcement, tapped: EditDraft) -> Question:
    t, number, languages = tongue_of(desk, author), a.announcement_id, desk.mission.languages
    contents = shelf.read_contents(desk.db, number, a.version)
    place = tapped.value
    if 1 <= place <= len(languages):
        language = languages[place - 1]
        if language not in contents:
            shelf.note_asked(desk.db, number, language)
            show(desk, said, words.ask_version(t, number, language))
            return AnnounceStep.CONTENT, number
        shelf.drop_content(desk.db, number, a.version, language)
        del contents[language]
    show(desk, said, option_words.languages_page(t, a, contents, languages))
    return AnnounceStep.MENU, number


def _edit_time(desk: Desk, said: Said, author: Person, a: Announcement, tapped: EditDraft) -> Question:
    if tapped.act is DraftAct.TIME and tapped.value == 1:
        _set_times(desk, a, send_at=None)
    elif tapped.act is DraftAct.REPEAT and tapped.value in _REPEATS:
        _set_times(desk, a, repeats=_REPEATS[tapped.value])
    a = _read(desk, a.announcement_id)
    show(desk, said, option_words.ask_time(tongue_of(desk, author), a, ZoneInfo(author.time_zone)))
    return AnnounceStep.TIME, a.announcement_id


def _edit_expiry(desk: Desk, said: Said, author: Person, a: Announcement, tapped: EditDraft) -> Question:
    if tapped.value == 1:
        _set_times(desk, a, expire_at=None)
        a = _read(desk, a.announcement_id)
    show(desk, said, option_words.ask_expiry(tongue_of(desk, author), a, ZoneInfo(author.time_zone)))
    return AnnounceStep.EXPIRY, a.announcement_id


_KEEP: datetime = datetime.min.replace(tzinfo=UTC)


def _set_times(
    desk: Desk,
    a: Announcement,
    *,
    send_at: datetime | None = _KEEP,
    expire_at: datetime | None = _KEEP,
    repeats: Repeat | None = None,
) -> None:
    """Change one of the three. What goes out again needs a first time: at once means now."""
    changed = replace(
        a,
        send_at=a.send_at if send_at is _KEEP else send_at,
        expire_at=a.expire_at if expire_at is _KEEP else expire_at,
        repeats=a.repeats if repeats is None else repeats,
    )
    shelf.set_times(
        desk.db,
        a.announcement_id,
        send_at=changed.send_at,
        expire_at=changed.expire_at,
        repeats=changed.repeats,
    )


def _is_the_rest(a: Announcement, before: Content, content: Content, at: datetime) -> bool:
    """Whether this continues a text that was too long for one message."""
    first, more = before.pieces[0], content.pieces[0]
    return (
        first.kind is more.kind is Kind.TEXT
        and units(first.text) >= SPLIT_FROM
        and a.content_at is not None
        and at - a.content_at <= SPLIT_WITHIN
    )


def _read(desk: Desk, announcement_id: int) -> Announcement:
    found = shelf.find(desk.db, announcement_id)
    if found is None:
        raise KeyError(announcement_id)
    return found


_ACTS: dict[DraftAct, Callable[[Desk, Said, Person, Announcement, EditDraft], Question | None]] = {
    DraftAct.CONTENT: _edit_content,
    DraftAct.LANGUAGES: _edit_languages,
    DraftAct.TIME: _edit_time,
    DraftAct.REPEAT: _edit_time,
    DraftAct.EXPIRY: _edit_expiry,
    DraftAct.AUDIENCE: _edit_audience,
    DraftAct.OPTIONS: _edit_options,
    DraftAct.PREVIEW: _preview,
    DraftAct.DISCARD: _discard,
}
