"""Digests and chronicles, and what a coordinator chooses for his own."""

from datetime import date

from telegram import Update

from domain.digest_button import ShowChronicle, ShowDigest, View
from handlers.conversation import AnyHandler, Tap, tapped
from handlers.here import Ctx, Here, said
from handlers.programme import by_day, typed_day
from services import asked_digests, chronicles

_VIEWS = {"week": View.WEEK, "mission": View.MISSION, "final": View.MISSION}


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    del here
    return [Tap(ShowDigest, tapped_digest), Tap(ShowChronicle, tapped_chronicle)]


async def show(update: Update, ctx: Ctx) -> None:
    """/digest, of a day; /digest week and /digest mission."""
    view = _VIEWS.get(" ".join(ctx.args or []).casefold())
    if view is None:
        await by_day(asked_digests.ask_for_day)(update, ctx)
        return
    here = ctx.here
    asked_digests.ask(here.desk, said(update, here.desk), here.observer, None, view)


async def tapped_digest(update: Update, ctx: Ctx) -> None:
    """A button under a digest."""
    payload, here = tapped(update, ShowDigest), ctx.here
    asked_digests.ask(here.desk, said(update, here.desk), here.observer, _day(payload.day), payload.view)


async def tapped_chronicle(update: Update, ctx: Ctx) -> None:
    """The chronicle of a day, to read or as a document."""
    payload, here = tapped(update, ShowChronicle), ctx.here
    chronicles.hand_out(here.desk, said(update, here.desk), here.observer, _day(payload.day), payload)


def _day(text: str) -> date | None:
    try:
        return typed_day(text)
    except ValueError:
        return None
