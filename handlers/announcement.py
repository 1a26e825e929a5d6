"""Announcements: written, sent, looked after; confirmed and replied to by their readers."""

from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, MessageHandler, filters

from domain.announcement import Content, Kind, Piece
from domain.announcement_button import (
    AfterAnnouncement,
    ChooseAudience,
    ConfirmReading,
    EditDraft,
    ListAnnouncements,
    SendAnnouncement,
    SettleDoubt,
    ToggleOption,
)
from domain.step import AnnounceStep, Flow
from handlers.conversation import END, AnyHandler, Conversation, Next, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from handlers.kinds import ANSWER
from services import afterwards, announcements, conversations, copies, replies, reports

_KEPT = ("type", "offset", "length", "url", "language", "user", "unix_time", "date_time_format")
"""What makes an entity of a text; the rest of what Telegram tells is not ours to send."""


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    anything = ANSWER
    return [
        Conversation(
            here,
            Flow.ANNOUNCE,
            entry_points=[
                Tap(EditDraft, edit),
                Tap(ChooseAudience, choose_audience),
                Tap(ToggleOption, toggle_option),
                Tap(SendAnnouncement, send),
                Tap(AfterAnnouncement, after),
                Tap(SettleDoubt, settle_doubt),
                Tap(ListAnnouncements, show_list),
            ],
            states={
                AnnounceStep.CONTENT: [MessageHandler(anything, take_content)],
                AnnounceStep.MENU: [MessageHandler(anything, take_more)],
                AnnounceStep.CORRECTION: [MessageHandler(anything, take_correction)],
                AnnounceStep.TIME: [MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, give_time)],
                AnnounceStep.EXPIRY: [MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, give_time)],
            },
        ),
    ]


class Reply(BaseHandler[Update, Ctx, Any]):
    """An answer, in private, to a copy of an announcement or to a message of a thread about one."""

    def __init__(self, here: Here) -> None:
        super().__init__(reply)
        self._here = here

    def check_update(self, update: object) -> bool:
        """Whether it is one."""
        message = update.message if isinstance(update, Update) else None
        if message is None or message.reply_to_message is None or message.chat.id < 0:
            return False
        if (message.text or "").startswith("/"):
            return False
        where = said(update, self._here.desk)  # type: ignore[arg-type]
        return replies.takes(self._here.desk, where, message.reply_to_message.message_id)


async def reply(update: Update, ctx: Ctx) -> None:
    """Pass it on."""
    here, message = ctx.here, update.message
    if message is None or message.reply_to_message is None:
        return
    text = message.text or message.caption or ""
    where = said(update, here.desk)
    replies.take(
        here.desk, where, here.observer, message.reply_to_message.message_id, text, is_text=message.text is not None
    )


async def begin(update: Update, ctx: Ctx) -> None:
    """/announce."""
    here = ctx.here
    where = said(update, here.desk)
    step, subject = announcements.begin(here.desk, where, here.observer)
    conversations.stand(here.desk, where, Flow.ANNOUNCE, step, subject)


async def edit(update: Update, ctx: Ctx) -> Outcome:
    """A button of the draft."""
    payload, here = tapped(update, EditDraft), ctx.here
    return _next(here, announcements.edit(here.desk, said(update, here.desk), here.observer, payload))


async def choose_audience(update: Update, ctx: Ctx) -> None:
    """For whom."""
    payload, here = tapped(update, ChooseAudience), ctx.here
    announcements.choose_audience(here.desk, said(update, here.desk), here.observer, payload)


async def toggle_option(update: Update, ctx: Ctx) -> None:
    """An option."""
    payload, here = tapped(update, ToggleOption), ctx.here
    where = said(update, here.desk)
    announcements.toggle_option(here.desk, where, here.observer, payload.announcement_id, payload.option)


async def send(update: Update, ctx: Ctx) -> None:
    """Send, approve, pause, stop."""
    payload, here = tapped(update, SendAnnouncement), ctx.here
    copies.act(here.desk, said(update, here.desk), here.observer, payload)


async def after(update: Update, ctx: Ctx) -> Outcome:
    """A button of the report."""
    payload, here = tapped(update, AfterAnnouncement), ctx.here
    return _next(here, afterwards.act(here.desk, said(update, here.desk), here.observer, payload))


async def settle_doubt(update: Update, ctx: Ctx) -> None:
    """Copies in doubt."""
    payload, here = tapped(update, SettleDoubt), ctx.here
    copies.settle_doubt(here.desk, said(update, here.desk), here.observer, payload)


async def show_list(update: Update, ctx: Ctx) -> Outcome:
    """What was announced."""
    payload, here = tapped(update, ListAnnouncements), ctx.here
    reports.show_list(here.desk, said(update, here.desk), here.observer, payload.page)
    return _next(here, None)


async def confirm(update: Update, ctx: Ctx) -> None:
    """I have read it."""
    payload, here = tapped(update, ConfirmReading), ctx.here
    afterwards.confirm(here.desk, said(update, here.desk), here.observer, payload.announcement_id)


async def take_content(update: Update, ctx: Ctx) -> Outcome:
    """What is announced."""
    here, message = ctx.here, update.message
    forwarded = message is not None and message.forward_origin is not None
    where, content = said(update, here.desk), content_of(message)
    return _next(
        here,
        announcements.take_content(here.desk, where, here.observer, _subject(here), content, forwarded=forwarded),
    )


async def take_more(update: Update, ctx: Ctx) -> Outcome:
    """The next part of an album, or a slip."""
    here = ctx.here
    where, content = said(update, here.desk), content_of(update.message)
    return _next(here, announcements.take_more(here.desk, where, here.observer, _subject(here), content))


async def take_correction(update: Update, ctx: Ctx) -> Outcome:
    """The new wording."""
    here = ctx.here
    where, content = said(update, here.desk), content_of(update.message)
    return _next(here, afterwards.take_correction(here.desk, where, here.observer, _subject(here), content))


async def give_time(update: Update, ctx: Ctx) -> Outcome:
    """A time was typed."""
    here = ctx.here
    text = (update.message.text if update.message else None) or ""
    step = AnnounceStep(here.standing.step) if here.standing else AnnounceStep.TIME
    where = said(update, here.desk)
    return _next(here, announcements.give_time(here.desk, where, here.observer, step, _subject(here), text))


def content_of(message: Message | None) -> Content | None:
    """What was sent, as an announcement can say it; None for what cannot be announced."""
    if message is None:
        return None
    piece = _piece_of(message)
    return Content((piece,), message.media_group_id or "") if piece is not None else None


def _piece_of(message: Message) -> Piece | None:
    told = message.to_dict()
    if message.text is not None:
        return Piece(Kind.TEXT, message.text, _entities(told.get("entities")))
    found: tuple[Kind, str] | None = None
    if message.photo:
        found = Kind.PHOTO, message.photo[-1].file_id
    elif message.video:
        found = Kind.VIDEO, message.video.file_id
    elif message.document and not message.animation:
        found = Kind.DOCUMENT, message.document.file_id
    if found is not None:
        return Piece(found[0], message.caption or "", _entities(told.get("caption_entities")), found[1])
    return _place_of(message)


def _place_of(message: Message) -> Piece | None:
    place, venue = message.location, message.venue
    if place is None or place.live_period:
        return None
    if venue is not None:
        kind, title, address = Kind.VENUE, venue.title, venue.address
    else:
        kind, title, address = Kind.LOCATION, "", ""
    return Piece(kind, latitude=place.latitude, longitude=place.longitude, title=title, address=address)


def _entities(told: Any) -> tuple[dict[str, Any], ...]:
    return tuple({key: one[key] for key in _KEPT if key in one} for one in told or ())


def _subject(here: Here) -> int:
    return (here.standing.subject if here.standing else None) or 0


def _next(here: Here, question: tuple[AnnounceStep, int] | None) -> Outcome:
    """The announcement's question closes; one of another conversation stays open."""
    if question is not None:
        return Next(*question)
    return END if here.standing is not None and here.standing.flow == Flow.ANNOUNCE else None
