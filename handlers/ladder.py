"""People of whom there is no sign of life: their own answer, and what colleagues know of them."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from domain.duty_button import AnswerAlarm, How, ResolveAlarm
from domain.step import AlarmStep, Flow
from handlers.conversation import END, AnyHandler, Conversation, Next, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from services import ladder


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    words: list[AnyHandler] = [MessageHandler(filters.TEXT & ~filters.COMMAND & filters.UpdateType.MESSAGE, give)]
    return [
        Conversation(
            here,
            Flow.ALARM,
            entry_points=[Tap(AnswerAlarm, answer), Tap(ResolveAlarm, resolve)],
            states={AlarmStep.HOW: words},
        )
    ]


async def answer(update: Update, ctx: Ctx) -> Outcome:
    """I am well."""
    here = ctx.here
    ladder.answer(here.desk, said(update, here.desk), here.observer, tapped(update, AnswerAlarm).alarm_id)
    return None


async def resolve(update: Update, ctx: Ctx) -> Outcome:
    """A name, or how he is accounted for."""
    payload, here = tapped(update, ResolveAlarm), ctx.here
    step = ladder.resolve(here.desk, said(update, here.desk), here.observer, payload.alarm_id, payload.how)
    return _next(here, payload.alarm_id, step)


async def give(update: Update, ctx: Ctx) -> Outcome:
    """How he is accounted for, typed."""
    here = ctx.here
    text = (update.message.text if update.message else None) or ""
    alarm_id = (here.standing.subject if here.standing else None) or 0
    step = ladder.resolve(here.desk, said(update, here.desk), here.observer, alarm_id, How.WORDS, text)
    return _next(here, alarm_id, step)


def _next(here: Here, alarm_id: int, step: AlarmStep | None) -> Outcome:
    """The question closes with its answer; one of another conversation stays open."""
    if step is not None:
        return Next(step, alarm_id)
    return END if here.standing is not None and here.standing.flow == Flow.ALARM else None
