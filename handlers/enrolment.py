"""Coming aboard."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from domain.people_button import AnswerIdentity, ChooseLanguage, ChooseZone
from domain.step import EnrolmentStep, Flow
from handlers import log
from handlers.conversation import END, Conversation, Next, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from services import conversations, enrolment


def conversation(here: Here) -> Conversation:
    """Language → time zone if nobody knows it → the programme."""
    return Conversation(
        here,
        Flow.ENROLMENT,
        entry_points=[
            Tap(AnswerIdentity, answer_aboard),
            Tap(ChooseLanguage, choose_language),
            Tap(ChooseZone, choose_zone),
        ],
        states={EnrolmentStep.ZONE: [MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, type_zone)]},
    )


async def answer(update: Update, ctx: Ctx) -> None:
    """Yes or no, from an account that is nobody's yet (or whose access has ended)."""
    payload, here = tapped(update, AnswerIdentity), ctx.here
    where = said(update, here.desk)
    username = (update.effective_user.username if update.effective_user else None) or ""
    aboard = enrolment.answer(
        here.desk, where, here.person, payload.invitation_id, yes=payload.yes == 1, username=username
    )
    if aboard:
        conversations.stand(here.desk, where, Flow.ENROLMENT, EnrolmentStep.LANGUAGE, 0)


async def answer_aboard(update: Update, ctx: Ctx) -> Outcome:
    """The question is answered already, or was somebody else's."""
    await answer(update, ctx)
    return None


async def choose_language(update: Update, ctx: Ctx) -> Outcome:
    """A language's button."""
    payload, here = tapped(update, ChooseLanguage), ctx.here
    return _next(enrolment.choose_language(here.desk, said(update, here.desk), here.observer, payload.language))


async def choose_zone(update: Update, ctx: Ctx) -> Outcome:
    """A time zone's button."""
    payload, here = tapped(update, ChooseZone), ctx.here
    return _next(enrolment.choose_zone(here.desk, said(update, here.desk), here.observer, payload.zone))


async def type_zone(update: Update, ctx: Ctx) -> Outcome:
    """A city, typed; whoever goes on with his work instead is not held up."""
    here = ctx.here
    text = (update.message.text if update.message else None) or ""
    if not enrolment.may_be_city(text):
        await log.out_of_the_blue(update, ctx)
        return None
    return _next(enrolment.type_zone(here.desk, said(update, here.desk), here.observer, text))


def _next(step: EnrolmentStep | None) -> Outcome:
    return Next(step) if step else END
