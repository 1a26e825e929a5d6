"""Papers: files that the desk hands out. What they say is a secret or changes, so they are made when they are sent.

A letter with a paper holds only what is wanted (`PaperKind` and whom it is for). When its turn comes, `prepare` reads
and writes the facts inside a transaction, and `build` makes the bytes of them outside of it, in another process.
Another kind of paper is another line in `_KINDS`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from domain.letter import Letter, LetterKind
from domain.message import Message
from domain.person import Person
from services import chart, chronicles, exports, invitations, tables
from services.desk import Desk, Said, post, tongue_of
from services.paper import Draft, Paper, PaperKind, Spec
from services.programme_sheets import told_differently, write_programme
from services.reports import copies_as_rows, may_manage
from services.workbooks import MEDIA_TYPE, write_table
from storage import announcements, audit, board, deliveries, people
from storage import invitations as invitation_shelf
from texts import announcement_export as copy_words
from texts import exports as export_words
from texts import papers as words
from texts.papers import InvitationSheet, Slip
from texts.tongue import Tongue

PIXELS_A_MODULE = 4
WIDTHS = (12, 36, 20, 24, 10, 70, 18)
"""Columns of the table of invitations, in characters."""
EXPORT_WIDTHS = (8, 36, 20, 14, 18, 18, 40)
"""Columns of the table of an announcement's copies."""


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


def hand_out(desk: Desk, said: Said, by: Person, kind: PaperKind, toast: str) -> None:
    """The paper for all whom it may concern; asked for twice meanwhile, it is made once."""
    desk.toast = toast
    if not board.awaits_paper(desk.db, said.chat_id, kind):
        post(desk, letter(said.chat_id, by, kind))


def announcement_letter(chat_id: int, by: Person, announcement_id: int) -> Letter:
    """The letter that brings the table of an announcement's copies."""
    spec = {
        "kind": PaperKind.ANNOUNCEMENT,
        "by": by.person_id,
        "language": by.language,
        "announcement": announcement_id,
    }
    return Letter(LetterKind.ANSWER, chat_id, "sendDocument", {"parse_mode": "HTML", "paper": spec})


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


def _prepare_calendar(desk: Desk, kind: PaperKind, asker: Person, spec: Spec, earlier: Draft | None) -> Draft | Message:
    del spec, earlier  # it is nobody's secret to him, and cheap
    t, facts = tongue_of(desk, asker), exports.calendar_facts(desk, asker)
    if not (facts.meetings or facts.taken_off):
        return export_words.no_meetings(t)
    return Draft(kind, "programme", export_words.calendar_caption(t, len(facts.meetings)), facts)


def _prepare_programme(
    desk: Desk, kind: PaperKind, asker: Person, spec: Spec, earlier: Draft | None
) -> Draft | Message:
    del spec, earlier
    t, meetings = tongue_of(desk, asker), exports.workbook_meetings(desk, asker)
    if not meetings:
        return export_words.no_meetings(t)
    name = f"programme-{desk.now.astimezone(ZoneInfo(desk.mission.time_zone)):%Y-%m-%d-%H%M}"
    odd = told_differently(meetings)
    return Draft(kind, name, export_words.workbook_caption(t, len(meetings), odd, imports=asker.sees_all), meetings)


def _build_calendar(draft: Draft) -> Paper:
    return Paper(f"{draft.name}.ics", "text/calendar", exports.calendar(draft.facts))


def _build_programme(draft: Draft) -> Paper:
    return Paper(f"{draft.name}.xlsx", MEDIA_TYPE, write_programme(draft.facts))


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
    import segno  # noqa: PLC0415 - a twentieth of a second that no start needs

    code = segno.make_qr(link, error="m", boost_error=False)
    return code.png_data_uri(scale=PIXELS_A_MODULE, border=4)


def _build_links(draft: Draft) -> Paper:
    sheet: InvitationSheet = draft.facts
    lines = [
        (slip.reference, slip.name, slip.team, slip.delegation, slip.language, slip.link, sheet.expires)
        for slip in sheet.slips
    ]
    return _table(draft.name, "Invitations", WIDTHS, [sheet.columns, *lines])


def _prepare_announcement(
    desk: Desk, kind: PaperKind, asker: Person, spec: Spec, earlier: Draft | None
) -> Draft | Message:
    if earlier is not None:
        return earlier
    t = tongue_of(desk, asker)
    a = announcements.find(desk.db, int(spec["announcement"]))
    if a is None or not may_manage(asker, a):
        return words.nobody_left(t)
    zone = ZoneInfo(asker.time_zone)
    copies = deliveries.list_all(desk.db, a.announcement_id)
    facts = copy_words.table(t, copies_as_rows(copies), zone)
    name = f"announcement-{a.announcement_id}-{desk.now.astimezone(zone):%Y-%m-%d-%H%M}"
    return Draft(kind, name, copy_words.caption(t, len(copies)), facts)


def _build_announcement(draft: Draft) -> Paper:
    return _table(draft.name, "Copies", EXPORT_WIDTHS, draft.facts)


def _table(name: str, title: str, widths: Iterable[int], lines: Iterable[Iterable[str]]) -> Paper:
    return Paper(f"{name}.xlsx", MEDIA_TYPE, write_table(title, widths, lines))


def _build_chronicle(draft: Draft) -> Paper:
    from services import chronicle_document  # noqa: PLC0415 - with it comes python-docx

    return chronicle_document.build(draft)


_KINDS: dict[PaperKind, _Kind] = {
    PaperKind.BADGES: _Kind(_prepare_invitations, _build_badges),
    PaperKind.LINKS: _Kind(_prepare_invitations, _build_links),
    PaperKind.CHRONICLE: _Kind(chronicles.prepare, _build_chronicle),
    PaperKind.CHART: _Kind(chart.prepare, chart.build),
    PaperKind.CALENDAR: _Kind(_prepare_calendar, _build_calendar),
    PaperKind.PROGRAMME: _Kind(_prepare_programme, _build_programme),
    PaperKind.ANNOUNCEMENT: _Kind(_prepare_announcement, _build_announcement),
    PaperKind.EXPORT: _Kind(tables.prepare, tables.build),
}
"""Every kind of paper there is."""
