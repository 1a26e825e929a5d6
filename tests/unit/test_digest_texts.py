"""Five hundred generated days: every part of their digests is what Telegram takes, and together they are the whole."""

import html
import json
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.alarm import Alarm, Rung
from domain.button import Part
from domain.checkin import LogEntry
from domain.day import Absence, Change, Coverage, DayReport, MeetingReport, Silence, totals_of
from domain.incident import Incident
from domain.meeting import Interlocutor, Meeting, Status
from domain.message import TEXT_LIMIT
from domain.missing import Missing
from domain.person import Person, Role
from texts import digests
from texts.digests import Frame, Needs
from texts.split import units
from texts.tongue import Tongue, Tongues

tdjson = pytest.importorskip("tdjson")
tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())

TONGUES = Tongues(("en", "ru", "kk"))
ZONES = ("Asia/Almaty", "Europe/Berlin", "America/St_Johns")
START = datetime(2019, 6, 8, 3, 30, tzinfo=UTC)
TAG = re.compile(r"</?[a-z][^>]*>")
NUMBER = re.compile(r"\n\n\(\d+/\d+\)$")
LETTERS = ("abc ", "<b>&lt;</b>\"'{}", "😀👩‍👩‍👧é\u0301", "שלום \u202e", "مرحبا\u200f", "Жұма\n№ ", "12 345,6")
REPEATED = ("x", "😀", "&", "<", "Ш", "слово ")
texts = st.one_of(
    *(st.text(letters, min_size=1, max_size=40) for letters in LETTERS),
    st.tuples(st.sampled_from(REPEATED), st.integers(1, 1500)).map(lambda one: one[0] * one[1]),
).filter(lambda text: bool(text.strip()))
short = texts.map(lambda text: text[:60])


def person(number: int, name: str) -> Person:
    return Person(
        number,
        f"O{number}",
        name,
        Role.OBSERVER,
        1,
        "Team",
        "",
        "en",
        "UTC",
        active=True,
        chat_id=number,
        phone="+7 701",
    )


@st.composite
def meetings(draw: st.DrawFn, number: int) -> MeetingReport:
    start = START + timedelta(minutes=draw(st.integers(0, 600)))
    hosts = tuple(Interlocutor(name, "Chair") for name in draw(st.lists(short, max_size=3)))
    meeting = Meeting(
        number, f"M{number}", start, start + timedelta(hours=1), draw(st.sampled_from(ZONES)), draw(short),
        draw(short), draw(short), "", None, None, hosts, (), cancelled=False, revision=1,
    )  # fmt: skip
    entries: dict[Part, tuple[LogEntry, ...]] = {}
    for part in draw(st.lists(st.sampled_from(list(Part)), unique=True, max_size=6)):
        bodies = draw(st.lists(texts, min_size=1, max_size=5))
        entries[part] = tuple(
            LogEntry(n, number, n % 2, draw(short), part, body, None, START, START, True, False, draw(st.booleans()))
            for n, body in enumerate(bodies)
        )
    names = tuple(draw(st.lists(short, max_size=4)))
    absent = tuple(Absence(name, name) for name in names[:2])
    silence = Silence(len(names), names)
    return MeetingReport(meeting, draw(st.sampled_from(list(Status))), names, names, absent, entries, silence)


@st.composite
def days(draw: st.DrawFn) -> tuple[DayReport, Needs, Frame]:
    told = tuple(draw(meetings(n)) for n in range(draw(st.integers(0, 6))))
    found = [one.meeting for one in told]
    numbers = totals_of([one.status for one in told], moved=1, expected_people=9, checked_in_people=3, silent_people=2)
    changes = tuple(
        Change(draw(st.sampled_from([None, one])), one, START, draw(short), draw(short)) for one in found[:3]
    )
    teams = tuple(Coverage(name, 1, 7, 3, 1) for name in draw(st.lists(short, max_size=4)))
    report = DayReport(
        date(2019, 6, 8), START + timedelta(hours=10), told, numbers, tuple(found),
        draw(st.sampled_from([None, numbers])), changes, teams,
    )  # fmt: skip
    name = draw(short)
    somebody = person(5, name)
    alarm = Alarm(1, 1, 5, START, Rung.UNACCOUNTED, START)
    told_of = draw(st.lists(texts, max_size=3))
    needs = Needs(
        tuple(Incident(n, 5, name, 1, name, text, START, None, "", "") for n, text in enumerate(told_of)),
        tuple(Missing(alarm, somebody, one, None, "") for one in found[:2]),
        (),
        (somebody,) if draw(st.booleans()) else (),
        (),
    )
    skipped = tuple(draw(st.lists(st.sampled_from(["2019-06-07T20:00", "2019-06-06T02:30"]), max_size=2)))
    return report, needs, Frame(draw(short), ZoneInfo("Asia/Almaty"), late=draw(st.booleans()), skipped=skipped)


def taken(text: str) -> None:
    """Telegram's own parser takes it, and it is within the limits."""
    query = {"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}}
    answer = json.loads(tdjson.td_execute(json.dumps(query).encode()))
    assert answer["@type"] == "formattedText", (answer, text)
    assert len(answer["text"].encode("utf-16-le", "surrogatepass")) // 2 <= TEXT_LIMIT
    assert len(answer["entities"]) <= 100


def bare(text: str) -> str:
    return "".join(html.unescape(TAG.sub("", text)).split())


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(day=days())
def test_the_parts_are_taken_and_are_the_whole(day: tuple[DayReport, Needs, Frame]) -> None:
    for t in TONGUES.all():
        check(t, day)


def check(t: Tongue, day: tuple[DayReport, Needs, Frame]) -> None:
    parts = digests.full(t, *day)
    for part in parts:
        taken(part.text)
    whole = digests.blocks(t, *day)
    assert "".join(bare(NUMBER.sub("", part.text)) for part in parts) == "".join(map(bare, whole))
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert len(parts) == 1 or all(NUMBER.search(part.text) for part in parts)
    (headlines,) = digests.headlines(t, *day)
    taken(headlines.text)
    assert units(headlines.text) <= TEXT_LIMIT


def test_an_empty_day_leaves_empty_sections_out() -> None:
    nothing = totals_of([], moved=0, expected_people=0, checked_in_people=0, silent_people=0)
    report = DayReport(date(2019, 6, 8), START, (), nothing, ())
    (part,) = digests.full(TONGUES.default, report, Needs(), Frame("M", ZoneInfo("UTC")))
    assert "Needs you now" not in part.text
    assert "Changes" not in part.text
    assert "Team by team" not in part.text


def test_what_needs_the_reader_stands_first_and_in_the_order_of_gravity() -> None:
    nothing = totals_of([], moved=0, expected_people=0, checked_in_people=0, silent_people=0)
    report = DayReport(date(2019, 6, 8), START, (), nothing, ())
    incident = Incident(1, 5, "A", 1, "T", "a ballot box is gone", START, None, "", "")
    t = TONGUES.default
    needs = Needs(
        incidents=(incident,),
        proposals=(t.say("• {name}", name="15:30 instead of 15:00"),),
        unreachable=(person(7, "Unreachable One"),),
        conflicts=(t.say("• {name}", name="Team 1 in two places"),),
    )
    for render in (digests.full, digests.headlines):
        text = render(t, report, needs, Frame("M", ZoneInfo("UTC")))[0].text
        marks = (
            "Needs you now",
            "ballot box",
            "15:30 instead",
            "Unreachable One",
            "two places",
            "The day in numbers",
            "Tomorrow",
        )
        places = [text.index(mark) for mark in marks]
        assert places == sorted(places)
