"""`fieldpost invitations` into files."""

import io
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from openpyxl import load_workbook

from services.invitations import hash_token

ROOT = Path(__file__).parents[2]
ROSTER = "reference,name,role,team,language\nA1,=Anna,coordinator,HQ,en\nA2,Boris,observer,T1,en\n"


def fieldpost(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The real command against a database of its own, with two people on the roster."""
    config = folder / "config.toml"
    if not config.exists():
        config.write_text('[storage]\npath = "f.sqlite"\n[telegram]\nusername = "mission_bot"\n')
        config.chmod(0o600)
        (folder / "r.csv").write_text(ROSTER)
        assert fieldpost(folder, "import", "roster", str(folder / "r.csv")).returncode == 0
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FIELDPOST_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words, "--config", str(config)],
        cwd=ROOT, env=clean, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def open_hashes(folder: Path) -> set[bytes]:
    db = sqlite3.connect(folder / "f.sqlite")
    try:
        return {row[0] for row in db.execute("SELECT token_hash FROM invitation WHERE revoked_at IS NULL")}
    finally:
        db.close()


def test_a_table_goes_into_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    done = fieldpost(tmp_path, "invitations", "--format", "xlsx", "--output", str(tmp_path / "i.xlsx"))
    assert done.returncode == 0
    assert done.stdout == ""
    assert "2 invitations" in done.stderr
    assert (tmp_path / "i.xlsx").stat().st_mode & 0o777 == 0o600
    page = load_workbook(io.BytesIO((tmp_path / "i.xlsx").read_bytes())).active
    assert page is not None
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert [row[:3] for row in rows] == [("A1", "'=Anna", "HQ"), ("A2", "Boris", "T1")]
    links = [str(row[5]).partition("https://t.me/mission_bot?start=")[2] for row in rows]
    assert {hash_token(token) for token in links} == open_hashes(tmp_path)


def test_badges_go_into_a_page(tmp_path: Path) -> None:
    file = tmp_path / "b.html"
    assert fieldpost(tmp_path, "invitations", "--for", "A2", "--format", "html", "--output", str(file)).returncode == 0
    assert file.read_text().count("<article") == 1
    assert "Boris" in file.read_text()


def test_a_file_that_exists_is_left_alone_and_so_are_the_links(tmp_path: Path) -> None:
    fieldpost(tmp_path, "invitations")
    before = open_hashes(tmp_path)
    file = tmp_path / "precious.html"
    file.write_text("mine")
    done = fieldpost(tmp_path, "invitations", "--format", "html", "--output", str(file))
    assert done.returncode == 1
    assert "precious.html exists already" in done.stderr
    assert file.read_text() == "mine"
    assert open_hashes(tmp_path) == before


def test_a_folder_that_is_not_there_costs_no_links(tmp_path: Path) -> None:
    fieldpost(tmp_path, "invitations")
    before = open_hashes(tmp_path)
    done = fieldpost(tmp_path, "invitations", "--format", "xlsx", "--output", str(tmp_path / "none" / "i.xlsx"))
    assert done.returncode == 1
    assert open_hashes(tmp_path) == before


def test_badges_are_not_for_a_terminal(tmp_path: Path) -> None:
    done = fieldpost(tmp_path, "invitations", "--format", "html")
    assert done.returncode == 2
    assert "--output" in done.stderr
    assert open_hashes(tmp_path) == set()


def test_nobody_to_invite_leaves_no_empty_file(tmp_path: Path) -> None:
    fieldpost(tmp_path, "invitations")
    db = sqlite3.connect(tmp_path / "f.sqlite")
    db.execute("UPDATE person SET active = 0")
    db.commit()
    db.close()
    done = fieldpost(tmp_path, "invitations", "--format", "xlsx", "--output", str(tmp_path / "i.xlsx"))
    assert done.returncode == 0
    assert not (tmp_path / "i.xlsx").exists()
    assert "without an account" in done.stderr


def test_the_csv_may_go_into_a_file_as_well(tmp_path: Path) -> None:
    fieldpost(tmp_path, "invitations", "--format", "csv", "--output", str(tmp_path / "i.csv"))
    assert (tmp_path / "i.csv").read_text().startswith("reference,name,link\nA1,'=Anna,https://t.me/mission_bot?start=")
    assert (tmp_path / "i.csv").stat().st_mode & 0o777 == 0o600
