"""Conversations: the vocabulary of python-telegram-bot's ConversationHandler, the state in the database.

The state is a row that is read and written inside the update's own transaction, so that a rolled-back
update leaves the person where he stood (docs/decisions/0004).
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from telegram import Update
from telegram.ext import Application, BaseHandler

from domain.button import decode
from domain.payload import Payload
from domain.step import STEPS, Flow, Step
from handlers.here import Ctx, Here, said
from services import access, conversations

AnyHandler = BaseHandler[Update, Ctx, Any]
P = TypeVar("P", bound=Payload)


@dataclass(frozen=True, slots=True)
class Next:
    """The question that is open from now on, and what it is about (a meeting, a request; 0 = nothing)."""

    step: Step
    subject: int = 0


class _End:
    """No question is open from now on."""


END = _End()
Outcome = Next | _End | None
"""None: the person stays where he is."""


Callback = Callable[[Update, Ctx], Coroutine[Any, Any, Any]]


class Tap(BaseHandler[Update, Ctx, Any]):
    """A button of one payload type, for those whom the table of domain/access.py names."""

    def __init__(self, payload: type[Payload], callback: Callback) -> None:
        super().__init__(_if_allowed(payload, callback))
        self._payload = payload

    def takes(self, kind: type[Payload] | None) -> bool:
        """Whether it is for buttons of this kind."""
        return kind is not None and issubclass(kind, self._payload)

    def check_update(self, update: object) -> bool:
        """Whether a button with this payload was tapped."""
        if not isinstance(update, Update) or update.callback_query is None:
            return False
        return isinstance(payload_of(update), self._payload)


def payload_of(update: Update) -> Payload | None:
    """The tapped button's payload; None for what we never sent or no longer understand."""
    query = update.callback_query
    return decode(query.data) if query is not None and query.data else None


def tapped(update: Update, kind: type[P]) -> P:
    """The tapped button's payload, where `Tap` has let only this kind through; TypeError for any other."""
    payload = payload_of(update)
    if not isinstance(payload, kind):
        raise TypeError(f"{kind.__name__} was awaited")
    return payload


class Conversation(BaseHandler[Update, Ctx, Any]):
    """Entry points work from anywhere; the handlers of a state only while the person stands at it."""

    def __init__(
        self,
        here: Here,
        flow: Flow,
        *,
        entry_points: Sequence[AnyHandler],
        states: Mapping[Any, Sequence[AnyHandler]],
    ) -> None:
        super().__init__(self._unused)
        self._here = here
        self._flow = flow
        self._entry_points = entry_points
        self._states = states

    def inner(self) -> list[AnyHandler]:
        """Every handler in it, at whatever step."""
        return [*self._entry_points, *(handler for step in self._states.values() for handler in step)]

    def check_update(self, update: object) -> tuple[AnyHandler, object] | None:
        """The handler that takes the update, if this conversation has one."""
        if not isinstance(update, Update) or self._here.person is None:
            return None
        standing = self._here.standing
        handlers = [*self._entry_points]
        if standing is not None and standing.flow == self._flow:
            handlers += self._states.get(STEPS[self._flow](standing.step), ())
        for handler in handlers:
            check = handler.check_update(update)
            if check is not None and check is not False:
                return handler, check
        return None

    async def handle_update(
        self, update: Update, application: Application[Any, Ctx, Any, Any, Any, Any], check_result: Any, context: Ctx
    ) -> None:
        """Let the handler act, then write where the person stands."""
        handler, check = check_result
        outcome: Outcome = await handler.handle_update(update, application, check, context)
        desk = self._here.desk
        if isinstance(outcome, Next):
            conversations.stand(desk, said(update, desk), self._flow, outcome.step, outcome.subject)
        elif outcome is END:
            conversations.end(desk, said(update, desk))

    async def _unused(self, _update: Update, _context: Ctx) -> None:
        """BaseHandler wants a callback; ours are the inner handlers'."""


def _if_allowed(payload: type[Payload], callback: Callback) -> Callback:
    async def act(update: Update, ctx: Ctx) -> object:
        desk = ctx.here.desk
        if access.tap_allowed(desk, said(update, desk), ctx.here.observer, payload):
            return await callback(update, ctx)
        return None

    return act
