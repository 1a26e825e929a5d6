"""People in lists and teams, each reader seeing what is his business: /people, /team."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from domain.aboard import SILENT_AFTER, standing_of
from domain.access import BUTTONS, may
from domain.people_button import Filter, SearchPeople, ShowPeople
from domain.person import Person, Role
from services import conversations, programme
from services.desk import Desk, Said, show, tongue_of
from storage import directory, people, teams
from storage.directory import Narrowing
from texts import directory as words
from texts.directory import Member, Page, TeamLine

PAGE = 8
"""People or teams on a page."""
MOST_FOUND = 12
"""People whom a search shows."""
MOST_LEADERS = 3
"""Leaders of a team whose contact is shown."""


def business_of(person: Person) -> frozenset[int] | None:
    """Ids of the teams whose people this person may look at; None = everybody."""
    if person.role.leads:
        return person.scope or None
    if person.role is Role.TEAM_LEADER and person.team_id is not None:
        return frozenset({person.team_id})
    return frozenset()


def may_see(viewer: Person, person: Person) -> bool:
    """Whether this person's card is the viewer's business; only coordinators see whose access has ended."""
    if viewer.role.leads:
        return viewer.oversees(person.team_id)
    return person.active and person.team_id in (business_of(viewer) or ())


def zone_of(person: Person) -> ZoneInfo:
    """A person's own clock."""
    return ZoneInfo(person.time_zone)


def refuse(desk: Desk, said: Said, viewer: Person) -> None:
    """What is not his business is answered like a button of another time: it tells nothing."""
    conversations.old_button(desk, viewer)
    programme.show_day(desk, said, viewer, None)


def open_people(desk: Desk, said: Said, viewer: Person, text: str) -> None:
    """/people: the overview, or at once who is meant."""
    if business_of(viewer) == frozenset():
        show(desk, said, words.no_team(tongue_of(desk, viewer)))
    elif text.strip():
        _show_found(desk, said, viewer, text, stays=False)
    else:
        _show_overview(desk, said, viewer)


def show_people(desk: Desk, said: Said, viewer: Person, chosen: ShowPeople) -> None:
    """A list, or the overview (which is the payload without any choice; pages count from 1)."""
    if chosen == ShowPeople() or business_of(viewer) == frozenset():
        open_people(desk, said, viewer, "")
        return
    narrowed = _narrow(desk, viewer, chosen)
    if narrowed is None or chosen.filter not in _filters(viewer):
        refuse(desk, said, viewer)
        return
    among, about = narrowed
    silent_since = desk.now - SILENT_AFTER
    total = directory.count_by_filter(desk.db, among, silent_since)[chosen.filter]
    page, offset = _page(chosen.page, total)
    listed = directory.list_page(desk.db, chosen.filter, among, silent_since, limit=PAGE, offset=offset)
    members = _members(desk, listed)
    message = words.people_page(tongue_of(desk, viewer), chosen, page, total, members, about, zone_of(viewer))
    show(desk, said, message)


def ask_name(desk: Desk, said: Said, viewer: Person) -> bool:
    """[Search]; False if there is nobody to look for."""
    if business_of(viewer) == frozenset():
        show(desk, said, words.no_team(tongue_of(desk, viewer)))
        return False
    show(desk, said, words.ask_name(tongue_of(desk, viewer)))
    return True


def look_for(desk: Desk, said: Said, viewer: Person, text: str) -> bool:
    """A name, typed after [Search]; False if meanwhile he may not look for people any more."""
    if not may(viewer.role, BUTTONS[SearchPeople], in_group=said.in_group) or business_of(viewer) == frozenset():
        conversations.not_understood(desk, said, viewer)
        return False
    _show_found(desk, said, viewer, text, stays=True)
    return True


def show_team(desk: Desk, said: Said, viewer: Person, team_id: int, page: int) -> None:
    """/team and its buttons; 0 = one's own, or the list of teams for those who coordinate."""
    if team_id == 0 and viewer.role.leads:
        _show_teams(desk, said, viewer, page)
    elif team_id == 0 and viewer.team_id is None:
        show(desk, said, words.no_team(tongue_of(desk, viewer)))
    else:
        _show_team_card(desk, said, viewer, team_id or viewer.team_id or 0, page)


def _show_overview(desk: Desk, said: Said, viewer: Person) -> None:
    counts = directory.count_by_filter(desk.db, Narrowing(business_of(viewer)), desk.now - SILENT_AFTER)
    message = words.overview(tongue_of(desk, viewer), counts, _filters(viewer), teams=viewer.role.leads)
    show(desk, said, message)


def _show_found(desk: Desk, said: Said, viewer: Person, text: str, *, stays: bool) -> None:
    found = directory.search(
        desk.db, text, team_ids=business_of(viewer) or (), limit=MOST_FOUND + 1, ended_too=viewer.role.leads
    )
    members = _members(desk, found[:MOST_FOUND])
    more = len(found) > MOST_FOUND
    show(desk, said, words.found(tongue_of(desk, viewer), text, members, zone_of(viewer), more=more, stays=stays))


def _show_teams(desk: Desk, said: Said, viewer: Person, number: int) -> None:
    only = business_of(viewer)
    total = teams.count(desk.db, only)
    page, offset = _page(number, total)
    lines = [_team_line(team) for team in teams.list_page(desk.db, only, limit=PAGE, offset=offset)]
    show(desk, said, words.teams_page(tongue_of(desk, viewer), lines, page, total))


def _show_team_card(desk: Desk, said: Said, viewer: Person, team_id: int, number: int) -> None:
    """A member sees his team; who leads it or coordinates it may open each member's card besides."""
    oversees = viewer.oversees(team_id)
    team = teams.find(desk.db, team_id) if oversees or team_id == viewer.team_id else None
    if team is None:
        refuse(desk, said, viewer)
        return
    page, offset = _page(number, team.members)
    members = teams.list_members(desk.db, team_id, limit=PAGE, offset=offset)
    leaders = [people.read(desk.db, person_id) for person_id in team.leader_ids[:MOST_LEADERS]]
    message = words.team_card(
        tongue_of(desk, viewer),
        _team_line(team),
        team.area,
        leaders,
        _members(desk, members, today=True),
        page,
        opens_cards=oversees or viewer.role is Role.TEAM_LEADER,
        sees_all_teams=viewer.role.leads,
    )
    show(desk, said, message)


def _narrow(desk: Desk, viewer: Person, chosen: ShowPeople) -> tuple[Narrowing, str] | None:
    """Among whom to look, and what that is called; None if it is not his business."""
    team_ids, delegation, about = business_of(viewer), None, ""
    if chosen.team_id:
        team = teams.find(desk.db, chosen.team_id)
        if team is None or (team_ids is not None and chosen.team_id not in team_ids):
            return None
        team_ids, about = frozenset({chosen.team_id}), team.name
    if chosen.like_person_id:
        like = people.find(desk.db, chosen.like_person_id)
        if like is None or not (viewer.role.leads or may_see(viewer, like)):
            return None
        delegation, about = like.delegation, ", ".join(filter(None, (about, like.delegation)))
    return Narrowing(team_ids, delegation), about


def _filters(viewer: Person) -> list[Filter]:
    """Whose access has ended is for coordinators only."""
    return [chosen for chosen in Filter if viewer.role.leads or chosen is not Filter.ENDED]


def _page(wanted: int, total: int) -> tuple[Page, int]:
    """The page, or the nearest that there is; and how many come before it."""
    pages = max(1, -(-total // PAGE))
    number = min(max(wanted, 1), pages)
    return Page(number, pages), (number - 1) * PAGE


def _members(desk: Desk, persons: Sequence[Person], *, today: bool = False) -> list[Member]:
    """These people with how they stand and, if wanted, their last word of today where the mission is."""
    ids = [person.person_id for person in persons]
    access = directory.list_access(desk.db, ids, desk.now)
    said_today = directory.list_words(desk.db, ids, programme.mission_day(desk)) if today else {}
    return [
        Member(person, standing_of(person, access[person.person_id], desk.now), said_today.get(person.person_id))
        for person in persons
    ]


def _team_line(team: teams.Team) -> TeamLine:
    return TeamLine(team.team_id, team.name, team.members, team.enrolled)
