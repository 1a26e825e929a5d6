"""What is done to copies after they arrived: pinned, corrected, taken back, counted; a few letters a tick."""

from datetime import timedelta

from domain.announcement import (
    DELETABLE,
    Announcement,
    BadAnnouncementError,
    Content,
    State,
    correction_of,
    struck,
    with_words,
)
from domain.announcement_button import Option
from domain.letter import Letter, LetterKind, Policy
from domain.message import Rows, inline_keyboard
from services.desk import Desk, post
from storage import announcements as shelf
from storage import chats, outbox, readings, steps
from storage.steps import Arrived
from texts import announcement_reports as report_words
from texts import announcements as words

MOST = 150
"""Letters of one step a tick: some milliseconds, in which nobody waits."""
UNREACHED = "unreached"
"""The step of a copy that could not be taken back because nothing reaches its chat any more."""
COUNT_EVERY = timedelta(seconds=20)
"""How often the count under a group's copy is brought up to date at most: a group takes few edits a minute."""


def advance(desk: Desk, a: Announcement) -> tuple[int, int]:
    """Queue the next letters; how many were written, and how many steps are still to come or on their way."""
    written = 0
    if a.state is State.WITHDRAWN:
        written += _take_back(desk, a)
    else:
        written += _pin(desk, a) + _add_tails(desk, a) + _correct(desk, a)
        left = _count_in_groups(desk, a)
        if left:
            return written, 1
    return written, written + steps.count_unsettled(desk.db, a.announcement_id)


def unpin(desk: Desk, a: Announcement) -> None:
    """Its time is over."""
    for copy in steps.list_groups(desk.db, a.announcement_id):
        if steps.find_letter(desk.db, copy.delivery_id, "pin") is not None:
            body = {"message_id": copy.message_ids[0]}
            letter_id = post(desk, Letter(LetterKind.ANNOUNCEMENT, copy.chat_id, "unpinChatMessage", body))
            steps.add(desk.db, copy.delivery_id, "unpin", letter_id)


def _pin(desk: Desk, a: Announcement) -> int:
    """In groups, where the bot may."""
    if Option.PIN not in a.options:
        return 0
    found = steps.list_open(desk.db, a.announcement_id, "pin", limit=MOST, groups_only=True)
    for copy in found:
        group = chats.find(desk.db, copy.chat_id)
        letter_id = None
        if group is not None and group.can_pin and copy.reached:
            body = {"message_id": copy.message_ids[0], "disable_notification": Option.SILENT in a.options}
            letter_id = post(desk, Letter(LetterKind.ANNOUNCEMENT, copy.chat_id, "pinChatMessage", body))
        steps.add(desk.db, copy.delivery_id, "pin", letter_id)
    return len(found)


def _add_tails(desk: Desk, a: Announcement) -> int:
    """Below an album: the button that does not fit under it."""
    contents = shelf.read_contents(desk.db, a.announcement_id, a.version)
    if Option.CONFIRM not in a.options or not any(content.is_album for content in contents.values()):
        return 0
    found = steps.list_open(desk.db, a.announcement_id, "tail", limit=MOST)
    for copy in found:
        message = words.confirm_tail(desk.tongues.of(copy.language), a.announcement_id)
        answer = {"message_id": copy.message_ids[0], "allow_sending_without_reply": True}
        body = {**message.payload(), "reply_parameters": answer, "disable_notification": True}
        letter = Letter(LetterKind.ANNOUNCEMENT, copy.chat_id, "sendMessage", body, policy=Policy.REPEAT)
        steps.add(desk.db, copy.delivery_id, "tail", post(desk, letter) if copy.reached else None)
    return len(found)


def _correct(desk: Desk, a: Announcement) -> int:
    if a.version == 1:
        return 0
    step = f"v{a.version}"
    found = steps.list_open(desk.db, a.announcement_id, step, limit=MOST, carries_below=a.version)
    before = shelf.read_contents(desk.db, a.announcement_id, a.version - 1)
    after = shelf.read_contents(desk.db, a.announcement_id, a.version)
    for copy in found:
        steps.add(desk.db, copy.delivery_id, step, _edit(desk, a, copy, before, after) if copy.reached else None)
    return len(found)


def _edit(
    desk: Desk, a: Announcement, copy: Arrived, before: dict[str, Content], after: dict[str, Content]
) -> int | None:
    old, new = version_for(before, copy.language), version_for(after, copy.language)
    try:
        method, body = correction_of(old, new)
    except BadAnnouncementError:
        return None
    if Option.CONFIRM in a.options and not new.is_album:
        body["reply_markup"] = inline_keyboard(_buttons(desk, a, copy))
    body["message_id"] = copy.message_ids[0]
    return post(desk, Letter(LetterKind.ANNOUNCEMENT, copy.chat_id, method, body))


def version_for(contents: dict[str, Content], language: str) -> Content:
    """What a reader of this language reads."""
    return with_words(contents[""], contents.get(language, contents[""]))


def _take_back(desk: Desk, a: Announcement) -> int:
    """Delete what is young enough; strike through the rest, and what could not be deleted.

    Of whom blocked the bot nothing is asked: Telegram would refuse it.
    """
    contents = shelf.read_contents(desk.db, a.announcement_id, a.version)
    written = 0
    for copy in steps.list_open(desk.db, a.announcement_id, "gone", limit=MOST):
        written += 1
        if not copy.reached:
            steps.add(desk.db, copy.delivery_id, UNREACHED, None)
            steps.add(desk.db, copy.delivery_id, "gone", None)
            continue
        young = desk.now - copy.sent_at < DELETABLE
        letter_id = _delete(desk, copy) if young else _strike(desk, copy, contents)
        steps.add(desk.db, copy.delivery_id, "gone" if young else "struck", letter_id)
        if not young:
            steps.add(desk.db, copy.delivery_id, "gone", None)
    for copy in steps.list_open(desk.db, a.announcement_id, "struck", limit=MOST, after="gone"):
        steps.add(desk.db, copy.delivery_id, "struck", _strike(desk, copy, contents))
        written += 1
    return written


def _delete(desk: Desk, copy: Arrived) -> int | None:
    tail = steps.find_message(desk.db, copy.delivery_id, "tail")
    ids = [*copy.message_ids, *([tail] if tail else [])]
    if len(ids) > 1:
        return post(desk, Letter(LetterKind.ANNOUNCEMENT, copy.chat_id, "deleteMessages", {"message_ids": ids}))
    return post(desk, Letter(LetterKind.ANNOUNCEMENT, copy.chat_id, "deleteMessage", {"message_id": ids[0]}))


def _strike(desk: Desk, copy: Arrived, contents: dict[str, Content]) -> int | None:
    t = desk.tongues.of(copy.language)
    call = struck(version_for(contents, copy.language), report_words.withdrawn_mark(t))
    if call is None:
        return None
    body = {**call[1], "message_id": copy.message_ids[0]}
    return post(desk, Letter(LetterKind.ANNOUNCEMENT, copy.chat_id, call[0], body))


def _count_in_groups(desk: Desk, a: Announcement) -> bool:
    """How many have confirmed, under the copies in groups; whether some show less than is true."""
    if Option.CONFIRM not in a.options:
        return False
    total = readings.count(desk.db, a.announcement_id)
    if total == a.counted:
        return False
    late = False
    for copy in (copy for copy in steps.list_groups(desk.db, a.announcement_id) if copy.reached):
        late |= not _show_count(desk, a, copy, total)
    if not late:
        shelf.note_counted(desk.db, a.announcement_id, total)
    return late


def _show_count(desk: Desk, a: Announcement, copy: Arrived, total: int) -> bool:
    """False if it must wait: the last edit is too young, or on its way."""
    tail = steps.find_message(desk.db, copy.delivery_id, "tail")
    if len(copy.message_ids) > 1 and tail is None:
        return True
    rows = words.confirm_button(desk.tongues.of(copy.language), a.announcement_id, total)
    body = {"message_id": tail or copy.message_ids[0], "reply_markup": inline_keyboard(rows)}
    before = steps.find_letter(desk.db, copy.delivery_id, "count")
    if before is not None and before[1] == "queued" and outbox.rewrite_queued(desk.db, before[0], body):
        return True
    if before is not None and (before[2] is None or desk.now - before[2] < COUNT_EVERY):
        return False
    letter = Letter(LetterKind.TIDYING, copy.chat_id, "editMessageReplyMarkup", body)
    steps.add(desk.db, copy.delivery_id, "count", post(desk, letter))
    return True


def _buttons(desk: Desk, a: Announcement, copy: Arrived) -> Rows:
    t = desk.tongues.of(copy.language)
    if copy.person_id is None:
        return words.confirm_button(t, a.announcement_id, readings.count(desk.db, a.announcement_id))
    return words.read_button(t, a.announcement_id) if copy.read else words.confirm_button(t, a.announcement_id)
