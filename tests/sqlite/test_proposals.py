"""A change that somebody may not make himself: asked for, decided once by one, and everybody else sees by whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.change import Field
from domain.meeting import Meeting
from domain.programme_button import Verdict
from services import changes, changing, proposals
from services.changes import Source
from storage import changes as shelf
from storage import meetings
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen, calls

HEAD = "<b>14:00–15:00 Host of M1</b>"


class Party(Screen):
    """Who proposes or decides."""

    def propose(self, venue: str, number: int = 1, reason: str = "") -> int:
        meeting = read(self.duty, number)
        self.do(lambda desk, _, person: changing.keep(desk, person, meeting, {Field.VENUE: venue}))
        draft = shelf.read_draft(self.duty.db, self.person_id)
        assert draft is not None
        self.do(proposals.propose, meeting, replace(draft, reason=reason))
        return int(self.duty.rows("SELECT max(id) FROM proposal")[0][0])

    def decide(self, proposal_id: int, verdict: Verdict, revision: int = 1) -> None:
        self.do(proposals.decide, proposal_id, verdict, revision)


def read(duty: Duty, number: int = 1) -> Meeting:
    found = meetings.find(duty.db, number)
    assert found is not None
    return found


@pytest.fixture
def duty(duty: Duty) -> Duty:
    for reference in ("C1", "C2"):
        duty.person(reference, "coordinator", "HQ")
    duty.person("O1", team="Team 1")
    duty.meeting("M1", NOON + timedelta(hours=2), ["Team 1"])
    return duty


def party(duty: Duty, reference: str) -> Party:
    return Party(duty, duty.rows("SELECT id FROM person WHERE reference = ?", reference)[0][0], NOON)


def test_all_coordinators_are_asked_and_when_one_accepts_the_others_see_it_in_place(duty: Duty) -> None:
    author, first, second = party(duty, "O1"), party(duty, "C1"), party(duty, "C2")
    number = author.propose("Dostyk 5", reason="Water in the cellar")
    assert author.text().startswith(f"✋ Proposed: 2 coordinators were asked.\n{HEAD}\n")
    assert "Why: Water in the cellar" in author.text()
    assert author.buttons() == ["Take it back", "Show the meeting"]
    for lead in (first, second):
        assert lead.text().startswith(f"✋ <b>1 proposal waits for you</b>\n{HEAD}\n")
        assert "Person O1, 12:00:\nPlace: <s>Hall, City</s> → <b>Dostyk 5, City</b>" in lead.text()
        assert lead.buttons() == ["✓ Accept", "✎ Amend", "✗ Refuse", "Show the meeting"]
    first.decide(number, Verdict.ACCEPT)
    assert read(duty).venue == "Dostyk 5"
    assert (read(duty).revision, duty.rows("SELECT state, decided_by, made FROM proposal")) == (
        2, [("accepted", first.person_id, 2)],
    )  # fmt: skip
    assert first.text().startswith(f"✓ <b>Accepted.</b>\n{HEAD}")
    assert first.text().endswith("Proposal of Person O1, 12:00")
    assert second.text().startswith(f"✓ <b>Accepted by Person C1</b>\n{HEAD}")
    edits = [fields for method, fields in calls(duty, second.chat_id) if method == "editMessageText"]
    assert len(edits) == 1
    assert (
        edits[0]["message_id"]
        == duty.rows("SELECT message_id FROM outbox WHERE once_key = ?", f"proposal:{number}:{second.person_id}")[0][0]
    )
    assert author.text().startswith(f"✓ Person C1 accepted your proposal.\n{HEAD}")
    revision = meetings.list_revisions(duty.db, 1)[-1]
    assert (revision.author, revision.source, revision.reason) == ("Person O1", "proposal", "Water in the cellar")
    second.decide(number, Verdict.REFUSE)
    assert second.toast == "Accepted already, by Person C1."
    assert read(duty).venue == "Dostyk 5"


def test_a_letter_that_still_waits_asks_nobody_what_is_decided_already(duty: Duty) -> None:
    author, first, second = party(duty, "O1"), party(duty, "C1"), party(duty, "C2")
    number = author.propose("Dostyk 5")
    desk = duty.desk(NOON)
    duty.db.execute("UPDATE outbox SET state = 'sent', message_id = id WHERE chat_id = ?", (first.chat_id,))
    proposal = shelf.find_proposal(duty.db, number)
    assert proposal is not None
    proposals._close(desk, proposal, proposals.REFUSED, first.person, read(duty))
    assert calls(duty, second.chat_id) == []
    assert author.text().startswith(f"✗ Person C1 did not accept your proposal. The meeting stays as it was:\n{HEAD}")
    assert "Proposed was:\nPlace: <s>Hall, City</s> → <b>Dostyk 5, City</b>" in author.text()


def test_what_its_author_takes_back_is_decided_by_nobody(duty: Duty) -> None:
    author, first = party(duty, "O1"), party(duty, "C1")
    number = author.propose("Dostyk 5")
    first.decide(number, Verdict.WITHDRAW)
    assert first.toast
    assert duty.rows("SELECT state FROM proposal") == [("open",)]
    author.decide(number, Verdict.REFUSE)
    assert duty.rows("SELECT state FROM proposal") == [("open",)], "he decides on nothing"
    author.decide(number, Verdict.WITHDRAW)
    assert duty.rows("SELECT state, decided_by FROM proposal") == [("withdrawn", author.person_id)]
    assert author.text() == f"Your proposal is taken back.\n{HEAD}"
    assert first.text().startswith(f"✗ <b>Taken back by Person O1</b>\n{HEAD}")
    assert "Dostyk 5" in first.text()
    first.decide(number, Verdict.ACCEPT)
    assert first.toast == "Person O1 has taken this proposal back."
    assert read(duty).venue == "Hall"


def test_two_proposals_stand_side_by_side_and_the_second_is_decided_on_what_the_first_has_made(duty: Duty) -> None:
    author, first = party(duty, "O1"), party(duty, "C1")
    duty.person("O2", team="Team 1")
    other = party(duty, "O2")
    one, two = author.propose("Dostyk 5"), other.propose("Dostyk 7", reason="Larger")
    assert first.text().startswith("✋ <b>2 proposals wait for you</b>")
    assert "1. Person O1, 12:00:" in first.text()
    assert "2. Person O2, 12:00:" in first.text()
    assert first.buttons()[:6] == ["✓ Accept 1", "✎ Amend 1", "✗ Refuse 1", "✓ Accept 2", "✎ Amend 2", "✗ Refuse 2"]
    first.do(proposals.show_proposals, 0)
    assert first.text() == "Proposals that wait, by meeting:"
    assert [label.startswith("2 · Jun 8, ") for label in first.buttons()] == [True]
    first.decide(one, Verdict.ACCEPT)
    asked = [words for _, words in duty.letters(first.person_id)][-1]
    assert asked.startswith("✋ <b>1 proposal waits for you</b>")
    assert (
        "❗️ The meeting has changed since this was proposed:\nPlace: <s>Hall, City</s> → <b>Dostyk 5, City</b>" in asked
    )
    first.decide(two, Verdict.ACCEPT, revision=1)
    assert first.toast == "The meeting has changed since you saw it. Here is how it stands now."
    assert read(duty).venue == "Dostyk 5"
    first.decide(two, Verdict.REFUSE, revision=1)
    assert first.text().startswith(f"✗ <b>Refused.</b>\n{HEAD}")
    assert duty.rows("SELECT state FROM proposal ORDER BY id") == [("accepted",), ("refused",)]
    first.do(proposals.show_proposals, 0)
    assert first.text() == "No proposal waits for a decision."
    first.do(proposals.show_proposals, 1)
    assert "Status:" in first.text(), "the meeting's card: none is open"
    first.do(proposals.show_proposals, 99)
    assert first.toast


def test_what_is_so_already_or_cannot_be_is_shown_as_a_draft_instead_of_made(duty: Duty) -> None:
    author, first = party(duty, "O1"), party(duty, "C1")
    number = author.propose("Dostyk 5")
    stood = read(duty)
    changes.make(duty.desk(NOON), first.person, stood, replace(stood, venue="Dostyk 5"), source=Source.CHAT)
    first.decide(number, Verdict.ACCEPT, revision=2)
    assert read(duty).revision == 2
    assert duty.rows("SELECT state FROM proposal") == [("open",)]
    assert first.text().startswith("❗️ That is how it stands already.")
    draft = shelf.read_draft(duty.db, first.person_id)
    assert draft is not None
    assert (draft.proposal_id, draft.revision) == (number, 2)
    after = replace(read(duty), venue="Dostyk 9")
    assert proposals.settle_amended(duty.desk(NOON), first.person, read(duty), after, draft)
    assert duty.rows("SELECT state, made FROM proposal") == [("accepted", 3)]
    assert author.text().startswith("✓ Person C1 accepted your proposal with changes.")
    assert not proposals.settle_amended(duty.desk(NOON), first.person, read(duty), after, draft)
    assert read(duty).revision == 3


def test_where_no_coordinator_can_be_reached_its_author_is_told_to_ring_one(duty: Duty) -> None:
    ended = "UPDATE account SET ended_at = '2019-06-08' WHERE person_id IN"
    duty.db.execute(f"{ended} (SELECT id FROM person WHERE reference LIKE 'C%')")
    author = party(duty, "O1")
    author.propose("Dostyk 5")
    assert author.text().startswith("✋ Proposed; no coordinator can be reached by the bot right now. Please ring one.")
