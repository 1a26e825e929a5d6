"""What an operator asks for at the command line: a digest, a table, the bot's own name."""

import asyncio
import csv
import sqlite3
from contextlib import closing
from pathlib import Path

from demo.telegram import StandIn
from tests.e2e.conftest import Fieldpost
from tests.e2e.test_cli import PROGRAMME, ROSTER, rows


def test_a_digest_is_printed_for_who_gets_one_and_nothing_is_sent(fieldpost: Fieldpost, tmp_path: Path) -> None:
    fieldpost("import", "roster", ROSTER)
    fieldpost("import", "programme", PROGRAMME)
    done = fieldpost("digest", "--for", "C003", "--date", "2019-06-08")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Saturday, June 8, 2019" in done.stdout
    assert "Campaign office of the Ak Zhol party" in done.stdout
    assert not [mark for mark in ("<", "&amp;", "&lt;") if mark in done.stdout], "plain text, for a terminal"
    today = fieldpost("digest", "--for", "C003")
    assert today.returncode == 0
    assert "Campaign office" not in today.stdout
    for reference, why in (("O001", "O001 is no coordinator and gets no digest."), ("X9", "Not on the roster: X9.")):
        refused = fieldpost("digest", "--for", reference)
        assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", f"{why}\n")
    assert rows(tmp_path, "SELECT count(*) FROM outbox") == [(0,)]


def test_a_table_is_a_new_file_that_only_its_owner_reads_and_its_making_is_noted(
    fieldpost: Fieldpost, tmp_path: Path
) -> None:
    fieldpost("import", "roster", ROSTER)
    fieldpost("import", "programme", PROGRAMME)
    file = tmp_path / "meetings.csv"
    done = fieldpost("export", "table", "meetings", "--format", "csv", "--output", file)
    assert done.returncode == 0
    assert done.stdout == ""
    assert done.stderr == f"Written to {file}. It holds personal data: only you may read it.\n"
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert [row["reference"] for row in csv.DictReader(opened)] == [f"M{n:02}" for n in range(1, 8)]
    noted = rows(tmp_path, "SELECT person_id, detail FROM audit WHERE act = 'export'")
    assert noted == [(None, '{"form": "csv", "topic": "meetings"}')]
    again = fieldpost("export", "table", "meetings", "--format", "csv", "--output", file)
    assert again.returncode == 1
    assert again.stderr == f"{file} exists already and is left as it is. Name another file.\n"
    nowhere = fieldpost("export", "table", "people", "--format", "geojson", "--output", tmp_path / "p.geojson")
    assert nowhere.returncode == 2
    assert nowhere.stderr == "Only check-ins have places: geojson goes with checkins.\n"
    assert not (tmp_path / "p.geojson").exists()


def test_a_database_of_a_newer_fieldpost_is_left_alone(fieldpost: Fieldpost, tmp_path: Path) -> None:
    fieldpost("migrate")
    with closing(sqlite3.connect(tmp_path / "f.sqlite")) as db:
        db.execute("PRAGMA user_version = 9999")
    done = fieldpost("status")
    assert done.returncode == 1
    assert done.stderr == "The database was written by a newer Fieldpost; update this one.\n"


async def test_the_bots_name_is_asked_of_telegram_once_and_an_unknown_one_is_said_so(
    fieldpost: Fieldpost, tmp_path: Path
) -> None:
    stand_in = StandIn()
    await stand_in.start()
    config = tmp_path / "named.toml"
    config.write_text(
        f'[telegram]\ntoken = "{stand_in.token}"\napi_base_url = "{stand_in.url}"\n[storage]\npath = "f.sqlite"\n'
        '[mission]\nlanguages = ["en", "ru"]\n'
    )
    config.chmod(0o600)
    file = tmp_path / "r.csv"
    file.write_text("reference,name,role,team,delegation,language,time_zone\nA1,Anna,coordinator,HQ,,en,\n")
    (tmp_path / "bad.toml").write_text(config.read_text().replace(stand_in.token, "1:" + "x" * 35))
    (tmp_path / "bad.toml").chmod(0o600)
    try:
        run = fieldpost
        await asyncio.to_thread(run, "import", "roster", file, "--config", config)
        wrong = await asyncio.to_thread(run, "invitations", "--config", tmp_path / "bad.toml")
        assert wrong.returncode == 1
        assert wrong.stderr == (
            "Telegram did not tell the bot's username (InvalidToken). Check telegram.token, or set telegram.username.\n"
        )
        done = await asyncio.to_thread(run, "invitations", "--config", config)
        assert done.returncode == 0
        assert "https://t.me/fieldpost_bot?start=" in done.stdout
    finally:
        await stand_in.stop()
    assert rows(tmp_path, "SELECT value FROM note WHERE name = 'bot_username'") == [("fieldpost_bot",)]
    offline = await asyncio.to_thread(fieldpost, "invitations", "--for", "A1", "--config", config)
    assert "https://t.me/fieldpost_bot?start=" in offline.stdout
