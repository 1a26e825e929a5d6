"""The coordinators' board of the day."""

from telegram import Update

from domain.button import ShowLive
from handlers.conversation import AnyHandler, Tap
from handlers.here import Ctx, Here, said
from services import live


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    del here
    return [Tap(ShowLive, show)]


async def show(update: Update, ctx: Ctx) -> None:
    """/live, and [Refresh]."""
    live.show_live(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)
