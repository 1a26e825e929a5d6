"""Changing the programme: the conversation, proposals, history."""

from telegram import Update
from telegram.ext import MessageHandler

from domain.programme_button import (
    ChangeMeeting,
    ConfirmChange,
    DecideProposal,
    DropChange,
    DropInterlocutor,
    PickDay,
    PublishDay,
    PutTime,
    PutVenue,
    ShiftTime,
    ShowDraft,
    ShowHistory,
    ShowProposals,
    ShowVenue,
    TogglePerson,
    ToggleTeam,
)
from domain.step import ChangeStep, Flow
from handlers.conversation import AnyHandler, Conversation, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from handlers.kinds import ANSWER
from services import change_answers, changing, confirming, history, programme, proposals


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table. What is to be changed → to what → the draft → confirmed."""
    words: list[AnyHandler] = [MessageHandler(ANSWER, give)]
    return [
        Conversation(here, Flow.CHANGE, entry_points=[], states=dict.fromkeys(ChangeStep, words)),
        Tap(ChangeMeeting, open_aspect),
        Tap(ShiftTime, shift),
        Tap(PickDay, pick_day),
        Tap(PutTime, put_time),
        Tap(PutVenue, put_venue),
        Tap(ToggleTeam, toggle_team),
        Tap(TogglePerson, toggle_person),
        Tap(DropInterlocutor, drop_interlocutor),
        Tap(ShowDraft, show_draft),
        Tap(ConfirmChange, confirm),
        Tap(DropChange, drop),
        Tap(ShowProposals, show_proposals),
        Tap(DecideProposal, decide),
        Tap(ShowHistory, show_history),
        Tap(PublishDay, publish),
        Tap(ShowVenue, show_venue),
    ]


async def offer(update: Update, ctx: Ctx) -> None:
    """/change."""
    changing.offer(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


async def give(update: Update, ctx: Ctx) -> Outcome:
    """Words or a place for the question at which the person stands."""
    here, message = ctx.here, update.message
    if message is None or here.standing is None or here.standing.subject is None:
        return None
    desk, where = here.desk, said(update, here.desk)
    meeting_id, step = here.standing.subject, ChangeStep(here.standing.step)
    place = message.venue.location if message.venue else message.location
    if place is not None and step is ChangeStep.WHERE:
        venue = ", ".join(filter(None, (message.venue.title, message.venue.address))) if message.venue else ""
        point = (place.latitude, place.longitude)
        change_answers.give_location(desk, where, here.observer, meeting_id, point, venue)
    elif message.text is not None:
        change_answers.give_text(desk, where, here.observer, meeting_id, step, message.text)
    else:
        change_answers.refuse_kind(desk, where, here.observer, meeting_id)
    return None


async def open_aspect(update: Update, ctx: Ctx) -> None:
    """Change: the menu, or one thing."""
    payload, here = tapped(update, ChangeMeeting), ctx.here
    changing.open_aspect(here.desk, said(update, here.desk), here.observer, payload.meeting_id, payload.aspect)


async def shift(update: Update, ctx: Ctx) -> None:
    """+15."""
    payload, here = tapped(update, ShiftTime), ctx.here
    change_answers.shift(here.desk, said(update, here.desk), here.observer, payload)


async def pick_day(update: Update, ctx: Ctx) -> None:
    """A day of the calendar, or the calendar."""
    payload, here = tapped(update, PickDay), ctx.here
    change_answers.pick_day(here.desk, said(update, here.desk), here.observer, payload)


async def put_time(update: Update, ctx: Ctx) -> None:
    """A half-hour."""
    payload, here = tapped(update, PutTime), ctx.here
    change_answers.put_time(here.desk, said(update, here.desk), here.observer, payload)


async def put_venue(update: Update, ctx: Ctx) -> None:
    """Where another meeting is."""
    payload, here = tapped(update, PutVenue), ctx.here
    change_answers.put_venue(here.desk, said(update, here.desk), here.observer, payload)


async def toggle_team(update: Update, ctx: Ctx) -> None:
    """A team, or the page of teams."""
    payload, here = tapped(update, ToggleTeam), ctx.here
    change_answers.toggle_team(here.desk, said(update, here.desk), here.observer, payload)


async def toggle_person(update: Update, ctx: Ctx) -> None:
    """Somebody by name."""
    payload, here = tapped(update, TogglePerson), ctx.here
    change_answers.toggle_person(here.desk, said(update, here.desk), here.observer, payload)


async def drop_interlocutor(update: Update, ctx: Ctx) -> None:
    """Somebody who is not to be met."""
    payload, here = tapped(update, DropInterlocutor), ctx.here
    change_answers.drop_interlocutor(here.desk, said(update, here.desk), here.observer, payload)


async def show_draft(update: Update, ctx: Ctx) -> None:
    """Done."""
    payload, here = tapped(update, ShowDraft), ctx.here
    changing.open_draft(here.desk, said(update, here.desk), here.observer, payload.meeting_id)


async def confirm(update: Update, ctx: Ctx) -> None:
    """Change it."""
    payload, here = tapped(update, ConfirmChange), ctx.here
    confirming.confirm(here.desk, said(update, here.desk), here.observer, payload.meeting_id, payload.revision)


async def drop(update: Update, ctx: Ctx) -> None:
    """Do not change."""
    payload, here = tapped(update, DropChange), ctx.here
    changing.drop(here.desk, said(update, here.desk), here.observer, payload.meeting_id)


async def proposals_waiting(update: Update, ctx: Ctx) -> None:
    """/proposals."""
    proposals.show_proposals(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, 0)


async def show_proposals(update: Update, ctx: Ctx) -> None:
    """A meeting's proposals side by side."""
    payload, here = tapped(update, ShowProposals), ctx.here
    proposals.show_proposals(here.desk, said(update, here.desk), here.observer, payload.meeting_id)


async def decide(update: Update, ctx: Ctx) -> None:
    """Accept, amend, refuse, take back."""
    payload, here = tapped(update, DecideProposal), ctx.here
    proposals.decide(
        here.desk, said(update, here.desk), here.observer, payload.proposal_id, payload.verdict, payload.revision
    )


async def offer_history(update: Update, ctx: Ctx) -> None:
    """/history."""
    history.offer(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer)


async def show_history(update: Update, ctx: Ctx) -> None:
    """A page of a meeting's history."""
    payload, here = tapped(update, ShowHistory), ctx.here
    history.show_history(here.desk, said(update, here.desk), here.observer, payload.meeting_id, payload.page)


async def as_of(update: Update, ctx: Ctx) -> None:
    """/asof."""
    here = ctx.here
    history.show_as_of(here.desk, said(update, here.desk), here.observer, " ".join(ctx.args or []))


async def publish(update: Update, ctx: Ctx) -> None:
    """Publish as version n."""
    payload, here = tapped(update, PublishDay), ctx.here
    history.publish(here.desk, said(update, here.desk), here.observer, payload.day, payload.number)


async def show_venue(update: Update, ctx: Ctx) -> None:
    """The map."""
    payload, here = tapped(update, ShowVenue), ctx.here
    programme.send_venue(here.desk, said(update, here.desk), here.observer, payload.meeting_id)
