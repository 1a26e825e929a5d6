"""Checking in, and the optional word after it."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from domain.button import CheckIn, SkipStep
from domain.place import typed_coordinates
from domain.step import CheckinStep, Flow
from handlers.conversation import END, Conversation, Next, Outcome, Tap, payload_of
from handlers.here import Ctx, Here, said
from services import checkins, programme
from services.checkins import Place


def conversation(here: Here) -> Conversation:
    """I am here → where? (optional). Cannot attend → why? (optional)."""
    return Conversation(
        here,
        Flow.CHECKIN,
        entry_points=[
            Tap(CheckIn, check_in),
            Tap(SkipStep, skip),
            MessageHandler(filters.LOCATION & filters.UpdateType.MESSAGE, give_place),
        ],
        states={
            CheckinStep.PLACE: [MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, give_words_for_place)],
            CheckinStep.REASON: [MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, give_reason)],
        },
    )


async def offer(update: Update, ctx: Ctx) -> None:
    """/checkin."""
    programme.offer_checkin(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


async def check_in(update: Update, ctx: Ctx) -> Outcome:
    """I am here, on my way, cannot attend."""
    here = ctx.here
    payload = payload_of(update)
    if not isinstance(payload, CheckIn):
        return None
    step = checkins.record(here.desk, said(update, here.desk), here.observer, payload.meeting_id, payload.presence)
    return Next(step, payload.meeting_id) if step else END


async def skip(update: Update, ctx: Ctx) -> Outcome:
    """Skip."""
    payload = payload_of(update)
    if isinstance(payload, SkipStep):
        checkins.skip(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, payload.meeting_id)
    return END


async def give_place(update: Update, ctx: Ctx) -> Outcome:
    """A location, awaited or out of the blue."""
    message = update.message
    if message is None or message.location is None:
        return None
    spot = message.location
    return _place(update, ctx, Place(spot.latitude, spot.longitude, spot.horizontal_accuracy))


async def give_words_for_place(update: Update, ctx: Ctx) -> Outcome:
    """Words where a location was awaited: coordinates count as one, other words are kept."""
    here = ctx.here
    text = (update.message.text if update.message else None) or ""
    pair = typed_coordinates(text)
    if pair is not None:
        return _place(update, ctx, Place(*pair))
    checkins.keep_words(here.desk, said(update, here.desk), here.observer, _subject(here), text)
    return None


async def give_reason(update: Update, ctx: Ctx) -> Outcome:
    """Why he cannot attend."""
    here = ctx.here
    text = (update.message.text if update.message else None) or ""
    if not text.strip():
        return None
    checkins.add_reason(here.desk, said(update, here.desk), here.observer, _subject(here), text.strip())
    return END


def _place(update: Update, ctx: Ctx, place: Place) -> Outcome:
    here = ctx.here
    awaited = here.standing is not None and here.standing.flow == Flow.CHECKIN
    meeting_id = _subject(here) if awaited else None
    checkins.add_place(here.desk, said(update, here.desk), here.observer, place, meeting_id)
    return END if awaited else None


def _subject(here: Here) -> int:
    return (here.standing.subject or 0) if here.standing else 0
