"""A stranger asks to be let in, and a coordinator decides."""

from telegram import MessageEntity, Update
from telegram.ext import MessageHandler, filters

from domain.people_button import BindRequest, DecideRequest, RequestAccess
from domain.step import Flow, PeopleStep
from handlers.conversation import END, AnyHandler, Conversation, Next, Outcome, Tap, payload_of, tapped
from handlers.here import Ctx, Here, said
from services import access_requests

_LINKS = {MessageEntity.URL, MessageEntity.TEXT_LINK, MessageEntity.EMAIL, MessageEntity.MENTION}


def handle(update: Update, ctx: Ctx) -> bool:
    """What a stranger does about being let in; False if it is something else."""
    desk, user, message = ctx.here.desk, update.effective_user, update.message
    where = said(update, desk)
    if isinstance(payload_of(update), RequestAccess):
        access_requests.ask(desk, where)
        return True
    text = message.text if message else None
    username = (user.username if user else None) or ""
    has_link = message is not None and bool(text) and any(entity.type in _LINKS for entity in message.entities)
    return access_requests.hear(desk, where, text, username, has_link=has_link)


def lines(here: Here) -> list[AnyHandler]:
    """The coordinator's side."""
    typed = MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, search)
    return [
        Conversation(
            here,
            Flow.PEOPLE,
            entry_points=[Tap(DecideRequest, decide), Tap(BindRequest, bind)],
            states={PeopleStep.BIND: [typed]},
        )
    ]


async def decide(update: Update, ctx: Ctx) -> Outcome:
    """A button under a request."""
    payload, here = tapped(update, DecideRequest), ctx.here
    where = said(update, here.desk)
    asked = access_requests.decide(here.desk, where, here.observer, payload.request_id, payload.decision)
    return _next(here, payload.request_id, asked=asked)


async def bind(update: Update, ctx: Ctx) -> Outcome:
    """A person of the roster, tapped."""
    payload, here = tapped(update, BindRequest), ctx.here
    where = said(update, here.desk)
    asked = access_requests.bind(here.desk, where, here.observer, payload.request_id, payload.person_id)
    return _next(here, payload.request_id, asked=asked)


async def search(update: Update, ctx: Ctx) -> Outcome:
    """A name, typed."""
    here = ctx.here
    text = (update.message.text if update.message else None) or ""
    request_id = (here.standing.subject if here.standing else None) or 0
    asked = access_requests.search(here.desk, said(update, here.desk), here.observer, request_id, text)
    return _next(here, request_id, asked=asked)


def _next(here: Here, request_id: int, *, asked: bool) -> Outcome:
    """Whoever stands at a question of another kind stays there."""
    if asked:
        return Next(PeopleStep.BIND, request_id)
    standing = here.standing
    if standing and (standing.flow, standing.step, standing.subject) == (Flow.PEOPLE, PeopleStep.BIND, request_id):
        return END
    return None
