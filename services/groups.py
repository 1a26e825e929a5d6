"""Groups: who brought the bot there, what each is for, what the bot may do there; few answers, nothing personal."""

from datetime import date, timedelta

from domain.announcement_button import ActOnGroup, BindGroup, GroupAct
from domain.group import Group, Purpose, Rights, TopicPurpose
from domain.letter import Letter, LetterKind
from domain.meeting import Meeting
from domain.message import Message
from domain.person import Person
from services import conversations, invitations, postroom
from services.desk import Desk, Said, post, show, tell, tell_leads, tongue_of
from services.directory import business_of
from services.programme import mission_day
from storage import chats, meetings, outbox, panels, standing, teams
from storage.database import as_text
from storage.meetings import Whose
from texts import groups as words
from texts.tongue import Tongue

PAGE = 8
STAYS = timedelta(minutes=10)
"""How long an answer to a command stays in a group."""
INTERNAL = "incident:"
"""How the keys of letters begin that only a coordinators' group may get."""
MOST_LITTER = 100
_DAYS_AHEAD = 7


def joined(
    desk: Desk, chat_id: int, title: str, status: str, rights: Rights, by: Person | None, *, forum: bool
) -> None:
    """Somebody put the bot into a group. A coordinator is asked what it is for; from anybody else's it leaves."""
    known = chats.find(desk.db, chat_id)
    _note(desk, chat_id, title, status, rights, forum=forum)
    if known is not None and known.purpose:
        return  # a bound group that took the bot back, or became a supergroup
    if by is not None and by.active and by.role.leads and by.chat_id is not None:
        chats.note_added(desk.db, chat_id, by.person_id)
        group = chats.find(desk.db, chat_id)
        if group is not None:
            tell(desk, by.chat_id, words.what_for(tongue_of(desk, by), group, whole=by.sees_all))
        return
    if chats.is_known_group(desk.db, title) and chat_id <= -1_000_000_000_000:
        return  # very likely that group's new self: Telegram will say so
    tell(desk, chat_id, words.not_ours(desk.tongues.default))
    post(desk, Letter(LetterKind.ANSWER, chat_id, "leaveChat", {}))
    key = f"stranger_group:{chat_id}:{desk.now.isoformat(timespec='minutes')}"
    tell_leads(desk, lambda t: words.stranger_added(t, title), key, kind=LetterKind.NOTICE)


def changed(desk: Desk, chat_id: int, title: str, status: str, rights: Rights, *, forum: bool) -> None:
    """What the bot may do in a group has changed."""
    if chats.find(desk.db, chat_id) is not None:
        _note(desk, chat_id, title, status, rights, forum=forum)


def left(desk: Desk, chat_id: int, title: str, status: str) -> None:
    """The bot is out of a group."""
    postroom.lost_group(desk, chat_id, title, status)
    standing.forget(desk.db, chat_id)


def renamed(desk: Desk, chat_id: int, title: str) -> None:
    """A group has another title."""
    chats.note_title(desk.db, chat_id, title)


def topic_closed(desk: Desk, chat_id: int, thread_id: int) -> None:
    """A topic was closed: if it was one of ours, what was for it goes into the general one."""
    if any(chats.find_topic(desk.db, chat_id, purpose) == thread_id for purpose in TopicPurpose):
        postroom.topic_lost(desk, chat_id, thread_id, "closed")


def show_all(desk: Desk, said: Said, person: Person, page: int) -> None:
    """/groups."""
    found = [group for group in chats.list_all(desk.db) if _is_his(person, group)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages - 1)
    listed = found[page * PAGE : (page + 1) * PAGE]
    show(desk, said, words.board(tongue_of(desk, person), listed, page, pages))


def act(desk: Desk, said: Said, person: Person, tapped: ActOnGroup) -> None:
    """A button of a group's card."""
    group = chats.find(desk.db, -tapped.number)
    if group is None or not _is_his(person, group):
        conversations.old_button(desk, person)
        show_all(desk, said, person, 0)
        return
    t = tongue_of(desk, person)
    match tapped.act:
        case GroupAct.MISSION | GroupAct.COORDINATORS if person.sees_all:
            purpose = Purpose.MISSION if tapped.act is GroupAct.MISSION else Purpose.COORDINATORS
            _bind(desk, group, purpose, None)
        case GroupAct.TEAMS:
            _show_teams(desk, said, person, group, tapped.value)
            return
        case GroupAct.TOPICS:
            _make_topics(desk, group)
        case GroupAct.LANGUAGE:
            codes = ("", *desk.mission.languages)
            now = codes.index(group.language) if group.language in codes else 0
            chats.set_language(desk.db, group.chat_id, codes[(now + 1) % len(codes)])
        case GroupAct.LEAVE:
            show(desk, said, words.ask_leave(t, group))
            return
        case GroupAct.LEAVE_SURE:
            _bind(desk, group, Purpose.NONE, None)
            post(desk, Letter(LetterKind.ANSWER, group.chat_id, "leaveChat", {}))
        case _:
            pass
    _show_card(desk, said, person, group.chat_id)


def bind_to_team(desk: Desk, said: Said, person: Person, tapped: BindGroup) -> None:
    """This group is this team's."""
    group = chats.find(desk.db, -tapped.number)
    if group is None or not _is_his(person, group) or not person.oversees(tapped.team_id):
        conversations.old_button(desk, person)
        show_all(desk, said, person, 0)
        return
    if teams.find(desk.db, tapped.team_id) is not None:
        _bind(desk, group, Purpose.TEAM, tapped.team_id)
    _show_card(desk, said, person, group.chat_id)


def answer(desk: Desk, said: Said, name: str) -> None:
    """/programme, /next, /help in a group: what everybody there may know, and the way into the private chat."""
    group = chats.find(desk.db, said.chat_id)
    t = tongue_of_group(desk, group)
    link = private_link(desk, name)
    if name == "help" or group is None or not group.purpose:
        message = words.group_help(t, link, bound=group is not None and bool(group.purpose))
    elif name == "programme":
        day = mission_day(desk)
        message = words.programme(t, day, meetings_of(desk, group, day), link)
    else:
        message = words.next_meeting(t, _next(desk, group), link)
    show(desk, said, message)


def use_private_chat(desk: Desk, said: Said, person: Person, name: str) -> None:
    """A command that is not for groups."""
    show(desk, said, words.use_private_chat(tongue_of(desk, person), private_link(desk, name)))


def tidy_up(desk: Desk) -> int:
    """Take the bot's answers out of groups once they have served."""
    found = standing.list_litter(desk.db, as_text(desk.now - STAYS), MOST_LITTER)
    for chat_id, message_id in found:
        post(desk, Letter(LetterKind.TIDYING, chat_id, "deleteMessage", {"message_id": message_id}))
        panels.forget(desk.db, chat_id)
    return len(found)


def meetings_of(desk: Desk, group: Group, day: date) -> list[Meeting]:
    """What a group's programme is made of."""
    whose = Whose(0, frozenset({group.team_id})) if group.purpose is Purpose.TEAM and group.team_id else None
    return meetings.list_day(desk.db, day, whose)


def tongue_of_group(desk: Desk, group: Group | None) -> Tongue:
    """How a group is spoken to."""
    return desk.tongues.of(group.language) if group is not None else desk.tongues.default


def in_topic(desk: Desk, group: Group, purpose: TopicPurpose, message: Message) -> dict[str, object]:
    """The message as it is sent there: into the topic for this, if the group has it."""
    thread = chats.find_topic(desk.db, group.chat_id, purpose)
    return message.payload() | ({} if thread is None else {"message_thread_id": thread})


def private_link(desk: Desk, name: str) -> str:
    """A link that opens the private chat and does there what was asked for."""
    return f"https://t.me/{invitations.bot_username(desk)}?start={name}"


def _next(desk: Desk, group: Group) -> Meeting | None:
    day = mission_day(desk)
    for ahead in range(_DAYS_AHEAD + 1):
        for meeting in meetings_of(desk, group, day + timedelta(days=ahead)):
            if not meeting.cancelled and meeting.starts_at > desk.now:
                return meeting
    return None


def _note(desk: Desk, chat_id: int, title: str, status: str, rights: Rights, *, forum: bool) -> None:
    kind = "supergroup" if chat_id <= -1_000_000_000_000 else "group"
    chats.note_status(desk.db, chat_id, kind, title, status, desk.now)
    chats.note_rights(desk.db, chat_id, rights, forum=forum)


def _bind(desk: Desk, group: Group, purpose: Purpose, team_id: int | None) -> None:
    chats.bind(desk.db, group.chat_id, purpose, team_id)
    if purpose is not Purpose.COORDINATORS:
        outbox.withdraw_keyed(desk.db, group.chat_id, INTERNAL, desk.now)
    if group.forum and group.can_topics:
        _make_topics(desk, group)


def _make_topics(desk: Desk, group: Group) -> None:
    """The topics that are missing, if the bot may."""
    if not (group.forum and group.can_topics and group.here):
        return
    there = chats.list_topics(desk.db, group.chat_id)
    t = tongue_of_group(desk, group)
    for purpose in TopicPurpose:
        if not there.get(purpose):
            body = {"name": words.topic_name(t, purpose)}
            letter_id = post(desk, Letter(LetterKind.NOTICE, group.chat_id, "createForumTopic", body))
            chats.want_topic(desk.db, group.chat_id, purpose, letter_id)


def _show_teams(desk: Desk, said: Said, person: Person, group: Group, page: int) -> None:
    own = business_of(person)
    total = teams.count(desk.db, own)
    pages = max(1, -(-total // PAGE))
    page = min(page, pages - 1)
    listed = [(team.team_id, team.name) for team in teams.list_page(desk.db, own, limit=PAGE, offset=page * PAGE)]
    show(desk, said, words.which_team(tongue_of(desk, person), group, listed, page, pages))


def _show_card(desk: Desk, said: Said, person: Person, chat_id: int) -> None:
    group = chats.find(desk.db, chat_id)
    if group is not None:
        message: Message = words.card(
            tongue_of(desk, person), group, chats.list_topics(desk.db, chat_id), whole=person.sees_all
        )
        show(desk, said, message)


def _is_his(person: Person, group: Group) -> bool:
    """Whoever coordinates all sees every group, another his teams' and those that are for nobody yet."""
    if person.sees_all:
        return True
    return person.role.leads and (not group.purpose or (group.team_id is not None and person.oversees(group.team_id)))
