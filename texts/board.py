"""The enrolment board."""

from dataclasses import dataclass

from domain.message import Button, Message
from domain.people_button import ActOnBoard, BoardAct, Filter, ShowBoard, ShowPeople
from texts.split import shorten
from texts.tongue import Html, Tongue

NAME_LENGTH = 60
LABEL_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A team or a delegation; `team_id` is None for a delegation and for people of no team."""

    name: str
    team_id: int | None
    like_person_id: int
    aboard: int
    members: int

    @property
    def complete(self) -> bool:
        """Nobody is missing."""
        return self.aboard == self.members


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board. `opened` did not answer yet; `page` counts from 0."""

    aboard: int
    members: int
    opened: int
    unreachable: int
    ended: int
    lines: tuple[Line, ...]
    by_delegation: bool
    page: int
    pages: int


def board(t: Tongue, facts: Board) -> Message:
    """How many are aboard, group by group, and what can be done about the rest."""
    percent = 100 * facts.aboard // facts.members if facts.members else 100
    text = [
        t.say(
            "Aboard: <b>{aboard} of {members}</b> ({percent} %).",
            aboard=facts.aboard,
            members=facts.members,
            percent=percent,
        )
    ]
    if facts.opened:
        text.append(
            t.count(
                "{n} person opened the link and has not answered.",
                "{n} people opened the link and have not answered.",
                facts.opened,
            )
        )
    if facts.unreachable:
        text.append(
            t.count(
                "{n} person cannot be reached: Telegram does not deliver.",
                "{n} people cannot be reached: Telegram does not deliver.",
                facts.unreachable,
            )
        )
    if facts.ended:
        text.append(t.count("Access has ended for {n} person.", "Access has ended for {n} people.", facts.ended))
    lines = [_line(t, line, by_delegation=facts.by_delegation) for line in facts.lines]
    if facts.pages > 1:
        lines.append(t.say("Page {page} of {pages}", page=facts.page + 1, pages=facts.pages))
    body = "\n".join(text) + ("\n\n" + "\n".join(lines) if lines else "")
    return Message(body, buttons=(*_group_buttons(t, facts), *_turning(t, facts), *_acts(t, facts)))


def ask_remind(t: Tongue, remind: int, reminded: int, links: int) -> Message:
    """Before all who are missing are reminded: what would happen."""
    lines = [t.say("<b>Remind all who are not aboard?</b>")]
    if remind:
        lines.append(
            t.count(
                "{n} account opened a link and did not answer: I write to it.",
                "{n} accounts opened a link and did not answer: I write to them.",
                remind,
            )
        )
    lines += _reminded_before(t, reminded)
    if links:
        lines.append(
            t.count(
                "{n} person I cannot write to yet: you get a table with a new link, to pass on yourself. "
                "The earlier link ends.",
                "{n} people I cannot write to yet: you get a table with new links, to pass on yourself. "
                "Their earlier links end.",
                links,
            )
        )
    buttons = [(_back(t),)]
    if remind or links:
        buttons.insert(0, (Button(t.label("Yes, remind them"), ActOnBoard(BoardAct.REMIND_SURE)),))
    return Message("\n".join(lines), buttons=tuple(buttons))


def reminded(t: Tongue, written: int, before: int, links: int) -> Message:
    """What was done."""
    lines: list[str] = []
    if written or not links:
        lines.append(t.count("{n} reminder is on its way.", "{n} reminders are on their way.", written))
    lines += _reminded_before(t, before)
    if links:
        lines.append(
            t.count(
                "A table with a new link for {n} person follows here in a moment.",
                "A table with new links for {n} people follows here in a moment.",
                links,
            )
        )
    return Message("\n".join(lines), buttons=((_back(t),),))


def everybody_aboard(t: Tongue) -> str:
    """A toast: nothing is left to do."""
    return t.label("Everybody is aboard.")


def on_its_way(t: Tongue) -> str:
    """A toast: making the file takes a moment."""
    return t.label("The file is being made and arrives in a moment. Earlier links end.")


def _reminded_before(t: Tongue, people: int) -> list[Html]:
    if not people:
        return []
    return [
        t.count(
            "{n} person was reminded today already and is left alone.",
            "{n} people were reminded today already and are left alone.",
            people,
        )
    ]


def _name(t: Tongue, line: Line, *, by_delegation: bool) -> str:
    return line.name or (t.label("No delegation") if by_delegation else t.label("No team"))


def _line(t: Tongue, line: Line, *, by_delegation: bool) -> str:
    name = shorten(_name(t, line, by_delegation=by_delegation), NAME_LENGTH)
    mark = "✅" if line.complete else "▫️"
    return t.say("{mark} {name}: {aboard}/{members}", mark=mark, name=name, aboard=line.aboard, members=line.members)


def _group_buttons(t: Tongue, facts: Board) -> list[tuple[Button, ...]]:
    """Who is missing in each group that is not complete, two a row."""
    buttons = []
    for line in facts.lines:
        if line.complete or (line.team_id is None and not facts.by_delegation):
            continue
        name = shorten(_name(t, line, by_delegation=facts.by_delegation), LABEL_LENGTH)
        people = (
            ShowPeople(Filter.NEVER_ENROLLED, like_person_id=line.like_person_id)
            if facts.by_delegation
            else ShowPeople(Filter.NEVER_ENROLLED, team_id=line.team_id or 0)
        )
        label = t.label("{name}: {missing} missing", name=name, missing=line.members - line.aboard)
        buttons.append(Button(label, people))
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def _turning(t: Tongue, facts: Board) -> list[tuple[Button, ...]]:
    which = int(facts.by_delegation)
    pages = []
    if facts.page > 0:
        pages.append(Button("◀", ShowBoard(which, facts.page - 1)))
    if facts.page < facts.pages - 1:
        pages.append(Button("▶", ShowBoard(which, facts.page + 1)))
    other = t.label("By team") if facts.by_delegation else t.label("By delegation")
    rows = [tuple(pages)] if pages else []
    return [*rows, (Button(other, ShowBoard(1 - which)),)]


def _acts(t: Tongue, facts: Board) -> list[tuple[Button, ...]]:
    if facts.aboard == facts.members:
        return []
    return [
        (Button(t.label("Remind all who are not"), ActOnBoard(BoardAct.REMIND)),),
        (
            Button(t.label("Badges"), ActOnBoard(BoardAct.BADGES)),
            Button(t.label("Links (XLSX)"), ActOnBoard(BoardAct.LINKS)),
        ),
    ]


def _back(t: Tongue) -> Button:
    return Button(t.label("Back to the board"), ShowBoard())
