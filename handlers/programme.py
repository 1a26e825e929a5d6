"""/programme, meeting cards, and days."""

from collections.abc import Callable
from datetime import date, datetime

from telegram import Update

from domain.button import ShowDay, ShowMeeting
from domain.person import Person
from handlers.conversation import Callback, tapped
from handlers.here import Ctx, said
from services import conversations, programme
from services.desk import Desk, Said


def typed_day(text: str) -> date | None:
    """A date as people write it: 2019-06-08 or 08.06.2019; ValueError for anything else, None for nothing."""
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise ValueError(text)


def by_day(act: Callable[[Desk, Said, Person, date | None], None]) -> Callback:
    """A command that may name a day; a day that is none is told."""

    async def show_day(update: Update, ctx: Ctx) -> None:
        here = ctx.here
        where = said(update, here.desk)
        given = " ".join(ctx.args or [])
        try:
            day = typed_day(given)
        except ValueError:
            conversations.bad_date(here.desk, where, here.observer, given)
            return
        act(here.desk, where, here.observer, day)

    return show_day


async def show_today(update: Update, ctx: Ctx) -> None:
    """The key below the text field."""
    programme.show_day(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, None)


async def tapped_day(update: Update, ctx: Ctx) -> None:
    """A day's button."""
    payload = tapped(update, ShowDay)
    try:
        day = typed_day(payload.day)
    except ValueError:
        day = None
    programme.show_day(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, day, payload.view)


async def tapped_meeting(update: Update, ctx: Ctx) -> None:
    """A meeting's button."""
    payload = tapped(update, ShowMeeting)
    programme.show_meeting(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, payload.meeting_id)


async def old_button(update: Update, ctx: Ctx) -> None:
    """A button that no longer means anything: the programme as it is now."""
    conversations.old_button(ctx.here.desk, ctx.here.observer)
    programme.show_day(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, None)
