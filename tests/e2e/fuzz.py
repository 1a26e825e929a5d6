"""What nobody would send, thrown at the whole bot: updates as Telegram's types allow them and as they do not, taps on
buttons that were never shown, bent files.

As a command: python -m tests.e2e.fuzz --what updates --seconds 600 --seed 1
"""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
from copy import deepcopy
from pathlib import Path
from time import monotonic
from typing import Any

from domain.button import PAYLOADS, VERSION, encode
from tests.e2e.fuzz_files import bend_for
from tests.house import House, Phone
from tests.wander.phones import forged

Json = dict[str, Any]
WORDS = (
    "", " ", "/start", "/start x", "/programme", "/programme 2019-06-08", "/checkin", "/log", "/meeting", "/live",
    "/cancel", "/people", "/settings", "/me", "/digest 9999-99-99", "/nonsense@other_bot", "/" * 300, "<b>",
    "</b><script>", "&amp;&lt;", "\u202e\u0000\ufeff", "А" * 4096, "💣" * 2000, "51.1694, 71.4491", "91, 181",
    "-0.0, -0.0", "\n" * 50, "%s {} {0} %n",
    "09:30", "25:61", "tomorrow 9am", "'; DROP TABLE person; --",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2**31, 2**53, -(2**63), 2**63 - 1, 2**64 - 1, 0.5, -1e308)
ODD: tuple[Any, ...] = (None, True, "", "x", [], {}, [[]], [{}], {"id": {}}, *NUMBERS)


class Fuzzer:
    """Makes updates from one seed."""

    def __init__(self, seed: int, people: list[int]) -> None:
        self.chance = random.Random(seed)
        self._people = people
        self._number = 1000

    def valid(self) -> Json:
        """An update whose fields have the types that Telegram documents."""
        return self.chance.choice((self._message, self._message, self._edit, self._tap, self._tap, self._membership))()

    def broken(self) -> Json:
        """An update of which something is not as documented."""
        update = self.valid()
        for _ in range(self.chance.randint(1, 3)):
            self._break(update)
        return update

    def _break(self, update: Json) -> None:
        """Put something odd somewhere in it, or take something away."""
        spot: Any = update
        for _ in range(self.chance.randint(1, 4)):
            inside = [value for value in spot.values() if isinstance(value, dict) and value] if spot else []
            if not inside:
                break
            spot = self.chance.choice(inside)
        key = self.chance.choice(list(spot))
        if spot is update or self.chance.random() < 0.3:
            spot.pop(key) if self.chance.random() < 0.3 and len(spot) > 1 else spot.__setitem__(
                key, deepcopy(self.chance.choice(ODD))
            )
        else:
            spot[key] = deepcopy(self.chance.choice(ODD))

    def _user(self) -> Json:
        return {
            "id": self.chance.choice([*self._people, 666, 7_000_000_000]),
            "is_bot": False,
            "first_name": self.chance.choice(WORDS)[:64] or "x",
            **self._some(
                username=self.chance.choice(("a_b", "x" * 32)), language_code=self.chance.choice(("en", "zz", ""))
            ),
        }

    def _some(self, **values: Any) -> Json:
        return {key: value for key, value in values.items() if self.chance.random() < 0.4}

    def _chat(self, user: Json) -> Json:
        if self.chance.random() < 0.15:
            return {"id": -100123, "type": "supergroup", "title": self.chance.choice(WORDS)[:100] or "x"}
        return {"id": user["id"], "type": "private", "first_name": user["first_name"]}

    def _bare_message(self) -> Json:
        user = self._user()
        self._number += 1
        return {
            "message_id": self.chance.choice((self._number, 1, 2**31 - 1)),
            "date": self.chance.choice((1559964600, 1, 2**31 - 1)),
            "from": user,
            "chat": self._chat(user),
        }

    def _message(self) -> Json:
        return {"message": {**self._bare_message(), **self._content()}}

    def _edit(self) -> Json:
        return {"edited_message": {**self._bare_message(), "edit_date": 1559964700, **self._content()}}

    def _content(self) -> Json:
        file = {"file_id": "f", "file_unique_id": "u"}
        text = self.chance.choice(WORDS)
        command = [{"type": "bot_command", "offset": 0, "length": len(text.partition(" ")[0])}]
        location = {"latitude": self.chance.uniform(-90, 90), "longitude": self.chance.uniform(-180, 180)}
        return self.chance.choice(
            (
                {"text": text or "x", **({"entities": command} if text.startswith("/") else {})},
                {"text": text or "x", "entities": [{"type": "url", "offset": 4000, "length": 9}]},
                {"location": {**location, **self._some(horizontal_accuracy=1500.0, live_period=60)}},
                {"venue": {"location": location, "title": text, "address": text}, "location": location},
                {
                    "photo": [{**file, "width": 1, "height": 1, **self._some(file_size=2**40)}],
                    **self._some(caption=text),
                },
                {"document": {**file, **self._some(file_name=f"../{text}.csv", mime_type="text/csv", file_size=3)}},
                {"voice": {**file, "duration": 1}},
                {"video": {**file, "width": 1, "height": 1, "duration": 1}},
                {"contact": {"phone_number": text or "1", "first_name": text or "x"}},
                {"dice": {"emoji": "🎲", "value": 6}},
                {
                    "sticker": {
                        **file,
                        "type": "regular",
                        "width": 1,
                        "height": 1,
                        "is_animated": False,
                        "is_video": False,
                    }
                },
                {"new_chat_members": [self._user()]},
                {"left_chat_member": self._user()},
                {"migrate_to_chat_id": -100999},
                {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
                {},
            )
        )

    def _tap(self) -> Json:
        message = {**self._bare_message(), "text": "x"}
        self._number += 1
        data = self.chance.choice((self._data, self._data, self._garbage))()
        return {
            "callback_query": {
                "id": str(self._number),
                "from": self._user(),
                "chat_instance": "1",
                **({"data": data} if self.chance.random() < 0.95 else {"game_short_name": "g"}),
                **({"message": message} if self.chance.random() < 0.9 else {"inline_message_id": "i"}),
            }
        }

    def tap(self) -> Json:
        """A tap on a button of any kind there is, somebody else's, an old version's or nobody's."""
        update = self._tap()
        update["callback_query"]["data"] = self.chance.choice((self._forged, self._forged, self._forged, self._bent))()
        return update

    def _forged(self) -> str:
        numbers = (
            *(self.chance.choice((0, 1, 2, 3, 5, 9, 40, 2**31)) for _ in range(3)),
            self.chance.choice((1, 2**62)),
        )
        numbers = tuple(self.chance.sample(numbers, 4))
        return encode(forged(self.chance.choice(PAYLOADS), numbers))

    def _bent(self) -> str:
        data = list(self._forged())
        for _ in range(self.chance.randint(1, 4)):
            data[self.chance.randrange(len(data))] = self.chance.choice(":0119-azA_\u0417\u0000 ")
        return "".join(data)[:32]

    def _data(self) -> str:
        code = self.chance.choice(PAYLOADS).code
        values = ("0", "1", "2", "3", "9", "999999999", "a", "w", "c", "p", "en", "ru", "2019-06-08", "", "-1", "x")
        return ":".join((VERSION, code, *(self.chance.choice(values) for _ in range(self.chance.randint(0, 4)))))[:64]

    def _garbage(self) -> str:
        return self.chance.choice((*WORDS, "0:ci:1:a", "2:ci:1:a", ":::::", "1:", "1:ci:" + "9" * 50))[:32] or "x"

    def _membership(self) -> Json:
        user = self._user()
        statuses = ("member", "kicked", "left", "restricted", "administrator")
        bot = {"id": 1, "is_bot": True, "first_name": "b"}
        extra = {"kicked": {"until_date": 0}}
        old, new = (self.chance.choice(statuses[:3]) for _ in range(2))
        return {
            "my_chat_member": {
                "chat": self._chat(user), "from": user, "date": 1559964600,
                "old_chat_member": {"user": bot, "status": old, **extra.get(old, {})},
                "new_chat_member": {"user": bot, "status": new, **extra.get(new, {})},
            }
        }  # fmt: skip


async def throw(house: House, updates: list[Json]) -> list[tuple[Any, ...]]:
    """All of them, until each is done or set aside; what was set aside: raw, error."""
    first = house.rows("SELECT coalesce(max(arrived), 0) FROM inbox")[0][0]
    for update in updates:
        house.telegram.push_raw(update)
    await house.settle()
    return house.rows("SELECT raw, error FROM inbox WHERE state = 'parked' AND arrived > ?", first)


async def cast(house: House) -> tuple[Fuzzer, Phone]:
    """A fuzzer that speaks in the name of two observers and a coordinator; and somebody who is left in peace."""
    return Fuzzer(0, [(await house.enrol(who)).user_id for who in ("O001", "O002", "C003")]), await house.enrol("O009")


async def throw_for(seconds: float, seed: int, what: str) -> tuple[int, int]:
    """How many were thrown, and how many of those that Telegram's types allow could not be dealt with."""
    thrown, faults = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        async with House(Path(folder)) as house:
            fuzzer, bystander = await cast(house)
            fuzzer.chance.seed(seed)
            end = monotonic() + seconds
            while monotonic() < end:
                parked = await throw(house, [fuzzer.tap() if what == "taps" else fuzzer.valid() for _ in range(40)])
                for raw, error in parked:
                    print(error, raw.decode(errors="replace"))
                faults += len(parked)
                await throw(house, [fuzzer.broken() for _ in range(40 if what == "updates" else 2)])
                assert "Programme" in (await bystander.say("/programme"))["text"]
                thrown += 80 if what == "updates" else 42
    return thrown, faults


async def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--what", choices=("updates", "taps", "files"), default="updates")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    logging.disable(logging.WARNING)
    if wanted.what == "files":
        tally = bend_for(wanted.seconds, wanted.seed)
        print(f"seed {wanted.seed}: {tally.read} files read, {tally.refused} refused in words, {tally.failed} failed")
        return 1 if tally.failed else 0
    thrown, faults = await throw_for(wanted.seconds, wanted.seed, wanted.what)
    print(f"seed {wanted.seed}: {thrown} {wanted.what} thrown, {faults} of Telegram's own kind failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
