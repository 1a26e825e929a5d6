"""What each job costs: a person's inputs and the bot's calls, counted at Telegram's side of the wire."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.chat.checking_in import HALL, VENUE, at, card, lead, well
from tests.house import House, Phone

PAGE = Path(__file__).parent.parent.parent / "docs" / "counts.md"
Job = Callable[[House, Phone], Awaitable[Any]]


@dataclass(frozen=True)
class Cost:
    """Updates the person caused; calls of the bot that Telegram accepted."""

    inputs: int
    messages: int
    """New ones in his chat."""
    edits: int
    to_others: int
    """New messages in other chats."""


async def count(house: House, phone: Phone, job: Job) -> Cost:
    """Let him do it, and look at what went over the wire meanwhile."""
    mark = house.telegram.calls.n
    await job(house, phone)
    await house.settle()
    calls = [call for call in house.telegram.calls.since(mark) if call.ok]
    updates = {u["update_id"]: u for call in calls if call.method == "getUpdates" for u in call.result}
    senders = [part["from"]["id"] for u in updates.values() for part in u.values() if isinstance(part, dict)]
    new = [int(call.params["chat_id"]) for call in calls if call.method.startswith(("send", "copy", "forward"))]
    return Cost(
        inputs=senders.count(phone.user_id),
        messages=new.count(phone.user_id),
        edits=sum(call.method.startswith("edit") for call in calls),
        to_others=len(new) - new.count(phone.user_id),
    )


def doing(*steps: str) -> Job:
    """One after another: what stands in brackets is tapped, anything else is written."""

    async def job(_house: House, phone: Phone) -> None:
        for step in steps:
            if step.startswith("["):
                await phone.tap(step.strip("[]"))
            else:
                await phone.say(step)

    return job


async def here_with_place(_house: House, phone: Phone) -> None:
    await phone.tap("I am here")
    await phone.locate(*VENUE)


async def cannot_attend(house: House, phone: Phone) -> None:
    await phone.tap("Cannot attend")
    await phone.say("I am ill")
    await at(house, 9, 28)  # whoever leads is told a minute later


async def place_first(_house: House, phone: Phone) -> None:
    await phone.locate(*HALL)
    await phone.tap("Yes")


NOTHING_OF_CONCERN = doing(
    "[Write the log]", "[○ Daniya]", "The campaign was calm", "[No concerns]", "Programme of the candidate",
    "Regions visited: 14", "[Submit]",
)  # fmt: skip
BY_ITS_BUTTON = doing(
    "[Write the log]", "[○ Maulen]", "The proxies are trained", "[Next]", "The debates were late", "[Next]",
    "Programme of the candidate", "District offices: 210", "[Submit]",
)  # fmt: skip
BY_JUST_WRITING = doing(
    "All commissions are formed", "[○ Berik]", "[Next]", "The lists were late", "[Next]", "Calendar of the election",
    "Polling stations: 9970", "[Submit]",
)  # fmt: skip
WHEN_ASKED = doing(
    "[○ Nurlan]", "The law was amended last year", "[Next]", "The law came late", "[Next]", "Text of the law",
    "Deputies: 107", "[Submit]",
)  # fmt: skip
NOBODY_NAMED = doing(
    "[Write the log]", "Aigul B., judge", "No complaint came in", "[Next]", "The judges are few", "[Next]",
    "List of complaints", "Judges: 12", "[Submit]",
)  # fmt: skip
NOBODY_NAMED_BY_JUST_WRITING = doing(
    "No complaint came in", "[Write the log]", "Aigul B., judge", "[Next]", "The judges are few", "[Next]",
    "List of complaints", "Judges: 12", "[Submit]",
)  # fmt: skip
MANY_NAMED = doing(
    "[Write the log]", "[○ Member 14]", "Members are elected", "[Next]", "The hall is small", "[Next]",
    "List of members", "Members: 5500", "[Submit]",
)  # fmt: skip
MANY_NAMED_BY_JUST_WRITING = doing(
    "Members are elected", "[Write the log]", "[○ Member 14]", "[Next]", "The hall is small", "[Next]",
    "List of members", "Members: 5500", "[Submit]",
)  # fmt: skip

TWENTY = [f"Member {n}" for n in range(1, 21)]
OTHER_LOGS = [
    ("from its button, with a concern written", ["Maulen Ashimbayev"], BY_ITS_BUTTON),
    ("of a meeting whose programme names nobody", [], NOBODY_NAMED),
    ("begun by just writing where the programme names nobody", [], NOBODY_NAMED_BY_JUST_WRITING),
    ("of a meeting whose programme names twenty", TWENTY, MANY_NAMED),
    ("begun by just writing where the programme names twenty", TWENTY, MANY_NAMED_BY_JUST_WRITING),
]
"""Each with a written concern."""


async def counted(folder: Path) -> dict[str, Cost]:
    """All of them, on one day."""
    costs: dict[str, Cost] = {}
    async with House(folder) as house:
        await house.enrol("C003")
        crew = [await house.enrol(reference) for reference in ("O001", "O002", "O003", "O004", "O005")]
        for phone in crew:
            await card(phone)
        one, two, three, four, five = crew
        costs["I am here"] = await count(house, one, doing("[I am here]"))
        costs["I am here, with the location"] = await count(house, two, here_with_place)
        costs["Undo"] = await count(house, two, doing("[Undo]"))
        costs["I am here, from /checkin and not from the card"] = await count(
            house, two, doing("/checkin", "[Check in: 09:30]", "[I am here]")
        )
        costs["On my way"] = await count(house, three, doing("[On my way]"))
        costs["On my way, and when"] = await count(house, four, doing("[On my way]", "[20 min]"))
        costs["Cannot attend, with the reason"] = await count(house, five, cannot_attend)
        await lead(house, "O003")
        await card(three)
        costs["The leader checks in his team"] = await count(
            house, three, doing("[Check in my team]", "[Everybody else is here]")
        )
        await at(house, 9, 40)
        await card(one)
        costs["A log of five points, from its button, with a tap for “no concerns”"] = await count(
            house, one, NOTHING_OF_CONCERN
        )
        await at(house, 11, 5)
        costs["I am here, by sending the location first"] = await count(house, two, place_first)
        await card(one, "11:00")
        await one.tap("I am here")
        costs["A log of five points, all in words, begun by just writing"] = await count(house, one, BY_JUST_WRITING)
        await at(house, 12, 35)
        await card(one, "12:30")
        await one.tap("I am here")
        await at(house, 13, 36)
        await house.telegram.wait_for(lambda m: "no log of it yet" in m.get("text", ""), three.user_id, 20)
        costs["A log of five points, from the question after the meeting"] = await count(house, three, WHEN_ASKED)
        costs["A point more after submitting"] = await count(
            house, three, doing("[Add]", "And one thing more", "[Submit]")
        )
        costs["A meeting nobody had planned"] = await count(house, two, doing("/meeting City Court"))
        assert well(house)
        assert house.rows("SELECT count(*) FROM log_entry WHERE submitted_at IS NULL AND withdrawn_at IS NULL") == [
            (0,)
        ]
        points = "SELECT m.reference, count(*), count(DISTINCT e.part) FROM log_entry AS e"
        points += " JOIN meeting AS m ON m.id = e.meeting_id WHERE e.withdrawn_at IS NULL GROUP BY 1 ORDER BY 1"
        assert house.rows(points) == [("M01", 5, 5), ("M02", 5, 5), ("M03", 6, 5)]
    assert not house.telegram.surprises
    return costs


async def count_log(folder: Path, names: list[str], job: Job) -> Cost:
    """The log of a meeting at which these people are to be met."""
    async with House(folder) as house:
        await house.enrol("C003")
        phone = await house.enrol("O001")
        people = json.dumps([[name, "member of the Council"] for name in names])
        await house.act(lambda desk: desk.db.execute("UPDATE meeting SET interlocutors = ?", (people,)))
        await card(phone)
        await phone.tap("I am here")
        await phone.tap("Skip")
        cost = await count(house, phone, job)
        assert house.rows(
            "SELECT count(*), count(DISTINCT part) FROM log_entry"
            " WHERE submitted_at IS NOT NULL AND withdrawn_at IS NULL"
        ) == [(5, 5)]
        assert well(house)
    return cost


async def test_the_page_of_counts_tells_what_was_counted(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    costs = await counted(tmp_path)
    for way, names, telling in OTHER_LOGS:
        costs[f"A log of five points, {way}"] = await count_log(tmp_path_factory.mktemp("log"), names, telling)
    rows = "\n".join(f"| {job} | {' | '.join(map(str, astuple(cost)))} |" for job, cost in costs.items())
    print(f"\n{rows}")
    told = re.findall(r"^\| .+ \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert "\n".join(told[1:]) == rows  # what was counted is printed above: put it into the page
    for job, cost in costs.items():
        if job.startswith("I am here"):
            assert cost.messages <= 1, job
        if job.startswith("A log of five points"):
            assert cost.inputs <= 9, job
    assert sum(job.startswith("A log of five points") for job in costs) == 3 + len(OTHER_LOGS)
    assert costs["I am here"].inputs == 1
    assert costs["I am here, with the location"].inputs == 2
