"""Choosing whom an announcement is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.announcement import Reach
from domain.announcement_button import Choice, ChooseAudience, EditDraft
from domain.message import Button, Message
from texts.announcements import audience_line, marked, reach_line
from texts.split import shorten
from texts.tongue import Tongue

_LABEL = 40


@dataclass(frozen=True, slots=True)
class Item:
    """One of many: a team, a delegation, a role, a meeting, a group."""

    number: int
    name: str
    chosen: bool


def choice_word(t: Tongue, choice: Choice, name: str) -> str:
    """One choice in words; `name` of what was chosen."""
    match choice:
        case Choice.ALL_GROUPS:
            return t.label("all groups")
        case Choice.EVERYONE:
            return t.label("everyone in private")
        case Choice.NOT_CHECKED_IN:
            return t.label("who has not checked in ({day})", day=name)
        case Choice.NOT_LOGGED:
            return t.label("who has no log ({day})", day=name)
        case Choice.NOT_READ:
            return t.label("who has not confirmed “{title}”", title=shorten(name, _LABEL))
        case _:
            return name


def overview(
    t: Tongue,
    announcement_id: int,
    chosen: frozenset[Choice],
    audience: tuple[str, ...],
    reach: Reach,
    last_title: str,
) -> Message:
    """Everything one can choose from; `last_title`: the latest announcement that asked for confirmation."""

    def button(label: str, choice: Choice) -> Button:
        return Button(marked(label, chosen=choice in chosen), ChooseAudience(announcement_id, choice))

    rows: list[tuple[Button, ...]] = [
        (button(t.label("Everyone in private"), Choice.EVERYONE), button(t.label("All groups"), Choice.ALL_GROUPS)),
        (button(t.label("Groups…"), Choice.GROUP), button(t.label("Teams…"), Choice.TEAM)),
        (button(t.label("Delegations…"), Choice.DELEGATION), button(t.label("Roles…"), Choice.ROLE)),
        (button(t.label("Meetings…"), Choice.MEETING),),
        (
            button(t.label("Not checked in today"), Choice.NOT_CHECKED_IN),
            button(t.label("No log today"), Choice.NOT_LOGGED),
        ),
    ]
    if last_title:
        label = t.label("Not confirmed: {title}", title=shorten(last_title, _LABEL))
        rows.append((button(label, Choice.NOT_READ),))
    lines = [t.say("<b>For whom?</b>\nTap to choose, tap again to take back. Each person gets it once.")]
    lines.append(audience_line(t, audience))
    if audience:
        lines.append(reach_line(t, reach))
    back = (Button(t.label("Back"), EditDraft(announcement_id)),)
    return Message("\n".join(lines), buttons=(*rows, back))


def many(
    t: Tongue, announcement_id: int, choice: Choice, items: Sequence[Item], page: int, pages: int, reach: Reach
) -> Message:
    """A page of teams, delegations, roles, meetings or groups; `page` counts from 0."""
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                marked(shorten(item.name, _LABEL), chosen=item.chosen),
                ChooseAudience(announcement_id, choice, item.number, page),
            ),
        )
        for item in items
    ]
    turning = []
    if page > 0:
        turning.append(Button("‹", ChooseAudience(announcement_id, choice, 0, page - 1)))
    if page + 1 < pages:
        turning.append(Button("›", ChooseAudience(announcement_id, choice, 0, page + 1)))
    if turning:
        rows.append(tuple(turning))
    lines = [t.say("<b>For whom?</b>\nTap to choose, tap again to take back. Each person gets it once.")]
    if not items:
        lines.append(t.say("There is nothing to choose from."))
    lines.append(reach_line(t, reach))
    if pages > 1:
        lines.append(t.say("Page {page} of {pages}", page=page + 1, pages=pages))
    rows.append((Button(t.label("Back"), ChooseAudience(announcement_id, Choice.EVERYONE, 0, 1)),))
    return Message("\n".join(lines), buttons=tuple(rows))
