"""Sending an announcement: confirmed, approved, scheduled; its copies as letters; pause, stop, and copies in doubt."""

from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from domain.announcement import (
    SENT_STATES,
    Announcement,
    Reach,
    Repeat,
    State,
)
from domain.announcement_button import DoubtAct, Option, SendAct, SendAnnouncement, SettleDoubt
from domain.fault import Task
from domain.letter import LetterKind
from domain.message import Message
from domain.person import Person
from domain.quiet import quiet_until
from services import announcement_steps, audiences, conversations, drafts, reports
from services.desk import Desk, Said, edit, show, tell, tell_leads, tongue_of
from services.faults import apart
from storage import announcements as shelf
from storage import audiences as audience_shelf
from storage import audit, deliveries, people
from texts import announcement_reports as report_words
from texts import announcements as words
from texts.tongue import Tongue

PAGE = 5
"""Copies in doubt on a page, two buttons each."""


def needs_second(desk: Desk, a: Announcement, found: Reach) -> bool:
    """Whether another coordinator must approve it."""
    return desk.mission.second_person and a.approved_by is None and audiences.reaches_everyone(desk, found)


def act(desk: Desk, said: Said, person: Person, tapped: SendAnnouncement) -> None:
    """A button of an announcement that is ready or on its way."""
    a = shelf.find(desk.db, tapped.announcement_id)
    if a is None or (tapped.act is SendAct.SEND and a.author_id != person.person_id):
        conversations.old_button(desk, person)
        reports.show_list(desk, said, person, 0)
    elif tapped.act is SendAct.SEND:
        _send(desk, said, person, a, tapped.edition)
    elif tapped.act in {SendAct.APPROVE, SendAct.REFUSE}:
        _decide(desk, said, person, a, tapped)
    else:
        _control(desk, said, person, a, tapped.act)


def _send(desk: Desk, said: Said, author: Person, a: Announcement, edition: int) -> None:
    """[Send]: once, whatever is tapped twice."""
    if a.state is not State.DRAFT:
        _look(desk, said, author, a)
        return
    found = audiences.reach(desk, a, author)
    if edition != a.edition or not found.copies:
        desk.toast = words.changed_meanwhile(tongue_of(desk, author))
        drafts.show_draft(desk, said, author, a)
        return
    conversations.end(desk, said)
    if needs_second(desk, a, found):
        shelf.move(desk.db, a.announcement_id, (State.DRAFT,), State.AWAITING)
        _ask_approval(desk, author, a)
        show(desk, said, words.awaiting(tongue_of(desk, author), drafts.draft_of(desk, author, a)))
        return
    _go(desk, author, a)
    reports.watch(desk, said, author, shelf.find(desk.db, a.announcement_id) or a)


def _look(desk: Desk, said: Said, person: Person, a: Announcement) -> None:
    """A second tap: how it stands."""
    desk.toast = words.already_decided(tongue_of(desk, person))
    if a.state in SENT_STATES or a.state is State.SCHEDULED:
        message, _ = reports.report_of(desk, person, a)
        edit(desk, said.chat_id, said.message_id, message.payload())


def _ask_approval(desk: Desk, author: Person, a: Announcement) -> None:
    for lead in people.list_leads(desk.db):
        if lead.person_id != author.person_id and lead.sees_all and lead.chat_id is not None:
            draft = drafts.draft_of(desk, author, a, lead)
            drafts.send_previews(desk, lead.chat_id, lead, a, draft.languages)
            t = tongue_of(desk, lead)
            tell(desk, lead.chat_id, words.ask_approval(t, draft, author.name, desk.mission.messages_per_second))


def _decide(desk: Desk, said: Said, person: Person, a: Announcement, tapped: SendAnnouncement) -> None:
    author = audiences.is_lead(desk, a.author_id)
    t = tongue_of(desk, person)
    if (
        a.state is not State.AWAITING
        or tapped.edition != a.edition
        or person.person_id == a.author_id
        or not person.sees_all
        or author is None
    ):
        desk.toast = words.already_decided(t)
        return
    approved = tapped.act is SendAct.APPROVE
    if approved:
        shelf.note_approval(desk.db, a.announcement_id, person.person_id)
        _go(desk, author, a)
    else:
        shelf.move(desk.db, a.announcement_id, (State.AWAITING,), State.DRAFT)
    audit.note(
        desk.db, "announcement_decided", desk.now, person.person_id, announcement=a.announcement_id, yes=approved
    )
    title = drafts.title_of(desk, t, a)
    edit(desk, said.chat_id, said.message_id, words.decided(t, person.name, title, approved=approved).payload())
    if author.chat_id is not None:
        told = words.decided(tongue_of(desk, author), person.name, title, approved=approved)
        tell(desk, author.chat_id, told)
        if approved:
            reports.watch_below(desk, author, shelf.find(desk.db, a.announcement_id) or a)


def _go(desk: Desk, author: Person, a: Announcement) -> None:
    """It is confirmed: at once, or at its time."""
    before = (State.DRAFT, State.AWAITING)
    audit.note(desk.db, "announced", desk.now, author.person_id, announcement=a.announcement_id)
    if a.send_at is not None or a.repeats is not Repeat.NEVER:
        shelf.move(desk.db, a.announcement_id, before, State.SCHEDULED)
        if a.send_at is None or a.send_at <= desk.now:
            shelf.postpone(desk.db, a.announcement_id, desk.now)
            _start_due(desk, shelf.find(desk.db, a.announcement_id) or a)
        return
    start(desk, author, a, before)


def start(desk: Desk, author: Person, a: Announcement, before: tuple[State, ...]) -> bool:
    """Its copies are letters from now on; False if somebody was faster."""
    if not shelf.move(desk.db, a.announcement_id, before, State.SENDING):
        return False
    whom = audiences.among(desk, author)
    shelf.note_started(
        desk.db, a.announcement_id, audience_shelf.count(desk.db, a.announcement_id, whom).unreached, desk.now
    )
    audience_shelf.make_deliveries(desk.db, a.announcement_id, whom)
    queue_letters(desk, a)
    return True


def queue_letters(desk: Desk, a: Announcement) -> None:
    """A letter for every copy that has none. What is not urgent waits for the end of a reader's quiet hours."""
    calls = drafts.calls_for(desk, a)
    urgent = Option.URGENT in a.options
    deliveries.queue_copies(desk.db, a.announcement_id, calls, urgent=urgent, now=desk.now)
    _keep_quiet(desk, a)


def _keep_quiet(desk: Desk, a: Announcement) -> None:
    """What is not urgent waits: in groups for the mission's morning, for a person for his own."""
    if Option.URGENT in a.options:
        return
    morning = drafts.groups_quiet_until(desk, desk.now)
    if morning is not None:
        deliveries.delay_groups(desk.db, a.announcement_id, morning)
    for letter_id, since, until, zone in deliveries.list_quiet(desk.db, a.announcement_id):
        over = quiet_until(time.fromisoformat(since), time.fromisoformat(until), zone, desk.now)
        if over is not None:
            deliveries.delay(desk.db, letter_id, over)


def queue_scheduled(desk: Desk) -> int:
    """Start what is due; of an author who coordinates no longer nothing goes, and coordinators are told."""
    started = 0
    for a in shelf.list_due(desk.db, desk.now):
        started += apart(desk, Task.ANNOUNCEMENTS, partial(_start_due, desk, a), a.author_id)
    for a in shelf.list_expired(desk.db, desk.now):
        apart(desk, Task.ANNOUNCEMENTS, partial(_end, desk, a), a.author_id)
    return started


def _start_due(desk: Desk, a: Announcement) -> int:
    author = audiences.is_lead(desk, a.author_id)
    if author is None:
        shelf.move(desk.db, a.announcement_id, (State.SCHEDULED,), State.DISCARDED)
        _tell_dropped(desk, a)
        return 0
    occurrence: Announcement | None = a
    if a.repeats is not Repeat.NEVER:
        number = shelf.copy(desk.db, a, a.send_at or desk.now, desk.now)
        shelf.postpone(desk.db, a.announcement_id, _next_time(a, ZoneInfo(author.time_zone), desk))
        occurrence = shelf.find(desk.db, number) if number else None
    if occurrence is None:
        return 0
    started = start(desk, author, occurrence, (State.SCHEDULED,))
    reports.watch_below(desk, author, shelf.find(desk.db, occurrence.announcement_id) or occurrence)
    return started


def _end(desk: Desk, a: Announcement) -> int:
    """It is of use no longer: what has not gone does not go."""
    deliveries.stop(desk.db, a.announcement_id)
    shelf.move(desk.db, a.announcement_id, (State.SCHEDULED,), State.DISCARDED)
    announcement_steps.unpin(desk, a)
    shelf.close(desk.db, a.announcement_id)
    return 0


def _next_time(a: Announcement, zone: ZoneInfo, desk: Desk) -> datetime:
    """The next time on the author's clock that is still to come: what was missed is not made up for twice."""
    step = timedelta(days=7 if a.repeats is Repeat.WEEKLY else 1)
    when = (a.send_at or desk.now).astimezone(zone)
    while when <= desk.now:
        when += step
    return when


def _tell_dropped(desk: Desk, a: Announcement) -> None:
    def compose(t: Tongue) -> Message:
        return report_words.author_gone(t, drafts.title_of(desk, t, a))

    tell_leads(desk, compose, f"author_gone:{a.announcement_id}", kind=LetterKind.NOTICE)


def _control(desk: Desk, said: Said, person: Person, a: Announcement, wanted: SendAct) -> None:
    """[Pause], [Go on], [Stop]."""
    if not reports.may_manage(person, a):
        conversations.old_button(desk, person)
        return
    number = a.announcement_id
    if wanted is SendAct.PAUSE and shelf.move(desk.db, number, (State.SENDING,), State.PAUSED):
        deliveries.pause(desk.db, number)
    elif wanted is SendAct.RESUME and shelf.move(desk.db, number, (State.PAUSED,), State.SENDING):
        deliveries.resume(desk.db, number, desk.now)
        _keep_quiet(desk, a)
    elif wanted is SendAct.STOP and shelf.move(desk.db, number, (State.SENDING, State.PAUSED), State.STOPPED):
        deliveries.stop(desk.db, number)
        shelf.note_ended(desk.db, number, desk.now)
    reports.show_report(desk, said, person, shelf.find(desk.db, number) or a)


def settle_doubt(desk: Desk, said: Said, person: Person, tapped: SettleDoubt) -> None:
    """[Send again], [It arrived], for one copy in doubt or for all."""
    a = shelf.find(desk.db, tapped.announcement_id)
    if a is None or not reports.may_manage(person, a):
        conversations.old_button(desk, person)
        reports.show_list(desk, said, person, 0)
        return
    reports.unwatch(desk, said)
    if tapped.act is not DoubtAct.SHOW:
        _settle(desk, a, tapped)
    a = shelf.find(desk.db, a.announcement_id) or a
    waiting = deliveries.tally(desk.db, a.announcement_id).in_doubt
    if not waiting:
        reports.show_report(desk, said, person, a)
        return
    page = min(tapped.page, (waiting - 1) // PAGE)
    listed = deliveries.list_page(desk.db, a.announcement_id, ("in_doubt",), limit=PAGE, offset=page * PAGE)
    lines = [reports.copy_line(copy) for copy in listed]
    show(desk, said, report_words.doubts(tongue_of(desk, person), a, lines, waiting, page, -(-waiting // PAGE)))


def _settle(desk: Desk, a: Announcement, tapped: SettleDoubt) -> None:
    everything = tapped.delivery_id == 0
    one = None if everything else deliveries.find(desk.db, tapped.delivery_id)
    found = (
        deliveries.list_page(desk.db, a.announcement_id, ("in_doubt",), limit=10_000, offset=0)
        if everything
        else [one]
        if one is not None and one.announcement_id == a.announcement_id and one.state == "in_doubt"
        else []
    )
    for copy in found:
        deliveries.settle_doubt(desk.db, copy, arrived=tapped.act is DoubtAct.ARRIVED, now=desk.now)
    if found and tapped.act is DoubtAct.AGAIN:
        shelf.move(desk.db, a.announcement_id, (State.DONE,), State.SENDING)
        queue_letters(desk, a)
    shelf.mark(desk.db, a.announcement_id, dirty=True)


def attend(desk: Desk) -> int:
    """Look after what is under way: take the next steps, notice the end, keep the author's message true."""
    written = 0
    for a in shelf.list_attended(desk.db):
        written += apart(desk, Task.ANNOUNCEMENTS, partial(_attend, desk, a), a.author_id)
    return written


def _attend(desk: Desk, a: Announcement) -> int:
    number = a.announcement_id
    written, open_steps = announcement_steps.advance(desk, a)
    waiting = deliveries.tally(desk.db, number).waiting
    if not waiting and a.state in {State.SENDING, State.PAUSED}:
        shelf.move(desk.db, number, (State.SENDING, State.PAUSED), State.DONE)
        shelf.note_ended(desk.db, number, desk.now)
    if not waiting and not open_steps:
        shelf.mark(desk.db, number, dirty=False)
    return written + reports.refresh(desk, shelf.find(desk.db, number) or a)
