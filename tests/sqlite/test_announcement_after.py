"""An announcement on its way and afterwards: the report, copies in doubt, corrections, withdrawal, who has read it."""

from datetime import timedelta
from typing import Any

import pytest

from domain.announcement import Content, Kind, Piece, State
from domain.announcement_button import (
    AfterAct,
    AfterAnnouncement,
    Choice,
    DoubtAct,
    DraftAct,
    Option,
    SendAct,
    SettleDoubt,
)
from domain.step import AnnounceStep
from services import afterwards, announcements, copies, reports
from storage import deliveries
from storage.database import as_text
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import FIRST_CHAT, Duty
from tests.sqlite.screen import Screen, calls
from tests.sqlite.test_announcement_drafts import Draft, photo, text

COPIES = "delivery AS d JOIN outbox AS o ON o.id = d.letter_id"
HEAD = "<b>Announcement</b> “Bus at nine”: {state}\nBy Person C1\nSent from Jun 8 12:00\nTo {n} people."


class Author(Draft):
    """Who sent something."""

    def sent(self, content: Content, *options: Option) -> None:
        """Announced to everyone."""
        self.begin()
        self.write(content)
        self.choose(Choice.EVERYONE)
        for option in options:
            self.do(announcements.toggle_option, self.number, option)
        self.send()

    def after(self, act: AfterAct, page: int = 0) -> Any:
        return self.do(afterwards.act, AfterAnnouncement(self.number, act, page))

    def doubt(self, act: DoubtAct, delivery_id: int = 0, page: int = 0) -> None:
        self.do(copies.settle_doubt, SettleDoubt(self.number, delivery_id, act, page))

    def settle(self, **outcomes: str) -> None:
        """What became of the copies, by reader: "sent", "in_doubt", "queued", or what Telegram refused it with."""
        for reference, outcome in outcomes.items():
            state = outcome if outcome in {"sent", "in_doubt", "queued"} else "refused"
            error = None if state == outcome else outcome
            self.duty.db.execute(
                "UPDATE outbox SET state = ?1, error = ?2, settled_at = ?3,"
                " message_id = CASE WHEN ?1 = 'sent' THEN id END"
                " WHERE id = (SELECT d.letter_id FROM delivery AS d JOIN person AS p ON p.id = d.person_id"
                " WHERE p.reference = ?4 AND d.announcement_id = ?5)",
                (state, error, as_text(self.now), reference, self.number),
            )

    def attend(self, after: timedelta = timedelta()) -> None:
        """The tick that looks after it."""
        copies.attend(self.duty.desk(self.now + after))

    def do(self, act: Any, *about: Any, tapped: bool = True, **more: Any) -> Any:
        """As on any screen, but that Telegram takes only what is no copy."""
        self.duty.db.execute(
            "UPDATE outbox SET state = 'sent', message_id = id, settled_at = ? WHERE state = 'queued'"
            " AND kind <> 'announcement'",
            (as_text(self.now),),
        )
        return super().do(act, *about, tapped=tapped, **more)


@pytest.fixture
def languages() -> tuple[str, ...]:
    return ("en", "ru")


@pytest.fixture
def duty(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> Duty:
    """Telegram takes nothing unless the test says so."""
    monkeypatch.setattr(duty, "deliver", lambda: None)
    return duty


@pytest.fixture
def author(duty: Duty) -> Author:
    made = Author(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    for number in range(1, 5):
        duty.person(f"O{number}", team="Team 1" if number < 4 else "Team 2", language="ru" if number == 4 else "en")
    return made


def copies_of(duty: Duty, reference: str) -> list[tuple[str, dict[str, Any]]]:
    number = duty.rows("SELECT id FROM person WHERE reference = ?", reference)[0][0]
    return calls(duty, FIRST_CHAT + number)


def test_the_report_counts_what_became_of_each_copy_and_says_why(duty: Duty, author: Author) -> None:
    author.sent(text("Bus at nine"))
    author.settle(O1="sent", O2="in_doubt", O3="Forbidden: bot was blocked by the user", O4="queued")
    author.after(AfterAct.REPORT)
    assert author.text() == (
        f"{HEAD.format(state='being sent', n=5)}\nSent 1 · waiting 2 · in doubt 1 · failed 1\n– has blocked the bot: 1"
    )
    assert author.buttons() == [
        "Pause", "Stop", "In doubt: 1", "Correct", "Withdraw", "Who did not get it", "Export", "Refresh",
        "All announcements",
    ]  # fmt: skip
    author.send(SendAct.PAUSE)
    assert author.stands().state is State.PAUSED
    assert author.buttons()[:2] == ["Go on", "Stop"]
    waiting = "SELECT count(*) FROM outbox WHERE state = 'queued' AND kind = 'announcement' AND due_at > '2020'"
    assert duty.rows(waiting) == [(2,)]
    author.send(SendAct.RESUME)
    assert author.stands().state is State.SENDING
    assert duty.rows(waiting) == [(0,)]
    author.send(SendAct.STOP)
    assert author.stands().state is State.STOPPED
    assert author.text() == (
        f"{HEAD.format(state='stopped', n=5)}\nSent 1 · waiting 0 · in doubt 1 · failed 1\n2 copies were stopped.\n"
        "– has blocked the bot: 1"
    )
    author.after(AfterAct.FAILED)
    assert author.text() == (
        "<b>Who did not get it</b>\n– Person C1 (HQ): stopped\n– Person O3 (Team 1): has blocked the bot\n"
        "– Person O4 (Team 2): stopped"
    )
    assert author.buttons() == ["Back"]
    tally = deliveries.tally(duty.db, author.number)
    assert (tally.sent, tally.waiting, tally.in_doubt, tally.failed, tally.stopped) == (1, 0, 1, 1, 2)


def test_a_copy_in_doubt_is_sent_again_or_counted_as_there(duty: Duty, author: Author) -> None:
    author.sent(text("Bus at nine"))
    author.settle(C1="sent", O1="in_doubt", O2="in_doubt", O3="in_doubt", O4="sent")
    author.attend()
    assert author.stands().state is State.DONE
    author.doubt(DoubtAct.SHOW)
    assert author.text() == (
        "3 copies may or may not have arrived: the answers were lost. Ask their readers, or decide.\n"
        "– Person O1 (Team 1)\n– Person O2 (Team 1)\n– Person O3 (Team 1)"
    )
    assert author.buttons() == [
        "Send again: Person O1", "It arrived", "Send again: Person O2", "It arrived", "Send again: Person O3",
        "It arrived", "Send all again", "All arrived", "Back",
    ]  # fmt: skip
    in_doubt = f"SELECT d.id FROM {COPIES} WHERE o.state = 'in_doubt' ORDER BY d.id"
    ids = [row[0] for row in duty.rows(in_doubt)]
    author.doubt(DoubtAct.ARRIVED, ids[0])
    assert author.text().startswith("2 copies may or may not have arrived")
    assert author.stands().state is State.DONE
    author.doubt(DoubtAct.AGAIN, ids[1])
    assert author.text().startswith("1 copy may or may not have arrived")
    assert author.stands().state is State.SENDING
    assert len([method for method, _ in copies_of(duty, "O2") if method == "sendMessage"]) == 2
    author.doubt(DoubtAct.AGAIN, ids[0])
    assert len([method for method, _ in copies_of(duty, "O1") if method == "sendMessage"]) == 1, "it is decided"
    author.doubt(DoubtAct.ARRIVED)
    assert author.text().startswith("<b>Announcement</b>")
    tally = deliveries.tally(duty.db, author.number)
    assert (tally.sent, tally.waiting, tally.in_doubt) == (4, 1, 0)


def test_copies_in_doubt_of_another_announcement_are_left_alone(duty: Duty, author: Author) -> None:
    author.sent(text("Bus at nine"))
    author.settle(O1="in_doubt")
    first = author.number
    author.sent(text("Another"))
    (number,) = duty.rows(
        "SELECT d.id FROM delivery AS d JOIN outbox AS o ON o.id = d.letter_id WHERE o.state = 'in_doubt'"
    )[0]
    author.doubt(DoubtAct.ARRIVED, number)
    assert deliveries.tally(duty.db, first).in_doubt == 1
    observer = Author(duty, duty.rows("SELECT id FROM person WHERE reference = 'O1'")[0][0], NOON)
    observer.number = first
    observer.doubt(DoubtAct.ARRIVED)
    assert observer.toast
    assert deliveries.tally(duty.db, first).in_doubt == 1


def test_many_in_doubt_are_turned_over_five_a_page(duty: Duty, author: Author) -> None:
    for number in range(5, 9):
        duty.person(f"O{number}", team="Team 2")
    author.sent(text("Bus at nine"))
    author.settle(**{f"O{number}": "in_doubt" for number in range(1, 8)})
    author.doubt(DoubtAct.SHOW)
    assert author.text().startswith("7 copies")
    assert author.text().count("– Person O") == 5
    assert author.buttons()[-2:] == ["›", "Back"]
    author.doubt(DoubtAct.SHOW, 0, 9)
    assert author.text().count("– Person O") == 2
    assert author.buttons()[-2:] == ["‹", "Back"]


def test_a_correction_reaches_copies_that_arrived_and_those_that_wait(duty: Duty, author: Author) -> None:
    author.sent(text("Bus at nine"))
    author.settle(C1="sent", O1="sent", O2="queued", O3="Forbidden: bot was blocked by the user", O4="sent")
    assert author.after(AfterAct.CORRECT) == (AnnounceStep.CORRECTION, author.number)
    asked = "Send me the new text. Every copy that was delivered is changed, and what still waits goes out new."
    assert (author.text(), author.buttons()) == (asked, ["Back"]), "it has one version only"
    take = afterwards.take_correction
    again = author.do(take, author.number, photo("hall"), tapped=False)
    assert again == (AnnounceStep.CORRECTION, author.number)
    assert author.text() == (
        "A correction must be of the same kind as what was sent: a text for a text, a photo for a photo.\n\n" + asked
    )
    assert author.do(take, author.number, text("Bus at ten"), tapped=False) is None
    assert "“Bus at ten”: being sent" in author.text()
    assert "Corrected: 0 · waiting 0 · not 0" in author.text()
    author.attend()
    edits = {who: copies_of(duty, who)[-1] for who in ("O1", "O4")}
    for method, fields in edits.values():
        assert (method, fields["text"]) == ("editMessageText", "Bus at ten")
    arrived = f"SELECT o.message_id FROM {COPIES} JOIN person AS p ON p.id = d.person_id WHERE p.reference = 'O1'"
    assert (edits["O1"][1]["message_id"],) == duty.rows(arrived)[0]
    shared = duty.rows(
        f"SELECT s.payload FROM {COPIES} JOIN shared_payload AS s ON s.id = o.shared_id"
        " JOIN person AS p ON p.id = d.person_id WHERE p.reference = 'O2'"
    )
    assert "Bus at ten" in shared[0][0]
    assert [method for method, _ in copies_of(duty, "O3")].count("editMessageText") == 0


def test_each_language_is_corrected_by_itself(duty: Duty, author: Author) -> None:
    author.begin()
    author.write(text("Bus at nine"))
    author.edit(DraftAct.LANGUAGES, 2)
    author.write(text("Автобус в девять"))
    author.choose(Choice.EVERYONE)
    author.send()
    author.settle(C1="sent", O1="sent", O2="sent", O3="sent", O4="sent")
    author.after(AfterAct.CORRECT)
    assert author.buttons() == ["Original", "Русский", "Back"]
    author.after(AfterAct.CORRECT, 2)
    author.do(afterwards.take_correction, author.number, text("Автобус в десять"), tapped=False)
    author.attend()
    assert copies_of(duty, "O4")[-1][1]["text"] == "Автобус в десять"
    assert "editMessageText" not in [method for method, _ in copies_of(duty, "O1")]
    author.after(AfterAct.CORRECT, 7)
    author.do(afterwards.take_correction, author.number, text("Bus at ten"), tapped=False)
    author.attend()
    assert copies_of(duty, "O1")[-1][1]["text"] == "Bus at ten"


def test_words_under_a_photo_are_corrected_by_words_and_a_place_not_at_all(duty: Duty, author: Author) -> None:
    author.sent(photo("hall", words="The hall"))
    author.settle(C1="sent", O1="sent", O2="sent", O3="sent", O4="sent")
    author.after(AfterAct.CORRECT)
    author.do(afterwards.take_correction, author.number, text("The other hall"), tapped=False)
    author.attend()
    method, fields = copies_of(duty, "O1")[-1]
    assert (method, fields["caption"]) == ("editMessageCaption", "The other hall")
    author.sent(Content((Piece(Kind.LOCATION, latitude=51.1, longitude=71.4),)))
    author.after(AfterAct.CORRECT)
    author.do(afterwards.take_correction, author.number, text("Here"), tapped=False)
    assert author.text().startswith("A place cannot be corrected. You can withdraw it and announce another.")


def test_it_is_withdrawn_after_a_second_tap_and_young_copies_are_deleted(duty: Duty, author: Author) -> None:
    author.sent(text("Bus at nine"))
    author.settle(C1="sent", O1="sent", O2="queued", O3="Forbidden: bot was blocked by the user", O4="sent")
    author.after(AfterAct.WITHDRAW)
    assert author.text() == (
        "<b>Withdraw it?</b> 3 copies are deleted, or struck through where Telegram no longer deletes."
    )
    assert author.buttons() == ["Yes, withdraw", "Back"]
    assert author.stands().state is State.SENDING
    author.after(AfterAct.WITHDRAW_SURE)
    assert author.stands().state is State.WITHDRAWN
    author.attend()
    assert [copies_of(duty, who)[-1][0] for who in ("O1", "O4")] == ["deleteMessage", "deleteMessage"]
    assert copies_of(duty, "O2") == []
    assert "Withdraw" not in author.buttons()
    assert author.after(AfterAct.CORRECT) is None
    assert "withdrawn" in author.text()
    gone = author.do(afterwards.take_correction, author.number, text("Too late"), tapped=False)
    assert gone is None
    assert author.stands().version == 1


def test_what_is_older_than_two_days_is_struck_through(duty: Duty, author: Author) -> None:
    author.sent(text("Bus at nine"))
    author.settle(C1="sent", O1="sent", O2="sent", O3="sent", O4="sent")
    author.after(AfterAct.WITHDRAW_SURE)
    author.attend(timedelta(hours=48))
    method, fields = copies_of(duty, "O1")[-1]
    assert (method, fields["text"]) == ("editMessageText", "Withdrawn\nBus at nine")
    assert copies_of(duty, "O4")[-1][1]["text"].endswith("\nBus at nine")
    assert not copies_of(duty, "O4")[-1][1]["text"].startswith("Withdrawn")


def test_an_album_is_withdrawn_whole_with_the_button_below_it(duty: Duty, author: Author) -> None:
    album = Content((Piece(Kind.PHOTO, "Halls", file_id="p1"), Piece(Kind.PHOTO, file_id="p2")), "77")
    author.sent(album, Option.CONFIRM)
    duty.db.execute(
        "UPDATE outbox SET state = 'sent', message_id = 500, album = '[500, 501]', settled_at = ?"
        " WHERE method = 'sendMediaGroup'",
        (as_text(NOON),),
    )
    author.attend()
    method, tail = copies_of(duty, "O1")[-1]
    assert (method, tail["text"]) == ("sendMessage", "Please confirm that you have read this.")
    assert tail["reply_parameters"]["message_id"] == 500
    duty.db.execute("UPDATE outbox SET state = 'sent', message_id = 600 WHERE state = 'queued'")
    author.after(AfterAct.WITHDRAW_SURE)
    author.attend()
    assert copies_of(duty, "O1")[-1] == ("deleteMessages", {"message_ids": [500, 501, 600]})


def test_who_has_read_it_is_counted_by_team_and_only_the_others_are_reminded(duty: Duty, author: Author) -> None:
    author.sent(text("Bus at nine"), Option.CONFIRM)
    author.settle(C1="sent", O1="sent", O2="sent", O3="sent", O4="sent")
    author.attend()
    reader = Screen(duty, duty.rows("SELECT id FROM person WHERE reference = 'O1'")[0][0], NOON)
    reader.do(afterwards.confirm, author.number)
    assert reader.toast == "Thank you. It is noted that you have read it."
    buttons = [fields for method, fields in calls(duty, reader.chat_id) if method == "editMessageReplyMarkup"]
    assert len(buttons) == 1
    reader.do(afterwards.confirm, author.number)
    assert len([1 for method, _ in calls(duty, reader.chat_id) if method == "editMessageReplyMarkup"]) == 1
    author.do(afterwards.confirm, 99)
    assert author.toast
    author.after(AfterAct.REPORT)
    assert "Confirmed: <b>1 of 5</b>" in author.text()
    author.after(AfterAct.BY_TEAM)
    assert author.text() == "<b>Confirmed by team</b>\nHQ: 0 of 1\nTeam 1: 1 of 3\nTeam 2: 0 of 1"
    author.after(AfterAct.REMIND)
    assert author.text() == "4 people have not confirmed and can be reminded."
    assert author.buttons() == ["Remind them", "Back"]
    author.after(AfterAct.REMIND_SURE, 0)
    assert author.toast == "Reminders on their way: 4"
    author.after(AfterAct.REMIND_SURE, 0)
    assert author.toast != "Reminders on their way: 4", "a second tap reminds nobody again"
    reminded = duty.rows("SELECT count(*) FROM outbox WHERE payload LIKE '%Please confirm that you have read%'")
    assert reminded == [(3,)], "in English; one reads Russian"


def test_a_preview_is_confirmed_by_nobody(author: Author) -> None:
    author.begin()
    author.write(text("Bus at nine"))
    author.do(announcements.toggle_option, author.number, Option.CONFIRM)
    author.do(afterwards.confirm, author.number)
    assert author.toast == "This is only a preview."
    author.after(AfterAct.REPORT)
    assert author.toast
    assert author.text() == "<b>Announcements</b>\nNothing was announced yet. /announce begins."


def test_the_list_tells_each_to_whom_it_belongs_and_is_turned_over(duty: Duty, author: Author) -> None:
    number = duty.person("S1", "coordinator", "HQ")
    duty.db.execute("INSERT INTO scope (person_id, team_id) SELECT ?, id FROM team WHERE name = 'Team 1'", (number,))
    for n in range(reports.PAGE + 1):
        author.now = NOON + timedelta(minutes=n)
        author.sent(text(f"Bus number {n}"))
    author.do(reports.show_list, 0)
    lines = author.text().splitlines()
    assert lines[0] == "<b>Announcements</b>"
    assert lines[1] == f"Jun 8 12:0{reports.PAGE} “Bus number {reports.PAGE}”: being sent, 0 of 6"
    assert len(lines) == reports.PAGE + 1
    assert author.buttons()[-1] == "›"
    author.do(reports.show_list, 9)
    assert author.text().splitlines()[1:] == ["Jun 8 12:00 “Bus number 0”: being sent, 0 of 6"]
    assert author.buttons() == ["Bus number 0", "‹"]
    scoped = Author(duty, number, NOON)
    scoped.do(reports.show_list, 0)
    assert scoped.text() == "<b>Announcements</b>\nNothing was announced yet. /announce begins."
    scoped.number = author.number
    scoped.after(AfterAct.WITHDRAW_SURE)
    assert author.stands().state is State.SENDING
