"""People, teams, and a person's card."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from domain.people_button import ActOnPerson, SearchPeople, ShowPeople, ShowPerson, ShowTeam
from domain.step import Flow, PeopleStep
from handlers.conversation import END, AnyHandler, Conversation, Next, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from services import card, directory


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    return [
        Tap(ShowPerson, tapped_person),
        Tap(ActOnPerson, tapped_act),
        Tap(ShowTeam, tapped_team),
        Conversation(
            here,
            Flow.PEOPLE,
            entry_points=[Tap(ShowPeople, tapped_list), Tap(SearchPeople, ask_name)],
            states={PeopleStep.SEARCH: [MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, look_for)]},
        ),
    ]


async def show(update: Update, ctx: Ctx) -> None:
    """/people [words]."""
    desk = ctx.here.desk
    directory.open_people(desk, said(update, desk), ctx.here.observer, " ".join(ctx.args or []))


async def show_team(update: Update, ctx: Ctx) -> None:
    """/team."""
    directory.show_team(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, 0, 1)


async def tapped_list(update: Update, ctx: Ctx) -> Outcome:
    """A list's button. Whoever was looking for a name is not any more; any other open question stays open."""
    payload, here = tapped(update, ShowPeople), ctx.here
    directory.show_people(here.desk, said(update, here.desk), here.observer, payload)
    searching = here.standing is not None and (here.standing.flow, here.standing.step) == _SEARCHING
    return END if searching else None


async def ask_name(update: Update, ctx: Ctx) -> Outcome:
    """[Search]."""
    here = ctx.here
    asked = directory.ask_name(here.desk, said(update, here.desk), here.observer)
    return Next(PeopleStep.SEARCH) if asked else None


async def look_for(update: Update, ctx: Ctx) -> Outcome:
    """A name, typed."""
    here = ctx.here
    text = (update.message.text if update.message else None) or ""
    looked = directory.look_for(here.desk, said(update, here.desk), here.observer, text)
    return None if looked else END


async def tapped_person(update: Update, ctx: Ctx) -> None:
    """A person's button."""
    payload, here = tapped(update, ShowPerson), ctx.here
    card.show_person(here.desk, said(update, here.desk), here.observer, payload.person_id)


async def tapped_act(update: Update, ctx: Ctx) -> None:
    """A button of a card."""
    payload, here = tapped(update, ActOnPerson), ctx.here
    card.act(here.desk, said(update, here.desk), here.observer, payload.person_id, payload.act)


async def tapped_team(update: Update, ctx: Ctx) -> None:
    """A team's button, or a page of the teams."""
    payload, here = tapped(update, ShowTeam), ctx.here
    directory.show_team(here.desk, said(update, here.desk), here.observer, payload.team_id, payload.page)


_SEARCHING = (Flow.PEOPLE, PeopleStep.SEARCH)
