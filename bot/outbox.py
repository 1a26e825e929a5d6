"""The outbox worker: claims letters (committed), calls Telegram, records what became of them.

Two clocks. What is stored is in `clock.now()`, which a rehearsal may hold or turn. What this process waits for is in
monotonic seconds: budgets, retries and pauses end in real time whatever the rehearsal shows. So a letter to be tried
again is stored as due now, and a note in memory (`_not_before`) says when; a restart simply tries it at once. A 429 is
also stored as a pause, because it must be obeyed across restarts; when its real seconds are over, the worker lifts it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic

from telegram import Bot

from bot.budgets import Budgets, Chosen, Ledger
from bot.clock import Clock
from bot.papers import Printer
from bot.points import reach
from bot.transport import AnswerLostError, Fate, NotSentError, Ruling, Transport, backoff, judge, lost
from bot.writer import Act, StorageTroubleError, Writer, is_storage_trouble
from domain.letter import BULK, LetterKind, LetterState, Policy, QueuedLetter
from services import postroom, reminders
from services.desk import Desk
from services.paper import Paper
from storage import live, outbox, panels

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds after which letters of another process, or newly due ones, are looked for."""
ALBUM_WAIT = 0.05
"""Seconds after which room for an album is looked for again."""
LISTINGS = (32, 256, 2048, 8192)
"""How many waiting letters are looked at: more only if the first belong to chats that must wait."""
FREE_METHODS = frozenset({"deleteMessage", "deleteMessages", "setMyCommands", "deleteMyCommands", "leaveChat"})
"""Calls that no send budget counts."""
CHATLESS_METHODS = frozenset({"setMyCommands", "deleteMyCommands"})


class OutboxWorker:
    """Sends what is queued, first what matters most, one letter a chat at a time, within the budgets."""

    def __init__(
        self, writer: Writer, bot: Bot, clock: Clock, budgets: Budgets, desk_of: Callable[[sqlite3.Connection], Desk]
    ) -> None:
        if not isinstance(bot.request, Transport):
            raise TypeError("the bot must be built with bot.transport.Transport")
        self._writer, self._bot, self._transport = writer, bot, bot.request
        self._clock, self._budgets, self._desk_of = clock, budgets, desk_of
        self._ledger = Ledger(budgets)
        self._printer = Printer(writer, desk_of)
        self._news = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._letters: set[asyncio.Task[None]] = set()
        self._flying = 0
        self._claimed = 0
        """Letters claimed in an act whose commit is under way."""
        self._claims = 0
        """Claims that are queued and have not run yet: they will see whatever is queued by then."""
        self._not_before: dict[int, float] = {}
        self._unsent: set[int] = set()
        self._pauses: list[tuple[float, datetime]] = []
        self._flooded: set[int] = set()

    async def start(self) -> None:
        """Settle what a crash left, take over what the last process spent, begin."""
        spent, (repeated, held) = await self._writer.act(self._take_over)
        now, moment = monotonic(), self._clock.now()
        for chat_id, at, cost in sorted(spent, key=lambda entry: entry[1]):
            self._ledger.spend(chat_id, cost)
            self._ledger.land(chat_id, now - min(60.0, max(0.0, (moment - at).total_seconds())), cost)
        if repeated or held:
            log.warning("letters on their way at the last end: %d repeated, %d in doubt", repeated, held)
        self._task = asyncio.create_task(self._work(), name="outbox")

    async def stop(self, grace: float) -> None:
        """Claim no more; letters under way have `grace` seconds. The rest stay 'sending': settled at the next start."""
        self._stopping = True
        self.wake()
        if self._task is not None:
            await self._task
        if self._letters:
            await asyncio.wait(self._letters, timeout=grace)
        for task in list(self._letters):
            task.cancel()
        await asyncio.gather(*self._letters, return_exceptions=True)

    def wake(self) -> None:
        """Letters may have been queued."""
        self._news.set()

    def join(self) -> None:
        """Acts that may write letters, or that record one, are queued: claim behind them, in the same commit."""
        if self._claims or self._stopping:
            return
        if self._pressed():
            self.wake()
        else:
            self._queue_claim().add_done_callback(self._launch_joined)

    def _take_over(self, db: sqlite3.Connection) -> tuple[list[tuple[int, datetime, int]], tuple[int, int]]:
        now = self._clock.now()
        spent = outbox.sent_since(db, now - timedelta(seconds=60))
        return spent, outbox.settle_unknown(db, now)

    async def _work(self) -> None:
        while not self._stopping:
            self._news.clear()
            try:
                wait = await self._round()
            except StorageTroubleError as error:
                log.error("letters could not be claimed: %s", error)  # noqa: TRY400 - the disk's trouble, not ours
                wait = 2 * POLL
            except Exception:
                log.exception("letters could not be claimed")
                wait = 2 * POLL
            if wait > 0 and not self._stopping:
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(wait, 0.001)):
                        await self._news.wait()

    async def _round(self) -> float:
        """Claim and launch what may go now; seconds until it is worth another look, news aside."""
        now = monotonic()
        if self._flying + self._claimed >= self._budgets.in_flight:
            return POLL
        if self._ledger.room(now) <= 0:
            # News does not make room: sleep it out, unless we are to stop.
            return min(POLL, self._ledger.next_room(now) - now)
        letters, wait = await self._queue_claim()
        self._launch_all(letters)
        return wait

    def _pressed(self) -> bool:
        """Nothing may go now, whatever waits."""
        return self._flying + self._claimed >= self._budgets.in_flight or self._ledger.room(monotonic()) <= 0

    def _queue_claim(self) -> "asyncio.Future[tuple[list[QueuedLetter], float]]":
        """Claimed letters count as under way from the act on, not only after its commit."""
        claimed: list[QueuedLetter] = []
        self._claims += 1

        ran = False

        def act(db: sqlite3.Connection) -> tuple[list[QueuedLetter], float]:
            nonlocal ran
            ran = True
            self._claims -= 1
            letters, wait = self._claim(db)
            claimed.extend(letters)
            self._claimed += len(letters)
            return letters, wait

        def settle(_: object) -> None:
            self._claims -= not ran
            self._claimed -= len(claimed)

        claiming = self._writer.submit(act, last=True)
        claiming.add_done_callback(settle)
        return claiming

    def _launch_joined(self, claiming: "asyncio.Future[tuple[list[QueuedLetter], float]]") -> None:
        if claiming.cancelled() or claiming.exception() is not None:
            self.wake()  # the next round tells of it
            return
        letters, wait = claiming.result()
        self._launch_all(letters)
        if wait < POLL:
            self.wake()

    def _launch_all(self, letters: list[QueuedLetter]) -> None:
        for letter in letters:
            self._not_before.pop(letter.letter_id, None)
            if letter.method not in FREE_METHODS:
                self._ledger.spend(letter.chat_id, letter.cost)
            self._launch(letter)

    def _claim(self, db: sqlite3.Connection) -> tuple[list[QueuedLetter], float]:
        now, moment = monotonic(), self._clock.now()
        self._ledger.forget(now)
        self._lift_pauses(db, now)
        most = min(self._budgets.in_flight - self._flying, self._ledger.room(now)) - self._claimed
        chosen = Chosen([], POLL, True, self._ledger.pace)
        for limit in LISTINGS:
            listed = outbox.list_sendable(db, moment, limit)
            chosen = self._choose(listed, most, now)
            if chosen.final or not listed:
                break
        self._ledger.pace = chosen.pace
        return outbox.claim(db, chosen.ids, moment), chosen.wait

    def _choose(self, listed: list[tuple[int, int, int, int]], most: int, now: float) -> Chosen:
        ids: list[int] = []
        pace, left = self._ledger.pace.copy(), most
        wait = min([POLL, *(until - now for until, _ in self._pauses)])
        for letter_id, chat_id, priority, cost in listed:
            if priority >= BULK and (turn := pace.ready_at()) > now:
                return Chosen(ids, min(wait, turn - now), True, pace)  # what follows is no more urgent
            ready = max(self._ledger.ready_at(chat_id, now), self._not_before.get(letter_id, 0.0))
            if ready > now:
                wait = min(wait, ready - now)
                continue
            if cost > left and (ids or not self._ledger.idle(now)):  # an album waits, and nothing passes it by
                return Chosen(ids, ALBUM_WAIT, True, pace)
            ids.append(letter_id)
            left -= cost
            if priority >= BULK:
                pace.take(now, cost)
            if left <= 0:
                return Chosen(ids, 0.0, True, pace)
        return Chosen(ids, wait, False, pace)

    def _lift_pauses(self, db: sqlite3.Connection, now: float) -> None:
        for pause in [pause for pause in self._pauses if pause[0] <= now]:
            outbox.lift_pauses(db, pause[1])
            self._pauses.remove(pause)

    def _launch(self, letter: QueuedLetter) -> None:
        self._flying += 1
        task = asyncio.create_task(self._deliver(letter))
        self._letters.add(task)
        task.add_done_callback(self._letters.discard)

    async def _deliver(self, letter: QueuedLetter) -> None:
        try:
            ruling = await self._send(letter)
        finally:
            self._flying -= 1
            if letter.method not in FREE_METHODS:
                self._ledger.land(letter.chat_id, monotonic(), letter.cost)
        self._remember(letter, ruling)
        reach("before_recorded")
        await self._record(letter, ruling)

    async def _send(self, letter: QueuedLetter) -> Ruling:
        if "paper" in letter.payload:
            return await self._printer.send(letter, self._call)
        return await self._call(letter)

    async def _call(self, letter: QueuedLetter, paper: Paper | None = None) -> Ruling:
        chat = {} if letter.method in CHATLESS_METHODS else {"chat_id": letter.chat_id}
        body = {**letter.payload, **chat}
        reach("before_send")
        try:
            answer = await self._transport.call(f"{self._bot.base_url}/{letter.method}", body, paper)
            reach("after_taken")
            return judge(letter, *answer)
        except NotSentError as error:
            return Ruling(Fate.AGAIN, error.message, backoff(letter.attempts), unsent=True)
        except AnswerLostError as error:
            return lost(letter, error.message)
        except Exception as error:
            log.error("letter %d: %s while sending", letter.letter_id, type(error).__name__)  # noqa: TRY400
            return lost(letter, type(error).__name__)

    def _remember(self, letter: QueuedLetter, ruling: Ruling) -> None:
        """What only this process needs to know, in its own time."""
        now = monotonic()
        if ruling.fate is Fate.SENT:
            self._flooded.clear()
        if not ruling.unsent and self._unsent:  # the network is back: whoever waited for it need not wait longer
            for letter_id in self._unsent:
                self._not_before.pop(letter_id, None)
            self._unsent.clear()
        if ruling.fate is Fate.AGAIN:
            self._not_before[letter.letter_id] = now + ruling.wait
            if ruling.unsent:
                self._unsent.add(letter.letter_id)
        if ruling.fate is Fate.FLOOD:
            self._flooded.add(letter.chat_id)
            self._ledger.hold(letter.chat_id, now + ruling.wait)
            if len(self._flooded) >= 3:
                self._ledger.hold(None, now + ruling.wait)
            self._pauses.append((now + ruling.wait, self._clock.now() + timedelta(seconds=ruling.wait + 1)))
        if ruling.fate is not Fate.SENT:
            log.warning("letter %d, chat %d: %s", letter.letter_id, letter.chat_id, ruling.fate.name.lower())

    async def _record(self, letter: QueuedLetter, ruling: Ruling) -> None:
        """Write it down, whatever the disk says: until then the letter counts as on its way, and its chat waits.

        What follows from it must not keep it from being written down: if that fails, it is written down alone.
        """
        everywhere, alone = len(self._flooded) >= 3, False
        act: Act[None] = lambda db: self._write(db, letter, ruling, everywhere=everywhere, alone=alone)  # noqa: E731
        # If a power cut undoes this, the letter is sent again, which is what its policy wants anyway.
        durable = ruling.fate is not Fate.SENT or letter.policy is not Policy.REPEAT
        while True:
            recorded = self._writer.submit(act, durable=durable)
            if durable:
                self.join()
            try:
                await recorded
            except StorageTroubleError as error:
                log.error("letter %d could not be recorded: %s", letter.letter_id, error)  # noqa: TRY400
                await asyncio.sleep(1)
            except Exception as error:
                log.exception("letter %d could not be recorded", letter.letter_id)
                if alone or is_storage_trouble(error):
                    await asyncio.sleep(1)
                else:
                    log.error("letter %d is recorded alone: who waited for it does not learn of it", letter.letter_id)  # noqa: TRY400
                    alone = True
            else:
                if not durable:
                    self.join()
                return

    def _write(
        self, db: sqlite3.Connection, letter: QueuedLetter, ruling: Ruling, *, everywhere: bool, alone: bool
    ) -> None:
        desk = self._desk_of(db)
        _settle(desk, letter, ruling, everywhere=everywhere)
        if not alone:
            _tell(desk, letter, ruling)


def _settle(desk: Desk, letter: QueuedLetter, ruling: Ruling, *, everywhere: bool) -> None:
    """What became of the letter."""
    db, number, now = desk.db, letter.letter_id, desk.now
    match ruling.fate:
        case Fate.SENT:
            outbox.mark_sent(db, number, ruling.message_id, now, ruling.album)
        case Fate.AGAIN:
            late = timedelta(seconds=ruling.wait if ruling.steps_aside else 0)
            outbox.mark_again(db, number, now + late, ruling.why)
        case Fate.FLOOD:
            outbox.mark_again(db, number, now, ruling.why)
            outbox.pause(db, "all" if everywhere else str(letter.chat_id), now + timedelta(seconds=ruling.wait))
        case Fate.IN_DOUBT:
            outbox.mark_settled(db, number, LetterState.IN_DOUBT, ruling.why, now)
        case Fate.TURNED:
            _turn(db, letter, ruling)
        case Fate.POINTLESS:
            outbox.mark_sent(db, number, None, now)
        case Fate.MIGRATED:
            outbox.mark_again(db, number, now, ruling.why)
            outbox.move_chat(db, letter.chat_id, ruling.new_chat)  # recorded alone, it would go to the old id for ever
        case Fate.REFUSED | Fate.UNDELIVERABLE:
            outbox.mark_settled(db, number, LetterState.REFUSED, ruling.why, now)


def _tell(desk: Desk, letter: QueuedLetter, ruling: Ruling) -> None:
    """What follows from it, for whoever waits for it."""
    match ruling.fate:
        case Fate.SENT:
            postroom.delivered(desk, letter.letter_id, ruling.message_id, ruling.thread_id)
            if letter.kind is LetterKind.ALERT:
                postroom.alert_delivered(desk, letter.letter_id)
        case Fate.TURNED:
            postroom.turned(desk, letter, ruling.why)
        case Fate.POINTLESS:
            postroom.pointless(desk, letter.chat_id, letter.payload.get("message_id"))
        case Fate.MIGRATED:
            postroom.migrated(desk, letter.chat_id, ruling.new_chat)
        case Fate.REFUSED | Fate.UNDELIVERABLE:
            postroom.refused(desk, letter.chat_id, letter.method, ruling.why)
            if ruling.fate is Fate.UNDELIVERABLE:
                postroom.undeliverable(desk, letter.chat_id)
    if letter.kind is LetterKind.REMINDER:
        reminders.settled(desk, letter.letter_id)


def _turn(db: sqlite3.Connection, letter: QueuedLetter, ruling: Ruling) -> None:
    """The letter by another call; a panel or a board whose message is gone will learn the new message's id."""
    outbox.turn_into(db, letter.letter_id, ruling.method, ruling.payload or {})
    if letter.method == "editMessageText" != ruling.method:
        panel = panels.read(db, letter.chat_id)
        if panel is not None and panel.message_id == letter.payload.get("message_id"):
            panels.write(db, letter.chat_id, letter.letter_id, None)
        live.note_turned(db, letter.chat_id, letter.payload.get("message_id"), letter.letter_id)
