"""An announcement on its way: its author watches it go, and that costs neither him nor the others their copies."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.announcement import Content, Kind, Piece, State
from domain.announcement_button import Choice
from domain.mission import Mission
from services import audiences, copies, reports
from storage import announcements, outbox
from storage import audiences as audience_shelf
from tests.sqlite.duty import FIRST_CHAT, Duty

BEGUN = datetime(2019, 6, 8, 3, 25, tzinfo=UTC)
OTHERS = 60


def on_its_way(duty: Duty) -> int:
    """An announcement by the last of all people, to all of them, whose author watches it; his chat."""
    for number in range(OTHERS):
        duty.person(f"O{number}")
    author_id = duty.person("C001", "coordinator")
    desk = duty.desk(BEGUN)
    number = announcements.add(duty.db, author_id, BEGUN)
    announcements.write_content(duty.db, number, 1, "", Content((Piece(Kind.TEXT, "Hello"),)), BEGUN)
    audience_shelf.toggle(duty.db, number, Choice.EVERYONE, "")
    author, a = audiences.is_lead(desk, author_id), announcements.find(duty.db, number)
    assert author is not None
    assert a is not None
    assert copies.start(desk, author, a, (State.DRAFT,))
    reports.watch_below(desk, author, announcements.find(duty.db, number) or a)
    return FIRST_CHAT + author_id


def go(duty: Duty, now: datetime, most: int) -> list[tuple[int, str]]:
    """A second: the clock looks after it, then so many letters go, one a chat; (chat, method)."""
    copies.attend(duty.desk(now))
    listed = outbox.list_sendable(duty.db, now, 100)
    claimed = outbox.claim(duty.db, [row[0] for row in listed[:most]], now)
    for letter in claimed:
        outbox.mark_sent(duty.db, letter.letter_id, letter.letter_id, now)
        announcements.note_panel_sent(duty.db, letter.letter_id, letter.letter_id)
    return [(letter.chat_id, letter.method) for letter in claimed]


def test_whoever_watches_his_announcement_go_gets_his_own_copy_first_and_few_edits(tmp_path: Path) -> None:
    duty = Duty(tmp_path, Mission("Mission", "UTC", ("en",), ()), BEGUN)
    his = on_its_way(duty)
    seconds = [go(duty, BEGUN + timedelta(seconds=n), 5) for n in range(20)]
    got = [method for second in seconds for chat, method in second if chat == his]
    assert got[:3] == ["sendMessage", "sendMessage", "editMessageText"]  # what he watches, his copy, then progress
    assert 3 <= got.count("editMessageText") <= 6
    assert [len(second) for second in seconds[:12]] == [5] * 12  # nobody waits for the next tick because of it
    reached = {chat for second in seconds for chat, method in second if method == "sendMessage"}
    assert len(reached) == OTHERS + 1
