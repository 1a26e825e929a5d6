"""Faults on purpose: what a bad network, a slow or an overloaded Telegram does to a call."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["refuse", "delay", "status", "429", "cut_before", "cut_after", "hang_after"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass
class Fault:
    """One thing that goes wrong.

    refuse, cut_before: the connection closes and nothing happened; cut_after: it happened, no answer comes;
    hang_after: it happened and the connection stays silent; status: answered with `status` and `body` (plain text when
    given, else Telegram's JSON), nothing happened; 429: `retry_after`; delay: `delay` seconds later, then as usual.
    `times` None means until cleared. `method` is case-insensitive, "*" is all of them, getUpdates included.
    """

    kind: Kind
    method: str = "*"
    times: int | None = 1
    probability: float = 1.0
    chat_id: int | None = None
    status: int = 500
    retry_after: int = 3
    delay: float = 0.5
    body: str | None = None
    used: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault: {self.kind}")


class Faults:
    """The faults in force. `happened` counts how often each kind struck."""

    def __init__(self, seed: int = 0) -> None:
        self.active: list[Fault] = []
        self.happened: dict[str, int] = {}
        self._random = random.Random(seed)  # noqa: S311

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force; it is returned so that `used` can be read."""
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        """All well again."""
        self.active.clear()

    def strike(self, method: str, chat_id: int | None) -> tuple[float, Fault | None]:
        """What happens to this call: seconds of delay, and the first other fault that applies."""
        delay = 0.0
        for fault in list(self.active):
            if fault.method not in ("*", method) and fault.method.lower() != method.lower():
                continue
            if fault.chat_id is not None and fault.chat_id != chat_id:
                continue
            if fault.probability < 1.0 and self._random.random() >= fault.probability:
                continue
            fault.used += 1
            self.happened[fault.kind] = self.happened.get(fault.kind, 0) + 1
            if fault.times is not None and fault.used >= fault.times:
                self.active.remove(fault)
            if fault.kind != "delay":
                return delay, fault
            delay += fault.delay
        return delay, None
