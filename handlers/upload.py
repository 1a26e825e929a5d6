"""Files sent to be imported."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler

from domain.access import UPLOAD, may
from domain.people_button import ApplyUpload, CancelUpload
from domain.step import Flow
from handlers.conversation import AnyHandler, Tap, tapped
from handlers.here import Ctx, Here, said
from services import conversations, uploads
from services.uploads import Sent

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".zip", ".ods", ".ics", ".ical")
KINDS = ("spreadsheet", "csv", "ms-excel", "tab-separated", "text/calendar")
"""What a table's or a calendar's mime type has in it, whatever the program."""


def lines(here: Here) -> list[AnyHandler]:
    """Lines of the one ordered table."""
    return [SentFile(here), Tap(ApplyUpload, apply), Tap(CancelUpload, cancel)]


class SentFile(BaseHandler[Update, Ctx, Any]):
    """A table or a calendar from a coordinator who is not writing a log: there a file is a document of the meeting."""

    def __init__(self, here: Here) -> None:
        super().__init__(begin)
        self._here = here

    def check_update(self, update: object) -> bool:
        """Whether a file is meant to be imported."""
        person = self._here.person
        if not isinstance(update, Update) or update.message is None or person is None or not person.active:
            return False
        document = update.message.document
        if document is None or not _is_for_import(document.file_name or "", document.mime_type or ""):
            return False
        where = said(update, self._here.desk)
        if not may(person.role, UPLOAD, in_group=where.in_group):
            return False
        standing = conversations.standing(self._here.desk, where)
        return standing is None or standing.flow != Flow.LOG


async def begin(update: Update, ctx: Ctx) -> None:
    """The file comes."""
    here = ctx.here
    document = update.message.document if update.message else None
    if document is not None:
        sent = Sent(document.file_id, document.file_name or "", document.file_size or 0)
        uploads.begin(here.desk, said(update, here.desk), here.observer, sent)


async def apply(update: Update, ctx: Ctx) -> None:
    """Import what was shown."""
    payload, here = tapped(update, ApplyUpload), ctx.here
    uploads.apply(here.desk, said(update, here.desk), here.observer, payload.upload_id)


async def cancel(update: Update, ctx: Ctx) -> None:
    """Do not."""
    payload, here = tapped(update, CancelUpload), ctx.here
    uploads.cancel(here.desk, said(update, here.desk), here.observer, payload.upload_id)


def _is_for_import(name: str, mime: str) -> bool:
    return name.casefold().endswith(ENDINGS) or any(kind in mime.casefold() for kind in KINDS)
