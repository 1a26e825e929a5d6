"""Photos, papers and voice notes of meeting logs get into the mission's folder, and never hold anybody up."""

import asyncio
import errno
import hashlib
import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import attachments as work
from bot.clock import turn
from bot.config import load
from demo.telegram import Fault
from domain.attachment import MOST_BYTES, FileKind, GivenFile
from domain.button import ShowFile, encode
from services import attachments, erasure, status
from services.desk import Desk
from storage import attachments as shelf
from storage import logs, meetings, people
from storage.database import as_text
from storage.files import Files
from tests.house import MORNING, House, Phone

OBSERVER, LEAD = "O001", "C003"
JPEG = b"\xff\xd8\xff\xe0" + b"photo" * 2000


def is_of(house: House, reference: str) -> str:
    """The reference of a meeting that is this person's business."""
    return str(
        house.rows(
            "SELECT m.reference FROM meeting AS m JOIN participation AS x ON x.meeting_id = m.id"
            " JOIN person AS p ON p.id = x.person_id OR p.team_id = x.team_id WHERE p.reference = ? ORDER BY m.id",
            reference,
        )[0][0]
    )


async def give(
    house: House,
    data: bytes,
    name: str = "",
    *,
    author: str = OBSERVER,
    kind: FileKind = FileKind.DOCUMENT,
    submitted: bool = True,
    internal: bool = False,
    tells_size: bool = True,
) -> tuple[int, str]:
    """A point with a file in the log of a meeting of its author: (entry id, file_id). As services/logs.py does it."""
    stored = house.telegram.world.store(data, name or "x", "application/octet-stream", "documents")
    reference = is_of(house, author)

    def do(desk: Desk) -> int:
        person = people.find_by_reference(desk.db, author)
        meeting = meetings.find_by_reference(desk.db, reference)
        assert person
        assert meeting
        values: dict[str, object] = {
            "meeting_id": meeting.meeting_id, "author_id": person.person_id, "part": "d", "body": "The protocol",
            "file_id": stored.file_id, "said_at": as_text(desk.now), "processed_at": as_text(desk.now),
            "submitted_at": as_text(desk.now) if submitted else None, "internal": int(internal),
        }  # fmt: skip
        entry = logs.add(desk.db, values)
        size = len(data) if tells_size else None
        attachments.note(desk, entry, GivenFile(kind, stored.file_id, stored.unique_id, name, size))
        return entry

    return await house.act(do), stored.file_id


async def until(true: Callable[[], bool], seconds: float = 15) -> None:
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it does not happen")


def states(house: House) -> list[str]:
    return [row[0] for row in house.rows("SELECT state FROM attachment ORDER BY id")]


async def settled(house: House) -> list[str]:
    await until(lambda: "wanted" not in states(house))
    return states(house)


def on_disk(house: House) -> list[str]:
    """Every file of the folder, half ones too."""
    folder = house.folder / "files"
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def path_of(house: House, number: int = 1) -> Path:
    return house.folder / "files" / str(house.rows("SELECT path FROM attachment WHERE id = ?", number)[0][0])


def later(house: House, **by: float) -> None:
    """The clock goes on."""
    turn(house.clock_file, house.clock.now() + timedelta(**by), 1.0)


def press(phone: Phone, entry: int) -> None:
    phone.telegram.tap(phone.user_id, phone.last["message_id"], data=encode(ShowFile(entry)))


async def ask_for(phone: Phone, entry: int) -> list[dict[str, Any]]:
    """The messages that the button brings."""
    before = len(phone.messages)
    press(phone, entry)
    await phone.house.settle()
    return phone.messages[before:]


async def test_a_photo_of_a_log_is_in_the_missions_folder_a_moment_later(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol(OBSERVER)
        reference = is_of(house, OBSERVER)
        meeting = house.rows("SELECT id FROM meeting WHERE reference = ?", reference)[0][0]
        house.telegram.tap(observer.user_id, (await observer.say("/programme"))["message_id"], data=f"1:lg:{meeting}:d")
        await house.settle()
        house.telegram.photo(observer.user_id, JPEG)
        await house.settle()
        assert await settled(house) == ["stored"]
        assert on_disk(house) == [f"2019-06-08/{reference}/1-photo.jpg"]
        file = path_of(house)
        assert file.read_bytes() == JPEG
        assert house.rows("SELECT sha256, file_size, attempts FROM attachment") == [
            (hashlib.sha256(JPEG).hexdigest(), len(JPEG), 0)
        ]
        assert file.stat().st_mode & 0o777 == 0o600
        assert {part.stat().st_mode & 0o777 for part in list(file.parents)[:3]} == {0o700}


async def test_the_same_photo_twice_is_two_files(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await give(house, JPEG, "a.jpg")
        await give(house, JPEG, "a.jpg")
        assert await settled(house) == ["stored", "stored"]
        assert len(on_disk(house)) == 2


HOSTILE = [
    "../../../etc/passwd",
    "..",
    "/etc/shadow",
    "C:\\Windows\\system32\\cmd.exe",
    "a\x00b\nc\u202egpj.exe",
    "   .hidden",
    "<>:\"/\\|?*",
    "Протокол № 7 участка Алматы.pdf",
    "e\u0301" * 300 + ".pdf",
    "🗳" * 300 + ".docx",
    "-rf",
    "x." + "y" * 300,
]  # fmt: skip


async def test_whatever_a_file_calls_itself_it_stays_in_its_folder(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        for name in HOSTILE:
            await give(house, name.encode(), name)
        assert await settled(house) == ["stored"] * len(HOSTILE)
        found = on_disk(house)
        assert len(found) == len(HOSTILE)
        for number, name in enumerate(HOSTILE, 1):
            file = path_of(house, number)
            assert file.read_bytes() == name.encode()
            assert file.parent == house.folder / "files" / "2019-06-08" / is_of(house, OBSERVER)
            plain = file.name.removeprefix(f"{number}-")
            assert len(plain) <= 80
            assert not set('<>:"/\\|?*\n\x00\u202e') & set(plain)
            assert not plain.startswith((".", "-"))
        assert path_of(house, 8).name == "8-Протокол № 7 участка Алматы.pdf"
        assert path_of(house, 9).name.endswith("é.pdf")
        assert path_of(house, 10).name.endswith("🗳.docx")
        assert path_of(house, 2).name == "2-document.bin"
        assert not list(tmp_path.parent.rglob("passwd"))


async def test_a_film_over_the_limit_is_not_even_asked_for(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await give(house, b"V" * (MOST_BYTES + 1), "film.mp4", kind=FileKind.VIDEO)
        await give(house, b"small", "note.txt")
        assert await settled(house) == ["too_large", "stored"]
        assert len(house.telegram.calls.of("getFile")) == 1


@pytest.mark.parametrize("how", ["Telegram says so", "it lied"])
async def test_a_film_whose_size_nobody_told_is_given_up_at_the_limit_and_its_author_told(
    tmp_path: Path, how: str
) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol(OBSERVER)
        house.telegram.faults.add(Fault("delay", "download", delay=1))
        big = b"V" * (MOST_BYTES + 1)
        data = big if how == "Telegram says so" else b"V"
        _, file_id = await give(house, data, "film.mp4", kind=FileKind.VIDEO, tells_size=False)
        await until(lambda: bool(house.telegram.calls.of("getFile")))
        house.telegram.world.files[file_id].data = big
        assert await settled(house) == ["too_large"]
        await house.settle()
        assert "film.mp4" in observer.last["text"]
        assert "larger than 20 MB" in observer.last["text"]
        assert on_disk(house) == []


async def test_a_file_that_telegram_no_longer_has_is_told_to_its_author_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol(OBSERVER)
        house.telegram.faults.add(Fault("delay", "getFile", delay=0.3))
        entry, file_id = await give(house, b"paper", "<b>paper</b>.pdf")
        house.telegram.world.files.pop(file_id)
        assert await settled(house) == ["lost"]
        await house.settle()
        assert "<b>paper</b>.pdf" in observer.last["text"]
        assert observer.read().count("could not get this file") == 1
        press(observer, entry)
        await house.settle()
        await until(lambda: "no longer has this file" in str(house.telegram.calls.of("answerCallbackQuery")[-1]))


async def test_a_file_whose_bytes_are_gone_is_lost_at_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        house.telegram.faults.add(Fault("status", "download", status=404))
        await give(house, b"paper")
        assert await settled(house) == ["lost"]
        assert house.rows("SELECT attempts FROM attachment") == [(0,)]


async def test_a_file_that_may_only_be_unavailable_for_now_is_tried_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        why = "Bad Request: wrong file_id or the file is temporarily unavailable"
        words = json.dumps({"ok": False, "error_code": 400, "description": why})
        house.telegram.faults.add(Fault("status", "getFile", status=400, body=words))
        await give(house, b"paper")
        await until(lambda: house.rows("SELECT attempts FROM attachment") == [(1,)])
        later(house, minutes=1)
        assert await settled(house) == ["stored"]


async def test_a_bad_network_only_takes_longer_each_time_longer(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        house.telegram.faults.add(Fault("status", "getFile", status=502))
        house.telegram.faults.add(Fault("status", "download", status=503))
        await give(house, b"paper")
        await until(lambda: house.rows("SELECT attempts FROM attachment") == [(1,)])
        later(house, seconds=40)
        await until(lambda: house.rows("SELECT attempts FROM attachment") == [(2,)])
        later(house, seconds=40)
        await asyncio.sleep(2.5)
        assert states(house) == ["wanted"]
        later(house, seconds=100)
        assert await settled(house) == ["stored"]
        assert on_disk(house) == [str(path_of(house).relative_to(house.folder / "files"))]


def has_tried(house: House, times: int) -> bool:
    return house.rows("SELECT attempts FROM attachment") == [(times,)]


async def test_after_a_day_in_vain_the_author_is_told_and_the_file_can_still_be_looked_at(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol(OBSERVER)
        house.telegram.faults.add(Fault("status", "download", times=None, status=503))
        entry, _ = await give(house, b"paper", "protocol.pdf")
        for attempt in range(1, len(attachments.PAUSES) + 1):
            await until(partial(has_tried, house, attempt))
            later(house, hours=9)
        assert await settled(house) == ["lost"]
        await house.settle()
        assert observer.read().count("could not get this file") == 1
        assert timedelta(hours=23) < sum(attachments.PAUSES, timedelta()) < timedelta(hours=25)
        assert [m.get("document", {}).get("file_name") for m in await ask_for(observer, entry)] == ["protocol.pdf"]


async def test_telegram_asks_to_wait_and_the_fetcher_waits(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        house.telegram.faults.add(Fault("429", "getFile", retry_after=1))
        await give(house, b"paper")
        assert await settled(house) == ["stored"]
        assert house.rows("SELECT attempts FROM attachment") == [(0,)]


async def test_while_a_file_crawls_in_the_chat_goes_on(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol(OBSERVER)
        house.telegram.faults.add(Fault("delay", "download", delay=4))
        await give(house, b"paper")
        await until(lambda: bool(house.telegram.calls.of("getFile")))
        assert "Programme" in (await observer.say("/programme"))["text"]
        assert states(house) == ["wanted"]
        assert await settled(house) == ["stored"]


async def test_a_full_disk_is_waited_out_and_told_once_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    full = True

    def fsync(descriptor: int) -> None:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(work, "REST", 0.1)
    async with House(tmp_path) as house:
        await give(house, b"one")
        await give(house, b"two")

        def tries() -> int:
            return len(house.telegram.calls.of("getFile"))

        waits = "SELECT count(*) FROM attachment WHERE due_at > ?"
        await until(lambda: house.rows(waits, as_text(house.clock.now())) == [(2,)])
        assert tries() == 2
        later(house, minutes=2)
        await until(lambda: tries() >= 4)
        assert states(house) == ["wanted", "wanted"]
        assert house.rows("SELECT attempts FROM attachment") == [(0,), (0,)]
        assert len([r for r in caplog.records if "cannot be stored" in r.getMessage()]) == 1
        assert on_disk(house) == []
        full = False
        later(house, minutes=2)
        assert await settled(house) == ["stored", "stored"]


async def test_a_bot_that_was_killed_in_the_middle_of_a_file_fetches_it_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.close()
        house.telegram.faults.add(Fault("delay", "download", delay=30))
        await give(house, JPEG, "photo.jpg")
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--config", str(house.folder / "config.toml"), cwd=Path.cwd()
        )
        await until(lambda: on_disk(house) == [".fetching/1"])
        bot.kill()
        await bot.wait()
        assert on_disk(house) == [".fetching/1"]
        house.telegram.faults.clear()
        await house.open()
        assert await settled(house) == ["stored"]
        assert [Path(name).name for name in on_disk(house)] == ["1-photo.jpg"]


async def test_a_file_that_was_kept_but_not_written_down_before_the_kill_leaves_no_double(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await give(house, b"other", "other.txt")
        await settled(house)
        await house.close()
        await give(house, JPEG, "photo.jpg")
        orphan = house.folder / "files" / "2019-06-07" / "M99" / "2-photo.jpg"
        orphan.parent.mkdir(parents=True)
        orphan.write_bytes(b"from a meeting that was moved meanwhile")
        await house.open()
        assert await settled(house) == ["stored", "stored"]
        assert [Path(name).name for name in on_disk(house)] == ["1-other.txt", "2-photo.jpg"]


async def test_what_somebody_took_back_from_his_draft_is_not_fetched(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.close()
        entry, _ = await give(house, b"private", submitted=False)
        await house.act(lambda desk: logs.withdraw(desk.db, entry, desk.now))
        await house.open()
        await give(house, b"paper")
        await until(lambda: states(house) == ["wanted", "stored"])
        assert len(house.telegram.calls.of("getFile")) == 1
        assert (await house.act(status.status))["attachments"] == {
            "wanted": 0, "stored": 1, "too_large": 0, "lost": 0, "bytes": 5,
        }  # fmt: skip


KINDS = {
    FileKind.PHOTO: "photo",
    FileKind.DOCUMENT: "document",
    FileKind.VOICE: "voice",
    FileKind.VIDEO: "video",
    FileKind.AUDIO: "audio",
}


async def test_everybody_of_the_meeting_can_look_at_its_files(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        for kind, field in KINDS.items():
            entry, file_id = await give(house, JPEG, "protocol.pdf", kind=kind)
            (message,) = await ask_for(lead, entry)
            content = message[field][-1] if kind is FileKind.PHOTO else message[field]
            assert content["file_id"] == file_id
            author = house.rows("SELECT name FROM person WHERE reference = ?", OBSERVER)[0][0]
            assert author in message["caption"]
            assert "09:25" in message["caption"]


async def test_a_file_is_shown_to_nobody_whom_it_does_not_concern(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        author, lead = await house.enrol(OBSERVER), await house.enrol(LEAD)
        meeting = house.rows("SELECT id FROM meeting WHERE reference = ?", is_of(house, OBSERVER))[0][0]
        team = house.rows("SELECT team_id FROM participation WHERE meeting_id = ?", meeting)
        teams = ", ".join(str(row[0]) for row in team if row[0]) or "NULL"
        colleague_of, stranger_to = (
            house.rows(
                "SELECT reference FROM person WHERE role = 'observer' AND reference <> ?"
                f" AND coalesce(team_id IN ({teams}), 0) = ?"
                " AND id NOT IN (SELECT person_id FROM participation WHERE meeting_id = ?"
                " AND person_id NOT NULL)",
                OBSERVER, inside, meeting,
            )[0][0]
            for inside in (1, 0)
        )  # fmt: skip
        colleague, outsider = await house.enrol(colleague_of), await house.enrol(stranger_to)
        ordinary, _ = await give(house, b"1")
        internal, _ = await give(house, b"2", internal=True)
        draft, _ = await give(house, b"3", submitted=False)
        sees: dict[str, list[bool]] = {}
        for name, phone in (("author", author), ("lead", lead), ("colleague", colleague), ("outsider", outsider)):
            await phone.say("/programme")
            sees[name] = [bool(await ask_for(phone, entry)) for entry in (ordinary, internal, draft)]
        assert sees == {
            "author": [True, True, True],
            "lead": [True, True, False],
            "colleague": [True, False, False],
            "outsider": [False, False, False],
        }
        for forged in (0, 10**17, 999):
            assert not await ask_for(lead, forged)
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)]


async def test_after_a_person_is_forgotten_no_file_bears_his_name(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        name = house.rows("SELECT name FROM person WHERE reference = ?", OBSERVER)[0][0]
        await give(house, b"his own", "my diary.pdf")
        await give(house, b"about him", f"CV of {name}.pdf")
        await give(house, b"of another", f"Letter of {name}.pdf", author="O002")
        await give(house, b"harmless", "protocol.pdf", author="O002")
        await settled(house)
        digests = house.rows("SELECT sha256 FROM attachment ORDER BY id")

        def forget(desk: Desk) -> dict[int, str]:
            person = people.find_by_reference(desk.db, OBSERVER)
            assert person
            erasure.forget(desk, person, lambda number: f"Person {number}")
            return shelf.list_paths(desk.db)

        paths = await house.act(forget)
        assert Files(house.folder / "files").put_right(paths) == []
        assert sorted(Path(file).name for file in on_disk(house)) == [
            "1-document.bin", "2-document.bin", "3-document.bin", "4-protocol.pdf",
        ]  # fmt: skip
        for number, data in enumerate((b"his own", b"about him", b"of another", b"harmless"), 1):
            assert path_of(house, number).read_bytes() == data
        assert house.rows("SELECT sha256 FROM attachment ORDER BY id") == digests
        assert [row[0] for row in house.rows("SELECT file_name FROM attachment")] == ["", "", "", "protocol.pdf"]
        await asyncio.to_thread(path_of(house, 4).unlink)
        assert Files(house.folder / "files").put_right(paths) == [4]


async def test_a_person_forgotten_while_his_file_comes_leaves_no_name_either(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        house.telegram.faults.add(Fault("delay", "download", delay=1))
        await give(house, b"his own", "my diary.pdf")
        await until(lambda: bool(house.telegram.calls.of("getFile")))
        await house.act(lambda desk: shelf.erase_names(desk.db))
        assert await settled(house) == ["stored"]
        assert [Path(file).name for file in on_disk(house)] == ["1-document.bin"]


async def test_the_folder_can_be_elsewhere(tmp_path: Path) -> None:
    async with House(tmp_path, now=MORNING) as house:
        assert house.config().storage.files_folder == tmp_path / "files"
    given = (tmp_path / "config.toml").read_text().replace("[storage]\n", '[storage]\nfiles = "elsewhere/logs"\n')
    (tmp_path / "other.toml").write_text(given)
    assert load(tmp_path / "other.toml").storage.files_folder == tmp_path / "elsewhere" / "logs"
