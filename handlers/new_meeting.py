"""A meeting that nobody had planned."""

from telegram import Update
from telegram.ext import MessageHandler

from domain.button import CancelNewMeeting, JoinMeeting
from domain.step import Flow, NewMeetingStep
from handlers.conversation import AnyHandler, Conversation, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from handlers.kinds import ANSWER
from services import new_meetings


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table. Whom did you meet? → the log of that meeting."""
    words: list[AnyHandler] = [MessageHandler(ANSWER, give_host)]
    return [
        Conversation(
            here,
            Flow.NEW_MEETING,
            entry_points=[Tap(JoinMeeting, join), Tap(CancelNewMeeting, take_back)],
            states={NewMeetingStep.HOST: words},
        )
    ]


async def begin(update: Update, ctx: Ctx) -> None:
    """/meeting, or /meeting and the host's name at once."""
    here = ctx.here
    where = said(update, here.desk)
    host = " ".join(ctx.args or [])
    if host:
        new_meetings.give_host(here.desk, where, here.observer, host)
    else:
        new_meetings.ask_host(here.desk, where, here.observer)


async def give_host(update: Update, ctx: Ctx) -> Outcome:
    """The host's name, or something else."""
    here = ctx.here
    text = update.message.text if update.message else None
    if text is None:
        new_meetings.refuse_kind(here.desk, said(update, here.desk), here.observer)
    else:
        new_meetings.give_host(here.desk, said(update, here.desk), here.observer, text)
    return None


async def join(update: Update, ctx: Ctx) -> Outcome:
    """Yes, that one; no, another."""
    payload, here = tapped(update, JoinMeeting), ctx.here
    new_meetings.join(
        here.desk,
        said(update, here.desk),
        here.observer,
        here.standing,
        payload.meeting_id,
        same=payload.same == 1,
    )
    return None


async def take_back(update: Update, ctx: Ctx) -> Outcome:
    """That was a mistake; cancel."""
    payload, here = tapped(update, CancelNewMeeting), ctx.here
    new_meetings.take_back(here.desk, said(update, here.desk), here.observer, here.standing, payload.meeting_id)
    return None
