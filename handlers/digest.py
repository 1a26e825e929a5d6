"""/digest."""

from telegram import Update

from handlers.here import Ctx, said
from handlers.programme import typed_day
from services import conversations, digests


async def show(update: Update, ctx: Ctx) -> None:
    """/digest [date], for coordinators."""
    here = ctx.here
    where = said(update, here.desk)
    given = " ".join(ctx.args or [])
    try:
        day = typed_day(given)
    except ValueError:
        conversations.bad_date(here.desk, where, here.observer, given)
        return
    digests.send_on_demand(here.desk, where, here.observer, day)
