"""Papers: files that the desk hands out. What they say is a secret or changes, so they are made when they are sent.

A letter with a paper holds only what is wanted (`PaperKind` and whom it is for). When its turn comes, `prepare` reads
and writes the facts inside a transaction, and `build` makes the bytes of them outside of it, in another process.
Another kind of paper is another line in `_KINDS`.
"""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import segno
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from domain.letter import Letter, LetterKind
from domain.message import Message
from domain.person import Person
from services import chart, chronicle_document, chronicles, exports, invitations
from services.desk import Desk, tongue_of
from services.paper import Draft, Paper, PaperKind, Spec
from services.sheets import cell_safe
from storage import audit, people
from storage import invitations as invitation_shelf
from texts import papers as words
from texts.papers import InvitationSheet, Slip
from texts.tongue import Tongue

_NOT_XML = dict.fromkeys((0xFFFE, 0xFFFF))
"""No characters: a workbook with one of them cannot be opened, and openpyxl does not look for them."""
PIXELS_A_MODULE = 4
WIDTHS = (12, 36, 20, 24, 10, 70, 18)
"""Columns of the table of invitations, in characters."""


@dataclass(frozen=True, slots=True)
class _Kind:
    prepare: Callable[[Desk, PaperKind, Person, Spec, Draft | None], Draft | Message]
    build: Callable[[Draft], Paper]


def letter(chat_id: int, by: Person, kind: PaperKind, *, person_ids: Iterable[int] | None = None) -> Letter:
    """The letter that brings the paper to who asks for it; without `person_ids` it is for all whom it may concern.

    It is not protected from being passed on: a protected file could not be saved, and so not printed.
    """
    spec: dict[str, Any] = {"kind": kind, "by": by.person_id, "language": by.language}
    spec |= {"all": True} if person_ids is None else {"person_ids": sorted(person_ids)}
    payload = {"parse_mode": "HTML", "paper": spec}
    return Letter(LetterKind.ANSWER, chat_id, "sendDocument", payload)


def prepare(desk: Desk, chat_id: int, spec: Spec, earlier: Draft | None = None) -> Draft | Message:
    """The facts of a paper, or what is said instead if there is nothing to hand out. ValueError: no such kind.

    `earlier` is a draft for the same letter that certainly did not reach anybody: it is given back if it still holds.
    Whoever asked must still be allowed to have it, in the chat where it goes.
    """
    kind = PaperKind(spec["kind"])
    asker = people.find(desk.db, int(spec["by"]))
    if asker is None or not asker.active or asker.chat_id != chat_id:
        return words.nobody_left(desk.tongues.of(str(spec.get("language", ""))))
    return _KINDS[kind].prepare(desk, kind, asker, spec, earlier)


def build(draft: Draft) -> Paper:
    """The bytes. A thousand badges take several seconds: never on the loop."""
    return _KINDS[draft.kind].build(draft)


def not_made(desk: Desk, spec: Spec) -> Message:
    """What is said when making the paper fails again and again."""
    return words.not_made(desk.tongues.of(str(spec.get("language", ""))))


def draft_invitations(
    desk: Desk, kind: PaperKind, t: Tongue, persons: Iterable[Person], *, by: int | None
) -> Draft | None:
    """Fresh links for these people, as a draft in the language of who asks; their earlier links end. None: nobody.

    `by` is who asks, None for the command line.
    """
    issued = invitations.issue(desk, persons)
    if not issued:
        return None
    zone, username = ZoneInfo(desk.mission.time_zone), invitations.bot_username(desk)
    newest = invitation_shelf.find(desk.db, invitations.hash_token(issued[0][1]))
    expires_at = newest.expires_at if newest else desk.now
    slips = [_slip(desk, person, invitations.link(username, token)) for person, token in issued]
    audit.note(desk.db, "invitations_issued", desk.now, by, paper=kind, people=len(slips))
    caption = words.sheet_caption(t, len(slips), expires_at, zone, to_print=kind is PaperKind.BADGES)
    name = f"invitations-{desk.now.astimezone(zone):%Y-%m-%d-%H%M}"
    sheet = words.invitation_sheet(t, desk.tongues.all(), desk.mission.name, slips, expires_at, zone)
    return Draft(kind, name, caption, sheet)


def _prepare_invitations(
    desk: Desk, kind: PaperKind, asker: Person, spec: Spec, earlier: Draft | None
) -> Draft | Message:
    if earlier is not None and _holds(desk, earlier.facts):
        return earlier
    t = tongue_of(desk, asker)
    only = None if spec.get("all") else {int(number) for number in spec["person_ids"]}
    wanted = [
        person
        for person in invitations.not_aboard(desk)
        if asker.oversees(person.team_id) and (only is None or person.person_id in only)
    ]
    return draft_invitations(desk, kind, t, wanted, by=asker.person_id) or words.nobody_left(t)


def _holds(desk: Desk, sheet: InvitationSheet) -> bool:
    """Whether no link on the sheet has ended but by being used."""
    for slip in sheet.slips:
        found = invitation_shelf.find(desk.db, invitations.hash_token(slip.link.rpartition("=")[2]))
        if found is None or found.revoked or desk.now >= found.expires_at:
            return False
    return True


def _slip(desk: Desk, person: Person, link: str) -> Slip:
    language = desk.tongues.of(person.language).language
    return Slip(person.reference, person.name, person.team, person.delegation, language, link)


def _build_badges(draft: Draft) -> Paper:
    sheet: InvitationSheet = draft.facts
    page = words.badge_page(sheet, [_code(slip.link) for slip in sheet.slips])
    return Paper(f"{draft.name}.html", "text/html", page.encode())


def _code(link: str) -> str:
    """A QR code as a data URI; level M, for paper that is carried in a pocket; four modules of quiet zone."""
    code = segno.make_qr(link, error="m", boost_error=False)
    return code.png_data_uri(scale=PIXELS_A_MODULE, border=4)


def _build_links(draft: Draft) -> Paper:
    sheet: InvitationSheet = draft.facts
    book = Workbook(write_only=True)
    page = book.create_sheet("Invitations")
    page.freeze_panes = "A2"
    for number, width in enumerate(WIDTHS, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.append([_cell(page, title, bold=True) for title in sheet.columns])
    for slip in sheet.slips:
        line = (slip.reference, slip.name, slip.team, slip.delegation, slip.language, slip.link, sheet.expires)
        page.append([_cell(page, text) for text in line])
    file = io.BytesIO()
    book.save(file)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Paper(f"{draft.name}.xlsx", kind, file.getvalue())


def _cell(page: Any, text: str, *, bold: bool = False) -> Cell:
    """Text and nothing but text, whatever it looks like."""
    cell = WriteOnlyCell(page, cell_safe(ILLEGAL_CHARACTERS_RE.sub("", text).translate(_NOT_XML)))
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell


_KINDS: dict[PaperKind, _Kind] = {
    PaperKind.BADGES: _Kind(_prepare_invitations, _build_badges),
    PaperKind.LINKS: _Kind(_prepare_invitations, _build_links),
    PaperKind.CHRONICLE: _Kind(chronicles.prepare, chronicle_document.build),
    PaperKind.CHART: _Kind(chart.prepare, chart.build),
    PaperKind.EXPORT: _Kind(exports.prepare, exports.build),
}
"""Every kind of paper there is."""
