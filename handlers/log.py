"""The meeting log."""

from telegram import Message, Update
from telegram.ext import MessageHandler, filters

from domain.attachment import FileKind, GivenFile
from domain.button import KeepAs, Met, NameSomebody, NoConcerns, OpenLog, Part, RemoveEntry, SubmitLog, ToggleInternal
from domain.step import Flow
from handlers.conversation import END, AnyHandler, Conversation, Next, Outcome, Tap, tapped
from handlers.here import Ctx, Here, said
from handlers.kinds import ANSWER
from services import conversations, edits, logs
from services.logs import Given, Submission

KEPT = ANSWER & ~filters.LOCATION
"""What is answered where words are awaited; a place is a check-in's business."""


def conversation(here: Here) -> Conversation:
    """Who received us and what was said → concerns → documents → preview; submitted from anywhere."""
    words: list[AnyHandler] = [MessageHandler(KEPT, give)]
    return Conversation(
        here,
        Flow.LOG,
        entry_points=[
            Tap(OpenLog, open_part),
            Tap(Met, toggle_met),
            Tap(NameSomebody, name_somebody),
            Tap(KeepAs, keep_as),
            Tap(NoConcerns, no_concerns),
            Tap(RemoveEntry, remove),
            Tap(ToggleInternal, toggle_internal),
            Tap(SubmitLog, submit),
        ],
        states=dict.fromkeys(Part, words),
    )


async def offer(update: Update, ctx: Ctx) -> None:
    """/log."""
    here = ctx.here
    where = said(update, here.desk)
    meeting_id = logs.offer(here.desk, where, here.observer)
    if meeting_id is not None:
        part = logs.lead_to(here.desk, where, here.observer, meeting_id, Part.WHO)
        if part is not None:
            conversations.stand(here.desk, where, Flow.LOG, part, meeting_id)


async def open_part(update: Update, ctx: Ctx) -> Outcome:
    """A part's button."""
    payload = tapped(update, OpenLog)
    here = ctx.here
    part = logs.lead_to(here.desk, said(update, here.desk), here.observer, payload.meeting_id, payload.part)
    return _next(part, payload.meeting_id)


async def toggle_met(update: Update, ctx: Ctx) -> Outcome:
    """An interlocutor's button."""
    payload = tapped(update, Met)
    here = ctx.here
    part = logs.toggle_met(here.desk, said(update, here.desk), here.observer, payload.meeting_id, payload.position)
    return _next(part, payload.meeting_id)


async def name_somebody(update: Update, ctx: Ctx) -> Outcome:
    """Somebody else."""
    payload = tapped(update, NameSomebody)
    here = ctx.here
    part = logs.open_part(here.desk, said(update, here.desk), here.observer, payload.meeting_id, Part.WHO)
    return _next(part, payload.meeting_id)


async def keep_as(update: Update, ctx: Ctx) -> Outcome:
    """Not a figure: a key point, a document."""
    payload = tapped(update, KeepAs)
    here = ctx.here
    kept = logs.keep_as(here.desk, said(update, here.desk), here.observer, payload.entry_id, payload.part)
    return Next(*kept) if kept is not None else None


async def no_concerns(update: Update, ctx: Ctx) -> Outcome:
    """None."""
    payload = tapped(update, NoConcerns)
    here = ctx.here
    return _next(
        logs.no_concerns(here.desk, said(update, here.desk), here.observer, payload.meeting_id), payload.meeting_id
    )


async def toggle_internal(update: Update, ctx: Ctx) -> Outcome:
    """Ordinary log, or internal."""
    payload = tapped(update, ToggleInternal)
    here = ctx.here
    return _next(
        logs.toggle_internal(here.desk, said(update, here.desk), here.observer, payload.meeting_id), payload.meeting_id
    )


async def remove(update: Update, ctx: Ctx) -> Outcome:
    """Remove the last one; not for the log."""
    payload = tapped(update, RemoveEntry)
    here, standing = ctx.here, ctx.here.standing
    meeting_id = standing.subject if standing is not None and standing.flow == Flow.LOG else None
    part = logs.remove(here.desk, said(update, here.desk), here.observer, payload.entry_id, meeting_id)
    return Next(part, meeting_id) if part is not None and meeting_id is not None else None


async def submit(update: Update, ctx: Ctx) -> Outcome:
    """Submit."""
    payload = tapped(update, SubmitLog)
    here = ctx.here
    came = logs.submit(here.desk, said(update, here.desk), here.observer, payload.meeting_id)
    if isinstance(came, Part):
        return Next(came, payload.meeting_id)
    return END if came is Submission.DONE else None


async def give(update: Update, ctx: Ctx) -> Outcome:
    """Words, a photo, a file, a voice message for the part at which the person stands."""
    here = ctx.here
    message, standing = update.message, here.standing
    if message is None or standing is None or standing.subject is None:
        return None
    where = said(update, here.desk)
    part, meeting_id = Part(standing.step), standing.subject
    given = given_in(message)
    if given is None:
        logs.refuse_kind(here.desk, where, here.observer, meeting_id, part)
        return None
    return _next(logs.give(here.desk, where, here.observer, meeting_id, part, given), meeting_id)


async def edit(update: Update, ctx: Ctx) -> None:
    """An edited message changes what it gave."""
    message = update.edited_message
    if message is not None:
        text = message.text or message.caption or ""
        edits.follow(ctx.here.desk, said(update, ctx.here.desk), ctx.here.observer, text)


async def out_of_the_blue(update: Update, ctx: Ctx) -> None:
    """Words or a file while no question is open: kept if a meeting is on."""
    here = ctx.here
    where = said(update, here.desk)
    given = given_in(update.message) if update.message else None
    if given is None or not logs.keep_stray(here.desk, where, here.observer, given):
        conversations.not_understood(here.desk, where, here.observer)


def given_in(message: Message) -> Given | None:
    """What a log can keep of a message; None if nothing."""
    if message.text is not None:
        return Given(message.text)
    file = file_in(message)
    return Given(message.caption or "", file) if file else None


def file_in(message: Message) -> GivenFile | None:
    """The file of a message; of a photo the largest size."""
    if message.photo:
        photo = message.photo[-1]
        return GivenFile(FileKind.PHOTO, photo.file_id, photo.file_unique_id, size=photo.file_size)
    for kind, one in (
        (FileKind.DOCUMENT, message.document),
        (FileKind.VOICE, message.voice),
        (FileKind.VIDEO, message.video),
        (FileKind.AUDIO, message.audio),
    ):
        if one is not None:
            name = getattr(one, "file_name", None) or ""
            return GivenFile(kind, one.file_id, one.file_unique_id, name, one.file_size)
    return None


def _next(part: Part | None, meeting_id: int) -> Outcome:
    """At the preview one still stands at the key points: what is written there is one."""
    return Next(part, meeting_id) if part is not None else END
