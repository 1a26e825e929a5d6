"""The programme as a file."""

from telegram import Update

from domain.programme_file_button import ApplyProgramme, GetCalendar
from handlers.conversation import AnyHandler, Tap, tapped
from handlers.here import Ctx, Here, said
from services import programme_files


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    del here
    return [Tap(ApplyProgramme, apply), Tap(GetCalendar, calendar)]


async def apply(update: Update, ctx: Ctx) -> None:
    """Import what was shown."""
    payload, here = tapped(update, ApplyProgramme), ctx.here
    programme_files.apply(here.desk, said(update, here.desk), here.observer, payload.upload_id, payload.how)


async def calendar(update: Update, ctx: Ctx) -> None:
    """/calendar, or the button below the programme."""
    here = ctx.here
    programme_files.send_calendar(here.desk, said(update, here.desk), here.observer)
