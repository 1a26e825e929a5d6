"""A draft announcement: written, changed, cut short, scheduled, thrown away; nothing goes before it was confirmed."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.announcement import ALBUM_LIMIT, SPLIT_FROM, Announcement, Content, Kind, Piece, State
from domain.announcement_button import Choice, ChooseAudience, DraftAct, EditDraft, Option, SendAct, SendAnnouncement
from domain.group import Purpose, Rights
from domain.step import AnnounceStep
from services import announcements, copies
from storage import announcements as shelf
from storage import chats
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen, calls

CARD = "<b>Draft announcement</b>\n“Bus at nine”\nFor: nobody yet"
BUTTONS = ["Change", "For whom", "Languages", "Options", "When", "Valid until", "Discard"]
ASKED = (
    "Send me what you want to announce: a text with any formatting, a photo, a video, a document, a place or an album."
    " Nothing is sent before you have seen a preview."
)


def text(words: str) -> Content:
    return Content((Piece(Kind.TEXT, words),))


def photo(file_id: str, album: str = "", words: str = "") -> Content:
    return Content((Piece(Kind.PHOTO, words, file_id=file_id),), album)


class Draft(Screen):
    """A coordinator who announces something."""

    number = 0

    def begin(self) -> None:
        _, self.number = self.do(announcements.begin, tapped=False)

    def write(self, content: Content | None, **more: bool) -> object:
        """His answer to what is asked: the question that is open then."""
        more = {"forwarded": False} | more
        return self.do(announcements.take_content, self.number, content, tapped=False, **more)

    def more(self, content: Content | None) -> object:
        """A message while nothing is asked."""
        return self.do(announcements.take_more, self.number, content, tapped=False)

    def edit(self, act: DraftAct, value: int = 0) -> object:
        return self.do(announcements.edit, EditDraft(self.number, act, value))

    def choose(self, choice: Choice, number: int = 0, page: int = 0) -> None:
        self.do(announcements.choose_audience, ChooseAudience(self.number, choice, number, page))

    def send(self, act: SendAct = SendAct.SEND) -> None:
        self.do(copies.act, SendAnnouncement(self.number, act, self.stands().edition))

    def stands(self) -> Announcement:
        found = shelf.find(self.duty.db, self.number)
        assert found is not None
        return found


@pytest.fixture
def languages() -> tuple[str, ...]:
    return ("en", "ru", "kk")


@pytest.fixture
def lead(duty: Duty) -> Draft:
    made = Draft(duty, duty.person("C1", "coordinator", "HQ"), NOON)
    made.begin()
    return made


def test_a_draft_is_begun_once_written_anew_by_a_tap_and_never_by_a_slip(lead: Draft) -> None:
    assert lead.text() == ASKED
    assert lead.buttons() == ["Sent and scheduled", "Discard"]
    assert lead.write(text("Bus at nine")) == (AnnounceStep.MENU, lead.number)
    assert (lead.text(), lead.buttons()) == (CARD, BUTTONS)
    assert lead.more(text("Oh, and bring your badge")) == (AnnounceStep.MENU, lead.number)
    assert lead.text() == f"I have not changed the draft. To write it anew tap [Change].\n\n{CARD}"
    assert lead.more(None) == (AnnounceStep.MENU, lead.number)
    assert lead.do(announcements.begin, tapped=False) == (AnnounceStep.MENU, lead.number)
    assert lead.text() == CARD
    assert lead.edit(DraftAct.CONTENT) == (AnnounceStep.CONTENT, lead.number)
    assert lead.text() == ASKED
    lead.write(text("Bus at ten"), forwarded=True)
    assert lead.text() == (
        "You forwarded this: the copies will not show where it comes from.\n\n" + CARD.replace("nine", "ten")
    )


def test_what_cannot_be_announced_leaves_the_question_open_with_the_reason(lead: Draft) -> None:
    assert lead.write(None) == (AnnounceStep.CONTENT, lead.number)
    assert lead.text() == (
        f"This cannot be announced: I take a text, a photo, a video, a document, a place or an album.\n\n{ASKED}"
    )
    assert lead.write(text("x" * 4097)) == (AnnounceStep.CONTENT, lead.number)
    assert lead.text().startswith("This is too long for one message: 4097 characters of at most 4096.")
    assert lead.more(text("Bus at nine")) == (AnnounceStep.MENU, lead.number)
    assert lead.text().startswith("I have not changed the draft.")


def test_an_album_comes_in_parts_and_one_part_too_many_is_said_so(lead: Draft) -> None:
    lead.write(photo("p0", "77", "The halls"))
    for number in range(1, ALBUM_LIMIT):
        assert lead.more(photo(f"p{number}", "77")) == (AnnounceStep.MENU, lead.number)
    contents = shelf.read_contents(lead.duty.db, lead.number, 1)
    assert [piece.file_id for piece in contents[""].pieces] == [f"p{n}" for n in range(ALBUM_LIMIT)]
    assert "“The halls”" in lead.text()
    assert lead.more(photo("other", "78")) == (AnnounceStep.MENU, lead.number)
    assert lead.text().startswith("I have not changed the draft.")
    assert lead.more(photo("one too many", "77")) == (AnnounceStep.CONTENT, lead.number)
    assert lead.text() == f"An album has at most {ALBUM_LIMIT} parts.\n\n{ASKED}"
    assert shelf.read_contents(lead.duty.db, lead.number, 1) == {}


@pytest.mark.parametrize(
    ("size", "seconds", "cut"), [(SPLIT_FROM, 5, True), (SPLIT_FROM - 1, 1, False), (SPLIT_FROM, 6, False)]
)
def test_a_text_that_telegram_cut_in_two_is_not_announced_by_half(
    lead: Draft, size: int, seconds: int, cut: bool
) -> None:
    lead.write(text("x" * size))
    lead.now += timedelta(seconds=seconds)
    asked = lead.more(text("the rest"))
    if cut:
        assert asked == (AnnounceStep.CONTENT, lead.number)
        assert lead.text().startswith("What you wrote came in several pieces: it is longer than one message (4096 char")
        assert shelf.read_contents(lead.duty.db, lead.number, 1) == {}
    else:
        assert asked == (AnnounceStep.MENU, lead.number)
        assert len(shelf.read_contents(lead.duty.db, lead.number, 1)[""].pieces[0].text) == size


def test_each_language_has_its_version_and_a_tap_takes_it_out_again(lead: Draft) -> None:
    lead.write(photo("hall", words="The hall"))
    assert lead.edit(DraftAct.LANGUAGES) == (AnnounceStep.MENU, lead.number)
    assert lead.buttons() == ["English", "Русский", "Қазақ тілі", "Back"]
    assert lead.edit(DraftAct.LANGUAGES, 2) == (AnnounceStep.CONTENT, lead.number)
    assert lead.text() == "Send me the announcement in this language: <b>Русский</b>."
    assert lead.buttons() == ["Back"]
    assert lead.write(text("x" * 1025)) == (AnnounceStep.CONTENT, lead.number)
    assert lead.text() == (
        "The text under it is too long: 1025 characters of at most 1024.\n\n"
        "Send me the announcement in this language: <b>Русский</b>."
    )
    assert lead.write(text("Зал")) == (AnnounceStep.MENU, lead.number)
    assert "Versions: Русский" in lead.text()
    assert lead.edit(DraftAct.LANGUAGES, 4) == (AnnounceStep.MENU, lead.number)
    assert lead.buttons() == ["English", "✓ Русский", "Қазақ тілі", "Back"]
    assert lead.edit(DraftAct.LANGUAGES, 2) == (AnnounceStep.MENU, lead.number)
    assert lead.buttons() == ["English", "Русский", "Қазақ тілі", "Back"]
    assert list(shelf.read_contents(lead.duty.db, lead.number, 1)) == [""]


def test_a_time_is_asked_for_until_it_is_one_and_can_be_taken_back(lead: Draft) -> None:
    lead.write(text("Bus at nine"))
    assert lead.edit(DraftAct.TIME) == (AnnounceStep.TIME, lead.number)
    asked = "<b>When?</b>\nWrite a time on your clock: 18:30 or 2019-06-08 18:30."
    assert lead.text() == asked
    assert lead.buttons() == ["✓ At once", "✓ Once", "Every day", "Every week", "Back"]
    give = announcements.give_time
    assert lead.do(give, AnnounceStep.TIME, lead.number, "soon", tapped=False) == (AnnounceStep.TIME, lead.number)
    assert lead.text() == f"I cannot read that as a time. Write it like this: 18:30 or 2019-06-08 18:30.\n\n{asked}"
    past = lead.do(give, AnnounceStep.TIME, lead.number, "2019-06-08 11:59", tapped=False)
    assert past == (AnnounceStep.TIME, lead.number)
    assert lead.text() == f"That time is over.\n\n{asked}"
    done = lead.do(give, AnnounceStep.TIME, lead.number, "18:30", tapped=False)
    assert done == (AnnounceStep.MENU, lead.number)
    assert lead.text() == f"{CARD}\nGoes out: Jun 8 18:30"
    lead.edit(DraftAct.REPEAT, 3)
    assert lead.text() == f"{asked}\nGoes out: Jun 8 18:30\nGoes out again every week."
    assert lead.buttons() == ["At once", "Once", "Every day", "✓ Every week", "Back"]
    lead.edit(DraftAct.REPEAT, 2)
    assert "Goes out again every day." in lead.text()
    lead.edit(DraftAct.REPEAT, 7)
    assert "Goes out again every day." in lead.text()
    assert lead.edit(DraftAct.TIME, 1) == (AnnounceStep.TIME, lead.number)
    assert lead.text() == f"{asked}\nGoes out again every day."
    lead.edit(DraftAct.REPEAT, 1)
    assert lead.text() == asked


def test_how_long_it_counts_is_asked_in_the_same_way(lead: Draft) -> None:
    lead.write(text("Bus at nine"))
    assert lead.edit(DraftAct.EXPIRY) == (AnnounceStep.EXPIRY, lead.number)
    assert lead.text().startswith("<b>Valid until?</b>\nAfter that nothing more of it is sent, and it is unpinned.")
    assert lead.buttons() == ["✓ No end", "Back"]
    give = announcements.give_time
    assert lead.do(give, AnnounceStep.EXPIRY, lead.number, "x", tapped=False) == (AnnounceStep.EXPIRY, lead.number)
    assert lead.text().startswith("I cannot read that as a time.")
    assert "<b>Valid until?</b>" in lead.text()
    lead.do(give, AnnounceStep.EXPIRY, lead.number, "2019-06-09 08:00", tapped=False)
    assert lead.text() == f"{CARD}\nValid until: Jun 9 08:00"
    assert (lead.stands().send_at, lead.stands().expire_at) == (None, datetime(2019, 6, 9, 8, tzinfo=UTC))
    lead.edit(DraftAct.EXPIRY, 1)
    assert lead.buttons() == ["✓ No end", "Back"]
    assert lead.stands().expire_at is None


def test_a_draft_that_is_thrown_away_is_gone_and_the_next_one_is_new(lead: Draft) -> None:
    lead.write(text("Bus at nine"))
    assert lead.edit(DraftAct.DISCARD) is None
    assert lead.text() == "The draft is discarded. /announce begins a new one."
    assert lead.buttons() == ["Sent and scheduled"]
    assert lead.stands().state is State.DISCARDED
    gone = lead.number
    assert lead.edit(DraftAct.TIME) is None
    assert lead.toast
    asked = lead.write(text("Too late"))
    assert isinstance(asked, tuple)
    assert asked[0] is AnnounceStep.CONTENT
    assert asked[1] != gone
    assert lead.text() == ASKED
    lead.number = gone
    again = lead.more(text("Too late"))
    assert again == asked


def test_nobody_touches_another_ones_draft(duty: Duty, lead: Draft) -> None:
    lead.write(text("Bus at nine"))
    other = Draft(duty, duty.person("C2", "coordinator", "HQ"), NOON)
    other.number = lead.number
    assert other.edit(DraftAct.DISCARD) is None
    assert other.toast
    assert lead.stands().state is State.DRAFT
    other.do(announcements.toggle_option, lead.number, Option.URGENT)
    other.choose(Choice.EVERYONE)
    assert lead.stands().options == frozenset()
    assert duty.rows("SELECT count(*) FROM announcement_audience") == [(0,)]
    assert other.do(announcements.give_time, AnnounceStep.TIME, lead.number, "18:30", tapped=False) is None
    assert lead.stands().send_at is None
    asked = other.write(text("Mine"))
    assert isinstance(asked, tuple)
    assert asked[1] != lead.number


def test_a_preview_looks_as_the_copies_will_and_only_its_edition_is_sent(duty: Duty, lead: Draft) -> None:
    duty.person("O1", team="HQ")
    duty.person("O2", team="HQ", language="ru")
    lead.write(text("Bus at nine"))
    lead.edit(DraftAct.LANGUAGES, 2)
    lead.write(text("Автобус в девять"))
    lead.choose(Choice.EVERYONE)
    for option in (Option.SILENT, Option.PROTECT, Option.CONFIRM):
        lead.do(announcements.toggle_option, lead.number, option)
    assert lead.buttons() == [
        "✓ Ask to confirm reading", "Pin", "✓ Without a sound", "✓ No forwarding",
        "Urgent: quiet hours do not count", "Back",
    ]  # fmt: skip
    before = len(calls(duty, lead.chat_id))
    lead.edit(DraftAct.PREVIEW)
    sent = [fields for method, fields in calls(duty, lead.chat_id)[before:] if method == "sendMessage"]
    said = [fields["text"] for fields in sent]
    assert said[:4] == ["Preview: <b>English</b>", "Bus at nine", "Preview: <b>Русский</b>", "Автобус в девять"]
    for copy, label in ((sent[1], "I have read it"), (sent[3], "Прочитано")):
        assert (copy["disable_notification"], copy["protect_content"]) == (True, True)
        assert [b["text"] for row in copy["reply_markup"]["inline_keyboard"] for b in row] == [label]
    assert lead.text().startswith("This is how it will look.\nFor: everyone in private\nReaches 3 people.")
    assert lead.buttons() == ["Send to 3 people, about 1 s", "Back"]
    old = lead.stands().edition
    lead.do(announcements.toggle_option, lead.number, Option.SILENT)
    lead.do(copies.act, SendAnnouncement(lead.number, SendAct.SEND, old))
    assert lead.toast == "The draft has changed since. Please look at it again."
    assert lead.stands().state is State.DRAFT
    assert lead.text().startswith("<b>Draft announcement</b>")
    lead.send()
    assert lead.stands().state is State.SENDING
    assert lead.text().startswith("<b>Announcement</b> “Bus at nine”: being sent\nBy Person C1\n")
    assert (lead.stands().chat_id, lead.stands().message_id) == (lead.chat_id, 1), "the tapped message is watched"
    copies_ = duty.rows("SELECT payload FROM outbox WHERE kind = 'announcement' ORDER BY id")
    assert len(copies_) == 3
    assert not [payload for (payload,) in copies_ if "disable_notification" in payload]
    lead.send()
    assert lead.toast == "That is decided already."
    assert len(duty.rows("SELECT id FROM outbox WHERE kind = 'announcement'")) == 3


def test_a_preview_of_one_language_is_the_copy_and_nothing_else(duty: Duty, lead: Draft) -> None:
    duty.person("O1", team="HQ")
    lead.write(text("Bus at nine"))
    lead.choose(Choice.EVERYONE)
    before = len(calls(duty, lead.chat_id))
    lead.edit(DraftAct.PREVIEW)
    shown = [fields for method, fields in calls(duty, lead.chat_id)[before:] if method == "sendMessage"]
    assert [fields["text"] for fields in shown[:1]] == ["Bus at nine"]
    assert shown[0].keys() == {"text", "link_preview_options"}
    assert shown[1]["text"].startswith("This is how it will look.")


def test_without_anybody_to_read_it_nothing_can_be_sent(lead: Draft) -> None:
    lead.write(text("Bus at nine"))
    lead.edit(DraftAct.PREVIEW)
    assert lead.text() == (
        "This is how it will look.\nFor: nobody yet\nReaches 0 people.\n"
        "Nobody would get it: please choose for whom it is."
    )
    assert lead.buttons() == ["Back"]
    lead.send()
    assert lead.stands().state is State.DRAFT


def test_its_readers_are_chosen_from_lists_and_named_on_the_draft(duty: Duty, lead: Draft) -> None:
    duty.person("O1", team="Team 1", delegation="Armenia")
    duty.person("O2", team="Team 2", delegation="Belarus")
    soon = duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    duty.meeting("M0", NOON - timedelta(days=1), ["Team 1"])
    chats.note_status(duty.db, -5, "group", "Hall <5>", "member", NOON)
    chats.note_rights(duty.db, -5, Rights(can_write=True, can_pin=True, can_topics=False), forum=False)
    chats.bind(duty.db, -5, Purpose.MISSION, None)
    lead.write(text("Bus at nine"))
    teams = dict(duty.rows("SELECT name, id FROM team"))
    lead.choose(Choice.GROUP)
    assert [label for label in lead.buttons() if "Hall" in label] == ["Hall <5>"]
    lead.choose(Choice.GROUP, 5)
    assert "✓ Hall <5>" in lead.buttons()
    lead.choose(Choice.TEAM, teams["Team 1"])
    assert "✓ Team 1" in lead.buttons()
    assert "Team 2" in lead.buttons()
    lead.choose(Choice.DELEGATION)
    assert [label for label in lead.buttons() if "·" in label] == ["Armenia · 1", "Belarus · 1"]
    number = duty.rows("SELECT min(id) FROM person WHERE delegation = 'Belarus'")[0][0]
    lead.choose(Choice.DELEGATION, number)
    assert "✓ Belarus · 1" in lead.buttons()
    lead.choose(Choice.MEETING)
    assert [label for label in lead.buttons() if "Host" in label] == ["Jun 8 14:00–15:00 Host of M1"]
    lead.choose(Choice.MEETING, soon)
    lead.choose(Choice.ROLE)
    assert lead.buttons() == ["observer", "coordinator", "Back"]
    lead.choose(Choice.EVERYONE, 0, 1)
    named = next(line for line in lead.text().splitlines() if line.startswith("For: "))
    for word in ("Hall &lt;5&gt;", "Team 1", "Belarus", "Host of M1"):
        assert word in named
    lead.choose(Choice.TEAM, teams["Team 1"])
    lead.choose(Choice.EVERYONE, 0, 1)
    assert "Team 1" not in next(line for line in lead.text().splitlines() if line.startswith("For: "))
    lead.choose(Choice.NOT_CHECKED_IN)
    assert "Jun 8" in lead.text()
    lead.choose(Choice.NOT_READ)
    chosen = dict(duty.rows("SELECT kind, value FROM announcement_audience"))
    assert chosen[Choice.NOT_READ] == str(lead.number), "there is none yet that asked to confirm"
