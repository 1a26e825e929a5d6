"""Files that somebody bent: a table is read, or refused in words; nothing else."""

import io
import random
from pathlib import Path

import pytest
from openpyxl import Workbook

from domain.programme import read_programme
from domain.roster import read_roster
from services.sheets import SheetRefused, read_table

DATA = Path(__file__).parent.parent.parent / "demo" / "data"


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ("reference,name,role,team", "O1,Aida,observer,Team 1", "O2,Берик,,Team 2"):
        sheet.append(row.split(","))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


SAMPLES = {
    "roster.csv": (DATA / "roster.csv").read_bytes()[:3000],
    "programme.csv": (DATA / "programme-2019-06-08.csv").read_bytes(),
    "roster.xlsx": workbook(),
}


def bend(content: bytes, chance: random.Random) -> bytes:
    """Bytes changed, cut out, doubled, moved."""
    bent = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(bent) + 1)
        match chance.randrange(5):
            case 0:
                bent[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del bent[at : at + chance.randrange(1, 200)]
            case 2:
                bent[at:at] = chance.randbytes(chance.randrange(1, 40))
            case 3:
                bent[at:at] = bent[at : at + 300]
            case _:
                bent[at:at] = chance.choice(
                    (b"\x00", b'"', b"\xff\xfe", b"=HYPERLINK(1)", b"\r", b",,,,", b"PK\x03\x04")
                )
    return bytes(bent)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("seed", range(4))
def test_a_bent_file_is_read_or_refused_in_words(name: str, seed: int) -> None:
    chance = random.Random(seed)
    refusals: list[SheetRefused] = []
    for _ in range(60):
        try:
            table = read_table(bend(SAMPLES[name], chance), name)
        except SheetRefused as refused:
            refusals.append(refused)
            continue
        read_roster(table.header, table.rows, languages=["en"], default_time_zone="UTC", default_language="en")
        read_programme(table.header, table.rows, default_time_zone="UTC", known_participants=None)
    assert all(refused.faults for refused in refusals)
