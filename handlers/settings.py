"""Settings, what the mission holds on somebody, and leaving."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from domain.digest_button import SetDigest
from domain.people_button import ChangeSetting, LeaveMission, ShowSettings
from domain.step import Flow, SettingsStep
from handlers.conversation import END, AnyHandler, Conversation, Next, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from services import digest_settings, leaving, settings


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    words: list[AnyHandler] = [MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, give)]
    return [
        Conversation(
            here,
            Flow.SETTINGS,
            entry_points=[
                Tap(ChangeSetting, change),
                Tap(ShowSettings, back),
                Tap(LeaveMission, leave),
                Tap(SetDigest, set_digest),
            ],
            states=dict.fromkeys(SettingsStep, words),
        )
    ]


async def show(update: Update, ctx: Ctx) -> None:
    """/settings."""
    here = ctx.here
    settings.show_all(here.desk, said(update, here.desk), here.observer)


async def show_me(update: Update, ctx: Ctx) -> None:
    """/me."""
    here = ctx.here
    leaving.show_me(here.desk, said(update, here.desk), here.observer)


async def change(update: Update, ctx: Ctx) -> Outcome:
    """A setting's button, or one of its choices."""
    payload, here = tapped(update, ChangeSetting), ctx.here
    return _next(
        here,
        settings.change(here.desk, said(update, here.desk), here.observer, payload.setting, payload.value),
    )


async def back(update: Update, ctx: Ctx) -> Outcome:
    """Back to all settings."""
    here = ctx.here
    settings.show_all(here.desk, said(update, here.desk), here.observer)
    return _next(here, None)


async def give(update: Update, ctx: Ctx) -> Outcome:
    """A city, times or minutes, typed."""
    here = ctx.here
    text = (update.message.text if update.message else None) or ""
    step = SettingsStep(here.standing.step) if here.standing else SettingsStep.ZONE
    where = said(update, here.desk)
    if step in digest_settings.FIELD_OF:
        return _next(here, digest_settings.give(here.desk, where, here.observer, step, text))
    return _next(here, settings.give(here.desk, where, here.observer, step, text))


async def set_digest(update: Update, ctx: Ctx) -> Outcome:
    """What a coordinator chooses for his digests."""
    payload, here = tapped(update, SetDigest), ctx.here
    where = said(update, here.desk)
    return _next(here, digest_settings.change(here.desk, where, here.observer, payload.field, payload.value))


async def leave(update: Update, ctx: Ctx) -> Outcome:
    """Leave the mission; and sure."""
    payload, here = tapped(update, LeaveMission), ctx.here
    left = leaving.leave(here.desk, said(update, here.desk), here.observer, sure=payload.sure == 1)
    return END if left else _next(here, None)


def _next(here: Here, step: SettingsStep | None) -> Outcome:
    """The settings' question closes; one of another conversation stays open."""
    if step is not None:
        return Next(step)
    return END if here.standing is not None and here.standing.flow == Flow.SETTINGS else None
