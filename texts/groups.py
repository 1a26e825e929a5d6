"""What is said in groups, and about them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from domain.announcement_button import ActOnGroup, BindGroup, GroupAct, ShowGroups
from domain.group import Group, Purpose, TopicPurpose
from domain.meeting import Meeting
from domain.message import Button, Message, Rows
from texts import answers
from texts.enrolment import language_name
from texts.programme import hours, place
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue

_LABEL = 40
_ROOM = 3900


def what_for(t: Tongue, group: Group, *, whole: bool) -> Message:
    """To the coordinator who brought the bot."""
    text = t.say("You brought me into <b>{title}</b>. What is this group for?", title=group.title)
    return Message(text, buttons=_purposes(t, group, whole=whole))


def not_ours(t: Tongue) -> Message:
    """In a group where somebody else put the bot."""
    return Message(
        t.say("I serve one observation mission and join groups only when its coordinators bring me. Good-bye!")
    )


def stranger_added(t: Tongue, title: str) -> Message:
    """To coordinators."""
    return Message(
        t.say("Somebody who does not coordinate put me into the group <b>{title}</b>. I left it again.", title=title)
    )


def put_out(t: Tongue, title: str) -> Message:
    """To coordinators."""
    return Message(
        t.say("I am no longer in the group <b>{title}</b>: nothing can be delivered there. See /groups.", title=title)
    )


def topic_lost(t: Tongue, title: str) -> Message:
    """To coordinators."""
    return Message(
        t.say(
            "In the group <b>{title}</b> a topic of mine was closed or deleted. I go on in the general topic. "
            "See /groups.",
            title=title,
        )
    )


def topic_name(t: Tongue, purpose: TopicPurpose) -> str:
    """A topic's title."""
    match purpose:
        case TopicPurpose.ANNOUNCEMENTS:
            return t.label("Announcements")
        case TopicPurpose.PROGRAMME:
            return t.label("Programme")
        case TopicPurpose.INCIDENTS:
            return t.label("Incidents")


def purpose_word(t: Tongue, group: Group) -> str:
    """What a group is for."""
    match group.purpose:
        case Purpose.MISSION:
            return t.label("the whole mission")
        case Purpose.TEAM:
            return group.team
        case Purpose.COORDINATORS:
            return t.label("coordinators only")
        case Purpose.NONE:
            return t.label("not decided yet")


def warnings(t: Tongue, group: Group) -> list[str]:
    """What is wrong there."""
    if not group.here:
        return [t.label("I am not in it any more")]
    found = []
    if not group.can_write:
        found.append(t.label("I may not write"))
    if not group.can_pin:
        found.append(t.label("I may not pin"))
    if group.lost_topics:
        found.append(t.label("a topic is closed or gone"))
    return found


def board(t: Tongue, groups: Sequence[Group], page: int, pages: int) -> Message:
    """Every group, what it is for, and what is wrong; `page` counts from 0."""
    lines = [t.say("<b>Groups</b>")]
    if not groups:
        lines.append(t.say("I am in no group yet. Add me to one, and I ask you what it is for."))
    for group in groups:
        lines.append(t.say("• <b>{title}</b>: {purpose}", title=group.title, purpose=purpose_word(t, group)))
        lines += [t.say("  ⚠ {trouble}", trouble=trouble) for trouble in warnings(t, group)]
    rows: list[tuple[Button, ...]] = [
        (Button(shorten(group.title or "?", _LABEL), ActOnGroup(-group.chat_id)),) for group in groups
    ]
    turning = []
    if page > 0:
        turning.append(Button("‹", ShowGroups(page - 1)))
    if page + 1 < pages:
        turning.append(Button("›", ShowGroups(page + 1)))
    if turning:
        rows.append(tuple(turning))
    return Message("\n".join(lines), buttons=tuple(rows))


def card(t: Tongue, group: Group, topics: Mapping[TopicPurpose, bool], *, whole: bool) -> Message:
    """One group and what can be changed."""
    language = language_name(group.language) if group.language else t.label("the mission's own")
    lines = [
        t.say("<b>{title}</b>", title=group.title),
        t.say("For: {purpose}", purpose=purpose_word(t, group)),
        t.say("Language: {language}", language=language),
        *(t.say("⚠ {trouble}", trouble=trouble) for trouble in warnings(t, group)),
    ]
    there = [topic_name(t, purpose) for purpose, is_there in topics.items() if is_there]
    if there:
        lines.append(t.say("Topics: {topics}", topics=", ".join(there)))
    number = -group.chat_id
    rows: list[tuple[Button, ...]] = []
    if group.here:
        rows += list(_purposes(t, group, whole=whole))
        rows.append((Button(t.label("Next language"), ActOnGroup(number, GroupAct.LANGUAGE)),))
        if group.forum and group.can_topics and len(there) < len(TopicPurpose):
            rows.append((Button(t.label("Make topics"), ActOnGroup(number, GroupAct.TOPICS)),))
        rows.append((Button(t.label("Leave the group"), ActOnGroup(number, GroupAct.LEAVE)),))
    rows.append((Button(t.label("All groups"), ShowGroups()),))
    return Message("\n".join(lines), buttons=tuple(rows))


def ask_leave(t: Tongue, group: Group) -> Message:
    """Before the bot goes."""
    number = -group.chat_id
    return Message(
        t.say("Shall I leave <b>{title}</b>? Nothing is delivered there then.", title=group.title),
        buttons=(
            (Button(t.label("Yes, leave"), ActOnGroup(number, GroupAct.LEAVE_SURE)),),
            (Button(t.label("Back"), ActOnGroup(number)),),
        ),
    )


def which_team(t: Tongue, group: Group, teams: Sequence[tuple[int, str]], page: int, pages: int) -> Message:
    """A page of teams."""
    number = -group.chat_id
    rows: list[tuple[Button, ...]] = [
        (Button(shorten(name, _LABEL), BindGroup(number, team_id)),) for team_id, name in teams
    ]
    turning = []
    if page > 0:
        turning.append(Button("‹", ActOnGroup(number, GroupAct.TEAMS, page - 1)))
    if page + 1 < pages:
        turning.append(Button("›", ActOnGroup(number, GroupAct.TEAMS, page + 1)))
    if turning:
        rows.append(tuple(turning))
    rows.append((Button(t.label("Back"), ActOnGroup(number)),))
    return Message(t.say("Which team is <b>{title}</b> for?", title=group.title), buttons=tuple(rows))


def programme(t: Tongue, day: date, meetings: Sequence[Meeting], link: str = "") -> Message:
    """The day's meetings without anybody's name; with a way into the private chat if `link` is given."""
    blocks = [Html(f"<b>{t.say('Programme, {day}', day=t.day(day))}</b>")]
    blocks += [_line(t, meeting) for meeting in meetings]
    if not meetings:
        blocks.append(t.say("There are no meetings on this day."))
    parts = join_blocks(blocks, gap="\n", limit=_ROOM)
    text = parts[0] if len(parts) == 1 else parts[0] + "\n" + t.say("… and more.")
    return Message(text, buttons=_way(t, link))


def next_meeting(t: Tongue, meeting: Meeting | None, link: str) -> Message:
    """What comes next."""
    if meeting is None:
        return Message(t.say("Nothing is planned for the next days."), buttons=_way(t, link))
    day = t.short_day(meeting.local_day)
    return Message(t.say("Next, {day}: {meeting}", day=day, meeting=_line(t, meeting)), buttons=_way(t, link))


def group_help(t: Tongue, link: str, *, bound: bool) -> Message:
    """What the bot does in a group."""
    if not bound:
        text = t.say("This group has no purpose yet: a coordinator decides it with /groups in the private chat.")
    else:
        text = t.say(
            "Here I answer /programme and /next, and post announcements. All else is done in the private chat."
        )
    return Message(text, buttons=_way(t, link))


def use_private_chat(t: Tongue, link: str) -> Message:
    """A command that is not for groups."""
    return replace(answers.use_private_chat(t), buttons=_way(t, link))


def _way(t: Tongue, link: str) -> Rows:
    return ((Button(t.label("Open the private chat"), url=link),),) if link else ()


def _line(t: Tongue, meeting: Meeting) -> Html:
    where = place(meeting)
    text = t.say("{hours} {host}", hours=hours(t, meeting), host=meeting.host)
    if where:
        text = t.say("{hours} {host}, {place}", hours=hours(t, meeting), host=meeting.host, place=where)
    return Html(f"<s>{text}</s> " + t.label("cancelled")) if meeting.cancelled else text


def _purposes(t: Tongue, group: Group, *, whole: bool) -> Rows:
    number = -group.chat_id
    rows: list[tuple[Button, ...]] = [(Button(t.label("A team…"), ActOnGroup(number, GroupAct.TEAMS)),)]
    if whole:
        rows.insert(0, (Button(t.label("The whole mission"), ActOnGroup(number, GroupAct.MISSION)),))
        rows.append((Button(t.label("Coordinators only"), ActOnGroup(number, GroupAct.COORDINATORS)),))
    return tuple(rows)
