"""Incidents: told by anybody, closed by coordinators."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from domain.digest_button import CloseIncident
from domain.step import Flow, IncidentStep
from handlers.conversation import END, AnyHandler, Conversation, Next, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from services import conversations, incidents


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    text = filters.TEXT & ~filters.COMMAND & filters.UpdateType.MESSAGE
    return [
        Conversation(
            here,
            Flow.INCIDENT,
            entry_points=[Tap(CloseIncident, close)],
            states={
                IncidentStep.WHAT: [MessageHandler(text, give)],
                IncidentStep.ENDING: [MessageHandler(text, give_ending)],
            },
        )
    ]


async def begin(update: Update, ctx: Ctx) -> None:
    """/incident, or /incident and what happened at once."""
    here = ctx.here
    where = said(update, here.desk)
    step = incidents.tell_of(here.desk, where, here.observer, " ".join(ctx.args or []))
    if step is not None:
        conversations.stand(here.desk, where, Flow.INCIDENT, step, 0)


async def give(update: Update, ctx: Ctx) -> Outcome:
    """What happened, typed."""
    here = ctx.here
    return _next(0, incidents.tell_of(here.desk, said(update, here.desk), here.observer, _text(update)))


async def close(update: Update, ctx: Ctx) -> Outcome:
    """A coordinator has dealt with it."""
    payload, here = tapped(update, CloseIncident), ctx.here
    step = incidents.close(here.desk, said(update, here.desk), here.observer, payload.incident_id, "")
    return Next(step, payload.incident_id) if step else None


async def give_ending(update: Update, ctx: Ctx) -> Outcome:
    """What became of it, typed."""
    here = ctx.here
    number = (here.standing.subject if here.standing else None) or 0
    return _next(number, incidents.close(here.desk, said(update, here.desk), here.observer, number, _text(update)))


def _next(subject: int, step: IncidentStep | None) -> Outcome:
    return END if step is None else Next(step, subject)


def _text(update: Update) -> str:
    return (update.message.text if update.message else None) or ""
