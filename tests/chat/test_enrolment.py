"""Coming aboard: the link, language, clock, and whatever comes between."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.access import COMMANDS, may
from domain.person import Role
from tests.chat.at_the_door import assert_no_trouble, change, english, holder, later, newcomer, tap
from tests.house import House
from texts.commands import describe
from texts.tongue import Tongues

SPOKEN = Tongues(("en", "ru", "kk"))


async def without_zone(house: House, reference: str = "O001") -> None:
    await change(house, "UPDATE person SET language = 'en', zone_known = 0 WHERE reference = ?", reference)


def own(house: House, reference: str = "O001") -> tuple[Any, ...]:
    return house.rows("SELECT own_language, own_time_zone FROM person WHERE reference = ?", reference)[0]


def menu_of(house: House, chat_id: int) -> list[dict[str, str]]:
    scope = orjson.dumps({"type": "chat", "chat_id": chat_id}, option=orjson.OPT_SORT_KEYS).decode()
    return house.telegram.world.commands.get((scope, ""), [])


async def test_whoever_says_no_leaves_the_link_to_its_owner_and_coordinators_hear_of_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await english(house, "O001")
        link = f"/start {await house.invite('O001')}"
        wrong, right = await newcomer(house, 5), await newcomer(house, 6)
        await wrong.say(link)
        last = await wrong.tap("No")
        assert "not yours" in last["text"]
        assert "says that he is somebody else" in coordinator.last["text"]
        assert "Observer 001" in coordinator.last["text"]
        await wrong.say("/start")
        assert wrong.labels == ["Request access"]
        await right.say(link)
        await right.tap("Yes")
        assert holder(house, "O001") == [(6,)]


async def test_of_two_accounts_at_one_link_the_first_to_say_yes_has_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await english(house, "O001")
        link = f"/start {await house.invite('O001')}"
        first, second = await newcomer(house, 5), await newcomer(house, 6)
        await first.say(link)
        await second.say(link)
        await second.tap("Yes")
        last = await first.tap("Yes")
        assert "used already" in last["text"]
        assert "opened by another Telegram account" in coordinator.last["text"]
        assert holder(house, "O001") == [(6,)]
        assert "accredited observers" in (await first.say("/programme"))["text"]


@pytest.mark.parametrize(("label", "language"), [("English", "en"), ("Русский", "ru"), ("Қазақ", "kk")])
@pytest.mark.parametrize(("reference", "role"), [("O001", Role.OBSERVER), ("C002", Role.COORDINATOR)])
async def test_one_tap_chooses_the_language_for_good_and_the_menu_holds_the_roles_commands(
    tmp_path: Path, label: str, language: str, reference: str, role: Role
) -> None:
    async with House(tmp_path) as house:
        await english(house, reference)
        phone = await newcomer(house)
        await phone.say(f"/start {await house.invite(reference)}")
        await phone.tap("Yes")
        await phone.tap(label)
        expected = describe(
            SPOKEN.of(language), [name for name, rule in COMMANDS.items() if may(role, rule, in_group=False)]
        )
        assert [(c["command"], c["description"]) for c in menu_of(house, 666)] == expected
        assert ("digest" in dict(expected)) == role.leads
        await change(house, "UPDATE person SET language = 'kk' WHERE reference = ?", reference)
        await house.close()
        await house.open()
        last = await phone.say("/start")
        greeting = "You are enrolled as <b>{name}</b>. /programme shows your meetings."
        name = house.rows("SELECT name FROM person WHERE reference = ?", reference)[0][0]
        plain = SPOKEN.of(language).label(greeting, name=name).replace("<b>", "").replace("</b>", "")
        assert last["text"] == plain
        assert own(house, reference)[0] == language
        assert_no_trouble(house)


async def test_a_language_of_the_roster_that_nobody_speaks_here_does_no_harm(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await change(house, "UPDATE person SET language = 'de' WHERE reference = 'O001'")
        phone = await newcomer(house)
        await phone.say(f"/start {await house.invite('O001')}")
        await phone.tap("Yes")
        await tap(phone, "1:la:de")
        await tap(phone, "1:la:" + "x" * 50)
        assert phone.labels == ["English", "Русский", "Қазақ тілі"]
        assert own(house) == (None, None)
        await phone.tap("English")
        assert own(house) == ("en", None)
        assert "Welcome" in phone.read()
        assert_no_trouble(house)


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Москва", "Europe/Moscow"),
        ("  moscow ", "Europe/Moscow"),
        ("europe/london", "Europe/London"),
        ("New York", "America/New_York"),
        ("Лондон", "Europe/London"),
    ],
)
async def test_a_person_whose_clock_nobody_knows_writes_his_city(tmp_path: Path, words: str, zone: str) -> None:
    async with House(tmp_path) as house:
        await without_zone(house)
        phone = await newcomer(house)
        await phone.say(f"/start {await house.invite('O001')}")
        await phone.tap("Yes")
        last = await phone.tap("English")
        assert "clock" in last["text"]
        await phone.say(words)
        assert own(house) == ("en", zone)
        assert "Welcome, Observer 001" in phone.read()
        assert house.rows("SELECT count(*) FROM conversation") == [(0,)]


async def test_a_person_whose_clock_nobody_knows_taps_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await without_zone(house)
        phone = await newcomer(house)
        await phone.say(f"/start {await house.invite('O001')}")
        await phone.tap("Yes")
        await phone.tap("English")
        assert phone.labels
        await phone.tap("Almaty")
        assert own(house) == ("en", "Asia/Almaty")
        assert "Welcome, Observer 001" in phone.read()


async def test_several_cities_and_no_city_are_asked_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await without_zone(house)
        phone = await newcomer(house)
        await phone.say(f"/start {await house.invite('O001')}")
        await phone.tap("Yes")
        await phone.tap("English")
        for nonsense in ("<b>qwertz</b>", "x", "{zone} %s", "🎉"):
            last = await phone.say(nonsense)
            assert f"“{nonsense}”" in last["text"]
            assert any(label.startswith("Almaty (") for label in phone.labels)
        await tap(phone, "1:tz:../../etc/passwd")
        await tap(phone, "1:tz:")
        last = await phone.say("San")
        assert "Which of these" in last["text"]
        assert len(phone.labels) > 1
        await phone.tap("Santiago")
        assert own(house) == ("en", "America/Santiago")
        assert_no_trouble(house)


async def test_whoever_ignores_the_questions_and_works_is_not_held_up(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await without_zone(house)
        phone = await newcomer(house)
        await phone.say(f"/start {await house.invite('O001')}")
        await phone.tap("Yes")
        last = await phone.say("/programme")
        assert "09:30" in last["text"]
        await phone.say("/start")
        assert phone.labels == ["English", "Русский", "Қазақ тілі"]
        await phone.tap("English")
        await phone.say("/programme")
        await phone.tap("Check in: 09:30")
        await phone.tap("I am here")
        assert house.rows("SELECT count(*) FROM checkin") == [(1,)]
        await phone.say("/cancel")
        assert "GMT" not in str(await phone.say("/start"))
        assert_no_trouble(house)


async def test_a_long_report_at_the_question_for_a_city_is_kept_for_the_log(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await without_zone(house)
        await later(house, minutes=20)
        phone = await newcomer(house)
        await phone.say(f"/start {await house.invite('O001')}")
        await phone.tap("Yes")
        await phone.tap("English")
        report = "The chairman told us that all ballots were counted twice and the seals were whole."
        await phone.say(report)
        assert house.rows("SELECT body FROM log_entry") == [(report,)]
        await phone.say("Moscow")
        assert own(house) == ("en", "Europe/Moscow")


async def test_a_second_start_or_a_second_tap_repeats_the_question_instead_of_losing_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await without_zone(house)
        link = f"/start {await house.invite('O001')}"
        phone = await newcomer(house)
        await phone.say(link)
        await phone.say("/start")
        assert "Observer 001" in phone.last["text"]
        yes = next(data for label, data in house.telegram.buttons(phone.last) if label.startswith("Yes"))
        for _ in range(2):
            await tap(phone, yes)
            assert phone.labels[0] == "English"
        for words in ("/start", link):
            await phone.say(words)
            assert phone.labels[0] == "English"
        await phone.tap("English")
        for words in ("/start", link):
            last = await phone.say(words)
            assert "clock" in last["text"]
        await phone.say("Москва")
        for words in ("/start", link):
            last = await phone.say(words)
            assert "You are enrolled as Observer 001" in last["text"]
        assert own(house) == ("en", "Europe/Moscow")


async def test_the_bot_may_be_restarted_between_any_two_steps(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await without_zone(house)
        phone = await newcomer(house)
        token = await house.invite("O001")
        steps: list[Callable[[], Any]] = [
            lambda: phone.say(f"/start {token}"),
            lambda: phone.tap("Yes"),
            lambda: phone.tap("English"),
            lambda: phone.say("somewhere"),
            lambda: phone.say("Moscow"),
        ]
        for step in steps:
            await step()
            await house.close()
            await house.open()
        assert own(house) == ("en", "Europe/Moscow")
        assert "Welcome, Observer 001" in phone.read()
        assert menu_of(house, 666)
        assert_no_trouble(house)


async def test_a_forged_answer_to_somebody_elses_invitation_does_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        aboard = await house.enrol("C003")
        stranger, owner = await newcomer(house, 5), await newcomer(house, 6)
        await english(house, "O001", "O002")
        await owner.say(f"/start {await house.invite('O001')}")
        await stranger.say(f"/start {await house.invite('O002')}")
        theirs = house.rows("SELECT invitation_id FROM enrolment WHERE telegram_id = 6")[0][0]
        before = len(aboard.messages)
        for invitation in (theirs, 0, 10**17):
            for yes in (0, 1, 7):
                await tap(stranger, f"1:id:{invitation}:{yes}")
                await tap(aboard, f"1:id:{invitation}:{yes}")
        assert house.rows("SELECT count(*) FROM account") == [(1,)]
        assert len(aboard.messages) == before
        await owner.tap("Yes")
        await stranger.tap("Yes")
        assert holder(house, "O001") == [(6,)]
        assert holder(house, "O002") == [(5,)]
