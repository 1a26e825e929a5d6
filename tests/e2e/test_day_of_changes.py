"""A day of two hundred changes, many at once, the bot killed meanwhile: nobody misses one, nobody hears twice."""

import re
from pathlib import Path

from bot.points import POINTS
from tests.e2e.changing import KILLS_WHILE_TELLING, Day
from tests.e2e.changing_books import balance

QUOTA = {"coordinator": 18, "team_leader": 12, "observer": 11}


async def test_two_hundred_changes_by_twenty_people_reach_everybody_concerned_once(tmp_path: Path) -> None:
    async with Day(tmp_path, seed=19, quota=QUOTA) as day:
        await day.play()
        books = balance(day)
        journal = day.journal
        log = (tmp_path / "bot.log").read_text(encoding="utf-8")
        noted = sum(int(number) for number in re.findall(r"last end: (\d+) repeated", log))
        print(
            f"{books.changes} changes by {len(books.authors)} people, {len(journal.proposed)} proposals,"
            f" {journal.conflicts} conflicts, {sum(journal.same.values())} times nothing changed,"
            f" {day.ledger.kills} kills: {books.touched} times somebody was touched, {books.told} told in"
            f" {books.notices} notices ({books.grouped} of several changes), {books.came_to_nothing} came to nothing,"
            f" {books.repeated} copies after a kill ({noted} letters noted as repeated)"
        )
        assert books.faults == [], "\n".join(books.faults)
        assert books.changes >= 200
        assert len(books.authors) >= 20
        assert journal.conflicts >= 10
        assert set(day.idlers) <= set(journal.same)
        assert not set(day.idlers) & books.authors
        assert books.grouped >= 20
        assert books.repeated <= noted
        assert day.ledger.killed_at["telling"] == KILLS_WHILE_TELLING
        assert set(POINTS) <= set(day.ledger.killed_at)
        assert day.telegram.calls.n == len(day.telegram.calls)  # nothing of the log is forgotten
        for name in day.elsewhere:
            assert not any("changed" in str(m.get("text")) for m in day.telegram.bot_messages(day.actors[name].user_id))
