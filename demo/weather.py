"""Weather: what Telegram is like for the bot, and what the network is like for a phone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from demo.telegram import Fault, StageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.telegram import StandIn

_SENDING = (
    "sendMessage", "editMessageText", "editMessageReplyMarkup", "sendDocument", "sendPhoto", "pinChatMessage",
    "answerCallbackQuery",
)  # fmt: skip
_NOT_KEPT = frozenset({"tap", "react", "read", "block", "erase"})
"""What a phone without network does not keep for later: Telegram does not either."""
_SLOW_SECONDS = 3.0
_MOST_KEPT = 500


def faults_of(weather: str) -> list[Fault]:
    """The faults that make this weather; a LookupError names one that does not exist."""
    makers: dict[str, Callable[[], list[Fault]]] = {
        "fine": list,
        "slow": lambda: [Fault("delay", times=None, delay=1.5)],
        "429": lambda: [Fault("429", method, times=None, probability=0.5, retry_after=2) for method in _SENDING],
        "5xx": lambda: [Fault("status", times=None, probability=0.4, status=502)],
        "lost": lambda: [Fault("cut_after", method, times=None, probability=0.5) for method in _SENDING],
        "refused": lambda: [Fault("cut_before", times=None, probability=0.4)],
        "dark": lambda: [Fault("cut_before", times=None)],
    }
    if weather not in makers:
        raise LookupError(f"weather is one of {', '.join(makers)}")
    return makers[weather]()


@dataclass
class Air:
    """The network of one phone, and what waits on it to be sent."""

    offline: bool = False
    slow: bool = False
    waiting: list[tuple[dict[str, Any], Callable[[], Any]]] = field(default_factory=list)


class Weather:
    """Made by hand on the page, or by a scene."""

    def __init__(self, telegram: StandIn) -> None:
        self._telegram = telegram
        self._airs: dict[int, Air] = {}
        self.bots = "fine"
        telegram.gate = self._pass

    def told(self) -> dict[str, Any]:
        """As the page reads it."""
        phones = {
            str(number): {"offline": air.offline, "slow": air.slow, "waiting": [told for told, _ in air.waiting]}
            for number, air in self._airs.items()
            if air.offline or air.slow or air.waiting
        }
        return {"bot": self.bots, "phones": phones}

    def set_bots(self, weather: str) -> None:
        """From now on Telegram is like this for the bot."""
        try:
            faults = faults_of(weather)
        except LookupError as error:
            raise StageError(str(error.args[0])) from None
        self._telegram.faults.clear()
        for fault in faults:
            self._telegram.faults.add(fault)
        self.bots = weather
        self._changed()

    def set_phone(self, user_id: int, *, offline: bool | None = None, slow: bool | None = None) -> None:
        """Cut a phone's network, slow it, or bring it back: then what was written goes out, in order."""
        air = self._airs.setdefault(self._telegram.user(user_id).id, Air())
        air.slow = air.slow if slow is None else slow
        air.offline = air.offline if offline is None else offline
        while air.waiting and not air.offline:
            air.waiting.pop(0)[1]()
        self._changed(user_id)

    def offline(self, user_id: int) -> bool:
        """Whether this phone has no network."""
        return user_id in self._airs and self._airs[user_id].offline

    async def _pass(self, act: str, arguments: dict[str, Any], do: Callable[[], Any]) -> Any:
        user_id = arguments["user_id"]
        air = self._airs.get(user_id)
        if air is None:
            return do()
        if air.offline:
            if act in _NOT_KEPT:
                raise StageError("this phone has no network")
            if len(air.waiting) >= _MOST_KEPT:
                raise StageError("too much waits on this phone already")
            air.waiting.append((_gist(act, arguments), do))
            self._changed(user_id)
            return {"waiting": len(air.waiting)}
        if air.slow:
            await asyncio.sleep(_SLOW_SECONDS)
        return do()

    def _changed(self, user_id: int | None = None) -> None:
        self._telegram.events.emit("weather", user_id, **self.told())


def _gist(act: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """What waits, as its sender sees it."""
    words = next((arguments[key] for key in ("text", "caption", "filename", "phone") if arguments.get(key)), act)
    return {"act": act, "words": str(words)[:200], "chat_id": arguments.get("chat_id") or arguments["user_id"]}
