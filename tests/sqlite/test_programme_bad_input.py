"""An operator imports what cannot be the programme: all that is wrong is named, and nothing of the file is taken."""

import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

MANY = [f"O{n:03}" for n in range(500)]


def refused(tmp_path: Path, file: Path) -> str:
    """What is said of it, once nothing of it is there."""
    config = tmp_path / "config.toml"
    config.write_text('[storage]\npath = "f.sqlite"\n[mission]\ntime_zone = "Asia/Almaty"\n')
    roster = tmp_path / "r.csv"
    roster.write_text("\n".join(["reference,name", *(f"{reference},Name {reference}" for reference in MANY)]))
    say = CliRunner()
    assert say.invoke(app, ["import", "roster", str(roster), "--config", str(config)]).exit_code == 0
    done = say.invoke(app, ["import", "programme", str(file), "--config", str(config)])
    assert (done.exit_code, done.stdout) == (1, "")
    db = sqlite3.connect(tmp_path / "f.sqlite")
    try:
        assert db.execute("SELECT count(*) FROM meeting").fetchall() == [(0,)]
    finally:
        db.close()
    return done.stderr


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("M1,2019-06-08,25:00,,Asia/Almaty,Host,", "no time"),
        ("M1,2019-06-31,09:00,,Asia/Almaty,Host,", "no date"),
        ("M1,1919-06-08,09:00,,Asia/Almaty,Host,", "not between the years"),
        ("M1,1995-06-08,09:00,,Asia/Almaty,Host,", "long ago or years ahead"),
        ("M1,2019-06-08,09:00,08:00,Asia/Almaty,Host,", "not later than the start"),
        ("M1,2026-03-29,02:30,,Europe/Berlin,Host,", "skip 02:30"),
        ("M1,2026-10-25,02:30,,Europe/Berlin,Host,", "show 02:30 twice"),
        ("M1,2019-06-08,09:00,,Mars/Base,Host,", "no time zone"),
        (
            f"M1,2019-06-08,09:00,,Asia/Almaty,Host,{';'.join(f'O{n:03}' for n in range(1, 300))}",
            "too many participants",
        ),
    ],
)
def test_bad_input_is_named_and_nothing_of_the_file_is_imported(tmp_path: Path, row: str, why: str) -> None:
    file = tmp_path / "p.csv"
    head = "reference,date,start,end,time_zone,host,participants\n"
    file.write_text(f"{head}M0,2019-06-08,08:00,,Asia/Almaty,Host,\n{row}\n")
    assert why in refused(tmp_path, file)


EVENT = "UID:a1\nSUMMARY:Host\n"


@pytest.mark.parametrize(
    ("events", "why"),
    [
        (f"{EVENT}DTSTART;TZID=Asia/Almaty:20190608T090000\nRRULE:FREQ=DAILY\n", "event 1, RRULE: the event repeats"),
        (f"{EVENT}DTSTART:20190608T090000\n", "event 1, DTSTART: “20190608T090000” is a time of no time zone"),
        (f"{EVENT}DTSTART;TZID=Mars/Base:20190608T090000\n", "there is no time zone “Mars/Base”"),
        (f"{EVENT}DTSTART;VALUE=DATE:20190608\n", "is a whole day"),
        (f"{EVENT}DTSTART:20190608T030000Z\nDTEND:20190610T030000Z\n", "more than 24 hours"),
        (f"{EVENT}DTSTART:20190608T030000Z\nGEO:91;0\n", "beyond 90 degrees"),
        (f"{EVENT}DTSTART:20190608T030000Z\nEND:VEVENT\nBEGIN:VEVENT\n" * 50_000, "more than 2000 events"),
    ],
)
def test_a_calendar_that_cannot_be_the_programme_is_refused(tmp_path: Path, events: str, why: str) -> None:
    file = tmp_path / "p.ics"
    file.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{events}END:VEVENT\nEND:VCALENDAR\n")
    assert why in refused(tmp_path, file)
