"""Forgetting somebody: his data is gone from every byte on disk, and the mission's figures are what they were."""

import asyncio
import html
import json
import re
import sqlite3
import struct
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.clock import turn
from domain.letter import Letter, LetterKind
from services import digests
from services.desk import Desk, post
from storage import audit, inbox, people
from tests.house import House, Phone

ROOT = Path(__file__).parents[2]
NAME = "Әйгерім <b>О'Мәлікқызы</b> & co"
PHONE = "+7 701 555-83-42"
USERNAME = "aiger_malik77"
FIRST, LAST = "Шолпанай", "Телегримова"
PLACE = (51.1234567891, 71.9876543219)
EXTRA = "passport N8841907Z"
REFERENCE = "O001"


def spelt(text: str) -> set[bytes]:
    """A text in every way in which it may lie in a file."""
    found = set[bytes]()
    for form in (text, html.escape(text), html.escape(text, quote=False), unicodedata.normalize("NFD", text)):
        for written in (
            form,
            json.dumps(form)[1:-1],
            json.dumps(form, ensure_ascii=False)[1:-1],
            form.upper(),
            form.lower(),
        ):
            found |= {written.encode(), written.encode("utf-16-le"), written.encode("utf-16-be")}
    return found


def needles() -> set[bytes]:
    """Whatever must not be found."""
    found = set[bytes]()
    for text in (NAME, "Мәлікқызы", PHONE, "77015558342", "7015558342", USERNAME, FIRST, LAST, EXTRA):
        found |= spelt(text)
    for degrees in PLACE:
        found |= {
            repr(degrees).encode(),
            struct.pack(">d", degrees),
            struct.pack("<d", degrees),
            str(degrees)[:9].encode(),
        }
    return found


def bytes_of(file: Path) -> bytes:
    """Read by another process: closing a file of the database here would drop SQLite's locks of the bot in here."""
    return subprocess.run(["/bin/cat", str(file)], capture_output=True, check=True).stdout


def found_in(folder: Path) -> dict[str, list[bytes]]:
    """Needles by the file that holds them."""
    found = {}
    for file in sorted(folder.iterdir()):
        content = bytes_of(file)
        held = [needle for needle in needles() if needle in content]
        if held:
            found[file.name] = held
    return found


async def forget(house: House, *words: str, answer: str = "") -> "subprocess.CompletedProcess[str]":
    """The command, as the operator types it."""
    command = [sys.executable, "-m", "bot", "forget", *words, "--config", str(house.folder / "config.toml")]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, text=True, timeout=60, input=answer, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


async def backup(house: House) -> None:
    """As docs/operating.md tells it."""

    def copy() -> None:
        db = sqlite3.connect(house.path)
        db.execute("VACUUM INTO ?", (str(house.folder / "backup.sqlite"),))
        db.close()

    await asyncio.to_thread(copy)


async def live_a_day(house: House) -> tuple[Phone, Phone]:
    """The observer enrols, checks in with her place, writes a log; coordinators read of her everywhere."""

    def name_her(desk: Desk) -> None:
        desk.db.execute(
            "UPDATE person SET name = ?, phone = ?, extra = ?, language = 'en' WHERE reference = ?",
            (NAME, PHONE, json.dumps({"Passport": EXTRA}), REFERENCE),
        )

    await house.act(name_her)
    coordinator = await house.enrol("C003")
    token = await house.invite(REFERENCE)
    house.telegram.add_user(77_000_123, FIRST, last_name=LAST, username=USERNAME, language_code="en")
    her = Phone(house, 77_000_123)
    await her.say(f"/start {token}")
    await her.tap("Yes, that is me")
    await her.tap("English")
    await her.say("/programme")
    await her.tap("Check in: 09:30")
    await her.tap("I am here")
    await her.locate(*PLACE)
    await her.tap("Write the log")
    await her.tap("Somebody else")
    await her.say("Ms Minister")
    await her.say(f"Told by {NAME} ({PHONE}, @{USERNAME}), who was there; 87015558342 rings too")
    await her.tap("Preview")
    await her.tap("Submit")
    await her.say("/me")
    await her.say("/settings")
    await her.tap("Quiet hours")
    await her.tap("22:00")
    await coordinator.say(f"I met {NAME.upper()} today")
    turn(house.clock_file, datetime(2019, 6, 8, 14, 0, 30, tzinfo=UTC), 1.0)
    await house.telegram.wait_for(lambda m: "Digest" in m.get("text", ""), coordinator.user_id, 10)
    await house.settle()

    def write_of_her(desk: Desk) -> None:
        her_id, lead_id = (people.find_by_reference(desk.db, r).person_id for r in (REFERENCE, "C003"))  # type: ignore[union-attr]
        text = html.escape(f"Alert: {NAME}, {PHONE}, is silent", quote=False)
        post(desk, Letter(LetterKind.ALERT, coordinator.user_id, "sendMessage", {"text": text, "parse_mode": "HTML"}))
        later = datetime(2030, 1, 1, tzinfo=UTC)
        waiting = Letter(LetterKind.NOTICE, coordinator.user_id, "sendMessage", {"text": text}, due_at=later)
        post(desk, waiting)
        post(desk, Letter(LetterKind.NOTICE, her.user_id, "sendMessage", {"text": "Later"}, due_at=later))
        desk.db.execute(
            "INSERT INTO meeting_revision (meeting_id, revision, made_at, author_id, source, content, reason)"
            " VALUES (1, 99, '', ?, 'chat', ?, ?)",
            (her_id, json.dumps({"host": NAME}), f"{NAME} asked for it"),
        )
        desk.db.execute(
            "INSERT INTO upload (purpose, person_id, chat_id, file_id, file_name, file_size, state, due_at, content,"
            " created_at) VALUES ('roster', ?, ?, 'f', 'roster.csv', 9, 'applied', '', ?, '')",
            (lead_id, coordinator.user_id, json.dumps([{"name": NAME, "phone": PHONE, "x": EXTRA}])),
        )
        desk.db.execute("CREATE TABLE of_tomorrow (word TEXT PRIMARY KEY, more BLOB) WITHOUT ROWID")
        desk.db.execute("INSERT INTO of_tomorrow VALUES (?, ?)", (f"x {NAME}", PHONE.encode()))
        audit.note(desk.db, "looked_at", desk.now, lead_id, person=her_id)

    await house.act(write_of_her)
    await asyncio.sleep(0.5)
    return her, coordinator


def words_of(text: str) -> list[str]:
    return sorted(re.split(r"[\s,]+", text))


async def the_digest(house: House) -> str:
    def compose(desk: Desk) -> str:
        lead = people.find_by_reference(desk.db, "C003")
        assert lead is not None
        return "\n".join(digests.compose(desk, lead, date(2019, 6, 8)))

    return str(await house.act(compose))


@pytest.mark.parametrize("running", [True, False], ids=["while the bot runs", "while it is stopped"])
async def test_nothing_of_a_forgotten_person_is_left_in_any_byte(tmp_path: Path, running: bool) -> None:
    async with House(tmp_path) as house:
        her, coordinator = await live_a_day(house)
        before = await the_digest(house)
        counts = (
            house.rows("SELECT presence, count(*) FROM checkin GROUP BY 1"),
            house.rows("SELECT count(*), count(submitted_at) FROM log_entry"),
        )
        assert html.escape(NAME, quote=False) in before
        if not running:
            await house.close()
        held = {needle for file in found_in(tmp_path).values() for needle in file}
        assert {NAME.encode(), PHONE.encode(), FIRST.encode(), EXTRA.encode(), struct.pack(">d", PLACE[0])} <= held
        done = await forget(house, REFERENCE, "--yes")
        assert done.returncode == 0, done.stderr
        await backup(house)
        assert found_in(tmp_path) == {}
        person_id = house.rows("SELECT id FROM person WHERE reference = ?", REFERENCE)[0][0]
        neutral = f"Person {person_id}"
        assert neutral in done.stdout
        if not running:
            await house.open()
        after = await the_digest(house)
        for written in (html.escape(NAME, quote=False), PHONE, f"@{USERNAME}", "87015558342"):
            before = before.replace(written, neutral)
        assert words_of(after) == words_of(before), "lists of names are in another order, and nothing else"
        assert counts == (
            house.rows("SELECT presence, count(*) FROM checkin GROUP BY 1"),
            house.rows("SELECT count(*), count(submitted_at) FROM log_entry"),
        )
        assert neutral in house.rows("SELECT parts FROM digest")[0][0]
        assert house.rows("PRAGMA integrity_check") == [("ok",)]
        assert house.rows("PRAGMA foreign_key_check") == []
        assert house.rows("SELECT word, more FROM of_tomorrow") == [(f"x {neutral}", neutral.encode())]
        assert neutral in house.rows("SELECT reason FROM meeting_revision WHERE revision = 99")[0][0]
        assert house.rows("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'") == [(8,)]
        assert house.rows("SELECT state, chat_id FROM outbox WHERE payload LIKE '%Later%'") == []
        waiting = house.rows(
            "SELECT state, payload FROM outbox WHERE kind = 'notice' AND chat_id = ?", coordinator.user_id
        )
        assert waiting[0][0] == "queued"
        assert neutral in waiting[0][1]
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'forgotten'") == [(1,)]
        with pytest.raises(sqlite3.DatabaseError, match="never changed"):
            await house.act(lambda desk: desk.db.execute("UPDATE meeting_revision SET reason = '' WHERE revision = 99"))
        await house.act(lambda desk: desk.db.execute("DELETE FROM outbox WHERE state = 'queued'"))
        last = await coordinator.say("/programme")
        assert "2019" in last["text"] or "June" in last["text"]
        last = await her.say("/programme")
        assert "accredited observers" in last["text"]
        assert not [s for s in house.telegram.surprises if "429" not in str(s)]


async def test_the_roster_does_not_bring_a_forgotten_person_back(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await forget(house, REFERENCE, "--yes")
        await house.load_day()
        assert house.rows("SELECT active, listed, phone, extra FROM person WHERE reference = ?", REFERENCE) == [
            (0, 0, "", "{}")
        ]
        again = await forget(house, REFERENCE, "--yes")
        assert again.returncode == 0
        assert "before" in again.stderr


async def test_the_operator_is_asked_first_and_told_how_much(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await live_a_day(house)
        done = await forget(house, REFERENCE, answer="y\n")
        assert done.returncode == 2
        assert "positions and distances of check-ins: 1" in done.stdout
        assert "--yes" in done.stderr
        assert house.rows("SELECT name FROM person WHERE reference = ?", REFERENCE) == [(NAME,)]
        assert (await forget(house)).returncode == 2
        assert (await forget(house, REFERENCE, "--mission")).returncode == 2
        assert (await forget(house, "X999", "--yes")).returncode == 1


async def test_a_namesake_keeps_the_name(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await live_a_day(house)
        await house.act(lambda desk: desk.db.execute("UPDATE person SET name = ? WHERE reference = 'O002'", (NAME,)))
        done = await forget(house, REFERENCE, "--yes")
        assert done.returncode == 0
        assert "same name" in done.stderr
        assert house.rows("SELECT reference FROM person WHERE name = ?", NAME) == [("O002",)]
        body = "\n".join(row[0] for row in house.rows("SELECT body FROM log_entry"))
        assert NAME in body
        assert PHONE not in body


async def test_what_waits_of_others_is_still_processed_and_what_waits_of_hers_is_not(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        her, coordinator = await live_a_day(house)
        await house.close()
        user = {"id": her.user_id, "is_bot": False, "first_name": FIRST}
        other = {"id": coordinator.user_id, "is_bot": False, "first_name": "C"}

        def update(number: int, sender: dict[str, object], text: str, **more: object) -> tuple[int, str]:
            chat = {"id": sender["id"], "type": "private"}
            message = {
                "message_id": number % 1000 + 50_000,
                "date": 1559996000,
                "from": sender,
                "chat": chat,
                "text": text,
                **more,
            }
            return number, json.dumps({"update_id": number, "message": message}, separators=(",", ":"))

        origin = {"type": "user", "date": 1559996000, "sender_user": user}
        waiting = [
            update(900_000_001, user, "/programme"),
            update(900_000_002, other, f"/people {NAME}", forward_origin=origin),
            update(900_000_003, other, "/help"),
        ]

        def keep(desk: Desk) -> None:
            inbox.keep(desk.db, 1, [(number, raw.encode()) for number, raw in waiting], desk.now)

        await house.act(keep)
        done = await forget(house, REFERENCE, "--yes")
        assert done.returncode == 0, done.stderr
        assert found_in(tmp_path) == {}
        hers, named, plain = house.rows("SELECT state, raw FROM inbox WHERE update_id > 900000000 ORDER BY update_id")
        assert hers == ("done", b"{}")
        assert named[0] == "open"
        assert json.loads(named[1])["message"]["forward_origin"]["sender_user"]["id"] == her.user_id
        assert plain == ("open", waiting[2][1].encode())
        await house.open()
        await house.act(lambda desk: desk.db.execute("DELETE FROM outbox WHERE state = 'queued'"))
        await house.settle()
        assert house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]


async def test_older_copies_are_pointed_out(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await backup(house)
        done = await forget(house, REFERENCE, "--yes")
        assert "backup.sqlite" in done.stderr
        assert "mission.sqlite," not in done.stderr


async def test_the_whole_mission_is_forgotten_in_one_pass(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        her, coordinator = await live_a_day(house)
        counts = house.rows("SELECT presence, count(*) FROM checkin GROUP BY 1")
        done = await forget(house, "--mission", "--yes")
        assert done.returncode == 0, done.stderr
        await backup(house)
        assert found_in(tmp_path) == {}
        content = bytes_of(house.path)
        assert b"Observer 002" not in content
        assert b"Coordinator 003" not in content
        assert counts == house.rows("SELECT presence, count(*) FROM checkin GROUP BY 1")
        assert house.rows("SELECT count(*) FROM outbox WHERE state = 'queued' OR payload <> '{}'") == [(0,)]
        for phone in (her, coordinator):
            last = await phone.say("/programme")
            assert "accredited observers" in last["text"]


async def test_of_namesakes_nobody_is_taken_for_another_once_the_mission_is_forgotten(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await live_a_day(house)
        await house.act(lambda desk: desk.db.execute("UPDATE person SET name = ? WHERE reference = 'O002'", (NAME,)))
        done = await forget(house, "--mission", "--yes")
        assert done.returncode == 0, done.stderr
        bodies = "\n".join(row[0] for row in house.rows("SELECT body FROM log_entry"))
        assert "I met A person today" in bodies
        names = house.rows("SELECT name FROM person WHERE reference IN ('O001', 'O002')")
        assert not any(name in bodies for (name,) in names)
