"""A coordinator sends the roster as a file, looks at what it would do, and taps."""

import asyncio
import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from bot.clock import turn
from demo.telegram import Fault
from domain.upload import MAX_UPLOAD
from tests.house import DATA, House

HEADER = ["reference", "name", "role", "team", "delegation", "language", "time_zone"]
LEAD = "C003"
Rows = list[list[str]]


def roster() -> Rows:
    """The roster of 8 June 2019, header first."""
    with (DATA / "roster.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[str]], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def without(rows: Rows, *references: str) -> Rows:
    return [row for row in rows if row[rows[0].index("reference")] not in references]


def changed(rows: Rows, reference: str, column: str, value: str) -> Rows:
    place = rows[0].index(column)
    mine = rows[0].index("reference")
    return [[*row[:place], value, *row[place + 1 :]] if row[mine] == reference else row for row in rows]


def with_one_more(rows: Rows, reference: str = "N1", name: str = "New One", **cells: str) -> Rows:
    values = {"reference": reference, "name": name, "language": "en", **cells}
    return [*rows, [values.get(column, "") for column in rows[0]]]


def scoped_roster() -> Rows:
    """As it is, and the secretary answers for the observers of one team only."""
    head, *rows = roster()
    team = rows[-1][head.index("team")]
    return [[*head, "scope"], *([*row, team if row[0] == "C002" else ""] for row in rows)]


def people_of(house: House) -> list[tuple[object, ...]]:
    return house.rows(
        "SELECT reference, p.name, role, t.name, delegation, language, time_zone, phone, extra, listed, active"
        " FROM person AS p LEFT JOIN team AS t ON t.id = team_id ORDER BY 1"
    )


def untouched(house: House) -> bool:
    """No letter failed, no update was set aside, and no file lies about."""
    return (
        house.rows("SELECT count(*) FROM outbox WHERE state = 'refused'") == [(0,)]
        and house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)]
        and not list(house.folder.glob("*.upload-*"))
    )


async def test_a_coordinator_sends_the_list_looks_and_applies(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead, leaver = await house.enrol(LEAD), await house.enrol("O002")
        rows = changed(with_one_more(without(roster(), "O001", "O002")), "O003", "name", "Anna <b>Smith</b>")
        before = people_of(house)
        last = await lead.send_file("list.xlsx", as_xlsx(rows))
        for words in ("1 new", "1 changed", "2 no longer listed", "O003", "O001", "Nothing has been imported yet"):
            assert words in last["text"]
        name = house.rows("SELECT name FROM person WHERE reference = 'O001'")[0][0]
        assert f"{name} (O001)" in last["text"]
        assert lead.labels == ["Apply", "Cancel"]
        assert people_of(house) == before
        last = await lead.tap("Apply")
        assert "Imported: 1 new, 1 changed, 2 no longer listed" in last["text"]
        assert lead.labels == ["Who is aboard"]
        assert house.rows("SELECT name, listed FROM person WHERE reference = 'O003'") == [("Anna <b>Smith</b>", 1)]
        assert house.rows("SELECT listed, active FROM person WHERE reference IN ('O001', 'O002')") == [(0, 0)] * 2
        assert house.rows("SELECT state, content, change, file_name FROM upload") == [("applied", None, None, "")]
        author = house.rows("SELECT id FROM person WHERE reference = ?", LEAD)[0][0]
        assert house.rows("SELECT person_id FROM audit WHERE act = 'roster_import'")[-1] == (author,)
        assert "access to this mission has ended" in (await leaver.say("/programme"))["text"]
        assert "No change" in (await lead.send_file("again.xlsx", as_xlsx(rows)))["text"]
        assert lead.labels == []
        assert untouched(house)


async def test_cancel_imports_nothing_and_forgets_the_file(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        before = people_of(house)
        await lead.send_file("list.csv", as_csv(with_one_more(roster())))
        assert house.rows("SELECT state FROM upload WHERE content LIKE '%New One%'") == [("read",)]
        assert "Cancelled" in (await lead.tap("Cancel"))["text"]
        assert house.rows("SELECT state, content FROM upload") == [("cancelled", None)]
        assert people_of(house) == before


async def test_a_button_tapped_twice_or_late_or_forged_does_no_harm(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead, observer = await house.enrol(LEAD), await house.enrol("O001")
        await lead.send_file("list.csv", as_csv(with_one_more(roster())))
        before = people_of(house)
        for data in ("1:ua:1", "1:uc:1"):
            house.telegram.tap(observer.user_id, observer.last["message_id"], data=data)
            await house.settle()
        assert house.rows("SELECT state FROM upload") == [("read",)]
        message = lead.last["message_id"]
        for data in ("1:ua:999999999999999999", "1:uc:77", "1:ua:0", "1:ua:x", "1:ua:"):
            house.telegram.tap(lead.user_id, message, data=data)
            await house.settle()
        assert people_of(house) == before
        house.telegram.tap(lead.user_id, message, data="1:ua:1")
        house.telegram.tap(lead.user_id, message, data="1:ua:1")
        house.telegram.tap(lead.user_id, message, data="1:uc:1")
        await house.settle()
        assert "Imported: 1 new" in lead.last["text"]
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'roster_import'") == [(2,)]  # the first by the test
        toasts = [call.params.get("text") for call in house.telegram.calls.of("answerCallbackQuery")]
        assert toasts[-2:] == ["This file is imported already."] * 2
        await lead.send_file("list.csv", as_csv(with_one_more(roster(), "N2")))
        await lead.tap("Cancel")
        house.telegram.tap(lead.user_id, lead.last["message_id"], data="1:ua:2")
        await house.settle()
        assert house.rows("SELECT count(*) FROM person WHERE reference = 'N2'") == [(0,)]
        assert untouched(house)


async def test_what_changed_meanwhile_is_shown_again_before_it_is_applied(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        first, second = await house.enrol(LEAD), await house.enrol("C001")
        await first.send_file("one.csv", as_csv(with_one_more(roster(), "N1", "First")))
        await second.send_file("two.csv", as_csv(with_one_more(roster(), "N2", "Second")))
        await second.tap("Apply")
        last = await first.tap("Apply")
        assert "The roster has changed since" in last["text"]
        assert "Second (N2)" in last["text"]
        assert house.rows("SELECT active FROM person WHERE reference IN ('N1', 'N2')") == [(1,)]
        assert "1 no longer listed" in (await first.tap("Apply"))["text"]
        assert house.rows("SELECT reference, active FROM person WHERE reference LIKE 'N%'") == [("N2", 0), ("N1", 1)]


async def test_another_coordinator_of_the_whole_mission_may_apply_and_one_of_some_teams_may_not(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        lead, limited, other = [await house.enrol(reference) for reference in (LEAD, "C002", "C001")]
        scope = "INSERT INTO scope SELECT id, (SELECT min(id) FROM team) FROM person WHERE reference = 'C002'"
        await house.act(lambda desk: desk.db.execute(scope))
        data = as_csv(with_one_more(scoped_roster()))
        last = await limited.send_file("list.csv", data)
        assert "whole mission" in last["text"]
        assert house.rows("SELECT count(*) FROM upload") == [(0,)]
        await lead.send_file("list.csv", data)
        for phone, state in ((limited, "read"), (other, "applied")):
            house.telegram.tap(phone.user_id, phone.last["message_id"], data="1:ua:1")
            await house.settle()
            assert house.rows("SELECT state FROM upload") == [(state,)]


async def test_an_observers_file_and_a_file_for_the_log_are_no_imports(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer, lead = await house.enrol("O001"), await house.enrol(LEAD)
        data = as_csv(roster())
        await observer.send_file("list.csv", data, "text/csv")
        await observer.say("/log")
        await observer.send_file("protocol.xlsx", as_xlsx(roster()))
        assert house.rows("SELECT count(*) FROM upload") == [(0,)]
        meeting = house.rows("SELECT id FROM meeting WHERE reference = 'M01'")[0][0]
        house.telegram.tap(lead.user_id, (await lead.say("/programme"))["message_id"], data=f"1:lg:{meeting}:d")
        await house.settle()
        assert house.rows("SELECT flow FROM conversation WHERE user_id = ?", lead.user_id) == [("log",)]
        await lead.send_file("protocol.csv", data, "text/csv")
        assert house.rows("SELECT count(*) FROM upload") == [(0,)]
        assert house.rows("SELECT count(*) FROM log_entry WHERE file_id IS NOT NULL")[0][0] >= 1


async def test_a_file_in_a_group_is_not_for_the_bot(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        group = house.telegram.add_group("Core team", [lead.user_id], bot_is="administrator")
        house.telegram.document(lead.user_id, "list.csv", as_csv(roster()), "text/csv", chat_id=group)
        await house.settle()
        assert house.rows("SELECT count(*) FROM upload") == [(0,)]


BAD: dict[str, tuple[str, bytes, str]] = {
    "a reference twice": ("r.csv", as_csv(with_one_more(roster(), "O001")), "row 434, column reference"),
    "a name twice": (
        "r.xlsx",
        as_xlsx(with_one_more(with_one_more(roster(), "N1", "Twin"), "N2", "Twin")),
        "row 435, column name",
    ),
    "a leader of no team": ("r.csv", as_csv(with_one_more(roster(), role="team_leader")), "a team leader needs a team"),
    "a role that is none": ("r.csv", as_csv(with_one_more(roster(), role="king")), "“king” is no role"),
    "a language nobody speaks": ("r.csv", as_csv(with_one_more(roster(), language="xx")), "row 434, column language"),
    "merged cells": ("r.xlsx", as_xlsx(roster(), merge="D2:D4"), "D2:D4 are merged"),
    "a formula": ("r.xlsx", as_xlsx(with_one_more(roster(), name="=1+1")), "row 434, column name: a formula"),
    "a name beyond measure": ("r.csv", as_csv(with_one_more(roster(), name="N" * 300)), "too long: 300 characters"),
    "html in a bad cell": ("r.csv", as_csv(with_one_more(roster(), role="<b>x</i>")), "“<b>x</i>” is no role"),
    "a password": ("r.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    "the old format": ("r.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "xls"),
    "nothing": ("r.csv", b"", "The file is empty"),
    "a picture": ("r.xlsx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "image"),
    "no names": ("r.csv", b"reference,role\nA1,observer\n", "column name"),
}


def bomb() -> bytes:
    """An archive that would unpack to 300 MB and calls itself a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024 * 1024))
    return out.getvalue()


async def test_bad_files_get_a_clear_answer_and_nothing_is_imported(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        before = people_of(house)
        for what, (name, data, words) in {**BAD, "a bomb": ("r.xlsx", bomb(), "unpacks to far more")}.items():
            last = await lead.send_file(name, data)
            assert words in last["text"], what
            assert "Nothing was imported" in last["text"], what
            assert lead.labels == [], what
            assert house.rows("SELECT DISTINCT state FROM upload") == [("refused",)], what
        assert people_of(house) == before
        assert untouched(house)


async def test_a_hopeless_file_gets_ten_lines_and_the_number_of_the_rest(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        rows = [HEADER, *([f"P{n}", f"Name {n}", "k" * 190, "", "", "<&>" * 60, "Mars"] for n in range(300))]
        last = await lead.send_file("hopeless.csv", as_csv(rows))
        assert last["text"].count("•") == 10
        assert "900 faults" in last["text"]
        assert "890 more" in last["text"]
        assert untouched(house)


async def test_a_file_over_telegrams_limit_is_not_even_fetched(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        last = await lead.send_file("huge.xlsx", b"P" * (MAX_UPLOAD + 1))
        assert "larger than 20 MB" in last["text"]
        assert "fieldpost import" in last["text"]
        assert house.rows("SELECT count(*) FROM upload") == [(0,)]
        assert not house.telegram.calls.of("getFile")


async def test_a_file_that_lies_about_its_size_is_let_go_at_the_limit(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        house.telegram.faults.add(Fault("delay", "download", delay=1))
        sent = house.telegram.document(lead.user_id, "list.csv", as_csv(roster()))
        while not house.telegram.calls.of("getFile"):
            await asyncio.sleep(0.02)
        house.telegram.world.files[sent["document"]["file_id"]].data = b"x" * (MAX_UPLOAD + 1)
        await house.telegram.wait_for(lambda m: "larger than 20 MB" in m.get("text", ""), lead.user_id, 10)
        assert house.rows("SELECT state FROM upload") == [("refused",)]
        assert untouched(house)


@pytest.mark.parametrize("how", ["cp1251", "utf-16", "utf-8-sig", "xlsx"])
async def test_a_secretarys_own_table_is_understood(tmp_path: Path, how: str) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        order = [1, 0, 6, 5, 2, 4, 3]
        heads = ["ФИО", "Код", "Часовой пояс", "Язык", "Роль", "Делегация", "Команда", "Телефон", "Гостиница"]
        rows = [heads, *([*(row[i] for i in order), "", ""] for row in roster()[1:])]
        rows.append(
            ["Иванов Пётр", "N1", "Asia/Almaty", "ru", "Руководитель команды", "", "Север", "+7 701 0000001", "Астана"]
        )
        encoding = how if how != "xlsx" else "utf-8"
        if how == "cp1251":
            rows = [[cell.encode("cp1251", "ignore").decode("cp1251") for cell in row] for row in rows]
        data = as_xlsx(rows) if how == "xlsx" else as_csv(rows, ";", encoding)
        last = await lead.send_file("список.xlsx" if how == "xlsx" else "список.csv", data)
        assert "1 new" in last["text"]
        assert "Гостиница" in last["text"]
        await lead.tap("Apply")
        row = next(row for row in people_of(house) if row[0] == "N1")
        assert row[1:4] == ("Иванов Пётр", "team_leader", "Север")
        assert row[7:9] == ("+7 701 0000001", '{"Гостиница": "Астана"}')


async def test_names_in_arabic_and_with_markup_come_and_go_as_they_are(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        odd = {"N1": "عبد الله بن عبد العزيز", "N2": "<b>Bold</b> & <script>", "N3": "N" * 200, "N4": "{name} %s 🎉"}
        rows = roster()
        for reference, name in odd.items():
            rows = with_one_more(rows, reference, name)
        await lead.send_file("list.csv", as_csv(rows))
        await lead.tap("Apply")
        assert dict(house.rows("SELECT reference, name FROM person WHERE reference LIKE 'N%'")) == odd
        last = await lead.send_file("list.csv", as_csv(roster()))
        assert f"{odd['N1']} (N1), {odd['N2']} (N2)" in last["text"]
        assert odd["N4"] in last["text"]
        assert "Apply" in lead.labels
        assert untouched(house)


async def test_the_names_of_a_preview_fit_into_one_message(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        wide = [*roster()[0], *(f"Column {n} {'<🎉>' * 60}" for n in range(60))]
        rows = [wide, *([f"N{n:031d}", f"{n}{'🎉' * 190}", "observer", "", "", "en", ""] for n in range(60))]
        await lead.send_file("list.csv", as_csv([*rows, *roster()[1:]]))
        await lead.tap("Apply")
        rows = [wide, *([*row[:2], "team_leader", "Team 1", *row[4:]] for row in rows[31:]), *roster()[1:]]
        last = await lead.send_file("list.csv", as_csv(rows))
        assert "30 no longer listed" in last["text"]
        assert untouched(house)


async def test_a_list_that_leaves_no_coordinator_is_refused(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        before = people_of(house)
        for rows in (
            without(roster(), LEAD),
            changed(roster(), LEAD, "role", "observer"),
            [[*row, "Team 1" if row[0] == LEAD else ""] for row in roster()[1:]],
        ):
            table = rows if rows[0] == roster()[0] else [[*roster()[0], "scope"], *rows]
            last = await lead.send_file("list.csv", as_csv(table))
            assert "nobody who is enrolled" in last["text"], last["text"]
            assert lead.labels == []
        assert people_of(house) == before


async def test_who_would_put_himself_out_is_warned(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead, _ = await house.enrol(LEAD), await house.enrol("C001")
        assert "You would no longer" in (await lead.send_file("list.csv", as_csv(without(roster(), LEAD))))["text"]
        assert (
            "You would no longer" not in (await lead.send_file("list.csv", as_csv(without(roster(), "O001"))))["text"]
        )


async def test_half_a_list_is_warned_of(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        rows = roster()
        short = [rows[0], *(row for n, row in enumerate(rows[1:]) if n % 2 or row[0] == LEAD)]
        last = await lead.send_file("list.csv", as_csv(short))
        assert "more than a third of the roster" in last["text"]
        assert "more than a third" not in (await lead.send_file("list.csv", as_csv(without(rows, "O001"))))["text"]


async def test_a_newer_file_takes_the_place_of_the_older(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        await lead.send_file("one.csv", as_csv(with_one_more(roster(), "N1")))
        await lead.send_file("two.csv", as_csv(with_one_more(roster(), "N2", "Two")))
        house.telegram.tap(lead.user_id, lead.last["message_id"], data="1:ua:1")
        await house.settle()
        assert house.rows("SELECT state, content IS NULL FROM upload") == [("cancelled", 1), ("read", 0)]
        assert house.rows("SELECT count(*) FROM person WHERE reference LIKE 'N%'") == [(0,)]


async def test_a_bad_network_only_takes_longer(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        house.telegram.faults.add(Fault("status", "getFile", status=502))
        house.telegram.faults.add(Fault("status", "download", status=503))
        last = await lead.send_file("list.csv", as_csv(with_one_more(roster())))
        assert "1 new" in last["text"]
        assert house.rows("SELECT attempts FROM upload") == [(2,)]


async def test_after_five_attempts_in_vain_the_sender_is_told(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        house.telegram.faults.add(Fault("status", "download", times=None, status=503))
        house.telegram.document(lead.user_id, "list.csv", as_csv(roster()))
        await house.telegram.wait_for(lambda m: "Reading" in m.get("text", ""), lead.user_id, 10)
        await house.act(lambda desk: desk.db.execute("UPDATE upload SET attempts = 4"))
        await house.telegram.wait_for(lambda m: "several times" in m.get("text", ""), lead.user_id, 15)
        assert house.rows("SELECT state FROM upload") == [("refused",)]


async def test_a_file_that_telegram_no_longer_has_is_told_at_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        house.telegram.faults.add(Fault("delay", "getFile", delay=0.3))
        sent = house.telegram.document(lead.user_id, "list.csv", as_csv(roster()))
        house.telegram.world.files.pop(sent["document"]["file_id"])
        await house.telegram.wait_for(lambda m: "no longer has" in m.get("text", ""), lead.user_id, 10)
        assert house.rows("SELECT state, attempts FROM upload") == [("refused", 0)]


async def test_cancelled_while_it_is_read_it_is_cancelled(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        house.telegram.faults.add(Fault("delay", "download", delay=1))
        house.telegram.document(lead.user_id, "list.csv", as_csv(with_one_more(roster())))
        await house.telegram.wait_for(lambda m: "Reading" in m.get("text", ""), lead.user_id, 10)
        while not (fetched := list(house.folder.glob("*.upload-1"))):
            await asyncio.sleep(0.02)
        assert fetched[0].stat().st_mode & 0o777 == 0o600
        await lead.tap("Cancel")
        await asyncio.sleep(3)
        await house.settle()
        assert "Cancelled" in lead.last["text"]
        assert house.rows("SELECT state, content FROM upload") == [("cancelled", None)]
        assert untouched(house)


async def test_who_lost_his_role_meanwhile_imports_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        await lead.send_file("list.csv", as_csv(with_one_more(roster())))
        demote = "UPDATE person SET role = 'observer' WHERE reference = ?"
        await house.act(lambda desk: desk.db.execute(demote, (LEAD,)))
        await lead.tap("Apply")
        assert house.rows("SELECT count(*) FROM person WHERE reference = 'N1'") == [(0,)]


async def test_a_table_beyond_all_measure_is_given_up_and_the_bot_goes_on(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        lead = await house.enrol(LEAD)
        head = ["reference", "name", *(f"c{n}" for n in range(150))]
        wide = [head, *([f"P{n}", f"Name {n}", *["y" * 15] * 150] for n in range(7000))]
        last = await lead.send_file("wide.csv", as_csv(wide))
        assert "far more than a roster" in last["text"]
        assert house.rows("SELECT state, content FROM upload") == [("refused", None)]
        assert "Programme" in (await lead.say("/programme"))["text"]
        assert untouched(house)


async def test_a_forgotten_preview_is_erased_when_the_next_file_comes(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        first, second = await house.enrol(LEAD), await house.enrol("C001")
        await first.send_file("one.csv", as_csv(with_one_more(roster())))
        turn(house.clock_file, datetime.fromisoformat("2019-06-10T03:00:00+00:00"), 1.0)
        await second.send_file("two.csv", as_csv(with_one_more(roster())))
        assert house.rows("SELECT state FROM upload ORDER BY id") == [("cancelled",), ("read",)]
