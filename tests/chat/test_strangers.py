"""Who stands at the door without a name: failed links, guessers, strangers, ended and blocked people, groups."""

from pathlib import Path
from typing import Any

from tests.chat.at_the_door import assert_no_trouble, change, english, holder, later, newcomer, tap
from tests.house import House, Phone
from texts.tongue import Tongues

SPOKEN = Tongues(("en", "ru", "kk"))
WRONG = (
    "This invitation link is not valid. Please open the whole link that you were given, "
    "or ask your coordinator for a new one."
)
REPLACED = "This invitation link was replaced by a newer one. Please use that, or ask your coordinator for it."
EXPIRED = "This invitation link has expired. Please ask your coordinator for a new one."


async def test_each_failed_link_has_its_own_answer(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        aboard = await house.enrol("O001")
        for language, phone in (("en", await newcomer(house, 5)), ("ru", await newcomer(house, 6, "ru"))):
            t = SPOKEN.of(language)
            await phone.say("/start QWERTY-unknown")
            assert phone.last["text"] == t.label(WRONG)
            old = await house.invite("O002")
            await house.invite("O002")
            await phone.say(f"/start {old}")
            assert phone.last["text"] == t.label(REPLACED)
            token = await house.invite("O003")
            await change(house, "UPDATE invitation SET expires_at = '2019-06-08T03:00:00.000Z'")
            await phone.say(f"/start {token}")
            assert phone.last["text"] == t.label(EXPIRED)
            token = await house.invite("O004")
            await change(house, "UPDATE person SET active = 0, listed = 0 WHERE reference = 'O004'")
            await phone.say(f"/start {token}")
            assert phone.last["text"] == t.label(EXPIRED)
            await change(house, "UPDATE person SET active = 1, listed = 1 WHERE reference = 'O004'")
        theirs = await house.invite("O005")
        last = await aboard.say(f"/start {theirs}")
        assert "belongs to another person" in last["text"]
        assert holder(house, "O005") == []
        await change(house, "UPDATE person SET active = 0, listed = 0 WHERE reference = 'O001'")
        last = await aboard.say("/start nonsense")
        assert "not valid" in last["text"]
        assert_no_trouble(house)


async def test_ten_wrong_tokens_bring_an_hour_of_silence_to_everything(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        guesser, link = await newcomer(house), f"/start {await house.invite('O001')}"
        await english(house, "O001")
        guesses = ["x", "A" * 65, "B" * 4000, "äöü", "a:b", "../..", "%00", "'--", "_" * 64]
        for guess in guesses:
            last = await guesser.say(f"/start {guess}")
            assert "not valid" in last["text"]
        said = guesser.read()
        await guesser.say("/start tenth")
        for words in ("/start", "/start eleventh", link, "hello", "/help"):
            await guesser.say(words)
        for data in ("1:ra", "1:id:1:1", "junk"):
            await tap(guesser, data)
        await later(house, minutes=59)
        await guesser.say("hello")
        assert guesser.read() == said
        other = await newcomer(house, 7)
        assert "accredited observers" in (await other.say("hello"))["text"]
        await later(house, minutes=61)
        last = await guesser.say("hello")
        assert "accredited observers" in last["text"]
        last = await guesser.say("/start again")
        assert "not valid" in last["text"]
        await guesser.say(link)
        await guesser.tap("Yes")
        assert holder(house, "O001") == [(666,)]
        assert_no_trouble(house)


async def test_nine_wrong_tokens_over_a_long_day_silence_nobody(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await newcomer(house)
        for hour in range(3):
            await later(house, hours=hour * 2)
            for number in range(9):
                last = await phone.say(f"/start wrong-{hour}-{number}")
                assert "not valid" in last["text"]
        assert len([m for m in phone.messages if "not valid" in m["text"]]) == 27


async def test_an_enrolled_person_who_guesses_keeps_his_own_work(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone = await house.enrol("O001")
        for number in range(12):
            await phone.say(f"/start guess-{number}")
        assert phone.read().count("not valid") == 9
        last = await phone.say("/programme")
        assert "09:30" in last["text"]
        await phone.tap("Check in: 09:30")
        await phone.tap("I am here")
        assert house.rows("SELECT count(*) FROM checkin") == [(1,)]
        last = await phone.say("/start")
        assert "You are enrolled as Observer 001" in last["text"]
        said = phone.read()
        await phone.say(f"/start {await house.invite('O002')}")
        assert phone.read() == said


async def test_a_group_learns_nothing_of_links_and_requests(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        house.telegram.privacy = False
        aboard, stranger = await house.enrol("O001"), await newcomer(house)
        await stranger.say("hi")
        group = house.telegram.add_group("Room", [1000, 666], bot_is="administrator")
        token = await house.invite("O002")
        for words in (f"/start {token}", "/start wrong", "/start", "/programme", "/unknown", "hello"):
            house.telegram.say(666, words, chat_id=group)
        for data in ("1:ra", "1:id:1:1", "junk", "1:la:en"):
            house.telegram.tap(666, 1, data=data, chat_id=group)
        await house.settle()
        assert house.telegram.bot_messages(group) == []
        for words in ("hello", "/otherbotscommand", "/start@other_bot x", "/"):
            house.telegram.say(aboard.user_id, words, chat_id=group)
        await house.settle()
        assert house.telegram.bot_messages(group) == []
        house.telegram.say(aboard.user_id, f"/start@fieldpost_bot {token}", chat_id=group)
        await house.settle()
        assert [m["text"] for m in house.telegram.bot_messages(group)] == [
            "Please write to me in a private chat: nothing personal is shown in groups."
        ]
        assert house.rows("SELECT count(*) FROM enrolment") == [(0,)]
        assert house.rows("SELECT count(*) FROM wrong_token") == [(0,)]
        assert_no_trouble(house)


async def say_everything(phone: Phone, chat_id: int | None = None) -> None:
    """Every kind of update that a phone can cause, in this chat."""
    telegram, me = phone.telegram, phone.user_id
    where: dict[str, Any] = {} if chat_id is None else {"chat_id": chat_id}
    told = telegram.say(me, "hello", **where)
    telegram.edit(me, told["message_id"], "hello again", **where)
    for words in ("/start", "/start x", "/cancel", "/help", "/settings", "/digest", "Programme"):
        telegram.say(me, words, **where)
    telegram.contact(me, "+77010000000", **where)
    telegram.location(me, 51.1, 71.4, **where)
    telegram.venue(me, 51.1, 71.4, "Hall", "Street 1", **where)
    telegram.sticker(me, **where)
    telegram.poll(me, "Who?", ["a", "b"], **where)
    telegram.dice(me, **where)
    for kind, mime in (("photo", "image/jpeg"), ("document", "text/csv"), ("voice", "audio/ogg")):
        telegram.file(me, kind, b"name,reference\n", filename="roster.csv", mime=mime, caption="/start y", **where)
    for data in ("1:ra", "garbage", "1:zz", "1:id:1:1", "1:rq:1:x", "1:rb:1:1", "1:ps:5", "1:ap:x", "::::", "\u202e💥"):
        telegram.tap(me, told["message_id"], data=data, **where)
    telegram.tap(me, 987654, data="1:ra", **where)
    await phone.house.settle()


async def test_strangers_ended_and_blocked_people_may_do_what_they_like_at_the_door(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        house.telegram.privacy = False
        coordinator, ended = await house.enrol("C003"), await house.enrol("O001")
        stranger, blocked, silent = [await newcomer(house, number) for number in (5, 6, 7)]
        for phone in (stranger, blocked, silent):
            await phone.say("hi")
        await blocked.tap("Request access")
        await blocked.say("Bad Guy")
        await coordinator.tap("Block")
        for number in range(10):
            await silent.say(f"/start guess-{number}")
        await change(house, "UPDATE person SET active = 0, listed = 0 WHERE reference = 'O001'")
        people = (stranger, ended, blocked, silent)
        group = house.telegram.add_group("Room", [p.user_id for p in people], bot_is="administrator")
        alerts = len(coordinator.messages)
        before = {phone.user_id: phone.messages for phone in people}
        for phone in people:
            await say_everything(phone, group)
        assert house.telegram.bot_messages(group) == []
        assert {phone.user_id: phone.messages for phone in people} == before
        for phone in people:
            await say_everything(phone)
            house.telegram.block(phone.user_id)
            house.telegram.block(phone.user_id, blocked=False)
            await house.settle()
        for phone in (blocked, silent):
            assert phone.messages == before[phone.user_id]
        news = [m["text"] for m in ended.messages[len(before[ended.user_id]) :]]
        assert len(news) > 20
        assert all("access to this mission has ended" in text or "not valid" in text for text in news), news
        news = [m["text"] for m in stranger.messages[len(before[5]) :]]
        allowed = ("accredited observers", "not valid", "full name", "I need your name")
        assert all(any(words in text for words in allowed) for text in news), news
        assert len(coordinator.messages) == alerts
        assert house.rows("SELECT count(*) FROM access_request") == [(1,)]
        assert house.rows("SELECT count(*) FROM account") == [(2,)]
        assert house.rows("SELECT count(*) FROM upload") == [(0,)]
        assert_no_trouble(house)
