"""People in lists, and teams."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.aboard import Standing, State, Word
from domain.button import Presence
from domain.message import Button, Message
from domain.payload import Payload
from domain.people_button import Filter, SearchPeople, ShowPeople, ShowPerson, ShowTeam
from domain.person import Person
from texts.split import shorten
from texts.tongue import Html, Tongue

NAME_LENGTH = 80
LABEL_LENGTH = 40
HOST_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of how many; the first is 1."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a list. `word` is his last one of today."""

    person: Person
    standing: Standing
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team in a list."""

    team_id: int
    name: str
    members: int
    enrolled: int


def filter_label(t: Tongue, chosen: Filter) -> str:
    """What a filter shows, as a button and as a heading."""
    return {
        Filter.ALL: t.label("Everybody"),
        Filter.NEVER_ENROLLED: t.label("Never enrolled"),
        Filter.ACTIVE: t.label("Active"),
        Filter.SILENT: t.label("Silent for a day"),
        Filter.UNREACHABLE: t.label("Unreachable"),
        Filter.ENDED: t.label("Access ended"),
    }[chosen]


def moment(t: Tongue, at: datetime, zone: ZoneInfo) -> str:
    """Day, month, hour and minute on the clock of that zone."""
    return f"{t.short_day(at.astimezone(zone).date())}, {t.time(at, zone)}"


def standing_words(t: Tongue, standing: Standing, zone: ZoneInfo) -> Html:
    """How somebody stands, in a few words; times on the clock of `zone`."""
    since = moment(t, standing.since, zone) if standing.since else "?"
    return {
        State.NEVER_ENROLLED: t.say("has not enrolled yet"),
        State.LINK_OPENED: t.say("opened the link, has not answered"),
        State.ACTIVE: t.say("active"),
        State.SILENT: t.say("silent since {since}", since=since),
        State.UNREACHABLE: t.say("unreachable since {since}", since=since),
        State.LEFT: t.say("left the mission on {since}", since=since),
        State.ENDED: t.say("access ended on {since}", since=since),
        State.UNLISTED: t.say("no longer on the roster"),
    }[standing.state]


def overview(t: Tongue, counts: Mapping[Filter, int], shown: Sequence[Filter], *, teams: bool) -> Message:
    """How many people stand how; `teams`: the reader has several."""
    buttons = [
        Button(
            t.label("{filter}: {n}", filter=filter_label(t, chosen), n=counts[chosen]),
            ShowPeople(chosen, page=1),
        )
        for chosen in shown
    ]
    rows = [tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2)]
    last = (
        Button(t.label("Search"), SearchPeople()),
        Button(t.label("Teams") if teams else t.label("My team"), ShowTeam()),
    )
    text = t.count("<b>{n} person</b>", "<b>{n} people</b>", counts[Filter.ALL])
    hint = t.say("Tap a group to see who is in it, or write /people and a name.")
    return Message(f"{text}\n{hint}", buttons=(*rows, last))


def people_page(
    t: Tongue, chosen: ShowPeople, page: Page, total: int, members: Sequence[Member], about: str, zone: ZoneInfo
) -> Message:
    """A page of a list; `about` is the team or delegation it is narrowed to."""
    heading = t.say("<b>{filter}: {n}</b>", filter=filter_label(t, chosen.filter), n=total)
    lines: list[str] = [heading]
    if about:
        lines.append(t.say("{about}", about=shorten(about, NAME_LENGTH)))
    lines += ["", *_lines(t, members, zone)] if members else ["", t.say("Nobody.")]

    def turned(number: int) -> Payload:
        return ShowPeople(chosen.filter, chosen.team_id, chosen.like_person_id, number)

    back = ShowTeam(chosen.team_id) if chosen.team_id else ShowPeople()
    rows = (*_person_rows(members), *_paging(page, turned), (Button(t.label("Back"), back),))
    return Message("\n".join(lines), buttons=rows)


def ask_name(t: Tongue) -> Message:
    """Somebody wants to look for somebody."""
    return Message(
        t.say("Write a name, a part of it, or a reference. You can look again and again; /cancel ends the search."),
        buttons=((Button(t.label("Back"), ShowPeople()),),),
    )


def found(t: Tongue, query: str, members: Sequence[Member], zone: ZoneInfo, *, more: bool, stays: bool) -> Message:
    """Who was found; `more`: not everybody is shown; `stays`: the next text is looked for as well."""
    wanted = shorten(" ".join(query.split()), NAME_LENGTH)
    if members:
        lines: list[str] = [t.say("Found for “{query}”:", query=wanted), "", *_lines(t, members, zone)]
    else:
        lines = [t.say("I find nobody for “{query}”. Perhaps a part of the name is enough.", query=wanted)]
    if more:
        lines += ["", t.say("There are more. Write more of the name.")]
    if stays:
        lines += ["", t.say("Write another name to look again; /cancel ends the search.")]
    again = () if stays else (Button(t.label("Search"), SearchPeople()),)
    return Message("\n".join(lines), buttons=(*_person_rows(members), (*again, Button(t.label("Back"), ShowPeople()))))


def teams_page(t: Tongue, teams: Sequence[TeamLine], page: Page, total: int) -> Message:
    """The teams, with how many of each are aboard."""
    rows = [
        (
            Button(
                t.label(
                    "{team}: {enrolled} of {members}",
                    team=shorten(team.name, LABEL_LENGTH),
                    enrolled=team.enrolled,
                    members=team.members,
                ),
                ShowTeam(team.team_id),
            ),
        )
        for team in teams
    ]
    heading = t.count("<b>{n} team</b>", "<b>{n} teams</b>", total)
    hint = t.say("The figures tell how many are aboard.")
    people = (Button(t.label("People"), ShowPeople()),)
    return Message(f"{heading}\n{hint}", buttons=(*rows, *_paging(page, lambda number: ShowTeam(0, number)), people))


def no_team(t: Tongue) -> Message:
    """/team from somebody of no team."""
    return Message(t.say("You are in no team so far. If you should be in one, please ask your coordinator."))


def team_card(
    t: Tongue,
    team: TeamLine,
    area: str,
    leaders: Sequence[Person],
    members: Sequence[Member],
    page: Page,
    *,
    opens_cards: bool,
    sees_all_teams: bool,
) -> Message:
    """A team with what each of its members said today; `opens_cards`: the reader may look at each of them."""
    lines: list[str] = [
        t.say("<b>{team}</b>", team=shorten(team.name, NAME_LENGTH)),
        t.count("{n} person, {enrolled} aboard", "{n} people, {enrolled} aboard", team.members, enrolled=team.enrolled),
    ]
    if area:
        lines.append(t.say("Area: {area}", area=shorten(area, 300)))
    lines += [_leader(t, leader) for leader in leaders]
    if not leaders:
        lines.append(t.say("No leader is named."))
    lines += ["", t.say("<b>Today</b>"), *(_today(t, member) for member in members)]
    rows: list[tuple[Button, ...]] = [*_person_rows(members)] if opens_cards else []
    rows += _paging(page, lambda number: ShowTeam(team.team_id, number))
    if sees_all_teams:
        rows.append((Button(t.label("Teams"), ShowTeam()), Button(t.label("People"), ShowPeople())))
    elif opens_cards:
        rows.append((Button(t.label("People"), ShowPeople()),))
    return Message("\n".join(lines), buttons=tuple(rows))


def contact(t: Tongue, person: Person) -> Html | None:
    """How to reach somebody at Telegram; None if he has no account here."""
    if person.username:
        return t.say("@{username}", username=person.username)
    if person.chat_id is not None:
        return t.say('<a href="tg://user?id={user_id}">write in Telegram</a>', user_id=person.chat_id)
    return None


def _leader(t: Tongue, person: Person) -> str:
    phone = t.say("{phone}", phone=shorten(person.phone, LABEL_LENGTH))
    ways = [way for way in (phone, contact(t, person)) if way]
    return t.say(
        "Leader: {name} {contact}",
        name=shorten(person.name, NAME_LENGTH),
        contact=Html(", ".join(ways)),
    ).rstrip()


def _today(t: Tongue, member: Member) -> str:
    return t.say("• {name}: {state}", name=shorten(member.person.name, NAME_LENGTH), state=_word(t, member))


def _word(t: Tongue, member: Member) -> Html:
    if member.person.chat_id is None:
        return t.say("not enrolled")
    if member.word is None:
        return t.say("nothing yet")
    time = t.time(member.word.said_at, ZoneInfo(member.word.time_zone))
    host = shorten(member.word.host, HOST_LENGTH)
    return {
        Presence.ARRIVED: t.say("arrived at {time}, {host}", time=time, host=host),
        Presence.ON_MY_WAY: t.say("on the way since {time}, {host}", time=time, host=host),
        Presence.CANNOT_ATTEND: t.say("cannot attend, {host}", host=host),
        Presence.LEFT: t.say("has left, {host}", host=host),
    }[member.word.presence]


def _lines(t: Tongue, members: Sequence[Member], zone: ZoneInfo) -> list[str]:
    return [
        t.say(
            "• {name} ({reference}): {state}",
            name=shorten(member.person.name, NAME_LENGTH),
            reference=shorten(member.person.reference, LABEL_LENGTH),
            state=standing_words(t, member.standing, zone),
        )
        for member in members
    ]


def _person_rows(members: Sequence[Member]) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    for member in members:
        person = member.person
        label = shorten(", ".join(filter(None, (shorten(person.name, LABEL_LENGTH), person.team))), LABEL_LENGTH + 20)
        rows.append((Button(label, ShowPerson(person.person_id)),))
    return rows


def _paging(page: Page, turned: Callable[[int], Payload]) -> list[tuple[Button, ...]]:
    if page.of < 2:
        return []
    buttons = []
    if page.number > 1:
        buttons.append(Button(f"◀ {page.number - 1}/{page.of}", turned(page.number - 1)))
    if page.number < page.of:
        buttons.append(Button(f"{page.number + 1}/{page.of} ▶", turned(page.number + 1)))
    return [tuple(buttons)]
