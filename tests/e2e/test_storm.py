"""432 people check in to one meeting at the same time: every one is answered, and every word is stored once."""

import asyncio
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from bot.clock import turn
from bot.config import Config, load
from demo.telegram import Limits
from domain.button import CheckIn, Presence, encode
from services import invitations
from services.desk import Desk
from tests.chat.checking_in import VENUE
from tests.e2e.test_big_rosters import Outside
from tests.house import TOKEN, Message

FIRST_USER = 10_000
BEFORE = datetime(2019, 6, 8, 3, 29, 30, tzinfo=UTC)
"""Half a minute before the meeting of 09:30."""
BUDGETS = "overall_per_second = 25\nchat_per_second = 1\ngroup_per_minute = 18"
"""What a mission's bot allows itself."""
HERE, WAY, CANNOT = Presence.ARRIVED, Presence.ON_MY_WAY, Presence.CANNOT_ATTEND
WAYS: dict[str, tuple[str, ...]] = {
    "here": (HERE,),
    "here, and a nervous thumb": (HERE, HERE, HERE),
    "on my way, then here": (WAY, HERE),
    "on my way, here, undone": (WAY, HERE, "undo"),
    "here, with the place": (HERE, "place"),
    "cannot, and why": (CANNOT, "why"),
}
"""What people do; most of them the first."""
STORED: dict[str, list[str]] = {
    "here": ["a"],
    "here, and a nervous thumb": ["a"],
    "on my way, then here": ["w", "a"],
    "on my way, here, undone": ["w", "a", "u"],
    "here, with the place": ["a"],
    "cannot, and why": ["c"],
}
ENDS: dict[str, str] = {
    "here": "you arrived at",
    "here, and a nervous thumb": "you arrived at",
    "on my way, then here": "you arrived at",
    "on my way, here, undone": "on the way",
    "here, with the place": "Location stored",
    "cannot, and why": "Reason: ill",
}


class Storm(Outside):
    """A mission whose bot is a process, with its real budgets only once everybody is aboard."""

    budgets = "overall_per_second = 100000\nchat_per_second = 100000\ngroup_per_minute = 100000"

    def config(self) -> Config:
        super().config()
        path = self.folder / "config.toml"
        text, _, rest = path.read_text(encoding="utf-8").partition("[sending]\n")
        after = rest[rest.index("[") :]
        path.write_text(f"{text}[sending]\n{self.budgets}\n{after}", encoding="utf-8")
        return load(path)


@dataclass
class Guest:
    """Somebody with a phone, his card of the meeting before his eyes."""

    user_id: int
    reference: str
    way: str
    card: int = 0
    taps: list[tuple[str, float]] = field(default_factory=list)
    """Callback queries, and when each was sent (monotonic seconds)."""


def way_of(n: int) -> str:
    """Two thirds just say that they are here."""
    ways = list(WAYS)
    return ways[1 + n // 3 % (len(ways) - 1)] if n % 3 == 0 else ways[0]


def button(house: Storm, wanted: str, message: Message) -> str | None:
    """The data of the first button that begins so; a whole one must be the same."""
    return next(
        (
            data
            for _, data in house.telegram.buttons(message)
            if data == wanted or (wanted.endswith(":") and data.startswith(wanted))
        ),
        None,
    )


async def shown(house: Storm, guest: Guest, wanted: str, words: str = "") -> tuple[Message, str]:
    """The bot's message that has such a button and says so, and the button's data."""
    message = await house.telegram.wait_for(
        lambda m: button(house, wanted, m) is not None and words in m.get("text", ""), guest.user_id, 120
    )
    return message, str(button(house, wanted, message))


async def come_aboard(house: Storm) -> list[Guest]:
    """All of the roster, each by his own link; all are to go to the meeting and have its card before their eyes."""

    def prepare(desk: Desk) -> list[tuple[str, str]]:
        desk.db.execute("INSERT OR IGNORE INTO participation (meeting_id, team_id) SELECT 1, id FROM team")
        return [(person.reference, token) for person, token in invitations.issue_all(desk)]

    issued = await house.act(prepare)
    guests = [Guest(FIRST_USER + n, reference, way_of(n)) for n, (reference, _) in enumerate(issued)]

    async def one(guest: Guest, token: str) -> None:
        telegram = house.telegram
        telegram.add_user(guest.user_id, guest.reference, language_code="en")
        telegram.say(guest.user_id, f"/start {token}")
        for wanted in ("1:id:", "1:la:en"):
            message, data = await shown(house, guest, wanted)
            telegram.tap(guest.user_id, message["message_id"], data=data)
        await telegram.wait_for(lambda m: button(house, "1:la:en", m) is None, guest.user_id, 120)
        telegram.say(guest.user_id, "/programme 2019-06-08")
        message, data = await shown(house, guest, "1:mt:1", "June 8")
        telegram.tap(guest.user_id, message["message_id"], data=data)
        card, _ = await shown(house, guest, encode(CheckIn(1, HERE)))
        guest.card = card["message_id"]

    for start in range(0, len(guests), 48):  # not all at once: everybody who waits looks at every event
        some = zip(guests[start : start + 48], issued[start : start + 48], strict=True)
        await asyncio.gather(*(one(guest, token) for guest, (_, token) in some))
    await house.settle()
    return guests


async def go(house: Storm, guest: Guest, begins: float, pause: float) -> None:
    """What this one does, from `begins` (seconds from now), with so many seconds between."""
    telegram = house.telegram
    await asyncio.sleep(begins)
    for n, step in enumerate(WAYS[guest.way]):
        await asyncio.sleep(pause if n else 0)
        if step == "place":
            telegram.location(guest.user_id, *VENUE, accuracy=12.0)
        elif step == "why":
            telegram.say(guest.user_id, "ill")
        else:
            data = encode(CheckIn(1, Presence(step))) if step != "undo" else ""
            if step == "undo":
                _, data = await shown(house, guest, "1:un:", "you arrived at")
            guest.taps.append((telegram.tap(guest.user_id, guest.card, data=data), monotonic()))


def tell_figures(house: Storm, guests: list[Guest], mark: int, began: float) -> None:
    """Print how long each waited, and what it cost."""
    calls = house.telegram.calls.since(mark)
    toasts = {call.params.get("callback_query_id"): call.at for call in calls if call.method == "answerCallbackQuery"}
    edits: dict[int, list[float]] = defaultdict(list)
    for call in calls:
        if call.method == "editMessageText":
            edits[int(call.params["chat_id"])].append(call.at)
    taps = [(guest, query, at) for guest in guests for query, at in guest.taps]
    stopped = [(toasts[query] - at) * 1000 for _, query, at in taps]
    seen = [(min(e for e in edits[guest.user_id] if e > at) - at) * 1000 for guest, _, at in taps]
    made = Counter(f"{call.method} {call.status}" for call in calls if call.method != "getUpdates")
    limits = house.telegram.limits
    print(
        f"\n{len(guests)} people, {len(taps)} taps; all said and shown after {max(c.at for c in calls) - began:.1f} s"
    )
    for what, times in (("toast", stopped), ("receipt", seen)):
        cuts = statistics.quantiles(times, n=100)
        print(f"tap to {what}: p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms, slowest {max(times):.0f} ms")
    print(", ".join(f"{name} {n}" for name, n in made.most_common()), f"; 429s {limits.issued if limits else 0}")


@pytest.mark.parametrize("seconds", [0, 60])
async def test_all_observers_check_in_within_a_minute_and_each_is_answered(tmp_path: Path, seconds: int) -> None:
    async with Storm(tmp_path, now=BEFORE) as house:
        guests = await come_aboard(house)
        assert len(guests) == 432
        await house.close()
        house.budgets = BUDGETS
        turn(house.clock_file, BEFORE, 1.0)
        await house.open()
        house.telegram.say(guests[0].user_id, "/help")  # it is awake when it has answered
        await house.telegram.wait_for(lambda m: "/checkin" in m.get("text", ""), guests[0].user_id, 30)
        await house.settle()
        house.telegram.limits = Limits()
        mark, began = house.telegram.calls.n, monotonic()
        pause = 3.0 if seconds else 0.0
        spread = max(0.0, seconds - 3 * pause) / len(guests)
        await asyncio.gather(*(go(house, guest, n * spread, pause) for n, guest in enumerate(guests)))
        await house.settle()
        tell_figures(house, guests, mark, began)
        mark = house.telegram.calls.n
        turn(house.clock_file, BEFORE + timedelta(minutes=5), 1.0)  # whoever leads hears of the absent after a minute
        await house.settle()
        notices = Counter(call.method for call in house.telegram.calls.since(mark) if call.method != "getUpdates")
        print("and to coordinators, of those who cannot attend:", dict(notices))
        answered = {toast["callback_query_id"]: toast.get("text") or "" for toast in house.telegram.toasts}
        for query, _ in (tap for guest in guests for tap in guest.taps):
            assert answered[query].startswith(("Stored", "Taken back"))
        said: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for reference, presence, at in house.rows(
            "SELECT p.reference, c.presence, c.said_at FROM checkin AS c JOIN person AS p ON p.id = c.person_id"
            " ORDER BY c.id"
        ):
            said[reference].append((presence, at))
        for guest in guests:
            facts = said[guest.reference]
            assert [presence for presence, _ in facts] == STORED[guest.way], guest
            assert sorted(at for _, at in facts) == [at for _, at in facts]
            assert any(ENDS[guest.way] in m.get("text", "") for m in house.telegram.bot_messages(guest.user_id)), guest
        count = Counter(guest.way for guest in guests)
        located, excused = house.rows("SELECT count(latitude), sum(reason = 'ill') FROM checkin")[0]
        assert (located, excused) == (count["here, with the place"], count["cannot, and why"])
        left = house.rows("SELECT state, count(*) FROM inbox WHERE state <> 'done' GROUP BY 1")
        left += house.rows("SELECT state, count(*) FROM outbox WHERE state <> 'sent' GROUP BY 1")
        assert left == []
        assert not house.telegram.surprises
        log = house.log()
    assert TOKEN not in log
    assert "Traceback" not in log
