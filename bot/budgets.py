"""The send budgets: what Telegram takes in a second and a minute, counted so that none of ours is ever refused.

All moments are monotonic seconds.
"""

from collections import deque
from dataclasses import dataclass

UNKNOWN = 0.02
"""Seconds until it is looked again whether there is room, if that depends on answers that are still to come."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """What we allow ourselves, below Telegram's limits."""

    overall_per_second: float = 30
    chat_per_second: float = 1
    group_per_minute: float = 18
    in_flight: int = 64
    """Calls under way at once: at 30 a second Telegram may take two seconds to answer."""


class Window:
    """At most `rate` a `span` seconds, sliding. All moments are monotonic seconds.

    Telegram counts a call at some moment between its sending and its answer. So a call under way is counted, and one
    that is answered for a `span` from the answer on: whatever the network does, Telegram never counts more than `rate`.
    """

    def __init__(self, rate: float, span: float) -> None:
        self.most = max(1, int(rate))
        self.span = span * self.most / rate
        self.flying = 0
        self._spent: deque[float] = deque()

    def spend(self) -> None:
        """One went."""
        self.flying += 1

    def land(self, at: float) -> None:
        """One of those under way was answered, or never will be."""
        self.flying -= 1
        self._spent.append(at)

    def room(self, now: float) -> int:
        """How many may go now."""
        while self._spent and self._spent[0] + self.span <= now:
            self._spent.popleft()
        return self.most - len(self._spent) - self.flying

    def ready_at(self, now: float) -> float:
        """When the next may go, as far as is known: an answer may have to come first. Not after `now` if at once."""
        room = self.room(now)
        if room > 0:
            return now
        return self._spent[-room] + self.span if -room < len(self._spent) else now + UNKNOWN


class Pace:
    """Evenly `rate` a second, whatever waits: the gaps are where a tap's answer goes.

    What a late wake missed of the last SLACK letters is made up for.
    """

    SLACK = 2

    def __init__(self, rate: float, after: float = 0.0) -> None:
        self._rate = rate
        self._next = after

    def copy(self) -> "Pace":
        """To try out with."""
        return Pace(self._rate, self._next)

    def take(self, now: float, cost: int) -> None:
        """One goes that counts for so many."""
        self._next = max(self._next, now) + cost / self._rate

    def ready_at(self) -> float:
        """When the next may go."""
        return self._next - self.SLACK / self._rate


@dataclass(frozen=True, slots=True)
class Chosen:
    """Letters that go now; seconds until it is worth another look; whether a longer list would change nothing."""

    ids: list[int]
    wait: float
    final: bool
    pace: Pace


class Ledger:
    """What was spent of the budgets, and which chats Telegram asked us to leave alone."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self._overall = Window(budgets.overall_per_second, 1)
        self.pace = Pace(budgets.overall_per_second)
        self._chats: dict[int, list[Window]] = {}
        self._held: dict[int | None, float] = {}

    def spend(self, chat_id: int, cost: int) -> None:
        """A letter goes to this chat that counts for so many messages."""
        for window in (self._overall, *self._windows(chat_id)):
            for _ in range(cost):
                window.spend()

    def land(self, chat_id: int, at: float, cost: int) -> None:
        """It was answered, or never will be."""
        for window in (self._overall, *self._windows(chat_id)):
            for _ in range(cost):
                window.land(at)

    def hold(self, chat_id: int | None, until: float) -> None:
        """Nothing to this chat (None: to nobody) before then."""
        self._held[chat_id] = max(until, self._held.get(chat_id, 0.0))

    def room(self, now: float) -> int:
        """How many letters may go now, all chats together."""
        return self._overall.room(now) if self._held.get(None, 0.0) <= now else 0

    def idle(self, now: float) -> bool:
        """Whether nothing was spent lately: there will never be more room."""
        return self._overall.room(now) == self._overall.most

    def next_room(self, now: float) -> float:
        """When there is room again."""
        return max(self._overall.ready_at(now), self._held.get(None, 0.0))

    def ready_at(self, chat_id: int, now: float) -> float:
        """When this chat may have its next letter."""
        waits = [window.ready_at(now) for window in self._chats.get(chat_id, ())]
        return max([self._held.get(chat_id, 0.0), *waits])

    def forget(self, now: float) -> None:
        """Drop the chats of which nothing counts any more."""
        for chat_id, windows in list(self._chats.items()):
            if all(window.room(now) == window.most for window in windows):  # nothing under way either
                del self._chats[chat_id]
        self._held = {chat_id: until for chat_id, until in self._held.items() if until > now}

    def _windows(self, chat_id: int) -> list[Window]:
        if chat_id not in self._chats:
            windows = [Window(1, 1 / self._budgets.chat_per_second)]
            if chat_id < 0:
                windows.append(Window(self._budgets.group_per_minute, 60))
            self._chats[chat_id] = windows
        return self._chats[chat_id]
