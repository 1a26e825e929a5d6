"""Checking in, and the optional word after it."""

from datetime import UTC

from telegram import Message, Update
from telegram.ext import MessageHandler, filters

from domain.button import CheckIn, ClaimStray, SetEta, SkipStep, TeamRoll, UndoCheckIn, WholeTeam
from domain.place import typed_coordinates
from domain.step import CheckinStep, Flow
from handlers.conversation import END, Conversation, Next, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from handlers.kinds import ANSWER
from handlers.log import given_in
from services import checkins, programme, strays, team_rolls
from services.checkins import Place


def conversation(here: Here) -> Conversation:
    """I am here → where? (optional). Cannot attend → why? (optional)."""
    new = filters.UpdateType.MESSAGE
    anything = MessageHandler(ANSWER, give_else)
    return Conversation(
        here,
        Flow.CHECKIN,
        entry_points=[
            Tap(CheckIn, check_in),
            Tap(SkipStep, skip),
            Tap(UndoCheckIn, undo),
            Tap(SetEta, set_eta),
            Tap(ClaimStray, claim),
            Tap(TeamRoll, call_roll),
            Tap(WholeTeam, whole_team),
            MessageHandler(filters.LOCATION & new, give_place),
            MessageHandler(filters.LOCATION & filters.UpdateType.EDITED_MESSAGE, move_place),
        ],
        states={
            CheckinStep.PLACE: [MessageHandler(filters.TEXT & new, give_words_for_place), anything],
            CheckinStep.REASON: [MessageHandler(filters.TEXT & new, give_reason), anything],
        },
    )


async def offer(update: Update, ctx: Ctx) -> None:
    """/checkin."""
    programme.offer_checkin(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


async def check_in(update: Update, ctx: Ctx) -> Outcome:
    """I am here, on my way, cannot attend, have left."""
    here = ctx.here
    payload = tapped(update, CheckIn)
    where, sure = said(update, here.desk), payload.sure == 1
    step = checkins.record(here.desk, where, here.observer, payload.meeting_id, payload.presence, sure=sure)
    return Next(step, payload.meeting_id) if step else END


async def skip(update: Update, ctx: Ctx) -> Outcome:
    """Skip."""
    payload = tapped(update, SkipStep)
    checkins.skip(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, payload.meeting_id)
    return END


async def undo(update: Update, ctx: Ctx) -> Outcome:
    """Undo."""
    here = ctx.here
    payload = tapped(update, UndoCheckIn)
    checkins.undo(here.desk, said(update, here.desk), here.observer, payload.checkin_id)
    return END if _awaited(here) else None


async def set_eta(update: Update, ctx: Ctx) -> None:
    """There in so many minutes."""
    here = ctx.here
    payload = tapped(update, SetEta)
    checkins.set_eta(here.desk, said(update, here.desk), here.observer, payload.meeting_id, payload.minutes)


async def claim(update: Update, ctx: Ctx) -> Outcome:
    """The place that came out of the blue is that check-in, or none."""
    here = ctx.here
    payload = tapped(update, ClaimStray)
    where = said(update, here.desk)
    step = strays.claim(here.desk, where, here.observer, payload.stray_id, payload.meeting_id)
    return Next(step, payload.meeting_id) if step else None


async def call_roll(update: Update, ctx: Ctx) -> None:
    """A leader's list, or one of its people."""
    here = ctx.here
    payload = tapped(update, TeamRoll)
    where, meeting_id, page = said(update, here.desk), payload.meeting_id, payload.page
    if payload.person_id:
        team_rolls.toggle(here.desk, where, here.observer, meeting_id, payload.person_id, page)
    else:
        team_rolls.show_roll(here.desk, where, here.observer, meeting_id, page)


async def whole_team(update: Update, ctx: Ctx) -> None:
    """Everybody else is here."""
    here = ctx.here
    payload = tapped(update, WholeTeam)
    team_rolls.mark_rest(here.desk, said(update, here.desk), here.observer, payload.meeting_id)


async def give_place(update: Update, ctx: Ctx) -> Outcome:
    """A location (a venue has one as well), awaited or out of the blue."""
    place = _place_in(update.message)
    return _give_place(update, ctx, place) if place else None


async def move_place(update: Update, ctx: Ctx) -> Outcome:
    """A live location moved."""
    here = ctx.here
    message = update.edited_message
    place = _place_in(message)
    if message is None or place is None:
        return None
    sent_at = message.date.astimezone(UTC)
    settled = checkins.move_place(here.desk, said(update, here.desk), here.observer, sent_at, place)
    return END if settled else None


async def give_words_for_place(update: Update, ctx: Ctx) -> Outcome:
    """Words where a location was awaited: coordinates count as one, other words are kept."""
    here = ctx.here
    text = (update.message.text if update.message else None) or ""
    pair = typed_coordinates(text)
    if pair is not None:
        return _give_place(update, ctx, Place(*pair))
    if text.strip():
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


async def give_else(update: Update, ctx: Ctx) -> Outcome:
    """Something that is neither a place nor words."""
    here = ctx.here
    if update.message is not None and here.standing is not None:
        given, step = given_in(update.message), CheckinStep(here.standing.step)
        checkins.keep_else(here.desk, said(update, here.desk), here.observer, _subject(here), given, step)
    return None


def _give_place(update: Update, ctx: Ctx, place: Place) -> Outcome:
    here = ctx.here
    where = said(update, here.desk)
    awaited = _awaited(here)
    fact = checkins.open_arrival(here.desk, here.observer, where.at, _subject(here) if awaited else None)
    if fact is None:
        strays.ask(here.desk, where, here.observer, place)
        return None
    step = checkins.add_place(here.desk, where, here.observer, fact, place)
    if step is not None:
        return Next(step, fact.meeting_id)
    return END if awaited else None


def _place_in(message: Message | None) -> Place | None:
    spot = message.location if message else None
    return Place(spot.latitude, spot.longitude, spot.horizontal_accuracy) if spot else None


def _awaited(here: Here) -> bool:
    return here.standing is not None and here.standing.flow == Flow.CHECKIN


def _subject(here: Here) -> int:
    return (here.standing.subject or 0) if here.standing else 0
