"""/programme, meeting cards, and days."""

from datetime import date, datetime

from telegram import Update

from domain.button import ShowDay, ShowMeeting
from handlers.conversation import payload_of
from handlers.here import Ctx, said
from services import conversations, programme


def typed_day(text: str) -> date | None:
    """A date as people write it: 2019-06-08 or 08.06.2019; ValueError for anything else, None for nothing."""
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise ValueError(text)


async def show(update: Update, ctx: Ctx) -> None:
    """/programme [date]."""
    here = ctx.here
    where = said(update, here.desk)
    given = " ".join(ctx.args or [])
    try:
        day = typed_day(given)
    except ValueError:
        conversations.bad_date(here.desk, where, here.observer, given)
        return
    programme.show_day(here.desk, where, here.observer, day)


async def show_today(update: Update, ctx: Ctx) -> None:
    """The key below the text field."""
    programme.show_day(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, None)


async def tapped_day(update: Update, ctx: Ctx) -> None:
    """A day's button."""
    payload = payload_of(update)
    if not isinstance(payload, ShowDay):
        return
    try:
        day = typed_day(payload.day)
    except ValueError:
        day = None
    programme.show_day(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, day)


async def tapped_meeting(update: Update, ctx: Ctx) -> None:
    """A meeting's button."""
    payload = payload_of(update)
    if isinstance(payload, ShowMeeting):
        programme.show_meeting(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, payload.meeting_id)


async def old_button(update: Update, ctx: Ctx) -> None:
    """A button that no longer means anything: the programme as it is now."""
    conversations.old_button(ctx.here.desk, ctx.here.observer)
    programme.show_day(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, None)
