"""The doctor finds each planted fault, and nothing in a sound installation."""

import resource
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot import doctor
from bot.config import Config, load
from domain.finding import Ailment, Finding
from storage.database import as_text
from tests.house import TOKEN, House
from texts import doctor as words
from texts.tongue import Tongues, available_languages

Plant = Callable[[House, pytest.MonkeyPatch], Config]


def say(house: House, section: str, line: str) -> Config:
    """The house's configuration with a line more, or another one."""
    house.config()
    path = house.folder / "config.toml"
    text = path.read_text()
    key = line.partition(" ")[0]
    kept = [old for old in text.splitlines() if not (key in {"token", "api_base_url"} and old.startswith(f"{key} "))]
    marker = f"[{section}]"
    if marker in kept:
        kept.insert(kept.index(marker) + 1, line)
    else:
        kept += [marker, line]
    path.write_text("\n".join(kept))
    path.chmod(0o600)
    return load(path)


def change(house: House, sql: str, *values: object) -> Config:
    with closing(sqlite3.connect(house.path)) as db:
        db.execute(sql, values)
        db.commit()
    return house.config()


def no_token(house: House, _: pytest.MonkeyPatch) -> Config:
    return say(house, "telegram", 'token = "nonsense"')


def wrong_token(house: House, _: pytest.MonkeyPatch) -> Config:
    return say(house, "telegram", 'token = "1:WRONG"')


def open_token(house: House, _: pytest.MonkeyPatch) -> Config:
    house.config()
    path = house.folder / "config.toml"
    path.chmod(0o644)
    return load(path)


def nobody_there(house: House, _: pytest.MonkeyPatch) -> Config:
    return say(house, "telegram", 'api_base_url = "http://127.0.0.1:9"')


def foreign_webhook(house: House, _: pytest.MonkeyPatch) -> Config:
    house.telegram.world.updates.set_webhook("http://127.0.0.1:9/other", "", drop=False)
    return house.config()


def privacy_off(house: House, _: pytest.MonkeyPatch) -> Config:
    house.telegram.world.privacy = False
    return house.config()


def thrown_out(house: House, _: pytest.MonkeyPatch) -> Config:
    house.telegram.add_user(50, "Admin", started=True)
    group = house.telegram.add_group("Team 1", [50], bot_is="member")
    house.telegram.remove_bot(group, 50)
    return change(
        house,
        "INSERT OR REPLACE INTO chat (chat_id, kind, status, changed_at) VALUES (?, 'group', 'member', ?)",
        group,
        "2019-06-08T00:00:00.000Z",
    )


def unknown_zone(house: House, _: pytest.MonkeyPatch) -> Config:
    return change(house, "UPDATE person SET time_zone = 'Europe/Atlantis' WHERE reference = 'O001'")


def full_disk(house: House, patch: pytest.MonkeyPatch) -> Config:
    usage = shutil.disk_usage(house.folder)
    patch.setattr(shutil, "disk_usage", lambda _: type(usage)(usage.total, usage.total - 1000, 1000))
    return house.config()


def open_database(house: House, _: pytest.MonkeyPatch) -> Config:
    house.path.chmod(0o644)
    return house.config()


def closed_folder(house: House, _: pytest.MonkeyPatch) -> Config:
    return say(house, "backup", 'folder = "/proc/fieldpost"')


def damaged(house: House, _: pytest.MonkeyPatch) -> Config:
    with closing(sqlite3.connect(house.path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with house.path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 20)
    return house.config()


def from_the_future(house: House, _: pytest.MonkeyPatch) -> Config:
    return change(house, "PRAGMA user_version = 9999")


def no_backup(house: House, _: pytest.MonkeyPatch) -> Config:
    then = as_text(house.clock.now() - timedelta(days=4))
    return change(house, "INSERT OR REPLACE INTO note (name, value) VALUES ('backed_up_at', ?)", then)


def bad_key(house: House, _: pytest.MonkeyPatch) -> Config:
    return say(house, "backup", 'age_recipients = ["age1nonsense"]')


def few_handles(house: House, patch: pytest.MonkeyPatch) -> Config:
    patch.setattr(resource, "getrlimit", lambda _: (64, 64))
    return house.config()


def parked(house: House, _: pytest.MonkeyPatch) -> Config:
    return change(
        house,
        "INSERT INTO inbox (bot_id, update_id, arrived, received_at, raw, state)"
        " VALUES (1, 1, 1, '', x'7b7d', 'parked')",
    )


def letters(house: House, state: str, ago: timedelta) -> Config:
    then = as_text(house.clock.now() - ago)
    return change(
        house,
        "INSERT INTO outbox (kind, policy, priority, chat_id, method, payload, state, queued_at, due_at)"
        " VALUES ('digest', 'hold', 90, 77, 'sendMessage', '{}', ?, ?, ?)",
        state,
        then,
        then,
    )


def in_doubt(house: House, _: pytest.MonkeyPatch) -> Config:
    return letters(house, "in_doubt", timedelta(0))


def waiting(house: House, _: pytest.MonkeyPatch) -> Config:
    return letters(house, "queued", timedelta(hours=1))


FAULTS: dict[Ailment, Plant] = {
    Ailment.TOKEN_MISSING: no_token,
    Ailment.TOKEN_REFUSED: wrong_token,
    Ailment.TOKEN_EXPOSED: open_token,
    Ailment.TELEGRAM_UNREACHABLE: nobody_there,
    Ailment.WEBHOOK_SET: foreign_webhook,
    Ailment.PRIVACY_OFF: privacy_off,
    Ailment.GROUP_RIGHTS: thrown_out,
    Ailment.ZONE_UNKNOWN: unknown_zone,
    Ailment.DISK_FULL: full_disk,
    Ailment.FILE_MODES: open_database,
    Ailment.FOLDER_UNWRITABLE: closed_folder,
    Ailment.DATABASE_BROKEN: damaged,
    Ailment.DATABASE_NEWER: from_the_future,
    Ailment.BACKUP_OLD: no_backup,
    Ailment.BACKUP_KEYS: bad_key,
    Ailment.FEW_HANDLES: few_handles,
    Ailment.PARKED: parked,
    Ailment.IN_DOUBT: in_doubt,
    Ailment.BACKLOG: waiting,
}


async def test_nothing_is_wrong_with_a_sound_installation(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.telegram.start()
    await house.load_day()
    assert await doctor.examine(house.config(), house.clock.now()) == []
    await house.telegram.stop()


@pytest.mark.parametrize("ailment", FAULTS)
async def test_the_doctor_finds_the_planted_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ailment: Ailment
) -> None:
    house = House(tmp_path)
    await house.telegram.start()
    await house.load_day()
    config = FAULTS[ailment](house, monkeypatch)
    found = await doctor.examine(config, house.clock.now())
    assert [finding.ailment for finding in found] == [ailment]
    for tongue in Tongues(tuple(available_languages())).all():
        assert TOKEN not in words.line(tongue, found[0])
    await house.telegram.stop()


async def test_a_clock_that_is_off_and_a_bot_barred_from_groups_are_found(tmp_path: Path) -> None:
    async def get_me(_: web.Request) -> web.Response:
        me: dict[str, Any] = {"id": 1, "is_bot": True, "first_name": "b", "can_join_groups": False}
        return web.json_response({"ok": True, "result": me}, headers={"Date": "Sat, 08 Jun 2019 03:00:00 GMT"})

    app = web.Application()
    app.router.add_post("/{token}/{method}", get_me)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    house = House(tmp_path)
    await house.telegram.start()
    await house.load_day()
    config = say(house, "telegram", f'api_base_url = "http://127.0.0.1:{runner.addresses[0][1]}"')
    found = await doctor.examine(config, house.clock.now())
    assert {finding.ailment for finding in found} == {Ailment.CLOCK_SKEW, Ailment.NO_GROUPS}
    await house.telegram.stop()
    await runner.cleanup()


def test_every_ailment_is_planted_somewhere() -> None:
    assert {*FAULTS, Ailment.CLOCK_SKEW, Ailment.NO_GROUPS} == set(Ailment)


def test_every_finding_has_its_sentence() -> None:
    values: dict[str, str | int] = dict.fromkeys(
        ("path", "why", "host", "chat", "status", "zone", "version"), "x"
    )  # fmt: skip
    values |= dict.fromkeys(("seconds", "megabytes", "hours", "limit", "count", "minutes"), 1)
    for tongue in Tongues(tuple(available_languages())).all():
        assert all("{" not in words.line(tongue, Finding(ailment, values)) for ailment in Ailment)
