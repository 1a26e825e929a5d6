"""What can be announced, in which languages, to whom: and what cannot."""

from pathlib import Path

import pytest

from tests.chat.announcing import aboard, announce, bring, compose, page, report, texts
from tests.house import House

JPEG = b"\xff\xd8\xff" + b"\0" * 100


async def test_formatting_arrives_as_it_was_written(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        (reader,) = await aboard(house, 1)
        link = {"type": "text_link", "offset": 5, "length": 4, "url": "https://a.b/"}
        bold = [{"type": "bold", "offset": 0, "length": 4}, link]
        await coordinator.say("/announce")
        await coordinator.say("Күні here <b>&", entities=bold)
        await coordinator.tap("For whom")
        await coordinator.tap("Everyone in private")
        await coordinator.tap("Back")
        await coordinator.tap("Preview")
        await coordinator.tap("Send to")
        await report(coordinator)
        message = house.telegram.last(reader)
        assert message["text"] == "Күні here <b>&"
        assert message["entities"] == bold


@pytest.mark.parametrize("kind", ["photo", "document", "place", "album"])
async def test_a_photo_a_document_a_place_and_an_album_are_announced(tmp_path: Path, kind: str) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        (reader,) = await aboard(house, 1)
        user, telegram = coordinator.user_id, house.telegram
        await coordinator.say("/announce")
        if kind == "photo":
            telegram.photo(user, JPEG, "The hall")
        elif kind == "document":
            telegram.document(user, "map.pdf", b"%PDF", caption="The map")
        elif kind == "place":
            telegram.location(user, 51.1, 71.4)
        else:
            for number in range(3):
                telegram.photo(user, JPEG, "Three halls" if number == 0 else None, album="7")
        await house.settle()
        await coordinator.tap("For whom")
        await coordinator.tap("Everyone in private")
        await coordinator.tap("Back")
        await coordinator.tap("Options")
        await coordinator.tap("Ask to confirm")
        await coordinator.tap("Back")
        await coordinator.tap("Preview")
        await coordinator.tap("Send to")
        assert "failed 0" in await report(coordinator)
        got = telegram.bot_messages(reader)
        assert len(got) == {"album": 4}.get(kind, 1)
        if kind == "place":
            assert got[0]["location"]["latitude"] == 51.1
        elif kind == "album":
            assert [m.get("caption") for m in got] == ["Three halls", None, None, None]
            assert len({m.get("media_group_id") for m in got[:3]}) == 1
        else:
            assert got[0]["caption"].startswith("The ")
        assert "I have read it" in [label for label, _ in telegram.buttons(got[-1])]


async def test_each_reader_gets_his_language_and_who_has_none_the_original(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        english = await aboard(house, 2)
        russian = await aboard(house, 2, language="ru")
        kazakh = await aboard(house, 2, language="kk")
        await compose(coordinator, "Original", "Everyone in private")
        await coordinator.tap("Languages")
        await coordinator.tap("Русский")
        await coordinator.say("По-русски")
        await coordinator.tap("Preview")
        assert "По-русски" in coordinator.read()
        await coordinator.tap("Send to")
        await report(coordinator)
        assert [texts(house, user)[-1] for user in (*english, *russian, *kazakh)] == [
            "Original", "Original", "По-русски", "По-русски", "Original", "Original",
        ]  # fmt: skip


async def test_what_is_too_long_or_of_another_kind_is_refused_in_words(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        user, telegram = coordinator.user_id, house.telegram
        await coordinator.say("/announce")
        assert "10000 characters of at most 4096" in (await coordinator.say("x" * 10_000))["text"]
        telegram.poll(user, "Lunch?", ["Yes", "No"])
        await house.settle()
        assert "cannot be announced" in coordinator.last["text"]
        telegram.photo(user, JPEG, "y" * 1025)
        await house.settle()
        assert "1025 characters of at most 1024" in coordinator.last["text"]
        telegram.photo(user, JPEG, album="8")
        telegram.document(user, "a.pdf", b"%PDF", album="8")
        await house.settle()
        assert "either of photos and videos, or of documents" in coordinator.last["text"]
        await coordinator.say("z" * 4000)
        await coordinator.say("and the rest")
        assert "came in several pieces" in coordinator.last["text"]
        stranger = await house.stranger()
        await coordinator.say("Forwarded words", forward_from=stranger.user_id)
        assert "will not show where it comes from" in coordinator.last["text"]
        await coordinator.say("A slip of the pen")
        assert "I have not changed the draft" in coordinator.last["text"]
        assert "Forwarded words" in coordinator.last["text"]


async def test_who_was_chosen_twice_is_counted_and_reached_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator = await house.enrol("C001")
        people = await aboard(house, 30)
        await compose(coordinator, "Hello", "Roles…", "observer")
        await coordinator.tap("Teams…")
        await coordinator.tap("Team")
        await coordinator.tap("Back")
        await coordinator.tap("Back")
        assert "30 people" in page(coordinator, "Draft announcement")
        assert "cannot be reached" in page(coordinator, "Draft announcement")
        await coordinator.tap("Preview")
        await coordinator.tap("Send to 30 people, about")
        await report(coordinator)
        assert [texts(house, user).count("Hello") for user in people] == [1] * 30


async def test_a_coordinator_of_some_teams_reaches_only_those(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await aboard(house, 40)
        whole = await house.enrol("C002")
        coordinator = await house.enrol("C001")
        await bring(house, whole, "Everybody's")
        aboard_by_team = "SELECT team_id, count(*) FROM person JOIN account ON person_id = person.id GROUP BY 1 LIMIT 1"
        (team,) = house.rows(aboard_by_team)
        give = "INSERT INTO scope SELECT id, ? FROM person WHERE reference = 'C001'"
        await house.act(lambda desk: desk.db.execute(give, (team[0],)))
        said = await announce(coordinator, "Only mine", "Everyone in private", "All groups")
        assert f"Sent {team[1]} ·" in said
