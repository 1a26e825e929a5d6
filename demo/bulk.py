"""A mission far larger than any: 20,000 people and a million facts; memory, and how soon the bot answers after a start.

As a command: python -m demo.bulk
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from demo.bench import TOKEN, Bench
from demo.bench_processes import ROOT, cpu, running
from demo.telegram import StandIn
from storage.database import as_text, connect, migrate

PEOPLE, TEAMS, MEETINGS, FACTS = 20_000, 400, 2_000, 1_000_000
FIRST_ACCOUNT = 100_000


def fill(path: Path, now: datetime) -> None:
    """People with accounts, meetings around now, and facts about them: check-ins, points of logs, updates, letters."""
    db = connect(path)
    migrate(db)
    moment, each = as_text(now), FACTS // 4
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("BEGIN")
    db.executemany("INSERT INTO team (id, name) VALUES (?, ?)", [(n, f"Team {n}") for n in range(1, TEAMS + 1)])
    db.executemany(
        "INSERT INTO person (id, reference, name, role, team_id, language, time_zone, created_at, changed_at)"
        " VALUES (?, ?, ?, ?, ?, 'en', 'Asia/Almaty', ?, ?)",
        [
            (n, f"P{n:05}", f"Person {n}", "coordinator" if n <= 60 else "observer", n % TEAMS + 1, moment, moment)
            for n in range(1, PEOPLE + 1)
        ],
    )
    db.executemany(
        "INSERT INTO account (telegram_id, person_id, bound_at, last_heard_at) VALUES (?, ?, ?, ?)",
        [(FIRST_ACCOUNT + n, n, moment, moment) for n in range(1, PEOPLE + 1)],
    )
    for n in range(1, MEETINGS + 1):
        start = now + timedelta(hours=n % 480 - 240)
        db.execute(
            "INSERT INTO meeting (id, reference, starts_at, ends_at, first_starts_at, time_zone, local_day, kind, host,"
            " revision) VALUES (?, ?, ?, ?, ?, 'Asia/Almaty', ?, 'visit', ?, 1)",
            (n, f"M{n:04}", as_text(start), as_text(start + timedelta(hours=1)), as_text(start),
             start.date().isoformat(), f"Host {n}"),
        )  # fmt: skip
        db.execute("INSERT INTO participation (meeting_id, team_id) VALUES (?, ?)", (n, n % TEAMS + 1))
    db.executemany(
        "INSERT INTO checkin (meeting_id, person_id, said_by, presence, said_at, processed_at)"
        " VALUES (?1, ?2, ?2, 'a', ?3, ?3)",
        ((n % MEETINGS + 1, n * 7 % PEOPLE + 1, as_text(now - timedelta(seconds=n))) for n in range(each)),
    )
    db.executemany(
        "INSERT INTO log_entry (meeting_id, author_id, part, body, said_at, processed_at, submitted_at)"
        " VALUES (?1, ?2, 'p', ?3, ?4, ?4, ?4)",
        (
            (n % MEETINGS + 1, n * 7 % PEOPLE + 1, f"Point {n}", as_text(now - timedelta(seconds=n)))
            for n in range(each)
        ),
    )
    db.executemany(
        "INSERT INTO inbox (bot_id, update_id, arrived, received_at, raw, state, settled_at)"
        " VALUES (1, ?1, ?1, ?2, x'7b7d', 'done', ?2)",
        ((n + 1, moment) for n in range(each)),
    )
    db.executemany(
        "INSERT INTO outbox (kind, policy, priority, chat_id, method, payload, state, queued_at, due_at, settled_at,"
        " message_id) VALUES ('answer', 'repeat', 10, ?, 'sendMessage', '{}', 'sent', ?2, ?2, ?2, 1)",
        ((FIRST_ACCOUNT + n % PEOPLE, as_text(now - timedelta(days=1))) for n in range(each)),
    )
    db.execute("COMMIT")
    db.execute("PRAGMA optimize")
    db.close()


def memory(pid: int) -> dict[str, int]:
    """MB that the process holds now, and at most held."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    told = dict(line.split(":", 1) for line in lines)
    return {key: int(told[key].split()[0]) // 1024 for key in ("VmRSS", "VmHWM")}


async def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        began = monotonic()
        fill(bench.path, datetime.now(UTC))
        print(f"filled in {monotonic() - began:.0f} s, {bench.path.stat().st_size // 1_000_000} MB")
        async with StandIn(token=TOKEN, keep_calls=10_000) as telegram:
            for n in range(1, 201):
                telegram.add_user(FIRST_ACCOUNT + 60 + n, f"Person {n}", started=True)
            telegram.say(FIRST_ACCOUNT + 61, "/programme")
            began = monotonic()
            with running([sys.executable, "-m", "bot", "run"], bench.environment(telegram.url), ROOT) as process:
                await telegram.wait_for(lambda m: "rogramme" in m.get("text", ""), FIRST_ACCOUNT + 61, 120)
                print(f"start to first answer {monotonic() - began:.2f} s, processor {cpu(process.pid):.2f} s")
                for _ in range(10):
                    for n in range(1, 201):
                        telegram.say(FIRST_ACCOUNT + 60 + n, "/programme")
                used = cpu(process.pid)
                await telegram.settle(300)
                each = (cpu(process.pid) - used) / 2000 * 1e6
                print(f"2,000 /programme, processor {each:.0f} us for each; MB {memory(process.pid)}")


if __name__ == "__main__":
    asyncio.run(main())
