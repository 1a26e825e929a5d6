"""A lost phone, and access that ends and comes back."""

import re
from pathlib import Path

from domain.button import encode
from domain.letter import Letter, LetterKind
from domain.people_button import ActOnPerson, PersonAct
from services.desk import post
from tests.chat.test_people import OLD, id_of, press, sql
from tests.house import House, Phone


async def card(coordinator: Phone, reference: str, name: str) -> None:
    await coordinator.say(f"/people {reference}")
    await coordinator.tap(name)


def token_on(phone: Phone) -> str:
    found = re.search(r"https://t\.me/fieldpost_bot\?start=([\w-]+)", phone.last["text"])
    assert found
    return found[1]


def audit(house: House) -> list[tuple[str, str]]:
    return house.rows(
        "SELECT act, detail FROM audit WHERE act NOT IN ('enrolled', 'roster_import', 'programme_import') ORDER BY id"
    )


async def test_an_observer_who_lost_his_phone_goes_on_writing_on_the_new_one(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, old = await house.enrol("C003"), await house.enrol("O060")
        await old.say("/log")
        await old.tap("11:00")
        await old.say("The Chairman received us")
        await card(coordinator, "O060", "Observer 060")
        await coordinator.tap("New account")
        assert "Drafts and everything reported stay" in coordinator.last["text"]
        assert house.rows("SELECT ended_at FROM account WHERE telegram_id = ?", old.user_id) == [(None,)]
        await coordinator.tap("Yes, move")
        token = token_on(coordinator)
        said_before = old.read()
        assert house.rows("SELECT count(*) FROM conversation WHERE user_id = ?", old.user_id) == [(0,)]
        house.telegram.add_user(77, "New phone", language_code="en")
        new = Phone(house, 77)
        await new.say(f"/start {token}")
        await new.tap("Yes, that is me")
        await new.tap("English")
        assert "The Chairman received us" in (await new.say("/log"))["text"]
        await new.say("His deputy as well")
        assert "His deputy as well" in new.last["text"]
        assert old.read() == said_before
        for words in ("/programme", "/log", "who is there?"):
            assert "accredited observers" in (await old.say(words))["text"]
        assert house.rows("SELECT DISTINCT author_id FROM log_entry") == [(id_of(house, "O060"),)]
        person = id_of(house, "O060")
        assert audit(house) == [("new_account", f'{{"person": {person}}}')]


async def test_what_waits_for_the_lost_phone_is_never_sent(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, old = await house.enrol("C003"), await house.enrol("O060")
        later = house.clock.now().replace(hour=23)
        letter = Letter(LetterKind.REMINDER, old.user_id, "sendMessage", {"text": "A secret place"}, due_at=later)
        await house.act(lambda desk: post(desk, letter))
        await press(coordinator, ActOnPerson(id_of(house, "O060"), PersonAct.NEW_ACCOUNT_SURE))
        waited = "SELECT state, error FROM outbox WHERE payload LIKE '%secret place%'"
        assert house.rows(waited) == [("refused", "account ended")]
        methods = house.rows("SELECT method FROM outbox WHERE chat_id = ? ORDER BY id DESC LIMIT 1", old.user_id)
        assert methods == [("deleteMyCommands",)]


async def test_the_move_tapped_twice_moves_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, old = await house.enrol("C003"), await house.enrol("O060")
        await card(coordinator, "O060", "Observer 060")
        await coordinator.tap("New account")
        data = encode(ActOnPerson(id_of(house, "O060"), PersonAct.NEW_ACCOUNT_SURE))
        for _ in range(2):
            house.telegram.tap(coordinator.user_id, coordinator.last["message_id"], data=data)
        await house.settle()
        assert "State: has not enrolled yet" in coordinator.last["text"]
        assert "New invitation" in coordinator.labels
        assert len(audit(house)) == 1
        assert house.rows("SELECT count(*) FROM account WHERE telegram_id = ? AND ended_at IS NULL", old.user_id) == [
            (0,)
        ]


async def test_a_new_invitation_replaces_the_older_one(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        older = await house.invite("O300")
        await card(coordinator, "O300", "Observer 300")
        await coordinator.tap("New invitation")
        token = token_on(coordinator)
        share = next(url for label, url in house.telegram.buttons(coordinator.last) if label == "Send the link")
        assert share.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Ffieldpost_bot%3Fstart%3D")
        assert token in share
        stranger = await house.stranger()
        assert "replaced by a newer one" in (await stranger.say(f"/start {older}"))["text"]
        assert "Are you Observer 300?" in (await stranger.say(f"/start {token}"))["text"]
        assert audit(house) == [("invitation", f'{{"person": {id_of(house, "O300")}}}')]


async def test_access_ends_is_told_once_and_comes_back(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer = await house.enrol("C003"), await house.enrol("O060")
        await card(coordinator, "O060", "Observer 060")
        await coordinator.tap("End access")
        assert "restore the access later" in coordinator.last["text"]
        data = encode(ActOnPerson(id_of(house, "O060"), PersonAct.END_ACCESS_SURE))
        for _ in range(2):
            house.telegram.tap(coordinator.user_id, coordinator.last["message_id"], data=data)
        await house.settle()
        assert "State: access ended on Jun 8" in coordinator.last["text"]
        assert observer.read().count("Your access to this mission has ended") == 1
        await observer.say("/programme")
        assert observer.read().count("Your access to this mission has ended") == 2
        await coordinator.say("/people")
        await coordinator.tap("Access ended: 1")
        await coordinator.tap("Observer 060")
        await coordinator.tap("Restore access")
        assert "State: active" in coordinator.last["text"]
        assert "You have access to this mission again" in observer.last["text"]
        assert "Programme" in (await observer.say("/programme"))["text"]
        person = id_of(house, "O060")
        assert audit(house) == [
            ("end_access", f'{{"person": {person}}}'),
            ("restore_access", f'{{"person": {person}}}'),
        ]


async def test_an_invitation_dies_with_the_access_and_stays_dead(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        token = await house.invite("O300")
        for act in (PersonAct.END_ACCESS_SURE, PersonAct.RESTORE):
            await press(coordinator, ActOnPerson(id_of(house, "O300"), act))
        assert "State: has not enrolled yet" in coordinator.last["text"]
        stranger = await house.stranger()
        assert "replaced" in (await stranger.say(f"/start {token}"))["text"]


async def test_the_last_coordinator_cannot_be_cut_off(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        last, other = await house.enrol("C003"), await house.enrol("C001")
        for reference in ("C001", "C002"):
            await press(last, ActOnPerson(id_of(house, reference), PersonAct.END_ACCESS_SURE))
        assert "ended" in other.last["text"]
        await card(last, "C003", "Press officer")
        assert not {"End access", "New account"} & {*last.labels}
        for act in PersonAct:
            assert "another coordinator" in await press(last, ActOnPerson(id_of(house, "C003"), act))
        assert house.rows("SELECT reference FROM person WHERE role = 'coordinator' AND active = 1") == [("C003",)]
        assert house.rows("SELECT ended_at FROM account WHERE telegram_id = ?", last.user_id) == [(None,)]


async def test_an_old_card_shows_how_things_stand_now(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await card(coordinator, "O060", "Observer 060")
        await house.enrol("O060")
        assert "New invitation" in coordinator.labels
        assert (await press(coordinator, ActOnPerson(id_of(house, "O060"), PersonAct.INVITE))).startswith(OLD)
        assert "State: active" in coordinator.last["text"]
        assert "t.me/fieldpost_bot" not in coordinator.last["text"]
        assert audit(house) == []


async def test_whoever_is_off_the_roster_is_not_restored_by_a_forged_tap(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        await sql(house, "UPDATE person SET listed = 0, active = 0 WHERE reference = 'O060'")
        assert (await press(coordinator, ActOnPerson(id_of(house, "O060"), PersonAct.RESTORE))).startswith(OLD)
        assert "State: no longer on the roster" in coordinator.last["text"]
        assert "Restore access" not in coordinator.labels
