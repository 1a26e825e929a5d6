"""Who is aboard."""

from telegram import Update

from domain.people_button import ActOnBoard, ShowBoard
from handlers.conversation import AnyHandler, Tap, tapped
from handlers.here import Ctx, Here, said
from services import board


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    del here
    return [Tap(ShowBoard, turn), Tap(ActOnBoard, act)]


async def show(update: Update, ctx: Ctx) -> None:
    """/board."""
    here = ctx.here
    board.show_board(here.desk, said(update, here.desk), here.observer, by_delegation=False, page=0)


async def turn(update: Update, ctx: Ctx) -> None:
    """Another page, or by delegation instead of by team."""
    payload, here = tapped(update, ShowBoard), ctx.here
    by_delegation = payload.by_delegation == 1
    board.show_board(here.desk, said(update, here.desk), here.observer, by_delegation=by_delegation, page=payload.page)


async def act(update: Update, ctx: Ctx) -> None:
    """Remind, badges, links."""
    payload, here = tapped(update, ActOnBoard), ctx.here
    board.act(here.desk, said(update, here.desk), here.observer, payload.act)
