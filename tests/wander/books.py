"""The books of a mission: after every step they balance.

Everybody was answered, nothing failed, what was given stands in the database or its sender was told that it was not
kept, and all states are what the rows say.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demo.telegram.journal import Call
from domain.attendance import is_too_early, is_too_late
from domain.button import CheckIn, Presence, decode
from domain.step import Flow
from services import programme
from storage import accounts, meetings, people
from tests.wander.derived import derive
from tests.wander.given import Given
from tests.wander.refusals import not_kept
from texts.tongue import Tongues

if TYPE_CHECKING:
    from tests.wander.mission import Wandering

ASKED_FLOWS = {Flow.PEOPLE, Flow.SETTINGS, Flow.ENROLMENT, Flow.REQUEST}
"""Where words are the answer to a question of the bot's own, and nothing for the mission to keep."""
SHOWS = {
    "sendMessage", "editMessageText", "sendPhoto", "sendDocument", "sendVoice", "sendVideo", "sendAudio", "sendVenue",
}  # fmt: skip
TONGUES = Tongues(("en", "ru", "kk"))
REFUSALS = [sentence for tongue in TONGUES.all() for sentence in not_kept(tongue)]


@dataclass
class Books:
    """What the people gave, as they remember it."""

    mission: "Wandering"

    steps: int = 0
    inputs: int = 0
    kills: int = 0
    kept: dict[tuple[int, int], str] = field(default_factory=dict)
    """Words that were kept, by the message that said them."""
    files: set[str] = field(default_factory=set)

    async def balance(self, given: list[Given], calls: list[Call], *, killed: bool) -> None:
        self._nothing_failed()
        if not killed:
            await self._taps_were_answered(given)
        for one in given:
            answers = [call for call in calls if call.method in SHOWS and _chat_of(call) == one.actor.user_id]
            self._was_answered(one, answers, killed=killed)
            self._was_kept(one, answers, given)
        if len(given) == 1:
            self._word_counts(given[0])
        self._states_are_derived()
        self._everybody_stands_somewhere()

    def _nothing_failed(self) -> None:
        mission = self.mission
        assert not mission.errors, mission.errors
        assert not mission.telegram.surprises, mission.telegram.surprises
        troubled = mission.eyes.execute(
            "SELECT error, raw FROM inbox WHERE state = 'parked' OR attempts > 0"
        ).fetchall()
        assert not troubled, [tuple(row) for row in troubled]
        unsent = "SELECT method, payload, error FROM outbox WHERE state = 'refused' AND error <> 'account ended'"
        refused = mission.eyes.execute(unsent).fetchall()
        assert not refused, [tuple(row) for row in refused]

    async def _taps_were_answered(self, given: Iterable[Given]) -> None:
        queries = {one.query for one in given if one.query}
        for _ in range(2000):
            if queries <= {toast["callback_query_id"] for toast in self.mission.telegram.toasts}:
                return
            await asyncio.sleep(0.002)
        raise AssertionError("a tap goes on turning")

    def _was_answered(self, one: Given, answers: list[Call], *, killed: bool) -> None:
        if one.what in {"edit", "move"}:
            return
        if one.query:
            toast = next((t["text"] for t in self.mission.telegram.toasts if t["callback_query_id"] == one.query), "")
            assert answers or toast or killed, "a tap that shows nothing"
            return
        assert answers, f"silence after {one}"
        if one.what == "say":
            shown = self.mission.shown(one.actor)
            assert shown, "nothing is on the phone"
            assert shown[0]["message_id"] > one.message_id, f"the answer to {one} stands above it"

    def _word_counts(self, one: Given) -> None:
        """Who says that he is here, on his way, gone or cannot come has said so, unless he is asked or may not."""
        payload, person = decode(one.data), self.mission.person(one.actor)
        if not isinstance(payload, CheckIn) or person is None or not person.active:
            return
        meeting = programme.find(self.mission.look(), person, payload.meeting_id)
        if meeting is None or meeting.cancelled or payload.presence is Presence.TAKEN_BACK:
            return
        asked = payload.presence is Presence.ARRIVED and payload.sure != 1
        doubtful = is_too_early(meeting, self.mission.at) or is_too_late(meeting, self.mission.at)
        last = derive(self.mission.eyes, self.mission.at).last_word.get((meeting.meeting_id, person.person_id))
        said = self.mission.one("SELECT presence FROM checkin WHERE id = ?", last)
        assert said == payload.presence or (asked and doubtful), f"{one}: stands as {said}"

    def _was_kept(self, one: Given, answers: list[Call], given: list[Given]) -> None:
        if not (one.words or one.file_id or one.latitude is not None):
            return
        if one.what == "edit":
            self._edit_was_kept(one, answers)
            return
        told = any(sentence in str(call.params.get("text")) for call in answers for sentence in REFUSALS)
        if one.words and not (one.latitude is not None and self._holds_place(one.latitude)):
            if self.holds(one.words):
                self.kept[one.actor.user_id, one.message_id] = one.words
            elif not self._drafted(one.words):
                assert told or self._was_asked(one, given), f"{one} is lost: {_texts(answers)}"
        if one.file_id:
            if self.mission.one("SELECT 1 FROM log_entry WHERE file_id = ?", one.file_id):
                self.files.add(one.file_id)
            elif not self.mission.one("SELECT 1 FROM upload WHERE file_id = ?", one.file_id):
                assert told, f"{one} is lost: {_texts(answers)}"
        if one.latitude is not None and not one.words and not self._holds_place(one.latitude):
            later = [g for g in given if g.actor is one.actor and g.latitude is not None and g is not one]
            assert told or later, f"{one} is lost: {_texts(answers)}"

    def _edit_was_kept(self, one: Given, answers: list[Call]) -> None:
        if self.holds(one.words):
            self.kept[one.actor.user_id, one.message_id] = one.words
        elif self.mission.person(one.actor) is not None:  # an account that speaks for nobody any more changes nothing
            assert answers or not self._stands(one.instead_of), f"{one}: this stood, and he was told nothing"

    def _was_asked(self, one: Given, given: list[Given]) -> bool:
        """His words answered a question of the bot's that keeps none; in a heap of inputs nobody knows which."""
        flow = one.standing.flow if one.standing else None
        return flow in ASKED_FLOWS or sum(1 for g in given if g.actor is one.actor) > 1

    def holds(self, words: str) -> bool:
        """Whether these words stand anywhere where people find them again."""
        return bool(
            self.mission.one(
                "SELECT EXISTS (SELECT 1 FROM log_entry WHERE instr(body, ?1))"
                " OR EXISTS (SELECT 1 FROM log_entry_version WHERE instr(body, ?1))"
                " OR EXISTS (SELECT 1 FROM checkin WHERE instr(reason, ?1))"
                " OR EXISTS (SELECT 1 FROM meeting WHERE instr(host, ?1))"
                " OR EXISTS (SELECT 1 FROM access_request WHERE instr(name, ?1))"
                " OR EXISTS (SELECT 1 FROM meeting_revision WHERE instr(content, ?1) OR instr(reason, ?1))"
                " OR EXISTS (SELECT 1 FROM proposal WHERE instr(change, ?1) OR instr(reason, ?1))"
                " OR EXISTS (SELECT 1 FROM incident WHERE instr(body, ?1) OR instr(ending, ?1))",
                words,
            )
        )

    def _drafted(self, words: str) -> bool:
        """Whether they stand in what somebody is about to do and may still drop himself."""
        return bool(
            self.mission.one(
                "SELECT EXISTS (SELECT 1 FROM change_draft WHERE instr(change, ?1) OR instr(reason, ?1))"
                " OR EXISTS (SELECT 1 FROM announcement_text WHERE instr(content, ?1))",
                words,
            )
        )

    def _stands(self, words: str) -> bool:
        """Whether these words stand where others read them, not taken out."""
        return bool(
            self.mission.one(
                "SELECT EXISTS (SELECT 1 FROM log_entry WHERE instr(body, ?1) AND withdrawn_at IS NULL)"
                " OR EXISTS (SELECT 1 FROM checkin WHERE instr(reason, ?1))"
                " OR EXISTS (SELECT 1 FROM meeting WHERE instr(host, ?1))",
                words,
            )
        )

    def _holds_place(self, latitude: float) -> bool:
        return bool(
            self.mission.one(
                "SELECT EXISTS (SELECT 1 FROM checkin WHERE latitude = ?1)"
                " OR EXISTS (SELECT 1 FROM stray WHERE latitude = ?1)",
                latitude,
            )
        )

    def _states_are_derived(self) -> None:
        truth, desk = derive(self.mission.eyes, self.mission.at), self.mission.look()
        for actor in self.mission.actors.values():
            person = people.read(self.mission.eyes, actor.person_id)
            for meeting in meetings.list_all(self.mission.eyes):
                number = meeting.meeting_id
                line = programme.line_of(desk, person, meeting)
                assert line.status == truth.status[number], (meeting.reference, line.status, truth.status[number])
                mine = line.mine.checkin_id if line.mine else None
                assert mine == truth.last_word.get((number, actor.person_id))
                attendance = programme._own_of(desk, person, line).attendance
                assert attendance == truth.attendance_of(number, actor.person_id)

    def _everybody_stands_somewhere(self) -> None:
        for row in self.mission.eyes.execute("SELECT chat_id, flow, step, subject FROM conversation"):
            person = accounts.find_person(self.mission.eyes, row["chat_id"])
            assert person is None or person.active or row["flow"] == Flow.REQUEST, f"the gone are asked: {tuple(row)}"

    def audit(self) -> None:
        """At the end: what was kept once stands to this day."""
        lost = [words for words in self.kept.values() if not self.holds(words)]
        assert not lost, f"kept once and gone now: {lost}"
        for file_id in self.files:
            assert self.mission.one("SELECT 1 FROM log_entry WHERE file_id = ?", file_id)


def _chat_of(call: Call) -> int:
    return int(call.params.get("chat_id") or 0)


def _texts(answers: list[Call]) -> list[str]:
    return [str(call.params.get("text", call.method))[:300] for call in answers]
