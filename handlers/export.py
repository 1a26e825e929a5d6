"""Exports in the chat."""

from telegram import Update

from handlers.here import Ctx, said
from services import programme_files, tables

PROGRAMME = "programme"


async def show(update: Update, ctx: Ctx) -> None:
    """/export, and what as what; the programme is the one that can be changed and sent back."""
    here = ctx.here
    where, wanted = said(update, here.desk), " ".join(ctx.args or [])
    if wanted.casefold().strip() == PROGRAMME:
        programme_files.send_workbook(here.desk, where, here.observer)
    else:
        tables.offer(here.desk, where, here.observer, wanted)
