"""Who may do what: every command and every button, for every role, in private and in a group, and for nobody."""

import asyncio
from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from domain.access import BUTTONS, COMMANDS, may
from domain.button import PAYLOADS, encode
from domain.payload import Payload
from domain.people_button import LeaveMission, RequestAccess
from domain.person import Role
from tests.house import House, Phone

FACTS = (
    "person", "team", "scope", "invitation", "enrolment", "access_request", "upload", "meeting", "participation",
    "meeting_revision", "checkin", "log_entry", "log_submission", "digest", "announcement", "announcement_audience",
    "delivery", "reading",
)  # fmt: skip
CAST = {
    Role.OBSERVER: "O001",
    Role.TEAM_LEADER: "O060",
    Role.COORDINATOR: "C001",
    Role.HEAD_OF_MISSION: "C002",
}
FORGED = 10**17


def every(payload: type[Payload], number: int) -> Iterator[Payload]:
    """Every variant of a button: each value of its enumerations, numbers as given."""
    hints = get_type_hints(payload)
    values: list[list[Any]] = [[]]
    for field in fields(payload):
        kind = hints[field.name]
        choices = list(kind) if issubclass(kind, StrEnum) else [number if kind is int else "x"]
        values = [[*row, choice] for row in values for choice in choices]
    for row in values:
        yield payload(*row)


def taps(number: int, *, allowed_for: Role | None = None, denied_for: Role | None = None) -> list[str]:
    """The data of every button, or of those which this role may or may not press. Leaving comes last."""
    kinds = sorted(PAYLOADS, key=lambda kind: kind is LeaveMission)
    if allowed_for:
        kinds = [kind for kind in kinds if may(allowed_for, BUTTONS[kind], in_group=False)]
    if denied_for:  # a stranger's own button is an old one to somebody who has come aboard since
        kinds = [k for k in kinds if k is not RequestAccess and not may(denied_for, BUTTONS[k], in_group=False)]
    return [encode(payload) for kind in kinds for payload in every(kind, number)]


def facts(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that an act could change, accounts without their signs of life."""
    found = {table: house.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in FACTS}
    found["account"] = house.rows("SELECT telegram_id, person_id, ended_at FROM account ORDER BY 1")
    return found


async def tap_all(house: House, phone: Phone, data: list[str], chat_id: int | None = None) -> list[str]:
    """Press everything one after another; the toasts."""
    before = len(house.telegram.toasts)
    for one in data:
        house.telegram.tap(phone.user_id, phone.last.get("message_id", 1), data=one, chat_id=chat_id)
    await house.settle()
    for _ in range(500):
        if len(house.telegram.toasts) - before >= len(data):
            break
        await asyncio.sleep(0.02)
    toasts = house.telegram.toasts[before:]
    assert len(toasts) == len(data)
    return [str(toast.get("text") or "") for toast in toasts]


async def enrol(house: House) -> dict[Role, Phone]:
    change = "UPDATE person SET role = ? WHERE reference = ?"
    await house.act(lambda desk: desk.db.executemany(change, list(CAST.items())))
    return {role: await house.enrol(reference) for role, reference in CAST.items()}


async def ended(house: House) -> Phone:
    """Somebody whose access was ended."""
    phone = await house.enrol("O002")
    await house.act(
        lambda desk: desk.db.execute("UPDATE person SET active = 0, ended_how = 'ended' WHERE reference = 'O002'")
    )
    return phone


async def blocked(house: House) -> Phone:
    """Somebody unknown of whom coordinators want to hear nothing."""
    phone = await house.stranger(667)
    await house.act(
        lambda desk: desk.db.execute(
            "INSERT INTO access_request (telegram_id, state, asked_at) VALUES (667, 'blocked', '2019-06-08T00:00:00Z')"
        )
    )
    return phone


def test_every_button_and_command_stands_in_the_one_table() -> None:
    assert set(BUTTONS) == set(PAYLOADS)
    assert len({payload.code for payload in PAYLOADS}) == len(PAYLOADS)


async def test_each_command_answers_those_it_is_for_and_refuses_all_others(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phones = await enrol(house)
        before = facts(house)
        for role, phone in phones.items():
            for name, rule in COMMANDS.items():
                text = (await phone.say(f"/{name}")).get("text", "")
                assert ("not for your role" in text) is not may(role, rule, in_group=False), (role, name)
        after = facts(house)
        assert all(one[2] == "draft" for one in after.pop("announcement"))  # /announce begins one
        assert after == {table: rows for table, rows in before.items() if table != "announcement"}
        assert house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]


async def test_nobody_else_gets_more_than_a_polite_sentence_from_a_command(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phones = [await house.stranger(), await ended(house), await blocked(house)]
        before = facts(house)
        answers = []
        for phone in phones:
            for name in COMMANDS:
                phone.telegram.say(phone.user_id, f"/{name} O001")
            await house.settle()
            answers.append({m["text"] for m in phone.messages if "accredited" in m["text"] or "access" in m["text"]})
        assert [len(texts) for texts in answers] == [1, 1, 0]
        assert len(phones[2].messages) == 0
        assert "Observer" not in phones[0].read()
        assert facts(house) == before


async def test_in_a_group_commands_lead_to_the_private_chat_and_strangers_get_silence(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phones = await enrol(house)
        stranger, gone, unwanted = await house.stranger(), await ended(house), await blocked(house)
        everybody = [*phones.values(), stranger, gone, unwanted]
        group = house.telegram.add_group("Group", [p.user_id for p in everybody], bot_is="member")
        before = facts(house)
        for phone in (stranger, gone, unwanted):
            for name in COMMANDS:
                house.telegram.say(phone.user_id, f"/{name}", chat_id=group)
        await house.settle()
        assert house.telegram.bot_messages(group) == []
        for role, phone in phones.items():
            for name, rule in COMMANDS.items():
                house.telegram.say(phone.user_id, f"/{name}", chat_id=group)
                await house.settle()
                shown = house.telegram.bot_messages(group)[-1]["text"]
                assert rule.in_group or "private chat" in shown, (role, name)
        assert facts(house) == before


@pytest.mark.parametrize("number", [1, FORGED], ids=["real ids", "forged ids"])
async def test_a_button_that_is_not_for_a_role_changes_nothing(tmp_path: Path, number: int) -> None:
    async with House(tmp_path) as house:
        phones = await enrol(house)
        before = facts(house)
        for role, phone in phones.items():
            refused = taps(number, denied_for=role)
            if not refused:
                assert role.leads
                continue
            toasts = await tap_all(house, phone, refused)
            assert set(toasts) == {"This button is not for your role. Your coordinator can help."}, role
        assert facts(house) == before


async def test_a_button_carried_into_a_group_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phones = await enrol(house)
        group = house.telegram.add_group("Group", [p.user_id for p in phones.values()], bot_is="administrator")
        before = facts(house)
        for phone in phones.values():
            private = [data for data in taps(1) if not data.startswith("1:ar:")]
            assert len(taps(1)) - len(private) == 1  # only a reading may be confirmed there, of what was sent there
            toasts = await tap_all(house, phone, private, group)
            assert set(toasts) == {"Please do this in a private chat with me."}
            await tap_all(house, phone, list(set(taps(1)) - set(private)), group)
        assert facts(house) == before
        assert house.telegram.bot_messages(group) == []


@pytest.mark.parametrize("number", [1, FORGED], ids=["real ids", "forged ids"])
async def test_strangers_ended_and_blocked_people_change_nothing_by_any_button(tmp_path: Path, number: int) -> None:
    async with House(tmp_path) as house:
        await house.enrol("C003")
        asks = {data for data in taps(number) if data.startswith("1:ra")}
        phones = [await house.stranger(), await ended(house), await blocked(house)]
        for phone in phones:
            await phone.say("hello")
        before = facts(house)
        for phone in phones:
            await tap_all(house, phone, [data for data in taps(number) if data not in asks])
            assert "Observer" not in phone.read().replace("accredited observers", "").replace("Observer 002", "")
        assert facts(house) == before
        assert house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]


async def test_forged_numbers_from_those_who_may_change_nothing_and_break_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phones = await enrol(house)
        before = facts(house)
        for role, phone in phones.items():
            await tap_all(
                house, phone, [d for d in taps(FORGED, allowed_for=role) if not d.startswith(("1:lv", "1:ba"))]
            )
        assert facts(house) == before
        assert house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]


async def test_every_button_pressed_twice_by_those_who_may_breaks_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phones = await enrol(house)
        for role, phone in phones.items():
            data = taps(5, allowed_for=role)
            await tap_all(house, phone, [one for one in data for _ in range(2)])
        assert house.rows("SELECT error FROM inbox WHERE state <> 'done'") == []
        assert not house.telegram.surprises


@pytest.mark.parametrize(
    "data", ["1", "1:", "2:mt:1", "1:mt", "1:mt:", "1:mt:-1", "1:mt:1:2", "1:ci:1:z", "1:mt:٣", "x" * 64, "1:la:é"]
)  # fmt: skip
async def test_garbage_in_a_button_is_answered_with_how_things_stand(tmp_path: Path, data: str) -> None:
    async with House(tmp_path) as house:
        phone = await house.enrol("O001")
        before = facts(house)
        await tap_all(house, phone, [data])
        assert facts(house) == before
        assert phone.last.get("text")
