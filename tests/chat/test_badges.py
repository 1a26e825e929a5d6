"""Invitations that a coordinator gets as a file: badges to print, and a table."""

import asyncio
import base64
import io
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import zxingcpp
from openpyxl import load_workbook
from PIL import Image

from demo.telegram import Fault
from services import papers
from services.desk import post
from services.invitations import hash_token
from services.paper import PaperKind
from storage import people
from tests.house import House, Message, Phone
from texts.tongue import Tongues

BATCH = 110


class Badges(HTMLParser):
    """What a browser makes of the sheet: a dictionary a slip, and every tag and address there is."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.slips: list[dict[str, str]] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self._field = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.add(tag)
        self.addresses += [told[name] or "" for name in ("src", "href") if name in told]
        if tag == "article":
            self.slips.append({})
        elif tag == "img":
            self.slips[-1]["code"] = told["src"] or ""
        self._field = "name" if tag == "h1" else told.get("class") or ("step" if tag == "p" else "")

    def handle_endtag(self, tag: str) -> None:
        self._field = ""

    def handle_data(self, data: str) -> None:
        if self._field and self.slips:
            self.slips[-1][self._field] = self.slips[-1].get(self._field, "") + data


def decoded(slip: dict[str, str]) -> str:
    """What a phone's camera reads off a badge."""
    kind, _, data = slip["code"].partition(";base64,")
    assert kind == "data:image/png"
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(data))))
    assert len(found) == 1
    return found[0].text


def token_of(link: str) -> str:
    head, _, token = link.partition("?start=")
    assert head == "https://t.me/fieldpost_bot"
    return token


def documents(phone: Phone) -> list[Message]:
    return [message for message in phone.messages if "document" in message]


def content(phone: Phone, message: Message) -> bytes:
    return phone.telegram.file_bytes(message["document"]["file_id"])


async def order(coordinator: Phone, label: str) -> None:
    """/board and a button that brings a file; a file takes longer than an answer."""
    message = await coordinator.say("/board")
    data = dict(coordinator.telegram.buttons(message))[label]
    coordinator.telegram.tap(coordinator.user_id, message["message_id"], data=data)
    await sent(coordinator.house)


async def sent(house: House) -> None:
    """Until every file is made and gone."""
    async with asyncio.timeout(90):
        await house.telegram.settle(10)
        while house.rows("SELECT 1 FROM outbox WHERE method = 'sendDocument' AND state IN ('queued', 'sending')"):
            await asyncio.sleep(0.05)
    await house.settle()


async def badges_of(coordinator: Phone) -> Badges:
    """/board, [Badges]: what arrives."""
    await order(coordinator, "Badges")
    return Badges(content(coordinator, documents(coordinator)[-1]))


async def table_of(coordinator: Phone) -> list[tuple[Any, ...]]:
    """/board, [Links (XLSX)]: the rows below the header."""
    await order(coordinator, "Links (XLSX)")
    return rows_of(content(coordinator, documents(coordinator)[-1]))


def rows_of(data: bytes) -> list[tuple[Any, ...]]:
    page = load_workbook(io.BytesIO(data)).active
    assert page is not None
    return list(page.iter_rows(min_row=2, values_only=True))


def open_hashes(house: House) -> dict[str, bytes]:
    """Of each person's one link that still works."""
    rows = house.rows(
        "SELECT p.reference, i.token_hash FROM invitation AS i JOIN person AS p ON p.id = i.person_id"
        " WHERE i.revoked_at IS NULL AND i.used_at IS NULL"
    )
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def files_of(folder: Path) -> bytes:
    """The database, its log included."""
    return b"".join(path.read_bytes() for path in folder.glob("mission.sqlite*"))


async def lead_small(house: House) -> Phone:
    """A coordinator of two teams with seventeen people, who is one of them."""
    ids = house.rows("SELECT id FROM team WHERE name IN ('HQ', 'Team 8')")
    await house.act(lambda desk: people.set_scope(desk.db, "C001", [row[0] for row in ids]))
    return await house.enrol("C001")


async def rename(house: House, reference: str, name: str) -> None:
    await house.act(lambda desk: desk.db.execute("UPDATE person SET name = ? WHERE reference = ?", (name, reference)))


async def test_all_432_come_aboard_from_one_sheet_of_badges(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        last = await coordinator.say("/board")
        assert "1 of 432" in last["text"]
        sheet = await badges_of(coordinator)
        message = documents(coordinator)[-1]
        assert message["document"]["file_name"].endswith(".html")
        assert "431 people" in message["caption"]
        assert "earlier links" in message["caption"]
        assert "22 June 2019" in message["caption"] or "June 22, 2019" in message["caption"]
        links = {slip["reference"]: decoded(slip) for slip in sheet.slips}
        assert all(slip["link"] == links[slip["reference"]] for slip in sheet.slips)
        assert {reference: hash_token(token_of(link)) for reference, link in links.items()} == open_hashes(house)
        assert len(links) == 431
        await enrol_all(house, links)
        last = await coordinator.say("/board")
        assert "432 of 432" in last["text"]
        assert "100 %" in last["text"]
        assert not any(label in coordinator.labels for label in ("Badges", "Remind all who are not"))
        whose = dict(
            house.rows("SELECT telegram_id, reference FROM account JOIN person ON person.id = account.person_id")
        )
        assert all(whose[20_000 + number] == reference for number, reference in enumerate(links))
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)]
        assert not house.telegram.surprises


async def enrol_all(house: House, links: dict[str, str]) -> None:
    """Everybody opens his link, says that he is the one, and chooses the first language, a hundred at a time."""
    phones = []
    for number, (reference, link) in enumerate(links.items()):
        house.telegram.add_user(20_000 + number, reference, language_code="ru")
        phones.append((20_000 + number, token_of(link)))
    for start in range(0, len(phones), BATCH):
        batch = phones[start : start + BATCH]
        for user_id, token in batch:
            house.telegram.say(user_id, f"/start {token}")
        await house.settle()
        for _ in ("Yes, that is me", "English"):
            for user_id, _token in batch:
                message = house.telegram.last(user_id)
                house.telegram.tap(user_id, message["message_id"], data=house.telegram.buttons(message)[0][1])
            await house.settle()


async def test_the_table_holds_the_same_people_and_its_links_work(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        rows = await table_of(coordinator)
        page = load_workbook(io.BytesIO(content(coordinator, documents(coordinator)[-1]))).active
        assert page is not None
        header = [cell.value for cell in page[1]]
        assert header == ["Reference", "Name", "Team", "Delegation", "Language", "Link", "Expires"]
        assert page.freeze_panes == "A2"
        assert {row[0]: hash_token(token_of(row[5])) for row in rows} == open_hashes(house)
        by_reference = {row[0]: row for row in rows}
        assert by_reference["O001"][1:5] == ("Observer 001", "HQ", "Russian Federation", "ru")
        assert by_reference["O001"][6].startswith("2019-06-22 09:2")
        phone = Phone(house, 77)
        house.telegram.add_user(77, "Anybody", language_code="en")
        last = await phone.say(f"/start {token_of(by_reference['O007'][5])}")
        assert "Observer 007" in last["text"]


async def test_no_link_ever_lies_in_the_database(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        sheet = await badges_of(coordinator)
        stored = files_of(tmp_path)
        assert sheet.slips
        assert not any(token_of(slip["link"]).encode() in stored for slip in sheet.slips)


async def test_a_sheet_whose_answer_was_lost_comes_again_and_only_the_newer_one_holds(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await lead_small(house)
        house.telegram.faults.add(Fault("cut_after", method="sendDocument"))
        await badges_of(coordinator)
        first, second = (Badges(content(coordinator, message)) for message in documents(coordinator))
        old, new = ({slip["reference"]: token_of(slip["link"]) for slip in sheet.slips} for sheet in (first, second))
        assert old.keys() == new.keys()
        for user_id, reference in enumerate(sorted(new)[3:6], 50):
            house.telegram.add_user(user_id, reference, language_code="en")
            phone = Phone(house, user_id)
            last = await phone.say(f"/start {old[reference]}")
            assert "replaced by a newer one" in last["text"]
            await phone.say(f"/start {new[reference]}")
            await phone.tap(house.telegram.buttons(phone.last)[0][0])
            assert house.rows(
                "SELECT reference FROM person JOIN account ON person_id = person.id WHERE telegram_id = ?", user_id
            ) == [(reference,)]


async def test_a_sheet_that_certainly_did_not_arrive_goes_again_as_it_was(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await lead_small(house)
        house.telegram.faults.add(Fault("429", method="sendDocument", retry_after=1))
        sheet = await badges_of(coordinator)
        assert len(documents(coordinator)) == 1
        assert {slip["reference"]: hash_token(token_of(slip["link"])) for slip in sheet.slips} == open_hashes(house)
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'invitations_issued'") == [(1,)]


async def test_a_caption_that_telegram_cannot_read_goes_without_markup(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await lead_small(house)
        answer = '{"ok": false, "error_code": 400, "description": "Bad Request: can\'t parse entities: x"}'
        house.telegram.faults.add(Fault("status", method="sendDocument", status=400, body=answer))
        sheet = await badges_of(coordinator)
        assert len(sheet.slips) == 16
        (message,) = documents(coordinator)
        assert message["caption"].startswith("Invitations for 16 people.")
        assert "caption_entities" not in message


async def test_a_bot_that_stops_while_it_makes_a_sheet_makes_it_after_the_start(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        message = await coordinator.say("/board")
        house.telegram.tap(coordinator.user_id, message["message_id"], data="1:ba:b")
        while not house.rows("SELECT 1 FROM audit WHERE act = 'invitations_issued'"):
            await asyncio.sleep(0.01)
        await house.close()
        await house.open()
        await sent(house)
        sheet = Badges(content(coordinator, documents(coordinator)[-1]))
        assert {slip["reference"]: hash_token(token_of(slip["link"])) for slip in sheet.slips} == open_hashes(house)


async def test_names_that_want_to_be_formulas_or_markup_are_only_names(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        odd = {
            "O001": '=HYPERLINK("http://evil.example","x")',
            "O002": "<b>x</b><script>alert(1)</script><img src=http://evil.example>",
            "O003": "عبد الرحمن " * 27,
            "O004": '"><style>*{display:none}</style>&lt;',
            "O005": "+7 & {body}",
        }
        for reference, name in odd.items():
            await rename(house, reference, name)
        coordinator = await lead_small(house)
        sheet = await badges_of(coordinator)
        names = {slip["reference"]: slip["name"] for slip in sheet.slips}
        assert {reference: names[reference] for reference in odd} == odd
        assert sheet.tags.isdisjoint({"b", "script", "link", "a", "iframe"})
        assert all(address.startswith("data:image/png;base64,") for address in sheet.addresses)
        await table_of(coordinator)
        page = load_workbook(io.BytesIO(content(coordinator, documents(coordinator)[-1]))).active
        assert page is not None
        cells = {row[0].value: row[1] for row in page.iter_rows(min_row=2)}
        assert cells["O001"].data_type == "s"
        assert cells["O001"].value == "'" + odd["O001"]
        assert cells["O005"].value == "'" + odd["O005"]
        assert cells["O002"].value == odd["O002"]


async def test_each_badge_speaks_its_owners_language(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        speaks = "UPDATE person SET language = ? WHERE reference = ?"
        await house.act(lambda desk: desk.db.execute(speaks, ("en", "O001")))
        await house.act(lambda desk: desk.db.execute(speaks, ("ru", "O002")))
        sheet = await badges_of(await lead_small(house))
        slips = {slip["reference"]: slip for slip in sheet.slips}
        for reference, language, month in (("O001", "en", "Jun"), ("O002", "ru", "июн")):
            assert Tongues((language,)).default.label("Yes, that is me") in slips[reference]["step"]
            assert month in slips[reference]["valid"]


async def test_a_coordinator_of_one_team_gets_only_his_teams_links(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C002")
        team_id = house.rows("SELECT id FROM team WHERE name = 'Team 8'")[0][0]
        await house.act(lambda desk: people.set_scope(desk.db, "C002", [team_id]))
        sheet = await badges_of(coordinator)
        members = {row[0] for row in house.rows("SELECT reference FROM person WHERE team_id = ?", team_id)}
        assert {slip["reference"] for slip in sheet.slips} == members
        assert len(members) == 8
        assert {row[0] for row in await table_of(coordinator)} == members
        assert open_hashes(house).keys() == members


async def test_two_taps_on_badges_make_one_sheet(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await lead_small(house)
        message = await coordinator.say("/board")
        for _ in range(2):
            house.telegram.tap(coordinator.user_id, message["message_id"], data="1:ba:b")
        await sent(house)
        assert len(documents(coordinator)) == 1


async def test_an_observer_who_forges_the_button_gets_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/programme")
        for act in "bllrRb":
            house.telegram.tap(observer.user_id, observer.last["message_id"], data=f"1:ba:{act}")
            await house.settle()
        assert documents(observer) == []
        assert house.rows("SELECT count(*) FROM invitation") == [(1,)]


async def test_who_may_no_longer_have_the_file_when_it_is_made_gets_none(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        person = await house.act(lambda desk: people.find_by_reference(desk.db, "O001"))
        await house.act(lambda desk: post(desk, papers.letter(observer.user_id, person, PaperKind.BADGES)))
        await house.settle()
        await house.telegram.wait_for(lambda m: "nobody left to invite" in m.get("text", ""), observer.user_id, 5)
        other = await house.enrol("O002")
        await house.act(lambda desk: desk.db.execute("UPDATE person SET role = 'coordinator' WHERE reference = 'O001'"))
        await house.act(lambda desk: post(desk, papers.letter(other.user_id, person, PaperKind.BADGES)))
        await house.telegram.wait_for(lambda m: "nobody left to invite" in m.get("text", ""), other.user_id, 5)
        assert documents(observer) == documents(other) == []
        assert house.rows("SELECT count(*) FROM invitation") == [(2,)]


async def test_when_everybody_came_aboard_meanwhile_the_coordinator_is_told(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        person = await house.act(lambda desk: people.find_by_reference(desk.db, "C001"))
        wanted = papers.letter(coordinator.user_id, person, PaperKind.LINKS, person_ids=[person.person_id, 10**18])
        await house.act(lambda desk: post(desk, wanted))
        await house.telegram.wait_for(lambda m: "nobody left to invite" in m.get("text", ""), coordinator.user_id, 5)
        assert "Who is aboard" in coordinator.labels
        last = await coordinator.tap("Who is aboard")
        assert "1 of 432" in last["text"]


async def test_a_file_that_cannot_be_made_is_owned_up_to_and_holds_nobody_up(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        person = await house.act(lambda desk: people.find_by_reference(desk.db, "C001"))
        wanted = papers.letter(coordinator.user_id, person, PaperKind.LINKS)
        wanted.payload["paper"]["kind"] = "scroll"
        await house.act(lambda desk: post(desk, wanted))
        await sent(house)
        assert "could not make the file" in coordinator.last["text"]
        last = await coordinator.say("/board")
        assert "1 of 432" in last["text"]
