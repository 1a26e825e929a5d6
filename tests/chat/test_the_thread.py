"""One check-in, from a phone to the evening digest."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import turn
from tests.chat.checking_in import receive
from tests.house import DATA, House, Phone, figures
from texts.tongue import Tongues

MEETINGS = json.loads((DATA / "day-2019-06-08.json").read_text(encoding="utf-8"))["meetings"]


async def log_meeting(house: House, phone: Phone, number: int, reference: str) -> None:
    """Check in to a meeting of the chronicle and tell all that the chronicle tells."""
    t = Tongues(("en", "ru", "kk")).of(phone_language(house, phone))
    meeting = MEETINGS[number]
    meeting_id = house.rows("SELECT id FROM meeting WHERE reference = ?", reference)[0][0]
    await phone.say("/programme 2019-06-08")
    start = house.rows("SELECT strftime('%H:%M', starts_at, '+6 hours') FROM meeting WHERE id = ?", meeting_id)[0][0]
    await phone.tap(t.label("Check in: {meeting}", meeting=start))
    starts_at = house.rows("SELECT starts_at FROM meeting WHERE id = ?", meeting_id)[0][0]
    turn(house.clock_file, datetime.fromisoformat(starts_at), 1.0)
    await phone.tap(t.label("I am here"))
    await phone.tap(t.label("Skip"))
    await phone.tap(t.label("Write the log"))
    await receive(phone, t, (", ".join(filter(None, (who["name"], who["title"]))) for who in meeting["interlocutors"]))
    points = meeting["told_by_hosts"] + [f"{name}: {count}" for name, count in meeting["figures"].items()]
    for point in points:
        await phone.say(point)
    await phone.tap(t.label("Next"))
    if meeting["concerns"]:
        for concern in meeting["concerns"]:
            await phone.say(concern)
        await phone.tap(t.label("Next"))
    else:
        await phone.tap(t.label("None"))
    for document in meeting["documents"]:
        await phone.say(document["title"])
    await phone.tap(t.label("Preview"))
    await phone.tap(t.label("Submit"))


def phone_language(house: House, phone: Phone) -> str:
    rows = house.rows(
        "SELECT language FROM person WHERE id = (SELECT person_id FROM account WHERE telegram_id = ?)", phone.user_id
    )
    return str(rows[0][0])


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
async def test_the_coordinator_reads_in_the_evening_what_five_meetings_said(tmp_path: Path, language: str) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001", language)
        team = await house.enrol("O060", language)
        coordinator = await house.enrol("C003", language)
        for number, (phone, reference) in enumerate(
            [(observer, "M01"), (observer, "M02"), (observer, "M03"), (team, "M04"), (observer, "M05")]
        ):
            await log_meeting(house, phone, number, reference)
        turn(house.clock_file, datetime(2019, 6, 8, 14, 0, 30, tzinfo=UTC), 1.0)
        await house.telegram.wait_for(
            lambda m: "Berik Imashev" in m.get("text", "") and "SMS" in m.get("text", ""), coordinator.user_id, 10
        )
        await house.settle()
        text = coordinator.read()
        assert house.rows("SELECT count(*) FROM digest")[0][0] == 1
    for meeting in MEETINGS:
        for person in meeting["interlocutors"]:
            assert person["title"] in text
            assert person["name"] is None or person["name"] in text
        for figure in meeting["figures"].values():
            assert str(figure) in figures(text)
        for words in (*meeting["told_by_hosts"], *meeting["concerns"]):
            assert words in text
        for document in meeting["documents"]:
            assert document["title"] in text
    assert not house.telegram.surprises


async def test_a_stranger_gets_one_polite_sentence_and_nothing_else(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        stranger = await house.stranger()
        for words in ("/start", "/programme", "hello", "/digest"):
            last = await stranger.say(words)
            assert "accredited observers" in last["text"]
        assert house.rows("SELECT count(*) FROM account") == [(0,)]


async def test_a_used_link_is_refused_to_a_second_account_and_a_coordinator_is_told(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C003")
        token = await house.invite("O001")
        house.telegram.add_user(5, "First")
        first, second = Phone(house, 5), await house.stranger(6)
        await first.say(f"/start {token}")
        await first.tap("Да, это я")
        last = await second.say(f"/start {token}")
        assert "used already" in last["text"]
        assert "Observer 001" in coordinator.last["text"]
        assert house.rows(
            "SELECT telegram_id FROM account WHERE person_id = (SELECT id FROM person WHERE reference = 'O001')"
        ) == [(5,)]


async def test_an_abandoned_draft_is_there_when_the_observer_returns(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/programme")
        await observer.tap("Check in: 09:30")
        await observer.tap("I am here")
        await observer.tap("Write the log")
        await observer.say("Somebody <b>important</b> & co")
        await observer.say("/cancel")
        await house.close()
        await house.open()
        last = await observer.say("/log")
        assert "Somebody <b>important</b> & co" in last["text"]


async def test_a_location_after_the_tap_tells_the_distance(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/programme")
        await observer.tap("Check in: 09:30")
        before = len(observer.messages)
        await observer.tap("I am here")
        assert len(observer.messages) == before
        last = await observer.locate(51.129, 71.430)
        assert "111 m" in last["text"]


async def test_a_button_of_somebody_elses_meeting_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O060")
        await observer.say("/programme")
        for data in ("1:ci:1:a", "1:ci:999:a", "1:sb:1", "1:rm:1", "garbage", "1:me:1:77", "1:lg:1:p"):
            house.telegram.tap(observer.user_id, observer.last["message_id"], data=data)
            await house.settle()
        assert house.rows("SELECT count(*) FROM checkin") == [(0,)]
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)]


@pytest.mark.parametrize("words", ["<&> 🎉 שלום", "x" * 4000, "   ", "{name} %s", "<b>unclosed"])
async def test_whatever_is_typed_is_kept_or_refused_with_a_reason(tmp_path: Path, words: str) -> None:
    async with House(tmp_path) as house:
        observer = await house.enrol("O001")
        await observer.say("/log")
        await observer.tap("Write" if "Write" in "".join(observer.labels) else observer.labels[0])
        await observer.say(words)
        stored = house.rows("SELECT body FROM log_entry")
        assert stored == ([(words.strip(),)] if words.strip() else [])
        assert house.rows("SELECT count(*) FROM outbox WHERE state = 'refused'") == [(0,)]
        assert house.rows("SELECT count(*) FROM inbox WHERE state = 'parked'") == [(0,)]
