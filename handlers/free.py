"""Who is free."""

from telegram import Update

from handlers.here import Ctx, said
from services import free


async def show(update: Update, ctx: Ctx) -> None:
    """/free [time]."""
    desk = ctx.here.desk
    free.show_free(desk, said(update, desk), ctx.here.observer, " ".join(ctx.args or []))
