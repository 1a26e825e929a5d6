"""Exports in the chat."""

from telegram import Update

from handlers.here import Ctx, said
from services import exports


async def show(update: Update, ctx: Ctx) -> None:
    """/export, and what as what."""
    here = ctx.here
    exports.offer(here.desk, said(update, here.desk), here.observer, " ".join(ctx.args or []))
