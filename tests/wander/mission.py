"""A mission whose people do anything at all, whose bot dies between any two inputs, and which keeps the books.

Each step hands some inputs to the stand-in, lets the bot come to rest (or kills it on the way and starts it again),
and then balances: everybody was answered, nothing failed, what was given stands in the database or its sender was
told that it was not kept, and all states are what the rows say.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import app, points
from bot.clock import turn
from bot.scheduler import alarm_clock
from demo.telegram.journal import Call
from domain.mission import Mission
from domain.person import Person, Role
from domain.step import Flow, Standing
from services import programme
from services.desk import Desk
from storage import accounts, conversations, meetings, people
from storage.database import as_text, connect
from tests.house import MORNING, House, Message
from tests.wander.derived import derive
from tests.wander.refusals import not_kept
from texts.tongue import Tongue, Tongues

LANGUAGES = ("en", "ru", "kk")
CAST = {
    "O001": (Role.OBSERVER, "en"),
    "O002": (Role.TEAM_LEADER, "ru"),
    "O060": (Role.OBSERVER, "kk"),
    "O120": (Role.TEAM_LEADER, "en"),
    "C003": (Role.COORDINATOR, "en"),
}
"""Of two teams, HQ and Team 1, which share a meeting; each with a leader, and a coordinator."""
COORDINATOR = "C003"
ASKED_FLOWS = {Flow.PEOPLE, Flow.SETTINGS, Flow.ENROLMENT, Flow.REQUEST}
"""Where words are the answer to a question of the bot's own, and nothing for the mission to keep."""
PATIENCE = 60.0
SHOWS = {
    "sendMessage", "editMessageText", "sendPhoto", "sendDocument", "sendVoice", "sendVideo", "sendAudio", "sendVenue",
}  # fmt: skip


class KilledError(BaseException):
    """What the killed process's code sees; no handler of ours may catch it."""


class Fuse(points._Fuse):
    """Instead of killing the test's own process: everything of the bot's stops where it stands."""

    def __init__(self, setting: str, blow: Callable[[], None]) -> None:
        super().__init__(setting)
        self.blown = False
        self._blow = blow

    def burn(self, point: str) -> None:
        """At the nth passage, and at every later one: nothing of the dead goes on."""
        if point == self.point:
            self.left -= 1
        if self.left <= 0 and not self.blown:
            self.blown = True
            self._blow()
        if self.blown:
            raise KilledError


class Guarded:
    """The bot's connection, which closes only when the writer's thread has done with it.

    A killed process has nobody who goes on with a connection that is closed; a library that has crashes.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self._lock = db, threading.Lock()

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """One after the other."""
        with self._lock:
            return self._db.execute(*statement)

    def close(self) -> None:
        """After the last."""
        with self._lock:
            self._db.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


@dataclass(eq=False)
class Actor:
    """A person with his phone."""

    reference: str
    user_id: int
    person_id: int = 0


@dataclass
class Given:
    """One input: who gave what, and by what it can be found again."""

    actor: Actor
    what: str
    """say, edit, tap, send, move: decides which answer is due."""
    message_id: int = 0
    words: str = ""
    """A word that nobody else has ever said."""
    instead_of: str = ""
    """For an edit: the word that stood there before."""
    file_id: str = ""
    latitude: float | None = None
    query: str = ""
    standing: Standing | None = None


@dataclass
class Books:
    """What the people gave, as they remember it."""

    steps: int = 0
    inputs: int = 0
    kills: int = 0
    kept: dict[str, str] = field(default_factory=dict)
    """Words that were kept, and by whom they were said."""
    files: set[str] = field(default_factory=set)


class Wandering(House):
    """A house on a hand-turned clock, with a cast that is aboard already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.at = MORNING
        turn(self.clock_file, self.at, 0.0)
        self.actors = {name: Actor(name, 1000 + n) for n, name in enumerate(CAST)}
        self.books = Books()
        self.errors: list[str] = []
        self._facts: Mission | None = None
        self._seams = ExitStack()
        self._eyes: sqlite3.Connection | None = None
        self._alarms: list[tuple[AsyncIOScheduler, Callable[[], Any]]] = []
        self._bystanders: set[asyncio.Task[Any]] = set()
        self._ear = _Ear(self.errors)

    # --- opening and closing

    async def begin(self) -> None:
        """Everybody aboard, the bot running."""
        self._seams.enter_context(patch.object(app, "alarm_clock", self._set_alarm))
        self._seams.enter_context(patch.object(app, "Tongues", lambda _: TONGUES))  # read once: it takes a while
        self._seams.enter_context(patch.object(app, "connect", lambda path: Guarded(connect(path))))
        logging.getLogger().addHandler(self._ear)
        asyncio.get_running_loop().set_exception_handler(_bury_quietly)
        await self.telegram.start()
        await self.load_day()
        await self.act(self._bring_aboard)
        self._eyes = connect(self.path, read_only=True)
        for actor in self.actors.values():
            self.telegram.add_user(actor.user_id, actor.reference, language_code="en", started=True)
        await self.open()

    async def end(self) -> None:
        """The doors are closed, whatever happened."""
        try:
            await self.close()
            await self.telegram.stop()
        finally:
            logging.getLogger().removeHandler(self._ear)
            if self._eyes is not None:
                self._eyes.close()
            self._seams.close()

    async def open(self) -> None:
        """Start the bot."""
        self._bystanders = asyncio.all_tasks()
        self._alarms.clear()
        await super().open()
        while not self._alarms:  # the poll that was seen may have been the dead bot's
            await asyncio.sleep(0.002)
        await self.tick()

    def _set_alarm(self, tick: Callable[[], Any], _seconds: float) -> AsyncIOScheduler:
        """The alarm rings when the test says so."""
        alarm = alarm_clock(tick, 3600)
        self._alarms.append((alarm, tick))
        return alarm

    async def tick(self) -> None:
        """The alarm rings."""
        ((_, tick),) = self._alarms
        await tick()

    def _bring_aboard(self, desk: Desk) -> None:
        others = "team_id NOT IN (SELECT id FROM team WHERE name IN ('HQ', 'Team 1'))"
        desk.db.execute(f"UPDATE person SET active = 0, listed = 0 WHERE {others}")
        for name, (role, language) in CAST.items():
            actor = self.actors[name]
            person = people.find_by_reference(desk.db, name)
            assert person is not None
            actor.person_id = person.person_id
            accounts.bind(desk.db, actor.user_id, person.person_id, "", desk.now)
            desk.db.execute("UPDATE person SET role = ?, language = ? WHERE reference = ?", (role, language, name))

    # --- looking

    @property
    def eyes(self) -> sqlite3.Connection:
        """A reader of the database."""
        assert self._eyes is not None
        return self._eyes

    def look(self) -> Desk:
        """A desk that can only read."""
        return self.desk(self.eyes)

    def desk(self, db: sqlite3.Connection) -> Desk:
        """A desk outside the bot's process."""
        if self._facts is None:
            self._facts = self.config().mission_facts()
        return Desk(db, self.at, self._facts, TONGUES)

    def person(self, actor: Actor) -> Person | None:
        """For whom his account speaks now."""
        return accounts.find_person(self.eyes, actor.user_id)

    def tongue(self, actor: Actor) -> Tongue:
        """In which language he is spoken to."""
        person = self.person(actor)
        return TONGUES.of(person.language if person else "en")

    def standing(self, actor: Actor) -> Standing | None:
        """The question that is open for him."""
        return conversations.read(self.eyes, actor.user_id, actor.user_id)

    def shown(self, actor: Actor) -> list[Message]:
        """The bot's messages on his phone, the latest first."""
        return self.telegram.bot_messages(actor.user_id)[::-1]

    def buttons(self, actor: Actor) -> list[tuple[int, str, str]]:
        """(message id, label, data) of every button on his phone, those of the latest message first."""
        return [
            (message["message_id"], label, data)
            for message in self.shown(actor)
            if "inline_keyboard" in (message.get("reply_markup") or {})
            for label, data in self.telegram.buttons(message)
            if data and not data.startswith("http")
        ]

    def one(self, sql: str, *values: object) -> Any:
        """The one value that this asks for."""
        row = self.eyes.execute(sql, values).fetchone()
        return row[0] if row else None

    # --- a step

    async def step(self, acts: Sequence[Callable[[], Given]], die_at: str = "") -> list[Call]:
        """Do this all at once; die on the way if so wanted; balance the books. What the bot called."""
        mark = self.telegram.calls.n
        fuse = self._arm(die_at) if die_at else None
        before = {actor.user_id: self.standing(actor) for actor in self.actors.values()}
        given = [act() for act in acts]
        for one in given:
            one.standing = before[one.actor.user_id]
        self.books.steps += 1
        self.books.inputs += len(given)
        await self.settle(fuse=fuse)
        if fuse is not None:
            await self._bury(fuse)
            await self.open()
            await self.settle()
        calls = self.telegram.calls.since(mark)
        await self._balance(given, calls, killed=fuse is not None)
        return calls

    async def settle(self, seconds: float = PATIENCE, fuse: Fuse | None = None) -> None:
        """Until all is processed and sent, or the bot is dead."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until:
            if fuse is not None and fuse.blown:
                return
            if self._at_rest():
                return
            await asyncio.sleep(0.002)
        raise AssertionError("the bot does not come to rest")

    def _at_rest(self) -> bool:
        if self.telegram.world.updates.pending or self.telegram.in_flight:
            return False
        busy = self.one(
            "SELECT (SELECT count(*) FROM inbox WHERE state = 'open')"
            " + (SELECT count(*) FROM outbox WHERE state = 'sending')"
            " + (SELECT count(*) FROM outbox WHERE state = 'queued' AND due_at <= ?)",
            as_text(self.at),
        )
        return not busy

    def _arm(self, die_at: str) -> Fuse:
        fuse = Fuse(die_at, self._blow)
        self._seams.enter_context(patch.object(points, "_FUSE", fuse))
        self.books.kills += 1
        return fuse

    def _blow(self) -> None:
        """Nothing of the bot's takes another step."""
        for task in self._of_the_bot():
            task.cancel()

    def _of_the_bot(self) -> list[asyncio.Task[Any]]:
        here = str(Path(app.__file__).parent)
        return [
            task
            for task in asyncio.all_tasks() - self._bystanders
            if (code := getattr(task.get_coro(), "cr_code", None)) is not None
            and code.co_filename.startswith((here, asyncio.locks.__file__))
        ]

    async def _bury(self, fuse: Fuse) -> None:
        """Wait until the dead bot's database is closed, as the system does with a killed process's files."""
        if not fuse.blown:
            fuse.blown = True
            self._blow()
        for alarm, _ in self._alarms:
            if alarm.running:
                alarm.shutdown(wait=False)
        for _ in range(100):  # a wait that has just ended swallows the first blow
            tasks = self._of_the_bot()
            if not tasks:
                break
            self._blow()
            await asyncio.wait(tasks, timeout=0.05)
        else:
            raise AssertionError(f"the dead go on: {self._of_the_bot()}")
        patch.object(points, "_FUSE", None).start()
        self.errors.clear()

    # --- balancing

    async def _balance(self, given: list[Given], calls: list[Call], *, killed: bool) -> None:
        self._nothing_failed()
        if not killed:
            await self._taps_were_answered(given)
        for one in given:
            answers = [call for call in calls if call.method in SHOWS and _chat_of(call) == one.actor.user_id]
            self._was_answered(one, answers, killed=killed)
            self._was_kept(one, answers, given)
        self._states_are_derived()
        self._everybody_stands_somewhere()

    def _nothing_failed(self) -> None:
        assert not self.errors, self.errors
        assert not self.telegram.surprises, self.telegram.surprises
        troubled = self.eyes.execute("SELECT error, raw FROM inbox WHERE state = 'parked' OR attempts > 0").fetchall()
        assert not troubled, [tuple(row) for row in troubled]
        refused = self.eyes.execute("SELECT method, payload, error FROM outbox WHERE state = 'refused'").fetchall()
        assert not refused, [tuple(row) for row in refused]

    async def _taps_were_answered(self, given: Iterable[Given]) -> None:
        queries = {one.query for one in given if one.query}
        for _ in range(2000):
            if queries <= {toast["callback_query_id"] for toast in self.telegram.toasts}:
                return
            await asyncio.sleep(0.002)
        raise AssertionError("a tap goes on turning")

    def _was_answered(self, one: Given, answers: list[Call], *, killed: bool) -> None:
        if one.what in {"edit", "move"}:
            return
        if one.query:
            toast = next((t["text"] for t in self.telegram.toasts if t["callback_query_id"] == one.query), "")
            assert answers or toast or killed, "a tap that shows nothing"
            return
        assert answers, f"silence after {one}"
        if one.what == "say":
            shown = self.shown(one.actor)
            assert shown, "nothing is on the phone"
            assert shown[0]["message_id"] > one.message_id, f"the answer to {one} stands above it"

    def _was_kept(self, one: Given, answers: list[Call], given: list[Given]) -> None:
        if not (one.words or one.file_id or one.latitude is not None):
            return
        if one.what == "edit":
            self._edit_was_kept(one, answers)
            return
        told = any(sentence in str(call.params.get("text")) for call in answers for sentence in self._refusals(one))
        if one.words and not (one.latitude is not None and self._holds_place(one.latitude)):
            if self.holds(one.words):
                self.books.kept[one.words] = one.actor.reference
            elif not self._drafted(one.words):
                assert told or self._was_asked(one, given), f"{one} is lost: {_texts(answers)}"
        if one.file_id:
            if self.one("SELECT 1 FROM log_entry WHERE file_id = ?", one.file_id):
                self.books.files.add(one.file_id)
            elif not self.one("SELECT 1 FROM upload WHERE file_id = ?", one.file_id):
                assert told, f"{one} is lost: {_texts(answers)}"
        if one.latitude is not None and not one.words and not self._holds_place(one.latitude):
            later = [g for g in given if g.actor is one.actor and g.latitude is not None and g is not one]
            assert told or later, f"{one} is lost: {_texts(answers)}"

    def _edit_was_kept(self, one: Given, answers: list[Call]) -> None:
        if self.holds(one.words):
            self.books.kept.pop(one.instead_of, None)
            self.books.kept[one.words] = one.actor.reference
        elif self.person(one.actor) is not None:  # an account that speaks for nobody any more changes nothing
            assert answers or not self._stands(one.instead_of), f"{one}: this stood, and he was told nothing"

    def _refusals(self, one: Given) -> list[str]:
        return [sentence for tongue in TONGUES.all() for sentence in not_kept(tongue)]

    def _was_asked(self, one: Given, given: list[Given]) -> bool:
        """His words answered a question of the bot's that keeps none; in a heap of inputs nobody knows which."""
        flow = one.standing.flow if one.standing else None
        return flow in ASKED_FLOWS or sum(1 for g in given if g.actor is one.actor) > 1

    def holds(self, words: str) -> bool:
        """Whether these words stand anywhere where people find them again."""
        return bool(
            self.one(
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
            self.one(
                "SELECT EXISTS (SELECT 1 FROM change_draft WHERE instr(change, ?1) OR instr(reason, ?1))"
                " OR EXISTS (SELECT 1 FROM announcement_text WHERE instr(content, ?1))",
                words,
            )
        )

    def _stands(self, words: str) -> bool:
        """Whether these words stand where others read them, not taken out."""
        return bool(
            self.one(
                "SELECT EXISTS (SELECT 1 FROM log_entry WHERE instr(body, ?1) AND withdrawn_at IS NULL)"
                " OR EXISTS (SELECT 1 FROM checkin WHERE instr(reason, ?1))"
                " OR EXISTS (SELECT 1 FROM meeting WHERE instr(host, ?1))",
                words,
            )
        )

    def _holds_place(self, latitude: float) -> bool:
        return bool(
            self.one(
                "SELECT EXISTS (SELECT 1 FROM checkin WHERE latitude = ?1)"
                " OR EXISTS (SELECT 1 FROM stray WHERE latitude = ?1)",
                latitude,
            )
        )

    def _states_are_derived(self) -> None:
        truth, desk = derive(self.eyes, self.at), self.look()
        for actor in self.actors.values():
            person = people.read(self.eyes, actor.person_id)
            for meeting in meetings.list_all(self.eyes):
                number = meeting.meeting_id
                line = programme.line_of(desk, person, meeting)
                assert line.status == truth.status[number], (meeting.reference, line.status, truth.status[number])
                mine = line.mine.checkin_id if line.mine else None
                assert mine == truth.last_word.get((number, actor.person_id))
                attendance = programme._own_of(desk, person, line).attendance
                assert attendance == truth.attendance_of(number, actor.person_id)

    def _everybody_stands_somewhere(self) -> None:
        for row in self.eyes.execute("SELECT chat_id, flow, step, subject FROM conversation"):
            person = accounts.find_person(self.eyes, row["chat_id"])
            assert person is None or person.active or row["flow"] == Flow.REQUEST, f"the gone are asked: {tuple(row)}"

    def audit(self) -> None:
        """At the end: what was kept once stands to this day."""
        lost = [words for words in self.books.kept if not self.holds(words)]
        assert not lost, f"kept once and gone now: {lost}"
        for file_id in self.books.files:
            assert self.one("SELECT 1 FROM log_entry WHERE file_id = ?", file_id)

    def step_clock(self, by: timedelta) -> None:
        """The clock goes on by so much."""
        self.at += by
        turn(self.clock_file, self.at, 0.0)


class _Ear(logging.Handler):
    """Whoever logs an error is heard."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        """Written down."""
        self._errors.append(f"{record.name}: {record.getMessage()} {record.exc_info and record.exc_info[1]!r}")


def _bury_quietly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """No obituaries for the killed; everything else is told as ever."""
    if not isinstance(context.get("exception"), KilledError) and "Unclosed" not in context["message"]:
        loop.default_exception_handler(context)


TONGUES = Tongues(LANGUAGES)


def _chat_of(call: Call) -> int:
    return int(call.params.get("chat_id") or 0)


def _texts(answers: list[Call]) -> list[str]:
    return [str(call.params.get("text", call.method))[:300] for call in answers]
