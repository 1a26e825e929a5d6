"""An incident is posted where coordinators sit together, and nowhere else."""

from pathlib import Path

from demo.telegram import Fault
from tests.chat.announcing import bring, texts
from tests.house import House, Phone

TOLD = "A box without a seal at station 7."


async def forum(house: House, coordinator: Phone) -> tuple[int, int]:
    """A coordinators' forum: its id, and the thread of its incidents."""
    chat_id = house.telegram.add_group("Headquarters", [coordinator.user_id], forum=True)
    house.telegram.add_bot(chat_id, coordinator.user_id, "administrator")
    await house.settle()
    await coordinator.tap("Coordinators only")
    await house.settle()
    topics = house.telegram.world.chats[chat_id].topics
    return chat_id, next(number for number, topic in topics.items() if topic.name == "Incidents")


async def test_coordinators_read_an_incident_in_their_topic_and_there_what_became_of_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer = await house.enrol("C001"), await house.enrol("O001")
        await house.act(lambda desk: desk.db.execute("UPDATE person SET phone = '+77010000001'"))
        chat_id, thread = await forum(house, coordinator)
        mission = await bring(house, coordinator, "All")
        team = await bring(house, coordinator, "Ours", "A team…")
        await coordinator.tap("HQ")
        await observer.say(f"/incident {TOLD}")
        (posted,) = [m for m in house.telegram.bot_messages(chat_id) if TOLD in str(m.get("text"))]
        assert posted["message_thread_id"] == thread
        assert posted["text"].startswith("Incident 1")
        assert "+7701" not in posted["text"]
        await coordinator.tap("Close incident 1")
        await coordinator.say("Sealed again.")
        (posted,) = [m for m in house.telegram.bot_messages(chat_id) if TOLD in str(m.get("text"))]
        assert posted["text"].startswith("Incident 1 is closed")
        assert posted["text"].endswith("→ Sealed again.")
        assert TOLD not in str([texts(house, chat) for chat in (mission, team)])


async def test_a_group_that_is_no_longer_the_coordinators_gets_nothing_that_waited_for_them(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        coordinator, observer = await house.enrol("C001"), await house.enrol("O001")
        chat_id = await bring(house, coordinator, "Headquarters", "Coordinators only")
        house.telegram.faults.add(Fault("429", method="sendMessage", retry_after=1, times=None, chat_id=chat_id))
        house.telegram.say(observer.user_id, f"/incident {TOLD}")
        await house.telegram.wait_for(lambda m: TOLD in str(m.get("text")), coordinator.user_id, 10)
        card = next(m for m in reversed(coordinator.messages) if "The whole mission" in str(m.get("reply_markup")))
        data = next(data for label, data in house.telegram.buttons(card) if label == "The whole mission")
        house.telegram.tap(coordinator.user_id, card["message_id"], data=data)
        await house.telegram.wait_for(lambda m: "For: the whole mission" in str(m.get("text")), coordinator.user_id, 10)
        house.telegram.faults.clear()
        await house.settle()
        await coordinator.tap("Close incident 1")
        await coordinator.say("Sealed again.")
        assert TOLD not in str(texts(house, chat_id))
