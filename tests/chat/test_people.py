"""Who finds whom, and what each is shown of the others."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import turn
from domain.button import encode
from domain.payload import Payload
from domain.people_button import ActOnPerson, Filter, PersonAct, ShowPeople, ShowPerson, ShowTeam
from tests.chat.test_live import until
from tests.house import MORNING, House, Phone

OLD = "This has changed"


async def press(phone: Phone, payload: Payload) -> str:
    """Tap a button that may never have been shown to him; what the toast says."""
    query = phone.telegram.tap(phone.user_id, phone.last["message_id"], data=encode(payload))
    await phone.house.settle()
    for _ in range(200):
        for toast in phone.telegram.toasts:
            if toast["callback_query_id"] == query:
                return str(toast["text"])
        await asyncio.sleep(0.02)
    raise AssertionError("the tap got no answer")


async def sql(house: House, statement: str, *values: object) -> None:
    await house.act(lambda desk: desk.db.execute(statement, values))


def id_of(house: House, reference: str) -> int:
    return int(house.rows("SELECT id FROM person WHERE reference = ?", reference)[0][0])


def team_of(house: House, name: str) -> int:
    return int(house.rows("SELECT id FROM team WHERE name = ?", name)[0][0])


async def leader(house: House) -> Phone:
    """O060, who leads Team 1."""
    await sql(house, "UPDATE person SET role = 'team_leader' WHERE reference = 'O060'")
    return await house.enrol("O060")


async def scoped(house: House, *names: str) -> Phone:
    """C002, who coordinates these teams only."""
    for name in names:
        await sql(
            house,
            "INSERT INTO scope SELECT p.id, t.id FROM person AS p, team AS t WHERE reference = 'C002' AND t.name = ?",
            name,
        )
    return await house.enrol("C002")


def all_done(house: House) -> bool:
    return (
        house.rows("SELECT error FROM inbox WHERE state <> 'done'") == []
        and house.rows("SELECT error FROM outbox WHERE state = 'refused'") == []
        and not house.telegram.surprises
    )


@pytest.mark.parametrize(
    "words", ["жанар", "ЖАНАР әшім", "Әшімова Жанар", "zhanar", "ZHANAR", "o120", "O120 жан", "АЛЁНА", "алена"]
)
async def test_a_coordinator_finds_somebody_in_either_alphabet_and_any_case(tmp_path: Path, words: str) -> None:
    async with House(tmp_path) as house:
        await sql(house, "UPDATE person SET name = 'Әшімова Жанар Алёна (Zhanar)' WHERE reference = 'O120'")
        coordinator = await house.enrol("C003")
        await coordinator.say(f"/people {words}")
        assert coordinator.labels == ["Әшімова Жанар Алёна (Zhanar), Team 1", "Search", "Back"]
        last = await coordinator.tap("Әшімова")
        assert "O120" in last["text"]
        assert "has not enrolled yet" in last["text"]


async def test_a_coordinator_searches_again_and_again_until_he_cancels(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await coordinator.say("/people")
        await coordinator.tap("Search")
        assert "O060" in (await coordinator.say("observer 060"))["text"]
        await coordinator.tap("Observer 060")
        assert "O061" in (await coordinator.say("061"))["text"]
        assert "There are more" in (await coordinator.say("observer"))["text"]
        assert "nobody for “<i>&”" in (await coordinator.say("<i>&"))["text"]
        await coordinator.say("/cancel")
        assert "062" not in (await coordinator.say("062"))["text"]
        assert all_done(house)


async def test_who_goes_back_to_the_list_no_longer_searches(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await coordinator.say("/people")
        await coordinator.tap("Search")
        await coordinator.tap("Back")
        assert "060" not in (await coordinator.say("060"))["text"]


async def test_looking_at_people_leaves_an_open_log_open(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await leader(house)
        await phone.say("/log")
        await phone.tap("14:30")
        await phone.say("/people")
        await phone.tap("Everybody")
        await phone.say("The chairman himself")
        # Words out of the blue would belong to the meeting at 11:00.
        assert house.rows("SELECT body, reference FROM log_entry AS e JOIN meeting AS m ON m.id = meeting_id") == [
            ("The chairman himself", "M04")
        ]


async def test_who_is_no_leader_any_more_searches_no_more(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await leader(house)
        await phone.say("/people")
        await phone.tap("Search")
        await sql(house, "UPDATE person SET role = 'observer' WHERE reference = 'O060'")
        last = await phone.say("Observer 120")
        assert "Observer 120" not in last["text"]
        assert house.rows("SELECT count(*) FROM conversation") == [(0,)]


async def test_the_list_turns_forwards_and_backwards_in_one_message(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await coordinator.say("/people")
        assert "432 people" in coordinator.last["text"]
        await coordinator.tap("Never enrolled: 431")
        message_id, first = coordinator.last["message_id"], coordinator.labels
        assert len(first) == 8 + 2
        seen = {*first[:8]}
        for _ in range(3):
            await coordinator.tap(next(label for label in coordinator.labels if label.endswith("▶")))
            assert coordinator.last["message_id"] == message_id
            seen |= {*coordinator.labels[:8]}
        assert len(seen) == 32
        for _ in range(3):
            await coordinator.tap("◀")
        assert coordinator.labels == first
        await press(coordinator, ShowPeople(Filter.ALL, page=10**17))
        assert len(coordinator.labels) == 432 - 53 * 8 + 2
        assert coordinator.labels[-2] == "◀ 53/54"
        assert all_done(house)


async def test_everybody_is_counted_where_he_stands(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.enrol("O001")
        await house.enrol("O002")
        await sql(house, "UPDATE account SET unreachable_since = '2019-06-08T03:25:00.000Z' WHERE telegram_id = 1001")
        await sql(house, "UPDATE person SET active = 0, listed = 0 WHERE reference = 'O003'")
        turn(house.clock_file, MORNING + timedelta(hours=25), 1.0)
        coordinator = await house.enrol("C003")
        await coordinator.say("/people")
        assert coordinator.labels[:6] == [
            "Everybody: 431",
            "Never enrolled: 428",
            "Active: 1",
            "Silent for a day: 2",
            "Unreachable: 1",
            "Access ended: 1",
        ]
        await coordinator.tap("Silent")
        # C003's clock stands in Moscow: 03:25 UTC is 06:25 there.
        assert "Observer 001 (O001): silent since Jun 8, 06:25" in coordinator.last["text"]
        await press(coordinator, ShowPeople(Filter.UNREACHABLE))
        assert "Observer 002 (O002): unreachable since Jun 8, 06:25" in coordinator.last["text"]
        await press(coordinator, ShowPeople(Filter.ENDED))
        assert "Observer 003 (O003): no longer on the roster" in coordinator.last["text"]


async def test_a_list_is_narrowed_to_a_team_or_to_a_delegation(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await coordinator.say("/people")
        await press(coordinator, ShowPeople(Filter.ALL, like_person_id=id_of(house, "O420")))
        count = house.rows("SELECT count(*) FROM person WHERE delegation = 'Moldova'")[0][0]
        assert f"Everybody: {count}" in coordinator.last["text"]
        assert "Moldova" in coordinator.last["text"]
        await press(coordinator, ShowPeople(Filter.NEVER_ENROLLED, team_of(house, "Team 1")))
        assert "Never enrolled: 7" in coordinator.last["text"]
        await coordinator.tap("Back")
        assert "Team 1" in coordinator.last["text"]


async def test_a_leader_sees_his_own_team_and_nobody_else(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await leader(house)
        await phone.say("/people")
        assert "7 people" in phone.last["text"]
        assert not any("ended" in label for label in phone.labels)
        await phone.tap("Everybody")
        assert {label for label in phone.labels if "Observer" in label} == {
            f"Observer {n:03}, Team 1" for n in range(60, 421, 60)
        }
        assert "nobody" in (await phone.say("/people Observer 061"))["text"]
        await phone.say("/people 120")
        await phone.tap("Observer 120")
        assert "State: has not enrolled yet" in phone.last["text"]
        assert phone.labels == ["Team", "People"]


async def test_a_scoped_coordinator_sees_and_moves_his_teams_only(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await scoped(house, "Team 1", "Team 2")
        await phone.say("/people")
        assert "14 people" in phone.last["text"]
        await phone.say("/team")
        assert [label for label in phone.labels if label.startswith("Team")] == ["Team 1: 0 of 7", "Team 2: 0 of 7"]
        await phone.say("/people 060")
        await phone.tap("Observer 060")
        assert "New invitation" in phone.labels
        assert "nobody" in (await phone.say("/people Observer 001"))["text"]
        assert await press(phone, ActOnPerson(id_of(house, "O001"), PersonAct.END_ACCESS_SURE)) == (
            "This has changed. Here is how it stands now."
        )
        assert house.rows("SELECT count(*) FROM person WHERE active = 0") == [(0,)]


async def test_a_scoped_coordinator_acts_on_no_coordinator(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await scoped(house, "HQ")
        await phone.say("/people C001")
        await phone.tap("Group coordinator")
        assert phone.labels == ["Team", "People"]
        for act in PersonAct:
            assert (await press(phone, ActOnPerson(id_of(house, "C001"), act))).startswith(OLD)
        assert house.rows("SELECT count(*) FROM person WHERE active = 0") == [(0,)]
        assert house.rows(
            "SELECT count(*) FROM audit WHERE act NOT IN ('enrolled', 'roster_import', 'programme_import')"
        ) == [(0,)]


@pytest.mark.parametrize("who", ["leader", "scoped"])
async def test_forged_ids_tell_nothing(tmp_path: Path, who: str) -> None:
    async with House(tmp_path) as house:
        phone = await leader(house) if who == "leader" else await scoped(house, "Team 1")
        foreign, team = id_of(house, "O061"), team_of(house, "Team 2")
        before = house.rows("SELECT * FROM person ORDER BY id")
        await phone.say("/people")
        answers: list[tuple[Any, ...]] = []
        payloads: list[Payload] = [ShowPerson(number) for number in (0, 10**17, 10**18 - 1, foreign)]
        payloads += [ShowTeam(number) for number in (10**17, team)]
        payloads += [ShowPeople(Filter.ALL, number) for number in (10**17, team)]
        payloads += [
            ShowPeople(Filter.ALL, 0, number) for number in ((10**17, foreign) if who == "leader" else (10**17,))
        ]
        if who == "scoped":
            payloads += [ActOnPerson(number, act) for act in PersonAct for number in (0, 10**17, foreign)]
        for payload in payloads:
            toast = await press(phone, payload)
            answers.append((toast, phone.last["text"]))
        assert {toast for toast, _ in answers} == {"This has changed. Here is how it stands now."}
        assert len({text for _, text in answers}) == 1
        assert "Programme" in answers[0][1]
        assert house.rows("SELECT * FROM person ORDER BY id") == before
        assert all_done(house)


async def test_an_observer_sees_what_his_team_does_today_but_no_phone_but_the_leaders(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await leader(house)
        await sql(house, "UPDATE person SET phone = '+7 700 ' || reference")
        await sql(house, "UPDATE team SET area = 'Saryarka <district>' WHERE name = 'Team 1'")
        one, two = await house.enrol("O120"), await house.enrol("O180")
        await one.say("/programme")
        await one.tap("Check in: 11:00")
        await one.tap("I am here")
        last = await two.say("/team")
        text = last["text"]
        assert "Area: Saryarka <district>" in text
        assert "7 people, 3 aboard" in text
        assert "Leader: Observer 060 +7 700 O060" in text
        assert "Observer 120: arrived at 09:25, Central Election Commission" in text
        assert "Observer 180: nothing yet" in text
        assert "Observer 240: not enrolled" in text
        assert "O120" not in text
        assert two.labels == []
        assert (await press(two, ShowTeam(team_of(house, "Team 2")))).startswith(OLD)
        assert "Team 2" not in two.last["text"].splitlines()[0]


async def test_a_leader_reads_his_members_cards(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await leader(house)
        member = await house.enrol("O120")
        house.telegram.add_user(member.user_id, "O120", username="observer_120")
        await member.say("/programme")
        await member.tap("Check in: 11:00")
        await member.tap("On my way")
        await sql(house, "UPDATE person SET phone = '+7 700 1' WHERE reference = 'O120'")
        await phone.say("/team")
        await phone.tap("Observer 120")
        text = phone.last["text"]
        for words in ("Phone: +7 700 1", "@observer_120", "State: active", "Last sign of life: Jun 8, 09:25"):
            assert words in text
        assert "11:00 Central Election Commission" in text
        assert "on the way (09:25)" in text
        assert ("Message", "https://t.me/observer_120") in house.telegram.buttons(phone.last)
        assert not {"New account", "End access"} & {*phone.labels}


async def test_an_observer_may_not_look_people_up(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await house.enrol("O060")
        assert "not for your role" in (await phone.say("/people 061"))["text"]
        assert "not for your role" in await press(phone, ShowPerson(id_of(house, "O120")))
        assert "O120" not in phone.read()


async def test_somebody_of_no_team_is_told_so_kindly(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await sql(house, "UPDATE person SET team_id = NULL, role = 'team_leader' WHERE reference = 'O060'")
        phone = await house.enrol("O060")
        assert "no team so far" in (await phone.say("/team"))["text"]
        assert "no team so far" in (await phone.say("/people"))["text"]
        assert "no team so far" in (await phone.say("/people 061"))["text"]
        assert await press(phone, ShowPeople(Filter.ALL, page=1)) == ""
        assert "Observer 061" not in phone.read()


async def test_the_teams_turn_page_by_page(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await house.enrol("C003")
        await phone.say("/team")
        assert "61 teams" in phone.last["text"]
        assert phone.labels[0] == "HQ: 1 of 9"
        await phone.tap("2/8 ▶")
        ninth, members = house.rows(
            "SELECT t.name, count(*) FROM team AS t JOIN person AS p ON p.team_id = t.id GROUP BY t.id"
            " ORDER BY t.id LIMIT 1 OFFSET 8"
        )[0]
        assert phone.labels[0] == f"{ninth}: 0 of {members}"
        await phone.tap("◀")
        assert phone.labels[0] == "HQ: 1 of 9"
        await phone.tap("HQ")
        await phone.tap("2/2 ▶")
        assert sum(label.endswith(", HQ") for label in phone.labels) == 1


async def test_a_strange_name_shows_as_it_is_everywhere(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        name = "<b>Ивáн & 'عبد'</b> </code> " + "я" * 270
        await sql(house, "UPDATE person SET name = ? WHERE reference IN ('O060', 'O120', 'O180')", name)
        coordinator = await house.enrol("C003")
        await coordinator.say("/people O060")
        assert name[:40] in coordinator.last["text"]
        await coordinator.tap("<b>Ив")
        assert name in coordinator.last["text"]
        await coordinator.tap("New invitation")
        assert name in coordinator.last["text"]
        await coordinator.tap("Back to the card")
        await coordinator.tap("Team")
        assert coordinator.last["text"].count(name[:40]) == 3
        assert all_done(house)


async def test_the_card_tells_the_local_time_where_it_differs(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        await house.enrol("C003")
        await coordinator.say("/people C003")
        await coordinator.tap("Press officer")
        assert "Local time: 06:25 (Moscow)" in coordinator.last["text"]
        assert "write in Telegram" in coordinator.last["text"]
        await coordinator.say("/people C002")
        await coordinator.tap("Secretary")
        assert "Local time" not in coordinator.last["text"]


async def test_an_opened_link_shows_on_the_card(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        stranger = await house.stranger()
        await stranger.say(f"/start {await house.invite('O060')}")
        await coordinator.say("/people O060")
        assert "opened the link, has not answered" in coordinator.last["text"]


async def test_whoever_was_forgotten_is_found_no_more(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await sql(house, "UPDATE person SET active = 0, forgotten_at = '2019' WHERE reference = 'O060'")
        coordinator = await house.enrol("C003")
        assert "nobody" in (await coordinator.say("/people O060"))["text"]
        assert "Access ended: 0" in (await coordinator.say("/people") and coordinator.labels)
        assert (await press(coordinator, ShowPerson(id_of(house, "O060")))).startswith(OLD)


async def test_who_blocks_the_bot_is_unreachable_at_once_and_reachable_when_he_returns(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer = await house.enrol("C001"), await house.enrol("O001")
        house.telegram.block(observer.user_id)
        await house.settle()
        assert "no longer delivers to" in coordinator.last["text"]
        assert "Observer 001" in coordinator.last["text"]
        unreachable = "SELECT count(*) FROM account WHERE unreachable_since IS NOT NULL"
        assert house.rows(unreachable) == [(1,)]
        house.telegram.block(observer.user_id, False)
        await house.settle()
        assert house.rows(unreachable) == [(0,)]


async def test_of_many_who_fall_silent_a_coordinator_gets_one_message_that_grows(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        observers = [await house.enrol(f"O{n:03}") for n in range(1, 25)]
        alerts = "SELECT count(*) FROM outbox WHERE kind = 'alert' AND method = 'sendMessage' AND chat_id = ?"
        for observer in observers:
            house.telegram.block(observer.user_id)
        await until(lambda: "no longer delivers to 24 people" in coordinator.last["text"])
        assert house.rows(alerts, coordinator.user_id) == [(1,)]
        assert coordinator.last["text"].count("Observer 0") == 20
        assert "… and 4 more" in coordinator.last["text"]

        house.telegram.block(observers[0].user_id, False)
        await house.settle()
        turn(house.clock_file, MORNING + timedelta(minutes=5), 1.0)
        house.telegram.block(observers[0].user_id)
        await house.settle()
        assert house.rows(alerts, coordinator.user_id) == [(1,)], "some minutes later it is the same message"

        house.telegram.block(observers[0].user_id, False)
        await house.settle()
        turn(house.clock_file, MORNING + timedelta(minutes=30), 1.0)
        house.telegram.block(observers[0].user_id)
        await house.settle()
        assert house.rows(alerts, coordinator.user_id) == [(2,)]
        assert "no longer delivers to Observer 001" in coordinator.last["text"]


async def test_who_is_back_before_the_alert_has_arrived_holds_nothing_up(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer = await house.enrol("C001"), await house.enrol("O001")
        house.telegram.delay = 0.2
        house.telegram.block(observer.user_id)
        await asyncio.sleep(0.1)
        house.telegram.block(observer.user_id, False)
        await house.settle()
        house.telegram.delay = 0.0
        assert "no longer delivers to" in coordinator.last["text"]
        assert "Programme" in (await observer.say("/programme"))["text"]
        assert house.rows("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')") == [(0,)]


async def test_a_coordinator_of_one_team_hears_of_his_own_people_only(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        mine, other = await house.enrol("O001"), await house.enrol("O060")
        team = house.rows("SELECT team_id FROM person WHERE reference = 'O001'")[0][0]
        assert house.rows("SELECT team_id FROM person WHERE reference = 'O060'") != [(team,)]
        await sql(
            house, f"INSERT INTO scope (person_id, team_id) SELECT id, {team} FROM person WHERE reference = 'C001'"
        )
        whole = await house.enrol("C003")
        for observer in (other, mine):
            house.telegram.block(observer.user_id)
        await until(lambda: "2 people" in whole.last["text"])
        await house.settle()
        assert "Observer 001" in coordinator.last["text"]
        assert "Observer 060" not in coordinator.last["text"]
        house.telegram.delay = 0.2
        house.telegram.block(mine.user_id, False)
        turn(house.clock_file, MORNING + timedelta(minutes=30), 1.0)
        house.telegram.block(other.user_id, False)
        house.telegram.block(mine.user_id)
        house.telegram.block(other.user_id)
        house.telegram.block(mine.user_id, False)
        await house.settle()
        assert "Observer 060" not in coordinator.read(), "not even when his own is back before the alert has arrived"


async def test_who_is_nobodys_affair_is_everybodys_and_nothing_else_of_others_comes_along(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, second = await house.enrol("C001"), await house.enrol("C003")
        mine, other, nobodys = await house.enrol("O001"), await house.enrol("O060"), await house.enrol("O002")
        await sql(house, "DELETE FROM scope")
        await sql(house, "UPDATE person SET role = 'observer' WHERE role IN ('coordinator', 'head_of_mission')")
        await sql(house, "UPDATE person SET role = 'coordinator' WHERE reference IN ('C001', 'C003')")
        await sql(house, "UPDATE person SET team_id = NULL WHERE reference = 'O002'")
        for lead, theirs in (("C001", "O001"), ("C003", "O060")):
            scope = "INSERT INTO scope (person_id, team_id) SELECT l.id, p.team_id FROM person AS l, person AS p"
            await sql(house, f"{scope} WHERE l.reference = ? AND p.reference = ?", lead, theirs)
        for observer in (mine, other, nobodys):
            house.telegram.block(observer.user_id)
        await house.settle()
        for phone, own, foreign in (
            (coordinator, "Observer 001", "Observer 060"),
            (second, "Observer 060", "Observer 001"),
        ):
            assert own in phone.last["text"]
            assert "Observer 002" in phone.last["text"]
            assert foreign not in phone.read()
