"""What is done with an announcement that was sent: read and confirmed, reminded, corrected, withdrawn, exported."""

from domain.announcement import (
    SENT_STATES,
    Announcement,
    BadAnnouncementError,
    Content,
    Kind,
    State,
    checked,
    correction_of,
    with_words,
)
from domain.announcement_button import AfterAct, AfterAnnouncement, Option
from domain.letter import Letter, LetterKind
from domain.message import inline_keyboard
from domain.person import Person
from domain.step import AnnounceStep
from services import announcement_steps, conversations, drafts, papers, reports
from services.desk import Desk, Said, post, show, tongue_of
from storage import announcements as shelf
from storage import audit, deliveries, readings
from texts import announcement_reports as words
from texts import announcements as copy_words
from texts.enrolment import language_name
from texts.tongue import Tongue

Question = tuple[AnnounceStep, int]


def act(desk: Desk, said: Said, person: Person, tapped: AfterAnnouncement) -> Question | None:
    """A button of the report; the question that is open afterwards."""
    a = shelf.find(desk.db, tapped.announcement_id)
    if a is None or a.state in {State.DRAFT, State.DISCARDED} or not reports.may_manage(person, a):
        conversations.old_button(desk, person)
        reports.show_list(desk, said, person, 0)
        return None
    if tapped.act is AfterAct.EXPORT:
        post(desk, papers.announcement_letter(said.chat_id, person, a.announcement_id))
        return None
    if tapped.act is not AfterAct.REPORT:
        reports.unwatch(desk, said)
    if tapped.act is AfterAct.CORRECT:
        return _ask_correction(desk, said, person, a, tapped.page)
    if not _ask_first(desk, said, person, a, tapped.act):
        _do(desk, said, person, a, tapped)
    return None


def _ask_first(desk: Desk, said: Said, person: Person, a: Announcement, wanted: AfterAct) -> bool:
    """What is shown before something is done that cannot be undone; False if nothing is asked."""
    if a.state not in SENT_STATES or wanted not in {AfterAct.WITHDRAW, AfterAct.REMIND}:
        return False
    t = tongue_of(desk, person)
    if wanted is AfterAct.WITHDRAW:
        show(desk, said, words.ask_withdraw(t, a, deliveries.tally(desk.db, a.announcement_id).sent))
    else:
        show(desk, said, words.ask_remind(t, a, readings.count_missing(desk.db, a.announcement_id)))
    return True


def _do(desk: Desk, said: Said, person: Person, a: Announcement, tapped: AfterAnnouncement) -> None:
    match tapped.act:
        case AfterAct.WITHDRAW_SURE:
            _withdraw(desk, said, person, a)
        case AfterAct.REMIND_SURE:
            _remind(desk, said, person, a, tapped.page)
        case AfterAct.BY_TEAM:
            reports.show_by_team(desk, said, person, a)
        case AfterAct.FAILED:
            reports.show_failed(desk, said, person, a)
        case _:
            reports.show_report(desk, said, person, a)


def confirm(desk: Desk, said: Said, person: Person, announcement_id: int) -> None:
    """[I have read it]: counted once; of a copy that is not his or not there it means nothing."""
    a = shelf.find(desk.db, announcement_id)
    t = tongue_of(desk, person)
    if a is None or a.state not in SENT_STATES or not _is_reader(desk, said, person, announcement_id):
        if a is not None and a.author_id == person.person_id and a.state is State.DRAFT:
            desk.toast = copy_words.only_a_preview(t)
        else:
            conversations.old_button(desk, person)
        return
    desk.toast = words.confirmed(t)
    if not readings.add(desk.db, announcement_id, person.person_id, desk.now):
        return
    shelf.mark(desk.db, announcement_id, dirty=True)
    if not said.in_group:
        rows = copy_words.read_button(t, announcement_id)
        body = {"message_id": said.message_id, "reply_markup": inline_keyboard(rows)}
        post(desk, Letter(LetterKind.TIDYING, said.chat_id, "editMessageReplyMarkup", body))


def _is_reader(desk: Desk, said: Said, person: Person, announcement_id: int) -> bool:
    """Whether it was sent to him, or to the group where he says so."""
    if not said.in_group:
        return readings.is_expected(desk.db, announcement_id, person.person_id)
    copy = deliveries.find_by_message(desk.db, said.chat_id, said.message_id)
    return copy is not None and copy.announcement_id == announcement_id


def take_correction(
    desk: Desk, said: Said, person: Person, announcement_id: int, content: Content | None
) -> Question | None:
    """The new wording came: copies that wait say it at once, those delivered are edited a few at a time."""
    a = shelf.find(desk.db, announcement_id)
    if a is None or a.state not in SENT_STATES or a.state is State.WITHDRAWN or not reports.may_manage(person, a):
        conversations.not_understood(desk, said, person)
        return None
    t = tongue_of(desk, person)
    before = shelf.read_contents(desk.db, announcement_id, a.version)
    try:
        after = _corrected(before, a.asked, content)
    except BadAnnouncementError as error:
        problem = copy_words.fault(t, error.fault, error.found)
        show(desk, said, words.ask_correction(t, a, _languages(t, before), problem))
        return AnnounceStep.CORRECTION, announcement_id
    version = shelf.begin_version(desk.db, announcement_id)
    shelf.write_content(desk.db, announcement_id, version, a.asked, after, said.at)
    shelf.note_asked(desk.db, announcement_id, "")
    audit.note(desk.db, "announcement_corrected", desk.now, person.person_id, announcement=announcement_id)
    a = shelf.find(desk.db, announcement_id) or a
    _keep_unchanged(desk, a, before)
    deliveries.rewrite_waiting(desk.db, announcement_id, version, drafts.calls_for(desk, a), desk.now)
    reports.show_report(desk, said, person, a)
    return None


def _keep_unchanged(desk: Desk, a: Announcement, before: dict[str, Content]) -> None:
    """Copies in languages in which nothing else is said now need no edit."""
    after = shelf.read_contents(desk.db, a.announcement_id, a.version)
    for language in (t.language for t in desk.tongues.all()):
        was, now = announcement_steps.version_for(before, language), announcement_steps.version_for(after, language)
        if was == now:
            deliveries.note_carried(desk.db, a.announcement_id, language, a.version)


def _corrected(before: dict[str, Content], language: str, content: Content | None) -> Content:
    """The new content of this version; raises BadAnnouncementError if no edit makes a copy say it."""
    content = checked(content)
    old = announcement_steps.version_for(before, language) if language else before[""]
    if content.pieces[0].kind is Kind.TEXT and old.pieces[0].kind is not Kind.TEXT:
        content = with_words(old, content)
    correction_of(old, checked(content))
    return content


def _ask_correction(desk: Desk, said: Said, person: Person, a: Announcement, place: int) -> Question | None:
    t = tongue_of(desk, person)
    if a.state not in SENT_STATES or a.state is State.WITHDRAWN:
        reports.show_report(desk, said, person, a)
        return None
    contents = shelf.read_contents(desk.db, a.announcement_id, a.version)
    names = _languages(t, contents)
    asked = list(contents)[place - 1] if 1 <= place <= len(contents) else ""
    shelf.note_asked(desk.db, a.announcement_id, asked)
    show(desk, said, words.ask_correction(t, a, names if len(names) > 1 else {}))
    return AnnounceStep.CORRECTION, a.announcement_id


def _languages(t: Tongue, contents: dict[str, Content]) -> dict[str, str]:
    return {code: language_name(code) if code else words.original_word(t) for code in contents}


def _withdraw(desk: Desk, said: Said, person: Person, a: Announcement) -> None:
    before = tuple(SENT_STATES - {State.WITHDRAWN})
    if shelf.move(desk.db, a.announcement_id, before, State.WITHDRAWN):
        deliveries.stop(desk.db, a.announcement_id)
        shelf.note_ended(desk.db, a.announcement_id, desk.now)
        audit.note(desk.db, "announcement_withdrawn", desk.now, person.person_id, announcement=a.announcement_id)
    reports.show_report(desk, said, person, shelf.find(desk.db, a.announcement_id) or a)


def _remind(desk: Desk, said: Said, person: Person, a: Announcement, number: int) -> None:
    if (
        a.state in SENT_STATES
        and Option.CONFIRM in a.options
        and shelf.note_reminder(desk.db, a.announcement_id, number)
    ):
        payloads = {
            t.language: words.reminder(
                t, drafts.title_of(desk, t, a), copy_words.confirm_button(t, a.announcement_id)
            ).payload()
            for t in desk.tongues.all()
        }
        default = desk.tongues.default.language
        count = readings.queue_reminders(desk.db, a.announcement_id, number, payloads, default, desk.now)
        desk.toast = words.reminded(tongue_of(desk, person), count)
    reports.show_report(desk, said, person, shelf.find(desk.db, a.announcement_id) or a)
