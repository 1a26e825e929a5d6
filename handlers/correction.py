"""The submitted log of a meeting: reading it, correcting it, its files, and marking it complete."""

from telegram import Update
from telegram.ext import MessageHandler

from domain.button import CorrectEntry, CorrectLog, FinalLog, Part, ShowLog, WithdrawEntry
from domain.step import CorrectionStep, Flow
from handlers.conversation import END, AnyHandler, Conversation, Next, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from handlers.log import KEPT, given_in
from services import conversations, corrections


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    return [conversation(here)]


def conversation(here: Here) -> Conversation:
    """A point's card asks for its new wording; whoever turns to something else of the log leaves the question."""
    return Conversation(
        here,
        Flow.CORRECTION,
        entry_points=[
            Tap(ShowLog, show_log),
            Tap(CorrectLog, choose_point),
            Tap(CorrectEntry, open_point),
            Tap(WithdrawEntry, take_out),
            Tap(FinalLog, mark_complete),
        ],
        states={CorrectionStep.WORDS: [MessageHandler(KEPT, give_words)]},
    )


async def show_log(update: Update, ctx: Ctx) -> Outcome:
    """Show the log."""
    here, payload = ctx.here, tapped(update, ShowLog)
    corrections.show_log(here.desk, said(update, here.desk), here.observer, payload.meeting_id, payload.page)
    return _leave(here)


async def choose_point(update: Update, ctx: Ctx) -> Outcome:
    """Correct."""
    here, payload = ctx.here, tapped(update, CorrectLog)
    corrections.choose_point(here.desk, said(update, here.desk), here.observer, payload.meeting_id, payload.page)
    return _leave(here)


async def open_point(update: Update, ctx: Ctx) -> Outcome:
    """A point in the list of those to be corrected."""
    here, payload = ctx.here, tapped(update, CorrectEntry)
    if corrections.open_point(here.desk, said(update, here.desk), here.observer, payload.entry_id):
        return Next(CorrectionStep.WORDS, payload.entry_id)
    return _leave(here)


async def take_out(update: Update, ctx: Ctx) -> Outcome:
    """Take it out."""
    here, payload = ctx.here, tapped(update, WithdrawEntry)
    sure = bool(payload.sure)
    corrections.take_out(here.desk, said(update, here.desk), here.observer, payload.entry_id, sure=sure)
    return _leave(here)


async def mark_complete(update: Update, ctx: Ctx) -> Outcome:
    """Mark as complete, open again."""
    here, payload = ctx.here, tapped(update, FinalLog)
    final = bool(payload.final)
    corrections.mark_complete(here.desk, said(update, here.desk), here.observer, payload.meeting_id, final=final)
    return _leave(here)


async def give_words(update: Update, ctx: Ctx) -> Outcome:
    """The new wording of the point at which the person stands."""
    here = ctx.here
    message, standing = update.message, here.standing
    if message is None or standing is None or standing.subject is None:
        return None
    where = said(update, here.desk)
    given = given_in(message)
    if given is None:
        return None if corrections.refuse_kind(here.desk, where, here.observer, standing.subject) else END
    done = corrections.reword(here.desk, where, here.observer, standing.subject, given)
    if done is True or done is False:
        return END if done else None
    conversations.stand(here.desk, where, Flow.LOG, Part.POINT, done)
    return None


def _leave(here: Here) -> Outcome:
    """No correction is awaited any more; any other question stays open."""
    return END if here.standing is not None and here.standing.flow == Flow.CORRECTION else None
