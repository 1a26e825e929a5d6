"""Who talks to whom: the one ordered table. The first line that fits takes the update."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from domain.announcement_button import ConfirmReading
from domain.button import ShowDay, ShowMeeting
from handlers import (
    announcement,
    attachment,
    board,
    change,
    checkin,
    correction,
    digest,
    door,
    enrolment,
    export,
    free,
    group,
    incident,
    ladder,
    live,
    log,
    new_meeting,
    people,
    programme,
    programme_file,
    request,
    settings,
    status,
    upload,
)
from handlers.conversation import AnyHandler, Callback, Tap
from handlers.here import Ctx, Here, said
from handlers.kinds import SAID
from services import access, chronicles, history
from services import programme as programme_acts

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What the bot asks Telegram for, by name."""


def table(here: Here, menu_labels: tuple[frozenset[str], frozenset[str]]) -> list[AnyHandler]:
    """All handlers in order. `menu_labels`: what the keys "Programme" and "Check in" are called, in any language."""
    programme_labels, checkin_labels = menu_labels
    return [
        ChatMemberHandler(door.membership, ChatMemberHandler.MY_CHAT_MEMBER),
        group.Service(),
        door.Stranger(here),
        Tap(ConfirmReading, announcement.confirm),
        door.InGroup(),
        command("start", door.start),
        command("help", door.show_help),
        command("cancel", door.cancel),
        command("programme", programme.by_day(programme_acts.show_day)),
        command("checkin", checkin.offer),
        command("log", log.offer),
        command("digest", digest.show),
        command("meeting", new_meeting.begin),
        command("incident", incident.begin),
        command("live", live.show),
        command("change", change.offer),
        command("history", change.offer_history),
        command("proposals", change.proposals_waiting),
        command("asof", change.as_of),
        command("publish", programme.by_day(history.show_day_to_publish)),
        command("export", export.show),
        command("chronicle", programme.by_day(chronicles.show)),
        command("team", people.show_team),
        command("people", people.show),
        command("free", free.show),
        command("board", board.show),
        command("calendar", programme_file.calendar),
        command("announce", announcement.begin),
        command("groups", group.show_all),
        command("status", status.show),
        command("next", programme.show_next),
        command("settings", settings.show),
        command("me", settings.show_me),
        key(programme_labels, programme.show_today),
        key(checkin_labels, checkin.offer),
        Tap(ShowDay, programme.tapped_day),
        Tap(ShowMeeting, programme.tapped_meeting),
        MessageHandler(filters.UpdateType.MESSAGE & filters.COMMAND, door.not_understood),
        enrolment.conversation(here),
        announcement.Reply(here),
        *announcement.lines(here),
        *group.lines(here),
        *upload.lines(here),
        *programme_file.lines(here),
        *people.lines(here),
        *board.lines(here),
        *request.lines(here),
        *settings.lines(here),
        *live.lines(here),
        *ladder.lines(here),
        *incident.lines(here),
        *digest.lines(here),
        *new_meeting.lines(here),
        *change.lines(here),
        *correction.lines(here),
        *attachment.lines(here),
        checkin.conversation(here),
        log.conversation(here),
        OldButton(programme.old_button),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, log.edit),
        MessageHandler(SAID, log.out_of_the_blue),
    ]


def command(name: str, callback: Callback) -> AnyHandler:
    """A command in a new message, for those whom the table of domain/access.py names.

    Editing an old message gives it no second time.
    """

    async def act(update: Update, ctx: Ctx) -> None:
        desk = ctx.here.desk
        if access.command_allowed(desk, said(update, desk), ctx.here.observer, name):
            await callback(update, ctx)

    return CommandHandler(name, act, filters=filters.UpdateType.MESSAGE)


def key(labels: frozenset[str], callback: Callback) -> AnyHandler:
    """A key of the keyboard below the text field, which arrives as its own label."""
    return MessageHandler(filters.UpdateType.MESSAGE & filters.Text(list(labels)), callback)


class OldButton(BaseHandler[Update, Ctx, Any]):
    """Any tap that nothing else took."""

    def check_update(self, update: object) -> bool:
        """Whether a button was tapped."""
        return isinstance(update, Update) and update.callback_query is not None
