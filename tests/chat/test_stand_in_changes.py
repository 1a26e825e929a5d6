"""The stand-in for Telegram: edits, deletions, pins, groups, topics, commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    ReactionTypeEmoji,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from demo.telegram import StandIn

from .test_stand_in import ANN, BOB, PNG, bot_of_stand, drained, keyboard, stand_in  # noqa: F401

# --- changing what is there


async def test_an_edit_is_seen_and_the_same_again_is_refused(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    sent = await bot.send_message(ANN, "draft", reply_markup=keyboard("a"))
    edited = await bot.edit_message_text("<b>final</b>", ANN, sent.message_id, parse_mode="HTML")
    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    assert edited.reply_markup is None
    assert stand.last(ANN)["html"] == "<b>final</b>"
    with pytest.raises(BadRequest, match="essage is not modified: specified new message content"):
        await bot.edit_message_text("<b>final</b>", ANN, sent.message_id, parse_mode="HTML")
    await bot.edit_message_reply_markup(ANN, sent.message_id, reply_markup=keyboard("b"))
    assert stand.buttons(stand.last(ANN)) == [("Yes", "b")]
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(ANN, sent.message_id, reply_markup=keyboard("b"))


async def test_only_the_bots_own_messages_can_be_edited(stand: StandIn, bot: Bot) -> None:
    mine = stand.say(ANN, "/start")
    with pytest.raises(BadRequest, match="essage can't be edited"):
        await bot.edit_message_text("x", ANN, mine["message_id"])
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await bot.edit_message_text("x", ANN, 4711)
    photo = await bot.send_photo(ANN, PNG, caption="hall")
    with pytest.raises(BadRequest, match="here is no text in the message to edit"):
        await bot.edit_message_text("x", ANN, photo.message_id)
    await bot.edit_message_caption(ANN, photo.message_id, caption="the town hall")
    assert stand.last(ANN)["caption"] == "the town hall"


async def test_messages_older_than_two_days_can_not_be_deleted() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    async with StandIn(clock=lambda: now) as stand, Bot(stand.token, base_url=stand.base_url) as bot:
        stand.add_user(ANN, "Ann", started=True)
        old, fresh = await bot.send_message(ANN, "old"), await bot.send_message(ANN, "fresh")
        await bot.delete_message(ANN, fresh.message_id)
        assert [m["deleted"] for m in stand.chat(ANN)] == [False, True]
        with pytest.raises(BadRequest, match="essage to delete not found"):
            await bot.delete_message(ANN, fresh.message_id)
        now += timedelta(hours=49)
        with pytest.raises(BadRequest, match="essage can't be deleted"):
            await bot.delete_message(ANN, old.message_id)
        assert await bot.edit_message_text("edits have no age", ANN, old.message_id)


async def test_pinning_in_a_group_needs_the_right(stand: StandIn, bot: Bot) -> None:
    team = stand.add_group("Team", [ANN], bot_is="member")
    sent = await bot.send_message(team, "programme")
    with pytest.raises(BadRequest, match="ot enough rights to manage pinned messages in the chat"):
        await bot.pin_chat_message(team, sent.message_id)
    stand.add_bot(team, ANN, "administrator")
    await bot.pin_chat_message(team, sent.message_id)
    chat = await bot.get_chat(team)
    assert chat.pinned_message
    assert chat.pinned_message.message_id == sent.message_id
    await bot.unpin_all_chat_messages(team)
    assert not any(m["pinned"] for m in stand.chat(team))


async def test_replies_copies_and_forwards_carry_what_they_should(stand: StandIn, bot: Bot) -> None:
    asked = stand.say(ANN, "when?")
    stand.say(BOB, "/start")
    reply = await bot.send_message(ANN, "now", reply_parameters=ReplyParameters(asked["message_id"]))
    assert reply.reply_to_message
    assert reply.reply_to_message.text == "when?"
    with pytest.raises(BadRequest, match="essage to be replied not found"):
        await bot.send_message(ANN, "now", reply_to_message_id=999)
    assert await bot.send_message(ANN, "now", reply_to_message_id=999, allow_sending_without_reply=True)
    forwarded = await bot.forward_message(BOB, ANN, asked["message_id"])
    assert forwarded.forward_origin
    copied = await bot.copy_message(BOB, ANN, asked["message_id"])
    assert stand.last(BOB)["message_id"] == copied.message_id
    assert "forward_origin" not in stand.last(BOB)


# --- groups


async def test_in_a_group_a_plain_member_bot_hears_only_what_is_meant_for_it(stand: StandIn, bot: Bot) -> None:
    team = stand.add_group("Team", [ANN, BOB], bot_is="member")
    sent = await bot.send_message(team, "hello all")
    stand.say(ANN, "just talk", chat_id=team)
    stand.say(ANN, "/today", chat_id=team)
    stand.say(ANN, "/today@other_bot", chat_id=team)
    stand.say(ANN, "/today@fieldpost_bot", chat_id=team)
    stand.say(BOB, "an answer", chat_id=team, reply_to=sent.message_id)
    stand.say(BOB, "ask @fieldpost_bot", chat_id=team)
    assert await drained(bot) == ["/today", "/today@fieldpost_bot", "an answer", "ask @fieldpost_bot"]
    stand.privacy = False
    stand.say(ANN, "just talk", chat_id=team)
    assert await drained(bot) == ["just talk"]


async def test_coming_and_going_of_the_bot_is_told(stand: StandIn, bot: Bot) -> None:
    team = stand.add_group("Team", [ANN])
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await bot.send_message(team, "hello")
    stand.add_bot(team, ANN)
    joined, service = await bot.get_updates()
    assert joined.my_chat_member
    assert joined.my_chat_member.difference()["status"] == ("left", "member")
    assert service.message
    assert service.message.new_chat_members[0].id == stand.world.bot.id
    stand.remove_bot(team, ANN)
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(team, "hello")
    other = stand.add_group("Other", [ANN], kind="supergroup", bot_is="member")
    await bot.leave_chat(other)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(other, "hello")


async def test_an_upgraded_group_tells_its_new_id_both_ways(stand: StandIn, bot: Bot) -> None:
    team = stand.add_group("Team", [ANN, BOB], bot_is="member")
    new = stand.migrate(team)
    with pytest.raises(ChatMigrated) as refused:
        await bot.send_message(team, "hello")
    assert refused.value.new_chat_id == new
    assert (await bot.send_message(new, "hello")).chat.type == "supergroup"
    to, from_ = (u.message for u in await bot.get_updates())
    assert to
    assert from_
    assert (to.migrate_to_chat_id, from_.migrate_from_chat_id) == (new, team)


async def test_topics_hold_their_messages_and_unknown_ones_are_refused(stand: StandIn, bot: Bot) -> None:
    forum = stand.add_group("Mission", [ANN], forum=True, bot_is="administrator")
    topic = await bot.create_forum_topic(forum, "Team 12")
    sent = await bot.send_message(forum, "hello", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message
    assert sent.message_thread_id == topic.message_thread_id
    for wrong in (1, 999):
        with pytest.raises(BadRequest, match="essage thread not found"):
            await bot.send_message(forum, "hello", message_thread_id=wrong)
    await bot.close_forum_topic(forum, topic.message_thread_id)
    stand.say(ANN, "still here", chat_id=forum, topic=topic.message_thread_id)
    await bot.delete_forum_topic(forum, topic.message_thread_id)
    with pytest.raises(BadRequest, match="essage thread not found"):
        await bot.send_message(forum, "hello", message_thread_id=topic.message_thread_id)


async def test_members_are_told_as_the_library_expects_them(stand: StandIn, bot: Bot) -> None:
    team = stand.add_group("Team", [ANN, BOB], bot_is="administrator")
    assert (await bot.get_chat_member(team, ANN)).status == "creator"
    assert (await bot.get_chat_member(team, BOB)).status == "member"
    assert (await bot.get_chat_member(team, stand.world.bot.id)).status == "administrator"
    assert await bot.get_chat_member_count(team) == 3
    assert {a.status for a in await bot.get_chat_administrators(team)} == {"creator", "administrator"}
    await bot.get_updates(allowed_updates=["chat_member", "message"])
    stand.leave(team, BOB, by=ANN)
    stand.rename(team, "Team 12")
    kicked, left, renamed = await bot.get_updates()
    assert kicked.chat_member
    assert kicked.chat_member.difference()["status"] == ("member", "kicked")
    assert left.message
    assert left.message.left_chat_member
    assert renamed.message
    assert renamed.message.new_chat_title == "Team 12"


# --- the bot's own face


async def test_command_menus_are_kept_by_scope_and_language(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    scope = BotCommandScopeChat(ANN)
    await bot.set_my_commands([BotCommand("today", "Your day")])
    await bot.set_my_commands([BotCommand("digest", "Дайджест")], scope=scope, language_code="uk")
    assert [c.command for c in await bot.get_my_commands()] == ["today"]
    assert [c.command for c in await bot.get_my_commands(scope=scope, language_code="uk")] == ["digest"]
    await bot.delete_my_commands(scope=scope, language_code="uk")
    assert await bot.get_my_commands(scope=scope, language_code="uk") == ()
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([BotCommand("To-day", "x")])
    await bot.set_my_description("Coordinates observers")
    assert (await bot.get_my_description()).description == "Coordinates observers"


async def test_a_reaction_and_typing_are_seen(stand: StandIn, bot: Bot) -> None:
    said = stand.say(ANN, "done")
    await bot.set_message_reaction(ANN, said["message_id"], "👍")
    await bot.send_chat_action(ANN, "typing")
    assert stand.chat(ANN)[0]["reactions"] == {str(stand.world.bot.id): [{"type": "emoji", "emoji": "👍"}]}
    with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
        await bot.set_message_reaction(ANN, said["message_id"], ReactionTypeEmoji("🪑"))
    assert "typing" in [e["kind"] for e in stand.world.events.since(0)]


async def test_places_are_sent_and_wrong_ones_refused(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    assert (await bot.send_venue(ANN, 50.4, 30.5, "Town hall", "Main St 1")).venue
    live = await bot.send_location(ANN, 50.4, 30.5, live_period=600)
    await bot.edit_message_live_location(ANN, live.message_id, latitude=50.5, longitude=30.6)
    assert stand.last(ANN)["location"]["latitude"] == 50.5
    with pytest.raises(BadRequest, match="rong location"):
        await bot.send_location(ANN, 95, 30.5)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Map", url="https://example.org/x")]])
    assert (await bot.send_message(ANN, "map", reply_markup=markup)).reply_markup == markup


async def test_the_rarer_methods_answer_what_the_library_expects(stand: StandIn, bot: Bot) -> None:
    stand.say(ANN, "/start")
    poll = await bot.send_poll(ANN, "When?", ["now", "later"])
    assert (await bot.stop_poll(ANN, poll.message_id)).is_closed
    photo = await bot.send_photo(ANN, PNG)
    swapped = await bot.edit_message_media(
        InputMediaDocument(b"pdf", caption="<b>x</b>", parse_mode="HTML"), ANN, photo.message_id
    )
    assert not isinstance(swapped, bool)
    assert swapped.document
    assert not swapped.photo
    numbers = [poll.message_id, photo.message_id, 4711]
    assert len(await bot.copy_messages(ANN, ANN, numbers)) == 2
    assert len(await bot.forward_messages(ANN, ANN, numbers)) == 2
    for send in (bot.send_voice, bot.send_video, bot.send_audio, bot.send_animation, bot.send_sticker):
        assert await send(ANN, b"bytes")
    assert await bot.send_contact(ANN, "+1", "Eve")
    assert await bot.send_dice(ANN)
    assert await bot.delete_messages(ANN, numbers)
    await bot.set_chat_menu_button(ANN)
    forum = stand.add_group("Mission", [ANN, BOB], forum=True, bot_is="administrator")
    topic = stand.open_topic(forum, "Team 1", ANN)
    await bot.edit_forum_topic(forum, topic, name="Team 12")
    await bot.close_forum_topic(forum, topic)
    await bot.reopen_forum_topic(forum, topic)
    await bot.ban_chat_member(forum, BOB)
    assert (await bot.get_chat_member(forum, BOB)).status == "kicked"
