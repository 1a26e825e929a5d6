"""Files that are bent at random, given to the readers of rosters and programmes: read, or refused in words."""

import random
from dataclasses import dataclass
from time import monotonic

from domain.roster import read_roster
from services.programme_reading import read_meetings
from services.sheets import SheetRefused, read_table
from tests.unit.test_hostile_files import SAMPLES, bend

CALENDAR = "\r\n".join(
    (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//X//Y//EN", "BEGIN:VTIMEZONE", "TZID:Nowhere",
        "BEGIN:STANDARD", "DTSTART:19701025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT", "UID:M01@x",
        "SEQUENCE:3", "DTSTAMP:20190608T000000Z", "DTSTART;TZID=Asia/Almaty:20190608T093000",
        "DTEND;TZID=Asia/Almaty:20190608T103000", "SUMMARY:Campaign office", "LOCATION:Нур-Султан",
        "GEO:51.128;71.43", "CATEGORIES:candidate's office", "ATTENDEE;CN=Daniya:mailto:a@b.example", "END:VEVENT",
        "BEGIN:VEVENT", "UID:M02@x", "DTSTART:20190608T050000Z", "DURATION:PT1H", "STATUS:CANCELLED",
        "RECURRENCE-ID:20190608T050000Z", "RRULE:FREQ=DAILY;COUNT=5", "SUMMARY;LANGUAGE=ru:ЦИК", "END:VEVENT",
        "END:VCALENDAR", "",
    )
).encode()  # fmt: skip
ALL = {**SAMPLES, "programme.ics": CALENDAR}
SLOW = 20.0
"""Seconds that no file of this size may take, even on a machine that does other things as well."""


@dataclass
class Tally:
    """What was counted."""

    read: int = 0
    refused: int = 0
    failed: int = 0


def bend_for(seconds: float, seed: int) -> Tally:
    """Bend and read until the time is over; what fails is printed with what it needs to be seen again."""
    chance, tally, end = random.Random(seed), Tally(), monotonic() + seconds
    while monotonic() < end:
        name = chance.choice(list(ALL))
        data, start = bend(ALL[name], chance), monotonic()
        try:
            tally.read += _read(name, data)
        except SheetRefused as refused:
            tally.refused += 1
            if len(refused.faults) == 0:
                tally.failed += 1
                print("refused without a word", name, data.hex())
        except Exception as error:  # whatever it is, it is what we look for
            tally.failed += 1
            print(repr(error)[:300], name, data.hex())
        if monotonic() - start > SLOW:
            tally.failed += 1
            print(f"{monotonic() - start:.0f} s", name, data.hex())
    return tally


def _read(name: str, data: bytes) -> int:
    read_meetings(data, name, default_time_zone="UTC", known_participants=frozenset({"HQ"}))
    if not name.endswith(".ics"):
        table = read_table(data, name)
        read_roster(table.header, table.rows, languages=["en"], default_time_zone="UTC", default_language="en")
    return 1
