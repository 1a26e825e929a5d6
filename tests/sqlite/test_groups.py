"""A coordinator decides what a group is for, how it is spoken to, and when the bot leaves it."""

from datetime import timedelta

import pytest

from bot.outbox import _settle, _tell
from bot.transport import Fate, Ruling
from domain.announcement_button import ActOnGroup, BindGroup, GroupAct
from domain.group import Group, Purpose, Rights, TopicPurpose
from domain.letter import Letter, LetterKind
from services import groups
from storage import chats, outbox
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import Duty
from tests.sqlite.screen import Screen, calls

FORUM, OLD = -1_000_000_000_007, -999_999_999_999
ALL = Rights(can_write=True, can_pin=True, can_topics=True)


@pytest.fixture
def languages() -> tuple[str, ...]:
    return ("en", "ru")


def brought(duty: Duty, lead: Screen, chat_id: int = FORUM, rights: Rights = ALL, *, forum: bool = True) -> Group:
    groups.joined(duty.desk(NOON), chat_id, "Hall <5>", "administrator", rights, lead.person, forum=forum)
    return group(duty, chat_id)


def group(duty: Duty, chat_id: int = FORUM) -> Group:
    found = chats.find(duty.db, chat_id)
    assert found is not None
    return found


def tap(act: GroupAct, value: int = 0, chat_id: int = FORUM) -> ActOnGroup:
    return ActOnGroup(-chat_id, act, value)


def topics_made(duty: Duty) -> list[object]:
    return [fields["name"] for method, fields in calls(duty, FORUM) if method == "createForumTopic"]


def test_a_group_is_asked_what_it_is_for_and_told_apart_by_its_number(duty: Duty, lead: Screen) -> None:
    brought(duty, lead)
    assert lead.text() == "You brought me into <b>Hall &lt;5&gt;</b>. What is this group for?"
    assert lead.buttons() == ["The whole mission", "A team…", "Coordinators only"]
    brought(duty, lead, OLD, forum=False)
    kinds = duty.rows("SELECT chat_id, kind FROM chat ORDER BY chat_id")
    assert kinds == [(FORUM, "supergroup"), (OLD, "group")]
    assert chats.find(duty.db, -1_000_000_000_000) is None


def test_its_purpose_is_chosen_and_a_forum_gets_its_topics_once(duty: Duty, lead: Screen) -> None:
    brought(duty, lead)
    lead.do(groups.act, tap(GroupAct.MISSION))
    assert group(duty).purpose is Purpose.MISSION
    assert lead.text() == "<b>Hall &lt;5&gt;</b>\nFor: the whole mission\nLanguage: the mission's own"
    assert lead.buttons() == [
        "The whole mission", "A team…", "Coordinators only", "Next language", "Make topics", "Leave the group",
        "All groups",
    ]  # fmt: skip
    assert topics_made(duty) == ["Announcements", "Programme", "Incidents"]
    lead.do(groups.act, tap(GroupAct.COORDINATORS))
    assert group(duty).purpose is Purpose.COORDINATORS
    assert "For: coordinators only" in lead.text()


def test_a_topic_that_is_missing_is_made_by_a_tap_and_those_that_are_there_are_not(duty: Duty, lead: Screen) -> None:
    brought(duty, lead)
    lead.do(groups.act, tap(GroupAct.MISSION))
    letters = duty.rows("SELECT id FROM outbox WHERE method = 'createForumTopic' ORDER BY id")
    for thread, (letter_id,) in enumerate(letters, 20):
        chats.note_topic(duty.db, letter_id, thread)
    lead.do(groups.act, tap(GroupAct.SHOW))
    assert lead.text().endswith("Topics: Announcements, Incidents, Programme")
    assert "Make topics" not in lead.buttons()
    groups.topic_closed(duty.desk(NOON), FORUM, 99)
    assert group(duty).lost_topics == 0
    groups.topic_closed(duty.desk(NOON), FORUM, 21)
    assert group(duty).lost_topics == 1
    assert chats.find_topic(duty.db, FORUM, TopicPurpose.PROGRAMME) is None
    lead.do(groups.act, tap(GroupAct.SHOW))
    assert "⚠ a topic is closed or gone" in lead.text()
    assert lead.text().endswith("Topics: Announcements, Incidents")
    before = topics_made(duty)
    lead.do(groups.act, tap(GroupAct.TOPICS))
    assert topics_made(duty)[len(before) :] == ["Programme"]


def test_topics_are_made_only_where_the_bot_may(duty: Duty, lead: Screen) -> None:
    brought(duty, lead, rights=Rights(can_write=True, can_pin=False, can_topics=False))
    lead.do(groups.act, tap(GroupAct.MISSION))
    lead.do(groups.act, tap(GroupAct.TOPICS))
    assert topics_made(duty) == []
    assert "⚠ I may not pin" in lead.text()
    assert "Make topics" not in lead.buttons()
    groups.changed(duty.desk(NOON), FORUM, "Hall 5", "restricted", Rights(False, True, True), forum=False)
    lead.do(groups.act, tap(GroupAct.TOPICS))
    assert topics_made(duty) == []
    assert lead.text().startswith(
        "<b>Hall 5</b>\nFor: the whole mission\nLanguage: the mission's own\n⚠ I may not write"
    )
    groups.changed(duty.desk(NOON), OLD, "Unknown", "member", ALL, forum=False)
    assert chats.find(duty.db, OLD) is None


def test_its_language_goes_round_through_those_of_the_mission(duty: Duty, lead: Screen) -> None:
    brought(duty, lead, forum=False)
    seen = []
    for _ in range(3):
        lead.do(groups.act, tap(GroupAct.LANGUAGE))
        seen.append((group(duty).language, lead.text().rpartition("\n")[2]))
    assert seen == [("en", "Language: English"), ("ru", "Language: Русский"), ("", "Language: the mission's own")]
    chats.set_language(duty.db, FORUM, "kk")  # the mission has it no longer
    lead.do(groups.act, tap(GroupAct.LANGUAGE))
    assert group(duty).language == "en"


def test_the_bot_leaves_after_a_second_tap_and_the_group_is_for_nothing_then(duty: Duty, lead: Screen) -> None:
    brought(duty, lead, forum=False)
    lead.do(groups.act, tap(GroupAct.MISSION))
    lead.do(groups.act, tap(GroupAct.LEAVE))
    assert lead.text() == "Shall I leave <b>Hall &lt;5&gt;</b>? Nothing is delivered there then."
    assert lead.buttons() == ["Yes, leave", "Back"]
    assert ("leaveChat", {}) not in calls(duty, FORUM)
    assert group(duty).purpose is Purpose.MISSION
    lead.do(groups.act, tap(GroupAct.LEAVE_SURE))
    assert ("leaveChat", {}) in calls(duty, FORUM)
    assert group(duty).purpose is Purpose.NONE
    assert "For: not decided yet" in lead.text()
    groups.left(duty.desk(NOON), FORUM, "Hall 5", "left")
    lead.do(groups.act, tap(GroupAct.SHOW))
    assert "⚠ I am not in it any more" in lead.text()
    assert lead.buttons() == ["All groups"]


def test_a_coordinator_of_one_team_binds_it_and_sees_no_group_of_others(duty: Duty, lead: Screen) -> None:
    number = duty.person("C2", "coordinator", "Team 1")
    for name in ("Team 2", "Team 3"):
        duty.person(f"O{name}", team=name)
    ids = dict(duty.rows("SELECT name, id FROM team"))
    for name in ("Team 1", "Team 2"):
        duty.db.execute("INSERT INTO scope (person_id, team_id) VALUES (?, ?)", (number, ids[name]))
    other = Screen(duty, number, NOON)
    brought(duty, other, forum=False)
    assert other.buttons() == ["A team…"]
    other.do(groups.act, tap(GroupAct.MISSION))
    assert group(duty).purpose is Purpose.NONE, "the whole mission is not his"
    other.do(groups.act, tap(GroupAct.TEAMS))
    assert other.text() == "Which team is <b>Hall &lt;5&gt;</b> for?"
    assert other.buttons() == ["Team 1", "Team 2", "Back"]
    other.do(groups.bind_to_team, BindGroup(-FORUM, ids["Team 3"]))
    assert group(duty).purpose is Purpose.NONE
    assert other.toast
    other.do(groups.bind_to_team, BindGroup(-FORUM, ids["Team 2"]))
    assert (group(duty).purpose, group(duty).team) == (Purpose.TEAM, "Team 2")
    lead.do(groups.act, tap(GroupAct.TEAMS))
    assert lead.buttons() == ["HQ", "Team 1", "Team 2", "Team 3", "Back"]
    lead.do(groups.bind_to_team, BindGroup(-FORUM, ids["Team 3"]))
    other.do(groups.act, tap(GroupAct.SHOW))
    assert other.text() == "<b>Groups</b>\nI am in no group yet. Add me to one, and I ask you what it is for."
    lead.do(groups.show_all, 0)
    assert lead.text() == "<b>Groups</b>\n• <b>Hall &lt;5&gt;</b>: Team 3"


def test_many_groups_and_many_teams_are_turned_over_page_by_page(duty: Duty, lead: Screen) -> None:
    for number in range(groups.PAGE + 1):
        chat_id = FORUM - number
        groups.joined(
            duty.desk(NOON + timedelta(minutes=number)),
            chat_id,
            f"G{number:02}",
            "member",
            ALL,
            lead.person,
            forum=False,
        )
        duty.person(f"O{number:02}", team=f"Team {number:02}")
    lead.do(groups.show_all, 0)
    assert len(lead.buttons()) == groups.PAGE + 1
    assert lead.buttons()[-1] == "›"
    lead.do(groups.show_all, 7)
    assert lead.buttons()[-1] == "‹"
    assert len(lead.buttons()) == 2
    lead.do(groups.act, tap(GroupAct.TEAMS))
    assert lead.buttons()[-2:] == ["›", "Back"]
    assert lead.buttons()[0] == "HQ"
    lead.do(groups.act, tap(GroupAct.TEAMS, 1))
    assert lead.buttons() == [f"Team {groups.PAGE - 1:02}", f"Team {groups.PAGE:02}", "‹", "Back"]


def test_a_group_that_may_be_a_known_ones_new_self_is_not_left(duty: Duty, lead: Screen) -> None:
    brought(duty, lead, OLD, forum=False)
    lead.do(groups.act, tap(GroupAct.MISSION, chat_id=OLD))
    groups.joined(duty.desk(NOON), FORUM, "Hall <5>", "member", ALL, None, forum=False)
    assert calls(duty, FORUM) == []
    groups.joined(duty.desk(NOON), OLD + 1, "Hall <5>", "member", ALL, None, forum=False)
    assert [method for method, _ in calls(duty, OLD + 1)] == ["sendMessage", "leaveChat"]
    assert lead.text() == (
        "Somebody who does not coordinate put me into the group <b>Hall &lt;5&gt;</b>. I left it again."
    )


def test_a_group_that_telegram_says_to_have_moved_when_a_letter_is_sent_is_found_at_its_new_place(
    duty: Duty, lead: Screen
) -> None:
    brought(duty, lead, OLD, forum=False)
    lead.do(groups.act, tap(GroupAct.MISSION, chat_id=OLD))
    for text in ("First", "Second"):
        outbox.queue(duty.db, Letter(LetterKind.NOTICE, OLD, "sendMessage", {"text": text}), NOON, None)
    first = duty.rows("SELECT min(id) FROM outbox WHERE chat_id = ?", OLD)[0][0]
    (letter,) = outbox.claim(duty.db, [first], NOON)
    moved = Ruling(Fate.MIGRATED, "group migrated", new_chat=FORUM)
    _settle(duty.desk(NOON), letter, moved, everywhere=False)
    _tell(duty.desk(NOON), letter, moved)
    assert [fields["text"] for _, fields in calls(duty, FORUM)] == ["First", "Second"]
    assert group(duty).purpose is Purpose.MISSION
    assert duty.rows("SELECT status, migrated_to FROM chat WHERE chat_id = ?", OLD) == [("migrated", FORUM)]
