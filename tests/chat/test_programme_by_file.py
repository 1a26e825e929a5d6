"""A coordinator sends the programme as a file, looks at what differs, and taps."""

import io
import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
from icalendar import Calendar

from domain.change import Change, Field
from domain.change import apply as changed_to
from domain.meeting import Meeting
from domain.upload import Purpose
from services import changes
from services.calendar_writing import write_calendar
from services.changes import Source
from services.desk import Desk
from services.programme_sheets import write_programme
from storage import meetings, people
from storage.database import connect
from tests.chat.test_badges import content, documents, sent
from tests.chat.test_roster_by_file import as_csv, as_xlsx, roster, untouched, with_one_more
from tests.house import DATA, MORNING, House, Phone

LEAD = "C003"
DAY = (DATA / "programme-2019-06-08.csv").read_text(encoding="utf-8")
PROGRAMME = "SELECT m.reference, r.revision, r.source, r.content FROM meeting AS m JOIN meeting_revision AS r"
PROGRAMME += " ON r.meeting_id = m.id ORDER BY 1, 2"


def day(*changed: tuple[str, str], without: str = "none") -> bytes:
    """The programme of 8 June with these replaced, and without these meetings."""
    text = "".join(line for line in DAY.splitlines(keepends=True) if not line.startswith(without))
    for before, after in changed:
        assert before in text
        text = text.replace(before, after)
    return text.encode()


def of(house: House, reference: str) -> Meeting:
    with closing(connect(house.path, read_only=True)) as db:
        meeting = meetings.find_by_reference(db, reference)
    assert meeting is not None
    return meeting


async def in_chat(house: House, reference: str, author: str, **values: object) -> None:
    """Somebody changes a meeting as one does in the chat."""

    def change(desk: Desk) -> None:
        before = meetings.find_by_reference(desk.db, reference)
        person = people.find_by_reference(desk.db, author)
        assert before is not None
        wanted = Change.of({Field(name): value for name, value in values.items()})  # type: ignore[misc]
        changes.make(desk, person, before, changed_to(before, wanted), source=Source.CHAT)

    await house.act(change)


def stored(house: House) -> list[tuple[object, ...]]:
    return house.rows(PROGRAMME)


def waiting(house: House) -> set[str]:
    """Who has to be told of something."""
    rows = house.rows("SELECT DISTINCT p.reference FROM notice AS n JOIN person AS p ON p.id = n.person_id")
    return {str(row[0]) for row in rows}


async def test_a_coordinator_sends_the_programme_looks_and_applies(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        before = stored(house)
        file = day(
            ("14:30,15:30", "14:45,15:45"),
            ("Asia/Almaty,parliament,Majilis of", "Asia/Almaty,parliament,<b>Mäjilis</b> of"),
            (',"Amangeldy Taspikhov, candidate for President",HQ; Team 2', ",Anna Smith,HQ; Team 3; Martians"),
        )
        file += b"M08,2019-06-09,10:00,11:00,Asia/Almaty,embassy,Embassy,Nur-Sultan,51.1,71.4,,Team 3\n"
        last = await lead.send_file("day.csv", file)
        assert stored(house) == before
        text = last["text"]
        for words in (
            "1 new, 3 changed, 4 unchanged.",
            "M08: Jun 9, 10:00–11:00 Embassy",
            "Time: 14:30–15:30 → 14:45–15:45",
            "→ <b>Mäjilis</b> of the Parliament",
            "Ours: + Team 3; + Martians; − Team 2",
            "To be met: + Anna Smith; − Amangeldy Taspikhov, candidate for President",
            "“Martians” (M05)",
            "Nothing has been imported yet",
        ):
            assert words in text, words
        assert lead.labels == ["Apply", "Apply without notices", "Cancel"]
        last = await lead.tap("Apply")
        assert "1 new, 3 changed, 4 unchanged" in last["text"]
        assert of(house, "M04").starts_at == MORNING + timedelta(hours=5, minutes=20)
        assert of(house, "M05").participants == ("HQ", "Team 3", "Martians")
        assert house.rows("SELECT state, purpose, content FROM upload") == [("applied", "programme", None)]
        authors = house.rows("SELECT DISTINCT author_id FROM meeting_revision WHERE source = 'import' AND revision > 1")
        assert authors == house.rows(f"SELECT id FROM person WHERE reference = '{LEAD}'")
        assert len(waiting(house)) > 10
        assert LEAD not in waiting(house)
        assert untouched(house)


async def test_the_same_file_again_is_no_change_in_every_form(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        before = stored(house)
        await in_chat(house, "M03", LEAD, note="Bring\npassports", venue="Mangilik Yel 2")
        await in_chat(house, "M02", LEAD, cancelled=True)
        await in_chat(house, "M05", LEAD, postponed=True)
        now = stored(house)
        assert len(now) == len(before) + 3
        everything = [of(house, f"M0{n}") for n in range(1, 8)]
        for name, data in {
            "day.csv": day(),
            "day.xlsx": write_programme(everything),
            "day.ics": write_calendar([(m, MORNING) for m in everything], name="x", host_of="y"),
        }.items():
            last = await lead.send_file(name, data)
            assert "No change: 7 unchanged." in last["text"], last["text"]
            assert lead.labels == ["Programme"]
        assert stored(house) == now
        assert untouched(house)


async def test_nobody_is_told_of_what_is_applied_without_notices(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        await lead.send_file("day.csv", day(("14:30,15:30", "14:45,15:45")))
        last = await lead.tap("Apply without notices")
        assert "Nobody is told" in last["text"]
        assert of(house, "M04").revision == 2
        assert (waiting(house), house.rows("SELECT count(*) FROM change_receipt")) == (set(), [(0,)])


async def test_what_left_the_file_is_asked_about_and_never_deleted(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        last = await lead.send_file("day.csv", day(("14:30,15:30", "14:45,15:45"), without="M05"))
        assert "No longer in the file" in last["text"]
        assert "M05: Jun 8, 17:00–18:00 Federation" in last["text"]
        assert "Apply and cancel the 1 missing one" in lead.labels
        await lead.tap("Apply")
        assert not of(house, "M05").cancelled
        last = await lead.send_file("day.csv", day(("14:30,15:30", "14:45,15:45"), without="M05"))
        assert lead.labels == ["Cancel the 1 missing one", "Cancel"]
        last = await lead.tap("Cancel the 1 missing one")
        assert "1 meeting that left the file is cancelled" in last["text"]
        assert (of(house, "M05").cancelled, of(house, "M05").revision) == (True, 2)
        assert (
            "No change" in (await lead.send_file("day.csv", day(("14:30,15:30", "14:45,15:45"), without="M05")))["text"]
        )


async def test_a_calendar_cancels_what_it_calls_cancelled(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        whole = [of(house, f"M0{n}") for n in range(1, 8)]
        off = [
            replace(m, cancelled=m.reference in {"M03", "M06"}, host=m.host.replace("Ak Zhol", "Aq Jol")) for m in whole
        ]
        data = write_calendar([(m, MORNING) for m in off], name="Программа", host_of="y")
        last = await lead.send_file("file", data, "text/calendar")
        assert "0 new, 3 changed, 4 unchanged." in last["text"]
        assert re.search(r"Cancelled by the file\n• M03: .*\n• M06: ", last["text"])
        await lead.tap("Apply")
        assert [of(house, f"M0{n}").cancelled for n in (1, 3, 6)] == [False, True, True]


async def test_a_newer_change_made_here_is_not_undone_unnoticed(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        name = house.rows("SELECT name FROM person WHERE reference = 'O060'")[0][0]
        await in_chat(house, "M04", "O060", starts_at=of(house, "M04").starts_at + timedelta(minutes=30))
        await in_chat(house, "M02", "O060", note="Not of the file")
        last = await lead.send_file("day.csv", day(("11:00,12:00", "11:10,12:00")))  # read in Moscow
        assert "Newer than the last file, and undone by this one" in last["text"]
        assert f"• M04: changed by {name}, Jun 8, 06:25" in last["text"]
        assert "• M02: changed by" not in last["text"]
        await lead.tap("Apply")
        await in_chat(house, "M07", LEAD, note="Of no file")
        last = await lead.send_file("day.csv", day(("14:30,15:30", "14:40,15:40")))
        assert "Newer than" not in last["text"]


async def test_conflicts_that_the_file_would_make_are_told(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        last = await lead.send_file("day.csv", day(("11:00,12:00", "10:00,12:00")))
        assert "Conflicts" in last["text"]
        assert "• M02: HQ would be in two places: also at Jun 8, 09:30 Campaign office of the Ak Zhol" in last["text"]
        assert "Apply" in lead.labels


async def test_a_programme_that_changed_meanwhile_is_shown_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        first = await lead.send_file("day.csv", day(("14:30,15:30", "14:45,15:45")))
        assert "since I read this file" not in first["text"]
        await in_chat(house, "M04", "O060", starts_at=of(house, "M04").starts_at + timedelta(hours=1))
        last = await lead.tap("Apply")
        assert "has changed since I read this file" in last["text"]
        assert "15:30–16:30 → 14:45–15:45" in last["text"]
        assert "• M04: changed by" in last["text"]
        assert of(house, "M04").revision == 2
        await in_chat(house, "M07", "O060", note="Of no concern to the file")
        last = await lead.tap("Apply")
        assert "The programme is imported" in last["text"]
        assert of(house, "M04").starts_at == MORNING + timedelta(hours=5, minutes=20)


async def test_a_second_tap_and_a_cancelled_file_do_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        await lead.send_file("day.csv", day(("14:30,15:30", "14:45,15:45")))
        await lead.tap("Cancel")
        await lead.press("1:ap:1:n")
        await lead.send_file("day.csv", day(("14:30,15:30", "14:50,15:50")))
        await lead.press("1:ua:2")  # a button of rosters
        assert of(house, "M04").revision == 1
        await lead.press("1:ap:2:q")
        after = stored(house)
        await lead.press("1:ap:2:c")
        assert stored(house) == after
        assert of(house, "M04").revision == 2


async def test_only_who_coordinates_the_whole_mission_imports_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead, some = await house.enrol(LEAD), await house.enrol("C002")
        narrow = "INSERT INTO scope (person_id, team_id) SELECT p.id, t.id FROM person AS p, team AS t"
        await house.act(lambda desk: desk.db.execute(f"{narrow} WHERE p.reference = 'C002' AND t.name = 'Team 1'"))
        last = await some.send_file("day.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n")
        assert "Only somebody who coordinates the whole mission" in last["text"]
        await lead.send_file("day.csv", day(("14:30,15:30", "14:45,15:45")))
        await some.press("1:ap:1:n")
        demote = "UPDATE person SET role = 'observer' WHERE reference = ?"
        await house.act(lambda desk: desk.db.execute(demote, (LEAD,)))
        await lead.press("1:ap:1:n")
        assert of(house, "M04").revision == 1


async def test_a_file_half_valid_is_refused_whole_with_all_its_faults(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        before = stored(house)
        last = await lead.send_file(
            "day.csv", day(("14:30,15:30", "25:00,15:30"), ("2019-06-09,06:45", "2019-06-31,06:45"))
        )
        assert "2 faults" in last["text"]
        assert "row 5, column start" in last["text"]
        assert "row 7, column date" in last["text"]
        assert "5 rows are right" in last["text"]
        last = await lead.send_file(
            "day.ics", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:x\nDTSTART:20190608T0900"
        )
        assert "The calendar is damaged" in last["text"]
        many = "\n".join(f"X{n},2019-06-09,07:00,,,,Host,,,,," for n in range(2001))
        assert "more than 2000 rows" in (await lead.send_file("day.csv", f"{DAY}{many}".encode()))["text"]
        last = await lead.send_file("day.csv", day(("2019-06-09,07:00", "2034-06-09,07:00")))
        assert "The meeting M07 would be long ago or years ahead" in last["text"]
        assert lead.labels == []
        assert stored(house) == before
        assert untouched(house)


async def test_a_long_diff_is_one_message_and_says_how_many_more(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        head = DAY.splitlines()[0]
        lines = [
            f'N{n:03},2019-06-09,{n % 24:02}:00,,Asia/Almaty,,"{"<🎉> & " * 60}",,,,,Nobody{n}; HQ' for n in range(120)
        ]
        rows = "\n".join([head, *lines])
        last = await lead.send_file("day.csv", rows.encode())
        assert "120 new, 0 changed, 0 unchanged." in last["text"]
        assert last["text"].count("more.") >= 3
        await lead.tap("Apply without notices")
        last = await lead.send_file("day.csv", rows.replace(",Asia/Almaty,,", ",Europe/Moscow,kind,").encode())
        assert "0 new, 120 changed, 0 unchanged." in last["text"]
        assert "Apply" in lead.labels
        assert untouched(house)


async def test_a_roster_is_still_a_roster(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        last = await lead.send_file("programme.csv", as_csv(with_one_more(roster())))
        assert "1 new" in last["text"]
        assert house.rows("SELECT purpose FROM upload") == [(Purpose.ROSTER,)]
        rows = [line.split(",")[:4] for line in DAY.splitlines()]
        rows = [[*row, "host" if n == 0 else "Host"] for n, row in enumerate(rows)]
        last = await lead.send_file("roster.xlsx", as_xlsx(rows))
        assert "0 new, 7 changed" in last["text"]


async def paper(phone: Phone, command: str) -> tuple[str, bytes, str]:
    """The file that a command brings: its name, its bytes, what is said along with it."""
    phone.telegram.say(phone.user_id, command)
    await sent(phone.house)
    message = documents(phone)[-1]
    return message["document"]["file_name"], content(phone, message), message["caption"]


async def test_everybody_gets_his_own_programme_as_a_calendar(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001", "ru")
        await in_chat(house, "M02", LEAD, cancelled=True)
        name, data, caption = await paper(observer, "/calendar")
        events = {str(e["UID"]).partition("@")[0]: e for e in Calendar.from_ical(data).walk("VEVENT")}
        mine = house.rows(
            "SELECT m.reference FROM meeting AS m JOIN participation AS x ON x.meeting_id = m.id JOIN person AS p"
            " ON p.team_id = x.team_id WHERE p.reference = 'O001' ORDER BY 1"
        )
        assert (name, sorted(events)) == ("programme.ics", [row[0] for row in mine])
        assert f"Ваша программа: {len(mine)} встреч" in caption
        assert (str(events["M02"]["STATUS"]), events["M02"]["SEQUENCE"]) == ("CANCELLED", 1)
        await observer.say("/programme 2019-06-08")
        label, press = next(b for b in observer.telegram.buttons(observer.last) if b[0] == "В календарь")
        observer.telegram.tap(observer.user_id, observer.last["message_id"], data=press)
        await sent(house)
        assert (label, content(observer, documents(observer)[-1])) == ("В календарь", data)


async def test_who_has_no_meetings_gets_a_word_and_no_file(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await house.act(lambda desk: desk.db.execute("DELETE FROM participation"))
        await observer.say("/calendar")
        await sent(house)
        assert "no meetings yet" in observer.last["text"]


async def test_the_workbook_that_a_coordinator_gets_comes_back_as_no_change(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        await in_chat(house, "M02", LEAD, cancelled=True, note="Later")
        name, data, caption = await paper(lead, "/export programme")
        assert (name, "7 meetings" in caption) == ("programme-2019-06-08-0925.xlsx", True)
        assert "No change: 7 unchanged." in (await lead.send_file(name, data))["text"]
        book = openpyxl.load_workbook(io.BytesIO(data))
        assert book.active is not None
        place = [cell.value for cell in book.active[1]].index("start") + 1
        book.active.cell(row=2, column=place).value = "09:40"
        out = io.BytesIO()
        book.save(out)
        assert "09:30–10:30 → 09:40–10:30" in (await lead.send_file(name, out.getvalue()))["text"]


async def test_a_coordinator_of_some_teams_exports_their_part(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        some = await house.enrol("C002")
        narrow = "INSERT INTO scope (person_id, team_id) SELECT p.id, t.id FROM person AS p, team AS t"
        await house.act(lambda desk: desk.db.execute(f"{narrow} WHERE p.reference = 'C002' AND t.name = 'Team 3'"))
        move = "UPDATE person SET team_id = NULL WHERE reference = 'C002'"
        await house.act(lambda desk: desk.db.execute(move))
        _, data, caption = await paper(some, "/export programme")
        page = openpyxl.load_workbook(io.BytesIO(data)).active
        assert page is not None
        assert [row[0] for row in page.iter_rows(min_row=2, values_only=True)] == ["M06"]
        assert "send it back" not in caption


async def test_two_who_apply_at_the_same_moment_are_heard_one_after_the_other(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        one, other = await house.enrol(LEAD), await house.enrol("C001")
        await one.send_file("day.csv", day(("14:30,15:30", "14:45,15:45")))
        await other.send_file("day.csv", day(("14:30,15:30", "14:50,15:50")))
        for phone, number in ((one, 1), (other, 2)):
            house.telegram.tap(phone.user_id, phone.last["message_id"], data=f"1:ap:{number}:n")
        await house.settle()
        assert of(house, "M04").revision == 2
        texts = sorted("has changed since" in phone.last["text"] for phone in (one, other))
        assert texts == [False, True]
