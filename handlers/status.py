"""How the bot is doing."""

from telegram import Update

from handlers.here import Ctx, said
from services import status


async def show(update: Update, ctx: Ctx) -> None:
    """/status."""
    desk = ctx.here.desk
    status.show_status(desk, said(update, desk), ctx.here.observer)
