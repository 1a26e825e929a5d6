"""Strangers who ask to be let in, and the coordinators who decide."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import turn
from domain.button import encode
from domain.payload import Payload
from domain.people_button import BindRequest, DecideRequest, Decision
from tests.house import MORNING, House, Phone
from texts.tongue import Tongues


async def newcomer(house: House, user_id: int = 666, *, language: str = "en", username: str | None = None) -> Phone:
    house.telegram.add_user(user_id, "New", language_code=language, username=username)
    return Phone(house, user_id)


async def rename(house: House, **names: str) -> None:
    statement = "UPDATE person SET name = ? WHERE reference = ?"
    pairs = [(name, reference) for reference, name in names.items()]
    await house.act(lambda desk: desk.db.executemany(statement, pairs))


async def ask(phone: Phone, name: str) -> None:
    await phone.say("/start")
    await phone.tap("Request access")
    await phone.say(name)


async def forge(phone: Phone, payload: Payload) -> None:
    phone.telegram.tap(phone.user_id, phone.last["message_id"], data=encode(payload))
    await phone.house.settle()


async def later(house: House, **delta: int) -> None:
    turn(house.clock_file, MORNING + timedelta(**delta), 1.0)


def request_of(house: House, user_id: int = 666) -> tuple[str, int]:
    state, times = house.rows("SELECT state, times FROM access_request WHERE telegram_id = ?", user_id)[0]
    return state, times


def speaks_for(house: House, user_id: int) -> str | None:
    rows = house.rows(
        "SELECT reference FROM person JOIN account AS a ON person_id = person.id"
        " WHERE telegram_id = ? AND a.ended_at IS NULL",
        user_id,
    )
    return rows[0][0] if rows else None


def assert_no_trouble(house: House) -> None:
    assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked' OR attempts > 0") == [(0,)]
    assert house.rows("SELECT method, error FROM outbox WHERE state = 'refused'") == []
    assert not house.telegram.surprises


async def test_an_observer_without_a_link_asks_and_is_let_in(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await rename(house, O010="Aigerim Nurlanova", O011="Aigerim Omarova")
        coordinator = await house.enrol("C003")
        token = await house.invite("O010")
        aigerim = await newcomer(house, username="aigerim_n", language="ru")
        t = Tongues(("en", "ru")).of("ru")
        await aigerim.say("/start")
        before = len(aigerim.messages)
        last = await aigerim.tap(t.label("Request access"))
        assert "/cancel" in last["text"]
        assert len(aigerim.messages) == before
        last = await aigerim.say("  NURLANOVA \u200b  aigerim ")
        thanks = "Thank you, {name}. The coordinators have been asked; you will hear from us here."
        assert last["text"] == t.label(thanks, name="NURLANOVA aigerim")
        assert speaks_for(house, 666) is None
        for fact in ("NURLANOVA aigerim", "@aigerim_n", "Russian"):
            assert fact in coordinator.last["text"]
        await coordinator.tap("Find on the roster")
        assert [label[:17] for label in coordinator.labels] == ["Aigerim Nurlanova", "Back"]
        last = await coordinator.tap("Aigerim Nurlanova")
        assert "let in by Press officer" in last["text"]
        assert "O010" in last["text"]
        granted = t.label("The coordinators have let you in as <b>{name}</b>. Welcome!", name="Aigerim Nurlanova")
        assert granted.replace("<b>", "").replace("</b>", "") in aigerim.read()
        assert aigerim.last["text"] == t.label("In which language shall I write to you?")
        await aigerim.tap("Русский")
        assert speaks_for(house, 666) == "O010"
        assert request_of(house) == ("bound", 1)
        assert house.rows("SELECT own_language FROM person WHERE reference = 'O010'") == [("ru",)]
        granted_to = (
            "SELECT json_extract(a.detail, '$.person') = p.id FROM audit AS a, person AS p WHERE p.reference = 'O010'"
        )
        assert house.rows(f"{granted_to} AND a.act = 'access_granted'") == [(1,)]
        finder = await newcomer(house, 7)
        assert "replaced" in (await finder.say(f"/start {token}"))["text"]
        assert_no_trouble(house)


async def test_the_bot_may_be_restarted_between_any_two_steps_of_a_request(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await rename(house, O010="Aigerim Nurlanova")
        coordinator = await house.enrol("C003")
        stranger = await newcomer(house)

        async def again() -> None:
            await house.close()
            await house.open()

        await stranger.say("hello")
        await again()
        await stranger.tap("Request access")
        await again()
        await stranger.say("Somebody Else")
        await again()
        await coordinator.tap("Find on the roster")
        await again()
        await coordinator.say("nurlanova")
        await again()
        await coordinator.tap("Aigerim Nurlanova")
        await again()
        await stranger.tap("English")
        assert "Welcome, Aigerim Nurlanova" in stranger.read()
        assert speaks_for(house, 666) == "O010"
        assert_no_trouble(house)


async def test_a_coordinator_searches_by_other_names_until_he_finds_whom_he_means(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await rename(house, O010="Айгерім <Нұрланова> & Co", O011="Omarova Saule", O012="Omarova Dana")
        coordinator = await house.enrol("C003")
        await house.enrol("O012")
        stranger = await newcomer(house, language="x<y>-&")
        await ask(stranger, "Who <b>Am</b> & I")
        assert "Who <b>Am</b> & I" in coordinator.last["text"]
        assert "x<y>-&" in coordinator.last["text"]
        last = await coordinator.tap("Find on the roster")
        assert "Nobody without an account" in last["text"]
        last = await coordinator.say("<i>nobody</i> %s {name}")
        assert "<i>nobody</i> %s {name}" in last["text"]
        await coordinator.say("omarova")
        assert [label[:13] for label in coordinator.labels] == ["Omarova Saule", "Back"]
        last = await coordinator.say("observer")
        assert "There are more" in last["text"]
        assert len(coordinator.labels) == 9
        last = await coordinator.say(" ... ")
        assert coordinator.labels == ["Back"]
        await coordinator.say("НҰРЛАНОВА")
        await coordinator.tap("Айгерім")
        assert speaks_for(house, 666) == "O010"
        last = await coordinator.say("omarova")
        assert "Omarova Saule" not in str(last)
        assert_no_trouble(house)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("x", "too short"),
        ("12 34", "too short"),
        ("   \u200b ", "too short"),
        ("n" * 101, "too long"),
        ("see https://evil.example/x", "without links"),
        ("Free money t.me/evil", "without links"),
        ("evil.com", "without links"),
        ("@somebody", "without links"),
        ("/programme", "a command"),
    ],
)
async def test_what_is_no_name_is_refused_with_a_reason_and_asked_again(tmp_path: Path, words: str, why: str) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        stranger = await newcomer(house)
        before = len(coordinator.messages)
        await ask(stranger, words)
        assert why in stranger.last["text"]
        assert len(coordinator.messages) == before
        house.telegram.sticker(666)
        await house.settle()
        assert "as text" in stranger.last["text"]
        await stranger.say("Anna-Maria O’Neill عائشة J.Smith")
        assert "have been asked" in stranger.last["text"]
        assert "عائشة" in coordinator.last["text"]
        assert_no_trouble(house)


@pytest.mark.parametrize("words", ["/cancel", "/start"])
async def test_a_stranger_who_thinks_better_of_it_asks_nobody(tmp_path: Path, words: str) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        before = len(coordinator.messages)
        stranger = await newcomer(house)
        await stranger.say("hi")
        await stranger.tap("Request access")
        await stranger.say(words)
        assert stranger.labels == ["Request access"]
        last = await stranger.say("Just A Name")
        assert "accredited observers" in last["text"]
        assert house.rows("SELECT count(*) FROM access_request") == [(0,)]
        assert len(coordinator.messages) == before
        await stranger.tap("Request access")
        await stranger.say("Just A Name")
        assert request_of(house) == ("open", 1)


async def test_whoever_waits_is_told_so_in_one_panel_and_coordinators_hear_of_him_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        stranger = await newcomer(house)
        await stranger.say("hi")
        button = stranger.last["message_id"]
        await stranger.tap("Request access")
        await stranger.say("Just A Name")
        told, panels = len(coordinator.messages), len(stranger.messages)
        for words in ("/start", "please", "/cancel", "/help", "Just A Name"):
            last = await stranger.say(words)
            assert "You asked on" in last["text"]
            assert "09:25" in last["text"]
        house.telegram.tap(666, button, data="1:ra")
        await house.settle()
        assert len(stranger.messages) <= panels + 1
        assert len(coordinator.messages) == told
        assert house.rows("SELECT count(*) FROM access_request") == [(1,)]
        assert_no_trouble(house)


async def test_whoever_was_refused_may_ask_again_next_day_and_three_times_in_all(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        stranger = await newcomer(house)
        for day in range(3):
            await later(house, days=day, minutes=day)
            await ask(stranger, "Just A Name")
            assert request_of(house) == ("open", day + 1)
            last = await coordinator.tap("Refuse")
            assert "was refused by Press officer" in last["text"]
            assert "did not find you" in stranger.last["text"]
            await later(house, days=day, hours=23)
            await stranger.say("hello")
            last = await stranger.tap("Request access")
            assert ("ask again from" if day < 2 else "answered your requests") in last["text"]
            await stranger.say("Just A Name")
            assert request_of(house) == ("refused", day + 1)
        await later(house, days=30)
        await stranger.say("hello")
        assert "answered your requests" in (await stranger.tap("Request access"))["text"]
        assert stranger.read().count("did not find you") == 3
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'access_refused'") == [(3,)]
        assert_no_trouble(house)


async def test_whoever_is_blocked_hears_nothing_any_more_whatever_he_tries(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        stranger = await newcomer(house)
        await ask(stranger, "Just A Name")
        told = stranger.read()
        last = await coordinator.tap("Block")
        assert "was blocked by Press officer" in last["text"]
        alerts = len(coordinator.messages)
        token = await house.invite("O001")
        for words in ("/start", f"/start {token}", "/start wrong", "hello", "/cancel"):
            await stranger.say(words)
        for data in ("1:ra", "1:id:1:1", "garbage"):
            house.telegram.tap(666, stranger.last["message_id"], data=data)
        await later(house, days=40)
        await stranger.say("hello")
        assert stranger.read() == told
        assert len(coordinator.messages) == alerts
        assert speaks_for(house, 666) is None
        assert house.rows("SELECT count(*) FROM audit WHERE act = 'access_blocked'") == [(1,)]
        assert_no_trouble(house)


async def test_the_second_of_two_coordinators_sees_what_the_first_decided(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await rename(house, O010="Just A Name")
        first, second = await house.enrol("C003"), await house.enrol("C001")
        stranger = await newcomer(house)
        await ask(stranger, "Just A Name")
        await second.tap("Find on the roster")
        await first.tap("Refuse")
        answers = len(stranger.messages)
        last = await second.tap("Just A Name")
        assert "was refused by Press officer" in last["text"]
        assert "09:25" in last["text"]
        for decision in Decision:
            await forge(second, DecideRequest(1, decision))
            assert "was refused by Press officer" in second.last["text"]
        assert request_of(house) == ("refused", 1)
        assert speaks_for(house, 666) is None
        assert len(stranger.messages) == answers
        assert house.rows("SELECT act FROM audit WHERE act LIKE 'access_%'") == [("access_refused",)]


async def test_a_person_who_meanwhile_came_aboard_or_left_the_list_cannot_be_given_away(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await rename(house, O010="Dana Omarova", O011="Saule Omarova", O012="Madina Omarova")
        coordinator = await house.enrol("C003")
        stranger = await newcomer(house)
        await ask(stranger, "Omarova")
        await coordinator.tap("Find on the roster")
        dana = await house.enrol("O010")
        unlist = "UPDATE person SET active = 0, listed = 0 WHERE reference = 'O011'"
        await house.act(lambda desk: desk.db.execute(unlist))
        stale = coordinator.last["message_id"]
        for reference in ("O010", "O011"):
            person_id = house.rows("SELECT id FROM person WHERE reference = ?", reference)[0][0]
            house.telegram.tap(coordinator.user_id, stale, data=encode(BindRequest(1, person_id)))
            await house.settle()
            assert "meanwhile" in coordinator.last["text"]
            assert [label[:14] for label in coordinator.labels] == ["Madina Omarova", "Back"]
        assert speaks_for(house, dana.user_id) == "O010"
        assert speaks_for(house, 666) is None
        await coordinator.say("madina")
        await coordinator.tap("Madina")
        assert speaks_for(house, 666) == "O012"


async def test_a_request_is_answered_once_its_account_comes_aboard_by_link(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        stranger = await newcomer(house)
        await ask(stranger, "Just A Name")
        speaks = "UPDATE person SET language = 'en' WHERE reference = 'O001'"
        await house.act(lambda desk: desk.db.execute(speaks))
        await stranger.say(f"/start {await house.invite('O001')}")
        await stranger.tap("Yes")
        last = await coordinator.tap("Block")
        assert "came aboard by an invitation link" in last["text"]
        assert "Observer 001" in last["text"]
        await stranger.tap("English")
        assert "09:30" in (await stranger.say("/programme"))["text"]
        assert request_of(house) == ("bound", 1)


async def test_a_flood_of_requests_becomes_one_alert_and_all_can_be_decided_one_after_another(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        before = len(coordinator.messages)
        for number in range(23):
            await ask(await newcomer(house, 5000 + number), f"Name {chr(65 + number)}")
        alerts = coordinator.messages[before:]
        assert [("asks to be let in" in alert["text"]) for alert in alerts] == [True] * 20 + [False]
        assert "21 people wait" in alerts[-1]["text"]
        await coordinator.tap("Show the first")
        assert "Name A" in coordinator.last["text"]
        for _ in range(22):
            await coordinator.tap("Block")
            await coordinator.tap("Next request")
        await coordinator.tap("Block")
        assert coordinator.labels == []
        assert house.rows("SELECT DISTINCT state FROM access_request") == [("blocked",)]
        await later(house, hours=2)
        await ask(await newcomer(house, 6000), "Late Name")
        assert "Late Name" in coordinator.last["text"]


async def test_who_does_not_coordinate_the_whole_mission_learns_and_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        chief = await house.enrol("C003")
        others = [await house.enrol(reference) for reference in ("C001", "O001", "O050")]
        leader = "UPDATE person SET role = 'team_leader' WHERE reference = 'O050'"
        await house.act(lambda desk: desk.db.execute(leader))
        narrow = "INSERT INTO scope (person_id, team_id) SELECT id, team_id FROM person WHERE reference = 'C001'"
        await house.act(lambda desk: desk.db.execute(narrow))
        stranger = await newcomer(house)
        await ask(stranger, "Secret Name")
        assert "Secret Name" in chief.last["text"]
        target = house.rows("SELECT id FROM person WHERE reference = 'O300'")[0][0]
        for phone in (*others, stranger):
            for decision in Decision:
                await forge(phone, DecideRequest(1, decision))
            await forge(phone, BindRequest(1, target))
            if phone is not stranger:
                await phone.say("Observer")
                assert "Secret Name" not in phone.read()
        for request_id, person_id in ((0, target), (10**17, target), (1, 10**17), (1, 0)):
            await forge(chief, BindRequest(request_id, person_id))
        for request_id in (0, 99, 10**17):
            await forge(chief, DecideRequest(request_id, Decision.BLOCK))
        await forge(chief, DecideRequest(1, Decision.SEARCH))
        narrow = narrow.replace("C001", "C003")
        await house.act(lambda desk: desk.db.execute(narrow))
        last = await chief.say("Observer 300")
        assert "not for your role" in last["text"]
        assert request_of(house) == ("open", 1)
        assert house.rows("SELECT count(*) FROM account") == [(4,)]
        assert_no_trouble(house)
