"""Whom an announcement is for: choosing, counting, naming. An author speaks to his own teams only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.announcement import Announcement, Reach, State
from domain.announcement_button import Choice, ChooseAudience, Option
from domain.person import Person, Role
from services.desk import Desk, Said, show, tongue_of
from services.directory import business_of
from services.programme import mission_day
from storage import announcements as shelf
from storage import audiences, chats, meetings, people, teams
from storage.audiences import Among
from texts import announcements as words
from texts import audiences as audience_words
from texts import programme as programme_words
from texts.audiences import Item
from texts.card import role_word
from texts.tongue import Tongue

PAGE = 8
MANY = frozenset({Choice.GROUP, Choice.TEAM, Choice.DELEGATION, Choice.ROLE, Choice.MEETING})
"""Choices of which there are many, shown as a list."""
_ROLES = tuple(Role)


@dataclass(frozen=True, slots=True)
class _Listed:
    """One to choose: `value` as the audience keeps it."""

    number: int
    name: str
    value: str


def among(desk: Desk, author: Person) -> Among:
    """Whom this author may speak to at all."""
    return Among(business_of(author), desk.now, desk.mission.languages)


def reach(desk: Desk, a: Announcement, author: Person) -> Reach:
    """Whom it reaches as things stand."""
    return audiences.count(desk.db, a.announcement_id, among(desk, author))


def reaches_everyone(desk: Desk, found: Reach) -> bool:
    """Whether nobody is left out, however the audience was put together."""
    return found.people > 0 and found.people >= audiences.count_reachable(desk.db)


def describe(desk: Desk, t: Tongue, a: Announcement) -> tuple[str, ...]:
    """The audience in words."""
    return tuple(_name(desk, t, choice, value) for choice, value in audiences.list_choices(desk.db, a.announcement_id))


def choose(desk: Desk, said: Said, author: Person, a: Announcement, tapped: ChooseAudience) -> None:
    """Toggle a choice, or turn to the list from which one is chosen."""
    choice = tapped.choice
    if choice is Choice.EVERYONE and tapped.page:  # [Back] from a list
        show_overview(desk, said, author, a)
    elif choice in MANY:
        listed = _LISTS[choice](desk, author)
        wanted = next((one for one in listed if one.number == tapped.number), None)
        if wanted is not None:
            _toggle(desk, a, choice, wanted.value)
        _show_many(desk, said, author, a, choice, listed, tapped.page)
    else:
        _toggle(desk, a, choice, _single_value(desk, a, author, choice))
        show_overview(desk, said, author, a)


def show_overview(desk: Desk, said: Said, author: Person, a: Announcement) -> None:
    """Everything one can choose from."""
    t = tongue_of(desk, author)
    chosen = frozenset(choice for choice, _ in audiences.list_choices(desk.db, a.announcement_id))
    last = _last_confirmed(desk, author)
    message = audience_words.overview(
        t,
        a.announcement_id,
        chosen,
        describe(desk, t, a),
        reach(desk, a, author),
        _title(desk, t, last) if last else "",
    )
    show(desk, said, message)


def _toggle(desk: Desk, a: Announcement, choice: Choice, value: str) -> None:
    audiences.toggle(desk.db, a.announcement_id, choice, value)
    shelf.change(desk.db, a.announcement_id)


def _show_many(
    desk: Desk, said: Said, author: Person, a: Announcement, choice: Choice, listed: list[_Listed], page: int
) -> None:
    t = tongue_of(desk, author)
    pages = max(1, -(-len(listed) // PAGE))
    page = min(page, pages - 1)
    chosen = set(audiences.list_choices(desk.db, a.announcement_id))
    items = [
        Item(one.number, _role_or(t, choice, one), (choice, one.value) in chosen)
        for one in listed[page * PAGE : (page + 1) * PAGE]
    ]
    message = audience_words.many(t, a.announcement_id, choice, items, page, pages, reach(desk, a, author))
    show(desk, said, message)


def _role_or(t: Tongue, choice: Choice, one: _Listed) -> str:
    return role_word(t, Role(one.value)) if choice is Choice.ROLE else one.name


def _single_value(desk: Desk, a: Announcement, author: Person, choice: Choice) -> str:
    """What a choice of which there is one is about: today, or the latest announcement that asked for confirmation."""
    if choice in {Choice.NOT_CHECKED_IN, Choice.NOT_LOGGED}:
        return mission_day(desk).isoformat()
    if choice is Choice.NOT_READ:
        last = _last_confirmed(desk, author)
        return str(last.announcement_id) if last else str(a.announcement_id)
    return ""


def _last_confirmed(desk: Desk, author: Person) -> Announcement | None:
    found, _ = shelf.list_page(desk.db, None if author.sees_all else author.person_id, limit=20, offset=0)
    asked = (
        a
        for a in found
        if Option.CONFIRM in a.options and a.state in {State.SENDING, State.DONE, State.STOPPED, State.PAUSED}
    )
    return next(asked, None)


def _title(desk: Desk, t: Tongue, a: Announcement) -> str:
    return words.title(t, shelf.read_contents(desk.db, a.announcement_id, a.version).get(""))


def _name(desk: Desk, t: Tongue, choice: Choice, value: str) -> str:
    name = value
    if choice is Choice.TEAM:
        team = teams.find(desk.db, int(value))
        name = team.name if team else value
    elif choice is Choice.ROLE:
        name = role_word(t, Role(value))
    elif choice is Choice.MEETING:
        meeting = meetings.find(desk.db, int(value))
        name = meeting.host if meeting else value
    elif choice is Choice.GROUP:
        group = chats.find(desk.db, int(value))
        name = group.title if group else value
    elif choice is Choice.NOT_READ:
        other = shelf.find(desk.db, int(value))
        name = _title(desk, t, other) if other else value
    elif choice in {Choice.NOT_CHECKED_IN, Choice.NOT_LOGGED}:
        name = t.short_day(date.fromisoformat(value))
    return audience_words.choice_word(t, choice, name)


def _list_groups(desk: Desk, author: Person) -> list[_Listed]:
    own = business_of(author)
    return [
        _Listed(-group.chat_id, group.title, str(group.chat_id))
        for group in chats.list_bound(desk.db)
        if own is None or group.team_id in own
    ]


def _list_teams(desk: Desk, author: Person) -> list[_Listed]:
    own = business_of(author)
    return [
        _Listed(team.team_id, team.name, str(team.team_id))
        for team in teams.list_all(desk.db)
        if own is None or team.team_id in own
    ]


def _list_delegations(desk: Desk, author: Person) -> list[_Listed]:
    rows = audiences.list_delegations(desk.db, business_of(author))
    return [_Listed(number, f"{name} · {members}", name) for number, name, members in rows]


def _list_roles(desk: Desk, author: Person) -> list[_Listed]:
    del author
    counts = audiences.count_roles(desk.db)
    return [_Listed(number, role, role) for number, role in enumerate(_ROLES, 1) if counts.get(role)]


def _list_meetings(desk: Desk, author: Person) -> list[_Listed]:
    t = tongue_of(desk, author)
    day = mission_day(desk)
    found = [m for m in meetings.list_all(desk.db) if m.local_day >= day and not m.cancelled]
    return [
        _Listed(m.meeting_id, f"{t.short_day(m.local_day)} {programme_words.hours(t, m)} {m.host}", str(m.meeting_id))
        for m in found
    ]


_LISTS: dict[Choice, Callable[[Desk, Person], list[_Listed]]] = {
    Choice.GROUP: _list_groups,
    Choice.TEAM: _list_teams,
    Choice.DELEGATION: _list_delegations,
    Choice.ROLE: _list_roles,
    Choice.MEETING: _list_meetings,
}


def is_lead(desk: Desk, person_id: int) -> Person | None:
    """This person, if he still coordinates and is aboard."""
    person = people.find(desk.db, person_id)
    return person if person is not None and person.active and person.role.leads else None
