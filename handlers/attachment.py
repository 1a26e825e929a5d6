"""Files of meeting logs."""

from telegram import Update

from domain.button import ShowFile
from handlers.conversation import AnyHandler, Tap, tapped
from handlers.here import Ctx, Here, said
from services import attachments


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    del here
    return [Tap(ShowFile, show)]


async def show(update: Update, ctx: Ctx) -> None:
    """Send me the file of this point."""
    payload, here = tapped(update, ShowFile), ctx.here
    attachments.show(here.desk, said(update, here.desk), here.observer, payload.entry_id)
