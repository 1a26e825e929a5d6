"""The command line as an operator meets it: the real command in a process of its own."""

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.e2e.conftest import ROOT, Fieldpost

ROSTER = ROOT / "demo" / "data" / "roster.csv"
PROGRAMME = ROOT / "demo" / "data" / "programme-2019-06-08.csv"
HEADER = "reference,name,role,team,delegation,language,time_zone\n"


def rows(tmp_path: Path, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(tmp_path / "f.sqlite")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def test_importing_the_sample_twice_changes_nothing_the_second_time(fieldpost: Fieldpost, tmp_path: Path) -> None:
    first = fieldpost("import", "roster", ROSTER)
    assert first.returncode == 0, first.stderr
    assert "432 new" in first.stdout or " new, 0 changed" in first.stdout
    assert fieldpost("import", "programme", PROGRAMME).returncode == 0
    before = rows(tmp_path, "SELECT * FROM person") + rows(tmp_path, "SELECT * FROM meeting_revision")
    shared = rows(tmp_path, "SELECT * FROM participation ORDER BY 1, 2, 3")
    assert "No change" in fieldpost("import", "roster", ROSTER).stdout
    assert "No change" in fieldpost("import", "programme", PROGRAMME).stdout
    assert rows(tmp_path, "SELECT * FROM person") + rows(tmp_path, "SELECT * FROM meeting_revision") == before
    assert shared
    assert rows(tmp_path, "SELECT * FROM participation ORDER BY 1, 2, 3") == shared


def test_a_dry_run_tells_and_writes_nothing(fieldpost: Fieldpost, tmp_path: Path) -> None:
    done = fieldpost("import", "roster", ROSTER, "--dry-run")
    assert done.returncode == 0
    assert " new" in done.stdout
    assert "Dry run" in done.stdout
    assert rows(tmp_path, "SELECT * FROM person") == []
    assert rows(tmp_path, "SELECT * FROM team") == []


def test_who_leaves_the_roster_loses_access_and_keeps_his_place_in_history(
    fieldpost: Fieldpost, tmp_path: Path
) -> None:
    file = tmp_path / "r.csv"
    file.write_text(HEADER + "A1,Anna,coordinator,HQ,,en,\nA2,Boris,observer,T1,,en,\n")
    fieldpost("import", "roster", file)
    file.write_text(HEADER + "A1,Anna Smith,coordinator,HQ,,en,\n")
    done = fieldpost("import", "roster", file)
    assert "1 changed, 1 no longer listed" in done.stdout
    people = rows(tmp_path, "SELECT reference, name, active FROM person ORDER BY 1")
    assert people == [("A1", "Anna Smith", 1), ("A2", "Boris", 0)]
    file.write_text(HEADER + "A1,Anna Smith,coordinator,HQ,,en,\nA2,Boris,observer,T1,,en,\n")
    assert "0 new, 1 changed" in fieldpost("import", "roster", file).stdout


def test_every_fault_is_named_by_row_and_column_and_nothing_is_imported(fieldpost: Fieldpost, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(HEADER + "A1,Anna,,HQ,,en,Mars/Base\nA2,Boris,king,T1,,en,\nA2,Carl,,T1,,xx,\nA4,Dora,,T,,en,\n")
    done = fieldpost("import", "roster", file)
    assert done.returncode == 1
    assert done.stdout == ""
    for line in ("row 2, column time_zone:", "row 3, column role:", "row 4, column reference:", "row 4, column lang"):
        assert line in done.stderr
    assert "4 faults" in done.stderr
    assert rows(tmp_path, "SELECT * FROM person") == []


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff\xfe\x00" * 50, b"%PDF-1.7 x", b"PK\x03\x04broken"])
def test_a_file_that_is_no_table_is_refused(fieldpost: Fieldpost, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "r.csv"
    file.write_bytes(content)
    done = fieldpost("import", "roster", file)
    assert done.returncode == 1
    assert "Nothing was imported" in done.stderr


def test_a_programme_with_a_bad_date_or_a_stranger_is_refused(fieldpost: Fieldpost, tmp_path: Path) -> None:
    fieldpost("import", "roster", ROSTER)
    file = tmp_path / "p.csv"
    file.write_text("reference,date,start,host,participants,wether\nM1,2019-02-30,09:00,Host,HQ; Nobody,\n")
    done = fieldpost("import", "programme", file)
    assert done.returncode == 1
    for place in ("row 2, column date:", "row 2, column participants:", "row 1, column wether:"):
        assert place in done.stderr
    assert rows(tmp_path, "SELECT * FROM meeting") == []


def test_a_changed_meeting_gets_a_revision_and_a_missing_one_stays(fieldpost: Fieldpost, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("reference,date,start,host\nM1,2019-06-08,09:00,Host\nM2,2019-06-08,10:00,Other\n")
    fieldpost("import", "programme", file)
    file.write_text("reference,date,start,host\nM1,2019-06-08,09:30,Host\n")
    done = fieldpost("import", "programme", file)
    assert "1 changed" in done.stdout
    assert "M2" in done.stdout
    revisions = rows(tmp_path, "SELECT reference, revision FROM meeting ORDER BY 1")
    assert revisions == [("M1", 2), ("M2", 1)]


def test_a_workbook_is_as_good_as_a_csv(fieldpost: Fieldpost, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    with ROSTER.open(encoding="utf-8") as lines:
        for line in csv.reader(lines):
            sheet.append(line)
    book.save(tmp_path / "r.xlsx")
    fieldpost("import", "roster", ROSTER)
    assert "No change" in fieldpost("import", "roster", tmp_path / "r.xlsx").stdout


def test_invitations_are_a_table_and_only_the_newest_hold(fieldpost: Fieldpost, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(HEADER + "A1,=Anna,coordinator,HQ,,en,\nA2,Boris,observer,T1,,en,\n")
    fieldpost("import", "roster", file)
    first = fieldpost("invitations", "--format", "csv")
    lines = list(csv.DictReader(io.StringIO(first.stdout)))
    assert [line["reference"] for line in lines] == ["A1", "A2"]
    assert lines[0]["name"] == "'=Anna"
    assert all(line["link"].startswith("https://t.me/mission_bot?start=") for line in lines)
    tokens = [line["link"].partition("=")[2] for line in lines]
    assert all(len(token) == 32 for token in tokens)
    stored = (tmp_path / "f.sqlite").read_bytes()
    assert not any(token.encode() in stored for token in tokens)
    fieldpost("invitations", "--for", "A1")
    open_for = rows(tmp_path, "SELECT person_id, count(*) FROM invitation WHERE revoked_at IS NULL GROUP BY 1")
    assert open_for == [(1, 1), (2, 1)]
    assert rows(tmp_path, "SELECT count(*) FROM invitation") == [(3,)]


def test_an_invitation_for_a_stranger_is_refused(fieldpost: Fieldpost) -> None:
    done = fieldpost("invitations", "--for", "X9")
    assert done.returncode == 1
    assert "X9" in done.stderr


def test_without_a_name_for_the_bot_the_operator_is_told_what_to_do(fieldpost: Fieldpost, tmp_path: Path) -> None:
    config = tmp_path / "bare.toml"
    config.write_text('[storage]\npath = "f.sqlite"\n')
    done = fieldpost("invitations", "--config", config)
    assert done.returncode == 1
    assert "telegram.username" in done.stderr


def test_status_is_json_for_machines_and_lines_for_people(fieldpost: Fieldpost) -> None:
    fieldpost("import", "roster", ROSTER)
    done = fieldpost("status", "--json")
    facts = json.loads(done.stdout)
    assert done.returncode == 0
    assert facts["inbox"]["parked"] == 0
    assert facts["people"]["on_roster"] > 400
    assert facts["outbox"]["in_doubt"] == 0
    assert "Inbox" in fieldpost("status").stdout


@pytest.mark.parametrize(
    ("toml", "env", "key"),
    [
        ("", {}, "telegram.token"),
        ("[telegram]\ntokn = '1:a'\n", {}, "telegram.tokn"),
        ("[telegram]\ntoken = 'sesame'\n", {}, "telegram.token"),
        ("[telegram]\ntoken_file = 'none'\n", {}, "telegram.token_file"),
        ("", {"FIELDPOST_TELEGRAM__TOKN": "1:sesame"}, "telegram.tokn"),
        ("", {"FIELDPOST_TELEGRM__TOKEN": "1:sesame"}, "telegrm.token"),
        ("[mission]\ntime_zone = 'Mars/Base'\n", {}, "mission.time_zone"),
        ("[digest]\nat = '25:00'\n", {}, "digest.at"),
        ("[colour]\nx = 1\n", {}, "colour"),
        ("telegram = 3\n", {}, "telegram"),
        ("[telegram\n", {}, "x.toml"),
    ],
)
def test_a_fault_of_the_configuration_names_the_key(
    fieldpost: Fieldpost, tmp_path: Path, toml: str, env: dict[str, str], key: str
) -> None:
    config = tmp_path / "x.toml"
    config.write_text(toml)
    config.chmod(0o600)
    done = fieldpost("run", "--config", config, **env)
    assert done.returncode == 2
    assert key in done.stderr
    assert "sesame" not in done.stderr


def test_the_environment_wins(fieldpost: Fieldpost, tmp_path: Path) -> None:
    env = {"FIELDPOST_STORAGE__PATH": str(tmp_path / "other.sqlite"), "FIELDPOST_MISSION__LANGUAGES": "en,ru"}
    assert fieldpost("migrate", **env).returncode == 0
    assert (tmp_path / "other.sqlite").exists()
    file = tmp_path / "r.csv"
    file.write_text(HEADER + "A1,Anna,,HQ,,ru,\n")
    assert fieldpost("import", "roster", file, **env).returncode == 0
    env["FIELDPOST_MISSION__LANGUAGES"] = '["en"]'
    assert fieldpost("import", "roster", file, **env).returncode == 1


def test_a_token_that_everybody_can_read_is_pointed_out(fieldpost: Fieldpost, tmp_path: Path) -> None:
    config = tmp_path / "x.toml"
    config.write_text("[telegram]\ntoken = '1:sesame'\n[storage]\npath = 'f.sqlite'\n")
    config.chmod(0o644)
    done = fieldpost("migrate", "--config", config)
    assert done.returncode == 0
    assert "x.toml" in done.stderr
    assert "sesame" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("import", "roster", "/nowhere.csv"),
        ("import", "roster", "/tmp"),
        ("frobnicate",),
        ("digest",),
        ("digest", "--for", "A1", "--date", "yesterday"),
        ("status", "--config", "/nowhere.toml"),
        ("invitations", "--format", "pdf"),
    ],
)
def test_wrong_usage_ends_with_two(fieldpost: Fieldpost, words: tuple[str, ...]) -> None:
    assert fieldpost(*words).returncode == 2


def test_a_file_that_is_no_database_is_said_so(fieldpost: Fieldpost, tmp_path: Path) -> None:
    (tmp_path / "f.sqlite").write_bytes(b"not a database at all " * 100)
    done = fieldpost("status")
    assert done.returncode == 1
    assert "database" in done.stderr
