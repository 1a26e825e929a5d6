"""How announcements stand: the one message its author watches, the history, who did not get it, who has read it."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.announcement import SENT_STATES, Announcement, Reason, State, reason_of
from domain.announcement_button import Option
from domain.letter import Letter, LetterKind
from domain.message import Message
from domain.person import Person
from services import drafts
from services.announcement_steps import UNREACHED
from services.desk import Desk, Said, edit, post, show, tell, tongue_of
from storage import announcements as shelf
from storage import deliveries, outbox, panels, people, readings, replies, steps
from storage.deliveries import Copy
from texts import announcement_reports as words
from texts.announcement_export import Row
from texts.announcement_reports import CopyLine, Report, Step

PAGE = 6
PROGRESS_EVERY = timedelta(seconds=3)
"""How often the watched message is brought up to date while copies go out: a hundredth of the budget."""
HELD_FROM = timedelta(minutes=2)
"""A copy that is due later than so waits for the end of quiet hours; one that is tried again, for less."""
MOST_FAILED = 60


def may_manage(person: Person, a: Announcement) -> bool:
    """Its author, and whoever coordinates the whole mission."""
    return person.role.leads and (person.person_id == a.author_id or person.sees_all)


def show_list(desk: Desk, said: Said, person: Person, page: int) -> None:
    """What was announced: one's own, or everything for who coordinates all."""
    unwatch(desk, said)
    whose = None if person.sees_all else person.person_id
    t = tongue_of(desk, person)
    _, total = shelf.list_page(desk.db, whose, limit=0, offset=0)
    pages = max(1, -(-total // PAGE))
    page = min(page, pages - 1)
    found, _ = shelf.list_page(desk.db, whose, limit=PAGE, offset=page * PAGE)
    listed = [(a, drafts.title_of(desk, t, a), deliveries.tally(desk.db, a.announcement_id)) for a in found]
    show(desk, said, words.history(t, listed, page, pages, ZoneInfo(person.time_zone)))


def show_report(desk: Desk, said: Said, person: Person, a: Announcement) -> None:
    """How it stands. To its author in the message that is kept up to date from now on, which stays where it is."""
    if person.person_id != a.author_id:
        show(desk, said, report_of(desk, person, a)[0])
    elif said.tapped:
        watch(desk, said, person, a)
    else:
        _end_panel(desk, said.chat_id)
        watch_below(desk, person, a)


def watch(desk: Desk, said: Said, author: Person, a: Announcement) -> None:
    """The tapped message is the one that its author watches."""
    message, shown = report_of(desk, author, a)
    panel = panels.read(desk.db, said.chat_id)
    if panel is not None and panel.message_id == said.message_id:
        panels.forget(desk.db, said.chat_id)
    shelf.note_panel(desk.db, a.announcement_id, said.chat_id, message_id=said.message_id, letter_id=None)
    shelf.note_shown(desk.db, a.announcement_id, shown)
    edit(desk, said.chat_id, said.message_id, message.payload())


def watch_below(desk: Desk, author: Person, a: Announcement) -> None:
    """A new message is the one that its author watches."""
    if author.chat_id is None:
        return
    message, shown = report_of(desk, author, a)
    letter_id = tell(desk, author.chat_id, message)
    shelf.note_panel(desk.db, a.announcement_id, author.chat_id, message_id=None, letter_id=letter_id)
    shelf.note_shown(desk.db, a.announcement_id, shown)


def unwatch(desk: Desk, said: Said) -> None:
    """The tapped message shows something else from now on."""
    if said.tapped:
        shelf.drop_panel(desk.db, said.chat_id, said.message_id)


def _end_panel(desk: Desk, chat_id: int) -> None:
    panel = panels.read(desk.db, chat_id)
    if panel is not None and panel.message_id is not None:
        post(desk, Letter(LetterKind.TIDYING, chat_id, "deleteMessage", {"message_id": panel.message_id}))
    panels.forget(desk.db, chat_id)


def report_of(desk: Desk, reader: Person, a: Announcement) -> tuple[Message, str]:
    """The report, and a digest that tells apart what it says."""
    message = words.report(tongue_of(desk, reader), _facts(desk, reader, a))
    return message, hashlib.sha256(repr(message).encode()).hexdigest()[:16]


def refresh(desk: Desk, a: Announcement) -> int:
    """Bring the watched message up to date; an edit that still waits is reworded and costs nothing.

    While copies go out that is done every few seconds; what stands at the end is shown at once.
    """
    if a.message_id is None or a.chat_id is None:
        return 0
    lately = desk.now - PROGRESS_EVERY
    if deliveries.is_going(desk.db, a.announcement_id, desk.now) and outbox.reached_since(
        desk.db, a.chat_id, LetterKind.PROGRESS, lately
    ):
        return 0
    author = people.find(desk.db, a.author_id)
    if author is None or author.chat_id != a.chat_id:
        return 0
    message, shown = report_of(desk, author, a)
    if shown == a.shown:
        return 0
    edit(desk, a.chat_id, a.message_id, message.payload(), LetterKind.PROGRESS)
    shelf.note_shown(desk.db, a.announcement_id, shown)
    return 1


def show_failed(desk: Desk, said: Said, person: Person, a: Announcement) -> None:
    """Who did not get it, and why."""
    listed = deliveries.list_page(desk.db, a.announcement_id, ("refused", "stopped"), limit=MOST_FAILED, offset=0)
    tally = deliveries.tally(desk.db, a.announcement_id)
    lines = [copy_line(copy) for copy in listed]
    show(desk, said, words.failed(tongue_of(desk, person), a, lines, tally.failed + tally.stopped))


def show_by_team(desk: Desk, said: Said, person: Person, a: Announcement) -> None:
    """Who has read it, by team."""
    counts = [(one.name, one.read, one.expected) for one in readings.count_by_team(desk.db, a.announcement_id)]
    show(desk, said, words.by_team(tongue_of(desk, person), a, counts))


def copy_line(copy: Copy) -> CopyLine:
    """A copy as it is listed."""
    why = reason_of(copy.error) if copy.state == "refused" else None
    return CopyLine(copy.delivery_id, copy.name, f"({copy.team})" if copy.team else "", why)


def copies_as_rows(copies: Iterable[Copy]) -> list[Row]:
    """The copies as the export lists them."""
    return [
        Row(
            copy.person_id is None,
            copy.name,
            copy.team,
            copy.state,
            copy.settled_at,
            copy.read_at,
            reason_of(copy.error) if copy.state == "refused" else None,
        )
        for copy in copies
    ]


def _facts(desk: Desk, reader: Person, a: Announcement) -> Report:
    number = a.announcement_id
    sent = a.state in SENT_STATES
    author = people.find(desk.db, a.author_id)
    asks = sent and Option.CONFIRM in a.options
    groups, persons = deliveries.count_kinds(desk.db, number)
    reasons: dict[Reason, int] = {}
    for error, count in deliveries.list_errors(desk.db, number) if sent else ():
        reasons[reason_of(error)] = reasons.get(reason_of(error), 0) + count
    withdrawn = a.state is State.WITHDRAWN
    held, held_until = deliveries.count_held(desk.db, number, desk.now + HELD_FROM) if sent else (0, None)
    return Report(
        announcement=a,
        title=drafts.title_of(desk, tongue_of(desk, reader), a),
        author=author.name if author else "",
        groups=groups,
        people=persons,
        tally=deliveries.tally(desk.db, number),
        reasons=tuple(sorted(reasons.items())),
        read=readings.count(desk.db, number) if asks else 0,
        expected=readings.count_expected(desk.db, number) if asks else 0,
        corrected=_step(desk, a, f"v{a.version}") if a.version > 1 else None,
        withdrawn=_taken_back(desk, a) if withdrawn else None,
        struck=_optional(_step(desk, a, "struck")) if withdrawn else None,
        pinned=_step(desk, a, "pin") if Option.PIN in a.options and groups else None,
        replies=replies.count(desk.db, number),
        zone=ZoneInfo(reader.time_zone),
        held=held,
        held_until=held_until,
    )


def _step(desk: Desk, a: Announcement, step: str) -> Step:
    found = steps.count(desk.db, a.announcement_id, step)
    failed = found.get("refused", 0) + found.get("in_doubt", 0) + (found.get("nothing", 0) if step != "gone" else 0)
    return Step(found.get("sent", 0), found.get("queued", 0) + found.get("sending", 0), failed)


def _taken_back(desk: Desk, a: Announcement) -> Step:
    gone, unreached = _step(desk, a, "gone"), steps.count(desk.db, a.announcement_id, UNREACHED)
    return replace(gone, failed=gone.failed + unreached.get("nothing", 0))


def _optional(step: Step) -> Step | None:
    return step if step != Step() else None
